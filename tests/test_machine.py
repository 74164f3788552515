"""Tests of the tester: gates that are wrong in one way each, and the check that must notice it."""
# ruff: noqa: E501 — one row per case, however long
import math

import numpy as np
import pytest

from autograd.gate import custom, elementwise, linear
from autograd.gates import reduce
from autograd.gates.elementwise import absolute, cos, exp, log, power
from autograd.gates.index import getitem
from autograd.gates.reduce import spread
from autograd.gates.shape import flip, transpose
from autograd.graph import GATES, Tensor
from autograd.vmap import RULES
from tests.cases import CASES
from tests.machine import CHECKS
from tests.mutants import mended, redeclare, rule_of


@pytest.fixture
def plant(monkeypatch):
    """Put a wrong gate in the place of the right one, for the time of one test."""
    for table in (GATES, RULES):
        for name, right in list(table.items()):
            monkeypatch.setitem(table, name, right)
    return lambda declare: declare()


def noticed(name):
    """The checks that the gate of this name fails."""
    failed = set()
    for check, run in CHECKS.items():
        try:
            run(name, CASES[name])
        except Exception:
            failed.add(check)
    return failed


# ---------------------------------------------------------------- declarations that the table below calls
def _rule(name, rule):
    return lambda: RULES.update({name: rule})


def _sin(rule=lambda g, x: g * cos(x), array=np.sin, scalar=math.sin, label="sin"):
    return lambda: elementwise("sin", array, scalar, label, rule)


def _mul(rule_x=lambda g, y: g * y, rule_y=lambda g, x: g * x):
    return lambda: elementwise("mul", np.multiply, lambda x, y: x * y, "×", rule_x, rule_y)


def _cumprod(push):
    return lambda: custom("cumprod", np.cumprod, "Π…", reduce._cumprod_pull, push=push, axis=0)


def _recur(push):
    return lambda: custom("recur", reduce._recur, "recur", reduce._recur_back,
                          lambda g, ans, y: reduce._recur_back(g, y) * reduce._delayed(ans), push=push)


def _plain_cos(g, x):
    """The partial as a plain array: right at order 1, without a derivative of its own."""
    return g * np.cos(x.value if isinstance(x, Tensor) else x)


def _plain_g(g, x):
    """The cotangent as a plain array: the walk back cannot be differentiated by what is walked back."""
    return (g.value if isinstance(g, Tensor) else g) * cos(x)


def _in_half(x):
    """x, and in half precision where it is in single precision."""
    single = not isinstance(x, Tensor) and np.asarray(x).dtype == np.float32
    return np.float32(np.float16(x)) if single else x


def _power_of_positive():
    """The rule for a base above 0, and its mirror image below."""
    elementwise("power", np.power, math.pow, "^", lambda g, x, y: g * (y * power(absolute(x), y - 1.0)), lambda g, ans, x: g * (ans * log(x)))


def _gammainc():
    """Zero in the place of a derivative that nobody knows."""
    elementwise("gammainc", GATES["gammainc"].array, None, "P", None, rule_of(GATES["gammainc"].pulls[1]))


def _overwriting_scatter():
    def overwrite(g, index, shape):
        ans = np.zeros(shape, np.asarray(g).dtype)
        ans[index] = g
        return ans
    linear("scatter", overwrite, "[·]+", lambda g, index: getitem(g, index), index=None, shape=())


