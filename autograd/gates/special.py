"""Floor 2: the functions of scipy.special that are not Bessel's. SciPy is imported when the first of these gates runs.

Every family is closed under differentiation, so that all orders work: ψ leads to the polygamma functions, these to
themselves, (exp(x) − 1)/x to hypergeometric functions with other parameters. An argument whose derivative is no such
function has the rule `unknown`, which is an error: never a silent zero.
"""
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DataError, message
from autograd.gate import Gate, custom, elementwise
from autograd.gates.elementwise import (
    absolute,
    clip,
    cos,
    div,
    exp,
    less,
    log,
    log1p,
    minimum,
    power,
    real,
    relu,
    sin,
    sqrt,
    square,
    where,
)
from autograd.gates.imported import Imported
from autograd.gates.series import sinc

SPECIAL: dict[str, Gate] = {}                          # the gates made by `special`, by SciPy's names


def scipy(name: str) -> Imported:
    """The function of scipy.special with this name."""
    return Imported("scipy.special", name)


def special(name: str, label: str, *rules: Any, arity: int = 0, c: str | None = None) -> Gate:
    """A gate that SciPy computes number by number."""
    gate = SPECIAL[name] = elementwise(name, scipy(name), None, label, *rules, arity=arity, c=c)
    return gate


def unknown(what: str) -> Callable[[Any], Any]:
    """The rule of an argument whose derivative has no formula here."""
    def refuse(g: Any) -> Any:
        raise DataError(message(f"the derivative with respect to {what} is not known.",
                                "keep it constant: give a plain number, or x.data where x is a tensor"))
    return refuse


# ---------------------------------------------------------------- formulas of several lines
def _polygamma(n: Any, x: Any) -> Any:
    """In the dtype of x, whatever that of n is."""
    ans = np.asarray(_scipy_polygamma(n, x))
    return ans.astype(np.result_type(np.asarray(x).dtype, np.float32))


def _rgamma_slope(g: Any, x: Any, ans: Any) -> Any:
    """−ψ(x)/Γ(x); left of ½ by reflection (DLMF 5.5.3 and 5.5.4), which is finite at the poles 0, −1, ... of Γ and ψ."""
    left = less(real(x), 0.5)
    u = 1.0 - where(left, x, 0.25)
    reflected = gamma(u) * (cos(math.pi * u) + psi(u) * (sin(math.pi * u) / math.pi))
    return -g * where(left, reflected, ans * psi(where(left, 1.0, x)))


def gamma_density(a: Any, x: Any) -> Any:
    """xᵃ⁻¹·exp(−x)/Γ(a): by its logarithm, because the factors overflow before the product does; but not at 0."""
    inside = x > 0.0
    at_edge = power(where(inside, 1.0, x), a - 1.0)
    return at_edge * exp(xlogy(a - 1.0, where(inside, x, 1.0)) - x - gammaln(a))


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """xᵃ⁻¹·(1−x)ᵇ⁻¹/B(a, b): by its logarithm, because the factors underflow before the product does; but not at 0 and 1."""
    above, below = x > 0.0, x < 1.0
    at_edges = power(where(above, 1.0, x), a - 1.0) * power(where(below, 1.0, 1.0 - x), b - 1.0)
    return at_edges * exp(xlogy(a - 1.0, where(above, x, 1.0)) + xlog1py(b - 1.0, where(below, -x, 0.0)) - betaln(a, b))


def t_density(df: Any, x: Any) -> Any:
    """The density of Student's distribution with df degrees of freedom."""
    return div(exp((df + 1.0) * -0.5 * log1p(div(x * x, df)) - betaln(df * 0.5, 0.5)), sqrt(df))


def _erfcx_slope(x: Any, ans: Any) -> Any:
    """2x·erfcx(x) − 2/√π. These cancel where x is large; there the asymptotic series (DLMF 7.12.1) is exact enough."""
    far = less(10.0, real(x))
    u, series = 1.0 / where(far, x * x, 100.0), 0.0
    for k in range(14, 0, -1):
        series = u * (0.5 - k) * (1.0 + series)
    return (2.0 / _ROOT_PI) * where(far, series, _ROOT_PI * where(far, 0.0, x) * ans - 1.0)


def _log_ndtr_slope(x: Any, ans: Any) -> Any:
    """Density over distribution; by erfcx where both are tiny."""
    far = less(real(x), -1.0)
    return where(far, div(_ROOT_2_OVER_PI, erfcx(where(far, x, 0.0) * -math.sqrt(0.5))),
                 (0.5 * _ROOT_2_OVER_PI) * exp(where(far, 0.0, x * x * -0.5 - ans)))


