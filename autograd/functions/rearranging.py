"""Floor 3: NumPy's functions that put numbers in other places, leave some out, or put others in between.

Where NumPy's rules are long, NumPy itself moves the places 0, 1, 2, ..., and the numbers follow: one `getitem`.
"""
import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.functions.casting import cast
from autograd.functions.numbers import diag
from autograd.functions.shaping import concatenate, moveaxis, ravel, swapaxes
from autograd.functions.table import replaces
from autograd.gates import index, shape
from autograd.gates.index import getitem
from autograd.graph import plain
from autograd.space import array, dtype_of, flatten, numbered, rank, shape_of
from autograd.views import read_only


def _places(x: Any, first: int = 0) -> Any:
    """The numbers of `x` counted from `first`, in the shape of `x`."""
    return first + numbered(shape_of(x))


# ---------------------------------------------------------------- putting in
@replaces(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    arr = array(arr)
    places = np.insert(_places(arr), plain(obj), _places(values, math.prod(shape_of(arr))), axis)
    return getitem(concatenate((ravel(arr), cast(ravel(values), dtype_of(arr)))), places)


@replaces(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return concatenate((arr, values), axis)


@replaces(np.block)
def block(arrays: Any) -> Any:
    parts, build = flatten(arrays)
    ends = np.cumsum([math.prod(shape_of(x)) for x in parts])
    places = np.block(build([_places(x, end - math.prod(shape_of(x))) for x, end in zip(parts, ends, strict=True)]))
    return getitem(concatenate(parts, None), places)


@replaces(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    if not math.prod(shape_of(a)):
        return np.zeros(new_shape, dtype_of(a))
    return getitem(ravel(a), np.resize(_places(a), new_shape))


@replaces(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    return diag(ravel(v), k)


# ---------------------------------------------------------------- leaving out
@replaces(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    arr, axis = (ravel(arr), 0) if axis is None else (arr, axis)
    kept = np.delete(np.arange(shape_of(arr)[axis]), plain(obj))
    return getitem(arr, shape._along(axis, rank(arr), kept))


@replaces(np.take)
def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    a, axis = (ravel(a), 0) if axis is None else (a, normalize_axis_index(axis, rank(a)))
    if mode != "raise" or not index.is_mapped(indices):
        indices = np.take(np.arange(shape_of(a)[axis]), plain(indices), mode=mode)  # type: ignore[call-overload]
    return index.take(a, indices, axis)


@replaces(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    n = math.prod(shape_of(a)) if axis is None else shape_of(a)[axis]
    return take(a, np.compress(plain(condition), np.arange(n)), axis)


@replaces(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return take(arr, np.flatnonzero(plain(condition)))


@replaces(np.trim_zeros)
def trim_zeros(filt: Any, trim: Any = "fb", axis: Any = None) -> Any:
    value = plain(filt)
    kept = np.shape(np.trim_zeros(value, trim, axis))
    start = np.subtract(value.shape, np.shape(np.trim_zeros(value, "f", axis))) * ("f" in trim.lower())
    return getitem(filt, tuple(slice(int(k), int(k) + n) for k, n in zip(start, kept, strict=True)))


# ---------------------------------------------------------------- turning, and windows
@replaces(np.rot90)
def rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    np.rot90(np.broadcast_to(False, shape_of(m)), k, axes)                      # NumPy's check that it goes
    first, second = axes
    if k % 4 == 2:
        return shape.flip(m, (first, second))
    if k % 4 == 1:
        return swapaxes(shape.flip(m, second), first, second)
    return shape.flip(swapaxes(m, first, second), second) if k % 4 else getitem(m, ...)


@replaces(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None) -> Any:
    np.lib.stride_tricks.sliding_window_view(np.broadcast_to(False, shape_of(x)), window_shape, axis)
    lengths = window_shape if np.ndim(window_shape) else (window_shape,)
    axes = range(rank(x)) if axis is None else normalize_axis_tuple(axis, rank(x), allow_duplicate=True)
    ans = x
    for k, length in zip(axes, lengths, strict=True):
        window = np.arange(shape_of(ans)[k] - length + 1)[:, None] + np.arange(length)
        ans = moveaxis(getitem(ans, shape._along(k, rank(ans), window)), k + 1, -1)
    return read_only(ans, x, lambda owner: sliding_window_view(owner, window_shape, axis))
