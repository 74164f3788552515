"""Gradients that are too small or too large."""
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Node
from autograd.visualize.checks.finding import Finding, called, finding
from autograd.visualize.checks.remedies import EXPLODING, VANISHING
from autograd.visualize.model import number
from autograd.visualize.shares import Flow, Share

VANISHED, EXPLODED = -5.0, 4.5        # powers of ten over the layers of one path
FORGOTTEN = -10.0                     # the same where every leaf has a shorter path: early steps of a loop
TOO_LARGE = 1e9                       # the norm of a leaf's gradient
TINY = 1e-6                           # numbers in units so large that gradients must be

_PRODUCTS = {"matmul", "dot", "einsum", "tensordot", "conv"}
_LAYERS = _PRODUCTS | {"mul", "div", "reciprocal", "sigmoid", "tanh", "erf", "softplus", "relu", "exp"}


# ---------------------------------------------------------------- along paths
class Way(NamedTuple):
    """From the end to a node, by the largest share each time: the layers' gains in powers of ten, added up."""

    user: Node | None
    gain: float                       # of the last gate
    total: float
    lowest: float                     # the largest single loss and gain outside matrix products
    risen: float                      # since the total was lowest
    highest: float

    @property
    def loss(self) -> float:
        return self.total - self.lowest

    @property
    def growth(self) -> float:
        return self.risen - self.highest


def ways(flow: Flow, every: bool = False) -> dict[Node, Way]:
    """The way to every node with a gradient that is not zero; `every` gate counts, or those of layers alone."""
    found = {flow.end: Way(None, 0.0, 0.0, 0.0, 0.0, 0.0)}
    for node in reversed(flow.order):
        shares = [(norm(share.amount), share) for share in flow.uses.get(node, []) if share.user in found]
        if shares:
            amount, share = max(shares, key=lambda pair: pair[0])
            if 0.0 < amount < math.inf:
                found[node] = extended(found[share.user], share, amount, norm(flow.gradients[share.user]), every)
    return found


def extended(way: Way, share: Share, amount: float, before: float, every: bool) -> Way:
    """The way one gate further. A factor that is itself a residual may be small because all is well: of the gains
    outside matrix products the largest is left out."""
    name = share.user.gate.name
    if not before or not (every or (name in _LAYERS and not is_square(share.user))):
        return way._replace(user=share.user, gain=0.0)
    gain = math.log10(amount) - math.log10(before)
    single = 0.0 if name in _PRODUCTS and share.parent.gate is not None else gain
    risen = max(way.risen + gain, 0.0)
    return Way(share.user, gain, way.total + gain, min(way.lowest, single), risen,
               max(way.highest, single) if risen else 0.0)


def is_square(node: Node) -> bool:
    """x · x"""
    return node.gate.name == "mul" and node.parents[0] is node.parents[1]


def norm(x: Any) -> float:
    """The square root of the sum of squares, of numbers of any size."""
    most = abs(x) if type(x) is float else float(np.max(np.abs(x), initial=0.0))
    if type(x) is float or not 0.0 < most < math.inf:
        return most
    return most * float(np.sqrt(np.sum(np.square(np.abs(x) / most, dtype=float))))


def vanishing(flow: Flow) -> Iterator[Finding]:
    """The node whose gradient has lost most over the layers before it."""
    known = ways(flow)
    for node in sorted(lost(flow, known), key=lambda node: known[node].loss)[:1]:
        path, worst = followed(known, node, -1.0)
        yield finding("vanishing gradient", worst, changed(flow, node, path, "shrinks"), VANISHING)


def lost(flow: Flow, known: dict[Node, Way]) -> Iterator[Node]:
    """The nodes whose gradient has vanished: for good, or, where all leaves behind have shorter paths, nearly."""
    starved: set[Node] = set()
    for node in flow.order:
        if node in known:
            loss = known[node].loss
            if (node.gate is None and loss < VANISHED) or any(parent in starved for parent in node.parents):
                starved.add(node)
            if loss < (VANISHED if node in starved else FORGOTTEN):
                yield node


def exploding(flow: Flow) -> Iterator[Finding]:
    """The node whose gradient has grown most, or leaves whose gradient is larger than any step could use."""
    known = ways(flow)
    grown = [node for node, way in known.items() if way.growth > EXPLODED and not in_large_units(flow, node)]
    large = [node for node in known if node.gate is None and norm(flow.gradients[node]) > TOO_LARGE
             and not in_large_units(flow, node)]
    if grown or large:
        node = max(grown, key=lambda node: known[node].growth) if grown else max(
            large, key=lambda node: norm(flow.gradients[node]))
        path, worst = followed(known if grown else ways(flow, every=True), node, 1.0)
        yield finding("exploding gradient", worst, changed(flow, node, path, "grows"), EXPLODING)


def in_large_units(flow: Flow, node: Node) -> bool:
    """Whether a value is tiny, as a mass in kilograms may be, and its gradient large for no other reason."""
    size = norm(flow.values[node])
    return 0.0 < size < TINY and norm(flow.gradients[node]) * size < 10.0 ** EXPLODED


def followed(known: dict[Node, Way], node: Node, sign: float) -> tuple[list[Node], Node]:
    """The path to a node, and its gate that matters most: of the line with the largest gain, or loss, the largest."""
    path, lines = [node], dict[str, float]()
    gates: dict[tuple[str, str], tuple[float, Node]] = {}
    while (way := known[path[-1]]).user is not None:
        line, gate = way.user.where(), (way.user.where(), way.user.gate.name)
        lines[line] = lines.get(line, 0.0) + sign * way.gain
        gates[gate] = gates.get(gate, (0.0, way.user))[0] + sign * way.gain, way.user
        path.append(way.user)
    line = max(lines, key=lambda line: lines[line])
    return path[::-1], max((pair for (where, _), pair in gates.items() if where == line), key=lambda pair: pair[0])[1]


def changed(flow: Flow, node: Node, path: list[Node], word: str) -> str:
    """From where to where, and through what."""
    first, last = norm(flow.gradients[path[0]]), norm(flow.gradients[node])
    lines = list(dict.fromkeys(step.where() for step in path if step.gate is not None))
    shown = " ← ".join(lines if len(lines) <= 6 else [*lines[:3], "…", *lines[-2:]])
    return (f"|gradient| {word} from {number(first)} to {number(last)} on {len(path) - 1} gates to {called(node)}: "
            f"{shown}")
