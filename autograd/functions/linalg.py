"""Floor 3: numpy.linalg, and NumPy's products of vectors and matrices."""
from collections.abc import Callable, Sequence
from functools import cache
from functools import reduce as fold
from math import inf, prod
from operator import index
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.linalg._linalg import EighResult, EigResult, QRResult, SlogdetResult, SVDResult

from autograd.errors import KeywordError, message
from autograd.functions import numbers, products, shaping
from autograd.functions.reductions import squared
from autograd.functions.shaping import moveaxis, ravel, reshape, transpose
from autograd.functions.table import TABLE, constant, replaces
from autograd.gates import contract, elementwise, linalg, reduce, spectral
from autograd.gates.contract import matmul
from autograd.gates.elementwise import absolute
from autograd.gates.index import getitem, take_along_axis
from autograd.gates.linalg import H, bar, half, mirrored, re, rows_of, values_of
from autograd.gates.shape import concatenate, expand_dims
from autograd.graph import plain
from autograd.space import dtype_of, innermost, rank, shape_of

constant(np.linalg.matrix_rank)


# ---------------------------------------------------------------- inverses and equations
@replaces(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    if rank(b) != 1:
        return linalg.solve(a, b)
    return getitem(linalg.solve(a, expand_dims(b, -1)), (..., 0))


@replaces(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    if rcond is not None and rtol is not np._NoValue:
        raise ValueError("`rtol` and `rcond` can't be both set")
    if rcond is None:
        rcond = 1e-15 if rtol is np._NoValue else _epsilon(a) if rtol is None else rtol
    a = mirrored(half(a)) if hermitian else a
    return _truncated_pinv(a, rcond) if _truncates(a, rcond) else linalg.pinv(a, rcond=rcond)


def _truncates(a: Any, rcond: Any) -> bool:
    """Whether `rcond` leaves out singular values that are more than rounding errors."""
    if not np.any(np.greater(rcond, _epsilon(a))):
        return False
    s = np.linalg.svd(innermost(a), compute_uv=False)
    most = s[..., :1]
    return bool(np.any((s > 10.0 * _epsilon(a) * most) & (s <= np.expand_dims(rcond, -1) * most)))


def _truncated_pinv(a: Any, rcond: Any) -> Any:
    """By singular vectors: those left out turn against the others, which the rule of the gate, for a matrix of constant
    rank, does not know."""
    u, s, v = svd(a, full_matrices=False)
    kept = elementwise.greater(s, np.expand_dims(rcond, -1) * reduce.max(s, axis=-1, keepdims=True))
    inverse = elementwise.where(kept, 1.0 / elementwise.where(kept, s, 1.0), 0.0)
    return matmul(H(v), expand_dims(inverse, -1) * H(u))


def _epsilon(a: Any) -> float:
    """NumPy's idea of how small a singular value may be, next to the largest."""
    return float(max(shape_of(a)[-2:]) * np.finfo(dtype_of(a)).eps)


@replaces(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    found = int(np.linalg.lstsq(plain(a), plain(b), rcond)[2])
    least = _epsilon(a) if rcond is None else rcond if rcond >= 0.0 else np.finfo(dtype_of(a)).eps
    x, s = matmul(pinv(a, least), b), spectral.svdvals(a)
    rows, columns = shape_of(a)
    if found < columns or rows <= columns:
        return x, np.array([], dtype_of(s)), found, s
    rest = squared(b - matmul(a, x))
    return x, reduce.sum(reshape(rest, (rows, -1)), axis=0), found, s


@replaces(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    if ind <= 0:
        raise ValueError("Invalid ind argument")
    shape = shape_of(a)
    return reshape(linalg.inv(reshape(a, (prod(shape[ind:]), -1))), shape[ind:] + shape[:ind])


@replaces(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    order = list(range(rank(a)))
    for k in axes or ():
        order.remove(k)
        order.insert(rank(a), k)
    a = transpose(a, order)
    shape = shape_of(a)[rank(b):]
    return reshape(solve(reshape(a, (-1, prod(shape))), ravel(b)), shape)


@replaces(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Any:
    one = np.linalg.matrix_power(np.zeros(shape_of(a), dtype_of(a)), 0)          # NumPy's check that a is square
    a, n = linalg.inv(a) if index(n) < 0 else a, abs(index(n))
    if n == 0:
        return one
    if n == 3:
        return matmul(matmul(a, a), a)
    powers = [a]
    while len(powers) < n.bit_length():
        powers.append(matmul(powers[-1], powers[-1]))
    return fold(matmul, [power for k, power in enumerate(powers) if n >> k & 1])


# ---------------------------------------------------------------- factors
@replaces(np.linalg.slogdet)
def slogdet(a: Any) -> SlogdetResult:
    ans = linalg.slogdet(a)
    return SlogdetResult(getitem(ans, (..., 0)), re(getitem(ans, (..., 1))))


@replaces(np.linalg.cholesky)
def cholesky(a: Any, /, *, upper: bool = False) -> Any:
    return H(linalg.cholesky(H(a))) if upper else linalg.cholesky(a)


@replaces(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    if mode not in ("reduced", "complete", "r"):
        raise KeywordError(message(f"qr with mode={mode!r} has no derivative.",
                                   "write mode='reduced', mode='complete' or mode='r'"))
    rows, columns = shape_of(a)[-2:]
    q, r = _tall_qr(a) if rows >= columns else _wide_qr(a, rows)
    if mode == "complete" and rows > columns:
        q = concatenate(q, spectral.complement(a, factor="Q"), axis=-1)
        r = concatenate(r, np.zeros((*shape_of(a)[:-2], rows - columns, columns), dtype_of(r)), axis=-2)
    return r if mode == "r" else QRResult(q, r)


def _tall_qr(a: Any) -> tuple[Any, Any]:
    ans, rows = linalg.qr(a), shape_of(a)[-2]
    return rows_of(ans, None, rows), rows_of(ans, rows)


def _wide_qr(a: Any, rows: int) -> tuple[Any, Any]:
    """The square matrix in front decides about Q."""
    q, r = _tall_qr(getitem(a, (..., slice(rows))))
    return q, concatenate(r, matmul(H(q), getitem(a, (..., slice(rows, None)))), axis=-1)


@replaces(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> EighResult:
    ans = spectral.eigh(a, UPLO=UPLO)
    return EighResult(re(values_of(ans)), rows_of(ans, 1))


@replaces(np.linalg.eig)
def eig(a: Any) -> EigResult:
    ans = spectral.eig(a)
    return EigResult(values_of(ans), rows_of(ans, 1))


@replaces(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    if hermitian:
        return _hermitian_svd(a, compute_uv)
    if not compute_uv:
        return spectral.svdvals(a)
    rows, columns = shape_of(a)[-2:]
    ans = spectral.svd(a)
    u, s, v = rows_of(ans, None, rows), re(values_of(ans, rows)), rows_of(ans, rows + 1)
    if full_matrices and rows > columns:
        u = concatenate(u, spectral.complement(a, factor="U"), axis=-1)
    if full_matrices and rows < columns:
        v = concatenate(v, spectral.complement(H(a), factor="V"), axis=-1)
    return SVDResult(u, s, H(v))


def _hermitian_svd(a: Any, compute_uv: bool) -> Any:
    """The eigenvalues without their signs, largest first; the signs go into V."""
    w, v = eigh(a)
    order = np.argsort(np.abs(plain(w)))[..., ::-1]
    w, v = take_along_axis(w, order, -1), take_along_axis(v, order[..., None, :], -1)
    signs = np.copysign(1.0, plain(w))[..., None, :]
    return SVDResult(v, absolute(w), H(v * signs)) if compute_uv else absolute(w)


# ---------------------------------------------------------------- norms
@replaces(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None and ord is None:
        return linalg.norm(x, keepdims=keepdims)
    axes = normalize_axis_tuple(range(rank(x)) if axis is None else axis, rank(x))
    if len(axes) == 1:
        return _norm_of_vectors(x, ord, axes[0], keepdims)
    if len(axes) != 2:
        raise ValueError("Improper number of dimensions to norm")
    ans = _norm_of_matrices(moveaxis(x, axes, (-2, -1)), ord)
    return expand_dims(ans, tuple(sorted(axes))) if keepdims else ans


def _norm_of_vectors(x: Any, ord: Any, axis: int, keepdims: bool) -> Any:
    if ord is None or ord == 2:
        return linalg.norm(x, axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if abs(ord) == inf:
        return (reduce.max if ord > 0 else reduce.min)(absolute(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        one = np.ones((), np.finfo(dtype_of(x)).dtype)
        return reduce.sum(elementwise.where(x != 0.0, one, 0.0 * one), axis=axis, keepdims=keepdims)
    if ord == 1:
        return reduce.sum(absolute(x), axis=axis, keepdims=keepdims)
    return elementwise.power(reduce.sum(elementwise.power(absolute(x), ord), axis=axis, keepdims=keepdims), 1.0 / ord)


_OF_SINGULAR_VALUES: dict[Any, Callable[..., Any]] = {"nuc": reduce.sum, 2: reduce.max, -2: reduce.min}
_OF_SUMS = {1: (reduce.max, -2), -1: (reduce.min, -2), inf: (reduce.max, -1), -inf: (reduce.min, -1)}


def _norm_of_matrices(x: Any, ord: Any) -> Any:
    if ord in _OF_SINGULAR_VALUES:
        return _OF_SINGULAR_VALUES[ord](spectral.svdvals(x), axis=-1)
    if ord in _OF_SUMS:
        choose, along = _OF_SUMS[ord]
        return choose(reduce.sum(absolute(x), axis=along), axis=-1)
    if ord not in (None, "fro", "f"):
        raise ValueError("Invalid norm order for matrices")
    return linalg.norm(x, axis=(-2, -1))


@replaces(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return norm(x, ord, (-2, -1), keepdims)


@replaces(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    axes = normalize_axis_tuple(range(rank(x)) if axis is None else axis, rank(x))
    front = moveaxis(x, axes, range(len(axes)))
    ans = norm(reshape(front, (-1, *shape_of(front)[len(axes):])), ord, 0)
    return expand_dims(ans, tuple(sorted(axes))) if keepdims else ans


@replaces(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    if p not in (None, 2, -2):
        return norm(x, p, (-2, -1)) * norm(linalg.inv(x), p, (-2, -1))
    s = spectral.svdvals(x)
    first, last = getitem(s, (..., 0)), getitem(s, (..., -1))
    with np.errstate(all="ignore"):
        ans = elementwise.div(last, first) if p == -2 else elementwise.div(first, last)
    both_zero = elementwise.logical_and(elementwise.isnan(ans), elementwise.logical_not(elementwise.isnan(first)))
    return elementwise.where(both_zero, inf, ans)


# ---------------------------------------------------------------- products
@replaces(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """In the order with the fewest multiplications (Cormen and others, "Introduction to Algorithms", chapter 15.2)."""
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays")
    first, last = rank(arrays[0]) == 1, rank(arrays[-1]) == 1
    matrices = [reshape(arrays[0], (1, -1)) if first else arrays[0], *arrays[1:-1],
                reshape(arrays[-1], (-1, 1)) if last else arrays[-1]]
    sizes = [shape_of(matrices[0])[0], *(shape_of(x)[1] for x in matrices)]

    @cache
    def cost(i: int, j: int) -> tuple[int, int]:
        """The least number of multiplications for matrices i ... j, and where to split them."""
        return min(((cost(i, k)[0] + cost(k + 1, j)[0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                    for k in range(i, j)), default=(0, i))

    def product(i: int, j: int) -> Any:
        k = cost(i, j)[1]
        return matrices[i] if i == j else contract.dot(product(i, k), product(k + 1, j))

    return getitem(product(0, len(matrices) - 1), (0 if first else slice(None), 0 if last else slice(None)))


@replaces(np.kron)
def kron(a: Any, b: Any) -> Any:
    most = max(rank(a), rank(b))
    rows, columns = ((1,) * (most - rank(x)) + shape_of(x) for x in (a, b))
    ans = (reshape(a, tuple(n for size in rows for n in (size, 1)))
           * reshape(b, tuple(n for size in columns for n in (1, size))))
    return reshape(ans, tuple(m * n for m, n in zip(rows, columns, strict=True)))


@replaces(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    a, b = moveaxis(a, axisa, -1), moveaxis(b, axisb, -1)
    if shape_of(a)[-1] != 3 or shape_of(b)[-1] != 3:
        raise ValueError("both inputs must hold vectors of three numbers; append a zero to those of two")
    ahead, behind = (..., np.array([1, 2, 0])), (..., np.array([2, 0, 1]))
    ans = getitem(a, ahead) * getitem(b, behind) - getitem(a, behind) * getitem(b, ahead)
    return moveaxis(ans, -1, axisc)


@replaces(np.linalg.cross)
def cross_of_linalg(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    return cross(x1, x2, axis=axis)


@replaces(np.linalg.outer)
def outer(x1: Any, x2: Any, /) -> Any:
    if rank(x1) != 1 or rank(x2) != 1:
        raise ValueError("Input arrays must be one-dimensional; np.outer takes others")
    return products.outer(x1, x2)


@replaces(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1, keepdims: bool = False) -> Any:
    if shape_of(x1)[axis] != shape_of(x2)[axis]:
        raise ValueError(f"vectors of {shape_of(x1)[axis]} and {shape_of(x2)[axis]} numbers")
    ans = reduce.sum(bar(moveaxis(x1, axis, -1)) * moveaxis(x2, axis, -1), axis=-1)
    return expand_dims(ans, axis) if keepdims else ans


def _matrix(x: Any) -> None:
    if rank(x) < 2:
        raise ValueError(f"a matrix has two axes or more, not {rank(x)}")


def matvec(x1: Any, x2: Any, /) -> Any:
    _matrix(x1)
    return getitem(matmul(x1, expand_dims(x2, -1)), (..., 0))


def vecmat(x1: Any, x2: Any, /) -> Any:
    _matrix(x2)
    return getitem(matmul(expand_dims(bar(x1), -2), x2), (..., 0, slice(None)))


for _name, _function in {"matvec": matvec, "vecmat": vecmat}.items():
    if hasattr(np, _name):                      # from NumPy 2.2 on
        replaces(getattr(np, _name))(_function)


# ---------------------------------------------------------------- the last two axes
@replaces(np.linalg.diagonal)
def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return numbers.diagonal(x, offset, -2, -1)


@replaces(np.linalg.trace)
def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return numbers.trace(x, offset, -2, -1, dtype)


@replaces(np.linalg.tensordot)
def tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return products.tensordot(x1, x2, axes)


TABLE |= {np.linalg.matrix_transpose: shaping.matrix_transpose, np.linalg.matmul: matmul}
