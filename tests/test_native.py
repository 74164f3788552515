"""The native executor's own ways: blocked products, long sums, threads."""
import math
import multiprocessing
import os
import threading
from dataclasses import replace

import numpy as np
import pytest

from autograd import grad
from autograd.compilation import _loop
from autograd.executors.native import Native
from autograd.executors.native.build import compiler
from autograd.executors.native.emit import Source
from autograd.executors.plain import Plain
from autograd.tracing import record

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
RNG = np.random.default_rng(0)
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def numbers(dtype, *shape):
    return RNG.standard_normal(shape).astype(dtype)


def same_as_plain(f, values, scale=1.0):
    """The outputs are those of Plain, up to rounding of numbers of size `scale`."""
    program = record(f, values).program
    near = np.finfo(values[0].dtype).eps * 8 * scale
    for a, b in zip(Native(program)(values), Plain(program)(values), strict=True):
        np.testing.assert_allclose(a, b, rtol=near, atol=near)
        assert a.dtype == b.dtype


# ---------------------------------------------------------------- products
USE = {"as is": lambda x: x, "turned": lambda x: x.T, "strided": lambda x: x[:, ::2]}
GIVEN = {"as is": lambda x: x, "turned": lambda x: np.ascontiguousarray(x.T), "strided": lambda x: np.repeat(x, 2, 1)}


@DTYPES
@pytest.mark.parametrize("second", GIVEN)
@pytest.mark.parametrize("first", GIVEN)
def test_products_of_odd_sizes(dtype, first, second):
    """A program of many products, of sizes around all that decides how a product is computed."""
    sizes = [tuple(RNG.integers(1, 41, 3)) for _ in range(6)]
    sizes += [(6, 33, 7), (7, 32, 8), (33, 6, 15), (32, 7, 16), (40, 33, 17), (33, 40, 40)]
    values = [(numbers(dtype, m, k), numbers(dtype, k, n)) for m, k, n in sizes]
    given = [g for x, y in values for g in (GIVEN[first](x), GIVEN[second](y))]
    same_as_plain(lambda v: [USE[first](x) @ USE[second](y) for x, y in zip(v[::2], v[1::2], strict=True)], given, 40.0)


@DTYPES
@pytest.mark.parametrize(("m", "k", "n"), [
    (5, 400, 331), (8, 330, 403), (9, 330, 403), (16, 1000, 140), (17, 1000, 140),
                                     (300, 32, 99), (300, 33, 99), (20, 1000, 131), (200, 3, 1500)])
def test_products_with_few_rows_or_short_sums(dtype, m, k, n):
    same_as_plain(lambda v: [v[0] @ v[1], v[2].T @ v[1]], [numbers(dtype, *s) for s in ((m, k), (k, n), (k, m))], k)


# ---------------------------------------------------------------- long sums
@DTYPES
@pytest.mark.parametrize("shape", [(10_000_019,), (3_333_333, 3), (100, 100_003), (100_003, 100), (4097,), (262_144,)])
def test_sums_of_many_numbers(dtype, shape):
    """Nearly as exact as the sum in blocks of NumPy, whatever the shape of the loop."""
    x = RNG.random(shape).astype(dtype)
    found, = Native(record(lambda v: [v[0].sum()], [x]).program)([x])
    exact = math.fsum(x.ravel().tolist())
    assert abs(float(found) - exact) <= exact * (1e-13 if dtype is np.float64 else 1e-6)


@DTYPES
def test_sums_along_an_axis_of_many_numbers(dtype):
    x = RNG.random((3, 1_000_003)).astype(dtype)
    total, largest = Native(record(lambda v: [v[0].sum(1), np.amax(v[0], 1)], [x]).program)([x])
    for row, found, most in zip(x, total, largest, strict=True):
        exact = math.fsum(row.tolist())
        assert abs(float(found) - exact) <= exact * (1e-13 if dtype is np.float64 else 1e-6)
        assert most == row.max()


def test_nan_in_a_long_fold():
    x = RNG.standard_normal(1_000_000)
    f = lambda v: [v[0].sum(), np.amax(v[0]), np.amin(v[0])]  # noqa: E731
    run = Native(record(f, [x]).program)
    assert run([x])[1:] == [x.max(), x.min()]
    for place in (0, 4095, 4096, 777_777, 999_999):
        y = x.copy()
        y[place] = np.nan
        assert all(np.isnan(run([y])))


