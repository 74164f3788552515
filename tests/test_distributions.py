"""scipy.stats: the values of SciPy everywhere, derivatives in the variable and every parameter, and the ends of the support."""
# ruff: noqa: E501 — one row per case, however long
import importlib
import itertools

import numpy as np
import pytest
import scipy.stats

import autograd.scipy.stats
from autograd import Tensor, check_grads, grad, make_jvp, make_vjp, vmap
from autograd.errors import AutogradError, DataError, KeywordError, ShapeError
from autograd.functions.distributions import DISTRIBUTIONS
from autograd.graph import plain
from tests.agreement import same, slope
from tests.examples import noise

RNG = np.random.default_rng(0)
NAN, INF = np.nan, np.inf
GRID = np.array([-3.0, -1.0, -0.5, 0.0, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 70.0, 1e4, INF, -INF, NAN])
WHOLE = np.array([-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 40.0, 200.0, NAN])
VECTORS = {"dirichlet", "multivariate_normal"}

# name: the shapes whose values are compared, and an inner point (x, shapes) where derivatives are
CONTINUOUS = {
    "norm": ([()], (0.7,)),
    "t": ([(3.0,), (0.5,), (INF,), (-1.0,)], (0.7, 2.5)),
    "gamma": ([(1.0,), (2.0,), (0.5,), (40.0,), (-1.0,)], (1.3, 2.5)),
    "chi2": ([(1.0,), (2.0,), (7.5,)], (1.3, 3.5)),
    "beta": ([(1.0, 1.0), (2.0, 3.0), (0.5, 0.5), (40.0, 2.0)], (0.4, 2.5, 1.5)),
    "expon": ([()], (1.3,)),
    "uniform": ([()], (0.4,))}
DISCRETE = {
    "poisson": ([(0.0,), (2.5,), (60.0,), (-1.0,)], (2.0, 2.5)),
    "binom": ([(5, 0.3), (0, 0.3), (4, 0.0), (4, 1.0), (3.5, 0.4), (5, 1.2)], (2.0, 5.0, 0.3)),
    "bernoulli": ([(0.3,), (0.0,), (1.0,), (1.4,)], (0.0, 0.3))}
UNKNOWN = {("t", 1): "df of stdtr", ("gamma", 1): "a of gammainc", ("chi2", 1): "a of gammainc", ("beta", 1): "of betainc", ("beta", 2): "of betainc"}
ALL = CONTINUOUS | DISCRETE
METHODS = [(name, method) for name in ALL for method in DISTRIBUTIONS[name]]
DENSITIES = ("pdf", "logpdf", "pmf", "logpmf")


def both(name, method):
    """Our function and SciPy's."""
    return getattr(importlib.import_module(f"autograd.scipy.stats.{name}"), method), getattr(getattr(scipy.stats, name), method)


def test_every_distribution_is_tested():
    assert ALL.keys() | VECTORS == DISTRIBUTIONS.keys()


# ---------------------------------------------------------------- values
@pytest.mark.parametrize(("name", "method"), METHODS)
def test_values_are_scipys(name, method):
    ours, theirs = DISTRIBUTIONS[name][method], both(name, method)[1]
    standard = [(), (0.5,), (1.0, 2.0), (0.0, -1.0)] if name in CONTINUOUS else [(), (1.0,)]
    for shapes, more in itertools.product(ALL[name][0], standard):
        args = [*([] if method == "entropy" else [GRID if name in CONTINUOUS else WHOLE]), *shapes, *more]
        with np.errstate(all="ignore"):
            expected = theirs(*args)
        undefined = name in DISCRETE and np.all(np.isnan(theirs(WHOLE[:3], *shapes)))
        expected = np.full(np.shape(expected), NAN) if undefined else expected          # SciPy's logcdf gives 0 in places
        for found in (ours(*args), plain(ours(*(Tensor(x) if isinstance(x, np.ndarray) else x for x in args)))):
            np.testing.assert_allclose(found, expected, rtol=2e-13, atol=1e-15, err_msg=f"{shapes} {more}")


