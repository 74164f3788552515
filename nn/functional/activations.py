"""Activations: `sigmoid`, `tanh`, `relu` and `softplus` are one gate each; the others are made of gates."""

import math
from typing import Any

from autograd.gates.elementwise import erf, exp, expm1, greater, where
from autograd.gates.elementwise import relu as _relu
from autograd.gates.elementwise import sigmoid as _sigmoid
from autograd.gates.elementwise import softplus as _softplus
from autograd.gates.elementwise import tanh as _tanh
from autograd.gates.reduce import logsumexp

__all__ = ["elu", "gelu", "leaky_relu", "log_softmax", "relu", "sigmoid", "silu", "softmax", "softplus", "tanh"]


def sigmoid(x: Any) -> Any:
    """σ(x) = 1 / (1 + e⁻ˣ), between 0 and 1.

    >>> sigmoid(0.0)
    0.5
    """
    return _sigmoid(x)


def tanh(x: Any) -> Any:
    """tanh x = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), between −1 and 1.

    >>> tanh(0.0)
    0.0
    """
    return _tanh(x)


def relu(x: Any) -> Any:
    """max(x, 0); its derivative at 0 is taken as 0. X. Glorot et al., "Deep sparse rectifier neural networks", 2011.

    >>> relu(-1.0), relu(2.0)
    (0.0, 2.0)
    """
    return _relu(x)


def softplus(x: Any) -> Any:
    """ln(1 + eˣ), without overflow.

    >>> softplus(1000.0)
    1000.0
    """
    return _softplus(x)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x where x > 0, else negative_slope·x.

    >>> leaky_relu(-2.0)
    -0.02
    """
    return where(greater(x, 0.0), x, x * negative_slope)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where x > 0, else alpha·(eˣ − 1). D.-A. Clevert et al., "Exponential linear units", 2016.

    >>> elu(0.0)
    0.0
    """
    positive = greater(x, 0.0)
    # Zero in place of the large x, whose exponential would overflow and then meet a zero cotangent.
    return where(positive, x, expm1(where(positive, 0.0, x)) * alpha)


def gelu(x: Any) -> Any:
    """x·Φ(x), Φ the normal distribution function. D. Hendrycks and K. Gimpel, "Gaussian error linear units", 2016.

    >>> gelu(0.0)
    0.0
    """
    return x * 0.5 * (erf(x * math.sqrt(0.5)) + 1.0)


def silu(x: Any) -> Any:
    """x·σ(x), also called swish.

    >>> silu(0.0)
    0.0
    """
    return x * sigmoid(x)


def softmax(x: Any, dim: int = -1) -> Any:
    """eˣ / Σ eˣ along axis `dim`, without overflow.

    >>> import numpy as np
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    return exp(log_softmax(x, dim))


def log_softmax(x: Any, dim: int = -1) -> Any:
    """x − ln Σ eˣ along axis `dim`, without overflow.

    >>> import numpy as np
    >>> log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    return x - logsumexp(x, axis=dim, keepdims=True)
