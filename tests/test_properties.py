"""Random shapes, dtypes, layouts and keywords: what must be true of every NumPy call on tensors.

NumPy itself, on plain arrays, is the reference. The examples are the same in every run.
"""
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from autograd import Tensor, grad, make_jvp, make_vjp, vmap
from autograd.errors import AutogradError, ShapeError
from autograd.gates.index import scatter
from autograd.gates.reduce import spread
from autograd.gates.shape import reshape
from autograd.graph import GATES, plain
from tests.agreement import close, difference, inner
from tests.arguments import FAMILIES
from tests.examples import noise
from tests.mutants import mended, redeclare, rule_of

everything = settings(derandomize=True, deadline=None, database=None, max_examples=120,
                      suppress_health_check=list(HealthCheck))           # none may depend on how busy the machine is
REFUSALS = (ValueError, IndexError, TypeError)                           # what NumPy says to arguments that do not fit


@contextmanager
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("family", FAMILIES)
@everything
@given(data=st.data())
def test_what_numpy_does(family, data):
    check(data.draw(FAMILIES[family]), data)


@pytest.mark.parametrize(("family", "name", "rule"), [
    ("reductions", "sum", lambda g, shape, axis, keepdims: 1.01 * spread(g, shape, axis, keepdims)),
    ("taking", "getitem", lambda g, shape, index: -scatter(g, index, shape)), ("elementwise", "mul", lambda g: g),
    ("shaping", "reshape", lambda g, shape: 1.01 * reshape(g, shape))])
def test_a_wrong_rule_is_noticed(family, name, rule):
    gate = GATES[name]
    few = settings(everything, phases=[Phase.generate], report_multiple_bugs=False)
    with mended(gate):
        redeclare(gate, [rule, *map(rule_of, gate.pulls[1:])])
        with pytest.raises((AssertionError, AutogradError)):
            few(given(st.data())(lambda data: check(data.draw(FAMILIES[family]), data)))()


@quiet()
def check(call, data):
    try:
        expected = call.of(call.ys)
    except REFUSALS as error:
        refused(call, type(error))
    else:
        if call.ys:
            is_numpys(call, expected)
            if dtype_of(expected).kind in "fc" and np.all(np.isfinite(expected)):
                derivatives(call, expected)
                like_a_loop(call, data)


def dtype_of(x):
    return np.asarray(x).dtype


def near(a, b, dtype, size):
    """Equal up to some last digits of a computation with numbers of this size."""
    np.testing.assert_allclose(a, b, rtol=0.0, atol=64.0 * np.finfo(dtype).eps * float(1.0 + np.max(size, initial=0.0)))


def test_einsum_of_empty_arrays():
    """Not drawn above, because numpy.einsum itself writes beyond the memory of some of them."""
    for left, right in [((1, 3), (1, 0, 2)), ((2, 0), (2, 0, 3)), ((0, 2), (1, 2, 3))]:
        pull, ans = make_vjp(lambda x, y: np.einsum("ab,acd->bcd", x, y), (0, 1))(np.ones(left), np.ones(right))
        assert ans.shape == (left[1], *right[1:])
        assert not ans.any()
        for part, shape in zip(pull(np.ones(ans.shape)), (left, right), strict=True):
            assert part.shape == shape
            assert not part.any()
    with pytest.raises(ShapeError):
        np.einsum("ab,ac->bc", Tensor(np.ones((4, 0))), np.ones((3, 2)))


# ---------------------------------------------------------------- value
def refused(call, error):
    """What NumPy refuses, tensors refuse."""
    if call.ys:
        with pytest.raises((AutogradError, error)):
            call.of([Tensor(y) for y in call.ys])


def is_numpys(call, expected):
    """Value, shape and dtype are NumPy's, on every way to compute them."""
    recorded = [plain(call.of([Tensor(y) for y in call.ys]))]
    if dtype_of(expected).kind in "fc":
        recorded += [make_vjp(call.of)(call.ys)[1], make_jvp(call.of)(call.ys)(call.ys)[0]]
    for found in recorded:
        assert np.shape(found) == np.shape(expected)
        assert dtype_of(found) == dtype_of(expected)
        if call.exact or dtype_of(expected).kind not in "fc":
            np.testing.assert_array_equal(found, expected)
        else:
            near(found, expected, dtype_of(expected), np.abs(expected[np.isfinite(expected)]))


# ---------------------------------------------------------------- derivatives
def derivatives(call, expected):
    """In both modes of the right shape and dtype, adjoint to each other, and where they are exact enough, right."""
    rng = np.random.default_rng(0)
    g, *vs = (np.asarray(noise(x, rng), dtype_of(x))[()] for x in (expected, *call.ys))
    back, pushed = make_vjp(call.of)(call.ys)[0](g), make_jvp(call.of)(call.ys)(tuple(vs))[1]
    for found, x in zip([*back, pushed], [*call.ys, expected], strict=True):
        assert np.shape(found) == np.shape(x)
        assert dtype_of(found) == dtype_of(x)
    coarsest = max(map(dtype_of, (*call.ys, expected)), key=lambda dtype: np.finfo(dtype).eps)
    size = absolute(back, vs) + absolute([g], [pushed])
    if np.isfinite(size):                                                  # half precision overflows soon
        near(inner(back, vs), inner(g, pushed), coarsest, size)
    if all(dtype_of(x) in (np.float64, np.complex128) for x in call.ys):
        fine, coarse = (difference(call.of, call.ys, vs, order) for order in (1, 2))
        if np.allclose(fine, coarse, rtol=1e-12, atol=1e-12):          # else there is a pole or a kink nearby
            close(pushed, fine, call, 1)
        symmetric(call, vs, rng)


def absolute(xs, ys):
    return sum(float(np.sum(np.abs(x) * np.abs(y))) for x, y in zip(xs, ys, strict=True))


def symmetric(call, vs, rng):
    """⟨v, H·w⟩ = ⟨w, H·v⟩ for a smooth function of the result."""
    def smooth(ys):
        ans = call.of(ys)
        return np.sum(np.real(np.sin(ans) * ans))
    ws = [noise(y, rng) for y in call.ys]
    hv, hw = (make_jvp(grad(smooth))(call.ys)(tuple(us))[1] for us in (vs, ws))
    near(inner(hw, vs), inner(hv, ws), float, 16.0 * (absolute(hw, vs) + absolute(hv, ws)))


# ---------------------------------------------------------------- vmap
def like_a_loop(call, data):
    """Mapped over any axis of some of its inputs, a call gives what a loop gives."""
    choices = st.lists(st.just(True) if call.together else st.booleans(), min_size=len(call.xs), max_size=len(call.xs))
    mapped = data.draw(choices.filter(any), "mapped")
    axes = [data.draw(st.integers(0, np.ndim(x)), "axis") if m else None for x, m in zip(call.xs, mapped, strict=True)]
    scales = np.array([1.0, 0.5, 0.75])[:data.draw(st.integers(1, 3), "length")]
    rows = [[x if a is None else np.asarray(x * scale, dtype_of(x)) for x, a in zip(call.xs, axes, strict=True)]
            for scale in scales]
    columns = zip(*rows, strict=True)
    stacked = [column[0] if a is None else np.stack(column, a) for column, a in zip(columns, axes, strict=True)]
    try:
        expected = np.stack([call.f(*row) for row in rows])
    except REFUSALS:
        return
    found = vmap(call.f, tuple(axes))(*stacked)
    assert dtype_of(found) == dtype_of(expected)
    near(found, expected, dtype_of(expected), np.abs(expected))
