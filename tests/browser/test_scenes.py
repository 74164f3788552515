"""Groups and gates that open in the page: click, keys, the way back, steps; for everybody."""
from functools import partial

import numpy as np
import pytest

import nn
from autograd import draw
from autograd.visualize.collapse import visible
from autograd.visualize.html import cell, page
from autograd.visualize.model import Edge, Vertex, View
from tests.browser.browsing import NEEDS_AXE, drawn, findings, press, said, step
from tests.browser.opening import button, products, stack, trail
from tests.browser.test_access import look
from tests.browser.test_stepper import focused
from tests.visualize.graphs import HOSTILE


# ---------------------------------------------------------------- opening and closing
def test_a_click_opens_a_closed_group_and_escape_closes_it(visit):
    opened = visit(draw(stack(), depth=0).html())
    group = button(opened, "group module blocks")
    assert group.get_attribute("aria-expanded") == "false"
    group.click()
    assert trail(opened) == ["Whole graph", "module blocks"]
    assert said(opened) == "Opened module blocks: 18 gates, 8 leaves, 3 constants. Escape closes it."
    assert focused(opened) == "group module blocks.0"
    opened.keyboard.press("Escape")
    assert trail(opened) == ["Whole graph"]
    assert said(opened) == "Closed module blocks. Whole graph is shown."
    assert focused(opened) == "group module blocks"


def test_enter_opens_and_the_trail_leads_back(visit):
    opened = visit(draw(stack(), depth=0).html())
    button(opened, "group module blocks").focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("ArrowRight")
    assert focused(opened) == "group module blocks.1"
    opened.keyboard.press(" ")
    assert trail(opened) == ["Whole graph", "module blocks", "module blocks.1"]
    button(opened, "group module blocks.1.first").click()
    assert len(trail(opened)) == 4
    button(opened, "module blocks", exact=True).click()
    assert trail(opened) == ["Whole graph", "module blocks"]
    assert focused(opened) == "group module blocks.1"
    button(opened, "Whole graph", exact=True).click()
    assert focused(opened) == "group module blocks"


def test_stubs_name_what_lies_outside(visit):
    opened = visit(draw(stack(), depth=0).html())
    button(opened, "group module blocks").click()
    button(opened, "group module blocks.1").click()
    assert opened.locator("svg .stub .count").all_text_contents() == ["from module blocks.0"]
    assert opened.locator("svg .stub .name").all_text_contents() == ["v9", "to v19"]
    opened.keyboard.press("Escape")
    button(opened, "group module blocks.0").click()
    assert opened.locator("svg .stub .name").all_text_contents() == ["to module blocks.1"]


@pytest.mark.parametrize("way", ["click", "Enter", "button"])
def test_a_gate_on_arrays_opens_into_gates_on_numbers(visit, way):
    opened = visit(draw(products()).html())
    gate = button(opened, "gate v1 = X @ W")
    gate.click()
    assert trail(opened) == ["Whole graph"]
    {"click": gate.click, "Enter": partial(opened.keyboard.press, "Enter"),
     "button": partial(press, opened, "Open v1 = X @ W")}[way]()
    assert trail(opened) == ["Whole graph", "v1 = X @ W"]
    assert said(opened) == "Opened v1 = X @ W: 40 gates on numbers. Escape closes it."
    symbols = opened.locator("svg .symbol").all_text_contents()
    assert (symbols.count("×"), symbols.count("+")) == (24, 16)
    assert set(opened.locator("svg .gate .name").all_text_contents()) == {f"v1[{i}, {j}]" for i in range(4)
                                                                          for j in range(2)}


def test_escape_in_a_field_does_not_close(visit):
    opened = visit(draw(products()).html())
    button(opened, "gate v1").click()
    press(opened, "Open v1 = X @ W")
    opened.get_by_label("Search").press("Escape")
    assert len(trail(opened)) == 2
    opened.get_by_label("Value", exact=True).press("Escape")
    assert len(trail(opened)) == 2


def test_search_opens_where_it_finds(visit):
    opened = visit(draw(stack(), depth=0).html())
    opened.get_by_label("Search").fill("blocks.1.second.bias")
    opened.get_by_label("Search").press("Enter")
    assert trail(opened) == ["Whole graph", "module blocks", "module blocks.1", "module blocks.1.second"]
    assert opened.locator("svg .chosen .name").text_content() == "blocks.1.second.bias"


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_the_picture_is_the_static_one(visit, direction):
    drawing = draw(stack(), depth=1, direction=direction, engine="own")
    shapes = ("all => all.map(e => [e.tagName, e.textContent, ...['class', 'd', 'x', 'y', 'width', 'height', 'rx']"
              ".map(name => e.getAttribute(name))])")
    marks = "svg :is(.wire, .head, text:not(.opens), rect:not(.paper))"
    static = visit(drawing.html(), java_script_enabled=False).locator(marks).evaluate_all(shapes)
    live = visit(drawing.html()).locator(marks).evaluate_all(shapes)
    for mine, python in zip(live, static, strict=True):
        assert mine[:3] == python[:3]
        assert mine[3] == python[3]
        np.testing.assert_allclose([float(x or 0) for x in mine[4:]], [float(x or 0) for x in python[4:]], atol=0.051)


# ---------------------------------------------------------------- steps
def state(opened):
    return said(opened), drawn(opened, "value"), drawn(opened, "gradient"), opened.locator("math").all_text_contents()


@pytest.mark.parametrize("way", [["group module blocks", "group module blocks.1"], ["group module head"]])
def test_steps_back_undo_steps_in_a_scene(visit, way):
    opened = visit(draw(stack(), depth=0).html())
    for name in way:
        button(opened, name).click()
    count = int(opened.get_by_role("slider").get_attribute("max"))
    press(opened, "First")
    seen = []
    for taken in range(count):
        assert step(opened) == taken
        seen.append(state(opened))
        press(opened, "Next")
    assert opened.get_by_role("button", name="Next", exact=True).is_disabled()
    for expected in reversed(seen):
        press(opened, "Back")
        assert state(opened) == expected


