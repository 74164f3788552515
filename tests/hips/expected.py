"""A pytest plugin: the tests in `deselected.txt` must fail, and every other must pass.

A line of the list is a test and the reason why it cannot pass here: it looks at a private detail of HIPS/autograd, or
at a mistake of it. A listed test that passes, and a line that matches no test, are errors: the list stays honest.
"""
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("deselected.txt")


def reasons(text):
    """test -> reason, from lines `test  # reason`."""
    lines = [line.partition("  # ") for line in text.splitlines() if line and not line.startswith("#")]
    return {test.strip(): reason.strip() for test, _, reason in lines}


def pytest_collection_modifyitems(items):
    listed = reasons(LIST.read_text(encoding="utf-8"))
    if not all(listed.values()):
        raise pytest.UsageError(f"{LIST.name} has a line without a reason")
    names = {item.nodeid.rpartition("/")[2]: item for item in items}
    if not listed.keys() <= names.keys():
        raise pytest.UsageError(f"{LIST.name} names tests that are not there: {sorted(listed.keys() - names.keys())}")
    for name, reason in listed.items():
        names[name].add_marker(pytest.mark.xfail(reason=reason, strict=True))


def pytest_terminal_summary(terminalreporter):
    passed, failed = (len(terminalreporter.stats.get(kind, ())) for kind in ("passed", "xfailed"))
    terminalreporter.write_line(f"{passed} passed, {failed} deselected: each fails for the reason in {LIST.name}")
