"""A training that is killed thirty times while it saves goes on from its last whole epoch, to the same bits.

Too slow for every change: `.ci/run` has it as a stage of its own.
"""
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nn
from nn.files import read_tree

ROOT = Path(__file__).parents[2]
EPOCHS, KILLS = 500, 30
X = np.random.default_rng(0).standard_normal((64, 3))
Y = np.sin(X[:, :2])


def train(folder, epochs=EPOCHS):
    """A training with everything that has a memory: momentum, a schedule, dropout, running means, best weights."""
    model = nn.Sequential(nn.Linear(3, 128), nn.BatchNorm1d(128), nn.Tanh(), nn.Dropout(0.1), nn.Linear(128, 128),
                          nn.Tanh(), nn.Linear(128, 2), seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.05, momentum=0.9)

    class Slower:
        """A schedule that counts by itself."""

        epochs = 0

        def __call__(self, state):
            self.epochs += 1
            optimizer.lr = 0.05 / (1.0 + 0.01 * self.epochs)

        def state_dict(self):
            return {"epochs": self.epochs}

        def load_state_dict(self, state):
            self.epochs = state["epochs"]

    saved = nn.Checkpoint(folder / "run.ckpt", resume=True)
    callbacks = [saved, Slower(), nn.EarlyStopping(patience=epochs, monitor="loss"), nn.CSVLogger(folder / "run.csv")]
    history = nn.fit(model, (X, Y), loss=nn.MSELoss(), optimizer=optimizer, epochs=epochs, batch_size=16,
                     validation=(X[:8], Y[:8]), callbacks=callbacks, seed=5)
    return model, history


def saved_epochs(path):
    """How many a checkpoint has; it must be whole."""
    return len(read_tree(path)["history"]["loss"]) if path.exists() else 0


def started(folder):
    command = f"from tests.nn.kills import train; from pathlib import Path; train(Path({str(folder)!r}))"
    return subprocess.Popen([sys.executable, "-c", command], cwd=ROOT, env={**os.environ, "PYTHONPATH": "."})


def changed(path):
    return path.stat().st_mtime_ns if path.exists() else None


def until(happened, process, seconds=60.0):
    end = time.monotonic() + seconds
    while not happened():
        assert process.poll() is None, "the training ended by itself"
        assert time.monotonic() < end, "nothing was saved"
        time.sleep(0.0002)


def kill_while_saving(path, draw):
    process = started(path.parent)
    try:
        for _ in range(draw.randint(1, 6)):
            last = changed(path)
            until(lambda last=last: changed(path) != last, process)
        until(lambda: any(path.parent.glob("run.ckpt.*.part")), process)   # the next save has begun
        time.sleep(draw.uniform(0.0, 0.004))                               # and is anywhere, or just over
        assert process.poll() is None, "the training ended by itself"
    finally:
        process.kill()
        process.wait()


def test_thirty_kills_lose_no_checkpoint(tmp_path):
    (alone := tmp_path / "alone").mkdir()
    (killed := tmp_path / "killed").mkdir()
    model, history = train(alone)
    draw, path, kills, amid = random.Random(0), killed / "run.ckpt", 0, 0
    while amid < KILLS:
        before = saved_epochs(path)
        kill_while_saving(path, draw)
        kills += 1
        for part in killed.glob("run.ckpt.*.part"):
            amid += 1
            part.unlink()
        assert before < saved_epochs(path) < EPOCHS
        assert kills < 4 * KILLS, "few kills hit a save"
    again, resumed = train(killed)
    assert resumed == history
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[name], value)
    assert (killed / "run.csv").read_bytes() == (alone / "run.csv").read_bytes()
    assert read_tree(killed / "run.ckpt").keys() == read_tree(alone / "run.ckpt").keys()
    assert (killed / "run.ckpt").read_bytes() == (alone / "run.ckpt").read_bytes()


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_the_comparison_sees_a_checkpoint_that_is_cut(tmp_path, cut):
    train(tmp_path, epochs=3)
    path = tmp_path / "run.ckpt"
    path.write_bytes(path.read_bytes()[:int(cut * path.stat().st_size)])
    with pytest.raises(ValueError, match="no checkpoint that can be read"):
        saved_epochs(path)
