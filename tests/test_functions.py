"""Every NumPy function that tensors know, called by its own name: NumPy's value to the last bit, and the right gradient."""
# ruff: noqa: E501 — one row per case, however long
import importlib
import pkgutil

import numpy as np
import pytest

import tests.calls
from autograd import Tensor, grad, make_jvp, make_vjp
from autograd.errors import AutogradError, DataError, KeywordError
from autograd.functions import TABLE
from autograd.graph import GATES, plain
from tests.agreement import close, difference, first_order, inner, same
from tests.calls import basic
from tests.cases import CASES, draw
from tests.examples import SHAPES

M, S = basic.M, basic.S
FAMILIES = [importlib.import_module(f"tests.calls.{module.name}") for module in pkgutil.iter_modules(tests.calls.__path__)]
CALLS = {f: entry for family in FAMILIES for f, entry in getattr(family, "CALLS", {}).items()}
CONSTANTS = {f: calls for family in FAMILIES for f, calls in getattr(family, "CONSTANTS", {}).items()}
ROUNDED = {f for family in FAMILIES for f in getattr(family, "ROUNDED", ())}
UFUNCS = [gate.name for gate in GATES.values() if isinstance(gate.array, np.ufunc) and gate.kind == "elementwise"]


def test_every_function_of_the_table_is_called():
    called = CALLS.keys() | CONSTANTS.keys() | {GATES[name].array for name in UFUNCS}
    assert {f.__name__ for f in TABLE.keys() ^ called} == set()


@pytest.mark.parametrize(("function", "k"), [(f, k) for f, (_, calls) in CALLS.items() for k in range(len(calls))],
                         ids=lambda x: getattr(x, "__name__", None))
def test_value_and_gradient(function, k):
    x, call = CALLS[function][0], CALLS[function][1][k]
    expected = call(x)
    value = call(Tensor(x))
    assert isinstance(value, Tensor)
    (close if function in ROUNDED else same)(value.data, expected, call)
    assert type(value.data) is type(expected) or type(value.data) is float
    g, v = (np.random.default_rng(1).standard_normal(np.shape(y))[()] for y in (expected, x))
    first_order(lambda xs: call(xs[0]), lambda xs: call(xs[0]), (x,), [v], g, f"{function.__name__}, call {k}")


@pytest.mark.parametrize(("function", "k"), [(f, k) for f, calls in CONSTANTS.items() for k in range(len(calls))],
                         ids=lambda x: getattr(x, "__name__", None))
def test_functions_without_a_derivative_give_plain_values(function, k):
    call = CONSTANTS[function][k]
    assert not isinstance(call(Tensor(M)), Tensor)
    same(call(Tensor(M)), call(M), function)
    kept = []
    grad(lambda x: (kept.append(call(x)), np.sum(x))[1])(M)
    same(kept[0], call(M), function)


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_by_their_own_name(name):
    """np.f(tensor, array), np.f(array, tensor), np.f(list, tensor): NumPy's value, and the gate's gradient."""
    ufunc, case = GATES[name].array, CASES[name]
    args = [draw(kind, (2, 3), np.random.default_rng(3)) for kind in case.kinds]
    expected = ufunc(*args)
    for i in range(len(args)):
        if case.kinds[i] != "truth":
            for other in (lambda x: x, lambda x: x.tolist()):
                mixed = [Tensor(x) if k == i else other(x) for k, x in enumerate(args)]
                same(plain(ufunc(*mixed)), expected, f"{name}, tensor at {i}")
            g = np.random.default_rng(2).standard_normal((2, 3))
            f = lambda x, i=i: ufunc(*[x if k == i else y for k, y in enumerate(args)])     # noqa: E731
            back = make_vjp(f)(args[i])[0](g)
            close(inner(back, g), inner(g, difference(lambda xs, f=f: f(xs[0]), [args[i]], [g])), f"{name}, input {i}", 1)


# ---------------------------------------------------------------- operators
OPERATORS = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": lambda x, y: x / y, "**": lambda x, y: x**y,
             "%": lambda x, y: x % y, "//": lambda x, y: x // y, "<": lambda x, y: x < y, "<=": lambda x, y: x <= y,
             ">": lambda x, y: x > y, ">=": lambda x, y: x >= y, "==": lambda x, y: x == y, "!=": lambda x, y: x != y}
