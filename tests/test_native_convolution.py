"""Convolution and pooling as machine code give the numbers of `Plain`, whatever the sizes, without NumPy."""
import itertools

import numpy as np
import pytest

from autograd import make_jvp, make_vjp
from autograd.errors import ShapeError
from autograd.executors.native import Native
from autograd.executors.native.build import compiler
from autograd.executors.plain import Plain
from autograd.gates.conv import conv, conv_transpose, conv_weight, max_pool, pool_mean, reached
from autograd.tracing import record

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
RNG = np.random.default_rng(0)
TOLERANCE = {"f4": 1e-6, "f8": 2e-15}        # of the largest number


def agrees(f, values, calls=()):
    """Native gives what Plain gives, and runs these gates alone in NumPy."""
    with np.errstate(all="ignore"):
        program = record(f, values).program
        run = Native(program)
        results = zip(run(values), Plain(program)(values), strict=True)
    assert [call.step.gate.name for call in run.source.calls] == list(calls)
    for found, expected in ((np.asarray(a), np.asarray(b)) for a, b in results):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
        scale = np.max(np.abs(expected[np.isfinite(expected)]), initial=1.0)
        np.testing.assert_allclose(found, expected, 0.0, TOLERANCE[expected.dtype.str[1:]] * scale)


def three(x, w, params):
    """The convolution and both of its transposes, each of its own arrays."""
    y = RNG.standard_normal(conv(x, w, **params).shape).astype(x.dtype)

    def f(v):
        return [conv(v[0], v[1], **params), conv_transpose(v[2], v[1], size=x.shape[2:], **params),
                conv_weight(v[0], v[2], size=w.shape[2:], **params)]
    agrees(f, [x, w, y])


def rows():
    """Keywords of convolutions along two axes, with sizes that fit them: every choice meets every other."""
    choices = {"stride": [(1, 1), (2, 3), (3, 1)], "padding": [((0, 0), (0, 0)), ((1, 2), (0, 3)), ((2, 2), (4, 1))],
               "dilation": [(1, 1), (2, 1), (1, 3)], "groups": [1, 2, 3]}
    for k, row in enumerate(itertools.product(range(3), repeat=2)):
        picks = (*row, sum(row) % 3, (row[0] + 2 * row[1]) % 3)
        yield k, {name: some[i] for (name, some), i in zip(choices.items(), picks, strict=True)}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("k", "params"), list(rows()))
