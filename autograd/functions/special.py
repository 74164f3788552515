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

from autograd.errors import DataError, KeywordError, message
from autograd.functions.casting import array
from autograd.functions.floats import given, in_float64
from autograd.functions.shaping import stack
from autograd.gate import fit
from autograd.gates import bessel, contract, elementwise, reduce, series, special  # noqa: F401 — bessel fills SPECIAL
from autograd.gates.special import SPECIAL, unknown
from autograd.graph import Tensor, plain
from autograd.space import is_complex, rank, shape_of

E = elementwise
Function = Callable[..., Any]


def _single(gate: Any) -> Function:
    """The gate in single precision at least, as SciPy computes; NumPy's functions also know half precision."""
    def call(x: Any) -> Any:
        x = given(x)
        return gate(x if isinstance(x, float) else fit(x, shape_of(x), np.result_type(x.dtype, np.float32)))
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
    most = reduce.max(E.where(E.equal(b, 0.0), -np.inf, a), axis=axis, keepdims=True)
    shift = E.where(E.isfinite(most), E.floor(most), 0.0)                # any constant does that keeps exp in range
    total = reduce.sum(E.absorb(b, E.exp(a - shift)), axis=axis, keepdims=keepdims)
    ans = E.log(abs(total) if return_sign else total) + (shift if keepdims else _dropped(shift, axis))
    return (ans, E.sign(total)) if return_sign else ans


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
    return E.exp(log_softmax(x, axis))


def log_softmax(x: Any, axis: Any = None) -> Any:
    x = _real("log_softmax", x)
    return x - logsumexp(x, axis, keepdims=True)


# ---------------------------------------------------------------- the gamma function and its kin
def polygamma(n: Any, x: Any) -> Any:
    return special.polygamma(n, in_float64(x))


def multigammaln(a: Any, d: Any) -> Any:
    """ln Γ of d dimensions: a sum of ordinary ones (Muirhead 1982, "Aspects of multivariate statistical theory", 2.1.12)."""
    d = int(_constant(d, "the dimension d of multigammaln"))
    if np.any(plain(E.less_equal(a, 0.5 * (d - 1)))):
        raise ValueError(f"condition a ({plain(a)}) > 0.5 * (d-1) ({0.5 * (d - 1)}) not met")
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
    return -_single(E.softplus)(-x)


def sici(x: Any) -> tuple[Any, Any]:
    return special.si(x), special.ci(x)


FUNCTIONS: dict[str, Function] = SPECIAL | {
    "betaincc": betaincc, "cbrt": _single(E.cbrt), "comb": comb, "digamma": special.psi, "erf": _single(E.erf),
    "exp10": lambda x: E.power(10.0, x), "exp2": _single(E.exp2), "expit": _single(E.sigmoid),
    "expm1": _single(E.expm1), "factorial": factorial, "hyp2f1": hyp2f1, "i0": _single(series.i0), "jn": bessel.jv,
    "kl_div": kl_div, "kn": bessel.kv, "log1p": _single(E.log1p), "log_expit": log_expit, "log_softmax": log_softmax,
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
