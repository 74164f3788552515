"""`fit`: epochs of minibatches, with a progress bar, validation and callbacks."""

import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor, no_grad
from autograd.errors import AutogradError, DataError, GraphError, ShapeError, message
from nn.clip import clip_grad_norm_
from nn.data import batches, same_rows, whole
from nn.loop import FEW, Batch, Loop, Score, hits
from nn.losses import Loss
from nn.minimizer import Minimizer
from nn.module import Module, in_mode, plain
from nn.optim import Optimizer, at_least_0

__all__ = ["History", "TrainingState", "fit"]

Data = tuple[ArrayLike, ArrayLike]


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


def fit(
    model: Module,
    data: Data,
    *,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer | Minimizer,
    epochs: int,
    batch_size: int | None = None,
    shuffle: bool = True,
    validation: Data | None = None,
    callbacks: Iterable[Callable[[TrainingState], Any]] = (),
    clip_norm: float | None = None,
    progress: bool | None = None,
    seed: int | Generator = 0,
) -> History:
    """Train `model` on `data` = (X, y), and return what happened.

    Each epoch goes through the rows in batches of `batch_size`, in a new order drawn from `seed` unless
    `shuffle` is false; without `batch_size` each epoch is one step on all rows. `loss(prediction, target)`
    gives one number. After each epoch the loss on `validation` is taken in evaluation mode, and every
    callback is called with a `TrainingState`; one that returns True ends the training. With `clip_norm`, the
    gradients are scaled before each update, as `clip_grad_norm_` does. `BFGS`, `LBFGS` and `Scipy` minimise in each
    epoch, and take all rows at once. The bar shows on a terminal, or where `progress` is true.

    Whatever is raised, in a step, in validation or by a callback, leaves parameters, optimizer and modes as
    they were before the step it broke into. `DataError` for a loss that is not finite, with its epoch and
    batch.

    >>> import nn
    >>> X, y = nn.load_xor()
    >>> model = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=0)
    >>> optimizer = nn.SGD(model.parameters(), lr=1.0)
    >>> history = nn.fit(model, (X, y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=200)
    >>> history.loss[-1] < 0.05, history.accuracy[-1]
    (True, 1.0)
    """
    _check(optimizer, epochs, batch_size)
    _check_search(optimizer, batch_size, clip_norm)
    rows = _pair("data", data)
    held_out = None if validation is None else _pair("validation", validation)
    rng = np.random.default_rng(seed) if shuffle else None
    history, run, calls = History(), Run(model, loss, optimizer, clip_norm), tuple(callbacks)
    each = 1 if batch_size is None else -(-len(rows[1]) // batch_size)  # steps in an epoch
    run.compile(rows[1], epochs * each)
    epoch = 0
    with in_mode(model, training=True), run.undone(), _bar(epochs, progress) as bar:
        while epoch < epochs:
            # Epochs of one step that nobody looks at between run together.
            ahead = min(epochs - epoch, run.ahead()) if batch_size is None and held_out is None and not calls else 1
            parts = [rows] * ahead if batch_size is None else list(batches(*rows, batch_size, rng))
            scores = run.train(parts, epoch + 1)
            for few in [scores] if batch_size else [[score] for score in scores]:
                _note(history.loss, history.accuracy, few)
            epoch += ahead
            bar.update(ahead)
            if held_out is not None:
                _note(history.validation_loss, history.validation_accuracy, run.evaluate(*held_out))
            if not bar.disable:
                bar.set_postfix_str(_latest(history))
            answers = [call(TrainingState(epoch, history.loss[-1], model, history)) for call in calls]
            if any(isinstance(answer, bool | np.bool_) and answer for answer in answers):
                break
    return history


class Run:
    """One `fit` under way. It remembers everything as it was before its last step, and can go back there."""

    def __init__(
        self, model: Module, loss: Callable[[Any, Any], Any], optimizer: Optimizer | Minimizer,
        clip_norm: float | None = None,
    ) -> None:
        self.model, self.loss, self.optimizer, self.clip_norm = model, loss, optimizer, clip_norm
        tensors = [*optimizer.parameters, *model.parameters()]
        self.tensors = list({id(tensor): tensor for tensor in tensors}.values())
        self.buffers = model.buffers()
        self.loop: Loop | None = None
        self.targets: NDArray[Any] | None = None  # until they are known to fit the loss
        self.remember()

    def remember(self) -> None:
        # No copies: neither values nor gradients nor buffers nor optimizer state are ever written over.
        self.values: list[tuple[Any, Any]] = [(tensor.data, tensor.grad) for tensor in self.tensors]
        self.kept = [buffer.data for buffer in self.buffers]
        self.settings = vars(self.optimizer).copy()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Go back to before the last step where anything is raised, be it Ctrl-C."""
        try:
            yield
        except BaseException:
            for tensor, (value, grad) in zip(self.tensors, self.values, strict=True):
                tensor.data, tensor.grad = value, grad
            for buffer, data in zip(self.buffers, self.kept, strict=True):
                buffer.data = data
            vars(self.optimizer).update(self.settings)
            raise

    def compile(self, targets: NDArray[Any], steps: int) -> None:
        """From the second step on, run as a program where that is worth it."""
        if steps >= FEW and isinstance(self.optimizer, Optimizer):
            self.loop, self.targets = Loop(self.model, self.loss, self.optimizer, self.clip_norm), targets

    def ahead(self) -> int:
        """How many steps one call of `train` should be given."""
        return self.loop.turns if self.loop is not None and self.targets is None else 1

    def train(self, parts: list[Batch], epoch: int) -> list[Score]:
        """One step on each batch. The first of all runs in Python, which checks whatever can be wrong."""
        begun = [] if self.loop is None or self.targets is None else [self.step(*parts[0], epoch, 1)]
        rest = parts[len(begun):]
        scores = self.together(rest)
        if scores is None:
            scores = [self.step(X, y, epoch, batch) for batch, (X, y) in enumerate(rest, 1 + len(begun))]
        return [*begun, *scores]

    def together(self, parts: list[Batch]) -> list[Score] | None:
        """The steps as one program; None where that cannot be, with a line that says why."""
        if self.loop is None or not parts:
            return None
        if not self.loop.fits() and isinstance(self.optimizer, Optimizer):
            self.loop = Loop(self.model, self.loss, self.optimizer, self.clip_norm)
        if self.loop.behind():  # one epoch in Python makes its state that of its settings
            return None
        self.remember()
        try:
            return self.loop.train(parts)
        except AutogradError as error:
            self.loop = None
            warnings.warn(f"nn.fit runs step by step in Python: {str(error).splitlines()[0]}", stacklevel=4)
            return None

    def step(self, X: NDArray[Any], y: NDArray[Any], epoch: int, batch: int) -> Score:
        """Forward, backward, update; the score is that of the forward pass."""
        self.remember()
        seen: list[tuple[float, Any]] = []

        def closure() -> Any:
            prediction = self.model(X)
            loss = self.loss(prediction, y)
            if not seen:
                seen.append((_value(loss, epoch, batch), plain(prediction)))
            return loss
        try:
            self.update(closure)
        except Exception as error:
            error.add_note(f"  in epoch {epoch}, batch {batch}")
            raise
        value, prediction = seen[0]
        if self.targets is not None:
            self._known(prediction)
        return value, hits(prediction, y), len(y)

    def update(self, closure: Callable[[], Any]) -> None:
        """Let the optimizer make the loss of this closure smaller."""
        if isinstance(self.optimizer, Minimizer):
            self.optimizer.minimize(closure)
            return
        self.optimizer.zero_grad()
        closure().backward()
        if self.clip_norm is not None:
            clip_grad_norm_(self.optimizer.parameters, self.clip_norm, error_if_nonfinite=True)
        self.optimizer.step()

    def _known(self, prediction: Any) -> None:
        """Find out whether all targets fit the loss; a program does not look at them."""
        try:
            if isinstance(self.loss, Loss) and self.targets is not None:
                self.loss.check(np.ones((len(self.targets), *prediction.shape[1:]), prediction.dtype), self.targets)
        except AutogradError:
            self.loop = None
        self.targets = None

    def evaluate(self, X: NDArray[Any], y: NDArray[Any]) -> list[Score]:
        """The score on rows that are not trained on."""
        with in_mode(self.model, training=False), no_grad():
            prediction = self.model(X)
            return [(float(self.loss(prediction, y)), hits(plain(prediction), y), len(y))]


# ---------------------------------------------------------------- measuring
def _value(loss: Any, epoch: int, batch: int) -> float:
    """The loss as a number, if it can be trained on."""
    if not isinstance(loss, Tensor):
        raise GraphError(message(f"the loss is a plain {type(loss).__name__}: no parameter is behind it.",
                                 "compute it from the prediction, without .data, .item() or predict"))
    if loss.shape:
        raise ShapeError(message(f"the loss has shape {loss.shape}, not one number.",
                                 'write reduction="mean", or take the mean in your own loss'))
    value: float = loss.item()
    if not math.isfinite(value):
        raise DataError(message(f"the loss is {value} in epoch {epoch}, batch {batch}; nothing was updated.",
                                "take a smaller lr, scale the data, or look for log, sqrt or ÷ at 0"))
    return value


def _note(losses: list[float], accuracies: list[float], scores: list[Score]) -> None:
    """Add the means over all rows to the history."""
    n = sum(rows for _, _, rows in scores)
    losses.append(sum(loss * (rows / n) for loss, _, rows in scores))
    hits = [hit for _, hit, _ in scores if hit is not None]
    if hits:
        accuracies.append(sum(hits) / n)


# ---------------------------------------------------------------- the progress bar
def _bar(epochs: int, progress: bool | None) -> Any:
    from tqdm import tqdm

    # None: hidden unless standard error is a terminal.
    return tqdm(total=epochs, unit="epoch", disable=None if progress is None else not progress)


def _latest(history: History) -> str:
    measured = ((name.replace("_", " "), values) for name, values in vars(history).items() if values)
    return ", ".join(f"{name} {values[-1]:.4g}" for name, values in measured)


# ---------------------------------------------------------------- checks
def _pair(name: str, data: Any) -> Batch:
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(message(f"{name} must be two arrays, got {type(data).__name__}.", "write (X, y)"))
    return same_rows(*data)[:2]


def _check(optimizer: Optimizer | Minimizer, epochs: int, batch_size: int | None) -> None:
    if not isinstance(optimizer, Optimizer | Minimizer):
        raise TypeError(message(f"fit cannot use {type(optimizer).__name__} as its optimizer.",
                                "write optimizer=nn.SGD(model.parameters(), lr=0.1)"))
    whole("epochs", epochs, least=0)
    if batch_size is not None:
        whole("batch_size", batch_size, least=1)


def _check_search(optimizer: Optimizer | Minimizer, batch_size: int | None, clip_norm: float | None) -> None:
    if clip_norm is not None:
        at_least_0("fit", "clip_norm", clip_norm)
    for keyword, value in (("batch_size", batch_size), ("clip_norm", clip_norm)):
        if value is not None and isinstance(optimizer, Minimizer):
            raise ValueError(message(f"{type(optimizer).__name__} searches along the loss of all rows, which "
                                     f"{keyword}={value!r} would change.", f"leave {keyword} out"))
