"""Losses: how far a prediction is from its target. Definitions and names are torch's.

Each takes reduction="mean" (over all elements, or rows where a row has one loss), "sum" or "none". Targets
are data: arrays, or tensors where they are themselves computed. Prediction and target must have the same
shape; nothing is broadcast, because (N,) against (N, 1) would silently compare every prediction with every
target.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, is_traced
from autograd.errors import DataError, ShapeError, message
from autograd.gates.elementwise import absolute, isnan, log, maximum, minimum, relu, softplus, square, where
from autograd.gates.reduce import logsumexp, mean, sum
from nn.functional import log_softmax
from nn.module import Module, plain

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HingeLoss", "HuberLoss", "L1Loss", "Loss", "MSELoss",
    "NLLLoss",
]

REDUCTIONS: dict[str, Callable[[Any], Any]] = {"mean": mean, "sum": sum, "none": lambda each: each}
LEAST = float(np.exp(-100.0))
LABELS = "write labels of 0 and 1, or probabilities"


class Loss(Module):
    """A loss: subclasses define `each`, and `check` where prediction and target do not have one shape.

    >>> class CubicLoss(Loss):
    ...     def each(self, prediction, target):
    ...         return abs(prediction - target) ** 3.0
    >>> CubicLoss(reduction="sum")(np.array([1.0, 4.0]), [0.0, 2.0])
    9.0
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
        return REDUCTIONS[self.reduction](self.each(prediction, self.check(prediction, target)))

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


# ---------------------------------------------------------------- numbers
class MSELoss(Loss):
    """(prediction − target)², averaged.

    >>> MSELoss()(np.array([1.0, 3.0]), [0.0, 1.0])
    2.5
    """

    def each(self, prediction: Any, target: Any) -> Any:
        return square(prediction - target)


class L1Loss(Loss):
    """|prediction − target|, averaged; its derivative at 0 is taken as 0.

    >>> L1Loss()(np.array([1.0, 3.0]), [0.0, 1.0])
    1.5
    """

    def each(self, prediction: Any, target: Any) -> Any:
        return absolute(prediction - target)


