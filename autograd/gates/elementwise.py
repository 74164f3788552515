"""Floor 2: gates that work number by number. A row is name, NumPy function, scalar function, label, ∂ans/∂x · g, ...

Division and powers in a rule are the gates `div` and `power`, which give inf and nan where Python's raise.
"""
import functools
import math
import operator
from contextvars import copy_context
from typing import Any

import numpy as np

from autograd.gate import custom, elementwise, linear
from autograd.space import is_complex

_LN2, _LN10 = math.log(2.0), math.log(10.0)


# ---------------------------------------------------------------- functions that NumPy does not have
with np.errstate(over="ignore"):
    _QUIET = copy_context()                           # entering a copy of it is quicker than np.errstate


def _sigmoid(x: Any) -> Any:
    ans = np.asarray(np.negative(x))
    _QUIET.copy().run(np.exp, ans, ans)               # exp(-x) = inf gives the right answer, 0
    ans += 1.0
    return np.reciprocal(ans, ans)


def _relu(x: float) -> float:
    return 0.0 if x <= 0.0 else x                     # nan stays nan, as in np.maximum


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _sign(x: float) -> float:
    return x if x != x else float((x > 0.0) - (x < 0.0))      # nan stays nan


@functools.cache
def _erf_of_arrays() -> Any:
    """SciPy's; where SciPy is missing Python's, number by number, which is slower and knows no complex numbers."""
    try:
        from scipy.special import erf
    except ImportError:
        return np.frompyfunc(math.erf, 1, 1)
    return erf


def _erf(x: Any) -> Any:
    return np.asarray(_erf_of_arrays()(x)).astype(np.result_type(x))


def _larger(x: Any, y: Any) -> Any:
    """1 where x wins, ½ at a tie: the one stated convention of maximum and minimum."""
    return (x > y) + 0.5 * (x == y)


def _towards(g: Any, x: Any) -> Any:
    """g · ∂|x|/∂x; for a complex x that is the conjugate of x/|x|."""
    return div(g * conj(x), absolute(x)) if is_complex(x) else g * sign(x)


def _absorbing(operation: Any) -> Any:
    """`operation(g, p)`, but 0 where nan came from 0 · ∞, 0 / 0 or ∞ / ∞, or from a zero g."""
    def absorbing(g: Any, p: Any) -> Any:
        with np.errstate(all="ignore"):
            ans = operation(g, p)
            made = np.isnan(ans) & ~np.isnan(g) & (~np.isnan(p) | (g == 0))
        return np.where(made, np.zeros((), ans.dtype), ans) if np.any(made) else ans
    return absorbing


def _join(x: Any, y: Any) -> Any:
    """x + iy, where i·∞ has no real part."""
    ans = np.empty(np.broadcast_shapes(np.shape(x), np.shape(y)), np.result_type(np.result_type(x, y), np.complex64))
    ans.real, ans.imag = x, y
    return ans[()]


def _base(x: Any, ans: Any) -> Any:
    """The base of a power as its logarithm needs it: not 0, and complex where the power is."""
    x = x + (x == 0.0)
    return x + 0.0j if is_complex(ans) and not is_complex(x) else x


def _below(x: Any, low: Any, high: Any) -> Any:
    return np.logical_and(x <= low, low < high)


def _above(x: Any, low: Any, high: Any) -> Any:
    return np.logical_or(x >= high, low >= high)


# fmt: off
# ---------------------------------------------------------------- arithmetic
add         = elementwise("add",         np.add,         operator.add,     "+",  lambda g: g,               lambda g: g, c="{0} + {1}")
sub         = elementwise("sub",         np.subtract,    operator.sub,     "−",  lambda g: g,               lambda g: -g, c="{0} - {1}")
mul         = elementwise("mul",         np.multiply,    operator.mul,     "×",  lambda g, y: g * y,        lambda g, x: g * x, c="{0} * {1}")
div         = elementwise("div",         np.divide,      operator.truediv, "÷",  lambda g, y: div(g, y),    lambda g, ans, y: -div(g * ans, y), c="{0} / {1}")
power       = elementwise("power",       np.power,       math.pow,         "^",  lambda g, x, y: g * (y * power(x, y - 1.0 + (y == 0.0))),
                                                                                 lambda g, ans, x: g * (ans * log(_base(x, ans))), c="pow~({0}, {1})")
