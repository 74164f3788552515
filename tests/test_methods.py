"""The face of a tensor: attributes, operators, ndarray's methods, conversions and printing."""
import math

import numpy as np
import pytest

from autograd import Tensor, grad, hessian, make_jvp, make_vjp, no_grad, vmap
from autograd.errors import AutogradError, DataError, ShapeError
from autograd.gates.reduce import logsumexp
from autograd.graph import plain
from tests.agreement import first_order, same

RNG = np.random.default_rng(0)
M, T = RNG.standard_normal((3, 4)), RNG.standard_normal((2, 3, 4))


# ---------------------------------------------------------------- data and attributes
@pytest.mark.parametrize("data", [2.0, np.float64(2.0), np.array(2.0)])
def test_a_number_is_held_as_a_python_float(data):
    x = Tensor(data)
    assert type(x.data) is float
    assert (x.shape, x.ndim, x.size, x.dtype) == ((), 0, 1, np.float64)


@pytest.mark.parametrize("data", [[1.0, 2.0], (1.0, 2.0), np.array([1.0, 2.0]), np.array([1.0, 2.0], np.float32),
                                  [[1.0], [2.0]]])
def test_arrays_and_lists_are_held_as_arrays(data):
    x = Tensor(data)
    same(x.data, np.asarray(data), "data")
    assert (x.shape, x.dtype) == (np.shape(data), np.asarray(data).dtype)
    assert (x.ndim, x.size, len(x)) == (np.ndim(data), 2, 2)


def test_float32_and_float16_numbers_keep_their_kind():
    for kind in (np.float32, np.float16, np.longdouble):
        x = Tensor(kind(2.0))
        assert (x.dtype, x.shape) == (kind, ())
        (x * x).backward()
        assert x.grad == 4.0
        assert x.grad.dtype == kind


def test_names_and_grad():
    x = Tensor(2.0, name="weight")
    assert (x.name, x.grad, (x * 1.0).name) == ("weight", None, None)
    assert repr(x) == "Tensor(2.0, name='weight')"


def test_data_of_a_leaf_may_be_assigned():
    x = Tensor(M, name="m")
    x.data = M * 2.0
    same(x.data, M * 2.0, "data")
    assert x.name == "m"
    with pytest.raises(ValueError, match="read-only"):
        x.data -= 1.0
    np.sum(x * x).backward()
    same(x.grad, 2.0 * x.data, "gradient")


def test_detach_and_item_are_plain():
    x = Tensor(M)
    assert type(x.detach()) is np.ndarray
    assert type((x[0, 0] * 2.0).item()) is float
    assert Tensor(np.ones((1, 1))).item() == 1.0
    assert x.tolist() == M.tolist()
    assert Tensor(2.5).tolist() == 2.5


# ---------------------------------------------------------------- printing
def test_printing_shows_value_gate_and_dtype():
    assert repr(Tensor(2.0) * 3.0) == "Tensor(6.0, gate=mul)"
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    assert "dtype=float32" in repr(Tensor(np.ones(2, np.float32)))
    assert str(Tensor(2.0)) == "Tensor(2.0)"
    assert f"{Tensor(2.0):.3f} {Tensor(2.0)}" == "2.000 Tensor(2.0)"
    assert len(repr(Tensor(np.zeros(100_000)))) < 200
    printed = []
    grad(lambda x: (printed.append(repr(x * 2.0)), x * x)[1])(3.0)
    assert printed == ["Tensor(6.0, gate=mul)"]


