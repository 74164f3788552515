"""Floor 3: NumPy's sorting and sets. A sorted array picks numbers of its input, so it moves as they do."""
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.functions.casting import cast
from autograd.functions.shaping import concatenate, ravel
from autograd.functions.table import CONSTANTS, replaces
from autograd.gates.index import getitem, take, take_along_axis
from autograd.gates.order import argpartition, argsort
from autograd.graph import Tensor, plain
from autograd.space import rank


# ---------------------------------------------------------------- order
@replaces(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: bool | None = None) -> Any:
    np.sort(np.empty(0), kind=kind, order=order, stable=stable)                     # NumPy's check of the keywords
    a, axis = _along_one(a, axis)
    return take_along_axis(a, argsort(a, axis=axis), axis)


@replaces(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: Any = None) -> Any:
    np.partition(np.empty(1), 0, kind=kind, order=order)
    a, axis = _along_one(a, axis)
    return take_along_axis(a, argpartition(a, kth=kth, axis=axis), axis)


@replaces(np.sort_complex)
def sort_complex(a: Any) -> Any:
    return cast(sort(a), np.complex128)


@replaces(np.lexsort)
def lexsort(keys: Any, axis: int = -1) -> Any:
    return np.lexsort(plain(keys) if isinstance(keys, Tensor) else tuple(map(plain, keys)), axis)


CONSTANTS.add(np.lexsort)


def _along_one(a: Any, axis: int | None) -> tuple[Any, int]:
    """The array and the axis that is sorted; None means all numbers in a row."""
    return (ravel(a), 0) if axis is None else (a, normalize_axis_index(axis, rank(a)))


# ---------------------------------------------------------------- sets
@replaces(np.unique)
def unique(ar: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
           axis: int | None = None, *, equal_nan: bool = True, sorted: bool = True) -> Any:
    find: Any = np.unique
    _, first, *more = find(plain(ar), True, return_inverse, return_counts, axis, equal_nan=equal_nan)
    values = getitem(ravel(ar), first) if axis is None else take(ar, first, axis)
    found = (values, *([first] if return_index else []), *more)
    return found if len(found) > 1 else values


@replaces(np.unique_values)
def unique_values(x: Any) -> Any:
    return unique(x, equal_nan=False)


def _named(function: Callable[..., Any], **returned: bool) -> None:
    kind = type(function(np.zeros(1)))
    replaces(function)(lambda x: kind(*unique(x, **returned, equal_nan=False)))


_named(np.unique_all, return_index=True, return_inverse=True, return_counts=True)
_named(np.unique_counts, return_counts=True)
_named(np.unique_inverse, return_inverse=True)


@replaces(np.union1d)
def union1d(ar1: Any, ar2: Any) -> Any:
    return unique(concatenate((ar1, ar2), None))


@replaces(np.intersect1d)
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """A number of both moves as they do on average; at a tie, `maximum` does the same."""
    _, first, second = np.intersect1d(plain(ar1), plain(ar2), assume_unique, return_indices=True)
    values = (getitem(ravel(ar1), first) + getitem(ravel(ar2), second)) / 2.0
    return (values, first, second) if return_indices else values


@replaces(np.setxor1d)
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    values, counts = unique(concatenate((ar1, ar2) if assume_unique else (unique(ar1), unique(ar2)), None),
                            return_counts=True)
    return getitem(values, counts == 1)


@replaces(np.setdiff1d)
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Any:
    ar1 = ravel(ar1) if assume_unique else unique(ar1)
    return getitem(ar1, np.isin(plain(ar1), plain(ar2), assume_unique=True, invert=True))
