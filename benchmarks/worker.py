"""One engine on one row, in a process of its own, asked over standard input, line by line.

Engines are kept apart because two of them share the import name `autograd`, because what one leaves in memory would
slow the garbage collector for another, and because a process knows the most memory it ever had.
"""
import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0                          # seconds that one answer may take


# ---------------------------------------------------------------- inside the process
def main(engine: str, row: str) -> None:
    """Say whether the engine does this row; then answer numbers of steps with seconds, memory, and a digest."""
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)                        # what an engine prints does not end up between the answers
    try:
        run = prepared(engine, row)
    except Exception as error:
        run = failing(error)
    before = peak()
    print(json.dumps(run is not None), file=channel, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(run, json.loads(line), before)), file=channel, flush=True)


def prepared(engine: str, row: str) -> Any:
    """`run` of an engine on a row."""
    from benchmarks.growth import find
    from benchmarks.peers import prepare
    return prepare(engine, find(row).make(1.0))


def failing(error: Exception) -> Any:
    """A run that raises what preparing it raised."""
    def run(steps: int) -> Any:
        raise error
    return run


def answer(run: Any, steps: int, before: int) -> Any:
    """What one run gave, or its error."""
    start = time.perf_counter()
    try:
        arrays = run(steps)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    seconds, highest = time.perf_counter() - start, peak()
    return {"seconds": seconds, "peak": highest, "memory": highest - before, "digest": list(map(digest, arrays))}


def digest(array: Any) -> list[float]:
    """At most 1 000 of the numbers of an array, evenly spread, and its norm."""
    flat = np.asarray(array, float).ravel()
    return [*flat[::len(flat) // 1000 + 1].tolist(), float(np.linalg.norm(flat))]


def peak() -> int:
    """The most memory that this process ever had, in bytes; 0 where the system does not say."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    return getrusage(RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


# ---------------------------------------------------------------- seen from outside
class Worker:
    """A process that runs one engine on one row."""

    def __init__(self, engine: str, python: str, row: str, threads: int = 1,
                 patience: float = PATIENCE) -> None:
        # HIPS must find its own `autograd`, so its path ends with this project; everybody else's begins with it.
        place = "len(sys.path)" if engine == "hips" else "0"
        code = (f"import sys; sys.path.insert({place}, {str(ROOT)!r}); "
                f"from benchmarks.worker import main; main({engine!r}, {row!r})")
        self.patience = patience
        self.process = subprocess.Popen([python, "-P", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment(threads))

    def knows(self) -> Any:
        """Wait until the process is ready; whether its engine does this row, or {"error": …}."""
        return self._read()

    def ask(self, steps: int) -> Any:
        """What so many steps took and gave, or {"error": …}."""
        assert self.process.stdin is not None
        try:
            print(steps, file=self.process.stdin, flush=True)
        except (BrokenPipeError, ValueError):             # its end of the pipe is closed, or ours since it ended
            return {"error": "the process ended"}
        return self._read()

    def steps_for(self, seconds: float, steps: int) -> int:
        """How many steps take about so long, at least `steps` of them, at most a thousand times as many; warmed up."""
        self.ask(steps)                                   # loops of a new length are new programs
        took = self.ask(steps).get("seconds", seconds)
        if took < seconds:
            took = min([took, *(self.ask(steps).get("seconds", seconds) for _ in range(4))])     # some are held up
            steps *= max(1, min(1000, int(seconds / took)))
            self.ask(steps)
        return steps

    def _read(self) -> Any:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ)
            if not waiting.select(self.patience):
                self.process.kill()
                return {"error": f"took more than {self.patience:.0f} s"}
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": f"the process ended: {self.close().splitlines()[-1:]}"}

    def close(self) -> str:
        """End the process; gives what it wrote to its standard error."""
        return self.process.communicate()[1].strip()


def environment(threads: int) -> dict[str, str]:
    """So many threads for every library there is."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
    ans = os.environ | dict.fromkeys(names, str(threads))
    ans["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()}"
    ans.pop("PYTHONPATH", None)
    return ans
