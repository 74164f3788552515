"""Every row of every gate, wrong in every way of mutants.py: the machine must notice each.

A mutant that gives the same numbers as the right gate wherever one looks (the rules of `add` exchanged) is counted as
equivalent. One that gives others and passes all checks is a gap in the machine or in the case, and fails the test.
"""
import itertools
from collections import Counter

import numpy as np
import pytest

from autograd import make_jvp, make_vjp, vmap
from autograd.graph import GATES
from autograd.kinks import Convention
from tests.agreement import close
from tests.cases import CASES
from tests.examples import Example, examples, stacks, variants
from tests.machine import CHECKS, kinks, orders, refuses, slopes
from tests.mutants import mended, mutants

#: The checks to try first, for speed: the others follow where these notice nothing.
FIRST = {"rule": ["first_order", "complex", "elsewhere", "linearity", "second_order", "refusals", "broadcasting"],
         "push": ["first_order", "complex", "elsewhere", "linearity", "second_order"],
         "value": ["value"], "number": ["scalar_path"], "batch": ["vmap"]}
BROADCAST = [(3,), (2, 1), (2, 3)]
FRESH = 1000                                             # a seed that no check draws from


# ---------------------------------------------------------------- is it another gate at all?
def places(name):
    """Kinks; examples of seeds that no check has; of a gate that broadcasts, many combinations of shapes."""
    yield from kinks(name)
    for case in variants(name, CASES[name]):
        yield from (e for seed in range(3) for e in examples(name, case, FRESH + seed))
        if not case.shapes:
            yield from (Example(name, case, shapes, {}, FRESH)
                        for shapes in itertools.product(BROADCAST, repeat=len(case.kinds)))


def batches(name):
    return (stack for case in variants(name, CASES[name]) for stack in stacks(name, case, FRESH))


def values(e):
    yield 0.0 if isinstance(e, Convention) else e.gate(e.xs)


def mapped(stack):
    yield vmap(stack.value, stack.axes)(*stack.xs)


def derivatives(e):
    """Both modes, and each differentiated once more: by the inputs, and by what is pulled back or pushed forward."""
    if isinstance(e, Convention):
        yield from slopes(e)
        return
    vs, ws = tuple(e.vs), tuple(e.ws)

    def back(xs, g):
        return make_vjp(e.gate)(xs)[0](g)

    def forth(xs, ts):
        return make_jvp(e.gate)(xs)(ts)[1]

    yield from (refuses(e, i) for i in orders(e))
    if e.xs:
        yield from back(e.xs, e.g)
        yield forth(e.xs, vs)
        yield from make_vjp(lambda xs: back(xs, e.g))(e.xs)[0](vs)
        yield make_jvp(lambda xs: forth(xs, vs))(e.xs)(ws)[1]
        yield make_vjp(lambda g: back(e.xs, g))(e.g)[0](vs)
        yield from make_vjp(lambda ts: forth(e.xs, ts))(vs)[0](e.g)


#: What a wrong part can change, and where to look for it.
SEEN = {"rule": (derivatives, places), "push": (derivatives, places), "value": (values, places),
        "number": (values, places), "batch": (mapped, batches)}


def where_it_differs(numbers, right):
    """The first place where the gate does not give its right numbers, but for rounding; None if there is none."""
    for place, expected in right:
        try:
            for number, wanted in zip(numbers(place), expected, strict=True):
                if not np.array_equal(number, wanted):
                    close(number, wanted, place, 1)
        except Exception:
            return place
    return None


# ---------------------------------------------------------------- is it noticed?
def noticed(name, part, checks):
    """Whether some check fails."""
    for check in sorted(checks, key=lambda c: FIRST[part].index(c) if c in FIRST[part] else len(CHECKS)):
        try:
            CHECKS[check](name, CASES[name])
        except Exception:
            return True
    return False


def verdicts(name, checks=CHECKS):
    """How many mutants of a row are noticed, and how many equivalent; AssertionError where one is neither."""
    gate, right, found = GATES[name], {}, Counter()
    for part, what, plant in list(mutants(gate, CASES[name])):
        numbers, where = SEEN[part]
        if numbers not in right:
            right[numbers] = [(place, list(numbers(place))) for place in where(name)]
        with mended(gate):
            plant()
            place = where_it_differs(numbers, right[numbers])
            assert place is None or noticed(name, part, checks), (
                f"{name}, {what}: no check fails, though it differs for {place}: add such inputs to its case")
        found["equivalent" if place is None else "noticed"] += 1
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_wrong_row_is_noticed(name, record_property):
    found = verdicts(name)
    assert found["noticed"]
    record_property("wrong rows", dict(found))


# ---------------------------------------------------------------- tests of the tester
def test_a_gap_is_reported():
    with pytest.raises(AssertionError, match="sin, value: off by 1e-6: no check fails, though it differs for sin of"):
        verdicts("sin", ["first_order", "label"])


def test_gates_are_as_they_were():
    for gate in GATES.values():
        assert gate is GATES[gate.name]
    assert GATES["sin"].array is np.sin
    assert verdicts("sin") == verdicts("sin")


# ---------------------------------------------------------------- keywords
def constant_keywords():
    """Keywords that have one value in all rows of their case, so that nobody would notice if a rule ignored them."""
    return {(name, key) for name, case in CASES.items() for key in GATES[name].defaults
            if len({repr(row.get(key)) for row in case.params}) < 2}


def test_every_keyword_varies():
    assert constant_keywords() == {("checkpoint", "f"), ("pinv", "rcond")}


def test_a_keyword_that_does_not_vary_is_noticed(monkeypatch):
    case = CASES["var"]
    monkeypatch.setitem(CASES, "var", case._replace(params=[row | {"ddof": 0} for row in case.params]))
    assert ("var", "ddof") in constant_keywords()


