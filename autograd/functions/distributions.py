"""Floor 3: the distributions of scipy.stats that have derivatives, each a row of functions of the standard variable.

`continuous` and `discrete` add what all have in common: loc and scale, the ends of the support, and nan where a
parameter is none. A probability of a whole number is flat in that number, as a step is.
"""
import math
from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.floats import given
from autograd.functions.special import betaincc
from autograd.gates import elementwise as E
from autograd.gates import special as S
from autograd.gates.elementwise import div, exp, floor, greater, less, log, log1p, logical_and, logical_or, where
from autograd.gates.special import beta_density, betaln, gamma_density, gammaln, psi, t_density, xlog1py, xlogy

Function = Callable[..., Any]
DISTRIBUTIONS: dict[str, dict[str, Function]] = {}     # name -> method -> function, as scipy.stats calls them
_LOG_ROOT_2PI = 0.5 * math.log(2.0 * math.pi)


# ---------------------------------------------------------------- what all have in common
def method(name: str, names: tuple[str, ...], function: Function, **standard: float) -> Function:
    """function with SciPy's arguments: `names`, and those of `standard`, which have these values if left out."""
    parameters = [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD, default=standard.get(n, Parameter.empty))
                  for n in (*names, *standard)]
    signature = Signature(parameters)

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise KeywordError(message(f"{name}: {error}.", f"write it as {name}{signature}")) from None
        bound.apply_defaults()
        with np.errstate(all="ignore"):                # SciPy is quiet at the ends too
            return function(*map(given, bound.args))
    return call


def _defined(ans: Any, *parameters: Any) -> Any:
    """`ans`, and nan where a parameter is not positive."""
    for x in parameters:
        ans = where(greater(x, 0.0), ans, np.nan)
    return ans


def _log(p: Any, q: Any) -> Any:
    """log p of two shares that add up to 1, from the smaller one."""
    small = less(p, 0.5)
    return where(small, log(where(small, p, 1.0)), log1p(-where(small, 0.0, q)))


def continuous(name: str, shapes: tuple[str, ...], support: tuple[float, float], *, entropy: Function,
               **of: Function) -> None:
    """Note a distribution with loc and scale. `of` are its functions of the standard variable and the shapes."""
    low, high = support

    def standard(function: Function, below: float, above: float, scaled: Function | None = None) -> Function:
        """The function of (x − loc)/scale: constant below and above the support; ½ is inside all of them."""
        def at(x: Any, *parameters: Any) -> Any:
            *shapes, loc, scale = parameters
            y = div(x - loc, scale)
            outside = logical_or(less(y, low), greater(y, high))
            ans = function(where(outside, 0.5, y), *shapes)
            ans = where(outside, where(less(y, low), below, above), scaled(ans, scale) if scaled else ans)
            return _defined(where(E.isnan(y), np.nan, ans), *shapes, scale)
        return at

    cdf, sf = of["cdf"], of["sf"]
    of = {"logcdf": lambda *args: _log(cdf(*args), sf(*args)), "logsf": lambda *args: _log(sf(*args), cdf(*args))} | of
    rows = {"pdf": standard(of["pdf"], 0.0, 0.0, div),
            "logpdf": standard(of["logpdf"], -np.inf, -np.inf, lambda ans, scale: ans - log(scale)),
            "cdf": standard(cdf, 0.0, 1.0), "logcdf": standard(of["logcdf"], -np.inf, 0.0),
            "sf": standard(sf, 1.0, 0.0), "logsf": standard(of["logsf"], 0.0, -np.inf)}
    DISTRIBUTIONS[name] = {key: method(f"{name}.{key}", ("x", *shapes), row, loc=0.0, scale=1.0)
                           for key, row in rows.items()}
    DISTRIBUTIONS[name]["entropy"] = method(f"{name}.entropy", shapes, lambda *parameters: _defined(
        entropy(*parameters[:-2]) + log(parameters[-1]), *parameters[:-2], parameters[-1]), loc=0.0, scale=1.0)


