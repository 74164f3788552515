"""`fit`: epochs of minibatches, with a progress bar, validation and callbacks."""

import math
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from autograd import Tensor, no_grad
from autograd.errors import AutogradError, DataError, GraphError, ShapeError, message
from nn.checkpoint import Checkpoint, Training
from nn.clip import clip_grad_norm_
from nn.data import batches, same_rows, whole
from nn.history import History, TrainingState
from nn.loop import FEW, Batch, Loop, Score, hits
from nn.losses import Loss
from nn.minimizer import Minimizer
from nn.module import Module, in_mode, plain
from nn.optim import Optimizer, at_least_0

__all__ = ["fit"]

Data = tuple[ArrayLike, ArrayLike]


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
    callbacks: Iterable[Callable[[TrainingState], Any] | Checkpoint] = (),
    clip_norm: float | None = None,
    progress: bool | None = None,
    seed: int | Generator = 0,
) -> History:
    """Train `model` on `data` = (X, y), and return what happened.

    Each epoch goes through the rows in batches of `batch_size`, in a new order drawn from `seed` unless
    `shuffle` is false; without `batch_size` each epoch is one step on all rows. `loss(prediction, target)`
    gives one number. After each epoch the loss on `validation` is taken in evaluation mode, and every
    callback is called with a `TrainingState`; one that returns True ends the training. At the end a callback that
    has a method `end` is given the last state there. With a `Checkpoint` a killed training can go on. With
    `clip_norm`, the gradients are scaled before each update, as `clip_grad_norm_` does. `BFGS`, `LBFGS` and `Scipy`
    minimise in each epoch, and take all rows at once. The bar shows on a terminal unless the environment has `CI`,
    or where `progress` is true.

    Whatever is raised, in a step, in validation or by a callback, leaves parameters, optimizer and modes as
    they were before the step it broke into. `DataError` for data that is not finite, for labels that the loss
    cannot take, and for a loss that is not finite, with its epoch and batch.

    >>> import nn
    >>> X, y = nn.load_xor()
    >>> model = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=0)
    >>> optimizer = nn.SGD(model.parameters(), lr=1.0)
    >>> history = nn.fit(model, (X, y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=200)
    >>> history.loss[-1] < 0.05, history.accuracy[-1]
    (True, 1.0)
    """
    _check(model, optimizer, epochs, batch_size)
    _check_search(optimizer, batch_size, clip_norm)
    rows = pair("data", data)
    held_out = None if validation is None else pair("validation", validation)
    rng = np.random.default_rng(seed) if shuffle else None
    history, run = History(), Run(model, loss, optimizer, clip_norm)
    calls, saves = _told(callbacks)
    training = Training(model, optimizer, history, rng, calls)
    unseen = batch_size is None and held_out is None and not calls and not saves
    each = 1 if batch_size is None else -(-len(rows[1]) // batch_size)  # steps in an epoch
    with in_mode(model, training=True), run.undone(), _bar(epochs, progress) as bar:
        for save in saves:
            save.restore(training)
        epoch = bar.initial = bar.n = len(history.loss)
        run.compile(rows[1], epochs * each, resumed=epoch > 0 and training.checked)
        if held_out is not None:
            run.evaluate(*held_out)  # what is wrong with it shows before anything is trained
        while epoch < epochs and not training.stopped:
            # Epochs of one step that nobody looks at between run together.
            ahead = min(epochs - epoch, run.ahead()) if unseen else 1
            parts = [rows] * ahead if batch_size is None else list(batches(*rows, batch_size, rng))
            scores = run.train(parts, [(epoch + 1 + k, 1) if batch_size is None else (epoch + 1, 1 + k)
                                       for k in range(len(parts))])
            for few in [scores] if batch_size else [[score] for score in scores]:
                _note(history.loss, history.accuracy, few)
            epoch += ahead
            bar.update(ahead)
            if held_out is not None:
                _note(history.validation_loss, history.validation_accuracy, run.evaluate(*held_out))
            if not bar.disable:
                bar.set_postfix_str(_latest(history))
            training.stopped = _tell(calls, TrainingState(epoch, history.loss[-1], model, history))
            training.checked = run.checked()
            for save in saves:
                save.save(training, last=training.stopped or epoch == epochs)
        if history.loss:
            _end(calls, TrainingState(epoch, history.loss[-1], model, history))
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
        self.resumed = False
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
            self.undo()
            raise

    def undo(self) -> None:
        """Go back to before the last step."""
        for tensor, (value, grad) in zip(self.tensors, self.values, strict=True):
            tensor.data, tensor.grad = value, grad
        for buffer, data in zip(self.buffers, self.kept, strict=True):
            buffer.data = data
        vars(self.optimizer).update(self.settings)

    def compile(self, targets: NDArray[Any], steps: int, resumed: bool) -> None:
        """From the second step on, run as a program where that is worth it."""
        self.targets, self.resumed = targets, resumed
        if steps >= FEW and isinstance(self.optimizer, Optimizer):
            self.loop = Loop(self.model, self.loss, self.optimizer, self.clip_norm, steps)

    def ahead(self) -> int:
        """How many steps one call of `train` should be given."""
        return self.loop.turns if self.loop is not None and self.targets is None else 1

    def checked(self) -> bool:
        """Whether the next step need not run in Python, which checks whatever can be wrong."""
        return self.loop is None or self.targets is None

    def train(self, parts: list[Batch], places: list[tuple[int, int]]) -> list[Score]:
        """One step on each batch, of which `places` has the epoch and the number. The first of all runs in Python."""
        begun = [] if self.checked() else [self.step(*parts[0], *places[0])]
        if begun and self.resumed:
            # It was a program that would have made this step, whose sums may end in other bits.
            self.undo()
            begun = []
        self.resumed = False
        rest = parts[len(begun):]
        scores = self.together(rest)
        if scores is None:
            scores = [self.step(X, y, *place) for (X, y), place in zip(rest, places[len(begun):], strict=True)]
        return [*begun, *scores]

    def together(self, parts: list[Batch]) -> list[Score] | None:
        """The steps as one program; None where that cannot be, with a line that says why."""
        if self.loop is None or not parts:
            return None
        if not self.loop.fits() and isinstance(self.optimizer, Optimizer):
            self.loop = Loop(self.model, self.loss, self.optimizer, self.clip_norm, self.loop.steps)
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
                self._known(plain(prediction))
                seen.append((_value(loss, epoch, batch), plain(prediction)))
            return loss
        try:
            self.update(closure)
        except Exception as error:
            error.add_note(f"  in epoch {epoch}, batch {batch}")
            raise
        value, prediction = seen[0]
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
        """At the first step, look whether all targets fit the loss: a program does not."""
        if self.targets is None:
            return
        targets, self.targets = self.targets, None
        try:
            if isinstance(self.loss, Loss):
                self.loss.check(np.ones((len(targets), *prediction.shape[1:]), prediction.dtype), targets)
        except ShapeError:  # that of another loss per row, which only whoever wrote it can check
            self.loop = None

    def evaluate(self, X: NDArray[Any], y: NDArray[Any]) -> list[Score]:
        """The score on rows that are not trained on."""
        try:
            with in_mode(self.model, training=False), no_grad():
                prediction = self.model(X)
                return [(float(self.loss(prediction, y)), hits(plain(prediction), y), len(y))]
        except Exception as error:
            error.add_note("  in validation")
            raise


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

    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # its thread cannot start in a browser, which it would warn of

    # None: hidden unless standard error is a terminal.
    unasked = True if os.environ.get("CI") else None
    return tqdm(total=epochs, unit="epoch", disable=unasked if progress is None else not progress)


def _latest(history: History) -> str:
    measured = ((name.replace("_", " "), values) for name, values in vars(history).items() if values)
    return ", ".join(f"{name} {values[-1]:.4g}" for name, values in measured)


# ---------------------------------------------------------------- checks
def pair(name: str, data: Any) -> Batch:
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(message(f"{name} must be two arrays, got {type(data).__name__}.", "write (X, y)"))
    X, y, _ = same_rows(*data)
    for part, values in (("X", X), ("y", y)):
        if values.dtype.kind in "fc" and not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values).reshape(len(values), -1).all(1)))
            raise DataError(message(f"{part} of {name} has a number that is not finite in row {row}.",
                                    "leave such rows out, or fill them in with np.nan_to_num"))
    return X, y


