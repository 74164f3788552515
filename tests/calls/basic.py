"""Calls of NumPy's functions on shapes, numbers and products.

Each entry of CALLS: the argument, and calls that take it; NumPy itself, run on plain arrays, is the reference.
CONSTANTS are functions whose results have no derivative. ROUNDED are sums that may run in another order.
"""
# ruff: noqa: E501 — one row per case, however long
import warnings

import numpy as np

RNG = np.random.default_rng(0)
V, M, T = RNG.standard_normal(5), RNG.standard_normal((3, 4)), RNG.standard_normal((2, 3, 4))
S = RNG.standard_normal((4, 4))
Z = M + 1j * S[:3]
ROWS = np.array([2, 0, 2])

# fmt: off
CALLS = {
    np.reshape:     (T, [lambda x: np.reshape(x, (4, 6)), lambda x: np.reshape(x, -1), lambda x: np.reshape(x, (2, -1), order="C"), lambda x: np.reshape(x, shape=(24,)), lambda x: np.reshape(x, (4, -1), order="F"), lambda x: np.reshape(x, 24, "F"), lambda x: np.reshape(x, (4, 6), "A"), lambda x: np.reshape(np.transpose(x), (4, 6), order="A"), lambda x: x.reshape(6, 4, order="F")]),
    np.ravel:       (T, [np.ravel, lambda x: np.ravel(x, order="C"), lambda x: np.ravel(x, "F"), lambda x: np.ravel(np.transpose(x), "A"), lambda x: np.ravel(np.transpose(x, (1, 0, 2)), "K"), lambda x: np.ravel(np.transpose(x)[::-1], order="K"), lambda x: np.ravel(x[0, 0, 0], order="K")]),
    np.squeeze:     (M[None, :, None], [np.squeeze, lambda x: np.squeeze(x, 0), lambda x: np.squeeze(x, axis=(0, 2)), lambda x: np.squeeze(x, axis=-2)]),
    np.swapaxes:    (T, [lambda x: np.swapaxes(x, 0, 2), lambda x: np.swapaxes(x, -1, axis2=1)]),
    np.moveaxis:    (T, [lambda x: np.moveaxis(x, 0, -1), lambda x: np.moveaxis(x, source=(0, 1), destination=(-1, 0))]),
    np.rollaxis:    (T, [lambda x: np.rollaxis(x, 2), lambda x: np.rollaxis(x, 0, 2), lambda x: np.rollaxis(x, -1, start=1), lambda x: np.rollaxis(x, 0, 3), lambda x: np.rollaxis(x, 1, -1)]),
    np.broadcast_to: (V, [lambda x: np.broadcast_to(x, (3, 5)), lambda x: np.broadcast_to(x, shape=5)]),
    np.broadcast_arrays: (M, [lambda x: np.broadcast_arrays(x, np.ones((2, 1, 4)))[0], lambda x: np.broadcast_arrays(x[:1], x)[0]]),
    np.atleast_1d:  (V, [np.atleast_1d, lambda x: np.atleast_1d(x[0]), lambda x: np.atleast_1d(x, x[0])[1]]),
    np.atleast_2d:  (V, [np.atleast_2d, lambda x: np.atleast_2d(x[0]), lambda x: np.atleast_2d(x, x[0])[1]]),
    np.flipud:      (M, [np.flipud]),
    np.fliplr:      (M, [np.fliplr]),
    np.flip:        (T, [np.flip, lambda x: np.flip(x, 0), lambda x: np.flip(x, axis=(0, -1))]),
    np.tile:        (M, [lambda x: np.tile(x, 2), lambda x: np.tile(x, (2, 1)), lambda x: np.tile(x, reps=[2, 1, 3])]),
    np.repeat:      (M, [lambda x: np.repeat(x, 2), lambda x: np.repeat(x, 2, axis=1), lambda x: np.repeat(x, [1, 0, 3], 0), lambda x: np.repeat(x, repeats=3, axis=-1)]),
    np.roll:        (M, [lambda x: np.roll(x, 1), lambda x: np.roll(x, -1, axis=0), lambda x: np.roll(x, (1, 2), (0, 1)), lambda x: np.roll(x, shift=[1, 2], axis=[1, 0]), lambda x: np.roll(x, 1, axis=(0, 1))]),
    np.concatenate: (M, [lambda x: np.concatenate([x, x * 2.0]), lambda x: np.concatenate((x, np.ones((3, 2))), axis=1), lambda x: np.concatenate([x, x[0]], axis=None), lambda x: np.concatenate([[1.0, 2.0], x[0]]), lambda x: np.concatenate([x, x], dtype=complex), lambda x: np.concatenate([x, x], casting="no")]),
    np.stack:       (M, [lambda x: np.stack([x, x]), lambda x: np.stack((x, M), axis=-1), lambda x: np.stack([x[0, 0], 1.0, x[1, 1]]), lambda x: np.stack([*x]), lambda x: np.stack([x, x], dtype=np.longdouble, casting="safe")]),
    np.vstack:      (V, [lambda x: np.vstack([x, x]), lambda x: np.vstack((x, np.ones((2, 5)))), lambda x: np.vstack([x, x], dtype=complex)]),
    np.hstack:      (V, [lambda x: np.hstack([x, x]), lambda x: np.hstack((x, 1.0)), lambda x: np.hstack([x[:, None], np.ones((5, 2))]), lambda x: np.hstack([x, x], dtype=complex)]),
    np.column_stack: (V, [lambda x: np.column_stack([x, x]), lambda x: np.column_stack((x, np.ones((5, 2))))]),
    np.array_split: (V, [lambda x: np.array_split(x, 3)[1], lambda x: np.array_split(x, [1, 4])[0], lambda x: np.array_split(x, [1, 1, 3])[1]]),
    np.split:       (M, [lambda x: np.split(x, 3)[2], lambda x: np.split(x, 2, axis=1)[0], lambda x: np.split(x, [1, 3], axis=-1)[1]]),
    np.hsplit:      (M, [lambda x: np.hsplit(x, 2)[1], lambda x: np.hsplit(x[0], 2)[1]]),
    np.vsplit:      (M, [lambda x: np.vsplit(x, 3)[1]]),
    np.transpose:   (T, [np.transpose, lambda x: np.transpose(x, (2, 0, -2)), lambda x: np.transpose(x[0, 0], 0), lambda x: np.transpose(x, axes=[1, 0, 2])]),
    np.expand_dims: (M, [lambda x: np.expand_dims(x, 0), lambda x: np.expand_dims(x, axis=(0, -1)), lambda x: np.expand_dims(x, -2)]),
    np.where:       (M, [lambda x: np.where(x > 0.0, x, -1.0), lambda x: np.where(M > 0.0, 2.0, x), lambda x: np.where([True, False, True, False], x, x * 2.0)]),
    np.clip:        (M, [lambda x: np.clip(x, -0.5, 0.5), lambda x: np.clip(x, None, 0.5), lambda x: np.clip(x, a_min=0.1, a_max=None), lambda x: np.clip(x, min=-0.2, max=0.2), lambda x: np.clip(M, x[0] - 0.3, 0.7)]),
    np.diff:        (M, [np.diff, lambda x: np.diff(x, 2), lambda x: np.diff(x, axis=0), lambda x: np.diff(x, n=0), lambda x: np.diff(x, prepend=0.0), lambda x: np.diff(x, 2, axis=0, prepend=x[:1], append=M[1:]), lambda x: np.diff(x, append=x[0, 0])]),
    np.diagonal:    (T, [np.diagonal, lambda x: np.diagonal(x, 1), lambda x: np.diagonal(x, -1, 1, 2), lambda x: np.diagonal(x, offset=1, axis1=2, axis2=0)]),
    np.trace:       (M, [np.trace, lambda x: np.trace(x, 1), lambda x: np.trace(x, offset=-1), lambda x: np.trace(x, dtype=complex)]),
    np.diag:        (M, [np.diag, lambda x: np.diag(x, -1), lambda x: np.diag(x[0]), lambda x: np.diag(x[0], k=2), lambda x: np.diag(x[0], k=-1)]),
    np.tril:        (T, [np.tril, lambda x: np.tril(x, 1), lambda x: np.tril(x, k=-1)]),
    np.triu:        (T, [np.triu, lambda x: np.triu(x, 1), lambda x: np.triu(x, k=-1)]),
    np.tensordot:   (T, [lambda x: np.tensordot(x, M, 2), lambda x: np.tensordot(M, x, axes=((0, 1), (1, 2))), lambda x: np.tensordot(x, V, 0), lambda x: np.tensordot(x, x, axes=([0, 1], [0, 1])), lambda x: np.tensordot(x, M, (2, 1))]),
    np.outer:       (V, [lambda x: np.outer(x, x), lambda x: np.outer([1.0, 2.0], x), lambda x: np.outer(x, M)]),
    np.inner:       (M, [lambda x: np.inner(x, x), lambda x: np.inner(x, M[0]), lambda x: np.inner([1.0, 2.0, 3.0, 4.0], x[0]), lambda x: np.inner(2.0, x), lambda x: np.inner(x, 3.0)]),
    np.vdot:        (M, [lambda x: np.vdot(x, x), lambda x: np.vdot(M, x)]),
    np.matmul:      (M, [lambda x: np.matmul(x, S), lambda x: np.matmul(T[0], np.transpose(x)), lambda x: np.matmul(x, S[0]), lambda x: np.matmul(x, T, axes=[(1, 0), (1, 2), (2, 0)]), lambda x: np.matmul(T, x[0], axes=[(0, 2), (0,), (0,)]), lambda x: np.matmul(x[0], S, axes=[-1, (1, 0), 0])]),
    np.dot:         (M, [lambda x: np.dot(x, S), lambda x: np.dot(M[0], x[1]), lambda x: np.dot(2.0, x), lambda x: np.dot(x, [1.0, 2.0, 3.0, 4.0])]),
    np.einsum:      (M, [lambda x: np.einsum("ij,kj->ik", x, x), lambda x: np.einsum("ij->j", x), lambda x: np.einsum("ij,ij", x, M), lambda x: np.einsum("...j,jk->...k", T, S * x[0]), lambda x: np.einsum("i...->...", x), lambda x: np.einsum("ij, jk -> i k", x, S), lambda x: np.einsum("ii", np.matmul(np.transpose(x), x))]),
    np.take_along_axis: (M, [lambda x: np.take_along_axis(x, ROWS[:, None], 1), lambda x: np.take_along_axis(x, np.argsort(x, axis=0), axis=0), lambda x: np.take_along_axis(x, ROWS[None, :1], axis=1)]),
    np.fabs:        (M, [np.fabs]),
    np.sign:        (Z, [np.sign, lambda x: np.sign(x * np.sign(x))]),
    np.real:        (Z, [lambda x: np.real(x), lambda x: x.real * 2.0, lambda x: np.real(x * 1j)]),
    np.imag:        (Z, [lambda x: np.imag(x), lambda x: x.imag * 2.0]),
    np.angle:       (Z, [lambda x: np.angle(x), lambda x: np.angle(x, deg=True)]),
    np.deg2rad:     (M, [np.deg2rad]),
    np.rad2deg:     (M, [np.rad2deg]),
}


