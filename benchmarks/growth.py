"""How time grows with the size of the work: `python -m benchmarks --growth`. The time for one unit is to stay level."""
import sys
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

from benchmarks.peers import OURS
from benchmarks.table import head, line
from benchmarks.work import ROWS, Row, Work, mlp, small_gates
from benchmarks.worker import Worker

PATIENCE = 120.0                         # seconds that one answer may take
LEVEL = 2.0                              # a unit of the largest work takes at most so many times what it took at best


class Curve(NamedTuple):
    """Work of every size, and what a size counts."""

    make: Callable[[int], Callable[[float], Work]]
    sizes: tuple[int, ...]
    units: Callable[[int], int]


CURVES = {
    "gates": Curve(lambda n: small_gates(n // 2), (100, 1_000, 10_000, 100_000, 1_000_000), lambda n: n),
    "width": Curve(lambda n: mlp((64, n, n, 10), 32, "d", 1, 0.01), (64, 128, 256, 512, 1024), lambda n: n * (n + 74)),
    "depth": Curve(lambda n: mlp((32,) * n + (10,), 32, "d", 1, 0.01), (2, 4, 8, 16, 32, 64), lambda n: n),
    "batch": Curve(lambda n: mlp((64, 64, 10), n, "d", 1, 0.01), (64, 256, 1024, 4096, 16384), lambda n: n),
}


def find(name: str) -> Row:
    """A row of the table, or a point of a curve, as in "depth 8"."""
    if name in ROWS:
        return ROWS[name]
    curve, size = name.split()
    return Row(CURVES[curve].make(int(size)), 1)


def main(rounds: int, threads: int) -> dict[str, Any]:
    """Print the curves of our three forms."""
    ans: dict[str, Any] = {}
    for name, curve in CURVES.items():
        print(f"\n{head(f'ns for one of {name}', *map(str, curve.sizes), '')}")
        for form in OURS:
            found = ans[f"{name}, {form}"] = measured(name, form, rounds, threads)
            cells = [f"{x:,.4g}" if isinstance(x, float) else x for x in found]
            cells += [""] * (len(curve.sizes) - len(cells))
            print(line([form, *cells, verdict(found)]), flush=True)
    return ans


def measured(name: str, form: str, rounds: int, threads: int) -> list[Any]:
    """Nanoseconds for one unit at every size; what stopped it is the last."""
    ans: list[Any] = []
    for size in CURVES[name].sizes:
        worker = Worker(form, sys.executable, f"{name} {size}", threads, PATIENCE)
        answers = [worker.knows(), worker.ask(1)]
        steps = worker.steps_for(0.05, 1) if "error" not in answers[-1] else 1
        answers += [worker.ask(steps) for _ in range(rounds)]
        worker.close()
        wrong = next((a["error"] for a in answers if a is not True and "error" in a), None)
        if wrong:
            return [*ans, wrong]
        ans.append(median(a["seconds"] for a in answers[2:]) / steps / CURVES[name].units(size) * 1e9)
    return ans


def verdict(found: list[Any]) -> str:
    """Whether the curve is level."""
    numbers = [x for x in found if isinstance(x, float)]
    if not numbers:
        return ""
    growth = numbers[-1] / min(numbers)
    return f"× {growth:.2f} at the largest, ≤ {LEVEL}: {'met' if growth <= LEVEL else '**missed**'}"
