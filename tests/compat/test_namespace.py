"""`autograd.numpy`: every name of NumPy, and functions that also take lists with tensors in them."""
# ruff: noqa: E501 — one row per case, however long
import types

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, check_grads, grad, jacobian, make_vjp
from autograd.errors import AutogradError, KeywordError
from autograd.functions import TABLE
from autograd.numpy import numpy_wrapper
from autograd.numpy.numpy_vjps import match_complex, replace_zero, unbroadcast, unbroadcast_f

X = np.array([0.3, 0.7, 1.1])
M = np.arange(6.0).reshape(2, 3)
LISTS = {
    "sum": lambda np, a, b: np.sum([a, b]), "mean": lambda np, a, b: np.mean([[a, 1.0], [2, b]], axis=0),
    "tanh": lambda np, a, b: np.tanh([a, b]), "add": lambda np, a, b: np.add([a, b], 1.0), "max": lambda np, a, b: np.max((a, b, 0.5)),
    "dot": lambda np, a, b: np.dot([a, b], [b, a]), "where": lambda np, a, b: np.where([True, False], [a, b], [b, a]),
    "concatenate": lambda np, a, b: np.concatenate([[a, 1.0], [b]]), "stack": lambda np, a, b: np.stack([[a, b], [1.0, a]], axis=1),
    "vstack": lambda np, a, b: np.vstack([[a, b], [1.0, 2.0]]), "hstack": lambda np, a, b: np.hstack([[a], [b, 2.0]]),
    "column_stack": lambda np, a, b: np.column_stack(([a, b], [1.0, 2.0])), "dstack": lambda np, a, b: np.dstack([[a, b], [b, a]]),
    "append": lambda np, a, b: np.append([a, 1.0], [b]), "select": lambda np, a, b: np.select([[True, False], [False, True]], [[a, b], [b, a]]),
    "block": lambda np, a, b: np.block([[a, b], [b, a]]), "outer": lambda np, a, b: np.outer([a, b], [1.0, b]),
    "average": lambda np, a, b: np.average([1.0, 2.0], weights=[a, b]), "norm": lambda np, a, b: np.linalg.norm([a, b]),
    "det": lambda np, a, b: np.linalg.det([[a, b], [1.0, a]]), "multi_dot": lambda np, a, b: np.linalg.multi_dot([[[a, b]], [[b], [a]]]),
    "fft": lambda np, a, b: np.abs(np.fft.fft([a, b, 1.0])), "interp": lambda np, a, b: np.interp([a], [0.0, b], [a, b]),
    "full": lambda np, a, b: np.full((2, 2), [a, b]), "full number": lambda np, a, b: np.full(3, a * b), "std": lambda np, a, b: np.std([a, b, 2.0]),
}


@pytest.mark.parametrize("f", LISTS.values(), ids=LISTS)
def test_lists_with_tensors(f):
    value = f(anp, Tensor(0.3), Tensor(0.8))
    assert isinstance(value, Tensor)
    np.testing.assert_allclose(value.data, f(np, 0.3, 0.8), rtol=1e-15)
    check_grads(lambda a, b: f(anp, a, b))(0.3, 0.8)


def test_every_name_of_numpy_is_there():
    for ours, theirs in ((anp, np), (anp.linalg, np.linalg), (anp.fft, np.fft), (anp.random, np.random)):
        assert [name for name in dir(theirs) if not name.startswith("_") and not hasattr(ours, name)] == []
    assert anp.__version__ == np.__version__ == numpy_wrapper.numpy_version


def test_types_and_constants_pass_through():
    assert anp.ndarray is np.ndarray
    assert anp.float64 is np.float64
    assert (anp.pi, anp.newaxis, anp.inf) == (np.pi, None, np.inf)
    assert type(anp.zeros((2, 2))) is np.ndarray
    assert anp.finfo(anp.float32).eps == np.finfo(np.float32).eps


