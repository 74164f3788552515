"""What documents 001, 003 and 004 explain, each shown by numbers: neurons, equations, losses, generalisation."""
import re
from functools import partial
from typing import Any

import numpy as np
from numpy.random import RandomState

import nn
from autograd import Tensor, elementwise_grad, grad
from nn.documents import moons as document
from nn.documents import regression, xor
from nn.documents.digits import shipped
from nn.documents.row import descend
from nn.documents.section import Found, Section, accuracy, moons, train
from nn.functional import relu, sigmoid, softmax


# ---------------------------------------------------------------- 001 and 004: what a network is
def neuron() -> Found:
    """One neuron learns "and" and "or"; of exclusive or it gets no more than three rows right."""
    X, y = nn.load_xor()
    tables = {"and": (X[:, 0] * X[:, 1]).astype(int), "or": X.max(axis=1).astype(int), "exclusive or": y}
    found = {}
    for name, labels in tables.items():
        model = nn.Linear(2, 2, seed=0)
        train(model, (X, labels), 500, 1.0)
        found[name] = accuracy(model, (X, labels))
    return found


def linear_stack() -> Found:
    """W₃(W₂(W₁x)) is (W₃W₂W₁)x: three layers without activations are one, and moons remain out of reach."""
    data, new = moons()
    stack = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 8), nn.Linear(8, 2), seed=0)
    train(stack, data, 500, 0.1)
    (W1, b1), (W2, b2), (W3, b3) = ((layer.weight.data, layer.bias.data) for layer in stack)  # type: ignore[attr-defined]
    W, b = W3 @ W2 @ W1, W3 @ (W2 @ b1 + b2) + b3
    curved = nn.MLP([2, 8, 8, 2], activation=nn.Tanh, seed=0)
    train(curved, data, 1000, 0.5)
    difference = np.abs(stack.predict(new[0]) - (new[0] @ W.T + b)).max()
    return {"difference from one layer": float(difference), "accuracy, stack": accuracy(stack, new),
            "accuracy, with tanh": accuracy(curved, new)}


def sigmoid_derivative() -> Found:
    """σ′ = σ(1 − σ) on a thousand points, and its largest value, a quarter."""
    x = np.linspace(-20.0, 20.0, 1001)
    slope = elementwise_grad(sigmoid)(x)
    p = sigmoid(x)
    return {"error": float(np.abs(slope - p * (1 - p)).max()), "largest slope": float(slope.max())}


def ranges() -> Found:
    """Where the three activations lie for inputs from −30 to 30, and how steep they are."""
    x = np.linspace(-30.0, 30.0, 601)
    found: Found = {}
    for name, function in (("sigmoid", sigmoid), ("tanh", np.tanh), ("relu", relu)):
        found |= {f"{name}, lowest": float(function(x).min()), f"{name}, highest": float(function(x).max()),
                  f"{name}, steepest": float(elementwise_grad(function)(x).max())}
    return found


def learned_features() -> Found:
    """A line through x1 and x2 does not part the moons; through what a hidden layer has learned, it does."""
    data, new = moons()
    model = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=0)
    raw, learned = nn.Linear(2, 2, seed=0), nn.Linear(8, 2, seed=0)
    train(model, data, 1000, 0.5)
    hidden = model[:2]
    train(raw, data, 1000, 0.5)
    train(learned, (hidden.predict(data[0]), data[1]), 1000, 0.5)
    return {"accuracy, x1 and x2": accuracy(raw, new),
            "accuracy, learned features": accuracy(learned, (hidden.predict(new[0]), new[1]))}


KNOWN = ("she sleeps well", "sleeping all night", "the sleeper dreams", "he walks far", "walking all day",
         "the walker rests")
UNKNOWN = ("we slept and sleep", "the sleepiest one", "they walked home", "a walk uphill")


def stems(sentence: str) -> list[str]:
    """The words without their endings: a lemmatiser for two verbs.

    >>> stems("sleeping sleeper sleepiest")
    ['sleep', 'sleep', 'sleep']
    """
    return [re.sub(r"^(sleep|walk).*", r"\1", word) for word in sentence.split()]


