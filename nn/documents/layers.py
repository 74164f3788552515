"""Document 000: layers of sigmoids without biases, fitted to the four rows of a truth table, in Python and in R.

All of them descend on ½Σ(y − p)². What the document prints of a network's outputs is from before the last update, its
weights are from after it; and R counts passes from 1 where Python counts from 0.
"""
import json
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from nn.documents.row import Figure, Row, Weights, descend
from nn.functional import sigmoid

Array = NDArray[np.float64]

X = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])      # the third column is the bias
FIRST_COLUMN, XOR = X[:, :1], np.array([[0.0], [1.0], [1.0], [0.0]])
ALPHAS = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
SHOWN, SHOWN_BY_R = (0, 10000, 20000), (9999, 19999, 29999)      # passes whose error is printed


# ---------------------------------------------------------------- the network
def layers(weights: Weights) -> list[Any]:
    """The output of every layer in turn."""
    outputs = [X]
    for w in weights:
        outputs.append(sigmoid(outputs[-1] @ w))
    return outputs[1:]


def half_squares(weights: Weights, y: Array = XOR) -> Any:
    """½Σ(y − p)²"""
    error = y - layers(weights)[-1]
    return 0.5 * (error * error).sum()


def mean_error(weights: Weights) -> Any:
    """The mean of |y − p| over the four rows, for each network where the weights are stacks of several."""
    return np.abs(XOR - layers(weights)[-1]).mean((-2, -1))


# ---------------------------------------------------------------- starting weights
def uniform(*shapes: tuple[int, ...]) -> Weights:
    """The document's start in Python: even on (−1, 1), drawn in turn after seed 1."""
    random = RandomState(1)
    return [2 * random.random_sample(shape) - 1 for shape in shapes]


def recorded(row: str) -> Weights:
    """The start of a row as R drew it."""
    starts = json.loads(Path(__file__).with_name("starts.json").read_text())
    return [np.array(w) for w in starts[row]]


def stacked(weights: Weights) -> Weights:
    """One copy for each rate: axis 0 tells the networks apart."""
    return [np.stack([w] * len(ALPHAS)) for w in weights]


RATES = np.array(ALPHAS).reshape(-1, 1, 1)


# ---------------------------------------------------------------- the examples
def one_layer(start: Weights, progress: bool = False) -> dict[str, Any]:
    """Example 1: 10 000 passes at rate 1; the first column is the answer."""
    kept = descend(partial(half_squares, y=FIRST_COLUMN), start, 1.0, (9999, 10000), progress)
    return {"p": layers(kept[9999])[0], "w": kept[10000][0]}


def two_layers(start: Weights, shown: tuple[int, ...], progress: bool = False) -> dict[str, Any]:
    """Example 2: exclusive or with four hidden units, 30 000 passes at rate 1."""
    kept = descend(half_squares, start, 1.0, (*shown, 29999, 30000), progress)
    hidden, p = layers(kept[29999])
    return {"errors": [mean_error(kept[i]) for i in shown], "last error": mean_error(kept[29999]),
            "hidden": hidden, "p": p, "w0": kept[30000][0], "w1": kept[30000][1]}


@cache
def sweep(progress: bool = False) -> dict[int, Weights]:
    """Example 3: 32 hidden units and seven rates, 30 000 passes, all seven networks at once.

    The sum of their losses is one number, and in its gradient each network finds its own.
    """
    return descend(half_squares, stacked(uniform((3, 32), (32, 1))), RATES, (*SHOWN, 29999), progress)


def all_rates(progress: bool = False) -> dict[str, Any]:
    """The errors of each rate."""
    kept = sweep(progress)
    return {f"alpha {alpha:g}": [mean_error(kept[i])[k] for i in SHOWN] for k, alpha in enumerate(ALPHAS)}


def rate_10(progress: bool = False) -> dict[str, Any]:
    """The outputs at rate 10."""
    return {"p": layers(sweep(progress)[29999])[1][ALPHAS.index(10.0)]}


