"""Document 002: a 2-10-1 network learns y = 2·x1·x2 + 2 from 10 000 random points; the columns of X are the points.

The document's class moves all ten hidden biases by one number, the sum of their gradients. That is what gradient
descent does when the biases share one shift, so `shared` puts a shift in the place of the biases.
"""
from typing import Any, NamedTuple

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from nn.documents.row import Figure, Row, Weights, descend
from nn.functional import sigmoid

ALPHA = 0.001
STOPS = (0, 100, 1000)                               # passes whose error the table shows

Array = NDArray[np.float64]


class Problem(NamedTuple):
    """The points, and the weights that the document's cells and its class start from: W1, b1, W2, b2."""

    X: Array
    y: Array
    cells: list[Array]
    start: list[Array]


def draw(points: int = 10000) -> Problem:
    """All of the document's random numbers in its order, after seed 0."""
    random = RandomState(0)
    x1, x2 = random.normal(0, 2, points), random.normal(10, 2, points)
    cells, start = ([random.random_sample(shape) for shape in ((10, 2), (10, 1), (1, 10), (1, 1))] for _ in range(2))
    return Problem(np.stack([x1, x2]), 2 * x1 * x2 + 2, cells, start)


def layers(weights: Weights, X: Array) -> list[Any]:
    """Z1, A1 and Z2 of W1, b1, W2, b2."""
    W1, b1, W2, b2 = weights
    Z1 = W1 @ X + b1
    A1 = sigmoid(Z1)
    return [Z1, A1, W2 @ A1 + b2]


def residual(weights: Weights, problem: Problem) -> Any:
    """Prediction − y"""
    return layers(weights, problem.X)[-1] - problem.y


def mean_square(weights: Weights, problem: Problem) -> Any:
    """The mean of the squared residuals."""
    error = residual(weights, problem)
    return (error * error).mean()


def train(problem: Problem, keep: tuple[int, ...], shared: bool = True, progress: bool = False) -> dict[int, Weights]:
    """The weights before each pass in `keep`; with `shared` all hidden biases move alike, as in the document."""
    W1, b1, W2, b2 = problem.start

    def unpacked(weights: Weights) -> Weights:
        return [weights[0], b1 + weights[1], *weights[2:]] if shared else weights

    kept = descend(lambda weights: 0.5 * mean_square(unpacked(weights), problem), [W1, 0.0 if shared else b1, W2, b2],
                   ALPHA, keep, progress)
    return {i: unpacked(weights) for i, weights in kept.items()}


def shapes(progress: bool = False) -> dict[str, Any]:
    """The shapes that the document's cells print."""
    problem = draw()
    Z1, A1, Z2 = layers(problem.cells, problem.X)
    return {"shapes": [array.shape for array in (problem.cells[0] @ problem.X, Z1, A1, Z2, sigmoid(Z2))]}


def trained(progress: bool = False) -> dict[str, Any]:
    """The mean square at each stop, as the document has it and with a gradient per bias."""
    problem = draw()
    return {name: [mean_square(weights, problem) for weights in train(problem, STOPS, shared, progress).values()]
            for name, shared in (("mean square", True), ("mean square, each bias its own", False))}


ROWS = (
    Row("002-tour", "2-10-1 in cells", shapes, (Figure("shapes", "10 10000 10 10000 10 10000 1 10000 1 10000"),)),
    Row("002-class", "2-10-1 on 10 000 points, 1 000 passes", trained, (
        Figure("mean square", "1643.2981317010376 1539.945339544174 768.4014206176397", digits=13, source="NumPy"),
        Figure("mean square, each bias its own", "1643.2981317010376 1540.3415782159059 775.0332380286893", digits=13,
               source="NumPy"))),
)
