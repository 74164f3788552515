"""From the engine to a picture: what is known of tensors and nodes here."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DataError, describe, line_at, message
from autograd.graph import Node, Tensor, plain
from autograd.program import Program
from autograd.space import shape_of
from autograd.visualize.collapse import visible
from autograd.visualize.drawing import Drawing, Engine
from autograd.visualize.groups import grouped
from autograd.visualize.labels import label
from autograd.visualize.layout import Direction
from autograd.visualize.model import FULL, Edge, Kind, Numbers, Vertex, View, in_full, shown, shown_gradient
from autograd.visualize.opening import opened
from autograd.visualize.programs import program_view
from autograd.visualize.shares import Flow, values
from autograd.visualize.zoom import zoomed
from autograd.walk import history

# Gates whose outputs are some of their inputs, or 0.
MOVERS = {"getitem", "reshape", "transpose", "expand_dims", "broadcast_to", "diagonal", "flip", "roll", "tile",
          "repeat", "pad", "concatenate", "stack"}


def draw(y: Tensor | Program | AutogradError, *, depth: int | None = None, scalars: bool = False,
         direction: Direction = "LR", engine: Engine = "auto") -> Drawing:
    """The graph behind y with every value, and every gradient where y is a number. Leaves `.grad` alone.

    Of a `Program` it draws the steps, with shapes and dtypes in place of values. More than 300 vertices are drawn in
    groups: modules, turns of a loop, lines; `depth` says how many groups that lie in each other are open, 0 none. With
    `scalars` the gates on arrays are opened: what is drawn are the gates on single numbers inside them, such as the
    products and sums of `X @ w`; those of one gate are a group. Raises DataError for gates that are not made of such.
    Of an error that a gate raised it draws what ran until then, and marks the gate.

    >>> a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    >>> draw(a * b)
    <Drawing of 3 vertices and 2 edges>
    >>> draw(a * Tensor([1.0, 2.0], name="x"), scalars=True)
    <Drawing of 5 vertices and 4 edges>
    """
    if isinstance(y, AutogradError):
        whole = failed_view(y)
    else:
        whole = program_view(y) if isinstance(y, Program) else scalar_view(y) if scalars else view(y)
    return Drawing(visible(whole, depth), direction, engine)


def view(y: Tensor) -> View:
    """The view of the graph behind y: leaves, gates, and a vertex for every use of a constant."""
    order = behind(y)
    return sketched(Flow(order, {} if order[-1].shape else None)).view()


def scalar_view(y: Tensor) -> View:
    """The same with the gates on arrays opened into those on numbers, each a group."""
    order = behind(y)
    with np.errstate(all="ignore"):
        found = opened(order, values(order))
    ends = [x.node for x in found[order[-1]].ravel() if isinstance(x, Tensor)]
    arrays = sketched(Flow(order, {}))
    numbers = sketched(Flow(history(*ends), {} if order[-1].shape else {ends[0]: 1.0}))
    inside = {arrays.keys[node]: [numbers.keys[new] for new in found.gates[node] if new in numbers.keys]
              for node in order}
    return zoomed(grouped(arrays.view()), numbers.view(), inside)


def failed_view(error: AutogradError) -> View:
    """What ran before a gate failed, and the gate with what the error says."""
    failed = failed_gate(error)
    if failed is None:
        raise DataError(message(f"no gate on recorded tensors raised this {type(error).__name__}.",
                                "draw(y) of a tensor that was computed before the error shows the graph until then"))
    gate, args, parents, params, where = failed
    parents = [node if isinstance(node, Node) else None for node in parents]  # a tangent has no history
    sketch = sketched(Flow(history(*(node for node in parents if node is not None)), {}))
    return sketch.failing(gate, args, parents, params, where, f"{type(error).__name__}: {str(error).splitlines()[0]}")


def failed_gate(error: BaseException | None) -> Any:
    """What failed: as this error knows it, or the one it was raised in place of."""
    while error is not None:
        if isinstance(error, AutogradError) and error.failed is not None:
            return error.failed
        error = error.__context__
    return None


def behind(y: Any) -> list[Node]:
    """The graph of a tensor, oldest first."""
    if not isinstance(y, Tensor) or not isinstance(y.node, Node):
        raise DataError(message(f"draw needs a Tensor that was computed from Tensors, not {describe(y)}.",
                                "make the inputs Tensors, compute y from them, and draw(y)"))
    return history(y.node)


def sketched(flow: Flow) -> "Sketch":
    sketch = Sketch(flow)
    for node in flow.order:
        sketch.add(node)
    return sketch


class Sketch:
    """Vertices and edges so far."""

    def __init__(self, flow: Flow) -> None:
        self.flow, self.values, self.gradients = flow, flow.values, flow.gradients
        self.shares = {(share.user, share.position): share for share in flow.shares}
        self.keys: dict[Node, int] = {}
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []

    def view(self) -> View:
        """What is there so far."""
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


def plain_params(node: Node) -> dict[str, Any]:
    """The keywords of a gate that are plain data."""
    return {name: value for name, value in node.params.items() if is_plain(value)}


def is_plain(x: Any) -> bool:
    return x is None or isinstance(x, bool | int | float) or (isinstance(x, tuple) and all(map(is_plain, x)))


def title(node: Node) -> str:
    """What a node is called in a drawing."""
    return label(node.gate, node.params) if node.gate else node.name or "leaf"
