"""The exercises of document 003, on its two half moons: other ways to train the same network, and what they change."""
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import nn
from autograd import grad, value_and_grad
from nn.documents.digits import shipped
from nn.documents.section import Found, Section, accuracy, cross_entropy, moons, train

PASSES = 300
ACTIVATIONS = nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Softplus


def network(*sizes: int, activation: Callable[[], nn.Module] = nn.Tanh, seed: int = 0) -> nn.MLP:
    """The document's network, with scores that are not squeezed by a last tanh."""
    return nn.MLP(sizes or (2, 3, 2), activation=activation, seed=seed)


def taught(epochs: int = PASSES, lr: float = 0.3, sizes: tuple[int, ...] = (2, 8, 2), **options: Any) -> nn.History:
    """The history of a network with eight hidden units on the document's points."""
    return train(network(*sizes), moons()[0], epochs, lr, **options)


# ---------------------------------------------------------------- how many rows a step sees, and how long it is
def minibatch() -> Found:
    """As many passes over the points, in steps on twenty of them and in steps on all."""
    few, all_ = taught(100, batch_size=20), taught(100)
    return {"loss, minibatches": few.loss[-1], "loss, full batch": all_.loss[-1], "accuracy": few.accuracy[-1]}


def single_rows() -> Found:
    """Stochastic gradient descent in the narrow sense: one point per step."""
    one, all_ = taught(20, 0.05, batch_size=1), taught(20, 0.05)
    return {"loss, one row at a time": one.loss[-1], "loss, full batch": all_.loss[-1], "accuracy": one.accuracy[-1]}


def annealing() -> Found:
    """ε / (1 + t/20) after epoch t, as against a step that stays large: how much the loss still jumps at the end."""
    def jumps(anneal: bool) -> tuple[float, float]:
        model, (data, _) = network(2, 8, 2), moons()
        optimizer = nn.SGD(model.parameters(), lr=3.0)
        schedule = nn.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch / 20))
        history = nn.fit(model, data, loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=150, batch_size=10,
                         callbacks=[schedule] if anneal else [], progress=False)
        return float(np.ptp(history.loss[-30:])), history.loss[-1]

    (annealed, loss), (constant, high) = jumps(True), jumps(False)
    return {"jumps, annealed": annealed, "jumps, constant": constant, "loss, annealed": loss, "loss, constant": high}


# ---------------------------------------------------------------- what else descends
def against_plain_descent(name: str, optimizer: Callable[..., nn.Optimizer], lr: float) -> Found:
    """The loss after 300 full passes, by this optimizer and by plain descent at step 0.1."""
    plain, other = taught(lr=0.1), taught(lr=lr, optimizer=optimizer)
    return {f"loss, {name}": other.loss[-1], "loss, plain descent": plain.loss[-1], "accuracy": other.accuracy[-1]}


def nesterov() -> Found:
    """Along a narrow valley, a look ahead takes the swing out of momentum: ½(x² + 100y²), momentum 0.95."""
    def left(**options: Any) -> float:
        x = nn.Parameter([10.0, 1.0])
        optimizer = nn.SGD([x], lr=0.009, **options)
        for _ in range(100):
            optimizer.zero_grad()
            (0.5 * (np.array([1.0, 100.0]) * x * x).sum()).backward()
            optimizer.step()
        return float(np.linalg.norm(x.data))

    return {"distance, Nesterov": left(momentum=0.95, nesterov=True), "distance, momentum": left(momentum=0.95),
            "distance, plain descent": left()} | against_plain_descent(
                "Nesterov", partial(nn.SGD, momentum=0.9, nesterov=True), 0.1)


# ---------------------------------------------------------------- other networks
def activations() -> Found:
    """Eight hidden units of each kind, and the accuracy on new points."""
    data, new = moons()
    found = {}
    for kind in ACTIVATIONS:
        model = network(2, 8, 2, activation=kind)
        train(model, data, 1000, 0.3, partial(nn.SGD, momentum=0.9))
        found[f"accuracy, {kind.__name__}"] = accuracy(model, new)
    return found


def three_classes() -> Found:
    """Three outputs in place of two, on three spiral arms, with and without a hidden layer."""
    data = nn.load_spirals()
    hidden, linear = network(2, 16, 3), network(2, 3)
    for model in (hidden, linear):
        train(model, data, 2000, 0.3, partial(nn.SGD, momentum=0.9))
    return {"accuracy": accuracy(hidden, data), "accuracy without a hidden layer": accuracy(linear, data)}


