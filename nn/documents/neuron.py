"""Document 001: one sigmoid neuron with two inputs and a bias, taught one randomly chosen row at a time.

Everything is Python floats: the graph of a step has one gate for every multiplication and addition.
"""
from typing import Any

from numpy.random import RandomState
from tqdm import tqdm

from autograd import grad
from nn.documents.row import Figure, Row
from nn.functional import sigmoid

DATA = ((3.0, 1.5, 0.0), (2.0, 1.0, 1.0), (4.0, 1.5, 0.0), (3.0, 4.0, 1.0),
        (3.5, 0.5, 0.0), (2.0, 0.5, 1.0), (5.5, 1.0, 1.0), (1.0, 1.0, 0.0))      # x1, x2, y
ALPHA = 0.1

Weights = tuple[Any, Any, Any]                                                   # w1, w2, b


def start(random: RandomState) -> Weights:
    """The document's weights: three normal draws."""
    return random.standard_normal(), random.standard_normal(), random.standard_normal()


def predict(weights: Weights, x1: float, x2: float) -> Any:
    """σ(w·x + b)"""
    w1, w2, b = weights
    return sigmoid(x1 * w1 + x2 * w2 + b)


def squared_error(weights: Weights, x1: float, x2: float, y: float) -> Any:
    """(p − y)² for one row."""
    error = predict(weights, x1, x2) - y
    return error * error


def total_error(weights: Weights) -> Any:
    """The squared error, summed over the rows."""
    return sum(squared_error(weights, *row) for row in DATA)


def train(steps: int = 10000, progress: bool = False) -> tuple[Weights, list[float]]:
    """The weights after so many steps, and the total error after every hundredth, the first included."""
    random, gradient, curve = RandomState(42), grad(squared_error), []
    w1, w2, b = start(random)
    for i in tqdm(range(steps), leave=False, disable=None if progress else True):
        g1, g2, gb = gradient((w1, w2, b), *DATA[random.randint(len(DATA))])
        w1, w2, b = w1 - g1 * ALPHA, w2 - g2 * ALPHA, b - gb * ALPHA
        if i % 100 == 0:
            curve.append(total_error((w1, w2, b)))
    return (w1, w2, b), curve


def untrained(progress: bool = False) -> dict[str, Any]:
    """The printed prediction belongs to no row of the table: the input (1.66, 1.56) gives it."""
    return {"p": predict(start(RandomState(42)), 1.66, 1.56)}


def trained(progress: bool = False) -> dict[str, Any]:
    """The first, lowest and last point of the error curve."""
    curve = train(progress=progress)[1]
    return {"total error": [curve[0], min(curve), curve[-1]]}


ROWS = (
    Row("001-predict", "one neuron, untrained", untrained, (Figure("p", "0.7784302101100966"),)),
    Row("001-train", "one neuron, 10 000 single rows", trained, (
        Figure("total error", "3.0675177766240234 1.8845717329079048 1.9038661901637803", digits=15, source="NumPy"),)),
)
