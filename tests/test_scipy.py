"""scipy.special, scipy.signal, scipy.integrate: SciPy's values, derivatives against differences, and what is refused."""
# ruff: noqa: E501 — one row per case, however long
import itertools
import math
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.signal
import scipy.special

import autograd.scipy
from autograd import Tensor, check_grads, grad, hessian, jacobian, make_jvp, make_vjp, strict, vmap
from autograd.errors import DataError, GraphError, KeywordError, ShapeError
from autograd.functions import scipy_signal
from autograd.functions.special import FUNCTIONS
from autograd.gates.special import SPECIAL
from autograd.graph import GATES, plain
from tests.agreement import close, first_order, same, slope
from tests.cases import CASES, draw
from tests.examples import noise

ROOT = Path(__file__).parents[1]
RNG = np.random.default_rng(0)
X, Y, M = (draw(kind, (2, 3), RNG) for kind in ("above 1", "positive", "real"))
ZERO = np.where(M > 0.0, 0.0, Y)

# Each entry: the argument, and calls of a namespace with it.
CALLS = {
    "betaincc": (X / 4.0, [lambda sp, x: sp.betaincc(2.5, Y, x)]),
    "cbrt": (X, [lambda sp, x: sp.cbrt(x)]),
    "comb": (X, [lambda sp, x: sp.comb(x, 1.0), lambda sp, x: sp.comb(3.3, x), lambda sp, x: sp.comb(x, 5.0), lambda sp, x: sp.comb(x, 2.0, repetition=True)]),
    "digamma": (X, [lambda sp, x: sp.digamma(x)]),
    "erf": (M, [lambda sp, x: sp.erf(x)]),
    "exp10": (M, [lambda sp, x: sp.exp10(x)]),
    "exp2": (M, [lambda sp, x: sp.exp2(x)]),
    "expit": (M, [lambda sp, x: sp.expit(x)]),
    "expm1": (M, [lambda sp, x: sp.expm1(x)]),
    "factorial": (M, [lambda sp, x: sp.factorial(x), lambda sp, x: sp.factorial(np.abs(x))]),
    "hyp2f1": (X / 4.0, [lambda sp, x: sp.hyp2f1(0.5, Y, 2.0, x)]),
    "i0": (M, [lambda sp, x: sp.i0(x)]),
    "jn": (M, [lambda sp, x: sp.jn(2, x), lambda sp, x: sp.jv(np.arange(3.0), x), lambda sp, x: sp.jv(0.5, np.abs(x))]),
    "kl_div": (X, [lambda sp, x: sp.kl_div(x, Y), lambda sp, x: sp.kl_div(Y, x)]),
    "kn": (X, [lambda sp, x: sp.kn(3, x)]),
    "log1p": (M / 4.0, [lambda sp, x: sp.log1p(x)]),
    "log_expit": (M, [lambda sp, x: sp.log_expit(x), lambda sp, x: sp.log_expit(x * 500.0) / 500.0]),
    "log_softmax": (M, [lambda sp, x: sp.log_softmax(x), lambda sp, x: sp.log_softmax(x, axis=0), lambda sp, x: sp.log_softmax(x * 500.0, -1) / 500.0]),
    "logsumexp": (M, [lambda sp, x: sp.logsumexp(x), lambda sp, x: sp.logsumexp(x, 0), lambda sp, x: sp.logsumexp(x, axis=(1, 0), keepdims=True), lambda sp, x: sp.logsumexp(x, b=Y), lambda sp, x: sp.logsumexp(x, 1, ZERO, True), lambda sp, x: sp.logsumexp(Y, -1, np.abs(x)),
                      lambda sp, x: sp.logsumexp(x * 500.0, axis=1, b=Y) / 500.0, lambda sp, x: sp.logsumexp(x, axis=1, b=-Y, return_sign=True)[0], lambda sp, x: sp.logsumexp(x, return_sign=True)[0]]),
    "multigammaln": (X, [lambda sp, x: sp.multigammaln(x, 1), lambda sp, x: sp.multigammaln(x + 1.0, 4), lambda sp, x: sp.multigammaln(x[0], 2)]),
    "polygamma": (X, [lambda sp, x: sp.polygamma(1, x), lambda sp, x: sp.polygamma([0, 2, 3], x)]),
    "sici": (X, [lambda sp, x: sp.sici(x)[0], lambda sp, x: sp.sici(x)[1]]),
    "softmax": (M, [lambda sp, x: sp.softmax(x), lambda sp, x: sp.softmax(x, axis=0), lambda sp, x: sp.softmax(x, axis=(0, 1))]),
    "softplus": (M, [lambda sp, x: sp.softplus(x)]),
    "yn": (X, [lambda sp, x: sp.yn(2, x), lambda sp, x: sp.yv(1.5, x)]),
    "zeta": (X, [lambda sp, x: sp.zeta(2.5, x), lambda sp, x: sp.zeta(3, x)])}
