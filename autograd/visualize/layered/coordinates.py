"""Third step of a layered drawing: where the items of each layer stand, with straight wires and no overlap.

Brandes, Köpf: Fast and simple horizontal coordinate assignment, 2001. Words as there: the layers lie horizontally,
items are placed from left to right. Items are aligned in blocks with a median neighbour, in four ways (with the
layer above or below, leftmost or rightmost first); every block gets one coordinate; the four results are averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograd.visualize.layered.ranks import Layered

Layers = list[list[int]]
Neighbours = list[list[int]]
Segments = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much room an item takes on both sides of the coordinate at which its wires arrive."""

    left: float
    right: float


def coordinates(graph: Layered, layers: Layers, extents: Sequence[Extent], gap: float) -> list[float]:
    """One coordinate for every item; neighbours in a layer are at least `gap` apart."""
    conflicts = marked_conflicts(graph, layers)
    candidates = []
    for upward in (False, True):
        for mirrored in (False, True):
            neighbours = graph.after if upward else graph.before
            turned = oriented(layers, upward, mirrored)
            roots = aligned(turned, neighbours, conflicts)
            candidates.append(compacted(turned, roots, extents, gap, mirrored))
    return balanced(candidates)


def oriented(layers: Layers, upward: bool, mirrored: bool) -> Layers:
    turned = layers[::-1] if upward else layers
    return [layer[::-1] for layer in turned] if mirrored else turned


def marked_conflicts(graph: Layered, layers: Layers) -> Segments:
    """Segments, in both directions, that cross an inner segment (dummy to dummy): long wires stay straight."""
    conflicts: Segments = set()
    for upper, lower in pairwise(layers):
        conflicts |= gap_conflicts(graph, upper, lower)
    return conflicts


def gap_conflicts(graph: Layered, upper: list[int], lower: list[int]) -> Segments:
    place = {item: number for number, item in enumerate(upper)}
    found: Segments = set()
    left, waiting = 0, 0
    for number, item in enumerate(lower, 1):
        inner = inner_neighbour(graph, item)
        if inner is None and number < len(lower):
            continue
        right = len(upper) if inner is None else place[inner]
        found |= outside(graph, lower[waiting:number], place, left, right)
        left, waiting = right, number
    return found


def inner_neighbour(graph: Layered, item: int) -> int | None:
    """The dummy above a dummy."""
    if item < graph.vertices or graph.before[item][0] < graph.vertices:
        return None
    return graph.before[item][0]


def outside(graph: Layered, lower: list[int], place: dict[int, int], left: int, right: int) -> Segments:
    """Segments to the items of `lower` that come from outside of two inner segments."""
    pairs = [(end, item) for item in lower for end in graph.before[item] if not left <= place[end] <= right]
    return {*pairs, *((item, end) for end, item in pairs)}


def aligned(layers: Layers, neighbours: Neighbours, conflicts: Segments) -> list[int]:
    """The root, that is the first item, of the block of every item."""
    root = list(range(len(neighbours)))
    for upper, lower in pairwise(layers):
        place = {item: number for number, item in enumerate(upper)}
        last = -1
        for item in lower:
            for median in medians(neighbours[item], place):
                if root[item] == item and place[median] > last and (median, item) not in conflicts:
                    root[item] = root[median]
                    last = place[median]
    return root


def medians(neighbours: list[int], place: dict[int, int]) -> list[int]:
    """The neighbour in the middle, or the two."""
    found = sorted(neighbours, key=place.__getitem__)
    middle = len(found) // 2
    return found[middle : middle + 1] if len(found) % 2 else found[middle - 1 : middle + 1] if found else []


def compacted(
    layers: Layers, root: list[int], extents: Sequence[Extent], gap: float, mirrored: bool
) -> list[float]:
    """Every block as far left as the blocks before it let it, then as far right as the blocks after it let it.

    The pull to the right takes the place of the shifted classes of the paper, whose published form can overlap
    (Brandes, Walter, Zink: Erratum, 2020).
    """
    follow: dict[int, list[tuple[int, float]]] = {item: [] for layer in layers for item in layer if root[item] == item}
    for layer in layers:
        for a, b in pairwise(layer):
            left, right = (b, a) if mirrored else (a, b)
            follow[root[a]].append((root[b], extents[left].right + gap + extents[right].left))
    order = topological(follow)
    at = dict.fromkeys(follow, 0.0)
    for block in order:
        for other, distance in follow[block]:
            at[other] = max(at[other], at[block] + distance)
    for block in reversed(order):
        at[block] = min((at[other] - distance for other, distance in follow[block]), default=at[block])
    return [-at[block] if mirrored else at[block] for block in root]


def topological(follow: dict[int, list[tuple[int, float]]]) -> list[int]:
    """The blocks, each after those it has to stand right of (Kahn 1962)."""
    waiting = dict.fromkeys(follow, 0)
    for others in follow.values():
        for other, _ in others:
            waiting[other] += 1
    order = [block for block, count in waiting.items() if not count]
    for block in order:
        for other, _ in follow[block]:
            waiting[other] -= 1
            if not waiting[other]:
                order.append(other)
    return order


def balanced(candidates: list[list[float]]) -> list[float]:
    """The mean of the two middle coordinates, after moving all results to an edge of the narrowest.

    `candidates` alternate between leftmost, which share the left edge, and rightmost, which share the right one.
    """
    if not candidates[0]:
        return []
    narrow = min(candidates, key=lambda at: max(at) - min(at))
    edges = [min(narrow), max(narrow)] * 2
    ends = [min, max] * 2
    shifts = [edge - end(at) for edge, end, at in zip(edges, ends, candidates, strict=True)]
    return [middle_mean(sorted(x + s for x, s in zip(xs, shifts, strict=True))) for xs in zip(*candidates, strict=True)]


def middle_mean(four: list[float]) -> float:
    return (four[1] + four[2]) / 2
