"""Layers, and the models that chain them. Argument names and weight shapes are torch's."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np

from autograd.errors import DataError, ShapeError, message
from autograd.gates.shape import reshape
from nn import functional, init
from nn.activations import ReLU
from nn.module import Module, Parameter, Seed

__all__ = ["MLP", "Bilinear", "Embedding", "Flatten", "Identity", "Linear", "Residual", "Sequential"]


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
            return functional.linear(x, self.weight, self.bias)
        except ShapeError:
            raise ShapeError(message(f"{self!r} got an input of shape {np.shape(x)}; "
                                     f"its weight {self.weight.name!r} is {self.weight.shape}.",
                                     f"give it inputs of shape (…, {self.in_features})")) from None

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}" + ("" if self.bias is not None else ", bias=False")


class Bilinear(Module):
    """x1ᵀ·A[o]·x2 + b[o] for every output o: (…, in1_features) and (…, in2_features) to (…, out_features).

    `weight` A is (out_features, in1_features, in2_features) and `bias` (out_features,); both start uniform on
    ±1/√in1_features, drawn from `seed`. Raises `ShapeError` when an input has another number of features.

    >>> Bilinear(3, 4, 2, seed=0)(np.ones((5, 3)), np.ones((5, 4))).shape
    (5, 2)
    """

    def __init__(self, in1_features: int, in2_features: int, out_features: int, bias: bool = True,
                 seed: Seed = None) -> None:
        if min(in1_features, in2_features, out_features) < 1:
            raise ValueError(message(f"Bilinear({in1_features}, {in2_features}, {out_features}) connects nothing.",
                                     "write the numbers of inputs and outputs, all at least 1"))
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = Parameter(np.zeros((out_features, in1_features, in2_features)))
        self.bias = Parameter(np.zeros(out_features)) if bias else None
        self.reset_parameters(seed)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the weight, then the bias."""
        rng, bound = np.random.default_rng(seed), 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound, rng)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, x1: Any, x2: Any) -> Any:
        one, two = np.shape(x1), np.shape(x2)
        if one[:-1] != two[:-1] or (one[-1:], two[-1:]) != ((self.in1_features,), (self.in2_features,)):
            raise ShapeError(message(f"{self!r} got inputs of shapes {one} and {two}; "
                                     f"its weight {self.weight.name!r} is {self.weight.shape}.",
                                     f"give it inputs of shapes (…, {self.in1_features}) and (…, {self.in2_features})"))
        return functional.bilinear(x1, x2, self.weight, self.bias)

    def extra_repr(self) -> str:
        sizes = f"{self.in1_features}, {self.in2_features}, {self.out_features}"
        return sizes + ("" if self.bias is not None else ", bias=False")