def _exprel_slope(x: Any) -> Any:
    """½·₁F₁(2; 3; x) (DLMF 13.6.2 and 13.3.15), which is inf long before x is 1000; SciPy never ends where x is 1e100."""
    return 0.5 * hyp1f1(2.0, 3.0, minimum(x, 1000.0))


def _boxcox_slope(x: Any, log_x: Any) -> Any:
    """∂/∂x of (exp(x·log_x) − 1)/x, which is log_x · exprel(x·log_x)."""
    return square(log_x) * _exprel_slope(x * log_x)


def _inv_boxcox_slope(x: Any, y: Any) -> Any:
    """∂/∂y of log(1 + x·y)/y, which is x · ₂F₁(1, 1; 2; −x·y) (DLMF 15.4.1)."""
    return square(x) * (-0.5 * hyp2f1(-x * y, a=2.0, b=2.0, c=3.0))


def _hyp1f1_slope(a: Any, b: Any, x: Any) -> Any:
    return div(a, b) * hyp1f1(a + 1.0, b + 1.0, x)


_scipy_polygamma, _scipy_hyp2f1, _scipy_sici = map(scipy, ("polygamma", "hyp2f1", "sici"))
_ROOT_PI, _ROOT_2_OVER_PI = math.sqrt(math.pi), math.sqrt(2.0 / math.pi)


# fmt: off
# ---------------------------------------------------------------- the gamma function and its kin
gamma       = special("gamma",       "Γ",       lambda g, ans, x: g * (ans * psi(x)))
gammaln     = special("gammaln",     "ln|Γ|",   lambda g, x: g * psi(x))
loggamma    = special("loggamma",    "ln Γ",    lambda g, x: g * psi(x))
gammasgn    = special("gammasgn",    "sgn Γ",   arity=1)
rgamma      = special("rgamma",      "1/Γ",     _rgamma_slope)
psi         = special("psi",         "ψ",       lambda g, x: g * polygamma(1.0, x))
polygamma   = elementwise("polygamma", _polygamma, None, "ψ⁽ⁿ⁾", unknown("the order n of polygamma"), lambda g, x, y: g * polygamma(x + 1.0, y))
zeta        = special("zeta",        "ζ",       unknown("the exponent x of zeta"), lambda g, x, y: g * (-x * zeta(x + 1.0, y)))
beta        = special("beta",        "B",       lambda g, ans, x, y: g * (ans * (psi(x) - psi(x + y))), lambda g, ans, x, y: g * (ans * (psi(y) - psi(x + y))))
betaln      = special("betaln",      "ln|B|",   lambda g, x, y: g * (psi(x) - psi(x + y)),              lambda g, x, y: g * (psi(y) - psi(x + y)))
binom       = special("binom",       "binom",   lambda g, ans, x, y: g * (ans * (psi(x + 1.0) - psi(x - y + 1.0))), lambda g, ans, x, y: g * (ans * (psi(x - y + 1.0) - psi(y + 1.0))))
poch        = special("poch",        "poch",    lambda g, ans, x, y: g * (ans * (psi(x + y) - psi(x))), lambda g, ans, x, y: g * (ans * psi(x + y)))
gammainc    = special("gammainc",    "P",       unknown("the parameter a of gammainc"), lambda g, x, y: g * gamma_density(x, y))
gammaincc   = special("gammaincc",   "Q",       unknown("the parameter a of gammaincc"), lambda g, x, y: -g * gamma_density(x, y))
betainc     = special("betainc",     "I",       unknown("the parameter a of betainc"), unknown("the parameter b of betainc"), lambda g, x, y, z: g * beta_density(x, y, z))
stdtr       = special("stdtr",       "t cdf",   unknown("the degrees of freedom df of stdtr"), lambda g, x, y: g * t_density(x, y))

# ---------------------------------------------------------------- the error function and its kin
erfc        = special("erfc",        "erfc",    lambda g, x: g * (-2.0 / _ROOT_PI * exp(-x * x)), c="erfc~({0})")
erfcx       = special("erfcx",       "erfcx",   lambda g, ans, x: g * _erfcx_slope(x, ans))
erfi        = special("erfi",        "erfi",    lambda g, x: g * (2.0 / _ROOT_PI * exp(x * x)))
erfinv      = special("erfinv",      "erf⁻¹",   lambda g, ans: g * (0.5 * _ROOT_PI * exp(ans * ans)))
erfcinv     = special("erfcinv",     "erfc⁻¹",  lambda g, ans: g * (-0.5 * _ROOT_PI * exp(ans * ans)))
ndtr        = special("ndtr",        "Φ",       lambda g, x: g * (0.5 * _ROOT_2_OVER_PI * exp(x * x * -0.5)), c="erfc({0} * -0.7071067811865476) / 2")
ndtri       = special("ndtri",       "Φ⁻¹",     lambda g, ans: g * (2.0 / _ROOT_2_OVER_PI * exp(ans * ans * 0.5)))
log_ndtr    = special("log_ndtr",    "ln Φ",    lambda g, ans, x: g * _log_ndtr_slope(x, ans))