def _told(callbacks: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """The callbacks and the checkpoints, which come last, so that what they save has seen the epoch."""
    if not isinstance(callbacks, Iterable):
        raise TypeError(message(f"callbacks must be a list, got one {type(callbacks).__name__}.",
                                "write callbacks=[…], with brackets"))
    told = list(callbacks)
    for call in told:
        if isinstance(call, type) or not (callable(call) or isinstance(call, Checkpoint)):
            name = call.__name__ if isinstance(call, type) else type(call).__name__
            kind = "class" if isinstance(call, type) else "object of type"
            raise TypeError(message(f"callbacks has the {kind} {name}, which cannot be told of an epoch.",
                                    f"write callbacks=[nn.{name}(…)], or a function of a TrainingState"))
    saves = [call for call in told if isinstance(call, Checkpoint)]
    return [call for call in told if not isinstance(call, Checkpoint)], saves


def _tell(calls: Sequence[Callable[[TrainingState], Any]], state: TrainingState) -> bool:
    """Tell every callback of an epoch; whether one of them ends the training."""
    answers = [call(state) for call in calls]
    return any(isinstance(answer, bool | np.bool_) and answer for answer in answers)


def _end(calls: Sequence[Any], state: TrainingState) -> None:
    """Tell the callbacks that ask for it that the training has ended."""
    for call in calls:
        if hasattr(call, "end"):
            call.end(state)


def _check(model: Module, optimizer: Optimizer | Minimizer, epochs: int, batch_size: int | None) -> None:
    if not isinstance(optimizer, Optimizer | Minimizer):
        raise TypeError(message(f"fit cannot use {type(optimizer).__name__} as its optimizer.",
                                "write optimizer=nn.SGD(model.parameters(), lr=0.1)"))
    own = {id(parameter) for parameter in model.parameters()}
    if own and not any(id(parameter) in own for parameter in optimizer.parameters):
        raise GraphError(message("the optimizer trains none of the model's parameters: it was made for another model.",
                                 f"write nn.{type(optimizer).__name__}(model.parameters(), …) for this one"))
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
