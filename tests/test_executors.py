"""Every executor gives the numbers of `Plain`: over all gate cases, random programs, and loops of every form."""
# ruff: noqa: E501 — one row per case, however long
import contextlib
import threading
from dataclasses import replace

import numpy as np
import pytest

from autograd import compile, grad, value_and_grad
from autograd.errors import AutogradError
from autograd.executors.native import Native
from autograd.executors.native.build import compiler
from autograd.executors.numpy import Replay
from autograd.executors.plain import Plain
from autograd.gates.elementwise import relu, sigmoid
from autograd.passes import optimized
from autograd.tracing import record
from tests.cases import CASES
from tests.recorded import batched, gate_programs, joined, nearly_same, random_programs, same_bits, single

NATIVE = pytest.param(Native, marks=pytest.mark.skipif(compiler() is None, reason="there is no C compiler"))
EXECUTORS = [Plain, Replay, NATIVE]
SAME = {Plain: same_bits, Replay: same_bits, Native: nearly_same}
BY_ADDRESS = {"logm"}                   # gates whose last digits depend on where in memory their input lies


@pytest.fixture(params=EXECUTORS, ids=["Plain", "Replay", "Native"])
def executor(request):
    return request.param


@pytest.fixture(autouse=True)
def _quiet():
    with np.errstate(all="ignore"):
        yield


def agrees(executor, found, expected, what):
    """Equal, for executors in NumPy to the bit, one output after the other."""
    assert len(found) == len(expected), what
    for i, (a, b) in enumerate(zip(found, expected, strict=True)):
        assert SAME[executor](a, b), f"output {i} of {what} is\n{a}, expected\n{b}"


def runs_like_plain(executor, program, values, what):
    """The first and the second run; what the first has given stays, and is nobody else's."""
    expected = Plain(program)(values)
    before = [np.copy(x) for x in values]
    run = executor(program)
    first = run(values)
    agrees(executor, first, expected, what)
    others = [x * 0.5 if np.asarray(x).dtype.kind in "fc" else x for x in values]
    with contextlib.suppress(AutogradError):               # the half of an argument may be outside of the domain
        run(others)
    agrees(executor, first, expected, f"{what} after a second run")
    agrees(executor, run(values), expected, f"third run of {what}")
    assert all(map(same_bits, map(np.asarray, values), before)), f"inputs of {what}"


GATES = [name for name in CASES if name not in BY_ADDRESS]


@pytest.mark.parametrize("name", GATES)
def test_every_gate(name):
    """In NumPy; tests/native.py has the same for machine code."""
    for e, program, values in of_gate(name):
        runs_like_plain(Replay, program, values, e)


@pytest.mark.parametrize("name", GATES)
def test_every_gate_in_single_precision(name):
    for e, program, xs in of_gate_in_single_precision(name):
        runs_like_plain(Replay, program, xs, e)


def of_gate(name):
    """The programs of a gate's examples, as recorded and optimized."""
    programs = list(gate_programs(name))
    return programs + [(e, optimized(program), values) for e, program, values in programs]


def of_gate_in_single_precision(name):
    programs = []
    for e, _, values in gate_programs(name):
        xs = single(values[:len(e.xs)])
        with contextlib.suppress(AutogradError):           # of NumPy, which may have no such loop
            programs.append((e, record(e.gate, xs).program, xs))
    return programs


def test_random_programs(executor):
    count = 24 if executor is Native else 120              # which is compiled
    programs = list(random_programs(count))
    assert len(programs) > count / 2
    programs += [(text, optimized(program), values) for text, program, values in programs]
    for text, program, values in map(joined, batched(programs, 8)) if executor is Native else programs:
        runs_like_plain(executor, program, values, text)


# ---------------------------------------------------------------- inputs of other forms
def network(values):
    x, w, b = values
    return value_and_grad(lambda v: np.sum(np.tanh(x @ v[0] + v[1]) ** 2.0))([w, b])


RNG = np.random.default_rng(0)
NETWORK = [RNG.standard_normal((5, 3)), RNG.standard_normal((3, 4)), RNG.standard_normal(4)]


