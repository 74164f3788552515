"""Broadcasts that nobody meant, work done twice, memory."""
import numpy as np

import nn
from autograd import Tensor
from nn.functional import conv2d, relu, sigmoid
from tests.visualize.faults.programs import LABELS, T, X, fault, numbers, positive, random, weights


@fault
def column_against_row():
    prediction = X @ weights(8, 1)
    error = prediction - T  # fault: broadcast
    return np.mean(error * error)


@fault
def logistic_loss_of_a_column():
    p = sigmoid(X @ weights(8, 1))
    loss = LABELS * np.log(p) + (1.0 - LABELS) * np.log(1.0 - p)  # fault: broadcast
    return -np.mean(loss)


@fault
def network_with_one_output():
    h = np.tanh(X @ weights(8, 6))
    residual = T - h @ weights(6, 1)  # fault: broadcast
    return np.sum(np.abs(residual))


@fault
def weighted_column():
    prediction = nn.Linear(8, 1, seed=0)(X)
    loss = positive(32) * prediction ** 2.0  # fault: broadcast
    return np.mean(loss)


@fault
def layer_computed_twice():
    w, x = weights(100, 100, name="w"), numbers(200, 100)
    first = np.tanh(x @ w)
    second = x @ w  # fault: duplicate
    return np.mean(first) + np.mean(second * second)


@fault
def exponential_computed_twice():
    x = Tensor(numbers(500, 500), name="x")
    top = np.exp(x)
    return np.mean(top / (1.0 + np.exp(x)))  # fault: duplicate


@fault
def all_pairs_at_once():
    points = Tensor(numbers(3500, 1), name="points")
    difference = points - points.T
    kernel = np.exp(-difference * difference)  # fault: memory
    return np.mean(np.tanh(kernel))


# ---------------------------------------------------------------- by a second author
@fault
def column_minus_row():
    X, y = random(0).normal(size=(50, 3)), random(1).normal(size=50)
    w = Tensor(random(2).normal(size=(3, 1)), name="w")
    return np.mean((X @ w - y) ** 2)  # fault: broadcast


@fault
def binary_cross_entropy():
    X, y = random(0).normal(size=(40, 3)), random(1).integers(0, 2, 40).astype(float)
    model = nn.Sequential(nn.Linear(3, 1, seed=0), nn.Sigmoid())
    p = model(X)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))  # fault: broadcast


@fault
def weighted_samples():
    X, y = random(0).normal(size=(25, 3)), random(1).normal(size=(25, 1))
    weight = random(3).uniform(size=25)
    w = Tensor(random(2).normal(size=(3, 1)), name="w")
    error = (X @ w - y) ** 2
    return np.sum(error * weight)  # fault: broadcast


@fault
def baseline_of_rewards():
    rewards = random(0).normal(size=(30, 1))
    theta = Tensor(random(1).normal(size=4), name="theta")
    states = random(2).normal(size=(30, 4))
    logp = np.tanh(states @ theta)
    return -np.mean(logp * (rewards - 0.1))  # fault: broadcast


@fault
def mean_without_keepdims():
    x = Tensor(random(0).normal(size=(20, 20)), name="x")
    W = Tensor(random(1).normal(size=(20, 20)), name="W")
    h = np.tanh(x @ W)
    total = np.sum(h * h, axis=1)
    column = np.sum(x, axis=1, keepdims=True)
    return np.mean(np.abs(column - total))  # fault: broadcast


@fault
def features_twice():
    X = random(0).normal(size=(200, 200))
    W = Tensor(random(1).normal(size=(200, 200)), name="W")
    a = np.sum(np.tanh(X @ W))
    b = np.sum((X @ W) ** 2)  # fault: duplicate
    return a * 1e-4 + b * 1e-6


@fault
def kernel_in_a_loop():
    W = Tensor(random(1).normal(size=(300, 300)) * 0.05, name="W")
    total = 0.0
    for k in range(3):
        total = total + np.sum((W @ W.T) * (k + 1.0))  # fault: duplicate
    return total * 1e-3


@fault
def convolved_for_each_head():
    x = random(0).normal(size=(8, 3, 20, 20))
    K = Tensor(random(1).normal(size=(8, 3, 3, 3)) * 0.1, name="K")
    mean = np.mean(relu(conv2d(x, K)))
    peak = np.max(relu(conv2d(x, K)))  # fault: duplicate
    return mean + 0.1 * peak


@fault
def all_distances():
    a = Tensor(random(0).normal(size=(1900, 8)), name="a")
    b = random(1).normal(size=(1900, 8))
    d = a[:, None, :] - b[None]
    d2 = d * d  # fault: memory
    r = np.sqrt(np.sum(d2, axis=-1) + 1e-9)
    return np.mean(np.exp(-r))


@fault
def unrolled_simulation():
    u = Tensor(random(0).normal(size=(600, 600)), name="u")
    for _ in range(100):
        u = u + 0.01 * np.sin(u)  # fault: memory
    return np.mean(u ** 2)
