"""Layers that go through a sequence step by step. Names, gate order, weight shapes and results are torch's."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from autograd.gates.elementwise import relu, sigmoid, tanh
from autograd.gates.shape import stack
from nn import functional, init
from nn.module import Module, Parameter, Seed
from nn.normalization import Dropout

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]

State = tuple[Any, ...]  # (h,), or (h, c)


NONLINEARITIES: dict[str, Callable[[Any], Any]] = {"tanh": tanh, "relu": relu}


def _parts(x: Any, parts: int) -> list[Any]:
    size = x.shape[-1] // parts
    return [x[..., k * size:(k + 1) * size] for k in range(parts)]


class _Stepwise(Module):
    """What cells and layers share: sizes, and starts uniform on ±1/√hidden_size."""

    parts = 1                                     # how many gates of hidden_size numbers a weight makes
    held: tuple[str, ...] = ("h_0",)              # the parts of the state

    def step(self, into: Any, back: Any, state: State) -> State:
        """The next state, from W·x + b, U·h + c and the state."""
        raise NotImplementedError

    def _sizes(self, input_size: int, hidden_size: int, bias: bool) -> None:
        if min(input_size, hidden_size) < 1:
            raise ValueError(message(f"{type(self).__name__}({input_size}, {hidden_size}) connects nothing.",
                                     "write sizes of at least 1"))
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias

    def _weights(self, input_size: int, suffix: str = "") -> None:
        rows = self.parts * self.hidden_size
        setattr(self, f"weight_ih{suffix}", Parameter(np.zeros((rows, input_size))))
        setattr(self, f"weight_hh{suffix}", Parameter(np.zeros((rows, self.hidden_size))))
        for name in ("bias_ih", "bias_hh"):
            setattr(self, name + suffix, Parameter(np.zeros(rows)) if self.bias else None)

    def _of(self, suffix: str) -> list[Any]:
        return [getattr(self, name + suffix) for name in ("weight_ih", "bias_ih", "weight_hh", "bias_hh")]

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw every weight and bias, in order."""
        rng, bound = np.random.default_rng(seed), 1 / math.sqrt(self.hidden_size)
        for _, part in self.members():
            if isinstance(part, Parameter):
                init.uniform_(part, -bound, bound, rng)
            elif isinstance(part, Module):
                part.reset_parameters(rng)

    def _state(self, hx: Any, shape: tuple[int, ...], x: Any) -> State:
        """The state to begin with, checked; zeros where none is given."""
        if hx is None:
            return tuple(np.zeros(shape, x.dtype) for _ in self.held)
        state = tuple(hx) if len(self.held) > 1 and isinstance(hx, tuple | list) else (hx,)
        if [np.shape(part) for part in state] != [shape] * len(self.held):
            found = " ".join(str(np.shape(part)) for part in state)
            raise ShapeError(message(f"{self!r} got a state of shape {found}.",
                                     f"give it {', '.join(self.held)}, each of shape {shape}"))
        return state

    def _refuse(self, x: Any, names: str) -> None:
        first = next(part for _, part in self.members() if isinstance(part, Parameter))
        raise ShapeError(message(f"{self!r} got an input of shape {np.shape(x)}; "
                                 f"its weight {first.name!r} is {first.shape}.", f"give it inputs of shape {names}"))


class _Simple(_Stepwise):
    """h' = f(W·x + b + U·h + c)."""

    nonlinearity: str

    def _choose(self, nonlinearity: str) -> None:
        if nonlinearity not in NONLINEARITIES:
            raise ValueError(message(f"{type(self).__name__} does not know nonlinearity={nonlinearity!r}.",
                                     'write "tanh" or "relu"'))
        self.nonlinearity = nonlinearity

    def step(self, into: Any, back: Any, state: State) -> State:
        return (NONLINEARITIES[self.nonlinearity](into + back),)


