"""Floor 3: NumPy's functions on polynomials, given by their coefficients from the highest power down."""
import warnings
from typing import Any

import numpy as np

from autograd.errors import DataError, KeywordError, message
from autograd.functions.floats import given, in_float64
from autograd.functions.products import outer
from autograd.functions.shaping import atleast_1d, broadcast_to, concatenate, stack, transpose
from autograd.functions.signals import convolve
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import elementwise as E
from autograd.gates import reduce
from autograd.gates.index import getitem
from autograd.gates.shape import flip, pad
from autograd.graph import Tensor, plain
from autograd.space import dtype_of, is_complex, rank, shape_of, zeros_like


def _coefficients(p: Any) -> Any:
    p = atleast_1d(given(p.coeffs if isinstance(p, np.poly1d) else p))
    if rank(p) != 1:
        raise ValueError("the coefficients of a polynomial have one axis")
    return p


def _as_given(ans: Any, *inputs: Any) -> Any:
    """Coefficients, or an np.poly1d where an input is one."""
    return np.poly1d(ans) if any(isinstance(p, np.poly1d) for p in inputs) else ans


def _in_one_dtype(*xs: Any) -> Any:
    dtype = np.result_type(*map(dtype_of, xs))
    return (fit(x, shape_of(x), dtype) for x in xs)


