"""Floor 3: NumPy's functions in terms of gates, with NumPy's own signatures, and the table that finds them.

`TABLE[np.sum]` is what `np.sum(tensor)` runs: a gate, a function below, or a constant (a function whose result has no
derivative). Anything else is refused with a message, never computed without its gradient.
"""
from collections.abc import Callable, Sequence
from functools import cache, wraps
from inspect import signature
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from autograd.errors import AutogradError, KeywordError, OutOfBounds, ShapeError, message
from autograd.gate import Gate, fit
from autograd.gates import contract, elementwise, index, reduce, shape
from autograd.gates.contract import einsum
from autograd.gates.index import getitem, take, take_along_axis
from autograd.graph import GATES, Tensor, plain
from autograd.space import rank, shape_of

TABLE: dict[Callable[..., Any], Callable[..., Any]] = {}


def replaces(*functions: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Note that the function below does the work of these NumPy functions on tensors."""
    def note(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def named(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except AutogradError:
                raise
            except (IndexError, ValueError, ZeroDivisionError) as error:
                kind = OutOfBounds if isinstance(error, IndexError) else ShapeError
                raise kind(message(f"np.{functions[0].__name__}: {error}.",
                                   "use axes, indices and sizes that the array has")) from None
        TABLE.update(dict.fromkeys(functions, named))
        return named
    return note


# ---------------------------------------------------------------- shape
@replaces(np.reshape)
def reshape(a: Any, shape: Any, order: str = "C") -> Any:
    if order != "C":
        raise KeywordError(message(f"reshape with order={order!r} has no gate.", "transpose first, then reshape"))
    return _reshape(a, shape)


_reshape = shape.reshape


@replaces(np.ravel)
def ravel(a: Any, order: str = "C") -> Any:
    return reshape(a, -1, order)


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
    shape = np.broadcast_to(np.broadcast_to(False, shape_of(array)), shape).shape        # NumPy's check that it goes
    return fit(array, shape, array.dtype)


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


@replaces(np.pad)
def pad(array: Any, pad_width: Any, mode: str = "constant", constant_values: float = 0.0) -> Any:
    if mode != "constant" or np.any(constant_values):
        raise KeywordError(message(f"pad with mode={mode!r}, constant_values={constant_values} has no gate.",
                                   "pad with zeros, then add or concatenate what should stand there"))
    widths = np.broadcast_to(np.asarray(pad_width), (rank(array), 2)).tolist()
    return shape.pad(array, tuple((int(a), int(b)) for a, b in widths))


# ---------------------------------------------------------------- joining and splitting
@replaces(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    if axis is None:
        return shape.concatenate(*map(ravel, arrays), axis=0)
    return shape.concatenate(*arrays, axis=axis)


@replaces(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    return shape.stack(*arrays, axis=axis)


@replaces(np.vstack)
def vstack(tup: Sequence[Any]) -> Any:
    return concatenate([atleast_2d(a) for a in tup], 0)


@replaces(np.hstack)
def hstack(tup: Sequence[Any]) -> Any:
    arrays = [atleast_1d(a) for a in tup]
    return concatenate(arrays, 0 if rank(arrays[0]) == 1 else 1)


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


# ---------------------------------------------------------------- numbers
@replaces(np.where)
def where(condition: Any, *choices: Any) -> Any:
    return elementwise.where(condition, *choices) if choices else np.where(plain(condition))


@replaces(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, **named: Any) -> Any:
    low, high = named.pop("min", a_min), named.pop("max", a_max)
    if named:
        raise KeywordError(message(f"clip does not take the keyword {min(named)!r}.", "write it with a_min, a_max"))
    return elementwise.clip(a, -np.inf if low is None else low, np.inf if high is None else high)


@replaces(np.cumsum)
def cumsum(a: Any, axis: int | None = None) -> Any:
    return reduce.cumsum(ravel(a), 0) if axis is None else reduce.cumsum(a, axis)


@replaces(np.cumprod)
def cumprod(a: Any, axis: int | None = None) -> Any:
    return reduce.cumprod(ravel(a), 0) if axis is None else reduce.cumprod(a, axis)


@replaces(np.average)
def average(a: Any, axis: int | None = None, weights: Any = None) -> Any:
    if weights is None:
        return reduce.mean(a, axis)
    if rank(weights) != rank(a):
        along = reduce.axes_of(axis, rank(a))
        weights = _reshape(weights, tuple(n if i in along else 1 for i, n in enumerate(shape_of(a))))
    return reduce.sum(a * weights, axis) / reduce.sum(fit(weights, shape_of(a), np.result_type(plain(weights))), axis)


@replaces(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    if n < 0:
        raise ValueError(f"n={n} is negative")
    for _ in range(n):
        a = getitem(a, shape._along(axis, rank(a), slice(1, None))) - getitem(a, shape._along(axis, rank(a), slice(-1)))
    return a


@replaces(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    a = moveaxis(a, (axis1, axis2), (-2, -1))
    rows = np.arange(max(-offset, 0), min(shape_of(a)[-2], shape_of(a)[-1] - offset))
    return getitem(a, (..., rows, rows + offset))


@replaces(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return reduce.sum(diagonal(a, offset, axis1, axis2), -1)


@replaces(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    if rank(v) == 2:
        return diagonal(v, k)
    rows = np.arange(shape_of(v)[0]) + max(-k, 0)
    n = shape_of(v)[0] + abs(k)
    return index.scatter(v, (rows, rows + k), (n, n))


@replaces(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return elementwise.where(_lower(m, k), m, 0.0)


@replaces(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return elementwise.where(_lower(m, k - 1), 0.0, m)


def _lower(m: Any, k: int) -> Any:
    rows, columns = (shape_of(m) * 2)[-2:]               # one axis stands for two, as in NumPy
    return np.tri(rows, columns, k, dtype=np.bool_)


@replaces(np.real, np.conj, np.conjugate)
def real(val: Any) -> Any:
    """Tensors are real: their real part and their conjugate are they themselves."""
    return val


# ---------------------------------------------------------------- products
@replaces(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    return contract.tensordot(a, b, axes)


@replaces(np.outer)
def outer(a: Any, b: Any) -> Any:
    return _reshape(a, (-1, 1)) * _reshape(b, (1, -1))


@replaces(np.inner)
def inner(a: Any, b: Any) -> Any:
    return a * b if not (rank(a) and rank(b)) else contract.tensordot(a, b, (-1, -1))


@replaces(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    return contract.dot(ravel(a), ravel(b))


replaces(np.einsum)(einsum)
replaces(np.take)(take)
replaces(np.take_along_axis)(take_along_axis)


# ---------------------------------------------------------------- constants
def _constant(function: Callable[..., Any]) -> Callable[..., Any]:
    """A NumPy function whose result has no derivative: it runs on the plain values."""
    def call(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Tensor) and x.level.skip for x in args):
            raise KeywordError(message(f"np.{function.__name__} cannot be mapped by vmap.", "call it outside vmap"))
        return function(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()})
    return call


_CONSTANTS = (
    np.argmax, np.argmin, np.argsort, np.any, np.all, np.allclose, np.isclose, np.array_equal, np.count_nonzero,
    np.nonzero, np.flatnonzero, np.argwhere, np.searchsorted, np.round, np.around, np.fix, np.iscomplexobj,
    np.isrealobj, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.result_type, np.unique, np.digitize,
    np.isneginf, np.isposinf)
TABLE.update((function, _constant(function)) for function in _CONSTANTS)


@replaces(np.size)
def size(a: Any, axis: int | None = None) -> Any:
    return reduce.count(shape_of(a), axis)


TABLE |= {np.shape: shape_of, np.ndim: rank}


# ---------------------------------------------------------------- gates under their NumPy names
@cache
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(signature(function).parameters)


def _as_numpy(gate: Gate, function: Callable[..., Any]) -> Callable[..., Any]:
    """The gate, called with the arguments of its NumPy function in NumPy's order."""
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) == gate.arity and (not kwargs or kwargs.keys() <= gate.defaults.keys()):
            return gate.apply(args, gate.defaults | kwargs if kwargs else gate.defaults)
        given = dict(zip(_parameters(function), args, strict=False)) | kwargs
        inputs = [given.pop(name) for name in _parameters(function)[:gate.arity]]
        return gate(*inputs, **{k: v for k, v in given.items() if v is not np._NoValue})
    return call


for _gate in GATES.values():
    if isinstance(_gate.array, np.ufunc):
        TABLE[_gate.array] = _gate
    elif getattr(_gate.array, "__module__", "").startswith("numpy"):
        TABLE.setdefault(_gate.array, _as_numpy(_gate, _gate.array))
TABLE |= {
    np.sum: _as_numpy(reduce.sum, np.sum), np.mean: _as_numpy(reduce.mean, np.mean), np.dot: contract.dot,
    np.amax: TABLE[np.max], np.amin: TABLE[np.min], np.fabs: elementwise.absolute,
    np.deg2rad: elementwise.radians, np.rad2deg: elementwise.degrees}
_REDUCE = {np.add: reduce.sum, np.multiply: reduce.prod, np.maximum: reduce.max, np.minimum: reduce.min}
_ACCUMULATE = {np.add: reduce.cumsum, np.multiply: reduce.cumprod}
