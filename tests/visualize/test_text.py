"""Plain text: one line for every leaf and gate."""
import pytest

from autograd.visualize.model import columns
from autograd.visualize.text import aligned, expression, text
from tests.visualize.graphs import Builder, hostile, product, single


def test_a_small_graph():
    assert text(product()) == (
        "a            = 2        grad 0.5\n"
        "b            = 2        grad 0.5\n"
        "v1 = a × b   = 0.1235   grad -0.5   (model.py:12)\n"
        "v2 = sin(a)  = 0.1235   grad -0.5   (model.py:12)\n"
        "y = v1 + v2  = 0.1235   grad -0.5   (model.py:12)\n")


def test_what_is_not_known_is_left_out():
    b = Builder()
    b.gate("+", b.value("leaf", "x", name="x"), b.constant("1"), value=None, gradient=None)
    assert text(b.view()) == "x\nv1 = x + 1   (model.py:12)\n"
    assert text(single()).count("\n") == 1


@pytest.mark.parametrize(("label", "operands", "shown"), [
    ("×", "ab", "a × b"), ("−", "a", "−a"), ("sin", "a", "sin(a)"), ("σ", "a", "σ(a)"), ("max", "ab", "max(a, b)"),
    ("Σ(axis=0)", "a", "Σ(a, axis=0)"), ("²", "a", "a²"), ("ᵀ", "a", "aᵀ"), ("|·|", "a", "|a|"),
    ("[0, 1:3]", "a", "a[0, 1:3]"), ("1/", "a", "1/a"), ("√", "a", "√a"), ("@", "ab", "a @ b"), ("·", "ab", "a · b"),
    ("stack", "abc", "stack(a, b, c)"),
    ("log₂", "a", "log₂(a)"), ("", "ab", "a  b")])
def test_formulas(label, operands, shown):
    assert expression(label, list(operands)) == shown


def test_hostile_text_stays_on_its_line():
    view = hostile()
    lines = text(view).split("\n")
    assert len(lines) == 1 + sum(vertex.kind != "constant" for vertex in view.vertices)
    assert all(line.isprintable() for line in lines)


def test_columns_are_aligned_where_characters_are_wide():
    rows = aligned([["重み", "|"], ["e\u0301", "|"], ["abcdef", "|"]])
    assert {columns(row) for row in rows} == {7}
