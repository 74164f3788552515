"""Floor 3: the methods of NumPy's ufuncs of two inputs, `np.add.reduce` and its kin."""
import functools
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.errors import KeywordError, message
from autograd.functions import nan, reductions  # noqa: F401 — they fill the table
from autograd.functions.casting import cast
from autograd.functions.reductions import begun, folded, left, masked, single
from autograd.functions.shaping import reshape, stack, unstack
from autograd.functions.table import TABLE, _on_values
from autograd.gate import Gate
from autograd.gates import elementwise, reduce, shape
from autograd.gates.index import getitem
from autograd.graph import GATES
from autograd.space import array, dtype_of, rank, shape_of

Method = Callable[..., Any]
BINARY: dict[Any, Method] = {gate.array: gate for gate in GATES.values()
          if isinstance(gate.array, np.ufunc) and gate.array.nin == 2 and gate.kind == "elementwise"}
BINARY[np.float_power] = TABLE[np.float_power]
FLOATS = [ufunc for ufunc in BINARY if "dd->d" in ufunc.types]                 # all others give truth values
UNSTEADY = (np.power, np.arctan2)                     # what NumPy makes of a whole axis depends on the processor
FOLDED = [ufunc for ufunc in FLOATS if ufunc not in UNSTEADY]


# ---------------------------------------------------------------- np.f.reduce
def _logsumexp(a: Any, axis: Any = 0, dtype: Any = None, keepdims: bool = False, initial: Any = None,
               where: Any = True) -> Any:
    ans = reduce.logsumexp(masked(cast(a, dtype), where, -np.inf), axis=axis, keepdims=keepdims)
    return begun(ans, initial, elementwise.logaddexp)


def _one_by_one(ufunc: Any) -> Method:
    """Any gate folds an axis from the front to the back; one with an identity folds several, and takes a mask."""
    def fold(a: Any, axis: Any = 0, dtype: Any = None, keepdims: bool = False, initial: Any = None,
             where: Any = True) -> Any:
        if ufunc.identity is None and (where is not True or len(reduce.axes_of(axis, rank(a))) > 1):
            raise KeywordError(message(f"np.{ufunc.__name__}.reduce has no identity, and depends on the order.",
                                       "fold one axis, and all of it, without where="))
        a = masked(cast(a, dtype), where, ufunc.identity)
        start = ufunc.identity if initial is None else single(initial, dtype_of(a))
        rows = unstack(folded(a, axis))
        ans = functools.reduce(BINARY[ufunc], rows if start is None else (start, *rows))
        return reshape(ans, left(shape_of(a), axis, keepdims))
    return fold


REDUCE: dict[Any, Method] = {
    **{ufunc: _on_values(ufunc.reduce) for ufunc in BINARY if ufunc not in FLOATS},
    **{ufunc: _one_by_one(ufunc) for ufunc in FOLDED},
    np.add: TABLE[np.sum], np.multiply: TABLE[np.prod], np.maximum: TABLE[np.max], np.minimum: TABLE[np.min],
    np.fmax: TABLE[np.nanmax], np.fmin: TABLE[np.nanmin], np.logaddexp: _logsumexp}


# ---------------------------------------------------------------- np.f.accumulate
def _so_far(ufunc: Any) -> Method:
    def accumulated(a: Any, axis: int = 0, dtype: Any = None) -> Any:
        rows = unstack(cast(a, dtype), axis=normalize_axis_index(axis, rank(a)))
        return stack(list(accumulate(rows, BINARY[ufunc])), axis)
    return accumulated


def _cumulative(gate: Gate) -> Method:
    return lambda a, axis=0, dtype=None: gate(cast(a, dtype), normalize_axis_index(axis, rank(a)))


ACCUMULATE: dict[Any, Method] = {
    **{ufunc: _on_values(ufunc.accumulate) for ufunc in BINARY if ufunc not in FLOATS},
    **{ufunc: _so_far(ufunc) for ufunc in FLOATS},
    np.add: _cumulative(reduce.cumsum), np.multiply: _cumulative(reduce.cumprod),
    np.maximum: _cumulative(reduce.cummax), np.minimum: _cumulative(reduce.cummin)}


# ---------------------------------------------------------------- np.f.reduceat, np.f.outer
def _reduceat(ufunc: Any) -> Method:
    """Element k folds a[indices[k]:indices[k+1]], or is a[indices[k]] where that is empty."""
    def reduceat(a: Any, indices: Sequence[int], axis: int = 0, dtype: Any = None) -> Any:
        a, n = cast(a, dtype), shape_of(a)[axis]
        np.add.reduceat(np.zeros(n), indices)                                          # NumPy's check of the indices
        starts = [int(i) for i in indices]
        ends = [*starts[1:], n][:len(starts)]
        parts = [REDUCE[ufunc](getitem(a, shape._along(axis, rank(a), slice(i, j))), axis=axis) if i < j
                 else getitem(a, shape._along(axis, rank(a), i)) for i, j in zip(starts, ends, strict=True)]
        return stack(parts, axis)
    return reduceat


def _outer(gate: Method) -> Method:
    return lambda a, b: gate(reshape(array(a), (*shape_of(a), *[1] * rank(b))), array(b))


REDUCEAT: dict[Any, Method] = {ufunc: _reduceat(ufunc) for ufunc in REDUCE}
OUTER: dict[Any, Method] = {ufunc: _outer(gate) for ufunc, gate in BINARY.items()}
