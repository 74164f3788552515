"""`autograd.misc`, as HIPS names it."""
from autograd.misc.flatten import flatten as flatten
from autograd.misc.tracers import const_graph as const_graph
