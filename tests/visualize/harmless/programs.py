"""What the healthy programs are made of."""
import numpy as np

from autograd import Tensor

HARMLESS = []


def healthy(function):
    """Note a program, in which `diagnose` must find nothing."""
    HARMLESS.append(function)
    return function


def random(seed):
    return np.random.default_rng(seed)


def leaf(seed, *shape, scale=1.0, name=None):
    return Tensor(random(seed).normal(size=shape) * scale, name=name or f"t{seed}")
