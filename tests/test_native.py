"""The native executor's own ways: blocked products, long sums, threads."""
import numpy as np
import pytest

from autograd.executors.native import Native
from autograd.executors.native.build import compiler
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
@pytest.mark.parametrize("m, k, n", [(5, 400, 331), (8, 330, 403), (9, 330, 403), (16, 1000, 140), (17, 1000, 140),
                                     (300, 32, 99), (300, 33, 99), (20, 1000, 131), (200, 3, 1500)])
def test_products_with_few_rows_or_short_sums(dtype, m, k, n):
    same_as_plain(lambda v: [v[0] @ v[1], v[2].T @ v[1]], [numbers(dtype, *s) for s in ((m, k), (k, n), (k, m))], k)
