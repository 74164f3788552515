"""Layers, activations and starts against NumPy and SciPy, and their gradients against differences."""

import math

import numpy as np
import pytest
import scipy.special

import nn
from autograd import Tensor, check_grads
from autograd.errors import ShapeError
from nn import functional as F

X = np.random.default_rng(0).normal(size=(5, 3))
WIDE = np.array([-1000.0, -40.0, -1.5, -1e-300, 0.0, 1e-300, 0.7, 40.0, 1000.0])

ACTIVATIONS = {
    "sigmoid": (nn.Sigmoid(), F.sigmoid, scipy.special.expit),
    "tanh": (nn.Tanh(), F.tanh, np.tanh),
    "relu": (nn.ReLU(), F.relu, lambda x: x * (x > 0)),
    "leaky_relu": (nn.LeakyReLU(0.2), lambda x: F.leaky_relu(x, 0.2), lambda x: np.maximum(x, 0.2 * x)),
    "elu": (nn.ELU(0.5), lambda x: F.elu(x, 0.5), lambda x: x * (x > 0) + 0.5 * np.expm1(np.minimum(x, 0))),
    "gelu": (nn.GELU(), F.gelu, lambda x: x * scipy.special.ndtr(x)),
    "silu": (nn.SiLU(), F.silu, lambda x: x * scipy.special.expit(x)),
    "softplus": (nn.Softplus(), F.softplus, lambda x: np.logaddexp(0, x)),
    "softmax": (nn.Softmax(), F.softmax, lambda x: scipy.special.softmax(x, axis=-1)),
    "log_softmax": (nn.LogSoftmax(), F.log_softmax, lambda x: scipy.special.log_softmax(x, axis=-1)),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
class TestActivations:
    def test_value(self, name):
        module, function, expected = ACTIVATIONS[name]
        for x in (X, WIDE):
            np.testing.assert_allclose(function(x), expected(x), rtol=4e-15, atol=1e-15)
            np.testing.assert_array_equal(module.predict(x), function(x))
            np.testing.assert_array_equal(module(Tensor(x)).data, function(x))

    def test_gradient(self, name):
        check_grads(ACTIVATIONS[name][1])(X)

    def test_gradient_is_finite_everywhere(self, name):
        x = Tensor(WIDE)
        ACTIVATIONS[name][1](x).sum().backward()
        assert np.isfinite(x.grad).all()

    def test_float32_stays(self, name):
        x = Tensor(X.astype(np.float32))
        y = ACTIVATIONS[name][0](x)
        y.sum().backward()
        assert y.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize("dim", [0, 1])
def test_softmax_along_either_axis(dim):
    np.testing.assert_allclose(nn.Softmax(dim).predict(X).sum(axis=dim), 1.0)
    np.testing.assert_allclose(nn.LogSoftmax(dim).predict(X), scipy.special.log_softmax(X, axis=dim))


def test_elu_has_slope_one_from_both_sides_of_zero():
    x = Tensor([0.0, -0.0])
    F.elu(x).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


class TestLinear:
    def test_is_x_w_transposed_plus_b(self):
        layer = nn.Linear(3, 2, seed=0)
        assert layer.weight.shape == (2, 3)
        expected = np.einsum("ni,oi->no", X, layer.weight.data) + layer.bias.data
        np.testing.assert_allclose(layer.predict(X), expected, rtol=1e-14)
        np.testing.assert_allclose(layer.predict(np.stack([X, X])), np.stack([expected, expected]), rtol=1e-14)
        np.testing.assert_allclose(layer.predict(X[0]), expected[0], rtol=1e-14)

    def test_gradients(self):
        layer = nn.Linear(3, 2, seed=0)

        def f(x, weight, bias):
            layer.weight, layer.bias = weight, bias
            return layer(x)

        check_grads(f)(X, layer.weight.data, layer.bias.data)

    def test_without_bias(self):
        layer = nn.Linear(3, 2, bias=False, seed=0)
        assert [p.name for p in layer.parameters()] == ["weight"]
        np.testing.assert_array_equal(layer.predict(np.zeros((1, 3))), 0.0)

    def test_starts_uniform_on_one_over_root_inputs(self):
        layer = nn.Linear(100, 500, seed=0)
        for start in (layer.weight.data, layer.bias.data):
            assert 0.095 < np.abs(start).max() <= 0.1
            assert abs(start.std() - 0.1 / math.sqrt(3)) < 0.003

    def test_seed(self):
        one, same, other = nn.Linear(3, 2, seed=1), nn.Linear(3, 2, seed=1), nn.Linear(3, 2, seed=2)
        assert np.array_equal(one.weight.data, same.weight.data)
        assert not np.array_equal(one.weight.data, other.weight.data)
        assert not np.array_equal(nn.Linear(3, 2).weight.data, nn.Linear(3, 2).weight.data)

    def test_a_generator_moves_on(self):
        rng = np.random.default_rng(1)
        one, next_one = nn.Linear(3, 2, seed=rng), nn.Linear(3, 2, seed=rng)
        assert np.array_equal(one.weight.data, nn.Linear(3, 2, seed=1).weight.data)
        assert not np.array_equal(one.weight.data, next_one.weight.data)

    def test_float32_stays_forwards_and_backwards(self):
        layer = nn.Linear(3, 2).to(np.float32)
        y = layer(X.astype(np.float32))
        y.sum().backward()
        assert y.dtype == layer.weight.grad.dtype == layer.bias.grad.dtype == np.float32

    @pytest.mark.parametrize("wrap", [np.asarray, Tensor])
    def test_wrong_number_of_features(self, wrap):
        model = nn.Sequential(nn.Linear(4, 2))
        text = r"Linear\(4, 2\) got an input of shape \(5, 3\); its weight '0.weight' is \(2, 4\)"
        with pytest.raises(ShapeError, match=rf"(?s){text}.*test_layers.py:\d+.*shape \(…, 4\)"):
            model(wrap(X))

    @pytest.mark.parametrize("sizes", [(0, 3), (3, 0), (-1, 2)])
    def test_sizes_below_one(self, sizes):
        with pytest.raises(ValueError, match=rf"Linear\({sizes[0]}, {sizes[1]}\) connects nothing"):
            nn.Linear(*sizes)


class TestFlatten:
    def test_joins_all_but_the_first_axis(self):
        x = np.arange(24.0).reshape(2, 3, 4)
        np.testing.assert_array_equal(nn.Flatten().predict(x), x.reshape(2, 12))
        assert nn.Flatten().predict(np.zeros(3)).shape == (3, 1)
        check_grads(nn.Flatten())(x)


class TestSequential:
    def test_is_a_chain_that_can_be_indexed_and_iterated(self):
        layers = [nn.Linear(3, 4, seed=0), nn.Tanh(), nn.Linear(4, 1, seed=1)]
        model = nn.Sequential(*layers)
        assert len(model) == 3
        assert list(model) == layers
        assert model[0] is layers[0]
        assert model[-1] is layers[-1]
        assert list(model[1:]) == layers[1:]
        np.testing.assert_array_equal(model.predict(X), layers[2].predict(np.tanh(layers[0].predict(X))))

    def test_a_layer_used_twice_runs_twice(self):
        layer = nn.Linear(3, 3, seed=0)
        model = nn.Sequential(layer, layer)
        np.testing.assert_array_equal(model.predict(X), layer.predict(layer.predict(X)))
        assert len(model.parameters()) == 2

    def test_without_a_seed_the_layers_keep_their_start(self):
        layer = nn.Linear(3, 3, seed=0)
        before = layer.weight.data
        assert nn.Sequential(layer)[0].weight.data is before

    def test_what_is_no_module(self):
        with pytest.raises(TypeError, match=r"(?s)Sequential got <ufunc 'tanh'>, which is not a module.*nn.Tanh\(\)"):
            nn.Sequential(nn.Linear(2, 2), np.tanh)
        with pytest.raises(TypeError, match="not a module"):
            nn.Sequential([nn.Linear(2, 2)])


class TestMLP:
    def test_layers(self):
        model = nn.MLP([2, 5, 4, 3], activation=nn.Tanh, output=lambda: nn.Softmax(dim=1), seed=0)
        assert [repr(layer) for layer in model] == [
            "Linear(2, 5)", "Tanh()", "Linear(5, 4)", "Tanh()", "Linear(4, 3)", "Softmax(dim=1)",
        ]  # fmt: skip

    def test_ends_linear_by_default(self):
        assert [type(layer) for layer in nn.MLP([2, 3, 1])] == [nn.Linear, nn.ReLU, nn.Linear]

    def test_one_seed_is_enough(self):
        one, same = nn.MLP([2, 3, 1], seed=4), nn.MLP([2, 3, 1], seed=4)
        chain = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), seed=4)
        for a, b, c in zip(one.parameters(), same.parameters(), chain.parameters(), strict=True):
            np.testing.assert_array_equal(a.data, b.data)
            np.testing.assert_array_equal(a.data, c.data)

    def test_one_size(self):
        with pytest.raises(ValueError, match=r"MLP\(\[3\]\) has no layer"):
            nn.MLP([3])

    @pytest.mark.parametrize("role", ["activation", "output"])
    def test_a_module_in_place_of_its_class(self, role):
        with pytest.raises(TypeError, match=rf"(?s){role}=LeakyReLU\(0.2\) is a module.*{role}=nn.LeakyReLU, or"):
            nn.MLP([2, 3, 1], **{role: nn.LeakyReLU(0.2)})


