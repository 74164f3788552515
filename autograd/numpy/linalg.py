"""`numpy.linalg`, as `autograd.numpy` has it."""
import numpy as np

from autograd.compat.namespace import wrap_namespace

wrap_namespace(vars(np.linalg), globals())
