"""What the whole test run shares: readable asserts in the machine, and the size table at the end."""
import pytest

pytest.register_assert_rewrite("tests.agreement", "tests.machine")


def pytest_terminal_summary(terminalreporter):
    from tests.test_sizes import report

    terminalreporter.section("sizes")
    terminalreporter.write_line(report())
