"""Attention, and the layer of transformers made of it. Names, weight shapes and masks are torch's."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DataError, ShapeError, message
from autograd.gates.contract import matmul
from autograd.gates.reduce import mean
from autograd.gates.shape import reshape
from nn import functional, init
from nn.functional.layers import additive, attention_weights
from nn.layers import Linear
from nn.module import Module, Parameter, Seed
from nn.normalization import Dropout, LayerNorm

__all__ = ["MultiheadAttention", "TransformerEncoderLayer"]

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"relu": functional.relu, "gelu": functional.gelu}


class MultiheadAttention(Module):
    """`num_heads` attentions side by side, each on embed_dim / num_heads numbers; gives (output, weights).

    query is (L, N, embed_dim), key and value (S, N, embed_dim), and the output (L, N, embed_dim); with `batch_first` N
    comes first, and single sequences need no N. The weights (N, L, S) are the means over the heads, or with
    average_attn_weights=False (N, num_heads, L, S), or with need_weights=False None. `attn_mask` (L, S) or
    (N·num_heads, L, S) and `key_padding_mask` (N, S) say with True, or −∞, what is not looked at. `in_proj_weight`
    (3·embed_dim, embed_dim) makes queries, keys and values, and starts as `init.xavier_uniform_`; `out_proj` is a
    `Linear`. `dropout` is on the weights. Raises `ShapeError`, and `DataError` where a place may see nothing.
    A. Vaswani et al., "Attention is all you need", 2017, 3.2.2.

    >>> x = np.random.default_rng(0).normal(size=(5, 2, 8))
    >>> output, weights = MultiheadAttention(8, num_heads=4, seed=0)(x, x, x)
    >>> output.shape, weights.shape
    ((5, 2, 8), (2, 5, 5))
    """

    def __init__(self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True, *,
                 batch_first: bool = False, seed: Seed = None) -> None:
        if min(embed_dim, num_heads) < 1 or embed_dim % num_heads:
            raise ValueError(message(f"MultiheadAttention: embed_dim={embed_dim} does not fall into {num_heads} heads.",
                                     "write an embed_dim that num_heads divides"))
        self.embed_dim, self.num_heads, self.batch_first = embed_dim, num_heads, batch_first
        self.in_proj_weight = Parameter(np.zeros((3 * embed_dim, embed_dim)))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias)
        self.dropout = Dropout(dropout)
        self.reset_parameters(seed)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the weights; biases are 0."""
        rng = np.random.default_rng(seed)
        init.xavier_uniform_(self.in_proj_weight, seed=rng)
        self.out_proj.reset_parameters(rng)
        self.dropout.reset_parameters(rng)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)

    def forward(self, query: Any, key: Any, value: Any, key_padding_mask: Any = None, need_weights: bool = True,
                attn_mask: Any = None, average_attn_weights: bool = True, is_causal: bool = False) -> Any:
        self._check(np.shape(query), np.shape(key), np.shape(value))
        if is_causal and attn_mask is None:
            raise ValueError(message("MultiheadAttention got is_causal=True without its mask.",
                                     "write attn_mask=nn.functional.generate_square_subsequent_mask(L) as well"))
        batched = np.ndim(query) == 3
        q, k, v = (self._heads(x, part, batched) for part, x in enumerate((query, key, value)))
        mask = self._mask(attn_mask, key_padding_mask, q, k, batched)
        try:
            weights = attention_weights(q, k, mask)
        except DataError as error:
            error.add_note(f"  in {self._named()[:-1]}")
            raise
        ans = np.swapaxes(matmul(self.dropout(weights), v), 1, 2)                 # (N, L, num_heads, E)
        ans = self.out_proj(reshape(ans, (*ans.shape[:2], self.embed_dim)))
        shown = mean(weights, axis=1) if average_attn_weights else weights
        if not batched:
            return ans[0], shown[0] if need_weights else None
        return ans if self.batch_first else np.swapaxes(ans, 0, 1), shown if need_weights else None

    def _heads(self, x: Any, part: int, batched: bool) -> Any:
        """Queries (0), keys (1) or values (2), (N, num_heads, L, embed_dim / num_heads)."""
        x = x[None] if not batched else x if self.batch_first else np.swapaxes(x, 0, 1)
        rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        made = functional.linear(x, self.in_proj_weight[rows], bias)
        return np.swapaxes(reshape(made, (*made.shape[:2], self.num_heads, -1)), 1, 2)

    def _mask(self, attn: Any, padding: Any, q: Any, k: Any, batched: bool) -> Any:
        """Both masks together, (N, num_heads, L, S) or what broadcasts to it."""
        (n, heads, length, _), size = q.shape, k.shape[2]
        attn, padding = additive(attn, allowed=False), additive(padding, allowed=False)
        if attn is not None:
            self._fits("attn_mask", attn, (length, size), (n * heads, length, size))
            attn = reshape(attn, (-1, 1 if attn.ndim == 2 else heads, length, size))
        if padding is not None:
            self._fits("key_padding_mask", padding, (n, size) if batched else (size,))
            padding = reshape(padding, (n, 1, 1, size))
        return attn if padding is None else padding if attn is None else attn + padding

    def _fits(self, name: str, mask: Any, *shapes: tuple[int, ...]) -> None:
        if mask.shape not in shapes:
            raise ShapeError(message(f"{self._named()} got a {name} of shape {mask.shape}.",
                                     f"give it one of shape {' or '.join(map(str, shapes))}"))

    def _check(self, q: tuple[int, ...], k: tuple[int, ...], v: tuple[int, ...]) -> None:
        batch = 0 if self.batch_first else 1
        same = k == v and len(q) == len(k) and (len(q) == 2 or (len(q) == 3 and q[batch] == k[batch]))
        if not same or q[-1] != self.embed_dim or k[-1] != self.embed_dim or 0 in (*q, *k):
            order = "(N, L, {0}), (N, S, {0})" if self.batch_first else "(L, N, {0}), (S, N, {0})"
            raise ShapeError(message(f"{self._named()} got inputs of shapes {q}, {k} and {v}.",
                                     f"give it {order.format(self.embed_dim)} and again the latter, with no axis of "
                                     "length 0"))

    def _named(self) -> str:
        return f"MultiheadAttention({self.extra_repr()}), its weight {self.in_proj_weight.name!r},"

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}" + ", batch_first=True" * self.batch_first


