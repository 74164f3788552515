"""Every transform against closed forms, with HIPS/autograd's arguments and return values."""
import math
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import autograd
from autograd import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_jvp_reversemode,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)

X = np.array([1.0, 2.0, 3.0])
M = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
V = np.array([0.5, -1.0, 2.0])


def cubes(x):
    """∇ = 3x², ∇² = diag(6x)"""
    return np.sum(x**3.0)


def product(a, b):
    return a * b * b


def equal(a, b):
    np.testing.assert_array_equal(a, b)


# ---------------------------------------------------------------- grad, value_and_grad
def test_grad_of_a_number_is_a_number():
    assert grad(lambda x: x * x)(3.0) == 6.0
    assert type(grad(lambda x: x * x)(3.0)) is float
    assert type(grad(lambda x: x * x)(np.float64(3.0))) is float


@pytest.mark.parametrize("x", [X, M, M[None], np.zeros((0,)), np.ones((1, 1))])
def test_grad_has_the_shape_of_its_argument(x):
    equal(grad(cubes)(x), 3.0 * x**2)


def test_grad_of_a_zero_dimensional_array():
    assert grad(lambda x: x * x)(np.array(3.0)) == 6.0


def test_value_and_grad_returns_value_then_gradient():
    value, gradient = value_and_grad(cubes)(X)
    assert value == 36.0
    equal(gradient, 3.0 * X**2)


@pytest.mark.parametrize(("argnum", "expected"), [(0, 9.0), (1, 12.0), (-1, 12.0), (-2, 9.0), ((0, 1), (9.0, 12.0)),
                                                  ((1, 0), (12.0, 9.0)), ([0], (9.0,)), ((-1,), (12.0,))])
def test_argnum(argnum, expected):
    assert grad(product, argnum)(2.0, 3.0) == expected
    assert grad(product, argnum=argnum)(2.0, 3.0) == expected
    assert value_and_grad(product, argnum)(2.0, 3.0) == (18.0, expected)


def test_keyword_arguments_are_passed_on():
    f = lambda x, *, scale=1.0: x * x * scale                                     # noqa: E731
    assert grad(f)(3.0, scale=2.0) == 12.0
    assert grad(f)(3.0) == 6.0
    assert value_and_grad(f)(3.0, scale=2.0) == (18.0, 12.0)
    equal(jacobian(lambda x, *, k: x * k)(X, k=2.0), 2.0 * np.eye(3))


Pair = namedtuple("Pair", "w b")


def test_containers_come_back_as_they_went_in():
    def f(p):
        return p["w"] * p["b"][0] + p["b"][1]["z"][0] * np.sum(p["b"][1]["z"][1])
    gradient = grad(f)({"w": 2.0, "b": (3.0, {"z": [4.0, X]})})
    assert list(gradient) == ["w", "b"]
    assert gradient["w"] == 3.0
    assert gradient["b"][0] == 2.0
    assert gradient["b"][1]["z"][0] == 6.0
    equal(gradient["b"][1]["z"][1], [4.0] * 3)
    assert [type(gradient["b"]), type(gradient["b"][1]), type(gradient["b"][1]["z"])] == [tuple, dict, list]


def test_named_tuples_ordered_dicts_and_empty_containers():
    assert grad(lambda p: p.w * p.b)(Pair(2.0, 3.0)) == Pair(3.0, 2.0)
    gradient = grad(lambda p: p["b"] * 2.0)(OrderedDict(b=1.0, a=1.0))
    assert gradient == OrderedDict(b=2.0, a=0.0)
    assert type(gradient) is OrderedDict
    assert grad(lambda p: p[0] * p[2])((2.0, [], 3.0, {})) == (3.0, [], 2.0, {})


def test_parts_that_f_does_not_use_get_zeros():
    unused, used = grad(lambda p: p[1] * 2.0)((M, 3.0))
    equal(unused, np.zeros_like(M))
    assert used == 2.0


def test_a_warning_where_the_output_does_not_depend_on_the_input():
    with pytest.warns(UserWarning, match="independent of input"):
        assert grad(lambda x: 3.0)(2.0) == 0.0
    with pytest.warns(UserWarning, match="independent of input"):
        equal(grad(lambda x: np.sum(np.floor(x)))(X), np.zeros(3))


