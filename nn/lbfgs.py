"""`LBFGS`: the variable metric that only remembers the last steps."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor
from autograd.errors import DataError, message
from nn.data import whole
from nn.minimizer import Minimizer, Minimum, Objective
from nn.optim import at_least_0, like, misfits, refuse, unfit
from nn.wolfe import Point, search

__all__ = ["LBFGS"]

Vector = NDArray[Any]
Pair = tuple[Vector, Vector]

_CURVED = 1e-10  # how much the gradient must grow along a step for the pair to be remembered


class LBFGS(Minimizer):
    """Minimise a loss along −B·g, where B is made of the last `history_size` steps s and changes c of the gradient.

    The product needs no matrix: from the newest pair to the oldest, q ← q − c·(s·q) / (c·s), then q ← q·(c·s) / (c·c)
    with those of the newest, and back with the signs of the second half. Steps have the length `lr`, the first one
    lr·min(1, 1 / Σ|g|); with line_search_fn="strong_wolfe", lr is only where the search for a length begins. A call
    ends after `max_iter` iterations or `max_eval` losses (5/4 of max_iter), where no number of the gradient is above
    `tolerance_grad`, and where neither the step nor the loss changes by `tolerance_change`; the next call goes on with
    what is remembered. Equal to torch's. J. Nocedal and S. J. Wright, "Numerical optimization", 2nd edition, 2006,
    algorithms 7.4 and 3.5.

    >>> import nn
    >>> x = nn.Parameter([-1.2, 1.0])
    >>> rosenbrock = lambda: 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0
    >>> nn.LBFGS([x], max_iter=100, line_search_fn="strong_wolfe").minimize(rosenbrock).converged
    True
    >>> x.data.round(4)
    array([1., 1.])
    """

    lr: float

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1.0, max_iter: int = 20, max_eval: int | None = None,
        tolerance_grad: float = 1e-7, tolerance_change: float = 1e-9, history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        super().__init__(params)
        self.lr = lr
        self.max_iter = whole("max_iter", max_iter, least=1)
        self.max_eval = max_iter * 5 // 4 if max_eval is None else whole("max_eval", max_eval, least=1)
        self.tolerance_grad = at_least_0("LBFGS", "tolerance_grad", tolerance_grad)
        self.tolerance_change = at_least_0("LBFGS", "tolerance_change", tolerance_change)
        self.history_size = whole("history_size", history_size, least=1)
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(message(f"LBFGS knows no line search {line_search_fn!r}.",
                                     'write line_search_fn="strong_wolfe", or None for steps of lr'))
        self.line_search_fn = line_search_fn
        self.last: Pair | None = None  # the last step, and the gradient where it began
        self.pairs: tuple[Pair, ...] = ()

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, at_least_0("LBFGS", "lr", value) if name == "lr" else value)

    def step(self, closure: Callable[[], Any]) -> Any:
        """`minimize`, as torch has it: return the loss where it began. The closure need not call backward.

        >>> import nn
        >>> x = nn.Parameter(1.0)
        >>> nn.LBFGS([x]).step(lambda: (x - 3.0) ** 2.0)
        4.0
        """
        return self.minimize(closure).values[0]

    def minimize(self, closure: Callable[[], Any]) -> Minimum:
        """Go on along the loss that `closure()` computes from the parameters.

        Raises `GraphError` for a loss that is not one recorded number or does not depend on every parameter,
        `DataError` where it or its gradient is not finite. Whatever is raised, parameters and memory are as they were.
        """
        objective, kept = Objective(self, closure), (self.last, self.pairs)
        try:
            end, values, converged = self._run(objective)
        except BaseException:
            self.last, self.pairs = kept
            objective.move(objective.x)
            raise
        objective.move(end)
        return Minimum(values[-1], len(values), values, converged)

    def _run(self, objective: Objective) -> tuple[Vector, list[float], bool]:
        """Where the iterations end, the loss at each of them, and whether they ended by themselves."""
        loss, x = objective.start(), objective.x
        values, g = [loss.item()], objective.gradient(loss)
        while np.abs(g).max() > self.tolerance_grad:
            direction, t = self._direction(g)
            here = Point(0.0, values[-1], g, float(g @ direction))
            self.last = t * direction, g
            if here.slope > -self.tolerance_change:
                return x, values, True
            there = self._along(objective, x, direction, t, here)
            move = there.t * direction
            self.last, x, g = (move, g), x + move, there.g
            values.append(there.value)
            small = max(np.abs(move).max(), abs(values[-1] - values[-2])), np.abs(g).max()
            if small[0] <= self.tolerance_change or small[1] <= self.tolerance_grad:
                return x, values, True
            if len(values) > self.max_iter or objective.calls >= self.max_eval:
                return x, values, False
        return x, values, True

    def _direction(self, g: Vector) -> tuple[Vector, float]:
        """−B·g, after the last step is remembered, and the length to begin with."""
        if self.last is None:
            return -g, min(1.0, 1.0 / float(np.abs(g).sum())) * self.lr
        step, before = self.last
        if (g - before) @ step > _CURVED:
            self.pairs = (*self.pairs, (step, g - before))[-self.history_size:]
        return -product(self.pairs, g), self.lr

    def _along(self, objective: Objective, x: Vector, direction: Vector, t: float, here: Point) -> Point:
        """The point that the step of length t leads to, or the line search from there."""
        def at(t: float) -> Point:
            loss = objective.loss(x + t * direction)
            value = loss.item()
            g = objective.gradient(loss, finite=self.line_search_fn is None)
            return Point(t, value if math.isfinite(value) else math.inf, g, float(g @ direction))
        if self.line_search_fn is None:
            there = at(t)
        else:
            there = search(at, t, here, float(np.abs(direction).max()), 1e-9, self.max_eval - objective.calls)
        if not (math.isfinite(there.value) and np.isfinite(there.g).all()):
            raise DataError(message("LBFGS came to a loss or gradient that is not finite.",
                                    'take a smaller lr, scale the data, or write line_search_fn="strong_wolfe"'))
        return there

    # ------------------------------------------------------------ what goes from call to call
    def state_dict(self) -> dict[str, Any]:
        """Everything that the next call depends on beside the values, as numbers and arrays of their own."""
        columns = {"steps": [s for s, _ in self.pairs], "changes": [c for _, c in self.pairs],
                   "last": list(self.last or ())}
        return {"settings": {"lr": self.lr}, "state": {name: np.array(rows) for name, rows in columns.items() if rows}}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()`; `ValueError` lists all that does not fit, and then nothing changes."""
        refuse(self, misfits("", ["settings", "state"], state))
        refuse(self, misfits("setting ", ["lr"], state["settings"]))
        lr = at_least_0("LBFGS", "lr", state["settings"]["lr"])
        x, kept = Objective(self, lambda: None).x, state["state"]
        pairs = len(kept.get("steps", ())) if isinstance(kept, Mapping) else 0
        rows = ({"last": 2} if kept else {}) | ({"steps": pairs, "changes": pairs} if pairs else {})
        wanted = {name: np.empty((n, x.size), x.dtype) for name, n in rows.items()}
        refuse(self, unfit("", wanted, kept))
        found = {name: like(kept[name], value) for name, value in wanted.items()}
        self.lr, self.last = lr, tuple(found["last"]) if found else None
        self.pairs = tuple(zip(found["steps"], found["changes"], strict=True)) if pairs else ()


def product(pairs: tuple[Pair, ...], g: Vector) -> Vector:
    """B·g by two walks over the pairs."""
    weights = []
    for step, change in reversed(pairs):
        weights.append((step @ g) / (change @ step))
        g = g - weights[-1] * change
    if pairs:
        step, change = pairs[-1]
        g = g * ((change @ step) / (change @ change))
    for (step, change), weight in zip(pairs, reversed(weights), strict=True):
        g = g + step * (weight - (change @ g) / (change @ step))
    return g
