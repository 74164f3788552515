"""Thin matrices that machine code takes apart: the numbers of the reference, whatever their form."""
import numpy as np
import pytest

from autograd import grad
from autograd.compilation import Entry
from autograd.executors.native import Native
from autograd.executors.native.build import compiler
from autograd.executors.native.lower import Product
from autograd.executors.plain import Plain
from autograd.gates.reduce import logsumexp
from autograd.passes import optimized
from autograd.tracing import record

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
RNG = np.random.default_rng(3)


def network(x, w, v, b):
    """Two layers, and a cross entropy of the rows."""
    h = np.tanh(x @ w + b)
    z = h @ v
    return np.sum(logsumexp(z, axis=1)) - np.sum(z[:, 0]) + np.sum(w * w)


def columns(x, w, v, b):
    """Parts of a thin matrix, folded in every direction."""
    h = x @ w
    return np.sum(np.amax(h, axis=1) * h[:, 0]) + np.sum(np.prod(h, axis=0)) + np.sum(h.T @ h) + np.sum(np.amin(h))


def seen_whole(x, w, v, b):
    """A thin matrix that is also needed in one piece."""
    h = np.exp(x @ w)
    return np.sum(np.sort(h, axis=0) * h) + np.sum(h.reshape(-1)[1:] * h.reshape(-1)[:-1])


def mixed(x, w, v, b):
    """Columns and rows of single length, and broadcasting both ways."""
    d = x[:, :1] * b[:1] - np.sum(x, axis=1, keepdims=True)
    return np.sum((x + d) * x / (2.0 + d * d)) + np.sum((x.T * d.T) @ (x @ w))


def values(rows, k, c, dtype):
    """x, two matrices and a row."""
    shapes = (rows, k), (k, c), (c, 2), (c,)
    return [(0.5 * RNG.standard_normal(s)).astype(dtype) for s in shapes]


def agree(f, given):
    """Value and gradients by machine code and by the reference; gives the program's lowering."""
    gradients = [grad(lambda x, i=i: f(*given[:i], x, *given[i + 1:])) for i in range(2)]
    program = optimized(record(lambda xs: [f(*xs), *(grad(f, i)(*xs) for i in range(2))], given).program)
    run, tolerance = Native(program), 1e-12 if given[0].dtype == float else 2e-5
    found = run(given)
    for a, b in zip(found, Plain(program)(given), strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * max(1.0, np.max(np.abs(b))))
    for a, g, x in zip(found[1:], gradients, given, strict=False):
        np.testing.assert_allclose(a, g(x), rtol=tolerance, atol=tolerance * max(1.0, np.max(np.abs(a))))
    return run.source


@pytest.mark.parametrize("f", [network, columns, seen_whole, mixed])
@pytest.mark.parametrize(("rows", "k", "c", "dtype"), [
    (16, 2, 3, "d"), (17, 8, 8, "f"), (200, 1, 1, "d"), (45, 3, 9, "f"), (300, 9, 2, "d"), (15, 2, 3, "f")])
def test_thin_matrices(f, rows, k, c, dtype):
    agree(f, values(rows, k, c, dtype))


@pytest.mark.parametrize(("rows", "k", "c"), [(40, 2, 3), (33, 5, 4)])
def test_thin_matrices_that_lie_across(rows, k, c):
    x, w, v, b = values(rows, k, c, "d")
    def across(x, w, v, b):
        h = np.tanh(w.T @ x.T + b[:, None])
        return np.sum((v.T @ h) ** 2) + np.sum(logsumexp(h, axis=0))
    agree(across, [x, w, v, b])


def test_a_small_network_is_one_loop_over_its_rows():
    source = agree(network, values(200, 2, 3, "d"))
    assert not any(isinstance(item, Product) for item in source.low.items)
    assert sum(group.shape == (200,) for group in source.groups) == 1


def test_the_softmax_in_a_gradient_needs_no_second_exponential():
    source = agree(network, values(200, 2, 3, "d"))
    assert source.text.count("own_exp") == 2                        # one in each of two columns
    x = np.array([[1000.0, -np.inf, 999.0], [-np.inf, -np.inf, 0.0]] * 9)
    entry = Entry(lambda x: grad(lambda x: np.sum(logsumexp(x, axis=1)))(x), (x,), {})
    np.testing.assert_allclose(Native(entry.program)([x])[0], Plain(entry.program)([x])[0], rtol=1e-13)
