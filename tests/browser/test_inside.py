"""What is in groups and gates that open in the page: the same numbers as Python's, and as much as there is room for."""
import time

import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.visualize import content as content_
from autograd.visualize.build import view
from autograd.visualize.collapse import visible
from autograd.visualize.html import page
from autograd.visualize.model import Edge, Vertex, View, names
from autograd.visualize.scenes import VERTICES
from tests.browser.browsing import change, drawn, numbers, press, said
from tests.browser.opening import button, content, products, stack, trail
from tests.browser.test_changes import same
from tests.visualize.test_groups import looped


# ---------------------------------------------------------------- the same numbers
def each_scene(opened, count):
    """Comes to every scene by the page's own way in, and gives the table of it."""
    for n in range(count):
        opened.evaluate("s => enter(s)", n)
        yield numbers(opened)


def compare(opened, drawing, y):
    """Every value and gradient that any scene shows, against a fresh run in Python."""
    whole, scenes = view(y), content(drawing)["scenes"]
    called = names(whole)
    expected = {called[v.key]: v for v in whole.vertices if v.kind != "constant"}
    seen = set()
    for found in each_scene(opened, len(scenes)):
        for title, (value, gradient) in found.items():
            name = title.rpartition(": ")[2]
            if name in expected:
                seen.add(name)
                same(value, expected[name].numbers)
                same(gradient, expected[name].slopes)
    assert seen == set(expected)


@pytest.mark.parametrize("depth", [0, 1, None])
def test_values_in_closed_groups_are_python_s_before_and_after_a_change(visit, depth):
    drawing = draw(looped(20), depth=depth)
    opened = visit(drawing.html())
    compare(opened, drawing, looped(20))
    change(opened, "w", -0.75)
    x, w = Tensor(1.0, name="x"), Tensor(-0.75, name="w")
    for _ in range(20):
        x = x * w
        x = x + 0.25
    compare(opened, drawing, x)


def test_a_leaf_is_changed_inside_of_a_module(visit):
    drawing = draw(stack(), depth=0)
    opened = visit(drawing.html())
    opened.get_by_label("Search").fill("blocks.0.first.weight")
    opened.get_by_label("Search").press("Enter")
    assert len(trail(opened)) == 4
    before = drawn(opened, "value")
    leaves = {v.name: np.array(v.numbers) for v in view(stack(-2.0)).vertices if v.kind == "leaf"}
    for name, value in leaves.items():
        change(opened, name, value)
    assert drawn(opened, "value") != before
    compare(opened, drawing, stack(-2.0))
    press(opened, "Python's numbers again")
    compare(opened, drawing, stack())


def inside(drawing, n):
    """What Python says of the numbers in gate n, as {name: (value, gradient)}."""
    found = content(drawing)
    first, last = found["vertices"][n]["inside"]
    return {v["name"]: (v["numbers"], v.get("slopes")) for v in found["vertices"][first:last + 1]
            if v["kind"] != "constant"}


def test_the_numbers_in_a_gate_are_those_of_its_arrays(visit):
    X, W = np.linspace(-1, 1, 12).reshape(4, 3), np.linspace(2, -1, 6).reshape(3, 2)
    opened = visit(draw(products()).html())
    for fresh in (products(), products(X, W)):
        button(opened, "gate v1").click()
        press(opened, "Open v1 = X @ W")
        found = numbers(opened)
        for name, (value, slope) in inside(draw(fresh), 2).items():
            same(found[name][0], value)
            same(found[name][1], slope)
        fresh.backward()
        for leaf in (v for v in view(fresh).vertices if v.kind == "leaf"):
            for index in np.ndindex(np.shape(leaf.numbers)):
                value, slope = found[f"{leaf.name}[{', '.join(map(str, index))}]"]
                same(value, np.array(leaf.numbers)[index])
                same(slope, np.array(leaf.slopes)[index])
        opened.keyboard.press("Escape")
        opened.locator("svg").focus()
        change(opened, "X", X)
        change(opened, "W", W)


def test_an_array_that_is_used_twice_has_in_a_gate_what_came_through_that():
    x = Tensor([1.0, 2.0, 3.0], name="x")
    y = (x * x[::-1]).sum() + (x * 2.0).sum()
    found = content(draw(y))
    through = {v["name"]: v["slopes"] for v in found["vertices"] if "element" in v and v["element"][0] == 0}
    assert through["x[0]"] in (2.0, 3.0)  # through × 2, not all of its gradient
    assert found["vertices"][0]["slopes"] == [8.0, 6.0, 4.0]


# ---------------------------------------------------------------- what does not open
@pytest.mark.parametrize(("y", "why"), [
    (lambda: np.linalg.det(Tensor(np.eye(2) * 2.0, name="x")), "det at test_scenes.py"),
    (lambda: np.sum(Tensor(np.ones(65), name="x")), "it has arrays of more than 64 numbers"),
    (lambda: np.sum(Tensor(np.ones((8, 8)), name="x") @ np.ones((8, 8))), "more than 300 gates and numbers"),
    (lambda: np.sum(Tensor(np.ones(3, np.float32), name="x")), "is float32")])