def test_what_has_no_derivative_here_is_scipys():
    norm = autograd.scipy.stats.norm
    assert norm.ppf(0.3) == scipy.stats.norm.ppf(0.3)
    assert norm.rvs(size=3, random_state=1).tolist() == scipy.stats.norm.rvs(size=3, random_state=1).tolist()
    assert autograd.scipy.stats.weibull_min is scipy.stats.weibull_min
    for call in (norm.ppf, lambda x: scipy.stats.norm.pdf(x), lambda x: autograd.scipy.stats.weibull_min.pdf(x, 1.0)):
        with pytest.raises(DataError, match="lose its gradient"):
            call(Tensor(0.3))


# ---------------------------------------------------------------- derivatives
def arguments(name):
    """The inner point with loc and, where there is one, scale; a number, and an array with parameters that broadcast."""
    point = [*ALL[name][1], 0.0, *([1.0] if name in CONTINUOUS else [])]
    moved = [x + d for x, d in zip(point[-2:], (0.1, 0.2), strict=True)] if name in CONTINUOUS else point[-1:]
    x = point[0] + (0.02 * RNG.uniform(size=(2, 3)) if name in CONTINUOUS else 0.0)
    return [point, [x, *(np.full(3, p) for p in point[1:len(point) - len(moved)]), *moved]]


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_derivatives_in_every_argument(name, method):
    ours, theirs = both(name, method)
    for point in arguments(name):
        args = point[1:] if method == "entropy" else point
        offset = 1 if method == "entropy" else 0
        flat = {0, len(args) - 1, 1} if name == "binom" else {0, len(args) - 1} if name in DISCRETE else set()       # steps
        for i, x in enumerate(args):
            f = lambda x, i=i, f=ours, args=args: f(*args[:i], x, *args[i + 1:])      # noqa: E731
            reference = lambda x, i=i, f=theirs, args=args: f(*args[:i], x, *args[i + 1:])      # noqa: E731
            if (name, i + offset) in UNKNOWN and method not in (*DENSITIES, "entropy"):
                with pytest.raises(DataError, match=rf"{UNKNOWN[name, i + offset]}[\s\S]*test_distributions\.py:\d+"):
                    make_vjp(f)(x)[0](ours(*args))
            elif i not in flat:
                v, g = noise(x, RNG), noise(ours(*args), RNG)
                expected = slope(reference, [x], [v])
                np.testing.assert_allclose(make_jvp(f)(x)(v)[1], expected, rtol=1e-7, atol=1e-8, err_msg=f"argument {i}")
                np.testing.assert_allclose(np.sum(make_vjp(f)(x)[0](g) * v), np.sum(g * expected), rtol=1e-7, atol=1e-8, err_msg=f"argument {i}")
                check_grads(f, order=2)(x)
            elif (i, name) != (1, "binom"):
                assert np.all(make_jvp(f)(x)(noise(x, RNG))[1] == 0.0)


POINTS = [  # at the ends of the support, where factors vanish
    ("gamma", "pdf", (0.0, 2.0), 0, 1.0), ("gamma", "pdf", (0.0, 1.0), 0, -1.0), ("gamma", "cdf", (0.0, 1.0), 0, 1.0), ("gamma", "pdf", (-1.0, 2.0), 0, 0.0), ("beta", "pdf", (0.0, 2.0, 1.0), 0, 2.0), ("beta", "pdf", (1.0, 1.0, 2.0), 0, -2.0),
    ("beta", "pdf", (0.0, 1.0, 3.0), 0, -6.0), ("expon", "pdf", (0.0,), 0, -1.0), ("expon", "logpdf", (-2.0,), 0, 0.0), ("uniform", "cdf", (0.5,), 0, 1.0), ("uniform", "cdf", (2.0,), 0, 0.0),
    ("poisson", "pmf", (1.0, 0.0), 1, 1.0), ("poisson", "pmf", (0.0, 0.0), 1, -1.0), ("poisson", "pmf", (2.0, 0.0), 1, 0.0), ("binom", "pmf", (1.0, 3.0, 0.0), 2, 3.0), ("binom", "pmf", (3.0, 3.0, 1.0), 2, 3.0), ("bernoulli", "pmf", (1.0, 0.0), 1, 1.0),
    ("bernoulli", "logpmf", (0.0, 0.0), 1, -1.0), ("norm", "logcdf", (-40.0,), 0, 40.02496887), ("norm", "logsf", (40.0,), 0, -40.02496887), ("t", "pdf", (0.5, INF), 0, -0.5 * scipy.stats.norm.pdf(0.5)), ("t", "cdf", (0.5, INF), 0, scipy.stats.norm.pdf(0.5))]


