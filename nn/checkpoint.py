"""`Checkpoint`: everything that a training needs to go on where it was, in one file."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from autograd import Tensor
from autograd.errors import message
from nn.data import whole
from nn.files import Place, read_tree, write_tree
from nn.history import History
from nn.minimizer import Minimizer
from nn.module import Module, assign, fitting
from nn.optim import Optimizer

__all__ = ["Checkpoint"]

_VERSION = 1


@dataclass
class Training:
    """A `fit` under way: all that its next epoch depends on."""

    model: Module
    optimizer: Optimizer | Minimizer
    history: History
    rng: Generator | None
    callbacks: Sequence[Callable[..., Any]]
    stopped: bool = False
    checked: bool = True  # and need not check in Python what a program does not

    def state_dict(self) -> dict[str, Any]:
        """It all, as a tree of numbers, text and arrays."""
        return {
            "version": _VERSION,
            "model": {name: np.array(part.data) for name, part in self._parts().items()},
            "others": [np.array(parameter.data) for parameter in self._others()],
            "optimizer": self.optimizer.state_dict(),
            "callbacks": [[type(call).__name__, call.state_dict()] for call in self._remembering()],
            "history": {name: np.array(values) for name, values in vars(self.history).items()},
            "rng": None if self.rng is None else self.rng.bit_generator.state,
            "stopped": self.stopped,
            "checked": self.checked,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from such a tree. Raises for one of another version, model, optimizer, callbacks or generator."""
        if state["version"] != _VERSION:
            raise ValueError(f"it has version {state['version']!r}, this is version {_VERSION}")
        parts, others, calls = self._parts(), self._others(), self._remembering()
        values = {name: np.asarray(value) for name, value in state["model"].items()}
        fitting(self.model, parts, values)
        if [np.shape(value) for value in state["others"]] != [parameter.shape for parameter in others]:
            raise ValueError("the optimizer has other parameters beside the model's")
        if [name for name, _ in state["callbacks"]] != [type(call).__name__ for call in calls]:
            raise ValueError(f"it was written with the callbacks {[name for name, _ in state['callbacks']]}")
        if (state["rng"] is None) != (self.rng is None):
            raise ValueError("shuffle was another")
        history = {name: state["history"][name].tolist() for name in vars(self.history)}
        assign(parts, values)
        for parameter, value in zip(others, state["others"], strict=True):
            parameter.data = value
        self.optimizer.load_state_dict(state["optimizer"])
        for call, (_, held) in zip(calls, state["callbacks"], strict=True):
            call.load_state_dict(held)
        if self.rng is not None:
            self.rng.bit_generator.state = state["rng"]
        vars(self.history).update(history)
        self.stopped, self.checked = bool(state["stopped"]), bool(state["checked"])

    def _parts(self) -> dict[str, Any]:
        """Parameters and buffers by name, also those that a state_dict leaves out, such as where random numbers are."""
        return {**dict(self.model.named_parameters()), **dict(self.model.named_buffers())}

    def _others(self) -> list[Tensor]:
        """What is trained and is none of the model's, such as a parameter of the loss."""
        own = {id(parameter) for parameter in self.model.parameters()}
        return [parameter for parameter in self.optimizer.parameters if id(parameter) not in own]

    def _remembering(self) -> list[Any]:
        """The callbacks with a memory, such as schedules."""
        return [call for call in self.callbacks if hasattr(call, "state_dict")]


class Checkpoint:
    """Save the whole training to `path` after every `every` epochs and at its end; with `resume`, go on from there.

    A training that was killed at any moment and is begun again by the same program, with `resume=True`, goes on from
    the last saved epoch and ends with the same bits as one that was left alone. The file has parameters and buffers,
    the optimizer, the callbacks that have `state_dict` and `load_state_dict`, the history, and the generator of the
    shuffle. It is replaced in one go when the new one is whole, and holds numbers and text alone. Without a file
    `resume=True` begins at the beginning. Raises `ValueError` for a file that is broken or of another training.

    >>> import nn, os, tempfile
    >>> def run(epochs):
    ...     model = nn.Linear(1, 1, seed=0)
    ...     return nn.fit(model, ([[1.0]], [[2.0]]), loss=nn.MSELoss(), optimizer=nn.SGD(model.parameters(), lr=0.1),
    ...                   epochs=epochs, callbacks=[nn.Checkpoint(path, resume=True)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "run.ckpt")
    ...     first, second = run(2), run(5)
    >>> len(first.loss), len(second.loss), first.loss == second.loss[:2]
    (2, 5, True)
    """

    def __init__(self, path: Place, every: int = 1, resume: bool = False) -> None:
        self.path, self.every, self.resume = path, whole("every", every, least=1), resume

    def save(self, training: Training, last: bool) -> None:
        """Write the file if it is time to.

        >>> from types import SimpleNamespace
        >>> early = SimpleNamespace(history=SimpleNamespace(loss=[0.5]))
        >>> Checkpoint("run.ckpt", every=2).save(early, last=False)        # after one epoch it is not
        """
        if last or len(training.history.loss) % self.every == 0:
            write_tree(self.path, training.state_dict())

    def restore(self, training: Training) -> None:
        """Go on from the file if there is one. Raises `ValueError` where it is of another training.

        >>> Checkpoint("no such file", resume=True).restore(None)
        """
        if not self.resume or not os.path.exists(self.path):
            return
        state = read_tree(self.path)
        try:
            training.load_state_dict(state)
        except Exception as problem:  # a file may hold any tree
            reason = f"{type(problem).__name__}: " if not isinstance(problem, ValueError) else ""
            raise ValueError(message(f"{os.fspath(self.path)} is of another training: {reason}{problem}",
                                     "resume with the model, optimizer and callbacks that wrote it, or write "
                                     "resume=False")) from problem
