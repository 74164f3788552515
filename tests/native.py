"""Every gate as machine code: a CI stage of its own, for each gate is compiled.

    sh dev test -n 2 tests/native.py
"""
import numpy as np
import pytest

from autograd.executors.native import Native
from autograd.executors.native.build import compiler
from tests.recorded import joined
from tests.test_executors import GATES, of_gate, of_gate_in_single_precision, runs_like_plain

pytestmark = pytest.mark.skipif(compiler() is None, reason="there is no C compiler")


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def as_plain(programs):
    if programs:
        what, program, values = joined(programs)
        runs_like_plain(Native, program, values, what)


@pytest.mark.parametrize("name", GATES)
def test_every_gate(name):
    as_plain(of_gate(name))


@pytest.mark.parametrize("name", GATES)
def test_every_gate_in_single_precision(name):
    as_plain(of_gate_in_single_precision(name))
