"""`autograd.misc.flatten`, as HIPS names it: containers as one vector, and back."""
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.functions.shaping import concatenate, ravel
from autograd.transforms import vjp


def flatten(value: Any) -> tuple[Any, Callable[[Any], Any]]:
    """All numbers in nested tuples, lists and dicts (by sorted key) as one vector, and the function that undoes it.

    >>> vector, unflatten = flatten({"b": 3.0, "a": [1.0, 2.0]})
    >>> vector, unflatten(vector)
    (array([1., 2., 3.]), {'b': 3.0, 'a': [1.0, 2.0]})
    """
    unflatten, vector = vjp(_joined, value)              # each number goes to one place: the transpose undoes it
    return vector, unflatten


def _joined(value: Any) -> Any:
    leaves = [ravel(x) for x in _sorted(value)]
    return concatenate(leaves) if leaves else np.zeros(0)


def _sorted(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    return [x for part in value for x in _sorted(part)] if isinstance(value, list | tuple) else [value]


def flatten_func(func: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], Any]:
    """`func` from vectors to vectors, the function from a vector to an argument like `example`, and its vector."""
    vector, unflatten = flatten(example)
    return lambda x, *args: flatten(func(unflatten(x), *args))[0], unflatten, vector