# ---------------------------------------------------------------- threads
def chain(v):
    """Loops with and without sums, rows, columns."""
    x, y, b = v
    h = np.tanh(x * y + b) * 0.5
    return [h, h.sum(), (h * h).sum(1), (h - y).sum(0), np.amax(h), np.amax(y, 1), np.where(x > y, h, b)]


@DTYPES
@pytest.mark.parametrize("shape", [(1000, 1001), (3, 400_000), (400_000, 3), (1, 300_000)])
def test_the_number_of_threads_changes_no_bit(dtype, shape, monkeypatch):
    values = [numbers(dtype, *shape), numbers(dtype, *shape), numbers(dtype, shape[1])]
    program = record(chain, values).program
    found = []
    for count in ("1", "2", "5"):
        monkeypatch.setenv("OMP_NUM_THREADS", count)
        found.append(Native(program)(values))
    for one, two, five, plain in zip(*found, Plain(program)(values), strict=True):
        assert np.array_equal(one, two)
        assert np.array_equal(one, five)
        np.testing.assert_allclose(one, plain, rtol=1e-4 if dtype is np.float32 else 1e-11,
                                   atol=1e-2 if dtype is np.float32 else 1e-11)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_threads_in_a_forked_process(monkeypatch):
    """A child that is forked while loops are split between threads runs them too."""
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    x = numbers(np.float64, 1_000_000)
    program = record(lambda v: [(np.exp(v[0]) * v[0]).sum()], [x]).program
    run, busy, stop = Native(program), Native(program), threading.Event()
    expected, = run([x])
    other = threading.Thread(target=lambda: [busy([x]) for _ in iter(stop.is_set, True)])
    other.start()
    context = multiprocessing.get_context("fork")
    given = context.SimpleQueue()
    children = [context.Process(target=lambda: given.put(run([x])[0])) for _ in range(4)]
    try:
        for child in children:
            child.start()
        for child in children:
            child.join(60)
    finally:
        stop.set()
        other.join()
    assert [child.exitcode for child in children] == [0] * 4
    assert [given.get() for _ in children] == [expected] * 4


def test_programs_in_two_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    x = numbers(np.float64, 500_000)
    program = record(lambda v: [np.exp(v[0]), v[0].sum()], [x]).program
    expected, wrong = Native(program)([x]), []

    def work():
        run = Native(program)
        for k in range(20):
            a, b = run([x * (k % 2)])
            if k % 2 and not (np.array_equal(a, expected[0]) and b == expected[1]):
                wrong.append(k)
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_memory_of_results_that_nobody_has_serves_again():
    x = numbers(np.float64, 10_000)
    run = Native(record(lambda v: [v[0] * 2.0], [x]).program)
    first, = run([x])
    address, part = first.__array_interface__["data"][0], first[:5]
    del first
    second, = run([x * 3.0])
    assert second.__array_interface__["data"][0] != address
    np.testing.assert_array_equal(part, x[:5] * 2.0)
    address = second.__array_interface__["data"][0]
    del second
    third, = run([x])
    assert third.__array_interface__["data"][0] == address
    np.testing.assert_array_equal(third, x * 2.0)


@DTYPES
def test_products_that_nobody_reads(dtype):
    """They begin no loop, and need no memory of a loop."""
    values = [numbers(dtype, m, n) for m, n in ((40, 12), (12, 30), (40, 30))]
    same_as_plain(lambda v: [(v[0] @ v[1], v[2] * 2.0)[1]], values)
    same_as_plain(lambda v: [p := v[0] @ v[1], p * v[2], (p * v[2]).sum(0), p.T[3:]], values, 12.0)


# ---------------------------------------------------------------- training steps
@DTYPES
@pytest.mark.parametrize(("m", "k", "n"), [
    (784, 10, 100), (41, 12, 33), (40, 7, 16), (50, 32, 40), (300, 16, 70), (80, 200, 90)])
def test_updates_by_products(dtype, m, k, n):
    """A carried matrix minus a product, with a penalty and with a flag that reads the gradient too."""
    def step(v):
        p, q, x, g = v
        slope = x.T @ g + p * 1e-3
        return [p * 0.99 - slope * 0.01, q * 0.5 + slope * slope, (slope * 0.0).sum()]
    values = [numbers(dtype, m, n), numbers(dtype, m, n), numbers(dtype, 5, k, m), numbers(dtype, 5, k, n)]
    program = replace(record(step, [values[0], values[1], values[2][0], values[3][0]]).program, carried=2, sliced=2)
    near = {np.float64: 1e-12, np.float32: 2e-4}[dtype]
    for a, b in zip(Native(program).loop(5, values), Plain(program).loop(5, values), strict=True):
        np.testing.assert_allclose(a, b, rtol=near, atol=near)


