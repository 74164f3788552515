"""Floor 3: NumPy's reductions that leave nan out. What is left out has no influence, so its derivative is zero."""
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.functions.casting import cast
from autograd.functions.reductions import cumprod, cumsum, degrees, masked, max, min, narrow, prod, squared, sum
from autograd.functions.table import replaces
from autograd.gates import elementwise, reduce
from autograd.graph import Tensor
from autograd.space import dtype_of


def replaced(bad: Any, number: float, x: Any) -> Any:
    """`x` with a number where it is bad; the graph grows only where something is, or where vmap does not tell."""
    return elementwise.where(bad, number, x) if isinstance(bad, Tensor) or np.any(bad) else x


def _filled(a: Any, number: float) -> Any:
    """`a` with a number in place of nan."""
    return replaced(elementwise.isnan(a), number, a)


def _present(a: Any, axis: Any, keepdims: bool, where: Any = True) -> Any:
    """How many elements are no nan."""
    present = masked(elementwise.where(elementwise.isnan(a), 0.0, 1.0), where, 0.0)
    return reduce.sum(present, axis=axis, keepdims=keepdims)


@replaces(np.nansum)
def nansum(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None,
           where: Any = True) -> Any:
    return sum(_filled(a, 0.0), axis, dtype, keepdims, initial, where)


@replaces(np.nanprod)
def nanprod(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = None,
            where: Any = True) -> Any:
    return prod(_filled(a, 1.0), axis, dtype, keepdims, initial, where)


@replaces(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return cumsum(_filled(a, 0.0), axis, dtype)


@replaces(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    return cumprod(_filled(a, 1.0), axis, dtype)


def _extreme(fold: Callable[..., Any], neutral: float) -> Callable[..., Any]:
    def extreme(a: Any, axis: Any = None, keepdims: bool = False, initial: Any = None, where: Any = True,
                dtype: Any = None) -> Any:
        ans = fold(_filled(a, neutral), axis, keepdims, initial, where, dtype)
        return ans if initial is not None else replaced(_present(a, axis, keepdims) == 0.0, np.nan, ans)
    return extreme


nanmax = replaces(np.nanmax)(_extreme(max, -np.inf))
nanmin = replaces(np.nanmin)(_extreme(min, np.inf))


@replaces(np.nanmean)
def nanmean(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, *, where: Any = True) -> Any:
    total = nansum(a, axis, dtype, keepdims, where=where)
    return cast(elementwise.div(total, _present(a, axis, keepdims, where)), dtype_of(total))


@replaces(np.nanvar)
def nanvar(a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False, *, where: Any = True,
           mean: Any = None, correction: float | None = None) -> Any:
    a = cast(a, dtype)
    mean = nanmean(a, axis, keepdims=True, where=where) if mean is None else narrow(mean, a)
    distance = cast(replaced(elementwise.isnan(a), 0.0, a - mean), dtype_of(a))
    total = sum(squared(distance), axis, dtype, keepdims, where=where)
    free = _present(a, axis, keepdims, where) - degrees(ddof, correction)
    return cast(elementwise.div(total, replaced(free <= 0.0, np.nan, free)), dtype_of(total))


@replaces(np.nanstd)
def nanstd(a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False, *, where: Any = True,
           mean: Any = None, correction: float | None = None) -> Any:
    return elementwise.sqrt(nanvar(a, axis, dtype, ddof, keepdims, where=where, mean=mean, correction=correction))
