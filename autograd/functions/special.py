"""Floor 3: scipy.special with SciPy's signatures: the gates, and functions composed of them.

SciPy's ufuncs hand tensors on, as NumPy's do, and `stand_in` says to what. Its other functions do not; those of this
file take their places in `autograd.scipy.special`.
"""
import math
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd.errors import DataError, KeywordError, ShapeError, message
from autograd.functions.floats import given, in_float64
from autograd.functions.shaping import stack
from autograd.gates import bessel, elementwise, reduce, series, special
from autograd.gates.special import SPECIAL, unknown
from autograd.graph import Tensor
from autograd.space import dtype_of, innermost, is_complex

E = elementwise
Function = Callable[..., Any]


def _in_scipy(gate: Any) -> Function:
    """The gate as SciPy has it: half precision, which NumPy's functions know, counts as double."""
    def call(x: Any) -> Any:
        x = given(x)
        return gate(in_float64(x) if dtype_of(x) == np.float16 else x)
    return call


def _constant(x: Any, what: str) -> Any:
    """x, which must not be recorded."""
    if isinstance(x, Tensor):
        unknown(what)(x)
    return x


# ---------------------------------------------------------------- sums of exponentials
@np.errstate(over="ignore", divide="ignore", invalid="ignore")       # SciPy's are quiet too
def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log Σ b·exp(a); where b is zero, the term is, whatever a is."""
    a = _real("logsumexp", a)
    axis = axis if axis is None or isinstance(axis, tuple) else int(axis)
    if b is None and not return_sign:
        return reduce.logsumexp(a, axis=axis, keepdims=keepdims)
    b = _real("logsumexp", 1.0 if b is None else b)
    shift = _size(E.where(E.equal(b, 0.0), -np.inf, a), axis)
    total = reduce.sum(E.absorb(b, E.exp(a - shift)), axis=axis, keepdims=keepdims)
    ans = E.log(abs(total) if return_sign else total) + (shift if keepdims else _dropped(shift, axis))
    return (ans, E.sign(total)) if return_sign else ans


def _size(x: Any, axis: Any) -> Any:
    """Nearly the largest x, to keep exp(x − size) in range; a whole number, so that no derivative flows through it."""
    most = reduce.max(x, axis=axis, keepdims=True)
    return E.where(E.isfinite(most), E.floor(most), 0.0)


def _dropped(x: Any, axis: Any) -> Any:
    """x without the axes of length one that a reduction kept."""
    return reduce.sum(x, axis=axis, keepdims=False)


def _real(name: str, x: Any) -> Any:
    x = given(x)
    if is_complex(x):
        raise DataError(message(f"scipy.special.{name} of complex numbers has no gate.",
                                "write np.log(np.sum(b * np.exp(a)))"))
    return x


def softmax(x: Any, axis: Any = None) -> Any:
    x = _real("softmax", x)
    shares = E.exp(x - _size(x, axis))
    return shares / reduce.sum(shares, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    x = _real("log_softmax", x)
    x = x - _size(x, axis)
    return x - E.log(reduce.sum(E.exp(x), axis=axis, keepdims=True))


# ---------------------------------------------------------------- the gamma function and its kin
def polygamma(n: Any, x: Any) -> Any:
    return special.polygamma(n, in_float64(x))


def multigammaln(a: Any, d: Any) -> Any:
    """ln Γ of d dimensions (Muirhead 1982, "Aspects of multivariate statistical theory", theorem 2.1.12)."""
    a, d = given(a), int(_constant(d, "the dimension d of multigammaln"))
    if np.any(innermost(a) <= 0.5 * (d - 1)):
        raise ShapeError(message(f"multigammaln of {innermost(a)} in {d} dimensions.",
                                 f"give numbers above {0.5 * (d - 1)}"))
    terms = stack([special.gammaln(a - 0.5 * k) for k in range(d)])
    return reduce.sum(terms, axis=0) + d * (d - 1) * 0.25 * math.log(math.pi)


def factorial(n: Any, exact: bool = False, extend: str = "zero") -> Any:
    """Γ(n + 1), and by SciPy's choice 0 for negative n."""
    if exact or extend != "zero":
        raise KeywordError(message("factorial with exact=True or extend='complex' has no gate.",
                                   "leave the keyword out, or write scipy.special.gamma(n + 1)"))
    positive = E.greater_equal(n, 0.0)
    return E.where(positive, special.gamma(E.where(positive, n, 0.0) + 1.0), 0.0)


def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """The binomial coefficient, and 0 where there is no such choice."""
    if exact:
        raise KeywordError(message("comb with exact=True has no gate.", "leave the keyword out"))
    if repetition:
        return comb(N + k - 1.0, k)
    possible = E.logical_and(E.less_equal(k, N), E.logical_and(E.greater_equal(N, 0.0), E.greater_equal(k, 0.0)))
    return E.where(possible, special.binom(E.where(possible, N, 1.0), E.where(possible, k, 1.0)), 0.0)


def zeta(x: Any, q: Any = None, out: None = None) -> Any:
    return special.zeta(x if q is not None else _constant(x, "the exponent x of zeta"), q)


def betaincc(a: Any, b: Any, x: Any) -> Any:
    return special.betainc(b, a, 1.0 - x)


# ---------------------------------------------------------------- others
def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    a, b, c = (_constant(x, f"the parameter {name} of hyp2f1") for name, x in zip("abc", (a, b, c), strict=True))
    return special.hyp2f1(z, a=a, b=b, c=c)


def kl_div(x: Any, y: Any) -> Any:
    return special.rel_entr(x, y) - x + y


def log_expit(x: Any) -> Any:
    return -_in_scipy(E.softplus)(-x)


def sici(x: Any) -> tuple[Any, Any]:
    return special.si(x), special.ci(x)


FUNCTIONS: dict[str, Function] = SPECIAL | {
    "betaincc": betaincc, "cbrt": _in_scipy(E.cbrt), "comb": comb, "digamma": special.psi, "erf": _in_scipy(E.erf),
    "exp10": lambda x: E.power(10.0, x), "exp2": _in_scipy(E.exp2), "expit": _in_scipy(E.sigmoid),
    "expm1": _in_scipy(E.expm1), "factorial": factorial, "hyp2f1": hyp2f1, "i0": _in_scipy(series.i0), "jn": bessel.jv,
    "kl_div": kl_div, "kn": bessel.kv, "log1p": _in_scipy(E.log1p), "log_expit": log_expit, "log_softmax": log_softmax,
    "logsumexp": logsumexp, "multigammaln": multigammaln, "polygamma": polygamma, "round": E.rint, "sici": sici,
    "softmax": softmax, "softplus": E.softplus, "yn": bessel.yv, "zeta": zeta}


@cache
def stand_in(ufunc: Any) -> Function | None:
    """What stands for a ufunc of scipy.special on tensors; None if it is none of these."""
    name = ufunc.__name__
    if getattr(sys.modules.get("scipy.special"), name, None) is not ufunc:
        return None
    if name not in FUNCTIONS:
        raise DataError(message(f"scipy.special.{name} has no gate, so its derivative is not known.",
                                "write it with functions that have one, declare a gate (autograd.gate), or use x.data "
                                "where no gradient is wanted"))
    return FUNCTIONS[name]