CONSTANTS = {"round", "gammasgn"}
UFUNCS = sorted(name for name in SPECIAL.keys() - CONSTANTS if isinstance(getattr(scipy.special, name), np.ufunc))


# ---------------------------------------------------------------- scipy.special
def test_every_function_is_called():
    assert CALLS.keys() | SPECIAL.keys() | CONSTANTS == FUNCTIONS.keys()


def namespaces(name):
    """Where tensors may be given: SciPy's own module, if it has a ufunc of that name, and the one of this package."""
    own = [scipy.special] if isinstance(getattr(scipy.special, name), np.ufunc) else []
    return [*own, autograd.scipy.special]


@pytest.mark.parametrize(("name", "k"), [(name, k) for name, (_, calls) in CALLS.items() for k in range(len(calls))])
def test_value_and_gradient(name, k):
    x, call = CALLS[name][0], CALLS[name][1][k]
    expected = call(scipy.special, x)
    for namespace in namespaces(name):
        value = call(namespace, Tensor(x))
        assert isinstance(value, Tensor)
        np.testing.assert_allclose(value.data, expected, rtol=1e-13, atol=1e-14)
        np.testing.assert_array_equal(call(namespace, x), expected)
    g, v = noise(expected, RNG), noise(x, RNG)
    ours = lambda xs: call(autograd.scipy.special, xs[0])      # noqa: E731
    first_order(ours, lambda xs: call(scipy.special, np.asarray(xs[0], float)), (x,), [v], g, f"{name}, call {k}")
    check_grads(lambda x: call(autograd.scipy.special, x), order=2)(x)


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_of_scipy_take_tensors(name):
    args = [draw(kind, (2, 3), RNG) for kind in CASES[name].kinds]
    ufunc = getattr(scipy.special, name)
    np.testing.assert_array_equal(ufunc(*args[:-1], Tensor(args[-1])).data, ufunc(*args))
    out = Tensor(np.zeros((2, 3)))
    ufunc(*args[:-1], Tensor(args[-1]), out=out)
    np.testing.assert_array_equal(out.data, ufunc(*args))


@pytest.mark.parametrize("name", sorted(CONSTANTS))
def test_steps_give_plain_values(name):
    ufunc = getattr(scipy.special, name)
    np.testing.assert_array_equal(ufunc(Tensor(M)), ufunc(M))


def test_single_and_half_precision_are_scipys():
    for name, dtype in itertools.product(("erf", "expit", "log1p", "gammaln", "i0", "ndtr"), (np.float16, np.float32)):
        x = X.astype(dtype) / 4
        expected, ans = getattr(scipy.special, name)(x), getattr(scipy.special, name)(Tensor(x))
        assert ans.dtype == expected.dtype
        np.testing.assert_allclose(ans.data, expected, rtol=1e-6)
    assert scipy.special.jv(2, Tensor(X.astype(np.float32))).dtype == np.float32


