"""What the whole test run shares: readable asserts in the machine, its gates alone, and the size table at the end."""
from collections import Counter
from zlib import crc32

import numpy as np
import pytest

from autograd.graph import GATES

pytest.register_assert_rewrite("tests.agreement", "tests.machine")


@pytest.fixture(autouse=True)
def own_gates():
    """Gates that a test or an example declares are gone after it."""
    before = dict(GATES)
    yield
    for name in GATES.keys() - before.keys():
        del GATES[name]


@pytest.fixture(autouse=True)
def own_draws(request):
    """A module's generator draws the same numbers in a test, whichever tests ran before it."""
    rng = getattr(getattr(request.node, "module", None), "RNG", None)
    if rng is not None:
        rng.bit_generator.state = np.random.default_rng(crc32(request.node.nodeid.encode())).bit_generator.state


def pytest_terminal_summary(terminalreporter):
    from tests.test_sizes import report

    terminalreporter.section("sizes")
    terminalreporter.write_line(report())
    for name, figures in counted(terminalreporter).items():
        terminalreporter.write_line(f"{name}: " + ", ".join(f"{n} {what}" for what, n in sorted(figures.items())))


def counted(terminalreporter):
    """The figures that tests have counted with `record_property(name, dict)`, added up by name."""
    totals = {}
    reports = [report for group in terminalreporter.stats.values() for report in group]
    for report in reports:
        if getattr(report, "when", "") == "call":
            for name, figures in report.user_properties:
                totals.setdefault(name, Counter()).update(figures)
    return totals
