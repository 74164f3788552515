"""Floor 5: HIPS/autograd's vector spaces: what can be added and scaled, made from an example of it."""
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from autograd.compat.rules import added
from autograd.errors import DataError, describe, message
from autograd.gates.reduce import sum
from autograd.space import dtype_of, flatten, innermost, is_complex, shape_of


class VSpace:
    """The space that a value lies in. Subclasses say how; `register` ties them to types."""

    mappings: ClassVar[dict[Any, Callable[[Any], Any]]] = {}
    iscomplex = False
    size: int
    shape: Any

    def __init__(self, value: Any) -> None:
        """`value` is an example of the space."""

    @classmethod
    def register(cls, value_type: Any, vspace_maker: Callable[[Any], Any] | None = None) -> None:
        """Values of this type lie in this space, or in the one that `vspace_maker(value)` gives."""
        VSpace.mappings[value_type] = vspace_maker or cls

    def add(self, x: Any, y: Any) -> Any:
        return added(x, y)

    def mut_add(self, x: Any, y: Any) -> Any:
        """x + y; None stands for zero, and nothing is written."""
        return self.add(self.zeros() if x is None else x, y)

    def scalar_mul(self, x: Any, a: Any) -> Any:
        leaves, build = flatten(x)
        return build([leaf * a for leaf in leaves])

    def inner_prod(self, x: Any, y: Any) -> Any:
        """Re(x̄·y)"""
        parts = [sum(np.real(np.conj(a) * b)) for a, b in zip(flatten(x)[0], flatten(y)[0], strict=True)]
        total: Any = 0.0
        for part in parts:
            total = total + part
        return total

    def covector(self, x: Any) -> Any:
        leaves, build = flatten(x)
        return build([np.conj(leaf) if is_complex(leaf) else leaf for leaf in leaves])

    def zeros(self) -> Any:
        raise NotImplementedError

    def ones(self) -> Any:
        raise NotImplementedError

    def randn(self) -> Any:
        raise NotImplementedError

    def standard_basis(self) -> Iterator[Any]:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__dict__})"


class ArrayVSpace(VSpace):
    """Real arrays of one shape and dtype; a number is an array of no axes."""

    units: ClassVar[list[Any]] = [1.0]

    def __init__(self, value: Any) -> None:
        self.shape, self.dtype = shape_of(value), dtype_of(value)

    @property
    def size(self) -> int:  # type: ignore[override]
        return int(np.prod(self.shape)) * len(self.units)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def zeros(self) -> Any:
        return np.zeros(self.shape, self.dtype)

    def ones(self) -> Any:
        return np.full(self.shape, np.sum(self.units), self.dtype)

    def randn(self) -> Any:
        return np.sum([unit * np.asarray(np.random.standard_normal(self.shape)) for unit in self.units],
                      axis=0).astype(self.dtype)

    def standard_basis(self) -> Iterator[Any]:
        for place in np.ndindex(*self.shape):
            for unit in self.units:
                vector = self.zeros()
                vector[place] = unit
                yield vector


class ComplexArrayVSpace(ArrayVSpace):
    """Complex arrays: two real directions per number."""

    iscomplex = True
    units: ClassVar[list[Any]] = [1.0, 1.0j]


class ContainerVSpace(VSpace):
    """Tuples, lists and dicts of vectors."""

    def __init__(self, value: Any) -> None:
        leaves, build = flatten(value)
        self.parts: list[Any] = [vspace(leaf) for leaf in leaves]
        self.shape, self._build = build(self.parts), build

    @property
    def size(self) -> int:  # type: ignore[override]
        return int(np.sum([part.size for part in self.parts]))

    def zeros(self) -> Any:
        return self._build([part.zeros() for part in self.parts])

    def ones(self) -> Any:
        return self._build([part.ones() for part in self.parts])

    def randn(self) -> Any:
        return self._build([part.randn() for part in self.parts])

    def standard_basis(self) -> Iterator[Any]:
        for i, part in enumerate(self.parts):
            for vector in part.standard_basis():
                yield self._build([vector if k == i else other.zeros() for k, other in enumerate(self.parts)])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.shape == other.shape

    __hash__ = None


def vspace(value: Any) -> Any:
    """The space of a number, array, tensor, or container of them."""
    inner = innermost(value)
    for kind in type(inner).__mro__:
        if kind in VSpace.mappings:
            return VSpace.mappings[kind](inner)
    raise DataError(message(f"there is no vector space of {describe(value)}.",
                            "use floats, arrays of floats, or VSpace.register(type, maker)"))


VSpace.register(np.ndarray, lambda x: (ComplexArrayVSpace if np.iscomplexobj(x) else ArrayVSpace)(x))
ArrayVSpace.register(float)
ArrayVSpace.register(np.floating)
ComplexArrayVSpace.register(complex)
ComplexArrayVSpace.register(np.complexfloating)
for _container in (tuple, list, dict):
    ContainerVSpace.register(_container)


def sparse_add(vs: Any, x_prev: Any, x_new: Any) -> Any:
    """A sparse cotangent added to a dense one; None stands for zero."""
    return x_new.mut_add(vs.zeros() if x_prev is None else x_prev)
