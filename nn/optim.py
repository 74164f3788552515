"""Optimizers: how parameters follow their gradients; `SGD` is the simplest."""

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import DataError, GraphError, message
from nn.module import Module

__all__ = ["SGD", "Optimizer"]

State = dict[str, Any]

#: what a setting may be, by its name: between these bounds, or yes and no
BOUNDS = {
    **dict.fromkeys(("lr", "momentum", "weight_decay", "eps", "lr_decay", "initial_accumulator_value"), (0, math.inf)),
    **dict.fromkeys(("alpha", "rho"), (0, 1)), "dampening": (-math.inf, math.inf),
}
FLAGS = {"nesterov", "maximize", "centered", "amsgrad"}


class Optimizer:
    """The loop over parameters; subclasses define `update` for one of them.

    `state` holds what `update` remembers of each parameter; both it and the parameters get new values, and no
    value is written over. Settings such as `lr` may be changed between steps. Raises at once for no parameters, for
    one listed twice, for anything else, and whenever a setting becomes one that makes no sense.

    >>> import nn
    >>> class SignDescent(Optimizer):
    ...     def update(self, x, g, state):
    ...         return x - self.lr * np.sign(g), state
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> optimizer = SignDescent([w], lr=0.5, weight_decay=0.0, maximize=False)
    >>> optimizer.step()
    >>> w.data, optimizer.downhill(2.5, 6.0), optimizer.rates()
    (2.5, 6.0, {'lr': 0.5})
    >>> optimizer.zero_grad()
    >>> optimizer.load_state_dict(optimizer.state_dict())
    """

    lr: float
    maximize: bool
    weight_decay: float

    def __init__(self, params: Iterable[Tensor], lr: float, **settings: Any) -> None:
        self.parameters = trained(type(self).__name__, params)
        for name, value in {"lr": lr, **settings}.items():
            setattr(self, name, value)
        self.state: list[State] = [{} for _ in self.parameters]

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, checked(type(self).__name__, name, value))

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        """The new value of a parameter and its new state, from its value, gradient and state."""
        raise NotImplementedError(message(f"{type(self).__name__} has no update.",
                                          "write def update(self, x, g, state) in it"))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter from its gradient: all or, where anything raises, none.

        With `closure`, call it first, and return its loss. Raises `GraphError` for a parameter without a gradient,
        `DataError` for a gradient that is not finite.
        """
        loss = None if closure is None else closure()
        new = [self.update(p.data, gradient(i, p), state)
               for i, (p, state) in enumerate(zip(self.parameters, self.state, strict=True))]
        for parameter, (value, _) in zip(self.parameters, new, strict=True):
            parameter.data = value if type(value) is float else np.asarray(value, parameter.dtype)
        self.state = [state for _, state in new]
        return loss

    def zero_grad(self) -> None:
        """Forget all gradients, so that the next `backward` starts from nothing."""
        for parameter in self.parameters:
            parameter.grad = None

    def downhill(self, x: Any, g: Any) -> Any:
        """The gradient of what is made small: −g with `maximize`, and with the slope of weight_decay·x²/2."""
        g = -g if self.maximize else g
        return g + self.weight_decay * x if self.weight_decay else g

    # ------------------------------------------------------------ what changes between steps
    def rates(self) -> dict[str, Any]:
        """The settings that schedules move; compiled training takes them in anew at every call."""
        return {"lr": self.lr, **{name: value for name in ("momentum", "betas") if (value := vars(self).get(name))}}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._settings().items())})"

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on beside values and gradients, as numbers and arrays of their own.

        >>> import nn
        >>> SGD([nn.Parameter(1.0)], lr=0.5).state_dict()["settings"]["lr"]
        0.5
        """
        kept = [{name: _own(state[name]) for name in remembered(self, p) if name in state}
                for p, state in zip(self.parameters, self.state, strict=True)]
        return {"settings": {name: _own(value) for name, value in self._settings().items()},
                "state": {str(i): state for i, state in enumerate(kept) if state}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()`; dtypes stay those of the parameters.

        Raises `ValueError` that lists every name that is missing, unknown, of another shape or no number.
        Everything is looked at before anything changes.
        """
        twin = copy.copy(self)
        refuse(self, misfits("", ["settings", "state"], state))
        refuse(self, unfit("setting ", self._settings(), state["settings"]))
        for name, value in self._settings().items():
            setattr(twin, name, like(state["settings"][name], value))
        numbers, kept = {str(i): p for i, p in enumerate(self.parameters)}, state["state"]
        refuse(self, misfits("the state of parameter ", numbers if kept else [], kept))
        wanted = {i: remembered(twin, p) for i, p in numbers.items()} if kept else {}
        refuse(self, [problem for i in wanted for problem in unfit(f"parameter {i}: ", wanted[i], kept[i])])
        vars(self).update(twin._settings())
        self.state = [{name: like(kept[i][name], value) for name, value in wanted[i].items()} if kept else {}
                      for i in numbers]

    def _settings(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items()
                if isinstance(value, int | float | tuple) and not name.startswith("_")}


class SGD(Optimizer):
    """Gradient descent with momentum: v ← momentum·v + (1 − dampening)·g and x ← x − lr·v; g includes weight_decay·x.

    The first v is g. With `nesterov`, x ← x − lr·(g + momentum·v); with `maximize`, uphill. Equal to torch's. B. T.
    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; I. Sutskever et al., "On the
    importance of initialization and momentum in deep learning", 2013, section 2 (Nesterov).

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> SGD([w], lr=0.25).step()
    >>> w.data
    1.5
    """

    momentum: float
    dampening: float
    nesterov: bool

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0,
        weight_decay: float = 0.0, nesterov: bool = False, *, maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay,
                         nesterov=nesterov, maximize=maximize)
        if nesterov and not momentum:
            raise ValueError(message("SGD with nesterov=True and no momentum is plain descent.",
                                     "write momentum=0.9, or leave nesterov out"))
        if nesterov and dampening:
            raise ValueError(message("SGD cannot have both nesterov=True and dampening.", "leave one of them out"))

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        g = self.downhill(x, g)
        if not used(self.momentum):
            return x - self.lr * g, {}
        v = self.momentum * state["velocity"] + (1.0 - self.dampening) * g if state else g
        return x - self.lr * (g + self.momentum * v if self.nesterov else v), {"velocity": v}


def used(setting: Any) -> bool:
    """Whether a setting does anything; one that a program takes in at every call, as a tensor, always does."""
    return isinstance(setting, Tensor) or bool(setting)


# ---------------------------------------------------------------- checks
def trained(name: str, params: Iterable[Tensor]) -> list[Tensor]:
    """The parameters an optimizer is given, as a list."""
    if isinstance(params, Module | Tensor):
        instead = "model.parameters()" if isinstance(params, Module) else "[x]"
        raise TypeError(message(f"{name} needs a list of parameters, got one {type(params).__name__}.",
                                f"write nn.{name}({instead}, …)"))
    parameters = list(params)
    for parameter in parameters:
        if not isinstance(parameter, Tensor):
            instead = ("make one optimizer for each group of parameters" if isinstance(parameter, dict)
                       else f"write nn.{name}(model.parameters(), …)")
            raise TypeError(message(f"{name} got a {type(parameter).__name__} among its parameters.", instead))
    if not parameters:
        raise ValueError(message(f"{name} has no parameters to train.", "give it a model's that has some"))
    if len({id(p) for p in parameters}) < len(parameters):
        raise ValueError(message(f"{name} got a parameter twice, and would update it twice.", "list it once"))
    return parameters


def checked(optimizer: str, name: str, value: Any) -> Any:
    """A setting as floats or a bool, if it makes sense; others as they are."""
    if name == "betas":
        if np.shape(value) != (2,):
            raise ValueError(message(f"{optimizer} cannot have betas={value!r}.", "write two, as in (0.9, 0.999)"))
        return tuple(_between(optimizer, f"betas[{i}]", beta, 0, 1, below=True) for i, beta in enumerate(value))
    if name in FLAGS:
        return bool(value)
    return _between(optimizer, name, value, *BOUNDS[name]) if name in BOUNDS else value


def at_least_0(name: str, argument: str, value: float) -> float:
    return _between(name, argument, value, 0, math.inf)


def _between(name: str, argument: str, value: Any, low: float, high: float, below: bool = False) -> float:
    """The value as a float, at least `low` and at most `high`, and finite."""
    number = not isinstance(value, Tensor) and np.ndim(value) == 0 and np.asarray(value).dtype.kind in "fiu"
    if not (number and low <= value <= high and math.isfinite(value)) or (below and value == high):
        limits = ("a finite number" if high == -low else f"a number of at least {low}" if high == math.inf
                  else f"a number from {low} to {'below ' if below else ''}{high}")
        raise ValueError(message(f"{name} cannot have {argument}={value!r}.", f"write {limits}"))
    return float(value)


def gradient(i: int, parameter: Tensor) -> Any:
    """The gradient of parameter i, which must be there and be finite."""
    g = parameter.grad
    if g is None:
        raise GraphError(message(f"{_described(i, parameter)} has no gradient: the loss does not use it, "
                                 "or backward was not called.",
                                 "call loss.backward() first, and leave out what the loss does not use"))
    if not (math.isfinite(g) if type(g) is float else np.isfinite(g).all()):
        raise DataError(message(f"{_described(i, parameter)} has a gradient that is not finite.",
                                "take a smaller lr, scale the data, or look for log, sqrt or ÷ at 0"))
    return g


def _described(i: int, parameter: Tensor) -> str:
    return f"parameter {i}, {parameter.name or 'without a name'}, of shape {parameter.shape},"


# ---------------------------------------------------------------- saved states
def _own(value: Any) -> Any:
    """A number as it is, an array or a tuple of numbers as an array of its own."""
    return np.array(value) if isinstance(value, np.ndarray | tuple) else value


def remembered(optimizer: Optimizer, parameter: Tensor) -> State:
    """What the optimizer would remember of a parameter: the shapes and dtypes that a saved state must have."""
    with np.errstate(all="ignore"):
        return optimizer.update(parameter.data, parameter.data * 0.0, {})[1]


def misfits(what: str, wanted: Iterable[str], found: Any) -> Iterator[str]:
    """What keeps `found` from having these names and no others."""
    if not isinstance(found, Mapping):
        yield f"{type(found).__name__} where a dict is needed"
        return
    wanted = list(wanted)
    yield from (f"{what}{name} is missing" for name in wanted if name not in found)
    yield from (f"{what}{name} is unknown" for name in found if name not in wanted)


def unfit(what: str, wanted: State, found: Any) -> Iterator[str]:
    """What keeps a saved state from being like this one."""
    problems = list(misfits(what, wanted, found))
    yield from problems
    for name, value in wanted.items() if not problems else ():
        if np.shape(found[name]) != np.shape(value):
            yield f"{what}{name} has shape {np.shape(found[name])} where {np.shape(value)} is needed"
        elif np.asarray(found[name]).dtype.kind not in "bfiu":
            yield f"{what}{name} is {np.asarray(found[name]).dtype} where numbers are needed"


def like(found: Any, value: Any) -> Any:
    """What was found as what it stands for: a number, a tuple of them, or an array of its own with the same dtype."""
    if isinstance(value, np.ndarray):
        return np.array(found, value.dtype)
    return tuple(map(float, found)) if isinstance(value, tuple) else type(value)(found)


def refuse(optimizer: Any, problems: Iterable[str]) -> None:
    problems = list(problems)
    if problems:
        raise ValueError(message(f"the state does not fit {type(optimizer).__name__}: {'; '.join(problems)}.",
                                 "load a state_dict() of one made in the same way"))
