"""Losses: how far a prediction is from its target. Definitions and names are torch's.

Each takes reduction="mean" (over all elements, or rows where a row has one loss), "sum" or "none". Targets
are data: arrays, or tensors where they are themselves computed. Prediction and target must have the same
shape; nothing is broadcast, because (N,) against (N, 1) would silently compare every prediction with every
target.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import is_traced
from autograd.errors import DataError, message
from autograd.gates.elementwise import absolute, exp, isnan, log, maximum, minimum, relu, softplus, square, where
from autograd.gates.reduce import sum
from nn.classes import CrossEntropyLoss, NLLLoss
from nn.loss import Loss, Weighted
from nn.module import plain

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HingeLoss", "HuberLoss", "KLDivLoss", "L1Loss", "Loss",
    "MSELoss", "NLLLoss", "SmoothL1Loss",
]

LEAST = float(np.exp(-100.0))
LABELS = "write labels of 0 and 1, or probabilities"


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


class SmoothL1Loss(Loss):
    """½·e² / beta where e = |prediction − target| < beta, else e − ½·beta; with beta = 0 `L1Loss`.

    R. Girshick, "Fast R-CNN", 2015.

    >>> SmoothL1Loss(reduction="none")(np.array([1.0, 3.0]), [0.0, 0.0])
    array([0.5, 2.5])
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        if not beta >= 0:
            raise ValueError(message(f"SmoothL1Loss cannot have beta={beta!r}.", "write a number that is not negative"))
        self.beta = beta

    def each(self, prediction: Any, target: Any) -> Any:
        error = absolute(prediction - target)
        if self.beta == 0.0:
            return error
        small = minimum(error, self.beta)
        return small * (error - 0.5 * small) / self.beta


class KLDivLoss(Loss):
    """t·(ln t − x) for logarithms x of probabilities and probabilities t; with `log_target`, t is a logarithm too.

    reduction="batchmean" is the sum over the number of rows, which is the divergence; "mean" also divides by the
    classes, as torch does. Raises `DataError` for a target outside [0, 1].

    >>> KLDivLoss("batchmean")(np.log([[0.5, 0.5]]), [[1.0, 0.0]])
    0.6931471805599453
    """

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__("sum" if reduction == "batchmean" else reduction)
        self.reduction, self.log_target = reduction, log_target

    def check(self, prediction: Any, target: Any) -> Any:
        target = super().check(prediction, target)
        return target if self.log_target else _from_0_to_1(self, "target", target, "write probabilities")

    def each(self, prediction: Any, target: Any) -> Any:
        if self.log_target:
            return exp(target) * (target - prediction)
        return target * (log(where(target > 0.0, target, 1.0)) - prediction)

    def reduce(self, each: Any, target: Any) -> Any:
        return sum(each) / each.shape[0] if self.reduction == "batchmean" else super().reduce(each, target)


# ---------------------------------------------------------------- two classes
class BCELoss(Weighted):
    """−t·ln p − (1 − t)·ln(1 − p) for probabilities p and targets t, both from 0 to 1.

    Logarithms stop at −100, as torch's do, so that a certain and wrong prediction costs 100 and not infinity.
    `weight` multiplies, broadcast. Raises `DataError` for a prediction or target outside [0, 1].
    `BCEWithLogitsLoss` loses fewer digits.

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
        return self.weigh(-(target * yes + (1.0 - target) * no))


class BCEWithLogitsLoss(Weighted):
    """`BCELoss` of the probabilities σ(x), computed from the x: (1 − t)·x + ln(1 + e⁻ˣ).

    `pos_weight` counts the part of t that many times, so that (1 + (pos_weight − 1)·t) stands before the logarithm;
    `weight` multiplies the whole. Both broadcast. Raises `DataError` for a target outside [0, 1].

    >>> BCEWithLogitsLoss()(np.array([1000.0]), [0.0])
    1000.0
    """

    def __init__(self, weight: ArrayLike | None = None, reduction: str = "mean",
                 pos_weight: ArrayLike | None = None) -> None:
        super().__init__(weight, reduction)
        self.pos_weight = self.numbers("pos_weight", pos_weight)

    def check(self, prediction: Any, target: Any) -> Any:
        return _from_0_to_1(self, "target", super().check(prediction, target), LABELS)

    def each(self, prediction: Any, target: Any) -> Any:
        costs = softplus(-prediction)
        if self.pos_weight is not None:
            self.fits("pos_weight", self.pos_weight, prediction.shape)
            costs = costs * (1.0 + (self.pos_weight - 1.0).astype(prediction.dtype) * target)
        return self.weigh((1.0 - target) * prediction + costs)


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


# ---------------------------------------------------------------- what is wrong, and what to write
def _from_0_to_1(loss: Loss, role: str, x: Any, instead: str) -> Any:
    if is_traced(x):                                  # a program cannot raise: it gives nan
        return where((x >= 0.0) & (x <= 1.0), x, np.nan)
    values = np.asarray(plain(x))
    good = (values >= 0) & (values <= 1)
    if not good.all():
        raise DataError(message(f"{type(loss).__name__}: the {role} has {values[~good][0]}, "
                                "which is not between 0 and 1.", instead))
    return x
