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
from tests.cases import CASES
from tests.agreement import close
from tests.examples import Example, examples, stacks, variants
from tests.machine import CHECKS
from tests.mutants import mended, mutants

FIRST = {"rule": ["first_order", "complex", "elsewhere", "linearity", "broadcasting", "second_order"],
         "push": ["first_order", "complex", "elsewhere", "linearity", "second_order"],
         "value": ["value"], "number": ["scalar_path"], "batch": ["vmap"]}           # which checks to try first, for speed
BROADCAST = [(), (3,), (2, 1), (2, 3)]
FRESH = 1000                                             # a seed that no check draws from


# ---------------------------------------------------------------- is it another gate at all?
def seen(name, part):
    """The numbers by which a mutant could be told from the right gate, and where they were computed."""
    for case in variants(name, CASES[name]):
        if part == "batch":
            yield from ((stack, vmap(stack.value, stack.axes)(*stack.xs)) for stack in stacks(name, case, FRESH))
        for e in fresh(name, case):
            numbers = derivatives(e) if part in ("rule", "push") else [e.gate(e.xs)]
            yield from ((e, number) for number in numbers)


def fresh(name, case):
    """Examples of three seeds, and of a gate that broadcasts many combinations of shapes."""
    more = [] if case.shapes else itertools.product(BROADCAST, repeat=len(case.kinds))
    return [*(e for seed in range(3) for e in examples(name, case, FRESH + seed)),
            *(Example(name, case, shapes, {}, FRESH) for shapes in more)]


def derivatives(e):
    """Both modes, and each differentiated once more: by the inputs, and by what is pulled back or pushed forward."""
    vs, ws = tuple(e.vs), tuple(e.ws)

    def back(xs, g):
        return make_vjp(e.gate)(xs)[0](g)

    def forth(xs, ts):
        return make_jvp(e.gate)(xs)(ts)[1]

    if e.xs:
        yield from back(e.xs, e.g)
        yield forth(e.xs, vs)
        yield from make_vjp(lambda xs: back(xs, e.g))(e.xs)[0](vs)
        yield make_jvp(lambda xs: forth(xs, vs))(e.xs)(ws)[1]
        yield make_vjp(lambda g: back(e.xs, g))(e.g)[0](vs)
        yield from make_vjp(lambda ts: forth(e.xs, ts))(vs)[0](e.g)


def where_it_differs(name, part, right):
    """An example on which the gate is not what it was, but for rounding; None if there is none."""
    e = "all inputs"
    try:
        for (e, number), (_, expected) in zip(seen(name, part), right, strict=True):
            close(number, expected, e, 1)
    except Exception:
        return e
    return None


# ---------------------------------------------------------------- is it noticed?
def noticed(name, part, checks=CHECKS):
    """Whether some check fails."""
    for check in sorted(checks, key=lambda c: FIRST[part].index(c) if c in FIRST[part] else len(CHECKS)):
        try:
            CHECKS[check](name, CASES[name])
        except Exception:
            return True
    return False


def verdicts(name, checks=CHECKS):
    """For every mutant of a row whether it is noticed or equivalent; AssertionError where it is neither."""
    gate, right, found = GATES[name], {}, Counter()
    for part, what, plant in list(mutants(gate, CASES[name])):
        if part not in right:
            right[part] = list(seen(name, part))
        with mended(gate):
            plant()
            where = where_it_differs(name, part, right[part])
            if where is not None:
                assert noticed(name, part, checks), (
                    f"{name}, {what}: all checks pass, though it differs for {where}: add such inputs to its case")
        found["noticed" if where is not None else "equivalent"] += 1
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_wrong_row_is_noticed(name, record_property):
    found = verdicts(name)
    assert found["noticed"]
    record_property("wrong rows", found)


# ---------------------------------------------------------------- tests of the tester
def test_a_gap_is_reported():
    with pytest.raises(AssertionError, match=r"sin, value: off by 1e-6: all checks pass, though it differs for sin of"):
        verdicts("sin", ["first_order", "label"])
