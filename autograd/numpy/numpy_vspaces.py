"""`autograd.numpy.numpy_vspaces`, as HIPS names it."""
from autograd.compat.vspace import ArrayVSpace as ArrayVSpace
from autograd.compat.vspace import ComplexArrayVSpace as ComplexArrayVSpace
from autograd.compat.vspace import VSpace as VSpace
