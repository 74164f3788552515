"""What the documents draw: the numbers in it, and with matplotlib (`gategrad[plot]`) the pictures themselves."""
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import nn
from autograd import Tensor, draw, elementwise_grad, trace
from nn.documents import digits, moons, neuron, regression
from nn.documents.row import Weights
from nn.documents.section import Found, Section, accuracy
from nn.functional import relu, sigmoid

SLOPES = (-2.0, 0.0, 2.0)
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": relu}


def save(axes: Any, path: Path) -> None:
    """The figure that the axes are in, in a file."""
    from matplotlib import pyplot
    axes.figure.savefig(path)
    pyplot.close(axes.figure)


# ---------------------------------------------------------------- functions
def slopes() -> Found:
    """000: σ′ at three points."""
    return {f"slope at {x:g}": float(elementwise_grad(sigmoid)(x)) for x in SLOPES}


def draw_slopes(path: Path) -> None:
    """000: the sigmoid with its tangents at three points."""
    save(nn.plot.activation(nn.Sigmoid(), tangents=SLOPES), path)


def activations() -> Found:
    """004: the values and slopes of the three activations at 1."""
    return {f"{name}{what}": float(f(1.0)) for name, function in ACTIVATIONS.items()
            for what, f in (("", function), ("′", elementwise_grad(function)))}


def draw_activations(path: Path) -> None:
    """004: sigmoid, tanh and relu side by side, each with its derivative."""
    from matplotlib import pyplot
    _, row = pyplot.subplots(1, 3, figsize=(12, 4), layout="constrained")
    for axes, kind in zip(row, (nn.Sigmoid, nn.Tanh, nn.ReLU), strict=True):
        nn.plot.activation(kind(), ax=axes)
    save(row[0], path)


# ---------------------------------------------------------------- curves
@cache
def neuron_curve() -> list[float]:
    """001: the squared error of the eight rows after every hundredth of 10 000 steps."""
    return neuron.train()[1]


def error_curve() -> Found:
    """001: the first, lowest and last of the hundred errors."""
    curve = neuron_curve()
    return {"points": len(curve), "first": curve[0], "lowest": min(curve), "last": curve[-1]}


def draw_error_curve(path: Path) -> None:
    """001: the error against the number of the recording, one in a hundred steps."""
    axes = nn.plot.loss(neuron_curve())
    axes.set(title="error of the neuron", xlabel="recording, one in 100 steps", ylabel="total squared error")
    save(axes, path)


@cache
def regressed() -> tuple[nn.Sequential, nn.History, Any, Any]:
    """002: 2-10-1 after 10 000 passes on 10 000 points, with a gradient for each bias."""
    problem = regression.draw()
    X, y = problem.X.T, problem.y.reshape(-1, 1)
    model = nn.Sequential(nn.Linear(2, 10), nn.Sigmoid(), nn.Linear(10, 1))
    W1, b1, W2, b2 = problem.start
    model.load_state_dict({"0.weight": W1, "0.bias": b1[:, 0], "2.weight": W2, "2.bias": b2[:, 0]})
    # Steps descend on half the mean square.
    history = nn.fit(model, (X, y), loss=lambda p, y: 0.5 * nn.MSELoss()(p, y), epochs=10000, progress=False,
                     optimizer=nn.SGD(model.parameters(), lr=regression.ALPHA))
    return model, history, X, y


def regression_loss() -> Found:
    """002: the mean square before the first pass and after the last; the curve has half of it before each pass."""
    model, history, X, y = regressed()
    return {"points": len(history.loss), "mean square at first": 2 * history.loss[0],
            "mean square at the end": float(np.mean((model.predict(X) - y) ** 2))}


def draw_regression_loss(path: Path) -> None:
    """002: the loss against the pass."""
    save(nn.plot.loss(regressed()[1].loss), path)


def regression_scatter() -> Found:
    """002: which share of y's variance the predictions explain."""
    model, _, X, y = regressed()
    residual = model.predict(X) - y
    return {"points": len(y), "R²": 1.0 - float((residual ** 2).mean() / y.var())}


def draw_regression_scatter(path: Path) -> None:
    """002: y against the prediction, on the document's paper size."""
    from matplotlib import pyplot
    model, _, X, y = regressed()
    _, axes = pyplot.subplots(figsize=(11.7, 8.27))
    save(nn.plot.predictions(y, model.predict(X), ax=axes), path)


