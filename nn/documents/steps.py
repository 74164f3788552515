"""What documents 000, 001 and 002 suggest to try: step sizes, hidden layers, starts, and where descent goes wrong."""
from functools import partial
from typing import Any

import numpy as np
from numpy.random import RandomState

import nn
from autograd import grad
from nn.documents import layers, neuron
from nn.documents.regression import draw
from nn.documents.row import descend
from nn.documents.section import Found, Section, accuracy, moons, train
from nn.functional import relu, sigmoid


# ---------------------------------------------------------------- 000: exclusive or with one hidden layer
def step_sizes() -> Found:
    """The mean error of 3-32-1 after 2 000 passes at each of the document's rates, all seven at once."""
    start = layers.stacked(layers.uniform((3, 32), (32, 1)))
    errors = layers.mean_error(descend(layers.half_squares, start, layers.RATES, (2000,))[2000])
    return {f"error at {alpha:g}": float(error) for alpha, error in zip(layers.ALPHAS, errors, strict=True)}


def cross_validated_alpha() -> Found:
    """The document's rates on the moons, each judged by the mean loss on five fifths that were left out."""
    def model() -> nn.MLP:
        return nn.MLP([2, 8, 2], activation=nn.Sigmoid, seed=0)

    (data, new), chosen = moons(), model()
    search = nn.search_lr(model, data, loss=nn.CrossEntropyLoss(), epochs=200, lrs=layers.ALPHAS)
    train(chosen, data, 2000, search.lr)
    return {f"loss at {alpha:g}": loss for alpha, loss in search.losses.items()} | {
        "best alpha": search.lr, "accuracy": accuracy(chosen, new)}


def table(hidden: Any, width: int, passes: int, alpha: float) -> list[Any]:
    """Weights of 3-width-1 after so many passes; the output is a sigmoid, the hidden layer is what is asked for."""
    start = layers.uniform((3, width), (width, 1))
    return descend(lambda w: 0.5 * ((layers.XOR - outputs(w, hidden)) ** 2).sum(), start, alpha, (passes,))[passes]


def outputs(weights: list[Any], hidden: Any) -> Any:
    """σ(h(X·W)·V) for the four rows."""
    return sigmoid(hidden(layers.X @ weights[0]) @ weights[1])


def other_transformations() -> Found:
    """The mean error after 3 000 passes where the hidden layer is not a sigmoid."""
    kinds = {"sigmoid": (sigmoid, 1.0), "tanh": (np.tanh, 1.0), "relu": (relu, 0.1), "sine": (np.sin, 0.3)}
    return {f"error, {name}": float(np.abs(layers.XOR - outputs(table(h, 8, 3000, alpha), h)).mean())
            for name, (h, alpha) in kinds.items()}


def different_starts() -> Found:
    """Five starts of 3-8-1, trained side by side: how far the weights lie apart, and how far the predictions."""
    random = RandomState(1)
    start = [2 * random.random_sample((5, 3, 8)) - 1, 2 * random.random_sample((5, 8, 1)) - 1]
    weights = descend(layers.half_squares, start, 3.0, (5000,))[5000]
    predictions = outputs(weights, sigmoid)
    return {"weights differ by": float(np.ptp(weights[0], axis=0).max()),
            "predictions differ by": float(np.ptp(predictions, axis=0).max())}


def hidden_sizes() -> Found:
    """The mean error at alpha 1 with 32 to 200 hidden units, after 300 passes and after 3 000."""
    found = {}
    for width in (32, 100, 200):
        for passes in (300, 3000):
            error = np.abs(layers.XOR - outputs(table(sigmoid, width, passes, 1.0), sigmoid)).mean()
            found[f"{width} units, {passes} passes"] = float(error)
    return found


def separating_column() -> Found:
    """Example 1 as logistic regression: the weights grow without end, unless a penalty holds them."""
    def cross_entropy(weights: list[Any], decay: float) -> Any:
        likelihood = nn.BCEWithLogitsLoss(reduction="sum")(layers.X @ weights[0], layers.FIRST_COLUMN)
        return likelihood + 0.5 * decay * (weights[0] ** 2).sum()

    free = descend(partial(cross_entropy, decay=0.0), layers.uniform((3, 1)), 1.0, (100, 500, 2500))
    held = descend(partial(cross_entropy, decay=0.1), layers.uniform((3, 1)), 1.0, (500,))[500]
    sizes = {f"|w| after {passes}": float(np.linalg.norm(w[0])) for passes, w in free.items()}
    slope = grad(partial(cross_entropy, decay=0.1))(held)[0]
    return sizes | {"|w|, penalised": float(np.linalg.norm(held[0])), "slope there": float(np.linalg.norm(slope))}