@pytest.mark.parametrize("form", [
    np.asfortranarray, lambda x: np.repeat(x, 2, 0)[::2], lambda x: x[::-1][::-1], lambda x: np.flip(np.flip(x).copy())])
def test_inputs_in_any_memory_order(executor, form):
    program = optimized(record(network, NETWORK).program)
    run, others = executor(program), [form(x) for x in NETWORK]
    agrees(executor, run(others), Plain(program)(others), "other order at the first run")
    run = executor(program)
    run(NETWORK)
    for a, b in zip(run(others), Plain(program)(NETWORK), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0), (1,), (1, 1)])
def test_arrays_without_numbers(executor, shape):
    def f(xs):
        return value_and_grad(lambda v: np.sum(sigmoid(v[0] * v[1] - 1.0) @ np.ones(shape[-1])))(xs)
    values = [RNG.standard_normal(shape), RNG.standard_normal(shape)]
    runs_like_plain(executor, record(f, values).program, values, shape)


def test_numbers_of_rank_0(executor):
    def f(xs):
        a, b, c = xs
        return [a * b, a + c, np.where(a > 0.0, b, c), np.maximum(a, b), (a > b) * 2.0, np.isnan(a), -a, a > 0.0, a ** 2.0]
    for values in ([1.5, np.float32(2.0), -0.5], [np.float32(1.0), 2.0, np.complex64(1j)], [-1.0, 3.0, np.nan]):
        runs_like_plain(executor, record(f, values).program, values, values)


@pytest.mark.parametrize("executor", [Replay, NATIVE])
def test_outputs_are_new_memory(executor):
    c = np.ones((2, 3))
    program = record(lambda xs: [xs[0], xs[0].T, xs[0] + 1.0, (xs[0] + 1.0).T, xs[0][0], xs[0] * 0.0 + c], [c]).program
    x = np.arange(6.0).reshape(2, 3)
    run = executor(program)
    first = run([x])
    kept = [y.copy() for y in first]
    second = run([x + 1.0])
    agrees(executor, first, kept, "first run")
    assert not any(np.shares_memory(a, b) for a in first for b in (*second, x, c))


# ---------------------------------------------------------------- numbers
def test_where_python_raises_floats_are_as_in_numpy(executor):
    def f(xs):
        x, y = xs
        return [x / y, np.exp(x), np.log(y), np.sqrt(-x), x ** 0.5 / y, sigmoid(-x), np.sin(x / y)]
    program = record(f, [1.0, 2.0]).program
    run = executor(program)
    for values in ([1.0, 2.0], [1.0, 0.0], [-1.0, 0.0], [1e308, -1.0], [np.inf, np.nan], [0.0, -0.0], [1.0, 2.0]):
        agrees(executor, run(values), Plain(program)(values), values)


def test_truths_of_floats_are_numbers_in_products(executor):
    def f(xs):
        return value_and_grad(lambda v: relu(v[0] * v[1] + 1.0) * 2.0 + relu(v[0] - 3.0))(xs)
    program = optimized(record(f, [1.0, 2.0]).program)
    for values in ([1.0, 2.0], [4.0, 2.0], [4.0, -2.0]):
        agrees(executor, executor(program)(values), Plain(program)(values), values)


def test_many_steps_on_floats(executor):
    def f(xs):
        x, y = xs
        total = x
        for k in range(3000):
            total = relu(total * y + x / (k + 1.0)) - 0.5
        return [total, x * y]
    program = record(f, [0.5, 0.25]).program
    for values in ([0.5, 0.25], [3.0, -1.0], [1e300, 1e300], [np.nan, 0.0]):
        runs_like_plain(executor, program, values, values)


# ---------------------------------------------------------------- loops
def loop(f, values, carried, sliced=0):
    """A loop program of f, which takes carried values, slices of one turn and the rest."""
    once = [x[0] if carried <= i < carried + sliced else x for i, x in enumerate(values)]
    return replace(record(f, once).program, carried=carried, sliced=sliced)


