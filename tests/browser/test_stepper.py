"""The page in a real browser: steps, keyboard, pointer, search."""
from functools import partial

import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.visualize.html import page
from tests.browser.browsing import drawn, press, said, step
from tests.visualize.graphs import random_view
from tests.visualize.test_html import graph


# ---------------------------------------------------------------- steps
def test_values_appear_in_order_of_birth(visit):
    opened = visit(draw(graph()).html())
    press(opened, "First")
    assert drawn(opened, "value") == [None] * 5
    for count in range(1, 6):
        press(opened, "Next")
        assert [text is not None for text in drawn(opened, "value")] == [True] * count + [False] * (5 - count)
        assert drawn(opened, "gradient") == [None] * 5
    assert said(opened) == "v3 = v1 + v2 is 6.909."


def test_a_backward_step_shows_derivative_times_gradient_and_the_sum_at_a_fork(visit):
    opened = visit(draw(graph()).html())
    press(opened, "First")
    press(opened, "Next", 6)
    assert said(opened) == "The walk back starts: the derivative of v3 for itself is 1."
    press(opened, "Next", 2)
    assert said(opened) == "Back through v2 = sin(a): a gets -0.4161 times 1 = -0.4161; so far -0.4161, 1 of 2 uses."
    assert drawn(opened, "gradient") == ["∂ -0.4161 …", None, "∂ 1", "∂ 1", "∂ 1"]
    press(opened, "Next")
    assert said(opened) == ("Back through v1 = a × b: a gets 3 times 1 = 3; so far 2.584, 2 of 2 uses. "
                            "b gets 2 times 1 = 2.")
    equations = opened.locator("math").evaluate_all("all => all.map(math => math.textContent)")
    assert equations == ["∂v3∂a+=∂v1∂a·∂v3∂v1=3×1=3", "sum so far\xa0-0.4161+3=2.584\xa0(2 of 2 uses)",
                         "∂v3∂b=∂v1∂b·∂v3∂v1=2×1=2"]
    assert drawn(opened, "gradient") == ["∂ 2.584", "∂ 2", "∂ 1", "∂ 1", "∂ 1"]
    assert opened.locator(".source").inner_text().endswith("return a * b + np.sin(a)")


def test_steps_back_undo_steps(visit):
    opened = visit(draw(graph()).html())
    press(opened, "First")
    seen = []
    for _ in range(9):
        seen.append((said(opened), drawn(opened, "value"), drawn(opened, "gradient")))
        press(opened, "Next")
    for expected in reversed(seen):
        press(opened, "Back")
        assert (said(opened), drawn(opened, "value"), drawn(opened, "gradient")) == expected


def test_forward_is_solid_and_backward_is_dashed(visit):
    opened = visit(draw(graph()).html(), reduced_motion="reduce")
    dashes = partial(opened.locator("svg .wire").evaluate_all,
                     "wires => wires.map(wire => getComputedStyle(wire).strokeDasharray)")
    press(opened, "First")
    press(opened, "Next", 3)
    assert set(dashes()) == {"none"}
    assert opened.locator("svg .flow").count() == 2
    press(opened, "Last")
    assert "none" not in dashes()
    assert opened.locator("svg .returning").count() == 2


def test_playing_takes_steps_until_it_is_paused(visit):
    opened = visit(draw(graph()).html())
    opened.clock.install()
    press(opened, "Play")
    assert step(opened) == 0
    opened.clock.run_for(3100)
    assert step(opened) == 3
    press(opened, "Pause")
    opened.clock.run_for(5000)
    assert step(opened) == 3
    press(opened, "Play")
    opened.clock.run_for(60_000)
    assert step(opened) == 9
    assert opened.get_by_role("button", name="Play", exact=True).is_visible()


def test_an_end_that_is_no_number_has_no_backward_steps(visit):
    opened = visit(draw(Tensor(np.ones(2), name="x") * 2.0).html())
    assert "no single number" in said(opened)
    assert opened.get_by_role("slider").get_attribute("max") == "2"


# ---------------------------------------------------------------- keyboard and pointer
def focused(opened):
    return opened.evaluate("(e => e === document.body ? '' : e.getAttribute('aria-label') || e.textContent || e.id)"
                           "(document.activeElement)")


def test_every_control_is_reached_by_tab_and_shows_it(visit):
    opened = visit(draw(graph()).html())
    reached = []
    for _ in range(25):
        opened.keyboard.press("Tab")
        reached.append(focused(opened))
        if reached[-1]:
            style = opened.evaluate("(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])"
                                    "(getComputedStyle(document.activeElement))")
            assert style == ["solid", "3px"], reached[-1]
    assert {"Play", "Step", "Zoom in", "Look left", "Next match", "leaf a", "Set the value"} <= set(reached)
    assert any(name.startswith("Graph.") for name in reached)


