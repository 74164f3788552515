"""Special functions in extended precision, without a line of the engine: series, recurrences, integrals.

On the dtypes that SciPy knows these are SciPy's functions. On longdouble, which SciPy does not know, they are summed
up from their definitions; numbers of formulas are those of the DLMF, https://dlmf.nist.gov.
"""
# ruff: noqa: E501 — one row per case, however long
import math
from fractions import Fraction

import numpy as np
import scipy.special

PI = np.arccos(np.longdouble(-1))
EULER = np.longdouble("0.57721566490153286060651209")
ROOT_PI = np.sqrt(PI)
BERNOULLI = [Fraction(*b) for b in ((1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510),
                                    (43867, 798), (-174611, 330), (854513, 138))]
FAR = 25                                                # where asymptotic series are taken


def _long(b):
    return np.longdouble(b.numerator) / b.denominator


def _extended(*xs):
    return any(np.asarray(x).dtype in (np.longdouble, np.clongdouble) for x in xs)


def reference(name, theirs=None):
    """The function of this file on extended precision, else SciPy's of that name, or `theirs`."""
    f, theirs = globals()[name], theirs or getattr(scipy.special, name)
    return lambda *xs, **params: (f if _extended(*xs) else theirs)(*xs, **params)


def series(term, ratio, weight=lambda k: 1, terms=90):
    """The sum of terms that begins with `term`, of which term k + 1 is ratio(k) times term k, each times its weight."""
    ans = 0
    for k in range(terms):
        ans = ans + weight(k) * term
        term = term * ratio(k)
    return ans


# ---------------------------------------------------------------- gamma functions
def _stirling(x):
    """5.11.1"""
    tail = sum(_long(b) / (2 * k * (2 * k - 1) * x ** (2 * k - 1)) for k, b in enumerate(BERNOULLI, 1))
    return (x - 0.5) * np.log(x) - x + np.log(2 * PI) / 2 + tail


def loggamma(x):
    return _stirling(x + FAR) - sum(np.log(x + k) for k in range(FAR))


def gamma(x):
    return np.exp(_stirling(x + FAR)) / math.prod(x + k for k in range(FAR))


def gammaln(x):
    return np.log(np.abs(gamma(x)))


def rgamma(x):
    return 1 / gamma(x)


def gammasgn(x):
    return np.sign(gamma(x))


def psi(x):
    """5.11.2"""
    far = x + FAR
    tail = sum(_long(b) / (2 * k * far ** (2 * k)) for k, b in enumerate(BERNOULLI, 1))
    return np.log(far) - 1 / (2 * far) - tail - sum(1 / (x + k) for k in range(FAR))


def zeta(s, q):
    """25.11.28, Euler and Maclaurin's sum"""
    far = q + FAR
    ans = sum((q + k) ** -s for k in range(FAR)) + far ** (1 - s) / (s - 1) + far**-s / 2
    factor = s * far ** (-s - 1)
    for k, b in enumerate(BERNOULLI, 1):
        ans = ans + _long(b) / math.factorial(2 * k) * factor
        factor = factor * (s + 2 * k - 1) * (s + 2 * k) / far**2
    return ans


def polygamma(n, x):
    """5.15.1"""
    return (-1.0) ** (n + 1) * gamma(np.longdouble(1) + n) * zeta(n + 1, x)


def _polygamma(n, x):
    """SciPy's, in the precision of x."""
    ans = np.asarray(scipy.special.polygamma(n, x))
    return ans.astype(np.result_type(np.asarray(x).dtype, np.float32))[()]


def beta(a, b):
    return gamma(a) * gamma(b) / gamma(a + b)


def betaln(a, b):
    return np.log(np.abs(beta(a, b)))


def binom(n, k):
    return gamma(n + 1) / gamma(k + 1) / gamma(n - k + 1)


def poch(x, m):
    return gamma(x + m) / gamma(x)


def gammainc(a, x):
    """8.7.1"""
    return series(x**a * np.exp(-x) / gamma(np.longdouble(1) + a), lambda k: x / (a + 1 + k))


def gammaincc(a, x):
    return 1 - gammainc(a, x)


def betainc(a, b, x):
    """8.17.8"""
    first = x**a * (1 - x) ** b / (a * beta(np.longdouble(a), np.longdouble(b)))
    return series(first, lambda k: x * (a + b + k) / (a + 1 + k), terms=300)