@pytest.mark.parametrize(("name", "method", "args", "i", "expected"), POINTS)
def test_derivatives_at_the_ends(name, method, args, i, expected):
    f = lambda x: both(name, method)[0](*args[:i], x, *args[i + 1:])      # noqa: E731
    for found in (make_vjp(f)(args[i])[0](1.0), make_jvp(f)(args[i])(1.0)[1]):
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-300)


def test_arguments_by_name_and_wrong_ones():
    gamma = autograd.scipy.stats.gamma
    x = Tensor(1.3)
    same(gamma.logpdf(x, a=2.5, scale=2.0).data, scipy.stats.gamma.logpdf(1.3, 2.5, 0.0, 2.0), "by name")
    for call in (lambda: gamma.pdf(x), lambda: gamma.pdf(x, 1.0, 2.0, 3.0, 4.0), lambda: gamma.pdf(x, b=2.0)):
        with pytest.raises(KeywordError, match=r"gamma\.pdf\(x, a, loc=0\.0, scale=1\.0\)"):
            call()


# ---------------------------------------------------------------- vectors
mvn, dirichlet = autograd.scipy.stats.multivariate_normal, autograd.scipy.stats.dirichlet
A = RNG.standard_normal((3, 3))
COV, MEAN, V, POINTS_3 = A @ A.T + np.eye(3), RNG.standard_normal(3), RNG.standard_normal(3), RNG.standard_normal((2, 4, 3))
NORMALS = [(V, MEAN, COV), (POINTS_3, MEAN, COV), (V, None, COV), (V, MEAN), (V, MEAN, 2.0), (V, MEAN, np.array([1.0, 2.0, 3.0])), (0.3,), (0.3, 0.1, 2.0), (np.array([0.3, 0.5]), 0.1, 2.0), (V, MEAN, np.tril(COV) + 9.0 * np.triu(A, 1))]


def symmetric(f):
    return lambda x, mean, cov: f(x, mean, (cov + cov.T) / 2.0)


@pytest.mark.parametrize("args", NORMALS)
def test_normal_vectors_have_scipys_values(args):
    for method in ("pdf", "logpdf"):
        found, expected = getattr(mvn, method)(Tensor(args[0]), *args[1:]).data, getattr(scipy.stats.multivariate_normal, method)(*args)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        assert np.shape(found) == np.shape(expected)


@pytest.mark.parametrize("x", [V, POINTS_3])
def test_normal_vectors_have_derivatives(x):
    for method in ("pdf", "logpdf"):
        f, reference = symmetric(getattr(mvn, method)), symmetric(getattr(scipy.stats.multivariate_normal, method))
        vs, g = [noise(a, RNG) for a in (x, MEAN, COV)], noise(reference(x, MEAN, COV), RNG)
        expected = slope(reference, (x, MEAN, COV), vs)
        np.testing.assert_allclose(make_jvp(lambda a, f=f: f(*a))((x, MEAN, COV))(vs)[1], expected, rtol=1e-7, atol=1e-9)
        back = make_vjp(lambda a, f=f: f(*a))((x, MEAN, COV))[0](g)
        np.testing.assert_allclose(sum(np.sum(b * v) for b, v in zip(back, vs, strict=True)), np.sum(g * expected), rtol=1e-7, atol=1e-9)
    check_grads(symmetric(mvn.logpdf), order=2)(V, MEAN, COV)
    check_grads(lambda cov: mvn.entropy(MEAN, (cov + cov.T) / 2.0), order=2)(COV)
    np.testing.assert_allclose(mvn.entropy(None, Tensor(COV)).data, scipy.stats.multivariate_normal.entropy(None, COV))