remainder   = elementwise("remainder",   np.remainder,   operator.mod,     "%",  lambda g: g,               lambda g, x, y: -g * floor(div(x, y)), c="modulo~({0}, {1})")
fmod        = elementwise("fmod",        np.fmod,        math.fmod,        "fmod", lambda g: g,             lambda g, x, y: -g * trunc(div(x, y)), c="fmod~({0}, {1})")
absorb      = elementwise("absorb",      _absorbing(np.multiply), None,          "×",  lambda g, y: absorb(g, y),   lambda g, x: absorb(g, x), c="absorb~({0}, {1})")
absorb_div  = elementwise("absorb_div",  _absorbing(np.divide), None,            "÷",  lambda g, y: absorb_div(g, y), lambda g, ans, y: -absorb_div(absorb(g, ans), y), c="absorb_div~({0}, {1})")
negative    = elementwise("negative",    np.negative,    operator.neg,     "−",  lambda g: -g, c="-{0}")
positive    = elementwise("positive",    np.positive,    operator.pos,     "+",  lambda g: g, c="{0}")
reciprocal  = elementwise("reciprocal",  np.reciprocal,  lambda x: 1.0 / x, "1/", lambda g, ans: -g * ans * ans, c="1 / {0}")
square      = elementwise("square",      np.square,      lambda x: x * x,  "²",  lambda g, x: g * (2.0 * x), c="{0} * {0}")
absolute    = elementwise("absolute",    np.absolute,    abs,              "|·|", _towards, c="fabs~({0})")
sqrt        = elementwise("sqrt",        np.sqrt,        math.sqrt,        "√",  lambda g, ans: div(g * 0.5, ans), c="sqrt~({0})")
cbrt        = elementwise("cbrt",        np.cbrt,        math.cbrt,        "∛",  lambda g, ans: div(g, 3.0 * ans * ans), c="cbrt~({0})")
hypot       = elementwise("hypot",       np.hypot,       math.hypot,       "hypot", lambda g, ans, x: div(g * x, ans), lambda g, ans, y: div(g * y, ans), c="hypot~({0}, {1})")
copysign    = elementwise("copysign",    np.copysign,    math.copysign,    "copysign", lambda g, x, y: g * copysign(1.0, x) * copysign(1.0, y), None, c="copysign~({0}, {1})")
nextafter   = elementwise("nextafter",   np.nextafter,   None,             "nextafter", lambda g: g,        None, c="nextafter~({0}, {1})")
fraction    = elementwise("fraction",    lambda x: np.modf(x)[0], None,    "frac", lambda g: g, c="fraction~({0})")
ldexp       = linear(     "ldexp",       lambda x, exponent: np.ldexp(x, exponent), "·2ⁿ", lambda g, exponent: ldexp(g, exponent), exponent=0)

# ---------------------------------------------------------------- exponentials and logarithms
exp         = elementwise("exp",         np.exp,         math.exp,         "exp",   lambda g, ans: g * ans, c="own_exp~({0})")
exp2        = elementwise("exp2",        np.exp2,        math.exp2,        "2^",    lambda g, ans: g * (ans * _LN2), c="exp2~({0})")
expm1       = elementwise("expm1",       np.expm1,       math.expm1,       "expm1", lambda g, ans: g * (ans + 1.0), c="expm1~({0})")
log         = elementwise("log",         np.log,         math.log,         "ln",    lambda g, x: div(g, x), c="own_log~({0})")
log2        = elementwise("log2",        np.log2,        math.log2,        "log₂",  lambda g, x: div(g, x * _LN2), c="log2~({0})")
log10       = elementwise("log10",       np.log10,       math.log10,       "log₁₀", lambda g, x: div(g, x * _LN10), c="log10~({0})")
log1p       = elementwise("log1p",       np.log1p,       math.log1p,       "log1p", lambda g, x: div(g, x + 1.0), c="log1p~({0})")
logaddexp   = elementwise("logaddexp",   np.logaddexp,   None,             "logaddexp", lambda g, ans, x: g * exp(x - ans), lambda g, ans, y: g * exp(y - ans), c="logaddexp~({0}, {1})")
logaddexp2  = elementwise("logaddexp2",  np.logaddexp2,  None,             "logaddexp2", lambda g, ans, x: g * exp2(x - ans), lambda g, ans, y: g * exp2(y - ans), c="logaddexp2~({0}, {1})")