def stdtr(df, x):
    """The integral of the density, after 15.8.1"""
    slope = 1 / np.sqrt(df + x * x) / beta(df / np.longdouble(2), np.longdouble(0.5))
    return 0.5 + x * slope * hyp2f1(x * x / (df + x * x), 0.5, 1 - df / np.longdouble(2), 1.5)


# ---------------------------------------------------------------- error functions
def erf(x):
    """7.6.1"""
    return 2 / ROOT_PI * _erf_series(x, -1)


def erfi(x):
    return 2 / ROOT_PI * _erf_series(x, 1)


def _erf_series(x, sign):
    return series(x, lambda k: sign * x * x / (k + 1), lambda k: 1 / np.longdouble(2 * k + 1))


def erfc(x):
    return 1 - erf(x)


def erfcx(x):
    """7.6.1, and 7.9.1 where x is large"""
    fraction = x
    for k in range(200, 0, -1):
        fraction = x + k / np.longdouble(2) / fraction
    near = np.exp(x * x) * erfc(np.where(np.real(x) < 5, x, 0))
    return np.where(np.real(x) < 5, near, 1 / fraction / ROOT_PI)[()]


def _newton(f, slope, start):
    def inverse(y):
        x = np.asarray(start(np.asarray(y, float)), np.longdouble)
        for _ in range(4):
            x = x - (f(x) - y) / slope(x)
        return x[()]
    return inverse


erfinv = _newton(erf, lambda x: 2 / ROOT_PI * np.exp(-x * x), scipy.special.erfinv)


def erfcinv(x):
    return erfinv(1 - x)


def ndtr(x):
    return erfc(-x / np.sqrt(np.longdouble(2))) / 2


def ndtri(x):
    return np.sqrt(np.longdouble(2)) * erfinv(2 * x - 1)


def log_ndtr(x):
    return np.log(ndtr(x))


# ---------------------------------------------------------------- exponential integrals
def _ein(x):
    """6.2.3, Σ xᵏ/(k·k!): the part that all exponential integrals share"""
    return series(x, lambda k: x / (k + 2), lambda k: 1 / np.longdouble(k + 1))


def exp1(x):
    return -EULER - np.log(x) - _ein(-x)


def expi(x):
    return EULER + np.log(np.abs(x)) + _ein(x)


def si(x):
    return _ein(1j * x).imag


def ci(x):
    return EULER + np.log(x) + _ein(1j * x).real


# ---------------------------------------------------------------- elementary functions
def logit(x):
    return np.log(x / (1 - x))


def cosm1(x):
    return np.cos(x) - 1


def exprel(x):
    return np.expm1(x) / x


def xlogy(x, y):
    return x * np.log(y)


def xlog1py(x, y):
    return x * np.log1p(y)


def entr(x):
    return -x * np.log(x)


def rel_entr(x, y):
    return x * np.log(x / y)


def huber(delta, r):
    return np.where(np.abs(r) <= delta, r * r / 2, delta * (np.abs(r) - delta / 2))[()]


def pseudo_huber(delta, r):
    return delta**2 * (np.sqrt(1 + (r / delta) ** 2) - 1)


def boxcox(x, lmbda):
    return np.expm1(lmbda * np.log(x)) / lmbda


def boxcox1p(x, lmbda):
    return boxcox(1 + x, lmbda)


def inv_boxcox(x, lmbda):
    return np.exp(np.log1p(lmbda * x) / lmbda)


def inv_boxcox1p(x, lmbda):
    return inv_boxcox(x, lmbda) - 1


# ---------------------------------------------------------------- hypergeometric functions
def hyp1f1(a, b, x):
    return series(1 + 0 * x, lambda k: (a + k) * x / ((b + k) * (k + 1)))


def hyp2f1(x, a, b, c):
    """15.2.1"""
    return series(1 + 0 * x, lambda k: (a + k) * (b + k) * x / ((c + k) * (k + 1)), terms=600)


# ---------------------------------------------------------------- Bessel functions
def _bessel(v, x, sign):
    """10.2.2 and 10.25.2"""
    return series((x / 2) ** v / gamma(np.longdouble(1) + v), lambda k: sign * x * x / 4 / ((k + 1) * (v + k + 1)))


