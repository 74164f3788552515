"""`scipy.special`, as `autograd.scipy` has it."""
import scipy.special

from autograd.compat.namespace import wrap_namespace
from autograd.functions.special import FUNCTIONS
from autograd.scipy.replacing import replace

wrap_namespace(vars(scipy.special), globals())
replace(globals(), FUNCTIONS)
