"""Compiled functions and loops: the answers of eager mode, and never those of another moment."""
import os
import random
import subprocess
import sys
import warnings

import numpy as np
import pytest

import nn
from autograd import (
    Tensor,
    compile,
    grad,
    hessian,
    is_traced,
    jacobian,
    make_jvp,
    no_grad,
    scan,
    strict,
    trace,
    value_and_grad,
    vmap,
)
from autograd.errors import DataError, GraphError, ShapeError
from autograd.executors.native.build import compiler
from autograd.executors.numpy import Replay
from autograd.executors.plain import Plain
from tests.stale import ARGUMENTS, World, generated

RNG = np.random.default_rng(0)
X, W = RNG.standard_normal((5, 3)), RNG.standard_normal((3, 4))


# ---------------------------------------------------------------- never stale
@pytest.mark.parametrize("block", range(10))
def test_300_programs_that_depend_on_more_than_their_arguments(block, record_property):
    loud = 0
    for seed in range(30 * block, 30 * block + 30):
        text, changes, may_refuse = generated(seed)
        eager, compiled, draw = World(text, lambda f: f), World(text, lambda f: compile(f, Replay)), random.Random(seed)
        for change in ["pass", *changes]:
            argument = draw.choice(ARGUMENTS)
            eager.change(change)
            compiled.change(change)
            try:
                found = compiled.answer(argument)
            except GraphError:
                assert may_refuse, f"program {seed} was refused:\n{text}"
                loud += 1
                break
            expected = eager.answer(argument)
            assert type(found) is type(expected), f"program {seed} after {change}:\n{text}"
            if isinstance(found, np.ndarray):
                assert found.dtype == expected.dtype
                what = f"program {seed} after {change} on {argument}:\n{text}"
                np.testing.assert_array_equal(found, expected, err_msg=what)
    record_property("programs that depend on more than their arguments", {"right": 30 - loud, "refused": loud})


def test_a_stale_answer_would_be_noticed():
    text, _, _ = generated(1)
    frozen = {}

    def once(f):
        return lambda x: frozen.setdefault(x.tobytes(), f(x))
    eager, stale = World(text, lambda f: f), World(text, once)
    answers = []
    everything = ("scale, weights, items, table['a'] = 9.0, weights * 3.0, [7.0], 5.0\n"
                  "box.value = inside[0] = 4.0\nmode, count = 'minus', 5")
    for change in ("pass", everything):
        eager.change(change)
        stale.change(change)
        answers.append(np.array_equal(eager.answer(ARGUMENTS[0]), stale.answer(ARGUMENTS[0])))
    assert answers == [True, False]


# ---------------------------------------------------------------- the same answers
FUNCTIONS = {
    "a number": (lambda x: x * x + 1.0, (3.0,)),
    "arrays": (lambda x, w: np.tanh(x @ w).sum(axis=0), (X, W)),
    "containers": (lambda p, s: {"new": [p["w"] * s, (p["b"], s)], "same": p["b"]}, ({"w": W, "b": W[0]}, 2.0)),
    "static arguments": (lambda x, axis, name: np.sum(x, axis) * len(name), (X, 1, "four")),
    "keywords": (lambda x, *, k=2.0: x * k, (X,)),
    "nothing that depends on x": (lambda x: np.ones(3), (X,)),
    "the argument itself": (lambda x: (x, x), (X,)),
    "None and text": (lambda x: (None, "text", 3, x.sum()), (X,)),
    "whole numbers": (lambda x, i: x[i], (X, np.array([1, 0, -1]))),
    "truth": (lambda x: x > 0.0, (X,)),
    "a gradient": (grad(lambda w, x: np.sum(np.tanh(x @ w) ** 2.0)), (W, X)),
    "value and gradients": (value_and_grad(lambda p, x: np.sum(np.exp(-(x @ p[0]) ** 2.0) * p[1])), ([W, 1.5], X)),
    "a hessian": (hessian(lambda w: np.sum(np.sin(w) * w[0])), (W[0],)),
    "a jacobian": (jacobian(lambda w: np.tanh(w) * w[::-1]), (W[0],)),
    "forward mode": (lambda x, t: make_jvp(lambda x: np.tanh(x) * x)(x)(t), (X, X)),
    "vmap": (vmap(lambda x: np.sum(x) * x), (X,)),
    "writing in place": (lambda x: _filled(x), (X,)),
    "a buffer that is used again": (lambda x: (_refilled(x), grad(_refilled)(x)), (X,)),
    "float32": (lambda x: np.tanh(x) * 2.0, (X.astype(np.float32),)),
    "complex": (lambda x: np.abs(x * 1j + 1.0), (X + 1j,)),
    "linear algebra": (lambda x: np.linalg.solve(x.T @ x + np.eye(3), x.T), (X,)),
}


