"""Graphs of a hundred thousand vertices, each on every way to a drawing. A stage of its own: they take their time."""
from autograd import draw
from autograd.visualize.layout import lay_out
from autograd.visualize.text import text
from tests.visualize.graphs import chain
from tests.visualize.test_groups import looped
from tests.visualize.test_layout import boxes

LENGTH = 100_000


def test_a_chain_is_laid_out():
    view = chain(LENGTH)
    layout = lay_out(view, boxes(view))
    assert len({y for _, y in layout.corners if y}) <= 2


def test_a_chain_is_written():
    assert text(chain(LENGTH)).count("\n") == LENGTH + 1


def test_a_loop_is_drawn():
    drawing = draw(looped(LENGTH // 2), engine="own")
    assert len(drawing.view.vertices) == 1
    assert "100,000 gates" in drawing.svg()
