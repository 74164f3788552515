"""A graph, and the walk back over it, as one program: every step forward and back is a gate."""
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from autograd import passes
from autograd.graph import ArrayNode, Leaf, Node, Tensor, plain, recording, tensor
from autograd.program import Program, of_nodes
from autograd.singular import carefully, wants_care
from autograd.space import ones_like, zeros_like
from autograd.tracing import Traced


class Replay(NamedTuple):
    """A program from the leaves to a value and gradients; `made` says of a slot behind which gate's node it came up,
    `values` and `gradients` which slots hold those of a node."""

    program: Program
    leaves: list[Node]
    made: dict[int, Node]
    values: dict[Node, int]
    gradients: dict[Node, int]


def replayed(order: Sequence[Node], targets: Sequence[Node]) -> Replay:
    """The program of a graph, in order of birth; its outputs are the last value, and the gradients of `targets`."""
    leaves = [node for node in order if node.gate is None]
    with recording(Traced) as level, np.errstate(all="ignore"):
        inputs = [Leaf(plain(leaf.ans)) for leaf in leaves]
        run = Run(level, {leaf: tensor(x.ans, x, level) for leaf, x in zip(leaves, inputs, strict=True)})
        run.forward(order)
        run.backward(order)
    end = order[-1]
    found = {node: run.gradients[node] if node in run.gradients else zeros_like(plain(run.values[node].value))
             for node in targets}
    ends = [run.values[end].node, *map(_end, found.values())]
    program = of_nodes(inputs, level.nodes or [], ends)
    slots = {node: step.out for node, step in zip(level.nodes or [], program.steps, strict=True)}
    slots |= dict(zip(inputs, program.inputs, strict=True))
    gradients = {node: slots[g.node] for node, g in run.gradients.items() if isinstance(g, Tensor)}
    gradients |= dict(zip(targets, program.outputs[1:], strict=True))
    return Replay(simpler(program), leaves, {slots[new]: node for new, node in run.made.items()},
                  {node: slots[x.node] for node, x in run.values.items()}, gradients)


def _end(x: Any) -> Any:
    return x.node if isinstance(x, Tensor) else x


def simpler(program: Program) -> Program:
    """The program without what changes nothing; the numbers stay the same to the last bit.

    Products of complex numbers do not commute to the last bit, so equal ones stay as they are.
    """
    mixed = any(space.dtype is not None and space.dtype.kind == "c" for space in program.spaces.values())
    same = () if mixed else (passes.without_duplicates,)
    for run in (passes.without_dead, passes.simplified, *same, passes.without_dead):
        program = run(program)
    return replace(program, original=None)


class Run:
    """A graph run again on tensors of a level that notes every gate."""

    def __init__(self, level: Any, values: dict[Node, Any]) -> None:
        self.level, self.values = level, values
        self.gradients: dict[Node, Any] = {}
        self.made: dict[Node, Node] = {}

    def forward(self, order: Sequence[Node]) -> None:
        """Every gate on the new values."""
        for node in order:
            if node.gate is not None:
                self.values[node] = node.gate.apply(self._args(node), dict(node.params))
                self._note(node)

    def backward(self, order: Sequence[Node]) -> None:
        """The walk back, and once more with care if that gives nan, as `backward` does it."""
        seed = ones_like(plain(self.values[order[-1]].value))
        self.gradients = self._walk(order, seed)
        if wants_care(g for node, g in self.gradients.items() if node.gate is None):
            nodes: list[Node] = []

            def run(gs: list[Any]) -> list[Any]:
                found = self._walk(order, gs[0])
                nodes.extend(found)
                return list(found.values())
            gradients = carefully(run, [seed])
            self.gradients = dict(zip(nodes, gradients, strict=True))

    def _walk(self, order: Sequence[Node], seed: Any) -> dict[Node, Any]:
        waiting, found = {order[-1]: seed}, {}
        for node in reversed(order):
            if node in waiting:
                found[node] = waiting.pop(node)
                if node.gate is not None:
                    node.gate.pull(self._like(node), found[node], waiting)
                    self._note(node)
        return found

    def _args(self, node: Node) -> list[Any]:
        return [plain(x) if parent is None else self.values[parent]
                for x, parent in zip(node.args, node.parents, strict=True)]

    def _like(self, node: Node) -> Node:
        """The node with the new values."""
        return ArrayNode(node.gate, self.values[node], tuple(self._args(node)), node.parents, node.code, node.lasti,
                         node.params, node.shape, node.dtype)

    def _note(self, node: Node) -> None:
        """The steps that are new belong to this node."""
        for new in self.level.nodes[len(self.made):]:
            self.made[new] = node