def _refilled(x):
    buffer, out = np.zeros(3), 0.0
    for k in range(3):
        buffer[:] = k + 1
        out = out + np.sum(buffer * x)
    return out


def _filled(x):
    out = np.zeros_like(x)
    out[0] = x[1] * 2.0
    out[1:] += x[1:]
    return out


def same(a, b, exact):
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        a, b = list(a.values()), list(b.values())
    if isinstance(a, list | tuple):
        assert type(a) is type(b)
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y, exact)
    elif isinstance(a, np.ndarray | float | np.generic):
        assert np.asarray(a).dtype == np.asarray(b).dtype
        inexact = not exact and np.asarray(a).dtype.kind in "fc"
        digits = 500.0 * np.finfo(np.asarray(a).dtype).eps if inexact else 0.0
        np.testing.assert_allclose(a, b, rtol=digits, atol=digits / 10.0)
    else:
        assert a == b


@pytest.mark.parametrize("executor", [Plain, Replay, None], ids=["Plain", "Replay", "fastest"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_compiled_function_is_the_function(name, executor):
    f, args = FUNCTIONS[name]
    compiled = compile(f, executor)
    others = tuple(x * 0.5 if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in args)
    for given in (args, others, args):
        same(compiled(*given), f(*given), exact=executor is not None)


def test_new_shapes_dtypes_and_structures_are_new_programs():
    f = lambda x: np.sum(x * x)  # noqa: E731
    compiled = compile(f, Replay)
    for x in (2.0, X, X[0], X.astype(np.float32), np.float32(3.0), X[:0], X + 1j):
        assert compiled(x) == f(x)
    pair = compile(lambda p: p[0] * p[1], Replay)
    assert pair([2.0, 3.0]) == pair((2.0, 3.0)) == pair({0: 2.0, 1: 3.0}) == 6.0


def test_a_small_cache_is_enough_for_many_shapes():
    compiled = compile(lambda x: x.sum(), Replay)
    for n in [*range(1, 100), 3, 50]:
        assert compiled(np.ones(n)) == n


def test_results_belong_to_the_caller():
    compiled = compile(lambda x: (x * 2.0, x + np.ones(3)))
    first, other = compiled(np.zeros(3))
    first += 7.0
    other += 7.0
    again, more = compiled(np.zeros(3))
    np.testing.assert_array_equal(again, 0.0)
    np.testing.assert_array_equal(more, 1.0)


def test_methods_and_recursion():
    class Line:
        slope = 2.0

        @compile
        def at(self, x):
            return self.slope * x
    a, b = Line(), Line()
    b.slope = 5.0
    assert (a.at(2.0), b.at(2.0), a.at(3.0)) == (4.0, 10.0, 6.0)
    a.slope = 7.0
    assert a.at(2.0) == 14.0
    power = compile(lambda x, n: x if n == 1 else x * power(x, n - 1), Replay)
    assert power(2.0, 5) == 32.0


# ---------------------------------------------------------------- recorded tensors
def test_recorded_arguments_are_differentiated():
    f = compile(lambda x: np.sum(x * x * x))
    np.testing.assert_allclose(grad(f)(X), 3.0 * X * X)
    x = Tensor(X)
    f(x).backward()
    np.testing.assert_allclose(x.grad, 3.0 * X * X)


def test_tensors_that_f_reaches_are_inputs():
    model = nn.Sequential(nn.Linear(3, 4, seed=0), nn.Tanh())
    predict = compile(lambda x: model(x), Replay)
    assert isinstance(predict(X), Tensor)                      # eager: somebody may want its gradients
    with no_grad():
        np.testing.assert_array_equal(predict(X), model.predict(X))
        model[0].weight.data = model[0].weight.data * 2.0
        np.testing.assert_array_equal(predict(X), model.predict(X))
        model.to(np.float32)
        assert predict(X.astype(np.float32)).dtype == np.float32


# ---------------------------------------------------------------- singular points
def test_where_eager_mode_takes_care_so_do_programs():
    root = lambda x: np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))  # noqa: E731
    compiled = compile(grad(root), Replay)
    for x in (np.array([4.0, 1.0]), np.array([4.0, 0.0]), np.array([0.0, 0.0]), np.array([1.0, 9.0])):
        np.testing.assert_array_equal(compiled(x), grad(root)(x))
    with strict():
        np.testing.assert_array_equal(compiled(np.array([4.0, 0.0])), grad(root)(np.array([4.0, 0.0])))
    np.testing.assert_array_equal(compiled(np.array([4.0, 0.0])), [0.25, 0.0])