def rate_10_from_R(progress: bool = False) -> dict[str, Any]:
    """Rate 10 from R's start."""
    kept = descend(half_squares, recorded("000-ex3-R-alpha10"), 10.0, SHOWN_BY_R, progress)
    return {"errors": [mean_error(kept[i]) for i in SHOWN_BY_R], "p": layers(kept[29999])[1]}


# ---------------------------------------------------------------- what is printed
# At rate 10 an early transient makes 1e-3 of a difference of 1e-16, so that only two digits are claimed there.
ROWS = (
    Row("000-ex1-python", "one layer of sigmoids", partial(one_layer, uniform((3, 1))), (
        Figure("p", "0.00966449 0.00786506 0.99358898 0.99211957"),)),
    Row("000-ex1-R", "one layer, from R's start", partial(one_layer, recorded("000-ex1-R")), (
        Figure("p", "0.009670417 0.007864211 0.993590571 0.992115835"),)),
    Row("000-ex2-python", "exclusive or, 3-4-1", partial(two_layers, uniform((3, 4), (4, 1)), SHOWN), (
        Figure("errors", "0.4964100319027255 0.008584525653247153 0.005789459862507812", digits=15),
        Figure("last error", "0.00463"),
        Figure("hidden", "0.696 0.124 0.923 0.996  0.180 0.000 0.017 0.893 "
                         "0.995 0.888 0.023 0.822  0.947 0.026 0.000 0.122"),
        Figure("p", "0.004 0.995 0.996 0.006"),
        Figure("w0", "4.407 4.028 -6.225 -4.092  -2.342 -5.706 -6.530 -3.506  0.826 -1.959 2.488 5.623"),
        Figure("w1", "-6.611 6.857 -10.069 7.501"))),
    Row("000-ex2-R", "exclusive or, from R's start", partial(two_layers, recorded("000-ex2-R"), SHOWN_BY_R), (
        Figure("errors", "0.0105538166393651 0.00729252475321203 0.0058973637409426", digits=15),
        Figure("last error", "0.00590"),
        Figure("hidden", "0.259 0.889 0.364 0.445  0.000 0.037 0.978 0.030 "
                         "0.946 1.000 0.984 0.020  0.016 0.984 1.000 0.001"),
        Figure("p", "0.002 0.993 0.994 0.008"),
        Figure("w0", "3.915 7.364 4.705 -3.669  -6.970 -5.351 4.337 -3.242  -1.050 2.079 -0.559 -0.221"),
        Figure("w1", "10.988 -10.733 5.576 -2.987"))),
    Row("000-ex3-python-sweep", "exclusive or, 3-32-1, seven rates", all_rates, (
        Figure("alpha 0.001", "0.49643992250078794 0.49104946812904954 0.4849763070274596", digits=15),
        Figure("alpha 0.01", "0.49643992250078794 0.35637906164802124 0.14693984546475994", digits=15),
        Figure("alpha 0.1", "0.49643992250078794 0.030540490838554993 0.019063872533418427", digits=15),
        Figure("alpha 1", "0.49643992250078794 0.007360522342493724 0.004972517050388164", digits=15),
        Figure("alpha 10", "0.49643992250078794 0.0022489756615412743 0.0015326357139237015", digits=2),
        Figure("alpha 100", "0.49643992250078794 0.5000000000000000 0.5000000000000000"),
        Figure("alpha 1000", "0.49643992250078794 0.5000000000000000 0.5000000000000000"))),
    Row("000-ex3-python-alpha10", "the outputs at rate 10", rate_10, (
        Figure("p", "0.0011 0.9989 0.9989 0.0015", digits=3),)),
    Row("000-ex3-R-alpha10", "rate 10, from R's start", rate_10_from_R, (
        Figure("errors", "0.00483502508464005 0.00207985328313795 0.00152092933542719", digits=2),
        Figure("p", "0.0013 0.9985 0.9986 0.0018", digits=3))),
)
