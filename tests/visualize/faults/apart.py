"""Leaves that no gradient comes to."""
import numpy as np

import nn
from autograd import Tensor
from autograd.visualize.diagnosis import diagnose
from nn.functional import sigmoid
from tests.visualize.faults.programs import LABELS, ONE_HOT, T, X, fault, random, weights


@fault
def branch_that_is_never_taken():
    w, v = weights(8, name="w"), weights(8, seed=4, name="v")
    z = np.where(np.abs(T) > 100.0, X @ w, X @ v)  # fault: unconnected
    return np.mean(z * z)


@fault
def parameter_outside_its_limits():
    rate = Tensor(3.0, name="rate")
    x = np.clip(rate, 0.0, 1.0)  # fault: unconnected
    return x * x + 1.0


@fault
def mask_of_zeros():
    w = weights(8, 4, name="w")
    h = np.tanh(X @ w) * np.zeros(4)  # fault: unconnected
    return np.mean((h + Tensor(np.ones(4), name="b")) ** 2.0)


@fault
def maximum_that_never_counts():
    w, floor = weights(8, name="w"), Tensor(-100.0, name="floor")
    z = np.maximum(X @ w, floor)  # fault: unconnected
    return np.mean(z * z)


@fault
def written_over():
    h = np.tanh(X @ weights(8, 4, name="w"))
    h[:] = Tensor(np.ones(4), name="b")  # fault: unconnected
    return np.mean(h * h)


@fault
def accuracy_as_a_loss():
    w = weights(8, 4)
    hits = np.argmax(X @ w, axis=1) == np.argmax(ONE_HOT, axis=1)
    return diagnose(np.mean(hits))  # fault: unconnected


@fault
def rounded_prediction():
    w = weights(8)
    p = np.round(sigmoid(X @ w))
    return diagnose(np.mean((p - LABELS) ** 2.0))  # fault: unconnected


# ---------------------------------------------------------------- by a second author
@fault
def rounded_weight():
    x = random(0).normal(size=(10, 3))
    w, b = Tensor(random(1).normal(size=3), name="w"), Tensor(0.5, name="b")
    q = np.round(w)  # fault: unconnected
    return np.mean((x @ q + b) ** 2)


@fault
def step_activation():
    x = random(0).normal(size=(10, 3))
    W, v = Tensor(random(1).normal(size=(3, 4)), name="W"), Tensor(random(2).normal(size=4), name="v")
    fired = (x @ W > 0).astype(float)  # fault: unconnected
    return np.mean((fired @ v - 1.0) ** 2)


@fault
def sign_network():
    x = random(0).normal(size=(10, 3))
    W, v = Tensor(random(1).normal(size=(3, 4)), name="W"), Tensor(random(2).normal(size=4), name="v")
    h = np.sign(x @ W)  # fault: unconnected
    return np.mean((h @ v - 1.0) ** 2)


@fault
def argmax_as_prediction():
    x = random(0).normal(size=(10, 3))
    W, v = Tensor(random(1).normal(size=(3, 4)), name="W"), Tensor(random(2).normal(size=4), name="v")
    best = np.argmax(x @ W, axis=1)  # fault: unconnected
    return np.mean((v[best] - 1.0) ** 2)


@fault
def clipped_flat():
    w, b = Tensor(7.0, name="w"), Tensor(0.2, name="b")
    bounded = np.clip(w * 3.0, -1.0, 1.0)  # fault: unconnected
    return (bounded - b) ** 2


@fault
def everything_masked():
    x, b = Tensor(random(0).normal(size=(4, 4)), name="x"), Tensor(np.ones((4, 4)), name="b")
    keep = random(1).uniform(size=(4, 4)) < 0.0
    return np.sum(np.where(keep, x, 0.0) + b ** 2)  # fault: unconnected


@fault
def hits_of_a_module_as_a_loss():
    model = nn.Sequential(nn.Linear(3, 4, seed=0))
    X, y = random(0).normal(size=(12, 3)), random(1).integers(0, 4, 12)
    return diagnose(np.mean(np.argmax(model(X), axis=1) == y))  # fault: unconnected


@fault
def quantised_codebook():
    z = Tensor(random(0).normal(size=(5, 2)), name="z")
    book = Tensor(random(1).normal(size=(3, 2)), name="book")
    steps = np.floor(z * 4.0) / 4.0  # fault: unconnected
    d = steps[:, None, :] - book[None]
    return np.sum(d * d)


@fault
def overwritten():
    w = Tensor(random(0).normal(size=4), name="w")
    b = Tensor(np.ones(4), name="b")
    h = w * 2.0
    h[:] = 1.0  # fault: unconnected
    return np.sum(h * b)