def test_a_scan_takes_care_too():
    slope = grad(lambda x: np.sqrt(x * x))
    total = scan(lambda carry, x: (carry + slope(x), slope(x)))
    last, each = total(0.0, np.array([1.0, 0.0, -2.0, 4.0]))
    assert last == 1.0
    np.testing.assert_array_equal(each, [1.0, 0.0, -1.0, 1.0])


# ---------------------------------------------------------------- scan
def test_a_scan_is_a_loop():
    def f(carry, x):
        (w, v), (a, b) = carry, x
        v = 0.9 * v + grad(lambda w: np.sum((a @ w - b) ** 2.0))(w)
        return (w - 0.01 * v, v), {"loss": np.sum(v * v), "v": v}
    xs = RNG.standard_normal((6, 5, 3)), RNG.standard_normal((6, 5, 4))
    found, ys = scan(f)((W, np.zeros_like(W)), xs)
    carry = W, np.zeros_like(W)
    for k in range(6):
        carry, y = f(carry, (xs[0][k], xs[1][k]))
        np.testing.assert_allclose(ys["loss"][k], y["loss"], rtol=1e-12)
        np.testing.assert_allclose(ys["v"][k], y["v"], rtol=1e-12, atol=1e-14)
    for a, b in zip(found, carry, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def test_a_scan_of_tensors_is_recorded():
    decay = lambda w: scan(lambda c, _: (c * w, c), length=3)(1.0)[0]  # noqa: E731
    assert grad(decay)(2.0) == 12.0


@pytest.mark.parametrize(("call", "error", "words"), [
    (lambda: scan(lambda c, x: (c + x, x))(0, X), DataError, "cannot carry int 0"),
    (lambda: scan(lambda c, x: (c, x))(0.0, (X, W)), ShapeError, r"lengths \[3, 5\]"),
    (lambda: scan(lambda c, x: (c, x))(0.0), ShapeError, "length="),
    (lambda: scan(lambda c, x: (np.ones(3) * c, x))(0.0, X), ShapeError, "carry was float and became"),
])
def test_what_a_scan_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()


# ---------------------------------------------------------------- refusals name the line
def _branch(x):
    return x if x > 0.0 else -x                                # the branch


def _caught(x):
    try:
        return x if x > 0.0 else -x                            # the branch
    except GraphError:
        return x


def _writes(x):
    x += 1.0
    return x


@pytest.mark.parametrize(("f", "x", "words"), [
    (_branch, 1.0, r"test_compilation\.py:\d+    return x if x > 0\.0 else -x  +# the branch"),
    (_caught, 1.0, "# the branch"),
    (_writes, X, r"writes into an argument of shape \(5, 3\)"),
    (lambda x: x * np.random.normal(), 1.0, "random"),
    (lambda x: float(x), 1.0, "plain value"),
    (lambda x: x[x > 0.0], X, "plain value"),
    (lambda x: print(x) or x, 1.0, "print"),
])
def test_a_refusal_says_what_and_where(f, x, words):
    with pytest.raises(GraphError, match=words):
        compile(f)(np.copy(x) if np.ndim(x) else x)


def test_is_traced():
    seen = []

    def f(x):
        seen.append(is_traced(x)) if False else None
        return x * (2.0 if is_traced(x) else 3.0)
    assert f(1.0) == 3.0
    assert compile(f)(1.0) == 2.0


# ---------------------------------------------------------------- the program to read
def test_the_text_shows_the_program_before_and_after():
    program = trace(lambda x: (x * 1.0 + x * 1.0, x.T.T))(X)
    assert program.text(passes=False).count("mul") == 2
    assert "mul" not in program.text()
    assert len(program) == len(list(program)) == 1
    assert "test_compilation.py" in program.text()


# ---------------------------------------------------------------- without a compiler
def test_a_machine_without_a_compiler_says_so_and_goes_on():
    code = ("import warnings; warnings.simplefilter('error')\n"
            "import numpy as np; from autograd import compile, grad\n"
            "f = compile(grad(lambda x: np.sum(x * x)))\n"
            "try: f(np.ones(2))\n"
            "except UserWarning as warning: assert 'no C compiler' in str(warning), warning\n"
            "else: raise SystemExit('no warning')\n"
            "warnings.simplefilter('ignore'); print(f(np.ones(2)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          env=os.environ | {"CC": "no-such-compiler"})
    assert done.stdout == "[2. 2.]\n", done.stderr


@pytest.mark.skipif(compiler() is None, reason="there is no C compiler")
def test_there_is_no_notice_where_there_is_one():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compile(lambda x: x * 2.0)(1.0) == 2.0


# ---------------------------------------------------------------- nan on the way back
def _steps(turns, at, executor):
    """A loop whose gradient is singular in turn `at`, where eager mode looks closer, and how often it did."""
    looked = []

    def loss(w, x):
        return np.sum(np.sqrt(w * w * x))

    def step(w, x):
        if not is_traced(w):
            looked.append(1)
        value, slope = value_and_grad(loss)(w, x)
        return w - 0.01 * slope, value
    xs = np.ones((turns, 3))
    if at is not None:
        xs[at, 1] = 0.0
    return scan(step, executor=executor), xs, looked


@pytest.mark.parametrize("executor", [Plain, Replay, None])
@pytest.mark.parametrize("at", [0, 6, 16])
def test_only_the_turn_with_a_nan_runs_in_eager_mode(at, executor):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run, xs, looked = _steps(17, at, executor)
        w, values = run(np.array([1.0, 2.0, 3.0]), xs)
    expected, found = np.array([1.0, 2.0, 3.0]), []
    for x in xs:
        value, slope = value_and_grad(lambda w, x=x: np.sum(np.sqrt(w * w * x)))(expected)
        expected = expected - 0.01 * slope
        found.append(value)
    np.testing.assert_allclose(w, expected, rtol=1e-15)
    np.testing.assert_allclose(values, found, rtol=1e-15)
    assert np.isfinite(w).all()
    assert len(looked) == 1


@pytest.mark.parametrize("returned", [lambda c, x: (c[0], c[0]), lambda c, x: ([*c], x), lambda c, x: (c, x, x),
                                      lambda c, x: c[0]])
def test_the_carry_keeps_its_structure(returned):
    with pytest.raises((ShapeError, DataError), match="scan's"):
        scan(returned)((1.0, 2.0), np.arange(3.0))