def discrete(name: str, shapes: tuple[str, ...], top: Function, valid: Function, *, pmf: Function, logpmf: Function,
             cdf: Function, sf: Function) -> None:
    """Note a distribution of the whole numbers from loc to loc + top(shapes), if the shapes are valid."""
    def defined(ans: Any, k: Any, shapes: Any) -> Any:
        return where(logical_and(valid(*shapes), E.logical_not(E.isnan(k))), ans, np.nan)

    def probability(function: Function, otherwise: float) -> Function:
        def at(x: Any, *parameters: Any) -> Any:
            *shapes, loc = parameters
            k = floor(x - loc)
            inside = logical_and(E.equal(k, x - loc), (k >= 0.0) & (k <= top(*shapes)) & E.isfinite(k))
            return defined(where(inside, function(where(inside, k, 0.0), *shapes), otherwise), k, shapes)
        return at

    def cumulative(function: Function, below: float, above: float) -> Function:
        def at(x: Any, *parameters: Any) -> Any:
            *shapes, loc = parameters
            k = floor(x - loc)
            inside = (k >= 0.0) & (k < top(*shapes))
            ans = where(inside, function(where(inside, k, 0.0), *shapes), where(k < 0.0, below, above))
            return defined(ans, k, shapes)
        return at

    rows = {"pmf": probability(pmf, 0.0), "logpmf": probability(logpmf, -np.inf),
            "cdf": cumulative(cdf, 0.0, 1.0), "sf": cumulative(sf, 1.0, 0.0),
            "logcdf": cumulative(lambda *args: _log(cdf(*args), sf(*args)), -np.inf, 0.0),
            "logsf": cumulative(lambda *args: _log(sf(*args), cdf(*args)), 0.0, -np.inf)}
    DISTRIBUTIONS[name] = {key: method(f"{name}.{key}", ("k", *shapes), row, loc=0.0) for key, row in rows.items()}


# ---------------------------------------------------------------- continuous distributions
def _or_normal(student: Function, normal: Function) -> Function:
    """Student's distribution, which for infinitely many degrees of freedom, the last argument, is the normal one."""
    def call(*args: Any) -> Any:
        many = E.isinf(args[-1])
        return where(many, normal(*args[:-1]), student(*args[:-1], where(many, 1.0, args[-1])))
    return call


def _normal(y: Any) -> Any:
    return y * y * -0.5 - _LOG_ROOT_2PI


def _student(y: Any, df: Any) -> Any:
    return (df + 1.0) * -0.5 * log1p(div(y * y, df)) - betaln(df * 0.5, 0.5) - 0.5 * log(df)


def _gamma(y: Any, a: Any) -> Any:
    return xlogy(a - 1.0, y) - y - gammaln(a)


def _beta(y: Any, a: Any, b: Any) -> Any:
    return xlogy(a - 1.0, y) + xlog1py(b - 1.0, -y) - betaln(a, b)


def _entropy_of_gamma(a: Any) -> Any:
    return psi(a) * (1.0 - a) + a + gammaln(a)


def _entropy_of_beta(a: Any, b: Any) -> Any:
    return betaln(a, b) - (a - 1.0) * psi(a) - (b - 1.0) * psi(b) + (a + b - 2.0) * psi(a + b)


def _entropy_of_student(df: Any) -> Any:
    half = (df + 1.0) * 0.5
    return half * (psi(half) - psi(df * 0.5)) + 0.5 * log(df) + betaln(df * 0.5, 0.5)


_ALL, _POSITIVE, _UNIT = (-np.inf, np.inf), (0.0, np.inf), (0.0, 1.0)
continuous("norm", (), _ALL, pdf=lambda y: exp(_normal(y)), logpdf=_normal, cdf=S.ndtr, sf=lambda y: S.ndtr(-y),
           logcdf=S.log_ndtr, logsf=lambda y: S.log_ndtr(-y), entropy=lambda: _LOG_ROOT_2PI + 0.5)
