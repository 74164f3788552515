"""Floor 0: where gates without slope took values out of graphs, for `diagnose`. Standard library only.

The result of `np.floor(w)` is plain, so the graph that goes on from it does not know w. A note for each place in a
program, the last one, says which leaves were behind. It holds neither nodes nor data, and costs next to nothing: a
place that once had more than `DEEP` nodes behind it is left alone.
"""
from collections.abc import Iterable
from types import CodeType
from typing import NamedTuple

from autograd.errors import caller
from autograd.graph import Node, NumberNode, _birth

DEEP = 32                             # nodes that are looked at
PLACES = 1000                         # that are known at a time


class Cut(NamedTuple):
    """A gate without slope: when and where it was applied, and index and name of every leaf behind its inputs;
    None where there was too much behind them."""

    birth: int
    gate: str
    code: CodeType
    lasti: int
    leaves: tuple[tuple[int, str | None], ...] | None


CUTS: dict[tuple[int, int], Cut] = {}          # by the identity of the code, whose hash would take long


def note(gate: str, nodes: Iterable[Node | None]) -> None:
    """Note that a gate of this name took the values of these nodes, at the user's line."""
    frame = caller(3)
    place = id(frame.f_code), frame.f_lasti
    if (known := CUTS.get(place)) is not None and known.leaves is None:
        return
    leaves = behind(nodes)
    if leaves is None or leaves:
        if len(CUTS) >= PLACES:
            CUTS.clear()                  # in one go, whatever other threads do
        CUTS[place] = Cut(_birth(), gate, frame.f_code, frame.f_lasti, leaves)


def behind(nodes: Iterable[Node | None]) -> tuple[tuple[int, str | None], ...] | None:
    """The leaves behind these nodes; None where the graph is deep."""
    todo = [node for node in nodes if node is not None]
    seen, leaves = set(todo), []
    while todo:
        node = todo.pop()
        if node.gate is None:
            leaves.append((node.index, node.name))
        for parent in (node.p, node.q) if isinstance(node, NumberNode) else node.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                todo.append(parent)
        if len(seen) > DEEP:
            return None
    return tuple(leaves)
