"""Optimizers against a few lines of NumPy, BFGS against R's nnet, and what is left alone when something fails."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import DataError, GraphError
from nn.functional import sigmoid

NNET = json.loads((Path(__file__).parents[1] / "data" / "nnet.json").read_text(encoding="utf-8"))
A = np.random.default_rng(0).normal(size=(5, 3))
START = np.array([1.0, -2.0, 0.5])


def slope(x):
    """The gradient of Σ tanh²(A·x), by hand."""
    t = np.tanh(A @ x)
    return A.T @ (2 * t * (1 - t * t))


def backward(*parameters):
    total = sum((p * p).sum() for p in parameters)
    total.backward()


class TestSGD:
    @pytest.mark.parametrize("weight_decay", [0.0, 0.1])
    @pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
    def test_trajectory(self, momentum, nesterov, weight_decay):
        w = nn.Parameter(START)
        optimizer = nn.SGD([w], lr=0.05, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay)
        x, v = START.copy(), np.zeros(3)
        for _ in range(30):
            optimizer.zero_grad()
            (np.tanh(A @ w) ** 2.0).sum().backward()
            optimizer.step()
            g = slope(x) + weight_decay * x
            v = momentum * v + g
            x = x - 0.05 * (g + momentum * v if nesterov else v)
            np.testing.assert_allclose(w.data, x, rtol=1e-12)

    def test_any_leaf_tensor_and_single_number_can_be_trained(self):
        w, b = Tensor(START), Tensor(2.0)
        backward(w, b * 1.0)
        nn.SGD([w, b], lr=0.25, momentum=0.5).step()
        assert w.data.tolist() == (START / 2).tolist()
        assert type(b.data) is float
        assert b.data == 1.0

    @pytest.mark.parametrize("lr", [0.1, np.float64(0.1)])
    def test_float32_stays(self, lr):
        w = nn.Parameter(START.astype(np.float32))
        optimizer = nn.SGD([w], lr=0.1, momentum=0.9, weight_decay=0.1)
        optimizer.lr = lr
        for _ in range(3):
            backward(w)
            optimizer.step()
        assert w.dtype == w.grad.dtype == np.float32
        assert optimizer.state[0]["velocity"].dtype == np.float32

    def test_values_are_never_written_over(self):
        w = nn.Parameter(START)
        optimizer = nn.SGD([w], lr=0.1, momentum=0.9)
        backward(w)
        optimizer.step()
        before, velocity = w.data, optimizer.state[0]["velocity"]
        copies = before.copy(), velocity.copy()
        optimizer.step()
        np.testing.assert_array_equal(before, copies[0])
        np.testing.assert_array_equal(velocity, copies[1])

    def test_nesterov_without_momentum(self):
        with pytest.raises(ValueError, match=r"(?s)nesterov=True and no momentum.*momentum=0.9"):
            nn.SGD([nn.Parameter(1.0)], lr=0.1, nesterov=True)

    def test_nesterov_with_dampening(self):
        with pytest.raises(ValueError, match="SGD cannot have both nesterov=True and dampening"):
            nn.SGD([nn.Parameter(1.0)], momentum=0.9, nesterov=True, dampening=0.1)


#: the settings of each optimizer that are numbers of at least 0
AT_LEAST_0 = {
    nn.SGD: ["lr", "momentum", "weight_decay"], nn.Adadelta: ["lr", "eps", "weight_decay"],
    nn.Adagrad: ["lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"],
    nn.RMSprop: ["lr", "eps", "weight_decay", "momentum"], nn.Adam: ["lr", "eps", "weight_decay"],
    nn.AdamW: ["lr", "eps", "weight_decay"],
}
WRONG = [
    *((kind, name, value) for kind, names in AT_LEAST_0.items() for name in names
      for value in (-0.1, math.nan, math.inf)),
    (nn.SGD, "dampening", math.nan), (nn.RMSprop, "alpha", 1.5), (nn.RMSprop, "alpha", -0.5), (nn.Adadelta, "rho", 2.0),
    (nn.Adam, "betas", (0.9, 1.0)), (nn.Adam, "betas", (-0.1, 0.9)), (nn.AdamW, "betas", (0.9, math.nan)),
    (nn.SGD, "lr", "0.1"), (nn.SGD, "lr", None), (nn.Adam, "lr", [0.1, 0.2]), (nn.Adam, "lr", Tensor(0.1)),
    (nn.Adam, "betas", 0.9), (nn.Adam, "betas", (0.9, 0.99, 0.999)),
]


class TestSettings:
    @pytest.mark.parametrize(("kind", "name", "value"), WRONG)
    def test_that_make_no_sense(self, kind, name, value):
        text = f"{kind.__name__} cannot have {name}(\\[.\\])?="
        with pytest.raises(ValueError, match=text):
            kind([nn.Parameter(1.0)], **{name: value})
        optimizer = kind([nn.Parameter(1.0)])
        before = getattr(optimizer, name)
        with pytest.raises(ValueError, match=text):
            setattr(optimizer, name, value)
        assert getattr(optimizer, name) == before

    def test_are_shown(self):
        assert repr(nn.Adagrad([nn.Parameter(1.0)], lr=0.5)).startswith("Adagrad(lr=0.5, lr_decay=0.0")

    def test_of_numpy_are_plain_numbers(self):
        optimizer = nn.Adam([nn.Parameter(1.0)], lr=np.float32(0.5), betas=np.array([0.5, 0.25]))
        optimizer.eps = np.float64(0.125)
        assert type(optimizer.lr) is type(optimizer.eps) is float
        assert optimizer.betas == (0.5, 0.25)

    @pytest.mark.parametrize("kind", AT_LEAST_0)
    def test_numbers_and_float32_stay_what_they_are(self, kind):
        w, b = nn.Parameter(START.astype(np.float32)), nn.Parameter(2.0)
        optimizer = kind([w, b])
        for _ in range(3):
            optimizer.zero_grad()
            backward(w, b * 1.0)
            optimizer.step()
        assert w.dtype == np.float32
        assert type(b.data) is float
        assert {np.asarray(value).dtype for value in optimizer.state[0].values() if np.ndim(value)} <= {w.dtype}
        assert {type(value) for value in optimizer.state[1].values()} <= {float}

    @pytest.mark.parametrize("kind", AT_LEAST_0)
    def test_a_gradient_of_zero_is_no_nan(self, kind):
        w = nn.Parameter(START)
        (w * 0.0).sum().backward()
        kind([w], weight_decay=0.0).step()
        assert w.data.tolist() == START.tolist()


def test_a_gradient_that_stays_the_same_is_no_nan_for_a_centered_mean():
    w = nn.Parameter([0.1, 0.7, 1.3])
    optimizer = nn.RMSprop([w], alpha=0.5, centered=True)
    for _ in range(100):
        w.grad = np.array([0.1, 0.7, 1.3])
        optimizer.step()
    assert np.isfinite(w.data).all()


def test_a_parameter_of_two_layers_is_updated_once():
    shared = nn.Linear(2, 2, seed=0)
    model, before = nn.Sequential(shared, nn.Tanh(), shared), shared.weight.data
    optimizer = nn.Adam(model.parameters(), lr=0.1)
    model(A[:, :2]).sum().backward()
    optimizer.step()
    np.testing.assert_allclose(np.abs(shared.weight.data - before), 0.1, rtol=1e-4)


class TestStep:
    def model(self):
        return nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1), seed=0)

    def failing(self, spoil, error, text):
        """A step that fails at the last parameter changes none of the others, nor the state."""
        model = self.model()
        optimizer = nn.SGD(model.parameters(), lr=0.1, momentum=0.9)
        model(A).sum().backward()
        optimizer.step()
        before, state = [p.data for p in optimizer.parameters], optimizer.state
        spoil(model[1].bias)
        with pytest.raises(error, match=text):
            optimizer.step()
        assert all(p.data is value for p, value in zip(optimizer.parameters, before, strict=True))
        assert optimizer.state is state

    def test_no_gradient(self):
        def spoil(bias):
            bias.grad = None

        self.failing(spoil, GraphError, r"(?s)parameter 3, 1.bias, of shape \(1,\), has no gradient.*test_optim.py")

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_a_gradient_that_is_not_finite(self, bad):
        def spoil(bias):
            bias.grad = np.array([bad])

        self.failing(spoil, DataError, r"parameter 3, 1.bias, of shape \(1,\), has a gradient that is not finite")

    def test_an_update_that_raises(self):
        class Picky(nn.Optimizer):
            def update(self, x, g, state):
                if x.shape == (1,):
                    raise RuntimeError("too small")
                return x - g, {"seen": True}

        model = self.model()
        optimizer = Picky(model.parameters(), lr=0.1)
        before = [p.data for p in optimizer.parameters]
        model(A).sum().backward()
        with pytest.raises(RuntimeError, match="too small"):
            optimizer.step()
        assert all(p.data is value for p, value in zip(optimizer.parameters, before, strict=True))
        assert optimizer.state == [{}, {}, {}, {}]

    def test_a_closure_as_in_torch(self):
        w = nn.Parameter(START)
        optimizer = nn.SGD([w], lr=0.25)

        def closure():
            optimizer.zero_grad()
            loss = (w * w).sum()
            loss.backward()
            return loss
        assert optimizer.step(closure).data == 5.25
        assert w.data.tolist() == (START / 2).tolist()

    def test_without_update(self):
        w = nn.Parameter(1.0)
        (w * w).backward()
        with pytest.raises(NotImplementedError, match=r"(?s)Optimizer has no update.*def update"):
            nn.Optimizer([w], lr=0.1).step()

    def test_an_unnamed_parameter_is_known_by_its_place(self):
        w, b = Tensor(1.0), Tensor(1.0)
        (w * w).backward()
        with pytest.raises(GraphError, match=r"parameter 1, without a name, of shape \(\), has no gradient"):
            nn.SGD([w, b], lr=0.1).step()

    def test_zero_grad(self):
        w = nn.Parameter(START)
        optimizer = nn.SGD([w], lr=0.1)
        backward(w)
        optimizer.zero_grad()
        assert w.grad is None


class TestParameters:
    @pytest.mark.parametrize("make", [nn.SGD, nn.Adam, nn.BFGS, nn.LBFGS, nn.Scipy])
    @pytest.mark.parametrize(
        ("params", "error", "text"),
        [
            (list, ValueError, "has no parameters"),
            (lambda: nn.ReLU().parameters(), ValueError, "has no parameters"),
            (lambda: nn.Linear(2, 1), TypeError, r"(?s)got one Linear.*model.parameters\(\)"),
            (lambda: nn.Sequential(nn.Linear(2, 1)), TypeError, r"(?s)got one Sequential.*model.parameters\(\)"),
            (lambda: nn.Parameter(START), TypeError, r"(?s)got one Parameter.*\[x\]"),
            (lambda: [nn.Parameter(1.0), START], TypeError, "got a ndarray among its parameters"),
            (lambda: [nn.Parameter(1.0)] * 2, ValueError, "got a parameter twice"),
            (lambda: [{"params": [nn.Parameter(1.0)]}], TypeError, r"got a dict(?s:.*)one optimizer for each group"),
        ],
    )
    def test_what_is_no_list_of_parameters(self, make, params, error, text):
        with pytest.raises(error, match=text):
            make(params())


def nnet(weights, hidden):
    """The outputs of R's nnet for exclusive or: a bias first in every unit, a logistic cut to 0 and 1 beyond ±15."""
    X = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    inner, outer = weights[: 4 * hidden].reshape(hidden, 4), weights[4 * hidden :]
    return cut(outer[0] + cut(inner[:, 0] + X @ inner[:, 1:].T) @ outer[1:])


