"""What happened in a training: `History`, and what its callbacks are told."""

from dataclasses import dataclass, field
from typing import Any

from nn.module import Module

__all__ = ["History", "TrainingState"]


@dataclass
class History:
    """What `fit` saw, one number per epoch; lists stay empty where nothing was measured.

    `loss` is the mean over the batches of the epoch, weighted by their rows, each taken before its own
    update. The accuracies are the shares of rows whose highest score is that of their label; they are there
    where the labels are whole numbers (N,) and the model gives scores (N, C).

    >>> import nn
    >>> model = nn.Linear(1, 1, seed=0)
    >>> optimizer = nn.SGD(model.parameters(), lr=0.1)
    >>> history = nn.fit(model, ([[1.0]], [[2.0]]), loss=nn.MSELoss(), optimizer=optimizer, epochs=3)
    >>> len(history.loss), history.validation_loss
    (3, [])
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)

    def plot(self) -> Any:
        """Draw the losses with `nn.plot.loss`, and return its axes.

        >>> History(loss=[0.5, 0.2]).plot().get_xlabel()
        'epoch'
        """
        from nn import plot  # few trainings are drawn
        return plot.loss(self)


@dataclass(frozen=True)
class TrainingState:
    """What a callback is given after every epoch; `epoch` counts from 1.

    >>> stop_when_good = lambda state: state.loss < 0.01
    >>> stop_when_good(TrainingState(epoch=1, loss=0.5, model=Module(), history=History()))
    False
    """

    epoch: int
    loss: float
    model: Module
    history: History
