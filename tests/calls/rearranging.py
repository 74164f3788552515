"""Calls of NumPy's functions that rearrange; see basic.py for the form."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

from tests.calls.basic import M, T, V

windows = np.lib.stride_tricks.sliding_window_view
SPARSE = np.array([0.0, 1.5, 0.0, -2.0, 0.0])
FRAMED = np.pad(M[:, :2], ((1, 2), (2, 1)))

# fmt: off
CALLS = {
    np.insert:      (M, [lambda x: np.insert(x, 1, 5.0), lambda x: np.insert(x, 1, x[:, 0] * 2.0, axis=1), lambda x: np.insert(x, [0, 2, 3], 7.0, axis=0), lambda x: np.insert(x, [1, 1], [[1.0], [2.0]], axis=0), lambda x: np.insert(x, slice(0, 4, 2), x[:, :2], 1),
                         lambda x: np.insert(x, np.array([True, False, True, False]), 1.0, axis=1), lambda x: np.insert(x, -1, x[0], axis=0), lambda x: np.insert(V, [1, 4], x[0, :2]), lambda x: np.insert(x, 2, [1, 2, 3], axis=1), lambda x: np.insert([1.0, 2.0], 1, x[0])]),
    np.append:      (M, [lambda x: np.append(x, 1.0), lambda x: np.append(x, x[:1], axis=0), lambda x: np.append([[1.0], [2.0], [3.0]], x, axis=1), lambda x: np.append(x, [[1, 2], [3, 4]])]),
    np.delete:      (M, [lambda x: np.delete(x, 5), lambda x: np.delete(x, 1, axis=0), lambda x: np.delete(x, [0, -1], 1), lambda x: np.delete(x, slice(None, None, 2), axis=1), lambda x: np.delete(x, np.array([True, False, True]), axis=0), lambda x: np.delete(x, obj=[], axis=0)]),
    np.resize:      (M, [lambda x: np.resize(x, (2, 3)), lambda x: np.resize(x, 30), lambda x: np.resize(x, new_shape=(5, 4))]),
    np.block:       (M, [lambda x: np.block([[x, x[:, :1]], [np.ones((1, 5))]]), lambda x: np.block(x), lambda x: np.block([x[0], 2.0, x[1, 1]]), lambda x: np.block([[[x], [M]]])]),
    np.diagflat:    (M, [np.diagflat, lambda x: np.diagflat(x[0], k=-2)]),
    np.rot90:       (T, [np.rot90, lambda x: np.rot90(x, 2), lambda x: np.rot90(x, -1, (1, 2)), lambda x: np.rot90(x, k=3, axes=(2, 0)), lambda x: np.rot90(x, 4), lambda x: np.rot90(x, k=5, axes=(-1, 0))]),
    np.take:        (M, [lambda x: np.take(x, 5), lambda x: np.take(x, [1, 1, -1]), lambda x: np.take(x, [2, 0, 2], axis=0), lambda x: np.take(x, 1, axis=-1), lambda x: np.take(x, [[9, -5], [13, 0]], mode="wrap"), lambda x: np.take(x, [-3, 1, 9], axis=1, mode="clip"),
                         lambda x: np.take(x, 7, 0, mode="wrap"), lambda x: np.take(x, [0, 1], mode="raise"), lambda x: x.take([1, 2], axis=0)]),
    np.compress:    (M, [lambda x: np.compress([True, False, True], x, axis=0), lambda x: np.compress([0, 1, 1, 0, 1], x), lambda x: np.compress(M[0] > 0.0, x, axis=-1)]),
    np.extract:     (M, [lambda x: np.extract(M > 0.0, x), lambda x: np.extract([[1, 0, 1, 1]], x), lambda x: np.extract(x > 0.0, x)]),
    np.trim_zeros:  (V, [lambda x: np.trim_zeros(x * SPARSE), lambda x: np.trim_zeros(x * SPARSE, "f"), lambda x: np.trim_zeros(x * SPARSE, trim="B"), lambda x: np.trim_zeros(x * FRAMED), lambda x: np.trim_zeros(x * FRAMED, "bf", axis=1), lambda x: np.trim_zeros(x * 0.0 * SPARSE)]),
    np.dstack:      (M, [lambda x: np.dstack([x, x * 2.0]), lambda x: np.dstack((x[0], V[:4])), lambda x: np.dstack([x[0, 0], 1.0])]),
    np.dsplit:      (T, [lambda x: np.dsplit(x, 2)[1], lambda x: np.dsplit(x, [1, 3])[1]]),
    np.unstack:     (T, [lambda x: np.unstack(x)[1], lambda x: np.unstack(x, axis=-1)[0]]),
    np.atleast_3d:  (V, [np.atleast_3d, lambda x: np.atleast_3d(x[0]), lambda x: np.atleast_3d(x[:, None]), lambda x: np.atleast_3d(x[:, None, None], x)[0]]),
    np.matrix_transpose: (T, [np.matrix_transpose]),
    windows:        (T, [lambda x: windows(x[0, 0], 2), lambda x: windows(x, (2, 2, 3)), lambda x: windows(x, 2, axis=1), lambda x: windows(x, window_shape=(2, 3), axis=(-1, 1)), lambda x: windows(x, (2, 2), axis=(2, 2))]),
    np.astype:      (M, [lambda x: np.astype(x, np.longdouble), lambda x: np.astype(x, float, copy=False) * 1.0, lambda x: np.astype(x, complex)]),
}
# fmt: on
CONSTANTS = {
    np.tril_indices_from: [lambda x: np.tril_indices_from(x[:3, :3])[0], lambda x: np.tril_indices_from(x, 1)[1]],
    np.triu_indices_from: [lambda x: np.triu_indices_from(x)[0]],
    np.diag_indices_from: [lambda x: np.diag_indices_from(x[:3, :3])[0]],
    np.array_equiv: [lambda x: np.array_equiv(x, M)],
}
