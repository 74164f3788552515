"""Floor 0: where gates without slope took values out of graphs, for `diagnose`. Standard library only.

The result of `np.floor(w)` is plain, so the graph that goes on from it does not know w. A note for each place in a
program, the last one, says which leaves were behind. It holds neither nodes nor data, and costs next to nothing: where
more than `DEEP` nodes lie behind, there is none.
"""
from collections.abc import Iterable
from types import CodeType
from typing import NamedTuple

from autograd.errors import caller
from autograd.graph import Node, NumberNode, _birth

DEEP = 32                             # nodes that are looked at
PLACES = 1000                         # that are known at a time


class Cut(NamedTuple):
    """A gate without slope: when and where it was applied, and index and name of every leaf behind its inputs."""

    birth: int
    gate: str
    code: CodeType
    lasti: int
    leaves: tuple[tuple[int, str | None], ...]


CUTS: dict[tuple[CodeType, int], Cut] = {}


def note(gate: str, nodes: Iterable[Node | None]) -> None:
    """Note that a gate of this name took the values of these nodes, at the user's line."""
    leaves = behind(nodes)
    if leaves:
        frame = caller(3)
        place = frame.f_code, frame.f_lasti
        CUTS.pop(place, None)
        CUTS[place] = Cut(_birth(), gate, *place, leaves)
        if len(CUTS) > PLACES:
            CUTS.pop(next(iter(CUTS)), None)


def behind(nodes: Iterable[Node | None]) -> tuple[tuple[int, str | None], ...]:
    """The leaves behind these nodes; none where the graph is deep."""
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
            return ()
    return tuple(leaves)
