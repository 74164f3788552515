"""Layers that slide windows along one or two axes. Argument names, defaults and weight shapes are torch's."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from nn import functional, init
from nn.functional.windows import Sizes, per_axis
from nn.module import Module, Parameter, Seed

__all__ = ["AvgPool1d", "AvgPool2d", "Conv1d", "Conv2d", "MaxPool1d", "MaxPool2d"]


class _Conv(Module):
    """Convolution along `axes` axes, by a function of `nn.functional`."""

    function: Callable[..., Any]
    axes: int

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        seed: Seed = None,
    ) -> None:
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride, self.dilation = per_axis("stride", stride, self.axes), per_axis("dilation", dilation, self.axes)
        self.padding = padding if isinstance(padding, str) else per_axis("padding", padding, self.axes)
        name = type(self).__name__
        if min(in_channels, out_channels, groups, *self.kernel_size) < 1:
            raise ValueError(message(f"{name}({in_channels}, {out_channels}, {kernel_size}, groups={groups}) connects "
                                     "nothing.", "write channels, sizes and groups of at least 1"))
        if in_channels % groups or out_channels % groups:
            raise ValueError(message(f"{name}: {in_channels} and {out_channels} channels do not fall into {groups} "
                                     "groups.", "write numbers of channels that groups divides"))
        self.weight = Parameter(np.zeros((out_channels, in_channels // groups, *self.kernel_size)))
        self.bias = Parameter(np.zeros(out_channels)) if bias else None
        self.reset_parameters(seed)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the weight, then the bias."""
        rng, bound = np.random.default_rng(seed), 1 / math.sqrt(math.prod(self.weight.shape[1:]))
        init.uniform_(self.weight, -bound, bound, rng)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, x: Any) -> Any:
        windows = self.stride, self.padding, self.dilation, self.groups
        try:
            return type(self).function(x, self.weight, self.bias, *windows)
        except ShapeError:
            least = " by ".join(str(d * (k - 1) + 1) for k, d in zip(self.kernel_size, self.dilation, strict=True))
            raise ShapeError(message(f"{self!r} got an input of shape {np.shape(x)}; "
                                     f"its weight {self.weight.name!r} is {self.weight.shape}.",
                                     f"give it inputs of shape (N, {self.in_channels}, {', '.join('HW'[:self.axes])}) "
                                     f"that with their padding are at least {least}")) from None

    def extra_repr(self) -> str:
        given = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        usual = {"padding": (0,) * self.axes, "dilation": (1,) * self.axes, "groups": 1}
        given += [f"{name}={getattr(self, name)!r}" for name, value in usual.items() if getattr(self, name) != value]
        return ", ".join(given + ["bias=False"] * (self.bias is None))


class Conv1d(_Conv):
    """`functional.conv1d` with parameters: (N, in_channels, L) to (N, out_channels, L'); as `Conv2d`.

    >>> Conv1d(2, 3, kernel_size=5, padding="same", seed=0)(np.ones((4, 2, 9))).shape
    (4, 3, 9)
    """

    function, axes = functional.conv1d, 1


class Conv2d(_Conv):
    """`functional.conv2d` with parameters: (N, in_channels, H, W) to (N, out_channels, H', W').

    `weight` is (out_channels, in_channels / groups, *kernel_size) and `bias` (out_channels,); both start uniform on
    ±1/√fan_in, where fan_in is how many numbers one output sums, drawn from `seed`, a number or a Generator. Raises
    `ShapeError` when x has another number of channels, or no room for a window.

    >>> Conv2d(1, 16, kernel_size=3, padding=1, seed=0)(np.ones((4, 1, 28, 28))).shape
    (4, 16, 28, 28)
    """

    function, axes = functional.conv2d, 2


# ---------------------------------------------------------------- pooling
class _Pool(Module):
    """A function of `nn.functional` with the keywords that the layer was made with."""

    function: Callable[..., Any]
    keywords: tuple[str, ...]

    def forward(self, x: Any) -> Any:
        return type(self).function(x, **{name: getattr(self, name) for name in self.keywords})

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={getattr(self, name)}" for name in self.keywords)


class _MaxPool(_Pool):
    """The windows of `max_pool1d` and `max_pool2d`."""

    keywords = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1, *,
                 ceil_mode: bool = False) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation, self.ceil_mode = padding, dilation, ceil_mode


class MaxPool1d(_MaxPool):
    """The largest number of every window along the last axis, as `functional.max_pool1d`.

    >>> MaxPool1d(2)(np.array([[1.0, 2.0, 4.0, 3.0]]))
    array([[2., 4.]])
    """

    function = functional.max_pool1d


class MaxPool2d(_MaxPool):
    """The largest number of every window along the last two axes, as `functional.max_pool2d`.

    >>> MaxPool2d(2)(np.zeros((4, 16, 28, 28))).shape
    (4, 16, 14, 14)
    """

    function = functional.max_pool2d


class _AvgPool(_Pool):
    """The windows of `avg_pool1d` and `avg_pool2d`."""

    keywords: tuple[str, ...] = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad")

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
                 count_include_pad: bool = True) -> None:
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad


class AvgPool1d(_AvgPool):
    """The mean of every window along the last axis, as `functional.avg_pool1d`.

    >>> AvgPool1d(2)(np.array([[1.0, 2.0, 4.0, 3.0]]))
    array([[1.5, 3.5]])
    """

    function = functional.avg_pool1d


class AvgPool2d(_AvgPool):
    """The mean of every window along the last two axes, as `functional.avg_pool2d`.

    >>> AvgPool2d(2)(np.zeros((4, 16, 28, 28))).shape
    (4, 16, 14, 14)
    """

    function = functional.avg_pool2d
    keywords = (*_AvgPool.keywords, "divisor_override")

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
                 count_include_pad: bool = True, divisor_override: int | None = None) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        self.divisor_override = divisor_override
