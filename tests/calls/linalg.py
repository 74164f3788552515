"""Calls of numpy.linalg and of NumPy's products of vectors and matrices; see basic.py for the form."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

from autograd import Tensor
from tests.calls.basic import M, T
from tests.cases import draw

inf, linalg = np.inf, np.linalg
RNG = np.random.default_rng(0)
A, B, K, S, G, N, L = (draw(kind, shape, RNG) for kind, shape in [
    ("distinct", (3, 3)), ("distinct", (2, 3, 3)), ("unit", (3, 3)), ("symmetric", (3, 3)), ("general", (3, 3)), ("distinct", (4, 3)), ("distinct", (6, 6))])
G /= 4.0                                       # smaller numbers, smaller errors of differences in float64
V, D = M[:, 0], np.diag([0.0, 5.0, -5.0])
Z = V + 1j * M[:, 1]


def in_double(call):
    """NumPy has no linear algebra in extended precision, so that differences of it are taken in float64."""
    def called(x):
        return call(x.astype(float) if not isinstance(x, Tensor) and x.dtype == np.longdouble else x)
    return called


def positive(x):
    return x @ np.matrix_transpose(np.conj(x))


def hermitian(x):
    return x + np.matrix_transpose(np.conj(x))


# fmt: off
CALLS = {
    linalg.inv:         (A, [linalg.inv, lambda x: linalg.inv(B + x), lambda x: linalg.inv(x + 1j * K)]),
    linalg.solve:       (A, [lambda x: linalg.solve(x, V), lambda x: linalg.solve(x, M), lambda x: linalg.solve(B, x), lambda x: linalg.solve(x, B), lambda x: linalg.solve(x, [1.0, 2.0, 3.0]), lambda x: linalg.solve(a=A, b=x[0]), lambda x: linalg.solve(x + 1j * K, x)]),
    linalg.pinv:        (N, [linalg.pinv, lambda x: linalg.pinv(x, 1e-3), lambda x: linalg.pinv(x, rtol=None), lambda x: linalg.pinv(x, rtol=1e-3), lambda x: linalg.pinv(x[:2]), lambda x: linalg.pinv(x[:3] + S, hermitian=True), lambda x: linalg.pinv(x[:3] + B + 4.0 * np.eye(3), rcond=[1e-3, 1e-4]),
                             lambda x: linalg.pinv(x, 0.6), lambda x: linalg.pinv(x[:3] + 1j * K, rcond=0.5), lambda x: linalg.pinv(np.stack([x, 2.0 * x[::-1]]), [0.6, 0.4]), lambda x: linalg.pinv(x[:3] + B, 0.2, True),
                             lambda x: linalg.pinv(x[:2].T @ x[:2], rcond=1e-10), lambda x: linalg.pinv(x[:3] + 1j * K)]),
    linalg.lstsq:       (N, [lambda x: linalg.lstsq(x, M[0])[0], lambda x: linalg.lstsq(x, M.T)[0], lambda x: linalg.lstsq(x, M.T)[1], lambda x: linalg.lstsq(x, M[0])[1], lambda x: linalg.lstsq(x, M.T)[3],
                             lambda x: linalg.lstsq(x.T, V, rcond=None)[0], lambda x: linalg.lstsq(N, x, rcond=1e-3)[0], lambda x: linalg.lstsq(x, M[0], 0.6)[0], lambda x: linalg.lstsq(x, x[:, 0] ** 2, -1)[1], lambda x: linalg.lstsq(x[:3] + 1j * K, Z)[0], lambda x: linalg.lstsq(x[:, :2] + 1j * x[:, 1:], x[:, 0])[1]]),
    linalg.det:         (A, [linalg.det, lambda x: linalg.det((B + x) / 3.0), lambda x: linalg.det(x + 1j * K)]),
    linalg.slogdet:     (A, [lambda x: linalg.slogdet(x)[1], lambda x: linalg.slogdet(x).sign, lambda x: linalg.slogdet(B + x).logabsdet, lambda x: linalg.slogdet(x + 1j * K)[0], lambda x: linalg.slogdet(x + 1j * K)[1]]),
    linalg.cholesky:    (A, [lambda x: linalg.cholesky(positive(x)), lambda x: linalg.cholesky(positive(x), upper=True), lambda x: linalg.cholesky(x / 9.0 + 2.0 * np.eye(3)), lambda x: linalg.cholesky(x / 9.0 + 2.0 * np.eye(3), upper=True),
                             lambda x: linalg.cholesky(positive(x + 1j * K)), lambda x: linalg.cholesky(positive(x + 1j * K), upper=True), lambda x: linalg.cholesky(positive(B + x), upper=False)]),
    linalg.qr:          (N, [lambda x: linalg.qr(x)[0], lambda x: linalg.qr(x).R, lambda x: linalg.qr(x, "r"), lambda x: linalg.qr(x, mode="complete").Q, lambda x: linalg.qr(x, mode="complete")[1], lambda x: linalg.qr(x[:3], "complete")[0], lambda x: linalg.qr(x[:2])[0], lambda x: linalg.qr(x[:2], mode="reduced")[1],
                             lambda x: linalg.qr(x[:2], mode="complete")[1], lambda x: linalg.qr(B + x[:3])[0], lambda x: linalg.qr(x[:3] + 1j * K)[0], lambda x: linalg.qr(x[:2] + 1j * K[:2])[1]]),
    linalg.eigh:        (S, [lambda x: linalg.eigh(x)[0], lambda x: linalg.eigh(x).eigenvectors, lambda x: linalg.eigh(x, "U")[1], lambda x: linalg.eigh(x, UPLO="u")[0], lambda x: linalg.eigh(hermitian(x + 1j * K))[0], lambda x: np.abs(linalg.eigh(hermitian(x + 1j * K))[1]), lambda x: linalg.eigh(np.stack([x, x * 2.0]))[1]]),
    linalg.eigvalsh:    (S, [linalg.eigvalsh, lambda x: linalg.eigvalsh(x, UPLO="U"), lambda x: linalg.eigvalsh(x + 1j * hermitian(K)), lambda x: linalg.eigvalsh(x, "u")]),
    linalg.eig:         (G, [lambda x: linalg.eig(x)[0], lambda x: linalg.eig(x).eigenvectors, lambda x: linalg.eig(x + D)[1], lambda x: linalg.eig(x + 1j * K)[1], lambda x: linalg.eig(np.stack([x, x * 2.0]))[1]]),
    linalg.eigvals:     (G, [linalg.eigvals, lambda x: linalg.eigvals((x + D) / 9.0), lambda x: linalg.eigvals(x + 1j * K)]),
    linalg.svd:         (A, [lambda x: linalg.svd(x)[0], lambda x: linalg.svd(x).S, lambda x: linalg.svd(x)[2], lambda x: linalg.svd(x, compute_uv=False), lambda x: linalg.svd(x[:2])[2], lambda x: linalg.svd(x[:2], full_matrices=False).Vh, lambda x: linalg.svd(x[:, :2], True)[0], lambda x: linalg.svd(B * 2.0 + x)[0],
                             lambda x: linalg.svd(x + S, hermitian=True)[0], lambda x: linalg.svd(x + S, hermitian=True)[1], lambda x: linalg.svd(x + S, hermitian=True)[2], lambda x: linalg.svd(x + S, compute_uv=False, hermitian=True), lambda x: np.abs(linalg.svd(x + 1j * K)[0]), lambda x: linalg.svd(x + 1j * K)[1]]),
    linalg.svdvals:     (A, [linalg.svdvals, lambda x: linalg.svdvals(B + x), lambda x: linalg.svdvals(x + 1j * K), lambda x: linalg.svdvals(x[:2])]),
    linalg.norm:        (A, [linalg.norm, *(lambda x, ord=ord: linalg.norm(x, ord) for ord in ("fro", "f", "nuc", inf, -inf, 1, -1, 2, -2)), *(lambda x, ord=ord: linalg.norm(x, ord=ord, axis=1) for ord in (None, inf, -inf, 1, -1, 2, -2, 3, 0.5, -1.5)),
                             lambda x: linalg.norm(x, keepdims=True), lambda x: linalg.norm(x[0], 3), lambda x: linalg.norm(x[0], 2), lambda x: linalg.norm(x, axis=0, keepdims=True), lambda x: linalg.norm(x, "nuc", (1, 0), True), lambda x: linalg.norm(x, None, (0, 1)), lambda x: linalg.norm(B + x),
                             *(lambda x, ord=ord, axis=axis: linalg.norm(B + x, ord, axis=axis, keepdims=True) for ord, axis in [(1, (0, 2)), (inf, (2, 0)), (2, (-1, 0)), (None, (1, 2)), (-1, (1, 0)), (3, -2)]),
                             *(lambda x, ord=ord: linalg.norm(x + 1j * K, ord) for ord in (None, "nuc", "fro", 1, inf, 2)), *(lambda x, ord=ord: linalg.norm(x + 1j * K, ord, 0) for ord in (None, 1, 3, inf))]),
    linalg.matrix_norm: (T, [linalg.matrix_norm, lambda x: linalg.matrix_norm(x, ord="nuc", keepdims=True), lambda x: linalg.matrix_norm(x, ord=1)]),
    linalg.vector_norm: (T, [linalg.vector_norm, lambda x: linalg.vector_norm(x, axis=1), lambda x: linalg.vector_norm(x, axis=(2, 0), keepdims=True), lambda x: linalg.vector_norm(x, keepdims=True, ord=3), lambda x: linalg.vector_norm(x, axis=-1, ord=inf)]),
    linalg.cond:        (A, [linalg.cond, *(lambda x, p=p: linalg.cond(x, p) for p in (2, -2, 1, -1, inf, -inf, "fro", "nuc")), lambda x: linalg.cond(B + x), lambda x: linalg.cond(B + x, p=1), lambda x: linalg.cond(x[:2])]),
    linalg.matrix_power: (A, [*(lambda x, n=n: linalg.matrix_power(x, n) for n in (1, 2, 3, 4, 7, -1, -2)), lambda x: linalg.matrix_power(B + x, n=5)]),
    linalg.multi_dot:   (M, [lambda x: linalg.multi_dot([x.T, x]), lambda x: linalg.multi_dot([A, x, x.T, A]), lambda x: linalg.multi_dot((V, x, M.T, V)), lambda x: linalg.multi_dot([V, x, x.T]), lambda x: linalg.multi_dot([x.T, x, M[0]]), lambda x: linalg.multi_dot([x[:, :1], x[:1], x.T])]),
    linalg.tensorinv:   (L, [lambda x: linalg.tensorinv(x, ind=1), lambda x: linalg.tensorinv(np.reshape(x, (2, 3, 3, 2)))]),
    linalg.tensorsolve: (L, [lambda x: linalg.tensorsolve(np.reshape(x, (2, 3, 6)), M[:2, :3]), lambda x: linalg.tensorsolve(np.reshape(x, (6, 2, 3)), M[:2, :3], axes=(0,)), lambda x: linalg.tensorsolve(np.reshape(L, (2, 3, 3, 2)), np.reshape(x[0], (2, 3)))]),
    linalg.diagonal:    (T, [linalg.diagonal, lambda x: linalg.diagonal(x, offset=1), lambda x: linalg.diagonal(x, offset=-1)]),
    linalg.trace:       (T, [linalg.trace, lambda x: linalg.trace(x, offset=1)]),
    linalg.outer:       (V, [lambda x: linalg.outer(x, x), lambda x: linalg.outer([1.0, 2.0], x)]),
    linalg.cross:       (M, [lambda x: linalg.cross(x[:, 0], x.T), lambda x: linalg.cross(x, x[::-1], axis=0)]),
    linalg.matmul:      (A, [lambda x: linalg.matmul(x, x), lambda x: linalg.matmul(x, V)]),
    linalg.tensordot:   (T, [lambda x: linalg.tensordot(x, M), lambda x: linalg.tensordot(x, x, axes=((0, 1), (0, 1)))]),
    linalg.vecdot:      (M, [lambda x: linalg.vecdot(x, T), lambda x: linalg.vecdot(x, x, axis=0), lambda x: linalg.vecdot(x[:, 0] + 1j * V, A), lambda x: linalg.vecdot(Z, x[:, 0])]),
    linalg.matrix_transpose: (T, [linalg.matrix_transpose]),
    np.vecdot:          (M, [lambda x: np.vecdot(x, x, axes=[0, (0,)]), lambda x: np.vecdot(x, M[0], axes=[1, 0, ()]), lambda x: np.vecdot(x, T), lambda x: np.vecdot(x, x, axis=0), lambda x: np.vecdot(T, x, keepdims=True), lambda x: np.vecdot(x[:, 0] + 1j * V, A), lambda x: np.vecdot([1.0, 2.0, 3.0], x[:, 0])]),
    np.matvec:          (M, [lambda x: np.matvec(x, T, axes=[(1, 0), 1, 0]), lambda x: np.matvec(x, M[0]), lambda x: np.matvec(T, x[0]), lambda x: np.matvec(x[:, :3] + 1j * K, Z)]),
    np.vecmat:          (M, [lambda x: np.vecmat(V, x), lambda x: np.vecmat(x[:2, :3], T), lambda x: np.vecmat(x[:, 0] + 1j * V, A)]),
    np.kron:            (A, [lambda x: np.kron(x, M), lambda x: np.kron(T, x), lambda x: np.kron(x, x), lambda x: np.kron(2.0, x), lambda x: np.kron(x[0], V), lambda x: np.kron([1.0, 2.0], x)]),
    np.cross:           (M, [lambda x: np.cross(x[:, 0], A), lambda x: np.cross(A, x[:, 1]), lambda x: np.cross(x, M[::-1], axisa=0, axisb=0, axisc=0), lambda x: np.cross(x, x[::-1] * 2.0, axis=0), lambda x: np.cross(V, x, axisb=0), lambda x: np.cross(x, M[::-1], 0, 0, 0)]),
}
# fmt: on
ROUNDED = CALLS.keys() - {linalg.inv, linalg.det, linalg.eigvalsh, linalg.svdvals, linalg.outer, linalg.matrix_transpose, np.kron}
CALLS = {function: (x, [in_double(call) for call in calls]) for function, (x, calls) in CALLS.items()}
CONSTANTS = {
    linalg.matrix_rank: [linalg.matrix_rank, lambda x: linalg.matrix_rank(x, 1e-3), lambda x: linalg.matrix_rank(x @ x.T, hermitian=True)],
    linalg.norm: [lambda x: linalg.norm(x[0], 0), lambda x: linalg.norm(x, 0, axis=1, keepdims=True)],
    linalg.matrix_power: [lambda x: linalg.matrix_power(x @ x.T, 0)],
    linalg.lstsq: [lambda x: linalg.lstsq(x, V)[2], lambda x: linalg.lstsq(x, V)[1]],
}
