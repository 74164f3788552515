"""Losses of scores for many classes. Definitions and names are torch's."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import is_traced
from autograd.errors import DataError, ShapeError, message
from autograd.gates.elementwise import where
from autograd.gates.index import pick
from autograd.gates.reduce import logsumexp, sum
from autograd.gates.shape import reshape, transpose
from nn.loss import Loss, Weighted

__all__ = ["CrossEntropyLoss", "NLLLoss"]


class _Labels(Weighted):
    """A loss of rows (N, C), or (N, C, d1, …), for one whole label each: (N,), or (N, d1, …)."""

    def __init__(self, weight: ArrayLike | None = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def of_labels(self, rows: Any, labels: Any) -> Any:
        """The loss of each row (M, C) for its label (M,)."""
        raise NotImplementedError

    def check(self, prediction: Any, target: Any) -> Any:
        self._check_weight(prediction)
        return self._check_labels(prediction, target)

    def each(self, prediction: Any, target: Any) -> Any:
        if target.ndim > 1:
            return reshape(self.each(_rows(prediction), reshape(target, (-1,))), target.shape)
        counted, labels = self._counted(target)
        ans = self.of_labels(prediction, labels)
        return ans if counted is None else where(counted, ans, 0.0)

    def reduce(self, each: Any, target: Any) -> Any:
        counted, labels = self._counted(target)
        if self.reduction != "mean" or (self.weight is None and counted is None):
            return super().reduce(each, target)
        shares = self.weighed(np.ones(each.shape, each.dtype), labels)
        return sum(each) / sum(shares if counted is None else where(counted, shares, 0.0))

    def weighed(self, costs: Any, labels: Any) -> Any:
        """The costs times the weights of the labels' classes."""
        return costs if self.weight is None else costs * pick(self.weight.astype(costs.dtype), labels)

    def _counted(self, labels: Any) -> tuple[Any, Any]:
        """Which labels count, or None for all; and the labels with 0 in place of those that do not."""
        counted = labels != self.ignore_index
        if not is_traced(labels) and np.all(counted):
            return None, labels
        return counted, labels * counted

    def _check_weight(self, prediction: Any) -> None:
        if self.weight is not None and self.weight.shape != prediction.shape[1:2]:
            raise ShapeError(message(f"{type(self).__name__}: the prediction has shape {prediction.shape}, "
                                     f"weight {self.weight.shape}.", "give it scores (N, C) and a weight (C,)"))

    def _check_labels(self, prediction: Any, labels: Any) -> Any:
        """Labels that each pick one class of their row."""
        name = type(self).__name__
        labels = labels if is_traced(labels) else np.asarray(labels)
        shape = prediction.shape
        if len(shape) < 2 or labels.shape != (shape[0], *shape[2:]):
            raise ShapeError(message(f"{name}: the prediction has shape {shape}, the labels {labels.shape}.",
                                     "give it scores (N, C) and labels (N,), for instance y.ravel(), "
                                     "or scores (N, C, d1, …) and labels (N, d1, …)"))
        if labels.dtype.kind not in "iu":
            raise DataError(message(f"{name} needs whole labels, got {labels.dtype}.", "write y.astype(int)"))
        if is_traced(labels):                             # a program does not look; `fit` has
            return labels
        counted = labels[labels != self.ignore_index]
        strange = counted[(counted < 0) | (counted >= shape[1])]
        if strange.size:
            raise DataError(message(f"{name}: label {strange[0]} is out of range, as there are {shape[1]} classes.",
                                    f"write labels from 0 to {shape[1] - 1}, or take more outputs"))
        if labels.size and not counted.size and self.reduction == "mean":
            raise DataError(message(f"{name}: every label is {self.ignore_index}, and ignored: there is no mean.",
                                    'leave such batches out, or write reduction="sum"'))
        return labels


class NLLLoss(_Labels):
    """−x[label] for rows x of log-probabilities (N, C) and whole labels (N,) from 0 to C − 1.

    Rows may lie along more axes: (N, C, d1, …) and (N, d1, …). `weight` (C,) multiplies the loss of each class, and
    the mean is then Σ loss / Σ weight[label]. A label that is `ignore_index` counts nowhere. Raises `ShapeError` for
    other shapes, `DataError` for labels that are not whole or out of range.

    >>> NLLLoss()(np.array([[-1.5, -0.25], [-2.5, -0.125]]), [0, 1])
    0.8125
    """

    def of_labels(self, rows: Any, labels: Any) -> Any:
        return self.weighed(-rows[np.arange(rows.shape[0]), labels], labels)


class CrossEntropyLoss(_Labels):
    """ln Σ eˣ − x[label] for rows x of scores (N, C) and whole labels (N,): `NLLLoss` of their log-softmax.

    `weight`, `ignore_index` and more axes are as there. Targets may also be class probabilities t of the prediction's
    shape: then −Σ weight·t·(x − ln Σ eˣ) over each row, with the plain mean. `label_smoothing` takes that share of
    every target and gives it to all classes alike (C. Szegedy et al., 2016). Never overflows. Raises as `NLLLoss`.

    >>> CrossEntropyLoss()(np.array([[1000.0, 0.0]]), [1])
    1000.0
    """

    def __init__(self, weight: ArrayLike | None = None, ignore_index: int = -100, reduction: str = "mean",
                 label_smoothing: float = 0.0) -> None:
        super().__init__(weight, ignore_index, reduction)
        if not 0.0 <= label_smoothing <= 1.0:
            raise ValueError(message(f"CrossEntropyLoss cannot have label_smoothing={label_smoothing!r}.",
                                     "write a share from 0 to 1, such as 0.1"))
        self.label_smoothing = label_smoothing

    def check(self, prediction: Any, target: Any) -> Any:
        self._check_weight(prediction)
        if len(prediction.shape) > 1 and np.shape(target) == prediction.shape:
            return Loss.check(self, prediction, target)
        return self._check_labels(prediction, target)

    def of_labels(self, rows: Any, labels: Any) -> Any:
        right = self.weighed(logsumexp(rows, axis=1) - rows[np.arange(rows.shape[0]), labels], labels)
        if self.label_smoothing == 0.0:
            return right
        even = np.full(rows.shape, 1.0 / rows.shape[1], rows.dtype)
        return (1.0 - self.label_smoothing) * right + self.label_smoothing * self._of_shares(rows, even)

    def _of_shares(self, rows: Any, shares: Any) -> Any:
        """The loss of each row for the probabilities of its classes."""
        shares = shares if self.weight is None else shares * self.weight.astype(rows.dtype)
        return -sum(shares * (rows - logsumexp(rows, axis=1, keepdims=True)), axis=1)

    def each(self, prediction: Any, target: Any) -> Any:
        if target.ndim < prediction.ndim:
            return super().each(prediction, target)
        shares = _rows(target)
        if self.label_smoothing:
            shares = shares * (1.0 - self.label_smoothing) + self.label_smoothing / shares.shape[1]
        ans = self._of_shares(_rows(prediction), shares)
        return ans if target.ndim == 2 else reshape(ans, (target.shape[0], *target.shape[2:]))

    def reduce(self, each: Any, target: Any) -> Any:
        return super().reduce(each, target) if target.ndim == each.ndim else Loss.reduce(self, each, target)


def _rows(x: Any) -> Any:
    """(N, C, d1, …) as rows (M, C)."""
    if x.ndim == 2:
        return x
    return reshape(transpose(x, (0, *range(2, x.ndim), 1)), (-1, x.shape[1]))
