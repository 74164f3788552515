"""Floor 3: NumPy's functions on signals: convolution, interpolation, phases."""
import math
from typing import Any

import numpy as np

from autograd.functions.floats import given, in_float64
from autograd.functions.numbers import diff
from autograd.functions.shaping import atleast_1d, concatenate
from autograd.functions.table import replaces
from autograd.gates import elementwise as E
from autograd.gates import reduce, signals
from autograd.gates.index import getitem, pick
from autograd.gates.order import argsort
from autograd.gates.series import i0
from autograd.gates.shape import _along, flip, roll
from autograd.space import is_complex, rank, shape_of

# ---------------------------------------------------------------- convolution
_MODES = ("valid", "same", "full")                     # NumPy also knows them by number


@replaces(np.convolve)
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    a, v = atleast_1d(given(a)), atleast_1d(given(v))
    return signals.convolve(a, v, mode=mode if isinstance(mode, str) else _MODES[mode])


@replaces(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """Convolution with v turned round and conjugated; the longer input leads, which decides where the middle lies."""
    if rank(a) != 1 or rank(v) != 1:
        raise ValueError("both inputs must have one axis")
    v = E.conj(v) if is_complex(given(v)) else v
    if shape_of(a)[0] < shape_of(v)[0]:
        return flip(convolve(v, flip(a), mode))
    return convolve(a, flip(v), mode)


@replaces(np.kaiser)
def kaiser(M: int, beta: Any) -> Any:
    """I₀(β·√(1 − u²)) / I₀(β), u from -1 to 1."""
    middle = (M - 1) / 2.0
    u = (np.arange(M) - middle) / (middle or 1.0)
    return i0(beta * np.sqrt(1.0 - u**2.0)) / i0(beta)


# ---------------------------------------------------------------- interpolation
@replaces(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The straight line between two knots. At a knot the line to the right counts, at the last one that to the left."""
    x, xp, fp = map(in_float64, (x, xp, fp))
    if rank(xp) != 1 or shape_of(xp) != shape_of(fp) or not shape_of(xp)[0]:
        raise ValueError(f"xp and fp must be as long as each other, not of shapes {shape_of(xp)} and {shape_of(fp)}")
    if period is not None and period == 0:
        raise ValueError("period must be a non-zero value")
    if period is not None:
        x, xp, fp, left, right = *_periodic(x, xp, fp, abs(period)), None, None
    low, high = (getitem(xp, k) for k in (0, -1))
    ans = _line(x, xp, fp)
    ans = E.where(E.less(x, low), getitem(fp, 0) if left is None else left, ans)
    return E.where(E.greater(x, high), getitem(fp, -1) if right is None else right, ans)


def _line(x: Any, xp: Any, fp: Any) -> Any:
    """fp[k] + slope · (x - xp[k]); an interval of no width has slope 0."""
    knot = signals.interval(x, xp)
    start = knot - (knot == shape_of(xp)[0] - 1)
    rise, width = (pick(roll(v, -1), start) - pick(v, start) for v in (fp, xp))
    return E.div(rise, E.where(E.equal(width, 0.0), np.inf, width)) * (x - pick(xp, knot)) + pick(fp, knot)


def _periodic(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """Everything taken into one period, in order, and one more knot on either side."""
    x, xp = E.remainder(x, period), E.remainder(xp, period)
    order = argsort(xp)
    xp, fp = pick(xp, order), pick(fp, order)
    ends = getitem(xp, slice(-1, None)), getitem(xp, slice(1))
    return (x, concatenate([ends[0] - period, xp, ends[1] + period]),
            concatenate([getitem(fp, slice(-1, None)), fp, getitem(fp, slice(1))]))


# ---------------------------------------------------------------- phases
@replaces(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2.0 * math.pi) -> Any:
    p, half = given(p), period / 2
    steps = diff(p, axis=axis)
    wrapped = E.remainder(steps + half, period) - half
    wrapped = E.where(E.logical_and(E.equal(wrapped, -half), E.greater(steps, 0.0)), wrapped + period, wrapped)
    small = E.less(abs(steps), half if discont is None else discont)
    jumps = reduce.cumsum(E.where(small, 0.0, wrapped - steps), axis)
    first, others = (getitem(p, _along(axis, rank(p), part)) for part in (slice(1), slice(1, None)))
    return concatenate([first, others + jumps], axis)
