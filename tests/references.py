"""What gates compute that NumPy has no function for, and what it has one for that is not exact enough."""
from typing import Any

import numpy as np

from autograd.gates.index import _BLANK
from tests import special

Shape = tuple[int, ...]


def sigmoid(x: Any) -> Any:
    return np.exp(-np.logaddexp(0.0, -x))


def erf(x: Any) -> Any:
    """The Maclaurin series (DLMF 7.6.1), in the dtype of x."""
    return np.asarray(special.erf(np.asarray(x, np.result_type(x, np.longdouble)))).astype(np.result_type(x))[()]


def interval(x: Any, xp: Any) -> Any:
    """Count the ones that are not above x, but for the first."""
    return np.sum(np.asarray(x)[..., None] >= xp[1:], axis=-1)


def hyp0f1(x: Any, b: float) -> Any:
    """The spherical Bessel functions of order 0 and 1 as sines (DLMF 10.49.3), divided by what they are at 0."""
    u = 2.0 * np.sqrt(-x)
    return np.sin(u) / u if b == 1.5 else 3.0 * (np.sin(u) / u - np.cos(u)) / u**2


def logsumexp(x: Any, axis: Any, keepdims: bool) -> Any:
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def scatter(g: Any, index: Any, shape: Shape) -> Any:
    """Every number of `g` added at the place that `index` takes it from."""
    ans = np.zeros(shape, g.dtype).reshape(-1)
    for place, value in zip(np.arange(ans.size).reshape(shape)[index].flat, np.asarray(g).flat, strict=True):
        ans[place] += value
    return ans.reshape(shape)


def fitted(x: Any, shape: Shape, dtype: Any) -> Any:
    """Sums along the axes that `shape` has not, or has with length one; copies along those that x has not."""
    x = np.sum(x, axis=tuple(range(max(x.ndim - len(shape), 0))))
    long = [a for a in range(x.ndim) if shape[a - x.ndim] == 1]
    return np.sum(x, axis=tuple(long), keepdims=True) + np.zeros(shape)


def filled(index: tuple[Any, ...], at: tuple[Any, ...]) -> tuple[Any, ...]:
    """The index with the k-th of `at` in its k-th blank."""
    blanks = [k for k, part in enumerate(index) if part is _BLANK]
    return tuple(at[blanks.index(k)] if k in blanks else part for k, part in enumerate(index))


def put(x: Any, y: Any, index: Any) -> Any:
    ans = np.array(x, np.result_type(x, y))
    ans[index] = y
    return ans


def added(x: Any, y: Any, index: Any) -> Any:
    """One number of `y` after the other, each in an array of its own that is zero elsewhere."""
    every = np.arange(x.size).reshape(x.shape)
    places = every[index]
    return x + sum(value * (every == place)
                   for place, value in zip(places.flat, np.broadcast_to(y, places.shape).flat, strict=True))


def recur(x: Any, y: Any) -> Any:
    """ans[k] = Σ_j≤k x[j] · y[j+1] ··· y[k]"""
    return np.stack([sum(x[j] * np.prod(y[j + 1:k + 1], axis=0) for j in range(k + 1)) for k in range(len(x))])


def partition_from(x: Any, kth: Any, axis: int) -> Any:
    """For each number of the partition, where it stands in x."""
    x = np.asarray(x, float)                             # NumPy may arrange numbers of another dtype in another way
    from_, to = np.moveaxis(x, axis, -1), np.moveaxis(np.partition(x, kth, axis), axis, -1)
    return np.moveaxis(np.argmax(from_[..., None, :] == to[..., None], axis=-1), -1, axis)


def stream(key: Any) -> np.random.Generator:
    """The stream of a key: that of its seed, as many long jumps on as there were draws before."""
    bits = np.random.Philox(key=int(key[0]))
    return np.random.Generator(bits.jumped(int(key[1])))


def placed(kernel: Shape, stride: Shape, dilation: Shape, out: Shape) -> Any:
    """Every place of a window, with the index of what stands there in all of them."""
    for place in np.ndindex(kernel):
        yield place, tuple(np.arange(n) * s + k * d for k, n, s, d in zip(place, out, stride, dilation, strict=True))


def conv_shape(x: Shape, weight: Shape, stride: Shape, padding: Any, dilation: Shape, groups: int) -> Shape:
    return x[0], weight[0], *pool_shape(x[2:], weight[2:], stride, padding, dilation)


def conv(x: Any, weight: Any, stride: Shape, padding: Any, dilation: Shape, groups: int) -> Any:
    """One channel of one group after the other, one place of the window after the other."""
    shape = conv_shape(x.shape, weight.shape, stride, padding, dilation, groups)
    x = np.pad(x, ((0, 0), (0, 0), *padding))
    ans = np.zeros(shape, np.result_type(x, weight))
    for o, c in np.ndindex(weight.shape[:2]):
        for place, index in placed(weight.shape[2:], stride, dilation, shape[2:]):
            channel = x[:, o // (shape[1] // groups) * weight.shape[1] + c]
            ans[:, o] += weight[o, c, *place] * channel[:, *np.ix_(*index)]
    return ans


def conv_transpose(y: Any, weight: Any, size: Shape, groups: int, **windows: Any) -> Any:
    """The transpose, one number of the input after the other."""
    return transposed(lambda x: conv(x, weight, groups=groups, **windows), y, (len(y), weight.shape[1] * groups, *size))


def conv_weight(x: Any, y: Any, size: Shape, groups: int, **windows: Any) -> Any:
    """The transpose, one number of the weight after the other."""
    return transposed(lambda w: conv(x, w, groups=groups, **windows), y, (y.shape[1], x.shape[1] // groups, *size))


def transposed(f: Any, y: Any, shape: Shape) -> Any:
    units = np.eye(int(np.prod(shape)), dtype=np.result_type(y)).reshape(-1, *shape)
    return np.array([np.sum(f(unit) * y) for unit in units]).reshape(shape)


def pool_shape(x: Shape, kernel: Shape, stride: Shape, padding: Any, dilation: Shape) -> Shape:
    """The shape of x pooled along its last axes: windows are placed as long as they end inside."""
    front, last = x[:len(x) - len(kernel)], x[len(x) - len(kernel):]
    return *front, *(len(range(0, n + sum(pair) - d * (k - 1), s))
                     for n, k, s, pair, d in zip(last, kernel, stride, padding, dilation, strict=True))


def pooled(x: Any, value: float, kernel: Shape, stride: Shape, padding: Any, dilation: Shape) -> Any:
    """All windows, (places in a window, …, *out), with `value` around x."""
    front = x.ndim - len(kernel)
    out = pool_shape(x.shape, kernel, stride, padding, dilation)[front:]
    x = np.pad(np.asarray(x, np.result_type(x, 1.0)), ((0, 0),) * front + padding, constant_values=value)
    return np.stack([x[..., *np.ix_(*index)] for _, index in placed(kernel, stride, dilation, out)])


def max_pool(x: Any, **windows: Any) -> Any:
    return pooled(x, -np.inf, **windows).max(axis=0)


def reached(x: Any, y: Any, **windows: Any) -> Any:
    return pooled(x, np.nan, **windows) == y


def pool_mean(x: Any, where: Any, **windows: Any) -> Any:
    return np.mean(pooled(x, 0.0, **windows), axis=0, where=where)


def pool_share(y: Any, where: Any, size: Shape, kernel: Shape, **windows: Any) -> Any:
    shape = (*y.shape[:y.ndim - len(kernel)], *size)
    return transposed(lambda x: pool_mean(x, where, kernel=kernel, **windows), y, shape)