def depth_and_width() -> Found:
    """`layers_dim` of any length: the accuracy on new points."""
    data, new = moons()
    found = {}
    for sizes in ((2, 3, 2), (2, 20, 2), (2, 5, 4, 3, 2), (2, 8, 8, 8, 8, 2)):
        model = network(*sizes)
        train(model, data, 600, 0.2, partial(nn.SGD, momentum=0.9))
        found[f"accuracy, {'-'.join(map(str, sizes))}"] = accuracy(model, new)
    return found


def dropout() -> Found:
    """A network that is far too large for 100 noisy points learns them by heart, unless half its units are missing."""
    data, new = moons(100, 0.35)
    plain = nn.MLP([2, 100, 100, 2], activation=nn.ReLU, seed=0)
    dropping = nn.Sequential(nn.Linear(2, 100), nn.ReLU(), nn.Dropout(0.5), nn.Linear(100, 100), nn.ReLU(),
                             nn.Dropout(0.5), nn.Linear(100, 2), seed=0)
    for model in (plain, dropping):
        train(model, data, 1000, 0.05, partial(nn.SGD, momentum=0.9))
    return {"new loss, dropout": cross_entropy(dropping, new), "new loss, none": cross_entropy(plain, new),
            "own loss, dropout": cross_entropy(dropping, data), "own loss, none": cross_entropy(plain, data)}


def batch_normalisation() -> Found:
    """Six layers of sigmoids, which do not start to learn by themselves."""
    data, _ = moons()
    plain = nn.MLP([2, *[8] * 6, 2], activation=nn.Sigmoid, seed=0)
    layers: list[nn.Module] = [nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Sigmoid()]
    for _ in range(5):
        layers += [nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Sigmoid()]
    normalised = nn.Sequential(*layers, nn.Linear(8, 2), seed=0)
    for model in (plain, normalised):
        train(model, data, PASSES, 0.3)
    return {"accuracy": accuracy(normalised, data), "loss, normalised": cross_entropy(normalised, data),
            "loss, plain": cross_entropy(plain, data)}


def ensembles() -> Found:
    """Ten networks from ten starts learn a hundred digits; their mean probability against each of them."""
    X, y = shipped().train
    data, new = (X[:100], y[:100]), (X[100:], y[100:])
    members = [network(64, 10, 10, activation=nn.ReLU, seed=seed) for seed in range(10)]
    for model in members:
        train(model, data, 200, 0.2)
    together = nn.Ensemble(members, output=nn.Softmax).predict(new[0])
    alone = [accuracy(model, new) for model in members]
    return {"accuracy together": float(np.mean(together.argmax(axis=1) == new[1])),
            "mean accuracy alone": float(np.mean(alone)), "worst alone": min(alone),
            "loss together": float(nn.NLLLoss()(np.log(together), new[1])),
            "mean loss alone": float(np.mean([cross_entropy(model, new) for model in members]))}


def gradient_checks() -> Found:
    """∂loss/∂W by backpropagation and by central differences; and what the check says of a wrong derivative."""
    X, y = moons()[0]
    rng = np.random.default_rng(0)
    W, V = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))

    def loss(W: Any) -> Any:
        return nn.CrossEntropyLoss()(np.tanh(X @ W) @ V, y)

    numerical, step = np.zeros_like(W), 1e-5
    for i in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[i], down[i] = W[i] + step, W[i] - step
        numerical[i] = (loss(up) - loss(down)) / (2 * step)
    exact = grad(loss)(W)
    hidden = np.tanh(X @ W)
    _, at_scores = value_and_grad(lambda scores: nn.CrossEntropyLoss()(scores, y))(hidden @ V)
    forgotten = X.T @ (at_scores @ V.T)                                          # without tanh' = 1 − tanh²
    return {"error": _relative(exact, numerical), "error of a wrong derivative": _relative(forgotten, numerical)}


def _relative(a: Any, b: Any) -> float:
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


# ---------------------------------------------------------------- baselines
def logistic_regression() -> Found:
    """The failing baseline: a line through the moons, beside the document's network."""
    data, new = moons()
    line, curve = network(2, 2), network(2, 3, 2)
    for model in (line, curve):
        train(model, data, 2000, 0.3, partial(nn.SGD, momentum=0.9))
    return {"accuracy, line": accuracy(line, new), "accuracy, network": accuracy(curve, new)}


