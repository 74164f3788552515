"""Floor 2: eigenvalues and singular values, with the rules and the notation of linalg.py.

Where values coincide, the vectors that belong to them have no derivative: any turn of them is as good. The values do:
that along the vectors NumPy found, so that what does not depend on their order is right. A singular value that is zero
has the derivative zero, as |x| at 0.
"""
from typing import Any

import numpy as np

from autograd.errors import DataError, message
from autograd.gate import custom, elementwise
from autograd.gates.elementwise import absolute, conj, div, imag, sign, where
from autograd.gates.index import getitem
from autograd.gates.linalg import (
    H,
    T,
    bar,
    column,
    diagonal,
    embedded,
    half,
    inv,
    mirrored,
    pinv,
    re,
    row,
    rows_of,
    stacked,
    values_of,
)
from autograd.gates.reduce import max, sum
from autograd.space import dtype_of, is_complex


# ---------------------------------------------------------------- repeated values, phases
def _over_gap(x: Any, gap: Any) -> Any:
    """x / gap, where 0 / 0 is 0, and anything else over 0 is nan: that tangent does not exist."""
    return np.where((gap == 0.0) & (x == 0.0), 0.0, np.divide(x, np.where(gap == 0.0, np.nan, gap)))


def _apart(x: Any, gap: Any) -> Any:
    """Zero, once it is known that no cotangent asks for the derivative of vectors whose values coincide."""
    if np.any((gap == 0.0) & (x != 0.0)):
        raise DataError(message(
            "eigenvalues or singular values coincide, so that the vectors that belong to them have no derivative.",
            "where the values are enough, write eigvalsh, eigvals or svdvals; for a function of a matrix scipy.linalg "
            "has expm, logm and sqrtm; or add a small matrix that tells the values apart"))
    return 0.0 * (x + gap)


def _asked(x: Any, gap: Any) -> Any:
    """`over_gap` of a cotangent: an error where a tangent becomes nan."""
    apart(x, gap)
    return over_gap(x, gap)


def _snapped(x: Any, w: Any) -> Any:
    """x, and 0 where it is no larger than the rounding errors of the values w and of the matrix behind them."""
    size = 16.0 * np.finfo(dtype_of(w)).eps * w.shape[-1] * column(max(absolute(w), axis=-1, keepdims=True))
    return where(absolute(x) <= size, 0.0, x)


def _gaps(w: Any) -> Any:
    """w[j] − w[i] at (i, j)."""
    return _snapped(row(w) - column(w), w)


def _over_gaps(x: Any, gaps: Any, over: Any) -> Any:
    """x[i, j] / gaps[i, j] off the diagonal, and 0 on it; `over` is `over_gap` forward and `_asked` on the way back."""
    one = np.eye(x.shape[-1])
    return over(x * (1.0 - one), gaps + one)


def _invariant(x: Any, size: Any) -> Any:
    """Zero, once x is known to be zero up to rounding."""
    if np.any(np.abs(x) > np.cbrt(np.finfo(size.dtype).eps) * np.max(np.abs(size), initial=0.0)):
        raise DataError(message(
            "the result depends on the phases of complex eigenvectors or singular vectors, or on which basis was "
            "chosen for a space; these are arbitrary, so that there is no derivative.",
            "compute the factors once, and use what does not depend on them: np.abs(v), v @ np.diag(w) @ v.conj().T"))
    return 0.0 * (x + size)


def _check_phases(x: Any, size: Any) -> None:
    """Refuse a cotangent that would turn the phases, which no rule can follow."""
    if is_complex(x):
        invariant(imag(x) * np.eye(x.shape[-1]), size)


# ---------------------------------------------------------------- eigenvalues
def _eigh(x: Any, UPLO: str) -> Any:
    return stacked(*np.linalg.eigh(x, UPLO))  # type: ignore[call-overload]


def _eigh_pull(g: Any, ans: Any, UPLO: str) -> Any:
    w, v, g = re(values_of(ans)), rows_of(ans, 1), bar(g)
    inside = H(v) @ rows_of(g, 1)
    _check_phases(inside, inside)
    inside = _over_gaps(inside, _gaps(w), _asked) + embedded(re(values_of(g)))
    return bar(half(mirrored(v @ inside @ H(v)), UPLO))


def _eigh_push(ts: Any, ans: Any, UPLO: str) -> Any:
    """Giles 2008, section 3.1: t in the basis of the eigenvectors. The phases of complex ones stand still."""
    w, v = re(values_of(ans)), rows_of(ans, 1)
    inside = H(v) @ mirrored(half(ts[0], UPLO)) @ v
    return stacked(re(diagonal(inside)), v @ _over_gaps(inside, _gaps(w), over_gap))