def test_errors_of_a_plain_scipy_function_name_the_loss():
    with pytest.raises(DataError, match=r"scipy\.special\.ellipk has no gate[\s\S]*test_scipy\.py:\d+"):
        scipy.special.ellipk(Tensor(Y))
    with pytest.raises(DataError, match="lose its gradient"):
        scipy.special.logsumexp(Tensor(Y))


# ---------------------------------------------------------------- arguments without a derivative
UNKNOWN = [(name, i) for name, case in CASES.items() if GATES[name].kind == "elementwise" for i, kind in enumerate(case.kinds) if kind == "order"]


@pytest.mark.parametrize(("name", "i"), UNKNOWN)
def test_an_argument_whose_derivative_is_unknown_is_named(name, i):
    args = [draw(kind, (), RNG) for kind in CASES[name].kinds]
    f, x = lambda x: GATES[name](*args[:i], x, *args[i + 1:]), float(args[i])
    for differentiate in (lambda: grad(f)(x), lambda: make_jvp(f)(x)(1.0), lambda: f(Tensor(x)).backward()):
        with pytest.raises(DataError, match=rf"of {name} is not known[\s\S]*test_scipy\.py:\d+"):
            differentiate()
    assert f(x) == plain(f(Tensor(x)))                    # the value alone is


@pytest.mark.parametrize(("call", "kind", "text"), [
    (lambda sp, x: sp.hyp2f1(x, 1.0, 2.0, 0.3), DataError, "a of hyp2f1"), (lambda sp, x: sp.zeta(x), DataError, "x of zeta"), (lambda sp, x: sp.multigammaln(2.0, x), DataError, "d of multigammaln"),
    (lambda sp, x: sp.logsumexp(x + 1j), DataError, "complex"), (lambda sp, x: sp.softmax(x + 1j), DataError, "complex"), (lambda sp, x: sp.factorial(x, exact=True), KeywordError, "exact"),
    (lambda sp, x: sp.factorial(x, extend="complex"), KeywordError, "extend"), (lambda sp, x: sp.comb(x, 1.0, exact=True), KeywordError, "exact"), (lambda sp, x: sp.ive(1, x + 1j), DataError, "scaled Bessel"),
    (lambda sp, x: sp.i0e(x, casting="no"), KeywordError, "casting"), (lambda sp, x: sp.psi(x + 1j), DataError, "polygamma")])
def test_refused(call, kind, text):
    with pytest.raises(kind, match=rf"{text}[\s\S]*test_scipy\.py:\d+"):
        grad(lambda x: np.real(call(autograd.scipy.special, x)))(2.5)


def test_a_matrix_too_small_for_multigammaln():
    with pytest.raises(ShapeError, match=r"in 4 dimensions[\s\S]*above 1\.5"):
        autograd.scipy.special.multigammaln(Tensor(1.0), 4)