continuous("t", ("df",), _ALL, pdf=_or_normal(lambda y, df: t_density(df, y), lambda y: exp(_normal(y))),
           logpdf=_or_normal(_student, _normal), cdf=_or_normal(lambda y, df: S.stdtr(df, y), S.ndtr),
           sf=_or_normal(lambda y, df: S.stdtr(df, -y), lambda y: S.ndtr(-y)),
           entropy=_or_normal(_entropy_of_student, lambda: _LOG_ROOT_2PI + 0.5))
continuous("gamma", ("a",), _POSITIVE, pdf=lambda y, a: gamma_density(a, y), logpdf=_gamma,
           cdf=lambda y, a: S.gammainc(a, y), sf=lambda y, a: S.gammaincc(a, y), entropy=_entropy_of_gamma)
continuous("chi2", ("df",), _POSITIVE, pdf=lambda y, df: 0.5 * gamma_density(df * 0.5, y * 0.5),
           logpdf=lambda y, df: _gamma(y * 0.5, df * 0.5) - math.log(2.0),
           cdf=lambda y, df: S.gammainc(df * 0.5, y * 0.5), sf=lambda y, df: S.gammaincc(df * 0.5, y * 0.5),
           entropy=lambda df: _entropy_of_gamma(df * 0.5) + math.log(2.0))
continuous("beta", ("a", "b"), _UNIT, pdf=lambda y, a, b: beta_density(a, b, y), logpdf=_beta,
           cdf=lambda y, a, b: S.betainc(a, b, y), sf=lambda y, a, b: betaincc(a, b, y), entropy=_entropy_of_beta)
continuous("expon", (), _POSITIVE, pdf=lambda y: exp(-y), logpdf=lambda y: -y, cdf=lambda y: -E.expm1(-y),
           sf=lambda y: exp(-y), logsf=lambda y: -y, entropy=lambda: 1.0)
continuous("uniform", (), _UNIT, pdf=lambda y: 1.0, logpdf=lambda y: 0.0, cdf=lambda y: y, sf=lambda y: 1.0 - y,
           entropy=lambda: 0.0)


# ---------------------------------------------------------------- discrete distributions
def _binom(k: Any, n: Any, p: Any) -> Any:
    return xlogy(k, p) + xlog1py(n - k, -p) - log(n + 1.0) - betaln(k + 1.0, n - k + 1.0)


def _binom_pmf(k: Any, n: Any, p: Any) -> Any:
    return div(beta_density(k + 1.0, n - k + 1.0, p), n + 1.0)


def _is_share(p: Any) -> Any:
    return logical_and(p >= 0.0, p <= 1.0)


discrete("poisson", ("mu",), lambda mu: np.inf, lambda mu: mu >= 0.0, pmf=lambda k, mu: gamma_density(k + 1.0, mu),
         logpmf=lambda k, mu: _gamma(mu, k + 1.0), cdf=lambda k, mu: S.gammaincc(k + 1.0, mu),
         sf=lambda k, mu: S.gammainc(k + 1.0, mu))
discrete("binom", ("n", "p"), lambda n, p: n,
         lambda n, p: logical_and(_is_share(p), logical_and(n >= 0.0, E.equal(n, floor(n)))),
         pmf=_binom_pmf, logpmf=_binom, cdf=lambda k, n, p: betaincc(k + 1.0, n - k, p),
         sf=lambda k, n, p: S.betainc(k + 1.0, n - k, p))
discrete("bernoulli", ("p",), lambda p: 1.0, _is_share, pmf=lambda k, p: _binom_pmf(k, 1.0, p),
         logpmf=lambda k, p: _binom(k, 1.0, p), cdf=lambda k, p: 1.0 - p, sf=lambda k, p: p)
