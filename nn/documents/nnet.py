"""Document 000's comparison with R's `nnet`: biases on every unit, all weights in one vector, Σ(p − y)² by BFGS.

`nnet` takes the logistic function to be exactly 0 below −15 and exactly 1 above 15.
"""
from typing import Any

import numpy as np

from nn.documents.layers import XOR, X
from nn.functional import sigmoid


def logistic(x: Any) -> Any:
    """σ(x), cut beyond ±15."""
    return np.where(x < -15.0, 0.0, np.where(x > 15.0, 1.0, sigmoid(x)))


def predict(weights: Any, hidden: int) -> Any:
    """The four outputs. Each unit's weights stand together, its bias first; the output unit comes last."""
    inner, outer = weights[:4 * hidden].reshape((hidden, 4)), weights[4 * hidden:]
    units = logistic(inner[:, 0] + X @ inner[:, 1:].T)
    return logistic(outer[0] + units @ outer[1:])


def squares(weights: Any, hidden: int) -> Any:
    """Σ(p − y)²"""
    error = predict(weights, hidden) - XOR[:, 0]
    return (error * error).sum()
