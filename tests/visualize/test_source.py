"""Stand-alone programs: bitwise the numbers of eager mode, for every gate and hundreds of NumPy expressions."""
import ast
import base64
import re
import subprocess
import sys

import numpy as np
import pytest

import autograd.scipy.linalg
import autograd.scipy.special
from autograd import Tensor, checkpoint, diagnose
from autograd.errors import DataError, GraphError
from autograd.extend import defvjp, primitive
from autograd.gate import elementwise
from autograd.graph import GATES, Leaf
from autograd.visualize.explanation import explain
from autograd.visualize.source import FUNCTION
from autograd.visualize.spelling import Speller
from autograd.walk import history
from tests.cases import CASES
from tests.examples import examples, variants
from tests.expressions import CONSTANTS, EXPRESSIONS, INPUTS, _parted


def run(text):
    """What the program returns, with the data it brings."""
    assert "autograd" not in text.split("\n\n")[0]
    space = {"__name__": "program"}
    exec(compile(text, "<program>", "exec"), space)
    given = re.search(rf"def {FUNCTION}\((.*)\):", text)[1].split(", ")
    with np.errstate(all="ignore"):
        return space[FUNCTION](*(space[name] for name in given))


def bits(x):
    """dtype, shape and bytes; every nan is one."""
    x = np.asarray(x)
    return x.dtype, x.shape, np.where(np.isnan(x), x.dtype.type(np.nan), x).tobytes()


def same_bits(y, leaves):
    y.backward()
    explanation = explain(y)
    value, gradients = run(explanation.source())
    assert bits(value) == bits(y.data)
    mine = dict(zip(explanation.targets, gradients, strict=True))
    for leaf in leaves:
        assert leaf.node in mine
        expected = np.zeros(leaf.shape, leaf.dtype) if leaf.grad is None else leaf.grad
        assert bits(mine[leaf.node]) == bits(expected)


def graph(example):
    """A number out of a gate whose floating inputs are leaves."""
    leaves = [Tensor(x, name=f"x{i}") for i, x in enumerate(example.xs)]
    ans = example.gate(leaves)
    total = (ans * example.g).sum() if ans.shape else ans * example.g
    behind = set(history(total.node))
    return (total.real if np.iscomplexobj(total.data) else total), [leaf for leaf in leaves if leaf.node in behind]


GRADED = [name for name in CASES if GATES[name].pulls]
REFUSED = {"checkpoint"}                                         # its keyword is a function of the user's


def refusal(error):
    """False, once the error says which gate it is."""
    if re.search(r"cannot be written as a (NumPy program|literal)", str(error)) is None:
        raise error
    return False


def of_complex_order(name, error):
    """SciPy has no such Bessel functions, so that there is no gradient to be compared with."""
    if re.match(f"{name} failed on complex128", str(error)) is None:
        raise error


def tries(name):
    """Every example of a gate: whether it was written, and then with the same bits; else the error says its name."""
    for case in variants(name, CASES[name]):
        for example in examples(name, case):
            with np.errstate(all="ignore"):
                y, leaves = graph(example)
                try:
                    same_bits(y, leaves)
                    yield True
                except DataError as error:
                    of_complex_order(name, error)
                except GraphError as error:
                    yield refusal(error)


@pytest.mark.parametrize("name", GRADED)
def test_every_gate_is_written_or_refused_by_name(name):
    written = list(tries(name))
    assert written
    assert not any(written) if name in REFUSED else all(written)


def numbers(text):
    """An expression of expressions.py, as a single number."""
    leaves = {name: Tensor(x, name=name) for name, x in INPUTS.items() if re.search(rf"\b{name}\b", text)}
    space, nodes = {"np": np, **CONSTANTS, **leaves}, {leaf.node for leaf in leaves.values()}
    *statements, last = text.split("; ")
    exec("; ".join(statements), space)
    y = eval(last, space)
    if not isinstance(y, Tensor):
        return None, []
    y = y.sum() if y.shape else y
    behind = set(history(y.node))
    kept = [leaf for leaf in leaves.values() if leaf.node in behind & nodes]
    return (y.real if np.iscomplexobj(y.data) else y), kept      # without those that were written into


PARTS = [(family, text) for family, block in EXPRESSIONS.items() for text in _parted(block)]


