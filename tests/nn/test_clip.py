"""Clipped gradients, by hand and in nn.fit; test_torch_optim.py compares the numbers with torch's."""
import math

import numpy as np
import pytest

import nn
from autograd.errors import DataError

X, Y = nn.load_moons(40, noise=0.1)


def with_gradients(*gradients):
    parameters = [nn.Parameter(np.zeros(np.shape(g)) if np.shape(g) else 0.0) for g in gradients]
    for parameter, g in zip(parameters, gradients, strict=True):
        parameter.grad = g
    return parameters


def norm(parameters):
    return math.sqrt(sum(float(np.sum(np.square(p.grad))) for p in parameters))


def test_all_gradients_are_one_vector():
    parameters = with_gradients(np.array([3.0, 0.0]), 4.0)
    assert nn.clip_grad_norm_(parameters, 1.0) == 5.0
    assert norm(parameters) == pytest.approx(1.0)
    assert type(parameters[1].grad) is float
    np.testing.assert_allclose(parameters[0].grad, [0.6, 0.0], rtol=1e-6)


def test_what_is_short_enough_keeps_its_bits():
    g = np.random.default_rng(0).normal(size=7)
    parameters = with_gradients(g)
    nn.clip_grad_norm_(parameters, 100.0)
    np.testing.assert_array_equal(parameters[0].grad, g)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gradients_whose_squares_are_too_large(dtype):
    big = np.finfo(dtype).max / 4
    parameters = with_gradients(np.array([big, -big], dtype))
    nn.clip_grad_norm_(parameters, 1.0)
    np.testing.assert_allclose(parameters[0].grad, [math.sqrt(0.5), -math.sqrt(0.5)], rtol=1e-5)
    assert parameters[0].grad.dtype == dtype


def test_zeros_none_and_nothing():
    parameters = [*with_gradients(np.zeros(3), np.zeros((0, 2))), nn.Parameter(1.0)]
    assert nn.clip_grad_norm_(parameters, 1.0) == 0.0
    assert nn.clip_grad_norm_([], 1.0) == nn.clip_grad_norm_([nn.Parameter(1.0)], 1.0) == 0.0
    assert parameters[0].grad.tolist() == [0.0] * 3
    assert parameters[2].grad is None


def test_one_parameter_on_its_own():
    parameter, = with_gradients(np.array([3.0, 4.0]))
    assert nn.clip_grad_norm_(parameter, 10.0) == 5.0
    nn.clip_grad_value_(parameter, 3.5)
    assert parameter.grad.tolist() == [3.0, 3.5]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite(bad):
    parameters = with_gradients(np.array([1.0]), np.array([bad]))
    with pytest.raises(DataError, match=r"parameter 1, without a name, .* not finite"):
        nn.clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)
    assert parameters[0].grad.tolist() == [1.0]
    nn.clip_grad_norm_(parameters, 1.0)
    with pytest.raises(DataError, match="not finite"):
        nn.SGD(parameters).step()


@pytest.mark.parametrize(("call", "error", "text"), [
    (lambda: nn.clip_grad_norm_([nn.Parameter(1.0)], -1.0), ValueError, "max_norm=-1.0"),
    (lambda: nn.clip_grad_norm_([nn.Parameter(1.0)], 1.0, 0.0), ValueError, "norm_type=0.0"),
    (lambda: nn.clip_grad_norm_([np.ones(2)], 1.0), DataError, r"got a ndarray(?s:.*)model.parameters\(\)"),
    (lambda: nn.clip_grad_value_([nn.Parameter(1.0)], math.nan), ValueError, "clip_value=nan"),
])
def test_what_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


class TestFit:
    def fit(self, clip_norm, **settings):
        model = nn.MLP([2, 4, 2], activation=nn.Tanh, seed=0)
        given = {"loss": nn.CrossEntropyLoss(), "epochs": 1} | settings
        before = np.concatenate([p.data.ravel() for p in model.parameters()])
        nn.fit(model, (X, Y), optimizer=nn.SGD(model.parameters(), lr=1.0), clip_norm=clip_norm, **given)
        return float(np.linalg.norm(np.concatenate([p.data.ravel() for p in model.parameters()]) - before))

    def test_a_step_is_as_long_as_it_may_be(self):
        assert self.fit(0.01) == pytest.approx(0.01, rel=1e-3)
        assert self.fit(1e3) == self.fit(None) > 0.05

    @pytest.mark.parametrize("bad", [-1.0, math.nan, math.inf])
    def test_no_such_norm(self, bad):
        with pytest.raises(ValueError, match=f"fit cannot have clip_norm={bad}"):
            self.fit(bad)

    def test_the_parameter_that_is_to_blame_is_named(self):
        def loss(x, y):
            return (x * 0.0).sum() + ((x - x) ** 0.5).sum()
        with np.errstate(all="ignore"), pytest.raises(DataError, match="parameter 0, 0.weight, .* not finite"):
            self.fit(1.0, loss=loss)
