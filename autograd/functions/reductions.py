"""Floor 3: NumPy's reductions and cumulative functions with all their keywords.

The gates know `axis` and `keepdims`. What `dtype`, `where` and `initial` ask for is done before and after: the input
is cast, numbers outside the mask are replaced by one that changes nothing, and the result is combined with the initial
value.
"""
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.shaping import atleast_1d, ravel, reshape, transpose
from autograd.functions.table import TABLE, replaces
from autograd.gate import Gate
from autograd.gates import elementwise, reduce, shape
from autograd.space import array, dtype_of, is_complex, rank, shape_of


# ---------------------------------------------------------------- where= and initial=
def masked(a: Any, where: Any, neutral: float) -> Any:
    """`a` with `neutral` outside the mask, which must not widen it."""
    if where is True:
        return a
    return elementwise.where(narrow(array(where), a), a, neutral)


def narrow(x: Any, a: Any) -> Any:
    """`x`, which must broadcast to the shape of `a`."""
    if np.broadcast_shapes(shape_of(x), shape_of(a)) != shape_of(a):
        raise ValueError(f"an array of shape {shape_of(x)} does not broadcast to {shape_of(a)}")
    return x


def counted(a: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """How many elements are folded into one, all or those in the mask."""
    if where is True:
        return reduce.count(shape_of(a), axis)
    return reduce.sum(masked(np.ones(shape_of(a)), where, 0.0), axis=axis, keepdims=keepdims)


def begun(ans: Any, initial: Any, combine: Callable[..., Any]) -> Any:
    """The result combined with the initial value."""
    return ans if initial is None else combine(ans, single(initial, dtype_of(ans)))


def single(initial: Any, dtype: Any) -> Any:
    """An initial value, which must be a single number, in the dtype of the result."""
    if shape_of(initial):
        raise ValueError(f"initial= must be a single number, and has shape {shape_of(initial)}")
    return cast(initial, dtype, "same_kind")


# ---------------------------------------------------------------- axes
def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    return normalize_axis_tuple(range(ndim) if axis is None else axis, ndim)


def folded(a: Any, axis: Any) -> Any:
    """`a` with the folded axes as one, in front of the others."""
    axes, shape = _axes(axis, rank(a)), shape_of(a)
    if axes == (0,):
        return a
    rest = [k for k in range(rank(a)) if k not in axes]
    return reshape(transpose(a, (*axes, *rest)), (math.prod(shape[k] for k in axes), *(shape[k] for k in rest)))


def left(shape: tuple[int, ...], axis: Any, keepdims: bool) -> tuple[int, ...]:
    """The shape that is left when `axis` is folded."""
    axes = _axes(axis, len(shape))
    return tuple(1 if k in axes else n for k, n in enumerate(shape) if keepdims or k not in axes)


# ---------------------------------------------------------------- reductions
@replaces(np.sum)
def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None,
        where: Any = True) -> Any:
    ans = reduce.sum(masked(cast(a, dtype), where, 0.0), axis=axis, keepdims=keepdims)
    return begun(ans, initial, elementwise.add)


@replaces(np.prod)
def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None,
         where: Any = True) -> Any:
    ans = reduce.prod(masked(cast(a, dtype), where, 1.0), axis=axis, keepdims=keepdims)
    return begun(ans, initial, elementwise.mul)


def _extreme(gate: Gate, neutral: float, combine: Gate) -> Callable[..., Any]:
    def extreme(a: Any, axis: Any = None, keepdims: bool = False, initial: Any = None, where: Any = True,
                dtype: Any = None) -> Any:
        if where is not True and initial is None:
            raise KeywordError(message(f"{gate.label} with where= and no initial=: nothing may be left to choose from.",
                                       f"give initial=, for instance {neutral}"))
        a = masked(cast(a, dtype), where, neutral)
        if initial is not None and 0 in shape_of(a):
            return begun(np.full(left(shape_of(a), axis, keepdims), neutral, dtype_of(a)), initial, combine)
        return begun(gate(a, axis=axis, keepdims=keepdims), initial, combine)
    return extreme


