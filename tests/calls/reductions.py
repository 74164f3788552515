"""Calls of NumPy's reductions with their keywords, and of the methods of ufuncs; see basic.py for the form."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

from tests.calls.basic import M, T, V
from tests.calls.sorting import N

U = np.random.default_rng(2).uniform(0.5, 2.0, (2, 3, 4))
SOME = np.array([[True, False, True, True], [False, True, True, True], [True, True, True, False]])


def folds(f, *more):
    """A function over every kind of axis, and with what else it takes."""
    return [f, lambda x: f(x, 1), lambda x: f(x, axis=(0, 2)), lambda x: f(x, axis=-1, keepdims=True), lambda x: f(x, axis=(0, -1), keepdims=True), lambda x: f(x, axis=()), *more]


def masks(f, **more):
    return [lambda x: f(x, where=SOME, **more), lambda x: f(x, axis=1, where=SOME, **more), lambda x: f(x, axis=(1, 2), where=SOME[:, :1], keepdims=True, **more)]


# fmt: off
CALLS = {
    np.sum:    (T, folds(np.sum, *masks(np.sum), *masks(np.sum, initial=2.5), lambda x: np.sum(x, None, None, None, True), lambda x: np.sum(x, dtype=np.longdouble), lambda x: np.sum(x, 1, complex), lambda x: np.add.reduce(x), lambda x: np.add.reduce(x, axis=1, initial=2.0, where=SOME), lambda x: np.add.reduce(x, axis=None, keepdims=True), lambda x: x.sum(1, where=SOME))),
    np.mean:   (T, folds(np.mean, *masks(np.mean), lambda x: np.mean(x, dtype=np.longdouble), lambda x: np.mean(x * (1 + 1j), where=SOME), lambda x: x.mean(1, where=SOME))),
    np.prod:   (T, folds(np.prod, *masks(np.prod), *masks(np.prod, initial=2.5), lambda x: np.prod(x, dtype=np.longdouble), lambda x: np.multiply.reduce(x, axis=2), lambda x: x.prod(axis=0, initial=-1.0))),
    np.var:    (T, folds(np.var, *masks(np.var), *masks(np.var, ddof=1), lambda x: np.var(x, axis=(0, 2), ddof=1), lambda x: np.var(x, 1, correction=1), lambda x: np.var(x, axis=1, mean=np.mean(x, axis=1, keepdims=True)), lambda x: np.var(x, axis=0, mean=0.5), lambda x: np.var(x, mean=V[0], where=SOME),
                             lambda x: np.var(x, dtype=np.longdouble), lambda x: np.var(x * (1 + 1j), where=SOME), lambda x: x.var(0, ddof=0.5))),
    np.std:    (T, folds(np.std, *masks(np.std), *masks(np.std, ddof=1), lambda x: np.std(x, axis=(0, 2), ddof=1), lambda x: np.std(x, 1, correction=1), lambda x: np.std(x, axis=1, mean=np.mean(x, axis=1, keepdims=True)), lambda x: np.std(x, dtype=np.longdouble), lambda x: x.std(0))),
    np.max:    (T, folds(np.max, *masks(np.max, initial=-9.0), *masks(np.max, initial=0.3), lambda x: np.maximum.reduce(x, axis=None), lambda x: np.maximum.reduce(x, initial=0.3), lambda x: x.max(1, initial=0.3))),
    np.min:    (T, folds(np.min, *masks(np.min, initial=9.0), *masks(np.min, initial=-0.3), lambda x: np.minimum.reduce(x, axis=1), lambda x: x.min(1, initial=0.3))),
    np.amax:   (T, [np.amax, lambda x: np.amax(x, axis=1, keepdims=True), lambda x: np.amax(x, initial=0.1, where=SOME)]),
    np.amin:   (T, [np.amin, lambda x: np.amin(x, axis=1, keepdims=True)]),
    np.ptp:    (T, [np.ptp, lambda x: np.ptp(x, 1), lambda x: np.ptp(x, axis=(0, 2), keepdims=True)]),
    np.cumsum:  (M, [np.cumsum, lambda x: np.cumsum(x, 1), lambda x: np.cumsum(x, axis=-2), lambda x: np.cumsum(x, dtype=np.longdouble), lambda x: x.cumsum(axis=0)]),
    np.cumprod: (M, [np.cumprod, lambda x: np.cumprod(x, 1), lambda x: np.cumprod(x, axis=-2), lambda x: np.cumprod(x, 0, np.longdouble)]),
    np.cumulative_sum:  (M, [lambda x: np.cumulative_sum(x[0]), lambda x: np.cumulative_sum(x, axis=1), lambda x: np.cumulative_sum(x, axis=-1, include_initial=True), lambda x: np.cumulative_sum(x, axis=0, dtype=complex, include_initial=True)]),
    np.cumulative_prod: (M, [lambda x: np.cumulative_prod(x[0], include_initial=True), lambda x: np.cumulative_prod(x, axis=0)]),
    np.add:      (T, [lambda x: np.add(x, 1.0), lambda x: np.add.accumulate(x, axis=1), lambda x: np.add.accumulate(x), lambda x: np.add.reduceat(x[0, 0], [0, 2, 1]), lambda x: np.add.reduceat(x, [0, 3, 2, 2], axis=2), lambda x: np.add.outer(x[0], V)]),
    np.multiply: (T, [lambda x: np.multiply(x, M), lambda x: np.multiply.accumulate(x, axis=1), lambda x: np.multiply.outer(x, x[0, 0]), lambda x: np.multiply.outer(2.0, x), lambda x: np.multiply.reduceat(x, [1, 0, 1], axis=1)]),
    np.subtract: (T, [lambda x: np.subtract.outer(x[0], V), lambda x: np.subtract.outer(V, x), lambda x: np.subtract.reduce(x), lambda x: np.subtract.reduce(x, axis=1, initial=2.0, keepdims=True), lambda x: np.subtract.accumulate(x, axis=-1)]),
    np.maximum:  (T, [lambda x: np.maximum.accumulate(x), lambda x: np.maximum.accumulate(x, axis=-1), lambda x: np.maximum.outer(x[0], V), lambda x: np.maximum.reduceat(x, [0, 2], axis=2)]),
    np.minimum:  (T, [lambda x: np.minimum.accumulate(x, axis=1)]),
    np.logaddexp: (T, [lambda x: np.logaddexp.reduce(x), lambda x: np.logaddexp.reduce(x, axis=(0, 2), keepdims=True), lambda x: np.logaddexp.reduce(x, axis=1, initial=0.5, where=SOME), lambda x: np.logaddexp.accumulate(x, axis=1)]),
    np.hypot:    (T, [lambda x: np.hypot.reduce(x, axis=(0, 2)), lambda x: np.hypot.reduce(x[0], axis=1, where=SOME, keepdims=True), lambda x: np.hypot.outer(x[0, 0], V)]),
    np.divide:   (T, [lambda x: np.divide.reduce(x, axis=1), lambda x: np.divide.outer(V, x * x + 1.0)]),
    np.fmax:     (N, [lambda x: np.fmax.reduce(x, axis=None), lambda x: np.fmax.reduce(x, initial=0.1)]),
    np.power:    (U, [lambda x: np.power.accumulate(x, axis=-1)]),
    np.fmod:     (U, [lambda x: np.fmod.reduce(x, axis=2, keepdims=True)]),
    np.arctan2:  (T, [lambda x: np.arctan2.accumulate(x, axis=1)]),
    np.floor_divide: (U, [lambda x: np.floor_divide.accumulate(x, axis=1), lambda x: np.floor_divide.reduceat(x, [1, 0], axis=1)]),
    np.fmin:     (N, [lambda x: np.fmin.reduce(x, axis=1)]),
    np.nansum:   (N, folds(np.nansum, *masks(np.nansum, initial=2.0), lambda x: np.nansum(x, 0, complex))),
    np.nanprod:  (N, folds(np.nanprod, *masks(np.nanprod, initial=2.0))),
    np.nanmax:   (N, [np.nanmax, lambda x: np.nanmax(x, 1), lambda x: np.nanmax(x, axis=(0, 1), keepdims=True), *masks(np.nanmax, initial=-9.0)]),
    np.nanmin:   (N, [np.nanmin, lambda x: np.nanmin(x, 1), lambda x: np.nanmin(x, axis=(0, 1), keepdims=True), *masks(np.nanmin, initial=9.0)]),
    np.nanmean:  (N, [np.nanmean, lambda x: np.nanmean(x, 1), lambda x: np.nanmean(x, axis=(0, 1), keepdims=True), lambda x: np.nanmean(x, where=SOME), lambda x: np.nanmean(x, dtype=np.longdouble)]),
    np.nanvar:   (N, [np.nanvar, lambda x: np.nanvar(x, 1), lambda x: np.nanvar(x, axis=(0, 1), keepdims=True, ddof=1), lambda x: np.nanvar(x, where=SOME), lambda x: np.nanvar(x, mean=0.2), lambda x: np.nanvar(x, correction=2), lambda x: np.nanvar(x * (1 + 1j), axis=1), lambda x: np.nanvar(x, dtype=np.longdouble)]),
    np.nanstd:   (N, [np.nanstd, lambda x: np.nanstd(x, 1), lambda x: np.nanstd(x, axis=(0, 1), keepdims=True, ddof=1), lambda x: np.nanstd(x, where=SOME), lambda x: np.nanstd(x, mean=np.nanmean(x, keepdims=True))]),
    np.nancumsum:  (N, [np.nancumsum, lambda x: np.nancumsum(x, 1), lambda x: np.nancumsum(x, axis=-1, dtype=complex)]),
    np.nancumprod: (N, [np.nancumprod, lambda x: np.nancumprod(x, 1), lambda x: np.nancumprod(x, axis=-1)]),
}
# fmt: on
CONSTANTS = {
    np.nanargmax: [np.nanargmax, lambda x: np.nanargmax(x, axis=1)],
    np.nanargmin: [np.nanargmin, lambda x: np.nanargmin(x, axis=0, keepdims=True)],
    np.logical_and: [lambda x: np.logical_and.reduce(x, axis=1), lambda x: np.logical_and.accumulate(x), lambda x: np.logical_and.outer(x, V)],
    np.greater: [lambda x: np.greater.outer(x, V)],
}
ROUNDED = {np.sum, np.mean, np.prod, np.var, np.std, np.cumprod, np.logaddexp, np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nancumprod,
           np.add, np.multiply, np.cumulative_prod, np.hypot, np.power}
