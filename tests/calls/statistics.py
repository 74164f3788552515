"""Calls of NumPy's averages, correlations and histograms; see basic.py for the form."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

from tests.calls.basic import RNG, M, T, V

COUNTS, WEIGHTS = np.array([1, 2, 1, 3]), np.array([0.5, 1.5, 1.0, 0.2])
BINS = np.array([0, 3, 1, 1, 0])
EDGES = np.array([-2.0, -0.5, 0.1, 0.6, 2.5])
POINTS = RNG.standard_normal((30, 2))



def double(x):
    """Weights as np.bincount takes them: it refuses extended precision."""
    return np.astype(x, float)


# fmt: off
CALLS = {
    np.average:  (M, [np.average, lambda x: np.average(x, 0), lambda x: np.average(x, axis=1, weights=[1.0, 2.0, 3.0, 4.0]), lambda x: np.average(M, weights=x * x + 0.5), lambda x: np.average(x, axis=-1, weights=np.arange(1.0, 5.0)), lambda x: np.average(x, axis=(1, 0), weights=(x * x).T),
                      lambda x: np.average(T, axis=(2, 1), weights=(x * x).T), lambda x: np.average(x, axis=1, weights=[1, 2, 3, 4], keepdims=True), lambda x: np.average(x, axis=0, keepdims=True), lambda x: np.average(x, axis=1, returned=True)[0], lambda x: np.average(M, axis=1, weights=x[0] ** 2, returned=True)[1],
                      lambda x: np.average(x, weights=WEIGHTS * np.ones((3, 1)), returned=True)[0]]),
    np.cov:      (M, [np.cov, lambda x: np.cov(x[0]), lambda x: np.cov(x, x[:1] * M[0, 0] + 1.0), lambda x: np.cov(x[0], M[1]), lambda x: np.cov(x, rowvar=False), lambda x: np.cov(x, M[:, :2], False), lambda x: np.cov(x, bias=True), lambda x: np.cov(x, ddof=2), lambda x: np.cov(x, fweights=COUNTS),
                      lambda x: np.cov(x, aweights=WEIGHTS), lambda x: np.cov(x, fweights=COUNTS, aweights=WEIGHTS), lambda x: np.cov(x, None, True, True, None, COUNTS, WEIGHTS), lambda x: np.cov(M, aweights=x[0] ** 2), lambda x: np.cov(x, fweights=COUNTS, ddof=0), lambda x: np.cov(x * (1 + 2j) + M[::-1]), lambda x: np.cov(x, dtype=np.longdouble)]),
    np.corrcoef: (M, [np.corrcoef, lambda x: np.corrcoef(x, x[:1] + M[1]), lambda x: np.corrcoef(x, rowvar=False), lambda x: np.corrcoef(x[0], M[1]), lambda x: np.corrcoef(x * (1 + 2j) + 1j * M[::-1]), lambda x: np.corrcoef(x, dtype=np.longdouble)]),
    np.bincount: (V, [lambda x: np.bincount(BINS, double(x)), lambda x: np.bincount(BINS, weights=double(x), minlength=7)]),
    np.histogram_bin_edges: (V, [np.histogram_bin_edges, lambda x: np.histogram_bin_edges(x, 4), lambda x: np.histogram_bin_edges(x, "sturges"), lambda x: np.histogram_bin_edges(x, 3, range=(x[0] - 5.0, 4.0)), lambda x: np.histogram_bin_edges(V, np.sort(x))]),
    np.histogram: (V, [lambda x: np.histogram(x, 4)[1], lambda x: np.histogram(x, EDGES, weights=x * x)[0], lambda x: np.histogram(V, EDGES, weights=x)[0], lambda x: np.histogram(V, 3, weights=x)[0], lambda x: np.histogram(x, 4, density=True)[0], lambda x: np.histogram(V, EDGES, density=True, weights=x * x)[0],
                       lambda x: np.histogram(x, bins=4, range=(-0.7, 0.7), weights=x)[0]]),
    np.histogram2d: (V, [lambda x: np.histogram2d(x, V, 3)[1], lambda x: np.histogram2d(V, V[::-1], EDGES, weights=double(x))[0], lambda x: np.histogram2d(V, x, [2, 3], density=True)[0], lambda x: np.histogram2d(V, V[::-1], [EDGES, 3], range=[None, (-1.0, 1.0)], weights=double(x))[0]]),
    np.histogramdd: (POINTS, [lambda x: np.histogramdd(x, 3)[1][1], lambda x: np.histogramdd(POINTS, (2, EDGES), weights=double(x[:, 0]))[0], lambda x: np.histogramdd(x, [2, 3], density=True)[0], lambda x: np.histogramdd((x[:, 0], POINTS[:, 1]), 3, range=[(-1.0, 1.0), None], weights=double(x[:, 1]))[0], lambda x: np.histogramdd(x[:, 0], 4)[1][0]]),
}
# fmt: on
ROUNDED = {np.average, np.cov, np.corrcoef, np.histogram, np.histogram2d, np.histogramdd}
