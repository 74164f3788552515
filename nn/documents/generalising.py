"""What documents 001 and 004 say about data that is new: chance, over-fitting, penalties, validation."""
from functools import partial

import numpy as np

import nn
from nn.documents.digits import Digits, shipped
from nn.documents.section import Data, Found, Section, accuracy, cross_entropy, moons, train


def few(n: int = 60) -> tuple[Data, Data]:
    """So many digits to learn from, and the rest of the training images to judge by."""
    (X, y), _, _ = shipped()
    return (X[:n], y[:n]), (X[n:], y[n:])


def chance() -> Found:
    """What twenty networks know of the digits before they have seen one."""
    data = shipped().train
    return {"mean accuracy": float(np.mean([accuracy(nn.MLP([64, 100, 10], seed=seed), data) for seed in range(20)]))}


def training_error() -> Found:
    """On the 60 images it has learned from a network is perfect, on others it is not."""
    own, new = few()
    model = nn.MLP([64, 100, 10], seed=0)
    train(model, own, 300, 0.5)
    return {"own images": accuracy(model, own), "new images": accuracy(model, new)}


def over_fitting() -> Found:
    """The loss on new points while a large network goes on learning 60 noisy ones."""
    data, new = moons(60, 0.35)
    model = nn.MLP([2, 100, 100, 2], activation=nn.ReLU, seed=0)
    history = train(model, data, 1000, 0.3, validation=new)
    return {"best new loss": min(history.validation_loss), "last new loss": history.validation_loss[-1],
            "own loss then": history.loss[int(np.argmin(history.validation_loss))], "last own loss": history.loss[-1]}


DECAYS = (0.0, 0.003, 0.03, 0.3)


def penalised(decay: float, data: Data) -> nn.Module:
    """A digits network under decay/2 · ΣW² on its weights and not on its biases, as in document 004."""
    model = nn.MLP([64, 100, 10], seed=0)
    train(model, data, 500, 0.2, loss=nn.Penalized(nn.CrossEntropyLoss(), model, l2=decay))
    return model


def weight_decay() -> Found:
    """The loss on new points of a network that learned 60 noisy ones, with L2 and without."""
    own, new = moons(60, 0.35)
    found: Found = {}
    for decay in (0.0, 0.01):
        model = nn.MLP([2, 100, 2], activation=nn.Tanh, seed=0)
        weights = [layer.weight for layer in model if isinstance(layer, nn.Linear)]
        loss = nn.Penalized(nn.CrossEntropyLoss(), model, l2=decay)
        train(model, own, 2000, 0.3, partial(nn.SGD, momentum=0.9), loss)
        found |= {f"new loss, λ = {decay:g}": cross_entropy(model, new),
                  f"ΣW², λ = {decay:g}": sum(float((w.data ** 2).sum()) for w in weights)}
    return found


def tuned(digits: Digits, n: int = 100) -> tuple[float, dict[float, float]]:
    """The penalty with the lowest loss on the validation images, and the loss of each on the test images."""
    models = {decay: penalised(decay, (digits.train[0][:n], digits.train[1][:n])) for decay in DECAYS}
    losses = {decay: cross_entropy(model, digits.validation) for decay, model in models.items()}
    best = min(losses, key=lambda decay: losses[decay])
    return best, {decay: cross_entropy(model, digits.test) for decay, model in models.items()}


def validation() -> Found:
    """λ chosen on 200 validation images: the test loss is near the best that any of the four would have had."""
    best, test = tuned(shipped())
    least = min(test.values())
    return {"chosen λ": best, "test loss over the least": test[best] / least,
            "largest over the least": max(test.values()) / least}


def batch_sizes() -> Found:
    """The training loss after five epochs of SGD, minibatches and batch descent on 500 digits, at one step size."""
    X, y = shipped().train
    found = {}
    for name, size in (("SGD", 1), ("minibatch", 10), ("batch", None)):
        model = nn.MLP([64, 32, 10], seed=0)
        found[name] = train(model, (X[:500], y[:500]), 5, 0.03, batch_size=size).loss[-1]
    return found


SECTIONS = (
    Section("001-training-error", "training error is no measure on new data", training_error, (
        ("new images", 0.9, "own images"), (1.0, "own images"))),
    Section("004-over-fitting", "over-fitting", over_fitting, (
        ("best new loss", "last new loss"), ("last own loss", "own loss then")), slow=True),
    Section("004-batches", "SGD, minibatch, batch", batch_sizes, (("SGD", "minibatch", "batch"),)),
    Section("004-L2", "L2 regularisation", weight_decay, (
        ("new loss, λ = 0.01", "new loss, λ = 0"), ("ΣW², λ = 0.01", "ΣW², λ = 0")), slow=True),
    Section("004-validation", "a validation set for tuning", validation, (
        ("test loss over the least", 1.2, 2.0, "largest over the least"), (0.001, "chosen λ", 0.1)), slow=True),
    Section("004-chance", "a tenth is chance", chance, ((0.05, "mean accuracy", 0.15),)),
)
