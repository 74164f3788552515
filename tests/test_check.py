"""`check_grads`: silent where derivatives are right, and naming the guilty gate and line where they are not."""
import math
import re
from pathlib import Path

import numpy as np
import pytest

from autograd import check_grads, grad
from autograd.check import GradientError
from autograd.gate import custom, elementwise
from autograd.gates.elementwise import cos, relu
from autograd.graph import GATES

X = np.array([0.3, -1.2, 2.0])


@pytest.fixture
def planted():
    """Wrong gates for one test; each is gone afterwards."""
    before = dict(GATES)
    yield lambda rule, array=np.sin: elementwise("planted", array, None, "planted", rule)
    GATES.clear()
    GATES.update(before)


@pytest.mark.parametrize(("f", "args"), [
    (lambda x: np.sin(x) * x, (1.5,)), (lambda x, y: np.tanh(x @ y), (X, np.outer(X, X))),
    (lambda x: np.sum(x**3.0), (X,)),
    (lambda p: {"a": p["w"] * p["b"][0], "b": [np.exp(p["w"])]}, ({"w": X, "b": (2.0, X)},)), (lambda x: x, (X,)),
    (lambda x: 3.0, (X,)),
    (grad(lambda x: np.sin(x) * x), (1.5,)), (lambda x: np.floor(x) * x, (X * 0.9,)), (lambda x: x[:0], (X,)),
    (lambda x: 1e6 * np.sin(x), (X,)), (lambda x: 1e-6 * np.sin(x), (X,)), (lambda x: np.where(x > 0.0, x, 0.0), (X,))])
def test_right_derivatives_pass(f, args):
    check_grads(f)(*args)
    check_grads(f, modes=["rev"], order=1)(*args)
    check_grads(f, modes=("fwd",), order=3)(*args)


@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ("fwd", "rev")])
@pytest.mark.parametrize("rule", [lambda g, x: -g * cos(x), lambda g, x: 2.0 * g * cos(x), lambda g, x: g * x,
                                  lambda g: g * math.nan,
                                  lambda g, x: g * cos(x) * (1.0 + 1e-5)])
def test_a_wrong_gate_is_named_with_its_line(planted, rule, modes):
    gate = planted(rule)
    with pytest.raises(GradientError, match=r"differences give [\s\S]*the gate planted at \S*test_check\.py:\d+"):
        check_grads(lambda x: np.exp(gate(x)) * x, modes, 1)(X)


def test_a_message_has_eight_digits(planted):
    gate = planted(lambda g, x: g * 0.1 * x)
    with pytest.raises(GradientError) as error:
        check_grads(gate)(1.0 / 3.0)
    numbers = re.findall(r"\d+\.\d+", str(error.value))
    assert len(numbers) >= 4
    assert all(len(number.replace(".", "").lstrip("0")) <= 8 for number in numbers)


def test_a_wrong_second_derivative_is_found(planted):
    gate = planted(lambda g, x: g * np.cos(getattr(x, "data", x)))
    check_grads(gate, order=1)(X)
    with pytest.raises(GradientError, match="order 2"):
        check_grads(gate)(X)


def test_modes_that_disagree_are_told_apart(planted):
    gate = custom("planted", np.sin, "planted", lambda g, x: -g * cos(x), push=lambda ts, x: ts[0] * cos(x))
    check_grads(gate, modes=("fwd",), order=1)(X)
    with pytest.raises(GradientError, match="reverse mode gives"):
        check_grads(gate, order=1)(X)


@pytest.mark.parametrize("distance", [0.0, 1e-7, 1e-5, 1e-4, 1e-3, 1.5e-3, 0.01])
@pytest.mark.parametrize("f", [np.abs, lambda x: np.maximum(x, 0.0), relu, lambda x: np.minimum(3.0 * x, -x),
                               lambda x: np.max(np.stack([x, -2.0 * x, x * x]), axis=0),
                               lambda x: np.clip(x, 0.0, 1.0), lambda x: np.where(x > 0.0, x, 0.0)])
def test_a_kink_does_not_fool_it(f, distance):
    with np.errstate(invalid="ignore"):
        for sign in (1.0, -1.0):
            check_grads(f)(sign * distance)
            check_grads(f)(np.array([sign * distance, 0.7, -0.3]))


@pytest.mark.parametrize("distance", [0.0, 1e-5, 1e-3])
@pytest.mark.parametrize("factor", [-1.0, 1.1, 2.0])
def test_a_wrong_derivative_at_a_kink_is_found(planted, distance, factor):
    gate = planted(lambda g, x: factor * g * (x >= 0.0), np.vectorize(lambda x: max(x, 0.0), otypes=[float]))
    with pytest.raises(GradientError, match="the gate planted"):
        check_grads(lambda x: gate(x) * 2.0, order=1)(np.array([distance, 1.0]))


def test_a_jump_has_no_derivative():
    with pytest.raises(GradientError, match="jumps"):
        check_grads(lambda x: x + np.heaviside(x, 0.5))(0.0)


def test_the_guilty_gate_is_named_among_fifty(planted):
    gate = planted(lambda g, x: g * cos(x) * (1.0 + 1e-4))

    def deep(x):
        for _ in range(25):
            x = x + 0.05 * np.cos(x)
        x = gate(x)                                                  # GUILTY
        for _ in range(25):
            x = x + 0.05 * np.sin(x)
        return x
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    line = next(k for k, text in enumerate(lines, 1) if text.endswith("# GUILTY"))
    with pytest.raises(GradientError, match=rf"the gate planted at \S*test_check\.py:{line}:"):
        check_grads(deep, order=1)(X)


def test_a_lost_dependence_is_found():
    with pytest.raises(GradientError, match="differences give"):
        check_grads(lambda x: x * float(np.sum(getattr(x, "data", x))))(2.0)


def test_inputs_are_left_as_they_were():
    x = X.copy()
    check_grads(lambda x: np.sin(x))(x)
    assert x.tolist() == X.tolist()