@pytest.mark.parametrize("family", EXPRESSIONS)
def test_numpy_expressions(family, record_property):
    written = refused = 0
    for own, text in PARTS:
        if own == family:
            with np.errstate(all="ignore"):
                try:
                    y, leaves = numbers(text)
                except Exception:  # what cannot be written with tensors is the business of test_coverage
                    continue
                if y is None or isinstance(y.node, Leaf):
                    continue
                try:
                    same_bits(y, leaves)
                    written += 1
                except GraphError as error:
                    refused += not refusal(error)
    record_property("source", {"expressions written": written, "expressions refused": refused})
    assert written > 3 * refused


# ---------------------------------------------------------------- in a clean process
CLEAN = """
import sys
value, gradients = value_and_gradients(w, b, k)
print([np.asarray(x).tobytes().hex() for x in (value, *gradients)])
print([m for m in sys.modules if m.split(".")[0] in ("autograd", "nn")])
"""


def network():
    rng = np.random.default_rng(3)
    w, b, k = Tensor(rng.normal(size=(6, 4)), name="w"), Tensor(np.zeros(4), name="b"), Tensor(0.7, name="k")
    x = rng.normal(size=(300, 6))
    h = np.tanh(x @ w + b)
    p = 1.0 / (1.0 + np.exp(-k * h.sum(axis=1)))
    return -np.mean(np.log(p[:20]) * np.where(x[:20, 0] > 0.0, 1.0, 0.5)) + np.sqrt(k), [w, b, k]


def with_scipy():
    """A graph of SciPy's functions, and of a factorization of matrices."""
    special = pytest.importorskip("scipy.special")
    rng = np.random.default_rng(3)
    w, b = Tensor(rng.normal(size=(4, 3)), name="w"), Tensor(rng.uniform(1.0, 2.0, 3), name="b")
    k = Tensor(0.7, name="k")
    u, s, v = np.linalg.svd(w, full_matrices=False)
    h = special.erfc(k * (u * s) @ v) + special.jv(2, b) + autograd.scipy.linalg.expm(w[:3]).sum(axis=0)
    return special.gammaln(b).sum() + special.log_ndtr(h).sum() + special.hyp2f1(0.5, 1.0, 2.0, k), [w, b, k]


@pytest.mark.parametrize("graph", [network, with_scipy])
def test_a_clean_process_gives_the_same_bits(graph, tmp_path):
    y, leaves = graph()
    path = tmp_path / "program.py"
    path.write_text(explain(y).source() + CLEAN, encoding="utf-8")
    ran = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, cwd=tmp_path, check=True)
    y.backward()
    *shown, numbers, modules = ran.stdout.splitlines()
    assert eval(numbers) == [np.asarray(x).tobytes().hex() for x in (y.data, *(leaf.grad for leaf in leaves))]
    assert modules == "[]"
    assert shown[0] == f"y = {y.data}"


def test_the_program_reads_like_the_users():
    w, b = Tensor([1.0, 2.0], name="w"), Tensor(0.5, name="b")
    text = explain((w * w).sum() + b).source()
    assert "    v1 = w * w\n    v2 = float(np.sum(v1))\n    y = v2 + b\n" in text
    assert "# test_source.py:" in text
    assert "return y, (grad_w, " in text


def test_gradients_of_x_alone():
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    c = a * b
    y = c * c
    assert run(explain(y, b).source()) == (36.0, (24.0,))
    assert run(explain(y, c).source()) == (36.0, (12.0,))


@pytest.mark.parametrize("name", ["lambda", "a b", "np", "float", "1st", "\"\"\"", "x\ny", "\ud800", "\u2028", "é", "",
                                  "'); import os", "v1", "grad_w", "value_and_gradients", "#"])
def test_names_are_data(name):
    x, other = Tensor([2.0, 3.0], name=name), Tensor([1.0, 4.0], name=name)
    value, gradients = run(explain((x * other).sum()).source())
    assert value == 14.0
    assert [g.tolist() for g in gradients] == [[1.0, 4.0], [2.0, 3.0]]


