"""Floor 2: gates that fold axes together, and the cumulative ones."""
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.gate import Gate, custom, linear
from autograd.gates.elementwise import conj, div, exp
from autograd.gates.index import getitem
from autograd.gates.shape import concatenate, flip, inverse, reshape, transpose
from autograd.space import is_complex, shape_of


# ---------------------------------------------------------------- axes
def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as non-negative numbers; None means all."""
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple([normalize_axis_index(a, ndim) for a in axes])


def count(shape: tuple[int, ...], axis: Any) -> int:
    """How many numbers are folded into one."""
    return math.prod(shape[a] for a in axes_of(axis, len(shape)))


def spread(g: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    """`g` with the folded axes of `shape` back as length one, ready to broadcast."""
    if keepdims or axis is None:
        return g
    axes = axes_of(axis, len(shape))
    spread_out = tuple([1 if a in axes else n for a, n in enumerate(shape)])
    return g.reshape(spread_out) if type(g) is np.ndarray else reshape(g, spread_out)


# ---------------------------------------------------------------- one partial derivative gives both directions
def reduction(name: str, array: Callable[..., Any], label: str, partial: Callable[..., Any], **defaults: Any) -> Gate:
    """A gate that folds `axis`; `partial(g, x, ans, params)` is g · ∂ans/∂x, where g and ans broadcast against x."""
    def pull(g: Any, x: Any, ans: Any, params: dict[str, Any]) -> Any:
        shape, axis, keepdims = shape_of(x), params["axis"], params["keepdims"]
        return partial(spread(g, shape, axis, keepdims), x, spread(ans, shape, axis, keepdims), params)

    def push(ts: Any, x: Any, ans: Any, params: dict[str, Any]) -> Any:
        axis, keepdims = params["axis"], params["keepdims"]
        return sum(partial(ts[0], x, spread(ans, shape_of(x), axis, keepdims), params), axis=axis, keepdims=keepdims)

    return custom(name, array, label, pull, push=push, **defaults)


def _logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    """log Σ exp(x), with the largest taken out first so that nothing overflows."""
    most = np.maximum.reduce(x, axis, keepdims=True)
    if not math.isfinite(np.add.reduce(most, None)):
        most = np.where(np.isfinite(most), most, most.dtype.type(0.0))
    ans = np.log(np.add.reduce(np.exp(x - most), axis, keepdims=True)) + most
    return ans if keepdims else ans.squeeze(axis)


def _ties(g: Any, x: Any, ans: Any, params: dict[str, Any]) -> Any:
    """Every element that reaches the extreme gets an equal share."""
    hit = (x == ans) * 1.0
    return g * div(hit, sum(hit, axis=params["axis"], keepdims=True))


def _centred(x: Any, params: dict[str, Any]) -> Any:
    """(x - mean) / (n - ddof), or its conjugate, because |x - mean|² is averaged"""
    axis = params["axis"]
    free = np.maximum(count(shape_of(x), axis) - params["ddof"], 0.0)              # never negative, as in NumPy
    ans = div(x - mean(x, axis=axis, keepdims=True), float(free))
    return conj(ans) if is_complex(x) else ans


def _slope_of_std(g: Any, x: Any, ans: Any, params: dict[str, Any]) -> Any:
    """g · (x - mean) / (n · std); a single element never deviates, so there all orders are zero."""
    part = g * _centred(x, params)
    return part if count(shape_of(x), params["axis"]) == 1 else div(part, ans)


def _others(g: Any, x: Any, ans: Any, params: dict[str, Any]) -> Any:
    """The product of all other elements along the axis, by products from both sides, so that zeros do no harm."""
    shape, axes = shape_of(x), axes_of(params["axis"], len(shape_of(x)))
    if not shape:
        return g
    front = [a for a in range(len(shape)) if a not in axes]
    order = front + list(axes)
    flat = reshape(transpose(x, order), (*(shape[a] for a in front), count(shape, axes)))
    left, right = _before(flat), flip(_before(flip(flat, -1)), -1)
    return g * transpose(reshape(left * right, tuple(shape[a] for a in order)), inverse(order))


def _before(x: Any) -> Any:
    """The product of all elements before each, along the last axis."""
    one = np.ones((*x.shape[:-1], np.minimum(x.shape[-1], 1)), x.dtype)
    return concatenate(one, cumprod(getitem(x, (..., slice(0, -1))), axis=-1), axis=-1)


_add: Any = np.add.reduce


def _sum(x: Any, axis: Any, keepdims: bool) -> Any:
    """numpy.sum and numpy.mean without their Python wrappers, which take longer than a small array does."""
    return _add(x, axis, None, None, keepdims)


def _mean(x: Any, axis: Any, keepdims: bool) -> Any:
    if type(x) is not np.ndarray or x.dtype == np.float16:         # which numpy.mean adds up in float32
        return np.mean(x, axis=axis, keepdims=keepdims)
    return _add(x, axis, None, None, keepdims) / count(x.shape, axis)


# ---------------------------------------------------------------- cumulative gates are linear recurrences
def _recur(x: Any, y: Any) -> Any:
    """ans[k] = x[k] + y[k] · ans[k-1] along axis 0."""
    ans = np.empty(np.broadcast_shapes(x.shape, y.shape), np.result_type(x, y))
    last: Any = 0.0
    for k in range(len(ans)):
        last = ans[k] = x[k] + y[k] * last
    return ans


def _recur_back(g: Any, y: Any) -> Any:
    """The transpose runs from the end: s[k] = g[k] + y[k+1] · s[k+1]."""
    shifted = concatenate(getitem(y, slice(1, None)), np.zeros((1, *y.shape[1:]), y.dtype), axis=0)
    return flip(recur(flip(g, 0), flip(shifted, 0)), 0)


def _earlier(ans: Any, first: float) -> Any:
    """ans[k-1] at k along axis 0, begun by `first`."""
    begin = np.full((1, *ans.shape[1:]), first, ans.dtype)
    return concatenate(begin, getitem(ans, slice(0, -1)), axis=0)


def _to_front(x: Any, axis: int) -> tuple[int, ...]:
    """The order of axes that puts `axis` first."""
    first = normalize_axis_index(axis, x.ndim)
    return (first, *(a for a in range(x.ndim) if a != first))


def _cumprod_pull(g: Any, x: Any, ans: Any, axis: int) -> Any:
    """∂L/∂x[k] = ans[k-1] · s[k], where s[k] = g[k] + x[k+1] · s[k+1] and ans[-1] = 1."""
    order = _to_front(x, axis)
    g, x, ans = (transpose(v, order) for v in (g, x, ans))
    return transpose(_recur_back(g, x) * _earlier(ans, 1.0), inverse(order))


def _cumprod_push(ts: Any, x: Any, ans: Any, axis: int) -> Any:
    """t_ans[k] = t[k] · ans[k-1] + x[k] · t_ans[k-1]."""
    order = _to_front(x, axis)
    t, x, ans = (transpose(v, order) for v in (ts[0], x, ans))
    return transpose(recur(t * _earlier(ans, 1.0), x), inverse(order))


def running(name: str, ufunc: np.ufunc, label: str) -> Gate:
    """The largest or smallest number so far. All elements that have reached it get an equal share, as in `amax`: with
    c[k] of them, s[k] = g[k] / c[k] + s[k+1] as long as the extreme stays what it was."""
    def pull(g: Any, x: Any, ans: Any, axis: int) -> Any:
        order = _to_front(x, axis)
        hit, same = _reached(transpose(x, order), transpose(ans, order))
        return transpose(hit * _recur_back(div(transpose(g, order), recur(hit, same)), same), inverse(order))

    def push(ts: Any, x: Any, ans: Any, axis: int) -> Any:
        order = _to_front(x, axis)
        hit, same = _reached(transpose(x, order), transpose(ans, order))
        return transpose(div(recur(hit * transpose(ts[0], order), same), recur(hit, same)), inverse(order))

    return custom(name, lambda x, axis: ufunc.accumulate(x, axis), label, pull, push=push, axis=0)


def _reached(x: Any, ans: Any) -> tuple[Any, Any]:
    """Where x is the extreme so far, and where that is still the one before, as ones and zeros."""
    return (x == ans) * 1.0, (ans == _earlier(ans, math.nan)) * 1.0


def _mean_back(g: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    return spread(g, shape, axis, keepdims) * (1.0 / (count(shape, axis) or 1))


# fmt: off
sum       = linear("sum",         _sum,     "Σ",    spread,     axis=None, keepdims=False)
mean      = linear("mean",        _mean,      "mean", _mean_back, axis=None, keepdims=False)
max       = reduction("amax",     np.max,     "max",  _ties,      axis=None, keepdims=False)
min       = reduction("amin",     np.min,     "min",  _ties,      axis=None, keepdims=False)
prod      = reduction("prod",     np.prod,    "Π",    _others,    axis=None, keepdims=False)
var       = reduction("var",      np.var,     "var",  lambda g, x, ans, params: g * (2.0 * _centred(x, params)), axis=None, ddof=0, keepdims=False)
std       = reduction("std",      np.std,     "std",  _slope_of_std, axis=None, ddof=0, keepdims=False)
logsumexp = reduction("logsumexp", _logsumexp, "lse", lambda g, x, ans, params: g * exp(x - ans), axis=None, keepdims=False)
cumsum    = linear("cumsum",      np.cumsum,  "Σ…",   lambda g, axis: flip(cumsum(flip(g, axis), axis), axis), axis=0)
cumprod   = custom("cumprod",     np.cumprod, "Π…",   _cumprod_pull, push=_cumprod_push, axis=0)
cummax    = running("cummax",     np.maximum, "max…")
cummin    = running("cummin",     np.minimum, "min…")
recur     = custom("recur",       _recur,     "recur", _recur_back, lambda g, ans, y: _recur_back(g, y) * _earlier(ans, 0.0),
                   push=lambda ts, ans, y: recur(_or_zero(ts[0], ans) + _or_zero(ts[1], ans) * _earlier(ans, 0.0), y))
# fmt: on


def _or_zero(t: Any, ans: Any) -> Any:
    return np.zeros(ans.shape, ans.dtype) if t is None else t
