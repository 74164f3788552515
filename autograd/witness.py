"""Floor 4: which outputs of a program show that a nan came up on the way.

A nan in a gradient makes the parameter nan that it changes, and all later values of this parameter. So whoever looks
at the last parameters has looked at the gradients of all turns, and a loop of steps need not look at any.
"""
import math
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from autograd.gates.elementwise import add, div, mul, negative, sqrt, square, sub
from autograd.gates.reduce import sum
from autograd.gates.shape import broadcast_to, expand_dims, reshape, transpose
from autograd.graph import Leaf, Node, Tensor

_SMALL = 1 << 14
_KEEPS_NAN = {add, sub, mul, div, negative, square, sqrt, sum, reshape, expand_dims, transpose, broadcast_to}


def witnesses(watched: Sequence[Tensor], nodes: Sequence[Node], ends: Sequence[Any],
              carried: Sequence[Leaf] | None) -> tuple[list[int], list[Tensor]]:
    """Numbers of the outputs that are nan somewhere if certain tensors are, and the tensors of which this is not known.

    In a loop, whose first outputs become the `carried` leaves, only outputs count that stay nan from turn to turn;
    elsewhere those that are not so large that it would be better to look at them while they are computed.
    """
    reached = _reached(nodes, ends if carried is None else ends[:len(carried)])
    if carried is None:
        able = _bits(k for k, node in enumerate(ends) if isinstance(node, Node) and math.prod(node.shape) <= _SMALL)
    else:
        able = _bits(k for k, leaf in enumerate(carried) if reached.get(leaf, 0) >> k & 1)
    chosen, unknown = 0, []
    for x in watched:
        found = reached.get(x.node, 0) & able
        if not found:
            unknown.append(x)
        elif not found & chosen:
            chosen |= found & -found
    return [k for k in range(len(ends)) if chosen >> k & 1], unknown


def _reached(nodes: Sequence[Node], ends: Sequence[Any]) -> dict[Node, int]:
    """For each node the bits of the outputs that are nan where it is."""
    reached: dict[Node, int] = {}
    for k, node in enumerate(ends):
        if isinstance(node, Node):
            reached[node] = reached.get(node, 0) | 1 << k
    for node in reversed(nodes):
        bits = reached.get(node)
        if bits and node.gate in _KEEPS_NAN and all(node.shape):
            for parent in node.parents:
                if parent is not None:
                    reached[parent] = reached.get(parent, 0) | bits
    return reached


def _bits(places: Iterable[int]) -> int:
    """A number with these bits set."""
    return reduce(or_, (1 << k for k in places), 0)
