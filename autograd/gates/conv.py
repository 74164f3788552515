"""Floor 2: convolution and pooling, along any number of axes.

`conv` is linear in its input x and in its weight. With its output y that makes three arrays, of which any two give the
third: `conv` makes y, `conv_transpose` x, `conv_weight` the weight. Each is the transpose of the other two.

    x       (N, C, *size)              padding   zeros (before, after), one pair per axis of `size`
    weight  (O, C / groups, *kernel)   stride    steps between windows; dilation: steps inside one
    y       (N, O, *places)            groups    parts that C and O fall into; each has its own weight

A window's numbers are laid out as a column, and the columns are multiplied by the weight, a few rows of windows at a
time, so that they stay in the processor's cache. K. Chellapilla et al., "High performance convolutional neural networks
for document processing", 2006. In memory the examples come last: what all of them have at one place lies side by side,
so that copies and sums run over long pieces. Results stay laid out so, and the next layer finds them ready.
"""
import functools
import itertools
import math
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.errors import ShapeError, message
from autograd.gate import custom, linear

Shape = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]
_CACHE = 1 << 19                         # bytes of columns at a time


# ---------------------------------------------------------------- windows
def places(name: str, size: Shape, kernel: Shape, stride: Shape, padding: Pairs, dilation: Shape) -> Shape:
    """How many windows there are along each axis."""
    sane = all(n >= 1 for n in (*kernel, *stride, *dilation)) and all(n >= 0 for pair in padding for n in pair)
    if not sane or len({len(size), len(kernel), len(stride), len(padding), len(dilation)}) > 1:
        raise ShapeError(message(f"{name} along {len(size)} axes of windows {kernel} with stride={stride}, "
                                 f"padding={padding}, dilation={dilation}.",
                                 "write one number for each axis: padding from 0, the others from 1"))
    ans = tuple((n + sum(pair) - d * (k - 1) - 1) // s + 1
                for n, k, s, pair, d in zip(size, kernel, stride, padding, dilation, strict=True))
    if any(n < 1 for n in ans):
        raise ShapeError(message(f"{name}: {size} with padding={padding} has no room for windows {kernel} with "
                                 f"dilation={dilation}.", "pad more, or take smaller windows"))
    return ans


def _padded(x: Any, padding: Pairs, value: float = 0.0) -> Any:
    """x with `value` around its last axes."""
    if not any(map(any, padding)):
        return x
    size = x.shape[x.ndim - len(padding):]
    shape = (*x.shape[:x.ndim - len(padding)], *_outer(size, padding))
    ans = np.full_like(x, value, np.result_type(x, value), shape=shape)
    _inside(ans, size, padding)[...] = x
    return ans


def _outer(size: Shape, padding: Pairs) -> Shape:
    return tuple(n + before + after for n, (before, after) in zip(size, padding, strict=True))


def _inside(x: Any, size: Shape, padding: Pairs) -> Any:
    """x without what is around it."""
    return x[(..., *(slice(before, before + n) for n, (before, _) in zip(size, padding, strict=True)))]


def _at(x: Any, place: Shape, out: Shape, stride: Shape, dilation: Shape) -> Any:
    """What stands at one place of every window: a view of shape (…, *out)."""
    return x[(..., *(slice(k * d, k * d + (n - 1) * s + 1, s)
                     for k, n, s, d in zip(place, out, stride, dilation, strict=True)))]


def _windows(x: Any, kernel: Shape, out: Shape, stride: Shape, dilation: Shape) -> Any:
    """All windows of x, (C, *size, N), as a view of shape (C, *kernel, *out, N)."""
    first, *inner, last = x.strides
    apart = [(s * d, s * step) for s, d, step in zip(inner, dilation, stride, strict=True)]
    strides = (first, *(inside for inside, _ in apart), *(between for _, between in apart), last)
    return as_strided(x, (len(x), *kernel, *out, x.shape[-1]), strides)


# ---------------------------------------------------------------- the three arrays of a convolution
def _fitting(name: str, x: Shape, weight: Shape, y: Shape | None, stride: Shape, padding: Pairs, dilation: Shape,
             groups: int) -> Shape:
    """The places along each axis, once it is known that the shapes fit each other."""
    if not 2 <= len(x) == len(weight) or groups < 1 or x[1] != weight[1] * groups or weight[0] % groups:
        raise ShapeError(message(f"{name}: an input {x} and a weight {weight} do not fit, with groups={groups}.",
                                 "give them the shapes (N, C, *size) and (O, C / groups, *kernel), O a multiple of groups"))
    out = places(name, x[2:], weight[2:], stride, padding, dilation)
    if y is not None and y != (x[0], weight[0], *out):
        raise ShapeError(message(f"{name}: an input {x} and a weight {weight} make {(x[0], weight[0], *out)}, not {y}.",
                                 "give it the size, stride, padding, dilation and groups of the convolution"))
    return out


def _examples_last(x: Any) -> Any:
    """(N, C, *size) as (C, *size, N), without gaps in memory."""
    return np.ascontiguousarray(x.transpose(*range(1, x.ndim), 0))


