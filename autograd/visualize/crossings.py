"""Second step of a layered drawing: the order inside the layers, with few crossings."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from autograd.visualize.ranks import Layered

Layers = list[list[int]]
Neighbours = list[list[int]]

WORK = 3_000_000  # segments visited by sweeps, at most; small graphs stop long before, large ones in seconds
PATIENCE = 8  # sweeps without progress before giving up


def ordered(graph: Layered) -> Layers:
    """The layers of the graph, each in the order in which they are drawn."""
    start = min(starts(graph), key=lambda layers: crossings(layers, graph.after))
    return reduced(start, graph.before, graph.after)


def starts(graph: Layered) -> Iterator[Layers]:
    """Two first orders: by walks back from the results and by walks forward from the leaves.

    Either draws a tree without a crossing (Gansner, Koutsofios, North, Vo 1993, section 3).
    """
    yield walked(graph.layers[::-1], graph.before)[::-1]
    yield walked(graph.layers, graph.after)


def walked(layers: Layers, neighbours: Neighbours) -> Layers:
    """The layers in the order in which a depth-first walk along `neighbours` comes by."""
    rank = {item: number for number, layer in enumerate(layers) for item in layer}
    found: Layers = [[] for _ in layers]
    seen: set[int] = set()
    for start in rank:
        for item in depth_first(start, neighbours, seen):
            found[rank[item]].append(item)
    return found


def depth_first(start: int, neighbours: Neighbours, seen: set[int]) -> Iterator[int]:
    stack = [start]
    while stack:
        item = stack.pop()
        if item not in seen:
            seen.add(item)
            yield item
            stack.extend(reversed(neighbours[item]))


def crossings(layers: Layers, after: Neighbours) -> int:
    """How many pairs of segments cross."""
    return sum(gap_crossings(upper, lower, after) for upper, lower in pairwise(layers))


def gap_crossings(upper: list[int], lower: list[int], after: Neighbours) -> int:
    """Crossings between two layers: the inversions among the far ends, read in the order of the near ends."""
    place = {item: number for number, item in enumerate(lower)}
    ends = [end for item in upper for end in sorted(place[target] for target in after[item])]
    return 0 if in_order(ends) else inversions(ends, len(lower))


def in_order(numbers: list[int]) -> bool:
    return all(a <= b for a, b in pairwise(numbers))


def inversions(numbers: list[int], size: int) -> int:
    """Pairs out of order among numbers below `size`, with an accumulator tree in O(n log size).

    Barth, Jünger, Mutzel: Simple and efficient bilayer cross counting, 2002.
    """
    leaves = 1 << (size - 1).bit_length()
    tree = [0] * (2 * leaves)
    found = 0
    for number in numbers:
        node = number + leaves
        while node:
            tree[node] += 1
            found += 0 if node & 1 else tree[node + 1]
            node >>= 1
    return found


def reduced(layers: Layers, before: Neighbours, after: Neighbours) -> Layers:
    """Layer by layer sweeps, down and up in turns; the best order seen wins, so it is never worse than the first.

    Barycentre order: Sugiyama, Tagawa, Toda 1981. Transposition and the memory of the best: Gansner et al. 1993.
    """
    best, least, idle = layers, crossings(layers, after), 0
    effort = 1 + sum(map(len, after))
    for turn in range(max(4, min(40, WORK // effort))):
        if not least or idle == PATIENCE:
            break
        layers = swept(layers, before) if turn % 2 else swept(layers[::-1], after)[::-1]
        transpose(layers, before, after)
        found = crossings(layers, after)
        best, least, idle = (layers, found, 0) if found < least else (best, least, idle + 1)
    return best


def swept(layers: Layers, neighbours: Neighbours) -> Layers:
    """Each layer in the order of the barycentres of its neighbours in the layer swept before."""
    result = layers[:1]
    for layer in layers[1:]:
        place = {item: number for number, item in enumerate(result[-1])}
        result.append(by_barycentre(layer, place, neighbours))
    return result


def by_barycentre(layer: list[int], place: dict[int, int], neighbours: Neighbours) -> list[int]:
    """Items without neighbours keep their places, the others are sorted into the places left."""
    centre = {item: barycentre(neighbours[item], place) for item in layer if neighbours[item]}
    moved = iter(sorted(centre, key=centre.__getitem__))
    return [next(moved) if item in centre else item for item in layer]


def barycentre(neighbours: list[int], place: dict[int, int]) -> float:
    return sum(place[item] for item in neighbours) / len(neighbours)


def transpose(layers: Layers, before: Neighbours, after: Neighbours) -> None:
    """Swap neighbours in a layer, in place, while that saves crossings."""
    empty: list[int] = []
    for above, layer, below in zip([empty, *layers], layers, [*layers[1:], empty], strict=False):
        ends = [neighbour_places(layer, above, before), neighbour_places(layer, below, after)]
        while swap_once(layer, ends):
            pass


def neighbour_places(layer: list[int], other: list[int], neighbours: Neighbours) -> dict[int, list[int]]:
    place = {item: number for number, item in enumerate(other)}
    return {item: sorted(place[end] for end in neighbours[item]) for item in layer}


def swap_once(layer: list[int], ends: list[dict[int, list[int]]]) -> bool:
    """One pass over the layer; whether it swapped anything."""
    swapped = False
    for i in range(len(layer) - 1):
        x, y = layer[i], layer[i + 1]
        if sum(gain(side[x], side[y]) for side in ends) > 0:
            layer[i], layer[i + 1] = y, x
            swapped = True
    return swapped


def gain(x_ends: list[int], y_ends: list[int]) -> int:
    """Crossings saved by putting y before x, from their sorted neighbour places."""
    return sum(len(x_ends) - bisect_right(x_ends, y) - bisect_left(x_ends, y) for y in y_ends)
