"""`Parameter`, a tensor that is trained, and `Buffer`, an array that is kept."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import Tensor
from autograd.errors import message

__all__ = ["Buffer", "Parameter"]


class Parameter(Tensor):
    """A tensor that is trained. A module that holds it gives it its dotted name, which drawings and errors show.

    Takes and refuses the same data as `Tensor`; float64 stays float64 and float32 stays float32.

    >>> w = Parameter([1.0, 2.0], name="w")
    >>> (w * w).sum().backward()
    >>> w.grad
    array([2., 4.])
    """

    __slots__ = ()

    @property
    def name(self) -> str | None:
        """The name that drawings and errors show; None when there is none."""
        return self.node.name  # type: ignore[no-any-return]

    @name.setter
    def name(self, name: str | None) -> None:
        self.node.name = name

    # Tensor's own three give a Tensor back.
    def __copy__(self) -> "Parameter":
        return Parameter(self.data, self.name)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Parameter":
        return _load(self.data, self.name, self.grad)

    def __reduce__(self) -> tuple[Any, ...]:
        return _load, (self.data, self.name, self.grad)


def _load(data: Any, name: str | None, grad: Any) -> Parameter:
    parameter = Parameter(data, name)
    parameter.grad = grad
    return parameter


class Buffer:
    """An array of floats that a module changes by itself, such as a running mean: not trained, but saved with it.

    `data` keeps its shape and dtype. With `persistent=False` it is no part of the module's `state_dict`.

    >>> total = Buffer([0.0, 0.0])
    >>> total.data = total.data + 1
    >>> total.data
    array([1., 1.])
    """

    def __init__(self, data: ArrayLike, persistent: bool = True) -> None:
        array = np.asarray(data)
        self.value: Any = array.astype(array.dtype if array.dtype.kind == "f" else float)
        self.persistent = persistent

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of every axis; that of `data`, which stays as it is.

        >>> Buffer([0.0, 0.0]).shape
        (2,)
        """
        return self.value.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The kind of the numbers; float64 for numbers that are not floats.

        >>> Buffer([0, 0]).dtype
        dtype('float64')
        """
        return self.value.dtype  # type: ignore[no-any-return]

    @property
    def data(self) -> Any:
        """The array; while training is recorded as a program, what stands for it there."""
        return self.value

    @data.setter
    def data(self, data: Any) -> None:
        new = data if isinstance(data, Tensor) else np.array(data)
        if new.shape != self.shape:
            raise ValueError(message(f"the buffer has shape {self.shape}, the new data {new.shape}.",
                                     "assign data of the same shape"))
        self.value = new if new.dtype == self.dtype else new.astype(self.dtype)
