"""Every gate through every check of the machine, and NumPy's operators with an array on the left."""
import pytest

from autograd.graph import GATES
from tests.cases import CASES
from tests.machine import CHECKS


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", CASES)
def test_gate(name, check):
    CHECKS[check](name, CASES[name])


def missing(gates, cases):
    return gates.keys() ^ cases.keys()


def test_every_gate_has_a_case():
    assert missing(GATES, CASES) == set()


def test_a_gate_without_a_case_is_noticed():
    assert missing(GATES | {"planted": None}, CASES) == {"planted"}
