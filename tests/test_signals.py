"""Signals, series and polynomials beyond the calls of tests/calls: high orders at 0, knots, examples mapped, refusals."""
# ruff: noqa: E501 — one row per case, however long
import math

import numpy as np
import pytest

from autograd import Tensor, elementwise_grad, grad, make_jvp, make_vjp, vmap
from autograd.errors import AutogradError, DataError, KeywordError
from tests.agreement import close, same

X = np.random.default_rng(4).uniform(0.5, 1.5, (3, 6))


# ---------------------------------------------------------------- every order at and near 0
def sinc_term(k):
    """The coefficient of x^2k in sin(πx)/(πx)."""
    return (-1) ** k * math.pi ** (2 * k) / math.factorial(2 * k + 1)


def i0_term(k):
    """The coefficient of x^2k in I0(x) (Abramowitz and Stegun 9.6.12)."""
    return 0.25**k / math.factorial(k) ** 2


def of_series(term, order, x):
    """The derivative of Σ term(k) x^2k."""
    return sum(term(k) * math.perm(2 * k, order) * x ** (2 * k - order) for k in range((order + 1) // 2, 30))


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("f", "term"), [(np.sinc, sinc_term), (np.i0, i0_term)])
def test_derivatives_at_and_near_0(f, term, order):
    slope = f
    for _ in range(order):
        slope = grad(slope)
    for x in (0.0, 1e-200, 1e-9, -1e-4, 0.02, 0.5, -1.0):
        np.testing.assert_allclose(slope(x), of_series(term, order, x), rtol=1e-12, atol=1e-13, err_msg=f"at {x}")


def test_forward_mode_at_0_agrees():
    assert make_jvp(grad(np.sinc))(0.0)(1.0)[1] == grad(grad(np.sinc))(0.0) == pytest.approx(-math.pi**2 / 3)
    assert make_jvp(grad(np.i0))(0.0)(1.0)[1] == grad(grad(np.i0))(0.0) == 0.5


@pytest.mark.parametrize("x", [30.25, -411.7, 5000.1])
def test_derivatives_of_sinc_far_from_0(x):
    u = math.pi * x
    np.testing.assert_allclose(grad(np.sinc)(x), math.pi * (math.cos(u) / u - math.sin(u) / u**2), rtol=1e-10)
    np.testing.assert_allclose(grad(grad(np.sinc))(x), math.pi**2 * ((2 / u**2 - 1) * math.sin(u) / u - 2 * math.cos(u) / u**2), rtol=1e-10)


def test_derivatives_of_i0_far_from_0():
    """I0'' = I0 - I0'/x."""
    for x in (9.0, 80.0, -300.0):
        np.testing.assert_allclose(grad(grad(np.i0))(x), np.i0(x) - grad(np.i0)(x) / x, rtol=1e-13)


# ---------------------------------------------------------------- conventions
def test_interp_at_its_knots():
    """The line to the right counts, at the last knot that to the left; outside there is no slope."""
    slope = elementwise_grad(lambda x: np.interp(x, [0.0, 1.0, 3.0], [0.0, 2.0, 8.0]))
    same(slope(np.array([-1.0, 0.0, 0.5, 1.0, 3.0, 4.0])), [0.0, 2.0, 2.0, 3.0, 3.0, 0.0], "slopes")


def test_interp_where_knots_coincide():
    """At a jump the value is that of the last of the knots, as in NumPy, and the derivative is finite."""
    xp, fp = np.array([0.0, 1.0, 1.0, 2.0, 2.0]), np.array([0.0, 1.0, 5.0, 6.0, 9.0])
    for x in (np.array([0.5, 1.0, 1.5, 2.0]), np.array([-1.0, 3.0])):
        pull, value = make_vjp(lambda xs: np.interp(*xs))((x, xp, fp))
        same(value, np.interp(x, xp, fp), "value")
        assert all(np.all(np.isfinite(part)) for part in pull(np.ones(len(x))))


def test_heaviside_passes_on_the_gradient_of_its_value_at_0():
    same(elementwise_grad(lambda h: np.heaviside(np.array([-1.0, 0.0, 2.0]), h))(np.full(3, 0.5)), [0.0, 1.0, 0.0], "h")
    same(elementwise_grad(lambda x: np.heaviside(x, 0.5))(np.array([-1.0, 0.0, 2.0])), np.zeros(3), "x")


def test_unwrap_moves_by_whole_periods():
    """So its derivative is one, also where a step is half a period."""
    p = np.array([0.0, 0.5, 4.5, 5.0, 2.0])
    same(make_vjp(lambda p: np.unwrap(p, period=3.0))(p)[0](np.ones(5)), np.ones(5), "gradient")


def test_numbers_that_were_replaced_have_no_gradient():
    x = np.array([1.0, np.nan, np.inf, -np.inf])
    same(elementwise_grad(np.nan_to_num)(x), [1.0, 0.0, 0.0, 0.0], "gradient")


# ---------------------------------------------------------------- vmap
@pytest.mark.parametrize("f", [
    lambda x: np.pad(x, 2, "reflect"), lambda x: np.pad(x, (1, 9), "wrap"), lambda x: np.pad(x, 2, "linear_ramp", end_values=x[0]),
    lambda x: np.pad(x, 1, constant_values=x[1]), lambda x: np.pad(x, 1, "maximum", stat_length=2), lambda x: np.interp(x * 2.0, np.arange(6.0), x),
    lambda x: np.interp(1.3, np.cumsum(x), x, left=x[0]), lambda x: np.interp(x, x * 3.0, x, period=1.1), lambda x: np.gradient(x, np.cumsum(x)),
    lambda x: np.unwrap(x * 5.0), np.nan_to_num, lambda x: np.polyval(x, x), lambda x: np.convolve(x, x[:3], "same"), lambda x: np.correlate(x[:2], x, "full"),
    np.sinc, np.i0, lambda x: np.fft.irfft(np.fft.rfft(x, axis=0) * x[:4]), lambda x: np.abs(np.fft.fft2(np.outer(x, x), (3, 8))), np.vander,
    lambda x: np.trapezoid(x, np.cumsum(x)), lambda x: np.select([x > 1.0], [x], x * x), lambda x: np.meshgrid(x, x[:2])[0], lambda x: np.linspace(x[0], x, 4)])
def test_mapped_over_examples(f):
    close(vmap(f)(X), np.stack([f(x) for x in X]), "values")
    slope = grad(lambda x: np.sum(f(x) ** 2))
    close(vmap(slope)(X), np.stack([slope(x) for x in X]), "gradients")


# ---------------------------------------------------------------- refused, and what to write
@pytest.mark.parametrize(("call", "error", "what", "instead"), [
    (lambda x: np.pad(x, 1, "nonsense"), AutogradError, "mode 'nonsense' is not supported", ""),
    (lambda x: np.pad(x, 1, "edge", end_values=2.0), AutogradError, "mode 'edge': end_values", ""),
    (lambda x: np.pad(x, 1, "maximum", stat_length=0), AutogradError, "amax", ""),
    (lambda x: np.pad(x, 1, "mean", stat_length=-1), AutogradError, "stat_length", ""),
    (lambda x: np.pad(np.ones(3), 1, constant_values=x[0]), DataError, "lose its gradient", "np.stack"),
    (lambda x: np.polymul(x - x[0], x), DataError, "first coefficient that is 0", "np.convolve(a1, a2)"),
    (lambda x: np.roots(x - x[0]), DataError, "first coefficient that is 0", "leave the zeros in front out"),
    (lambda x: np.roots(x - x[-1]), DataError, "last coefficient that is 0", "leave the zeros at the end out"),
    (lambda x: np.polyval(x, np.poly1d([1.0, 2.0])), KeywordError, "np.polyval of a polynomial", "multiply"),
    (lambda x: np.polyadd(x[None], x), AutogradError, "polynomial have one axis", ""),
    (lambda x: np.vectorize(lambda v: 2.0 * v)(x), DataError, "lose its gradient", "np.stack"),
    (lambda x: np.unwrap(X[0], period=x[0]), AutogradError, "", ""),
    (lambda x: np.interp(X[0], X[1], X[2], period=x[0]), DataError, "lose its gradient", "np.stack"),
    (lambda x: np.fft.rfft(x * 1j), DataError, "rfft failed on complex128", ""),
    (lambda x: np.fft.fft(x, norm="none"), AutogradError, "Invalid norm", ""),
    (lambda x: np.convolve(x, x, "middle"), AutogradError, "mode must be", ""),
    (lambda x: np.ldexp(x, 2.5), DataError, "ldexp failed", ""),
    (lambda x: np.gradient(x, 1.0, 2.0), KeywordError, "invalid number of arguments", ""),
    (lambda x: np.gradient(x, np.arange(4.0)), AutogradError, "3 points must be as many numbers", ""),
    (lambda x: np.select([x], [x]), KeywordError, "conditions must be boolean", ""),
    (lambda x: np.choose(np.array([7]), [x, x]), AutogradError, "np.choose", ""),
    (lambda x: np.piecewise(x, [x > 0.0], [1.0, 2.0, 3.0]), AutogradError, "3 functions for 1 conditions", ""),
    (lambda x: np.gcd(x, x), DataError, "np.gcd has no gate", ""),
    (lambda x: np.bitwise_and(x, x), DataError, "np.bitwise_and has no gate", "")])
def test_refused_with_the_line_and_what_to_write(call, error, what, instead):
    with pytest.raises(error) as caught:
        call(Tensor(np.arange(1.0, 4.0)))
    first, place, advice = str(caught.value).split("\n")
    assert what in first
    assert "test_signals.py:" in place
    assert instead in advice


def test_a_fit_that_is_not_determined_warns_as_numpy_does():
    with pytest.warns(np.exceptions.RankWarning):
        np.polyfit(Tensor(np.ones(4)), np.arange(4.0), 2)
