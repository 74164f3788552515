"""Activations that are dead or saturated."""
import numpy as np

import nn
from autograd import Tensor
from nn.functional import conv2d, relu, sigmoid
from tests.visualize.faults.programs import LABELS, T, X, fault, numbers, random, weights


@fault
def bias_that_kills_all_units():
    w, b, v = weights(8, 16), Tensor(np.full(16, -100.0), name="b"), weights(16)
    h = relu(X @ w + b)  # fault: dead relu
    return np.mean((h @ v - T) ** 2.0)


@fault
def dead_by_numpy_maximum():
    w, b, v = weights(8, 16), Tensor(np.full(16, -50.0), name="b"), weights(16)
    h = np.maximum(X @ w + b, 0.0)  # fault: dead relu
    return np.mean((h @ v + 1.0) ** 2.0)


@fault
def dead_after_one_large_step():
    w, b = Tensor(-np.abs(numbers(8, 16))), Tensor(np.zeros(16), name="b")
    h = relu(np.abs(X) @ w + b)  # fault: dead relu
    return np.mean(h @ weights(16) - T) ** 2.0


@fault
def dead_second_layer():
    w, v = weights(8, 16), Tensor(-np.abs(numbers(16, 12)))
    h = relu(X @ w)
    h = relu(h @ v)  # fault: dead relu
    return np.mean((h @ weights(12) - T) ** 2.0)


@fault
def nearly_all_units_dead():
    b = np.full(20, -80.0)
    b[7] = 0.0
    h = relu(X @ weights(8, 20) + Tensor(b, name="b"))  # fault: dead relu
    return np.mean(h @ weights(20))


@fault
def dead_in_a_module():
    model = nn.Sequential(nn.Linear(8, 16, seed=0), nn.ReLU(), nn.Linear(16, 1, seed=1))
    model.parameters()[1].data = np.full(16, -70.0)
    return np.mean(model(X) ** 2.0)  # fault: dead relu


@fault
def pixels_up_to_255():
    pixels = np.random.default_rng(0).integers(0, 256, (32, 20)).astype(float)
    h = sigmoid(pixels @ Tensor(numbers(20, 10), name="w"))  # fault: saturated
    return np.mean(h @ weights(10))


@fault
def tanh_of_large_weights():
    h = np.tanh(X @ Tensor(numbers(8, 12, scale=200.0)))  # fault: saturated
    return np.mean((h @ weights(12) - T) ** 2.0)


@fault
def neuron_with_unscaled_inputs():
    w, b = Tensor(0.5, name="w"), Tensor(1.0, name="b")
    p = sigmoid(w * 1000.0 + b)  # fault: saturated
    return (p - 0.0) * (p - 0.0)


@fault
def gate_with_a_huge_bias():
    b = Tensor(np.full(6, -40.0), name="b")
    open_part = sigmoid(X @ weights(8, 6) + b)  # fault: saturated
    return np.mean(open_part * np.tanh(X @ weights(8, 6, seed=5)))


@fault
def recurrent_tanh_saturates():
    w, h = Tensor(60.0 * numbers(6, 6), name="w"), numbers(4, 6)
    for _ in range(5):
        h = np.tanh(h @ w)  # fault: saturated
    return np.mean(h)


@fault
def saturated_output_layer():
    h = np.tanh(X @ weights(8, 8))
    p = sigmoid(h @ Tensor(numbers(8, scale=5000.0)))  # fault: saturated
    return np.mean((p - LABELS) ** 2.0)


# ---------------------------------------------------------------- by a second author
@fault
def biased_far_down():
    X = random(0).normal(size=(64, 10))
    W, b = Tensor(random(1).normal(size=(10, 30)) * 0.1, name="W"), Tensor(np.full(30, -10.0), name="b")
    V = Tensor(random(2).normal(size=(30, 1)), name="V")
    h = np.maximum(X @ W + b, 0)  # fault: dead relu
    return np.mean((h @ V - 1.0) ** 2)


