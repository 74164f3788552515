"""Odd arguments: on a tensor a NumPy function gives what it gives on an array, or both refuse.

Arguments are drawn at random, wrong ones included, since a wrapper that accepts more than NumPy does computes something
that nobody asked for.
"""
# ruff: noqa: E501 — one row per call
import random

import numpy as np
import pytest

from autograd import Tensor
from autograd.graph import plain

SHAPES = [(2, 3), (3,), (1, 3), (2, 1, 3), (2, 2), (1,), (2, 3, 4)]
AXES = [None, 0, 1, 2, -1, -2, -3, 3, (0,), (0, 1), (-1, 0), (0, 0), (1, 2), np.int64(1), ()]
INTEGERS = [0, 1, -1, 2, 3, -4, np.int64(1)]
NEW_SHAPES = [(2, 3), (-1,), (3, 2), 6, (2, -1), (-1, -1), (4, 2), [3, -1], (), (1, 3), (2, 2, 3)]
INDICES = [0, -1, 5, [0, 1], [[0, 1], [1, 0]], np.array([9]), slice(None, None, -1), None, ..., (0, slice(1)),
           (slice(None), [0, 0]), np.array([True, False]), np.ones((2, 3), bool), (None, 0), True, False,
           (0, None, [1]), ([0, 1], slice(None), [0, 1])]
REPEATS = [2, 0, [1, 2], [1, 2, 0], -1, (3,)]
TILES = [2, (2, 1), (), (2, 2, 2), 0, [2]]
SECTIONS = [2, 3, [1], [0, 2], [5], 1, 0]
WIDTHS = [1, (1, 2), ((1, 0), (0, 2)), 0, -1, ((1,), (2,))]
PAIRS = [0, 1, 2, ([0], [0]), ([1], [0]), (-1, 0), ((0, 1), (0, 1)), ([5], [0])]
NUMBERS = [2, 2.0, 0.5, -1, 3, np.array([1.0, 2.0, -2.0]), np.float32(2.0), 0]
MASKS = [True, np.array([True, False, True]), np.ones((2, 3), bool), np.ones((2, 1), bool), [1, 0, 1], np.array(True)]
STARTS = [0.0, 2, np.float32(1.5), [1.0], np.ones(3), -np.inf]
METHODS = ["linear", "hazen", "inverted_cdf", "closest_observation", "nearest", "nonsense"]
WEIGHTS = [None, np.ones(3), [1.0, 2.0], np.arange(6.0).reshape(2, 3), [0, 0, 0], 2.0]
PLACES = [0, 1, -1, 5, [0, 1], [0, 0], slice(0, 2), np.array([True, False]), np.array([], int), -4, 1.5, slice(None, None, -1)]
ORDERS = [None, 0, 1, 2, 3, -2, 0.5, np.inf, -np.inf, "fro", "nuc", "f", "bad"]
OTHERS = [np.ones(3), np.ones((3, 2)), np.ones((2, 3)), np.ones(2), np.ones((4, 3, 2)), 2.0]
LENGTHS = [None, 1, 2, 5, 0, -1]
NORMS = [None, "ortho", "forward", "backward", "other"]

