"""Activations that pass no gradient on: dead ReLUs, flat sigmoids and softmaxes, by name or written by hand."""
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.graph import Node, plain
from autograd.visualize.checks.finding import Finding, finding
from autograd.visualize.checks.nonfinite import constants
from autograd.visualize.checks.remedies import DEAD, SATURATED, SHARP
from autograd.visualize.shares import Flow, users_of

FLAT = 1e-6                           # the slope of a sigmoid at ±14, of tanh at ±7.6
MOST = 0.9                            # of the numbers, or of the units
EXAMPLES, FEW = 8, 16                 # at least, before a unit is called dead; of a vector, which may be one example
MASKED = 1e4                          # below the largest score, before a score is taken for one that is masked


# ---------------------------------------------------------------- dead ReLUs
def dead(flow: Flow) -> Iterator[Finding]:
    """ReLUs of which nearly all units, or channels, give 0 for every example."""
    for node in flow.order:
        if node.shape and node in flow.gradients and is_relu(flow, node):
            ans = flow.values[node]
            zero = np.moveaxis(ans == 0.0, channels(node), -1)
            units = zero.reshape(-1, zero.shape[-1] if ans.ndim > 1 else 1).all(axis=0)
            if ans.size >= (EXAMPLES if ans.ndim > 1 else FEW) * units.size and units.mean() >= MOST:
                yield finding("dead relu", node, f"{int(units.sum())} of {units.size} units give 0 for every one of "
                              f"{ans.size // units.size} examples", DEAD)


def is_relu(flow: Flow, node: Node) -> bool:
    """relu, maximum with the number 0, where(x > 0, x, 0), or x · (x > 0)."""
    name = node.gate.name if node.gate is not None else ""
    if name in ("maximum", "where") and not any(np.ndim(x) == 0 and x == 0.0 for x in constants(node)):
        return False
    if name in ("where", "mul"):
        masks = [x for x in constants(node) if np.asarray(x).dtype == bool]
        inputs = [flow.values[p] for p in node.parents if p is not None]
        return len(masks) == len(inputs) == 1 and np.array_equal(masks[0], inputs[0] > 0.0)
    return name in ("relu", "maximum")


def channels(node: Node) -> int:
    """The axis that tells units apart: the last one, or behind a convolution that of its channels."""
    above: Node | None = node
    while above is not None and above.gate is not None and above.gate.kind == "elementwise":
        above = next((p for p in above.parents if p is not None and len(p.shape) == len(node.shape)), None)
    behind = above is not None and above.gate is not None and above.gate.name == "conv"
    return 1 if behind else -1


# ---------------------------------------------------------------- flat sigmoids
def saturated(flow: Flow) -> Iterator[Finding]:
    """Sigmoids, tanhs and softmaxes whose slope is next to zero nearly everywhere."""
    users = users_of(flow)
    for node in flow.order:
        if node.gate is None or node not in flow.gradients:
            continue
        slope = slopes(flow, node)
        if slope is not None and slope.size and (part := float(np.mean(~(slope >= FLAT)))) >= MOST:
            yield finding("saturated", node, f"{called(node)} is flat at {100 * part:.0f} % of its {slope.size} inputs",
                          SATURATED)
        rest = left_over(flow, node)
        if rest is not None and rest.size and not into_log(node, users) and (
                part := float(np.mean(rest < FLAT))) >= MOST:
            yield finding("saturated", node, f"softmax gives all to one number in {100 * part:.0f} % of its "
                          f"{rest.size} rows", SHARP)


def called(node: Node) -> str:
    return node.gate.name if node.gate.name in _SLOPES else "a sigmoid made of exponentials"


_SLOPES: dict[str, Any] = {"sigmoid": lambda ans: ans * (1.0 - ans), "tanh": lambda ans: 1.0 - ans * ans,
                           "erf": lambda ans: 1.0 - ans * ans}


