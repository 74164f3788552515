"""Transforms inside transforms: nothing leaks, nothing is confused, every order is exact."""
import math

import numpy as np
import pytest
from scipy.optimize import rosen_hess

from autograd import Tensor, grad, hessian, jacobian, make_jvp, make_vjp, no_grad, vmap


# ---------------------------------------------------------------- levels
def test_nothing_leaks_when_f_raises():
    def fails(x):
        grad(lambda y: y * x + (_ for _ in ()).throw(KeyError("inside")))(1.0)

    for transform in (grad, lambda f: lambda x: make_jvp(f)(x)(1.0), lambda f: lambda x: vmap(f)(np.array([x]))):
        with pytest.raises(KeyError, match="inside"):
            transform(fails)(2.0)
        assert grad(lambda x: x * grad(lambda y: x * y)(3.0))(2.0) == 4.0
        assert grad(grad(np.sin))(1.0) == -math.sin(1.0)
        assert isinstance(Tensor(1.0) * 2.0, Tensor)


def test_a_tensor_that_escaped_a_transform_is_its_value():
    kept = []

    def f(x):
        kept.append(x * x)
        return x * 3.0
    assert grad(f)(2.0) == 3.0
    (escaped,) = kept
    assert escaped.data == 4.0
    assert escaped + 1.0 == 5.0
    assert not isinstance(escaped + 1.0, Tensor)
    assert float(escaped) == 4.0
    assert grad(lambda x: x * escaped)(5.0) == 4.0
    x = Tensor(3.0)
    (x * escaped).backward()
    assert x.grad == 4.0
    assert grad(lambda x: grad(f)(x) * x * kept[-1])(2.0) == pytest.approx(3.0 * 3.0 * 4.0)      # inside the outer one


def test_an_escaped_pull_still_works():
    pull, value = make_vjp(lambda x: np.sin(x) * x)(2.0)
    assert pull(1.0) == pull(1.0) == math.cos(2.0) * 2.0 + math.sin(2.0)
    assert grad(lambda g: pull(g) ** 2.0)(1.0) == pytest.approx(2.0 * pull(1.0) ** 2)
    assert value == math.sin(2.0) * 2.0


def test_imperative_tensors_inside_transforms():
    w = Tensor(3.0)
    value = grad(lambda x: x * w * x)(2.0)
    assert isinstance(value, Tensor)                        # the outer graph goes on
    value.backward()
    assert (value.data, w.grad) == (12.0, 4.0)


# ---------------------------------------------------------------- no_grad
def test_no_grad_as_context_and_decorator():
    x = Tensor(2.0)

    @no_grad()
    def f():
        return x * 3.0

    for _ in range(2):
        assert f() == 6.0
        assert not isinstance(f(), Tensor)
    with no_grad(), no_grad():
        pass
    assert isinstance(x * 3.0, Tensor)


def test_no_grad_inside_a_transform_cuts_what_it_covers():
    def f(x):
        with no_grad():
            constant = x * x
        return constant * x
    assert grad(f)(3.0) == 9.0
    assert make_jvp(f)(3.0)(1.0) == (27.0, 9.0)
    assert grad(grad(lambda x: f(x) + x**3.0))(2.0) == 12.0
    np.testing.assert_array_equal(vmap(grad(f))(np.array([1.0, 2.0])), [1.0, 4.0])
    np.testing.assert_array_equal(grad(lambda x: np.sum(vmap(f)(x)))(np.array([1.0, 2.0])), [1.0, 4.0])


def test_no_grad_inside_vmap_still_sees_one_example():
    @no_grad()
    def largest(x):
        return np.max(x)
    x = np.array([[1.0, 5.0], [7.0, 3.0]])
    np.testing.assert_array_equal(vmap(largest)(x), [5.0, 7.0])
    np.testing.assert_array_equal(vmap(grad(lambda x: np.sum(x * largest(x))))(x), [[5.0, 5.0], [7.0, 7.0]])
    np.testing.assert_array_equal(grad(lambda x: np.sum(vmap(lambda x: x * largest(x))(x)))(x),
                                  [[5.0, 5.0], [7.0, 7.0]])