@cache
def digit_losses() -> list[float]:
    """004: the loss of each of 200 epochs on the shipped digits."""
    return digits.history(digits.shipped(), digits.EPOCHS, ())[0]


def digit_curve() -> Found:
    """004: how many epochs, the first loss and the last."""
    losses = digit_losses()
    return {"epochs": len(losses), "first": losses[0], "last": losses[-1]}


def draw_digit_curve(path: Path) -> None:
    """004: the loss against the epoch."""
    save(nn.plot.loss(digit_losses()), path)


# ---------------------------------------------------------------- networks and graphs
def draw_network(sizes: tuple[int, ...], path: Path) -> None:
    """Units and lines of a network of these sizes."""
    save(nn.plot.network(sizes), path)


def network(sizes: tuple[int, ...]) -> Found:
    """How many units and lines the drawing has."""
    svg = nn.plot.network_svg(sizes)
    return {"units": svg.count("<circle"), "lines": svg.count("<line")}


def moons_loss(X: Any, y: Any, weights: Weights) -> Any:
    """003: the loss of 2-3-2 on the moons, with the document's tanh on the scores."""
    return nn.CrossEntropyLoss()(moons.scores(weights, X), y)


def graph() -> Found:
    """003: the multiply and add gates and the tanh layers in it."""
    gates = [step.gate.name for step in trace(moons_loss)(*moons.draw())]
    return {"multiply gates": gates.count("matmul"), "add gates": gates.count("add"),
            "tanh layers": gates.count("tanh")}


def draw_graph(path: Path) -> None:
    """003: the whole graph with values and gradients."""
    X, y, weights = moons.draw()
    named = [Tensor(w, name=name) for w, name in zip(weights, ("W1", "b1", "W2", "b2"), strict=True)]
    draw(moons_loss(X, y, named)).save(path)


def local_gradient() -> Found:
    """003: a multiply gate hands each input what comes back, times the other input."""
    x, y = Tensor(2.0, name="x"), Tensor(3.0, name="y")
    (x * y).backward(4.0)
    return {"comes back": 4.0, "to x": x.grad, "to y": y.grad}


def draw_gate(path: Path) -> None:
    """003: one multiply gate with its values and gradients."""
    draw(Tensor(2.0, name="x") * Tensor(3.0, name="y")).save(path)


# ---------------------------------------------------------------- points and images
@cache
def trained_moons() -> nn.MLP:
    """003: the document's network after 20 000 passes, as a model."""
    model = nn.MLP([2, 3, 2], activation=nn.Tanh, output=nn.Tanh)
    W1, b1, W2, b2 = moons.train((moons.PASSES,))[moons.PASSES]
    model.load_state_dict({"0.weight": W1.T, "0.bias": b1, "2.weight": W2.T, "2.bias": b2})
    return model


def boundary() -> Found:
    """003: the accuracy, and how many squares of side 0.01 are of class 1, 0.5 around the points included."""
    X, y = nn.load_moons(200, 0.2, seed=0)
    (left, bottom), (right, top) = X.min(axis=0) - 0.5, X.max(axis=0) + 0.5
    grid = np.stack(np.meshgrid(np.arange(left, right, 0.01), np.arange(bottom, top, 0.01)), axis=-1).reshape(-1, 2)
    model = trained_moons()
    return {"accuracy": accuracy(model, (X, y)), "squares of class 1": int(model.predict(grid).argmax(axis=1).sum())}


def draw_boundary(path: Path) -> None:
    """003: the decision boundary with the points on it."""
    axes = nn.plot.decision_boundary(trained_moons(), *nn.load_moons(200, 0.2, seed=0), step=0.01)
    axes.set_title("Decision boundary for hidden layer size 3")
    save(axes, path)


def points() -> Found:
    """003: a hundred points of each class, most of them within the two half circles and three deviations."""
    X, y = nn.load_moons(200, 0.2, seed=0)
    inside = (X > [-1.6, -1.1]).all(axis=1) & (X < [2.6, 1.6]).all(axis=1)
    return {"class 0": int((y == 0).sum()), "class 1": int((y == 1).sum()), "share inside": float(inside.mean())}


