"""Floor 2: taking elements and putting them back. The transpose of taking is adding into zeros, repeats included."""
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.gate import linear
from autograd.graph import Tensor, plain
from autograd.space import array, dtype_of


class _BLANK:
    """Where a tensor stood in an index; a class, because that stays itself in copies and pickles."""


def _is_basic(index: Any) -> bool:
    """Slices, numbers, None and ... alone: every element is taken at most once."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(p is None or p is Ellipsis or (isinstance(p, slice | int | np.integer) and not isinstance(p, bool))
               for p in parts)


def keeps_front(index: tuple[Any, ...]) -> bool:
    """Whether an axis in front of the indexed ones stays in front: array indices with something between them move there."""
    kinds = [not _is_basic(p) or isinstance(p, int | np.integer) for p in index]
    arrays = [k for k, advanced in enumerate(kinds) if advanced]
    return _is_basic(index) or arrays == list(range(arrays[0], arrays[-1] + 1))


def _getitem(x: Any, index: Any) -> Any:
    return (np.asarray(x) if isinstance(x, float) else x)[index]


def _scatter(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of `shape` with g added at `index`."""
    out = np.zeros(shape, np.asarray(g).dtype)
    if _is_basic(index):
        out[index] = g
    else:
        np.add.at(out, index, g)
    return out


def _add_at(x: Any, y: Any, index: Any) -> Any:
    ans = np.array(x, order="K")
    np.add.at(ans, index, y)
    return ans


def _assign(x: Any, y: Any, index: Any) -> Any:
    """x with y written at `index`, where no place comes twice."""
    ans = np.array(x, order="K")
    ans[index] = y
    return ans


# fmt: off
getitem = linear("getitem", _getitem,                   "[·]",  lambda g, shape, index: scatter(g, index, shape), view="writable", index=None)
assign = linear("assign",   _assign,                    "[·]=", lambda g, index: assign(g, 0.0, index),            lambda g, index: getitem(g, index), joint=True, index=None)
add_at  = linear("add_at",   _add_at,                    "[·]+=", lambda g: g,                                    lambda g, index: getitem(g, index), joint=True, index=None)
scatter = linear("scatter", _scatter,                   "[·]+", lambda g, index: getitem(g, index),               index=None, shape=())
getitem_at = linear("getitem_at", lambda x, *at, index: x[filled(index, at)], "[·]",
                    lambda g, xs, shape, index: scatter_at(g, *xs[1:], index=index, shape=shape), arity=None, index=())
scatter_at = linear("scatter_at", lambda g, *at, index, shape: _scatter(g, filled(index, at), shape), "[·]+",
                    lambda g, xs, index: getitem_at(g, *xs[1:], index=index), arity=None, index=(), shape=())
# fmt: on


def filled(index: tuple[Any, ...], at: Any) -> tuple[Any, ...]:
    """The index with its blanks filled in order."""
    parts = iter(at)
    return tuple(next(parts) if p is _BLANK else p for p in index)


def pick(x: Any, index: Any) -> Any:
    """x[index], where the index may hold integer or boolean tensors, also ones that `vmap` maps."""
    if not is_mapped(index):
        return getitem(x, index=own_index(index))
    parts = index if isinstance(index, tuple) else (index,)
    at = [p for p in parts if isinstance(p, Tensor)]
    for p in at:
        if p.level.watched is not None and dtype_of(p).kind == "b":
            plain(p)                                 # how many numbers there are differs from run to run
    return getitem_at(x, *at, index=tuple(_BLANK if isinstance(p, Tensor) else p for p in parts))


def is_mapped(index: Any) -> bool:
    """Whether `vmap` maps some part of the index."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(p, Tensor) and p.level.opaque for p in parts)


def own_index(index: Any) -> Any:
    """The index in parts that nobody can change afterwards."""
    return tuple(map(_own, index)) if isinstance(index, tuple) else _own(index)


def _own(part: Any) -> Any:
    """A part of an index that its maker cannot change afterwards."""
    part = plain(part)
    return part.copy() if isinstance(part, np.ndarray) else list(part) if isinstance(part, list) else part


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Elements of `x` along `axis` at `indices`, as `numpy.take` with mode "raise"."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    return pick(x, (slice(None),) * normalize_axis_index(axis, x.ndim) + (array(indices),))


def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
    """Elements of `x` picked per row of `indices`, as `numpy.take_along_axis`."""
    if axis is None:
        return pick(x.reshape(-1), indices)
    return pick(x, along_axis(indices, x.shape, axis))


def along_axis(indices: Any, shape: tuple[int, ...], axis: int) -> tuple[Any, ...]:
    """The index that takes `indices` along `axis`, row by row."""
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in shape)])
    grid[axis] = indices
    return tuple(grid)
