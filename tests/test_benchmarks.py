"""The engines of the benchmarks give the same answers, at a small size; nothing is timed."""
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks.goals import GOALS, judged
from benchmarks.peers import ENGINES, OURS, prepare
from benchmarks.work import ROWS
from benchmarks.worker import digest

ROOT = Path(__file__).parent.parent
SCALE, STEPS = 0.01, 3


def installed(engine):
    try:
        return version(ENGINES[engine].package)
    except PackageNotFoundError:
        return None


def result(engine, row):
    run = prepare(engine, ROWS[row].make(SCALE))
    return run and list(map(digest, run(STEPS)))


@pytest.mark.filterwarnings("ignore")                  # peers warn about each other's versions as they are imported
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "by hand"])
def test_an_engine_agrees_with_numpy_by_hand(engine, row):
    if not installed(engine):
        pytest.skip(f"{ENGINES[engine].package} is not installed here")
    found = result(engine, row)
    if found is None:
        pytest.skip(f"{engine} does not do this row")
    assert command.distance(result("by hand", row), found) <= ROWS[row].tolerance


@pytest.mark.parametrize("row", ROWS)
def test_ours_does_every_row(row):
    forms = ["eager"] if row == "scalar chain 10⁶" else OURS
    assert all(prepare(form, ROWS[row].make(SCALE)) for form in forms)


def test_every_row_has_goals_for_engines_that_are_there():
    assert GOALS.keys() == ROWS.keys()
    assert all(goal.of in ENGINES for forms in GOALS.values() for several in forms.values() for goal in several)


class Fake:
    """A worker with a given answer."""

    def __init__(self, number, seconds):
        self.number, self.seconds = number, seconds

    def ask(self, steps):
        return {"seconds": self.seconds * steps, "memory": 1, "peak": 1, "digest": [[self.number]]}

    def steps_for(self, seconds, steps):
        return steps


def test_a_wrong_answer_is_not_timed():
    found = command.compare({"by hand": Fake(1.0, 1.0), "eager": Fake(1.001, 0.1)}, ROWS["logistic"], 2)
    assert found["eager"] == {"error": "wrong, off by 1.0e-03"}
    assert found["by hand"]["seconds"]


@pytest.mark.parametrize(("seconds", "met"), [(0.2, True), (0.4, False)])
def test_goals_are_judged_by_the_ratio(seconds, met):
    found = {"eager": {"seconds": [seconds, 2 * seconds]}, "torch": {"seconds": [1.0, 2.0]}}
    first, *others = judged("logistic", found)
    assert (first["measured"], first["met"]) == (pytest.approx(seconds), met)
    assert all(goal["met"] is None for goal in others)


def test_the_digest_tells_large_arrays_apart():
    x = np.arange(1e6)
    y = x.copy()
    y[77] = -1.0
    assert len(digest(x)) <= 1001
    assert digest(x) != digest(y)


def test_the_command_prints_tables_and_saves_them(tmp_path):
    file = tmp_path / "table.json"
    asked = ["--rows", "logistic", "--peers", "by hand", "--rounds", "1", "--json", str(file)]
    command_line = [sys.executable, "-m", "benchmarks", *asked]
    done = subprocess.run(command_line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "| logistic |" in done.stdout
    saved = json.loads(file.read_text())
    assert set(saved["rows"]["logistic"]) == {"by hand", *OURS}
    assert all(one["seconds"] for one in saved["rows"]["logistic"].values())


def test_the_limit_leaves_small_numbers_to_others():
    tiny = np.float64(5e-324)
    if prepare("limit", ROWS["logistic"].make(SCALE)) is None:
        pytest.skip("there is no gcc")
    assert tiny * 1.0 == tiny > 0.0
