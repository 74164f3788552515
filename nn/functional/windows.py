"""Convolution and pooling: windows that slide along one or two axes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from autograd.gates.conv import conv, max_pool, pool_mean, reached
from autograd.gates.index import getitem
from autograd.gates.shape import expand_dims, reshape

__all__ = ["avg_pool1d", "avg_pool2d", "conv1d", "conv2d", "max_pool1d", "max_pool2d"]

Sizes = int | Sequence[int]


# ---------------------------------------------------------------- convolution
def conv1d(x: Any, weight: Any, bias: Any = None, stride: Sizes = 1, padding: Sizes | str = 0, dilation: Sizes = 1,
           groups: int = 1) -> Any:
    """`conv2d` along one axis: x is (N, C, L) or (C, L).

    >>> conv1d(np.array([[1.0, 2.0, 4.0]]), np.array([[[-1.0, 1.0]]]))
    array([[1., 2.]])
    """
    return _conv(1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(x: Any, weight: Any, bias: Any = None, stride: Sizes = 1, padding: Sizes | str = 0, dilation: Sizes = 1,
           groups: int = 1) -> Any:
    """ans[n, o, i, j] = bias[o] + Σ weight[o, c, k, l] · x[n, c, i·stride + k·dilation, j·stride + l·dilation].

    x is (N, C, H, W) or (C, H, W), weight (O, C / groups, kH, kW), bias (O,). `stride`, `padding` and `dilation` are
    one number, or one for each axis. Padding may be "valid", which is none, or "same", which with stride 1 keeps H
    and W. Each of the `groups` has its own part of C and of O. Raises `ShapeError` where shapes do not fit.

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), padding="same")[0, 0]
    array([[4., 6., 4.],
           [6., 9., 6.],
           [4., 6., 4.]])
    """
    return _conv(2, x, weight, bias, stride, padding, dilation, groups)


def _conv(axes: int, x: Any, weight: Any, bias: Any, stride: Sizes, padding: Sizes | str, dilation: Sizes,
          groups: int) -> Any:
    if len(np.shape(weight)) != axes + 2 or len(np.shape(x)) not in (axes + 1, axes + 2):
        raise ShapeError(message(f"conv{axes}d of an input {np.shape(x)} and a weight {np.shape(weight)}.",
                                 f"give it a weight of {axes + 2} axes, and an input of as many, or one less"))
    if len(np.shape(x)) == axes + 1:
        return getitem(_conv(axes, expand_dims(x, 0), weight, bias, stride, padding, dilation, groups), 0)
    windows = {"stride": per_axis("stride", stride, axes), "dilation": per_axis("dilation", dilation, axes)}
    room = _room(padding, np.shape(weight)[2:], **windows)
    ans = conv(x, weight, **windows, padding=room, groups=groups)
    return ans if bias is None else ans + reshape(bias, (-1, *[1] * axes))


def _room(padding: Sizes | str, kernel: Sequence[int], stride: Sequence[int],
          dilation: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """The padding before and after each axis."""
    if padding == "same" and set(stride) == {1}:
        whole = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((n // 2, n - n // 2) for n in whole)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(message(f"padding={padding!r} with stride={stride}.",
                                 "write numbers, 'valid', or with stride 1 'same'"))
    return tuple((n, n) for n in per_axis("padding", 0 if isinstance(padding, str) else padding, len(stride)))


def per_axis(name: str, value: Sizes, axes: int) -> tuple[int, ...]:
    """One number for each axis.

    >>> per_axis("stride", 2, 2)
    (2, 2)
    """
    ans = (value,) * axes if isinstance(value, int) else tuple(value)
    if len(ans) != axes:
        raise ValueError(message(f"{name}={value!r} along {axes} axes.", "write one number, or one for each axis"))
    return ans


# ---------------------------------------------------------------- pooling
def max_pool1d(x: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
               ceil_mode: bool = False) -> Any:
    """`max_pool2d` along one axis, the last.

    >>> max_pool1d(np.array([[1.0, 2.0, 4.0, 3.0]]), 2)
    array([[2., 4.]])
    """
    return max_pool(x, **_windows(1, x, kernel_size, stride, padding, dilation, ceil_mode))


def max_pool2d(x: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
               ceil_mode: bool = False) -> Any:
    """The largest number of every window that slides along the last two axes of x, (N, C, H, W) or (C, H, W).

    `stride` is the kernel's size if it is None. Padding is never the largest. With `ceil_mode` a last window may hang
    over the end. All that reach the maximum have an equal share in the gradient. Raises `ShapeError`.

    >>> max_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 5.,  7.],
            [13., 15.]]])
    """
    return max_pool(x, **_windows(2, x, kernel_size, stride, padding, dilation, ceil_mode))


def avg_pool1d(x: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
               count_include_pad: bool = True) -> Any:
    """`avg_pool2d` along one axis, the last.

    >>> avg_pool1d(np.array([[1.0, 2.0, 4.0, 3.0]]), 2)
    array([[1.5, 3.5]])
    """
    return _avg_pool(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(x: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
               count_include_pad: bool = True, divisor_override: int | None = None) -> Any:
    """The mean of every window that slides along the last two axes of x, (N, C, H, W) or (C, H, W).

    Windows are those of `max_pool2d`. The zeros of the padding count, unless `count_include_pad` is False; what hangs
    over the end with `ceil_mode` never does. `divisor_override` divides the sum in place of the number that counts.

    >>> avg_pool2d(np.arange(16.0).reshape(1, 4, 4), 2)
    array([[[ 2.5,  4.5],
            [10.5, 12.5]]])
    """
    return _avg_pool(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _avg_pool(axes: int, x: Any, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, ceil_mode: bool,
              count_include_pad: bool, divisor: int | None = None) -> Any:
    windows = _windows(axes, x, kernel_size, stride, padding, 1, ceil_mode)
    counted, around = np.ones(np.shape(x)[-axes:]), windows["padding"]
    if count_include_pad:
        whole = per_axis("padding", padding, axes)
        counted = np.pad(counted, [(n, n) for n in whole], constant_values=1.0)
        around = tuple((0, after - n) for (_, after), n in zip(around, whole, strict=True))
    windows_of_counted = windows | {"padding": around}
    where = reached(counted, max_pool(counted, **windows_of_counted), **windows_of_counted)
    ans = pool_mean(x, where, **windows)
    return ans if divisor is None else ans * (where.sum(axis=0) / divisor).astype(ans.dtype)


def _windows(axes: int, x: Any, kernel_size: Sizes, stride: Sizes | None, padding: Sizes, dilation: Sizes,
             ceil_mode: bool) -> dict[str, Any]:
    """Keywords of the pooling gates."""
    size = np.shape(x)[-axes:]
    if len(size) < axes:
        raise ShapeError(message(f"max_pool{axes}d or avg_pool{axes}d of an input {np.shape(x)}.",
                                 f"give it an input of {axes} axes or more"))
    kernel = per_axis("kernel_size", kernel_size, axes)
    steps = kernel if stride is None else per_axis("stride", stride, axes)
    inner, around = per_axis("dilation", dilation, axes), per_axis("padding", padding, axes)
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, inner, strict=True)]
    if any(2 * n > span for n, span in zip(around, spans, strict=True)):
        raise ValueError(message(f"padding={padding} with windows {tuple(spans)}: some would see the padding alone.",
                                 "pad by half a window at most"))
    over = [_overhang(*row) if ceil_mode else 0 for row in zip(size, spans, steps, around, strict=True)]
    return {"kernel": kernel, "stride": steps, "dilation": inner,
            "padding": tuple((n, n + more) for n, more in zip(around, over, strict=True))}


def _overhang(size: int, span: int, step: int, around: int) -> int:
    """How far a last window hangs over the end; none may begin beyond the input."""
    more = -(size + 2 * around - span) % step
    begins = size + 2 * around - span + more
    return more if begins < size + around else 0
