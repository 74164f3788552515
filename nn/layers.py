"""Layers, activations, and the models that chain them. Argument names and weight shapes are torch's."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, overload

import numpy as np

from autograd.errors import ShapeError, message
from autograd.gates.contract import matmul
from nn import functional, init
from nn.module import Module, Parameter, Seed

__all__ = [
    "ELU", "GELU", "MLP", "Flatten", "LeakyReLU", "Linear", "LogSoftmax", "ReLU", "Sequential", "SiLU",
    "Sigmoid", "Softmax", "Softplus", "Tanh",
]


class Linear(Module):
    """x·Wᵀ + b: (…, in_features) to (…, out_features).

    `weight` is (out_features, in_features) and `bias` (out_features,); both start uniform on ±1/√in_features,
    drawn from `seed`, a number or a Generator. Raises `ShapeError` when x has another number of features.

    >>> layer = Linear(3, 2, seed=0)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, seed: Seed = None) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(message(f"Linear({in_features}, {out_features}) connects nothing.",
                                     "write the numbers of inputs and outputs, both at least 1"))
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(np.zeros((out_features, in_features)))
        self.bias = Parameter(np.zeros(out_features)) if bias else None
        self.reset_parameters(seed)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the weight, then the bias."""
        rng, bound = np.random.default_rng(seed), 1 / math.sqrt(self.in_features)
        init.uniform_(self.weight, -bound, bound, rng)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, x: Any) -> Any:
        try:
            ans = matmul(x, self.weight.T)
        except ShapeError:
            raise ShapeError(message(f"{self!r} got an input of shape {np.shape(x)}; "
                                     f"its weight {self.weight.name!r} is {self.weight.shape}.",
                                     f"give it inputs of shape (…, {self.in_features})")) from None
        return ans if self.bias is None else ans + self.bias

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}" + ("" if self.bias is not None else ", bias=False")


class Flatten(Module):
    """All axes but the first joined into one: (N, …) to (N, everything else).

    >>> Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    def forward(self, x: Any) -> Any:
        return x.reshape(x.shape[0], math.prod(x.shape[1:]))


# ---------------------------------------------------------------- activations
class Sigmoid(Module):
    """σ(x) = 1 / (1 + e⁻ˣ), between 0 and 1.

    >>> Sigmoid()(np.array([0.0]))
    array([0.5])
    """

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(x)


class Tanh(Module):
    """tanh x, between −1 and 1.

    >>> Tanh()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        return functional.tanh(x)


class ReLU(Module):
    """max(x, 0); its derivative at 0 is taken as 0.

    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return functional.relu(x)


class GELU(Module):
    """x·Φ(x), Φ the normal distribution function.

    >>> GELU()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        return functional.gelu(x)


class SiLU(Module):
    """x·σ(x).

    >>> SiLU()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        return functional.silu(x)


class Softplus(Module):
    """ln(1 + eˣ).

    >>> Softplus()(np.array([0.0])).round(4)
    array([0.6931])
    """

    def forward(self, x: Any) -> Any:
        return functional.softplus(x)


class LeakyReLU(Module):
    """x where x > 0, else negative_slope·x.

    >>> LeakyReLU(0.5)(np.array([-1.0, 2.0]))
    array([-0.5,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return functional.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"{self.negative_slope}"


class ELU(Module):
    """x where x > 0, else alpha·(eˣ − 1).

    >>> ELU()(np.array([0.0, 2.0]))
    array([0., 2.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return functional.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"{self.alpha}"


class Softmax(Module):
    """eˣ / Σ eˣ along axis `dim`: positive numbers that sum to 1.

    >>> Softmax()(np.array([1.0, 1.0]))
    array([0.5, 0.5])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return functional.softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """x − ln Σ eˣ along axis `dim`: the logarithm of `Softmax`, without its loss of digits.

    >>> LogSoftmax()(np.array([0.0, 0.0])).round(4)
    array([-0.6931, -0.6931])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return functional.log_softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


# ---------------------------------------------------------------- chains
class Sequential(Module):
    """Modules one after the other. An index gives a layer, a slice a Sequential of the same layers.

    With a `seed`, a number or a Generator, the layers draw their start anew from it, in order.

    >>> model = Sequential(Linear(2, 3), Tanh(), Linear(3, 1), seed=0)
    >>> model[-1]
    Linear(3, 1)
    """

    def __init__(self, *layers: Module, seed: Seed = None) -> None:
        for layer in layers:
            if not isinstance(layer, Module):
                raise TypeError(message(f"Sequential got {layer!r}, which is not a module.",
                                        "write nn.Sequential(nn.Linear(2, 3), nn.Tanh(), …)"))
        self.layers = layers
        if seed is not None:
            self.reset_parameters(seed)

    def members(self) -> Iterator[tuple[str, Parameter | Module]]:
        """The layers by position, so that names read `0.weight`."""
        return ((str(i), layer) for i, layer in enumerate(self.layers))

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> "Module | Sequential":
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]


class MLP(Sequential):
    """Linear layers of these sizes with an activation between them, and `output` after the last.

    `activation` and `output` are classes or functions that make a module; all starts are drawn from `seed`.

    >>> MLP([2, 3, 1], activation=Tanh, output=Sigmoid, seed=0)
    MLP(
      (0): Linear(2, 3)
      (1): Tanh()
      (2): Linear(3, 1)
      (3): Sigmoid()
    )
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Callable[[], Module] = ReLU,
        output: Callable[[], Module] | None = None,
        seed: Seed = None,
    ) -> None:
        if len(sizes) < 2:
            raise ValueError(message(f"MLP({sizes!r}) has no layer.", "write two sizes or more"))
        layers: list[Module] = []
        for into, out in pairwise(sizes):
            layers += [Linear(into, out), _made("activation", activation)]
        layers.pop()
        super().__init__(*layers, *([_made("output", output)] if output else []), seed=seed)


def _made(name: str, make: Callable[[], Module]) -> Module:
    if isinstance(make, Module):
        raise TypeError(message(f"{name}={make!r} is a module, and each layer needs its own.",
                                f"write {name}=nn.{type(make).__name__}, or {name}=lambda: nn.{make!r}"))
    return make()
