"""Layered layout: where every vertex stands and how every edge runs. Standard library only, no recursion.

The steps are in `layered`: ranks, order inside the layers, coordinates; sizes and routes are here. Words:
`along` is the direction of the computation, `across` the other one; LR and TB differ only in which of the two
is x. The same view gives the same layout, always.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil
from typing import Literal

from autograd.visualize.layered.coordinates import Extent, coordinates
from autograd.visualize.layered.crossings import Layers
from autograd.visualize.layered.ranks import Layered, layered
from autograd.visualize.layered.sifting import ordered
from autograd.visualize.model import View

Direction = Literal["LR", "TB"]
Point = tuple[float, float]

MARGIN = 16
ACROSS_GAP = 14.0  # between neighbours in a layer
ALONG_GAP = 34.0  # between layers
STEEPNESS = 0.12  # layers move apart by this part of the longest way across between them
WIDEST_GAP = 140.0
PORT_GAP = 9.0  # between the ends of two edges at one gate
PORT_ROOM = 0.35  # of a side of a box, in both directions from its middle, is for ports


@dataclass(frozen=True, slots=True)
class Box:
    """The room one vertex takes. Its core, at the top and centred, is the shape at which edges arrive."""

    width: float
    height: float
    core_width: float
    core_height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Top left corners in the order of the vertices and knots in the order of the edges.

    Between two knots an edge is an S that leaves and arrives along the direction, a straight line where they
    are level. An edge that shares its wire with a longer one starts where it leaves that wire.
    """

    direction: Direction
    width: float
    height: float
    corners: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A box seen along the direction: its length, where edges enter and leave it, its room across."""

    length: float
    enter: float
    leave: float
    extent: Extent
    port_room: float


@dataclass(frozen=True, slots=True)
class Grid:
    """For every item its coordinate across, and start and end of its layer; for vertices also their slots."""

    across: list[float]
    bands: list[Point]
    slots: list[Slot]


def lay_out(view: View, boxes: Sequence[Box], direction: Direction = "LR") -> Layout:
    """Place the vertices of a view, whose sizes are `boxes`, and route its edges."""
    number = {vertex.key: n for n, vertex in enumerate(view.vertices)}
    graph = layered(len(boxes), [(number[edge.source], number[edge.target]) for edge in view.edges])
    grid = placed(graph, [slot(box, direction) for box in boxes])
    routes = routed(graph.paths, [edge.position for edge in view.edges], grid)
    width, height = turned(far_corner(grid), direction)
    corners = tuple(turned(corner(n, grid), direction) for n in range(len(boxes)))
    knots = tuple(tuple(turned(point, direction) for point in route) for route in routes)
    return Layout(direction, width, height, corners, knots)


def turned(point: Point, direction: Direction) -> Point:
    """(along, across) as (x, y)."""
    return point if direction == "LR" else (point[1], point[0])


def slot(box: Box, direction: Direction) -> Slot:
    if direction == "TB":
        return Slot(box.height, 0, box.height, Extent(box.width / 2, box.width / 2), box.core_width)
    side, middle = (box.width - box.core_width) / 2, box.core_height / 2
    return Slot(box.width, side, box.width - side, Extent(middle, box.height - middle), box.core_height)


def placed(graph: Layered, slots: list[Slot]) -> Grid:
    """Coordinates of all items, moved to start at the margin."""
    layers = ordered(graph)
    dummies = len(graph.before) - len(slots)
    extents = [slot.extent for slot in slots] + [Extent(0, 0)] * dummies
    places = coordinates(graph, layers, extents, ACROSS_GAP)
    origin = MARGIN - min((at - extent.left for at, extent in zip(places, extents, strict=True)), default=0)
    across = [at + origin for at in places]
    bands = [(0.0, 0.0)] * len(across)
    for layer, band in zip(layers, layer_bands(graph, layers, across, slots), strict=True):
        for item in layer:
            bands[item] = band
    return Grid(across, bands, slots)


def layer_bands(graph: Layered, layers: Layers, across: list[float], slots: list[Slot]) -> list[Point]:
    """Start and end of every layer: as long as its longest box, with more room where edges climb."""
    boxes = [[slots[item].length for item in layer if item < len(slots)] for layer in layers]
    lengths = [ceil(max(found, default=0)) for found in boxes]
    steps = [length + along_gap(graph, layer, across) for length, layer in zip(lengths, layers, strict=True)]
    starts = accumulate(steps, initial=MARGIN)
    return [(start, start + length) for start, length in zip(starts, lengths, strict=False)]


def along_gap(graph: Layered, layer: list[int], across: list[float]) -> int:
    climb = max((abs(across[item] - across[end]) for item in layer for end in graph.after[item]), default=0)
    return ceil(min(ALONG_GAP + STEEPNESS * climb, WIDEST_GAP))


def far_corner(grid: Grid) -> Point:
    """Right and lower end of the drawing."""
    along = max((end for _, end in grid.bands), default=0)
    boxes = [at + slot.extent.right for at, slot in zip(grid.across, grid.slots, strict=False)]
    return along + MARGIN, max([*boxes, *grid.across], default=0) + MARGIN


def vertex_start(vertex: int, grid: Grid) -> float:
    """A vertex stands in the middle of its layer."""
    start, end = grid.bands[vertex]
    return (start + end - grid.slots[vertex].length) / 2


def corner(vertex: int, grid: Grid) -> Point:
    return vertex_start(vertex, grid), grid.across[vertex] - grid.slots[vertex].extent.left


def routed(paths: list[list[int]], positions: list[int], grid: Grid) -> list[list[Point]]:
    """The knots of every edge. Inside a layer an edge runs straight in its own lane, so it meets no box."""
    offsets = ports(paths, positions, grid)
    return [route(path, offset, grid) for path, offset in zip(paths, offsets, strict=True)]


def route(path: list[int], offset: float, grid: Grid) -> list[Point]:
    knots = [*departure(path[0], grid)]
    for dummy in path[1:-1]:
        knots += [(along, grid.across[dummy]) for along in grid.bands[dummy]]
    knots += arrival(path[-1], offset, grid)
    return [knots[0], *(b for a, b in pairwise(knots) if a != b)]


def departure(item: int, grid: Grid) -> list[Point]:
    """From the side of a vertex, or from the place where an edge leaves its wire, to the end of the layer."""
    at, end = grid.across[item], grid.bands[item][1]
    if item >= len(grid.slots):
        return [(end, at)]
    return [(vertex_start(item, grid) + grid.slots[item].leave, at), (end, at)]


def arrival(vertex: int, offset: float, grid: Grid) -> list[Point]:
    at = grid.across[vertex] + offset
    return [(grid.bands[vertex][0], at), (vertex_start(vertex, grid) + grid.slots[vertex].enter, at)]


def ports(paths: list[list[int]], positions: list[int], grid: Grid) -> list[float]:
    """How far from the middle of its target each edge ends, so that two edges into one gate stay apart."""
    arriving: dict[int, list[int]] = {}
    for edge, path in enumerate(paths):
        arriving.setdefault(path[-1], []).append(edge)
    offsets = [0.0] * len(paths)
    for vertex, edges in arriving.items():
        edges.sort(key=lambda edge: (grid.across[paths[edge][-2]], positions[edge]))
        climbs = [grid.across[paths[edge][-2]] - grid.across[vertex] for edge in edges]
        for edge, offset in zip(edges, spread(climbs, grid.slots[vertex].port_room), strict=True):
            offsets[edge] = offset
    return offsets


def spread(climbs: list[float], room: float) -> list[float]:
    """Offsets for edges that come from `climbs` away, in order; one that comes straight keeps the middle."""
    level = [number for number, climb in enumerate(climbs) if abs(climb) < 1]
    middle = level[0] if len(level) == 1 else (len(climbs) - 1) / 2
    reach = max(middle, len(climbs) - 1 - middle, 1)
    return [(number - middle) * min(PORT_GAP, PORT_ROOM * room / reach) for number in range(len(climbs))]
