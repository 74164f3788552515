"""Views as data, values as short text."""
import numpy as np
import pytest

from autograd.visualize.model import (
    Vertex,
    View,
    arguments,
    columns,
    names,
    number,
    printable,
    shortened,
    shown,
    shown_gradient,
)
from tests.visualize.graphs import Builder, square


@pytest.mark.parametrize(("x", "text"), [
    (0.70710678, "0.7071"), (-1.2e-5, "-1.2e-05"), (6.0, "6"), (-12345.0, "-12345"), (1e20, "1e+20"), (0.0, "0"),
    (float("nan"), "nan"), (float("-inf"), "-inf"), (3, "3"), (True, "True"), (1.0 + 2.5j, "1+2.5j")])
def test_numbers(x, text):
    assert number(x) == text


@pytest.mark.parametrize(("x", "text"), [
    (np.float64(0.5), "0.5"), (np.float32(0.1), "0.1"), (np.array(2.0), "2"),
    (np.array([1.0, 2.0, 3.5]), "[1, 2, 3.5]"),
    (np.eye(2), "[[1, 0], [0, 1]]"), (np.array([True, False]), "[True, False]"),
    (np.zeros((64, 100)), "64×100 float64, 0 to 0"), (np.arange(7), "7 int64, 0 to 6"),
    (np.zeros((0, 3)), "0×3 float64"), (np.zeros(9, complex), "9 complex128"),
    (np.array([1.0, np.nan] * 4), "8 float64, nan to nan")])
def test_values(x, text):
    assert shown(x) == text


def test_a_large_gradient_has_the_shape_of_its_value():
    assert shown_gradient(np.linspace(-1, 2, 50)) == "-1 to 2"
    assert shown_gradient(np.array([0.25, 1.0])) == "[0.25, 1]"
    assert shown_gradient(0.25) == "0.25"


def test_arguments_come_in_order_of_position():
    view = square()
    assert arguments(View(view.vertices, view.edges[::-1])) == {0: [], 1: [0, 0]}


def test_every_leaf_and_gate_has_a_name_of_its_own():
    b = Builder()
    for name in ("w", "w", "v1", "w_2", "w", "line\nend"):
        b.leaf(name)
    b.gate("sin", 0)
    b.constant("1")
    assert list(names(b.view()).values()) == ["w", "w_2", "v1", "w_2_2", "w_3", "line\\nend", "v2", "1"]


def test_many_equal_names_take_no_time():
    vertices = tuple(Vertex(key, "leaf", "w", "w") for key in range(50_000))
    assert len(set(names(View(vertices, ())).values())) == 50_000


@pytest.mark.parametrize(("text", "shown"), [
    ("plain × text", "plain × text"), ("a\nb\0c\x1b[31m", "a\\nb\\x00c\\x1b[31m"), ("\u202eabc", "\\u202eabc"),
    ("\ud800", "\\ud800")])
def test_text_that_stands_on_one_line(text, shown):
    assert printable(text) == shown
    assert shown.isprintable()


def test_shortened_text_says_so():
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"


def test_columns_count_wide_and_combining_characters():
    assert [columns(text) for text in ("abc", "×∂", "重み", "e\u0301")] == [3, 2, 4, 1]
