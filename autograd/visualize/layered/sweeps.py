"""Second step of a layered drawing, global part: whole orders, from walks through the graph and sweeps."""

from collections.abc import Iterator

from autograd.visualize.layered.crossings import Layers, Neighbours, crossings
from autograd.visualize.layered.ranks import Layered

TURNS = 24  # sweeps at most
PATIENCE = 8  # sweeps without progress before giving up
EFFORT = 200_000  # segments visited at most: a large graph gets fewer sweeps


def candidates(graph: Layered) -> Iterator[Layers]:
    """Orders to choose from: two first orders, and the best each meets in sweeps that begin at either end."""
    for start in starts(graph):
        yield start
        for upward in (True, False):
            yield swept_often(start, graph, upward)


def starts(graph: Layered) -> Iterator[Layers]:
    """By breadth-first walks from the leaves and from the results (Gansner et al. 1993, section 3).

    The walks go against the edges too, so that what is used together starts together; in a graph of 1 000
    vertices that leaves half as many crossings as walks along the edges.
    """
    near = [before + after for before, after in zip(graph.before, graph.after, strict=True)]
    yield walked(graph.layers, near)
    yield walked(graph.layers[::-1], near)[::-1]


def walked(layers: Layers, neighbours: Neighbours) -> Layers:
    """The layers in the order in which a breadth-first walk comes by."""
    row = {item: number for number, layer in enumerate(layers) for item in layer}
    found: Layers = [[] for _ in layers]
    seen: set[int] = set()
    for start in row:
        for item in breadth_first(start, neighbours, seen):
            found[row[item]].append(item)
    return found


def breadth_first(start: int, neighbours: Neighbours, seen: set[int]) -> list[int]:
    """What a walk from `start` finds that was not seen yet."""
    found = [start] if start not in seen else []
    seen.add(start)
    for item in found:
        new = [other for other in neighbours[item] if other not in seen]
        seen.update(new)
        found += new
    return found


def swept_often(layers: Layers, graph: Layered, upward: bool) -> Layers:
    """The best order met in sweeps up and down in turns; never worse than the first.

    Sugiyama, Tagawa, Toda 1981; the memory of the best: Gansner et al. 1993.
    """
    best, least, idle = layers, crossings(layers, graph.after), 0
    for _ in range(max(4, min(TURNS, EFFORT // (1 + len(graph.before))))):
        if not least or idle == PATIENCE:
            break
        layers = swept(layers[::-1], graph.after)[::-1] if upward else swept(layers, graph.before)
        upward = not upward
        found = crossings(layers, graph.after)
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
