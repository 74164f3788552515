"""`scipy.signal`, as `autograd.scipy` has it."""
import scipy.signal

from autograd.compat.namespace import wrap_namespace

wrap_namespace(vars(scipy.signal), globals())
