"""Floor 4: what of its arguments a program depends on."""
from typing import Any

import numpy as np

from autograd.graph import Tensor
from autograd.space import ndarray

DATA = (float, complex, np.ndarray, np.generic)         # what becomes an input; all else is part of the structure
_MANY = 8


def read(tree: Any, skip: int = 0) -> tuple[list[Any], Any]:
    """The leaves of nested containers, as `flatten` has them, and a key: structure, shapes, dtypes, and other objects.

    `skip` axes of arrays do not count. The key is None where a leaf is a recorded tensor.
    """
    leaves: list[Any] = []
    recorded: list[Any] = []
    key = _key(tree, skip, leaves, recorded)
    return leaves, None if recorded else key


def _key(x: Any, skip: int, leaves: list[Any], recorded: list[Any]) -> Any:
    """The key of one part; appends its leaves."""
    kind = type(x)
    if kind is tuple or kind is list:
        if len(x) > _MANY and set(map(type, x)) == {float}:
            leaves.extend(x)
            return kind, len(x)
        return (kind, *[_key(part, skip, leaves, recorded) for part in x])
    if isinstance(x, dict):
        return (kind, *[(name, _key(part, skip, leaves, recorded)) for name, part in x.items()])
    if isinstance(x, tuple | list):
        return (kind, *[_key(part, skip, leaves, recorded) for part in x])
    leaves.append(x)
    if kind is ndarray:
        return x.shape[skip:], x.dtype
    if kind is float:
        return float
    if isinstance(x, Tensor):
        recorded.append(x)
    if isinstance(x, DATA):
        return kind, np.shape(x)[skip:], getattr(x, "dtype", None)
    return kind, Same(x)


class Same:
    """An argument that is part of the key: equal if it is the same object, or an equal constant."""

    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x

    def __hash__(self) -> int:
        return hash(self.x) if isinstance(self.x, _PLAIN) else id(self.x)

    def __eq__(self, other: object) -> bool:
        y = other.x if isinstance(other, Same) else None
        return self.x is y or (isinstance(self.x, _PLAIN) and type(self.x) is type(y) and self.x == y)


_PLAIN = (int, str, bytes, type(None), type(...))