# ---------------------------------------------------------------- where formulas change, and where factors vanish
sp = scipy.special
PI = np.pi
POINTS = [  # function, point, first and second derivative
    (sp.rgamma, 0.0, 1.0, 2.0 * np.euler_gamma), (sp.rgamma, -1.0, -1.0, 2.0 - 2.0 * np.euler_gamma), (sp.rgamma, -2.0, 2.0, None), (sp.rgamma, -3.0, -6.0, None),
    (lambda x: sp.gammainc(1.0, x), 0.0, 1.0, -1.0), (lambda x: sp.gammainc(2.0, x), 0.0, 0.0, 1.0), (lambda x: sp.gammaincc(3.0, x), 0.0, 0.0, 0.0), (lambda x: sp.gammainc(0.5, x), 0.0, np.inf, None),
    (lambda x: sp.gammainc(1e4, x), 1e4, 0.0039893895589628, None), (lambda x: sp.betainc(3e3, 3e3, x), 0.5, 61.80129721602388, None),
    (lambda x: sp.betainc(1.0, 2.0, x), 0.0, 2.0, -2.0), (lambda x: sp.betainc(2.0, 1.0, x), 0.0, 0.0, 2.0), (lambda x: sp.betainc(2.0, 2.0, x), 1.0, 0.0, -6.0), (lambda x: sp.betainc(1.0, 3.0, x), 1.0, 0.0, 0.0),
    (sp.erfcx, 1e4, -5.6418957508491275e-9, 1.1283791332441388e-12), (sp.erfcx, 10.5, -0.0050492724176661227, 0.00094907872213965777), (sp.log_ndtr, -1e3, 1000.000999998, -0.999999000006), (sp.log_ndtr, -1.0, 1.5251352761609812, None), (sp.log_ndtr, 40.0, 0.0, 0.0),
    (lambda x: sp.xlogy(x, 2.0), 0.0, np.log(2.0), None), (lambda x: sp.xlogy(0.0, x), 0.0, 0.0, 0.0), (sp.entr, 0.0, np.inf, None), (sp.exprel, 0.0, 0.5, 1.0 / 3.0), (sp.exprel, 2e3, np.inf, None), (sp.exprel, -1e8, 1e-16, 2e-24),
    (lambda x: sp.boxcox(2.0, x), 0.0, np.log(2.0) ** 2 / 2.0, np.log(2.0) ** 3 / 3.0), (lambda x: sp.boxcox(x, 0.0), 2.0, 0.5, -0.25), (lambda x: sp.inv_boxcox(2.0, x), 0.0, -2.0 * np.exp(2.0), None), (lambda x: sp.inv_boxcox(x, 0.0), 2.0, np.exp(2.0), np.exp(2.0)),
    (lambda x: sp.huber(1.0, x), 3.0, 1.0, 0.0), (lambda x: sp.huber(1.0, x), -0.5, -0.5, 1.0), (lambda x: sp.huber(x, 3.0), 1.0, 2.0, -1.0), (lambda x: sp.huber(1.0, x), 1.0, 1.0, None),
    (sp.i1e, 0.0, 0.5, None), (sp.j1, 0.0, 0.5, 0.0), (lambda x: sp.jv(0, x), 0.0, 0.0, -0.5), (sp.sici, 0.0, 1.0, 0.0), (sp.gammaln, -1.5, 0.7031566406452432, None), (sp.psi, -0.5, 8.934802200544679, -0.82879664423432)]