# ---------------------------------------------------------------- trigonometric and hyperbolic
sin         = elementwise("sin",         np.sin,         math.sin,         "sin",    lambda g, x: g * cos(x), c="sin~({0})")
cos         = elementwise("cos",         np.cos,         math.cos,         "cos",    lambda g, x: -g * sin(x), c="cos~({0})")
tan         = elementwise("tan",         np.tan,         math.tan,         "tan",    lambda g, ans: g * (1.0 + ans * ans), c="tan~({0})")
arcsin      = elementwise("arcsin",      np.arcsin,      math.asin,        "arcsin", lambda g, x: div(g, sqrt(1.0 - x * x)), c="asin~({0})")
arccos      = elementwise("arccos",      np.arccos,      math.acos,        "arccos", lambda g, x: -div(g, sqrt(1.0 - x * x)), c="acos~({0})")
arctan      = elementwise("arctan",      np.arctan,      math.atan,        "arctan", lambda g, x: div(g, 1.0 + x * x), c="atan~({0})")
arctan2     = elementwise("arctan2",     np.arctan2,     math.atan2,       "arctan2", lambda g, x, y: div(g * y, x * x + y * y), lambda g, x, y: -div(g * x, x * x + y * y), c="atan2~({0}, {1})")
sinh        = elementwise("sinh",        np.sinh,        math.sinh,        "sinh",   lambda g, x: g * cosh(x), c="sinh~({0})")
cosh        = elementwise("cosh",        np.cosh,        math.cosh,        "cosh",   lambda g, x: g * sinh(x), c="cosh~({0})")
tanh        = elementwise("tanh",        np.tanh,        math.tanh,        "tanh",   lambda g, ans: g * (1.0 - ans * ans), c="own_tanh~({0})")
arcsinh     = elementwise("arcsinh",     np.arcsinh,     math.asinh,       "arcsinh", lambda g, x: div(g, sqrt(x * x + 1.0)), c="asinh~({0})")
arccosh     = elementwise("arccosh",     np.arccosh,     math.acosh,       "arccosh", lambda g, x: div(g, sqrt(x - 1.0) * sqrt(x + 1.0)), c="acosh~({0})")
arctanh     = elementwise("arctanh",     np.arctanh,     math.atanh,       "arctanh", lambda g, x: div(g, (1.0 - x) * (1.0 + x)), c="atanh~({0})")
degrees     = elementwise("degrees",     np.degrees,     math.degrees,     "°",      lambda g: g * (180.0 / math.pi), c="{0} * 57.29577951308232~")
radians     = elementwise("radians",     np.radians,     math.radians,     "rad",    lambda g: g * (math.pi / 180.0), c="{0} * 0.017453292519943295~")

# ---------------------------------------------------------------- complex numbers: g and t pair as Re(g·t)
real        = linear(     "real",        np.real,                          "Re",     lambda g: real(g),   view="writable")
imag        = linear(     "imag",        np.imag,                          "Im",     lambda g: mul(g, -1j), view="writable")
join        = custom(     "join",        _join,                            "x+iy",   lambda g: g,         lambda g: g * 1j, push=lambda ts: join(*(0.0 if t is None else t for t in ts)))
conj        = elementwise("conj",        np.conjugate,   None,             "x̄",      lambda g: conj(g))

# ---------------------------------------------------------------- activations
sigmoid     = elementwise("sigmoid",     _sigmoid,       lambda x: 1.0 / (1.0 + math.exp(-x)), "σ", lambda g, ans: g * (ans * (1.0 - ans)), c="1 / (1 + own_exp~(-{0}))")
relu        = elementwise("relu",        lambda x: np.maximum(x, 0.0), _relu, "relu", lambda g, ans: g * (ans > 0.0), c="largest~({0}, 0)")
softplus    = elementwise("softplus",    lambda x: np.logaddexp(x, 0.0), _softplus, "softplus", lambda g, x: g * sigmoid(x), c="softplus~({0})")
erf         = elementwise("erf",         _erf,           math.erf,         "erf",    lambda g, x: g * (2.0 / math.sqrt(math.pi) * exp(-x * x)), c="erf~({0})")