@fault
def bias_of_a_module_far_down():
    model = nn.Sequential(nn.Linear(6, 12, seed=0), nn.ReLU(), nn.Linear(12, 1, seed=1))
    model[0].bias.data = np.full(12, -50.0)
    X, y = random(0).normal(size=(40, 6)), random(1).normal(size=(40, 1))
    return nn.MSELoss()(model(X), y)  # fault: dead relu


@fault
def dead_convolution():
    conv = nn.Conv2d(1, 8, 3, seed=0)
    conv.bias.data = np.full(8, -30.0)
    x = random(0).normal(size=(4, 1, 10, 10))
    h = relu(conv(x))  # fault: dead relu
    return np.mean((h - 1.0) ** 2)


@fault
def dead_by_where():
    x = random(0).normal(size=(50, 8))
    W = Tensor(-np.abs(random(1).normal(size=(8, 20))), name="W")
    z = np.abs(x) @ W
    h = np.where(z > 0, z, 0.0)  # fault: dead relu
    b = Tensor(0.1, name="b")
    return np.mean((np.sum(h, axis=1) + b - 1.0) ** 2)


@fault
def dead_channels_after_a_large_step():
    W = Tensor(random(1).normal(size=(16, 3, 3, 3)) * 0.1, name="K")
    b = Tensor(np.where(np.arange(16) < 15, -20.0, 0.1), name="b")
    x = random(0).normal(size=(4, 3, 9, 9))
    z = conv2d(x, W, b, padding=1)
    h = np.maximum(z, 0.0)  # fault: dead relu
    return np.mean((np.mean(h, axis=(2, 3)) - 0.5) ** 2)


@fault
def sigmoid_on_pixels():
    X = random(0).integers(0, 256, size=(30, 20)).astype(float)
    W = Tensor(random(1).normal(size=(20, 12)), name="W")
    v = Tensor(random(2).normal(size=12), name="v")
    h = sigmoid(X @ W)  # fault: saturated
    return np.mean((h @ v - 1) ** 2)


@fault
def hand_written_sigmoid():
    X = random(0).normal(size=(30, 20)) * 100
    W = Tensor(random(1).normal(size=(20, 12)), name="W")
    v = Tensor(random(2).normal(size=12), name="v")
    h = 1 / (1 + np.exp(-(X @ W)))  # fault: saturated
    return np.mean((h @ v - 1) ** 2)


@fault
def hand_written_tanh():
    X = random(0).normal(size=(30, 5)) * 15
    W = Tensor(random(1).normal(size=(5, 6)) * 3, name="W")
    z = X @ W
    h = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))  # fault: saturated
    return np.mean((np.sum(h, axis=1) - 0.3) ** 2)


@fault
def hand_written_softmax():
    X = random(0).normal(size=(30, 10)) * 60
    W, V = Tensor(random(1).normal(size=(10, 6)) * 3, name="W"), Tensor(random(3).normal(size=(6, 2)), name="V")
    s = X @ W
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    attention = e / np.sum(e, axis=1, keepdims=True)  # fault: saturated
    return np.mean((attention @ V - 1.0) ** 2)


@fault
def lstm_with_huge_gates():
    x = random(0).normal(size=(6, 5, 4)) * 200
    W = Tensor(random(1).normal(size=(4, 12)), name="W")
    c = np.zeros((5, 3))
    for t in range(6):
        z = x[t] @ W
        i, f = sigmoid(z[:, :3]), sigmoid(z[:, 3:6])  # fault: saturated
        c = f * c + i * z[:, 6:9] * 0.01
    return np.mean(c ** 2)


@fault
def tanh_of_prices():
    price = random(0).uniform(20, 400, size=(60, 3))
    model = nn.Sequential(nn.Linear(3, 5, seed=0), nn.Linear(5, 1, seed=1))
    model[0].weight.data = np.abs(model[0].weight.data) + 0.5
    h = np.tanh(model[0](price))  # fault: saturated
    return np.mean((model[1](h) - 2.0) ** 2)
