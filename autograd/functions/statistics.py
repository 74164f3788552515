"""Floor 3: NumPy's order statistics, averages and correlations."""
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.nan import nanmean, replaced
from autograd.functions.numbers import diagonal
from autograd.functions.reductions import folded, left
from autograd.functions.shaping import concatenate, reshape, squeeze, transpose
from autograd.functions.sorting import sort
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import contract, elementwise, reduce
from autograd.gates.index import getitem, take_along_axis
from autograd.graph import Tensor, plain
from autograd.space import array, dtype_of, is_complex, rank, shape_of


# ---------------------------------------------------------------- median
@replaces(np.median)
def median(a: Any, axis: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    ordered = sort(folded(a, axis), 0)
    n = shape_of(ordered)[0]
    ans = reduce.mean(getitem(ordered, slice((n - 1) // 2, n // 2 + 1)), axis=0)
    ans = _nan_with(getitem(ordered, -1), ans) if n else ans
    return reshape(ans, left(shape_of(a), axis, keepdims))


@replaces(np.nanmedian)
def nanmedian(a: Any, axis: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    if 0 in shape_of(a):
        return nanmean(a, axis, keepdims=keepdims)
    ordered = sort(folded(a, axis), 0)
    n = np.sum(~np.isnan(plain(ordered)), axis=0, keepdims=True)
    ans = (take_along_axis(ordered, (n - 1) // 2, 0) + take_along_axis(ordered, n // 2, 0)) * 0.5
    return reshape(ans, left(shape_of(a), axis, keepdims))


def _nan_with(largest: Any, ans: Any) -> Any:
    """nan where the numbers have one: in their order it comes last."""
    return replaced(elementwise.isnan(largest), np.nan, ans)


# ---------------------------------------------------------------- quantiles
def _quantiles(function: Callable[..., Any], unit: float, skip_nan: bool) -> Callable[..., Any]:
    """A quantile lies between two neighbours in the order of the numbers. Where, says NumPy itself: there lies the
    quantile of the ranks 0, 1, 2, ... in place of the numbers."""
    def quantile(a: Any, q: Any, axis: Any = None, overwrite_input: bool = False, method: str = "linear",
                 keepdims: bool = False, *, weights: Any = None) -> Any:
        if skip_nan and rank(q) > 1 and np.ndim(axis):
            raise KeywordError(message(f"np.{function.__name__} over several axes with q of shape {shape_of(q)}: NumPy "
                                       "mixes up the axes.", "give q in a row, and reshape the result"))
        shape, x = shape_of(a), folded(array(a), axis)
        if weights is not None:
            weights = folded(np.broadcast_to(along(np.asarray(plain(weights)), shape, axis), shape), axis)
        ranks, n = _ranks(x, skip_nan or weights is not None)
        place = function(ranks, plain(q), axis=0, method=method, weights=weights)
        place = np.reshape(place, (-1, *ranks.shape[1:]))
        if isinstance(q, Tensor):
            place = place + _motion(reshape(q, (-1, *[1] * (rank(x) - 1))), n, method, unit)
        ordered = sort(x, 0)
        ans = _between(ordered, place, n)
        ans = ans if skip_nan else _nan_with(getitem(ordered, -1), ans)
        return reshape(ans, (*shape_of(q), *left(shape, axis, keepdims)))
    return quantile


def _ranks(x: Any, by_column: bool) -> tuple[Any, Any]:
    """The ranks of the numbers along axis 0, and how many there are; one column for all, if they need not differ."""
    n = shape_of(x)[0]
    if not by_column:
        return np.arange(n, dtype=dtype_of(x)).reshape(n, *[1] * (rank(x) - 1)), n
    missing = np.isnan(plain(x))
    ranks = np.argsort(np.argsort(plain(x), 0, stable=True), 0).astype(dtype_of(x))
    return np.where(missing, np.nan, ranks), n - missing.sum(0)


def _between(ordered: Any, place: Any, n: Any) -> Any:
    """The nearer neighbour, and from there a part of the way to the other, as NumPy rounds it."""
    at = np.nan_to_num(plain(place))
    lower = np.clip(np.floor(at), 0, np.maximum(n - 2, 0)).astype(int)
    nearer = lower + (at - lower >= 0.5)
    step = take_along_axis(ordered, np.minimum(lower + 1, n - 1), 0) - take_along_axis(ordered, lower, 0)
    return take_along_axis(ordered, nearer, 0) + step * (place - nearer.astype(at.dtype))


#: The methods that are continuous in q, with alpha and beta of Hyndman and Fan 1996, "Sample quantiles in statistical
#: packages": quantile q of n numbers lies at n·q + alpha + q·(1 - alpha - beta) - 1.
_CONTINUOUS = {"linear": (1.0, 1.0), "interpolated_inverted_cdf": (0.0, 1.0), "hazen": (0.5, 0.5),
               "weibull": (0.0, 0.0), "median_unbiased": (1 / 3, 1 / 3), "normal_unbiased": (3 / 8, 3 / 8)}


def _motion(q: Any, n: Any, method: str, unit: float) -> Any:
    """Zero, with the derivative of the place: it stands still in steps, and beyond the first and last number."""
    if method not in _CONTINUOUS:
        return 0.0
    alpha, beta = _CONTINUOUS[method]
    slope = (n + 1.0 - alpha - beta) / unit
    place = plain(q) * slope + alpha - 1.0
    return slope * ((place >= 0.0) & (place <= n - 1.0)) * (q - plain(q))


quantile = replaces(np.quantile)(_quantiles(np.quantile, 1.0, skip_nan=False))
percentile = replaces(np.percentile)(_quantiles(np.percentile, 100.0, skip_nan=False))
nanquantile = replaces(np.nanquantile)(_quantiles(np.nanquantile, 1.0, skip_nan=True))
nanpercentile = replaces(np.nanpercentile)(_quantiles(np.nanpercentile, 100.0, skip_nan=True))


# ---------------------------------------------------------------- averages
def along(weights: Any, shape: tuple[int, ...], axis: Any) -> Any:
    """Weights, one per element or one per element along `axis`, ready to broadcast against an array of this shape."""
    if shape_of(weights) == shape:
        return weights
    if axis is None:
        raise ValueError(f"weights of shape {shape_of(weights)} for an array of shape {shape} need an axis")
    axes = normalize_axis_tuple(axis, len(shape))
    if shape_of(weights) != tuple(shape[k] for k in axes):
        raise ValueError(f"weights of shape {shape_of(weights)} do not fit axis {axis} of shape {shape}")
    return reshape(transpose(weights, np.argsort(axes)), tuple(n if k in axes else 1 for k, n in enumerate(shape)))


@replaces(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    axis = None if axis is None else normalize_axis_tuple(axis, rank(a))
    if weights is None:
        ans, total = reduce.mean(a, axis=axis, keepdims=keepdims), float(reduce.count(shape_of(a), axis))
        if 0 in shape_of(ans):
            raise ZeroDivisionError("the average of no numbers")                             # as in NumPy
    else:
        weights = along(array(weights), shape_of(a), axis)
        total = reduce.sum(weights, axis=axis, keepdims=keepdims)
        _refuse_zero(total == 0.0)
        ans = elementwise.div(reduce.sum(elementwise.mul(a, weights), axis=axis, keepdims=keepdims), total)
    return (ans, fit(array(total), shape_of(ans), dtype_of(ans))) if returned else ans


def _refuse_zero(zero: Any) -> None:
    if not isinstance(zero, Tensor) and np.any(zero):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")


# ---------------------------------------------------------------- correlations
@replaces(np.cov)
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, fweights: Any = None,
        aweights: Any = None, *, dtype: Any = None) -> Any:
    x = _variables(m, rowvar, dtype)
    fweights, aweights = (w if w is None else array(w) for w in (fweights, aweights))
    x = x if y is None else concatenate((x, _variables(y, rowvar, dtype)))
    np.cov(np.zeros((1, shape_of(x)[1])), None, True, bias, ddof, plain(fweights), plain(aweights))   # NumPy's checks
    ddof = (0 if bias else 1) if ddof is None else ddof
    weights = aweights if fweights is None else fweights if aweights is None else fweights * aweights
    x = x - reshape(average(x, 1, weights), (-1, 1))
    free = _freedom(shape_of(x)[1], ddof, weights, aweights)
    transposed = transpose(x if weights is None else x * weights)
    return squeeze(contract.dot(x, elementwise.conj(transposed) if is_complex(x) else transposed) / free)


def _variables(m: Any, rowvar: bool, dtype: Any) -> Any:
    """One variable per row."""
    if rank(m) > 2:
        raise ValueError(f"an array of shape {shape_of(m)} has more than 2 dimensions")
    m = cast(m, np.result_type(dtype_of(m), np.float64) if dtype is None else dtype)
    return reshape(m, (1, -1)) if rank(m) < 2 else m if rowvar else transpose(m)


def _freedom(n: int, ddof: int, weights: Any, aweights: Any) -> Any:
    """How many observations count, less `ddof`."""
    if weights is None:
        return np.maximum(n - ddof, 0.0)
    total = reduce.sum(weights)
    lost = ddof if aweights is None else ddof * reduce.sum(weights * aweights) / total
    return elementwise.maximum(total - lost, 0.0)


@replaces(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    c = cov(x, y, rowvar, dtype=dtype)
    if not rank(c):
        return elementwise.div(c, c)
    deviation = elementwise.sqrt(elementwise.real(diagonal(c)))
    c = c / reshape(deviation, (-1, 1)) / deviation
    real = elementwise.clip(elementwise.real(c), -1.0, 1.0)
    return elementwise.join(real, elementwise.clip(elementwise.imag(c), -1.0, 1.0)) if is_complex(c) else real
