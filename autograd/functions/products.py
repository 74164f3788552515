"""Floor 3: NumPy's products."""
from typing import Any

import numpy as np

from autograd.functions.shaping import ravel, reshape
from autograd.functions.table import replaces
from autograd.gates import contract, elementwise
from autograd.gates.contract import einsum
from autograd.space import is_complex, rank


@replaces(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    return contract.tensordot(a, b, axes)


@replaces(np.outer)
def outer(a: Any, b: Any) -> Any:
    return reshape(a, (-1, 1)) * reshape(b, (1, -1))


@replaces(np.inner)
def inner(a: Any, b: Any) -> Any:
    return a * b if not (rank(a) and rank(b)) else contract.tensordot(a, b, (-1, -1))


@replaces(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    a = ravel(a)
    return contract.dot(elementwise.conj(a) if is_complex(a) else a, ravel(b))


replaces(np.einsum)(einsum)
