"""First step of a layered drawing: the layer of each vertex, and dummies where a wire passes a layer.

Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures, 1981.
All edges out of a vertex carry the same value, so they share a wire that branches, as in a circuit diagram.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd.visualize.layered.simplex import improved

WORK = 4_000_000  # vertices that may be visited in search of short edges, about two seconds
WIRE_BUDGET = 4  # dummies per vertex; a wire that would exceed it is drawn straight, behind the others


@dataclass(frozen=True, slots=True)
class Layered:
    """A graph in which every segment joins two neighbouring layers. Items are vertices, then dummies."""

    layers: list[list[int]]
    before: list[list[int]]  # neighbours of an item in the previous layer
    after: list[list[int]]  # neighbours of an item in the next layer
    paths: list[list[int]]  # items that an edge passes; its source, or where it leaves the wire, comes first
    vertices: int


def layered(count: int, edges: Sequence[tuple[int, int]]) -> Layered:
    """The layered graph of `count` vertices in topological order, each layer in order of birth."""
    sources = distinct_sources(count, edges)
    rank = ranks(sources)
    wires = dummy_wires(rank, sources)
    paths = edge_paths(edges, rank, wires)
    rank += [rank[source] + step for source, wire in wires.items() for step, _ in enumerate(wire, 1)]
    before: list[list[int]] = [[] for _ in rank]
    after: list[list[int]] = [[] for _ in rank]
    for source, target in segments(paths, rank):
        before[target].append(source)
        after[source].append(target)
    return Layered(members(rank), before, after, paths, count)


def distinct_sources(count: int, edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """For every vertex the vertices it is computed from, each once, in argument order."""
    sources: list[dict[int, None]] = [{} for _ in range(count)]
    for source, target in edges:
        if source >= target:
            raise ValueError("a View lists vertices in topological order: the source of an edge comes first")
        sources[target][source] = None
    return [list(found) for found in sources]


def ranks(sources: list[list[int]]) -> list[int]:
    """The layer of every vertex, such that the edges are as short as possible together."""
    edges = [(source, target, 1) for target, found in enumerate(sources) for source in found]
    rank = improved(longest_paths(sources), edges, pulls(sources), WORK)
    number = {layer: n for n, layer in enumerate(sorted(set(rank)))}
    return [number[layer] for layer in rank]


def longest_paths(sources: list[list[int]]) -> list[int]:
    """Every vertex as early as possible (Eades, Sugiyama: How to draw a directed graph, 1990)."""
    rank: list[int] = []
    for found in sources:
        rank.append(1 + max((rank[source] for source in found), default=-1))
    return rank


def pulls(sources: list[list[int]]) -> list[int]:
    """Edges pull both ends together: edges out minus edges in of every vertex, and a touch more.

    Among equally short drawings the one with the earliest gates shows equal parts of a network in equal
    columns. So every vertex is pulled away from a result that it leads to, by less than any edge could pull.
    """
    edge = len(sources) + 1
    result = list(range(len(sources)))
    pull = [-edge * len(found) for found in sources]
    for vertex, found in reversed(list(enumerate(sources))):
        for source in found:
            pull[source] += edge
            result[source] = result[vertex]
        pull[vertex] -= 1
        pull[result[vertex]] += 1
    return pull


def dummy_wires(rank: list[int], sources: list[list[int]]) -> dict[int, range]:
    """The dummies of every wire that passes a layer, shortest wires first while the budget lasts.

    Without a limit n backward gates that use n forward values would take n² dummies.
    """
    wires, end = {}, len(rank)
    limit = (1 + WIRE_BUDGET) * end
    for span, source in sorted((reach - rank[v] - 1, v) for v, reach in enumerate(reaches(rank, sources))):
        if span > 0 and end + span <= limit:
            wires[source] = range(end, end + span)
            end += span
    return wires


def reaches(rank: list[int], sources: list[list[int]]) -> list[int]:
    """The layer of the last use of every vertex."""
    reach = list(rank)
    for vertex, found in enumerate(sources):
        for source in found:
            reach[source] = max(reach[source], rank[vertex])
    return reach


def edge_paths(edges: Sequence[tuple[int, int]], rank: list[int], wires: dict[int, range]) -> list[list[int]]:
    """The items each edge passes. The first edge to the end of a wire takes all of it, the others branch off.

    A value used in n layers would otherwise cost n² points.
    """
    untaken = dict(wires)
    return [edge_path(source, target, rank, wires, untaken) for source, target in edges]


def edge_path(
    source: int, target: int, rank: list[int], wires: dict[int, range], untaken: dict[int, range]
) -> list[int]:
    passed = rank[target] - rank[source] - 1
    wire = wires.get(source, range(0))
    if not passed or not wire:
        return [source, target]
    if passed == len(untaken.get(source, ())):
        return [source, *untaken.pop(source), target]
    return [wire[passed - 1], target]


def segments(paths: list[list[int]], rank: list[int]) -> Iterable[tuple[int, int]]:
    """Each pair of items that some edge joins across one gap, once; a wire without dummies has none."""
    pairs = (pair for items in paths for pair in pairwise(items))
    return dict.fromkeys((a, b) for a, b in pairs if rank[b] == rank[a] + 1)


def members(rank: list[int]) -> list[list[int]]:
    layers: list[list[int]] = [[] for _ in range(1 + max(rank, default=-1))]
    for item, layer in enumerate(rank):
        layers[layer].append(item)
    return layers