def test_the_slider_steps_by_keys(visit):
    opened = visit(draw(graph()).html())
    opened.get_by_role("slider").focus()
    for key, expected in {"Home": 0, "ArrowRight": 1, "ArrowUp": 2, "ArrowLeft": 1, "End": 9}.items():
        opened.keyboard.press(key)
        assert step(opened) == expected


def test_arrows_go_along_the_graph_and_enter_leads_to_the_leaf_s_field(visit):
    opened = visit(draw(graph()).html())
    opened.get_by_role("button", name="leaf a").focus()
    for key, expected in [("ArrowRight", "gate v1 = a × b"), ("ArrowRight", "gate v3 = v1 + v2"),
                          ("ArrowUp", "gate v2 = sin(a)"), ("ArrowLeft", "leaf a"), ("ArrowLeft", "leaf a"),
                          ("ArrowDown", "leaf b")]:
        opened.keyboard.press(key)
        assert focused(opened) == expected
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "field"
    assert opened.get_by_label("Value", exact=True).input_value() == "3"


def view_box(opened):
    return list(map(float, opened.locator("svg").get_attribute("viewBox").split()))


def test_the_graph_moves_and_zooms_by_keys(visit):
    opened = visit(draw(graph()).html())
    opened.locator("#stage svg").focus()
    x, y, width, height = view_box(opened)
    opened.keyboard.press("+")
    assert view_box(opened)[2] == pytest.approx(width / 1.25)
    opened.keyboard.press("-")
    opened.keyboard.press("ArrowRight")
    assert view_box(opened) == pytest.approx([x + width / 5, y, width, height])
    opened.keyboard.press("0")
    assert view_box(opened) == pytest.approx([x, y, width, height])


def test_the_graph_moves_and_zooms_by_pointer(visit):
    opened = visit(draw(graph()).html())
    x, y, width, _ = view_box(opened)
    stage = opened.locator("#stage").bounding_box()
    opened.mouse.move(stage["x"] + 20, stage["y"] + 20)
    opened.mouse.wheel(0, -100)
    opened.wait_for_function("width => document.querySelector('#stage svg').viewBox.baseVal.width < width", arg=width)
    before = view_box(opened)
    opened.mouse.down()
    opened.mouse.move(stage["x"] + 120, stage["y"] + 60)
    opened.mouse.up()
    after, scale = view_box(opened), stage["width"] / before[2]
    assert after[0] == pytest.approx(before[0] - 100 / scale, rel=1e-2)
    assert after[1] == pytest.approx(before[1] - 40 / scale, rel=1e-2)
    press(opened, "Show the whole graph")
    assert view_box(opened)[:2] == pytest.approx([x, y])


def test_a_click_chooses_a_vertex_and_shows_its_line(visit):
    opened = visit(draw(graph()).html())
    opened.get_by_role("button", name="gate v2 = sin(a)").click()
    assert opened.locator("svg .chosen .symbol").text_content() == "sin"
    assert "np.sin(a)" in opened.locator(".source").inner_text()


@pytest.mark.parametrize(("wanted", "count"), [
    ("sin", 3), ("SIN", 3), ("mul", 1), ("b", 5), ("test_html.py", 5), ("w", 0)])
def test_search_by_name_gate_and_line(visit, wanted, count):
    opened = visit(draw(graph()).html())
    opened.get_by_label("Search").fill(wanted)
    assert opened.locator("svg .match").count() == count
    assert opened.locator(".bar [role=status]").inner_text() == f"{count} found"


def test_search_comes_to_what_is_out_of_sight(visit):
    opened = visit(page(random_view(7, 120)))
    opened.get_by_label("Search").fill("relu")
    opened.get_by_label("Search").press("Enter")
    assert opened.locator("svg .chosen").count() == 1
    box, stage = opened.locator("svg .chosen").bounding_box(), opened.locator("#stage").bounding_box()
    assert stage["x"] <= box["x"] <= stage["x"] + stage["width"]
    assert stage["y"] <= box["y"] <= stage["y"] + stage["height"]


def test_a_closed_group_steps_with_its_own_numbers(visit):
    h, w = Tensor([0.5, 1.0], name="start"), Tensor([0.25, -0.5], name="w")
    for k in range(5):
        h = np.tanh(h * w + float(k))
    drawing = draw((h * h).sum(), depth=0, engine="own")
    assert [vertex.kind for vertex in drawing.view.vertices] == ["group", "gate", "gate"]
    opened = visit(drawing.html())
    shown = "gs => gs.map(g => [g.querySelector('.value').textContent, g.querySelector('.gradient').textContent])"
    expected = [[vertex.value, f"∂ {vertex.gradient}"] for vertex in drawing.view.vertices]
    assert opened.eval_on_selector_all("svg g.group, svg g.gate", shown) == expected
    press(opened, "First")
    press(opened, "Next", 7)
    assert opened.eval_on_selector_all("svg g.group, svg g.gate", shown) == expected
    assert opened.locator("#why").count() == 0
