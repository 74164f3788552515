"""Document 004, first part: exclusive or with two hidden units, the same activation on both layers.

The printed loss is ½Σ(y − a)², the step a quarter of its gradient: the rate is divided by the four points. Columns of X
are points; biases start at zero.
"""
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.random import RandomState

from nn.documents.row import Figure, Row, Weights, descend
from nn.functional import relu, sigmoid

X = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])
ACTIVATIONS: dict[str, tuple[Callable[[Any], Any], float]] = {                   # and the learning rate of each
    "sigmoid": (sigmoid, 5.0), "tanh": (np.tanh, 0.3), "relu": (relu, 0.1)}
PRINTED, EPOCHS = (0, 10000, 20000, 30000, 40000), 50000


def starts() -> dict[str, Weights]:
    """The weights that each network starts from: one stream of normal draws after seed 0."""
    random = RandomState(0)
    return {name: [random.normal(0, 1, (2, 2)) / np.sqrt(2), np.zeros((2, 1)),
                   random.normal(0, 1, (1, 2)) / np.sqrt(2), np.zeros((1, 1))] for name in ACTIVATIONS}


def predict(weights: Weights, activation: Callable[[Any], Any]) -> Any:
    """The output for the four points."""
    wh, bh, wo, bo = weights
    return activation(wo @ activation(wh @ X + bh) + bo)


def half_squares(weights: Weights, activation: Callable[[Any], Any]) -> Any:
    """½Σ(y − a)²"""
    error = Y - predict(weights, activation)
    return 0.5 * (error * error).sum()


def train(name: str, keep: tuple[int, ...], progress: bool = False) -> dict[int, Weights]:
    """The weights before each epoch in `keep`."""
    activation, rate = ACTIVATIONS[name]
    return descend(lambda weights: half_squares(weights, activation), starts()[name], rate / 4, keep, progress)


def trained(name: str, progress: bool = False) -> dict[str, Any]:
    """The loss at every printed epoch, and the outputs at the end, by the class of their points."""
    kept, activation = train(name, (*PRINTED, EPOCHS), progress), ACTIVATIONS[name][0]
    low, high, also_high, also_low = predict(kept[EPOCHS], activation)[0]
    return {"loss": [half_squares(kept[i], activation) for i in PRINTED],
            "class 0": [low, also_low], "class 1": [high, also_high]}


def row(name: str, losses: str, zeros: str, ones: str, digits: int | None = None) -> Row:
    """The row of one activation; `digits` of the outputs near zero are claimed."""
    return Row(f"004-xor-{name}", f"exclusive or, 2-2-1 {name}", partial(trained, name),
               (Figure("loss", losses), Figure("class 0", zeros, digits), Figure("class 1", ones)))


ROWS = (
    row("sigmoid", "0.524041 0.000211 0.000101 0.000066 0.000049",
        "0.00498677608341 0.00427497259731", "0.995797811796 0.995807280359"),
    row("tanh", "0.815223 0.000089 0.000041 0.000026 0.000019",
        "2.54374979424e-05 3.76155213167e-05", "0.996137582397 0.996104441828", digits=10),
    row("relu", "0.726709 0.000000 0.000000 0.000000 0.000000",
        "4.20935895214e-15 1.78584538084e-15", "1.00000000000 1.00000000000", digits=0),      # rounding residue
)
