"""Floor 3: numpy.pad in all its modes. Axes are extended one after the other, so that corners come out as in NumPy."""
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd.functions.floats import given
from autograd.functions.shaping import concatenate, moveaxis, ravel, reshape
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import elementwise as E
from autograd.gates import shape
from autograd.gates.index import getitem, pick
from autograd.graph import Tensor
from autograd.space import numbered, rank, shape_of

Pair = tuple[Any, Any]


@replaces(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    x, widths = given(array), _widths(pad_width, rank(array))
    if callable(mode):
        return _by_function(mode, shape.pad(x, widths), widths, kwargs)
    if mode not in _KEYWORDS:
        raise ValueError(f"mode {mode!r} is not supported")
    keyword, default = _KEYWORDS[mode]
    option = kwargs.pop(keyword, default)
    if kwargs:
        raise ValueError(f"unsupported keyword arguments for mode {mode!r}: {', '.join(kwargs)}")
    if mode in ("edge", "wrap", "reflect", "symmetric") and option != "odd":
        return _copied(x, widths, mode)
    pairs = _pairs(option, rank(x))
    if mode in ("constant", "empty") and not any(isinstance(v, Tensor) or v for pair in pairs for v in pair):
        return shape.pad(x, widths)
    for axis, (width, pair) in enumerate(zip(widths, pairs, strict=True)):
        if any(width):
            x = _EXTEND[mode](x, axis, width, pair)
    return E.positive(x) if x is array else fit(x, shape_of(x), array.dtype)


def _widths(pad_width: Any, ndim: int) -> tuple[tuple[int, int], ...]:
    """How many numbers go before and behind, for every axis."""
    if isinstance(pad_width, dict):
        rows = [(0, 0)] * ndim
        for axis, width in pad_width.items():
            rows[axis] = width if isinstance(width, tuple) else (width, width)
        pad_width = rows
    widths = np.asarray(pad_width)
    if widths.dtype.kind != "i" or np.any(widths < 0):
        raise ValueError(f"pad_width must be whole numbers that are not negative, not {pad_width}")
    return tuple((int(before), int(after)) for before, after in np.broadcast_to(widths, (ndim, 2)))


def _pairs(values: Any, ndim: int) -> list[Pair]:
    """What goes before and behind, for every axis, as NumPy broadcasts it; the values may be tensors."""
    if not _is_row(values):
        return [(values, values)] * ndim
    rows = [list(v) if _is_row(v) else v for v in values]
    rows = rows if isinstance(rows[0], list) else [rows]
    if any(len(row) > 2 for row in rows):
        raise ValueError(f"{values} does not broadcast to a pair for every axis")
    return [(row[0], row[-1]) for row in rows] * (ndim if len(rows) == 1 else 1)


def _is_row(values: Any) -> bool:
    return isinstance(values, list | tuple) or (hasattr(values, "shape") and rank(values) > 0)


def _part(x: Any, axis: int, start: int, stop: int) -> Any:
    return getitem(x, shape._along(axis, rank(x), slice(start, stop)))


# ---------------------------------------------------------------- one mode, one axis
def _copied(x: Any, widths: Any, mode: Any) -> Any:
    """Padding that repeats numbers of `x`: NumPy pads their places."""
    places = np.pad(numbered(x.shape), widths, mode)
    return reshape(getitem(ravel(x), places.reshape(-1)), places.shape)


def _by_function(function: Callable[..., Any], padded: Any, widths: Any, kwargs: dict[str, Any]) -> Any:
    """Zeros around `x`, into every row of which the function may write."""
    for axis, width in enumerate(widths):
        rows = moveaxis(padded, axis, -1)
        for i in np.ndindex(shape_of(rows)[:-1]):
            function(pick(rows, (*i, ...)), width, axis, kwargs)
    return padded


def _by_constant(x: Any, axis: int, width: Pair, values: Pair) -> Any:
    left, right = (fit(given(v), (*x.shape[:axis], n, *x.shape[axis + 1:]), x.dtype)
                   for v, n in zip(values, width, strict=True))
    return concatenate([left, x, right], axis)


def _by_ramp(x: Any, axis: int, width: Pair, ends: Pair) -> Any:
    _check_not_empty(x, axis)
    n = x.shape[axis]
    left = _ramp(ends[0], _part(x, axis, 0, 1), width[0], axis)
    right = _ramp(ends[1], _part(x, axis, n - 1, n), width[1], axis)
    return concatenate([left, x, shape.flip(right, axis)], axis)


def _ramp(end: Any, edge: Any, n: int, axis: int) -> Any:
    """n numbers from `end` towards `edge`, which is not reached."""
    steps = np.arange(n, dtype=edge.dtype).reshape(-1, *[1] * (rank(edge) - axis - 1))
    return steps * ((edge - end) / max(n, 1)) + end


def _by_statistic(statistic: Callable[..., Any], x: Any, axis: int, width: Pair, lengths: Pair) -> Any:
    """The statistic of the first numbers before, that of the last ones behind."""
    _check_not_empty(x, axis)
    n = x.shape[axis]
    first, last = (n if length is None else min(n, length) for length in lengths)
    if min(first, last) < 0:
        raise ValueError("stat_length can't be negative")
    left, right = (statistic(part, axis=axis, keepdims=True)
                   for part in (_part(x, axis, 0, first), _part(x, axis, n - last, n)))
    return concatenate([shape.repeat(left, width[0], axis), x, shape.repeat(right, width[1], axis)], axis)


def _by_odd_reflection(skipped: int, x: Any, axis: int, width: Pair, _: Pair) -> Any:
    """Turned round about its end points, edge - (x - edge), as often as it takes; a single number is repeated."""
    _check_not_empty(x, axis)
    skip, (before, after) = min(skipped, x.shape[axis] - 1), width
    most = x.shape[axis] - skip
    while before or after:
        n, b, a = x.shape[axis], min(before, most), min(after, most)
        left = 2.0 * _part(x, axis, 0, 1) - shape.flip(_part(x, axis, skip, skip + b), axis)
        right = 2.0 * _part(x, axis, n - 1, n) - shape.flip(_part(x, axis, n - skip - a, n - skip), axis)
        x, before, after = concatenate([left, x, right], axis), before - b, after - a
    return x


def _check_not_empty(x: Any, axis: int) -> None:
    if not x.shape[axis]:
        raise ValueError(f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")


_EXTEND: dict[str, Callable[..., Any]] = {
    "constant": _by_constant, "linear_ramp": _by_ramp,
    "maximum": partial(_by_statistic, np.max), "minimum": partial(_by_statistic, np.min),
    "mean": partial(_by_statistic, np.mean), "median": partial(_by_statistic, np.median),
    "reflect": partial(_by_odd_reflection, 1), "symmetric": partial(_by_odd_reflection, 0)}
_KEYWORDS = {
    "constant": ("constant_values", 0.0), "linear_ramp": ("end_values", 0.0), "edge": ("", None), "wrap": ("", None),
    "empty": ("", 0.0),
    "maximum": ("stat_length", None), "minimum": ("stat_length", None), "mean": ("stat_length", None),
    "median": ("stat_length", None), "reflect": ("reflect_type", "even"), "symmetric": ("reflect_type", "even")}
