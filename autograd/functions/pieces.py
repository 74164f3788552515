"""Floor 3: NumPy's functions that choose between values, and those that call a function on parts of an array."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.functions.floats import given
from autograd.functions.shaping import moveaxis, reshape, stack
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import elementwise as E
from autograd.gates.index import assign, getitem
from autograd.gates.shape import expand_dims
from autograd.graph import plain
from autograd.space import array, rank, shape_of


# ---------------------------------------------------------------- choices
@replaces(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0.0) -> Any:
    if len(condlist) != len(choicelist) or not condlist:
        raise ValueError(f"{len(condlist)} conditions for {len(choicelist)} choices")
    conditions = list(map(array, condlist))
    if any(c.dtype != bool for c in conditions):
        raise TypeError("the conditions must be boolean arrays")
    ans = default
    for condition, choice in zip(reversed(conditions), reversed(choicelist), strict=True):
        ans = E.where(condition, choice, ans)
    return ans


@replaces(np.choose)
def choose(a: Any, choices: Any, mode: Any = "raise") -> Any:
    which = np.choose(plain(a), list(range(len(choices))), mode=mode)    # NumPy's check, and its way to wrap and clip
    ans: Any = 0.0
    for k, choice in enumerate(choices):
        ans = E.where(which == k, choice, ans)
    return ans


@replaces(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    x, alone = given(x), np.isscalar(condlist) or (rank(x) > 0 and not isinstance(condlist[0], list | np.ndarray))
    conditions = np.asarray([condlist] if alone else condlist, bool)
    if len(conditions) == len(funclist) - 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    if len(conditions) != len(funclist):
        raise ValueError(f"{len(funclist)} functions for {len(conditions)} conditions")
    row = reshape(x, (1,)) if rank(x) == 0 else x
    ans = np.zeros(shape_of(row), row.dtype)
    for condition, function in zip(conditions.reshape(-1, *shape_of(row)), funclist, strict=True):
        if np.any(condition):
            value = function(getitem(row, condition), *args, **kw) if callable(function) else function
            ans = assign(ans, value, index=condition)
    return fit(reshape(ans, shape_of(x)), shape_of(x), x.dtype)


# ---------------------------------------------------------------- functions of parts
@replaces(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    arr = array(arr)
    axis = normalize_axis_index(axis, rank(arr))
    last = moveaxis(arr, axis, -1)
    *around, n = shape_of(last)
    rows = reshape(last, (-1, n))
    if not shape_of(rows)[0]:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    ans = stack([array(func1d(getitem(rows, k), *args, **kwargs)) for k in range(shape_of(rows)[0])])
    inner = shape_of(ans)[1:]
    ans = reshape(ans, (*around, *inner))
    return moveaxis(ans, range(len(around), rank(ans)), range(axis, axis + len(inner)))


@replaces(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    ans = array(a)
    for axis in np.atleast_1d(axes).tolist():
        axis = normalize_axis_index(axis, rank(a))
        new = func(ans, axis)
        ans = new if rank(new) == rank(ans) else expand_dims(new, axis)
        if rank(ans) != rank(a):
            raise ValueError("function is not returning an array of the correct shape")
    return ans