LEFT = {"float": 2.5, "int": 2, "bool": True, "np.float64": np.float64(2.5), "np.float32": np.float32(2.5), "np.int64": np.int64(2),
        "0-d array": np.array(2.5), "0-d int array": np.array(2), "array": np.array([[2.5, 0.5, 1.5]]), "int array": np.array([[2], [3]])}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("operator", OPERATORS)
def test_plain_numbers_on_either_side_of_an_operator(operator, left, shape):
    apply, c = OPERATORS[operator], LEFT[left]
    x = draw("positive", shape, np.random.default_rng(0))
    for f in (lambda x: apply(c, x), lambda x: apply(x, c)):
        ans, expected = f(Tensor(x)), f(x if shape else np.float64(x))
        assert isinstance(ans, Tensor) == (operator in ("+", "-", "*", "/", "**", "%"))
        same(plain(ans), expected, f"{left} {operator} {shape}")
        assert np.asarray(plain(ans)).dtype == np.asarray(expected).dtype
        if isinstance(ans, Tensor) and operator != "%" and np.asarray(expected).dtype == float and (operator, left) != ("**", "np.float32"):
            v, g = np.ones(shape)[()], np.ones(np.shape(expected))[()]
            slope = difference(lambda xs, f=f: f(xs[0]), [x], [v])
            close(np.sum(make_vjp(f)(x)[0](g)), np.sum(slope), f"{left} {operator} {shape}", 1)


def test_an_array_on_the_left_of_a_matrix_product():
    x = Tensor(S)
    ans = M @ x
    assert isinstance(ans, Tensor)
    same(ans.data, M @ S, "M @ x")
    ans.backward(M)
    same(x.grad, M.T @ M, "gradient of M @ x")
    same((x @ M.T).data, S @ M.T, "x @ M.T")


def test_an_array_times_a_tensor_is_no_array_of_objects():
    for ans in (np.ones(2) * Tensor(3.0), np.ones(2) * Tensor(np.ones(2)), np.float64(2.0) * Tensor(3.0), 2 - Tensor(np.ones(2))):
        assert isinstance(ans, Tensor)
        assert np.asarray(ans.data).dtype == float


def test_float32_constants_promote_as_in_numpy():
    x = np.ones(3, np.float32)
    for c in (2, 2.0, True, np.float32(2.0), np.ones(3, np.float32), np.ones(3), np.array(2.0), np.arange(3)):
        assert (c * Tensor(x)).dtype == (c * x).dtype, repr(c)


@pytest.mark.parametrize("f", [lambda x: np.float32(2.3) ** x, lambda x: x ** np.full(3, 0.1, np.float32),
                               lambda x: np.arctan2(np.float32(2.3), x)])
def test_a_float32_constant_leaves_a_float64_gradient_its_digits(f):
    x = np.array([0.5, 1.0, 1.5])
    exact = difference(lambda xs: f(xs[0]), [x], [np.ones(3)])
    close(make_vjp(f)(x)[0](np.ones(3)), exact, "mixed dtypes", 1)


def test_a_float64_number_counts_as_a_python_float():
    """NumPy reductions give np.float64; they must not turn a float32 network into a float64 one."""
    assert (np.float64(2.0) * Tensor(np.ones(3, np.float32))).dtype == np.float32


@pytest.mark.parametrize("call", [
    lambda x: np.frompyfunc(lambda u: u * np.sin(u), 1, 1)(x), lambda x: np.frompyfunc(lambda u, v: (u * v, u - v), 2, 2)(x, x[:, :1])[0], lambda x: np.frompyfunc(lambda u, v: (u, 3.0), 2, 2)(M[0], x)[0] * x,
    lambda x: np.frompyfunc(lambda u: u * u, 1, 1)(x[0, 0]), lambda x: np.frompyfunc(lambda u: u > 0.0, 1, 1)(x) * x, lambda x: np.frompyfunc(lambda u: 2.0 if u > 0.0 else u, 1, 1)(x.T)])
