"""Floor 1: what data may be: floats, arrays, and containers of them."""
import math
import os
from collections.abc import Callable, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

import numpy as np

from autograd.errors import DataError, describe, libraries, message
from autograd.graph import Tensor, own

for _package in ("numpy", "scipy"):                   # which lie side by side; scipy may be missing
    libraries.append(os.path.join(os.path.dirname(os.path.dirname(np.__file__)), _package) + os.sep)

# A block of this size, freed once, lets the C library of Linux keep up to twice as much of what is freed later. Else
# every step of a training asks the system for its memory anew, which takes longer than the arithmetic on it.
np.empty(31 << 20, np.uint8)

ndarray = np.ndarray
float32, float64 = np.float32, np.float64
DIFFERENTIABLE = "fc"                 # kinds of dtype that have derivatives: real and complex


@own.register
def _(data: np.ndarray) -> Any:
    if data.dtype.kind not in DIFFERENTIABLE:
        raise DataError(message(f"an array of {data.dtype} has no derivative.",
                                "write x.astype(float), or np.array([1., 2.])"))
    mine = np.array(data)
    mine.flags.writeable = False
    return tidy(mine)


@own.register(np.generic)
@own.register(complex)
def _(data: Any) -> Any:
    return tidy(own(np.asarray(data)))


@own.register(list)
@own.register(tuple)
def _(data: Any) -> Any:
    try:
        return own(np.asarray(data))
    except ValueError:
        raise DataError(message(f"{describe(data)} is no array: its rows differ in length.",
                                "make one Tensor per row, or fill the rows up")) from None


@own.register
def _(data: Tensor) -> Any:
    raise DataError(message("a Tensor cannot hold another Tensor: the graph behind it would be lost.",
                            "use the tensor as it is, or start a new leaf from x.data"))


def tidy(ans: Any) -> Any:
    """A result as tensors hold it: float64 numbers as Python floats, arrays of rank 0 as scalars."""
    kind = type(ans)
    if kind is ndarray:
        return ans if ans.ndim else tidy(ans[()])
    return float(ans) if kind is float64 else ans


def constant(x: Any) -> Any:
    """An argument that is not a tensor, as gates use it: a float or an array of numbers."""
    if type(x) is ndarray and x.dtype.kind in "fbiuc":
        return x
    if isinstance(x, float):
        return tidy(x)
    if isinstance(x, int):
        return float(x)
    if type(x) is complex:
        return x                                     # takes the precision of what it meets, as in NumPy
    ans = x if type(x) is ndarray or isinstance(x, np.generic) else np.asarray(x)
    if type(x) is not ndarray and isinstance(x, np.ma.MaskedArray | np.matrix):
        raise DataError(message(f"a gate cannot compute with a {type(x).__name__}, whose operators are not an array's.",
                                "write np.asarray(x), or x.filled(...)"))
    if ans.dtype.kind not in "fbiuc":
        raise DataError(message(f"a gate cannot compute with {describe(x)}.", "write a number or an array of numbers"))
    return ans


def array(x: Any) -> Any:
    """`x` as something with a shape and a dtype: a tensor stays one."""
    return x if isinstance(x, Tensor) else np.asarray(x)


def numbered(shape: tuple[int, ...]) -> Any:
    """The places of an array of this shape: 0, 1, 2, ... in the order of its elements."""
    return np.arange(math.prod(shape)).reshape(shape)


def beside_numbers(args: Sequence[Any]) -> Sequence[Any]:
    """NumPy's scalars in no less than double precision, if a float is recorded: it may be a float64 of an array."""
    scalars = [k for k, x in enumerate(args) if isinstance(x, np.generic) or (type(x) is ndarray and not x.ndim)]
    if not scalars or not any(isinstance(x, Tensor) and type(innermost(x)) is float for x in args):
        return args
    return [tidy(x.astype(np.result_type(x, float64))) if k in scalars else x for k, x in enumerate(args)]