def features() -> Found:
    """Is a sentence about sleeping or walking? Words are counted as they stand, and without their endings."""
    def result(words: Any) -> tuple[float, float]:
        vocabulary = sorted({word for sentence in KNOWN for word in words(sentence)})
        counts = [[[words(s).count(word) for word in vocabulary] for s in group] for group in (KNOWN, UNKNOWN)]
        model = nn.Linear(len(vocabulary), 2, seed=0)
        train(model, (np.array(counts[0], float), np.array([0, 0, 0, 1, 1, 1])), 300, 0.5)
        certainty = softmax(model.predict(np.array(counts[1], float)))
        return len(vocabulary), float(certainty[range(4), [0, 0, 1, 1]].min())

    (words, unsure), (lemmas, sure) = result(str.split), result(stems)
    return {"words": words, "lemmas": lemmas, "least probability, words": unsure, "least probability, lemmas": sure}


def supervised() -> Found:
    """Digits without their labels: eight numbers that keep the most of an image. With them: which digit it is."""
    digits = shipped()
    X = digits.train[0] - digits.train[0].mean(axis=0)
    coder = nn.Sequential(nn.Linear(64, 8), nn.Linear(8, 64), seed=0)
    train(coder, (X, X), 1500, 1.0, partial(nn.SGD, momentum=0.9), nn.MSELoss())
    lost = float(((coder.predict(X) - X) ** 2).mean())
    least = float((np.linalg.svd(X, compute_uv=False)[8:] ** 2).sum() / X.size)     # what no linear code can keep
    model = nn.Linear(64, 10, seed=0)
    train(model, digits.train, 200, 0.5)
    return {"lost without labels, over the least possible": lost / least, "accuracy with labels": accuracy(
        model, digits.test)}


def universal_approximation() -> Found:
    """The worst error of one hidden layer on sin 3x + x/2 over (−3, 3), by its width."""
    x = np.linspace(-3.0, 3.0, 200).reshape(-1, 1)
    y = np.sin(3 * x) + x / 2
    found = {}
    for width in (2, 8, 32):
        model = nn.MLP([1, width, 1], activation=nn.Tanh, seed=0)
        nn.BFGS(model.parameters(), maxiter=500, abstol=1e-9).minimize(partial(squares, model, x, y))
        found[f"worst error, {width} units"] = float(np.abs(model.predict(x) - y).max())
    return found


def squares(model: nn.Module, x: Any, y: Any) -> Any:
    """The mean square error, as BFGS wants it."""
    return nn.MSELoss()(model(x), y)


# ---------------------------------------------------------------- 003 and 004: gradients
def documents_classes() -> Found:
    """003's gates and layers, forward and backward as they are written there, against the engine."""
    X, y, weights = document.draw()
    inputs, sums = [X], []
    for W, b in zip(weights[::2], weights[1::2], strict=True):
        sums.append(inputs[-1] @ W + b)                                          # MultiplyGate, AddGate
        inputs.append(np.tanh(sums[-1]))                                         # Tanh
    difference = softmax(inputs[-1])                                             # Softmax.diff
    difference[range(len(y)), y] -= 1
    by_hand: list[Any] = []
    for W, below, above in zip(weights[-2::-2], inputs[-2::-1], inputs[:0:-1], strict=True):
        at_sum = difference * (1 - above ** 2)
        by_hand = [below.T @ at_sum, at_sum.sum(axis=0), *by_hand]
        difference = at_sum @ W.T
    exact = grad(lambda w: nn.CrossEntropyLoss(reduction="sum")(document.scores(w, X), y))(weights)
    return {"gradients": len(exact), "error": largest_difference(by_hand, exact)}


def largest_difference(by_hand: list[Any], exact: list[Any]) -> float:
    """The largest of |a − b| over all gradients."""
    return max(float(np.abs(a - b).max()) for a, b in zip(by_hand, exact, strict=True))


def reading() -> Found:
    """The graphs that two of the posts walk through: (x + y)·z at −2, 5, −4 and (a + b)·(b + 1) at 2, 1."""
    x, y, z = Tensor(-2.0), Tensor(5.0), Tensor(-4.0)
    ((x + y) * z).backward()
    a, b = Tensor(2.0), Tensor(1.0)
    ((a + b) * (b + 1)).backward()
    return {"df/dx": x.grad, "df/dy": y.grad, "df/dz": z.grad, "de/da": a.grad, "de/db": b.grad}


