"""The main job: draw a small graph, train the documents' networks, and set what comes out beside what they print."""
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from autograd import Tensor
from autograd.gates.elementwise import sigmoid
from autograd.visualize import draw

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def show(folder: Path) -> int:
    """Print and save everything; the exit status is 1 where a figure does not agree."""
    started = time.perf_counter()
    drawings = list(_drawings(folder))
    wrong = _table(_results())
    print(f"\ndrawings: {', '.join(str(path) for path in drawings)}")
    print(f"done in {time.perf_counter() - started:.0f} s" + (f"; {wrong} rows do not agree" if wrong else ""))
    return 1 if wrong else 0


def mnist(folder: Path) -> int:
    """Train the document's digits network on MNIST's own files."""
    from nn.documents import mnist as digits
    row = digits(folder)
    print(f"{row.title}, on the files in {folder}; this takes minutes", flush=True)
    try:
        _table([(row, row.run(True))])
    except (OSError, ValueError) as error:
        print(error)
        return 2
    return 0


# ---------------------------------------------------------------- drawings
def neuron() -> Tensor:
    """σ(w·x + b) of single numbers: the first graph anybody draws."""
    x, w, b = Tensor(1.5, name="x"), Tensor(-2.0, name="w"), Tensor(0.5, name="b")
    p: Tensor = sigmoid(w * x + b)
    return p


def network() -> Tensor:
    """½Σ(y − p)² of exclusive or with one hidden layer, on arrays."""
    rng = np.random.default_rng(0)
    X, y = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.array([[0.0], [1], [1], [0]])
    hidden = Tensor(rng.uniform(-1, 1, (3, 4)), name="hidden")
    output = Tensor(rng.uniform(-1, 1, (4, 1)), name="output")
    error = y - sigmoid(sigmoid(X @ hidden) @ output)
    loss: Tensor = 0.5 * (error * error).sum()
    return loss


def _drawings(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, y in (("neuron", neuron()), ("network", network())):
        drawing = draw(y, engine="own")
        print(f"{name}:\n{drawing.text()}\n")
        for suffix in ("svg", "html", "dot"):
            drawing.save(folder / f"{name}.{suffix}")
            yield folder / f"{name}.{suffix}"


# ---------------------------------------------------------------- the documents' networks
def _results() -> list[tuple[Any, dict[str, Any]]]:
    """Every row and what it gave, two at a time; one thread each, so that sums are always added in one order."""
    from nn.documents import ROWS
    os.environ |= dict.fromkeys(_THREADS, "1")
    pool = ProcessPoolExecutor(2, get_context("spawn"))
    print(f"training {len(ROWS)} systems, two at a time", flush=True)
    with pool, tqdm(total=len(ROWS), unit="system", disable=None) as bar:
        jobs = {pool.submit(_train, i): i for i in range(len(ROWS))}
        found = {}
        for job in as_completed(jobs):
            found[jobs[job]] = job.result()
            bar.set_postfix_str(ROWS[jobs[job]].id)
            bar.update()
    return [(row, found[i]) for i, row in enumerate(ROWS)]


def _train(i: int) -> dict[str, Any]:
    from nn.documents import ROWS
    return ROWS[i].run()


def _table(results: list[tuple[Any, dict[str, Any]]]) -> int:
    """Print one line per figure, and say how many rows have one that disagrees."""
    print(f"{'system':24} {'figure':18} {'agree':>7}  obtained | printed")
    wrong = 0
    for row, found in results:
        verdicts = []
        for figure in row.figures:
            agree = figure.agreeing(found[figure.name])
            verdicts += agree
            print(f"{row.id:24} {figure.name:18} {sum(agree):3}/{len(agree):<3}  "
                  f"{_short(figure.rounded(found[figure.name]))} | {_short(figure.printed)}"
                  + _claim(figure))
        wrong += not all(verdicts)
    return wrong


def _claim(figure: Any) -> str:
    """How many digits are claimed where it is not all of them, and who printed the numbers where no document did."""
    notes = [f"{figure.digits} digits"] if figure.digits is not None else []
    notes += [] if figure.source == "document" else [f"{figure.source}'s"]
    return f"  ({', '.join(notes)})" if notes else ""


def _short(text: str, width: int = 44) -> str:
    return text if len(text) <= width else text[:width - 1] + "…"
