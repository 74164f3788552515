"""Floor 3: scipy.linalg with SciPy's signatures. SciPy's functions do not hand tensors on; these take their places.

`overwrite_a` and its like only permit SciPy to use an array up, and are not needed here. SciPy itself is imported when
a function needs it.
"""
from typing import Any

import numpy as np

from autograd.errors import KeywordError, ShapeError, message
from autograd.functions import linalg as numpy_linalg
from autograd.functions.shaping import atleast_1d, atleast_2d
from autograd.gates import elementwise, linalg, spectral
from autograd.gates import scipy_linalg as gates
from autograd.gates.index import getitem
from autograd.gates.linalg import H, T, half, mirrored
from autograd.gates.scipy_linalg import coshm, cosm, expm, logm, sinhm, sinm, sqrtm, tanhm, tanm
from autograd.gates.shape import concatenate, expand_dims
from autograd.space import array, dtype_of, innermost, rank, shape_of

__all__ = ["block_diag", "cho_factor", "cho_solve", "cholesky", "coshm", "cosm", "det", "eigh", "eigvalsh", "expm",
           "inv", "logm", "norm", "pinv", "qr", "sinhm", "sinm", "solve", "solve_banded", "solve_continuous_lyapunov",
           "solve_sylvester", "solve_triangular", "sqrtm", "svd", "svdvals", "tanhm", "tanm", "toeplitz"]


def _finite(check: bool, *given: Any) -> list[Any]:
    """The arguments as arrays or tensors."""
    arrays = [array(x) for x in given]
    if check and not all(np.all(np.isfinite(innermost(x))) for x in arrays):
        raise ShapeError(message("array must not contain infs or NaNs.", "mend them, or write check_finite=False"))
    return arrays


def _refuse(name: str, **given: Any) -> None:
    for keyword, value in given.items():
        if value is not None and value is not False:
            raise KeywordError(message(f"scipy.linalg.{name} with {keyword}={value!r} has no derivative.",
                                       "leave it out"))


# ---------------------------------------------------------------- equations
def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    return linalg.inv(*_finite(check_finite, a))


def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    return linalg.det(*_finite(check_finite, a))


def solve(a: Any, b: Any, lower: bool = False, overwrite_a: bool = False, overwrite_b: bool = False,
          check_finite: bool = True, assume_a: str | None = None, transposed: bool = False) -> Any:
    a, b = _finite(check_finite, a, b)
    a = _as_assumed(a, assume_a or "gen", "L" if lower else "U")
    return numpy_linalg.solve(T(a) if transposed else a, b)


def _as_assumed(a: Any, assume_a: str, UPLO: str) -> Any:
    """The matrix that is read: of a symmetric or Hermitian one that is a triangle."""
    if assume_a in ("gen", "general"):
        return a
    if assume_a in ("sym", "symmetric"):
        return half(a, UPLO) + T(half(a, UPLO))
    _refuse("solve", assume_a=assume_a if assume_a not in ("her", "hermitian", "pos", "positive definite") else None)
    return mirrored(half(a, UPLO))


def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, unit_diagonal: bool = False,
                     overwrite_b: bool = False, check_finite: bool = True) -> Any:
    a, b = _finite(check_finite, a, b)
    trans = {"N": 0, "T": 1, "C": 2}.get(trans, trans)
    a, lower = (a, lower) if trans == 0 else (T(a) if trans == 1 else H(a), not lower)
    matrix = b if rank(b) > 1 else expand_dims(b, -1)
    ans = gates.solve_triangular(a, matrix, lower=lower, unit_diagonal=unit_diagonal)
    return ans if rank(b) > 1 else getitem(ans, (..., 0))


def solve_banded(l_and_u: tuple[int, int], ab: Any, b: Any, overwrite_ab: bool = False, overwrite_b: bool = False,
                 check_finite: bool = True) -> Any:
    ab, b = _finite(check_finite, ab, b)
    lower, upper = l_and_u
    ans = gates.solve_banded(ab, b if rank(b) > 1 else expand_dims(b, -1), l_and_u=(int(lower), int(upper)))
    return ans if rank(b) > 1 else getitem(ans, (..., 0))


