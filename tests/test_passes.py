"""The passes: the same bits with and without each, at special values too; what each does, seen in the text."""
# ruff: noqa: E501 — one row per case, however long
import itertools
from dataclasses import replace

import numpy as np
import pytest

from autograd import passes, value_and_grad
from autograd.executors.plain import Plain
from autograd.gates.elementwise import add, div, mul, negative, positive, power, sub
from autograd.gates.shape import broadcast_to, reshape, transpose
from autograd.graph import GATES
from autograd.passes import PASSES, optimized, uniform
from autograd.tracing import record
from tests.cases import CASES
from tests.machine import SPECIAL
from tests.recorded import gate_programs, random_programs, same_bits

ALONE = {run.__name__: run for run in PASSES}
BY_ADDRESS = {"logm"}                   # gates whose last digits depend on where in memory their input lies


def differences(program, values, run):
    """The outputs that a pass changes, by position."""
    with np.errstate(all="ignore"):
        before, after = Plain(program)(values), Plain(run(program))(values)
    return [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if not same_bits(a, b)]


@pytest.mark.parametrize("name", [name for name in CASES if name not in BY_ADDRESS])
def test_every_pass_keeps_every_bit(name):
    for e, program, values in gate_programs(name):
        for run in (*ALONE.values(), optimized):
            assert differences(program, values, run) == [], f"{run.__name__} on {e}\n{program.text()}"


@pytest.mark.parametrize("run", [*ALONE.values(), optimized], ids=lambda run: run.__name__)
def test_random_programs_keep_every_bit(run):
    count = 0
    for text, program, values in random_programs(150):
        count += 1
        assert differences(program, values, run) == [], text
    assert count > 90


# ---------------------------------------------------------------- arithmetic on every special value
CONSTANTS = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -0.25, 3.0, 1e300, np.inf, np.nan]
BINARY = [add, sub, mul, div, power]


def arithmetic(xs):
    """Every operation with every constant on both sides, and every pair of two in a row."""
    x, y = xs
    for gate, c in itertools.product(BINARY, CONSTANTS):
        yield gate(x, c)
        yield gate(c, x)
    for outer, inner in itertools.product(BINARY, [negative, positive]):
        yield outer(x, inner(y))
        yield outer(inner(x), y)
        yield outer(inner(x), inner(y))
    for outer, inner in itertools.product([negative, positive], repeat=2):
        yield outer(inner(x))


def special(dtype):
    pairs = list(itertools.product([*SPECIAL, 0.3, 7.0, 1e-310], repeat=2))
    if dtype is None:
        return [[a, b] for a, b in pairs]
    with np.errstate(all="ignore"):
        return [[np.array(column).astype(dtype) for column in zip(*pairs, strict=True)]]


@pytest.mark.parametrize("dtype", [None, np.float64, np.float32, np.float16, complex])
def test_special_values_keep_every_bit(dtype):
    for values in special(dtype):
        with np.errstate(all="ignore"):
            program = record(lambda xs: list(arithmetic(xs)), values).program
        assert differences(program, values, optimized) == []
        assert len(optimized(program)) < len(program)


# ---------------------------------------------------------------- wrong passes are noticed
def _wrong(gate, change):
    """A pass that rewrites every step of one gate in a wrong way."""
    return lambda program: passes.rewritten(program, lambda known, step: change(known, step)
                                            if step.gate is GATES[gate] else step)


