"""LBFGS, and SciPy's methods, on known problems and in nn.fit; test_torch_optim.py compares LBFGS with torch's."""
import math
import sys

import numpy as np
import pytest

import nn
from autograd import hessian, value_and_grad
from autograd.errors import DataError, GraphError

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 3))
Y = (X @ [[1.0], [-2.0], [0.5]]) + 0.3 + 0.1 * RNG.standard_normal((30, 1))
BEST = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), Y, rcond=None)[0][:, 0]

GRADIENT = ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP"]
HESSIAN = ["Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "trust-constr", "dogleg"]  # the last: if convex
NEITHER = ["Nelder-Mead", "Powell", "COBYLA"]  # the last is too coarse for a curved valley


def rosenbrock(x):
    return 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0


def squares(x):
    """A convex one in two parameters, of which one is a number, for methods that need a Hessian above 0."""
    return ((x[0] @ x[0]) - x[0].sum() + (x[1] - 2.0) ** 2.0 + (x[0][0] * x[1]) * 0.1).sum()


MAKERS = {
    "BFGS": lambda params: nn.BFGS(params, abstol=0.0, reltol=1e-14, maxiter=500),
    "LBFGS": lambda params: nn.LBFGS(params, max_iter=200, line_search_fn="strong_wolfe"),
    "Scipy": lambda params: nn.Scipy(params, method="L-BFGS-B", tol=1e-12),
}


class TestScipy:
    @pytest.mark.parametrize("method", [*GRADIENT, *HESSIAN[:-1], *NEITHER[:-1]])
    def test_rosenbrock_as_scipy_has_it(self, method):
        optimize = pytest.importorskip("scipy.optimize", reason="the extra scipy")
        x = nn.Parameter([-1.2, 1.0])
        options = {"maxfun" if method == "TNC" else "maxiter": 500}
        found = nn.Scipy([x], method=method, options=options).minimize(lambda: rosenbrock(x))
        given = {"jac": method not in NEITHER, "hess": hessian(rosenbrock) if method in HESSIAN else None}
        expected = optimize.minimize(value_and_grad(rosenbrock) if given["jac"] else rosenbrock, np.array([-1.2, 1.0]),
                                     method=method, options=options, **given)
        np.testing.assert_allclose(x.data, expected.x, rtol=1e-6)
        np.testing.assert_allclose(x.data, 1.0, rtol=1e-3)
        assert found.converged
        assert found.value == rosenbrock(x.data)
        assert found.iterations == len(found.values)

    @pytest.mark.parametrize("method", [*GRADIENT, *HESSIAN, *NEITHER])
    def test_two_parameters_of_different_shape(self, method):
        pytest.importorskip("scipy", reason="the extra scipy")
        w, b = nn.Parameter([3.0, -1.0]), nn.Parameter(0.0)
        nn.Scipy([w, b], method=method, tol=1e-8).minimize(lambda: squares([w, b]))
        A = np.array([[2.0, 0.0, 0.1], [0.0, 2.0, 0.0], [0.1, 0.0, 2.0]])
        expected = np.linalg.solve(A, [1.0, 1.0, 4.0])
        np.testing.assert_allclose([*w.data, b.data], expected, atol=1e-4)
        assert type(b.data) is float

    def test_float32_stays(self):
        pytest.importorskip("scipy", reason="the extra scipy")
        w = nn.Parameter(np.array([1.0, 2.0], np.float32))
        nn.Scipy([w]).minimize(lambda: ((w - np.float32(0.5)) ** 2.0).sum())
        assert w.dtype == np.float32
        np.testing.assert_allclose(w.data, 0.5, atol=1e-4)

    def test_without_scipy(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "scipy.optimize", None)
        with pytest.raises(ModuleNotFoundError, match=r"nn.Scipy needs SciPy(?s:.*)gategrad\[scipy\]"):
            nn.Scipy([nn.Parameter(1.0)]).minimize(lambda: None)

    def test_no_such_method(self):
        pytest.importorskip("scipy", reason="the extra scipy")
        w = nn.Parameter([1.0, 2.0])
        with pytest.raises(ValueError, match="Unknown solver"):
            nn.Scipy([w], method="Gauss").minimize(lambda: (w * w).sum())
        assert w.data.tolist() == [1.0, 2.0]

    def test_an_end_that_is_not_finite(self):
        pytest.importorskip("scipy", reason="the extra scipy")
        w = nn.Parameter(1.0)
        with np.errstate(all="ignore"), pytest.raises(DataError, match="ended at a loss of"):
            nn.Scipy([w], method="Nelder-Mead").minimize(lambda: -np.exp(np.exp(w * 3.0)))
        assert w.data == 1.0


@pytest.mark.parametrize("name", MAKERS)
class TestAll:
    def make(self, name, params):
        if name == "Scipy":
            pytest.importorskip("scipy", reason="the extra scipy")
        return MAKERS[name](params)

    def test_rosenbrock(self, name):
        x = nn.Parameter([-1.2, 1.0])
        found = self.make(name, [x]).minimize(lambda: rosenbrock(x))
        np.testing.assert_allclose(x.data, 1.0, rtol=1e-4)
        assert found.converged
        assert found.value <= min(found.values)
        assert found.values[0] == pytest.approx(24.2)

    def test_a_regression_in_fit(self, name):
        model = nn.Linear(3, 1, seed=0)
        history = nn.fit(model, (X, Y), loss=nn.MSELoss(), optimizer=self.make(name, model.parameters()), epochs=2)
        np.testing.assert_allclose([*model.weight.data[0], *model.bias.data], BEST, rtol=1e-4)
        assert len(history.loss) == 2
        assert history.loss[1] == pytest.approx(np.mean((model.predict(X) - Y) ** 2), rel=1e-6)

    def test_many_epochs_are_no_program(self, name, recwarn):
        model = nn.Linear(3, 1, seed=0)
        history = nn.fit(model, (X, Y), loss=nn.MSELoss(), optimizer=self.make(name, model.parameters()), epochs=60)
        assert len(history.loss) == 60
        assert not recwarn

    @pytest.mark.parametrize("keyword", [{"batch_size": 10}, {"clip_norm": 1.0}])
    def test_what_changes_the_loss_on_the_way(self, name, keyword):
        model = nn.Linear(3, 1, seed=0)
        with pytest.raises(ValueError, match=f"{name} searches along the loss of all rows.*{next(iter(keyword))}"):
            nn.fit(model, (X, Y), loss=nn.MSELoss(), optimizer=MAKERS[name](model.parameters()), epochs=1, **keyword)

    @pytest.mark.parametrize(("closure", "error", "text"), [
        (lambda x: float((x * x).sum().data), GraphError, "minimises one recorded number, the closure returned 5.0"),
        (lambda x: x * x, GraphError, "minimises one recorded number"),
        (lambda x: (x * np.nan).sum(), DataError, "the loss is nan where the search begins"),
        (lambda x: nn.Parameter(1.0) * 2.0, GraphError, r"parameter 0, x, of shape \(2,\), has no gradient"),
    ])
    def test_closures_that_cannot_be_minimised(self, name, closure, error, text):
        x = nn.Parameter([1.0, 2.0], name="x")
        with pytest.raises(error, match=text):
            self.make(name, [x]).minimize(lambda: closure(x))
        assert x.data.tolist() == [1.0, 2.0]

    def test_what_is_raised_in_fit_leaves_all_as_it_was(self, name):
        model = nn.Linear(3, 1, seed=0)
        optimizer, calls, before = self.make(name, model.parameters()), [], model.state_dict()

        def loss(prediction, target):
            calls.append(1)
            if len(calls) == 4:
                raise RuntimeError("no more")
            return nn.MSELoss()(prediction, target)
        with pytest.raises(RuntimeError, match="no more"):
            nn.fit(model, (X, Y), loss=loss, optimizer=optimizer, epochs=1)
        assert all(np.array_equal(value, before[key]) for key, value in model.state_dict().items())
        assert [p.grad for p in model.parameters()] == [None, None]


class TestLBFGS:
    def test_what_is_remembered_goes_on_in_the_next_call(self):
        x, y = nn.Parameter([-1.2, 1.0]), nn.Parameter([-1.2, 1.0])
        settings = {"line_search_fn": "strong_wolfe", "max_eval": 1000}
        once, often = nn.LBFGS([x], max_iter=12, **settings), nn.LBFGS([y], max_iter=1, **settings)
        once.step(lambda: rosenbrock(x))
        for _ in range(12):
            often.step(lambda: rosenbrock(y))
        np.testing.assert_allclose(x.data, y.data, rtol=1e-9)

    def test_the_closure_may_take_the_gradient_as_in_torch(self):
        values = []
        for takes in (True, False):
            x = nn.Parameter([-1.2, 1.0])
            optimizer = nn.LBFGS([x], lr=0.001)

            def closure(optimizer=optimizer, x=x, takes=takes):
                optimizer.zero_grad()
                loss = rosenbrock(x)
                if takes:
                    loss.backward()
                return loss
            assert optimizer.step(closure) == pytest.approx(24.2)
            values.append(x.data.tolist())
        assert values[0] == values[1]

    def test_steps_that_are_too_long(self):
        x = nn.Parameter([-1.2, 1.0])
        optimizer = nn.LBFGS([x], lr=1e3, max_iter=100)
        with np.errstate(all="ignore"), pytest.raises(DataError, match=r"not finite"):
            optimizer.step(lambda: (np.exp(x * x)).sum())
        assert x.data.tolist() == [-1.2, 1.0]
        assert (optimizer.last, optimizer.pairs) == (None, ())

    @pytest.mark.parametrize("lr", [0.0, 1.0])
    @pytest.mark.parametrize("loss", [lambda x: x * 3.0, lambda x: -np.exp(x), lambda x: -(x**3.0)])
    def test_a_loss_without_an_end(self, loss, lr):
        x = nn.Parameter(1.0)
        optimizer = nn.LBFGS([x], lr=lr, line_search_fn="strong_wolfe")
        start = float(loss(1.0))
        try:
            with np.errstate(all="ignore"):
                found = optimizer.minimize(lambda: loss(x))
        except DataError:
            assert x.data == 1.0
        else:
            assert math.isfinite(found.value)
            assert found.value == loss(x.data) <= start
            assert (found.value < start) == (lr > 0)

    def test_a_search_comes_back_from_nan(self):
        x = nn.Parameter(0.1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = nn.LBFGS([x], lr=10.0, line_search_fn="strong_wolfe", max_iter=100).minimize(lambda: x - np.log(x))
        assert found.converged
        assert abs(x.data - 1.0) < 1e-5

    @pytest.mark.parametrize(("settings", "text"), [
        ({"lr": -1.0}, "LBFGS cannot have lr=-1.0"), ({"max_iter": 0}, "max_iter"), ({"max_eval": 0}, "max_eval"),
        ({"history_size": 0}, "history_size"), ({"tolerance_grad": math.nan}, "tolerance_grad=nan"),
        ({"tolerance_change": -1.0}, "tolerance_change=-1.0"),
        ({"line_search_fn": "wolfe"}, r"knows no line search 'wolfe'(?s:.*)strong_wolfe")])
    def test_settings_that_make_no_sense(self, settings, text):
        with pytest.raises(ValueError, match=text):
            nn.LBFGS([nn.Parameter(1.0)], **settings)


def test_a_minimizer_without_minimize():
    with pytest.raises(NotImplementedError, match="Minimizer has no minimize"):
        nn.Minimizer([nn.Parameter(1.0)]).minimize(lambda: None)
