"""Layers that keep activations in bounds: normalisation and dropout. Argument names and defaults are torch's."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.errors import ShapeError, message
from nn import functional
from nn.module import Buffer, Module, Parameter, Seed

__all__ = ["BatchNorm1d", "BatchNorm2d", "Dropout", "GroupNorm", "LayerNorm"]


class Dropout(Module):
    """Each number is 0 with probability p and else divided by 1 − p, in training mode; in evaluation mode, x itself.

    Draws come from `seed`, a number or a Generator, and from how many were made before, so that the same seed gives
    the same masks, also in a compiled training. N. Srivastava et al., "Dropout: a simple way to prevent neural
    networks from overfitting", 2014.

    >>> layer = Dropout(0.5, seed=0)
    >>> layer(np.ones(6))
    array([2., 2., 0., 2., 2., 0.])
    >>> layer.eval()(np.ones(2))
    array([1., 1.])
    """

    def __init__(self, p: float = 0.5, seed: Seed = None) -> None:
        if not 0.0 <= p <= 1.0:
            raise ValueError(message(f"Dropout cannot have p={p!r}.", "write a probability, such as 0.5"))
        self.p = p
        self.key = Buffer([0.0, 0.0], persistent=False)
        self.reset_parameters(seed)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the seed of the masks."""
        self.key.data = [float(np.random.default_rng(seed).integers(1 << 53)), 0.0]

    def forward(self, x: Any) -> Any:
        if not self.training or self.p == 0.0:
            return x
        ans = functional.dropout(x, self.p, key=self.key.data)
        self.key.data = self.key.data + np.array([0.0, 1.0])
        return ans

    def extra_repr(self) -> str:
        return f"p={self.p}"


