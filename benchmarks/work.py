"""The work that is timed: data and starting weights, the same for every engine."""
import random
from itertools import pairwise

import numpy as np

X4 = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1.0]])
Y_COLUMN = np.array([[0, 0, 1, 1.0]]).T
Y_XOR = np.array([[0, 1, 1, 0.0]]).T


def uniform(*shapes):
    """Weights on (-1, 1) from one seed."""
    stream = np.random.RandomState(1)
    return [2 * stream.random_sample(shape) - 1 for shape in shapes]


def moons():
    """200 points on two half circles, and 2-3-2 weights."""
    rng = np.random.RandomState(0)
    t = np.linspace(0, np.pi, 100)
    X = np.concatenate([np.stack([np.cos(t), np.sin(t)], 1), np.stack([1 - np.cos(t), 0.5 - np.sin(t)], 1)])
    X += rng.normal(scale=0.2, size=X.shape)
    weights = [rng.randn(2, 3) / np.sqrt(2), rng.randn(3), rng.randn(3, 2) / np.sqrt(3), rng.randn(2)]
    return X, np.eye(2)[np.repeat([0, 1], 100)], weights


def cnn():
    """A batch of 64 images of 28×28 pixels in single precision, and the weights of two convolutions and a layer."""
    rng = np.random.RandomState(0)
    shapes = [(16, 1, 3, 3), (16,), (32, 16, 3, 3), (32,), (10, 32 * 7 * 7), (10,)]
    weights = [(rng.uniform(-1, 1, shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32) for shape in shapes]
    return rng.normal(size=(64, 1, 28, 28)).astype(np.float32), rng.randint(0, 10, 64), weights


def scalar_network(sizes=(2, 16, 16, 1), points=100):
    """Points, labels ±1 and weights as nested lists of Python floats."""
    rng = random.Random(0)
    X = [[rng.uniform(-1, 1) for _ in range(sizes[0])] for _ in range(points)]
    y = [1.0 if a * b > 0 else -1.0 for a, b in X]
    layers = [([[rng.uniform(-1, 1) for _ in range(n)] for _ in range(m)], [0.0] * m)
              for n, m in pairwise(sizes)]
    return X, y, layers