def solve_sylvester(a: Any, b: Any, q: Any) -> Any:
    return gates.solve_sylvester(a, b, q)


def solve_continuous_lyapunov(a: Any, q: Any) -> Any:
    return gates.solve_sylvester(a, H(a), q)


# ---------------------------------------------------------------- factors
def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    a, = _finite(check_finite, a)
    return numpy_linalg.cholesky(a, upper=not lower)


def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, bool]:
    """The factor; in the other triangle stands what stood there, as SciPy leaves it."""
    triangle = np.tri(shape_of(a)[-1], dtype=np.bool_)
    return elementwise.where(triangle if lower else triangle.T, cholesky(a, lower, check_finite=check_finite), a), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    c, lower = c_and_lower
    first = solve_triangular(c, b, 0 if lower else 2, lower, check_finite=check_finite)
    return solve_triangular(c, first, 2 if lower else 0, lower, check_finite=check_finite)


def qr(a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full", pivoting: bool = False,
       check_finite: bool = True) -> Any:
    a, = _finite(check_finite, a)
    _refuse("qr", pivoting=pivoting, mode=mode if mode not in ("full", "r", "economic") else None)
    q, r = numpy_linalg.qr(a, "reduced" if mode == "economic" else "complete")
    return (r,) if mode == "r" else (q, r)


def eigh(a: Any, b: Any = None, *, lower: bool = True, eigvals_only: bool = False, overwrite_a: bool = False,
         overwrite_b: bool = False, type: int = 1, check_finite: bool = True, subset_by_index: Any = None,
         subset_by_value: Any = None, driver: Any = None) -> Any:
    a, = _finite(check_finite, a)
    _refuse("eigh", b=b, subset_by_index=subset_by_index, subset_by_value=subset_by_value)
    UPLO = "L" if lower else "U"
    return spectral.eigvalsh(a, UPLO=UPLO) if eigvals_only else tuple(numpy_linalg.eigh(a, UPLO))


def eigvalsh(a: Any, b: Any = None, *, lower: bool = True, **named: Any) -> Any:
    return eigh(a, b, lower=lower, eigvals_only=True, **named)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, overwrite_a: bool = False,
        check_finite: bool = True, lapack_driver: str = "gesdd") -> Any:
    a, = _finite(check_finite, a)
    ans = numpy_linalg.svd(a, full_matrices, compute_uv)
    return tuple(ans) if compute_uv else ans


def svdvals(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    return svd(a, compute_uv=False, check_finite=check_finite)


def pinv(a: Any, *, atol: Any = None, rtol: Any = None, return_rank: bool = False, check_finite: bool = True) -> Any:
    a, = _finite(check_finite, a)
    _refuse("pinv", atol=atol, return_rank=return_rank)
    return numpy_linalg.pinv(a, rtol=rtol)


def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, check_finite: bool = True) -> Any:
    a, = _finite(check_finite, a)
    return numpy_linalg.norm(a, ord, axis, keepdims)


# ---------------------------------------------------------------- special matrices
def block_diag(*arrs: Any) -> Any:
    blocks = [atleast_2d(a) for a in _finite(False, *arrs)]
    widths = [shape_of(block)[-1] for block in blocks]
    rows = [_padded(block, sum(widths[:k]), sum(widths[k + 1:])) for k, block in enumerate(blocks)]
    return concatenate(*rows, axis=-2)


def _padded(x: Any, before: int, after: int) -> Any:
    left, right = (np.zeros((*shape_of(x)[:-1], n), dtype_of(x)) for n in (before, after))
    return concatenate(left, x, right, axis=-1)


def toeplitz(c: Any, r: Any = None) -> Any:
    """c down the first column, r along the first row; where they meet c counts."""
    c, r = (atleast_1d(x) for x in _finite(False, c, elementwise.conj(c) if r is None else r))
    numbers = concatenate(getitem(r, slice(None, 0, -1)), c, axis=0)
    down, along = np.arange(shape_of(c)[0])[:, None], np.arange(shape_of(r)[0])
    return getitem(numbers, down - along + shape_of(r)[0] - 1)
