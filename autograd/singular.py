"""Floor 3: derivatives at singular points. In the chain rule, 0 · ∞ is 0.

At `where(x > 0, sqrt(x), 0)` and x = 0 the branch that is not taken has the derivative ∞, and gets the cotangent 0:
IEEE arithmetic makes that nan, though the answer is 0. So a walk back that ends in nan is done again with cotangents
that multiply by two rules more: a zero cotangent stays zero whatever it meets, and a zero partial derivative makes an
infinite cotangent zero. A nan cotangent stays nan. Forward mode does the same with tangents. `strict()` leaves out the
second try.
"""
import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd.gate import Gate
from autograd.gates.elementwise import absorb, absorb_div, div, mul
from autograd.graph import Level, Node, Tensor, recording, tensor
from autograd.space import ndarray, watched
from autograd.walk import walk

_strict: ContextVar[bool] = ContextVar("strict", default=False)


@contextlib.contextmanager
def strict() -> Iterator[None]:
    """Inside, 0 · ∞ is nan in derivatives too, as IEEE arithmetic has it; also a decorator.

    >>> from autograd import grad
    >>> root = lambda x: np.sqrt(x * x)
    >>> grad(root)(0.0)
    0.0
    >>> with strict():
    ...     grad(root)(0.0)
    nan
    """
    token = _strict.set(True)
    try:
        yield
    finally:
        _strict.reset(token)


class Careful:
    """A level for cotangents or tangents, whose products are those of `absorb`."""

    __slots__ = ()
    skip = 0
    opaque = False

    @staticmethod
    def record(level: Level, gate: Gate, args: Sequence[Any], params: dict[str, Any], parents: Sequence[Any]) -> Any:
        """Apply the gate one level down; a product absorbs."""
        if gate is mul:
            ans = absorb(*args) if parents[0] is not None else absorb(args[1], args[0])
        elif gate is div and parents[0] is not None:
            ans = absorb_div(*args)
        else:
            ans = gate.apply(args, params)
        return tensor(ans, CAREFUL, level) if gate.pulls else ans


CAREFUL = Careful()


def is_nan(g: Any) -> bool:
    """Whether there is a nan; the sum of squares has one exactly then, and is the quickest to compute."""
    value = g if type(g) is ndarray else watched(g)
    ans = value if type(value) is float else np.vdot(value, value)
    return bool(ans != ans)


def carefully(run: Callable[[list[Any]], list[Any]], parts: list[Any]) -> list[Any]:
    """`run` on cotangents or tangents that absorb."""
    with recording(Careful) as level:
        wrapped = [None if g is None else tensor(g, CAREFUL, level) for g in parts]
        return [ans.value if isinstance(ans, Tensor) and ans.level is level else ans for ans in run(wrapped)]


def walk_back(order: list[Node], grads: dict[Node, Any]) -> dict[Node, Any]:
    """`walk`, and once more with care if that ends in nan."""
    found = _quiet_walk(order, grads.copy())
    return _careful_walk(order, grads) if wants_care(found.values()) else found


def wants_care(found: Iterable[Any]) -> bool:
    """Whether a walk that found this is done again, with care."""
    return any(map(is_nan, found)) and not _strict.get()


_quiet = np.errstate(all="ignore")                     # the numbers say it: inf and nan are in the gradient
_quiet_walk = _quiet(walk)


@_quiet
def _careful_walk(order: list[Node], seeds: dict[Node, Any]) -> dict[Node, Any]:
    leaves: list[Node] = []

    def run(gs: list[Any]) -> list[Any]:
        found = walk(order, dict(zip(seeds, gs, strict=True)))
        leaves.extend(found)
        return list(found.values())
    grads = carefully(run, list(seeds.values()))
    return dict(zip(leaves, grads, strict=True))


@_quiet
def push(gate: Gate, node: Any, ts: list[Any]) -> Any:
    """`gate.push`, and once more with care if that gives nan; None where no tangent arrives."""
    ans = gate.push(node, ts)
    if ans is not None and is_nan(ans) and not _strict.get():
        ans, = carefully(lambda wrapped: [gate.push(node, wrapped)], ts)
    return ans
