"""`scipy.stats`, as `autograd.scipy` has it: distributions with derivatives are modules, as in HIPS/autograd."""
import scipy.stats

from autograd.compat.namespace import wrap_namespace
from autograd.functions.distributions import DISTRIBUTIONS
from autograd.scipy.stats import bernoulli as bernoulli
from autograd.scipy.stats import beta as beta
from autograd.scipy.stats import binom as binom
from autograd.scipy.stats import chi2 as chi2
from autograd.scipy.stats import dirichlet as dirichlet
from autograd.scipy.stats import expon as expon
from autograd.scipy.stats import gamma as gamma
from autograd.scipy.stats import multivariate_normal as multivariate_normal
from autograd.scipy.stats import norm as norm
from autograd.scipy.stats import poisson as poisson
from autograd.scipy.stats import t as t
from autograd.scipy.stats import uniform as uniform

wrap_namespace({name: x for name, x in vars(scipy.stats).items() if name not in DISTRIBUTIONS}, globals())
