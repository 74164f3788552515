"""Floor 2: Bessel functions. The derivative of each is a sum of those of the orders beside it (DLMF 10.6 and 10.29)."""
from typing import Any

from autograd.errors import DataError, message
from autograd.gate import Gate
from autograd.gates.elementwise import real, sign
from autograd.gates.series import i0
from autograd.gates.special import special, unknown
from autograd.space import is_complex


def _towards(x: Any) -> Any:
    """∂|x|/∂x, for the factor exp(−|x|) of real numbers."""
    if is_complex(x):
        raise DataError(message("a scaled Bessel function of a complex number has no complex derivative.",
                                "multiply by np.exp(-np.abs(x.real)) outside"))
    return sign(x)


def _mean(bessel: Gate, v: Any, x: Any) -> Any:
    """The mean of the orders v − 1 and v + 1. Next to a complex x the order is kept as a complex number."""
    v = real(v)
    return 0.5 * (bessel(v - 1.0, x) + bessel(v + 1.0, x))


def _half_step(bessel: Gate, v: Any, x: Any) -> Any:
    """Half the way from the order v + 1 to v − 1."""
    v = real(v)
    return 0.5 * (bessel(v - 1.0, x) - bessel(v + 1.0, x))


# fmt: off
# ---------------------------------------------------------------- J and Y
j0   = special("j0",  "J₀",  lambda g, x: -g * j1(x))
j1   = special("j1",  "J₁",  lambda g, x: g * (0.5 * (j0(x) - jv(2.0, x))))
jv   = special("jv",  "Jᵥ",  unknown("the order v of jv"), lambda g, x, y: g * _half_step(jv, x, y))
y0   = special("y0",  "Y₀",  lambda g, x: -g * y1(x))
y1   = special("y1",  "Y₁",  lambda g, x: g * (0.5 * (y0(x) - yv(2.0, x))))
yv   = special("yv",  "Yᵥ",  unknown("the order v of yv"), lambda g, x, y: g * _half_step(yv, x, y))

# ---------------------------------------------------------------- I and K, and the same scaled by exp(−|x|) and exp(x)
i0e  = special("i0e", "I₀ₑ", lambda g, ans, x: g * (i1e(x) - _towards(x) * ans))
i1   = special("i1",  "I₁",  lambda g, x: g * (0.5 * (i0(x) + iv(2.0, x))))
i1e  = special("i1e", "I₁ₑ", lambda g, ans, x: g * (0.5 * (i0e(x) + ive(2.0, x)) - _towards(x) * ans))
iv   = special("iv",  "Iᵥ",  unknown("the order v of iv"), lambda g, x, y: g * _mean(iv, x, y))
ive  = special("ive", "Iᵥₑ", unknown("the order v of ive"), lambda g, ans, x, y: g * (_mean(ive, x, y) - _towards(y) * ans))
k0   = special("k0",  "K₀",  lambda g, x: -g * k1(x))
k0e  = special("k0e", "K₀ₑ", lambda g, ans, x: g * (ans - k1e(x)))
k1   = special("k1",  "K₁",  lambda g, x: g * (-0.5 * (k0(x) + kv(2.0, x))))
k1e  = special("k1e", "K₁ₑ", lambda g, ans, x: g * (ans - 0.5 * (k0e(x) + kve(2.0, x))))
kv   = special("kv",  "Kᵥ",  unknown("the order v of kv"), lambda g, x, y: -g * _mean(kv, x, y))
kve  = special("kve", "Kᵥₑ", unknown("the order v of kve"), lambda g, ans, x, y: g * (ans - _mean(kve, x, y)))
# fmt: on
