"""How large files and functions are. Shown at the end of every test run, enforced nowhere."""
import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "tests")


def files(package):
    return sorted((ROOT / package).rglob("*.py"))


def function_lengths(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.end_lineno - node.lineno + 1 for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def report():
    """One line per package: how many files and lines, the longest file, and how long its functions are."""
    rows = [f"{'':10}{'files':>6}{'lines':>7}  {'median function':>15}{'90th percentile':>17}  longest file"]
    for package in PACKAGES:
        lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files(package)}
        lengths = sorted(n for path in lines for n in function_lengths(path))
        longest = max(lines, key=lines.get)
        rows.append(f"{package:10}{len(lines):6}{sum(lines.values()):7}  {statistics.median(lengths):15}"
                    f"{lengths[len(lengths) * 9 // 10]:17}  {longest.relative_to(ROOT)} {lines[longest]}")
    return "\n".join(rows)


def test_the_report_finds_files_and_functions():
    print(report())
    for package in PACKAGES:
        assert len(files(package)) > 3
    assert len(function_lengths(Path(__file__))) == 4
