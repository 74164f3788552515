"""Floor 3: the distributions of vectors in scipy.stats that have derivatives."""
import math
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from autograd.functions import linalg
from autograd.functions.distributions import DISTRIBUTIONS
from autograd.functions.floats import given
from autograd.functions.shaping import concatenate, reshape, squeeze
from autograd.gates import elementwise, reduce
from autograd.gates.elementwise import exp, log, power, where
from autograd.gates.linalg import T
from autograd.gates.scipy_linalg import solve_triangular
from autograd.gates.shape import diagonal
from autograd.gates.special import gammaln, psi, unknown, xlogy
from autograd.graph import Tensor
from autograd.space import innermost, rank, shape_of

_LOG_2PI = math.log(2.0 * math.pi)


# ---------------------------------------------------------------- the normal distribution of vectors
def _parameters(mean: Any, cov: Any) -> tuple[Any, Any]:
    """The mean as a vector and the covariance as a matrix: a number or vector of it is a diagonal."""
    cov, mean = given(cov), None if mean is None else given(mean)
    size = max(1 if rank(x) == 0 else shape_of(x)[-1] for x in (mean, cov) if x is not None)
    mean = np.zeros(size) if mean is None else reshape(mean, (-1,))
    return mean, cov if rank(cov) == 2 else cov * np.eye(size)


def _points(x: Any, size: int) -> Any:
    """x as vectors along the last axis."""
    x = given(x)
    return reshape(x, (-1, 1)) if rank(x) < 2 and size == 1 else reshape(x, (1, -1)) if rank(x) < 2 else x


def _logpdf(x: Any, mean: Any = None, cov: Any = 1.0, allow_singular: bool = False) -> Any:
    mean, cov = _parameters(mean, cov)
    away = _points(x, shape_of(mean)[0]) - mean
    return squeeze(_singular(away, cov) if allow_singular else _regular(away, cov))


def _regular(away: Any, cov: Any) -> Any:
    """By the Cholesky factor of the covariance, of which the lower triangle is read, as SciPy does."""
    size = shape_of(cov)[0]
    lower = linalg.cholesky(cov)
    z = solve_triangular(lower, T(reshape(away, (-1, size))), lower=True)
    squares = reshape(reduce.sum(z * z, axis=0), shape_of(away)[:-1])
    return -0.5 * (size * _LOG_2PI + squares) - reduce.sum(log(diagonal(lower)))


def _singular(away: Any, cov: Any) -> Any:
    """In the space of the eigenvectors whose eigenvalues count; a point beside that space has no density."""
    if isinstance(cov, Tensor):
        unknown("the covariance where allow_singular=True")(cov)
    values, vectors = np.linalg.eigh(cov)
    least = 1e6 * np.finfo(values.dtype).eps * np.max(np.abs(values))
    if np.min(values) < -least:
        raise ShapeError(message("the covariance is not positive semidefinite.", "give a matrix that is"))
    counts = values > least
    z = away @ (vectors[:, counts] / np.sqrt(values[counts]))
    ans = -0.5 * (np.sum(counts) * _LOG_2PI + np.sum(np.log(values[counts])) + reduce.sum(z * z, axis=-1))
    beside = reduce.sum(elementwise.square(away @ vectors[:, ~counts]), axis=-1)
    return where(elementwise.less(beside, (1e3 * least) ** 2), ans, -np.inf)


def _entropy(mean: Any = None, cov: Any = 1.0) -> Any:
    mean, cov = _parameters(mean, cov)
    size = shape_of(cov)[0]
    return 0.5 * size * (_LOG_2PI + 1.0) + reduce.sum(log(diagonal(linalg.cholesky(cov))))


DISTRIBUTIONS["multivariate_normal"] = {
    "logpdf": _logpdf, "pdf": lambda *args, **kwargs: exp(_logpdf(*args, **kwargs)), "entropy": _entropy}


# ---------------------------------------------------------------- Dirichlet's distribution
def _checked(x: Any, alpha: Any) -> tuple[Any, Any]:
    """x with its last share, which may be left out, and alpha with as many axes."""
    x, alpha = given(x), given(alpha)
    if shape_of(x)[0] + 1 == shape_of(alpha)[0]:
        x = concatenate([x, 1.0 - reduce.sum(x, axis=0, keepdims=True)])
    off = innermost(abs(reduce.sum(x, axis=0) - 1.0))
    if not np.all(off <= 1e-8) or not np.all(innermost(x) >= 0.0) or not np.all(innermost(alpha) > 0.0):
        raise ShapeError(message("dirichlet needs shares x ≥ 0 that add up to 1, and all alpha > 0.",
                                 "divide x by its sum"))
    return x, reshape(alpha, (-1, *[1] * (rank(x) - 1)))


def _log_norm(alpha: Any) -> Any:
    """The logarithm of the multivariate beta function."""
    return reduce.sum(gammaln(alpha)) - gammaln(reduce.sum(alpha))


def _log_dirichlet(x: Any, alpha: Any) -> Any:
    x, alpha = _checked(x, alpha)
    return reduce.sum(xlogy(alpha - 1.0, x), axis=0) - _log_norm(alpha)


def _dirichlet(x: Any, alpha: Any) -> Any:
    """By its logarithm, as `gamma_density`; but not where a share is 0."""
    x, alpha = _checked(x, alpha)
    inside = x > 0.0
    at_edges = reduce.prod(power(where(inside, 1.0, x), alpha - 1.0), axis=0)
    return at_edges * exp(reduce.sum(xlogy(alpha - 1.0, where(inside, x, 1.0)), axis=0) - _log_norm(alpha))


def _entropy_of_dirichlet(alpha: Any) -> Any:
    alpha = given(alpha)
    total, size = reduce.sum(alpha), shape_of(alpha)[0]
    return _log_norm(alpha) + (total - size) * psi(total) - reduce.sum((alpha - 1.0) * psi(alpha))


DISTRIBUTIONS["dirichlet"] = {"pdf": _dirichlet, "logpdf": _log_dirichlet, "entropy": _entropy_of_dirichlet}
