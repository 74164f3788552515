"""`scipy.linalg`, as `autograd.scipy` has it."""
import scipy.linalg

from autograd.compat.namespace import wrap_namespace

wrap_namespace(vars(scipy.linalg), globals())