class HuberLoss(Loss):
    """½·e² where e = |prediction − target| ≤ delta, else delta·(e − ½·delta).

    P. J. Huber, "Robust estimation of a location parameter", 1964.

    >>> HuberLoss(reduction="none")(np.array([1.0, 3.0]), [0.0, 0.0])
    array([0.5, 2.5])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        if not delta > 0:
            raise ValueError(message(f"HuberLoss cannot have delta={delta!r}.", "write a number above 0"))
        self.delta = delta

    def each(self, prediction: Any, target: Any) -> Any:
        error = absolute(prediction - target)
        small = minimum(error, self.delta)
        return small * (error - 0.5 * small)


# ---------------------------------------------------------------- two classes
class BCELoss(Loss):
    """−t·ln p − (1 − t)·ln(1 − p) for probabilities p and targets t, both from 0 to 1.

    Logarithms stop at −100, as torch's do, so that a certain and wrong prediction costs 100 and not infinity.
    Raises `DataError` for a prediction or target outside [0, 1]. `BCEWithLogitsLoss` loses fewer digits.

    >>> BCELoss()(np.array([0.5]), [1.0])
    0.6931471805599453
    """

    def check(self, prediction: Any, target: Any) -> Any:
        instead = "write nn.BCEWithLogitsLoss where no sigmoid comes last"
        prediction = _from_0_to_1(self, "prediction", prediction, instead)
        target = _from_0_to_1(self, "target", super().check(prediction, target), LABELS)
        return where(isnan(prediction), np.nan, target) if is_traced(prediction) else target

    def each(self, prediction: Any, target: Any) -> Any:
        yes, no = log(maximum(prediction, LEAST)), log(maximum(1.0 - prediction, LEAST))
        return -(target * yes + (1.0 - target) * no)


class BCEWithLogitsLoss(Loss):
    """`BCELoss` of the probabilities σ(x), computed from the x: (1 − t)·x + ln(1 + e⁻ˣ).

    Raises `DataError` for a target outside [0, 1].

    >>> BCEWithLogitsLoss()(np.array([1000.0]), [0.0])
    1000.0
    """

    def check(self, prediction: Any, target: Any) -> Any:
        return _from_0_to_1(self, "target", super().check(prediction, target), LABELS)

    def each(self, prediction: Any, target: Any) -> Any:
        return (1.0 - target) * prediction + softplus(-prediction)


class HingeLoss(Loss):
    """max(0, 1 − t·x) for outputs x and targets t of −1 or 1; its derivative where t·x = 1 is taken as 0.

    Raises `DataError` for any other target. C. Cortes and V. Vapnik, "Support-vector networks", 1995.

    >>> HingeLoss(reduction="none")(np.array([0.5, 2.0]), [-1, 1])
    array([1.5, 0. ])
    """

    def check(self, prediction: Any, target: Any) -> Any:
        target = super().check(prediction, target)
        if is_traced(target):
            return where(absolute(target) == 1.0, target, np.nan)
        values = np.asarray(plain(target))
        good = np.abs(values) == 1
        if not good.all():
            raise DataError(message(f"HingeLoss: the target has {values[~good][0]}, which is not −1 or 1.",
                                    "write 2 * y - 1 for labels of 0 and 1"))
        return target

    def each(self, prediction: Any, target: Any) -> Any:
        return relu(1.0 - target * prediction)


# ---------------------------------------------------------------- many classes
class NLLLoss(Loss):
    """−x[label] for rows x of log-probabilities (N, C) and whole labels (N,) from 0 to C − 1.

    Raises `ShapeError` for other shapes, `DataError` for labels that are not whole or out of range.

    >>> NLLLoss()(np.array([[-1.5, -0.25], [-2.5, -0.125]]), [0, 1])
    0.8125
    """

    def check(self, prediction: Any, target: Any) -> Any:
        return _labels(self, prediction, target)

    def each(self, prediction: Any, target: Any) -> Any:
        return -prediction[np.arange(len(target)), target]


class CrossEntropyLoss(Loss):
    """ln Σ eˣ − x[label] for rows x of scores (N, C) and whole labels (N,): `NLLLoss` of their log-softmax.

    Targets may also be class probabilities (N, C): then −Σ t·(x − ln Σ eˣ) over each row. Never overflows.
    Raises `ShapeError` for other shapes, `DataError` for labels that are not whole or out of range.

    >>> CrossEntropyLoss()(np.array([[1000.0, 0.0]]), [1])
    1000.0
    """

    def check(self, prediction: Any, target: Any) -> Any:
        if np.ndim(target) == 2 and np.shape(target) == prediction.shape:
            return super().check(prediction, target)
        return _labels(self, prediction, target)

    def each(self, prediction: Any, target: Any) -> Any:
        if target.ndim == 2:
            return -sum(target * log_softmax(prediction, dim=1), axis=1)
        return logsumexp(prediction, axis=1) - prediction[np.arange(len(target)), target]


# ---------------------------------------------------------------- what is wrong, and what to write
def _remedy(prediction: tuple[int, ...], target: tuple[int, ...]) -> str:
    if prediction == (*target, 1):
        return "write y[:, None] for the target" if len(target) == 1 else "write y[..., None] for the target"
    if target == (*prediction, 1):
        return "write y[..., 0] for the target"
    return "give both the same shape; nothing is broadcast"


def _from_0_to_1(loss: Loss, role: str, x: Any, instead: str) -> Any:
    if is_traced(x):                                  # a program cannot raise: it gives nan
        return where((x >= 0.0) & (x <= 1.0), x, np.nan)
    values = np.asarray(plain(x))
    good = (values >= 0) & (values <= 1)
    if not good.all():
        raise DataError(message(f"{type(loss).__name__}: the {role} has {values[~good][0]}, "
                                "which is not between 0 and 1.", instead))
    return x


def _labels(loss: Loss, prediction: Any, labels: Any) -> Any:
    """Labels that each pick one class of their row."""
    name = type(loss).__name__
    labels = labels if is_traced(labels) else np.asarray(labels)
    if len(prediction.shape) != 2 or labels.shape != prediction.shape[:1]:
        raise ShapeError(message(f"{name}: the prediction has shape {prediction.shape}, "
                                 f"the labels {labels.shape}.",
                                 "give it scores (N, C) and labels (N,), for instance y.ravel()"))
    if labels.dtype.kind not in "iu":
        raise DataError(message(f"{name} needs whole labels, got {labels.dtype}.", "write y.astype(int)"))
    classes = prediction.shape[1]
    if is_traced(labels):                             # a program does not look; `fit` has
        return labels
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        strange = labels.min() if labels.min() < 0 else labels.max()
        raise DataError(message(f"{name}: label {strange} is out of range, as there are {classes} classes.",
                                f"write labels from 0 to {classes - 1}, or take more outputs"))
    return labels
