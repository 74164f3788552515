"""The functions that are differentiated, each written once for all engines that take functions of arrays.

`ops` has what engines name or implement differently: exp, tanh, sigmoid, relu, logsumexp (along the last axis), conv
and pool. All have the operators, `@`, `sum`, `reshape` and slices.
"""
from typing import Any


def logistic(ops: Any, weights: Any, data: Any) -> Any:
    """Squared error of one layer."""
    X, Y = data
    e = Y - ops.sigmoid(X @ weights[0])
    return 0.5 * (e * e).sum()


def xor(ops: Any, weights: Any, data: Any) -> Any:
    """Squared error of two layers."""
    X, Y = data
    e = Y - ops.sigmoid(ops.sigmoid(X @ weights[0]) @ weights[1])
    return 0.5 * (e * e).sum()


def moons(ops: Any, weights: Any, data: Any) -> Any:
    """Cross-entropy of two layers of tanh, and an L2 penalty."""
    W1, b1, W2, b2 = weights
    X, Y = data
    o = ops.tanh(ops.tanh(X @ W1 + b1) @ W2 + b2)
    return ops.logsumexp(o).sum() - (o * Y).sum() + 0.005 * ((W1 * W1).sum() + (W2 * W2).sum())


L2 = 1e-4


def mlp(ops: Any, weights: Any, data: Any) -> Any:
    """Mean cross-entropy of layers with relu between, and an L2 penalty of the matrices."""
    h, Y = data
    for i in range(0, len(weights), 2):
        z = h @ weights[i] + weights[i + 1]
        h = ops.relu(z)
    penalty = sum((W * W).sum() for W in weights[::2])
    return cross_entropy(ops, z, Y) + 0.5 * L2 * penalty


def cross_entropy(ops: Any, z: Any, Y: Any) -> Any:
    """The mean over examples of −ln of the probability of the label."""
    return (ops.logsumexp(z).sum() - (z * Y).sum()) / len(Y)


def cnn(ops: Any, weights: Any, data: Any) -> Any:
    """Convolution, relu, pooling, twice; a dense layer; mean cross-entropy."""
    K1, K2, W, b = weights
    X, Y = data
    h = ops.pool(ops.relu(ops.conv(X, K1)))
    h = ops.pool(ops.relu(ops.conv(h, K2)))
    return cross_entropy(ops, h.reshape(len(Y), 256) @ W + b, Y)


def rnn(ops: Any, weights: Any, data: Any) -> Any:
    """Squared error of a linear reading of the last state."""
    Wx, Wh, b, Wo = weights
    X, Y = data
    h = ops.tanh(X[0] @ Wx + b)
    for t in range(1, len(X)):
        h = ops.tanh(X[t] @ Wx + h @ Wh + b)
    e = h @ Wo - Y
    return (e * e).sum() / len(Y)


def gates(turns: int) -> Any:
    """h·y + z, so many times."""
    def small_gates(ops: Any, weights: Any, data: Any) -> Any:
        x, y, z = weights
        h = x
        for _ in range(turns):
            h = h * y + z
        return h.sum()
    return small_gates


def chain(ops: Any, weights: Any, data: Any) -> Any:
    """Σ relu((xy + x)² − y)."""
    x, y = weights
    v = x * y + x
    return ops.relu(v * v - y).sum()


def smooth_chain(ops: Any, weights: Any, data: Any) -> Any:
    """Σ tanh(x)·exp(−y²)."""
    x, y = weights
    return (ops.tanh(x) * ops.exp(-(y * y))).sum()


def rosenbrock(ops: Any, x: Any, data: Any) -> Any:
    """Σ 100(x_{i+1} − x_i²)² + (1 − x_i)². H. H. Rosenbrock, 1960."""
    a, b = x[1:] - x[:-1] * x[:-1], 1.0 - x[:-1]
    return (100.0 * (a * a) + b * b).sum()


def two_layers(ops: Any, x: Any, data: Any) -> Any:
    """tanh(A·tanh(B·x))."""
    A, B = data
    return ops.tanh(A @ ops.tanh(B @ x))


# ---------------------------------------------------------------- single numbers
def network(relu: Any, layers: Any, data: Any) -> Any:
    """The mean hinge loss and an L2 penalty, as in micrograd's demonstration."""
    hinges = [hinge(relu, layers, point, label) for point, label in zip(*data, strict=True)]
    return sum(hinges) * (1.0 / len(hinges)) + penalty(flat(layers))


def hinge(relu: Any, layers: Any, point: Any, label: Any) -> Any:
    """The loss of one point."""
    h = point
    for k, (W, b) in enumerate(layers):
        z = [sum((w * x for w, x in zip(row, h, strict=True)), bias) for row, bias in zip(W, b, strict=True)]
        h = z if k == len(layers) - 1 else [relu(v) for v in z]
    return relu(1.0 + -label * h[0])


def penalty(weights: Any) -> Any:
    """The L2 penalty."""
    return 1e-4 * sum(w * w for w in weights)


def flat(layers: Any) -> list[Any]:
    """The weights of a network of single numbers, one after the other."""
    return [w for W, b in layers for row in (*W, b) for w in row]


def shaped(layers: Any, weights: Any) -> list[Any]:
    """Weights one after the other in the form of `layers`."""
    rest = iter(weights)
    return [([[next(rest) for _ in row] for row in W], [next(rest) for _ in b]) for W, b in layers]


def scalar_chain(x: Any, turns: int) -> Any:
    """h becomes h·0.9999 + x."""
    h = x
    for _ in range(turns):
        h = h * 0.9999 + x
    return h


# ---------------------------------------------------------------- updates
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def sgd(weights: Any, gradients: Any, rate: float) -> list[Any]:
    """Plain gradient descent."""
    return [w - rate * g for w, g in zip(weights, gradients, strict=True)]


def adam(state: Any, gradients: Any, rate: float, sqrt: Any) -> Any:
    """Weights, two moments and the powers of the decay rates, after one step. D. P. Kingma and J. Ba, 2015."""
    weights, means, squares, power1, power2 = state
    power1, power2 = power1 * BETA1, power2 * BETA2
    means = [BETA1 * m + (1 - BETA1) * g for m, g in zip(means, gradients, strict=True)]
    squares = [BETA2 * v + (1 - BETA2) * (g * g) for v, g in zip(squares, gradients, strict=True)]
    size, root = rate / (1 - power1), (1 - power2) ** -0.5
    weights = [w - size * m / (sqrt(v) * root + EPSILON) for w, m, v in zip(weights, means, squares, strict=True)]
    return weights, means, squares, power1, power2


def adam_start(weights: Any) -> Any:
    """The state before the first step."""
    return list(weights), [w * 0 for w in weights], [w * 0 for w in weights], 1.0, 1.0
