"""A changed leaf: what the page computes is what Python computes, and where it cannot, it says so."""
import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.gates.elementwise import relu, sigmoid, softplus
from autograd.visualize.html import page
from tests.browser.browsing import change, drawn, numbers, press, said
from tests.visualize.graphs import product
from tests.visualize.test_html import graph, known_gates

ONE = {name: getattr(np, name) for name in (
    "negative", "positive", "reciprocal", "square", "absolute", "sqrt", "cbrt", "exp", "exp2", "expm1", "log", "log2",
    "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arctanh",
    "degrees", "radians")}
ONE |= {"sigmoid": sigmoid, "relu": relu, "softplus": softplus, "arccosh": lambda x: np.arccosh(x + 1.0)}
TWO = {name: getattr(np, name) for name in (
    "add", "subtract", "multiply", "divide", "power", "remainder", "hypot", "arctan2", "logaddexp", "maximum",
    "minimum")}
VECTOR, MATRIX = [0.5, -1.25, 2.0], [[1.0, -2.0, 0.5], [0.25, 3.0, -1.5]]
ARRAYS = {
    "broadcast": lambda x, X: np.sum(np.tanh(x * X) / (X * X + x * x)),
    "sum": lambda x, X: np.sum(X.sum(axis=0) * x + X.sum(axis=-1, keepdims=True) * X.sum(axis=(0, 1))),
    "mean": lambda x, X: np.mean(X.mean(axis=1) * x[0] + X.mean() * X.mean(axis=0, keepdims=True).sum()),
    "matmul": lambda x, X: np.sum(np.sin(X @ X.T)) + np.sum(X @ x) + x @ X.T @ X @ x,
    "dot": lambda x, X: np.dot(x, x) + np.sum(np.dot(X, x)),
    "moves": lambda x, X: np.sum(X.T[1:] * X[:, ::2].reshape(2, 2)) + np.sum(np.stack([x, x]) * X),
    "joins": lambda x, X: np.sum(np.concatenate([x, X[0]])[::-1] * np.pad(X[1], (1, 2))),
    "copies": lambda x, X: np.sum(np.broadcast_to(x, (2, 3)) * np.roll(X, 1)) + np.sum(np.tile(x, 2)) * x[0],
    "fork": lambda x, X: np.sum(np.exp(x) * x) + np.sum(X[0] * X[0]) * x[1],
    "softmax": lambda x, X: -np.log(np.exp(X @ x)[1] / np.sum(np.exp(X @ x))),
    "where": lambda x, X: np.sum(np.where(np.array([True, False, True]), x, X) * X),
}


def same(found, expected):
    """Equal to 12 digits, or equally inf or nan."""
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def compare(opened, y, leaves):
    """Everything that the page shows against a fresh run: values of leaves and gates, gradients of leaves."""
    fresh, found = draw(y).view, numbers(opened)
    kept = [vertex for vertex in fresh.vertices if vertex.kind != "constant"]
    assert len(kept) == len(found)
    for vertex, (shown_value, shown_gradient) in zip(kept, found.values(), strict=True):
        same(shown_value, vertex.numbers)
        same(shown_gradient, vertex.slopes)
    y.backward()
    for leaf in leaves:
        same(found[leaf.name][1], leaf.grad)


def of_one(x):
    """The sum of all gates of one number, each of a leaf of its own, and the leaves."""
    leaves = [Tensor(x, name=f"x {name}") for name in ONE]
    return sum(f(leaf) for f, leaf in zip(ONE.values(), leaves, strict=True)), leaves


def of_two(x, y):
    leaves = [(Tensor(x, name=f"x {name}"), Tensor(y, name=f"y {name}")) for name in TWO]
    return sum(f(*pair) for f, pair in zip(TWO.values(), leaves, strict=True)), [x for pair in leaves for x in pair]


def of_ones(name):
    return ARRAYS[name](Tensor(np.ones(3), name="x"), Tensor(np.ones((2, 3)), name="X"))


@pytest.mark.parametrize("x", [0.3, 0.987, 1e-9])
def test_gates_of_one_number(visit, x):
    opened = visit(draw(of_one(0.7)[0]).html())
    for name in ONE:
        change(opened, f"x {name}", x)
    compare(opened, *of_one(x))


@pytest.mark.parametrize(("x", "y"), [(0.3, 2.5), (4.75, 0.5), (1.5, 1.5)])
def test_gates_of_two_numbers(visit, x, y):
    opened = visit(draw(of_two(0.7, 1.9)[0]).html())
    for name in TWO:
        change(opened, f"x {name}", x)
        change(opened, f"y {name}", y)
    compare(opened, *of_two(x, y))


@pytest.mark.parametrize("name", ARRAYS)
def test_gates_of_small_arrays(visit, name):
    opened = visit(draw(of_ones(name)).html())
    change(opened, "x", VECTOR)
    change(opened, "X", MATRIX)
    leaves = Tensor(np.array(VECTOR), name="x"), Tensor(np.array(MATRIX), name="X")
    compare(opened, ARRAYS[name](*leaves), leaves)


