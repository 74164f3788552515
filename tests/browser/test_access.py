"""The page for everybody: accessibility rules, colour schemes, motion, hostile text, notebooks. Leaves screenshots."""
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.visualize.html import cell, page
from autograd.visualize.model import printable
from tests.browser.browsing import NEEDS_AXE, change, drawn, findings, press, said
from tests.visualize.graphs import HOSTILE, hostile
from tests.visualize.test_html import graph, neurons

SCREENSHOTS = Path(__file__).parent / "screenshots"


def arrays():
    X, W = Tensor(np.arange(6.0).reshape(2, 3) / 5, name="X"), Tensor(np.ones((3, 2)), name="W")
    return (np.tanh(X @ W).mean(axis=0) ** 2).sum()


PAGES = {"small": lambda: draw(graph()).html(), "arrays": lambda: draw(arrays()).html(),
         "fixed": lambda: draw(np.sum(Tensor(np.ones(100), name="x"))).html(),
         "large": lambda: draw(neurons(80)).html(), "hostile": lambda: page(hostile())}


def look(opened, name):
    SCREENSHOTS.mkdir(exist_ok=True)
    opened.screenshot(path=SCREENSHOTS / f"{name}.png")


@NEEDS_AXE
@pytest.mark.parametrize(("name", "scheme", "width"), [
    *((name, "light", 1100) for name in PAGES), ("small", "dark", 1100), ("arrays", "dark", 1100),
    ("arrays", "light", 360)])
def test_axe_finds_nothing(visit, name, scheme, width):
    opened = visit(PAGES[name](), width, bypass_csp=True, color_scheme=scheme, reduced_motion="reduce")
    states = {"opened": lambda: None, "first": lambda: press(opened, "First"),
              "stepped": lambda: press(opened, "Next", 2), "last": lambda: press(opened, "Last"),
              "backward": lambda: press(opened, "Back"), "table": opened.locator("summary").click}
    for state, act in states.items():
        act()
        assert findings(opened) == []
        look(opened, f"{name}-{scheme}-{width}-{state}")


def test_a_changed_leaf_in_a_picture(visit):
    opened = visit(draw(graph()).html())
    change(opened, "a", -1.0)
    press(opened, "Back")
    look(opened, "small-changed")
    assert drawn(opened, "value")[0] == "-1"


@pytest.mark.parametrize(("preference", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_who_asked_for_less_motion(visit, preference, moves):
    opened = visit(draw(graph()).html(), reduced_motion=preference)
    duration = opened.locator("svg .leaf rect").first.evaluate("rect => getComputedStyle(rect).transitionDuration")
    assert (duration != "0s") is moves


def test_the_text_of_a_leaf_stays_in_its_box(visit):
    opened = visit(draw(graph()).html())
    change(opened, "a", -1234567.890123)
    press(opened, "Back")
    boxes = opened.locator("svg .leaf").evaluate_all("all => all.map(leaf => [leaf.querySelector('rect'), "
                                                     "...leaf.querySelectorAll('text')].map(e => e.getBBox().width))")
    assert max(text for rect, *texts in boxes for text in texts) > 60
    assert all(text <= rect for rect, *texts in boxes for text in texts)


def test_each_step_is_announced(visit):
    opened = visit(draw(graph()).html())
    assert opened.locator("#said").get_attribute("aria-live") == "polite"
    press(opened, "Back")
    assert opened.get_by_role("slider").get_attribute("aria-valuetext") == "step 8 of 9"


@pytest.mark.parametrize("width", [320, 640])
def test_a_narrow_window_needs_no_scrolling_sideways(visit, width):
    opened = visit(draw(arrays()).html(), width=width)
    press(opened, "Back")
    look(opened, f"arrays-{width}")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


# ---------------------------------------------------------------- without trust
def test_without_scripts_there_are_drawing_and_text(visit):
    opened = visit(draw(graph()).html(), java_script_enabled=False)
    assert opened.locator("svg .gate").count() == 3
    opened.locator("summary").click()
    assert "a × b" in opened.locator("pre").inner_text()


def test_hostile_text_is_shown_and_nothing_runs(visit):
    opened = visit(page(hostile()))
    press(opened, "First")
    for _ in HOSTILE:
        press(opened, "Next", 2)
        assert said(opened)
    opened.locator("summary").click()
    opened.wait_for_selector("tbody tr")
    table = opened.locator("table").inner_text(timeout=1000)
    for text in ("<script>alert(1)</script>", "</script", "&amp;", "\\N \\G \\l"):
        assert printable(text) in table or text == "</script"
    assert opened.locator("script").count() == 2
    assert opened.locator("b, iframe, img").count() == 0


def test_the_policy_stops_what_is_put_in(visit):
    """A script that came in after all would not run: the policy, and not only the escaping, is in force."""
    source = draw(graph()).html().replace("<main>", "<main><script>document.title = 'broken'</script>")
    source = source.replace("<h1>", '<h1 onclick="document.title = \'broken\'">')
    opened = visit(source)
    opened.locator("h1").click()
    assert opened.title() == "Computation graph"
    assert len(visit.complaints) == 2
    assert all("Content Security Policy" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_a_notebook_cell_steps_in_its_frame(visit):
    opened = visit(f"<!doctype html><title>notebook</title>{cell(draw(graph()).view)}")
    assert not opened.locator("img").is_visible()
    frame = opened.frame_locator("iframe")
    frame.get_by_role("button", name="Back", exact=True).click()
    assert frame.locator("#said").inner_text().startswith("Back through v2")
    look(opened, "notebook")


def test_a_cell_that_is_not_trusted_shows_the_picture(visit):
    picture = cell(draw(graph()).view).split("\n")[1]
    opened = visit(f"<!doctype html><title>notebook</title>{picture}")
    assert opened.locator("img").evaluate("image => image.naturalWidth") > 200
    look(opened, "notebook-not-trusted")
