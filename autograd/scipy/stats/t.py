"""`scipy.stats.t`, as `autograd.scipy` has it."""
from autograd.scipy.replacing import fill_distribution

fill_distribution("t", globals())