class TestInit:
    @pytest.mark.parametrize(
        ("name", "keywords", "width"),
        [
            ("xavier_uniform_", {}, math.sqrt(6 / 500)),
            ("xavier_uniform_", {"gain": 2.0}, 2 * math.sqrt(6 / 500)),
            ("kaiming_uniform_", {}, math.sqrt(2) * math.sqrt(3 / 200)),
            ("kaiming_uniform_", {"a": math.sqrt(5)}, 1 / math.sqrt(200)),
            ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "tanh"}, 5 / 3 * math.sqrt(3 / 300)),
            ("uniform_", {"a": -0.5, "b": 0.5}, 0.5),
        ],
    )
    def test_uniform(self, name, keywords, width):
        values = getattr(nn.init, name)(nn.Parameter(np.zeros((300, 200))), seed=0, **keywords).data
        assert 0.999 * width < np.abs(values).max() <= width
        assert abs(values.mean()) < 0.01 * width
        assert abs(values.std() * math.sqrt(3) / width - 1) < 0.01

    @pytest.mark.parametrize(
        ("name", "keywords", "std"),
        [
            ("xavier_normal_", {"gain": 3.0}, 3 * math.sqrt(2 / 500)),
            ("kaiming_normal_", {"nonlinearity": "relu"}, math.sqrt(2 / 200)),
            ("kaiming_normal_", {"mode": "fan_out", "nonlinearity": "linear"}, math.sqrt(1 / 300)),
            ("normal_", {"std": 0.3}, 0.3),
        ],
    )
    def test_normal(self, name, keywords, std):
        values = getattr(nn.init, name)(nn.Parameter(np.zeros((300, 200))), seed=0, **keywords).data
        assert abs(values.std() / std - 1) < 0.01
        assert abs(values.mean()) < 0.02 * std
        assert 3.5 * std < np.abs(values).max() < 6 * std

    def test_kernels_count_every_element(self):
        kernel = nn.init.xavier_uniform_(nn.Parameter(np.zeros((40, 30, 3, 2))), seed=0).data
        assert 0.999 < np.abs(kernel).max() / math.sqrt(6 / (6 * 70)) <= 1

    def test_constants(self):
        w = nn.Parameter(np.zeros((2, 2), np.float32))
        assert nn.init.ones_(w) is w
        assert w.data.tolist() == [[1, 1], [1, 1]]
        assert nn.init.constant_(w, 0.5).data.tolist() == [[0.5, 0.5], [0.5, 0.5]]
        assert nn.init.zeros_(w).data.tolist() == [[0, 0], [0, 0]]
        assert w.dtype == np.float32

    @pytest.mark.parametrize("name", [name for name in nn.init.__all__ if name.startswith(("xavier", "kaiming", "u"))])
    def test_seed_and_dtype(self, name):
        start = getattr(nn.init, name)
        one, same = (start(nn.Parameter(np.zeros((3, 4), np.float32)), seed=3) for _ in range(2))
        rng = np.random.default_rng(3)
        drawn, after = (start(nn.Parameter(np.zeros((3, 4), np.float32)), seed=rng) for _ in range(2))
        assert one.dtype == np.float32
        assert np.array_equal(one.data, same.data)
        assert np.array_equal(one.data, drawn.data)
        assert not np.array_equal(one.data, after.data)

    def test_a_vector_has_no_fans(self):
        with pytest.raises(ShapeError, match=r"shape \(3,\) has no inputs and outputs"):
            nn.init.xavier_uniform_(nn.Parameter(np.zeros(3)))

    def test_unknown_words(self):
        w = nn.Parameter(np.zeros((2, 2)))
        with pytest.raises(ValueError, match=r"(?s)mode='fan'.*fan_in, fan_out"):
            nn.init.kaiming_normal_(w, mode="fan")
        with pytest.raises(ValueError, match=r"(?s)nonlinearity='cos'.*leaky_relu"):
            nn.init.kaiming_normal_(w, nonlinearity="cos")


def test_a_layer_of_a_sequential_is_replaced_by_index():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Linear(3, 1, seed=1))
    model[-2] = nn.ReLU()
    assert [type(layer).__name__ for layer in model] == ["Linear", "ReLU", "Linear"]
    with pytest.raises(TypeError, match="not a module"):
        model[0] = np.tanh
    with pytest.raises(IndexError):
        model[3] = nn.Tanh()
    assert list(model.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
