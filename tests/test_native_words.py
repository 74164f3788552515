"""What gates are in C: formulas at the edges of their domains, and sums, copies and products of larger arrays."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np
import pytest

from autograd.executors.native import Native
from autograd.executors.native.build import compiler
from autograd.executors.native.lower import Lowering, Product
from autograd.executors.plain import Plain
from autograd.graph import GATES
from autograd.tracing import record

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
RNG = np.random.default_rng(0)
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.7, -3.7, 7.0, -7.0, 0.1, 1.0 - 1e-9, 40.0,
                  1e-300, 1e300, -1e300, np.inf, -np.inf, np.nan])
ONE = ["fraction", "degrees", "radians", "erfc", "ndtr", "logit", "entr"]
TWO = ["remainder", "floor_divide", "heaviside", "logaddexp", "logaddexp2", "nextafter", "xlogy", "xlog1py", "rel_entr",
       "huber", "pseudo_huber"]


def both(f, values):
    """What Native and Plain give; no gate may run in NumPy."""
    with np.errstate(all="ignore"):
        program = record(f, values).program
        run = Native(program)
        assert run.source.calls == []
        return list(zip(run(values), Plain(program)(values), strict=True))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", [*ONE, *TWO])
def test_formulas_where_they_are_hard(name, dtype):
    edges = np.where(np.isfinite(EDGES), np.clip(EDGES, -1e37, 1e37), EDGES) if dtype == "f4" else EDGES
    values = [v.astype(dtype) for v in ([edges] if name in ONE else np.meshgrid(edges, edges))]
    (found, expected), = both(lambda v: [GATES[name](*v)], values)
    np.testing.assert_allclose(found, expected, 4.0 * np.finfo(dtype).eps)
    zeros = expected == 0.0
    np.testing.assert_array_equal(np.signbit(found[zeros]), np.signbit(expected[zeros]))


def agrees(f, *shapes):
    for found, expected in both(f, [RNG.standard_normal(shape) for shape in shapes]):
        np.testing.assert_allclose(found, expected, 1e-12, 1e-12)
        assert np.shape(found) == np.shape(expected)


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (1, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_spread(axis, keepdims):
    names = {"axis": axis, "keepdims": keepdims}
    agrees(lambda v: [np.var(v[0], **names), np.std(v[0], ddof=1, **names), np.var(v[0].T, ddof=2, **names)], (4, 3, 25))


def test_a_variance_keeps_its_digits_far_from_zero():
    (found, expected), = both(lambda v: [np.var(v[0], axis=1)], [1e8 + RNG.standard_normal((3, 500))])
    np.testing.assert_allclose(found, expected, 1e-9)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_running(axis):
    agrees(lambda v: [np.cumsum(v[0], axis), np.cumprod(v[0].T, axis), np.cumsum(v[0][::-1, :, ::2], axis)], (5, 6, 7))


def test_the_largest_so_far_keeps_nan():
    x = np.array([[1.0, 3.0, 2.0, np.nan, 9.0], [np.nan, 1.0, 0.0, 4.0, 5.0]])
    for found, expected in both(lambda v: [np.maximum.accumulate(v[0], 1), np.minimum.accumulate(v[0], 0)], [x]):
        np.testing.assert_array_equal(found, expected)


def test_copies():
    agrees(lambda v: [np.tile(v[0], 3), np.tile(v[0].T, (2, 1, 3)), np.repeat(v[0], 3, axis=1), np.repeat(v[0].T, 2, axis=0)], (4, 5))
    agrees(lambda v: [np.roll(v[0], 2), np.roll(v[0], -3, 1), np.roll(v[0], (1, 9), (0, 1)), np.roll(v[0].T, 0, 0),
                      np.roll(v[0].T, 7), np.roll(v[0], (2, 1), 0)], (4, 5))


@pytest.mark.parametrize(("subscripts", "shapes"), [
    ("bij,bjk->bik", ((7, 20, 30), (7, 30, 40))), ("ij,kj->ki", ((60, 50), (70, 50))), ("abcd,cdef->efab", ((3, 4, 5, 6), (5, 6, 7, 8))),
    ("bhqd,bhkd->bhqk", ((2, 3, 17, 8), (2, 3, 19, 8))), ("biaj,bja->ib", ((3, 4, 5, 6), (3, 6, 5))), ("ij,ij->", ((9, 8), (9, 8))),
    ("ij,j->i", ((90, 80), (80,))), ("i,j->ij", ((9,), (8,))), ("ii->i", ((6, 6),)), ("ijj->i", ((4, 5, 5),)), ("ijk->kj", ((4, 5, 6),)),
    ("ij,jk,kl->il", ((4, 5), (5, 6), (6, 7))), ("i,ij,j->", ((4,), (4, 5), (5,))), ("ijk,jl->il", ((3, 4, 5), (4, 6)))])
def test_products_over_named_axes(subscripts, shapes):
    agrees(lambda v: [np.einsum(subscripts, *v)], *shapes)


def test_large_products_of_three_stay_with_numpy():
    values = [RNG.standard_normal((40, 40)) for _ in range(3)]
    run = Native(record(lambda v: [np.einsum("ij,jk,kl->il", *v)], values).program)
    assert [call.step.gate.name for call in run.source.calls] == ["einsum"]
    np.testing.assert_allclose(run(values)[0], values[0] @ values[1] @ values[2], 1e-10, 1e-10)


def test_dot_and_tensordot_of_any_rank():
    agrees(lambda v: [np.dot(v[0], v[1]), np.tensordot(v[0], v[1], ((0, 2), (2, 1))), np.tensordot(v[0], v[1], 0)], (3, 4, 5), (6, 5, 3))
    agrees(lambda v: [np.dot(v[0], v[1]), np.dot(v[1], v[0][0].T)], (3, 4, 5), (5,))


def test_powers_of_two():
    agrees(lambda v: [np.ldexp(v[0], 5), np.ldexp(v[0], -3)], (4, 5))


@pytest.mark.parametrize(("x", "y", "stack"), [
    ((3, 4, 5), (5, 2), ()), ((2, 3, 4, 5), (5, 1), ()), ((4, 5), (7, 5, 1), ()), ((4, 5), (2, 3, 5, 1), ()),
    ((3, 4, 5), (5,), ()), ((4, 5), (7, 5, 2), (7,)), ((3, 4, 5), (3, 5, 1), (3,)), ((5,), (3, 5, 2), (3,))])
def test_a_stack_by_one_matrix_is_a_single_product(x, y, stack):
    f = lambda v: [v[0] @ v[1]]  # noqa: E731
    agrees(f, x, y)
    assert stacks(f, x, y) == [stack]


def test_a_stack_that_lies_across_stays_one():
    f = lambda v: [np.swapaxes(v[0], 0, 1) @ v[1]]  # noqa: E731
    agrees(f, (3, 4, 5), (5, 2))
    assert stacks(f, (3, 4, 5), (5, 2)) == [(4,)]


def stacks(f, *shapes):
    """The stacks of the products in a program."""
    items = Lowering(record(f, [np.zeros(shape) for shape in shapes]).program).items
    return [item.stack for item in items if isinstance(item, Product)]


def test_an_index_that_its_own_loop_computes():
    labels = np.array([1, 2, -100, 0])
    (found, expected), = both(lambda v: [v[0][np.arange(4), v[1] * (v[1] != -100)]], [RNG.standard_normal((4, 3)), labels])
    np.testing.assert_array_equal(found, expected)
