"""Floor 4: recording a function as a program.

f runs once on its arguments, at a level that notes every gate. Whatever happens inside f, be it `grad` of something or
a write into an array, is made of gates, so that the program has it all. A value of this level stands for that of every
later run: code that reads one, as a branch does, is an error that names the line.
"""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import GraphError, caller, message
from autograd.gate import Gate
from autograd.gates.elementwise import add, mul
from autograd.gates.reduce import sum
from autograd.graph import ArrayNode, Leaf, Level, Node, Tensor, strip, tensor
from autograd.program import Program, of_nodes, space_of
from autograd.space import constant, flatten, ndarray


class Traced:
    """What a gate leaves behind in a program: its node, which keeps all."""

    skip = 0
    opaque = True

    @staticmethod
    def leaf(value: Any) -> Leaf:
        """What stands behind a constant of a level."""
        return Leaf(value)

    @staticmethod
    def refusal(x: Tensor) -> GraphError:
        """What is raised where the value of a recorded tensor is asked for."""
        return GraphError(message("the plain value of a tensor inside a recorded program: every run has another one.",
                                  "write np.where(condition, a, b) in place of a branch, keep the tensor in place of "
                                  "its value, or leave this function uncompiled"))

    @staticmethod
    def record(level: Level, gate: Gate, args: Sequence[Any], params: dict[str, Any], parents: Sequence[Any]) -> Any:
        """Run the gate on the values at hand, and note it."""
        for x, p in zip(args, parents, strict=True):
            if p is None and isinstance(x, Tensor):
                raise GraphError(message(f"{gate.name} uses a tensor that the recorded function was not given.",
                                         "pass it as an argument"))
        ans = gate.run(args, params)
        frame, space = caller(3), space_of(ans)
        node = ArrayNode(gate, ans, tuple(args), tuple(parents), frame.f_code, frame.f_lasti, params, *space)
        if level.nodes is not None:
            level.nodes.append(node)
        return tensor(ans, node, level)
