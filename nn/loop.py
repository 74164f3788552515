"""Training steps as one program: the batches of an epoch run inside the executor, not one Python call per step."""

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, grad_and_aux, no_grad, scan
from nn.clip import scaled
from nn.module import Buffer, Module
from nn.optim import Optimizer, remembered

Batch = tuple[NDArray[Any], NDArray[Any]]
Score = tuple[float, int | None, int]  # the loss, how many rows are right, how many there are

FEW = 50  # steps for which a program is not worth its making
MANY = 2000  # steps from which machine code is worth the seconds that a compiler takes
_PAUSE = 0.2  # seconds that Ctrl-C may have to wait
_MEMORY = 1 << 26  # bytes of batches in one call of the executor


class Loop:
    """Steps of training as a program of values: parameters, buffers, optimizer in, the same out, and the loss."""

    def __init__(
        self, model: Module, loss: Callable[[Any, Any], Any], optimizer: Optimizer, clip_norm: float | None, steps: int
    ) -> None:
        from autograd.executors import Replay
        self.optimizer, self.before, self.steps = optimizer, _settings(optimizer), steps
        self.buffers = model.buffers()
        self.parked = [buffer.data for buffer in self.buffers]
        self.new = True
        self.turns = 1  # steps in one call of the executor
        twin = copy.copy(optimizer)  # without the state, which is not the same in any two epochs
        twin.state = []
        self.run = scan(_step(model, loss, twin, clip_norm), executor=None if steps >= MANY else Replay)

    def fits(self) -> bool:
        """Whether the optimizer is set as it was."""
        now = _settings(self.optimizer)
        return now.keys() == self.before.keys() and all(now[k] is v for k, v in self.before.items())

    def behind(self) -> bool:
        """Whether the optimizer remembers something else than it will after its next step, as where momentum begins."""
        if not self.new:
            return False
        self.new = False
        pairs = zip(self.optimizer.parameters, self.optimizer.state, strict=True)
        return any(state.keys() != remembered(self.optimizer, p).keys() for p, state in pairs)

    def train(self, batches: Sequence[Batch]) -> list[Score] | None:
        """One step on each batch; None, and nothing is changed, where a number came up that is not finite."""
        optimizer, scores = self.optimizer, list[Score]()
        kept = [buffer.data if buffer.shape else float(buffer.data) for buffer in self.buffers]
        carry: Any = [p.data for p in optimizer.parameters], kept, optimizer.state, optimizer.rates()
        # The program has the buffers in its carry; those of the model must look to it as they did when it was made.
        with no_grad(), _keeping(self.buffers, self.parked):
            for few in self._paced(batches):
                carry, found = self.run(carry, tuple(map(np.stack, zip(*few, strict=True))))
                scores += [(float(loss), hits(prediction, y), len(y))
                           for loss, prediction, (_, y) in zip(*found, few, strict=True)]
        values, kept, states, _ = carry
        if not all(np.all(np.isfinite(x)) for x in (*values, *(loss for loss, _, _ in scores))):
            return None
        for parameter, value in zip(optimizer.parameters, values, strict=True):
            parameter.data = value
            parameter.grad = None
        for buffer, value in zip(self.buffers, kept, strict=True):
            buffer.data = value
        optimizer.state = states
        return scores

    def _paced(self, batches: Sequence[Batch]) -> Iterator[Sequence[Batch]]:
        """The batches in runs of one size, as long as Ctrl-C may have to wait; the last of an epoch may be smaller."""
        start = 0
        while start < len(batches):
            rows, began = len(batches[start][1]), time.perf_counter()
            few = [batch for batch in batches[start:start + self.turns] if len(batch[1]) == rows]
            yield few
            start += len(few)
            most = _MEMORY // max(sum(part.nbytes for part in few[0]), 1)
            self.turns = max(1, min(most, int(_PAUSE * len(few) / max(time.perf_counter() - began, 1e-9))))


def _settings(optimizer: Optimizer) -> dict[str, Any]:
    """What a program of the optimizer's steps has in it."""
    moving = {*optimizer.rates(), "state"}
    return {k: v for k, v in vars(optimizer).items() if k not in moving}


def _step(
    model: Module, loss: Callable[[Any, Any], Any], optimizer: Optimizer, clip_norm: float | None
) -> Callable[[Any, Any], Any]:
    buffers = model.buffers()

    def step(carry: Any, batch: Any) -> Any:
        """Forward, backward and update on plain values."""
        (values, kept, states, rates), (X, y) = carry, batch

        def objective(xs: list[Any]) -> Any:
            with standing_for(optimizer.parameters, xs), _keeping(buffers, kept):
                prediction = model(X)
                value = loss(prediction, y)
                after = [buffer.data for buffer in buffers]
            return value, (value, prediction, after)
        gradients, (value, prediction, after) = grad_and_aux(objective)(values)
        if clip_norm is not None:
            gradients, _ = scaled(gradients, clip_norm)
        before = {name: getattr(optimizer, name) for name in rates}
        vars(optimizer).update(rates)
        new = [optimizer.update(x, g, state) for x, g, state in zip(values, gradients, states, strict=True)]
        vars(optimizer).update(before)
        scored = prediction if is_scored(prediction, y) else 0.0
        return ([x for x, _ in new], after, [state for _, state in new], rates), (value, scored)
    return step


@contextmanager
def standing_for(parameters: Sequence[Tensor], xs: Sequence[Any]) -> Iterator[None]:
    """Inside, the parameters have the values and history of xs."""
    before = [(p.value, p.node, p.level) for p in parameters]
    try:
        for p, x in zip(parameters, xs, strict=True):
            p.value, p.node, p.level = x.value, x.node, x.level
        yield
    finally:
        for p, (value, node, level) in zip(parameters, before, strict=True):
            p.value, p.node, p.level = value, node, level


@contextmanager
def _keeping(buffers: Sequence[Buffer], values: Sequence[Any]) -> Iterator[None]:
    """Inside, the buffers hold these values; afterwards, what they held before."""
    before = [buffer.value for buffer in buffers]
    try:
        for buffer, value in zip(buffers, values, strict=True):
            buffer.value = value
        yield
    finally:
        for buffer, value in zip(buffers, before, strict=True):
            buffer.value = value


def is_scored(prediction: Any, y: Any) -> bool:
    """Whether the prediction has a score per class, and y labels."""
    return len(y.shape) == 1 and y.dtype.kind in "iu" and len(getattr(prediction, "shape", ())) == 2


def hits(prediction: Any, y: NDArray[Any]) -> int | None:
    """How many rows have their highest score at their label; None where y are no labels of scores."""
    return int(np.count_nonzero(prediction.argmax(1) == y)) if is_scored(prediction, y) else None