def test_a_normal_vector_in_a_plane():
    cov = np.diag([1.0, 2.0, 0.0])
    inside, beside = np.array([0.3, -0.5, 0.0]), np.array([0.3, -0.5, 0.1])
    for x in (inside, beside, np.stack([inside, beside])):
        for method in ("pdf", "logpdf"):
            np.testing.assert_allclose(getattr(mvn, method)(Tensor(x), None, cov, allow_singular=True).data, getattr(scipy.stats.multivariate_normal, method)(x, None, cov, allow_singular=True))
    f = lambda x, mean: mvn.logpdf(x, mean, cov, allow_singular=True)      # noqa: E731
    np.testing.assert_allclose(grad(f, (0, 1))(inside, np.zeros(3)), ([-0.3, 0.25, 0.0], [0.3, -0.25, 0.0]))
    with pytest.raises(DataError, match="allow_singular=True is not known"):
        mvn.logpdf(inside, None, Tensor(cov), allow_singular=True)
    with pytest.raises(ShapeError, match=r"semidefinite[\s\S]*test_distributions\.py:\d+"):
        mvn.logpdf(Tensor(inside), None, -cov, allow_singular=True)
    with pytest.raises(AutogradError, match="positive definite"):
        mvn.logpdf(Tensor(inside), None, cov)


def test_dirichlet():
    alpha, x = np.array([1.5, 2.5, 3.0]), np.array([0.2, 0.5, 0.3])
    many = np.stack([x, x[::-1]], axis=1)
    for method in ("pdf", "logpdf"):
        f, theirs = getattr(dirichlet, method), getattr(scipy.stats.dirichlet, method)
        for point in (x, x[:2], many, many[:2]):
            np.testing.assert_allclose(f(Tensor(point), alpha).data, theirs(point, alpha))
        check_grads(lambda x, alpha, f=f: f(x / np.sum(x, axis=0), alpha), order=2)(many, alpha)
        expected = slope(lambda x, alpha, f=theirs: f(x / np.sum(x), alpha), (x, alpha), (V, MEAN))
        found = make_jvp(lambda a, f=f: f(a[0] / np.sum(a[0]), a[1]))((x, alpha))((V, MEAN))[1]
        np.testing.assert_allclose(found, expected, rtol=1e-7)
    np.testing.assert_allclose(dirichlet.entropy(Tensor(alpha)).data, scipy.stats.dirichlet.entropy(alpha))
    check_grads(dirichlet.entropy, order=2)(alpha)
    np.testing.assert_allclose(grad(dirichlet.pdf)(np.array([0.0, 0.4, 0.6]), np.array([2.0, 1.0, 1.0])), [6.0, 0.0, 0.0])
    for bad in (np.array([0.2, 0.9, 0.3]), np.array([1.2, -0.5, 0.3])):
        with pytest.raises(ShapeError, match=r"add up to 1[\s\S]*test_distributions\.py:\d+"):
            dirichlet.logpdf(Tensor(bad), alpha)


def test_mapped():
    xs = np.array([0.2, 0.5, 0.7])
    np.testing.assert_allclose(vmap(lambda x: autograd.scipy.stats.beta.logpdf(x, 2.0, 3.0))(xs), scipy.stats.beta.logpdf(xs, 2.0, 3.0))
    np.testing.assert_allclose(vmap(lambda x: mvn.logpdf(x, MEAN, COV))(POINTS_3[0]), scipy.stats.multivariate_normal.logpdf(POINTS_3[0], MEAN, COV))
    np.testing.assert_allclose(vmap(lambda a: dirichlet.logpdf(a / np.sum(a), np.ones(3)))(POINTS_3[0] ** 2), np.full(4, np.log(2.0)))
