"""Floor 3: NumPy's differences, slopes and integrals of sampled functions."""
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.functions.floats import given
from autograd.functions.numbers import diff
from autograd.functions.shaping import concatenate, moveaxis, ravel, reshape
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import reduce
from autograd.gates.index import getitem
from autograd.gates.shape import _along, flip
from autograd.graph import Tensor
from autograd.space import rank, shape_of


@replaces(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    ary = given(ary)
    ans = concatenate([ravel(given(v)) for v in (to_begin, diff(ravel(ary)), to_end) if v is not None])
    return fit(ans, shape_of(ans), ary.dtype)


@replaces(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y, widths = given(y), dx
    if x is not None:
        widths = diff(given(x), axis=axis if rank(x) > 1 else -1)
        if rank(x) == 1:
            widths = reshape(widths, (-1, *[1] * (rank(y) - 1 - axis % rank(y))))
    left, right = (getitem(y, _along(axis, rank(y), part)) for part in (slice(-1), slice(1, None)))
    return reduce.sum(widths * (right + left) / 2.0, axis=axis)


# ---------------------------------------------------------------- slopes
@replaces(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = given(f)
    axes = range(rank(f)) if axis is None else normalize_axis_tuple(axis, rank(f))
    if edge_order > 2:
        raise ValueError("edge_order is at most 2")
    spacings = [_widths(h, shape_of(f)[a], rank(f)) for a, h in zip(axes, _spacings(axes, varargs), strict=True)]
    ans = tuple(fit(moveaxis(_slopes(moveaxis(f, a, 0), h, edge_order), 0, a), shape_of(f), f.dtype)
                for a, h in zip(axes, spacings, strict=True))
    return ans[0] if len(ans) == 1 else ans


def _spacings(axes: Sequence[int], varargs: tuple[Any, ...]) -> Sequence[Any]:
    """A distance, or the places of the points, for every axis."""
    if len(varargs) == 1 and rank(varargs[0]) == 0:
        return varargs * len(axes)
    if len(varargs) not in (0, len(axes)):
        raise TypeError("invalid number of arguments")
    return varargs or [1.0] * len(axes)


def _widths(points: Any, n: int, ndim: int) -> Any:
    """The distance between neighbours: a number where all are equal, else an array that broadcasts along axis 0."""
    if rank(points) == 0:
        return points
    if shape_of(points) != (n,):
        raise ValueError(f"the places along an axis of {n} points must be as many numbers, not {shape_of(points)}")
    widths = diff(given(points))
    if not isinstance(points, Tensor) and np.all(widths == widths[0]):
        return widths[0]
    return reshape(widths, (-1, *[1] * (ndim - 1)))


def _slopes(f: Any, h: Any, edge_order: int) -> Any:
    if shape_of(f)[0] < edge_order + 1:
        raise ValueError(f"{shape_of(f)[0]} points are too few: at least edge_order + 1 are required")
    backwards = flip(h, 0) if rank(h) else h
    return concatenate([_first(f, h, edge_order), _inside(f, h), -_first(flip(f, 0), backwards, edge_order)])


def _inside(f: Any, h: Any) -> Any:
    """The slope of the parabola through three neighbours, at the middle one."""
    if not rank(h):
        return (f[2:] - f[:-2]) / (2.0 * h)
    p, q = h[:-1], h[1:]
    return -q / (p * (p + q)) * f[:-2] + (q - p) / (p * q) * f[1:-1] + p / (q * (p + q)) * f[2:]


def _first(f: Any, h: Any, edge_order: int) -> Any:
    """The slope at the first point: of a straight line to the second, or of the parabola through the first three."""
    p, q = (h[:1], h[1:2]) if rank(h) else (h, h)
    if edge_order == 1:
        return (f[1:2] - f[:1]) / p
    return -(2.0 * p + q) / (p * (p + q)) * f[:1] + (p + q) / (p * q) * f[1:2] - p / (q * (p + q)) * f[2:3]