def test_transforms_started_inside_no_grad_differentiate():
    w = Tensor(2.0)
    with no_grad():
        assert grad(lambda x: x * x * w)(3.0) == 12.0
        assert not isinstance(grad(lambda x: x * x * w)(3.0), Tensor)
        assert hessian(lambda x: np.sum(x**3.0))(np.array([1.0])).tolist() == [[6.0]]


def test_no_grad_ends_when_something_raises():
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0                                                                     # noqa: B018
    assert isinstance(Tensor(2.0) * 3.0, Tensor)


# ---------------------------------------------------------------- perturbation confusion
def d(f):
    """Forward mode, the way Siskind and Pearlmutter write it."""
    return lambda x: make_jvp(f)(x)(1.0)[1]


MODES = [(outer, inner) for outer in (grad, d) for inner in (grad, d)]


@pytest.mark.parametrize(("outer", "inner"), MODES)
class TestPerturbationConfusion:
    """Siskind and Pearlmutter 2005 ("Perturbation confusion and referential transparency") and 2008, and relatives."""

    def test_the_classic(self, outer, inner):
        assert outer(lambda x: x * inner(lambda y: x + y)(2.0))(1.0) == 1.0

    def test_the_inner_variable_is_the_outer_one(self, outer, inner):
        assert outer(lambda x: x * inner(lambda y: x * y)(x))(3.0) == 6.0

    def test_the_inner_derivative_is_constant(self, outer, inner):
        assert outer(lambda x: inner(lambda y: x * 1.0 + y * 0.0)(1.0) + x)(5.0) == 1.0

    def test_a_product_of_both(self, outer, inner):
        found = outer(lambda x: inner(lambda y: np.sin(x * y))(2.0))(1.0)
        assert found == pytest.approx(math.cos(2.0) - 2.0 * math.sin(2.0), rel=1e-15)

    def test_the_outer_one_captured_in_a_container(self, outer, inner):
        assert outer(lambda x: inner(lambda p: p[0] * x * p[0] if isinstance(p, tuple) else p * x * p)(3.0))(2.0) == 6.0

    def test_a_returned_closure_of_an_ended_transform(self, outer, inner):
        """Manzyuk et al. 2019: the inner tensor must not be taken for one of a later run."""
        found = []
        inner(lambda y: (found.append(lambda z: y * z), y * y)[1])(4.0)
        assert outer(lambda x: inner(found[0])(x) * x)(2.0) == 4.0

    def test_a_sibling_of_the_same_depth(self, outer, inner):
        def f(x):
            return inner(lambda y: x * y)(1.0) + inner(lambda y: x * x * y)(1.0)
        assert outer(f)(3.0) == 7.0

    def test_three_levels(self, outer, inner):
        f = lambda x: outer(lambda y: x * inner(lambda z: x * y * y * z)(1.0))(2.0)      # noqa: E731
        assert grad(f)(3.0) == pytest.approx(24.0)                                        # f = 4x², so 8x
        assert d(f)(3.0) == pytest.approx(24.0)


# ---------------------------------------------------------------- higher orders
@pytest.mark.parametrize("outermost", [grad, d])
def test_four_derivatives_of_sin_are_exact(outermost):
    expected = [math.cos(0.7), -math.sin(0.7), -math.cos(0.7), math.sin(0.7)]
    f = np.sin
    for value in expected:
        f = outermost(f)
        assert f(0.7) == value


def test_every_mixture_of_four_derivatives_of_sin_agrees():
    for pattern in range(16):
        f = np.sin
        for k in range(4):
            f = (grad, d)[pattern >> k & 1](f)
        assert f(0.7) == math.sin(0.7)


def test_hessian_of_rosenbrock():
    def rosenbrock(x):
        return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1.0 - x[:-1]) ** 2.0)
    x = np.random.default_rng(0).uniform(-2.0, 2.0, 100)
    expected = rosen_hess(x)
    np.testing.assert_allclose(hessian(rosenbrock)(x), expected, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(jacobian(lambda x: make_vjp(rosenbrock)(x)[0](1.0))(x), expected, rtol=1e-12, atol=1e-10)