def _eigvalsh_pull(g: Any, x: Any, UPLO: str) -> Any:
    v = rows_of(eigh(x, UPLO=UPLO), 1)
    return bar(half(mirrored(v @ embedded(g) @ H(v)), UPLO))


def _eigvalsh_push(ts: Any, x: Any, UPLO: str) -> Any:
    v = rows_of(eigh(x, UPLO=UPLO), 1)
    return re(diagonal(H(v) @ mirrored(half(ts[0], UPLO)) @ v))


def _eig(x: Any) -> Any:
    return stacked(*np.linalg.eig(x))


def _largest(v: Any) -> Any:
    """1 / |v|² at the largest number of each column, shared among equals, and 0 elsewhere."""
    size = absolute(v)
    most = max(size, axis=-2, keepdims=True)
    hit = (size == most) * 1.0
    return div(hit, sum(hit, axis=-2, keepdims=True) * most * most)


def _eig_push(ts: Any, ans: Any) -> Any:
    """Giles 2008, section 3.1; then each column is turned back to length one and a real largest component, which is how
    LAPACK's geev chooses it."""
    w, v = values_of(ans), rows_of(ans, 1)
    inside = inv(v) @ ts[0] @ v
    t = v @ _over_gaps(inside, _gaps(w), over_gap)
    back = re(sum(conj(v) * t, axis=-2, keepdims=True))
    if is_complex(v):
        back = back + 1j * sum(_largest(v) * imag(t * conj(v)), axis=-2, keepdims=True)
    return stacked(diagonal(inside), t - v * back)


def _eig_pull(g: Any, ans: Any) -> Any:
    w, v, g = values_of(ans), rows_of(ans, 1), bar(g)
    gv = rows_of(g, 1)
    along = sum(conj(v) * gv, axis=-2, keepdims=True)
    gv = gv - v * re(along)
    if is_complex(v):
        gv = gv - 1j * v * _largest(v) * imag(along)
    inside = embedded(values_of(g)) + _over_gaps(H(v) @ gv, bar(_gaps(w)), _asked)
    return bar(H(inv(v)) @ inside @ H(v))


def _matching(x: Any, y: Any) -> Any:
    """The permutation matrix that brings the numbers x into the order of y, each next to the nearest that is left."""
    distance = np.abs(x[..., :, None] - y[..., None, :])
    ans = np.zeros(distance.shape)
    for i in range(x.shape[-1]):
        nearest = np.argmin(distance[..., i], axis=-1)[..., None, None]
        np.put_along_axis(ans[..., i:i + 1], nearest, 1.0, -2)
        np.put_along_axis(distance, nearest, np.inf, -2)
    return ans


def _vectors_like(x: Any, w: Any) -> Any:
    """Eigenvectors in the order of w: LAPACK's order may change when vectors are wanted too."""
    ans = eig(x)
    return rows_of(ans, 1) @ matching(values_of(ans), w)


def _eigvals_pull(g: Any, x: Any, ans: Any) -> Any:
    v = _vectors_like(x, ans)
    return T(inv(v)) * row(g) @ T(v)


def _eigvals_push(ts: Any, x: Any, ans: Any) -> Any:
    v = _vectors_like(x, ans)
    return diagonal(inv(v) @ ts[0] @ v)


# ---------------------------------------------------------------- singular values
def _svd(x: Any) -> Any:
    u, s, v = np.linalg.svd(x, full_matrices=False)
    return stacked(u, s, H(v))


def _svd_parts(ans: Any, rows: int) -> tuple[Any, Any, Any]:
    return rows_of(ans, None, rows), re(values_of(ans, rows)), rows_of(ans, rows + 1)


def _squared_gaps(s: Any) -> Any:
    """s[j]² − s[i]² at (i, j), without squaring."""
    return _gaps(s) * (row(s) + column(s))


def _nonzero(s: Any) -> Any:
    """One for each singular value, but zero for those that are zero, in a row."""
    return sign(_snapped(row(s), s))


def _outside(t: Any, u: Any, s: Any, over: Any) -> Any:
    """What t adds to the space of the columns of u, over s."""
    return over(t - u @ (H(u) @ t), _snapped(row(s), s))


def _phases(x: Any, s: Any, over: Any) -> Any:
    """Half of what U turns against V."""
    return 0.5j * over(embedded(imag(diagonal(x))), _snapped(row(s), s))


