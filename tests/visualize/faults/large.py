"""Gradients that explode."""
import numpy as np

from autograd import Tensor
from nn.functional import relu
from tests.visualize.faults.programs import T, X, fault, numbers, random, weights


@fault
def weights_of_scale_ten():
    h = X
    for k in range(6):
        h = relu(h @ Tensor(numbers(8, 8, seed=k, scale=10.0)))  # fault: exploding gradient
    return np.mean(h)


@fault
def recurrence_that_grows():
    w, h = Tensor(1.8 * np.eye(4), name="w"), np.ones(4)
    for _ in range(40):
        h = h @ w  # fault: exploding gradient
    return np.sum(h)


@fault
def linear_layers_without_scale():
    h = numbers(16, 64)
    for k in range(7):
        h = h @ Tensor(numbers(64, 64, seed=k))  # fault: exploding gradient
    return np.mean(h)


@fault
def learning_is_diverging():
    w = numbers(8)
    for _ in range(60):
        w = w - 2.0 * 2.0 * X.T @ (X @ w - T) / 32.0
    w = Tensor(w, name="w")
    return np.mean((X @ w - T) ** 2.0)  # fault: exploding gradient


@fault
def targets_in_the_billions():
    w = weights(8)
    error = X @ w - 1e12 * T
    return np.mean(error * error)  # fault: exploding gradient


@fault
def scalar_growth():
    rate, x = Tensor(3.0, name="rate"), 1.0
    for _ in range(25):
        x = x * rate  # fault: exploding gradient
    return x


@fault
def logistic_map():
    r, x = Tensor(3.99, name="r"), Tensor(0.3, name="x")
    for _ in range(60):
        x = r * x * (1.0 - x)  # fault: exploding gradient
    return x


# ---------------------------------------------------------------- by a second author
@fault
def rnn_that_remembers_too_well():
    x = random(0).normal(size=(30, 3))
    W = Tensor(random(1).normal(size=(8, 8)) * 1.2, name="W")
    U = Tensor(random(2).normal(size=(3, 8)), name="U")
    h = np.zeros(8)
    for t in range(30):
        h = h @ W + x[t] @ U  # fault: exploding gradient
    return np.sum(h * 1e-12)


@fault
def relu_net_with_unit_normal_weights():
    h = random(0).normal(size=(16, 64))
    for i in range(7):
        W = Tensor(random(i).normal(size=(64, 64)) * 1.0, name=f"W{i}")
        h = np.maximum(h @ W, 0.0)  # fault: exploding gradient
    return np.mean(h)


@fault
def logistic_map_over_sixty_turns():
    r, x = Tensor(3.99, name="r"), Tensor(0.3, name="x")
    for _ in range(60):
        x = r * x * (1.0 - x)  # fault: exploding gradient
    return x


@fault
def exponential_of_an_energy():
    w = Tensor(np.array([10.0, 15.0]), name="w")
    energy = np.sum(w * 1.2)
    return np.exp(energy)  # fault: exploding gradient


@fault
def raw_timestamps():
    t = np.arange(1.6e9, 1.6e9 + 50)
    w = Tensor(0.5, name="slope")
    y = w * t  # fault: exploding gradient
    return np.mean((y - 3.0) ** 2)
