"""Floor 2: sinc and the Bessel function I0, whose derivatives of every order have a limit at 0 that no quotient gives.

Both are the confluent hypergeometric function ₀F₁(b; x) = Σ xᵏ / (k! b(b+1)···(b+k-1)) of a square: sinc(x) is
₀F₁(3/2; -(πx)²/4) (DLMF 10.16.9), and I0(x) is ₀F₁(1; x²/4) (DLMF 10.39.9). Its derivative ₀F₁(b+1; x)/b is of the same
kind, so the chain rule alone is right everywhere, to any order.
"""
import math
from typing import Any

import numpy as np

from autograd.gate import custom, elementwise


def _hyp0f1(x: Any, b: float) -> Any:
    """₀F₁(b; x). Where x is far from 0 and not positive, b must be half an odd number."""
    x = np.asarray(x)
    far = (abs(x) if x.dtype.kind == "c" else -x) > 1.0 + b * b / 4.0
    ans = np.empty_like(x)
    ans[far], ans[~far] = _upward(x[far], b), _series(x[~far], b)
    return ans


def _series(x: Any, b: float) -> Any:
    """The terms until they no longer count."""
    ans, term, k = np.ones_like(x), np.ones_like(x), 0
    while np.any(abs(term) > np.finfo(x.dtype).eps * abs(ans)):
        term = term * (x / ((k + 1) * (b + k)))
        ans, k = ans + term, k + 1
    return ans


def _upward(x: Any, b: float) -> Any:
    """From b = 1/2 and 3/2, a cosine and a sine, by the recurrence of the spherical Bessel functions (DLMF 10.51.1).

    The terms of the series would cancel here, and the recurrence is stable here.
    """
    u, c = 2.0 * np.sqrt(-x), 1.5
    last, ans = np.cos(u), np.sin(u) / u
    while c < b:
        last, ans, c = ans, (last - ans) * (c * (c - 1.0)) / x, c + 1.0
    return ans


# fmt: off
sinc   = elementwise("sinc", np.sinc, None, "sinc", lambda g, x: g * (x * (-math.pi**2 / 3.0) * hyp0f1(x * x * (-math.pi**2 / 4.0), b=2.5)))
i0     = elementwise("i0",   np.i0,   None, "I₀",   lambda g, x: g * (x * 0.5 * hyp0f1(x * x * 0.25, b=2.0)))
hyp0f1 = custom("hyp0f1",    _hyp0f1,       "₀F₁",  lambda g, x, b: g * (hyp0f1(x, b=b + 1.0) / b),
                push=lambda ts, x, b: ts[0] * (hyp0f1(x, b=b + 1.0) / b), b=1.0)
# fmt: on
