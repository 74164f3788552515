"""Gradients that vanish."""
import numpy as np

import nn
from autograd import Tensor
from nn.functional import relu, sigmoid
from tests.visualize.faults.programs import X, fault, numbers, random, weights


@fault
def twenty_layers_of_sigmoids():
    h = X
    for k in range(20):
        h = sigmoid(h @ weights(8, 8, seed=k))  # fault: vanishing gradient
    return np.mean(h)


@fault
def thirty_layers_of_tanh_with_small_weights():
    h = X
    for k in range(30):
        h = np.tanh(h @ (0.4 * weights(8, 8, seed=k)))  # fault: vanishing gradient
    return np.mean(h * h)


@fault
def initial_weights_far_too_small():
    w = [Tensor(numbers(16, 16, seed=k, scale=1e-4), name=f"w{k}") for k in range(4)]
    h = numbers(32, 16)
    for k in range(4):
        h = relu(h @ w[k])  # fault: vanishing gradient
    return np.mean(h)


@fault
def recurrent_network_over_eighty_steps():
    w, u, h = Tensor(0.5 * np.eye(4), name="w"), weights(3, 4, name="u"), np.zeros((2, 4))
    for x in numbers(80, 2, 3):
        h = np.tanh(x @ u + h @ w)  # fault: vanishing gradient
    return np.mean(h * h)


@fault
def linear_recurrence_that_forgets():
    w, h = Tensor(0.3, name="w"), Tensor(1.0, name="start")
    for _ in range(30):
        h = w * h  # fault: vanishing gradient
    return h + w


@fault
def handwritten_sigmoids_in_a_row():
    h = X
    for k in range(16):
        h = 1.0 / (1.0 + np.exp(-(h @ weights(8, 8, seed=k))))  # fault: vanishing gradient
    return np.mean(h)


@fault
def damping_in_every_layer():
    h, w = numbers(16, 8), [weights(8, 8, seed=k) for k in range(10)]
    for k in range(10):
        h = np.tanh(h @ w[k])
        h = 0.01 * h  # fault: vanishing gradient
    return np.mean(h)


@fault
def sequential_of_many_sigmoids():
    layers = []
    for _ in range(14):
        layers += [nn.Linear(8, 8, seed=1), nn.Sigmoid()]
    model = nn.Sequential(*layers)
    return np.mean(model(X))  # fault: vanishing gradient


# ---------------------------------------------------------------- by a second author
@fault
def twelve_sigmoids():
    X = random(0).normal(size=(32, 10))
    h = X
    ws = [Tensor(random(i).normal(size=(10, 10)) * 0.3, name=f"W{i}") for i in range(12)]
    for w in ws:
        h = 1.0 * sigmoid(h @ w)  # fault: vanishing gradient
    return np.mean((h - 0.3) ** 2)


@fault
def linear_net_started_too_small():
    X = random(0).normal(size=(32, 16))
    h = X
    for i in range(8):
        w = Tensor(random(i).normal(size=(16, 16)) * 0.01, name=f"W{i}")
        h = np.tanh(h @ w)  # fault: vanishing gradient
    return np.mean((h - 1.0) ** 2)


@fault
def rnn_that_forgets():
    x = random(0).normal(size=(40, 4))
    h = Tensor(random(9).normal(size=6), name="h0")
    U = random(2).normal(size=(4, 6)) * 0.5
    W = random(1).normal(size=(6, 6)) * 0.15
    for t in range(40):
        h = np.tanh(x[t] @ U + h @ W)  # fault: vanishing gradient
    return np.sum((h - 1.0) ** 2)


@fault
def stack_of_modules():
    model = nn.Sequential(*[layer for i in range(16) for layer in (nn.Linear(8, 8, seed=i), nn.Sigmoid())])
    X = random(0).normal(size=(16, 8))
    return nn.MSELoss()(model(X), np.full((16, 8), 0.5))  # fault: vanishing gradient


@fault
def gates_multiplied():
    state = Tensor(np.ones(5), name="state")
    forget = Tensor(np.full(5, -2.0), name="forget")
    for _ in range(20):
        state = state * sigmoid(forget.data)  # fault: vanishing gradient
    return np.sum(state * state)


@fault
def leaf_of_a_long_rnn():
    x = random(0).normal(size=(60, 4))
    W, h = Tensor(random(1).normal(size=(6, 6)) * 0.25), np.zeros(6)
    U = Tensor(random(2).normal(size=(4, 6)) * 0.5)
    for t in range(60):
        h = np.tanh(x[t] @ U + h @ W)  # fault: vanishing gradient
    return np.sum((h - 1) ** 2)