def test_a_closed_group_is_one_step(visit):
    opened = visit(draw(stack(), depth=0).html())
    assert opened.get_by_role("slider").get_attribute("max") == "11"
    press(opened, "First")
    heard = []
    for _ in range(11):
        press(opened, "Next")
        heard.append(said(opened))
    assert heard[0].startswith("Group module blocks gives v18 = [[")
    assert heard[1].startswith("v19 = tanh(v18) is ")
    assert heard[5].startswith("The walk back starts")
    assert heard[-1] == "Back through group module blocks: nothing is handed on."


def test_a_scene_begins_with_what_comes_in_and_turns_where_the_gradient_comes_back(visit):
    opened = visit(draw(stack(), depth=0).html())
    for name in ("group module blocks", "group module blocks.1"):
        button(opened, name).click()
    press(opened, "First")
    heard = []
    for _ in range(12):
        press(opened, "Next")
        heard.append(said(opened))
    assert heard[0].startswith("v9 comes in: [[")
    assert heard[1].startswith("Group module blocks.1.first gives v12 = ")
    assert heard[6].startswith("The gradient comes back from outside: v18 has [[")
    assert heard[7].startswith("Back through group module blocks.1.second: v15 has [[")
    assert heard[-1].startswith("Back through group module blocks.1.first: v9 has [[")


def test_the_place_in_the_run_stays_when_something_opens_and_closes(visit):
    opened = visit(draw(products()).html())
    press(opened, "First")
    press(opened, "Next", 2)
    button(opened, "gate v1").focus()
    opened.keyboard.press("Enter")
    assert drawn(opened, "value").count(None) == 40 + 2  # both lines of the array that they make
    press(opened, "Next", 3)
    assert said(opened).startswith("v1.3 = ")
    opened.keyboard.press("Escape")
    assert step(opened) == 2
    press(opened, "Next")
    assert said(opened) == "v1 = X @ W is 4×2 float64, 0.3125 to 2.938."


def test_numbers_in_a_gate_add_up_at_forks(visit):
    opened = visit(draw(products()).html())
    button(opened, "gate v1").focus()
    opened.keyboard.press("Enter")
    press(opened, "Back")
    press(opened, "Next")
    assert said(opened).startswith("Back through v1.1 = X[0, 0] × W[0, 0]: X[0, 0] gets 0 times 0.5499 = 0; so far ")
    assert "2 of 2 uses" in said(opened)
    assert opened.locator(".source").inner_text().endswith("return (np.tanh(X @ W) ** 2.0).sum()")
    assert "4 of 4 uses" in said(opened)


# ---------------------------------------------------------------- for everybody
def states(opened):
    """What a reader may come to, from the outside in, and steps in it."""
    yield "whole"
    group = opened.locator("svg .group").first
    if group.count():
        group.click()
        yield "group"
    opened.locator("svg [aria-expanded]").last.focus()
    opened.keyboard.press("Enter")
    yield "opened"
    press(opened, "Back", 2)
    yield "stepped"
    press(opened, "First")
    yield "first"
    opened.locator("summary").click()
    yield "table"


@NEEDS_AXE
@pytest.mark.parametrize(("name", "scheme", "width", "direction"), [
    ("products", "light", 1100, "LR"), ("products", "dark", 360, "TB"), ("stack", "dark", 1100, "LR"),
    ("stack", "light", 360, "TB")])
def test_axe_finds_nothing_in_what_opens(visit, name, scheme, width, direction):
    drawing = {"products": lambda: draw(products(), direction=direction),
               "stack": lambda: draw(stack(), depth=0, direction=direction)}[name]()
    opened = visit(drawing.html(), width, bypass_csp=True, color_scheme=scheme, reduced_motion="reduce")
    for state in states(opened):
        assert findings(opened) == []
        look(opened, f"scenes-{name}-{scheme}-{width}-{state}")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_hostile_names_in_scenes_are_text_and_nothing_runs(visit):
    for word in HOSTILE:
        gates = (Vertex(k, "gate", word, name=word, value=word, where=word) for k in range(1, 5))
        edges = tuple(Edge(k - 1, k, 0) for k in range(1, 5))
        opened = visit(page(visible(View((Vertex(0, "leaf", word, word), *gates), edges), 0)))
        opened.locator("svg .group").click()
        assert said(opened).startswith("Opened ")
        assert opened.locator("svg .gate").count() == 4
        press(opened, "Back")
        assert opened.locator("script").count() == 2
        opened.context.close()


def test_a_cell_opens_in_its_frame(visit):
    drawing = draw(stack(), depth=0)
    opened = visit(f"<!doctype html><title>notebook</title>{cell(drawing.view, opener=drawing.opener)}")
    frame = opened.frame_locator("iframe")
    frame.locator("svg .group").first.click()
    assert frame.locator("nav li").all_inner_texts() == ["Whole graph", "module blocks"]


def test_modules_tensors_and_numbers_are_three_zooms_of_one_page(visit):
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Linear(3, 1, seed=1))
    opened = visit(draw((model(np.ones((2, 2))) ** 2.0).mean(), depth=0).html())
    button(opened, "group module 0").click()
    opened.locator("svg [aria-label*=' @ ']").focus()
    opened.keyboard.press("Enter")
    assert [text.split(" = ")[0] for text in trail(opened)] == ["Whole graph", "module 0", "v2"]
    assert opened.locator("svg .symbol").all_text_contents().count("×") == 12
