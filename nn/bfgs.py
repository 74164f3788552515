"""`BFGS`: minimise a loss of few parameters by a variable metric."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from nn.data import whole
from nn.minimizer import Minimizer, Minimum, Objective
from nn.optim import at_least_0

__all__ = ["BFGS"]

Vector = NDArray[Any]
SHRINK, DECREASE, RELATIVE_TO = 0.2, 1e-4, 10.0


class BFGS(Minimizer):
    """Minimise a loss along −B·g, where the matrix B learns the inverse Hessian from the gradients g met on the way.

    The step is shortened by 0.2 until the loss falls by 1e-4 of what the slope promises. From the step s and
    the change c of the gradient, with d = s·c > 0, B gains ((1 + c·Bc / d)·ssᵀ − s(Bc)ᵀ − (Bc)sᵀ) / d. Where
    d ≤ 0, where −B·g leads uphill, and where a search gains nothing, B is the identity again; where that
    gains nothing either, it ends. Gaining nothing is: the loss is at most `abstol`, or fell by no more than
    reltol·(|loss| + reltol), or every step that changes a parameter, seen beside 10, is too long. Memory and
    time per step are n² for n numbers.

    J. C. Nash, "Compact Numerical Methods for Computers", 2nd edition, 1990, algorithm 21, after R. Fletcher,
    "A new approach to variable metric algorithms", 1970; the two tolerances are not theirs.

    >>> import nn
    >>> x = nn.Parameter([-1.2, 1.0])
    >>> rosenbrock = lambda: 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0
    >>> nn.BFGS([x], abstol=0.0).minimize(rosenbrock).converged
    True
    >>> x.data.round(6)
    array([1., 1.])
    """

    def __init__(
        self, params: Iterable[Tensor], maxiter: int = 100, abstol: float = 1e-4, reltol: float = 1e-8
    ) -> None:
        super().__init__(params)
        self.maxiter = whole("maxiter", maxiter, least=1)
        self.abstol = at_least_0("BFGS", "abstol", abstol)
        self.reltol = at_least_0("BFGS", "reltol", reltol)

    def minimize(self, closure: Callable[[], Any]) -> Minimum:
        """Leave the parameters where the loss that `closure()` computes from them is least.

        Raises `GraphError` for a loss that is not one recorded number or does not depend on every parameter,
        `DataError` where it is not finite at the start, or a gradient on the way. Whatever is raised, also by
        the closure, the parameters are those of the best point so far.
        """
        descent = Descent(Objective(self, closure))
        try:
            converged = descent.run(self.maxiter, self.abstol, self.reltol)
        finally:
            descent.objective.move(descent.x)
        return Minimum(descent.value, len(descent.values), descent.values, converged)


class Descent:
    """One minimisation under way: the best point x so far, its value, the last gradient g that was taken, and
    B.
    """

    def __init__(self, objective: Objective) -> None:
        self.objective, self.x = objective, objective.x
        loss = objective.start()
        self.value = loss.item()
        self.values = [self.value]
        self.g = self.objective.gradient(loss)
        self.restart()

    def restart(self) -> None:
        """Forget what B has learned: the next search goes straight down the gradient."""
        self.B, self.steepest = np.eye(self.x.size, dtype=self.x.dtype), True

    def run(self, maxiter: int, abstol: float, reltol: float) -> bool:
        """Search until nothing is gained, which is True, or until `maxiter` gradients are taken."""
        while len(self.values) < maxiter:
            before, found = self.value, self.search()
            if found and self.value > abstol and before - self.value > reltol * (abs(before) + reltol):
                self.learn(*found)
            elif self.steepest:
                return True
            else:
                self.restart()
        return False

    def search(self) -> tuple[Vector, Any] | None:
        """Go along −B·g as far as the loss falls enough; the step and the loss there, or None where it does
        not.
        """
        direction = -self.B @ self.g
        slope, length = float(direction @ self.g), 1.0
        while -math.inf < slope < 0:
            step = length * direction
            x = self.x + step
            if np.array_equal(RELATIVE_TO + x, RELATIVE_TO + self.x):
                return None
            loss = self.objective.loss(x)
            value = loss.item()
            if math.isfinite(value) and value <= self.value + DECREASE * length * slope:
                self.x, self.value = x, value
                return step, loss
            length *= SHRINK
        return None

    def learn(self, step: Vector, loss: Any) -> None:
        """Take the gradient at the new point, and update B with how it changed along the step."""
        g = self.objective.gradient(loss)
        change, self.g = g - self.g, g
        self.values.append(self.value)
        d = step @ change
        if not d > 0:
            return self.restart()
        moved = self.B @ change
        grown = (1 + moved @ change / d) * np.outer(step, step)
        self.B = self.B + (grown - np.outer(step, moved) - np.outer(moved, step)) / d
        self.steepest = False