def slopes(flow: Flow, node: Node) -> Any:
    """The slope of a sigmoid at each of its inputs; None for other gates."""
    if node.gate.name in _SLOPES:
        return _SLOPES[node.gate.name](np.asarray(flow.values[node], float))
    if node.gate.name not in ("div", "reciprocal", "power"):
        return None
    below = node.parents[-1] if node.gate.name == "div" else node.parents[0]
    if below is None or below.gate is None or below.gate.name != "add":
        return None
    a, b = inputs(flow, below)
    if not any(is_exp(p) for p in below.parents) or not all(p is None or is_exp(p) for p in below.parents):
        return None
    if not is_part(flow, node, a, b):
        return None
    total = np.asarray(flow.values[below])
    return (a / total) * (b / total)


def is_exp(node: Node | None) -> bool:
    return node is not None and node.gate is not None and node.gate.name == "exp"


def inputs(flow: Flow, node: Node) -> list[Any]:
    """The values of all inputs."""
    return [plain(x) if p is None else flow.values[p] for x, p in zip(node.args, node.parents, strict=True)]


def is_part(flow: Flow, node: Node, a: Any, b: Any) -> bool:
    """Whether node is c / (a + b), a / (a + b) or (a − b) / (a + b)."""
    if node.gate.name == "reciprocal":
        return True
    if node.gate.name == "power":
        return node.parents[1] is None and bool(np.all(plain(node.args[1]) == -1.0))
    top = inputs(flow, node)[0]
    return (np.ndim(top) == 0 and node.parents[0] is None) or any(
        np.array_equal(top, part, equal_nan=True) for part in (a, b, a - b, b - a))


# ---------------------------------------------------------------- sharp softmaxes
def left_over(flow: Flow, node: Node) -> Any:
    """What the largest of each row of a softmax leaves for the others; None for other gates. A row in which all but
    one number are masked is left out."""
    found = scores(flow, node)
    if found is None:
        return None
    x, axis = found
    top = np.max(x, axis=axis, keepdims=True)
    e = np.exp(x - top)
    several = np.sum(x > top - MASKED, axis=axis) > 1
    return (1.0 - 1.0 / np.sum(e, axis=axis))[several]


def scores(flow: Flow, node: Node) -> tuple[Any, int] | None:
    """What a softmax was made from, exp(x) / Σ exp(x) or exp(x − ln Σ exp(x)), and along which axis."""
    if is_exp(node):
        given = node.parents[0]
        total = given.parents[1] if given is not None and given.gate is not None and given.gate.name == "sub" else None
        source = total.parents[0] if total is not None and total.gate is not None and (
            total.gate.name == "logsumexp") else None
        if source is None or given is None or given.parents[0] is not source:
            return None
        return flow.values[source], axis_of(total)
    if node.gate.name != "div" or not is_exp(top := node.parents[0]):
        return None
    total = node.parents[1]
    while total is not None and total.gate is not None and total.gate.name in ("reshape", "expand_dims", "getitem"):
        total = total.parents[0]
    if total is None or total.gate is None or total.gate.name != "sum" or top is None or not top.shape:
        return None
    given = total.parents[0]
    same = is_exp(given) and given is not None and np.array_equal(flow.values[given], flow.values[top], equal_nan=True)
    if not same or top.parents[0] is None:
        return None
    return flow.values[top.parents[0]], axis_of(total)


def axis_of(node: Node | None) -> Any:
    """The axis that a sum goes along."""
    return node.params["axis"] if node is not None else None


def into_log(node: Node, users: dict[Node, list[Node]]) -> bool:
    """Whether a logarithm is taken of a probability, whose slope makes good what the softmax lacks."""
    todo = [node]
    while todo:
        for user in users.get(todo.pop(), []):
            if user.gate.name in ("log", "log2", "log10"):
                return True
            if user.gate.name in ("getitem", "add", "clip", "maximum", "reshape"):
                todo.append(user)
    return False