def draw_points(path: Path) -> None:
    """003: the moons in two colours."""
    save(nn.plot.points(*nn.load_moons(200, 0.2, seed=0), size=40), path)


def xor_points() -> Found:
    """004: the sum of the coordinates, by class: 0 or 2, and 1."""
    X, y = nn.load_xor()
    return {"class 0, least": X[y == 0].sum(axis=1).min(), "class 0, most": X[y == 0].sum(axis=1).max(),
            "class 1, least": X[y == 1].sum(axis=1).min(), "class 1, most": X[y == 1].sum(axis=1).max()}


def draw_xor_points(path: Path) -> None:
    """004: circles and crosses."""
    axes = nn.plot.points(*nn.load_xor(), size=1000)
    axes.set(xlim=(-0.1, 1.1), ylim=(-0.1, 1.1), title="exclusive or")
    save(axes, path)


def digit_samples() -> Found:
    """004: the first twenty images: their labels are 0 to 9 twice, their pixels lie between 0 and 1."""
    X, y = nn.load_digits()
    return {"classes": len(set(y[:20].tolist())), "darkest": X[:20].min(), "brightest": X[:20].max()}


def draw_digit_samples(path: Path) -> None:
    """004: the first twenty images with their labels."""
    X, y = nn.load_digits()
    save(nn.plot.images(X[:20], y[:20]), path)


SECTIONS = (
    Section("000-sigmoid", "the sigmoid with three slopes", slopes, (
        (0.25, "slope at 0", 0.25), (0.1049, "slope at -2", 0.105), (0.1049, "slope at 2", 0.105)), draw_slopes),
    Section("001-error-curve", "the error of the neuron", error_curve, (
        (100, "points", 100), (3.067, "first", 3.068), (1.884, "lowest", 1.885), (1.903, "last", 1.904)),
        draw_error_curve),
    Section("002-network", "2-10-1 as units and lines", partial(network, (2, 10, 1)), (
        (13, "units", 13), (30, "lines", 30)), partial(draw_network, (2, 10, 1))),
    Section("002-loss", "the loss of 10 000 passes", regression_loss, (
        (10000, "points", 10000), (1643.298, "mean square at first", 1643.299),
        (109.135, "mean square at the end", 109.136)), draw_regression_loss, slow=True),
    Section("002-scatter", "y against the prediction", regression_scatter, (
        (10000, "points", 10000), (0.93285, "R²", 0.93286)), draw_regression_scatter, slow=True),
    Section("003-points", "the moons", points, (
        (100, "class 0", 100), (100, "class 1", 100), (0.98, "share inside")), draw_points),
    Section("003-graph", "the computation graph of 2-3-2", graph, (
        (2, "multiply gates", 2), (2, "add gates", 2), (2, "tanh layers", 2)), draw_graph),
    Section("003-local-gradient", "what one gate hands back", local_gradient, (
        (12.0, "to x", 12.0), (8.0, "to y", 8.0), (4.0, "comes back", 4.0)), draw_gate),
    Section("003-boundary", "the decision boundary", boundary, (
        (0.985, "accuracy", 0.985), (76911, "squares of class 1", 76931)), draw_boundary, slow=True),
    Section("004-network", "a network of any number of layers and units", partial(network, (4, 5, 3, 2)), (
        (14, "units", 14), (41, "lines", 41)), partial(draw_network, (4, 5, 3, 2))),
    Section("004-activations", "sigmoid, tanh, relu and their derivatives", activations, (
        (0.731, "sigmoid", 0.732), (0.196, "sigmoid′", 0.197), (0.761, "tanh", 0.762), (0.419, "tanh′", 0.42),
        (1.0, "relu", 1.0), (1.0, "relu′", 1.0)), draw_activations),
    Section("004-xor-points", "the four points of exclusive or", xor_points, (
        (0.0, "class 0, least", 0.0), (2.0, "class 0, most", 2.0), (1.0, "class 1, least", "class 1, most", 1.0)),
        draw_xor_points),
    Section("004-digit-samples", "sample digits", digit_samples, (
        (10, "classes", 10), (0.0, "darkest", 0.0), (1.0, "brightest", 1.0)), draw_digit_samples),
    Section("004-loss-per-epoch", "the loss of 200 epochs", digit_curve, (
        (200, "epochs", 200), ("last", 300.0, 600.0, "first")), draw_digit_curve, slow=True),
)