def test_the_same_argument_returned():
    assert grad(lambda x: x)(2.0) == 1.0
    assert value_and_grad(lambda x: x)(2.0) == (2.0, 1.0)
    assert make_vjp(lambda p: (p[1], p[0]))((1.0, 2.0))[0]((10.0, 20.0)) == (20.0, 10.0)
    assert make_vjp(lambda x: (x, x, 5.0))(1.0)[0]((10.0, 20.0, 30.0)) == 30.0
    assert make_jvp(lambda x: (x, [x * x, 5.0]))(3.0)(1.0) == ((3.0, [9.0, 5.0]), (1.0, [6.0, 0.0]))


def test_float32_goes_through_every_transform():
    x = X.astype(np.float32)
    v = np.ones(3, np.float32)
    results = [grad(cubes)(x), value_and_grad(cubes)(x)[0], elementwise_grad(np.sin)(x), jacobian(np.sin)(x),
               hessian(cubes)(x),
               make_vjp(np.sin)(x)[0](v), *make_jvp(np.sin)(x)(v), make_hvp(cubes)(x)[0](v),
               make_jvp_reversemode(np.sin)(x)(v),
               hessian_vector_product(cubes)(x, v), make_ggnvp(np.sin)(x)(v), grad(checkpoint(cubes))(x)]
    assert {np.asarray(r).dtype for r in results} == {np.dtype(np.float32)}


# ---------------------------------------------------------------- vjp and jvp
def test_make_vjp_returns_the_pull_and_the_value():
    pull, value = make_vjp(lambda x: x**2.0)(X)
    equal(value, X**2)
    equal(pull(V), 2.0 * X * V)
    a, b = make_vjp(lambda a, b: a * b, (0, 1))(X, V)[0](X)
    equal(a, V * X)
    equal(b, X * X)


def test_make_jvp_returns_a_function_of_the_tangent():
    value, tangent = make_jvp(lambda x: x**2.0)(X)(V)
    equal(value, X**2)
    equal(tangent, 2.0 * X * V)
    assert make_jvp(product, 1)(2.0, 3.0)(1.0) == (18.0, 12.0)
    assert make_jvp(product, (0, 1))(2.0, 3.0)((1.0, 1.0)) == (18.0, 21.0)
    assert make_jvp(lambda p: p["a"] * p["b"])({"a": 2.0, "b": 3.0})({"a": 1.0, "b": 10.0}) == (6.0, 23.0)


def test_make_jvp_where_nothing_moves():
    value, tangent = make_jvp(lambda x: X)(X)(V)
    equal(value, X)
    equal(tangent, np.zeros(3))


def test_make_jvp_reversemode():
    equal(make_jvp_reversemode(lambda x: x**2.0)(X)(V), 2.0 * X * V)
    equal(make_jvp_reversemode(lambda x: M @ x)(X)(V), M @ V)


def test_elementwise_grad():
    equal(elementwise_grad(lambda x: x**3.0)(X), 3.0 * X**2)
    assert elementwise_grad(lambda x: x**3.0)(2.0) == 12.0
    equal(elementwise_grad(lambda a, x: a * x**3.0, 1)(2.0, X), 6.0 * X**2)
    equal(elementwise_grad(elementwise_grad(np.sin))(X), -np.sin(X))


def test_deriv():
    assert deriv(lambda x: x**3.0)(2.0) == 12.0
    equal(deriv(lambda x: np.stack([x, x * x]))(3.0), [1.0, 6.0])
    assert deriv(deriv(lambda x: x**3.0))(2.0) == 12.0
    assert deriv(product, 1)(2.0, 3.0) == 12.0


# ---------------------------------------------------------------- jacobian and hessian
def test_jacobian_has_the_output_axes_first():
    equal(jacobian(lambda x: M @ x)(X), M)
    equal(jacobian(cubes)(X), 3.0 * X**2)
    equal(jacobian(lambda x: x * X)(2.0), X)
    assert jacobian(lambda x: x * x)(3.0) == 6.0
    outer = jacobian(lambda x: np.outer(x, x))(X)
    assert outer.shape == (3, 3, 3)
    equal(outer, np.einsum("ik,j->ijk", np.eye(3), X) + np.einsum("jk,i->ijk", np.eye(3), X))
    assert jacobian(lambda m: m[:1] * 2.0)(M).shape == (1, 3, 2, 3)


def test_jacobian_of_containers_and_several_arguments():
    a, b = jacobian(lambda a, b: a * b, (0, 1))(X, V)
    equal(a, np.diag(V))
    equal(b, np.diag(X))
    equal(jacobian(lambda p: p["a"] * p["k"])({"a": X, "k": 2.0})["k"], X)
    unused = jacobian(lambda p: p[0] * 1.0)((X, M))[1]
    equal(unused, np.zeros((3, 2, 3)))


