"""Graphs: sharing, order, memory, size, copies and threads."""
import copy
import gc
import math
import pickle
import threading
import time
import weakref

import numpy as np
import pytest

from autograd import Tensor, grad, make_jvp, no_grad
from autograd.errors import AutogradError, GraphError
from autograd.gate import elementwise
from autograd.gates.elementwise import tanh
from autograd.graph import GATES
from autograd.walk import history


# ---------------------------------------------------------------- sharing
def test_a_diamond_counts_every_path_once():
    a = Tensor(3.0)
    b = a + a
    c = b + b
    c.backward()
    assert (b.data, c.data, a.grad) == (6.0, 12.0, 4.0)


def test_a_ladder_of_diamonds_is_walked_once_per_node():
    x = Tensor(1.0)
    y = x
    for _ in range(200):                      # 2**200 paths
        y = y + y
    y.backward()
    assert len(history(y.node)) == 201
    assert x.grad == 2.0**200


def test_many_uses_of_one_tensor():
    x = Tensor(2.0)
    (x * x + x * 3.0 + np.exp(x) - x / x + x**3.0).backward()
    assert x.grad == pytest.approx(4.0 + 3.0 + math.exp(2.0) + 12.0, rel=1e-15)


def test_one_tensor_on_both_sides_of_a_matrix_product():
    x = Tensor(np.array([[1.0, 2.0], [3.0, 4.0]]))
    (x @ x).sum().backward()
    np.testing.assert_array_equal(x.grad, [[3 + 4, 7 + 4], [3 + 6, 7 + 6]])


def test_a_leaf_adds_up_over_several_backwards_until_told_to_forget():
    x = Tensor(3.0)
    for total in (6.0, 12.0, 18.0):
        (x * x).backward()
        assert x.grad == total
    x.zero_grad()
    assert x.grad is None
    (x * x).backward()
    assert x.grad == 6.0


def test_two_outputs_of_one_graph_may_both_walk_back():
    x = Tensor(2.0)
    shared = x * x
    (shared * 3.0).backward()
    (shared * 5.0).backward()
    assert x.grad == 12.0 + 20.0


def test_new_data_of_a_leaf_leaves_old_graphs_alone():
    x = Tensor(2.0)
    y = x * x
    x.data = 10.0
    assert (y.data, x.data) == (4.0, 10.0)
    (x * x).backward()
    assert x.grad == 20.0


