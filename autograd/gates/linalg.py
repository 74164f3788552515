"""Floor 2: linear algebra. A matrix is the last two axes; axes before them are a stack of matrices.

Factors come in one array per gate: eigenvalues in the first row and eigenvectors below them, Q above R, and U above the
singular values above V. The functions of NumPy take them apart.

Rules that are not analytic in x are written for the gradient conj(g), as the literature has them, and conjugated back,
because cotangents pair with tangents as Re(g·t).
"""
from typing import Any

import numpy as np

from autograd.errors import AutogradError, failures
from autograd.gate import custom
from autograd.gates.elementwise import conj, div, imag, real
from autograd.gates.index import getitem
from autograd.gates.reduce import mean, reduction, sum
from autograd.gates.shape import concatenate, expand_dims, transpose
from autograd.space import dtype_of, innermost, is_complex


class SingularError(AutogradError, np.linalg.LinAlgError):
    """A matrix that has no inverse, or not the factors asked for; NumPy's LinAlgError.

    >>> from autograd import Tensor
    >>> np.linalg.inv(Tensor([[1.0, 1.0], [1.0, 1.0]]))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    SingularError: …
    """


failures.insert(0, (np.linalg.LinAlgError, SingularError))


# ---------------------------------------------------------------- parts of matrices
def T(x: Any) -> Any:
    """The transpose."""
    return transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def H(x: Any) -> Any:
    """The conjugate transpose."""
    return bar(T(x))


def bar(x: Any) -> Any:
    """The conjugate."""
    return conj(x) if is_complex(x) else x


def re(x: Any) -> Any:
    """The real part."""
    return real(x) if is_complex(x) else x


def rows_of(x: Any, start: int | None, stop: int | None = None) -> Any:
    return getitem(x, (..., slice(start, stop), slice(None)))


def values_of(ans: Any, place: int = 0) -> Any:
    """Eigenvalues or singular values, out of the row where the factors hold them."""
    return getitem(ans, (..., place, slice(None)))


def stacked(*parts: Any) -> Any:
    """Factors in one array; a vector of values becomes a row."""
    most = max(part.ndim for part in parts)
    return concatenate(*(part if part.ndim == most else expand_dims(part, -2) for part in parts), axis=-2)


def column(w: Any) -> Any:
    return expand_dims(w, -1)


def row(w: Any) -> Any:
    return expand_dims(w, -2)


def embedded(w: Any) -> Any:
    """The diagonal matrix."""
    return column(w) * np.eye(w.shape[-1])


def diagonal(x: Any) -> Any:
    n = np.arange(x.shape[-1])
    return getitem(x, (..., n, n))


def half(x: Any, UPLO: str = "L") -> Any:
    """One triangle, its diagonal halved."""
    weights = (np.tri(x.shape[-1]) - 0.5 * np.eye(x.shape[-1])).astype(np.finfo(dtype_of(x)).dtype)
    return x * (weights if UPLO.upper() == "L" else weights.T)


def mirrored(x: Any) -> Any:
    """x + Hx; of `half(x)` it makes the Hermitian matrix with that triangle, and it is its own transpose."""
    return x + H(x)


# ---------------------------------------------------------------- inverse and determinant
def _solve_push(ts: Any, x: Any, ans: Any) -> Any:
    a, b = ts
    return solve(x, -(a @ ans) if b is None else b if a is None else b - a @ ans)


def _near_singular(x: Any) -> Any:
    """A matrix that makes x well conditioned when it is added: along the singular vectors of small singular values,
    as large as the largest; zero where x needs none."""
    if not np.any(np.linalg.cond(x, 1) * np.cbrt(np.finfo(x.dtype).eps) > 1.0):
        return np.zeros_like(x)
    u, s, v = np.linalg.svd(x)
    most = np.max(s, axis=-1, keepdims=True, initial=0.0)
    small = s <= most * np.cbrt(np.finfo(s.dtype).eps)
    return np.matmul(u * np.where(small, most + (most == 0.0), 0.0)[..., None, :], v)


def _cofactors(x: Any, ans: Any) -> Any:
    """∂det(x)/∂x, also of singular matrices. Along x + z·y, det is a polynomial in z whose degree is the rank of y; so
    its value at z = 0 is the mean over more points of the unit circle than that, and there the matrix has an inverse."""
    y = near_singular(x)
    if not np.any(innermost(y)):
        return column(column(ans)) * T(inv(x))
    rank = int(np.max(np.linalg.matrix_rank(innermost(y))))
    z = np.exp(2j * np.pi * np.arange(rank + 1) / (rank + 1)).reshape(-1, *[1] * x.ndim)
    around = x + (z if rank > 1 else z.real) * y
    found = mean(column(column(det(around))) * T(inv(around)), axis=0)
    return found if is_complex(x) else re(found)


def _slogdet_pull(g: Any, x: Any, ans: Any) -> Any:
    """∂log|det| = Re tr(x⁻¹·∂x), and the sign of a complex determinant turns by the imaginary part."""
    factor = re(getitem(g, (..., 1)))
    if is_complex(x):
        factor = factor + 1j * imag(getitem(g, (..., 0)) * getitem(ans, (..., 0)))
    return column(column(factor)) * T(inv(x))


