"""Layers that keep activations in bounds: normalisation and dropout. Argument names and defaults are torch's."""

import math
from typing import Any

import numpy as np

from autograd import no_grad
from autograd.errors import ShapeError, message
from autograd.gates.random import uniform
from nn.module import Buffer, Module, Parameter, Seed

__all__ = ["BatchNorm1d", "BatchNorm2d", "Dropout"]


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
        kept = uniform(self.key.data, shape=x.shape) >= self.p
        self.key.data = self.key.data + np.array([0.0, 1.0])
        return x * (kept / (1.0 - self.p)).astype(x.dtype) if self.p < 1.0 else x * 0.0

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
        along = (self.num_features, *[1] * (x.ndim - 2))
        scale = 1.0 / np.sqrt(var + self.eps)
        if self.weight is None or self.bias is None:
            return (x - mean.reshape(along)) * scale.reshape(along)
        return (x - mean.reshape(along)) * (scale * self.weight).reshape(along) + self.bias.reshape(along)

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