def test_hessian():
    equal(hessian(cubes)(X), np.diag(6.0 * X))
    assert hessian(lambda x: x**3.0)(2.0) == 12.0
    equal(hessian(lambda a, x: a * cubes(x), 1)(2.0, X), 2.0 * np.diag(6.0 * X))
    assert hessian(cubes)(M).shape == (2, 3, 2, 3)
    equal(hessian(cubes)(M).reshape(6, 6), np.diag(6.0 * M.ravel()))
    equal(hessian(lambda x: x @ (M.T @ M) @ x)(X), 2.0 * M.T @ M)


def test_hessian_vector_products():
    product, gradient = make_hvp(cubes)(X)
    equal(gradient, 3.0 * X**2)
    equal(product(V), 6.0 * X * V)
    equal(hessian_vector_product(cubes)(X, V), 6.0 * X * V)
    equal(hessian_tensor_product(cubes)(M, M), 6.0 * M * M)
    equal(hessian_tensor_product(lambda a, x: a * cubes(x), 1)(2.0, X, V), 12.0 * X * V)
    assert hessian_tensor_product is hessian_vector_product


def test_tensor_jacobian_product():
    equal(vector_jacobian_product(lambda x: x**2.0)(X, V), 2.0 * X * V)
    equal(tensor_jacobian_product(lambda x: np.outer(x, x))(X, np.outer(X, V)),
          np.einsum("ij,ijk->k", np.outer(X, V), jacobian(lambda x: np.outer(x, x))(X)))
    equal(tensor_jacobian_product(lambda x: np.outer(x, x))(X, V),
          np.einsum("i,ijk->jk", V, jacobian(lambda x: np.outer(x, x))(X)))
    equal(tensor_jacobian_product(lambda a, x: a * x, 1)(2.0, X, V), 2.0 * V)


def test_generalized_gauss_newton():
    jac = np.diag(2.0 * X)
    equal(make_ggnvp(lambda x: x**2.0)(X)(V), jac.T @ jac @ V)
    equal(make_ggnvp(lambda x: x**2.0, lambda y: np.sum(y**3.0))(X)(V), jac.T @ np.diag(6.0 * X**2) @ jac @ V)
    equal(make_ggnvp(lambda a, x: a * x, lambda y: np.sum(y**2.0), 1)(3.0, X)(V), 18.0 * V)
    equal(make_ggnvp(lambda x: M @ x)(X)(V), M.T @ M @ V)


# ---------------------------------------------------------------- the others
def test_grad_and_aux():
    gradient, aux = grad_and_aux(lambda x: (cubes(x), {"twice": x * 2.0, "note": "kept"}))(X)
    equal(gradient, 3.0 * X**2)
    equal(aux["twice"], 2.0 * X)
    assert type(aux["twice"]) is np.ndarray
    assert aux["note"] == "kept"
    assert grad(lambda x: grad_and_aux(lambda y: (y * y * x, y))(x)[0])(3.0) == 12.0


def test_grad_named():
    assert grad_named(product, "a")(2.0, 3.0) == 9.0
    assert grad_named(product, "b")(2.0, 3.0) == 12.0


def test_multigrad_dict():
    assert multigrad_dict(product)(2.0, 3.0) == {"a": 9.0, "b": 12.0}
    assert multigrad_dict(product)(2.0, b=3.0) == {"a": 9.0, "b": 12.0}
    assert multigrad_dict(lambda a, b=3.0: a * b * b)(2.0) == {"a": 9.0, "b": 12.0}
    assert multigrad_dict(lambda a, *rest, **named: a * rest[1] * named["k"])(2.0, 3.0, 4.0, k=5.0) == {
        "a": 20.0, "rest": (0.0, 10.0), "named": {"k": 8.0}}