A, B = RNG.standard_normal((3, 3)), RNG.standard_normal((3, 3))
SLICED = RNG.standard_normal((4, 3, 3))
step = value_and_grad(lambda v, x: np.sum(np.tanh(x @ v) ** 2.0))

LOOPS = {
    "updated in place":       (lambda v: [v[0] - 0.1 * v[1]], [A, B], 1, 0),
    "a product":              (lambda v: [v[0] @ v[1]], [A, B], 1, 0),
    "its own transpose":      (lambda v: [v[0] - v[0].T], [A], 1, 0),
    "swapped":                (lambda v: [v[1], v[0]], [A, B], 2, 0),
    "swapped numbers":        (lambda v: [v[1], v[0] + 1.0], [1.0, 2.0], 2, 0),
    "one result for two":     (lambda v: [v[0] + v[1]] * 2, [A, B], 2, 0),
    "the one before":         (lambda v: [np.sin(v[0]), v[0]], [A, B], 2, 0),
    "read after":             (lambda v: [v[0] * 2.0, v[1] + v[0]], [A, B], 2, 0),
    "a view of it":           (lambda v: [v[0].T], [A], 1, 0),
    "a view of another":      (lambda v: [v[1].T * 1.5, v[0][::-1]], [A, B], 2, 0),
    "the same in every turn": (lambda v: [v[1] * 2.0, v[0] + np.sin(v[1])], [A, B], 1, 0),
    "a constant":             (lambda v: [np.ones((3, 3)), v[0].sum()], [A], 1, 0),
    "stacked":                (lambda v: [v[0] * 0.5, v[0].sum(), v[0][0], v[0] > 0.0], [A], 1, 0),
    "numbers":                (lambda v: [v[0] / v[1], v[1] - 1.0, v[0] > v[1], v[0]], [5.0, 2.0], 2, 0),
    "slices":                 (lambda v: [v[0] + v[1] @ v[2], np.sum(v[1])], [A, SLICED, B], 1, 1),
    "slices of numbers":      (lambda v: [v[0] * v[1] + v[2], v[1] * 2.0], [A, np.arange(4.0), 0.5], 1, 1),
    "nothing carried":        (lambda v: [v[0] * 2.0, v[0].T], [SLICED], 0, 1),
    "float32":                (lambda v: [v[0] - 0.1 * v[1], v[0].sum()], [A.astype(np.float32), B.astype(np.float32)], 1, 0),
    "columns":                (lambda v: [v[1].T * 1.5, np.sin(v[0].reshape(9)).reshape(3, 3).T], [A, np.asfortranarray(B)], 2, 0),
    "complex":                (lambda v: [v[0] * v[1] - 0.5, np.sum(v[0])], [A + 1j * B, B * 1j], 1, 0),
    "training":               (lambda v: [v[0] - 0.1 * step(v[0], v[1])[1], step(v[0], v[1])[0]], [A, SLICED], 1, 1),
    "momentum":               (lambda v: (m := 0.9 * v[1] + step(v[0], v[2])[1]) is None or [v[0] - 0.1 * m, m], [A, B, SLICED], 2, 1),
}


@pytest.mark.parametrize("prepare", [lambda program: program, optimized], ids=["as recorded", "optimized"])
@pytest.mark.parametrize("name", LOOPS)
def test_loops(executor, name, prepare):
    f, values, carried, sliced = LOOPS[name]
    program = prepare(loop(f, values, carried, sliced))
    run = executor(program)
    results = [(turns, run.loop(turns, values)) for turns in (3, 0, 1, 4)]
    for turns, found in results:
        agrees(executor, found, Plain(program).loop(turns, values), f"{turns} turns: {name}")
    agrees(executor, run(_once(values, carried, sliced)), Plain(program)(_once(values, carried, sliced)), "one run by itself")


def _once(values, carried, sliced):
    return [x[0] if carried <= i < carried + sliced else x for i, x in enumerate(values)]


def test_a_loop_leaves_its_arguments_alone(executor):
    f, values, carried, sliced = LOOPS["momentum"]
    before = [x.copy() for x in values]
    executor(loop(f, values, carried, sliced)).loop(4, values)
    assert all(map(same_bits, values, before))


