"""Floor 3: NumPy's histograms. Counts change in steps; the edges of bins move with the extremes of the numbers, and a
histogram of weights is linear in them."""
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.functions.casting import cast
from autograd.functions.numbers import diff
from autograd.functions.shaping import ravel, reshape
from autograd.functions.table import replaces
from autograd.gates import reduce
from autograd.gates.index import getitem, scatter
from autograd.graph import Tensor, plain
from autograd.space import rank, shape_of


@replaces(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    n = len(np.bincount(plain(x), minlength=minlength))
    if shape_of(weights) != shape_of(x):
        raise ValueError(f"weights of shape {shape_of(weights)} for numbers of shape {shape_of(x)}")
    return scatter(cast(weights, np.float64), (plain(x),), (n,))


# ---------------------------------------------------------------- edges
@replaces(np.histogram_bin_edges)
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    if isinstance(bins, Tensor):
        return bins
    fixed = None if range is None else tuple(map(plain, range))
    edges = np.histogram_bin_edges(plain(a), bins, fixed, plain(weights))
    if np.ndim(bins) or not math.prod(shape_of(a)):
        return edges
    low, high = (reduce.min(a), reduce.max(a)) if range is None else range
    return edges + _motion(low, high, len(edges)) if isinstance(low, Tensor) or isinstance(high, Tensor) else edges


def _motion(low: Any, high: Any, n: int) -> Any:
    """Zero, with the derivative of `n` numbers spread evenly from the lowest to the highest."""
    part = np.linspace(0.0, 1.0, n)
    return (low - plain(low)) * (1.0 - part) + (high - plain(high)) * part


# ---------------------------------------------------------------- histograms
@replaces(np.histogram)
def histogram(a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None) -> Any:
    edges = histogram_bin_edges(a, bins, range, weights)
    if isinstance(weights, Tensor):
        counts = _weighed([ravel(plain(a))], [plain(edges)], ravel(weights))
    else:
        counts = np.histogram(plain(a), plain(edges), weights=weights)[0]
    return (_density(counts, [edges]) if density else counts), edges


@replaces(np.histogramdd)
def histogramdd(sample: Any, bins: Any = 10, range: Any = None, density: bool | None = None,
                weights: Any = None) -> Any:
    columns = _columns(sample)
    each = [bins] * len(columns) if isinstance(bins, int | np.integer) else bins
    ranges = [None] * len(columns) if range is None else range
    edges = [histogram_bin_edges(x, b, r) for x, b, r in zip(columns, each, ranges, strict=True)]
    values, walls = [plain(x) for x in columns], [plain(e) for e in edges]
    if isinstance(weights, Tensor):
        counts = _weighed(values, walls, cast(weights, np.float64))
    else:
        counts = np.histogramdd(values, walls, weights=weights)[0]
    return (_density(counts, edges) if density else counts), edges


def _columns(sample: Any) -> list[Any]:
    """The coordinates of the points, one array each."""
    if isinstance(sample, list | tuple):
        return list(sample)
    return [sample] if rank(sample) == 1 else [getitem(sample, (slice(None), k)) for k in range(shape_of(sample)[1])]


@replaces(np.histogram2d)
def histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: bool | None = None,
                weights: Any = None) -> Any:
    if shape_of(x) != shape_of(y):
        raise ValueError("x and y must have the same length")
    shared = not isinstance(bins, int | np.integer) and len(bins) not in (1, 2)
    counts, edges = histogramdd([x, y], [bins, bins] if shared else bins, range, density, weights)
    return counts, *edges


def _weighed(values: Sequence[Any], edges: Sequence[Any], weights: Any) -> Any:
    """The weights, summed by the bin of their values; the last bin has both its edges."""
    bins = [np.where(x == e[-1], len(e) - 2, np.searchsorted(e, x, "right") - 1)
            for x, e in zip(values, edges, strict=True)]
    sizes = tuple(len(e) - 1 for e in edges)
    inside = np.all([(k >= 0) & (k < n) for k, n in zip(bins, sizes, strict=True)], axis=0)
    return scatter(getitem(weights, inside), tuple(k[inside] for k in bins), sizes)


def _density(counts: Any, edges: Sequence[Any]) -> Any:
    """Counts per width and in all."""
    ans = counts
    for k, e in enumerate(edges):
        ans = ans / reshape(diff(e), tuple(-1 if i == k else 1 for i in range(len(edges))))
    return ans / reduce.sum(counts)
