"""Floor 3: arrays made of numbers and tensors. NumPy dispatches few of these; `autograd.numpy` calls the others."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.shaping import concatenate, ravel, reshape, stack
from autograd.functions.table import constant, replaces
from autograd.gate import fit
from autograd.gates import elementwise, shape
from autograd.gates.index import take
from autograd.graph import Tensor, plain
from autograd.space import constant as number_or_array
from autograd.space import dtype_of, rank, shape_of


def mixed(x: Any) -> bool:
    """Whether x is a tuple or list with a tensor somewhere in it."""
    return isinstance(x, list | tuple) and any(isinstance(part, Tensor) or mixed(part) for part in x)


@replaces(np.array)
def array(object: Any, dtype: Any = None, *, copy: bool | None = True, order: str = "K", subok: bool = False,
          ndmin: int = 0, ndmax: int = 0, like: Any = None) -> Any:
    if like is not None or ndmax:
        raise KeywordError(message("array with like= or ndmax= has no gate.", "leave the keyword out"))
    ans = cast(_joined(object), dtype)
    if rank(ans) < ndmin:
        ans = shape.reshape(ans, (1,) * (ndmin - rank(ans)) + shape_of(ans))
    if order == "F" and rank(ans) > 1:
        return reshape(elementwise.positive(ravel(ans, "F")), shape_of(ans), "F")
    return elementwise.positive(ans) if ans is object and copy else ans


def _joined(x: Any) -> Any:
    """Nested lists with tensors in them as one tensor."""
    return stack([_joined(part) for part in x]) if mixed(x) else x if isinstance(x, Tensor) else number_or_array(x)


@replaces(np.asarray, np.asanyarray, np.ascontiguousarray)
def asarray(a: Any, dtype: Any = None, order: str = "K", *, device: Any = None, copy: bool | None = None,
            like: Any = None) -> Any:
    return array(a, dtype, copy=copy, order=order or "K", like=like)


@replaces(np.asfortranarray)
def asfortranarray(a: Any, dtype: Any = None, *, like: Any = None) -> Any:
    return array(a, dtype, copy=None, order="F", like=like)


@replaces(np.require)
def require(a: Any, dtype: Any = None, requirements: Any = None, *, like: Any = None) -> Any:
    flags = np.require(np.empty((2, 2))[:, ::-1], None, requirements).flags                 # what NumPy makes of them
    order = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "K"
    return array(a, dtype, copy=flags.owndata, order=order, like=like)


@replaces(np.arange)
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, *, device: Any = None,
           like: Any = None) -> Any:
    """The end says how many numbers there are, and has no derivative."""
    start, stop = (0, start) if stop is None else (start, stop)
    ans = np.arange(plain(start), plain(stop), plain(step), dtype, like=like)  # type: ignore[call-overload]
    if not isinstance(start, Tensor) and not isinstance(step, Tensor):
        return ans
    return cast(start + ((start + step) - start) * np.arange(ans.size), ans.dtype)


@replaces(np.asarray_chkfinite)
def asarray_chkfinite(a: Any, dtype: Any = None, order: str = "K") -> Any:
    ans = asarray(a, dtype, order)
    if not np.all(elementwise.isfinite(ans)):
        raise ValueError("array must not contain infs or NaNs")
    return ans


@replaces(np.copy)
def copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    return array(a, order=order)


@replaces(np.full)
def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device: Any = None,
         like: Any = None) -> Any:
    value = array(fill_value, dtype, order=order, like=like)
    return fit(value, tuple(np.atleast_1d(shape).tolist()), dtype_of(value))


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Matrices with the last axis of D on their diagonals: what `np.diagonal` undoes. HIPS/autograd has it."""
    if offset or {axis1, axis2} != {-1, -2}:
        raise KeywordError(message("make_diagonal makes the last two axes.", "write offset=0, axis1=-1, axis2=-2"))
    return elementwise.where(np.eye(shape_of(D)[-1], dtype=bool), shape.expand_dims(D, axis=-1), 0.0)


constant(np.iscomplex, np.isreal, np.isscalar, np.array_repr, np.array_str, np.array2string)


class Joiner:
    """`np.r_` and `np.c_` for tensors: NumPy joins the places of all numbers, then they are taken from there."""

    def __init__(self, places: Callable[[Any], Any]) -> None:
        self.places = places

    def __getitem__(self, key: Any) -> Any:
        items = key if isinstance(key, tuple) else (key,)
        if not any(isinstance(x, Tensor) or mixed(x) for x in items):
            return self.places(key)
        if any(x in ("r", "c") for x in items if isinstance(x, str)):
            raise KeywordError(message("np.matrix of tensors has no gate.", "write numbers in place of 'r' or 'c'"))
        parts: Sequence[Any] = [np.r_[x] if isinstance(x, slice) else x for x in items]
        numbers = [x if isinstance(x, Tensor) else asarray(x) for x in parts if not isinstance(x, str)]
        sizes = [int(np.prod(shape_of(x))) for x in numbers]
        places = iter([np.arange(end - n, end).reshape(shape_of(x))
                       for x, n, end in zip(numbers, sizes, np.cumsum(sizes), strict=True)])
        at = self.places(tuple(x if isinstance(x, str) else next(places) for x in parts))
        return take(concatenate([ravel(x) for x in numbers]), at)


r_, c_ = Joiner(lambda key: np.r_[key]), Joiner(lambda key: np.c_[key])