def test_a_carried_array_is_updated_in_place():
    f, values, carried, sliced = LOOPS["momentum"]
    run = Replay(optimized(loop(f, values, carried, sliced)))
    run.loop(2, values)
    text = run.source(values, True).text.partition("for turn")[2]
    assert "copyto" not in text


# ---------------------------------------------------------------- one executor in several threads
def test_threads(executor):
    program = optimized(record(network, NETWORK).program)
    run, wrong = executor(program), []

    def work(k):
        values = [x * (1.0 + k) for x in NETWORK]
        expected = Plain(program)(values)
        wrong.extend(k for _ in range(100) if not all(map(SAME[executor], run(values), expected)))
    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_error_is_that_of_the_gate(executor):
    program = record(lambda xs: np.linalg.inv(xs[0] * 1.0), [np.eye(2)]).program
    run = executor(program)
    run([np.eye(2)])
    with pytest.raises(np.linalg.LinAlgError, match="inv"):
        run([np.zeros((2, 2))])
    agrees(executor, run([2.0 * np.eye(2)]), [0.5 * np.eye(2)], "after an error")


# ---------------------------------------------------------------- large arrays: sums in another order
def nearly(found, expected, what, digits=1e-13):
    """Equal to the bit, but for sums, which may be added up in another order."""
    for i, (a, b) in enumerate(zip(found, expected, strict=True)):
        size = float(np.max(np.abs(b), initial=1.0))
        np.testing.assert_allclose(a, b, rtol=10.0 * digits, atol=digits * size, err_msg=f"output {i} of {what}")
        assert np.asarray(a).dtype == np.asarray(b).dtype, f"output {i} of {what}"


def chain(xs):
    x, y = xs
    v = x * y + x
    return [relu(v * v - y), sigmoid(v), (v > 0.5) * x, np.tanh(-y.astype(np.float32)) * 2.0]


LARGE = [(20001,), (1 << 14,), (129, 131), (3, 7, 1001)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, complex])
@pytest.mark.parametrize("shape", LARGE)
def test_large_arrays_to_the_bit(executor, shape, dtype):
    values = [RNG.standard_normal(shape).astype(dtype) for _ in range(2)]
    f = chain if dtype is not complex else lambda xs: [xs[0] * xs[1] - xs[0], np.exp(xs[0] * 0.5)]
    runs_like_plain(executor, optimized(record(f, values).program), values, shape)


@pytest.mark.parametrize("shape", LARGE)
def test_large_arrays_and_their_sums(executor, shape):
    values = [RNG.standard_normal(shape) for _ in range(2)]

    def loss(v):
        return sum(np.sum(y) for y in chain(v)) + np.sum(chain(v)[0].reshape(shape[0], -1) * np.ones((shape[0], 1)))
    program = optimized(record(value_and_grad(loss), values).program)
    run = executor(program)
    for others in (values, [x.copy(order="F") for x in values], [np.flip(x) for x in values]):
        nearly(run(others), Plain(program)(others), shape, 2e-7 if executor is Native else 1e-13)    # a part is float32


def test_a_large_chain_runs_piece_by_piece():
    values = [RNG.standard_normal(20001) for _ in range(2)]
    run = Replay(optimized(record(lambda xs: sum(np.sum(y) for y in chain(xs)), values).program))
    run(values)
    assert run.source(values, False).text.count("for i, j") == 1


def test_large_arrays_beside_broadcast_views(executor):
    """A row for each mean, as in the gradient of a layer norm: what is read of it is of this run."""
    def centred(w, x):
        h = x @ w
        return np.sum(((h - h.mean(axis=-1, keepdims=True)) / np.sqrt(h.var(axis=-1, keepdims=True)))[:, 0] ** 3.0)

    slope, rng = grad(centred), np.random.default_rng(0)
    w, xs = rng.normal(size=(32, 32)), rng.normal(size=(3, 100, 9, 32))
    fast = compile(slope, executor=executor)
    for x in xs:
        np.testing.assert_allclose(fast(w, x), slope(w, x), rtol=1e-9, atol=1e-10)