def test_functions_that_frompyfunc_makes(call):
    def numbers(x):
        return np.array(np.asarray(call(x)).tolist())
    same(call(Tensor(M)).data, numbers(M), "value")
    g, v = (np.random.default_rng(1).standard_normal(np.shape(y))[()] for y in (numbers(M), M))
    first_order(lambda xs: call(xs[0]), lambda xs: numbers(xs[0]), (M,), [v], g, "frompyfunc")


SCALARS = [np.float16(0.1), np.float32(0.1), np.float64(0.1), np.longdouble("0.1"), np.int8(3), np.int64(2**62 + 1), np.uint8(7), np.bool_(True)]


@pytest.mark.parametrize("c", SCALARS, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("operator", OPERATORS)
def test_a_number_of_a_float64_array_beside_numpy_s_scalars(operator, c):
    """x[0] is NumPy's float64, and not a Python float, which would be rounded to the scalar's precision."""
    def in_place(y):
        y[0] = OPERATORS[operator](y[0], c)
        return y
    x = np.array([0.1, 0.7])
    for f in (lambda x: OPERATORS[operator](x[0], c), lambda x: OPERATORS[operator](c, x[0]), lambda x: in_place(x * 1.0)):
        with np.errstate(all="ignore"):
            expected, inside = f(x), make_jvp(f)(x)(x)[0]
            values = [plain(f(Tensor(x))), inside]
        for value in values:
            same(value, expected, f"{operator} {type(c).__name__}")
            assert np.asarray(value).dtype == np.asarray(expected).dtype


# ---------------------------------------------------------------- refused, by name
@pytest.mark.parametrize("call", [
    lambda x: np.power.reduce(x), lambda x: np.arctan2.reduceat(x, [0]), lambda x: np.bitwise_and.reduce(x), lambda x: np.save("x.npy", x), lambda x: np.packbits(x), lambda x: np.gcd(x, 2),
    lambda x: np.gcd.at(x, 0, 1)])
def test_functions_without_a_gate_are_named(call):
    with pytest.raises(DataError, match=r"np\.[\w.]+ has no gate[\s\S]*test_functions\.py:\d+"):
        call(Tensor(M))


@pytest.mark.parametrize(("keyword", "call"), [
    ("dtype", lambda x: np.sum(x, dtype=int)), ("dtype", lambda x: np.cumsum(x * 1j, dtype=float)), ("where", lambda x: np.max(x, where=M > 0.0)),
    ("where", lambda x: np.add(x, 1.0, where=M > 0.0)), ("order", lambda x: np.sin(x, order="F")), ("casting", lambda x: np.sin(x, casting="no")),
    ("casting", lambda x: np.concatenate([x, x], dtype=np.float32, casting="safe")),
    ("keepdims", lambda x: np.vecdot(x, x, axes=[0, 0], keepdims=True)),
    ("axes", lambda x: x.sum(axes=1)), ("subok", lambda x: np.broadcast_to(x, (3, 4), subok=True)),
    ("optimize", lambda x: np.einsum("ij->", x, optimize="nonsense"))])
def test_keywords_that_no_gate_honours_are_named(keyword, call):
    with pytest.raises(KeywordError, match=rf"{keyword}[\s\S]*test_functions\.py:\d+"):
        call(Tensor(M))


@pytest.mark.parametrize("call", [lambda x, out: np.add(x, 1.0, out=out), lambda x, out: np.sin(x, out),
                                  lambda x, out: np.sum(x, axis=0, out=out[0]), lambda x, out: np.matmul(x, S, out=out)])
def test_results_are_not_written_into_foreign_arrays(call):
    out = np.zeros((3, 4))
    with pytest.raises(AutogradError, match=r"out[\s\S]*test_functions\.py:\d+"):
        call(Tensor(M), out)
    same(out, np.zeros((3, 4)), "out")


def test_keywords_that_ask_for_nothing_are_fine():
    x = Tensor(M)
    assert np.sum(x, axis=None, dtype=None, out=None).data == np.sum(M)
    same(np.add(x, 1.0, out=None, where=True).data, M + 1.0, "add")