def equations() -> Found:
    """004's backward equations for 2-2-1 with sigmoids, against the engine."""
    weights = xor.starts()["sigmoid"]
    wh, bh, wo, bo = weights
    hidden = sigmoid(wh @ xor.X + bh)
    p = sigmoid(wo @ hidden + bo)
    at_output = (p - xor.Y) * p * (1 - p)
    at_hidden = (wo.T @ at_output) * hidden * (1 - hidden)
    by_hand = [at_hidden @ xor.X.T, at_hidden.sum(axis=1, keepdims=True),
               at_output @ hidden.T, at_output.sum(axis=1, keepdims=True)]
    exact = grad(lambda w: xor.half_squares(w, sigmoid))(weights)
    return {"error": largest_difference(by_hand, exact)}


def numerical_gradients() -> Found:
    """The slow alternative, on 002's network: two runs of the loss for each of its 41 numbers, and fewer digits."""
    problem = regression.draw(50)
    runs = 0

    def loss(weights: list[Any]) -> Any:
        nonlocal runs
        runs += 1
        return regression.mean_square(weights, problem)

    exact = grad(loss)(problem.start)
    once, runs = runs, 0
    worst = 0.0
    for k, array in enumerate(problem.start):
        for i in np.ndindex(array.shape):
            moved = [[w.copy() for w in problem.start] for _ in range(2)]
            moved[0][k][i] += 1e-5
            moved[1][k][i] -= 1e-5
            slope = (loss(moved[0]) - loss(moved[1])) / 2e-5
            worst = max(worst, abs(float(slope - exact[k][i])))
    return {"runs, backpropagation": once, "runs, differences": runs, "largest difference": worst}


# ---------------------------------------------------------------- 004: losses
def loss_of_two_parameters() -> Found:
    """The loss of one neuron over a grid of its two weights, and where descent on it ends."""
    random = RandomState(0)
    X = random.standard_normal((100, 2))
    y = (X @ [1.0, -1.0] + random.standard_normal(100) > 0).astype(float)

    def loss(w: Any) -> Any:
        return nn.BCEWithLogitsLoss()(X @ w, y)

    axis = np.linspace(-4.0, 4.0, 81)
    surface = np.array([[loss(np.array([a, b])) for b in axis] for a in axis])
    end = descend(lambda w: loss(w[0]), [np.array([-4.0, 4.0])], 1.0, (200,))[200][0]
    return {"at the start": float(loss(np.array([-4.0, 4.0]))), "lowest on the grid": float(surface.min()),
            "after descent": float(loss(end))}


def minima_in_many_dimensions() -> Found:
    """The share of a hundred starts that learn exclusive or, with two hidden units and with ten, all at once."""
    def learned(width: int) -> float:
        random = RandomState(0)
        start = [random.normal(0, 1, (100, width, 2)), np.zeros((100, width, 1)),
                 random.normal(0, 1, (100, 1, width)), np.zeros((100, 1, 1))]
        end = descend(lambda w: xor.half_squares(w, sigmoid), start, 2.0, (2000,))[2000]
        wrong = np.abs(xor.predict(end, sigmoid) - xor.Y).max(axis=(1, 2)) > 0.5
        return 1.0 - float(wrong.mean())

    return {"two units": learned(2), "ten units": learned(10)}


def saturation() -> Found:
    """A neuron that is sure and wrong (p = 0.9999, y = 0): its slopes, and its outputs after 100 steps of 1."""
    def squared(score: Any) -> Any:
        return 0.5 * sigmoid(score) ** 2

    def entropy(score: Any) -> Any:
        return nn.BCEWithLogitsLoss()(score, 0.0 * score)

    ends = [descend(partial(of_first, loss), [9.0], 1.0, (100,))[100][0] for loss in (squared, entropy)]
    return {"slope, squares": grad(squared)(9.0), "slope, cross-entropy": grad(entropy)(9.0),
            "output, squares": float(sigmoid(ends[0])), "output, cross-entropy": float(sigmoid(ends[1]))}


def of_first(loss: Any, weights: list[Any]) -> Any:
    """The loss of a single weight, as `descend` wants it."""
    return loss(weights[0])


def squares_or_cross_entropy() -> Found:
    """The same digits network after five epochs, with a mean square loss on softmax and with cross-entropy."""
    digits = shipped()
    entropy, square = (nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10), seed=0) for _ in range(2))
    train(entropy, digits.train, 5, 0.1, batch_size=10)
    softened, targets = nn.Sequential(*square, nn.Softmax()), np.eye(10)[digits.train[1]]
    nn.fit(softened, (digits.train[0], targets), loss=lambda p, y: 0.5 * ((p - y) ** 2).sum(axis=1).mean(),
           optimizer=nn.SGD(softened.parameters(), lr=0.1), epochs=5, batch_size=10, progress=False)
    return {"accuracy, squares": accuracy(square, digits.test), "accuracy, cross-entropy": accuracy(
        entropy, digits.test)}


