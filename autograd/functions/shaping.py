"""Floor 3: NumPy's functions that move numbers: shapes, axes, joining and splitting."""
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.table import TABLE, replaces
from autograd.gates import elementwise, shape
from autograd.gates.index import getitem
from autograd.graph import plain
from autograd.space import DIFFERENTIABLE, dtype_of, innermost, rank, shape_of


# ---------------------------------------------------------------- shape
@replaces(np.reshape)
def reshape(a: Any, shape: Any, order: str = "C") -> Any:
    if order not in ("C", "F", "A"):
        raise ValueError(f"order must be one of 'C', 'F', or 'A', not {order!r}")
    if order == "F" or (order == "A" and _first_axis_fastest(a)):
        shape = tuple(shape) if np.ndim(shape) else (shape,)
        return transpose(_reshape(transpose(a), shape[::-1]))
    return _reshape(a, shape)


_reshape = shape.reshape


def _first_axis_fastest(a: Any) -> bool:
    """Whether the value lies in memory column by column, and not row by row."""
    value = plain(a)
    return not isinstance(value, float) and bool(value.flags.fnc)


@replaces(np.ravel)
def ravel(a: Any, order: str = "C") -> Any:
    if order == "K" and rank(a):
        strides = np.abs(innermost(a).strides[-rank(a):])                        # without axes that vmap maps
        ans = _reshape(transpose(a, np.argsort(-strides, stable=True)), -1)     # the axis with the longest steps first
    else:
        ans = reshape(a, -1, "C" if order == "K" else order)
    copied = not innermost(ans).flags.c_contiguous and dtype_of(ans).kind in DIFFERENTIABLE
    return elementwise.positive(ans) if copied else ans                                  # as NumPy copies


@replaces(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    ones = [i for i, n in enumerate(shape_of(a)) if n == 1]
    gone = ones if axis is None else normalize_axis_tuple(axis, rank(a))
    if not set(gone) <= set(ones):
        raise KeywordError(message(f"squeeze cannot drop axis {axis} of shape {shape_of(a)}.",
                                   "drop axes of length one only"))
    return _reshape(a, tuple(n for i, n in enumerate(shape_of(a)) if i not in gone))


@replaces(np.transpose)
def transpose(a: Any, axes: Any = None) -> Any:
    return shape.transpose(a) if axes is None else shape.transpose(a, axes=normalize_axis_tuple(axes, rank(a)))


@replaces(np.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    return swapaxes(x, -1, -2)


@replaces(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    one, other = normalize_axis_index(axis1, rank(a)), normalize_axis_index(axis2, rank(a))
    order = list(range(rank(a)))
    order[one], order[other] = other, one
    return shape.transpose(a, axes=tuple(order))


@replaces(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    taken = normalize_axis_tuple(source, rank(a), "source")
    order = [n for n in range(rank(a)) if n not in taken]
    for place, n in sorted(zip(normalize_axis_tuple(destination, rank(a), "destination"), taken, strict=True)):
        order.insert(place, n)
    return shape.transpose(a, axes=tuple(order))


@replaces(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    start = normalize_axis_index(start, rank(a) + 1) if start >= 0 else normalize_axis_index(start, rank(a))
    axis = normalize_axis_index(axis, rank(a))
    return moveaxis(a, axis, start - (axis < start))


@replaces(np.broadcast_to)
def broadcast_to(array: Any, shape: Any) -> Any:
    return _broadcast_to(array, tuple(shape) if np.ndim(shape) else (shape,))


_broadcast_to = shape.broadcast_to


@replaces(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> Any:
    shape = np.broadcast_shapes(*map(shape_of, args))
    return tuple(broadcast_to(x, shape) for x in args)


@replaces(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    made = tuple(_reshape(a, (1,)) if rank(a) == 0 else a for a in arys)
    return made[0] if len(made) == 1 else made


@replaces(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    made = tuple(_reshape(a, (1,) * (2 - rank(a)) + shape_of(a)) if rank(a) < 2 else a for a in arys)
    return made[0] if len(made) == 1 else made


@replaces(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    made = tuple(_reshape(a, (1, *shape_of(a)[:1], 1, 1)[:3]) if rank(a) < 2 else
                 _reshape(a, (*shape_of(a), 1)) if rank(a) == 2 else a for a in arys)
    return made[0] if len(made) == 1 else made


@replaces(np.flipud)
def flipud(m: Any) -> Any:
    return shape.flip(m, 0)


@replaces(np.fliplr)
def fliplr(m: Any) -> Any:
    return shape.flip(m, 1)


@replaces(np.tile)
def tile(A: Any, reps: Any) -> Any:
    return shape.tile(A, tuple(np.atleast_1d(reps).tolist()))


@replaces(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    if axis is None:
        return shape.repeat(ravel(a), repeats, 0)
    return shape.repeat(a, repeats, normalize_axis_index(axis, rank(a)))


@replaces(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    return shape.roll(a, tuple(shift) if np.ndim(shift) else shift, axis)


# ---------------------------------------------------------------- joining and splitting
@replaces(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0, dtype: Any = None, casting: Any = "same_kind") -> Any:
    arrays = _alike(arrays, dtype, casting)
    if axis is None:
        return shape.concatenate(*map(ravel, arrays), axis=0)
    return shape.concatenate(*arrays, axis=axis)


@replaces(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0, dtype: Any = None, casting: Any = "same_kind") -> Any:
    return shape.stack(*_alike(arrays, dtype, casting), axis=axis)


def _alike(arrays: Sequence[Any], dtype: Any, casting: Any) -> Sequence[Any]:
    """The arrays in the dtype in which they are to be joined, where the default does not do."""
    if dtype is None and casting == "same_kind":
        return arrays
    dtype = np.result_type(*map(dtype_of, arrays)) if dtype is None else dtype
    return [cast(a, dtype, casting) for a in arrays]


@replaces(np.vstack)
def vstack(tup: Sequence[Any], dtype: Any = None, casting: Any = "same_kind") -> Any:
    return concatenate([atleast_2d(a) for a in tup], 0, dtype, casting)


@replaces(np.hstack)
def hstack(tup: Sequence[Any], dtype: Any = None, casting: Any = "same_kind") -> Any:
    arrays = [atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if rank(arrays[0]) == 1 else 1, dtype, casting)


@replaces(np.dstack)
def dstack(tup: Sequence[Any]) -> Any:
    return concatenate([atleast_3d(a) for a in tup], 2)


@replaces(np.column_stack)
def column_stack(tup: Sequence[Any]) -> Any:
    return concatenate([_reshape(a, (-1, 1)) if rank(a) < 2 else a for a in tup], 1)


@replaces(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    parts = np.array_split(np.arange(shape_of(ary)[axis]), indices_or_sections)
    return [getitem(ary, shape._along(axis, rank(ary), slice(int(p[0]), int(p[-1]) + 1) if len(p) else slice(0, 0)))
            for p in parts]


@replaces(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    np.split(np.broadcast_to(False, shape_of(ary)[axis]), indices_or_sections)       # NumPy's check that it divides
    return array_split(ary, indices_or_sections, axis)


@replaces(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    return split(ary, indices_or_sections, 0 if rank(ary) == 1 else 1)


@replaces(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    return split(ary, indices_or_sections, 0)


@replaces(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    return split(ary, indices_or_sections, 2)


@replaces(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> Any:
    return tuple(getitem(x, shape._along(axis, rank(x), k)) for k in range(shape_of(x)[axis]))


TABLE |= {np.shape: shape_of, np.ndim: rank}
