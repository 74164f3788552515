"""`scipy.stats.multivariate_normal`, as `autograd.scipy` has it."""
from autograd.scipy.replacing import fill_distribution

fill_distribution("multivariate_normal", globals())
