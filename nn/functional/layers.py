"""What layers compute, as functions of their parameters."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import Tensor, is_traced, no_grad
from autograd.errors import DataError, ShapeError, message
from autograd.gates.contract import einsum, matmul
from autograd.gates.elementwise import where
from autograd.gates.index import pick
from autograd.gates.random import uniform
from autograd.gates.shape import reshape
from nn.functional.activations import softmax

__all__ = [
    "batch_norm", "bilinear", "dropout", "embedding", "generate_square_subsequent_mask", "group_norm", "layer_norm",
    "linear", "scaled_dot_product_attention",
]


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x·Wᵀ + b: x (…, in), weight (out, in), bias (out,), result (…, out).

    >>> linear(np.ones(2), np.ones((3, 2)), np.ones(3))
    array([3., 3., 3.])
    """
    ans = matmul(x, weight.T)
    return ans if bias is None else ans + bias


def bilinear(x1: Any, x2: Any, weight: Any, bias: Any = None) -> Any:
    """ans[…, o] = Σ x1[…, i]·weight[o, i, j]·x2[…, j] + bias[o].

    >>> bilinear(np.ones(2), np.ones(3), np.ones((1, 2, 3)))
    array([6.])
    """
    ans = einsum("...i,oij,...j->...o", x1, weight, x2)
    return ans if bias is None else ans + bias