def jv(v, x):
    return _bessel(v, x, -1)


def iv(v, x):
    return _bessel(v, x, 1)


def _digamma(n):
    return sum((1 / np.longdouble(k) for k in range(1, n)), -EULER)


def _y_whole(n, x):
    """10.8.1, for one whole number n"""
    below = sum((math.factorial(n - k - 1) / np.longdouble(math.factorial(k)) * (x * x / 4) ** k for k in range(n)), 0 * x)
    above = sum((_digamma(k + 1) + _digamma(n + k + 1)) * (-x * x / 4) ** k / math.factorial(k) / math.factorial(n + k)
                for k in range(25))
    return (2 * np.log(x / 2) * jv(n, x) - (x / 2) ** -n * below - (x / 2) ** n * above) / PI


def yv(v, x):
    v, x = np.broadcast_arrays(v, x)
    return np.array([_y_whole(int(n), y) for n, y in zip(v.flat, x.flat, strict=True)]).reshape(x.shape)[()]


def kv(v, x):
    """10.32.9, by the trapezoidal rule, whose error is smaller than rounding for this integrand"""
    step = np.longdouble(1) / 8
    t = step * np.arange(80).reshape(-1, *[1] * max(np.ndim(x), np.ndim(v)))
    values = np.exp(-x * np.cosh(t)) * np.cosh(v * t)
    return step * (values.sum(axis=0) - values[0] / 2)


def j0(x):
    return jv(0, x)


def j1(x):
    return jv(1, x)


def y0(x):
    return yv(0, x)


def y1(x):
    return yv(1, x)


def i1(x):
    return iv(1, x)


def ive(v, x):
    return np.exp(-np.abs(x)) * iv(v, x)


def i0e(x):
    return ive(0, x)


def i1e(x):
    return ive(1, x)


def k0(x):
    return kv(0, x)


def k1(x):
    return kv(1, x)


def kve(v, x):
    return np.exp(x) * kv(v, x)


def k0e(x):
    return kve(0, x)


def k1e(x):
    return kve(1, x)


# ---------------------------------------------------------------- for cases.py
POLYGAMMA = reference("polygamma", _polygamma)
HYP2F1 = reference("hyp2f1", lambda x, a, b, c: scipy.special.hyp2f1(a, b, c, x))
SI, CI = (reference(name, lambda x, k=k: scipy.special.sici(x)[k]) for k, name in enumerate(("si", "ci")))
#: What the inputs of a gate are; of a gate with an order, what the other input is.
KINDS = {
    "gamma": ("halves",), "gammaln": ("halves",), "loggamma": ("positive",), "gammasgn": ("halves",), "rgamma": ("real",), "psi": ("halves",),
    "beta": ("above 1", "above 1"), "betaln": ("above 1", "above 1"), "binom": ("above 1", "unit"), "poch": ("above 1", "above 1"),
    "erfc": ("real",), "erfcx": ("near and far",), "erfi": ("real",), "erfinv": ("middle",), "erfcinv": ("share",), "ndtr": ("real",), "ndtri": ("share",), "log_ndtr": ("real",),
    "exp1": ("positive",), "expi": ("nonzero",), "logit": ("share",), "cosm1": ("real",), "exprel": ("real",), "xlogy": ("real", "positive"), "xlog1py": ("real", "unit"),
    "entr": ("positive",), "rel_entr": ("positive", "positive"), "huber": ("high", "ladder"), "pseudo_huber": ("positive", "real"),
    "boxcox": ("positive", "real"), "boxcox1p": ("unit", "real"), "inv_boxcox": ("unit", "unit"), "inv_boxcox1p": ("unit", "unit"),
    "j0": ("real",), "j1": ("real",), "y0": ("positive",), "y1": ("positive",), "i0e": ("nonzero",), "i1": ("real",), "i1e": ("nonzero",),
    "k0": ("positive",), "k0e": ("positive",), "k1": ("positive",), "k1e": ("positive",)}
OF_AN_ORDER = {"gammainc": "positive", "gammaincc": "positive", "stdtr": "real", "zeta": "positive", "jv": "real", "yv": "positive", "iv": "real", "ive": "nonzero",
                "kv": "positive", "kve": "positive"}
