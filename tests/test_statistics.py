"""Reductions, sorting and statistics where a table of calls does not reach: ties, nan, equal numbers, `vmap`, order two."""
# ruff: noqa: E501 — one row per call
import warnings

import numpy as np
import pytest

from autograd import Tensor, check_grads, grad, jacobian, make_jvp, make_vjp, vmap
from autograd.errors import AutogradError
from autograd.graph import plain
from tests.agreement import close, same
from tests.calls.basic import M, T, V
from tests.calls.sorting import N


def both(f, x):
    """The Jacobian at x, once it is known that forward and reverse mode agree on it."""
    rows = jacobian(f)(x)
    columns = [make_jvp(f)(x)(e)[1] for e in np.eye(x.size).reshape(-1, *x.shape)]
    same(np.moveaxis(np.stack(columns), 0, -1).reshape(rows.shape), rows, "forward and reverse mode")
    return rows


# ---------------------------------------------------------------- ties and equal numbers
def test_a_sorted_array_takes_equal_numbers_in_their_order():
    x = np.array([2.0, 1.0, 2.0, 1.0])
    same(both(np.sort, x), np.eye(4)[[1, 3, 0, 2]], "sort")
    same(both(lambda x: np.quantile(x, [0.0, 0.5, 1.0]), x), np.array([[0, 1, 0, 0], [0.5, 0, 0, 0.5], [0, 0, 1, 0]]), "quantile")
    same(both(np.median, np.array([3.0, 3.0, 3.0])), np.array([0.0, 1.0, 0.0]), "median")
    same(both(np.unique, x), np.eye(4)[[1, 0]], "unique picks the first")


@pytest.mark.parametrize(("extreme", "so_far"), [(np.max, np.maximum.accumulate), (np.min, np.minimum.accumulate)])
def test_the_extreme_is_shared_equally_by_all_that_reach_it(extreme, so_far):
    x = np.array([1.0, 1.0, 0.0, 1.0, 5.0, 5.0]) * (1.0 if extreme is np.max else -1.0)
    shares = np.array([[1, 0, 0, 0, 0, 0], [1 / 2, 1 / 2, 0, 0, 0, 0], [1 / 2, 1 / 2, 0, 0, 0, 0],
                       [1 / 3, 1 / 3, 0, 1 / 3, 0, 0], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 1 / 2, 1 / 2]])
    close(both(so_far, x), shares, "accumulate")
    for k in range(6):
        close(both(extreme, x[:k + 1]), shares[k, :k + 1], "reduce")


def test_initial_takes_half_at_a_tie():
    same(both(lambda x: np.max(x, initial=2.0), np.array([2.0, 1.0])), np.array([0.5, 0.0]), "max")


@pytest.mark.parametrize("std", [np.std, lambda x: np.std(x, where=np.array([True, True, False])), np.nanstd,
                                 lambda x: np.std(x, mean=1.0)])
def test_equal_numbers_have_a_deviation_with_the_derivative_zero(std):
    same(both(std, np.ones(3)), np.zeros(3), "std")


# ---------------------------------------------------------------- nan
@pytest.mark.parametrize("f", [np.median, lambda x, axis: np.quantile(x, 0.3, axis), lambda x, axis: np.percentile(x, [10.0, 60.0], axis),
                               lambda x, axis: np.quantile(x, 0.3, axis, weights=np.ones((2, 3, 4)), method="inverted_cdf")])
@pytest.mark.parametrize("axis", [0, 1, (0, 2), None])
def test_nan_spreads_to_the_statistics_of_its_numbers_alone(f, axis):
    expected = f(N.copy(), axis=axis)
    same(f(Tensor(N), axis=axis).data, expected, "value")
    pull, _ = make_vjp(lambda x: f(x, axis=axis))(N)
    back = pull(np.ones(np.shape(expected))[()])
    assert np.all(np.isfinite(back))
    assert np.all(back[np.isnan(N)] == 0.0)
    close(np.sum(back), float(np.sum(np.isfinite(expected))), "every finite statistic is worth one")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", [np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nanmedian, lambda x, axis: np.nanquantile(x, 0.3, axis),
                               lambda x, axis: np.nanvar(x, axis, ddof=2)])
def test_slices_of_nan_alone_give_nan_and_leave_the_others_as_they_are(f):
    same(f(Tensor(N), axis=0).data, f(N, axis=0), "value")
    whole = np.all(np.isnan(N), axis=0)
    weights = np.where(whole, 0.0, 1.0)
    back = grad(lambda x: np.nansum(f(x, axis=0) * weights))(N)
    same(back[np.isnan(N)], np.zeros(np.isnan(N).sum()), "nan has no influence")
    rest = grad(lambda x: np.nansum(f(x, axis=0)))(np.where(whole, 0.5, N))
    close(back[:, ~whole], rest[:, ~whole], "the other slices")


