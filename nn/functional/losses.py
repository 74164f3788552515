"""The losses of `nn` as functions, with their definitions, errors and keywords."""

from typing import Any

from numpy.typing import ArrayLike

from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "huber_loss", "kl_div", "l1_loss",
    "mse_loss", "nll_loss", "smooth_l1_loss",
]


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """(input − target)², averaged: `MSELoss`.

    >>> mse_loss([1.0, 3.0], [0.0, 1.0])
    2.5
    """
    return MSELoss(reduction)(input, target)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """|input − target|, averaged: `L1Loss`.

    >>> l1_loss([1.0, 3.0], [0.0, 1.0])
    1.5
    """
    return L1Loss(reduction)(input, target)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """½·e² where e = |input − target| ≤ delta, else delta·(e − ½·delta): `HuberLoss`.

    >>> huber_loss([3.0], [0.0])
    2.5
    """
    return HuberLoss(reduction, delta)(input, target)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Any:
    """½·e² / beta where e = |input − target| < beta, else e − ½·beta: `SmoothL1Loss`.

    >>> smooth_l1_loss([3.0], [0.0])
    2.5
    """
    return SmoothL1Loss(reduction, beta)(input, target)


def kl_div(input: Any, target: Any, *, reduction: str = "mean", log_target: bool = False) -> Any:
    """t·(ln t − x) for logarithms x of probabilities and probabilities t: `KLDivLoss`.

    >>> kl_div([[0.0]], [[1.0]])
    0.0
    """
    return KLDivLoss(reduction, log_target)(input, target)


def binary_cross_entropy(input: Any, target: Any, weight: ArrayLike | None = None, *, reduction: str = "mean") -> Any:
    """−t·ln p − (1 − t)·ln(1 − p) for probabilities p and targets t: `BCELoss`.

    >>> binary_cross_entropy([0.5], [1.0])
    0.6931471805599453
    """
    return BCELoss(weight, reduction)(input, target)


def binary_cross_entropy_with_logits(input: Any, target: Any, weight: ArrayLike | None = None, *,
                                     reduction: str = "mean", pos_weight: ArrayLike | None = None) -> Any:
    """`binary_cross_entropy` of the probabilities σ(x), without overflow: `BCEWithLogitsLoss`.

    >>> binary_cross_entropy_with_logits([1000.0], [0.0])
    1000.0
    """
    return BCEWithLogitsLoss(weight, reduction, pos_weight)(input, target)


def nll_loss(input: Any, target: Any, weight: ArrayLike | None = None, *, ignore_index: int = -100,
             reduction: str = "mean") -> Any:
    """−x[label] for rows x (N, C) of log-probabilities and whole labels (N,): `NLLLoss`.

    >>> nll_loss([[-1.5, -0.25]], [1])
    0.25
    """
    return NLLLoss(weight, ignore_index, reduction)(input, target)


def cross_entropy(input: Any, target: Any, weight: ArrayLike | None = None, *, ignore_index: int = -100,
                  reduction: str = "mean", label_smoothing: float = 0.0) -> Any:
    """ln Σ eˣ − x[label] for rows x (N, C) of scores and whole labels (N,): `CrossEntropyLoss`.

    >>> cross_entropy([[1000.0, 0.0]], [1])
    1000.0
    """
    return CrossEntropyLoss(weight, ignore_index, reduction, label_smoothing)(input, target)
