"""Third step of a layered drawing: where the items of each layer stand, close together, with straight wires.

First least squares, solved layer by layer, which is quick and compact (the quadratic programming layout of
Sugiyama, Tagawa, Toda 1981); then least absolute lengths, which makes wires straight (Gansner, Koutsofios,
North, Vo: A technique for drawing directed graphs, 1993, section 4.2). Words as there: layers lie
horizontally, items are placed from left to right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil

from autograd.visualize.layered.crossings import Layers
from autograd.visualize.layered.ranks import Layered
from autograd.visualize.layered.simplex import improved

SWEEPS = 12  # of least squares, at most
EFFORT = 400_000  # items they visit, at most: a large graph gets fewer
WORK = 1_000_000  # items that may be visited in search of straight wires, about half a second
STIFFNESS = (8, 16, 64)  # of a segment with no, one or two dummies: a long wire shows a bend more


@dataclass(frozen=True, slots=True)
class Extent:
    """How much room an item takes on both sides of the coordinate at which its wires arrive."""

    left: float
    right: float


def coordinates(graph: Layered, layers: Layers, extents: Sequence[Extent], gap: float) -> list[int]:
    """One coordinate for every item; neighbours in a layer have at least `gap` between them."""
    gaps = [[ceil(extents[a].right + gap + extents[b].left) for a, b in pairwise(layer)] for layer in layers]
    at = squares(graph, layers, gaps)
    return straightened(graph, layers, gaps, apart(at, layers, gaps))


def stiffness(graph: Layered, upper: int, lower: int) -> int:
    """How hard a segment resists a bend. Between equals, one from a gate and one that is not shared win."""
    dummies = (upper >= graph.vertices) + (lower >= graph.vertices)
    return STIFFNESS[dummies] + bool(graph.before[upper]) + (len(graph.after[upper]) == 1)


def squares(graph: Layered, layers: Layers, gaps: list[list[int]]) -> list[float]:
    """Sweeps in which each layer goes where its squared distance to its neighbours is least."""
    at, springs = [0.0] * len(graph.before), [springs_of(graph, item) for item in range(len(graph.before))]
    rows = list(zip(layers, gaps, strict=True))
    for number in range(max(4, min(SWEEPS, EFFORT // (1 + len(at))))):
        for layer, distances in rows[:: -1 if number % 2 else 1]:
            wishes = [wish(springs[item], at) for item in layer]
            for item, place in zip(layer, spaced(wishes, distances), strict=True):
                at[item] = place
    return at


def springs_of(graph: Layered, item: int) -> list[tuple[int, int]]:
    """The neighbours of an item and how hard they pull."""
    before = [(above, stiffness(graph, above, item)) for above in graph.before[item]]
    return before + [(below, stiffness(graph, item, below)) for below in graph.after[item]]


def wish(springs: list[tuple[int, int]], at: list[float]) -> tuple[float, float]:
    """Weight and weighted mean of the neighbours of an item; an item without any is content in the middle."""
    weight = sum(weight for _, weight in springs)
    return (weight, sum(weight * at[other] for other, weight in springs) / weight) if weight else (1, 0.0)


def spaced(wishes: list[tuple[float, float]], gaps: list[int]) -> list[float]:
    """The places nearest to what is wished, in least squares, that keep the gaps.

    Pool adjacent violators (Ayer et al. 1955): items that would overlap form a block at their weighted mean.
    """
    offsets = list(accumulate(gaps, initial=0))
    blocks: list[tuple[float, float, int]] = []  # weight, weight times place, items
    for (weight, place), offset in zip(wishes, offsets, strict=True):
        block = (weight, weight * (place - offset), 1)
        while blocks and blocks[-1][1] * block[0] >= block[1] * blocks[-1][0]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    places = [moment / weight for weight, moment, items in blocks for _ in range(items)]
    return [place + offset for place, offset in zip(places, offsets, strict=True)]


def apart(at: list[float], layers: Layers, gaps: list[list[int]]) -> list[int]:
    """Whole coordinates that keep the gaps; rounding may have taken one away."""
    places = [round(place) for place in at]
    for layer, distances in zip(layers, gaps, strict=True):
        for (a, b), distance in zip(pairwise(layer), distances, strict=True):
            places[b] = max(places[b], places[a] + distance)
    return places


def straightened(graph: Layered, layers: Layers, gaps: list[list[int]], at: list[int]) -> list[int]:
    """The total of stiffness times |difference| made least.

    Each segment becomes an item of its own that stands before both its ends and is pulled to both: at best it
    stands level with the first, and the way to the other is what the segment costs.
    """
    distances = [
        (a, b, distance)
        for layer, apart in zip(layers, gaps, strict=True)
        for (a, b), distance in zip(pairwise(layer), apart, strict=True)
    ]
    places, pulls = list(at), [0] * len(at)
    for upper, lower in ((upper, lower) for upper, found in enumerate(graph.after) for lower in found):
        distances += (len(places), upper, 0), (len(places), lower, 0)
        weight = stiffness(graph, upper, lower)
        pulls[upper] -= weight
        pulls[lower] -= weight
        pulls.append(2 * weight)
        places.append(min(at[upper], at[lower]))
    return improved(places, distances, pulls, WORK)[: len(at)]