# fmt: off
FAULTS = {
    "wrong sign":                    ("sin", "first_order",   _sin(lambda g, x: -g * cos(x))),
    "factor 2":                      ("sin", "first_order",   _sin(lambda g, x: 2.0 * g * cos(x))),
    "one part in a million":         ("sin", "first_order",   _sin(lambda g, x: g * cos(x) * (1.0 + 1e-6))),
    "own check, wrong sign":         ("sin", "own_check",     _sin(lambda g, x: -g * cos(x))),
    "wrong array forward":           ("sin", "value",         _sin(array=np.tanh)),
    "last digit of array forward":   ("sin", "value",         _sin(array=lambda x: np.nextafter(np.sin(x), 2.0))),
    "wrong scalar forward":          ("sin", "scalar_path",   _sin(scalar=math.tanh)),
    "scalar wrong at zero only":     ("sin", "special_values", _sin(scalar=lambda x: math.sin(x) if x else 1.0)),
    "scalar loses the sign of zero": ("sin", "special_values", _sin(scalar=lambda x: math.sin(x) + 0.0)),
    "scalar raises at infinity":     ("sin", "special_values", _sin(scalar=lambda x: math.sin(x) if math.isfinite(x) else [][0])),
    "gradient of floats alone":      ("sin", "scalar_path",   _sin(lambda g, x: g * cos(x) * (1.5 if type(x) is float else 1.0))),
    "gradient wrong beyond 500":     ("sin", "special_values", _sin(lambda g, x: g * cos(x) * (0.5 if type(x) is float and x > 5e2 else 1.0))),
    "value dtype promoted":          ("sin", "dtype",         _sin(array=lambda x: np.sin(np.asarray(x, float)))),
    "rule without a derivative":     ("sin", "second_order",  _sin(_plain_cos)),
    "g without a derivative":        ("sin", "linearity",     _sin(_plain_g)),
    "wrong for negative bases":      ("power", "elsewhere",   _power_of_positive),
    "zero for an unknown derivative": ("gammainc", "refusals", _gammainc),
    "another share at a tie":        ("maximum", "conventions", lambda: redeclare(GATES["maximum"], [lambda g, x, y: g * (x >= y), lambda g, x, y: g * (x < y)])),
    "half precision inside":         ("sin", "precision",     _sin(lambda g, x: g * _in_half(cos(x)))),
    "value in memory order":         ("sin", "layouts",       _sin(array=lambda x: np.sin(np.ravel(x, "K")).reshape(np.shape(x)))),
    "writes into its input":         ("sin", "layouts",       _sin(array=lambda x: np.sin(x, x if type(x) is np.ndarray else None))),
    "second order dropped, nested":  ("sin", "nested",        _sin(_plain_cos)),
    "wrong for one shape":           ("mul", "broadcasting",  _mul(lambda g, y, shape: g * y * (2.0 if shape == (1, 3) else 1.0))),
    "no empty arrays":               ("sin", "empty",         _sin(array=lambda x: np.sin(x) + 0.0 * np.max(x))),
    "records under no_grad":         ("sin", "no_grad",       _sin(array=lambda x: Tensor(np.sin(x)))),
    "integers count differently":    ("mul", "integers",      lambda: elementwise("mul", lambda x, y: x * y + (np.asarray(y).dtype == int), None, "×", lambda g, y: g * y, lambda g, x: g * x)),
    "writes into the cotangent":     ("mul", "constants",     _mul(lambda g, y: np.multiply(g, y, out=g) if type(g) is np.ndarray else g * y)),
    "keeps what cannot be copied":   ("flip", "copies",       lambda: linear("flip", lambda x, axis, how: np.flip(x, axis), "flip", lambda g, axis: flip(g, axis), axis=None, how=lambda: 0)),
    "no label":                      ("sin", "label",         _sin(label="")),
    "no rule at all":                ("sin", "first_order",   lambda: elementwise("sin", np.sin, math.sin, "sin", arity=1)),
    "kept the output as the input":  ("exp", "first_order",   lambda: elementwise("exp", np.exp, math.exp, "exp", lambda g, x: g * x)),
    "kept the input as the output":  ("exp", "second_order",  lambda: elementwise("exp", np.exp, math.exp, "exp", lambda g, ans: g * exp(ans) / exp(ans) * ans * ans)),
    "conjugate where none belongs":  ("sin", "complex",       _sin(lambda g, x: g * np.conj(cos(x)))),
    "swapped inputs":                ("mul", "first_order",   _mul(lambda g, x: g * x, lambda g, y: g * y)),
    "missing term":                  ("mul", "first_order",   _mul(rule_y=None)),
    "keeps what it does not need":   ("add", "memory",        lambda: elementwise("add", np.add, lambda x, y: x + y, "+", lambda g, x: g, lambda g, y: g)),
    "wrong order of a difference":   ("sub", "first_order",   lambda: elementwise("sub", np.subtract, lambda x, y: x - y, "−", lambda g: -g, lambda g: g)),
    "wrong transpose":               ("transpose", "first_order", lambda: linear("transpose", np.transpose, "ᵀ", lambda g, axes: transpose(g, axes), axes=None)),
    "transpose of the wrong flip":   ("cumsum", "first_order", lambda: linear("cumsum", np.cumsum, "Σ…", lambda g, axis: flip(GATES["cumsum"](g, axis), axis), axis=0)),
    "missing unbroadcast":           ("sum", "first_order",   lambda: linear("sum", np.sum, "Σ", lambda g, axis, keepdims: g, axis=None, keepdims=False)),
    "repeated indices overwrite":    ("scatter", "value",     _overwriting_scatter),
    "wrong push":                    ("cumprod", "first_order", _cumprod(lambda ts, ans: ts[0] * ans)),
    "push of the first tangent only": ("recur", "first_order", _recur(lambda ts, y: reduce.recur(ts[0] if ts[0] is not None else y * 0.0, y))),
    "linear in disguise":            ("mean", "first_order",  lambda: linear("mean", np.max, "mean", lambda g, shape, axis, keepdims: spread(g, axis, keepdims), axis=None, keepdims=False)),
    "batch rule off by one axis":    ("sum", "vmap",          _rule("sum", lambda gate, args, params, mapped: gate.apply(args, params))),
    "batch rule ignores mapped":     ("matmul", "vmap",       _rule("matmul", lambda gate, args, params, mapped: gate.apply(args, params))),
    "batch rule takes one example":  ("getitem", "vmap",      _rule("getitem", lambda gate, args, params, mapped: GATES["stack"](*[gate.apply((getitem(args[0], 0),), params)] * 3, axis=0))),
}
# fmt: on


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_gate_is_noticed(fault, plant):
    name, check, declare = FAULTS[fault]
    with mended(GATES[name]):
        plant(declare)
        assert check in noticed(name)


def test_every_check_has_a_fault_that_it_notices():
    assert {check for _, check, _ in FAULTS.values()} == CHECKS.keys()


@pytest.mark.parametrize("name", ["sin", "mul", "exp", "add", "sum", "cumprod", "scatter", "recur"])
def test_a_right_gate_passes(name):
    assert noticed(name) == set()


def test_a_planted_gate_is_gone_after_its_test():
    assert GATES["sin"].array is np.sin
    assert all(GATES[name].name == name for name in CASES)