def test_on_plain_values_it_is_numpy():
    for name in ("tanh", "sum", "sqrt", "cumsum"):
        ours, theirs = getattr(anp, name)(X), getattr(np, name)(X)
        np.testing.assert_array_equal(ours, theirs)
        assert type(ours) is type(theirs)
    assert type(anp.add(1, 2)) is np.int64
    assert type(anp.array([1, 2])[0]) is np.int64
    assert anp.array(["a", None], dtype=object).tolist() == ["a", None]
    assert anp.where([True, False], 1, 2).tolist() == [1, 2]


def test_a_function_has_one_wrapper_and_numpy_s_documentation():
    assert anp.conj is anp.conjugate
    assert anp.sum.__doc__ == np.sum.__doc__
    assert anp.tanh.__name__ == "tanh"
    assert anp.add.nin == 2
    assert anp.add.reduce(Tensor(X)).data == X.sum()
    assert anp.multiply.outer(X, X).shape == (3, 3)


def test_functions_without_a_gate_are_refused():
    for f in (lambda x: anp.packbits(x), lambda x: anp.histogram([x[0], x[1]], bins="auto"), lambda x: anp.vectorize(sum, signature="(n)->()")(x)):
        with pytest.raises(AutogradError):
            grad(lambda x, f=f: anp.sum(f(x)))(X)


def test_every_wrapped_function_is_in_the_table():
    wrapped = {name: x for name, x in vars(anp).items() if isinstance(x, types.FunctionType) and hasattr(x, "__wrapped__")
               and hasattr(np, name) and name not in ("printoptions", "row_stack")}
    assert len(wrapped) > 200
    assert [name for name, x in wrapped.items() if getattr(np, name) not in TABLE] == []


# ---------------------------------------------------------------- arrays
def test_array_makes_a_copy_and_asarray_does_not():
    x = Tensor(X)
    assert anp.array(x) is not x
    assert anp.asarray(x) is x
    assert anp.array(x, copy=False) is x


@pytest.mark.parametrize("keyword", [{"like": X}, {"dtype": int}])
def test_array_refuses_what_tensors_cannot(keyword):
    with pytest.raises(KeywordError):
        anp.array([Tensor(1.0)], **keyword)


@pytest.mark.parametrize("make", [lambda x: anp.asfortranarray(x), lambda x: anp.array(x, order="F"), lambda x: anp.require(x, requirements=["F", "O"]),
                                  lambda x: anp.require(x, float, "C"), lambda x: anp.require(x), lambda x: anp.asfortranarray(x.T)])
def test_the_order_of_numbers_in_memory_is_numpy_s(make):
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(np.ravel(make(Tensor(x)), "K").data, np.ravel(make(x), "K"))


@pytest.mark.parametrize("f", [lambda x, np: np.vectorize(lambda u, v: (u * v, u - v))(x, X)[1] * x[0], lambda x, np: np.vectorize(lambda u, v=2.0: u * v, otypes=[np.longdouble])(x, v=x),
                               lambda x, np: np.vectorize(lambda u, v: u * v[1], excluded={1})(x[:, None], X), lambda x, np: np.vectorize(lambda u: u > 0.5)(x) * x,
                               lambda x, np: np.vectorize(lambda u, v=1.0: u * v)(x[0]), lambda x, np: np.vectorize(np.multiply)(x, [x[1], 2.0, x[0]]), lambda x, np: np.vectorize(lambda u, v: (u, v + u))(2.0, x[2])[1],
                               lambda x, np: np.vectorize(lambda u, v: u * v, [complex])(x[:, None], x), lambda x, np: np.vectorize(lambda *us, **vs: us[1] * vs["a"])(1.0, x, a=X, b=2.0),
                               lambda x, np: np.fromiter((v * v for v in x), np.longdouble, count=2), lambda x, np: np.fromiter(iter([1.0, 2.0]), float) * x[0],
                               lambda x, np: sum(v * i[1] for i, v in np.ndenumerate(x[None])), lambda x, np: np.ndenumerate(X).__next__()[1] * x,
                               lambda x, np: np.arange(x[0], 9.0, x[1]), lambda x, np: np.arange(x[2]) * x[0], lambda x, np: np.kaiser(4, x[0]), lambda x, np: np.kaiser(1, x[0])])
