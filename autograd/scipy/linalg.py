"""`scipy.linalg`, as `autograd.scipy` has it."""
import scipy.linalg

from autograd.compat.namespace import wrap_namespace
from autograd.functions import scipy_linalg
from autograd.scipy.replacing import replace

wrap_namespace(vars(scipy.linalg), globals())
replace(globals(), {name: getattr(scipy_linalg, name) for name in scipy_linalg.__all__})
