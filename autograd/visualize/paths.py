"""Long graphs in short: gates in groups, and the paths that carry most of the gradient."""
import linecache
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from autograd.errors import line_of
from autograd.graph import Node
from autograd.visualize.model import printable
from autograd.visualize.shares import Flow, size


class Group(NamedTuple):
    """Gates that belong together: those of a module's parameters, or of a line of the user's file."""

    title: str
    nodes: list[Node]


class Path(NamedTuple):
    """Nodes from the end back to a target, and which part of the target's |gradient| comes this way."""

    weight: float
    nodes: tuple[Node, ...]


def code(node: Node) -> str:
    """The text of the line that made a node."""
    if isinstance(node.code, str):
        return ""
    return printable(linecache.getline(node.code.co_filename, line_of(node.code, node.lasti)).strip())


def groups(order: Sequence[Node]) -> list[Group]:
    """The gates of a graph by module and line, in order of their first one."""
    modules: dict[Node, str] = {}
    found: dict[tuple[str, str], list[Node]] = {}
    for node in order:
        if node.gate is not None:
            modules[node] = module = module_of(node, modules)
            found.setdefault((module, node.where()), []).append(node)
    return [Group(" · ".join(filter(None, [module, where, code(nodes[0])])), nodes)
            for (module, where), nodes in found.items()]


def module_of(node: Node, modules: dict[Node, str]) -> str:
    """The dotted name in front of a parameter's own: `0` of `0.weight`; else that of the gate before on this line."""
    own = [parent.name.rpartition(".")[0] for parent in node.parents
           if parent is not None and parent.gate is None and parent.name and "." in parent.name]
    before = [modules[parent] for parent in node.parents
              if parent is not None and parent in modules and parent.where() == node.where()]
    return printable(next(iter([*own, *before[::-1], ""])))


def heaviest(flow: Flow, target: Node, count: int) -> list[Path]:
    """The `count` paths from the end to a target that carry most of its |gradient|.

    A gradient is a sum over the uses of a value; the size of each term, as a part of all, is the weight of an edge.
    """
    best: dict[Node, list[tuple[float, Any]]] = {}
    best[target] = [(1.0, (target, None))]
    for node in flow.order:
        if node not in best:
            continue
        sizes: dict[Node, float] = {}
        for share in flow.uses.get(node, []):
            sizes[share.user] = sizes.get(share.user, 0.0) + size(share.amount)
        total = sum(sizes.values())
        for user, amount in sizes.items():
            part = amount / total if 0.0 < total < float("inf") else 1.0 / len(sizes)
            ways = best.setdefault(user, [])
            ways += [(weight * part, (user, way)) for weight, way in best[node]]
            ways.sort(key=lambda way: -way[0])
            del ways[count:]
    return [Path(weight, unrolled(way)) for weight, way in best.get(flow.end, []) if weight > 0.0]


def unrolled(way: Any) -> tuple[Node, ...]:
    """A linked list as a tuple."""
    nodes: list[Node] = []
    while way is not None:
        nodes.append(way[0])
        way = way[1]
    return tuple(nodes)


def stations(path: Path, names: dict[Node, str]) -> list[str]:
    """A path as text: its ends by name, the gates between them by line."""
    lines = [f"{where} ({', '.join(dict.fromkeys(node.gate.label for node in nodes))}"
             f"{f', {len(nodes)} gates' if len(nodes) > 1 else ''})"
             for where, run in groupby(path.nodes[1:-1], key=Node.where) for nodes in [list(run)]]
    return [names[path.nodes[0]], *lines, *(names[node] for node in path.nodes[1:][-1:])]
