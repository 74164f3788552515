"""`scipy.stats.gamma`, as `autograd.scipy` has it."""
from autograd.scipy.replacing import fill_distribution

fill_distribution("gamma", globals())
