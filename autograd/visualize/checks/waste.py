"""Broadcasts that nobody meant, work that is done twice, memory."""
import math
from collections.abc import Iterator
from typing import Any

from autograd.graph import Node, plain
from autograd.passes import content
from autograd.space import shape_of
from autograd.visualize.checks.finding import Finding, finding
from autograd.visualize.checks.remedies import BROADCAST, MEMORY, TWICE
from autograd.visualize.memory import Kept, kept
from autograd.visualize.shares import Flow, users_of

WORK = 200_000                        # multiplications, or elements
LARGE = 256 << 20                     # bytes
_MOVES = {"getitem", "expand_dims", "reshape", "transpose", "broadcast_to", "tile", "repeat", "fit"}
_FREE = _MOVES | {"real", "imag", "diagonal", "flip"}


def broadcasts(flow: Flow) -> Iterator[Finding]:
    """(n,) with (n, 1) to (n, n), all of it then summed up: every number meets every other."""
    users = users_of(flow)
    for node in flow.order:
        if node.gate is not None and node.gate.kind == "elementwise" and len(node.shape) == 2 and len(node.args) == 2:
            shapes = shapes_of(node)
            n = node.shape[0]
            wrong = n > 1 and node.shape == (n, n) and set(shapes) in ({(n,), (n, 1)}, {(n, 1), (1, n)})
            if wrong and not any(meant(p) for p in node.parents) and summed(node, users):
                yield finding("broadcast", node, f"{shapes[0]} with {shapes[1]} makes {node.shape}: every number meets "
                              "every other one", BROADCAST)


def shapes_of(node: Node) -> list[tuple[int, ...]]:
    """The shapes of a gate's inputs."""
    return [shape_of(plain(x)) if p is None else p.shape for x, p in zip(node.args, node.parents, strict=True)]


def meant(node: Node | None) -> bool:
    """Whether an axis was put there on purpose."""
    return node is not None and node.gate is not None and node.gate.name in _MOVES


def summed(node: Node, users: dict[Node, list[Node]]) -> bool:
    """Whether all numbers of a matrix end in one, with nothing but elementwise gates before."""
    while node in users and len(set(users[node])) == 1:
        user = users[node][0]
        if user.gate.name in ("sum", "mean"):
            return not user.shape
        if user.gate.kind != "elementwise":
            return False
        node = user
    return False


def twice(flow: Flow) -> Iterator[Finding]:
    """The same gate on the same inputs, where that takes long."""
    first: dict[Any, Node] = {}
    same: dict[Node, Node] = {}
    for node in flow.order:
        if node.gate is None:
            continue
        key = (node.gate.name, *(content(plain(x)) if p is None else id(same.get(p, p))
                                 for x, p in zip(node.args, node.parents, strict=True)), content(dict(node.params)))
        before = same[node] = first.setdefault(key, node)
        if before is not node and node.gate.name not in _FREE and work(node) >= WORK:
            yield finding("duplicate", node, f"{node.gate.name} of the same inputs as at {before.where()}, "
                          f"{work(node):,} operations each", TWICE)


def work(node: Node) -> int:
    """About how many numbers are multiplied or written."""
    sizes = [math.prod(shape) for shape in shapes_of(node)]
    made = math.prod(node.shape)
    if node.gate.name in ("matmul", "dot") and made:
        return math.isqrt(math.prod(sizes) * made)                  # n·k · k·m · n·m = (n·k·m)²
    if node.gate.name == "conv" and made:
        return made * sizes[1] // shapes_of(node)[1][0]             # one filter for each number made
    return max(made, *sizes)


def memory(flow: Flow) -> Iterator[Finding]:
    """The line whose nodes keep most, where the whole graph keeps much."""
    lines: dict[str, list[Kept]] = {}
    for part in kept(flow.order):
        lines.setdefault(part.node.where(), []).append(part)
    totals = {line: sum(part.size for part in parts) for line, parts in lines.items()}
    if sum(totals.values()) >= LARGE:
        first, *others = sorted(totals, key=lambda line: -totals[line])[:4]
        largest = max(lines[first], key=lambda part: part.size)
        rest = "".join(f", {mega(totals[line])} at {line}" for line in others)
        yield finding("memory", largest.node, f"the graph keeps {mega(sum(totals.values()))} for the walk back, "
                      f"{mega(totals[first])} here{rest}", MEMORY)


def mega(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