def _svd_push(ts: Any, x: Any, ans: Any) -> Any:
    """Giles 2008, section 3.2; Seeger and others 2017, "Auto-differentiating linear algebra". Of the phases, which are
    fixed only together, U and V take half each."""
    t, rows = ts[0], x.shape[-2]
    u, s, v = _svd_parts(ans, rows)
    inside, gaps = H(u) @ t @ v, _squared_gaps(s)
    left = _over_gaps(inside * row(s) + column(s) * H(inside), gaps, over_gap)
    right = _over_gaps(column(s) * inside + H(inside) * row(s), gaps, over_gap)
    if is_complex(inside):
        turn = _phases(inside, s, over_gap)
        left, right = left + turn, right - turn
    left, right = u @ left, v @ right
    if rows > s.shape[-1]:
        left = left + _outside(t @ v, u, s, over_gap)
    if v.shape[-2] > s.shape[-1]:
        right = right + _outside(H(t) @ u, v, s, over_gap)
    return stacked(left, re(diagonal(inside * _nonzero(s))), right)


def _svd_pull(g: Any, ans: Any, shape: tuple[int, ...]) -> Any:
    (u, s, v), (gu, gs, gv) = _svd_parts(ans, shape[-2]), _svd_parts(bar(g), shape[-2])
    left, right, gaps = H(u) @ gu, H(v) @ gv, _squared_gaps(s)
    _check_phases(left + right, absolute(left) + absolute(right))
    inside = (embedded(gs) * _nonzero(s) + mirrored(_over_gaps(left, gaps, _asked)) * row(s)
              + column(s) * mirrored(_over_gaps(right, gaps, _asked)))
    if is_complex(inside):
        inside = inside + _phases(left - right, s, _asked)
    back = u @ inside @ H(v)
    if shape[-2] > shape[-1]:
        back = back + _outside(gu, u, s, _asked) @ H(v)
    if shape[-2] < shape[-1]:
        back = back + u @ H(_outside(gv, v, s, _asked))
    return bar(back)


def _svdvals_pull(g: Any, x: Any) -> Any:
    u, s, v = _svd_parts(svd(x), x.shape[-2])
    return bar(u * (row(g) * _nonzero(s)) @ H(v))


def _svdvals_push(ts: Any, x: Any) -> Any:
    u, s, v = _svd_parts(svd(x), x.shape[-2])
    return re(diagonal(H(u) @ ts[0] @ v * _nonzero(s)))


def _complement(x: Any, factor: str) -> Any:
    """The columns that make Q or U unitary where x has more rows than columns, or V where H(x) has fewer."""
    full = (np.linalg.qr(x, mode="complete")[0] if factor == "Q" else np.linalg.svd(x)[0] if factor == "U"
            else H(np.linalg.svd(H(x))[2]))
    return getitem(full, (..., slice(x.shape[-1], None)))


def _complement_push(ts: Any, x: Any, ans: Any) -> Any:
    """Golub and Pereyra 1973: the projection onto the complement changes by −x⁺ᴴ·tᴴ·P and its adjoint. Inside the
    complement the basis stands still."""
    return -(H(pinv(x)) @ H(ts[0]) @ ans)


def _complement_pull(g: Any, x: Any, ans: Any) -> Any:
    g = bar(g)
    inside = H(ans) @ g
    invariant(absolute(inside - H(inside)), inside)
    return -bar(ans @ H(g) @ H(pinv(x)))


# fmt: off
over_gap   = elementwise("over_gap",  _over_gap,  None, "÷", lambda g, y: over_gap(g, y), lambda g, ans, y: -over_gap(g * ans, y))
apart      = elementwise("apart",     _apart,     None, "≠", arity=2)
invariant  = elementwise("invariant", _invariant, None, "= 0", arity=2)
matching   = custom("matching", _matching, "order", push=lambda: None, arity=2)                         # a constant

eigh       = custom("eigh",       _eigh,              "eigh",     _eigh_pull,       push=_eigh_push,       UPLO="L")
eigvalsh   = custom("eigvalsh",   np.linalg.eigvalsh, "eigvalsh", _eigvalsh_pull,   push=_eigvalsh_push,   UPLO="L")
eig        = custom("eig",        _eig,               "eig",      _eig_pull,        push=_eig_push)
eigvals    = custom("eigvals",    np.linalg.eigvals,  "eigvals",  _eigvals_pull,    push=_eigvals_push)
svd        = custom("svd",        _svd,               "svd",      _svd_pull,        push=_svd_push)
svdvals    = custom("svdvals",    np.linalg.svdvals,  "svdvals",  _svdvals_pull,    push=_svdvals_push)
complement = custom("complement", _complement,        "⊥",        _complement_pull, push=_complement_push, factor="Q")
# fmt: on
