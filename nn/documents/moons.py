"""Document 003: a network of any depth with tanh everywhere, and softmax with cross-entropy, on two half moons.

The document descends on the cross-entropy summed over the points plus λ/2·ΣW², but prints its mean without the penalty.
"""
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from nn.data import load_moons
from nn.documents.row import Figure, Row, Weights, descend
from nn.losses import CrossEntropyLoss

PASSES, EPSILON, DECAY = 20000, 0.01, 0.01

Array = NDArray[np.float64]


def draw(sizes: tuple[int, ...] = (2, 3, 2)) -> tuple[Array, NDArray[np.int64], list[Array]]:
    """The points, their classes, and W and b of each layer in turn, all from one stream after seed 0."""
    random = RandomState(0)
    X, y = load_moons(200, 0.20, random)
    weights = []
    for fan_in, fan_out in pairwise(sizes):
        weights += [random.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in), random.standard_normal(fan_out)]
    return X, y, weights


def scores(weights: Weights, X: Array, bounded: bool = True) -> Any:
    """The last layer's output: tanh of it where `bounded`, as in the document."""
    last = len(weights) - 2
    for i in range(0, len(weights), 2):
        X = X @ weights[i] + weights[i + 1]
        X = np.tanh(X) if i < last or bounded else X
    return X


def mean_loss(weights: Weights, X: Array, y: NDArray[np.int64], bounded: bool = True) -> float:
    """The loss that the document prints."""
    return float(CrossEntropyLoss()(scores(weights, X, bounded), y))


def train(keep: tuple[int, ...], mean: bool = False, bounded: bool = True, epsilon: float = EPSILON,
          decay: float = DECAY, progress: bool = False) -> dict[int, Weights]:
    """The weights before each pass in `keep`; `mean` descends on the mean cross-entropy in place of the sum."""
    X, y, start = draw()
    cross_entropy = CrossEntropyLoss(reduction="mean" if mean else "sum")

    def objective(weights: Weights) -> Any:
        penalty = sum((W * W).sum() for W in weights[::2])
        return cross_entropy(scores(weights, X, bounded), y) + 0.5 * decay * penalty

    return descend(objective, start, epsilon, keep, progress)


def accuracy(weights: Weights, X: Array, y: NDArray[np.int64], bounded: bool = True) -> float:
    """The share of points whose largest score is that of their class."""
    return float(np.mean(np.argmax(scores(weights, X, bounded), axis=1) == y))


def trained(progress: bool = False) -> dict[str, Any]:
    """The printed loss after two early passes and two late ones, and the accuracy at the end."""
    X, y, _ = draw()
    kept = train((1, 501, 10001, PASSES), progress=progress)
    early, middle, late, last = (mean_loss(weights, X, y) for weights in kept.values())
    return {"early loss": [early, middle], "late loss": [late, last], "accuracy": accuracy(kept[PASSES], X, y)}


# Between passes 500 and 3000 a transient makes 4e-3 of a difference of 1e-15; afterwards runs come together again.
ROWS = (
    Row("003-as-written", "moons, 2-3-2 tanh and softmax", trained, (
        Figure("early loss", "0.7001719148945602 0.33279004773513193", digits=14, source="NumPy"),
        Figure("late loss", "0.16009348700917997 0.15999271199532378", digits=5, source="NumPy"),
        Figure("accuracy", "0.985", source="NumPy"))),
)
