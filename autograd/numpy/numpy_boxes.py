"""`autograd.numpy.numpy_boxes`, as HIPS names it."""
from autograd.compat.tracing import ArrayBox as ArrayBox
from autograd.compat.tracing import Box as Box
from autograd.compat.tracing import SequenceBox as SequenceBox