class TransformerEncoderLayer(Module):
    """x + attention(x), then x + linear2(activation(linear1(x))), each normalised afterwards, or before it.

    x is (L, N, d_model), with `batch_first` (N, L, d_model), or one sequence (L, d_model). The output has the same
    shape. `activation` is "relu", "gelu" or a function, `dim_feedforward` what linear1 gives, and `dropout` stands in
    three places and on the attention. `src_mask` and `src_key_padding_mask` are those of `MultiheadAttention`. Raises
    as it does. A. Vaswani et al., "Attention is all you need", 2017, 3.1; `norm_first` as R. Xiong et al., 2020.

    >>> layer = TransformerEncoderLayer(8, nhead=2, dim_feedforward=16, batch_first=True, seed=0)
    >>> layer(np.random.default_rng(0).normal(size=(3, 5, 8))).shape
    (3, 5, 8)
    """

    def __init__(self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
                 activation: str | Callable[[Any], Any] = "relu", layer_norm_eps: float = 1e-5,
                 batch_first: bool = False, norm_first: bool = False, bias: bool = True, seed: Seed = None) -> None:
        if isinstance(activation, str) and activation not in ACTIVATIONS:
            raise ValueError(message(f"TransformerEncoderLayer does not know activation={activation!r}.",
                                     'write "relu", "gelu" or a function such as nn.functional.silu'))
        self.activation, self.norm_first = activation, norm_first
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.reset_parameters(seed)

    def forward(self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None,
                is_causal: bool = False) -> Any:
        def attend(x: Any) -> Any:
            ans, _ = self.self_attn(x, x, x, src_key_padding_mask, need_weights=False, attn_mask=src_mask,
                                    is_causal=is_causal)
            return self.dropout1(ans)

        def feed(x: Any) -> Any:
            return self.dropout2(self.linear2(self.dropout(activation(self.linear1(x)))))

        activation = ACTIVATIONS[self.activation] if isinstance(self.activation, str) else self.activation

        if self.norm_first:
            x = src + attend(self.norm1(src))
            return x + feed(self.norm2(x))
        x = self.norm1(src + attend(src))
        return self.norm2(x + feed(x))
