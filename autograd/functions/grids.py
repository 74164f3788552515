"""Floor 3: NumPy's grids: evenly spaced numbers, and the points where such rows cross."""
import operator
from typing import Any

import numpy as np

from autograd.functions.casting import cast
from autograd.functions.floats import given, sign
from autograd.functions.shaping import broadcast_to, concatenate, moveaxis, reshape
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import elementwise as E
from autograd.gates.shape import expand_dims
from autograd.graph import Tensor
from autograd.space import array, dtype_of, rank, shape_of


# ---------------------------------------------------------------- rows of numbers
@replaces(np.linspace)
def linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
             axis: int = 0, *, device: Any = None) -> Any:
    start, stop, num = given(start), given(stop), operator.index(num)
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    delta, gaps = E.sub(stop, start), num - bool(endpoint)
    step = delta / gaps if gaps > 0 else np.nan
    counts = np.arange(num, dtype=dtype_of(delta)).reshape(-1, *[1] * rank(delta))
    ans = counts * (step if gaps > 0 else delta) + start
    if endpoint and num > 1:
        ans = _ending(ans, -1, stop)
    ans = cast(moveaxis(ans, 0, axis), dtype)
    return (ans, step) if retstep else ans


def _ending(ans: Any, place: int, exact: Any) -> Any:
    """`ans` with its first or last layer as it was given, without rounding."""
    layer = fit(exact, (1, *shape_of(ans)[1:]), dtype_of(ans))
    return concatenate([layer, ans[1:]] if place == 0 else [ans[:-1], layer])


@replaces(np.logspace)
def logspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None,
             axis: int = 0) -> Any:
    start, stop, base = given(start), given(stop), given(base)
    if rank(base):
        ndim = max(map(rank, (start, stop, base)))
        start, stop, base = (reshape(x, (1,) * (ndim - rank(x)) + shape_of(x)) for x in (start, stop, base))
        base = expand_dims(base, axis=axis)
    return cast(E.power(base, linspace(start, stop, num, endpoint, axis=axis)), dtype)


@replaces(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Powers of ten between the logarithms; a negative or complex direction is taken out first, and put back."""
    wide = np.result_type(*(dtype_of(given(x)) for x in (start, stop)), np.float64 if dtype is None else dtype)
    start, stop = cast(start, wide), cast(stop, wide)
    direction = sign(E.add(start, E.mul(stop, 0.0)))
    start, stop = E.div(start, direction), E.div(stop, direction)
    ans = logspace(E.log10(start), E.log10(stop), num, endpoint)
    if num > 0:
        ans = _ending(ans, 0, start)
    if num > 1 and endpoint:
        ans = _ending(ans, -1, stop)
    return cast(moveaxis(ans * direction, 0, axis), dtype)


# ---------------------------------------------------------------- grids
@replaces(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    places = [1, 0, *range(2, len(xi))] if indexing == "xy" and len(xi) > 1 else range(len(xi))
    grids = [reshape(array(x), tuple(-1 if k == place else 1 for k in range(len(xi))))
             for x, place in zip(xi, places, strict=True)]
    if not sparse:
        shape = np.broadcast_shapes(*map(shape_of, grids))
        grids = [broadcast_to(grid, shape) for grid in grids]
    return tuple(E.positive(grid) if copy else grid for grid in grids)


@replaces(np.ix_)
def ix_(*args: Any) -> Any:
    if any(rank(x) != 1 for x in args):
        raise ValueError("Cross index must be 1 dimensional")
    places = (x if isinstance(x, Tensor) else np.ix_(x)[0] for x in args)
    return meshgrid(*places, copy=False, sparse=True, indexing="ij")