def cut(x):
    return np.where(x < -15.0, 0.0, np.where(x > 15.0, 1.0, sigmoid(x)))


class TestBFGS:
    @pytest.mark.parametrize(("name", "hidden", "iterations"), [("nnet_size4", 4, 21), ("nnet_size32", 32, 27)])
    def test_the_path_of_nnet(self, name, hidden, iterations):
        recorded = NNET[name]
        w = nn.Parameter(recorded["start"])
        y = np.array([0.0, 1.0, 1.0, 0.0])
        result = nn.BFGS([w]).minimize(lambda: ((nnet(w, hidden) - y) ** 2.0).sum())
        assert result.converged
        assert result.iterations == len(result.values) == iterations
        np.testing.assert_allclose(result.values[0], recorded["values"][0], rtol=1e-14)
        # R's record at k is where a run of at most k iterations ends: the value of iteration k, from k = 2 on.
        np.testing.assert_allclose(result.values[1:20], recorded["values"][2:21], rtol=1e-9)
        np.testing.assert_allclose(result.value, recorded["values"][-1], rtol=1e-9)
        np.testing.assert_allclose(nnet(w.data, hidden), recorded["fitted"], rtol=1e-9)

    def test_a_quadratic_and_where_it_leaves_the_parameters(self):
        H = np.array([[3.0, 1.0], [1.0, 2.0]])
        w, b = nn.Parameter([1.0, -1.0]), nn.Parameter(5.0)

        def closure():
            return (w @ H @ w) * 0.5 - w.sum() + (b - 2.0) ** 2.0

        result = nn.BFGS([w, b], abstol=0.0, reltol=1e-15).minimize(lambda: closure() + 10.0)
        np.testing.assert_allclose(w.data, np.linalg.solve(H, [1.0, 1.0]), rtol=1e-5)
        assert abs(b.data - 2.0) < 1e-5
        assert type(b.data) is float
        assert result.value == closure().data + 10.0

    def test_rosenbrock(self):
        x = nn.Parameter([-1.2, 1.0])
        result = nn.BFGS([x], abstol=0.0, reltol=1e-14).minimize(
            lambda: 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0
        )
        assert result.converged
        assert result.values == sorted(result.values, reverse=True)
        np.testing.assert_allclose(x.data, 1.0, rtol=1e-7)

    def test_maxiter_ends_it(self):
        x = nn.Parameter([-1.2, 1.0])
        result = nn.BFGS([x], maxiter=5).minimize(
            lambda: 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0
        )
        assert (result.converged, result.iterations, len(result.values)) == (False, 5, 5)
        assert result.value == result.values[-1]

    def test_a_minimum_at_the_start(self):
        x = nn.Parameter([0.0, 0.0])
        result = nn.BFGS([x]).minimize(lambda: (x * x).sum() + 1.0)
        assert (result.converged, result.iterations, result.value) == (True, 1, 1.0)

    def test_steps_into_nan_are_shortened(self):
        x = nn.Parameter(0.1)
        with np.errstate(invalid="ignore"):
            result = nn.BFGS([x], abstol=0.0).minimize(lambda: x - np.log(x))
        assert result.converged
        assert abs(x.data - 1.0) < 1e-4

    def test_float32_stays(self):
        x = nn.Parameter(np.array([1.0, 2.0], np.float32))
        nn.BFGS([x]).minimize(lambda: ((x - np.float32(0.5)) ** 2.0).sum())
        assert x.dtype == np.float32
        np.testing.assert_allclose(x.data, 0.5, atol=0.01)

    def test_a_closure_that_fails_leaves_the_best_point(self):
        x, calls = nn.Parameter([-1.2, 1.0]), []

        def closure():
            calls.append(x.data)
            if len(calls) == 10:
                raise RuntimeError("no more")
            return 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0

        def value(x):
            return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

        with pytest.raises(RuntimeError, match="no more"):
            nn.BFGS([x]).minimize(closure)
        assert value(x.data) == min(value(point) for point in calls[:-1])

    @pytest.mark.parametrize(
        ("closure", "error", "text"),
        [
            (lambda x: float((x * x).sum().data), GraphError, "one recorded number, the closure returned 5.0"),
            (lambda x: x * x, GraphError, "one recorded number"),
            (lambda x: (x * np.nan).sum(), DataError, "the loss is nan where the search begins"),
            (lambda x: Tensor(1.0) * 2.0, GraphError, r"parameter 0, x, of shape \(2,\), has no gradient"),
        ],
    )
    def test_closures_that_cannot_be_minimised(self, closure, error, text):
        x = nn.Parameter([1.0, 2.0], name="x")
        with pytest.raises(error, match=text):
            nn.BFGS([x]).minimize(lambda: closure(x))
        assert x.data.tolist() == [1.0, 2.0]

    @pytest.mark.parametrize(("argument", "value"), [("maxiter", 0), ("abstol", -1.0), ("reltol", math.nan)])
    def test_numbers_out_of_range(self, argument, value):
        with pytest.raises(ValueError, match=argument):
            nn.BFGS([nn.Parameter(1.0)], **{argument: value})