# ---------------------------------------------------------------- 001: one neuron, and descent in general
def four_steps() -> Found:
    """Forward, loss, backward, update: written out for one row, and as `fit` does them."""
    x, y = np.array([[2.0, 1.0]]), np.array([[1.0]])
    by_hand = nn.Linear(2, 1, seed=0)
    p = sigmoid(by_hand(x))                                                      # 1. forward
    loss = ((p - y) ** 2).mean()                                                 # 2. loss
    loss.backward()                                                              # 3. backward
    by_hand.weight.data = by_hand.weight.data - 0.1 * by_hand.weight.grad        # 4. update
    after = ((sigmoid(by_hand.predict(x)) - y) ** 2).mean()
    model = nn.Sequential(nn.Linear(2, 1, seed=0), nn.Sigmoid())
    train(model, (x, y), 1, 0.1, loss=nn.MSELoss())
    difference = np.abs(model.state_dict()["0.weight"] - by_hand.weight.data).max()
    return {"loss before": float(loss), "loss after": float(after), "difference": float(difference)}


def usual_steps() -> Found:
    """The document's neuron on its eight rows, scaled to mean 0 and deviation 1, after 1 000 passes at each rate."""
    rows = np.array(neuron.DATA)
    X, y = (rows[:, :2] - rows[:, :2].mean(axis=0)) / rows[:, :2].std(axis=0), rows[:, 2:]

    def error(weights: list[Any]) -> Any:
        return ((sigmoid(X @ weights[0] + weights[1]) - y) ** 2).mean()

    start = [np.zeros((2, 1)), 0.0]
    ends = {rate: error(descend(error, start, rate, (1000,))[1000]) for rate in (0.1, 0.01, 0.001)}
    return {"error at the start": float(error(start))} | {f"error at {rate:g}": float(e) for rate, e in ends.items()}


def scaled_neuron() -> Found:
    """Document 001's neuron does not learn its table. Scaled inputs do not help; one hidden layer does."""
    rows = np.array(neuron.DATA)
    X, y = (rows[:, :2] - rows[:, :2].mean(axis=0)) / rows[:, :2].std(axis=0), rows[:, 2].astype(int)
    line, curve = nn.MLP([2, 2], seed=0), nn.MLP([2, 6, 2], activation=nn.Tanh, seed=0)
    for model in (line, curve):
        train(model, (X, y), 2000, 0.3)
    return {"accuracy, neuron": accuracy(line, (X, y)), "accuracy, hidden layer": accuracy(curve, (X, y))}


def local_minima() -> Found:
    """x⁴ − 2x² + 0.3x from both sides: descent ends in the valley that it starts in."""
    def f(x: Any) -> Any:
        return x ** 4 - 2 * x ** 2 + 0.3 * x

    left, right = (descend(lambda w: f(w[0]), [x], 0.05, (200,))[200][0] for x in (-1.5, 1.5))
    return {"x from the left": left, "x from the right": right, "value left": f(left), "value right": f(right)}


def step_limit() -> Found:
    """On ½·4·x² a step below 2/4 comes nearer, one above it runs away."""
    found = {}
    for rate in (0.01, 0.25, 0.49, 0.51):
        end = descend(lambda w: 2.0 * w[0] * w[0], [1.0], rate, (100,))[100][0]
        found[f"|x| at {rate:g}"] = abs(end)
    return found


def conditioning() -> Found:
    """½(x² + c·y²) at the best step: passes until the distance is a thousandth, for c = 1, 10, 100."""
    def passes(c: float) -> float:
        scale, x, count = np.array([1.0, c]), [np.array([1.0, 1.0])], 0
        while np.linalg.norm(x[0]) > 1e-3:
            x = descend(lambda w: 0.5 * (scale * w[0] * w[0]).sum(), x, 1.9 / (1.0 + c), (1,))[1]
            count += 1
        return float(count)

    return {f"passes, c = {c:g}": passes(c) for c in (1.0, 10.0, 100.0)}


def first_slope(kind: Any, spread: float) -> float:
    """The size of ∂output/∂W of the first of ten layers, 30 wide, whose weights have deviation spread/√30."""
    random, x = RandomState(0), RandomState(1).standard_normal((20, 30))
    weights = [random.standard_normal((30, 30)) * spread / np.sqrt(30) for _ in range(10)]

    def output(first: Any) -> Any:
        a = kind(x @ first)
        for w in weights[1:]:
            a = kind(a @ w)
        return (a * a).sum()

    return float(np.linalg.norm(grad(output)(weights[0])))


def vanishing() -> Found:
    """What is left of a slope after ten layers: little with sigmoids, enough with relu, too much with large weights."""
    return {"slope, sigmoid": first_slope(sigmoid, 1.0), "slope, tanh": first_slope(np.tanh, 1.0),
            "slope, relu": first_slope(relu, np.sqrt(2.0)), "slope, large weights": first_slope(relu, 5.0)}