def test_large_products_without_blas(monkeypatch):
    monkeypatch.setattr("autograd.executors.native.emit.has_blas", lambda: False)
    x, y = numbers(np.float64, 70, 80), numbers(np.float64, 80, 90)
    program = record(lambda v: v[0] @ v[1], [x, y]).program
    assert "gemm" not in Source(program).text
    np.testing.assert_allclose(Native(program)([x, y])[0], x @ y, rtol=1e-12, atol=1e-12)


@DTYPES
def test_truths_in_loops(dtype):
    """Also those that are added, kept and used again."""
    x, y = numbers(dtype, 1000), numbers(dtype, 1000)

    def f(v):
        up, down = v[0] > v[1], v[0] < -v[1]
        either = up + down
        return [up, either, up * down, either * v[0], np.where(either, v[0], v[1]), np.logical_not(up) * v[1]]
    program = record(f, [x, y]).program
    for a, b in zip(Native(program)([x, y]), Plain(program)([x, y]), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def _spread(dtype, name):
    """Numbers near 1, of every size, and around where exp overflows; and the special ones."""
    most = 300.0 if dtype is np.float64 else 37.0
    sizes = 10.0 ** RNG.uniform(-most, most if name == "log" else 0.0, 40000)
    bound = 1.03 * float(np.log(np.finfo(dtype).max)) + 40.0
    wide = [] if name == "log" else [RNG.uniform(-bound, bound, 40000), RNG.uniform(-3.0, 3.0, 40000), -sizes]
    special = [0.0, -0.0, np.inf, -np.inf, np.nan]
    return np.concatenate([*wide, sizes, RNG.uniform(0.5, 2.0, 40000), special]).astype(dtype)


@pytest.mark.skipif(np.finfo(np.longdouble).eps >= np.finfo(float).eps, reason="no wider floats to compare with")
@DTYPES
@pytest.mark.parametrize("name", ["exp", "tanh", "log"])
def test_own_functions_are_off_by_two_units_in_the_last_place(name, dtype):
    f, x = getattr(np, name), _spread(dtype, name)
    with np.errstate(all="ignore"):
        found, exact = Native(record(lambda v: f(v[0]), [x]).program)([x])[0], f(x.astype(np.longdouble))
        rounded = exact.astype(dtype)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(exact))
    finite = np.isfinite(rounded)
    off = np.abs(found[finite].astype(np.longdouble) - exact[finite]) / np.spacing(np.abs(rounded[finite]))
    assert off.max() <= 2.0
    far = ~finite & ~np.isnan(exact)
    np.testing.assert_array_equal(found[far], rounded[far])


def test_an_update_is_added_to_the_matrix_where_it_lies():
    X, Y, W = RNG.standard_normal((64, 50)), RNG.standard_normal((64, 96)), RNG.standard_normal((50, 96))

    def step(w, x):
        slope = grad(lambda w: np.sum((X @ w - Y) ** 2) + 0.1 * np.sum(w * w))(w)
        return w - 1e-4 * slope, ()
    entry = _loop(step, W, np.zeros(1))
    run = Native(entry.program)
    *_, call = [line for line in run.source.text.splitlines() if "gemm_double" in line]
    carried = entry.program.inputs[0]
    assert call.endswith(f", b{carried}, 96);")                             # out is the carried matrix
    values = [W, np.zeros(5)]
    np.testing.assert_allclose(run.loop(5, values)[0], Plain(entry.program).loop(5, values)[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("reads", [lambda w, new: new @ w.T, lambda w, new: w * 2.0, lambda w, new: np.sum(new * new)])
def test_an_update_waits_for_those_that_read_the_matrix(reads):
    X, G, W = RNG.standard_normal((64, 96)), RNG.standard_normal((64, 96)), RNG.standard_normal((96, 96))

    def step(w, x):
        new = 0.9 * w - 0.01 * (X.T @ G)
        return new, reads(w, new)
    program = _loop(step, W, np.zeros(1)).program
    values = [W, np.zeros(3)]
    for a, b in zip(Native(program).loop(3, values), Plain(program).loop(3, values), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-11)