# ---------------------------------------------------------------- values
@replaces(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Horner's rule."""
    if isinstance(x, np.poly1d):
        raise KeywordError(message("np.polyval of a polynomial in place of numbers.", "multiply the coefficients out"))
    p, x = _in_one_dtype(given(p), given(x))
    ans = zeros_like(x)
    for k in range(shape_of(p)[0]):
        ans = ans * x + getitem(p, k)
    return ans


@replaces(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    if rank(x) != 1:
        raise ValueError("x must have one axis")
    x, n = in_float64(x), shape_of(x)[0]
    width = n if N is None else N
    powers = reduce.cumprod(broadcast_to(x[:, None], (n, max(width - 1, 0))), 1)
    ans = concatenate([np.ones((n, min(width, 1))), powers], axis=1)
    return ans if increasing else flip(ans, 1)


# ---------------------------------------------------------------- arithmetic
def _aligned(a1: Any, a2: Any) -> tuple[Any, Any]:
    """Coefficients of both, the shorter filled up with zeros in front."""
    a1, a2 = _coefficients(a1), _coefficients(a2)
    n = max(shape_of(a1)[0], shape_of(a2)[0])
    return tuple(pad(a, ((n - shape_of(a)[0], 0),)) for a in (a1, a2))


@replaces(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    return _as_given(E.add(*_aligned(a1, a2)), a1, a2)


@replaces(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    return _as_given(E.sub(*_aligned(a1, a2)), a1, a2)


@replaces(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    first, second = (_led(a, "polymul", "write np.convolve(a1, a2)") for a in (a1, a2))
    return _as_given(convolve(first, second), a1, a2)


def _led(p: Any, name: str, instead: str) -> Any:
    """Coefficients without the zeros in front, which NumPy leaves out; a tensor must have none."""
    p = _coefficients(p)
    if getitem(plain(p), 0) == 0.0 and isinstance(p, Tensor):
        raise DataError(message(f"np.{name} leaves out a first coefficient that is 0, and its derivative.", instead))
    return p if isinstance(p, Tensor) else np.trim_zeros(p, "f") if np.any(p) else p[:1]


@replaces(np.polydiv)
def polydiv(u: Any, v: Any) -> Any:
    """Long division; the remainder without the zeros in front."""
    rest, divisor = _in_one_dtype(_coefficients(u), _coefficients(v))
    rest, m, n, quotient = E.positive(rest), shape_of(rest)[0], shape_of(divisor)[0], []
    for k in range(m - n + 1):
        quotient.append(1.0 / divisor[0] * rest[k])
        rest = rest - pad(quotient[-1] * divisor, ((k, m - n - k),))
    gone = [*np.isclose(plain(rest), 0.0, rtol=1e-14)[:-1], False].index(False)
    whole = stack(quotient) if quotient else np.zeros(1, rest.dtype)
    return _as_given(whole, u, v), _as_given(rest[gone:], u, v)


# ---------------------------------------------------------------- calculus
@replaces(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    p = _coefficients(p)
    for _ in range(m):
        p = p[:-1] * np.arange(shape_of(p)[0] - 1.0, 0.0, -1.0)
    return p


@replaces(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    p, k = _coefficients(p), np.zeros(m) if k is None else atleast_1d(given(k))
    k = broadcast_to(k, (m,)) if shape_of(k)[0] == 1 else k
    if shape_of(k)[0] < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    for i in range(m):
        p = concatenate([p / np.arange(shape_of(p)[0], 0.0, -1.0), k[i:i + 1]])
    return p


# ---------------------------------------------------------------- roots
@replaces(np.roots)
def roots(p: Any) -> Any:
    """The eigenvalues of the companion matrix."""
    p = _led(p, "roots", "leave the zeros in front out")
    if plain(p)[-1] == 0.0:
        raise DataError(message("np.roots takes the root of a last coefficient that is 0 for a constant.",
                                "leave the zeros at the end out, and append as many roots 0"))
    n = shape_of(p)[0] - 1
    return np.linalg.eigvals(concatenate([(-p[1:] / p[0])[None], np.eye(n - 1, n)])) if n else np.array([])


@replaces(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    zeros = atleast_1d(given(seq_of_zeros))
    if rank(zeros) == 2:
        zeros = np.linalg.eigvals(zeros)
    ans: Any = np.ones(1, zeros.dtype)
    for k in range(shape_of(zeros)[0]):
        ans = convolve(ans, concatenate([np.ones(1, zeros.dtype), -zeros[k:k + 1]]))
    values = plain(zeros)
    paired = is_complex(values) and np.all(np.sort(values) == np.sort(values.conj()))
    return ans.real if paired else ans


# ---------------------------------------------------------------- least squares
@replaces(np.polyfit)
def polyfit(x: Any, y: Any, deg: int, rcond: float | None = None, full: bool = False, w: Any = None,
            cov: Any = False) -> Any:
    x, y, n = given(x), given(y), int(deg) + 1
    if deg < 0 or rank(x) != 1 or rank(y) not in (1, 2) or shape_of(x)[0] != shape_of(y)[0]:
        raise ValueError("polyfit needs deg >= 0, a vector x, and a vector or matrix y with as many rows")
    left, right = vander(x, n), y
    if w is not None:
        w = given(w)
        left, right = left * w[:, None], transpose(transpose(right) * w)
    scale = E.sqrt(reduce.sum(left * left, axis=0))
    rcond = shape_of(x)[0] * np.finfo(x.dtype).eps if rcond is None else rcond
    c, residuals, full_rank, s = np.linalg.lstsq(left / scale, right, rcond)
    c = transpose(transpose(c) / scale)
    if full:
        return c, residuals, full_rank, s, rcond
    if full_rank != n:
        warnings.warn("Polyfit may be poorly conditioned", np.exceptions.RankWarning, stacklevel=4)
    return (c, _covariance(left / scale, scale, residuals, shape_of(y), cov)) if cov else c


def _covariance(left: Any, scale: Any, residuals: Any, shape: tuple[int, ...], cov: Any) -> Any:
    """(AᵀA)⁻¹, times the variance of the residuals unless `cov` is "unscaled"."""
    base = np.linalg.inv(transpose(left) @ left) / outer(scale, scale)
    free = shape[0] - shape_of(scale)[0]
    if cov != "unscaled" and free <= 0:
        raise ValueError("the number of data points must exceed order to scale the covariance matrix")
    factor = 1.0 if cov == "unscaled" else residuals / free
    return base * factor if len(shape) == 1 else base[:, :, None] * factor