# ---------------------------------------------------------------- choices; at a tie both sides get half
maximum     = elementwise("maximum",     np.maximum,     None,             "max", lambda g, x, y: g * _larger(x, y), lambda g, x, y: g * _larger(y, x), c="largest~({0}, {1})")
minimum     = elementwise("minimum",     np.minimum,     None,             "min", lambda g, x, y: g * _larger(y, x), lambda g, x, y: g * _larger(x, y), c="smallest~({0}, {1})")
fmax        = elementwise("fmax",        np.fmax,        None,             "fmax", lambda g, x, y: g * (_larger(x, y) + isnan(y)), lambda g, x, y: g * (_larger(y, x) + isnan(x)), c="fmax~({0}, {1})")
fmin        = elementwise("fmin",        np.fmin,        None,             "fmin", lambda g, x, y: g * (_larger(y, x) + isnan(y)), lambda g, x, y: g * (_larger(x, y) + isnan(x)), c="fmin~({0}, {1})")
where       = elementwise("where",       np.where,       None,             "where", None, lambda g, x: where(x, g, 0.0), lambda g, x: where(x, 0.0, g), c="({0} ? {1} : {2})")
clip        = elementwise("clip",        np.clip,        None,             "clip", lambda g, x, y, z: g * ~(_below(x, y, z) | _above(x, y, z)),
                                                                                   lambda g, x, y, z: g * (_below(x, y, z) & ~_above(x, y, z)),
                                                                                   lambda g, x, y, z: g * _above(x, y, z), c="smallest~(largest~({0}, {1}), {2})")

# ---------------------------------------------------------------- steps: the derivative is zero wherever it exists
sign            = elementwise("sign",            np.sign,            _sign,        "sign",  arity=1, c="sign~({0})")
floor           = elementwise("floor",           np.floor,           None,         "floor", arity=1, c="floor~({0})")
ceil            = elementwise("ceil",            np.ceil,            None,         "ceil",  arity=1, c="ceil~({0})")
trunc           = elementwise("trunc",           np.trunc,           None,         "trunc", arity=1, c="trunc~({0})")
rint            = elementwise("rint",            np.rint,            None,         "rint",  arity=1, c="rint~({0})")
floor_divide    = elementwise("floor_divide",    np.floor_divide,    None,         "//",    arity=2, c="quotient~({0}, {1})")
heaviside       = elementwise("heaviside",       np.heaviside,       None,         "heaviside", None, lambda g, x: g * (x == 0.0), c="({0} != {0} ? {0} : {0} == 0 ? {1} : {0} > 0)")
spacing         = elementwise("spacing",         np.spacing,         None,         "ulp",   arity=1)
isnan           = elementwise("isnan",           np.isnan,           math.isnan,   "isnan", arity=1, c="({0} != {0})")
isinf           = elementwise("isinf",           np.isinf,           math.isinf,   "isinf", arity=1, c="(fabs~({0}) == INFINITY)")
isfinite        = elementwise("isfinite",        np.isfinite,        math.isfinite, "isfinite", arity=1, c="(fabs~({0}) < INFINITY)")
signbit         = elementwise("signbit",         np.signbit,         None,         "signbit", arity=1, c="(signbit({0}) != 0)")
equal           = elementwise("equal",           np.equal,           None,         "=",     arity=2, c="({0} == {1})")
not_equal       = elementwise("not_equal",       np.not_equal,       None,         "≠",     arity=2, c="({0} != {1})")
less            = elementwise("less",            np.less,            None,         "<",     arity=2, c="({0} < {1})")
less_equal      = elementwise("less_equal",      np.less_equal,      None,         "≤",     arity=2, c="({0} <= {1})")
greater         = elementwise("greater",         np.greater,         None,         ">",     arity=2, c="({0} > {1})")
greater_equal   = elementwise("greater_equal",   np.greater_equal,   None,         "≥",     arity=2, c="({0} >= {1})")
logical_and     = elementwise("logical_and",     np.logical_and,     None,         "and",   arity=2, c="({0} != 0 & {1} != 0)")
logical_or      = elementwise("logical_or",      np.logical_or,      None,         "or",    arity=2, c="({0} != 0 | {1} != 0)")
logical_xor     = elementwise("logical_xor",     np.logical_xor,     None,         "xor",   arity=2, c="(({0} != 0) != ({1} != 0))")
logical_not     = elementwise("logical_not",     np.logical_not,     None,         "not",   arity=1, c="({0} == 0)")
# fmt: on