class Embedding(Module):
    """A row of `weight` (num_embeddings, embedding_dim) for each whole number: (…) to (…, embedding_dim).

    The rows start from the normal distribution, drawn from `seed`; row `padding_idx` starts as 0 and is not trained.
    Raises `DataError` for numbers that are not whole, or not from 0 to num_embeddings − 1.

    >>> layer = Embedding(10, 3, padding_idx=0, seed=0)
    >>> layer([[4, 0], [7, 7]]).shape
    (2, 2, 3)
    >>> layer([0]).data
    array([[0., 0., 0.]])
    """

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None,
                 seed: Seed = None) -> None:
        if min(num_embeddings, embedding_dim) < 1:
            raise ValueError(message(f"Embedding({num_embeddings}, {embedding_dim}) holds nothing.",
                                     "write how many rows there are and how long, both at least 1"))
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(message(f"Embedding: padding_idx={padding_idx} is none of {num_embeddings} rows.",
                                     f"write a row from 0 to {num_embeddings - 1}"))
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = Parameter(np.zeros((num_embeddings, embedding_dim)))
        self.reset_parameters(seed)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the rows; that of `padding_idx` is 0."""
        start = np.random.default_rng(seed).normal(size=self.weight.shape)
        if self.padding_idx is not None:
            start[self.padding_idx] = 0.0
        self.weight.data = start.astype(self.weight.dtype)

    def forward(self, x: Any) -> Any:
        try:
            return functional.embedding(x, self.weight, self.padding_idx)
        except DataError as error:
            error.add_note(f"  in {self!r}, its weight {self.weight.name!r}")
            raise

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


class Flatten(Module):
    """The axes from `start_dim` to `end_dim` joined into one, by default all but the first: (N, …) to (N, everything).

    >>> Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Any:
        shape, axes = np.shape(x), np.ndim(x)
        first, last = (dim + axes if dim < 0 else dim for dim in (self.start_dim, self.end_dim))
        return reshape(x, (*shape[:first], math.prod(shape[first:last + 1]), *shape[last + 1:]))

    def extra_repr(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"{self.start_dim}, {self.end_dim}"


class Identity(Module):
    """x itself, to stand where a layer is expected.

    >>> Identity()(3.0)
    3.0
    """

    def forward(self, x: Any) -> Any:
        return x


class Residual(Module):
    """x + module(x). K. He et al., "Deep residual learning for image recognition", 2016.

    Raises `ShapeError` when the module gives another shape than it got.

    >>> Residual(Linear(3, 3, bias=False, seed=0))(np.zeros(3)).data
    array([0., 0., 0.])
    """

    def __init__(self, module: Module) -> None:
        if not isinstance(module, Module):
            raise TypeError(message(f"Residual got {module!r}, which is not a module.",
                                    "write nn.Residual(nn.Sequential(…))"))
        self.module = module

    def forward(self, x: Any) -> Any:
        ans = self.module(x)
        if np.shape(ans) != np.shape(x):
            raise ShapeError(message(f"Residual got an input of shape {np.shape(x)}, and its {self.module!r} made "
                                     f"{np.shape(ans)} of it.", "give it a module that keeps the shape"))
        return x + ans


# ---------------------------------------------------------------- chains
class Sequential(Module):
    """Modules one after the other. An index gives a layer, or sets it; a slice gives a Sequential of the same layers.

    Layers are named by their place, or by the keys of one dict. With a `seed`, a number or a Generator, the layers
    draw their start anew from it, in order.

    >>> model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1), seed=0)
    >>> model[-1]
    Linear(3, 1)
    >>> Sequential({"hidden": Linear(2, 3), "out": Linear(3, 1)}).out
    Linear(3, 1)
    """

    def __init__(self, *layers: Module | Mapping[str, Module], seed: Seed = None) -> None:
        named = layers[0] if len(layers) == 1 and isinstance(layers[0], Mapping) else dict(enumerate(layers))
        self.layers: dict[str, Module] = {}
        self.layers = {str(name): self._checked(str(name), layer) for name, layer in named.items()}
        if seed is not None:
            self.reset_parameters(seed)

    def append(self, module: Module) -> Self:
        """Put a module after the last one, and return the whole.

        >>> Sequential(Linear(2, 3)).append(ReLU())[-1]
        ReLU()
        """
        name = str(len(self))
        self.layers = self.layers | {name: self._checked(name, module)}
        return self

    def _module(self, layer: Any) -> Module:
        if not isinstance(layer, Module):
            remedy = "write nn.Sequential(*layers)" if isinstance(layer, list | tuple) else (
                "write nn.Sequential(nn.Linear(2, 3), nn.Tanh(), …)")
            raise TypeError(message(f"Sequential got {layer!r}, which is not a module.", remedy))
        return layer

    def _checked(self, name: str, layer: Any) -> Module:
        if not name or "." in name or hasattr(type(self), name) or name in (*vars(self), *self.layers):
            raise ValueError(message(f"Sequential cannot name a layer {name!r}.",
                                     "write names of their own, without dots, that no method has"))
        return self._module(layer)

    def members(self) -> Iterator[tuple[str, Parameter | Module]]:
        """The layers by position or name, so that names read `0.weight`."""
        return iter(self.layers.items())

    def forward(self, x: Any) -> Any:
        for layer in self:
            x = layer(x)
        return x

    if not TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any:
            layers = vars(self).get("layers", {})
            return layers[name] if name in layers else super().__getattr__(name)

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers.values())

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> "Module | Sequential":
        if isinstance(index, slice):
            return Sequential(dict(list(self.layers.items())[index]))
        return list(self)[index]

    def __setitem__(self, index: int, layer: Module) -> None:
        self.layers = self.layers | {list(self.layers)[index]: self._module(layer)}


class MLP(Sequential):
    """Linear layers of these sizes with an activation between them, and `output` after the last.

    `activation` and `output` are classes or functions that make a module; all starts are drawn from `seed`.

    >>> import nn
    >>> MLP([2, 3, 1], activation=nn.Tanh, output=nn.Sigmoid, seed=0)
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
