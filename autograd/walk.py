"""Floor 0: the walk back over a graph. Standard library only."""
from operator import attrgetter
from typing import Any

from autograd.graph import Leaf, Node, NumberNode, PairNode

_index = attrgetter("index")


def history(*ends: Node) -> list[Node]:
    """Every node behind `ends`, oldest first, each once.

    Order of birth is a topological order, so no node hands its cotangent on before all its users have given
    theirs. In `b = a + a; c = b + b` a walk along paths would come to b twice and count its share double; here b
    waits for both uses, and a receives 4. No recursion: a chain of a million nodes is as good as any.
    """
    todo = list(dict.fromkeys(ends))
    seen: set[Node | None] = {None, *todo}           # None stands for a constant
    order = []
    while todo:
        order.append(node := todo.pop())             # the youngest first, or nearly: that is quick to sort
        for parent in (node.p, node.q) if isinstance(node, NumberNode) else node.parents:
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)  # type: ignore[arg-type]
    order.sort(key=_index)
    return order


def walk(order: list[Node], grads: dict[Node, Any]) -> dict[Node, Any]:
    """Turn the cotangents of some nodes of `order`, which is by birth, into those of the leaves behind them."""
    for node in reversed(order):
        g = grads.pop(node, None)
        if g is None:
            continue
        kind = type(node)
        if kind is NumberNode:
            node.gate.pull_number(node, g, grads)
        elif kind is PairNode:
            node.gate.pull_pair(node, g, grads)
        elif isinstance(node, Leaf):
            grads[node] = g
        else:
            if type(node.args) is not tuple:
                node.args.check(node)  # type: ignore[attr-defined]  # are foreign arrays what the gate saw?
            node.gate.pull(node, g, grads)
    return grads
