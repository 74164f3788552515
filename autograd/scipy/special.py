"""`scipy.special`, as `autograd.scipy` has it."""
import scipy.special

from autograd.compat.namespace import wrap_namespace

wrap_namespace(vars(scipy.special), globals())
