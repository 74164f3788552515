"""The work that is timed: data and starting weights, the same for every engine.

`ROWS[name].make(scale)` gives the Work of a row; a small `scale` makes a small one of the same form, for tests.
"""
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks import losses


@dataclass
class Work:
    """What a row does. `kind` names the method of an engine that does it.

    descent   `steps` training steps: weights − rate · ∂loss/∂weights, or Adam
    gradient  loss and gradient at the weights
    hessian   second derivatives of the loss, of the single weight
    jacobian  derivatives of the loss, which is an array, by the single weight
    network   a network of single numbers, as in micrograd's demonstration
    chain     a chain of gates on single numbers
    """

    kind: str
    loss: Callable[..., Any] | None
    weights: list[Any]
    data: list[Any] = field(default_factory=list)
    rate: float = 1.0
    adam: bool = False
    batches: bool = False            # data has a leading axis, of which every step takes the next row

    def batch(self, step: int) -> list[Any]:
        """The data of one step."""
        return [x[step % len(x)] for x in self.data] if self.batches else self.data


@dataclass
class Row:
    """A row of the table: its work, steps in one timing, and the largest relative distance of two answers."""

    make: Callable[[float], Work]
    steps: int
    tolerance: float = 1e-9
    most: int = 1000                 # rounds, for work that takes seconds


# ---------------------------------------------------------------- small networks
X4 = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
Y_COLUMN = np.array([[0, 0, 1, 1.0]]).T
Y_XOR = np.array([[0, 1, 1, 0.0]]).T


def uniform(*shapes: Any) -> list[Any]:
    """Weights on (-1, 1) from one seed."""
    stream = np.random.RandomState(1)
    return [2 * stream.random_sample(shape) - 1 for shape in shapes]


def logistic(scale: float) -> Work:
    """4 examples, 3 inputs, 1 output."""
    return Work("descent", losses.logistic, uniform((3, 1)), [X4, Y_COLUMN])


def xor(hidden: int) -> Callable[[float], Work]:
    """The same with a hidden layer."""
    return lambda scale: Work("descent", losses.xor, uniform((3, hidden), (hidden, 1)), [X4, Y_XOR])


def moons(scale: float) -> Work:
    """200 points on two half circles, and 2-3-2 weights."""
    rng = np.random.RandomState(0)
    t = np.linspace(0, np.pi, 100)
    X = np.concatenate([np.stack([np.cos(t), np.sin(t)], 1), np.stack([1 - np.cos(t), 0.5 - np.sin(t)], 1)])
    X += rng.normal(scale=0.2, size=X.shape)
    weights = [rng.randn(2, 3) / np.sqrt(2), rng.randn(3), rng.randn(3, 2) / np.sqrt(3), rng.randn(2)]
    return Work("descent", losses.moons, weights, [X, np.eye(2)[np.repeat([0, 1], 100)]], rate=0.01)


# ---------------------------------------------------------------- larger networks
def dense(rng: Any, sizes: Sequence[int], dtype: Any) -> list[Any]:
    """Weights and biases of dense layers."""
    shapes = [shape for m, n in pairwise(sizes) for shape in ((m, n), (n,))]
    return [(rng.standard_normal(s) * (2 / s[0]) ** 0.5 if len(s) > 1 else np.zeros(s)).astype(dtype) for s in shapes]


def mlp(sizes: Sequence[int], batch: int, dtype: str, batches: int, rate: float,
        adam: bool = False) -> Callable[[float], Work]:
    """Dense layers with relu between, cross-entropy; images are random numbers."""
    def make(scale: float) -> Work:
        inner = [max(4, int(n * scale)) for n in sizes[:-1]]
        rng = np.random.default_rng(0)
        count = max(2, int(batches * scale)) if batches > 1 else 1
        X = rng.random((count, batch, inner[0])).astype(dtype)
        Y = np.eye(sizes[-1], dtype=dtype)[rng.integers(0, sizes[-1], (count, batch))]
        if batches == 1:
            X, Y = X[0], Y[0]
        return Work("descent", losses.mlp, dense(rng, [*inner, sizes[-1]], dtype), [X, Y], rate, adam, batches > 1)
    return make


def cnn(scale: float) -> Work:
    """Two convolutions 5×5 with pooling, and a dense layer, on 64 images of 28×28."""
    rng, batch = np.random.default_rng(0), max(2, int(64 * scale))
    kernels = [rng.standard_normal((8, 1, 5, 5)) / 5, rng.standard_normal((16, 8, 5, 5)) / 14]
    weights = [k.astype("f") for k in kernels] + dense(rng, [256, 10], "f")
    return Work("descent", losses.cnn, weights, [rng.random((batch, 1, 28, 28)).astype("f"),
                                                  np.eye(10, dtype="f")[rng.integers(0, 10, batch)]], rate=0.01)