# Each entry: a call, and where its arguments are drawn from.
CALLS = {
    "sum": (lambda x, a: np.sum(x, axis=a), AXES), "mean": (lambda x, a: np.mean(x, axis=a, keepdims=True), AXES),
    "prod": (lambda x, a: np.prod(x, a), AXES), "var": (lambda x, a: np.var(x, axis=a, ddof=1), AXES),
    "std": (lambda x, a: x.std(axis=a), AXES), "max": (lambda x, a: np.max(x, axis=a), AXES),
    "cumsum": (lambda x, a: np.cumsum(x, a), AXES), "cumprod": (lambda x, a: np.cumprod(x, a), AXES),
    "flip": (lambda x, a: np.flip(x, a), AXES), "roll": (lambda x, n, a: np.roll(x, n, a), INTEGERS, AXES),
    "squeeze": (lambda x, a: np.squeeze(x, a), AXES), "expand_dims": (lambda x, a: np.expand_dims(x, a), AXES),
    "argmax": (lambda x, a: np.argmax(x, axis=a), AXES), "average": (lambda x, a: np.average(x, axis=a), AXES),
    "reshape": (lambda x, s: x.reshape(s), NEW_SHAPES), "broadcast_to": (lambda x, s: np.broadcast_to(x, s), NEW_SHAPES),
    "transpose": (lambda x, a: np.transpose(x, a), AXES), "swapaxes": (lambda x, i, j: np.swapaxes(x, i, j), INTEGERS, INTEGERS),
    "moveaxis": (lambda x, i, j: np.moveaxis(x, i, j), INTEGERS, INTEGERS),
    "rollaxis": (lambda x, i, j: np.rollaxis(x, i, j), INTEGERS, INTEGERS),
    "repeat": (lambda x, n, a: np.repeat(x, n, a), REPEATS, AXES), "tile": (lambda x, n: np.tile(x, n), TILES),
    "stack": (lambda x, i: np.stack([x, x * 2.0], axis=i), INTEGERS),
    "concatenate": (lambda x, a: np.concatenate([x, x], axis=a), AXES),
    "split": (lambda x, s, i: np.concatenate([part.ravel() for part in np.split(x, s, axis=i)]), SECTIONS, INTEGERS),
    "index": (lambda x, i: x[i], INDICES), "take": (lambda x, i, a: np.take(x, i, axis=a), [0, -1, [0, 1], 9, [[0], [1]]], AXES),
    "pad": (lambda x, w, v: np.pad(x, w, constant_values=v), WIDTHS, [0.0, 2, (1, 2.5), ((1, 2), (3, 4)), ((1,), (2,)), [1, 2, 3]]),
    "pad by copies": (lambda x, w, m: np.pad(x, w, m), [*WIDTHS, 7, {-1: 2}, {0: (1, 9)}], ["edge", "wrap", "reflect", "symmetric", "other"]),
    "pad turned round": (lambda x, w, m: np.pad(x, w, m, reflect_type="odd"), WIDTHS, ["reflect", "symmetric", "wrap"]),
    "pad by statistics": (lambda x, w, m, n: np.pad(x, w, m, stat_length=n), WIDTHS, ["maximum", "minimum"], [None, 1, (1, 2), 9]),
    "fft": (lambda x, n, i, norm: np.fft.fft(x, n, i, norm), LENGTHS, INTEGERS, NORMS), "irfft": (lambda x, n, i, norm: np.fft.irfft(x, n, i, norm), LENGTHS, INTEGERS, NORMS),
    "rfftn": (lambda x, s, a, norm: np.fft.rfftn(x, s, a, norm), [None, (2,), (3, 4), (-1, 2)], [(0,), (-1, 0), (0, 0), (1, 2), ()], NORMS),
    "fftshift": (lambda x, a: np.fft.fftshift(x, a), AXES),
    "gradient": (lambda x, h, a, n: np.gradient(x, h, axis=a, edge_order=n), [2, 0.5, [0, 1], np.arange(3), [0, 1, 4]], INTEGERS, [1, 2, 3]),
    "trapezoid": (lambda x, p, i: np.trapezoid(x, p, axis=i), [None, [0, 2], [0.0, 1.0, 3.0], np.ones((2, 3))], INTEGERS),
    "convolve": (lambda x, y, m: np.convolve(x, y, m), [2, [1], [1, 2, 1], np.ones(5), [], np.ones((2, 2))], ["full", "same", "valid", "some"]),
    "correlate": (lambda x, y, m: np.correlate(y, x, m), [2, [1], [1, 2j, 1], np.ones(4), []], ["full", "same", "valid"]),
    "vander": (lambda x, n: np.vander(x, n), [None, 0, 1, 2, 5]), "linspace": (lambda x, y, n, i: np.linspace(x, y, n, axis=i), [2, *OTHERS], [0, 1, 4, -1], INTEGERS), "diff": (lambda x, n, i: np.diff(x, n, i), [0, 1, 2, -1], INTEGERS),
    "diag": (lambda x, i: np.diag(x, i), INTEGERS), "diagonal": (lambda x, i: np.diagonal(x, i), INTEGERS),
    "trace": (lambda x, i: np.trace(x, i), INTEGERS), "tril": (lambda x, i: np.tril(x, i), INTEGERS),
    "triu": (lambda x, i: np.triu(x, i), INTEGERS), "tensordot": (lambda x, y, p: np.tensordot(x, y, p), OTHERS, PAIRS),
    "dot": (lambda x, y: np.dot(x, y), OTHERS), "matmul": (lambda x, y: np.matmul(y, x), OTHERS),
    "inner": (lambda x, y: np.inner(x, y), OTHERS), "hstack": (lambda x, y: np.hstack([x, y]), OTHERS),
    "vstack": (lambda x, y: np.vstack([x, y]), OTHERS), "power": (lambda x, y: x ** y, NUMBERS),
    "norm": (lambda x, o, a: np.linalg.norm(x, o, a), ORDERS, AXES), "vector_norm": (lambda x, o, a: np.linalg.vector_norm(x, ord=o, axis=a), ORDERS, AXES),
    "matrix_norm": (lambda x, o: np.linalg.matrix_norm(x, ord=o), ORDERS), "cond": (lambda x, o: np.linalg.cond(x, o), ORDERS),
    "matrix_power": (lambda x, n: np.linalg.matrix_power(x, n), INTEGERS), "kron": (lambda x, y: np.kron(x, y), OTHERS),
    "vecdot": (lambda x, y: np.vecdot(x, y), OTHERS), "matvec": (lambda x, y: np.matvec(x, y), OTHERS), "vecmat": (lambda x, y: np.vecmat(y, x), OTHERS),
    "solve": (lambda x, y: np.linalg.solve(x, y), OTHERS), "lstsq": (lambda x, y: np.linalg.lstsq(x, y)[0], OTHERS), "qr": (lambda x, m: np.linalg.qr(x, m)[-1], ["reduced", "complete", "q"]),
    "remainder": (lambda x, y: x % y, NUMBERS), "floor_divide": (lambda x, y: x // y, NUMBERS),
    "sum where": (lambda x, a, w, i: np.sum(x, axis=a, where=w, initial=i), AXES, MASKS, STARTS), "max where": (lambda x, a, w, i: np.max(x, axis=a, where=w, initial=i), AXES, MASKS, STARTS),
    "mean where": (lambda x, a, w: np.mean(x, axis=a, where=w), AXES, MASKS), "std where": (lambda x, a, w, n: np.std(x, axis=a, where=w, ddof=n, keepdims=True), AXES, MASKS, [0, 1, 5]),
    "ptp": (lambda x, a: np.ptp(x, a, keepdims=True), AXES), "sort": (lambda x, a: np.sort(x, a), AXES), "partition": (lambda x, k, a: np.partition(x, k, a), [0, 1, -1, 3, (0, 1), -4], AXES),
    "median": (lambda x, a: np.median(x, a), AXES), "quantile": (lambda x, q, a, m: np.quantile(x, q, axis=a, method=m, keepdims=True), [0.0, 0.3, [0.1, 0.9], [[0.5]], 1.5, []], AXES, METHODS),
    "average weights": (lambda x, a, w: np.average(x, a, w), AXES, WEIGHTS), "insert": (lambda x, o, y, a: np.insert(x, o, y, a), PLACES, OTHERS, AXES), "delete": (lambda x, o, a: np.delete(x, o, a), PLACES, AXES),
    "append": (lambda x, y, a: np.append(x, y, a), OTHERS, AXES), "take mode": (lambda x, i, a, m: np.take(x, i, axis=a, mode=m), [0, -1, [0, 1], 9, [], [[-9]]], AXES, ["wrap", "clip", "raise", "no"]),
    "compress": (lambda x, c, a: np.compress(c, x, a), [[True], [True, False, True], [0, 1, 1, 1, 1, 1, 1], [], True], AXES), "rot90": (lambda x, k, p: np.rot90(x, k, p), INTEGERS, [(0, 1), (1, 0), (0, 0), (-1, 0), (0,), (1, 2)]),
    "unique": (lambda x, a: np.unique(np.sign(x), axis=a), AXES), "reshape order": (lambda x, s, o: np.reshape(x, s, order=o), NEW_SHAPES, ["C", "F", "A", "K"]), "ravel order": (lambda x, o: np.ravel(np.transpose(x), o), ["C", "F", "A", "K", "X"]),
    "windows": (lambda x, w, a: np.lib.stride_tricks.sliding_window_view(x, w, a), [1, 2, (1, 1), (2, 2), (1, 1, 1), 5, -1, 0], [None, 0, 1, -1, (0, 1), (0, 0), 2]),
    "reduceat": (lambda x, i, a: np.add.reduceat(x, i, axis=a), [[0], [0, 1], [1, 0, 0], [2, 5], [-1], [[0, 1]]], INTEGERS[:4]),
}


def outcome(call, *args):
    """The value, or None where it refuses."""
    try:
        value = call(*args)
    except (ValueError, TypeError, IndexError, ZeroDivisionError):
        return None
    return np.asarray(plain(value))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", CALLS)
def test_odd_arguments_do_what_they_do_in_numpy(name):
    call, *choices = CALLS[name]
    draw = random.Random(name)
    for _ in range(150):
        x = np.random.default_rng(draw.randrange(1000)).standard_normal(draw.choice(SHAPES))
        args = [draw.choice(values) for values in choices]
        expected, found = outcome(call, x, *args), outcome(call, Tensor(x), *args)
        assert (expected is None) == (found is None), f"{name} of {x.shape} with {args}"
        if expected is not None:
            np.testing.assert_allclose(found, expected, rtol=1e-13, err_msg=f"{name} of {x.shape} with {args}")
            assert found.shape == expected.shape, f"{name} of {x.shape} with {args}"


def test_a_difference_is_noticed(monkeypatch):
    monkeypatch.setitem(CALLS, "sum", (lambda x, a: np.sum(x, axis=a) + isinstance(x, Tensor), AXES))
    with pytest.raises(AssertionError, match="sum of"):
        test_odd_arguments_do_what_they_do_in_numpy("sum")
