"""Floor 0: where gates without slope took values out of graphs, for `diagnose`. Standard library only.

The result of `np.floor(w)` is plain, so the graph that goes on from it does not know w. A note for each place in a
program says when that was last, and which leaves were behind. It holds neither nodes nor data. Looking for leaves takes
as long as a gate, so that is done once in `AGAIN` gates, and no further back than `DEEP` nodes.
"""
from collections.abc import Iterable
from types import CodeType

from autograd.errors import caller
from autograd.graph import Node, NumberNode, _birth

Leaves = list[tuple[int, tuple[CodeType | str, int, str | None]]]

AGAIN = 200                           # gates after which a place is looked at again
DEEP = 32                             # nodes that are looked at
PLACES = 1000                         # that are known at a time


class Cut:
    """A gate without slope: where it was applied, when last, when `leaves` were looked for, and of each leaf its index
    and its own place and name, which stay when a step gives it new data."""

    __slots__ = ("code", "gate", "last", "lasti", "leaves", "looked")

    def __init__(self, gate: str, code: CodeType, lasti: int, leaves: Leaves, birth: int) -> None:
        self.gate, self.code, self.lasti, self.leaves = gate, code, lasti, leaves
        self.last = self.looked = birth


CUTS: dict[tuple[int, int], Cut] = {}          # by the identity of the code, whose hash would take long


def note(gate: str, nodes: Iterable[Node | None]) -> None:
    """Note that a gate of this name took the values of these nodes, at the user's line."""
    frame, birth = caller(2), _birth()
    place = id(frame.f_code), frame.f_lasti
    known = CUTS.get(place)
    if known is not None and birth - known.looked < AGAIN:
        known.last = birth
        return
    if len(CUTS) >= PLACES:
        CUTS.clear()                  # in one go, whatever other threads do
    CUTS[place] = Cut(gate, frame.f_code, frame.f_lasti, behind(nodes), birth)


def behind(nodes: Iterable[Node | None]) -> Leaves:
    """The leaves behind these nodes; none where the graph is deep."""
    todo = [node for node in nodes if node is not None]
    seen, leaves = set(todo), []
    while todo:
        node = todo.pop()
        if node.gate is None:
            leaves.append((node.index, (node.code, node.lasti, node.name)))
        for parent in (node.p, node.q) if isinstance(node, NumberNode) else node.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                todo.append(parent)
        if len(seen) > DEEP:
            return []
    return leaves
