"""`scipy.stats.chi2`, as `autograd.scipy` has it."""
from autograd.scipy.replacing import fill_distribution

fill_distribution("chi2", globals())
