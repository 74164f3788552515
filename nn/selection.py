"""`search_lr`: choose a step size by cross-validation."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import DataError, message
from nn.data import whole
from nn.module import Module
from nn.optim import SGD, Optimizer
from nn.train import Data, fit, pair

__all__ = ["RateSearch", "search_lr"]

ALPHAS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)  # those of document 000


@dataclass(frozen=True)
class RateSearch:
    """What `search_lr` found: the best step size, and the mean held-out loss of each; inf where training failed.

    >>> RateSearch(lr=0.1, losses={0.1: 0.25, 10.0: float("inf")}).lr
    0.1
    """

    lr: float
    losses: dict[float, float]


def search_lr(
    make: Callable[[], Module],
    data: Data,
    *,
    loss: Callable[[Any, Any], Any],
    epochs: int,
    optimizer: Callable[[Any, float], Optimizer] = SGD,
    lrs: Iterable[float] = ALPHAS,
    folds: int = 5,
    batch_size: int | None = None,
    seed: int = 0,
) -> RateSearch:
    """Choose the step size whose models do best on rows that they have not seen.

    The rows are dealt into `folds` in an order drawn from `seed`. For each step size and each fold, the model that
    `make()` gives is trained by `fit` on the other folds with `optimizer(parameters, lr)`, and its loss taken on that
    one. The means weigh every row alike; of equal ones the first in `lrs` wins. A training whose loss or gradient stops
    being finite counts as inf. `DataError` where all fail. M. Stone, "Cross-validatory choice and assessment of
    statistical predictions", 1974.

    >>> import nn
    >>> X = np.linspace(-1.0, 1.0, 20)[:, None]
    >>> search = search_lr(lambda: nn.Linear(1, 1, seed=0), (X, 2.0 * X), loss=nn.MSELoss(), epochs=20)
    >>> search.lr, search.losses[1000.0] > 1e6
    (0.1, True)
    """
    X, y = pair("data", data)
    n, failures = len(y), list[DataError]()
    rates, folds = [float(lr) for lr in lrs], whole("folds", folds, least=2)
    if not rates or folds > n:
        raise ValueError(message(f"there are {len(rates)} step sizes, and {folds} folds of {n} rows.",
                                 "write one step size or more, and as many folds as rows or fewer"))
    parts = np.array_split(np.random.default_rng(whole("seed", seed, least=0)).permutation(n), folds)

    def held_out(lr: float, part: Any) -> float:
        """The loss on the rows in `part` after training on all others, times their number."""
        rest, model = np.setdiff1d(np.arange(n), part), make()
        try:
            fit(model, (X[rest], y[rest]), loss=loss, optimizer=optimizer(model.parameters(), lr), epochs=epochs,
                batch_size=batch_size, progress=False, seed=seed)
            value = float(loss(model.predict(X[part]), y[part]))
        except DataError as error:
            failures.append(error)
            return math.inf
        return value * len(part) if math.isfinite(value) else math.inf

    losses = {lr: sum(held_out(lr, part) for part in parts) / n for lr in rates}
    best = min(losses, key=lambda lr: losses[lr])
    if losses[best] == math.inf:
        why = str(failures[-1]).splitlines()[0] if failures else "the held-out loss is not finite."
        raise DataError(message(f"training fails at every step size from {min(rates)} to {max(rates)}: {why}",
                                "write smaller ones, or scale the data"))
    return RateSearch(best, losses)