# ---------------------------------------------------------------- 002: hyperparameters
def mean_square(lr: float = 0.03, passes: int = 300, hidden: tuple[int, ...] = (10,),
                activation: Any = nn.Sigmoid) -> float:
    """002's task on 1 000 scaled points; the mean square error on 1 000 others, as a share of y's variance."""
    problem = draw(2000)
    X, y = problem.X.T, problem.y.reshape(-1, 1)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    model = nn.MLP([2, *hidden, 1], activation=activation, seed=0)
    train(model, (X[:1000], y[:1000]), passes, lr, partial(nn.SGD, momentum=0.9), nn.MSELoss())
    return float(np.mean((model.predict(X[1000:]) - y[1000:]) ** 2))


def by_choice(name: str, choices: dict[str, Any]) -> Found:
    """The error for every value of one hyperparameter, the others as they are."""
    return {f"error, {label}": mean_square(**{name: value}) for label, value in choices.items()}


SECTIONS = (
    Section("000-steps", "small and large steps", step_sizes, (
        ("error at 10", "error at 1", "error at 0.1", "error at 0.01", "error at 0.001"), (0.49, "error at 100"),
        (0.49, "error at 1000"))),
    Section("000-cross-validation", "a step chosen by cross-validation", cross_validated_alpha, (
        ("loss at 10", "loss at 1", "loss at 0.1", "loss at 0.01", "loss at 0.001"), ("loss at 10", "loss at 100"),
        ("loss at 10", "loss at 1000"), (1.0, "best alpha", 10.0), (0.94, "accuracy")), slow=True),
    Section("000-hidden-transformations", "other transformations for the hidden layer", other_transformations, tuple(
        (f"error, {name}", 0.05) for name in ("sigmoid", "tanh", "relu", "sine"))),
    Section("000-starts", "other starts: other weights, the same predictions", different_starts, (
        (1.0, "weights differ by"), ("predictions differ by", 0.05))),
    Section("000-hidden-sizes", "more than fifty hidden units", hidden_sizes, (
        ("32 units, 300 passes", 0.2, 0.4, "200 units, 300 passes"), ("200 units, 3000 passes", 0.05),
        ("100 units, 3000 passes", "100 units, 300 passes"), ("32 units, 3000 passes", "32 units, 300 passes"))),
    Section("000-separating-column", "example 1 as logistic regression", separating_column, (
        ("|w| after 100", "|w| after 500", "|w| after 2500"), ("|w|, penalised", "|w| after 500"),
        ("slope there", 1e-9))),
    Section("001-four-steps", "forward, loss, backward, update", four_steps, (
        ("loss after", "loss before"), ("difference", 1e-15))),
    Section("001-usual-steps", "0.1, 0.01 and 0.001", usual_steps, (
        ("error at 0.1", "error at 0.01", "error at 0.001", "error at the start"),)),
    Section("001-neuron-and-hidden-layer", "why the neuron does not learn its table", scaled_neuron, (
        ("accuracy, neuron", 0.8), (1.0, "accuracy, hidden layer"))),
    Section("001-local-minima", "two valleys", local_minima, (
        ("x from the left", -0.9, 0.9, "x from the right"), ("value left", "value right"))),
    Section("001-step-size", "the largest step that still descends", step_limit, (
        ("|x| at 0.25", "|x| at 0.01", 0.02), ("|x| at 0.49", 0.2, 1.0, "|x| at 0.51"))),
    Section("001-conditioning", "narrow valleys take longer", conditioning, (
        ("passes, c = 1", 10.0, "passes, c = 10", 50.0, "passes, c = 100"),)),
    Section("001-vanishing-gradient", "slopes that vanish and explode", vanishing, (
        ("slope, sigmoid", 1e-3, 1.0, "slope, tanh", 1e3), (1.0, "slope, relu", 1e3), (1e5, "slope, large weights"))),
    Section("002-learning-rate", "the learning rate", partial(by_choice, "lr", {"lr 0.001": 0.001, "lr 0.03": 0.03}), (
        ("error, lr 0.03", "error, lr 0.001"),)),
    Section("002-iterations", "how many passes", partial(
        by_choice, "passes", {"30 passes": 30, "300 passes": 300, "3000 passes": 3000}), (
        ("error, 3000 passes", "error, 300 passes", "error, 30 passes"),)),
    Section("002-hidden-layers", "how many hidden layers", partial(
        by_choice, "hidden", {"none": (), "one": (10,), "two": (10, 10)}), (
        ("error, one", "error, none"), ("error, two", "error, none"))),
    Section("002-hidden-units", "how many hidden units", partial(
        by_choice, "hidden", {"1 unit": (1,), "3 units": (3,), "30 units": (30,)}), (
        ("error, 3 units", "error, 1 unit"), ("error, 30 units", "error, 1 unit"))),
    Section("002-activation", "the activation", partial(
        by_choice, "activation", {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}), (
        ("error, tanh", "error, sigmoid"), ("error, relu", "error, sigmoid"))),
)
