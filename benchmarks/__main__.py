"""`python -m benchmarks`: every row of work on every engine that is there, interleaved, answers compared first."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: How many steps are timed together.
ROWS = {"logistic": 500, "xor 4": 300, "xor 32": 300, "moons": 100, "cnn": 5, "scalar 2-16-16-1": 1}
SINGLE = {"cnn"}                                         # rows in single precision
PACKAGES = {"gategrad": "numpy", "by hand": "numpy", "hips": "autograd", "torch": "torch", "micrograd": "micrograd"}


class Worker:
    """A process that runs one engine."""

    def __init__(self, name: str, python: str) -> None:
        # HIPS must find its own `autograd`, so its path ends with this project; everybody else's begins with it.
        place = "len(sys.path)" if name == "hips" else "0"
        code = (f"import sys; sys.path.insert({place}, {str(ROOT)!r}); "
                f"from benchmarks.worker import main; main({name!r})")
        environment = os.environ | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        environment.pop("PYTHONPATH", None)
        self.process = subprocess.Popen([python, "-P", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)

    def ask(self, row: str, steps: int) -> Any:
        """Seconds and weights, or None where the engine does not do this row."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([row, steps]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline() or "null")

    def close(self) -> None:
        """Let the process end."""
        self.process.communicate()


def distance(a: Any, b: Any) -> float:
    """The largest difference between two nested lists of numbers, relative where they are large."""
    if isinstance(a, list):
        return max((distance(x, y) for x, y in zip(a, b, strict=True)), default=0.0)
    return abs(a - b) / max(1.0, abs(a))


def compare(workers: dict[str, Worker], row: str, steps: int, rounds: int) -> dict[str, list[float]]:
    """Microseconds a step in every round, of every engine that does this row; their answers must agree."""
    answers = {name: worker.ask(row, 3) for name, worker in workers.items()}
    there = {name: answer[1] for name, answer in answers.items() if answer}
    for name, weights in there.items():
        off = distance(there["gategrad"], weights)
        if off > (1e-5 if row in SINGLE else 1e-9):
            raise SystemExit(f"{row}: {name} does not agree with gategrad, by {off:.1e}")
    times: dict[str, list[float]] = {name: [] for name in there}
    for _ in range(rounds):
        for name in there:
            times[name].append(workers[name].ask(row, steps)[0] / steps * 1e6)
    return times


def version(python: str, package: str) -> str:
    """The version of a package in an environment, or nothing where it is not installed."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--hips", metavar="PYTHON", help="the interpreter of an environment with HIPS/autograd, which "
                        "cannot live in the same one")
    parser.add_argument("--json", type=Path, help="save the table here")
    return parser.parse_args()


def main() -> None:
    """Print the table, and save it as JSON."""
    asked = options()
    pythons = dict.fromkeys(PACKAGES, sys.executable) | {"hips": asked.hips}
    if not asked.hips:
        del pythons["hips"]
    versions = {name: version(python, PACKAGES[name]) for name, python in pythons.items()}
    workers = {name: Worker(name, pythons[name]) for name, found in versions.items() if found}
    peers = [f"{name} {versions[name]}" for name in workers if name not in ("gategrad", "by hand")]
    print(f"Python {platform.python_version()}, {platform.machine()}, one thread, medians of {asked.rounds} "
          f"interleaved rounds; NumPy {versions['gategrad']}, {', '.join(peers)}\n")
    print(line("µs a step", workers, "their time ÷ ours"), line("---", ["---"] * len(workers), "---"), sep="\n")
    table = {}
    for row in asked.rows:
        table[row] = times = compare(workers, row, ROWS[row], asked.rounds)
        ratios = [f"{name} {ratio(times[name], times['gategrad']):.2f}" for name in times if name != "gategrad"]
        cells = [f"{statistics.median(times[name]):,.1f}" if name in times else "" for name in workers]
        print(line(row, cells, ", ".join(ratios)), flush=True)
    for worker in workers.values():
        worker.close()
    if asked.json:
        asked.json.write_text(json.dumps({"versions": versions, "microseconds": table}, indent=1))


def ratio(theirs: list[float], ours: list[float]) -> float:
    """The median over rounds: both had the same machine in the same moment."""
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))


def line(first: str, cells: Iterable[str], last: str) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join([first, *cells, last])} |"


if __name__ == "__main__":
    main()