def test_a_gate_that_does_not_open_says_why(visit, y, why):
    opened = visit(draw(y()).html())
    opened.locator("svg .gate").first.click()
    opened.locator("svg .gate").first.click()
    assert trail(opened) in ([], ["Whole graph"])
    assert why in opened.locator(".panel").inner_text()


def test_gates_open_as_far_as_the_page_has_room():
    drawing = draw(sum(((products() for _ in range(12))), Tensor(0.0)))
    size = len(drawing.html().encode())
    assert 200_000 < size <= 300_000
    shut = {v["shut"] for v in content(drawing, 100_000)["vertices"] if "shut" in v}
    assert shut == {"there is no room for it in this page; draw(y, scalars=True) draws all gates open"}


@pytest.mark.parametrize("room", [0, 300_000])
def test_gates_on_numbers_have_nothing_to_open(room):
    found = content(draw(looped(3)), room)
    assert len(found["scenes"]) == 1
    assert not any("shut" in v or "scene" in v for v in found["vertices"])


# ---------------------------------------------------------------- large graphs
@pytest.fixture(scope="module")
def large():
    """A drawing of 15,000 vertices, its page, and how long that took."""
    drawing = draw(looped(5_000), engine="own")
    start = time.perf_counter()
    return drawing, drawing.html(), time.perf_counter() - start


def test_a_large_graph_has_a_page_of_reasonable_size(large, record_property):
    _, source, seconds = large
    record_property("page of 15,000 vertices", {"bytes": len(source.encode()), "seconds": round(seconds, 2)})
    assert len(source.encode()) < 5_000_000
    assert seconds < 20


def test_scenes_of_a_large_graph_end_with_what_to_write(large):
    found = content(large[0])
    assert sum(len(scene["items"]) for scene in found["scenes"]) <= VERTICES + len(found["scenes"][0]["items"])
    shut = {v["shut"] for v in found["vertices"] if "shut" in v}
    assert shut == {f"there is no room for it in this page; draw(y, depth={depth}) draws it open" for depth in (1, 2)}
    assert max(len(scene["items"]) for scene in found["scenes"]) <= 300


def test_a_large_graph_computes_in_the_page(visit, large):
    opened = visit(large[1])
    opened.locator("svg .group").first.click()
    opened.locator("svg .group").first.click()
    assert len(trail(opened)) == 3
    change(opened, "w", 0.25)
    opened.keyboard.press("Tab")
    opened.locator("svg .group").first.focus()
    opened.keyboard.press("Escape")
    opened.keyboard.press("Escape")
    value, _ = list(numbers(opened).values())[-1]
    assert value == pytest.approx(1 / 3)


def test_a_graph_beyond_the_page_shows_its_groups_closed(visit):
    opened = visit(draw(looped(10_000), engine="own").html())
    assert opened.locator("svg .group").count() == 1
    assert "too large" in opened.locator("#why").inner_text()
    opened.locator("svg .group").click()
    press(opened, "First")
    press(opened, "Next")
    assert "0.5" in said(opened)


def test_a_graph_with_too_many_numbers_shows_values_and_opens(visit, monkeypatch):
    monkeypatch.setattr(content_, "NUMBERS", 100)
    drawing = draw(looped(200), depth=0)
    assert not any("numbers" in v for v in content(drawing)["vertices"])
    opened = visit(drawing.html())
    assert "too large" in opened.locator("#why").inner_text()
    opened.locator("svg .group").click()
    press(opened, "Back")
    assert said(opened).startswith("Back through group")


def test_a_large_graph_finds_derivatives_and_shares_by_itself(visit):
    h = Tensor(0.5, name="h")
    for k in range(120):
        h = np.tanh(h * 1.01) + np.linalg.det(np.eye(1) * h) * 0.01 * k
    drawing = draw(h, depth=9)
    assert not any("share" in v for v in content(drawing)["vertices"])
    opened = visit(drawing.html())
    assert "cannot compute det" in opened.locator("#why").inner_text()
    press(opened, "Back")
    press(opened, "Back")
    assert " times " in said(opened)


def test_leaves_that_share_a_vertex_stay_together(visit):
    leaves = [Tensor(float(i), name=f"w{i}") for i in range(400)]
    opened = visit(draw(np.sum(np.stack(leaves))).html())
    assert opened.locator("svg .group .count").text_content() == "400 leaves"
    opened.locator("svg .group").click()
    assert opened.get_by_label("Leaf", exact=True).locator("option").count() in (0, 400)


def test_a_group_with_several_results_names_them(visit):
    several = (Vertex(k, "gate" if k else "leaf", "×", value=str(k)) for k in range(4))
    edges = (*(Edge(0, k, 0) for k in (1, 2, 3)), Edge(2, 4, 0), Edge(3, 4, 1))
    opened = visit(page(visible(View((*several, Vertex(4, "gate", "+", value="5")), edges), 0)))
    press(opened, "First")
    press(opened, "Next", 1)
    assert said(opened).endswith("gives v3 = 2, v4 = 3.")