def test_python_functions_and_loops_over_numbers(f):
    value = make_vjp(lambda x: f(x, anp))(X)[1]
    np.testing.assert_allclose(value, f(X, np), rtol=1e-15)
    assert np.asarray(value).dtype == np.asarray(f(X, np)).dtype
    check_grads(lambda x: f(x, anp) * 1.0)(X)


def test_rows_of_different_length_are_an_error():
    with pytest.raises(AutogradError, match="same shape"):
        anp.array([[Tensor(1.0)], [Tensor(1.0), 2.0]])


@pytest.mark.parametrize("key", [lambda x: (x, 1.0, x[0]), lambda x: (x, slice(0, 3, 5j), 7), lambda x: ("-1", x[:, None], x[:, None]),
                                 lambda x: ("0,2", x, [1.0, 2.0, 3.0]), lambda x: (x, 2), lambda x: x, lambda x: ([x[0], 1.0], x),
                                 lambda x: (x, slice(0, 3))])
@pytest.mark.parametrize("joiner", ["r_", "c_"])
def test_joining_with_brackets(joiner, key):
    try:
        expected = getattr(np, joiner)[key(X)]
    except ValueError:
        with pytest.raises(ValueError, match="dim"):
            getattr(anp, joiner)[key(Tensor(X))]
        return
    ans = getattr(anp, joiner)[key(Tensor(X))]
    np.testing.assert_array_equal(ans.data, expected)
    np.testing.assert_array_equal(getattr(anp, joiner)[key(X)], getattr(np, joiner)[key(X)])
    check_grads(lambda x: getattr(anp, joiner)[key(x)])(X)


def test_matrices_are_refused():
    with pytest.raises(KeywordError, match="matrix"):
        anp.r_["r", Tensor(X)]


def test_integer_types_take_tensors():
    index = []
    assert grad(lambda x: x[index.append(anp.int64(x[0] * 4.0)) or index[0]])(X).tolist() == [0.0, 1.0, 0.0]
    assert type(index[0]) is np.int64
    assert isinstance(np.int32(3), anp.int32)
    assert np.zeros(2, anp.int64).dtype == np.int64
    assert anp.int_ is anp.int64


def test_make_diagonal():
    D = anp.make_diagonal(M, axis1=-1, axis2=-2)
    np.testing.assert_array_equal(np.diagonal(D, axis1=-1, axis2=-2), M)
    check_grads(lambda x: anp.make_diagonal(x, axis1=-1, axis2=-2))(M)
    assert jacobian(lambda x: anp.make_diagonal(x, axis1=-1, axis2=-2))(X).shape == (3, 3, 3)
    with pytest.raises(KeywordError, match="last two axes"):
        anp.make_diagonal(M)


# ---------------------------------------------------------------- what rules use
def test_unbroadcasting():
    np.testing.assert_array_equal(unbroadcast_f(X, lambda g: 2.0 * g)(np.ones((2, 3))), np.full(3, 4.0))
    assert unbroadcast_f(1.0, lambda g: g)(np.ones((2, 3))) == 6.0
    np.testing.assert_array_equal(unbroadcast(np.ones((2, 3)) * 1j, anp.metadata(X)), np.zeros(3))
    assert anp.metadata(1j * M) == ((2, 3), 2, np.complex128, True)


def test_matching_complex_and_replacing_zeros():
    assert match_complex(1j, 2.0) == 2.0 + 0j
    assert match_complex(1.0, 2.0 + 1j) == 2.0
    assert match_complex(1j, 2.0 + 1j) == 2.0 + 1j
    assert replace_zero(np.array([0.0, 2.0]), 7.0).tolist() == [7.0, 2.0]