def test_large_carried_arrays(executor):
    values = [RNG.standard_normal((150, 150)) for _ in range(3)]
    for name, f in {"two": lambda v: [v[0] - 0.1 * np.sin(v[1]), v[1] * 0.5 + v[0]],
                    "swapped": lambda v: [v[1] * 2.0, v[0] - v[2], v[2] * 0.5],
                    "old and new": lambda v: [v[0] * 0.5, v[0] + v[1]],
                    "turned": lambda v: [v[0] - v[0].T * 0.25, np.tanh(v[1])]}.items():
        carried = 3 if name == "swapped" else 2
        given = values[:carried]
        program = optimized(loop(f, given, carried))
        nearly(executor(program).loop(5, given), Plain(program).loop(5, given), name)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_of_short_rows(executor, dtype):
    x = RNG.standard_normal((200, 3)).astype(dtype)
    f = lambda xs: [xs[0].sum(0), xs[0].sum(1), xs[0].sum(-1, keepdims=True), xs[0].T.sum(0), xs[0].sum()]  # noqa: E731
    program = record(f, [x]).program
    for a, b in zip(executor(program)([x]), Plain(program)([x]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4 if dtype is np.float32 else 1e-12, atol=1e-5 if dtype is np.float32 else 1e-14)
        assert a.dtype == b.dtype if np.ndim(a) else type(a) is type(b)


UPDATES = {
    "descent":        (lambda v: [v[0] - 0.1 * (v[1].T @ v[2])], True),
    "with a penalty": (lambda v: [v[0] - 0.1 * (v[1].T @ v[2] + 0.01 * v[0] + 0.01 * v[0])], True),
    "from the right": (lambda v: [(v[1].T @ v[2]) * 0.5 + v[0]], True),
    "minus":          (lambda v: [-(v[1].T @ v[2]) - v[0]], True),
    "read elsewhere": (lambda v: [v[0] - (g := v[1].T @ v[2]), g.sum()], False),
    "of itself":      (lambda v: [v[0] - 0.1 * (v[0] @ v[3])], False),
    "of its own view": (lambda v: [v[0] - 0.001 * (v[0].T @ v[0])[:1] * v[3]], False),
    "stacked":        (lambda v: [v[0] - 0.1 * (v[1].T @ v[2]), v[0] * 2.0], True),
    "as it was":      (lambda v: [v[0] - 0.1 * (v[1].T @ v[2]), v[0]], False),
    "not linear":     (lambda v: [v[0] * v[0] - 0.1 * (v[1].T @ v[2])], False),
    "two products":   (lambda v: [v[0] - 0.1 * (v[1].T @ v[2]) - 0.1 * (v[3] @ v[3])], False),
}


@pytest.mark.parametrize("blas", [True, False], ids=["blas", "no blas"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", UPDATES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_products_are_added_to_what_is_carried(executor, name, dtype, blas, order, monkeypatch):
    if not blas:
        monkeypatch.setattr("autograd.executors.products.gemm", lambda dtype: None)
    f, fits = UPDATES[name]
    values = [RNG.standard_normal(shape).astype(dtype) * 0.1 for shape in ((80, 80), (7, 10, 80), (7, 10, 80), (80, 80))]
    values[0] = values[0] if order == "C" else np.asfortranarray(values[0])
    once = [values[0], *(x[0] for x in values[1:3]), values[3]]
    program = optimized(replace(record(f, once).program, carried=1, sliced=2))
    run = executor(program)
    for a, b in zip(run.loop(7, values), Plain(program).loop(7, values), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3 if dtype is np.float32 else 1e-11, atol=1e-5 if dtype is np.float32 else 1e-13)
        assert a.dtype == b.dtype
    if isinstance(run, Replay) and order == "C":
        assert any(way == "product" for way in run.source(values, True).ways.values()) == (fits and blas)


def test_a_loop_and_a_call_do_not_write_into_what_the_other_was_given(executor):
    program = record(lambda v: [v[0] * v[1]], [A, B]).program
    run, given = executor(program), [A.copy(), B.copy()]
    run.loop(2, given)
    run([B, A])
    assert all(map(same_bits, given, [A, B]))
