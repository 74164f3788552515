"""The multiply and add gates inside the gates on arrays: a graph run again on single numbers.

Every array becomes an array of numbers that are recorded one by one. NumPy computes a product of matrices, or a sum, of
such arrays by the operators of their elements, and moves are moves; so what is drawn is what is computed.
"""

from typing import Any

import numpy as np

from autograd.errors import DataError, message
from autograd.graph import Leaf, Level, Node, plain, recording, tensor
from autograd.space import ndarray
from autograd.visualize.ways import CLOSED, NUMBERS, OPENINGS, TooMany, Unopened, Way, each, filled

CLOSE = 1e-9  # the numbers must add up to what the gate gave, but for the order of their sums


def opened(order: list[Node], values: dict[Node, Any]) -> "Opened":
    """The graph of `order`, oldest first, run again on single numbers.

    Raises DataError for a gate that is not made of gates on numbers, and for too many numbers.
    """
    found = Opened()
    with recording(Node) as level:
        level.nodes = Few()
        for node in order:
            found.open(node, values[node], level)
    return found


class Opened(dict[Node, ndarray]):
    """For every node an array of the numbers in it: Tensors, or floats that are constant. `gates` made them."""

    def __init__(self) -> None:
        self.gates: dict[Node, list[Node]] = {}

    def open(self, node: Node, value: Any, level: Level) -> None:
        """The numbers of a node whose inputs are open."""
        refuse(value, node)
        nodes: Any = level.nodes
        born = len(nodes)
        numbers = leaves(node, level) if node.gate is None else inside(node, self)
        self.gates[node] = nodes[born:]
        for new in self.gates[node]:
            new.code, new.lasti = node.code, node.lasti
        check(node, numbers, value)
        self[node] = laid(numbers, value)


class Few(list[Any]):
    """The nodes of a drawing, which has room for so many."""

    def append(self, node: Any) -> None:
        """One more, where there is room."""
        if len(self) >= NUMBERS:
            raise TooMany
        super().append(node)


def refuse(value: Any, node: Node) -> None:
    """Raise for a gate that does not open, for what is no number of 64 bits, and for an array too large to be drawn."""
    if node.gate is not None:
        way_of(node)
    kind = np.dtype(getattr(value, "dtype", float))
    if kind != np.float64:
        what = node.gate.name if node.gate else node.name or "the leaf"
        raise DataError(message(f"{what} at {node.where()} is {kind}, and gates on numbers have float64.",
                                "draw the graph without scalars=True"))
    if np.size(value) > NUMBERS:
        raise DataError(too_many(node))


def too_many(node: Node) -> str:
    return message(f"the graph up to {node.where()} has more than {NUMBERS:,} gates on numbers.",
                   "draw it with smaller arrays, or without scalars=True")


def check(node: Node, numbers: ndarray, value: Any) -> None:
    """Raise where the numbers are not those of the gate."""
    here = np.array([plain(x) for x in numbers.ravel()]).reshape(numbers.shape)
    if not np.allclose(here, value, rtol=CLOSE, atol=CLOSE, equal_nan=True) or here.shape != np.shape(value):
        raise DataError(closed(node, "its numbers come out otherwise"))


def closed(node: Node, why: str) -> str:
    return message(f"{node.gate.name} at {node.where()} is not made of gates on numbers: {why}.",
                   f"draw the graph without scalars=True; {node.gate.name} is one gate there")


# ---------------------------------------------------------------- numbers
def boxed(x: Any) -> ndarray:
    """An array of Python's own numbers, also for a single one, or what is one already."""
    if isinstance(x, ndarray):
        return x if x.dtype == object else x.astype(object)
    return filled([x], ())


def laid(numbers: ndarray, value: Any) -> ndarray:
    """The numbers in the memory order of the array that they are."""
    ans: ndarray = np.empty_like(value, object)
    ans[...] = numbers
    return ans


def leaves(node: Node, level: Level) -> ndarray:
    """A leaf for every number, called X[0, 1] where the array is called X."""
    found = []
    for index, x in np.ndenumerate(np.asarray(plain(node.ans))):
        name = f"{node.name}[{', '.join(map(str, index))}]" if node.name and index else node.name
        found.append(tensor(float(x), Leaf(float(x), name, node.code, node.lasti), level))
    return filled(found, node.shape)


def way_of(node: Node) -> Way:
    """How a gate opens."""
    gate = node.gate
    if gate.name in CLOSED or (gate.name not in OPENINGS and gate.kind != "elementwise"):
        raise DataError(closed(node, CLOSED.get(gate.name, "nothing says how it opens")))
    return OPENINGS.get(gate.name, each)


def inside(node: Node, found: dict[Node, ndarray]) -> ndarray:
    """The numbers that a gate computes from those of its inputs, which are in `found`."""
    args = [boxed(plain(x)) if parent is None else found[parent]
            for x, parent in zip(node.args, node.parents, strict=True)]
    try:
        return boxed(way_of(node)(node.gate, args, dict(node.params)))
    except Unopened as error:
        raise DataError(closed(node, str(error))) from None
    except TooMany:
        raise DataError(too_many(node)) from None
