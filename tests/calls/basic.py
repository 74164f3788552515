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
    np.reshape:     (T, [lambda x: np.reshape(x, (4, 6)), lambda x: np.reshape(x, -1), lambda x: np.reshape(x, (2, -1), order="C"), lambda x: np.reshape(x, shape=(24,))]),
    np.ravel:       (T, [np.ravel, lambda x: np.ravel(x, order="C")]),
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
    np.pad:         (M, [lambda x: np.pad(x, 1), lambda x: np.pad(x, (1, 2)), lambda x: np.pad(x, ((0, 1), (2, 0)), mode="constant"), lambda x: np.pad(x, [(1, 1), (0, 0)], constant_values=0.0)]),
    np.concatenate: (M, [lambda x: np.concatenate([x, x * 2.0]), lambda x: np.concatenate((x, np.ones((3, 2))), axis=1), lambda x: np.concatenate([x, x[0]], axis=None), lambda x: np.concatenate([[1.0, 2.0], x[0]])]),
    np.stack:       (M, [lambda x: np.stack([x, x]), lambda x: np.stack((x, M), axis=-1), lambda x: np.stack([x[0, 0], 1.0, x[1, 1]]), lambda x: np.stack([*x])]),
    np.vstack:      (V, [lambda x: np.vstack([x, x]), lambda x: np.vstack((x, np.ones((2, 5))))]),
    np.hstack:      (V, [lambda x: np.hstack([x, x]), lambda x: np.hstack((x, 1.0)), lambda x: np.hstack([x[:, None], np.ones((5, 2))])]),
    np.column_stack: (V, [lambda x: np.column_stack([x, x]), lambda x: np.column_stack((x, np.ones((5, 2))))]),
    np.array_split: (V, [lambda x: np.array_split(x, 3)[1], lambda x: np.array_split(x, [1, 4])[0], lambda x: np.array_split(x, [1, 1, 3])[1]]),
    np.split:       (M, [lambda x: np.split(x, 3)[2], lambda x: np.split(x, 2, axis=1)[0], lambda x: np.split(x, [1, 3], axis=-1)[1]]),
    np.hsplit:      (M, [lambda x: np.hsplit(x, 2)[1], lambda x: np.hsplit(x[0], 2)[1]]),
    np.vsplit:      (M, [lambda x: np.vsplit(x, 3)[1]]),
    np.transpose:   (T, [np.transpose, lambda x: np.transpose(x, (2, 0, -2)), lambda x: np.transpose(x[0, 0], 0), lambda x: np.transpose(x, axes=[1, 0, 2])]),
    np.expand_dims: (M, [lambda x: np.expand_dims(x, 0), lambda x: np.expand_dims(x, axis=(0, -1)), lambda x: np.expand_dims(x, -2)]),
    np.where:       (M, [lambda x: np.where(x > 0.0, x, -1.0), lambda x: np.where(M > 0.0, 2.0, x), lambda x: np.where([True, False, True, False], x, x * 2.0)]),
    np.clip:        (M, [lambda x: np.clip(x, -0.5, 0.5), lambda x: np.clip(x, None, 0.5), lambda x: np.clip(x, a_min=0.1, a_max=None), lambda x: np.clip(x, min=-0.2, max=0.2), lambda x: np.clip(M, x[0] - 0.3, 0.7)]),
    np.cumsum:      (M, [np.cumsum, lambda x: np.cumsum(x, 1), lambda x: np.cumsum(x, axis=-2)]),
    np.cumprod:     (M, [np.cumprod, lambda x: np.cumprod(x, 1), lambda x: np.cumprod(x, axis=-2)]),
    np.average:     (M, [np.average, lambda x: np.average(x, 0), lambda x: np.average(x, axis=1, weights=[1.0, 2.0, 3.0, 4.0]), lambda x: np.average(M, weights=x * x + 0.5), lambda x: np.average(x, axis=-1, weights=np.arange(1.0, 5.0))]),
    np.diff:        (M, [np.diff, lambda x: np.diff(x, 2), lambda x: np.diff(x, axis=0), lambda x: np.diff(x, n=0)]),
    np.diagonal:    (T, [np.diagonal, lambda x: np.diagonal(x, 1), lambda x: np.diagonal(x, -1, 1, 2), lambda x: np.diagonal(x, offset=1, axis1=2, axis2=0)]),
    np.trace:       (M, [np.trace, lambda x: np.trace(x, 1), lambda x: np.trace(x, offset=-1)]),
    np.diag:        (M, [np.diag, lambda x: np.diag(x, -1), lambda x: np.diag(x[0]), lambda x: np.diag(x[0], k=2), lambda x: np.diag(x[0], k=-1)]),
    np.tril:        (T, [np.tril, lambda x: np.tril(x, 1), lambda x: np.tril(x, k=-1)]),
    np.triu:        (T, [np.triu, lambda x: np.triu(x, 1), lambda x: np.triu(x, k=-1)]),
    np.tensordot:   (T, [lambda x: np.tensordot(x, M, 2), lambda x: np.tensordot(M, x, axes=((0, 1), (1, 2))), lambda x: np.tensordot(x, V, 0), lambda x: np.tensordot(x, x, axes=([0, 1], [0, 1])), lambda x: np.tensordot(x, M, (2, 1))]),
    np.outer:       (V, [lambda x: np.outer(x, x), lambda x: np.outer([1.0, 2.0], x), lambda x: np.outer(x, M)]),
    np.inner:       (M, [lambda x: np.inner(x, x), lambda x: np.inner(x, M[0]), lambda x: np.inner([1.0, 2.0, 3.0, 4.0], x[0]), lambda x: np.inner(2.0, x), lambda x: np.inner(x, 3.0)]),
    np.vdot:        (M, [lambda x: np.vdot(x, x), lambda x: np.vdot(M, x)]),
    np.matmul:      (M, [lambda x: np.matmul(x, S), lambda x: np.matmul(T[0], np.transpose(x)), lambda x: np.matmul(x, S[0])]),
    np.dot:         (M, [lambda x: np.dot(x, S), lambda x: np.dot(M[0], x[1]), lambda x: np.dot(2.0, x), lambda x: np.dot(x, [1.0, 2.0, 3.0, 4.0])]),
    np.einsum:      (M, [lambda x: np.einsum("ij,kj->ik", x, x), lambda x: np.einsum("ij->j", x), lambda x: np.einsum("ij,ij", x, M), lambda x: np.einsum("...j,jk->...k", T, S * x[0]), lambda x: np.einsum("i...->...", x), lambda x: np.einsum("ij, jk -> i k", x, S), lambda x: np.einsum("ii", np.matmul(np.transpose(x), x))]),
    np.take:        (M, [lambda x: np.take(x, 5), lambda x: np.take(x, [1, 1, -1]), lambda x: np.take(x, ROWS, axis=0), lambda x: np.take(x, 1, axis=-1)]),
    np.take_along_axis: (M, [lambda x: np.take_along_axis(x, ROWS[:, None], 1), lambda x: np.take_along_axis(x, np.argsort(x, axis=0), axis=0), lambda x: np.take_along_axis(x, ROWS[None, :1], axis=1)]),
    np.sum:         (T, [np.sum, lambda x: np.sum(x, 1), lambda x: np.sum(x, axis=(0, -1)), lambda x: np.sum(x, axis=1, keepdims=True), lambda x: np.sum(x, None, None, None, True), lambda x: np.add.reduce(x), lambda x: np.add.reduce(x, axis=1)]),
    np.mean:        (T, [np.mean, lambda x: np.mean(x, 1), lambda x: np.mean(x, axis=(0, 2)), lambda x: np.mean(x, axis=-1, keepdims=True)]),
    np.prod:        (T, [np.prod, lambda x: np.prod(x, 1), lambda x: np.prod(x, axis=(0, 2)), lambda x: np.prod(x, axis=-1, keepdims=True), lambda x: np.multiply.reduce(x, axis=2)]),
    np.var:         (T, [np.var, lambda x: np.var(x, 1), lambda x: np.var(x, axis=(0, 2), ddof=1), lambda x: np.var(x, axis=-1, keepdims=True)]),
    np.std:         (T, [np.std, lambda x: np.std(x, 1), lambda x: np.std(x, axis=(0, 2), ddof=1), lambda x: np.std(x, axis=-1, keepdims=True)]),
    np.max:         (T, [np.max, lambda x: np.max(x, 1), lambda x: np.max(x, axis=(0, 2)), lambda x: np.max(x, axis=-1, keepdims=True), lambda x: np.maximum.reduce(x, axis=None)]),
    np.min:         (T, [np.min, lambda x: np.min(x, 1), lambda x: np.min(x, axis=(0, 2)), lambda x: np.min(x, axis=-1, keepdims=True)]),
    np.add:         (T, [lambda x: np.add(x, 1.0), lambda x: np.add.accumulate(x, axis=1)]),
    np.multiply:    (T, [lambda x: np.multiply(x, M), lambda x: np.multiply.accumulate(x, axis=1)]),
    np.amax:        (T, [np.amax, lambda x: np.amax(x, axis=1, keepdims=True)]),
    np.amin:        (T, [np.amin, lambda x: np.amin(x, axis=1, keepdims=True)]),
    np.fabs:        (M, [np.fabs]),
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
    np.round: [np.round, lambda x: np.round(x, 2)],                 np.around: [lambda x: np.around(x, decimals=1)],
    np.fix: [quiet(np.fix)],                                               np.iscomplexobj: [np.iscomplexobj],
    np.isrealobj: [np.isrealobj],                                   np.zeros_like: [np.zeros_like, lambda x: np.zeros_like(x, dtype=np.float32)],
    np.ones_like: [np.ones_like],                                   np.empty_like: [lambda x: np.empty_like(x).shape],
    np.full_like: [lambda x: np.full_like(x, 2.0)],                 np.result_type: [lambda x: np.result_type(x, np.float32).itemsize],
    np.unique: [lambda x: np.unique(x[0]), np.unique],              np.digitize: [lambda x: np.digitize(x, np.array([-1.0, 0.0, 1.0]))],
    np.isneginf: [np.isneginf],                                     np.isposinf: [np.isposinf],
    np.shape: [np.shape],                                           np.ndim: [np.ndim],
    np.size: [np.size, lambda x: np.size(x, 1), lambda x: np.size(x, axis=0)],
}
# fmt: on
ROUNDED = {np.average, np.inner, np.vdot, np.tensordot, np.trace, np.einsum, np.cumprod}
