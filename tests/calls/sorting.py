"""Calls of NumPy's sorting, sets and order statistics; see basic.py for the form."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

from tests.calls.basic import RNG, M, T, V

Z = V + 1j * V[::-1]
N = T.copy()                                                    # with nan in some columns, one of them whole
N[0, 1, 2], N[1, :2, 0], N[:, 1, 3] = np.nan, np.nan, np.nan
W = RNG.uniform(0.5, 1.5, (2, 3, 4))
METHODS = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "linear",
           "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"]
TWICE = [3, 1, 3, 0, 1, 2]
SMOOTH = ["linear", "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased"]

# fmt: off
CALLS = {
    np.sort:         (T, [np.sort, lambda x: np.sort(x, 0), lambda x: np.sort(x, axis=-2), lambda x: np.sort(x, None), lambda x: np.sort(x, kind="stable"), lambda x: np.sort(x, stable=True), lambda x: np.sort(x[0, 0] * (1 + 2j))]),
    np.partition:    (T, [lambda x: np.partition(x, 1)[..., 1], lambda x: np.partition(x, (0, 1), axis=0), lambda x: np.partition(x, 7, axis=None)[7], lambda x: np.sort(np.partition(x, kth=2, kind="introselect")[..., 2:])]),
    np.sort_complex: (Z, [np.sort_complex, lambda x: np.sort_complex(np.real(x))]),
    np.unique:       (V, [np.unique, lambda x: np.unique(x[TWICE]), lambda x: np.unique(x[TWICE], return_index=True)[0], lambda x: np.unique(x[TWICE], True, True, True)[0], lambda x: np.unique(M[[2, 0, 2]] * x[1], axis=0), lambda x: np.unique(M[:2, [1, 0, 1]] * x[1], axis=1),
                          lambda x: np.unique(x[TWICE], equal_nan=False), lambda x: np.unique(x[TWICE], sorted=True)]),
    np.unique_all:   (V, [lambda x: np.unique_all(x[TWICE]).values]),
    np.unique_counts: (V, [lambda x: np.unique_counts(x[TWICE]).values]),
    np.unique_inverse: (V, [lambda x: np.unique_inverse(x[TWICE]).values]),
    np.unique_values: (V, [lambda x: np.unique_values(x[TWICE])]),
    np.union1d:      (V, [lambda x: np.union1d(x, [7.0, 0.0]), lambda x: np.union1d([[7.0], [0.0]], x), lambda x: np.union1d(x, x[:2])]),
    np.intersect1d:  (V, [lambda x: np.intersect1d(x[TWICE], x[:3]), lambda x: np.intersect1d(x, x[::-1], assume_unique=True), lambda x: np.intersect1d(x[None, :2], x, return_indices=True)[0]]),
    np.setxor1d:     (V, [lambda x: np.setxor1d(x[TWICE], x[:2]), lambda x: np.setxor1d(x, [2.0, 7.0], assume_unique=True), lambda x: np.setxor1d([[7.0], [0.0]], x)]),
    np.setdiff1d:    (V, [lambda x: np.setdiff1d(x[TWICE], x[:2]), lambda x: np.setdiff1d(x, [2.0, 7.0], assume_unique=True)]),
    np.median:       (T, [np.median, lambda x: np.median(x, 1), lambda x: np.median(x, axis=0), lambda x: np.median(x, axis=(0, -1)), lambda x: np.median(x, axis=1, keepdims=True), lambda x: np.median(x, keepdims=True), lambda x: np.median(x, axis=()), lambda x: np.median(x * 1.0, overwrite_input=True),
                          lambda x: np.median(x * (1 + 2j))]),
    np.nanmedian:    (N, [np.nanmedian, lambda x: np.nanmedian(x[:, :, :3], 0), lambda x: np.nanmedian(x, axis=(0, -1)), lambda x: np.nanmedian(x, axis=1, keepdims=True), lambda x: np.nanmedian(x * 1.0, keepdims=True, overwrite_input=True)]),
    np.quantile:     (T, [lambda x: np.quantile(x, 0.3), lambda x: np.quantile(x, [0.0, 0.25, 0.9, 1.0], axis=1), lambda x: np.quantile(x, [[0.1, 0.6]], axis=(0, -1)), lambda x: np.quantile(x * 1.0, 0.5, axis=0, keepdims=True, overwrite_input=True),
                          lambda x: np.quantile(x, [0.1, 0.2], keepdims=True), lambda x: np.quantile(x[0, 0, :1], 0.3), *[lambda x, m=m: np.quantile(x, [0.1, 0.5, 0.83], axis=1, method=m) for m in METHODS],
                          lambda x: np.quantile(x, [0.2, 0.6], axis=1, weights=W, method="inverted_cdf"), lambda x: np.quantile(x, 0.4, axis=1, weights=[1.0, 2.0, 0.5], method="inverted_cdf"), lambda x: np.quantile(x, 0.4, weights=W, method="inverted_cdf"),
                          lambda x: np.quantile(x, 0.4, axis=(2, 0), weights=W[:, 0].T, method="inverted_cdf"),
                          *[lambda x, m=m: np.quantile(M, 0.4 + 0.1 * np.tanh(x[0]), axis=1, method=m) for m in SMOOTH], lambda x: np.quantile(x, 0.5 + 0.1 * np.tanh(x[0, 0, 0])), lambda x: np.quantile(M, 0.01 + 0.01 * np.tanh(x[0, 0]), axis=0, method="hazen")]),
    np.percentile:   (T, [lambda x: np.percentile(x, 30), lambda x: np.percentile(x, [0.0, 25.0, 100.0], axis=-1), lambda x: np.percentile(x, 75, axis=(0, 1), method="hazen", keepdims=True), lambda x: np.percentile(x, 40, weights=W, method="inverted_cdf"), lambda x: np.percentile(x, 40.0 + x[0, 0])]),
    np.nanquantile:  (N, [lambda x: np.nanquantile(x, 0.3), lambda x: np.nanquantile(x, [0.1, 0.9], axis=1), lambda x: np.nanquantile(x, [0.0, 0.5, 1.0], axis=(0, 1), keepdims=True), *[lambda x, m=m: np.nanquantile(x, [0.2, 0.7], axis=1, method=m) for m in METHODS],
                          lambda x: np.nanquantile(x, 0.4, axis=1, weights=W, method="inverted_cdf"), lambda x: np.nanquantile(x, 0.3 + 0.1 * x[0, 0, 0], axis=1)]),
    np.nanpercentile: (N, [lambda x: np.nanpercentile(x, 30), lambda x: np.nanpercentile(x, [10, 90], axis=1, method="weibull")]),
}
# fmt: on
CONSTANTS = {
    np.argpartition: [lambda x: np.argpartition(x, 1), lambda x: np.argpartition(x, 2, axis=None)],
    np.lexsort: [lambda x: np.lexsort(x), lambda x: np.lexsort((x[0], x[1]))],
    np.isin: [lambda x: np.isin(x, M[0]), lambda x: np.isin(x, M[0], invert=True)],
}
ROUNDED: set[object] = set()