def test_every_form_of_convolution(k, params, dtype):
    groups = params["groups"]
    kernel, size = [(3, 3), (2, 4), (1, 5)][k % 3], [(9, 10), (11, 17), (7, 24)][k // 3]
    x = RNG.standard_normal((1 + k % 3, 2 * groups, *size)).astype(dtype)
    w = RNG.standard_normal(((1 + k % 5) * groups, 2, *kernel)).astype(dtype)
    three(x, w, params)


@pytest.mark.parametrize(("n", "kernel", "stride", "pad", "dilation"), [
    (1, 1, 1, (0, 0), 1), (2, 2, 1, (0, 0), 1), (7, 3, 1, (1, 1), 1), (8, 3, 4, (0, 0), 1), (9, 2, 5, (0, 0), 1),
    (31, 5, 2, (4, 0), 3),
    (5, 1, 1, (0, 0), 1), (6, 3, 7, (2, 2), 1), (17, 17, 1, (0, 0), 1), (3, 2, 1, (5, 6), 1), (40, 4, 3, (0, 7), 2)])
@pytest.mark.parametrize(("channels", "outputs"), [(1, 1), (3, 5), (2, 13)])
def test_along_one_axis(n, kernel, stride, pad, dilation, channels, outputs):
    x, w = RNG.standard_normal((2, channels, n)), RNG.standard_normal((outputs, channels, kernel))
    three(x, w, {"stride": (stride,), "padding": (pad,), "dilation": (dilation,), "groups": 1})


def test_along_three_axes():
    x, w = RNG.standard_normal((2, 4, 5, 6, 7)), RNG.standard_normal((6, 2, 2, 3, 2))
    three(x, w, {"stride": (1, 2, 3), "padding": ((0, 1), (1, 1), (2, 0)), "dilation": (2, 1, 1), "groups": 2})


def test_each_channel_by_itself():
    x, w = RNG.standard_normal((2, 9, 6, 8)), RNG.standard_normal((9, 1, 3, 3))
    three(x, w, {"stride": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 9})


PLAIN = {"stride": (1, 1), "padding": ((0, 0), (0, 0)), "dilation": (1, 1), "groups": 1}


def test_nan_and_inf_reach_what_they_are_part_of():
    x, w = RNG.standard_normal((2, 2, 9, 10)), RNG.standard_normal((5, 2, 3, 3))
    x[0, 1, 2, 3], x[1, 0, 8, 9] = np.nan, np.inf
    y = RNG.standard_normal((2, 5, 7, 8))
    y[0, 4, 0, 7], y[1, 2, 6, 0] = -np.inf, np.nan
    agrees(lambda v: [conv(v[0], v[1], **PLAIN), conv_weight(v[0], v[2], size=(3, 3), **PLAIN)], [x, w, y])
    agrees(lambda v: [conv_transpose(v[0], v[1], size=(9, 10), **PLAIN)], [y, w])


def test_other_types_run_in_numpy():
    x, w = RNG.standard_normal((1, 1, 4, 4)) * 1j, RNG.standard_normal((1, 1, 2, 2))
    program = record(lambda v: [conv(v[0], v[1], **PLAIN)], [x, w]).program
    run = Native(program)
    assert [call.step.gate.name for call in run.source.calls] == ["conv"]
    np.testing.assert_array_equal(run([x, w])[0], Plain(program)([x, w])[0])


def test_views_and_mixed_types():
    x, w = RNG.standard_normal((4, 5, 2, 3)), RNG.standard_normal((2, 3, 2, 3)).astype("f4")
    agrees(lambda v: [conv(v[0].transpose(2, 3, 0, 1)[:, ::-1], v[1] * 2.0, **PLAIN)], [x, w.astype("f8")])
    agrees(lambda v: [conv(v[0].transpose(2, 3, 0, 1), v[1], **PLAIN)], [x, w])


# ---------------------------------------------------------------- pooling
POOLS = [{"kernel": (2, 2), "stride": (2, 2), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)},
         {"kernel": (3, 2), "stride": (1, 2), "padding": ((1, 0), (0, 1)), "dilation": (1, 1)},
         {"kernel": (2, 3), "stride": (3, 4), "padding": ((0, 0), (0, 0)), "dilation": (2, 1)},
         {"kernel": (2, 2), "stride": (2, 2), "padding": ((1, 1), (1, 1)), "dilation": (1, 1)}]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("params", POOLS)
def test_pooling_and_its_derivatives(params, dtype):
    x = RNG.integers(0, 4, (2, 3, 8, 10)).astype(dtype)                    # with many ties
    g, t = RNG.standard_normal(max_pool(x, **params).shape).astype(dtype), RNG.standard_normal(x.shape).astype(dtype)

    def f(v):
        pool = lambda x: max_pool(x, **params)  # noqa: E731
        return [make_vjp(pool)(v[0])[0](v[1]), make_jvp(pool)(v[0])(v[2])[1], pool(v[0])]
    agrees(f, [x, g, t])


def test_pooling_keeps_nan():
    x = RNG.standard_normal((1, 6, 6))
    x[0, 0, 0], x[0, 5, 2], x[0, 3, 3] = np.nan, np.inf, -np.inf
    agrees(lambda v: [max_pool(v[0], **POOLS[0]), max_pool(v[0], **POOLS[1])], [x])


def test_where_it_was_reached_is_there_when_it_is_asked_for():
    x = RNG.integers(0, 3, (2, 6, 6)).astype(float)
    y = max_pool(x, **POOLS[0])

    def f(v):
        where = reached(v[0], v[1], **POOLS[0])
        return [where.astype(float), pool_mean(v[0], where, **POOLS[0])]
    agrees(f, [x, y])


def test_a_window_that_does_not_fit_is_the_error_of_the_gate():
    with pytest.raises(ShapeError, match="no room"):
        record(lambda v: [conv(v[0], v[1], **PLAIN)], [np.ones((1, 1, 2, 2)), np.ones((1, 1, 3, 3))])
