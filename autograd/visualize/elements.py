"""Gates on the numbers of arrays. NumPy's functions of arrays compute them, so that they have the arrays' last digit;
Python's functions of numbers, which eager mode has for numbers, give another one now and then."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.gate import fit
from autograd.gates.shape import reshape
from autograd.graph import ArrayNode, Node, Tensor, plain, tensor


class Element(ArrayNode):
    """A gate on single numbers of arrays."""

    __slots__ = ()


def computed(gate: Any, *xs: Any, **params: Any) -> Any:
    """The gate on single numbers of arrays, recorded at the level of those that are Tensors."""
    values = tuple(map(plain, xs))
    params = gate.defaults | params
    ans = float(gate.run(tuple(map(alone, values)), params)[0])
    level = next((x.level for x in xs if isinstance(x, Tensor)), None)
    if level is None:
        return ans
    parents = tuple([x.node if isinstance(x, Tensor) else None for x in xs])
    node = Element(gate, ans, values, parents, "", 0, params, (), None)
    if level.nodes is not None:
        level.nodes.append(node)
    return tensor(ans, node, level)


def alone(x: Any) -> Any:
    """A number as an array of one."""
    return reshape(x, shape=(1,)) if isinstance(x, Tensor) else np.array([x])


def on_arrays(rule: Callable[[Any, Node, int], Any]) -> Callable[[Any, Node, int], Any]:
    """The rule of an `Element`, computed as that of an array of one."""
    def lifted(g: Any, node: Node, i: int) -> Any:
        args = tuple(map(alone, node.args))
        array = ArrayNode(node.gate, alone(node.ans), args, node.parents, node.code, node.lasti, node.params, (1,),
                          np.dtype(float))
        return fit(rule(alone(g), array, i), (), None)
    return lifted
