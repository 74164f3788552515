"""Gradients that are too small, too large, or cut off."""
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Node, plain
from autograd.visualize.checks.finding import Finding, called, finding
from autograd.visualize.checks.nonfinite import finite
from autograd.visualize.checks.remedies import CUT, DEAD, EXPLODING, SATURATED, VANISHING
from autograd.visualize.model import number
from autograd.visualize.shares import Flow, Share, by_rules, rule_of, users_of

VANISHED, EXPLODED = -5.0, 4.5        # powers of ten over the layers of one path
TOO_LARGE = 1e9                       # the norm of a leaf's gradient
FLAT = 1e-6                           # the slope of a sigmoid at ±14, of tanh at ±7.6
MOST = 0.9                            # of the numbers, or of the units
EXAMPLES, FEW = 8, 16                 # at least, before a unit is called dead; of a vector, which may be one example

_PRODUCTS = {"matmul", "dot", "einsum", "tensordot", "conv"}
_LAYERS = _PRODUCTS | {"mul", "div", "reciprocal", "sigmoid", "tanh", "erf", "softplus", "relu", "exp"}


# ---------------------------------------------------------------- activations
def dead(flow: Flow) -> Iterator[Finding]:
    """ReLUs of which nearly all units give 0 for every example."""
    for node in flow.order:
        if is_relu(node) and node.shape and node in flow.gradients:
            ans = flow.values[node]
            units = (ans == 0.0).reshape(-1, ans.shape[-1] if ans.ndim > 1 else 1).all(axis=0)
            if ans.size >= (EXAMPLES if ans.ndim > 1 else FEW) * units.size and units.mean() >= MOST:
                yield finding("dead relu", node, f"{int(units.sum())} of {units.size} units give 0 for every one of "
                              f"{ans.size // units.size} examples", DEAD)


def is_relu(node: Node) -> bool:
    """relu, or maximum with the number 0."""
    if node.gate is None or node.gate.name not in ("relu", "maximum"):
        return False
    given = [plain(x) for x, p in zip(node.args, node.parents, strict=True) if p is None]
    return node.gate.name == "relu" or any(np.ndim(x) == 0 and x == 0.0 for x in given)


def saturated(flow: Flow) -> Iterator[Finding]:
    """Sigmoids and tanhs whose slope is next to zero nearly everywhere."""
    for node in flow.order:
        if node.gate is not None and node.gate.name in _SLOPES and node in flow.gradients:
            slope = _SLOPES[node.gate.name](np.asarray(flow.values[node], float))
            part = float(np.mean(slope < FLAT)) if slope.size else 0.0
            if part >= MOST:
                yield finding("saturated", node, f"{node.gate.name} is flat at {100 * part:.0f} % of its "
                              f"{slope.size} inputs", SATURATED)


_SLOPES: dict[str, Any] = {"sigmoid": lambda ans: ans * (1.0 - ans), "tanh": lambda ans: 1.0 - ans * ans,
                           "erf": lambda ans: 1.0 - ans * ans}


# ---------------------------------------------------------------- along paths
class Way(NamedTuple):
    """From the end to a node, by the largest share each time: the layers' gains in powers of ten, added up."""

    user: Node | None
    gain: float                       # of the last gate
    total: float
    lowest: float                     # the largest single loss and gain outside matrix products
    highest: float

    @property
    def loss(self) -> float:
        return self.total - self.lowest

    @property
    def growth(self) -> float:
        return self.total - self.highest


def ways(flow: Flow, every: bool = False) -> dict[Node, Way]:
    """The way to every node with a gradient that is not zero; `every` gate counts, or those of layers alone."""
    found = {flow.end: Way(None, 0.0, 0.0, 0.0, 0.0)}
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
    return Way(share.user, gain, way.total + gain, min(way.lowest, single), max(way.highest, single))


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
    node = min(known, key=lambda node: known[node].loss)
    if known[node].loss < VANISHED:
        path, worst = followed(known, node, -1.0)
        yield finding("vanishing gradient", worst, changed(flow, node, path, "shrinks"), VANISHING)


def exploding(flow: Flow) -> Iterator[Finding]:
    """The node whose gradient has grown most, or leaves whose gradient is larger than any step could use."""
    known = ways(flow)
    grown = [node for node, way in known.items() if way.growth > EXPLODED]
    large = [node for node in known if node.gate is None and norm(flow.gradients[node]) > TOO_LARGE]
    if grown or large:
        node = max(grown, key=lambda node: known[node].growth) if grown else max(
            large, key=lambda node: norm(flow.gradients[node]))
        path, worst = followed(known if grown else ways(flow, every=True), node, 1.0)
        yield finding("exploding gradient", worst, changed(flow, node, path, "grows"), EXPLODING)


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


# ---------------------------------------------------------------- cut off
def unconnected(flow: Flow) -> Iterator[Finding]:
    """Leaves whose gradient is zero because a gate on the way passes nothing on."""
    users = users_of(flow)
    for leaf in flow.order:
        if leaf.gate is None and (leaf not in flow.gradients or is_zero(flow.gradients[leaf])):
            gate = cut(flow, users, leaf)
            if gate is not None:
                yield finding("unconnected", gate, f"the gradient of {called(leaf)} is zero: {gate.gate.name} passes "
                              "nothing on to it", CUT.get(gate.gate.name, "this gate has no slope in this input"))


def cut(flow: Flow, users: dict[Node, list[Node]], leaf: Node) -> Node | None:
    """The gate that stops the whole gradient on its way to a leaf; None where it is zero for other reasons."""
    todo, seen, found = [leaf], {leaf}, []
    while todo:
        node = todo.pop()
        for user in users.get(node, []):
            if user in flow.gradients and not is_zero(flow.gradients[user]):
                if not cuts(user, node):
                    return None
                found.append(user)
            elif user not in seen:
                seen.add(user)
                todo.append(user)
    return min(found, key=lambda node: node.index, default=None)


def cuts(user: Node, node: Node) -> bool:
    """Whether this gate is of those that choose, and has chosen something else; has no slope in this input; or is a
    product with a constant 0."""
    name = user.gate.name
    if name == "mul":
        return any(p is None and is_zero(plain(x)) for x, p in zip(user.args, user.parents, strict=True))
    if is_relu(user):
        return False
    flat = by_rules(user) and all(rule_of(user, i) is None for i, p in enumerate(user.parents) if p is node)
    return flat or name in CUT


def is_zero(x: Any) -> bool:
    return finite(x) and not np.any(x)
