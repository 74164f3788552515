"""Floor 1: arrays that somebody else owns, and could write into before the walk back.

Small ones are copied. Of a large one a fingerprint is taken, and the walk back compares it: a change is an error that
names both lines. The arrays that a function is differentiated by are locked while it runs.
"""
from collections.abc import Iterable
from math import isqrt
from typing import Any

import numpy as np

from autograd.errors import GraphError, message
from autograd.space import ndarray, tidy

_NUMPY = (ndarray, np.generic)
_COPIED = 1 << 15                     # numbers in the largest array that is copied


class Foreign:
    """A large array that somebody else owns, with its fingerprint at this moment."""

    __slots__ = ("array", "print")

    def __init__(self, array: Any) -> None:
        self.array, self.print = array, fingerprint(array)


class Guarded(tuple[Any, ...]):
    """The inputs that a node keeps, where some are foreign: the array stands in place, `foreign` has the prints."""

    foreign: list[Foreign]

    def check(self, node: Any) -> None:
        """Raise GraphError where a foreign array is no longer what the gate saw."""
        for kept in self.foreign:
            if fingerprint(kept.array) != kept.print:
                raise GraphError(message(
                    f"an array of shape {kept.array.shape} was changed after {node.gate.name} used it at "
                    f"{node.where()}, and before this walk back: the gradient would be wrong.",
                    "write into a new array, or give the gate a copy"))


def guarded(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """`args` as a node keeps them, with every Foreign replaced by its array."""
    foreign = [x for x in args if type(x) is Foreign]
    if not foreign:
        return args
    ans = Guarded([x.array if type(x) is Foreign else x for x in args])
    ans.foreign = foreign
    return ans


def fingerprint(x: Any) -> int:
    """A number that another content of `x` would give with a chance of about 2⁻⁶⁴.

    The words of the array are laid out in rows of an odd length, so that no uniform change cancels, and summed both
    ways, so that no exchange does: two passes at the speed of memory.
    """
    words = x.reshape(-1).view(np.uint64 if x.nbytes % 8 == 0 else np.uint8)
    width = isqrt(words.size) | 1
    whole = words.size - words.size % width
    table = words[:whole].reshape(-1, width)
    return hash((np.add.reduce(table, 0, np.uint64).tobytes(), np.add.reduce(table, 1, np.uint64).tobytes(),
                 words[whole:].tobytes()))


def held(x: Any, dtype: Any, foreign: bool, needed: bool) -> Any:
    """A value as a node keeps it: in the dtype of the result, so that a rule does not compute in a coarser one, and,
    where somebody else made it and could still write into it, as a copy of its own or, if a rule needs it, with a
    fingerprint."""
    if type(x) is not ndarray:
        return x if dtype is None or not isinstance(x, np.generic) else _precise(x, dtype)
    if dtype is not None and x.dtype is not dtype:
        y = _precise(x, dtype)
        if y is not x:
            return y
    if foreign and (x.flags.writeable or x.base is not None):
        if x.size <= _COPIED or (needed and not x.flags.c_contiguous):
            return x.copy()
        return Foreign(x) if needed else x
    return x


def _precise(x: Any, dtype: Any) -> Any:
    """Numbers in the dtype of the result; those that are complex stay so."""
    kind = x.dtype.kind
    if x.dtype != dtype and kind in "fiuc" and dtype.kind in ("c" if kind == "c" else "fc"):
        return tidy(x.astype(dtype))
    return x


def lock(arrays: Iterable[Any]) -> list[Any]:
    """Nobody may write into these arrays until `unlock`; gives those that were open before.

    One in memory that no array owns, as SciPy's C code hands them out, could never be opened again: it stays open.
    """
    owners: list[Any] = []
    views: list[Any] = []
    for x in arrays:
        if type(x) is ndarray and (flags := x.flags).writeable and (flags.owndata or x.base is not None):
            x.setflags(False)  # type: ignore[call-arg]  # by its name, `write`, it takes four times as long
            (owners if x.base is None else views).append(x)
    return owners + views


def unlock(opened: list[Any]) -> None:
    """Open the arrays that `lock` has locked, in its order: a view can be opened only after the array it shows."""
    for x in opened:
        x.setflags(True)