# ---------------------------------------------------------------- methods
METHODS = [
    lambda x: x.sum(), lambda x: x.sum(1), lambda x: x.sum(axis=(0, 2), keepdims=True), lambda x: x.mean(axis=-1),
    lambda x: x.prod(0),
    lambda x: x.var(), lambda x: x.std(axis=1, ddof=1), lambda x: x.max(), lambda x: x.min(axis=0),
    lambda x: x.cumsum(), lambda x: x.cumsum(axis=1),
    lambda x: x.cumprod(2), lambda x: x[:1].squeeze(), lambda x: x[:1].squeeze(axis=0), lambda x: x.swapaxes(0, 2),
    lambda x: x.repeat(2, axis=1),
    lambda x: x.clip(-0.5, 0.5), lambda x: x.clip(min=0.1), lambda x: x.diagonal(), lambda x: x.trace(),
    lambda x: x.ravel(), lambda x: x.flatten(),
    lambda x: x[0].dot(x[1].T), lambda x: x.take([0, 1, 1]), lambda x: x.take([0, 1], axis=2),
    lambda x: x.reshape(4, 6), lambda x: x.reshape((4, -1)),
    lambda x: x.reshape(-1), lambda x: x.transpose(), lambda x: x.transpose(2, 0, 1), lambda x: x.transpose((1, 0, 2)),
    lambda x: x.transpose([1, 0, 2]),
    lambda x: x.T, lambda x: x.copy(), lambda x: x.astype(float), lambda x: x[0], lambda x: x[..., -1],
    lambda x: x[:, [0, 2, 2]], lambda x: x[x > 0.0],
    lambda x: x[np.array([1, 0, 1]), :, 2], lambda x: x[0, 1, 2], lambda x: x[None, ..., None],
    lambda x: x[1, ::-1, 1:3], lambda x: -x + +x * abs(x),
    lambda x: sum([row * 2.0 for row in x])]
PLAIN_METHODS = [lambda x: x.argmax(), lambda x: x.argmin(axis=1), lambda x: x.argsort(), lambda x: x.any(),
                 lambda x: x.all(axis=0),
                 lambda x: x.nonzero()[0], lambda x: x[0, 0].searchsorted(0.5), lambda x: x.round(1),
                 lambda x: x > 0.0, lambda x: x == x,
                 lambda x: x.shape, lambda x: x.ndim, lambda x: x.size, lambda x: x.dtype == float, lambda x: len(x),
                 lambda x: ~(x > 0.0)]


@pytest.mark.parametrize("call", METHODS)
def test_methods_are_ndarrays_own(call):
    same(call(Tensor(T)).data, call(T), call)
    g, v = RNG.standard_normal(np.shape(call(T)))[()], RNG.standard_normal(T.shape)
    first_order(lambda xs: call(xs[0]), lambda xs: call(xs[0]), (T,), [v], g, call)


@pytest.mark.parametrize("call", PLAIN_METHODS)
def test_methods_without_a_derivative_are_plain(call):
    ans = call(Tensor(T))
    assert not isinstance(ans, Tensor)
    np.testing.assert_array_equal(ans, call(T))


@pytest.mark.parametrize(("f", "slope"), [(np.sum, 1.0), (np.mean, 1.0), (np.max, 1.0), (np.min, 1.0), (np.prod, 1.0),
                                          (np.var, 0.0), (lambda x: np.sum(np.cumsum(x)), 1.0), (logsumexp, 1.0)])
def test_reductions_of_a_number(f, slope):
    assert grad(f)(2.0) == slope
    assert type(f(Tensor(2.0)).data) is float
    assert grad(grad(lambda x: f(x) ** 2.0))(2.0) == 2.0 * slope


def test_astype_between_floats():
    x = Tensor(M)
    y = x.astype(np.float32)
    assert y.dtype == np.float32
    np.sum(y * 2).backward()
    assert x.grad.dtype == np.float64
    same(x.grad, np.full((3, 4), 2.0), "gradient")
    with pytest.raises(DataError, match=r"int\d+[\s\S]*test_methods\.py"):
        x.astype(int)


@pytest.mark.parametrize("index", [(), None, Ellipsis, (None, None), (Ellipsis, None)])
def test_numbers_are_indexed_as_numpy_numbers(index):
    x = Tensor(2.0)
    ans = x[index]
    same(ans.data, np.float64(2.0)[index], index)
    ans.sum().backward()
    assert x.grad == 1.0