class _BatchNorm(Module):
    """(x − mean) / √(var + eps) · weight + bias, where mean and var are those of a channel over all other axes."""

    inputs: tuple[str, ...]               # what an input may look like

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features)) if affine else None
        self.bias = Parameter(np.zeros(num_features)) if affine else None
        self.running_mean = Buffer(np.zeros(num_features)) if track_running_stats else None
        self.running_var = Buffer(np.ones(num_features)) if track_running_stats else None
        self.num_batches_tracked = Buffer(0.0) if track_running_stats else None

    def reset_parameters(self, seed: Seed = None) -> None:
        """Weight 1, bias 0, and nothing tracked yet: nothing is drawn."""
        starts = (self.weight, 1.0), (self.bias, 0.0), (self.running_mean, 0.0), (self.running_var, 1.0)
        for part, start in (*starts, (self.num_batches_tracked, 0.0)):
            if part is not None:
                part.data = np.full(part.shape, start, part.dtype)

    def forward(self, x: Any) -> Any:
        self._check(np.shape(x))
        others = (0, *range(2, x.ndim))
        if not self.training and self.running_mean is not None and self.running_var is not None:
            mean, var = self.running_mean.data, self.running_var.data
        else:
            mean, var = np.mean(x, axis=others), np.var(x, axis=others)
            if self.training:
                self._track(mean, var, math.prod(np.shape(x)) // self.num_features)
        return functional.batch_norm(x, mean, var, self.weight, self.bias, eps=self.eps)

    def _check(self, shape: tuple[int, ...]) -> None:
        expected = " or ".join(f"({axes})" for axes in self.inputs).replace("C", str(self.num_features))
        if len(shape) not in [len(axes.split()) for axes in self.inputs] or shape[1] != self.num_features:
            raise ShapeError(message(f"{self!r} got an input of shape {shape}.", f"give it inputs of shape {expected}"))
        if self.training and math.prod(shape) <= self.num_features:
            raise ShapeError(message(f"{self!r} got an input of shape {shape}: one number has no variance.",
                                     "train on larger batches, or call eval()"))

    def _track(self, mean: Any, var: Any, n: int) -> None:
        """Move the running mean and unbiased variance on."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        with no_grad():
            seen = self.num_batches_tracked.data = self.num_batches_tracked.data + 1.0
            share = 1.0 / seen if self.momentum is None else self.momentum
            for running, new in ((self.running_mean, mean), (self.running_var, var * (n / (n - 1)))):
                running.data = (1.0 - share) * running.data + share * new

    def extra_repr(self) -> str:
        usual = {"eps": 1e-5, "momentum": 0.1}
        given = [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        flags = [("affine", self.weight), ("track_running_stats", self.running_mean)]
        return ", ".join([str(self.num_features), *given, *(f"{name}=False" for name, part in flags if part is None)])


class BatchNorm1d(_BatchNorm):
    """(x − mean) / √(var + eps) · weight + bias for each channel of (N, C) or (N, C, L).

    In training mode mean and variance are those of the batch, and `running_mean` and `running_var` (with n/(n − 1))
    move towards them by `momentum`, or with None to the mean over all batches; in evaluation mode these two are used.
    Raises `ShapeError` for other shapes, and in training for one number in a channel. S. Ioffe and C. Szegedy, "Batch
    normalization: accelerating deep network training by reducing internal covariate shift", 2015.

    >>> layer = BatchNorm1d(2)
    >>> layer(np.array([[1.0, 10.0], [3.0, 30.0]])).data.round(2)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> layer.running_mean.data
    array([0.2, 2. ])
    """

    inputs = "N, C", "N, C, L"


class BatchNorm2d(_BatchNorm):
    """The same for each channel of (N, C, H, W).

    >>> BatchNorm2d(3)(np.random.default_rng(0).normal(size=(2, 3, 4, 4))).shape
    (2, 3, 4, 4)
    """

    inputs = ("N, C, H, W",)


class _Affine(Module):
    """A normalisation without statistics of its own, and a weight and a bias after it."""

    def _affine(self, shape: tuple[int, ...], weight: bool, bias: bool) -> None:
        self.weight = Parameter(np.ones(shape)) if weight else None
        self.bias = Parameter(np.zeros(shape)) if weight and bias else None

    def reset_parameters(self, seed: Seed = None) -> None:
        """Weight 1 and bias 0: nothing is drawn."""
        for part, start in ((self.weight, 1.0), (self.bias, 0.0)):
            if part is not None:
                part.data = np.full(part.shape, start, part.dtype)

    def _named(self) -> str:
        """The layer and where it is in the model."""
        return f"{self!r}" + (f", its weight {self.weight.name!r}," if self.weight is not None else "")


class LayerNorm(_Affine):
    """(x − mean) / √(var + eps) · weight + bias, with mean and var over the last axes, `normalized_shape`.

    `weight` and `bias` have that shape and start at 1 and 0. Raises `ShapeError` when x ends in other axes. J. L. Ba
    et al., "Layer normalization", 2016.

    >>> LayerNorm(2)(np.array([[1.0, 3.0]])).data.round(2)
    array([[-1.,  1.]])
    """

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True,
                 bias: bool = True) -> None:
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        if not self.normalized_shape or min(self.normalized_shape) < 1:
            raise ValueError(message(f"LayerNorm({normalized_shape}) has nothing to take a mean of.",
                                     "write the sizes of the last axes"))
        self.eps = eps
        self._affine(self.normalized_shape, elementwise_affine, bias)

    def forward(self, x: Any) -> Any:
        if np.shape(x)[-len(self.normalized_shape):] != self.normalized_shape:
            sizes = ", ".join(map(str, self.normalized_shape))
            raise ShapeError(message(f"{self._named()} got an input of shape {np.shape(x)}.",
                                     f"give it inputs of shape (…, {sizes})"))
        return functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}" + (f", eps={self.eps}" if self.eps != 1e-5 else "")


class GroupNorm(_Affine):
    """(x − mean) / √(var + eps) · weight + bias for x (N, C, …), with mean and var over C / num_groups channels each.

    `weight` and `bias` are (num_channels,) and start at 1 and 0. Raises `ShapeError`. Y. Wu and K. He, "Group
    normalization", 2018.

    >>> GroupNorm(2, 4)(np.array([[1.0, 3.0, 10.0, 30.0]])).data.round(2)
    array([[-1.,  1., -1.,  1.]])
    """

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True) -> None:
        if num_groups < 1 or num_channels < 1 or num_channels % num_groups:
            raise ValueError(message(f"GroupNorm: {num_channels} channels do not fall into {num_groups} groups.",
                                     "write a number of channels that num_groups divides"))
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self._affine((num_channels,), affine, bias=True)

    def forward(self, x: Any) -> Any:
        if np.ndim(x) < 2 or np.shape(x)[1] != self.num_channels:
            raise ShapeError(message(f"{self._named()} got an input of shape {np.shape(x)}.",
                                     f"give it inputs of shape (N, {self.num_channels}, …)"))
        return functional.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}" + (f", eps={self.eps}" if self.eps != 1e-5 else "")
