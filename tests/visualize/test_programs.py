"""From programs to views: inputs, constants, steps, outputs, loops; and the table that a notebook shows."""
from dataclasses import replace

import numpy as np

from autograd import draw, grad, trace
from autograd.visualize.programs import program_view
from tests.visualize.graphs import HOSTILE


def line(x, w):
    return np.sum(np.tanh(x @ w + 1.0) * np.array([1.0, 2.0]))


def facts(view):
    return [(v.kind, v.name, v.label, v.space) for v in view.vertices]


def test_inputs_steps_and_outputs():
    view = program_view(trace(line)(np.ones((4, 3)), np.ones((3, 2))))
    assert facts(view) == [
        ("leaf", "x0", "x0", "float64[4×3]"), ("leaf", "x1", "x1", "float64[3×2]"),
        ("gate", None, "@", "float64[4×2]"), ("constant", None, "1", None), ("gate", None, "+", "float64[4×2]"),
        ("gate", None, "tanh", "float64[4×2]"), ("constant", None, "[1, 2]", None),
        ("gate", None, "×", "float64[4×2]"), ("gate", "out 0", "Σ", "float")]
    assert [(e.source, e.target, e.position) for e in view.edges] == [
        (0, 2, 0), (1, 2, 1), (2, 4, 0), (3, 4, 1), (4, 5, 0), (5, 7, 0), (6, 7, 1), (7, 8, 0)]


def test_the_text_has_shapes_in_place_of_values():
    text = draw(trace(grad(lambda x: x * x * x))(2.0)).text()
    assert "x0            : float\nv1 = x0 × x0  : float   (test_programs.py:" in text
    assert " = 2" not in text


def test_lines_of_the_users_file():
    view = program_view(trace(line)(np.ones((4, 3)), np.ones((3, 2))))
    assert {v.where.split(":")[0] for v in view.vertices if v.kind == "gate"} == {"test_programs.py"}


def test_a_loop_names_what_it_carries():
    program = replace(trace(lambda c, x, k: (c + x * k, c * x))(1.0, 2.0, 3.0), carried=1, sliced=1)
    assert [v.name for v in program_view(program).vertices] == ["carry 0", "row 0", "x0", None, "next carry 0",
                                                                "stacked 0"]


def test_outputs_that_are_inputs_constants_or_the_same():
    def f(x):
        y = x * x
        return y, x, y, 4.0
    view = program_view(trace(f)(2.0))
    assert [(v.kind, v.name, v.label) for v in view.vertices] == [
        ("leaf", "x0 = out 1", "x0"), ("gate", "out 0 = out 2", "×"), ("constant", "out 3", "4")]


def test_whole_numbers_among_the_constants():
    view = program_view(trace(lambda x: np.where(x > 0.0, x, np.array([1, 2, 3])))(np.ones(3)))
    assert {v.label for v in view.vertices} >= {"0", "[1, 2, 3]"}


def test_every_form_of_a_drawing():
    drawing = draw(trace(line)(np.ones((4, 3)), np.ones((3, 2))), engine="own")
    for form in (drawing.text(), drawing.svg(), drawing.dot(), drawing.html()):
        assert "float64[4×2]" in form
    assert "holds float64[4×2]" in drawing.svg()


def test_a_notebook_shows_a_table_of_the_steps():
    page = trace(line)(np.ones((4, 3)), np.ones((3, 2)))._repr_html_()
    assert page.count("<tr>") == page.count("</tr>") == 1 + 2 + 1 + 5 + 1
    left = 'style="text-align: left"'
    assert f"<td {left}><code>matmul(x0, x1)</code></td><td {left}><code>test_programs.py:" in page
    assert f"<td {left}><code>out 0</code></td><td {left}><code>float</code></td>" in page


def test_what_a_program_says_is_data():
    program = trace(lambda x: x * x)(2.0)
    for text in HOSTILE:
        page = replace(program, steps=(replace(program.steps[0], where=text),))._repr_html_()
        assert "<script" not in page
        assert "<b>" not in page