def _slogdet_push(ts: Any, x: Any, ans: Any) -> Any:
    change = sum(diagonal(inv(x) @ ts[0]), axis=-1)
    turn = getitem(ans, (..., 0)) * (1j * imag(change) if is_complex(x) else 0.0 * change)
    return concatenate(column(turn), column(re(change)), axis=-1)


def _pinv_pull(g: Any, x: Any, ans: Any) -> Any:
    left, right, p = _beside(x, ans), _beside(ans, x), H(ans)
    g = bar(g)
    return bar(left @ H(g) @ ans @ p - p @ g @ p + p @ ans @ H(g) @ right)


def _pinv_push(ts: Any, x: Any, ans: Any) -> Any:
    """Golub and Pereyra 1973, theorem 4.3: a change of x of constant rank."""
    t, left, right, p = ts[0], _beside(x, ans), _beside(ans, x), H(ans)
    return ans @ p @ H(t) @ left - ans @ t @ ans + right @ H(t) @ p @ ans


def _beside(x: Any, y: Any) -> Any:
    """1 − x·y, the projection onto what x·y leaves out."""
    return np.eye(x.shape[-2]) - x @ y


# ---------------------------------------------------------------- the Euclidean norm
def _norm(x: Any, axis: Any, keepdims: bool) -> Any:
    if axis is None:
        return np.linalg.norm(x, None, None, keepdims)
    return np.sqrt(np.sum((np.conj(x) * x).real, axis=axis, keepdims=keepdims))


# ---------------------------------------------------------------- Cholesky, QR
def _cholesky_pull(g: Any, ans: Any) -> Any:
    """Murray 2016, "Differentiation of the Cholesky decomposition", in the triangle that is read."""
    inverse = inv(ans)
    return bar(half(mirrored(H(inverse) @ half(H(ans) @ bar(g)) @ inverse)))


def _cholesky_push(ts: Any, ans: Any) -> Any:
    inverse = inv(ans)
    return ans @ half(inverse @ mirrored(half(ts[0])) @ H(inverse))


def _qr_parts(ans: Any) -> tuple[Any, Any]:
    n = ans.shape[-1]
    return rows_of(ans, None, -n), rows_of(ans, -n)


def _turning(x: Any) -> Any:
    """The skew-Hermitian matrix that has x below the diagonal, and its imaginary part on it."""
    below = x * np.tri(x.shape[-1], k=-1)
    return below - H(below) + (embedded(1j * imag(diagonal(x))) if is_complex(x) else 0.0)


def _qr_push(ts: Any, ans: Any) -> Any:
    """Walter and Lehmann 2010, "Algorithmic differentiation of linear algebra functions": QᴴdQ is skew, dR·R⁻¹ upper
    triangular."""
    q, r = _qr_parts(ans)
    change = ts[0] @ inv(r)
    inside = H(q) @ change
    turn = _turning(inside)
    return stacked(change + q @ (turn - inside), (inside - turn) @ r)


def _qr_pull(g: Any, ans: Any) -> Any:
    """Roberts and Roberts 2020, "QR and LQ decomposition matrix backpropagation algorithms"."""
    (q, r), (gq, gr) = _qr_parts(ans), _qr_parts(bar(g))
    k = H(q) @ gq - gr @ H(r)
    below = (k - H(k)) * np.tri(k.shape[-1], k=-1)
    turn = below + (embedded(1j * imag(diagonal(k))) if is_complex(k) else 0.0)
    return bar((gq + q @ (turn - k)) @ H(inv(r)))


# fmt: off
near_singular = custom("near_singular", _near_singular, "near singular", push=lambda: None, arity=1)      # a constant

inv         = custom("inv",      np.linalg.inv,      "⁻¹",       lambda g, ans: -(T(ans) @ g @ T(ans)), push=lambda ts, ans: -(ans @ ts[0] @ ans))
solve       = custom("solve",    np.linalg.solve,    "solve",    lambda g, x, ans: -(solve(T(x), g) @ T(ans)), lambda g, x: solve(T(x), g), push=_solve_push)
pinv        = custom("pinv",     lambda x, rcond: np.linalg.pinv(x, rcond), "⁺", _pinv_pull, push=_pinv_push, rcond=1e-15)
det         = custom("det",      np.linalg.det,      "det",      lambda g, x, ans: column(column(g)) * _cofactors(x, ans), push=lambda ts, x, ans: sum(_cofactors(x, ans) * ts[0], axis=(-2, -1)))
slogdet     = custom("slogdet",  lambda x: np.stack(np.linalg.slogdet(x), -1), "slogdet", _slogdet_pull, push=_slogdet_push)
norm        = reduction("norm",  _norm,              "‖·‖",      lambda g, x, ans, params: div(g * bar(x), ans), axis=None, keepdims=False)
cholesky    = custom("cholesky", np.linalg.cholesky, "cholesky", _cholesky_pull, push=_cholesky_push)
qr          = custom("qr",       lambda x: stacked(*np.linalg.qr(x)), "QR", _qr_pull, push=_qr_push)
# fmt: on