def test_every_gate_of_the_page_is_compared():
    graphs = [of_one(0.7)[0], of_two(0.7, 1.9)[0], *map(of_ones, ARRAYS)]
    assert known_gates() <= {vertex.gate for y in graphs for vertex in draw(y).view.vertices}


@pytest.mark.parametrize(("f", "x"), [
    (np.log, 0.0), (np.sqrt, -1.0), (lambda x: 1.0 / x, 0.0), (np.exp, 1e4), (np.sqrt, 0.0)])
def test_infinities_and_nan_are_shown(visit, f, x):
    opened = visit(draw(f(Tensor(0.5, name="x"))).html())
    change(opened, "x", x)
    value, gradient = numbers(opened)["x"][0], numbers(opened)["x"][1]
    leaf = Tensor(x, name="x")
    with np.errstate(all="ignore"):
        y = f(leaf)
        y.backward()
    same(value, x)
    same(gradient, leaf.grad)
    same(list(numbers(opened).values())[-1][0], y.data)


def test_zero_times_infinity_is_zero_in_the_chain_rule(visit):
    opened = visit(draw(np.sqrt(Tensor(0.5, name="x")) * Tensor(0.0, name="y")).html())
    change(opened, "x", 0.0)
    x = Tensor(0.0, name="x")
    (np.sqrt(x) * Tensor(0.0)).backward()
    assert numbers(opened)["x"][1] == x.grad == 0.0


def test_steps_and_drawing_show_the_new_numbers_until_they_are_restored(visit):
    opened = visit(draw(graph()).html())
    before = drawn(opened, "value"), drawn(opened, "gradient")
    press(opened, "Back", 2)
    change(opened, "a", 0.0)
    assert drawn(opened, "value") == ["0", "3", "0", "0", "0"]
    press(opened, "Next")
    assert said(opened).startswith("Back through v2 = sin(a): a gets 1 times 1 = 1")
    assert "v3 = 0" in opened.locator("[role=status]").last.inner_text()
    press(opened, "Python's numbers again")
    press(opened, "Last")
    assert (drawn(opened, "value"), drawn(opened, "gradient")) == before


@pytest.mark.parametrize("text", ["", "two", "1, 2", "[1]", "1e999", "null", '"3"', "true", "{}"])
def test_what_is_no_number_is_refused_with_what_to_write(visit, text):
    opened = visit(draw(graph()).html())
    field = opened.get_by_label("Value", exact=True)
    field.fill(text)
    field.press("Enter")
    assert opened.get_by_role("alert").inner_text() == "write one number, for instance 2.5"
    assert field.get_attribute("aria-invalid") == "true"
    assert drawn(opened, "value")[0] == "2"
    field.fill("4")
    field.press("Enter")
    assert opened.get_by_role("alert").inner_text() == ""
    assert drawn(opened, "value")[0] == "4"


@pytest.mark.parametrize("text", ["[1, 2]", "[[1, 2, 3]]", "1", "[1, 2, [3]]", '[1, 2, "x"]', "[1, 2, null]"])
def test_an_array_keeps_its_shape(visit, text):
    opened = visit(draw(np.sum(Tensor(np.ones(3), name="x") * 2.0)).html())
    field = opened.get_by_label("Value", exact=True)
    field.fill(text)
    field.press("Enter")
    assert opened.get_by_role("alert").inner_text() == "write 3 numbers, as in the field before"


@pytest.mark.parametrize(("y", "why"), [
    (lambda: np.linalg.det(Tensor(np.eye(2) * 2.0)), "the page cannot compute det, which made v2"),
    (lambda: np.sum(Tensor(np.ones(65), name="x")), "x is not a double or an array of at most 64 of them"),
    (lambda: np.sum(Tensor(np.ones(3, np.float32), name="x")), "x is not a double"),
    (lambda: np.sum(Tensor(np.ones((2, 2, 2)), name="x") @ np.ones((2, 2))), "no rule for stacks of matrices")])
def test_where_the_page_cannot_compute_there_is_no_field_and_one_line_says_why(visit, y, why):
    opened = visit(draw(y()).html())
    assert opened.locator("#field").count() == 0
    assert why in opened.locator("#why").inner_text()


def test_a_graph_written_by_hand_has_no_field(visit):
    opened = visit(page(product()))
    assert opened.locator("#why").inner_text() == (
        "Values cannot be changed here: the page cannot compute ×, which made v1.")


def test_numbers_that_the_page_does_not_find_again_are_not_changed(visit):
    """Python's numbers are right; a page that would come to others must not show any."""
    source = draw(graph()).html().replace('"gate":"sin"', '"gate":"cos"')
    opened = visit(source)
    assert opened.locator("#why").inner_text() == (
        "Values cannot be changed here: the page finds another value of v2 than Python.")
