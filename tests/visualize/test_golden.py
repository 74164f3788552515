"""The text of a dozen graphs, character by character.

After a change that is meant: `python -m tests.visualize.test_golden`.
"""
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor, draw, grad, trace
from autograd.visualize.drawing import Drawing
from tests.visualize.graphs import hostile, islands, network, product

FOLDER = Path(__file__).parent / "golden"


def numbers():
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    c = a * b + np.sin(a)
    return draw(c / (1.0 + abs(b)) - a**2)


def arrays():
    X, w = Tensor(np.arange(12.0).reshape(3, 4) / 8, name="X"), Tensor([1.0, -1.0, 0.5, 0.25], name="w")
    return draw(np.log(np.exp(X @ w).sum()))


def moves():
    X = Tensor(np.arange(6.0).reshape(2, 3), name="X")
    return draw((X.T[1:, ::-1].reshape(-1) * np.array([1.0, 2.0, 3.0, 4.0])).mean())


def no_number():
    x = Tensor([1.0, 2.0], name="x")
    return draw(np.outer(x, x))


def forks():
    x = Tensor(0.5, name="x")
    y = x * x
    return draw(y * y + y + x)


def classifier(depth=None):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    for parameter in model.parameters():
        parameter.data = np.arange(float(parameter.size)).reshape(parameter.shape) / 8
    out = model(np.array([[1.0, -1.0], [0.5, 2.0]]))
    return draw(nn.CrossEntropyLoss()(out, np.array([0, 1])), depth=depth)


def loop(depth=0):
    x, w = Tensor(1.0, name="x"), Tensor(0.5, name="w")
    for _ in range(8):
        x = x * w + 0.25
        x = np.tanh(x)
    return draw(x - w, depth=depth)


def program():
    return draw(trace(grad(lambda x, w: np.sum(np.tanh(x @ w))))(np.ones((2, 3)), np.ones((3, 2))))


def loop_program():
    recorded = trace(lambda carry, x, k: (carry + x * k, carry * x))(1.0, 2.0, 3.0)
    return draw(replace(recorded, carried=1, sliced=1))


GRAPHS = {
    "product": lambda: Drawing(product()), "islands": lambda: Drawing(islands()),
    "network": lambda: Drawing(network(2, 2, 1)), "hostile": lambda: Drawing(hostile()),
    "numbers": numbers, "arrays": arrays, "moves": moves, "no number": no_number, "forks": forks,
    "classifier": classifier, "classifier by modules": lambda: classifier(0), "loop closed": loop,
    "loop by turns": lambda: loop(1), "program": program, "loop program": loop_program,
}


def written(name):
    """The text of a graph; lines of this file are not told apart, so that it may be edited."""
    return re.sub(r"(test_golden\.py):\d+(–\d+)?", r"\1", GRAPHS[name]().text())


@pytest.mark.parametrize("name", GRAPHS)
def test_the_text_is_what_it_was(name):
    assert written(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_no_text_is_left_over():
    assert {path.stem for path in FOLDER.iterdir()} == set(GRAPHS)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in GRAPHS:
        (FOLDER / f"{name}.txt").write_text(written(name), encoding="utf-8")