def quiet(function):
    """A function that a newer NumPy deprecates."""
    def call(x):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return function(x)
    return call


CONSTANTS = {
    np.argmax: [np.argmax, lambda x: np.argmax(x, axis=1)],         np.argmin: [np.argmin, lambda x: np.argmin(x, axis=0)],
    np.argsort: [np.argsort, lambda x: np.argsort(x, axis=0)],      np.searchsorted: [lambda x: np.searchsorted(np.sort(V), x), lambda x: np.searchsorted(x[0], 0.5)],
    np.any: [lambda x: np.any(x > 0.0), np.any],                    np.all: [lambda x: np.all(x < 9.0, axis=0)],
    np.allclose: [lambda x: np.allclose(x, M)],                     np.isclose: [lambda x: np.isclose(x, M + 1e-9, rtol=1e-3)],
    np.array_equal: [lambda x: np.array_equal(x, M)],               np.count_nonzero: [lambda x: np.count_nonzero(x > 0, axis=1)],
    np.nonzero: [lambda x: np.nonzero(x > 0.0)[0]],                 np.flatnonzero: [lambda x: np.flatnonzero(x > 0.0)],
    np.argwhere: [lambda x: np.argwhere(x > 0.0)],                  np.where: [lambda x: np.where(x > 0.0)[1]],
    np.round: [np.round, lambda x: np.round(x, 2), lambda x: np.round(x * 50.0, -1), lambda x: x.round(1), lambda x: np.round(x * 1j, 1)],                 np.around: [lambda x: np.around(x, decimals=1)],
    np.fix: [quiet(np.fix)],                                               np.iscomplexobj: [np.iscomplexobj],
    np.isrealobj: [np.isrealobj],                                   np.result_type: [lambda x: np.result_type(x, np.float32).itemsize],
    np.digitize: [lambda x: np.digitize(x, np.array([-1.0, 0.0, 1.0]))],
    np.isneginf: [np.isneginf],                                     np.isposinf: [np.isposinf],
    np.einsum_path: [lambda x: np.einsum_path("ij,kj", x, x)[0][1]],
    np.common_type: [lambda x: np.common_type(x)(2.0)],         np.min_scalar_type: [lambda x: np.min_scalar_type(x).itemsize],
    np.shape: [np.shape],                                           np.ndim: [np.ndim],
    np.size: [np.size, lambda x: np.size(x, 1), lambda x: np.size(x, axis=0)],
}
# fmt: on
ROUNDED = {np.inner, np.vdot, np.tensordot, np.trace, np.einsum, np.sign}
