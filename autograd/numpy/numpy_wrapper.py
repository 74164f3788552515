"""`autograd.numpy.numpy_wrapper`, as HIPS names it: NumPy's names, and a few of its own."""
import numpy as _np

from autograd.compat.namespace import wrap_namespace
from autograd.compat.unbroadcast import metadata as metadata
from autograd.functions.creation import make_diagonal as make_diagonal

wrap_namespace(vars(_np), globals())

from autograd.functions.creation import c_ as c_  # noqa: E402 — in place of NumPy's
from autograd.functions.creation import r_ as r_  # noqa: E402
from autograd.functions.each import fromiter as fromiter  # noqa: E402
from autograd.functions.each import ndenumerate as ndenumerate  # noqa: E402
from autograd.functions.each import vectorize as vectorize  # noqa: E402

row_stack = globals()["vstack"]
numpy_version = _np.__version__
