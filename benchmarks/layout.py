"""How fast graphs are laid out, and how many of their edges cross: `python -m benchmarks --layout`.

Crossings are counted in the drawings themselves, ours and that of the `dot` program: points where the curves of two
edges meet that have no end in common.
"""
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from random import Random
from typing import Any, NamedTuple

from autograd.visualize.dot import DrawingError, available, dot, run
from autograd.visualize.layout import Layout, Point, lay_out
from autograd.visualize.model import Edge, Vertex, View
from autograd.visualize.svg import box
from benchmarks.table import head, line

DOT_SECONDS = 30.0                       # dot may take so long for one graph
DOT_VERTICES = 2_000                     # larger ones it is spared
PIECES = 12                              # straight pieces of one bend of a curve
CELL = 64.0                              # pieces are compared with those in the same squares of this side

Piece = tuple[int, Point, Point]         # of which edge, from where to where


class Graph(NamedTuple):
    """A graph to lay out, the seconds it may take, and how many times the crossings of `dot` it may have."""

    make: Callable[[], View]
    seconds: float
    ratio: float | None = None


# ---------------------------------------------------------------- graphs
class Maker:
    """Vertices and edges as they come."""

    def __init__(self) -> None:
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []

    def leaf(self) -> int:
        return self._add("leaf", f"x{len(self.vertices)}")

    def gate(self, label: str, *sources: int) -> int:
        key = self._add("gate", label)
        self.edges += [Edge(source, key, position) for position, source in enumerate(sources)]
        return key

    def _add(self, kind: Any, label: str) -> int:
        key = len(self.vertices)
        self.vertices.append(Vertex(key, kind, label, label if kind == "leaf" else None, "0.1235", "-0.5"))
        return key

    def view(self) -> View:
        return View(tuple(self.vertices), tuple(self.edges))


def chain(n: int) -> View:
    """One gate after another."""
    m = Maker()
    x = m.leaf()
    for _ in range(n):
        x = m.gate("sin", x)
    return m.view()


def network(*sizes: int) -> View:
    """The multiply and add gates inside a fully connected network, and a loss."""
    m = Maker()
    xs = [m.leaf() for _ in range(sizes[0])]
    for n in sizes[1:]:
        xs = [m.gate("tanh", _weighted(m, xs)) for _ in range(n)]
    total = m.leaf()
    for x in xs:
        total = m.gate("+", total, m.gate("²", m.gate("−", x, m.leaf())))
    return m.view()


def _weighted(m: Maker, xs: list[int]) -> int:
    total = m.leaf()
    for x in xs:
        total = m.gate("+", total, m.gate("×", m.leaf(), x))
    return total


def recurrent(units: int, steps: int) -> View:
    """A recurrent network whose weights are used at every step."""
    m = Maker()
    weights = [[m.leaf() for _ in range(units)] for _ in range(units)]
    state = [m.leaf() for _ in range(units)]
    for _ in range(steps):
        x = m.leaf()
        state = [m.gate("tanh", _mixed(m, x, row, state)) for row in weights]
    return m.view()


def _mixed(m: Maker, total: int, row: list[int], state: list[int]) -> int:
    for w, h in zip(row, state, strict=True):
        total = m.gate("+", total, m.gate("×", w, h))
    return total


def gates(n: int, far: float, seed: int = 1) -> View:
    """Gates with one or two arguments, most of them recent; the part `far` of them from anywhere before."""
    draw, m = Random(seed), Maker()
    m.leaf()
    for i in range(1, n):
        if draw.random() < 0.3:
            m.leaf()
        else:
            m.gate("×", *(draw.randrange(i) if draw.random() < far else max(0, i - 1 - int(draw.expovariate(0.25)))
                          for _ in range(draw.choice([1, 2, 2]))))
    return m.view()


GRAPHS = {
    "network 2-3-1": Graph(lambda: network(2, 3, 1), 1, 1.5),
    "network 4-3-2": Graph(lambda: network(4, 3, 2), 1, 1.5),
    "recurrent 2 × 5": Graph(lambda: recurrent(2, 5), 1, 1.5),
    "gates 40": Graph(lambda: gates(40, 0.15), 1, 1.5),
    "gates 70": Graph(lambda: gates(70, 0.15, 2), 1, 1.5),
    "gates 100": Graph(lambda: gates(100, 0.15, 3), 1, 1.5),
    "network 4-8-3": Graph(lambda: network(4, 8, 3), 1, 2.0),
    "network 2-16-16-1": Graph(lambda: network(2, 16, 16, 1), 1, 2.0),
    "recurrent 4 × 28": Graph(lambda: recurrent(4, 28), 1, 2.0),
    "gates 1 000, near": Graph(lambda: gates(1_000, 0.01), 1, 2.0),
    "gates 1 000, far": Graph(lambda: gates(1_000, 0.15), 1, 2.0),
    "network 16-48-40-8": Graph(lambda: network(16, 48, 40, 8), 15),
    "gates 10 000, near": Graph(lambda: gates(10_000, 0.01), 15),
    "gates 10 000, far": Graph(lambda: gates(10_000, 0.15), 15),
    "chain 100 000": Graph(lambda: chain(100_000), 60),
}