# ---------------------------------------------------------------- the arrangement is NumPy's
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [5, 40, 3000])
def test_a_partition_has_the_arrangement_of_numpy(n, dtype):
    rng = np.random.default_rng(n)
    for x in (rng.standard_normal((2, n)).astype(dtype), rng.integers(0, 4, (2, n)).astype(dtype)):
        kth = int(rng.integers(n))
        same(np.partition(Tensor(x), kth).data, np.partition(x, kth), "partition")
        back = make_vjp(lambda x, k=kth: np.partition(x, k))(x)[0](np.partition(x, kth))
        same(back, x, "every number goes back to where it came from")


def test_all_that_unique_returns():
    x = np.array([2.0, -1.0, 2.0, 0.5, -1.0, np.nan, np.nan])
    for keywords in ({}, {"equal_nan": False}):
        for a, b in zip(np.unique(Tensor(x), True, True, True, **keywords), np.unique(x, True, True, True, **keywords), strict=True):
            same(a.data if isinstance(a, Tensor) else a, b, "unique")
    for function in (np.unique_all, np.unique_counts, np.unique_inverse):
        found, expected = function(Tensor(x)), function(x)
        assert type(found) is type(expected)
        for a, b in zip(found, expected, strict=True):
            same(a.data if isinstance(a, Tensor) else a, b, function.__name__)


def test_what_histograms_return():
    weights = np.array([1.0, 2.0, 0.5, 1.5, 3.0])
    for call in (lambda x: np.histogram(x, 3), lambda x: np.histogram2d(x, x, 3), lambda x: np.histogramdd([x, x], (2, 3))[1],
                 lambda x: np.histogram(x, 3, weights=weights), lambda x: np.histogram(x, 3, density=True)):
        for a, b in zip(call(Tensor(V)), call(V), strict=True):
            close(a.data if isinstance(a, Tensor) else a, b, "histogram")
    assert isinstance(np.histogram(Tensor(V))[0], np.ndarray)          # counts have no derivative


# ---------------------------------------------------------------- order two
@pytest.mark.parametrize("f", [
    lambda x: np.quantile(np.exp(x), 0.3, axis=1), lambda x: np.quantile(M, np.exp(x[0, :2] - 4.0), axis=1), lambda x: np.median(x * x, axis=0),
    lambda x: np.cov(x), lambda x: np.cov(x, aweights=x[0] ** 2 + 1.0), lambda x: np.corrcoef(x, M[1] * x[0]), lambda x: np.std(x, where=M < 1.0),
    lambda x: np.average(x * x, axis=1, weights=x[0] ** 2 + 1.0), lambda x: np.prod(x, axis=1, where=M < 1.0, initial=x[0, 0]),
    lambda x: np.logaddexp.reduce(x, axis=1), lambda x: np.logaddexp.accumulate(x, axis=0), lambda x: np.insert(x, 1, x[0] * x[1], axis=0),
    lambda x: np.histogram(x, 3, density=True)[0], lambda x: np.maximum.accumulate(x * x, axis=1), lambda x: np.cumprod(x, 1)])
def test_second_derivatives(f):
    check_grads(f)(M)


# ---------------------------------------------------------------- vmap
@pytest.mark.parametrize("f", [
    np.sort, lambda x: np.sort(x, 0), lambda x: np.partition(x, 1, 0), np.median, lambda x: np.median(x, axis=1), lambda x: np.quantile(x, [0.2, 0.7], axis=0),
    lambda x: np.percentile(x, 30.0, axis=(0, 1), keepdims=True), np.nansum, lambda x: np.nanmean(x, axis=0), lambda x: np.nanstd(x, axis=1), np.nanmax,
    lambda x: np.sum(x, axis=1, where=M[0] > 0.0, initial=1.0), lambda x: np.mean(x, where=x > -0.7), lambda x: np.std(x, axis=1, where=x > -0.7),
    lambda x: np.max(x, axis=0, initial=0.1), np.ptp, np.cov, lambda x: np.corrcoef(x), lambda x: np.average(x, axis=1, weights=x[0] ** 2),
    lambda x: np.maximum.accumulate(x, axis=1), lambda x: np.cumulative_sum(x, axis=1, include_initial=True), lambda x: np.hypot.reduce(x, axis=1),
    lambda x: np.insert(x, 1, x[0], axis=0), lambda x: np.delete(x, 1), lambda x: np.block([[x], [x[:1]]]), np.rot90, lambda x: np.resize(x, (5, 3)),
    lambda x: np.compress([True, False, True], x, axis=0), lambda x: np.reshape(x, (2, -1), order="F"), lambda x: np.trace(x, 1),
    lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1), lambda x: np.bincount([0, 1, 1, 3], weights=x[0]), lambda x: np.dstack([x, x])])