def test_checkpoint_gives_the_same_derivatives():
    def f(x, k=2.0):
        return np.sum(np.sin(x * k) * x)
    saving = checkpoint(f)
    assert saving(X) == f(X)
    np.testing.assert_allclose(grad(saving)(X), grad(f)(X), rtol=1e-15)
    np.testing.assert_allclose(grad(saving)(X, k=3.0), grad(f)(X, k=3.0), rtol=1e-15)
    np.testing.assert_allclose(hessian(saving)(X), hessian(f)(X), rtol=1e-14)
    np.testing.assert_allclose(make_jvp(saving)(X)(V)[1], make_jvp(f)(X)(V)[1], rtol=1e-15)
    np.testing.assert_allclose(make_jvp(grad(saving))(X)(V)[1], make_jvp(grad(f))(X)(V)[1], rtol=1e-14)
    np.testing.assert_allclose(grad(lambda x: make_jvp(saving)(x)(V)[1])(X), grad(lambda x: make_jvp(f)(x)(V)[1])(X),
                               rtol=1e-14)


def test_checkpoint_runs_its_inside_again():
    calls = []

    def f(x):
        calls.append(x)
        return x * x
    assert grad(lambda x: checkpoint(f)(x) * 3.0)(2.0) == 12.0
    assert len(calls) == 2


def test_checkpoint_takes_containers_and_closures():
    def f(p, flag):
        return p["a"] * np.sum(p["b"]) if flag else 0.0
    gradient = grad(checkpoint(f))({"a": 2.0, "b": X}, True)
    assert gradient["a"] == 6.0
    equal(gradient["b"], [2.0] * 3)
    assert grad(lambda w: checkpoint(lambda x: x * w)(2.0))(3.0) == 2.0


# ---------------------------------------------------------------- nesting
ORDERS = {"forward over reverse": lambda f: lambda x, v: make_jvp(grad(f))(x)(v)[1],
          "reverse over forward": lambda f: lambda x, v: grad(lambda x: make_jvp(f)(x)(v)[1])(x),
          "reverse over reverse": lambda f: lambda x, v: grad(lambda x: np.sum(grad(f)(x) * v))(x),
          "forward over forward": lambda f: lambda x,
          v: np.stack([make_jvp(lambda x: make_jvp(f)(x)(v)[1])(x)(e)[1] for e in np.eye(3)])}


@pytest.mark.parametrize("order", ORDERS)
def test_all_orders_of_modes_give_one_hessian(order):
    def f(x):
        return np.log(np.sum(np.exp(np.sin(x) * x))) + np.prod(x) / np.sum(x)
    expected = hessian(f)(X) @ V
    np.testing.assert_allclose(ORDERS[order](f)(X, V), expected, rtol=1e-13)


def test_grad_through_a_step_of_gradient_descent():
    def trained(rate):
        w = 1.0
        for _ in range(3):
            w = w - rate * grad(lambda w: (w - 3.0) ** 2.0)(w)
        return w
    assert trained(0.1) == pytest.approx(3.0 - 2.0 * 0.8**3, rel=1e-15)
    assert grad(trained)(0.1) == pytest.approx(12.0 * 0.8**2, rel=1e-14)


def test_control_flow_is_plain_python():
    def f(x):
        total = 0.0
        while x > 0.5:
            total, x = total + x * x, x / 2.0
        return total if total else x
    assert grad(f)(3.0) == pytest.approx(2 * 3.0 + 3.0 / 2 + 3.0 / 8, rel=1e-15)
    assert grad(f)(0.25) == 1.0


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "elementwise_grad", "jacobian", "make_vjp", "make_jvp",
                                  "deriv",
                                  "make_hvp", "hessian", "checkpoint", "multigrad_dict", "grad_and_aux"])
def test_a_transformed_function_keeps_the_documentation(name):
    def f(x):
        """What f does."""
        return x
    assert "What f does." in getattr(autograd, name)(f).__doc__


def test_math_of_a_known_series():
    """sin's Taylor coefficients by nine nested derivatives."""
    f, coefficients = np.sin, []
    for k in range(9):
        coefficients.append(f(0.0) / math.factorial(k))
        f = grad(f)
    assert coefficients == [0.0, 1.0, 0.0, -1 / 6, 0.0, 1 / 120, 0.0, -1 / 5040, 0.0]


@pytest.mark.parametrize("f", [np.isnan, lambda x: x > 1.0, lambda x: np.isfinite(x) & True, lambda x: True,
                               lambda x: x[None] > 1.0])
def test_truth_values_stay_truth_values(f):
    x = np.float64(2.0)
    pull, value = make_vjp(f)(x)
    again, tangent = make_jvp(f)(x)(1.0)
    for found in (value, again):
        assert np.asarray(found).dtype == bool
        np.testing.assert_array_equal(found, f(x))
    assert pull(np.ones(np.shape(value))[()]) == 0.0
    assert not np.any(tangent)
