"""`scipy.integrate`, as `autograd.scipy` has it."""
import scipy.integrate

from autograd.compat.namespace import wrap_namespace

wrap_namespace(vars(scipy.integrate), globals())
