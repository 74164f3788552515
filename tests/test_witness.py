"""Which outputs of a program show a nan that came up on the way back."""
import numpy as np
import pytest

from autograd import grad, trace
from autograd.compilation import _loop
from autograd.executors.plain import Plain

X = np.random.default_rng(0).standard_normal((5, 3))


def test_a_program_looks_for_nan_in_what_lasts():
    def step(state, x):
        w, v = state
        v = 0.9 * v + grad(lambda w: np.sum(np.tanh(w) * x))(w)
        return (w - 0.1 * v, v), ()
    entry = _loop(step, (X, X), X)
    assert [step.gate.name for step in entry.program].count("sum") == 0
    assert len(entry.program.witnesses) == 1
    program = trace(grad(lambda w: np.sum(np.tanh(w))))(X)
    assert program.witnesses == (0,)
    assert len(program.outputs) == 1


@pytest.mark.parametrize("hides", [lambda s: np.where(s > 0.0, s, 0.0), lambda s: np.array([1.0, 2.0]) * (s > 0.0),
                                   lambda s: s[:1], lambda s: np.nan_to_num(s), lambda s: np.maximum(s, 0.0)])
def test_a_nan_that_no_output_shows_is_flagged(hides):
    program = trace(lambda w: hides(grad(lambda w: np.sum(np.tanh(w)))(w)))(np.ones(2))
    assert program.witnesses == (1,)
    assert Plain(program)([np.array([0.5, np.nan])]) is None


@pytest.mark.parametrize(("size", "witnesses"), [(100, (0,)), (1 << 15, (1,))])
def test_a_large_result_is_looked_at_while_it_is_computed(size, witnesses):
    program = trace(grad(lambda w: np.sum(np.tanh(w))))(np.ones(size))
    assert program.witnesses == witnesses


def test_a_carry_that_forgets_is_no_witness():
    def step(w, x):
        return grad(lambda v: np.sum(np.tanh(v) * x))(w * 0.0 + 1.0), ()
    program = _loop(lambda w, x: (np.ones(3) * 1.0 + 0.0 * x, step(w, x)[0]), X[0], X[0]).program
    assert program.witnesses == (2,)                       # the flag: the gradient of one turn is gone in the next


def test_of_several_witnesses_one_is_enough():
    def step(state, x):
        w, m = state
        g = grad(lambda w: np.sum(np.tanh(w) * x))(w)
        m = 0.9 * m + 0.1 * g
        return (w - m, m), ()
    assert len(_loop(step, (X, X), X).program.witnesses) == 1
