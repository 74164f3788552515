"""Nodes as vertices and edges, with the numbers that a page computes with."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np

from autograd.errors import line_at
from autograd.graph import Node, plain
from autograd.space import shape_of
from autograd.visualize.labels import label
from autograd.visualize.model import FULL, Edge, Kind, Numbers, Vertex, View, in_full, shown, shown_gradient
from autograd.visualize.shares import Flow

# Gates whose outputs are some of their inputs, or 0.
MOVERS = {"getitem", "reshape", "transpose", "expand_dims", "broadcast_to", "diagonal", "flip", "roll", "tile",
          "repeat", "pad", "concatenate", "stack"}


class Sketch:
    """Vertices and edges so far."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.values, self.gradients = flow, flow.values, flow.gradients
        self.shares = {(share.user, share.position): share for share in flow.shares}
        self.keys: dict[Node, int] = {}
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []

    def view(self) -> View:
        return View(tuple(self.vertices), tuple(self.edges))

    def add(self, node: Node) -> None:
        """A node, after a vertex for each of its constants."""
        sources = self.sources(node.args, node.parents)
        key = self.keys[node] = len(self.vertices)
        kind: Kind = "gate" if node.gate else "leaf"
        value = self.values[node]
        g = plain(self.gradients[node]) if node in self.gradients else None
        self.vertices.append(Vertex(
            key, kind, title(node), node.name, shown(value), None if g is None else shown_gradient(g), node.where(),
            line_at(node.code, node.lasti), node.gate and node.gate.name, plain_params(node),
            self.moves(node), in_full(value), in_full(g)))
        self.edges += [Edge(source, key, position, *self.numbers(node, position))
                       for position, source in enumerate(sources)]

    def numbers(self, node: Node, position: int) -> tuple[Numbers | None, Numbers | None]:
        """Of an input the derivative there, where it is one number per output, and what it gets back."""
        share = self.shares.get((node, position))
        if share is None:
            return None, None
        few = node.gate.kind == "elementwise" and prod(node.shape) <= FULL
        local = plain(self.flow.local(share)) if few else None
        return in_full(local), in_full(plain(share.amount))

    def moves(self, node: Node) -> Numbers | None:
        """The gate, run on the places of its inputs instead of on their numbers."""
        if node.gate is None or node.gate.name not in MOVERS:
            return None
        shapes = [shape_of(x) if parent is None else parent.shape
                  for x, parent in zip(node.args, node.parents, strict=True)]
        ends = list(accumulate(map(prod, shapes), initial=1))
        if ends[-1] > FULL:
            return None
        places = [np.arange(start, end, dtype=float).reshape(shape)
                  for (start, end), shape in zip(pairwise(ends), shapes, strict=True)]
        return in_full(node.gate.run(places, node.params))

    def sources(self, args: Sequence[Any], parents: Sequence[Node | None]) -> list[int]:
        """The keys of what a gate is given."""
        return [self.constant(x) if parent is None else self.keys[parent]
                for x, parent in zip(args, parents, strict=True)]

    def failing(self, gate: Any, args: Sequence[Any], parents: Sequence[Any], params: Any, where: str,
                what: str) -> View:
        """The view with a gate at its end that gave no value."""
        sources = self.sources(args, parents)
        key = len(self.vertices)
        text = f"✗ {label(gate, params)}"
        self.vertices.append(Vertex(key, "gate", text, value=what, where=where, failed=True))
        self.edges += [Edge(source, key, position) for position, source in enumerate(sources)]
        return self.view()

    def constant(self, x: Any) -> int:
        key, value = len(self.vertices), shown(plain(x))
        self.vertices.append(Vertex(key, "constant", value, value=value, numbers=in_full(plain(x))))
        return key


def sketched(flow: Flow) -> Sketch:
    """All of a graph."""
    sketch = Sketch(flow)
    for node in flow.order:
        sketch.add(node)
    return sketch


def plain_params(node: Node) -> dict[str, Any]:
    """The keywords of a gate that are plain data."""
    return {name: value for name, value in node.params.items() if is_plain(value)}


def is_plain(x: Any) -> bool:
    return x is None or isinstance(x, bool | int | float) or (isinstance(x, tuple) and all(map(is_plain, x)))


def title(node: Node) -> str:
    """What a node is called in a drawing."""
    return label(node.gate, node.params) if node.gate else node.name or "leaf"
