"""Floor 2: gates that move numbers without changing them. All are linear; rule = transpose."""
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.gate import fit, linear
from autograd.gates.index import getitem, scatter
from autograd.space import dtype_of


def inverse(axes: Sequence[int] | None) -> list[int] | None:
    """The order of axes that undoes `axes`; None, which reverses them, undoes itself."""
    return None if axes is None else [int(i) for i in np.argsort([a % len(axes) for a in axes])]


def _along(axis: int, ndim: int, part: Any) -> tuple[Any, ...]:
    """An index that takes `part` along `axis` and everything along the others."""
    return (slice(None),) * normalize_axis_index(axis, ndim) + (part,)


def _concatenate(*xs: Any, axis: int) -> Any:
    return np.concatenate(xs, axis)


def _concatenate_back(g: Any, shapes: Any, i: int, axis: int) -> Any:
    start = sum(shape[axis] for shape in shapes[:i])
    return getitem(g, _along(axis, g.ndim, slice(start, start + shapes[i][axis])))


def _opposite(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, tuple) else -shift


def _tile_back(g: Any, shape: tuple[int, ...], reps: Any) -> Any:
    """Fold each axis into (repetition, original) and sum over the repetitions."""
    reps = (1,) * (len(shape) - len(reps)) + reps
    padded = (1,) * (len(reps) - len(shape)) + shape
    copies = reshape(g, tuple(n for pair in zip(reps, padded, strict=True) for n in pair))
    return reshape(fit(copies, tuple(n for m in padded for n in (1, m)), dtype_of(g)), shape)


def _repeat_back(g: Any, shape: tuple[int, ...], repeats: Any, axis: int) -> Any:
    """Element k was copied to the places where `source` says k: add them up there."""
    source = np.repeat(np.arange(shape[axis]), repeats)
    return scatter(g, _along(axis, len(shape), source), shape)


def _pad_back(g: Any, shape: tuple[int, ...], pad_width: Any) -> Any:
    return getitem(g, tuple(slice(before, before + n) for (before, _), n in zip(pad_width, shape, strict=True)))


def _diagonal_back(g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """Zeros with g on the diagonal of the two axes."""
    axis1, axis2 = normalize_axis_index(axis1, len(shape)), normalize_axis_index(axis2, len(shape))
    others = [a for a in range(len(shape)) if a not in (axis1, axis2)]
    order = [*others, axis1, axis2]
    rows = np.arange(g.shape[-1]) + max(-offset, 0)
    return transpose(scatter(g, (..., rows, rows + offset), tuple(shape[a] for a in order)), inverse(order))


# fmt: off
reshape     = linear("reshape",     np.reshape,                                  "reshape",   lambda g, shape: reshape(g, shape), view="writable", shape=())
transpose   = linear("transpose",   np.transpose,                                "ᵀ",         lambda g, axes: transpose(g, inverse(axes)), view="writable", axes=None)
expand_dims = linear("expand_dims", np.expand_dims,                              "reshape",   lambda g, shape: reshape(g, shape), view="writable", axis=0)
broadcast_to = linear("broadcast_to", np.broadcast_to,                           "broadcast", lambda g, shape: fit(g, shape, dtype_of(g)), view="read-only", shape=())
diagonal    = linear("diagonal",    np.diagonal,                                 "diag",      _diagonal_back, view="read-only", offset=0, axis1=0, axis2=1)
flip        = linear("flip",        np.flip,                                     "flip",      lambda g, axis: flip(g, axis), view="writable", axis=None)
roll        = linear("roll",        np.roll,                                     "roll",      lambda g, shift, axis: roll(g, _opposite(shift), axis), shift=0, axis=None)
tile        = linear("tile",        np.tile,                                     "tile",      _tile_back, reps=())
repeat      = linear("repeat",      np.repeat,                                   "repeat",    _repeat_back, repeats=1, axis=0)
pad         = linear("pad",         np.pad,                                      "pad",       _pad_back, pad_width=())
concatenate = linear("concatenate", _concatenate,                                "concat",    _concatenate_back, joint=True, arity=None, axis=0)
stack       = linear("stack",       lambda *xs, axis: np.stack(xs, axis),        "stack",     lambda g, i, axis: getitem(g, _along(axis, g.ndim, i)), joint=True, arity=None, axis=0)
# fmt: on
