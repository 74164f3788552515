"""What minimises a whole loss by calling it as often as it likes: the interface `Minimizer`, and SciPy's methods."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, hessian, make_hvp
from autograd.errors import DataError, GraphError, message
from autograd.gates.shape import reshape
from nn.loop import standing_for
from nn.optim import gradient, misfits, refuse, trained

__all__ = ["Minimizer", "Minimum", "Scipy"]

Vector = NDArray[Any]

#: what SciPy's methods take beside the loss
WITHOUT_GRADIENT = {"nelder-mead", "powell", "cobyla", "cobyqa"}
WITH_PRODUCT = {"newton-cg", "trust-ncg", "trust-krylov", "trust-constr"}
WITH_HESSIAN = {"dogleg", "trust-exact"}


@dataclass(frozen=True)
class Minimum:
    """Where a `Minimizer` ended. An iteration is a point whose gradient was taken, the start included; of `Scipy`, a
    call of the loss.

    `values` has the loss at each iteration; the last search may end in a `value` below them all.
    `converged` is False where the limit of iterations ended it.

    >>> Minimum(value=0.0, iterations=3, values=[4.0, 1.0, 0.0], converged=True).values[0]
    4.0
    """

    value: float
    iterations: int
    values: list[float]
    converged: bool


class Minimizer:
    """What `BFGS`, `LBFGS` and `Scipy` are: `minimize(closure)` leaves the parameters where the loss is small.

    `nn.fit` takes them as it takes an `Optimizer`: each epoch is one `minimize` on all rows.

    >>> import nn
    >>> x = nn.Parameter(1.0)
    >>> optimizer = nn.BFGS([x])
    >>> isinstance(optimizer, Minimizer), optimizer.minimize(lambda: (x - 3.0) ** 2.0).converged
    (True, True)
    >>> optimizer.zero_grad()
    >>> optimizer.load_state_dict(optimizer.state_dict())
    """

    def __init__(self, params: Iterable[Tensor]) -> None:
        self.parameters = trained(type(self).__name__, params)

    def minimize(self, closure: Callable[[], Any]) -> Minimum:
        """Leave the parameters where the loss that `closure()` computes from them is small."""
        raise NotImplementedError(message(f"{type(self).__name__} has no minimize.",
                                          "write def minimize(self, closure) in it"))

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def state_dict(self) -> dict[str, Any]:
        """What the next `minimize` depends on beside the values, as numbers and arrays of their own: here nothing."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()`."""
        refuse(self, misfits("", [], state))


class Scipy(Minimizer):
    """`scipy.optimize.minimize` on the parameters, with gradients, and Hessians where the method wants them.

    `method`, `tol` and `options` are SciPy's. Needs the extra `scipy`.

    >>> import nn
    >>> x = nn.Parameter([-1.2, 1.0])
    >>> rosenbrock = lambda: 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0
    >>> nn.Scipy([x], method="L-BFGS-B").minimize(rosenbrock).converged
    True
    >>> x.data.round(4)
    array([1., 1.])
    """

    def __init__(
        self, params: Iterable[Tensor], method: str = "BFGS", tol: float | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(params)
        self.method, self.tol, self.options = method, tol, options

    def minimize(self, closure: Callable[[], Any]) -> Minimum:
        """Leave the parameters where SciPy ends.

        Raises `GraphError` for a loss that is not one recorded number or does not depend on every parameter, and
        `DataError` where it is not finite at the start or at the end. Whatever is raised, the parameters are as
        they were. `values` has the loss of every call.
        """
        try:
            from scipy.optimize import minimize
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(message("nn.Scipy needs SciPy, which is not installed.",
                                              "pip install gategrad[scipy]")) from error
        objective = Objective(self, closure)
        x, method, values = objective.x, self.method.lower(), list[float]()

        def evaluate(x: Vector) -> Any:
            loss = objective.loss(x)
            values.append(loss.item())
            return (values[-1], np.asarray(objective.gradient(loss, finite=False), float)) if given else values[-1]
        given: dict[str, Any] = {"jac": True}
        if method in WITH_PRODUCT:
            given["hessp"] = lambda x, v: make_hvp(objective.function)(x)[0](v)
        elif method in WITH_HESSIAN:
            given["hess"] = hessian(objective.function)
        elif method in WITHOUT_GRADIENT:
            given = {}
        try:
            objective.start()
            found = minimize(evaluate, np.asarray(x, float), method=self.method,
                             tol=self.tol, options=self.options, **given)
            if not (math.isfinite(found.fun) and np.isfinite(found.x).all()):
                raise DataError(message(f"Scipy's {self.method} ended at a loss of {found.fun}.",
                                        "scale the data, or begin elsewhere"))
        except BaseException:
            objective.move(x)
            raise
        objective.move(found.x)
        return Minimum(float(found.fun), len(values), values, bool(found.success))


class Objective:
    """A loss as a function of one vector, which holds all numbers of the parameters."""

    def __init__(self, minimizer: Minimizer, closure: Callable[[], Any]) -> None:
        self.minimizer, self.parameters, self.closure, self.calls = minimizer, minimizer.parameters, closure, 0
        self.x: Vector = np.concatenate([np.ravel(parameter.data) for parameter in self.parameters])

    def start(self) -> Any:
        """The loss where the parameters are now, which must be finite, with a history that reaches all of them."""
        loss = self.loss(self.x)
        if not math.isfinite(loss.item()):
            raise DataError(message(f"the loss is {loss.item()} where the search begins.",
                                    "look for log, sqrt or ÷ at 0, or begin elsewhere"))
        return loss

    def parts(self, x: Any) -> list[Any]:
        """The vector cut into the shapes of the parameters."""
        ends = np.cumsum([parameter.size for parameter in self.parameters])
        return [reshape(x[end - p.size:end], shape=p.shape) for p, end in zip(self.parameters, ends, strict=True)]

    def move(self, x: Vector) -> None:
        """Give the parameters the values in x."""
        for parameter, part in zip(self.parameters, self.parts(x), strict=True):
            parameter.data = np.asarray(part, parameter.dtype)

    def loss(self, x: Vector) -> Any:
        """The loss at x, recorded."""
        self.move(x)
        self.minimizer.zero_grad()
        self.calls += 1
        loss = self.closure()
        if not isinstance(loss, Tensor) or loss.shape:
            raise GraphError(message(f"{type(self.minimizer).__name__} minimises one recorded number, the closure "
                                     f"returned {loss!r}.",
                                     "return the loss tensor itself, without .data, .item() or backward()"))
        return loss

    def gradient(self, loss: Any, finite: bool = True) -> Vector:
        """The gradient of the loss; the closure may have taken it, as torch's do."""
        if all(parameter.grad is None for parameter in self.parameters):
            loss.backward()
        if finite or any(p.grad is None for p in self.parameters):
            return np.concatenate([np.ravel(gradient(i, p)) for i, p in enumerate(self.parameters)])
        return np.concatenate([np.ravel(p.grad) for p in self.parameters])

    def function(self, x: Any) -> Any:
        """The loss at x, with the history of x in place of that of the parameters."""
        with standing_for(self.parameters, self.parts(x)):
            return self.closure()
