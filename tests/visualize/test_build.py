"""From tensors to views: values, gradients, constants, labels."""
import numpy as np
import pytest

from autograd import Tensor, grad, make_jvp
from autograd.errors import AutogradError
from autograd.extend import defvjp, primitive
from autograd.visualize import Drawing, draw
from autograd.visualize.build import view
from autograd.visualize.layout import lay_out
from autograd.visualize.model import shown, shown_gradient
from autograd.visualize.svg import box


def leaves():
    return Tensor(2.0, name="a"), Tensor(3.0, name="b")


def facts(y, kind="gate"):
    return [(v.label, v.value, v.gradient) for v in view(y).vertices if v.kind == kind]


def test_a_small_graph():
    a, b = leaves()
    found = view(a * b + np.sin(a))
    assert [(v.kind, v.name, v.label) for v in found.vertices] == [
        ("leaf", "a", "a"), ("leaf", "b", "b"), ("gate", None, "×"), ("gate", None, "sin"), ("gate", None, "+")]
    edges = {(e.source, e.target, e.position) for e in found.edges}
    assert edges == {(0, 2, 0), (1, 2, 1), (0, 3, 0), (2, 4, 0), (3, 4, 1)}


def test_values_and_gradients_are_those_of_the_engine():
    a, b = leaves()
    y = a * b + np.sin(a)
    drawn = facts(y, "leaf")
    y.backward()
    assert drawn == [("a", "2", shown(a.grad)), ("b", "3", shown(b.grad))]
    assert facts(y)[-1] == ("+", shown(y.data), "1")


def test_grad_is_left_alone():
    a, b = leaves()
    y = a * b
    draw(y).text()
    assert (a.grad, b.grad, y.grad) == (None, None, None)
    y.backward()
    draw(y).text()
    assert (a.grad, b.grad) == (3.0, 2.0)


def test_values_that_were_not_kept_are_computed_again():
    X = Tensor(np.arange(12.0).reshape(3, 4), name="X")
    reshaped = X.reshape(4, 3) + 1.0
    y = np.exp(-reshaped).sum()
    assert reshaped.node.ans is None
    assert facts(y)[1][1] == shown(reshaped.data)
    assert facts(y)[-1][1] == shown(y.data)
    y.backward()
    assert facts(y, "leaf")[0][2] == shown_gradient(X.grad)


def test_what_is_computed_again_does_not_warn_again():
    x = Tensor(np.array([0.0, 1.0]))
    with np.errstate(divide="ignore"):
        y = (np.log(x) + 1.0).sum()
    assert facts(y)[-1][1] == "-inf"


def test_no_gradients_where_the_end_is_no_number():
    x = Tensor(np.ones(3), name="x")
    assert {gradient for _, _, gradient in facts(x * 2.0)} == {None}
    assert {gradient for _, _, gradient in facts((x * 2.0).sum())} == {"1", "[1, 1, 1]"}


def test_a_number_of_another_precision():
    x = Tensor(np.ones(3, np.float32), name="x")
    assert facts((x * x).sum())[-1][1:] == ("3", "1")


def test_every_use_of_a_constant_is_a_vertex():
    a, _ = leaves()
    shown_twice, array = ("2", "2", None), ("[1, 1]", "[1, 1]", None)
    assert facts((a * 2.0 + 2.0) * np.ones(2), "constant") == [shown_twice, shown_twice, array]


def test_both_arguments_from_one_tensor():
    a, _ = leaves()
    assert [(e.source, e.target, e.position) for e in view(a * a).edges] == [(0, 1, 0), (0, 1, 1)]


def test_a_leaf_alone():
    found = view(Tensor(1.5))
    assert [(v.kind, v.label, v.value, v.gradient) for v in found.vertices] == [("leaf", "leaf", "1.5", "1")]
    assert found.edges == ()


@pytest.mark.parametrize(("f", "label"), [
    (lambda X: X.sum(axis=0), "Σ(axis=0)"), (lambda X: X.sum(), "Σ"), (lambda X: X[0], "[0]"),
    (lambda X: X[1:, ::2], "[1:, ::2]"),
    (lambda X: X[..., None, 1], "[..., None, 1]"), (lambda X: X[np.array([0, 2])], "[[0, 2]]"),
    (lambda X: X.reshape(2, 6), "reshape(shape=(2, 6))"), (lambda X: X.T, "ᵀ"),
    (lambda X: X.mean(axis=1, keepdims=True), "mean(axis=1, keepdims=True)")])
def test_keywords_are_in_the_label(f, label):
    assert facts(f(Tensor(np.ones((3, 4)))))[-1][0] == label


def test_lines_of_the_users_file():
    a, b = leaves()
    assert {v.where.split(":")[0] for v in view(a * b).vertices} == {"test_build.py"}


def test_inside_a_gradient():
    texts = []

    def f(x):
        y = x * x
        texts.append(draw(y).text())
        return y
    assert grad(grad(f))(3.0) == 2.0
    assert "= 9   grad 1" in texts[0]


@pytest.mark.parametrize("wrong", [3.0, np.ones(3), "y", None, [Tensor(1.0)]])
def test_what_is_no_tensor_is_an_error_that_says_what_to_write(wrong):
    with pytest.raises(TypeError, match="draw needs a Tensor that was computed from Tensors") as caught:
        draw(wrong)
    assert isinstance(caught.value, AutogradError)
    assert "draw(y)" in str(caught.value)


def test_a_tensor_that_only_carries_a_tangent_is_an_error():
    def f(x):
        draw(x * x)
        return x
    with pytest.raises(TypeError, match="draw needs a Tensor"):
        make_jvp(f)(1.0)(1.0)


def test_a_long_chain():
    x = Tensor(1.0)
    for _ in range(4_000):
        x = x * 1.0
    assert draw(x, depth=1).text().count("\n") == 4_001
    found = view(x)
    assert len(lay_out(found, [box(v) for v in found.vertices]).corners) == 8_001


def test_drawings_in_all_forms():
    a, b = leaves()
    drawing = draw(a * b, direction="TB", engine="own")
    assert isinstance(drawing, Drawing)
    assert "a × b" in drawing.text()
    assert "×" in drawing.svg()
    assert "×" in drawing.dot()


def test_gradients_at_singular_points_are_those_of_backward():
    a = Tensor(0.0, name="a")
    y = np.sqrt(a * a)
    leaf = view(y).vertices[0]
    y.backward()
    assert a.grad == 0.0
    assert (leaf.gradient, leaf.slopes) == ("0", 0.0)


def test_a_gate_with_one_way_back_for_all_inputs_is_drawn():
    @primitive
    def product(x, y):
        return x * y * y
    defvjp(product, lambda ans, x, y: lambda g: g * y * y, lambda ans, x, y: lambda g: g * 2.0 * x * y)
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    assert [vertex.gradient for vertex in view(product(a, b)).vertices] == ["9", "12", "1"]