def polynomial(X: Any, degree: int = 3) -> Any:
    """Every product x1ⁱ·x2ʲ of degree 1 to 3."""
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i) if i + j]
    return np.column_stack([X[:, 0] ** i * X[:, 1] ** j for i, j in powers])


def polynomial_features() -> Found:
    """The linear alternative: logistic regression on products of the coordinates."""
    (X, y), (new_X, new_y) = moons()
    features, new = (polynomial(X), y), (polynomial(new_X), new_y)
    line, cubic = network(2, 2), network(9, 2)
    train(line, (X, y), 2000, 0.1, partial(nn.SGD, momentum=0.9))
    train(cubic, features, 2000, 0.1, partial(nn.SGD, momentum=0.9))
    return {"accuracy, coordinates": accuracy(line, (new_X, new_y)), "accuracy, products": accuracy(cubic, new)}




SECTIONS = (
    Section("003-minibatch", "steps on twenty points at a time", minibatch, (
        ("loss, minibatches", "loss, full batch"), (0.95, "accuracy")), slow=True),
    Section("003-sgd", "steps on one point at a time", single_rows, (
        ("loss, one row at a time", "loss, full batch"), (0.93, "accuracy"))),
    Section("003-annealing", "a step that gets shorter", annealing, (
        ("jumps, annealed", "jumps, constant"), ("loss, annealed", "loss, constant"))),
    Section("003-activations", "other activations", activations, tuple(
        (0.94, f"accuracy, {kind.__name__}") for kind in ACTIVATIONS), slow=True),
    Section("003-three-classes", "three classes: spiral arms", three_classes, (
        (0.95, "accuracy"), ("accuracy without a hidden layer", 0.6))),
    Section("003-momentum", "momentum", partial(
        against_plain_descent, "momentum", partial(nn.SGD, momentum=0.9), 0.1), (
        ("loss, momentum", 0.15, "loss, plain descent"), (0.95, "accuracy")), slow=True),
    Section("003-nesterov", "Nesterov's momentum", nesterov, (
        ("distance, Nesterov", "distance, momentum"), ("distance, Nesterov", "distance, plain descent"),
        ("loss, Nesterov", 0.15, "loss, plain descent"), (0.95, "accuracy")), slow=True),
    Section("003-adagrad", "Adagrad", partial(against_plain_descent, "Adagrad", nn.Adagrad, 0.1), (
        ("loss, Adagrad", 0.2, "loss, plain descent"), (0.95, "accuracy")), slow=True),
    Section("003-rmsprop", "RMSprop", partial(against_plain_descent, "RMSprop", nn.RMSprop, 0.01), (
        ("loss, RMSprop", 0.2, "loss, plain descent"), (0.95, "accuracy")), slow=True),
    Section("003-adam", "Adam", partial(against_plain_descent, "Adam", nn.Adam, 0.03), (
        ("loss, Adam", 0.2, "loss, plain descent"), (0.95, "accuracy")), slow=True),
    Section("003-dropout", "dropout", dropout, (
        ("new loss, dropout", "new loss, none"), ("own loss, none", "own loss, dropout")), slow=True),
    Section("003-batch-normalisation", "batch normalisation", batch_normalisation, (
        (0.95, "accuracy"), ("loss, normalised", 0.2, 0.6, "loss, plain")), slow=True),
    Section("003-gradient-checks", "gradients against differences", gradient_checks, (
        ("error", 1e-8), (0.01, "error of a wrong derivative"))),
    Section("003-ensembles", "the mean of ten networks", ensembles, (
        ("mean accuracy alone", "accuracy together"), ("worst alone", "mean accuracy alone"),
        ("loss together", "mean loss alone"))),
    Section("003-depth-and-width", "layers_dim free in depth and width", depth_and_width, tuple(
        (0.94, f"accuracy, {name}") for name in ("2-3-2", "2-20-2", "2-5-4-3-2", "2-8-8-8-8-2")), slow=True),
    Section("003-polynomial-features", "logistic regression on products of the coordinates", polynomial_features, (
        ("accuracy, coordinates", 0.9, 0.94, "accuracy, products"),)),
    Section("003-logistic-regression", "logistic regression, the baseline that fails", logistic_regression, (
        (0.8, "accuracy, line", 0.9, 0.94, "accuracy, network"),)),
)