# ---------------------------------------------------------------- crossings of curves
def curved(start: Point, *points: Point) -> Iterator[Point]:
    """Points of a curve of cubic Béziers, in which every third of `points` is a knot."""
    yield start
    for i in range(0, len(points), 3):
        a, b, c, d = start, *points[i:i + 3]
        for k in range(1, PIECES + 1):
            t, s = k / PIECES, 1 - k / PIECES
            yield tuple(s**3 * p + 3 * s * s * t * q + 3 * s * t * t * u + t**3 * v  # type: ignore[misc]
                        for p, q, u, v in zip(a, b, c, d, strict=True))
        start = d


def routes(layout: Layout) -> Iterator[list[Point]]:
    """Our edges: between two knots a line where they are level, otherwise an S."""
    for knots in layout.routes:
        points = list(knots[:1])
        for (x, y), (u, v) in pairwise(knots):
            m = (x + u) / 2
            points += [(u, v)] if y == v else list(curved((x, y), (m, y), (m, v), (u, v)))[1:]
        yield points


def splines(view: View) -> Iterator[list[Point]]:
    """The edges as `dot` draws them."""
    drawn = json.loads(run(dot(view), "json", DOT_SECONDS))
    for edge in drawn["edges"]:
        ends, _, curve = edge["pos"].rpartition("e,")[2].partition(" ")
        yield [*curved(*(_point(pair) for pair in curve.split())), _point(ends)]


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


def crossings(view: View, curves: Iterator[list[Point]]) -> int:
    """Crossings of edges that share no end."""
    squares: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for number, points in enumerate(curves):
        for a, b in pairwise(points):
            for square in _squares(a, b):
                squares[square].append((number, a, b))
    found = {(p, q) for pieces in squares.values() for p, q in combinations(pieces, 2) if p[0] != q[0] and _meet(p, q)}
    ends = [{edge.source, edge.target} for edge in view.edges]
    return sum(not ends[p[0]] & ends[q[0]] for p, q in found)


def _squares(a: Point, b: Point) -> Iterator[tuple[int, int]]:
    (left, right), (low, high) = (sorted(int(z // CELL) for z in pair) for pair in zip(a, b, strict=True))
    return ((i, j) for i in range(left, right + 1) for j in range(low, high + 1))


def _meet(p: Piece, q: Piece) -> bool:
    """Whether two pieces cross; an end on the other piece counts on one of its sides."""
    (_, a, b), (_, c, d) = p, q
    return _left(a, b, c) != _left(a, b, d) and _left(c, d, a) != _left(c, d, b)


def _left(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])


# ---------------------------------------------------------------- the table
def measured(graph: Graph) -> dict[str, Any]:
    """Seconds of processor and crossings of ours, and of `dot` where it is there and the graph not too large for it."""
    view = graph.make()
    boxes = [box(vertex) for vertex in view.vertices]
    start = time.process_time()
    layout = lay_out(view, boxes)
    found: dict[str, Any] = {"vertices": len(view.vertices), "seconds": time.process_time() - start}
    if graph.ratio is not None:
        found["crossings"] = crossings(view, routes(layout))
        found |= of_dot(view)
    return found


def of_dot(view: View) -> dict[str, Any]:
    """The same of `dot`; its seconds are those of the whole program."""
    if not available() or len(view.vertices) > DOT_VERTICES:
        return {}
    start = time.perf_counter()
    try:
        curves = list(splines(view))
    except DrawingError as error:
        return {"dot": str(error)}
    return {"dot seconds": time.perf_counter() - start, "dot crossings": crossings(view, iter(curves))}


def verdict(graph: Graph, found: dict[str, Any]) -> str:
    """Whether time and crossings are what they are to be. One crossing more than dot is never too many."""
    parts = [f"≤ {graph.seconds:g} s: {_met(found['seconds'] <= graph.seconds)}"]
    if graph.ratio is not None and "dot crossings" in found:
        allowed = max(graph.ratio * found["dot crossings"], found["dot crossings"] + 1)
        parts.append(f"≤ {graph.ratio:g} × dot: {_met(found['crossings'] <= allowed)}")
    return ", ".join(parts)


def _met(met: bool) -> str:
    return "met" if met else "**missed**"


def main() -> dict[str, Any]:
    """Print the table."""
    print(head("layout", "vertices", "s", "crossings", "s of dot", "crossings of dot", "goal"))
    found = {}
    for name, graph in GRAPHS.items():
        one = found[name] = measured(graph)
        cells = [f"{one['vertices']:,}", f"{one['seconds']:.2f}", str(one.get("crossings", "")),
                 f"{one['dot seconds']:.2f}" if "dot seconds" in one else one.get("dot", ""),
                 str(one.get("dot crossings", ""))]
        print(line([name, *cells, verdict(graph, one)]), flush=True)
    return found