class _LongShort(_Stepwise):
    """The four gates of an LSTM."""

    parts, held = 4, ("h_0", "c_0")

    def step(self, into: Any, back: Any, state: State) -> State:
        i, f, g, o = _parts(into + back, 4)
        c = sigmoid(f) * state[1] + sigmoid(i) * tanh(g)
        return sigmoid(o) * tanh(c), c


class _Gated(_Stepwise):
    """The three gates of a GRU."""

    parts = 3

    def step(self, into: Any, back: Any, state: State) -> State:
        (r, z, n), (r_back, z_back, n_back) = _parts(into, 3), _parts(back, 3)
        stays = sigmoid(z + z_back)
        new = tanh(n + sigmoid(r + r_back) * n_back)
        return ((1.0 - stays) * new + stays * state[0],)


# ---------------------------------------------------------------- cells
class _Cell(_Stepwise):
    """One step of a recurrent layer, with weights `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, seed: Seed = None) -> None:
        self._sizes(input_size, hidden_size, bias)
        self._weights(input_size)
        self.reset_parameters(seed)

    def forward(self, x: Any, hx: Any = None) -> Any:
        if np.ndim(x) not in (1, 2) or np.shape(x)[-1] != self.input_size:
            self._refuse(x, f"(N, {self.input_size}) or ({self.input_size},)")
        state = self._state(hx, (*np.shape(x)[:-1], self.hidden_size), x)
        w, b, u, c = self._of("")
        state = self.step(functional.linear(x, w, b), functional.linear(state[0], u, c), state)
        return state[0] if len(self.held) == 1 else state

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(_Simple, _Cell):
    """h' = tanh(W·x + b + U·h + c), or ReLU with nonlinearity="relu": (N, input_size) and h to h', (N, hidden_size).

    `weight_ih` W is (hidden_size, input_size), `weight_hh` U (hidden_size, hidden_size). Without `hx`, h is 0.

    >>> RNNCell(3, 4, seed=0)(np.ones((5, 3))).shape
    (5, 4)
    """

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh",
                 seed: Seed = None) -> None:
        self._choose(nonlinearity)
        super().__init__(input_size, hidden_size, bias, seed)


class LSTMCell(_LongShort, _Cell):
    """One step of `LSTM`: (N, input_size) and (h, c) to (h', c'), each (N, hidden_size); without `hx` both are 0.

    >>> h, c = LSTMCell(3, 4, seed=0)(np.ones((5, 3)))
    >>> h.shape, c.shape
    ((5, 4), (5, 4))
    """


class GRUCell(_Gated, _Cell):
    """One step of `GRU`: (N, input_size) and h to h', (N, hidden_size); without `hx` h is 0.

    >>> GRUCell(3, 4, seed=0)(np.ones((5, 3))).shape
    (5, 4)
    """


# ---------------------------------------------------------------- layers
class _Recurrent(_Stepwise):
    """Cells along a sequence, `num_layers` above each other, with `bidirectional` also from its end."""

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
                 batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
                 seed: Seed = None) -> None:
        self._sizes(input_size, hidden_size, bias)
        if num_layers < 1:
            raise ValueError(message(f"{type(self).__name__} cannot have num_layers={num_layers}.", "write 1 or more"))
        self.num_layers, self.batch_first, self.bidirectional = num_layers, batch_first, bidirectional
        self.ways = ("", "_reverse") if bidirectional else ("",)
        for layer in range(num_layers):
            for way in self.ways:
                self._weights(hidden_size * len(self.ways) if layer else input_size, f"_l{layer}{way}")
        self.dropout = Dropout(dropout)
        self.reset_parameters(seed)

    def forward(self, x: Any, hx: Any = None) -> Any:
        """All outputs h of the last layer, and the last state of every layer and way."""
        axes, batched = np.shape(x), np.ndim(x) == 3
        if len(axes) not in (2, 3) or axes[-1] != self.input_size or 0 in axes:
            self._refuse(x, f"({'N, L' if self.batch_first else 'L, N'}, {self.input_size}) or (L, {self.input_size})"
                            ", with no axis of length 0")
        x = np.swapaxes(x, 0, 1) if self.batch_first and batched else x
        state = self._state(hx, (self.num_layers * len(self.ways), *x.shape[1:-1], self.hidden_size), x)
        ends = []
        for layer in range(self.num_layers):
            found = [self._along(x, tuple(part[layer * len(self.ways) + k] for part in state), f"_l{layer}{way}")
                     for k, way in enumerate(self.ways)]
            x = found[0][0] if len(found) == 1 else np.concatenate([out for out, _ in found], axis=-1)
            ends += [end for _, end in found]
            x = self.dropout(x) if layer + 1 < self.num_layers else x
        last = tuple(stack(*part) for part in zip(*ends, strict=True))
        x = np.swapaxes(x, 0, 1) if self.batch_first and batched else x
        return x, last[0] if len(self.held) == 1 else last

    def _along(self, x: Any, state: State, suffix: str) -> tuple[Any, State]:
        """One layer in one direction: all h in the order of the sequence, and the last state."""
        w, b, u, c = self._of(suffix)
        into, outputs = functional.linear(x, w, b), []
        places = range(x.shape[0])
        for place in reversed(places) if suffix.endswith("_reverse") else places:
            state = self.step(into[place], functional.linear(state[0], u, c), state)
            outputs.append(state[0])
        return stack(*(outputs[::-1] if suffix.endswith("_reverse") else outputs)), state

    def extra_repr(self) -> str:
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "bidirectional": False}
        given = [f"{name}={getattr(self, name)}" for name, value in usual.items() if getattr(self, name) != value]
        given += [f"dropout={self.dropout.p}"] * (self.dropout.p > 0.0)
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *given])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"


class RNN(_Simple, _Recurrent):
    """h_t = tanh(W·x_t + b + U·h_{t−1} + c) along a sequence (L, N, input_size); gives (output, h_n).

    `output` is (L, N, D·hidden_size) with all h of the last layer, `h_n` (D·num_layers, N, hidden_size) with the last h
    of every layer, D = 2 with `bidirectional` and else 1. With `batch_first` N comes before L in input and output, and
    a single sequence (L, input_size) needs no N. Layer k holds `weight_ih_lk`, `weight_hh_lk`, `bias_ih_lk` and
    `bias_hh_lk`; all start uniform on ±1/√hidden_size. `dropout` is between layers. h begins as `hx`, or 0. Raises
    `ShapeError`. J. L. Elman, "Finding structure in time", 1990.

    >>> output, h_n = RNN(3, 4, batch_first=True, seed=0)(np.ones((5, 7, 3)))
    >>> output.shape, h_n.shape
    ((5, 7, 4), (1, 5, 4))
    """

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
                 bias: bool = True, batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
                 seed: Seed = None) -> None:
        self._choose(nonlinearity)
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, seed)


class LSTM(_LongShort, _Recurrent):
    """c_t = σ(f)·c_{t−1} + σ(i)·tanh g and h_t = σ(o)·tanh c_t, with (i, f, g, o) = W·x_t + b + U·h_{t−1} + c.

    As `RNN`, but the state is a pair: gives (output, (h_n, c_n)) and takes hx = (h_0, c_0). S. Hochreiter and
    J. Schmidhuber, "Long short-term memory", 1997, with the forget gate of F. A. Gers et al., 2000.

    >>> output, (h_n, c_n) = LSTM(3, 4, num_layers=2, seed=0)(np.ones((7, 5, 3)))
    >>> output.shape, c_n.shape
    ((7, 5, 4), (2, 5, 4))
    """


class GRU(_Gated, _Recurrent):
    """h_t = (1 − z)·tanh(n + r·n') + z·h_{t−1}, where n is of W·x_t + b, n' of U·h_{t−1} + c, r and z of both.

    As `RNN`. K. Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.

    >>> output, h_n = GRU(3, 4, bidirectional=True, seed=0)(np.ones((7, 5, 3)))
    >>> output.shape, h_n.shape
    ((7, 5, 8), (2, 5, 4))
    """
