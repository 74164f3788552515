"""What the programs with faults are made of."""
import numpy as np

from autograd import Tensor

FAULTS = []


def fault(function):
    """Note a program; a comment on its faulty line says which kind `diagnose` must find there."""
    FAULTS.append(function)
    return function


def random(seed):
    return np.random.default_rng(seed)


def numbers(*shape, seed=0, scale=1.0):
    return np.random.default_rng([seed, *shape]).normal(size=shape) * scale


def weights(*shape, seed=1, name=None):
    return Tensor(numbers(*shape, seed=seed) / np.sqrt(shape[0]), name=name)


def positive(*shape, seed=2):
    return np.abs(numbers(*shape, seed=seed)) + 0.1


X, T, LABELS = numbers(32, 8), numbers(32), (numbers(32) > 0.0).astype(float)
ONE_HOT = np.eye(4)[np.arange(32) % 4]
