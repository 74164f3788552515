"""Document 000's comparison with R's `nnet`: biases on every unit, all weights in one vector, Σ(p − y)² by BFGS.

`nnet` takes the logistic function to be exactly 0 below −15 and exactly 1 above 15.
"""
from functools import partial
from typing import Any

import numpy as np

from nn.bfgs import BFGS
from nn.documents.layers import XOR, X, recorded
from nn.documents.row import Figure, Row
from nn.functional import sigmoid
from nn.minimizer import Minimum
from nn.module import Parameter


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


def train(row: str, hidden: int) -> tuple[Minimum, Any]:
    """Where BFGS with `nnet`'s tolerances ends from R's start, and the weights there."""
    weights = Parameter(recorded(row))
    minimum = BFGS([weights], maxiter=100, abstol=1e-4, reltol=1e-8).minimize(lambda: squares(weights, hidden))
    return minimum, weights.data


def trained(row: str, hidden: int, progress: bool = False) -> dict[str, Any]:
    """The value at the start, at iterations 10 and 20, and at the end; R counts the start as iteration 1."""
    minimum, weights = train(row, hidden)
    return {"value": [*(minimum.values[i - 1] for i in (1, 10, 20)), minimum.value],
            "fitted": predict(weights, hidden), "weights": weights}


ROWS = (
    Row("000-ex2-nnet", "exclusive or, nnet of size 4", partial(trained, "000-ex2-nnet", 4), (
        Figure("value", "1.152323 0.998588 0.558917 0.000000"),
        Figure("weights", "5320.330 -49025.055 -15547.859 5320.491  12329.141 -13914.491 -13782.790 12328.763 "
                          "22292.322 -18601.227 34270.828 22292.567  22269.956 -3504.603 30916.959 22269.420 "
                          "34687.508 -37130.643 32075.031 -36018.926 -18446.081", digits=7),
        Figure("fitted", "0.0000000 1.0000000 1.0000000 0.0000000"))),
    Row("000-ex3-nnet", "exclusive or, nnet of size 32", partial(trained, "000-ex3-nnet", 32), (
        Figure("value", "1.851187 0.936564 0.008594 0.000065"),
        Figure("fitted", "0.0001274475 0.9933000550 0.9959851931 0.0019116939"))),
)
