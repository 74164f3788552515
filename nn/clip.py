"""Gradients made smaller before a step: `clip_grad_norm_` and `clip_grad_value_`."""

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.errors import DataError, message
from autograd.gates.elementwise import absolute, maximum, minimum
from autograd.gates.reduce import max as largest
from autograd.gates.reduce import sum as total
from nn.optim import at_least_0, gradient

__all__ = ["clip_grad_norm_", "clip_grad_value_"]

_TINY = 1e-30  # beside the size of a gradient that is 0, in any dtype


def clip_grad_norm_(
    parameters: Iterable[Tensor] | Tensor, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Scale all gradients so that their norm as one vector is at most `max_norm`; return what it was.

    g ← g·min(1, max_norm / (norm + 1e-6)), where norm = (Σ|g|ᵖ)^(1/p) over all numbers of all gradients and p is
    `norm_type`, `math.inf` for the largest. Parameters without a gradient are left out. With `error_if_nonfinite`,
    `DataError` for a gradient that is not finite. As torch.nn.utils has it. R. Pascanu, T. Mikolov and Y. Bengio,
    "On the difficulty of training recurrent neural networks", 2013, section 3.2.

    >>> import nn
    >>> w = nn.Parameter([3.0, 4.0])
    >>> (w * w).sum().backward()
    >>> clip_grad_norm_([w], max_norm=5.0)
    10.0
    >>> w.grad.round(5)
    array([3., 4.])
    """
    max_norm = at_least_0("clip_grad_norm_", "max_norm", max_norm)
    if not norm_type > 0:
        raise ValueError(message(f"clip_grad_norm_ cannot have norm_type={norm_type!r}.",
                                 "write a number above 0, or math.inf"))
    held = _with_gradients("clip_grad_norm_", parameters)
    gradients = [gradient(i, p) if error_if_nonfinite else p.grad for i, p in enumerate(held)]
    if not gradients:
        return 0.0
    with np.errstate(invalid="ignore"):  # inf / inf: what is not finite makes nan of all, which no step takes
        clipped, norm = scaled(gradients, max_norm, norm_type)
    for parameter, g in zip(held, clipped, strict=True):
        parameter.grad = g
    return float(norm)


def clip_grad_value_(parameters: Iterable[Tensor] | Tensor, clip_value: float) -> None:
    """Bring every number of every gradient between −clip_value and clip_value. As torch.nn.utils has it.

    >>> import nn
    >>> w = nn.Parameter([3.0, -0.25])
    >>> (w * w).sum().backward()
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    most = at_least_0("clip_grad_value_", "clip_value", clip_value)
    for parameter in _with_gradients("clip_grad_value_", parameters):
        parameter.grad = minimum(maximum(parameter.grad, -most), most)


def scaled(gradients: Sequence[Any], max_norm: float, norm_type: float = 2.0) -> tuple[list[Any], Any]:
    """The gradients with a norm of at most `max_norm`, and the norm they had."""
    size = reduce(maximum, [largest(absolute(g)) for g in gradients if np.size(g)], 0.0)
    if norm_type == math.inf:
        norm = size
    else:
        unit = maximum(size, _TINY)  # the powers of numbers up to 1 are no larger than a dtype can hold
        powers = [total(absolute(g / unit) ** norm_type) for g in gradients]
        norm = unit * sum(powers) ** (1.0 / norm_type)
    factor = minimum(max_norm / (norm + 1e-6), 1.0)
    return [g * factor for g in gradients], norm


def _with_gradients(name: str, parameters: Iterable[Tensor] | Tensor) -> list[Tensor]:
    found = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for parameter in found:
        if not isinstance(parameter, Tensor):
            raise DataError(message(f"{name} got a {type(parameter).__name__} among its parameters.",
                                    f"write nn.{name}(model.parameters(), …)"))
    return [parameter for parameter in found if parameter.grad is not None]
