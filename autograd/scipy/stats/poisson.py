"""`scipy.stats.poisson`, as `autograd.scipy` has it."""
from autograd.scipy.replacing import fill_distribution

fill_distribution("poisson", globals())