def embedding(x: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """The rows of weight (num_embeddings, embedding_dim) at the whole numbers x (…): (…, embedding_dim).

    Row `padding_idx` gets no gradient. Raises `DataError` for numbers that are not whole or out of range.

    >>> embedding([1, 0], np.array([[0.5], [2.0]]))
    array([[2. ],
           [0.5]])
    """
    rows = np.shape(weight)[0]
    x = x if is_traced(x) else np.asarray(x.data if isinstance(x, Tensor) else x)
    if x.dtype.kind not in "iu":
        raise DataError(message(f"embedding needs whole numbers, got {x.dtype}.", "write x.astype(int)"))
    good = (x >= 0) & (x < rows)
    if not is_traced(x) and not good.all():
        raise DataError(message(f"embedding: {x[~good][0]} is out of range, as there are {rows} rows.",
                                f"write numbers from 0 to {rows - 1}, or take more rows"))
    ans = pick(weight, x * good)
    if padding_idx is not None:
        with no_grad():
            fixed = pick(weight, padding_idx)
        ans = where((x == padding_idx)[..., None], fixed, ans)
    return where(good[..., None], ans, np.nan) if is_traced(x) else ans      # a program cannot raise: it gives nan


def dropout(x: Any, p: float = 0.5, training: bool = True, *, key: Any) -> Any:
    """x where a draw of `key`, the array [seed, draw], is at least p, over 1 − p, and else 0; x if not `training`.

    >>> dropout(np.ones(6), 0.5, key=np.array([0.0, 1.0]))
    array([2., 0., 0., 0., 2., 0.])
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(message(f"dropout cannot have p={p!r}.", "write a probability, such as 0.5"))
    if not training or p == 0.0:
        return x
    kept = uniform(key, shape=x.shape) >= p
    return x * (kept / (1.0 - p)).astype(x.dtype) if p < 1.0 else x * 0.0


# ---------------------------------------------------------------- normalisation
def layer_norm(x: Any, normalized_shape: Sequence[int], weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """(x − mean) / √(var + eps) · weight + bias, with mean and var over the last axes, which are `normalized_shape`.

    J. L. Ba et al., "Layer normalization", 2016. Raises `ShapeError` when x ends in other axes.

    >>> layer_norm(np.array([[1.0, 3.0]]), (2,)).round(2)
    array([[-1.,  1.]])
    """
    last = tuple(normalized_shape)
    if not last or np.shape(x)[-len(last):] != last:
        raise ShapeError(message(f"layer_norm over {last} of an input {np.shape(x)}.",
                                 f"give it inputs of shape (…, {', '.join(map(str, last))})"))
    return _scaled(_standard(x, tuple(range(-len(last), 0)), eps), weight, bias)


def group_norm(x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """(x − mean) / √(var + eps) · weight + bias for x (N, C, …), with mean and var over C / num_groups channels each.

    Y. Wu and K. He, "Group normalization", 2018. Raises `ShapeError` when `num_groups` does not divide C.

    >>> group_norm(np.array([[1.0, 3.0, 10.0, 30.0]]), 2).round(2)
    array([[-1.,  1., -1.,  1.]])
    """
    shape = np.shape(x)
    if len(shape) < 2 or num_groups < 1 or shape[1] % num_groups:
        raise ShapeError(message(f"group_norm of an input {shape} in {num_groups} groups.",
                                 "give it inputs (N, C, …), with a C that the groups divide"))
    grouped = _standard(reshape(x, (shape[0], num_groups, math.prod(shape[1:]) // num_groups)), (2,), eps)
    along = (-1, *[1] * (len(shape) - 2))
    weight, bias = (None if part is None else reshape(part, along) for part in (weight, bias))
    return _scaled(reshape(grouped, shape), weight, bias)


def batch_norm(x: Any, running_mean: Any, running_var: Any, weight: Any = None, bias: Any = None,
               training: bool = False, *, eps: float = 1e-5) -> Any:
    """(x − mean) / √(var + eps) · weight + bias for each channel of x (N, C, …).

    With `training` mean and var are those of x; nothing is written into the running ones, which the layers do.

    >>> batch_norm(np.array([[1.0], [3.0]]), None, None, training=True).round(2)
    array([[-1.],
           [ 1.]])
    """
    if training:
        others = (0, *range(2, np.ndim(x)))
        running_mean, running_var = np.mean(x, axis=others), np.var(x, axis=others)
    scale = 1.0 / np.sqrt(running_var + eps)
    along = (-1, *[1] * (np.ndim(x) - 2))
    ans = (x - reshape(running_mean, along)) * reshape(scale if weight is None else scale * weight, along)
    return ans if bias is None else ans + reshape(bias, along)


def _standard(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    """Mean 0 and variance 1 along the axes, as far as eps lets it."""
    return (x - np.mean(x, axis=axes, keepdims=True)) / np.sqrt(np.var(x, axis=axes, keepdims=True) + eps)


def _scaled(x: Any, weight: Any, bias: Any) -> Any:
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


# ---------------------------------------------------------------- attention
def scaled_dot_product_attention(query: Any, key: Any, value: Any, attn_mask: Any = None, *, is_causal: bool = False,
                                 scale: float | None = None) -> Any:
    """softmax(query·keyᵀ·scale + mask)·value: (…, L, E), (…, S, E) and (…, S, V) to (…, L, V); scale is 1/√E.

    `attn_mask` (…, L, S) is added, or if it is of truth values, says where attention may go; with `is_causal` each
    place sees itself and what is before it. A. Vaswani et al., "Attention is all you need", 2017, 3.2.1. Raises
    `ShapeError`, and `DataError` for a place that may see nothing.

    >>> scaled_dot_product_attention(np.zeros((2, 1)), np.zeros((2, 1)), np.array([[1.0], [3.0]]), is_causal=True)
    array([[1.],
           [2.]])
    """
    if is_causal and attn_mask is not None:
        raise ValueError(message("scaled_dot_product_attention got attn_mask and is_causal=True.",
                                 "write one of them, or add generate_square_subsequent_mask(L) to your mask"))
    if is_causal:
        attn_mask = np.tri(np.shape(query)[-2], np.shape(key)[-2], dtype=bool)
    return matmul(attention_weights(query, key, additive(attn_mask, allowed=True), scale), value)


def attention_weights(query: Any, key: Any, mask: Any = None, scale: float | None = None) -> Any:
    """softmax(query·keyᵀ·scale + mask): how much each place looks at each other."""
    if np.ndim(query) < 2 or np.ndim(key) < 2 or np.shape(query)[-1] != np.shape(key)[-1]:
        raise ShapeError(message(f"attention of queries {np.shape(query)} to keys {np.shape(key)}.",
                                 "give it (…, L, E) and (…, S, E)"))
    scale = 1.0 / math.sqrt(np.shape(query)[-1]) if scale is None else scale
    scores = matmul(query * scale, np.swapaxes(key, -1, -2))
    if mask is None:
        return softmax(scores)
    if not isinstance(mask, Tensor) and np.any(np.max(mask, axis=-1, initial=-np.inf) == -np.inf):
        raise DataError(message("attention: the mask of a place lets it see nothing.",
                                "leave such places out, or let each see at least itself"))
    return softmax(scores + mask.astype(scores.dtype))


def additive(mask: Any, allowed: bool) -> Any:
    """A mask that is added to scores; where truth values equal `allowed`, attention may go."""
    if mask is None:
        return None
    mask = mask if isinstance(mask, Tensor) else np.asarray(mask)
    return where(mask == allowed, 0.0, -np.inf) if mask.dtype == bool else mask


def generate_square_subsequent_mask(sz: int) -> Any:
    """The causal mask (sz, sz) to be added to scores: 0 for a place itself and those before it, −∞ for later ones.

    >>> generate_square_subsequent_mask(2)
    array([[  0., -inf],
           [  0.,   0.]])
    """
    return np.where(np.tri(sz, dtype=bool), 0.0, -np.inf)