WRONG = {
    "x + 0 is x":          _wrong("add", lambda known, step: step.args[0] if known.number(step.args[1]) == 0.0 else step),
    "x * 0 is 0":          _wrong("mul", lambda known, step: known.constant(0.0) if known.number(step.args[1]) == 0.0 else step),
    "0 - x is -x":         _wrong("sub", lambda known, step: replace(step, gate=negative, args=step.args[1:])
                                  if known.number(step.args[0]) == 0.0 else step),
    "x / 3 is x * (1/3)":  _wrong("div", lambda known, step: replace(step, gate=mul, args=(step.args[0], known.constant(1 / 3)))
                                  if known.number(step.args[1]) == 3.0 else step),
    "x / 1 is 1 / x":      _wrong("div", lambda known, step: replace(step, args=step.args[::-1])
                                  if known.number(step.args[1]) == 1.0 else step),
    "differences commute": _wrong("sub", lambda known, step: replace(step, args=step.args[::-1])),
    "the last step goes":  lambda program: replace(program, outputs=(program.outputs[0],) * len(program.outputs)),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_pass_is_noticed(fault):
    (values,) = special(np.float64)
    with np.errstate(all="ignore"):
        program = record(lambda xs: list(arithmetic(xs)), values).program
    assert differences(program, values, WRONG[fault])


# ---------------------------------------------------------------- what the passes do
def names(f, *values):
    """The gates of a recorded function after the passes."""
    return [step.gate.name for step in optimized(record(lambda xs: f(*xs), values).program)]


X = np.arange(12.0).reshape(3, 4) - 5.0


@pytest.mark.parametrize(("f", "left"), [
    (lambda x: [x * 1.0, 1.0 * x, x / 1.0, x - 0.0, +x, negative(-x), reshape(x, (3, 4)), broadcast_to(x, (3, 4)), x.T.T], []),
    (lambda x: x + 0.0, ["add"]),
    (lambda x: x * 0.0, ["mul"]),
    (lambda x: np.tanh(x) + np.tanh(x), ["tanh", "add"]),
    (lambda x: (x * np.tanh(x)) - (np.tanh(x) * x), ["tanh", "mul", "sub"]),
    (lambda x: x * (np.ones((3, 4)) * 2.0 + 1.0), ["mul"]),
    (lambda x: x - (-(x * 2.0)), ["mul", "add"]),
    (lambda x: x / 4.0, ["mul"]),
    (lambda x: x / 3.0, ["div"]),
    (lambda x: -1.0 * x, ["negative"]),
    (lambda x: x ** 2.0, ["square"]),
    (lambda x: transpose(reshape(reshape(x, (2, 6)), (2, 3, 2)), (2, 0, 1)).T, ["reshape", "transpose"]),
    (lambda x: x[0] * np.ones((3, 4)), ["getitem", "mul"]),
    (lambda x: x.astype(np.float32) * np.ones((3, 4)), ["fit", "mul"]),
])
def test_steps_that_are_left(f, left):
    assert names(f, X) == left


def test_the_text_shows_both_programs():
    program = optimized(record(value_and_grad(lambda xs: np.sum(xs[0] * xs[0] * 1.0)), [X]).program)
    assert "mul(v0, 1)" in program.text(passes=False)
    assert "mul(v0, 1)" not in program.text()
    assert len(program) < len(program.original)


def test_a_large_broadcast_of_constants_is_not_computed_ahead():
    big = record(lambda xs: xs[0] + np.ones((1000, 1)) * np.ones((1, 1000)), [np.ones((1000, 1000))]).program
    program = record(lambda xs: xs[0] + mul(broadcast_to(xs[0] * 0.0, (3, 4)), 1.0), [X]).program
    assert max(np.size(c) for c in optimized(program).constants.values()) == 1
    assert len(optimized(big)) == 1


def test_constants_are_merged_only_where_they_are_the_same_in_every_bit():
    zeros, minus = np.zeros(3), -np.zeros(3)
    f = lambda xs: [np.copysign(xs[0], xs[0] * np.array([1.0, 2.0, 3.0]) + c) for c in (zeros, minus, zeros.copy())]  # noqa: E731
    program = record(f, [np.array([-0.0, 0.0, 1.0])]).program
    assert [step.gate.name for step in optimized(program)] == ["mul", "add", "copysign", "copysign"]
    assert differences(program, [np.array([-0.0, 0.0, 1.0])], optimized) == []


def test_uniform():
    assert uniform(np.full((3, 2), 0.5)) == 0.5
    assert uniform(np.array([0.0, -0.0])) is None
    assert np.signbit(uniform(np.array([-0.0, -0.0])))
    assert uniform(np.array([1.0, 2.0])) is None
    assert uniform(np.array([np.nan, np.nan])) is None
    assert uniform(np.ones(0)) is None
    assert uniform(np.ones(3, int)) is None
