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
OTHERS = [np.ones(3), np.ones((3, 2)), np.ones((2, 3)), np.ones(2), np.ones((4, 3, 2)), 2.0]

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
    "pad": (lambda x, w: np.pad(x, w), WIDTHS), "diff": (lambda x, n, i: np.diff(x, n, i), [0, 1, 2, -1], INTEGERS),
    "diag": (lambda x, i: np.diag(x, i), INTEGERS), "diagonal": (lambda x, i: np.diagonal(x, i), INTEGERS),
    "trace": (lambda x, i: np.trace(x, i), INTEGERS), "tril": (lambda x, i: np.tril(x, i), INTEGERS),
    "triu": (lambda x, i: np.triu(x, i), INTEGERS), "tensordot": (lambda x, y, p: np.tensordot(x, y, p), OTHERS, PAIRS),
    "dot": (lambda x, y: np.dot(x, y), OTHERS), "matmul": (lambda x, y: np.matmul(y, x), OTHERS),
    "inner": (lambda x, y: np.inner(x, y), OTHERS), "hstack": (lambda x, y: np.hstack([x, y]), OTHERS),
    "vstack": (lambda x, y: np.vstack([x, y]), OTHERS), "power": (lambda x, y: x ** y, NUMBERS),
    "remainder": (lambda x, y: x % y, NUMBERS), "floor_divide": (lambda x, y: x // y, NUMBERS),
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