# ---------------------------------------------------------------- exponential integrals
exp1        = special("exp1",        "E₁",      lambda g, x: -div(g * exp(-x), x))
expi        = special("expi",        "Ei",      lambda g, x: div(g * exp(x), x))
si          = elementwise("si", lambda x: _scipy_sici(x)[0], None, "Si", lambda g, x: g * sinc(x * (1.0 / math.pi)))
ci          = elementwise("ci", lambda x: _scipy_sici(x)[1], None, "Ci", lambda g, x: div(g * cos(x), x))

# ---------------------------------------------------------------- elementary functions, without loss of digits
logit       = special("logit",       "logit",   lambda g, x: div(g, x * (1.0 - x)), c="own_log~({0} / (1 - {0}))")
cosm1       = special("cosm1",       "cosm1",   lambda g, x: -g * sin(x))
exprel      = special("exprel",      "exprel",  lambda g, x: g * _exprel_slope(x))
xlogy       = special("xlogy",       "x·ln y",  lambda g, y: g * log(y), lambda g, x, y: div(g * x, y), c="xlogy~({0}, {1})")
xlog1py     = special("xlog1py",     "x·ln(1+y)", lambda g, y: g * log1p(y), lambda g, x, y: div(g * x, y + 1.0), c="xlog1py~({0}, {1})")
entr        = special("entr",        "−x·ln x", lambda g, x: -g * (log(x) + 1.0), c="({0} < 0 ? -INFINITY : {0} == 0 ? 0 : -{0} * own_log~({0}))")
rel_entr    = special("rel_entr",    "x·ln(x/y)", lambda g, x, y: g * (log(div(x, y)) + 1.0), lambda g, x, y: -div(g * x, y), c="rel_entr~({0}, {1})")
huber       = special("huber",       "huber",   lambda g, x, y: g * relu(absolute(y) - x), lambda g, x, y: g * clip(y, -x, x), c="huber~({0}, {1})")
pseudo_huber = special("pseudo_huber", "huber~", lambda g, ans, x, y: div(g * (ans * ans), x * x * x * sqrt(square(div(y, x)) + 1.0)), lambda g, x, y: div(g * y, sqrt(square(div(y, x)) + 1.0)), c="pseudo_huber~({0}, {1})")
boxcox      = special("boxcox",      "boxcox",  lambda g, x, y: g * power(x, y - 1.0),       lambda g, x, y: g * _boxcox_slope(y, log(x)))
boxcox1p    = special("boxcox1p",    "boxcox",  lambda g, x, y: g * power(x + 1.0, y - 1.0), lambda g, x, y: g * _boxcox_slope(y, log1p(x)))
inv_boxcox  = special("inv_boxcox",  "boxcox⁻¹", lambda g, ans, x, y: div(g * ans, x * y + 1.0),         lambda g, ans, x, y: g * (ans * _inv_boxcox_slope(x, y)))
inv_boxcox1p = special("inv_boxcox1p", "boxcox⁻¹", lambda g, ans, x, y: div(g * (ans + 1.0), x * y + 1.0), lambda g, ans, x, y: g * ((ans + 1.0) * _inv_boxcox_slope(x, y)))

# ---------------------------------------------------------------- hypergeometric functions
hyp1f1      = special("hyp1f1",      "₁F₁",     unknown("the parameter a of hyp1f1"), unknown("the parameter b of hyp1f1"), lambda g, x, y, z: g * _hyp1f1_slope(real(x), real(y), z))
hyp2f1      = custom("hyp2f1", lambda x, a, b, c: _scipy_hyp2f1(a, b, c, x), "₂F₁", lambda g, x, a, b, c: g * (a * b / c * hyp2f1(x, a=a + 1.0, b=b + 1.0, c=c + 1.0)),
                     push=lambda ts, x, a, b, c: ts[0] * (a * b / c * hyp2f1(x, a=a + 1.0, b=b + 1.0, c=c + 1.0)), a=1.0, b=1.0, c=1.0)
# fmt: on
