"""Floor 2: where numbers stand when they are sorted. The places change in steps, so these gates have no derivative."""
from typing import Any

import numpy as np

from autograd.gate import custom


def _argsort(x: Any, axis: int) -> Any:
    return np.argsort(x, axis, stable=True)


def _argpartition(x: Any, kth: Any, axis: int) -> Any:
    """Where the numbers of `np.partition` come from: its k-th smallest is the k-th smallest of x."""
    order = np.empty(x.shape, int)
    np.put_along_axis(order, _argsort(np.partition(x, kth, axis), axis), _argsort(x, axis), axis)
    return order


# fmt: off
argsort      = custom("argsort",      _argsort,      "argsort",      push=lambda: None, arity=1, axis=-1)
argpartition = custom("argpartition", _argpartition, "argpartition", push=lambda: None, arity=1, kth=0, axis=-1)
# fmt: on
