"""Starts for parameters. Each function gives a parameter random or constant values, in its dtype, and returns it.

`seed` is a number, a NumPy `Generator` that is drawn from and moves on, or None for a start that nobody can
repeat. `fan_in` and `fan_out` are the numbers of inputs and outputs of a weight of shape (out, in) or (out,
in, *kernel); of a kernel they count every element. X. Glorot and Y. Bengio, "Understanding the difficulty of
training deep feedforward neural networks", 2010 (xavier); K. He et al., "Delving deep into rectifiers", 2015
(kaiming).

>>> import nn
>>> xavier_uniform_(nn.Parameter(np.zeros((3, 2))), seed=0).shape
(3, 2)
"""

import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from nn.module import Parameter, Seed

__all__ = [
    "calculate_gain", "constant_", "kaiming_normal_", "kaiming_uniform_", "normal_", "ones_", "uniform_",
    "xavier_normal_", "xavier_uniform_", "zeros_",
]

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


def uniform_(parameter: Parameter, a: float = 0.0, b: float = 1.0, seed: Seed = None) -> Parameter:
    """Draw from the uniform distribution on [a, b).

    >>> uniform_(Parameter([0.0, 0.0]), -1.0, 1.0, seed=0).data
    array([ 0.27392337, -0.46042657])
    """
    return _fill(parameter, np.random.default_rng(seed).uniform(a, b, parameter.shape))


def normal_(parameter: Parameter, mean: float = 0.0, std: float = 1.0, seed: Seed = None) -> Parameter:
    """Draw from the normal distribution of this mean and standard deviation.

    >>> normal_(Parameter([0.0, 0.0]), seed=0).data
    array([ 0.12573022, -0.13210486])
    """
    return _fill(parameter, np.random.default_rng(seed).normal(mean, std, parameter.shape))


def constant_(parameter: Parameter, value: float) -> Parameter:
    """Fill with one value.

    >>> constant_(Parameter([0.0, 0.0]), 0.5).data
    array([0.5, 0.5])
    """
    return _fill(parameter, np.full(parameter.shape, value))


def zeros_(parameter: Parameter) -> Parameter:
    """Fill with zeros.

    >>> zeros_(Parameter([1.0, 2.0])).data
    array([0., 0.])
    """
    return constant_(parameter, 0.0)


def ones_(parameter: Parameter) -> Parameter:
    """Fill with ones.

    >>> ones_(Parameter([0.0, 0.0])).data
    array([1., 1.])
    """
    return constant_(parameter, 1.0)


def xavier_uniform_(parameter: Parameter, gain: float = 1.0, seed: Seed = None) -> Parameter:
    """Draw from the uniform distribution on ±gain·√(6 / (fan_in + fan_out)).

    Raises `ShapeError` for a parameter of fewer than two axes, as the next three do. Glorot and Bengio 2010, eq. 16.

    >>> bool(abs(xavier_uniform_(Parameter(np.zeros((4, 2))), seed=0).data).max() < 1.0)
    True
    """
    bound = gain * math.sqrt(6 / sum(_fans(parameter)))
    return uniform_(parameter, -bound, bound, seed)


def xavier_normal_(parameter: Parameter, gain: float = 1.0, seed: Seed = None) -> Parameter:
    """Draw from the normal distribution with standard deviation gain·√(2 / (fan_in + fan_out)).

    >>> round(float(xavier_normal_(Parameter(np.zeros((100, 100))), seed=0).data.std()), 2)
    0.1
    """
    return normal_(parameter, 0.0, gain * math.sqrt(2 / sum(_fans(parameter))), seed)


def kaiming_uniform_(
    parameter: Parameter,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    seed: Seed = None,
) -> Parameter:
    """Draw from the uniform distribution on ±gain·√(3 / fan); `a` is the slope of the leaky ReLU that follows.

    `mode` says which fan, "fan_in" or "fan_out"; `nonlinearity` is what `calculate_gain` knows, else `ValueError`.

    >>> bool(abs(kaiming_uniform_(Parameter(np.zeros((4, 6))), seed=0).data).max() < 1.0)
    True
    """
    bound = calculate_gain(nonlinearity, a) * math.sqrt(3 / _fan(parameter, mode))
    return uniform_(parameter, -bound, bound, seed)


def kaiming_normal_(
    parameter: Parameter,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    seed: Seed = None,
) -> Parameter:
    """Draw from the normal distribution with standard deviation gain / √fan; `a` as in `kaiming_uniform_`.

    He et al. 2015, eq. 10.

    >>> start = kaiming_normal_(Parameter(np.zeros((100, 200))), nonlinearity="relu", seed=0)
    >>> round(float(start.data.std()), 2)
    0.1
    """
    std = calculate_gain(nonlinearity, a) / math.sqrt(_fan(parameter, mode))
    return normal_(parameter, 0.0, std, seed)


def calculate_gain(nonlinearity: str, param: float = 0.01) -> float:
    """How much wider a start must be to make up for what follows; `param` is the slope of `leaky_relu`.

    1 for `linear` and `sigmoid`, 5/3 for `tanh`, √2 for `relu`, 3/4 for `selu`, √(2 / (1 + slope²)) for
    `leaky_relu`.

    >>> calculate_gain("leaky_relu", 1.0)
    1.0
    """
    gains = GAINS | {"leaky_relu": math.sqrt(2 / (1 + param**2))}
    return gains[_one_of("nonlinearity", nonlinearity, gains)]


def _fill(parameter: Parameter, values: Any) -> Parameter:
    parameter.data = np.asarray(values, parameter.dtype)
    return parameter


def _fan(parameter: Parameter, mode: str) -> int:
    fans = dict(zip(("fan_in", "fan_out"), _fans(parameter), strict=True))
    return fans[_one_of("mode", mode, fans)]


def _fans(parameter: Parameter) -> tuple[int, int]:
    """How many inputs and outputs a weight connects."""
    if parameter.ndim < 2:
        raise ShapeError(message(f"a parameter of shape {parameter.shape} has no inputs and outputs.",
                                 "write nn.init.uniform_ or normal_ for it, or give it the shape (out, in)"))
    out, into, *kernel = parameter.shape
    return into * math.prod(kernel), out * math.prod(kernel)


def _one_of(name: str, value: str, known: dict[str, Any]) -> str:
    if value not in known:
        raise ValueError(message(f"{name}={value!r} is not known.", f"write one of {', '.join(known)}"))
    return value