def test_unpacking_iterating_and_membership():
    a, (b, c) = Tensor([1.0, 2.0])[0], Tensor([3.0, 4.0])
    (a * b * c).backward()
    assert (a * b * c).data == 12.0
    assert 2.0 in Tensor([1.0, 2.0])
    assert [x.data for x in reversed(Tensor([1.0, 2.0]))] == [2.0, 1.0]


def test_repeated_indices_add_up():
    x = Tensor([1.0, 2.0, 3.0])
    (x[[0, 0, 2]] * np.array([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [11.0, 0.0, 100.0]


def test_numbers_change_in_place_by_rebinding():
    x = Tensor(2.0)
    y = x
    y += 1.0
    y *= x
    y -= 3.0
    y /= 2.0
    y **= 2.0
    y.backward()
    assert (y.data, x.data) == (2.25, 2.0)
    assert x.grad == 2.0 * 1.5 * 5.0 / 2.0                     # y = ((x + 1)x − 3)² / 4
    total = 0.0
    for _ in range(3):
        total += Tensor(1.0)
    assert total.data == 3.0


def test_python_numbers_and_booleans_of_recorded_tensors():
    x = Tensor(2.5)
    assert (float(x), int(x), bool(x), bool(Tensor(0.0)), bool(Tensor([1.0]))) == (2.5, 2, True, False, True)
    assert max(x, Tensor(3.0)).data == 3.0
    assert [float(v) for v in Tensor([1.0, 2.0])] == list(map(float, Tensor([1.0, 2.0]))) == [1.0, 2.0]
    assert hash(x) == hash(x)
    assert x in {x: 1}


def test_a_plain_array_is_given_where_nothing_is_recorded():
    kept = []
    grad(lambda x: (kept.append(x * 1.0), np.sum(x))[1])(M)
    same(np.asarray(kept[0]), M, "escaped tensor")
    with no_grad():
        same(np.asarray(Tensor(M)), M, "tensor under no_grad")
        same(np.array(Tensor(2.0)), 2.0, "number under no_grad")


# ---------------------------------------------------------------- conventions at kinks and ties
@pytest.mark.parametrize(("f", "x", "expected"), [
    (np.abs, 0.0, 0.0), (np.sign, 0.0, 0.0), (lambda x: np.maximum(x, 0.0), 0.0, 0.5),
    (lambda x: np.minimum(0.0, x), 0.0, 0.5),
    (lambda x: np.maximum(x, x), 1.0, 1.0), (lambda x: np.clip(x, 0.0, 1.0), 0.0, 0.0),
    (lambda x: np.clip(x, 0.0, 1.0), 1.0, 0.0),
    (lambda x: x**2.0, 0.0, 0.0), (lambda x: x**1.0, 0.0, 1.0), (lambda x: x**0.0, 0.0, 0.0),
    (lambda x: x**3, -2.0, 12.0),
    (lambda x: 2.0**x, 0.0, math.log(2.0)), (lambda x: 0.0**x, 2.0, 0.0),
    (lambda x: np.prod(np.stack([x, x, x + 3.0]), 0), 0.0, 0.0),
    (lambda x: np.max(np.stack([x, x, x]), 0), 1.0, 1.0),
    (lambda x: np.where(x > 0.0, np.log(np.where(x > 0.0, x, 1.0)), 0.0), 0.0, 0.0),
    (lambda x: np.logaddexp(x, x), 0.0, 1.0), (lambda x: np.copysign(x, -1.0), 2.0, -1.0),
    (lambda x: x % 3.0, 5.0, 1.0)])
@pytest.mark.parametrize("shape", [(), (2,)])
def test_conventions_at_kinks_and_ties(f, x, expected, shape):
    at = np.full(shape, x)[()]
    at = float(at) if shape == () else at
    if f is np.sign:
        assert not isinstance(f(Tensor(at)), Tensor)
    else:
        g = np.ones(np.shape(f(at)))[()]
        total = np.sum(make_vjp(f)(at)[0](g))
        assert total == expected * (2 if shape == (2,) else 1)


def test_ties_share_the_gradient_of_an_extreme():
    x = Tensor([1.0, 3.0, 3.0])
    np.max(x).backward()
    assert x.grad.tolist() == [0.0, 0.5, 0.5]


def test_second_derivatives_of_powers_at_zero():
    assert [grad(grad(lambda x, n=n: x**n))(0.0) for n in (1.0, 2.0, 3.0)] == [0.0, 2.0, 0.0]
    assert grad(grad(grad(lambda x: x**3.0)))(0.0) == 6.0


# ---------------------------------------------------------------- not silently
def test_plain_arithmetic_of_recorded_numbers_raises():
    x, buffer = Tensor(0.5), np.zeros(2)
    for lose in (lambda: math.sin(x), lambda: math.hypot(x, 1.0), lambda: buffer.fill(x), lambda: np.full(2, x)):
        with pytest.raises((AutogradError, ValueError)) as caught:
            lose()
        assert "lose its gradient" in f"{caught.value}{caught.value.__cause__}"
    with pytest.raises(ValueError, match="array element") as caught:
        buffer[0] = x
    assert "np.zeros_like(x)" in str(caught.value.__cause__)
    with no_grad():
        assert math.sin(x) == math.sin(0.5)


def test_conversions_inside_a_transform_raise():
    for convert in (float, int, math.sin, np.asarray, np.array):
        with pytest.raises(DataError, match=r"lose its (derivative|gradient)[\s\S]*test_methods\.py"):
            grad(lambda x, convert=convert: x * convert(x))(2.0)
    with pytest.raises(DataError, match="lose its"):
        vmap(lambda x: float(x))(np.ones(3))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, float, np.longdouble, np.complex64, complex])
def test_item_and_tolist_inside_a_transform_are_recorded(dtype):
    """They are what they are outside: Python's numbers, in double precision unless NumPy's hold more."""
    x = M.astype(dtype)
    third = type(x.item(2)) if dtype is np.longdouble else {"c": np.complex128}.get(x.dtype.kind, float)

    def f(x):
        (a, b, *_), *_ = x.tolist()
        c, d, e = x.item(2), x.item(1, 3), x[2:, 1].item((0,))
        assert [type(plain(v)) for v in (a, b, c, d, e) if isinstance(v, Tensor)] in ([], [third] * 5)
        x[:] = 0.0                                                               # they are no views
        return a * b + c * d * e
    pull, value = make_vjp(f)(x)
    assert value == f(x.copy())
    expected = np.zeros(M.shape, dtype)
    expected[0, :3] = x[0, 1], x[0, 0], x[1, 3] * x[2, 1]
    expected[1, 3], expected[2, 1] = x[0, 2] * x[2, 1], x[0, 2] * x[1, 3]
    np.testing.assert_allclose(pull(np.ones((), dtype)[()]), expected, rtol=4.0 * np.finfo(dtype).eps)
    assert make_jvp(f)(x)(x)[1] == pytest.approx(2.0 * a_times_b(x) + 3.0 * (value - a_times_b(x)), rel=1e-2)


def a_times_b(x):
    return x[0, 0] * x[0, 1]


def test_item_and_tolist_of_numbers_and_of_mapped_tensors():
    assert grad(lambda x: x.item() * x.tolist())(3.0) == 6.0
    assert hessian(lambda x: x.item() ** 3.0)(2.0) == 12.0
    np.testing.assert_array_equal(vmap(lambda x: x.tolist()[0] * x.item(1))(M), M[:, 0] * M[:, 1])
    with no_grad():
        assert type(Tensor(2.0).item()) is float


def test_shapes_of_single_number_uses():
    for use in (float, int, bool, len, lambda x: x.item(), lambda x: f"{x:.2f}"):
        with pytest.raises(ShapeError, match=r"test_methods\.py"):
            use(Tensor(M) if use is not len else Tensor(2.0))


def test_values_pass_through_every_layer():
    seen = []
    grad(lambda x: grad(lambda y: (seen.append(plain(x * y)), y * x)[1])(3.0))(2.0)
    assert seen == [6.0]
