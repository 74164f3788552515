"""Stand-alone programs: bitwise the numbers of eager mode, for every gate and hundreds of NumPy expressions."""
import re
import subprocess
import sys

import numpy as np
import pytest

from autograd import Tensor
from autograd.errors import GraphError
from autograd.graph import GATES
from autograd.visualize.explain import explain
from autograd.visualize.source import FUNCTION
from tests.cases import CASES
from tests.examples import examples, variants

FAMILIES = {"elementwise", "reduce", "shape", "contract", "index"}        # modules of gates that must be writable


def run(text):
    """What the program returns, with the data it brings."""
    assert "autograd" not in text.split("\n\n")[0]
    space = {"__name__": "program"}
    exec(compile(text, "<program>", "exec"), space)
    given = re.search(rf"def {FUNCTION}\((.*)\):", text)[1].split(", ")
    with np.errstate(all="ignore"):
        return space[FUNCTION](*(space[name] for name in given))


def bits(x):
    """dtype, shape and bytes; every nan is one."""
    x = np.asarray(x)
    return x.dtype, x.shape, np.where(np.isnan(x), x.dtype.type(np.nan), x).tobytes()


def same_bits(y, leaves):
    value, gradients = run(explain(y).source())
    y.backward()
    assert bits(value) == bits(y.data)
    reached = [leaf for leaf in leaves if leaf.grad is not None]
    assert len(gradients) >= len(reached)
    for mine, leaf in zip(gradients, reached, strict=False):
        assert bits(mine) == bits(leaf.grad)


def graph(example):
    """A number out of a gate whose floating inputs are leaves."""
    leaves = [Tensor(x, name=f"x{i}") for i, x in enumerate(example.xs)]
    ans = example.gate(leaves)
    weights = example.g
    total = (ans * weights).sum() if ans.shape else ans * weights
    return (total.real if np.iscomplexobj(total.data) else total), leaves


GRADED = [name for name in CASES if GATES[name].pulls]
NOT_WRITABLE = set()


@pytest.mark.parametrize("name", GRADED)
def test_every_gate_is_written_or_refused_by_name(name):
    written = 0
    for case in variants(name, CASES[name]):
        for example in examples(name, case):
            with np.errstate(all="ignore"):
                y, leaves = graph(example)
                if not isinstance(y, Tensor):
                    continue
                try:
                    same_bits(y, leaves)
                    written += 1
                except GraphError as error:
                    assert "cannot be written as a NumPy program" in str(error)
                    assert name in NOT_WRITABLE, name
    assert written or name in NOT_WRITABLE