def foreign(x: Any) -> bool:
    """Whether x is of a library that brings its own arithmetic, as xarray does; it may hold tensors."""
    handler = getattr(type(x), "__array_ufunc__", None)
    return handler is not None and not isinstance(x, ndarray | Tensor)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a float, array or tensor, or of the array that a list stands for."""
    if isinstance(x, float | int):
        return ()
    return x.shape if hasattr(x, "shape") else np.shape(x)


def rank(x: Any) -> int:
    """The number of axes of a float, array or tensor."""
    return len(shape_of(x))


def innermost(x: Any) -> Any:
    """The number or array inside all layers of a tensor."""
    while isinstance(x, Tensor):
        x = x.value
    return x


def watched(x: Any) -> Any:
    """The number or array inside, which is looked at for nan; a program notes that, and looks in every run."""
    while isinstance(x, Tensor):
        if x.level.watched is not None:
            x.level.watched.append(x)
        x = x.value
    return x


def dtype_of(x: Any) -> Any:
    """The dtype of a number, array or tensor."""
    value = innermost(x)
    return value.dtype if hasattr(value, "dtype") else np.dtype(type(value))


def is_complex(x: Any) -> bool:
    """Whether a number, array or tensor is complex."""
    value = innermost(x)
    return type(value) is not float and bool(dtype_of(value).kind == "c")


def zeros_like(x: Any) -> Any:
    """Zero in the space of `x`."""
    return 0.0 if isinstance(x, float | bool) else np.zeros(x.shape, x.dtype)


def ones_like(x: Any) -> Any:
    """One in the space of `x`: a cotangent in the dtype of the output, so that float32 stays float32."""
    return 1.0 if isinstance(x, float) else tidy(np.ones(x.shape, x.dtype))


_CONTAINERS = (list, tuple, dict)


def unshared(parts: list[Any], *others: Any) -> list[Any]:
    """The same arrays, copied where they share memory with one before them, with `others`, or with what made them."""
    parts, seen = list(parts), set(map(id, others))
    for i, part in enumerate(parts):
        if type(part) is ndarray:
            if part.base is not None or id(part) in seen:
                parts[i] = part.copy()
            seen.add(id(part))
    return parts


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """Leaves of nested tuples, lists and dicts in order, and the function that puts new leaves back in place.

    >>> leaves, build = flatten({"w": 1.0, "b": (2.0, 3.0)})
    >>> leaves, build([10.0, 20.0, 30.0])
    ([1.0, 2.0, 3.0], {'w': 10.0, 'b': (20.0, 30.0)})
    """
    if not isinstance(tree, _CONTAINERS):
        return [tree], itemgetter(0)
    if type(tree) is list or type(tree) is tuple:
        for x in tree:
            if isinstance(x, _CONTAINERS):
                break
        else:
            return list(tree), type(tree)
    leaves: list[Any] = []
    build = _visit(tree, leaves)
    return leaves, lambda new: build(iter(new))


def _visit(x: Any, leaves: list[Any]) -> Callable[[Any], Any]:
    """Append the leaves; gives what takes as many from an iterator. No closure: one that calls itself would keep the
    leaves in memory until the garbage collector comes."""
    if isinstance(x, dict):
        keys, parts = list(x), [_visit(v, leaves) for v in x.values()]
        own = type(x)
        return lambda new: own((k, part(new)) for k, part in zip(keys, parts, strict=True))
    if isinstance(x, list | tuple):
        kind = type(x)
        if kind in (list, tuple) and not any(isinstance(v, _CONTAINERS) for v in x):
            leaves.extend(x)
            size = len(x)
            return lambda new: kind(islice(new, size))
        parts = [_visit(v, leaves) for v in x]
        if hasattr(x, "_fields"):
            return lambda new: kind(*(part(new) for part in parts))
        return lambda new: kind(part(new) for part in parts)
    leaves.append(x)
    return next