@pytest.mark.parametrize("x", [
    np.arange(12.0).reshape(3, 4).T, np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)), np.zeros((0, 3)),
    np.arange(5000.0).reshape(50, 100), np.arange(6000.0).reshape(60, 100).T, np.array([np.nan, np.inf, -0.0]),
    np.linspace(0, 1, 7, dtype=np.float32), np.arange(8, dtype=np.float16), np.array([1 + 2j, complex(0.0, -0.0)]),
    np.broadcast_to(np.arange(3.0), (4, 3)), np.broadcast_to(2.0, (4, 3)), np.full((3, 2), -0.0)])
def test_arrays_keep_bits_dtype_and_order(x):
    copy = eval(Speller().literal(x), {"np": np, "base64": base64})
    assert copy.dtype == x.dtype
    assert copy.shape == x.shape
    assert np.array(copy).tobytes() == np.array(x).tobytes()
    assert np.argsort(copy.strides, kind="stable").tolist() == np.argsort(x.strides, kind="stable").tolist()


def test_what_cannot_be_written_is_an_error_that_names_the_gate():
    y = checkpoint(lambda x: np.sin(x) * x)(Tensor(2.0))
    with pytest.raises(GraphError, match=r"the gate checkpoint at test_source\.py:\d+ cannot be written"):
        explain(y).source()


def imports(text):
    """The modules that a program imports."""
    return {name.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for name in node.names}


def test_scipy_is_imported_where_the_graph_has_its_functions_and_nowhere_else():
    special = pytest.importorskip("scipy.special")
    x, A = Tensor([0.5, 1.5], name="x"), Tensor([[2.0, 0.5], [0.3, 1.0]], name="A")
    program = explain((special.gammaln(x) * x).sum()).source()
    assert imports(program) == {"numpy", "scipy.special"}
    assert "    v1 = scipy.special.gammaln(x)\n    v2 = v1 * x\n" in program
    assert "= scipy.special.psi(x)\n" in program                # the derivative of ln Γ
    assert imports(explain(autograd.scipy.linalg.expm(A).sum()).source()) == {"numpy", "scipy.linalg"}
    for y in (np.linalg.svd(A)[0][0, 0], np.linalg.eigh(A)[1][0, 0], np.linalg.qr(A)[0][0, 0], np.fft.rfft(x)[1].real):
        assert imports(explain(y).source()) == {"numpy"}


def test_a_gradient_at_a_singular_point():
    x = Tensor(np.array([0.0, 4.0]), name="x")
    same_bits(np.where(x > 0.0, np.sqrt(x), 0.0).sum(), [x])


def test_a_leaf_without_gradient_gets_zeros():
    x = Tensor(np.ones(2), name="x")
    value, (zero,) = run(explain(np.copysign(np.ones(2), x).sum()).source())
    assert (value, zero.tolist()) == (2.0, [0.0, 0.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_other_precisions(dtype):
    x = Tensor(np.linspace(0.1, 1.0, 30, dtype=dtype).reshape(5, 6), name="x")
    same_bits(np.mean(np.tanh(x @ x.T) * 0.3 + 2.0) * 1.5, [x])


def test_the_data_is_written_once():
    w, x = Tensor(np.ones((3, 2)), name="w"), np.arange(12.0).reshape(4, 3)
    text = explain(np.tanh(x @ w).sum()).source()
    assert "data_3 = data.T" in text
    assert text.count("11.0") == 1


def smooth_step(x, width):
    """A gate of the user's own."""
    return np.tanh(x / width) * HALF + HALF


HALF = 0.5


def test_a_gate_of_the_users_own_is_copied():
    slope = lambda g, x: g * HALF * (1.0 - np.tanh(x) ** 2.0)              # noqa: E731
    GATES.pop("smooth", None)
    smooth = elementwise("smooth", lambda x: smooth_step(x, 1.0), None, "smooth", slope)
    del GATES["smooth"]
    x = Tensor([0.1, -0.4], name="x")
    y = smooth(x).sum()
    text = explain(y).source()
    assert "np.tanh(x / width) * 0.5 + 0.5" in text
    same_bits(y, [x])


def test_a_primitive_is_refused_but_explained():
    step = primitive(lambda x: np.tanh(x))
    defvjp(step, lambda ans, x: lambda g: g * (1.0 - ans * ans))
    x = Tensor(0.5, name="x")
    y = step(x) * 2.0
    assert "∂y/∂x = 1.573" in repr(explain(y))
    assert not diagnose(y)
    with pytest.raises(GraphError, match="cannot be written as a NumPy program"):
        explain(y).source()