@pytest.mark.parametrize(("f", "x", "first", "second"), POINTS)
def test_derivatives_at_a_point(f, x, first, second):
    g = (lambda x: f(x)[0]) if f is sp.sici else f
    np.testing.assert_allclose(grad(g)(x), first, rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(make_jvp(g)(x)(1.0)[1], first, rtol=1e-8, atol=1e-300)
    if second is not None:
        np.testing.assert_allclose(grad(grad(g))(x), second, rtol=1e-8, atol=1e-300)


def test_nothing_overflows():
    huge = np.array([1e3, -1e3, 999.0])
    for name in ("softmax", "log_softmax", "logsumexp", "log_expit", "expit"):
        f = getattr(autograd.scipy.special, name)
        np.testing.assert_allclose(f(Tensor(huge)).data, f(huge), rtol=1e-14)


def test_zero_weights_in_logsumexp():
    """A term of weight 0 does not count, whatever its exponent is, but its weight has a derivative."""
    f = autograd.scipy.special.logsumexp
    a, b = np.array([2.0, 1000.0, 1.0]), np.array([1.0, 0.0, 2.0])
    np.testing.assert_allclose(f(Tensor(a), b=b).data, scipy.special.logsumexp(a, b=b))
    np.testing.assert_allclose(grad(lambda a: f(a, b=b))(a), [np.e / (np.e + 2.0), 0.0, 2.0 / (np.e + 2.0)])
    assert grad(lambda b: f(a, b=b))(b)[1] == np.inf
    a = np.array([2.0, 3.0, 1.0])
    np.testing.assert_allclose(grad(lambda b: f(a, b=b))(b), np.exp(a) / np.sum(b * np.exp(a)))
    assert f(Tensor(np.full(2, -np.inf)), b=np.ones(2)).data == -np.inf
    value, sign = f(Tensor(a), b=np.array([1.0, -1.0, 1.0]), return_sign=True)
    assert (value.data, sign) == pytest.approx(scipy.special.logsumexp(a, b=[1.0, -1.0, 1.0], return_sign=True))


def test_probits_are_right_without_the_care_for_zero_times_infinity():
    with strict():
        np.testing.assert_allclose(hessian(sp.log_ndtr)(-30.0), -0.998898, rtol=1e-5)
        np.testing.assert_allclose(grad(sp.rgamma)(-2.0), 2.0)
        np.testing.assert_allclose(grad(lambda x: sp.gammainc(0.5, x))(2.0), np.exp(-2.0) / np.sqrt(2.0 * PI))


@pytest.mark.parametrize("name", ["erf", "gamma", "ndtr", "loggamma"])
def test_complex_numbers_to_first_order(name):
    z, f = draw("complex", (3,), RNG), getattr(scipy.special, name)
    g, v = noise(z, RNG), noise(z, RNG)
    first_order(lambda xs: f(xs[0]), lambda xs: f(xs[0].astype(complex)), (z,), [v], g, name)


def test_mapped():
    for f in (sp.gammaln, lambda x: sp.jv(np.arange(3.0), x), lambda x: sp.betainc(2.0, 1.5, x / 4.0), lambda x: autograd.scipy.special.logsumexp(x, b=Y[0])):
        close(vmap(f)(X), np.stack([f(x) for x in X]), "values")


# ---------------------------------------------------------------- scipy.signal
SIZES = [((7,), (3,)), ((3,), (7,)), ((4,), (4,)), ((5, 6), (2, 3)), ((2, 3), (5, 6)), ((4, 5, 3), (2, 2, 2)), ((130,), (120,))]
MODES = ("full", "same", "valid")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("n", "m"), SIZES)
def test_convolutions_are_scipys(n, m, mode):
    x, y = RNG.standard_normal(n), RNG.standard_normal(m)
    for name, options in (("convolve", {"method": "direct"}), ("convolve", {"method": "fft"}), ("convolve", {}), ("correlate", {}), ("fftconvolve", {}), ("oaconvolve", {})):
        ours, theirs = (partial(getattr(module, name), mode=mode, **options) for module in (autograd.scipy.signal, scipy.signal))
        for a, b in ((x, y), (x + 1j * x[::-1], y)):
            np.testing.assert_allclose(ours(Tensor(a), b).data, theirs(a, b), atol=1e-12)
        v, w, g = noise(x, RNG), noise(y, RNG), noise(theirs(x, y), RNG)
        along_x, along_y = theirs(v, y), theirs(x, w)                    # a product: its derivatives are products
        np.testing.assert_allclose(make_jvp(lambda xs, f=ours: f(*xs))((x, y))((v, w))[1], along_x + along_y, atol=1e-12)
        back_x, back_y = make_vjp(lambda xs, f=ours: f(*xs))((x, y))[0](g)
        assert (np.sum(back_x * v), np.sum(back_y * w)) == pytest.approx((np.sum(g * along_x), np.sum(g * along_y)))
    np.testing.assert_allclose(scipy_signal.convolve(x, y, mode, "direct"), scipy.signal.convolve(x, y, mode, "direct"), atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_convolution_along_some_axes_summed_over_others(mode):
    """Every output of HIPS/autograd's convolve is a sum of convolutions of one axis."""
    x, y = RNG.standard_normal((2, 6, 3)), RNG.standard_normal((3, 4, 2))
    f = lambda x, y: scipy_signal.convolve(x, y, axes=([1], [1]), dot_axes=([0], [2]), mode=mode)      # noqa: E731
    expected = [[sum(scipy.signal.convolve(x[k, :, i], y[j, :, k], mode) for k in range(2)) for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(f(x, y), expected, atol=1e-13)
    np.testing.assert_allclose(scipy_signal.convolve(x, y, ([1], [-2]), ([0], [-1]), mode, "fft"), expected, atol=1e-13)
    check_grads(f, order=2)(x, y)


def test_fftconvolve_along_one_axis_broadcasts_the_others():
    x, y = RNG.standard_normal((4, 6, 3)), RNG.standard_normal((1, 3, 3))
    for mode in MODES:
        np.testing.assert_allclose(scipy_signal.fftconvolve(x, Tensor(y), mode, axes=1).data, scipy.signal.fftconvolve(x, y, mode, axes=1), atol=1e-13)
    check_grads(lambda x, y: scipy_signal.fftconvolve(x, y, axes=-2))(x, y)


@pytest.mark.parametrize(("call", "text"), [
    (lambda x: scipy_signal.convolve(x, M, mode="wrap"), "mode='wrap'"), (lambda x: scipy_signal.convolve(x, M, method="slow"), "method='slow'"), (lambda x: scipy_signal.convolve(x, M[0]), "2 and 1 axes"),
    (lambda x: scipy_signal.convolve(x, np.ones((1, 4)), mode="valid"), "mode='valid' of"), (lambda x: scipy_signal.fftconvolve(x, M[0]), "2 and 1 axes"), (lambda x: scipy_signal.fftconvolve(x, M, "all"), "mode='all'")])
def test_convolutions_that_are_refused(call, text):
    with pytest.raises((KeywordError, ShapeError), match=rf"{text}[\s\S]*test_scipy\.py:\d+"):
        call(Tensor(M))


# ---------------------------------------------------------------- scipy.integrate.odeint
odeint = autograd.scipy.integrate.odeint
EXACT = {"rtol": 1e-12, "atol": 1e-12}


def wave(y, t, k, c):
    return [y[1], -k * y[0] * np.cos(t) + c[0] * y[1] - c[1]]


def solved(solve):
    return lambda y0, t, k, c: solve(wave, y0, t, args=(k, c), **EXACT)


AT = (np.array([1.0, -0.5]), np.array([0.1, 0.4, 1.0, 1.3]), np.array(1.5), np.array([0.3, 0.2]))


def test_odeint_has_scipys_values_and_both_derivatives():
    ours, theirs = solved(odeint), solved(scipy.integrate.odeint)
    np.testing.assert_array_equal(ours(*AT), theirs(*AT))
    np.testing.assert_array_equal(ours(Tensor(AT[0]), *AT[1:]).data, theirs(*AT))
    g, vs = RNG.standard_normal((4, 2)), [noise(x, RNG) for x in AT]
    np.testing.assert_allclose(make_jvp(lambda xs: ours(*xs))(AT)(vs)[1], slope(theirs, AT, vs), rtol=1e-8, atol=1e-8)
    back = make_vjp(lambda xs: ours(*xs))(AT)[0](g)
    for i, part in enumerate(back):
        alone = [v if k == i else 0.0 * v for k, v in enumerate(vs)]
        expected = slope(theirs, AT, alone)
        assert np.sum(part * vs[i]) == pytest.approx(np.sum(g * expected), rel=1e-8, abs=1e-8)
        one = lambda x, i=i: ours(*AT[:i], x, *AT[i + 1:])      # noqa: E731
        np.testing.assert_allclose(make_jvp(one)(AT[i])(vs[i])[1], expected, rtol=1e-8, atol=1e-8)
        assert np.shape(part) == np.shape(AT[i])


def test_odeint_to_second_order():
    """ẏ = −ky: y(t) = exp(−kt)."""
    f = lambda k: np.sum(odeint(lambda y, t, k: -k * y, 1.0, [0.0, 2.0], (k,), **EXACT)[-1])      # noqa: E731
    assert grad(f)(0.7) == pytest.approx(-2.0 * np.exp(-1.4), rel=1e-9)
    assert grad(grad(f))(0.7) == pytest.approx(4.0 * np.exp(-1.4), rel=1e-9)
    assert make_jvp(grad(f))(0.7)(1.0)[1] == pytest.approx(4.0 * np.exp(-1.4), rel=1e-9)
    assert grad(lambda k: make_jvp(f)(k)(1.0)[1])(0.7) == pytest.approx(4.0 * np.exp(-1.4), rel=1e-9)


def test_odeint_with_lists_numbers_and_nested_arguments():
    k = Tensor(0.7)
    tree = {"rate": k, "scale": np.float64(2.0), "name": "decay", "count": 1}
    odeint(lambda t, y, p: [-p["rate"] * p["scale"] * y[0], y[0]], [1.0, 0.0], [0.0, 1.0], args=(tree,), tfirst=True, hmax=0.1, **EXACT)[-1, 0].backward()
    assert k.grad == pytest.approx(-2.0 * np.exp(-1.4), rel=1e-9)
    assert make_jvp(lambda k: odeint(lambda y, t, k, c: -k * c * y, 1.0, [0.0, 1.0], (k, np.float64(2.0)), **EXACT)[-1, 0])(0.7)(1.0)[1] == pytest.approx(-2.0 * np.exp(-1.4), rel=1e-9)
    assert grad(lambda y0: odeint(lambda y, t: -y, [y0, 1.0], [0.0, 1.0])[-1, 0])(3.0) == pytest.approx(np.exp(-1.0), rel=1e-6)
    assert grad(lambda y0: odeint(lambda y, t: -y, y0, [0.0])[0, 0])(3.0) == 1.0
    value, info = odeint(lambda y, t: -y, 1.0, [0.0, 1.0], full_output=True)
    assert "message" in info
    assert value[-1, 0] == pytest.approx(np.exp(-1.0))


def test_odeint_refuses_what_it_cannot_see():
    with pytest.raises(GraphError, match=r"none of its\s+arguments[\s\S]*args="):
        grad(lambda k: odeint(lambda y, t: -k * y, 1.0, [0.0, 1.0])[-1, 0])(0.7)
    with pytest.raises(KeywordError, match=r"full_output[\s\S]*test_scipy\.py:\d+"):
        odeint(lambda y, t: -y, Tensor(1.0), [0.0, 1.0], full_output=True)


# ---------------------------------------------------------------- namespaces
def test_other_modules_have_our_functions_for_tensors_and_scipys_for_plain_numbers():
    y, at = np.array([1.0, 3.0, 2.0]), np.array([0.0, 1.0, 3.0])
    same(autograd.scipy.integrate.trapezoid(Tensor(y), at).data, scipy.integrate.trapezoid(y, at), "trapezoid")
    same(autograd.scipy.linalg.expm(Tensor(np.eye(2))).data, scipy.linalg.expm(np.eye(2)), "expm")
    assert autograd.scipy.special.factorial(20, exact=True) == math.factorial(20)
    assert autograd.scipy.integrate.quad(lambda x: x, 0.0, 1.0)[0] == 0.5
    assert autograd.scipy.linalg.lu(np.eye(2))[2].shape == (2, 2)
    assert autograd.scipy.special.gammaln.nin == 1
    with pytest.raises(DataError, match="lose its gradient"):
        autograd.scipy.linalg.lu(Tensor(np.eye(2)))


def test_the_error_function_without_scipy():
    code = ("import sys; sys.modules['scipy'] = None; import numpy as np; from autograd import grad; from autograd.gates.elementwise import erf;"
            "print(np.sum(erf(np.array([0.3, -1.2]))), grad(erf)(0.5))")
    value, slope_ = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert float(value) == pytest.approx(math.erf(0.3) + math.erf(-1.2))
    assert float(slope_) == pytest.approx(2.0 / math.sqrt(PI) * math.exp(-0.25))


def test_arrays_in_the_memory_of_scipys_c_code():
    """They cannot be locked while a function runs, because nobody could open them again."""
    found = scipy.optimize.root(lambda x: x * x - 2.0, [1.0, 3.0], jac=jacobian(lambda x: x * x - 2.0))
    assert found.success
    assert found.x == pytest.approx(math.sqrt(2.0))
