"""`scipy.stats`, as `autograd.scipy` has it."""
import scipy.stats

from autograd.compat.namespace import wrap_namespace

wrap_namespace(vars(scipy.stats), globals())
