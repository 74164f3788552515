"""`vmap` equals a loop over examples: axes, containers, nesting, and every transform inside and outside."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np
import pytest

from autograd import Tensor, checkpoint, grad, hessian, jacobian, make_jvp, make_vjp, value_and_grad, vmap
from autograd.errors import AutogradError, DataError, ShapeError

RNG = np.random.default_rng(0)
X, W = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 2))
M = RNG.standard_normal((2, 3, 4))


def loop(f, *columns):
    return np.stack([f(*row) for row in zip(*columns, strict=True)])


def close(a, b):
    assert np.shape(a) == np.shape(b)
    np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14)


def model(w, x):
    return np.sum(np.tanh(x @ w) ** 2.0) + np.max(x)


# ---------------------------------------------------------------- axes
def test_one_argument():
    close(vmap(np.sin)(X), np.sin(X))
    close(vmap(np.sum)(X), X.sum(1))
    close(vmap(lambda x: x)(X), X)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_in_axes_and_out_axes(axis):
    def f(x):
        return np.sin(x) * x[0]
    expected = loop(f, np.moveaxis(M, axis, 0))
    close(vmap(f, in_axes=axis)(M), expected)
    close(vmap(f, axis)(M), expected)
    close(vmap(f, axis, axis)(M), np.moveaxis(expected, 0, axis))
    close(vmap(f, axis, -1)(M), np.moveaxis(expected, 0, -1))


def test_shared_arguments_and_keywords():
    close(vmap(model, in_axes=(None, 0))(W, X), loop(lambda x: model(W, x), X))
    close(vmap(lambda x, *, k: x * k)(X, k=3.0), X * 3.0)
    close(vmap(lambda x, k: x * k, (0, None))(X, 2.0), X * 2.0)
    close(vmap(lambda x: X[0] * 1.0 + x)(X), X + X[0])


def test_containers_in_and_out():
    close(vmap(lambda p: p["a"] * p["b"][0])({"a": X, "b": (X,)}), X * X)
    out = vmap(lambda p: {"sum": np.sum(p["a"]), "both": (p["a"], p["k"])}, in_axes=({"a": 0, "k": None},))({"a": X, "k": 2.0})
    close(out["sum"], X.sum(1))
    close(out["both"][0], X)
    close(out["both"][1], np.full(4, 2.0))
    first, second = vmap(lambda x: (x, np.sum(x)), out_axes=(1, 0))(X)
    close(first, X.T)
    close(second, X.sum(1))


def test_results_that_all_examples_share():
    close(vmap(lambda x: np.ones(2))(X), np.ones((4, 2)))
    close(vmap(lambda x: 3.0)(X), np.full(4, 3.0))
    close(vmap(lambda x: W)(X), np.stack([W] * 4))


def test_integers_and_booleans_are_mapped_too():
    rows = np.array([2, 0, 1, 1])
    close(vmap(lambda x, i: x[i])(X, rows), X[np.arange(4), rows])
    close(vmap(lambda x, i: np.take(x, i))(X, rows), X[np.arange(4), rows])
    close(vmap(lambda x, i: np.take_along_axis(x, i, 0))(X, rows[:, None]), X[np.arange(4), rows][:, None])
    close(vmap(lambda x, keep: np.where(keep, x, 0.0))(X, rows > 0), X * (rows > 0)[:, None])
    close(vmap(grad(lambda x, i: x[i] ** 2.0), (0, 0))(X, rows), loop(lambda x, i: 2.0 * x[i] * np.eye(3)[i], X, rows))


# ---------------------------------------------------------------- gates with axes of their own
@pytest.mark.parametrize("f", [
    lambda x: np.sum(x, axis=0), lambda x: np.sum(x, axis=-1), lambda x: np.mean(x, axis=1, keepdims=True), lambda x: np.max(x),
    lambda x: np.transpose(x), lambda x: x.T @ x, lambda x: np.reshape(x, -1), lambda x: x.reshape(4, 3), lambda x: x[1:, ::-1],
    lambda x: x[[0, 2], [1, 1]], lambda x: x[..., None], lambda x: np.concatenate([x, x * 2.0], axis=1), lambda x: np.stack([x, x], -1),
    lambda x: np.cumsum(x, axis=1), lambda x: np.flip(x), lambda x: np.pad(x, 1), lambda x: np.tile(x, 2), lambda x: np.repeat(x, 2, axis=0),
    lambda x: np.roll(x, 1), lambda x: np.roll(x, 1, axis=0), lambda x: np.einsum("ij,ik->jk", x, x), lambda x: np.tensordot(x, x, ((0,), (0,))),
    lambda x: np.dot(x, np.ones(4)), lambda x: np.ones(3) @ x, lambda x: np.outer(x[0], x[1]), lambda x: np.trace(x), lambda x: np.diag(x[0]),
    lambda x: np.std(x, axis=0), lambda x: np.prod(x, axis=1), lambda x: np.swapaxes(x, 0, 1), lambda x: np.moveaxis(x, 0, -1),
    lambda x: np.squeeze(x[:1]), lambda x: np.expand_dims(x, (0, -1)), lambda x: np.diff(x), lambda x: np.clip(x, -0.5, 0.5),
    lambda x: np.where(x > 0, x, 0.0), lambda x: np.split(x, 3)[1], lambda x: np.vstack([x, np.ones(4)]), lambda x: np.tril(x),
    lambda x: np.linspace(0.0, 1.0, 4) * x, lambda x: x.flatten(), lambda x: x * x[0, 0], lambda x: x[:, 0] + x[:, :1], lambda x: (x + np.ones((5, 1, 1))).sum(1),
    lambda x: np.inner(x, x), lambda x: np.vdot(x, x), lambda x: np.average(x, axis=0, weights=[1.0, 2.0, 3.0]), lambda x: np.broadcast_to(x, (2, 3, 4))])
def test_gates_inside(f):
    xs = RNG.standard_normal((5, 3, 4))
    close(vmap(f)(xs), loop(f, xs))
    close(vmap(lambda x: f(x) * 1.0)(xs), loop(f, xs))
    close(vmap(grad(lambda x: np.sum(np.sin(f(x)))))(xs), loop(grad(lambda x: np.sum(np.sin(f(x)))), xs))


# ---------------------------------------------------------------- with the transforms
def test_gradients_per_example():
    close(vmap(grad(model, 1), (None, 0))(W, X), loop(lambda x: grad(model, 1)(W, x), X))
    close(vmap(grad(model), (None, 0))(W, X), loop(lambda x: grad(model)(W, x), X))
    value, gradient = vmap(value_and_grad(model), (None, 0))(W, X)
    close(value, loop(lambda x: model(W, x), X))
    close(gradient, loop(lambda x: grad(model)(W, x), X))


def test_the_gradient_of_a_mapped_function():
    total = grad(lambda w: np.sum(vmap(model, (None, 0))(w, X)))(W)
    close(total, sum(grad(model)(W, x) for x in X))
    close(grad(lambda x: np.sum(vmap(model, (None, 0))(W, x)))(X), loop(lambda x: grad(model, 1)(W, x), X))


def test_forward_mode_inside_and_outside():
    v = RNG.standard_normal((4, 3))
    f = lambda x: model(W, x)                                                         # noqa: E731
    close(vmap(lambda x, v: make_jvp(f)(x)(v)[1])(X, v), loop(lambda x, v: make_jvp(f)(x)(v)[1], X, v))
    close(make_jvp(vmap(f))(X)(v)[1], loop(lambda x, v: make_jvp(f)(x)(v)[1], X, v))


def test_jacobian_by_mapping_over_the_basis():
    f = lambda x: np.tanh(x @ W)                                                      # noqa: E731
    pull, y = make_vjp(f)(X[0])
    close(vmap(pull)(np.eye(2)), jacobian(f)(X[0]))
    close(vmap(lambda v: make_jvp(f)(X[0])(v)[1], out_axes=-1)(np.eye(3)), jacobian(f)(X[0]))
    assert y.shape == (2,)


def test_hessian_and_jacobian_per_example():
    f = lambda x: model(W, x)                                                         # noqa: E731
    close(vmap(hessian(f))(X), loop(hessian(f), X))
    close(vmap(jacobian(lambda x: np.tanh(x @ W)))(X), loop(jacobian(lambda x: np.tanh(x @ W)), X))
    close(vmap(checkpoint(f))(X), loop(f, X))
    close(vmap(grad(checkpoint(f)))(X), loop(grad(f), X))


def test_nested_maps():
    outer = vmap(vmap(lambda a, b: a * b, (None, 0)), (0, None))
    close(outer(X[:, 0], X[0]), np.outer(X[:, 0], X[0]))
    close(vmap(vmap(lambda x: np.sum(np.sin(x))))(M), np.sin(M).sum(-1))
    close(vmap(vmap(lambda x: np.cumsum(x), 1, 1))(M), np.cumsum(M, 1))
    close(vmap(vmap(grad(lambda x: np.sum(np.sin(x)))))(M), np.cos(M))
    close(grad(lambda m: np.sum(vmap(vmap(np.sin))(m)))(M), np.cos(M))
    close(vmap(lambda x: vmap(lambda y: x * np.sum(y))(X))(X[:, 0]), np.outer(X[:, 0], X.sum(1)))


def test_imperative_tensors_are_recorded_through_a_map():
    x, w = Tensor(X), Tensor(W)
    np.sum(vmap(model, (None, 0))(w, x)).backward()
    close(w.grad, sum(grad(model)(W, row) for row in X))
    close(x.grad, loop(lambda row: grad(model, 1)(W, row), X))


def test_float32_stays_float32():
    x = X.astype(np.float32)
    assert vmap(lambda x: np.sum(x * 2.0))(x).dtype == np.float32
    assert vmap(grad(lambda x: np.sum(x * 2.0)))(x).dtype == np.float32


def test_no_examples_and_one_example():
    close(vmap(np.sin)(np.zeros((0, 3))), np.zeros((0, 3)))
    close(vmap(np.sum)(X[:1]), X[:1].sum(1))


# ---------------------------------------------------------------- mistakes
def test_a_branch_on_a_mapped_value():
    with pytest.raises(DataError, match=r"differs from example to example[\s\S]*test_vmap\.py[\s\S]*np\.where"):
        vmap(lambda x: x if x > 0 else -x)(X[:, 0])


def test_axes_of_different_length():
    with pytest.raises(ShapeError, match=r"\[3, 4\][\s\S]*test_vmap\.py"):
        vmap(lambda a, b: a * np.sum(b))(X, W)
    with pytest.raises(ShapeError, match="nothing"):
        vmap(lambda a: a, None)(X)


@pytest.mark.parametrize(("in_axes", "x"), [(0, 2.0), (2, X), (-3, X), ((0, 0), X)])
def test_axes_that_are_not_there(in_axes, x):
    with pytest.raises(AutogradError, match=r"test_vmap\.py"):
        vmap(lambda x: x, in_axes)(x)