def _examples_first(x: Any) -> Any:
    """The same numbers as (N, C, *size)."""
    return x.transpose(x.ndim - 1, *range(x.ndim - 1))


def _matrices(weight: Any, groups: int) -> Any:
    """One matrix per group."""
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))


def _blocks(out: Shape, n: int, column: int) -> Iterator[tuple[tuple[Any, ...], slice]]:
    """Some places at a time, of which each has `column` bytes: their index in (…, *out, n), and in (…, all of these)."""
    steps: list[int] = []
    for size in reversed(out):
        steps.insert(0, max(1, _CACHE // (column or 1)))
        column *= size
    end = 0
    for starts in itertools.product(*map(range, itertools.repeat(0), out, steps)):
        some = [slice(k, min(k + step, size)) for k, step, size in zip(starts, steps, out, strict=True)]
        begin, end = end, end + n * math.prod(part.stop - part.start for part in some)
        yield (..., *some, slice(None)), slice(begin, end)


def _columns(x: Any, out: Shape, kernel: Shape, stride: Shape, padding: Pairs, dilation: Shape,
             groups: int) -> Iterator[tuple[Any, slice]]:
    """The windows of x, some places at a time, as (groups, C / groups · kernel, places · N), and where they belong."""
    windows = _windows(_examples_last(_padded(x, padding)), kernel, out, stride, dilation)
    rows = x.shape[1] * math.prod(kernel)
    for block, flat in _blocks(out, len(x), rows * len(x) * x.itemsize):
        yield windows[block].reshape(groups, rows // groups, flat.stop - flat.start), flat


def _conv(x: Any, y: Any, stride: Shape, padding: Pairs, dilation: Shape, groups: int) -> Any:
    out = _fitting("conv", np.shape(x), np.shape(y), None, stride, padding, dilation, groups)
    weight = _matrices(y, groups)
    ans = np.empty((*weight.shape[:2], math.prod(out) * len(x)), np.result_type(x, y))
    for columns, flat in _columns(x, out, y.shape[2:], stride, padding, dilation, groups):
        np.matmul(weight, columns, out=ans[..., flat])
    return _examples_first(ans.reshape(len(y), *out, len(x)))


def _conv_transpose(x: Any, y: Any, size: Shape, stride: Shape, padding: Pairs, dilation: Shape, groups: int) -> Any:
    """Every window's share, added where the window was: one place of all windows after the other."""
    n, channels, kernel = len(x), y.shape[1] * groups, y.shape[2:]
    out = _fitting("conv_transpose", (n, channels, *size), y.shape, x.shape, stride, padding, dilation, groups)
    room = tuple((d * (k - 1) - before, d * (k - 1) - after)
                 for k, d, (before, after) in zip(kernel, dilation, padding, strict=True))
    if set(stride) == {1} and len(y) <= channels and min(map(min, room)) >= 0:     # then there is less to copy than to add
        return _conv(x, _turned(y, groups), stride, room, dilation, groups)
    weight = y.reshape(groups, len(y) // groups, y.shape[1], math.prod(kernel)).transpose(3, 0, 2, 1).copy()
    x = _examples_last(x).reshape(groups, len(y) // groups, math.prod(out) * n)
    ans = np.zeros((channels, *_outer(size, padding), n), np.result_type(x, y))
    windows = _windows(ans, kernel, out, stride, dilation)
    for block, flat in _blocks(out, n, (channels + len(y)) * n * ans.itemsize):
        for place, matrix in zip(np.ndindex(kernel), weight, strict=True):
            part = windows[(slice(None), *place)][block]
            part += np.matmul(matrix, x[..., flat]).reshape(part.shape)
    return _inside(_examples_first(ans), size, padding)


def _turned(y: Any, groups: int) -> Any:
    """The weight from the output's channels to the input's, every axis turned round."""
    y = np.flip(y, tuple(range(2, y.ndim))).reshape(groups, len(y) // groups, *y.shape[1:]).swapaxes(1, 2)
    return y.reshape(y.shape[0] * y.shape[1], *y.shape[2:])


def _conv_weight(x: Any, y: Any, size: Shape, stride: Shape, padding: Pairs, dilation: Shape, groups: int) -> Any:
    """All windows, each times its share of y."""
    shape = (y.shape[1], x.shape[1] // (groups or 1), *size)
    out = _fitting("conv_weight", x.shape, shape, y.shape, stride, padding, dilation, groups)
    y = _examples_last(y).reshape(groups, shape[0] // groups, math.prod(out) * len(x))
    ans = np.zeros((groups, math.prod(shape[1:]), shape[0] // groups), np.result_type(x, y))
    for columns, flat in _columns(x, out, size, stride, padding, dilation, groups):
        ans += np.matmul(columns, y[..., flat].swapaxes(1, 2))
    return ans.swapaxes(1, 2).reshape(shape)


def _like(shape: Shape, params: dict[str, Any]) -> dict[str, Any]:
    """The keywords that give an array of this shape back."""
    return params | {"size": shape[2:]}


def _forward(params: dict[str, Any]) -> dict[str, Any]:
    """The keywords of the convolution itself."""
    return {key: value for key, value in params.items() if key != "size"}


# ---------------------------------------------------------------- pooling; axes in front of the pooled ones are free
def _max_pool(x: Any, kernel: Shape, stride: Shape, padding: Pairs, dilation: Shape) -> Any:
    out = places("max_pool", _last(x, kernel), kernel, stride, padding, dilation)
    x = _padded(x, padding, -np.inf)
    first, *others = (_at(x, place, out, stride, dilation) for place in np.ndindex(kernel))
    ans = np.maximum(first, others[0] if others else first)
    for other in others[1:]:
        np.maximum(ans, other, out=ans)
    return ans


def _reached(x: Any, y: Any, kernel: Shape, stride: Shape, padding: Pairs, dilation: Shape) -> Any:
    """Whether x has the number y at each place of a window: (places in a window, …, *out). Padding never has it."""
    x, out = _padded(x, padding, np.nan), _last(y, kernel)
    return np.stack([np.equal(_at(x, place, out, stride, dilation), y) for place in np.ndindex(kernel)])


def _count(y: Any, dtype: Any) -> Any:
    """How many places of every window are true, added in whole numbers as small as they may be."""
    return np.add.reduce(y.view(np.uint8), 0, np.min_scalar_type(len(y))).astype(dtype)


def _pool_mean(x: Any, y: Any, kernel: Shape, stride: Shape, padding: Pairs, dilation: Shape) -> Any:
    """The mean of the places of every window where y, (places in a window, …, *out), is true."""
    out = places("pool_mean", _last(x, kernel), kernel, stride, padding, dilation)
    x = _padded(x, padding)
    parts = (_at(x, place, out, stride, dilation) * where for place, where in zip(np.ndindex(kernel), y, strict=True))
    return functools.reduce(operator.iadd, parts) / _count(y, x.dtype)


def _pool_share(x: Any, y: Any, size: Shape, kernel: Shape, stride: Shape, padding: Pairs, dilation: Shape) -> Any:
    """Every window's number in equal shares, added where y is true."""
    out = places("pool_share", size, kernel, stride, padding, dilation)
    if out != _last(x, kernel):
        raise ShapeError(message(f"pool_share: windows {kernel} over {size} have {out} places, not {_last(x, kernel)}.",
                                 "give it the size and the windows of the pooling"))
    count = _count(y, x.dtype)
    share = np.divide(x, count, out=count if count.shape == x.shape else None)      # laid out as y, not as x
    ans = np.zeros_like(share, shape=(*_front(share, kernel), *_outer(size, padding)))
    overlap = any(d * (k - 1) >= s for k, s, d in zip(kernel, stride, dilation, strict=True))
    for place, where in zip(np.ndindex(kernel), y, strict=True):
        part = _at(ans, place, out, stride, dilation)
        if overlap:
            part += share * where
        else:
            np.multiply(share, where, out=part)
    return _inside(ans, size, padding)


def _last(x: Any, kernel: Shape) -> Shape:
    """The lengths of the pooled axes."""
    shape: Shape = np.shape(x)
    return shape[-len(kernel):]


def _front(x: Any, kernel: Shape) -> Shape:
    shape: Shape = np.shape(x)
    return shape[:-len(kernel)]


_WINDOWS: dict[str, Any] = {"stride": (), "padding": (), "dilation": ()}
# fmt: off
conv = linear("conv", _conv, "⋆",
              lambda g, y, shape, params: conv_transpose(g, y, **_like(shape, params)),
              lambda g, x, shape, params: conv_weight(x, g, **_like(shape, params)), **_WINDOWS, groups=1)
conv_transpose = linear("conv_transpose", _conv_transpose, "⋆ᵀ",
              lambda g, y, params: conv(g, y, **_forward(params)),
              lambda g, x, shape, params: conv_weight(g, x, **_like(shape, params)), size=(), **_WINDOWS, groups=1)
conv_weight = linear("conv_weight", _conv_weight, "⋆ʷ",
              lambda g, y, shape, params: conv_transpose(y, g, **_like(shape, params)),
              lambda g, x, params: conv(x, g, **_forward(params)), size=(), **_WINDOWS, groups=1)
max_pool = custom("max_pool", _max_pool, "max⋆",
              lambda g, x, ans, params: pool_share(g, reached(x, ans, **params), size=_last(x, params["kernel"]), **params),
              push=lambda ts, x, ans, params: pool_mean(ts[0], reached(x, ans, **params), **params), kernel=(), **_WINDOWS)
reached = custom("reached", _reached, "=max⋆", push=lambda: None, arity=2, kernel=(), **_WINDOWS)
pool_mean = linear("pool_mean", _pool_mean, "mean⋆",
              lambda g, y, shape, params: pool_share(g, y, size=shape[-len(params["kernel"]):], **params), None, kernel=(), **_WINDOWS)
pool_share = linear("pool_share", _pool_share, "mean⋆ᵀ", lambda g, y, params: pool_mean(g, y, **_forward(params)), None,
              size=(), kernel=(), **_WINDOWS)
# fmt: on
