"""From the engine to a picture: what is known of tensors and nodes here."""

from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np

from autograd.errors import DataError, describe, line_at, message
from autograd.gate import fit
from autograd.graph import Node, Tensor, plain
from autograd.program import Program
from autograd.space import ones_like, shape_of
from autograd.visualize.drawing import Drawing, Engine
from autograd.visualize.labels import label
from autograd.visualize.layout import Direction
from autograd.visualize.model import FULL, Edge, Kind, Numbers, Vertex, View, in_full, shown, shown_gradient
from autograd.visualize.programs import program_view
from autograd.walk import history

# Gates whose outputs are some of their inputs, or 0.
MOVERS = {"getitem", "reshape", "transpose", "expand_dims", "broadcast_to", "diagonal", "flip", "roll", "tile",
          "repeat", "pad", "concatenate", "stack"}

Flow = tuple[Numbers | None, Numbers | None]

def draw(y: Tensor | Program, *, direction: Direction = "LR", engine: Engine = "auto") -> Drawing:
    """The graph behind y with every value, and every gradient where y is a number. Leaves `.grad` alone.

    Of a `Program` it draws the steps, with shapes and dtypes in place of values.

    >>> a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    >>> draw(a * b)
    <Drawing of 3 vertices and 2 edges>
    """
    return Drawing(program_view(y) if isinstance(y, Program) else view(y), direction, engine)


def view(y: Tensor) -> View:
    """The view of the graph behind y: leaves, gates, and a vertex for every use of a constant."""
    if not isinstance(y, Tensor) or not isinstance(y.node, Node):
        raise DataError(message(f"draw needs a Tensor that was computed from Tensors, not {describe(y)}.",
                                "make the inputs Tensors, compute y from them, and draw(y)"))
    order = history(y.node)
    with np.errstate(all="ignore"):  # what there was to warn about, the first run did
        found = values(order)
        sketch = Sketch(found, *gradients(order, found))
    for node in order:
        sketch.add(node)
    return View(tuple(sketch.vertices), tuple(sketch.edges))


def values(order: list[Node]) -> dict[Node, Any]:
    """The value of every node; what was not kept is computed again."""
    found: dict[Node, Any] = {}
    for node in order:
        found[node] = again(node, found) if node.ans is None else plain(node.ans)
    return found


def again(node: Node, found: dict[Node, Any]) -> Any:
    assert node.gate is not None  # a leaf keeps its value
    pairs = zip(node.args, node.parents, strict=True)
    return node.gate.run([plain(x) if parent is None else found[parent] for x, parent in pairs], node.params)


def gradients(order: list[Node], values: dict[Node, Any]) -> tuple[dict[Node, Any], dict[Node, list[Flow]]]:
    """The cotangent of every node and what came back through every argument; none where the end is no single number."""
    end = order[-1]
    waiting = {} if end.shape else {end: ones_like(values[end])}
    found: dict[Node, Any] = {}
    flows: dict[Node, list[Flow]] = {}
    for node in reversed(order):
        if node in waiting:
            g = found[node] = waiting.pop(node)
            flows[node] = [flow(node, i, g, values, waiting) for i in range(len(node.parents))]
    return found, flows


def flow(node: Node, i: int, g: Any, values: dict[Node, Any], waiting: dict[Node, Any]) -> Flow:
    """Hand g back through argument i: the derivative there, where it is one number per output, and what arrives."""
    gate, parent = node.gate, node.parents[i]
    pull = gate.pulls[i if gate.arity else 0]
    if parent is None or pull is None:
        return None, None
    share = fit(pull(g, node, i), parent.shape, parent.dtype)
    waiting[parent] = waiting[parent] + share if parent in waiting else share
    number = gate.kind == "elementwise" and prod(node.shape) <= FULL
    local = plain(pull(ones_like(values[node]), node, i)) if number else None
    return in_full(local), in_full(plain(share))


class Sketch:
    """Vertices and edges so far."""

    def __init__(self, values: dict[Node, Any], gradients: dict[Node, Any], flows: dict[Node, list[Flow]]) -> None:
        self.values, self.gradients, self.flows = values, gradients, flows
        self.keys: dict[Node, int] = {}
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []

    def add(self, node: Node) -> None:
        """A node, after a vertex for each of its constants."""
        sources = [self.constant(x) if parent is None else self.keys[parent]
                   for x, parent in zip(node.args, node.parents, strict=True)]
        key = self.keys[node] = len(self.vertices)
        kind: Kind = "gate" if node.gate else "leaf"
        value = self.values[node]
        g = plain(self.gradients[node]) if node in self.gradients else None
        self.vertices.append(Vertex(
            key, kind, title(node), node.name, shown(value), None if g is None else shown_gradient(g), node.where(),
            line_at(node.code, node.lasti), node.gate and node.gate.name, plain_params(node),
            self.moves(node), in_full(value), in_full(g)))
        flows = self.flows.get(node, [(None, None)] * len(sources))
        self.edges += [Edge(source, key, position, *flow)
                       for position, (source, flow) in enumerate(zip(sources, flows, strict=True))]

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

    def constant(self, x: Any) -> int:
        key, value = len(self.vertices), shown(plain(x))
        self.vertices.append(Vertex(key, "constant", value, value=value, numbers=in_full(plain(x))))
        return key


def plain_params(node: Node) -> dict[str, Any]:
    """The keywords of a gate that are plain data."""
    return {name: value for name, value in node.params.items() if is_plain(value)}


def is_plain(x: Any) -> bool:
    return x is None or isinstance(x, bool | int | float) or (isinstance(x, tuple) and all(map(is_plain, x)))


def title(node: Node) -> str:
    """What a node is called in a drawing."""
    return label(node.gate, node.params) if node.gate else node.name or "leaf"
