"""What every loss has in common: its reduction, its weights, and the shapes that fit."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor
from autograd.errors import DataError, ShapeError, message
from autograd.gates.reduce import mean, sum
from nn.module import Module, plain

__all__ = ["Loss", "Weighted"]

REDUCTIONS: dict[str, Callable[[Any], Any]] = {"mean": mean, "sum": sum, "none": lambda each: each}


class Loss(Module):
    """A loss: subclasses define `each`, and `check` where prediction and target do not have one shape.

    >>> class CubicLoss(Loss):
    ...     def each(self, prediction, target):
    ...         return abs(prediction - target) ** 3.0
    >>> loss = CubicLoss(reduction="sum")
    >>> loss(np.array([1.0, 4.0]), [0.0, 2.0])
    9.0
    >>> loss.check(np.ones(2), [0, 2]), loss.reduce(np.array([1.0, 8.0]), None)
    (array([0., 2.]), 9.0)
    """

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in REDUCTIONS:
            raise ValueError(message(f"{type(self).__name__} does not know reduction={reduction!r}.",
                                     'write "mean", "sum" or "none"'))
        self.reduction = reduction

    def each(self, prediction: Any, target: Any) -> Any:
        """One loss per element, or per row."""
        raise NotImplementedError(message(f"{type(self).__name__} does not say its formula.",
                                          "write def each(self, prediction, target) in it"))

    def check(self, prediction: Any, target: Any) -> Any:
        """The target in the dtype of the prediction; ShapeError unless both have one shape."""
        if not isinstance(target, Tensor):
            target = np.asarray(target, prediction.dtype)[()]
        if target.shape != prediction.shape:
            raise ShapeError(message(f"{type(self).__name__}: the prediction has shape {prediction.shape}, "
                                     f"the target {target.shape}.", _remedy(prediction.shape, target.shape)))
        return target

    def forward(self, prediction: Any, target: Any) -> Any:
        if not isinstance(prediction, Tensor):
            prediction = np.asarray(prediction) * 1.0  # whole numbers become float, float32 stays
        target = self.check(prediction, target)
        if 0 in prediction.shape:
            raise ShapeError(message(f"{type(self).__name__}: the prediction has shape {prediction.shape}.",
                                     "give it at least one row, and one column"))
        return self.reduce(self.each(prediction, target), target)

    def reduce(self, each: Any, target: Any) -> Any:
        """The losses as `reduction` says."""
        return REDUCTIONS[self.reduction](each)

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


class Weighted(Loss):
    """A loss whose elements or classes weigh differently."""

    def __init__(self, weight: ArrayLike | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = self.numbers("weight", weight)

    def numbers(self, name: str, weight: ArrayLike | None) -> NDArray[Any] | None:
        """Weights as an array of their own, which nobody changes."""
        if weight is None:
            return None
        ans = np.array(plain(weight))
        if ans.dtype.kind not in "fiu" or not np.all(np.isfinite(ans)) or np.any(ans < 0):
            raise DataError(message(f"{type(self).__name__} cannot have {name}={weight!r}.",
                                    "write numbers that are finite and not negative"
                                    + ", and reduction=… by name" * isinstance(weight, str)))
        ans = ans.astype(float)
        ans.flags.writeable = False
        return ans

    def weigh(self, each: Any) -> Any:
        """Every loss times its weight."""
        if self.weight is None:
            return each
        self.fits("weight", self.weight, each.shape)
        return each * self.weight.astype(each.dtype)

    def fits(self, name: str, weight: NDArray[Any], shape: tuple[int, ...]) -> None:
        """ShapeError unless the weight is one of each element, or broadcasts to that."""
        sides = zip(reversed(weight.shape), reversed(shape), strict=False)
        if weight.ndim > len(shape) or any(n not in (1, m) for n, m in sides):
            raise ShapeError(message(f"{type(self).__name__}: the prediction has shape {shape}, "
                                     f"{name} {weight.shape}.", "give it a weight per element, or per column"))


def _remedy(prediction: tuple[int, ...], target: tuple[int, ...]) -> str:
    if prediction == (*target, 1):
        return "write y[:, None] for the target" if len(target) == 1 else "write y[..., None] for the target"
    if target == (*prediction, 1):
        return "write y[..., 0] for the target"
    return "give both the same shape; nothing is broadcast"