def rnn(scale: float) -> Work:
    """100 turns of tanh with 32 hidden numbers, 16 sequences."""
    rng, turns = np.random.default_rng(0), max(3, int(100 * scale))
    weights = [rng.standard_normal(s) / np.sqrt(s[0]) * 0.7 for s in ((8, 32), (32, 32), (32, 4))]
    weights.insert(2, np.zeros(32))
    data = [rng.standard_normal(s) for s in ((turns, 16, 8), (16, 4))]
    return Work("descent", losses.rnn, [w.astype("f") for w in weights], [x.astype("f") for x in data], rate=0.01)


# ---------------------------------------------------------------- elementwise
def small_gates(turns: int) -> Callable[[float], Work]:
    """h·y + z, on vectors of 10 numbers."""
    def make(scale: float) -> Work:
        rng = np.random.default_rng(0)
        weights = [rng.random(10), 0.8 + 0.2 * rng.random(10), 0.1 * rng.random(10)]
        return Work("descent", losses.gates(turns), weights, rate=1e-12)
    return make


def chain(loss: Callable[..., Any]) -> Callable[[float], Work]:
    """Elementwise functions of two vectors of 10⁷ numbers."""
    def make(scale: float) -> Work:
        rng, n = np.random.default_rng(0), int(10_000_000 * scale)
        return Work("gradient", loss, [rng.standard_normal(n), rng.standard_normal(n)])
    return make


# ---------------------------------------------------------------- single numbers
def network(scale: float) -> Work:
    """2-16-16-1: points, labels ±1 and weights as nested lists of Python floats."""
    rng, points, hidden = random.Random(0), max(3, int(100 * scale)), max(3, int(16 * scale))
    X = [[rng.uniform(-1, 1) for _ in range(2)] for _ in range(points)]
    layers = [([[rng.uniform(-1, 1) for _ in range(n)] for _ in range(m)], [0.0] * m)
              for n, m in pairwise((2, hidden, hidden, 1))]
    return Work("network", losses.network, layers, [X, [1.0 if a * b > 0 else -1.0 for a, b in X]], rate=0.5)


def scalar_chain(scale: float) -> Work:
    """h·0.9999 + x, 500 000 times: 10⁶ gates."""
    return Work("chain", losses.scalar_chain, [0.5], [int(500_000 * scale)])


# ---------------------------------------------------------------- derivatives that are matrices
def rosenbrock(scale: float) -> Work:
    """The Hessian of a function of 100 numbers."""
    return Work("hessian", losses.rosenbrock, [np.random.default_rng(0).standard_normal(max(5, int(100 * scale)))])


def jacobian(scale: float) -> Work:
    """The Jacobian of tanh(A·tanh(B·x)), 100 numbers to 100."""
    rng, n = np.random.default_rng(0), max(5, int(100 * scale))
    matrices = [rng.standard_normal((n, n)) / 10 for _ in "AB"]
    return Work("jacobian", losses.two_layers, [rng.standard_normal(n)], matrices)


IMAGES, LARGE = (784, 100, 10), (1024, 2048, 2048, 10)
ROWS = {
    "logistic": Row(logistic, 500),
    "xor 4": Row(xor(4), 500),
    "xor 32": Row(xor(32), 500),
    "moons": Row(moons, 100),
    "mlp 10 f64": Row(mlp(IMAGES, 10, "d", 100, 0.1), 100),
    "mlp 10 f32": Row(mlp(IMAGES, 10, "f", 100, 0.1), 100, 1e-4),
    "mlp 128 adam f64": Row(mlp(IMAGES, 128, "d", 10, 1e-3, adam=True), 20, 1e-7),
    "mlp 128 adam f32": Row(mlp(IMAGES, 128, "f", 10, 1e-3, adam=True), 20, 1e-3),
    "mlp large f32": Row(mlp(LARGE, 256, "f", 1, 0.01), 1, 1e-4, most=5),
    "cnn f32": Row(cnn, 2, 1e-4, most=10),
    "rnn f32": Row(rnn, 10, 1e-4),
    "100 small gates": Row(small_gates(50), 100),
    "chain 10⁷": Row(chain(losses.chain), 1, most=5),
    "tanh/exp chain 10⁷": Row(chain(losses.smooth_chain), 1, most=5),
    "scalar 2-16-16-1": Row(network, 1, most=3),
    "scalar chain 10⁶": Row(scalar_chain, 1, most=3),
    "hessian rosenbrock 100": Row(rosenbrock, 1, most=10),
    "jacobian 100→100": Row(jacobian, 1, most=10),
}
