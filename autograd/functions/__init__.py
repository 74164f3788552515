"""Floor 3: NumPy's functions in terms of gates, with NumPy's own signatures, one file per family."""
import numpy as np

from autograd.functions import (  # noqa: F401 — each fills the table
    calculus,
    creation,
    each,
    fft,
    floats,
    grids,
    histograms,
    linalg,
    nan,
    numbers,
    padding,
    pieces,
    polynomials,
    products,
    rearranging,
    reductions,
    shaping,
    signals,
    sorting,
    special,
    statistics,
    ufuncs,
)
from autograd.functions.table import TABLE as TABLE
from autograd.functions.table import as_numpy, constant
from autograd.gates import contract, elementwise, series  # noqa: F401 — sinc and i0
from autograd.gates import random as _random  # noqa: F401 — a saved graph may have them
from autograd.gates import scipy_linalg as _of_scipy  # noqa: F401
from autograd.graph import GATES

constant(
    np.argmax, np.argmin, np.argsort, np.any, np.all, np.allclose, np.isclose, np.array_equal, np.count_nonzero,
    np.nonzero, np.flatnonzero, np.argwhere, np.searchsorted, np.round, np.around, np.fix, np.iscomplexobj,
    np.isrealobj, np.result_type, np.digitize, np.argpartition, np.isin,
    np.array_equiv, np.nanargmax, np.nanargmin, np.tril_indices_from, np.triu_indices_from, np.diag_indices_from,
    np.isneginf, np.isposinf, np.einsum_path, np.common_type, np.min_scalar_type)

for _gate in GATES.values():
    if isinstance(_gate.array, np.ufunc):
        TABLE.setdefault(_gate.array, _gate)
    elif getattr(_gate.array, "__module__", "").startswith("numpy"):
        TABLE.setdefault(_gate.array, as_numpy(_gate, _gate.array))
TABLE |= {
    np.dot: contract.dot, np.fabs: elementwise.absolute,
    np.deg2rad: elementwise.radians, np.rad2deg: elementwise.degrees}
REDUCE, ACCUMULATE, REDUCEAT, OUTER = ufuncs.REDUCE, ufuncs.ACCUMULATE, ufuncs.REDUCEAT, ufuncs.OUTER
