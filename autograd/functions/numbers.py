"""Floor 3: NumPy's functions on numbers and along axes, and those that pick a part of a matrix."""
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import elementwise, index, reduce, shape
from autograd.gates.index import getitem, take_along_axis
from autograd.graph import plain
from autograd.space import array, dtype_of, is_complex, rank, shape_of


# ---------------------------------------------------------------- numbers
@replaces(np.where)
def where(condition: Any, *choices: Any) -> Any:
    return elementwise.where(condition, *choices) if choices else np.where(plain(condition))


@replaces(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, **named: Any) -> Any:
    low, high = named.pop("min", a_min), named.pop("max", a_max)
    if named:
        raise KeywordError(message(f"clip does not take the keyword {min(named)!r}.", "write it with a_min, a_max"))
    return elementwise.clip(a, -np.inf if low is None else low, np.inf if high is None else high)


@replaces(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    if n < 0:
        raise ValueError(f"n={n} is negative")
    if n == 0:
        return a
    parts = [_edge(part, a, axis) for part in (prepend, a, append) if part is not None]
    a = parts[0] if len(parts) == 1 else shape.concatenate(*parts, axis=axis)
    for _ in range(n):
        a = getitem(a, shape._along(axis, rank(a), slice(1, None))) - getitem(a, shape._along(axis, rank(a), slice(-1)))
    return a


def _edge(part: Any, a: Any, axis: int) -> Any:
    """What is joined to `a`; a number stands for one layer."""
    if rank(part):
        return part
    layer = tuple(1 if k == axis % rank(a) else n for k, n in enumerate(shape_of(a)))
    return fit(array(part), layer, dtype_of(part))


@replaces(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return shape.diagonal(a, offset, axis1, axis2)


@replaces(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    return reduce.sum(cast(diagonal(a, offset, axis1, axis2), dtype), -1)


@replaces(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    if rank(v) == 2:
        return diagonal(v, k)
    rows = np.arange(shape_of(v)[0]) + max(-k, 0)
    n = shape_of(v)[0] + abs(k)
    return index.scatter(v, (rows, rows + k), (n, n))


@replaces(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return elementwise.where(_lower(m, k), m, 0.0)


@replaces(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return elementwise.where(_lower(m, k - 1), 0.0, m)


def _lower(m: Any, k: int) -> Any:
    rows, columns = (shape_of(m) * 2)[-2:]               # one axis stands for two, as in NumPy
    return np.tri(rows, columns, k, dtype=np.bool_)


@replaces(np.real)
def real(val: Any) -> Any:
    return elementwise.real(val) if is_complex(val) else val


@replaces(np.imag)
def imag(val: Any) -> Any:
    return elementwise.imag(val) if is_complex(val) else np.imag(plain(val))


@replaces(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    ans = elementwise.arctan2(imag(z), real(z))
    return elementwise.degrees(ans) if deg else ans


@replaces(np.size)
def size(a: Any, axis: int | None = None) -> Any:
    return reduce.count(shape_of(a), axis)


replaces(np.take_along_axis)(take_along_axis)
