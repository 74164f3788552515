"""What gates without slope take out of graphs is noted, by place, and nothing is kept alive for it."""
import gc
import inspect
import weakref

import numpy as np
import pytest

from autograd import Tensor, diagnose, no_grad
from autograd.cuts import AGAIN, CUTS, DEEP, PLACES


@pytest.fixture(autouse=True)
def empty():
    CUTS.clear()
    yield
    CUTS.clear()


def lost(y):
    """Gate and line of every finding."""
    return [(found.gate, found.line) for found in diagnose(y).findings]


def here():
    return inspect.currentframe().f_back.f_lineno


def test_a_note_names_the_leaves_behind():
    w, b = Tensor([1.5], name="w"), Tensor([0.5], name="b")
    np.floor(w * b)
    (cut,) = CUTS.values()
    assert cut.gate == "floor"
    assert {name for _, (_, _, name) in cut.leaves} == {"w", "b"}


@pytest.mark.parametrize("take", [np.floor, np.sign, np.round, np.argmax, np.argsort, lambda x: x > 0.0])
def test_every_way_out_is_noted(take):
    take(Tensor([1.5, -2.0]))
    assert len(CUTS) == 1


def test_no_note_of_a_truth_that_only_steers():
    assert Tensor(2.0) > 1.0
    assert np.any(Tensor([2.0]))
    assert not CUTS


def test_no_note_under_no_grad():
    with no_grad():
        np.round(Tensor([1.5]))
        np.floor(Tensor([1.5]))
    assert not CUTS


def test_a_deep_graph_is_not_walked():
    x = Tensor([1.5])
    for _ in range(DEEP + 1):
        x = x * 1.0
    np.floor(x)
    assert [cut.leaves for cut in CUTS.values()] == [[]]
    assert not diagnose(np.sum(x))


def test_a_loop_leaves_one_note():
    for _ in range(10):
        np.floor(Tensor([1.5]))
    assert len(CUTS) == 1


def test_places_are_forgotten_in_time():
    x = Tensor([1.5])
    cells = [compile(f"np.floor(x) + {k}", "cell", "exec") for k in range(PLACES + 10)]
    for cell in cells:
        exec(cell, {"np": np, "x": x})
    assert [cut.code for cut in CUTS.values()] == cells[PLACES:]


def test_a_note_keeps_nothing_alive():
    x = Tensor(np.ones(1000))
    gone = weakref.ref(x)
    np.floor(x * 2.0)
    del x
    gc.collect()
    assert gone() is None


def test_leaves_are_looked_for_now_and_then():
    looked, last = set(), set()
    for _ in range(5 * AGAIN):
        np.floor(Tensor([1.5]))
        (cut,) = CUTS.values()
        looked.add(cut.looked)
        last.add(cut.last)
    assert len(last) == 5 * AGAIN
    assert 5 <= len(looked) <= 20


# ---------------------------------------------------------------- what diagnose makes of them
def test_after_steps_that_gave_leaves_new_data():
    b, w = Tensor([1.0, 2.0], name="b"), Tensor([0.5, 1.5], name="w")
    for _ in range(4):
        cut = np.sum(np.floor(w) * b)
        kept = np.sum((w + (np.round(w) - w.data)) * b)
        assert lost(cut) == [("floor", here() - 2)]
        assert not diagnose(kept)
        b.data, w.data = b.data * 0.9, w.data * 0.9


def test_through_variables_and_attributes():
    class Box:
        pass
    b, w, box = Tensor([1.0, 2.0], name="b"), Tensor([0.5, 1.5], name="w"), Box()
    box.levels = np.floor(w)
    line = here() - 1
    halves = box.levels / 2.0
    assert lost(np.sum(halves * b)) == [("floor", line)]


def quantised(x):
    return np.round(x)


def squares(values, b):
    return np.sum((values - b) ** 2.0)


def test_through_functions():
    b, w = Tensor([1.0, 2.0], name="b"), Tensor([0.5, 1.5], name="w")
    assert lost(squares(quantised(w), b)) == [("round", inspect.getsourcelines(quantised)[1] + 1)]


def test_what_is_looked_at_on_the_side_is_no_finding():
    b, w = Tensor([1.0, 2.0], name="b"), Tensor([0.5, 1.5], name="w")
    largest = np.argmax(w)
    loss = np.sum(b * b)
    assert largest == 1
    assert not diagnose(loss)


def test_a_leaf_that_has_another_way_is_no_finding():
    b, w = Tensor([1.0, 2.0], name="b"), Tensor([0.5, 1.5], name="w")
    mask = (w * 2.0 > 1.5).astype(float)
    assert not diagnose(np.sum(w * mask * b))


def test_what_an_older_graph_lost_is_no_finding():
    def loss(x, b):
        steps = np.floor(x.data) if x.name == "now" else np.floor(x)
        return np.sum((steps + 1.0) * b)
    b, old = Tensor([1.0]), Tensor([0.5], name="old")
    assert lost(loss(old, b))
    assert not diagnose(loss(Tensor([0.5], name="now"), Tensor([1.0])))
