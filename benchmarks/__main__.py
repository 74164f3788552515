"""`python -m benchmarks`: every row of work on every engine that is there, interleaved, answers compared first."""
import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import growth, layout, table
from benchmarks.goals import judged
from benchmarks.peers import ENGINES, OURS
from benchmarks.work import ROWS, Row
from benchmarks.worker import Worker

TIMING = 0.02                            # seconds that one timing takes at least, unless that is a thousand runs
BUDGET = 8.0                             # seconds after which a row gets no more rounds


def distance(a: list[list[float]], b: list[list[float]]) -> float:
    """The largest distance between two arrays, relative to the length of the first."""
    if [len(x) for x in a] != [len(y) for y in b]:
        return float("inf")
    return max(sum((p - q) ** 2 for p, q in zip(x, y, strict=True)) ** 0.5 / (sum(p * p for p in x) ** 0.5 or 1.0)
               for x, y in zip(a, b, strict=True))


def first_calls(workers: dict[str, Worker], row: Row) -> dict[str, Any]:
    """Two short runs of every engine: the first compiles. Their answers must agree with the first engine's."""
    found: dict[str, Any] = {}
    reference = None
    for name, worker in workers.items():
        one = worker.ask(min(3, row.steps))
        if "error" not in one:
            reference = reference or one["digest"]
            off = distance(reference, one["digest"])
            again = worker.ask(min(3, row.steps)) if off <= row.tolerance else {"error": f"wrong, off by {off:.1e}"}
            one = again if "error" in again else {"compile": max(0.0, one["seconds"] - again["seconds"]), "seconds": []}
        found[name] = one
    return found


def compare(workers: dict[str, Worker], row: Row, rounds: int) -> dict[str, Any]:
    """Seconds a step in every round, of every engine with the right answer; memory; what is wrong with the others."""
    found = first_calls(workers, row)
    there = {name: workers[name].steps_for(TIMING, row.steps) for name in workers if "error" not in found[name]}
    end = time.monotonic() + BUDGET
    for turn in range(min(rounds, row.most)):
        if turn and time.monotonic() > end:
            break
        for name, n in list(there.items()):
            one = workers[name].ask(n)
            if "error" in one:
                del there[name], found[name]["seconds"]
            else:
                found[name]["seconds"].append(one.pop("seconds") / n)
                del one["digest"]
            found[name] |= one
    return found


def loading(python: str, name: str, threads: int, steps: int) -> float:
    """Seconds of the first call beyond those of the second, in a process that finds the machine code on disk."""
    worker = Worker("native", python, name, threads)
    worker.knows()
    first, second = worker.ask(steps), worker.ask(steps)
    worker.close()
    return max(0.0, first["seconds"] - second["seconds"])


def measure(name: str, pythons: dict[str, str], rounds: int, threads: int) -> dict[str, Any]:
    """One row on all engines that do it; hand-written NumPy is the first, so that answers are compared with its."""
    order = sorted(pythons, key=lambda engine: engine != "by hand")
    workers = {engine: Worker(engine, pythons[engine], name, threads) for engine in order}
    if threads > 1:
        workers |= {f"{form}, one thread": Worker(form, pythons[form], name, 1) for form in OURS}
    knows = {engine: worker.knows() for engine, worker in workers.items()}
    found = compare({engine: worker for engine, worker in workers.items() if knows[engine] is True}, ROWS[name], rounds)
    for worker in workers.values():
        worker.close()
    if "seconds" in found.get("native", {}):
        found["native"]["load"] = loading(pythons["native"], name, threads, min(3, ROWS[name].steps))
    return found | {engine: known for engine, known in knows.items() if isinstance(known, dict)}


def version(python: str, package: str) -> str:
    """The version of a package in an environment, or nothing where it is not installed."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    peers = [name for name in ENGINES if name not in OURS]
    parser.add_argument("--peers", nargs="*", choices=peers, default=peers,
                        help="those to compare with, of those installed")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--rounds", type=int, default=15, help="at most; rows of heavy work get fewer")
    parser.add_argument("--threads", type=int, choices=(1, 2), default=1, help="with 2, ours runs with 1 beside")
    parser.add_argument("--hips", metavar="PYTHON", help="the interpreter of an environment with HIPS/autograd, which "
                        "cannot live in the same one")
    parser.add_argument("--growth", action="store_true",
                        help="how time grows with width, depth, batch and gates, instead")
    parser.add_argument("--layout", action="store_true",
                        help="how fast graphs are laid out, and how many edges cross, instead")
    parser.add_argument("--json", type=Path, help="save all that was measured here")
    return parser.parse_args()


def main() -> None:
    """Print the tables, and save them as JSON."""
    asked = options()
    with tempfile.TemporaryDirectory() as folder:
        # Machine code of earlier runs would hide what compiling costs.
        os.environ |= {"BENCHMARKS_FOLDER": folder, "GATEGRAD_CACHE": folder}
        if asked.layout:
            saved = layout.main()
        else:
            saved = growth.main(min(asked.rounds, 3), asked.threads) if asked.growth else rows(asked)
    if asked.json:
        asked.json.write_text(json.dumps(saved, indent=1, ensure_ascii=False))


def rows(asked: argparse.Namespace) -> dict[str, Any]:
    """All rows on all engines."""
    pythons = {name: asked.hips if name == "hips" else sys.executable for name in (*OURS, *asked.peers)}
    versions = {name: version(python, ENGINES[name].package) for name, python in pythons.items() if python}
    pythons = {name: pythons[name] for name, found in versions.items() if found}
    packages = ", ".join(sorted({f"{ENGINES[name].package} {versions[name]}" for name in pythons}))
    print(f"{datetime.date.today()}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, "
          f"{asked.threads} thread(s), medians of at most {asked.rounds} interleaved rounds; {packages}\n")
    print(table.head("µs a step", *pythons, "their time ÷ that of our fastest"))
    found = {}
    for name in asked.rows:
        found[name] = measure(name, pythons, asked.rounds, asked.threads)
        print(table.times(name, found[name], pythons), flush=True)
    goals = {name: judged(name, one) for name, one in found.items()}
    notes = [f"{name}, {engine}: {one['error']}" for name, several in found.items() for engine, one in several.items()
             if "error" in one]
    print(f"\n{table.head('first call, memory', *pythons)}")
    print(*(table.costs(name, found[name], pythons) for name in found), sep="\n")
    print("", table.goals(goals), *(f"✗ {note}" for note in notes), sep="\n")
    return {"date": str(datetime.date.today()), "machine": platform.machine(), "cores": os.cpu_count(),
            "threads": asked.threads, "versions": versions, "rows": found, "goals": goals}


if __name__ == "__main__":
    main()
