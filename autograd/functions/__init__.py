"""Floor 3: NumPy's functions in terms of gates, with NumPy's own signatures, one file per family."""
import numpy as np

from autograd.functions import numbers, products, shaping  # noqa: F401 — each fills the table
from autograd.functions.table import TABLE as TABLE
from autograd.functions.table import as_numpy, constant
from autograd.gates import contract, elementwise, reduce
from autograd.graph import GATES

constant(
    np.argmax, np.argmin, np.argsort, np.any, np.all, np.allclose, np.isclose, np.array_equal, np.count_nonzero,
    np.nonzero, np.flatnonzero, np.argwhere, np.searchsorted, np.round, np.around, np.fix, np.iscomplexobj,
    np.isrealobj, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.result_type, np.unique, np.digitize,
    np.isneginf, np.isposinf)

for _gate in GATES.values():
    if isinstance(_gate.array, np.ufunc):
        TABLE[_gate.array] = _gate
    elif getattr(_gate.array, "__module__", "").startswith("numpy"):
        TABLE.setdefault(_gate.array, as_numpy(_gate, _gate.array))
TABLE |= {
    np.sum: as_numpy(reduce.sum, np.sum), np.mean: as_numpy(reduce.mean, np.mean), np.dot: contract.dot,
    np.amax: TABLE[np.max], np.amin: TABLE[np.min], np.fabs: elementwise.absolute,
    np.deg2rad: elementwise.radians, np.rad2deg: elementwise.degrees}
REDUCE = {np.add: reduce.sum, np.multiply: reduce.prod, np.maximum: reduce.max, np.minimum: reduce.min}
ACCUMULATE = {np.add: reduce.cumsum, np.multiply: reduce.cumprod}
