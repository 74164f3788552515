"""The page of a film of training: its slider, its button, notebooks, hostile names, and who cannot see it."""
import numpy as np
import pytest

import nn
from nn.plot import Film
from tests.browser.browsing import NEEDS_AXE, findings

X, Y = nn.load_moons(60)


def trained():
    """A film of six epochs with four pictures."""
    model, film = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=0), Film(X, Y, every=2)
    optimizer = nn.SGD(model.parameters(), lr=0.5, momentum=0.9)
    nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=6, callbacks=[film])
    return film


def test_the_slider_and_the_button_show_each_epoch(visit):
    film = trained()
    opened = visit(film.html(), 760, 480)
    said, slider = opened.locator("#said"), opened.get_by_role("slider")
    assert said.inner_text() == f"epoch 6 · loss {film.loss[5]:.4g}"
    shown = opened.locator("#ground").get_attribute("href")
    slider.press("Home")
    assert said.inner_text() == f"epoch 1 · loss {film.loss[0]:.4g}"
    assert opened.locator("#ground").get_attribute("href") != shown
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == f"epoch 2, loss {film.loss[1]:.4g}"
    slider.press("End")
    opened.get_by_role("button", name="Play").click()
    opened.get_by_role("button", name="Stop").wait_for()
    opened.get_by_role("button", name="Play").wait_for()
    assert said.inner_text() == f"epoch 6 · loss {film.loss[5]:.4g}"
    assert opened.locator("#ground").get_attribute("href") == shown


def test_the_page_works_inside_a_notebook(visit):
    film = trained()
    opened = visit(f"<!doctype html><title>notebook</title>{film._repr_html_()}")
    frame = opened.frame_locator("iframe")
    frame.get_by_role("slider").press("Home")
    assert frame.locator("#said").inner_text() == f"epoch 1 · loss {film.loss[0]:.4g}"


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"{0}&'])
def test_hostile_names_of_classes_stay_text(visit, name):
    film = Film(X, np.array(["a", name])[Y])
    film.loss = [1.0]
    classes = np.array(sorted(["a", name]))
    film.pictures = [(1, (classes, np.zeros(tuple(len(axis) for axis in film.axes[::-1]), int)))]
    opened = visit(film.html())
    assert name in opened.locator("svg").text_content()


@NEEDS_AXE
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    opened = visit(trained().html(), color_scheme=scheme, bypass_csp=True)
    assert findings(opened) == []
