"""Kinks, ties and singular points: one stated derivative each, the same in both modes and to higher orders."""
import itertools

import numpy as np
import pytest

from autograd import Tensor, conventions, grad, hessian, make_jvp, make_vjp, strict, value_and_grad, vmap
from autograd.gates.elementwise import absorb, absorb_div
from tests.agreement import same

ROWS = conventions()


def ids(row):
    return row.where


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_a_convention_holds_in_both_modes(row):
    with np.errstate(all="ignore"):
        value, back = value_and_grad(row.function)(row.at)
        same(value, row.function(row.at), row.where)
        columns = [make_jvp(row.function)(row.at)(e)[1] for e in (np.eye(len(row.at)) if np.ndim(row.at) else [1.0])]
        leaf = Tensor(row.at)
        row.function(leaf).backward()
    np.testing.assert_allclose(back, row.derivative, atol=1e-15)
    np.testing.assert_allclose(np.reshape(columns, np.shape(row.at)), row.derivative, atol=1e-15)
    np.testing.assert_allclose(leaf.grad, row.derivative, atol=1e-15)


@pytest.mark.parametrize("row", [row for row in ROWS if not np.ndim(row.at)], ids=ids)
def test_arrays_have_the_convention_of_numbers(row):
    with np.errstate(all="ignore"):
        back = grad(lambda x: np.sum(row.function(x)))(np.full(3, row.at))
        mapped = vmap(grad(row.function))(np.full(3, row.at))
    np.testing.assert_array_equal(back, np.full(3, row.derivative))
    np.testing.assert_array_equal(mapped, np.full(3, row.derivative))


def test_the_table_can_be_read():
    lines = repr(ROWS).splitlines()
    assert len(lines) == len(ROWS) + 1
    assert " ".join(lines[1].split()) == "abs(x), x = 0 0.0 the middle of the slopes on both sides"
    assert ROWS._repr_markdown_().count("\n") == len(ROWS) + 1


# ---------------------------------------------------------------- zero times infinity
SPECIAL = [0.0, -0.0, 1.0, -2.0, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize(("gate", "operation"), [(absorb, np.multiply), (absorb_div, np.divide)])
def test_a_product_that_absorbs(gate, operation):
    with np.errstate(all="ignore"):
        for g, p in itertools.product(SPECIAL, repeat=2):
            ieee = operation(g, p)
            zero = np.isnan(ieee) and not np.isnan(g) and (not np.isnan(p) or g == 0.0)
            same(gate(g, p), 0.0 if zero else ieee, f"{gate}({g}, {p})")
            same(gate(np.array([g]), np.array([p])), np.array([0.0 if zero else ieee]), f"{gate}([{g}], [{p}])")


def test_strict_is_ieee():
    root = lambda x: np.where(x > 0.0, np.sqrt(x), 0.0)                                               # noqa: E731
    assert grad(root)(0.0) == 0.0
    with strict():
        assert np.isnan(grad(root)(0.0))
        assert np.isnan(make_jvp(root)(0.0)(1.0)[1]) or make_jvp(root)(0.0)(1.0)[1] == 0.0
        leaf = Tensor(0.0)
        root(leaf).backward()
        assert np.isnan(leaf.grad)
    assert grad(root)(0.0) == 0.0

    @strict()
    def inside():
        return grad(root)(0.0)
    assert np.isnan(inside())


@pytest.mark.parametrize("f", [np.linalg.norm, np.std, np.nanstd, lambda x: np.std(x, where=np.ones(2, bool)),
                               lambda x: np.linalg.norm(x * (1.0 + 1.0j))])
def test_the_tip_of_a_norm_is_nan_under_strict(f):
    with strict():
        assert np.isnan(grad(f)(np.zeros(2))).all()
        assert np.isnan(make_jvp(f)(np.zeros(2))(np.ones(2))[1])


@pytest.mark.parametrize("f", [np.linalg.norm, np.std, np.nanstd])
def test_a_norm_bends_without_limit_at_its_tip(f):
    e = np.array([1.0, 0.0])
    with np.errstate(all="ignore"):
        assert make_jvp(lambda x: make_jvp(f)(x)(e)[1])(np.zeros(2))(e)[1] == np.inf
        assert not np.isfinite(hessian(f)(np.zeros(2))[0, 0])


def test_no_warning_comes_from_a_walk_back():
    x = np.array([0.0, 1.0])
    same(grad(lambda x: np.sum(np.sqrt(x)))(x), np.array([np.inf, 0.5]), "gradient")       # warnings are errors here
    same(make_jvp(np.sqrt)(x)(np.ones(2))[1], np.array([np.inf, 0.5]), "tangent")


def test_higher_derivatives_beside_a_singular_point():
    def f(x):
        return np.sum(np.where(x > 0.0, x**2.5 + np.sqrt(np.where(x > 0.0, x, 0.0)), 0.0))
    x = np.array([-1.0, 0.0, 2.0])
    with np.errstate(all="ignore"):
        twice = hessian(f)(x)
    expected = 3.75 * 2.0**0.5 - 0.25 * 2.0**-1.5
    np.testing.assert_allclose(twice, np.diag([0.0, 0.0, expected]), rtol=1e-14)


def test_a_nan_in_the_data_stays():
    x = np.array([np.nan, 0.0, 1.0])
    same(grad(lambda x: np.sum(x * x))(x), 2.0 * x, "gradient")
    assert np.isnan(grad(lambda x: np.sum(np.sqrt(x)) * x[0])(np.array([np.nan, 1.0]))).any()


def test_only_the_nan_entries_change():
    """The careful walk gives what the ordinary one gives wherever that is no nan."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.standard_normal(5), [0.0, -0.0]])

    def f(x):
        y = np.where(x > 0.0, np.sqrt(np.abs(x)) * np.log(np.abs(x)), x * x)
        return np.sum(y * np.tanh(x)) / np.sqrt(np.sum(x * x))
    with np.errstate(all="ignore"):
        careful = grad(f)(x)
        with strict():
            ieee = grad(f)(x)
        ordinary = np.isfinite(ieee)
        pull = make_vjp(f)(x)[0]
    assert 0 < ordinary.sum() < len(x)
    assert np.isfinite(careful).all()
    same(careful[ordinary], ieee[ordinary], "the other entries")
    same(pull(1.0), careful, "make_vjp")


def test_a_single_element_deviates_at_no_order():
    for x in (np.array([1.5]), np.array([[1.0, -2.0]])):
        f = lambda x: np.sum(np.std(x, axis=0))  # noqa: E731
        assert not grad(f)(x).any()
        assert not hessian(f)(x).any()
