"""Callbacks of `fit`: `EarlyStopping` and `CSVLogger`. Any function of a `TrainingState` is one too."""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from numpy.typing import NDArray

from autograd.errors import message
from nn.data import whole
from nn.files import Place, replacing
from nn.history import History, TrainingState
from nn.optim import at_least_0

__all__ = ["CSVLogger", "EarlyStopping"]


class EarlyStopping:
    """End the training after `patience` epochs in which `monitor` was no better than its best by more than `min_delta`.

    `monitor` is a list of `History`: of a loss less is better, of an accuracy more. With `restore_best`, the model has
    its parameters and saved buffers of the best epoch when the training ends, for whatever reason but an error.
    Raises `ValueError` where `monitor` is not measured. L. Prechelt, "Early stopping — but when?", 1998.

    >>> import nn
    >>> model = nn.Linear(1, 1, seed=0)
    >>> history = nn.fit(model, ([[1.0]], [[2.0]]), loss=nn.MSELoss(), optimizer=nn.SGD(model.parameters(), lr=0.1),
    ...                  epochs=100, callbacks=[nn.EarlyStopping(patience=2, min_delta=0.01, monitor="loss")])
    >>> len(history.loss), min(history.loss) < 0.01
    (9, True)
    >>> stop = nn.EarlyStopping()
    >>> stop.reset()
    >>> stop.load_state_dict(stop.state_dict())
    >>> stop.end(None)                                 # no epoch was seen: there is nothing to give back
    """

    def __init__(
        self,
        patience: int = 10,
        min_delta: float = 0.0,
        restore_best: bool = True,
        monitor: str = "validation_loss",
    ) -> None:
        names = [field.name for field in fields(History)]
        if monitor not in names:
            raise ValueError(message(f"EarlyStopping cannot monitor {monitor!r}.", f"write one of {', '.join(names)}"))
        self.patience = whole("patience", patience, least=1)
        self.min_delta = at_least_0("EarlyStopping", "min_delta", min_delta)
        self.restore_best, self.monitor = restore_best, monitor
        self.sign = -1.0 if monitor.endswith("accuracy") else 1.0
        self.reset()

    def reset(self) -> None:
        """No epoch seen yet."""
        self.best, self.waited = math.inf, 0
        self.state: dict[str, NDArray[Any]] | None = None

    def __call__(self, training: TrainingState) -> bool:
        if training.epoch == 1:
            self.reset()
        values = getattr(training.history, self.monitor)
        if not values:
            raise ValueError(message(f"EarlyStopping monitors {self.monitor}, which is not measured.",
                                     'give fit validation=(X, y), or write monitor="loss"'))
        value = self.sign * values[-1]
        self.waited += 1
        if value < self.best - self.min_delta:
            self.best, self.waited = value, 0
            self.state = training.model.state_dict() if self.restore_best else None
        return self.waited >= self.patience

    def end(self, training: TrainingState) -> None:
        """Give the model its best parameters back."""
        if self.state is not None:
            training.model.load_state_dict(self.state)

    def state_dict(self) -> dict[str, Any]:
        """What it has seen, for a `Checkpoint`."""
        return {"best": self.best, "waited": self.waited, "state": self.state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        self.best, self.waited, self.state = state["best"], state["waited"], state["state"]


class CSVLogger:
    """Write the history to a CSV file, a line per epoch: `epoch`, then what is measured.

    The file is made anew at the first epoch that it is told of, with all those before it, so that a training that was
    resumed has each of its epochs once.

    >>> import nn, os, tempfile
    >>> model = nn.Linear(1, 1, seed=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "run.csv")
    ...     history = nn.fit(model, ([[1.0]], [[2.0]]), loss=nn.MSELoss(), epochs=3,
    ...                      optimizer=nn.SGD(model.parameters(), lr=0.1), callbacks=[nn.CSVLogger(path)])
    ...     with open(path) as file:
    ...         [line.split(",")[0] for line in file]
    ['epoch', '1', '2', '3']
    """

    def __init__(self, path: Place) -> None:
        self.path = path
        self.history: History | None = None

    def __call__(self, training: TrainingState) -> None:
        measured = {name: values for name, values in vars(training.history).items() if values}
        if self.history is training.history:
            with open(self.path, "a", newline="", encoding="utf-8") as file:
                csv.writer(file).writerow([training.epoch, *(values[-1] for values in measured.values())])
            return
        text, epochs = io.StringIO(newline=""), range(1, training.epoch + 1)
        csv.writer(text).writerows([["epoch", *measured], *zip(epochs, *measured.values(), strict=True)])
        with replacing(self.path) as new:
            new.write(text.getvalue().encode())
        self.history = training.history