def test_vmap_gives_what_a_loop_gives(f):
    close(vmap(f)(T), np.stack([f(x) for x in T]), "value")
    g = np.random.default_rng(0).standard_normal(np.shape(f(T[0])))[()]
    back = lambda x: make_vjp(f)(x)[0](g)                                        # noqa: E731
    close(vmap(back)(T), np.stack([back(x) for x in T]), "gradient")


@pytest.mark.parametrize("f", [np.unique, np.nanmedian, lambda x: np.nanquantile(x, 0.3), lambda x: np.histogram(x)[1], lambda x: np.trim_zeros(x[0]),
                               lambda x: np.extract(x > 0.0, x), lambda x: np.ravel(x, "A"), lambda x: np.quantile(x, np.exp(x[0, 0] - 9.0))])
def test_what_depends_on_the_numbers_of_one_example_cannot_be_mapped(f):
    with pytest.raises(AutogradError, match=r"vmap maps[\s\S]*test_statistics\.py:\d+"):
        vmap(f)(T)


# ---------------------------------------------------------------- refused, by name
@pytest.mark.parametrize(("name", "call"), [
    ("order", lambda x: np.sort(x, order="f")), ("kind", lambda x: np.sort(x, kind="nonsense")), ("method", lambda x: np.quantile(x, 0.3, method="nonsense")),
    ("q of shape", lambda x: np.nanquantile(x, [[0.3]], axis=(0, 1))), ("correction", lambda x: np.var(x, ddof=1, correction=1)),
    ("broadcast", lambda x: np.sum(x, where=np.ones((2, 3, 4), bool))), ("single number", lambda x: np.sum(x, axis=0, initial=np.ones(4))),
    ("dtype=float64", lambda x: np.sum(x, initial=1j)),
    ("identity", lambda x: np.subtract.reduce(x, axis=None)), ("identity", lambda x: np.divide.reduce(x, where=M > 0.0)), ("dtype=int64", lambda x: np.insert([1, 2], 0, x[0, 0])),
    ("dtype=int64", lambda x: np.astype(x, int)), ("sum to zero", lambda x: np.average(x, weights=x * 0.0)), ("weights of shape", lambda x: np.average(x, 0, weights=[1.0, 2.0])),
    ("need an axis", lambda x: np.average(x, weights=[1.0, 2.0])), ("more than 2", lambda x: np.cov(np.stack([x, x])))])
def test_what_is_refused(name, call):
    with pytest.raises(AutogradError, match=rf"{name}[\s\S]*test_statistics\.py:\d+"):
        call(Tensor(M))


@pytest.mark.parametrize("call", [lambda x, out: np.median(x, 0, out), lambda x, out: np.max(x, 0, out), lambda x, out: np.quantile(x, 0.3, 0, out),
                                  lambda x, out: np.sum(x, 0, None, out), lambda x, out: np.take(x, 0, 0, out), lambda x, out: np.cumsum(x, 0, None, out)])
def test_out_by_its_place_is_no_other_argument(call):
    out = np.zeros(4)
    with pytest.raises(AutogradError, match=r"out[\s\S]*test_statistics\.py:\d+"):
        call(Tensor(M), out)
    same(out, np.zeros(4), "out")
    assert isinstance(call(Tensor(M), None), Tensor)


def test_arguments_behind_out_by_their_place():
    same(np.median(Tensor(M), 0, None, False, True).data, np.median(M, 0, None, False, True), "median")
    same(np.quantile(Tensor(M), 0.3, 0, None, False, "hazen", True).data, np.quantile(M, 0.3, 0, None, False, "hazen", True), "quantile")
    same(np.max(Tensor(M), 0, None, True).data, np.max(M, 0, None, True), "max")
    same(Tensor(M).max(0, None, True).data, M.max(0, None, True), "method")


EMPTY = [np.zeros((0, 3)), np.zeros((3, 0)), np.zeros(0)]


@pytest.mark.parametrize("x", EMPTY, ids=lambda x: str(x.shape))
@pytest.mark.parametrize("f", [np.median, np.nanmedian, np.average, *(lambda x, f=f, axis=axis: f(x, axis=axis) for f in (np.median, np.nanmedian, np.average) for axis in (0, 1)),
                               lambda x: np.average(x, weights=x), lambda x: np.average(x, axis=0, weights=x)])
def test_middles_of_nothing_are_numpy_s(f, x):
    def answer(x):
        try:
            return np.asarray(plain(f(x)))
        except Exception as error:
            return [kind for kind in (ZeroDivisionError, IndexError, ValueError) if isinstance(error, kind)]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(answer(Tensor(x)), answer(x), strict=True)


def test_weights_that_sum_to_zero():
    for f in (lambda x: np.average(x, weights=np.zeros(3)), lambda x: np.average(np.ones(3), weights=x - x)):
        with pytest.raises(ZeroDivisionError, match=r"sum to zero[\s\S]*test_statistics\.py"):
            f(Tensor(np.ones(3)))
