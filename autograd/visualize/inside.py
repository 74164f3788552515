"""One gate on small arrays, opened into the gates on numbers inside it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from math import prod
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.graph import ArrayNode, Leaf, Node, Tensor, plain
from autograd.space import shape_of
from autograd.visualize.content import Open
from autograd.visualize.groups import LIMIT
from autograd.visualize.model import FULL, Edge, Opening, Vertex
from autograd.visualize.opening import opened
from autograd.visualize.shares import Flow
from autograd.visualize.sketch import Sketch, sketched
from autograd.walk import history


class Inside:
    """Opens the gates of a sketch, one at a time, by key."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.nodes = {key: node for node, key in sketch.keys.items()}

    def __call__(self, key: int) -> Open | str | None:
        """What opens a gate, or why it does not open; None where it is a gate on numbers."""
        node = self.nodes[key]
        shapes = [node.shape, *(shape_of(x) if parent is None else parent.shape
                                for x, parent in zip(node.args, node.parents, strict=True))]
        if not any(shapes):
            return None
        if max(map(prod, shapes)) > FULL:
            return f"it has arrays of more than {FULL} numbers"
        return partial(self.opened, node)

    def opened(self, node: Node, called: Mapping[int, str]) -> Opening | str:
        """The opened gate, or why it does not open, where vertices are called so."""
        try:
            with np.errstate(all="ignore"):
                return self.opening(node, called)
        except AutogradError as error:
            return str(error).partition("\n")[0].rstrip(".")

    def opening(self, node: Node, called: Mapping[int, str]) -> Opening | str:
        """The gate, run again on leaves of its own, and the walk back through it from the gradient that it had."""
        flow, keys = self.sketch.flow, self.sketch.keys
        leaves = {parent: Leaf(as_array(flow.values[parent]), called[keys[parent]], node.code, node.lasti)
                  for parent in node.parents if parent is not None}
        numbers = opened([*leaves.values(), again := run_again(node, flow.values[node], leaves)],
                         {again: flow.values[node], **{leaf: leaf.ans for leaf in leaves.values()}})
        outputs = list(numbers[again].ravel())
        ends = [x.node for x in outputs if isinstance(x, Tensor)]
        if not ends:
            return "nothing in it depends on a Tensor"
        order = history(*ends)
        if len(order) > LIMIT:
            return f"there are more than {LIMIT} gates and numbers in it"
        inside = sketched(Flow(order, seeds(outputs, flow.gradients.get(node))))
        whole = self.sketch.vertices[keys[node]]
        name_ends(inside, outputs, node.shape, called[keys[node]])
        return Opening(*framed(inside, outputs, replace(whole, name=called[keys[node]])),
                       origins(node, leaves, numbers, inside), tuple(ends_of(outputs, inside)))


def as_array(x: Any) -> Any:
    return x if isinstance(x, float) else np.asarray(x)


def run_again(node: Any, value: Any, leaves: Mapping[Any, Leaf]) -> Node:
    """The node with leaves in the place of its parents."""
    parents = tuple(leaves.get(parent) for parent in node.parents)
    return ArrayNode(node.gate, value, node.args, parents, node.code, node.lasti, node.params, node.shape, node.dtype)


def seeds(outputs: list[Any], gradient: Any) -> dict[Node, Any]:
    """The gradient of every number that the gate gave; one that it gave several times has their sum."""
    found: dict[Node, Any] = {}
    if gradient is not None:
        for x, g in zip(outputs, np.ravel(plain(gradient)).tolist(), strict=True):
            if isinstance(x, Tensor):
                found[x.node] = found.get(x.node, 0.0) + g
    return found


def name_ends(inside: Sketch, outputs: list[Any], shape: tuple[int, ...], name: str) -> None:
    """The gates whose numbers the array has are called v3[0, 1] where that is called v3."""
    for index, x in zip(np.ndindex(shape), outputs, strict=True):
        if isinstance(x, Tensor) and not (vertex := inside.vertices[inside.keys[x.node]]).name:
            title = f"{name}[{', '.join(map(str, index))}]" if index else name
            inside.vertices[vertex.key] = replace(vertex, name=title)


def framed(inside: Sketch, outputs: list[Any], whole: Vertex) -> tuple[tuple[Vertex, ...], tuple[Edge, ...]]:
    """What is inside between stubs: numbers that come in, and the array that goes on."""
    key = len(inside.vertices)
    vertices = [replace(vertex, kind="stub") if vertex.kind == "leaf" else vertex for vertex in inside.vertices]
    edges = [Edge(inside.keys[x.node], key, place) for place, x in enumerate(outputs) if isinstance(x, Tensor)]
    stub = Vertex(key, "stub", whole.label, whole.name, whole.value, whole.gradient, count="all together")
    return (*vertices, stub), (*inside.edges, *edges)


def origins(node: Any, leaves: Mapping[Any, Leaf], numbers: Mapping[Any, Any], inside: Sketch) -> dict[int, Any]:
    """Which input of the gate a number is of, and its place there."""
    found = {}
    for parent, leaf in leaves.items():
        for place, x in enumerate(numbers[leaf].ravel()):
            if x.node in inside.keys:
                found[inside.keys[x.node]] = node.parents.index(parent), place
    return found


def ends_of(outputs: list[Any], inside: Sketch) -> list[int | None]:
    return [inside.keys[x.node] if isinstance(x, Tensor) else None for x in outputs]