def softmax_facts() -> Found:
    """Probabilities that sum to 1, do not see a common shift, and survive scores of 10 000."""
    x = RandomState(0).standard_normal((50, 10))
    large = softmax(np.array([[1e4, 1e4, -1e4]]))
    return {"sum off 1 by": float(np.abs(softmax(x).sum(axis=1) - 1).max()),
            "shift changes": float(np.abs(softmax(x + 100.0) - softmax(x)).max()),
            "of large scores": float(large[0, 0])}


SECTIONS = (
    Section("001-linear-stack", "why a stack of linear maps is one linear map", linear_stack, (
        ("difference from one layer", 1e-12), ("accuracy, stack", 0.9, 0.94, "accuracy, with tanh")), slow=True),
    Section("001-sigmoid-derivative", "σ′ = σ(1 − σ)", sigmoid_derivative, (
        ("error", 1e-15), (0.25, "largest slope", 0.25))),
    Section("001-activations", "sigmoid, tanh and relu: where they lie", ranges, (
        (0.0, "sigmoid, lowest", 1e-12), (0.999, "sigmoid, highest", 1.0), (0.25, "sigmoid, steepest", 0.25),
        (-1.0, "tanh, lowest", -0.999), (0.999, "tanh, highest", 1.0), (1.0, "tanh, steepest", 1.0),
        (0.0, "relu, lowest", 0.0), (30.0, "relu, highest", 30.0), (1.0, "relu, steepest", 1.0))),
    Section("001-deep-learning", "features that are learned", learned_features, (
        ("accuracy, x1 and x2", 0.9, 0.94, "accuracy, learned features"),), slow=True),
    Section("001-features", "features and lemmatisation", features, (
        ("lemmas", "words"), ("least probability, words", 0.6, 0.8, "least probability, lemmas"))),
    Section("001-supervised-and-unsupervised", "digits without and with their labels", supervised, (
        (1.0, "lost without labels, over the least possible", 1.1), (0.9, "accuracy with labels")), slow=True),
    Section("003-classes", "the document's gates, layers and Softmax.diff", documents_classes, (
        (4, "gradients", 4), ("error", 1e-12))),
    Section("003-reading-list", "the graphs of the posts on its reading list", reading, (
        (-4, "df/dx", -4), (-4, "df/dy", -4), (3, "df/dz", 3), (2, "de/da", 2), (5, "de/db", 5))),
    Section("004-neuron", "what one artificial neuron can learn", neuron, (
        (1.0, "and"), (1.0, "or"), ("exclusive or", 0.75))),
    Section("004-universal-approximation", "wider networks come as near as you like", universal_approximation, (
        ("worst error, 8 units", 0.05, 0.5, "worst error, 2 units"), ("worst error, 32 units", 0.02))),
    Section("004-loss-of-parameters", "the loss as a function of the parameters", loss_of_two_parameters, (
        ("after descent", "lowest on the grid", "at the start"),)),
    Section("004-local-minima", "local minima in many dimensions", minima_in_many_dimensions, (
        ("two units", 0.95, "ten units"),)),
    Section("004-numerical-gradients", "numerical gradients, the slow alternative", numerical_gradients, (
        (1, "runs, backpropagation", 1), (82, "runs, differences", 82), ("largest difference", 1e-6))),
    Section("004-equations", "the forward and backward equations", equations, (("error", 1e-15),)),
    Section("004-losses", "mean square and cross-entropy", squares_or_cross_entropy, (
        ("accuracy, squares", 0.8, 0.9, "accuracy, cross-entropy"),), slow=True),
    Section("004-saturation", "saturation, and why cross-entropy avoids it", saturation, (
        ("slope, squares", 1e-3, 0.99, "slope, cross-entropy"),
        ("output, cross-entropy", 0.02, 0.99, "output, squares"))),
    Section("004-softmax", "softmax", softmax_facts, (
        ("sum off 1 by", 1e-15), ("shift changes", 1e-13), (0.499, "of large scores", 0.501))),
)