def test_a_leaf_owns_its_array():
    data = np.ones(3)
    x = Tensor(data)
    data[:] = 5.0
    assert x.data.tolist() == [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        x.data[0] = 2.0


def test_a_leaf_that_nobody_holds_costs_nothing_and_breaks_nothing():
    y = Tensor(2.0) * Tensor(3.0)
    y.backward()
    assert y.data == 6.0


# ---------------------------------------------------------------- gradients are the user's own
def test_float32_stays_float32():
    x, w = Tensor(np.ones(3, np.float32)), Tensor(np.full((3, 3), 0.5, np.float32))
    loss = np.sum(np.tanh(x @ w) ** 2 * 3.0 + np.mean(x) / 7) * 2.0
    loss.backward()
    assert [loss.dtype, x.grad.dtype, w.grad.dtype] == [np.float32] * 3


def test_gradients_never_share_memory():
    seed = np.array([1.0, 2.0, 3.0])
    x, y, z = (Tensor(np.ones(3)) for _ in range(3))
    out = x + y - (z + x) + np.reshape(z, (3, 1)).T[0]
    out.backward(seed)
    kept = [x, y, z]
    arrays = [out.grad, *(t.grad for t in kept), *(t.data for t in kept), seed, out.data]
    for i, a in enumerate(arrays[:4]):
        for b in arrays[:i] + arrays[i + 1:]:
            assert not np.shares_memory(a, b)
        a += 100.0                                       # writable, and nobody else's
    assert seed.tolist() == [1.0, 2.0, 3.0]
    assert out.data.tolist() == [1.0, 1.0, 1.0]


def test_the_gradient_of_an_identity_is_not_the_seed():
    seed, x = np.ones(3), Tensor(np.zeros(3))
    x.backward(seed)
    assert not np.shares_memory(x.grad, seed)
    x.backward(seed)
    assert (x.grad.tolist(), seed.tolist()) == ([2.0] * 3, [1.0] * 3)


def forward_then_change(use, change):
    """The gradient of Σ use(x, c) where the user writes into his own array c before walking back."""
    x, c = Tensor([1.0, 2.0, 3.0]), change[0].copy()
    out = np.sum(use(x, c))
    c[...] = change[1]
    try:
        out.backward()
    except AutogradError:
        return "an error"
    return x.grad.tolist()


@pytest.mark.parametrize(("use", "change", "expected"), [
    (lambda x, c: x * c, (np.ones(3), 9.0), [1.0, 1.0, 1.0]),
    (lambda x, c: c @ x, (np.eye(3), 9.0), [1.0, 1.0, 1.0]),
    (lambda x, c: x[c], (np.array([0, 0, 1]), 2), [2.0, 1.0, 0.0]),
    (lambda x, c: x[c], (np.array([True, False, True]), [False, True, True]), [1.0, 0.0, 1.0]),
    (lambda x, c: np.where(c, x, 0.0), (np.array([True, False, True]), False), [1.0, 0.0, 1.0])])
def test_writing_into_a_constant_is_harmless_or_an_error(use, change, expected):
    assert forward_then_change(use, change) in (expected, "an error")


def test_data_of_an_output_cannot_be_written():
    x = Tensor([1.0, 2.0])
    y = np.exp(x)
    with pytest.raises(ValueError, match="read-only"):
        y.data[0] = 100.0


def test_functional_gradients_never_share_memory():
    a, b = grad(lambda p: np.sum(p[0] + p[1]))((np.ones(3), np.ones(3)))
    assert not np.shares_memory(a, b)


# ---------------------------------------------------------------- a million gates
def chain(length):
    """x · r · r ··· r, whose derivative is r**length up to rounding."""
    x, ratio = Tensor(1.0), 1.0 + 1e-6
    y = x
    for _ in range(length):
        y = y * ratio
    return x, y


@pytest.fixture
def timed(capsys):
    """Print how long each part of a test took, and keep the cyclic collector out of the figures."""
    laps = [time.perf_counter()]

    def lap(what):
        laps.append(time.perf_counter())
        with capsys.disabled():
            print(f"  {what} {laps[-1] - laps[-2]:.1f} s", end="", flush=True)
    gc.collect()
    gc.disable()
    yield lap
    gc.enable()


def test_a_million_gates_forward_copied_pickled_backward_and_freed(timed):
    x, y = chain(1_000_000)
    timed("forward")
    x2, y2 = copy.deepcopy((x, y))
    timed("deep copy")
    saved = pickle.dumps((x, y), pickle.HIGHEST_PROTOCOL)
    x3, y3 = pickle.loads(saved)
    timed("pickle")
    y.backward()
    timed("backward")
    y2.backward()
    y3.backward()
    assert x.grad == x2.grad == x3.grad == pytest.approx(math.e, rel=1e-6)
    assert "mul" in repr(copy.copy(y))
    timed("two more backward")
    leaves = [weakref.ref(leaf) for leaf in (x, x2, x3)]
    del x, x2, x3, y, y2, y3
    assert [leaf() for leaf in leaves] == [None] * 3            # freed by counting references: there are no cycles
    timed("freed")


def test_a_gate_on_numbers_leaves_one_object_to_the_garbage_collector():
    x = y = Tensor(2.0)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(1000):
        y = y * x
    assert len(gc.get_objects()) - before < 1100


def test_the_collector_goes_through_old_objects_rarely_while_a_function_is_recorded():
    before, inside = gc.get_threshold(), []

    def f(x):
        inside.append(gc.get_threshold())
        return x * x

    def broken(x):
        f(x)
        raise ZeroDivisionError
    assert grad(grad(f))(3.0) == 2.0
    with pytest.raises(ZeroDivisionError):
        grad(broken)(3.0)
    assert {new[:2] for new in inside} == {before[:2]}
    assert all(new[2] > before[2] for new in inside)
    assert gc.get_threshold() == before


def test_the_collector_is_as_it_was_after_transforms_that_overlap():
    before, entered, leave = gc.get_threshold(), threading.Event(), threading.Event()

    def slow(x):
        entered.set()
        assert leave.wait(60)
        return x * x

    thread = threading.Thread(target=grad(slow), args=(2.0,))

    def quick(x):
        thread.start()
        assert entered.wait(60)
        return x * x
    grad(quick)(2.0)                                # begins before the thread, and ends before it
    leave.set()
    thread.join()
    assert gc.get_threshold() == before


def test_a_deep_graph_inside_a_transform():
    def f(x):
        for _ in range(20_000):
            x = x * 1.0
        return x
    assert grad(f)(2.0) == 1.0
    assert make_jvp(f)(2.0)(1.0) == (2.0, 1.0)


# ---------------------------------------------------------------- copies and pickles
@pytest.fixture(params=["deepcopy", "pickle"])
def twin_of(request):
    return copy.deepcopy if request.param == "deepcopy" else lambda x: pickle.loads(pickle.dumps(x))


def test_a_copied_pair_stays_connected(twin_of):
    x = Tensor(np.array([1.0, 2.0]), name="x")
    y = np.sum(x * x)
    x2, y2 = twin_of((x, y))
    y2.backward()
    assert x2.grad.tolist() == [2.0, 4.0]
    assert x2.name == "x"
    assert x.grad is None


@pytest.mark.parametrize("name", ["tanh", "a name that is gone"])
def test_a_gate_that_its_name_does_not_lead_to_is_not_saved(name, monkeypatch):
    """A file has gates by name: another gate of that name would give other derivatives, silently."""
    monkeypatch.setitem(GATES, name, None)             # what is put there below is gone after the test
    other = elementwise(name, np.cbrt, None, "∛", lambda g, x: g)
    GATES["tanh"] = tanh
    GATES.pop("a name that is gone", None)
    y = other(Tensor(8.0))
    with pytest.raises(GraphError, match=f"a graph with the gate {name} cannot be saved"):
        pickle.dumps(y)
    assert y.data == 2.0


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_copies_of_a_graph_are_connected_in_any_order(twin_of, order):
    x = Tensor(2.0)
    y = x * x
    graph = [x, y, y * x]
    twins = twin_of([graph[i] for i in order])
    x2, y2, z2 = (twins[order.index(i)] for i in range(3))
    z2.backward()
    assert (x2.grad, x.grad) == (12.0, None)
    y2.backward()
    assert x2.grad == 16.0


def test_a_copy_keeps_values_gradients_and_lines(twin_of):
    x = Tensor(np.array([1.0, 2.0], np.float32))
    y = np.exp(x)
    y.sum().backward()
    x2, y2 = twin_of((x, y))
    assert x2.grad.dtype == np.float32
    np.testing.assert_array_equal(x2.grad, x.grad)
    np.testing.assert_array_equal(y2.data, y.data)
    assert y2.node.where() == y.node.where()
    assert y.node.where().startswith("test_graph.py:")
    x2.data = np.zeros(2, np.float32)
    assert x.data.tolist() == [1.0, 2.0]


def test_a_copied_graph_is_differentiated_twice(twin_of):
    x = Tensor(np.array([1.0, 2.0]))
    _, y2 = twin_of((x, x * 2.0))
    assert grad(lambda t: np.sum((y2.data * t) ** 2))(1.0) == 2.0 * (4.0 + 16.0)


# ---------------------------------------------------------------- threads
def in_threads(work, n=8):
    failures = []

    def guarded(k):
        try:
            work(k)
        except BaseException as error:
            failures.append(error)
    threads = [threading.Thread(target=guarded, args=(k,)) for k in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_eight_threads_add_to_the_same_leaves():
    w, b = Tensor(np.ones(50)), Tensor(2.0)

    def work(k):
        for _ in range(100):
            np.sum(w * float(k) + b).backward()
    in_threads(work)
    assert w.grad.tolist() == [100.0 * sum(range(8))] * 50
    assert b.grad == 8 * 100 * 50.0


def test_transforms_and_no_grad_do_not_meet_across_threads():
    inside, done = threading.Barrier(8), []

    def work(k):
        for _ in range(50):
            if k % 2:
                with no_grad():
                    inside.wait(10)
                    assert not isinstance(Tensor(1.0) * 2.0, Tensor)
            else:
                inside.wait(10)
                assert isinstance(Tensor(1.0) * 2.0, Tensor)
                assert grad(lambda x: x**3.0)(2.0) == 12.0
        done.append(k)
    in_threads(work)
    assert len(done) == 8