max = replaces(np.max, np.amax)(_extreme(reduce.max, -np.inf, elementwise.maximum))
min = replaces(np.min, np.amin)(_extreme(reduce.min, np.inf, elementwise.minimum))


@replaces(np.ptp)
def ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return max(a, axis, keepdims) - min(a, axis, keepdims)


@replaces(np.mean)
def mean(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    if where is True:
        return reduce.mean(cast(a, dtype), axis=axis, keepdims=keepdims)
    total = sum(a, axis, dtype, keepdims, where=where)
    return cast(elementwise.div(total, counted(a, axis, keepdims, where)), dtype_of(total))


@replaces(np.var)
def var(a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False, *, where: Any = True,
        mean: Any = None, correction: float | None = None) -> Any:
    a, ddof = cast(a, dtype), degrees(ddof, correction)
    if where is True and mean is None:
        return cast(reduce.var(a, axis=axis, ddof=ddof, keepdims=keepdims), dtype)
    distance = masked(a - (_mean(a, axis, keepdims=True, where=where) if mean is None else mean), where, 0.0)
    total = reduce.sum(squared(distance), axis=axis, keepdims=keepdims)
    free = elementwise.maximum(counted(a, axis, keepdims, where) - ddof, 0.0)
    return cast(elementwise.div(total, free), dtype_of(total) if dtype is None else dtype)


_mean = mean


@replaces(np.std)
def std(a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False, *, where: Any = True,
        mean: Any = None, correction: float | None = None) -> Any:
    if where is True and mean is None:
        return cast(reduce.std(cast(a, dtype), axis=axis, ddof=degrees(ddof, correction), keepdims=keepdims), dtype)
    return elementwise.sqrt(var(a, axis, dtype, ddof, keepdims, where=where, mean=mean, correction=correction))


def degrees(ddof: float, correction: float | None) -> float:
    """`ddof` under either of its two names."""
    if correction is not None and ddof:
        raise ValueError("ddof and correction can't be provided simultaneously")
    return ddof if correction is None else correction


def squared(x: Any) -> Any:
    """|x|²"""
    return elementwise.real(x * elementwise.conj(x)) if is_complex(x) else x * x


# ---------------------------------------------------------------- cumulative
def _cumulative(gate: Gate) -> Callable[..., Any]:
    def cumulative(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
        a = cast(a, dtype)
        return gate(ravel(a), 0) if axis is None else gate(a, axis)
    return cumulative


cumsum = replaces(np.cumsum)(_cumulative(reduce.cumsum))
cumprod = replaces(np.cumprod)(_cumulative(reduce.cumprod))


def _array_api(cumulative: Callable[..., Any], neutral: float) -> Callable[..., Any]:
    def call(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
        if axis is None and rank(x) > 1:
            raise ValueError("for arrays with more than one axis, axis= must be given")
        x, axis = atleast_1d(x), 0 if axis is None else axis
        ans = cumulative(x, axis, dtype)
        if not include_initial:
            return ans
        begin = [1 if k == axis % rank(x) else n for k, n in enumerate(shape_of(x))]
        return shape.concatenate(np.full(begin, neutral, dtype_of(ans)), ans, axis=axis)
    return call


replaces(np.cumulative_sum)(_array_api(cumsum, 0.0))
replaces(np.cumulative_prod)(_array_api(cumprod, 1.0))


# ---------------------------------------------------------------- the short way
def _short(gate: Gate, function: Callable[..., Any]) -> Callable[..., Any]:
    """The gate itself where only its own keywords are given; the function above for all others."""
    full = TABLE[function]

    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and (not kwargs or kwargs.keys() <= gate.defaults.keys()):
            return gate.apply(args, gate.defaults | kwargs if kwargs else gate.defaults)
        return full(*args, **{name: value for name, value in kwargs.items() if value is not np._NoValue})
    return call


_GATES: dict[Callable[..., Any], Gate] = {
    np.sum: reduce.sum, np.mean: reduce.mean, np.prod: reduce.prod, np.var: reduce.var, np.std: reduce.std,
    np.max: reduce.max, np.min: reduce.min, np.amax: reduce.max, np.amin: reduce.min}
TABLE |= {function: _short(gate, function) for function, gate in _GATES.items()}
