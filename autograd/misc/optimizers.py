"""`autograd.misc.optimizers`, as HIPS names it: steps on containers; `grad(x, i)` is the gradient at step i."""
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.misc.flatten import flatten

Fun = Callable[..., Any]


def unflatten_optimizer(optimize: Fun) -> Fun:
    """An optimizer of containers from one of vectors."""
    @wraps(optimize)
    def of_containers(grad: Fun, x0: Any, callback: Fun | None = None, *args: Any, **kwargs: Any) -> Any:
        x, unflatten = flatten(x0)
        flat_callback = callback and (lambda x, i, g: callback(unflatten(x), i, unflatten(g)))
        return unflatten(optimize(lambda x, i: flatten(grad(unflatten(x), i))[0], x, flat_callback, *args, **kwargs))
    return of_containers


def _descend(grad: Fun, x: Any, callback: Fun | None, num_iters: int, step: Fun) -> Any:
    """x after so many steps x + step(g, i)."""
    for i in range(num_iters):
        g = grad(x, i)
        if callback:
            callback(x, i, g)
        x = x + step(g, i)
    return x


@unflatten_optimizer
def sgd(grad: Fun, x: Any, callback: Fun | None = None, num_iters: int = 200, step_size: float = 0.1,
        mass: float = 0.9) -> Any:
    """Gradient descent with momentum (Polyak 1964).

    >>> sgd(lambda x, i: 2.0 * (x - 3.0), 3.0)
    3.0
    """
    velocity = np.zeros(len(x))

    def step(g: Any, i: int) -> Any:
        nonlocal velocity
        velocity = mass * velocity - (1.0 - mass) * g
        return step_size * velocity
    return _descend(grad, x, callback, num_iters, step)


@unflatten_optimizer
def rmsprop(grad: Fun, x: Any, callback: Fun | None = None, num_iters: int = 100, step_size: float = 0.1,
            gamma: float = 0.9, eps: float = 1e-8) -> Any:
    """Steps divided by the root of a running mean of squares (Tieleman and Hinton 2012)."""
    square = np.ones(len(x))

    def step(g: Any, i: int) -> Any:
        nonlocal square
        square = gamma * square + (1.0 - gamma) * g**2
        return -step_size * g / (np.sqrt(square) + eps)
    return _descend(grad, x, callback, num_iters, step)


@unflatten_optimizer
def adam(grad: Fun, x: Any, callback: Fun | None = None, num_iters: int = 100, step_size: float = 0.001,
         b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Any:
    """Running means of gradient and square, corrected for their start at zero (Kingma and Ba 2015)."""
    mean, square = np.zeros(len(x)), np.zeros(len(x))

    def step(g: Any, i: int) -> Any:
        nonlocal mean, square
        mean, square = b1 * mean + (1.0 - b1) * g, b2 * square + (1.0 - b2) * g**2
        return -step_size * mean / (1.0 - b1**(i + 1)) / (np.sqrt(square / (1.0 - b2**(i + 1))) + eps)
    return _descend(grad, x, callback, num_iters, step)
