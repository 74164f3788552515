"""A program that failed is drawn until there, and the gate that failed is marked."""
import numpy as np
import pytest

import nn
from autograd import Tensor, draw, grad, make_jvp, trace, vmap
from autograd.errors import AutogradError, DataError, ShapeError
from autograd.visualize.build import failed_gate


def raised(f, kind=AutogradError):
    with pytest.raises(kind) as caught:
        f()
    return caught.value


def leaf():
    return Tensor(np.arange(12.0).reshape(4, 3), name="X")


FAILING = {
    "binary": (lambda x: np.tanh(x * 2.0) @ np.ones((2, 3)), ["X", "2", "×", "tanh", "[[1, 1, 1], [1, 1, 1]]", "✗ @"]),
    "elementwise": (lambda x: x + np.ones(7), ["X", "7 float64, 1 to 1", "✗ +"]),
    "one input": (lambda x: (x * 2.0).reshape(5, 2), ["X", "2", "×", "✗ reshape(shape=(5, 2))"]),
    "any number": (lambda x: np.concatenate([x, x[:, :2]]), ["X", "[:, :2]", "✗ concat"]),
    "linear algebra": (lambda x: np.linalg.inv((x.T @ x) * 0.0), ["X", "ᵀ", "@", "0", "×", "✗ ⁻¹"]),
    "index": (lambda x: np.sin(x)[10], ["X", "sin", "✗ [10]"]),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_ran_is_drawn_and_the_gate_is_marked(name):
    f, labels = FAILING[name]
    error = raised(lambda: f(leaf()))
    seen = draw(error).view
    assert [v.label for v in seen.vertices] == labels
    assert [v.failed for v in seen.vertices] == [False] * (len(labels) - 1) + [True]
    last = seen.vertices[-1]
    assert last.value == f"{type(error).__name__}: {str(error).splitlines()[0]}"
    assert last.where.startswith("test_failing.py:")
    assert {e.target for e in seen.edges} >= {last.key}


def test_every_form_marks_it():
    drawing = draw(raised(lambda: leaf() @ leaf()), engine="own")
    assert "v1 = X ✗ @ X" in drawing.text()
    assert '<g class="gate failed">' in drawing.svg()
    assert "dashed" in drawing.dot()
    assert "ShapeError" in drawing.html()


def test_inside_a_gradient():
    error = raised(lambda: grad(lambda x: np.sum(x * x + np.ones(7)))(np.ones(3)))
    assert [v.label for v in draw(error).view.vertices] == ["leaf", "×", "7 float64, 1 to 1", "✗ +"]


def test_the_error_of_a_layer_leads_to_its_gate():
    error = raised(lambda: nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(5, 1))(np.ones((2, 3))), ShapeError)
    seen = draw(error).view
    assert [v.label for v in seen.vertices if v.kind == "gate"] == ["ᵀ", "@", "+", "tanh", "ᵀ", "✗ @"]
    assert seen.vertices[-1].value.startswith("ShapeError: Linear(5, 1) got an input of shape (2, 4)")


def test_an_error_without_a_gate_says_so():
    error = raised(lambda: Tensor(1))
    assert failed_gate(error) is None
    with pytest.raises(DataError, match="no gate on recorded tensors raised this DataError"):
        draw(error)


@pytest.mark.parametrize("transform", [lambda f, x: make_jvp(f)(x)(x), lambda f, x: vmap(f)(np.stack([x, x])),
                                       lambda f, x: trace(f)(x)])
def test_other_transforms_raise_the_same_error(transform):
    error = raised(lambda: transform(lambda x: x @ np.ones(7), np.ones(3)), ShapeError)
    assert "7" in str(error)
    assert failed_gate(error) is None or draw(error).view.vertices[-1].failed


def test_plain_arrays_leave_no_graph():
    from autograd.gates.contract import matmul
    assert failed_gate(raised(lambda: matmul(np.ones(3), np.ones(7)))) is None
