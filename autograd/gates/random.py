"""Floor 2: random numbers that are a function of a key, so that a program that draws them can be run again.

A key is two numbers, whose whole parts are a seed and which draw of it this is. Each draw has 2**128 places of the
stream to itself (Philox-4x64: J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The next key
gives other numbers altogether, so these gates have no derivative.
"""
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from autograd.gate import custom


def _generator(key: Any) -> Any:
    if np.shape(key) != (2,):
        raise ShapeError(message(f"a key has shape (2,), this one {np.shape(key)}.", "write np.array([seed, draw])"))
    seed, draw = map(int, key)
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, draw, 0]))


def _uniform(key: Any, shape: Any) -> Any:
    return _generator(key).random(shape)


def _normal(key: Any, shape: Any) -> Any:
    return _generator(key).standard_normal(shape)


# fmt: off
uniform = custom("uniform", _uniform, "uniform", push=lambda: None, arity=1, shape=())     # on [0, 1)
normal  = custom("normal",  _normal,  "normal",  push=lambda: None, arity=1, shape=())     # mean 0, variance 1
# fmt: on
