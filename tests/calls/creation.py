"""Calls of functions that make arrays, under the names of `autograd.numpy`: NumPy itself does not dispatch most of them."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

import autograd.numpy as anp
from tests.calls.basic import M, V

# fmt: off
CALLS = {
    np.array:       (M, [lambda x: anp.array(x), lambda x: anp.array([x, x * 2.0]), lambda x: anp.array([[x[0, 0], 1.0], [2, x[1, 1]]]), lambda x: anp.array((x[0], [1.0, 2.0, 3.0, 4.0])), lambda x: anp.array(x[0], ndmin=3),
                         lambda x: anp.array([x[0, 0], 1.0], dtype=np.float64, copy=None, order="C", subok=True), lambda x: anp.array([[x[0, 0]]], np.complex128), lambda x: anp.array([x[0, 0], V[0]], ndmin=2)]),
    np.asarray:     (M, [lambda x: anp.asarray(x) * 2.0, lambda x: anp.asarray([x[0], V[:4]]), lambda x: anp.asarray([x[0, 0]], dtype=float, order="C", copy=True)]),
    np.asanyarray:  (M, [lambda x: anp.asanyarray([x, M])]),
    np.asarray_chkfinite: (M, [lambda x: anp.asarray_chkfinite(x) * 2.0, lambda x: anp.asarray_chkfinite([x[0], x[1]], dtype=float, order="C")]),
    np.ascontiguousarray: (M, [lambda x: anp.ascontiguousarray([x[0], x[1]])]),
    np.copy:        (M, [np.copy, lambda x: np.copy(x, order="C"), lambda x: anp.copy([x[0], x[1]])]),
    np.asfortranarray: (M, [lambda x: anp.asfortranarray(x), lambda x: anp.asfortranarray([x[0], x[1]], dtype=complex)]),
    np.require:     (M, [lambda x: anp.require(x), lambda x: anp.require(x.T, np.longdouble, ["F_CONTIGUOUS", "W"]), lambda x: anp.require(x, requirements="CO")]),
    np.arange:      (V, [lambda x: anp.arange(x[0], 4.0), lambda x: anp.arange(x[0], stop=9.0 + x[1], step=x[2] ** 2.0), lambda x: anp.arange(1, 30 * x[0]) * x[1], lambda x: anp.arange(3 - 2 * x[0], dtype=complex) * x[1], lambda x: anp.arange(x[0], -9.0, -1)]),
    np.kaiser:      (V, [lambda x: anp.kaiser(5, x[0]), lambda x: anp.kaiser(1, beta=x[1]), lambda x: anp.kaiser(M=4, beta=x[2])]),
    np.full:        (V, [lambda x: anp.full((2, 5), x), lambda x: anp.full(3, x[0]), lambda x: anp.full((2,), x[1], dtype=float, order="C"), lambda x: anp.full(shape=(2, 2), fill_value=[x[0], 1.0])]),
}
CONSTANTS = {
    np.iscomplex: [np.iscomplex, lambda x: np.iscomplex(x + 1j)],   np.isreal: [np.isreal],
    np.isscalar: [lambda x: anp.isscalar(x), lambda x: anp.isscalar(x[0, 0])],
    np.array_repr: [lambda x: len(np.array_repr(x))],               np.array_str: [lambda x: len(np.array_str(x, precision=2))],
    np.array2string: [lambda x: len(np.array2string(x, separator=", "))],
}
# fmt: on
