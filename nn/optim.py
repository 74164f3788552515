"""Optimizers: how parameters follow their gradients."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import DataError, GraphError, message
from nn.module import Module

__all__ = ["SGD", "Optimizer"]


class Optimizer:
    """The loop over parameters; subclasses define `update` for one of them.

    `state` holds what `update` remembers of each parameter; both it and the parameters get new values, and no
    value is written over. Raises at once for no parameters, for one listed twice, and for anything else.

    >>> import nn
    >>> class SignDescent(Optimizer):
    ...     def update(self, x, g, state):
    ...         return x - self.lr * np.sign(g), state
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> SignDescent([w], lr=0.5).step()
    >>> w.data
    2.5
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.parameters = trained(type(self).__name__, params)
        self.lr = at_least_0(type(self).__name__, "lr", lr)
        self.state: list[dict[str, Any]] = [{} for _ in self.parameters]

    def update(self, x: Any, g: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The new value of a parameter and its new state, from its value, gradient and state."""
        raise NotImplementedError(message(f"{type(self).__name__} has no update.",
                                          "write def update(self, x, g, state) in it"))

    def state_dict(self) -> dict[str, Any]:
        return {"settings": {name: value for name, value in vars(self).items() if name not in ("parameters", "state")},
                "state": {str(i): dict(state) for i, state in enumerate(self.state) if state}}

    def load_state_dict(self, state: Any) -> None:
        if state["settings"].keys() != self.state_dict()["settings"].keys():
            raise ValueError("another optimizer")
        vars(self).update(state["settings"])
        self.state = [state["state"].get(str(i), {}) for i in range(len(self.parameters))]

    def step(self) -> None:
        """Update every parameter from its gradient: all or, where anything raises, none.

        Raises `GraphError` for a parameter without a gradient, `DataError` for a gradient that is not finite.
        """
        new = [self.update(p.data, gradient(i, p), state)
               for i, (p, state) in enumerate(zip(self.parameters, self.state, strict=True))]
        for parameter, (value, _) in zip(self.parameters, new, strict=True):
            parameter.data = value if type(value) is float else np.asarray(value, parameter.dtype)
        self.state = [state for _, state in new]

    def zero_grad(self) -> None:
        """Forget all gradients, so that the next `backward` starts from nothing."""
        for parameter in self.parameters:
            parameter.grad = None


class SGD(Optimizer):
    """Gradient descent with momentum: v ← momentum·v + g and x ← x − lr·v, where g includes weight_decay·x.

    With `nesterov`, x ← x − lr·(g + momentum·v). Equal to torch's. B. T. Polyak, "Some methods of speeding up
    the convergence of iteration methods", 1964; I. Sutskever et al., "On the importance of initialization and
    momentum in deep learning", 2013, section 2 (Nesterov).

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> SGD([w], lr=0.25).step()
    >>> w.data
    1.5
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        self.momentum = at_least_0("SGD", "momentum", momentum)
        self.nesterov = nesterov
        self.weight_decay = at_least_0("SGD", "weight_decay", weight_decay)
        if nesterov and not momentum:
            raise ValueError(message("SGD with nesterov=True and no momentum is plain descent.",
                                     "write momentum=0.9, or leave nesterov out"))

    def update(self, x: Any, g: Any, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if self.weight_decay:
            g = g + self.weight_decay * x
        if not self.momentum:
            return x - self.lr * g, state
        v = self.momentum * state.get("velocity", 0.0) + g
        return x - self.lr * (g + self.momentum * v if self.nesterov else v), {"velocity": v}


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
            raise TypeError(message(f"{name} got a {type(parameter).__name__} among its parameters.",
                                    f"write nn.{name}(model.parameters(), …)"))
    if not parameters:
        raise ValueError(message(f"{name} has no parameters to train.", "give it a model's that has some"))
    if len({id(p) for p in parameters}) < len(parameters):
        raise ValueError(message(f"{name} got a parameter twice, and would update it twice.", "list it once"))
    return parameters


def at_least_0(name: str, argument: str, value: float) -> float:
    if not 0 <= value < math.inf:
        raise ValueError(message(f"{name} cannot have {argument}={value!r}.", "write a number of at least 0"))
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
