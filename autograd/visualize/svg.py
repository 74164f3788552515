"""A view as SVG: self-contained, static, light and dark, every text escaped. Standard library only."""

from collections import Counter
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from math import sqrt

from autograd.visualize.layout import Box, Direction, Layout, Point, lay_out
from autograd.visualize.model import Edge, Vertex, View, columns, names, printable, shortened

TEXT_LIMIT = 32  # characters of a line in a drawing; the tooltip has all of it
CELL = 7.3  # width of a character of the 12 pixel monospaced font
SYMBOL_CELL = 9.2  # the same of the 15 pixel font of symbols
LINE = 15.0
PADDING = 6.0
SHAPE = 34.0  # diameter of a gate
HEAD = 7.0  # length of an arrow head
ROLE = 'role="img" class="gategrad"'

# Okabe, Ito: Color universal design, 2008. Vermilion is darkened for text on white, to a contrast of 4.5.
STYLE = """
.gategrad { --paper: #fff; --ink: #1b1f24; --wire: #7b8794; --value: #0072b2; --gradient: #b34e00;
  --leaf: #e6f3fb; --leaf-line: #56b4e9; --constant: #f4f5f6; --constant-line: #a3abb5;
  --gate: #fdf8d0; --gate-line: #c9a800; --group: #e2f4ee; --group-line: #009e73; --failed: #b3261e;
  font: 12px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
@media (prefers-color-scheme: dark) { .gategrad { --paper: #14181d; --ink: #e8eaed; --wire: #8a95a1;
  --value: #56b4e9; --gradient: #e69f00; --leaf: #12293a; --leaf-line: #0072b2; --constant: #22272e;
  --constant-line: #5d6772; --gate: #34310f; --gate-line: #b5a92a;
  --group: #0f2e26; --group-line: #009e73; --failed: #ff8a80 } }
.gategrad .paper { fill: var(--paper) }
.gategrad text { fill: var(--ink); text-anchor: middle }
.gategrad .symbol { font-size: 15px }
.gategrad .name { font-weight: bold }
.gategrad .value { fill: var(--value) }
.gategrad .gradient { fill: var(--gradient) }
.gategrad .wire { fill: none; stroke: var(--wire); stroke-width: 1.4 }
.gategrad .head { fill: var(--wire) }
.gategrad :is(.leaf, .constant, .gate, .group) :is(rect, path, ellipse) { stroke-width: 1.4 }
.gategrad .leaf :is(rect, path, ellipse) { fill: var(--leaf); stroke: var(--leaf-line) }
.gategrad .constant :is(rect, path, ellipse) { fill: var(--constant); stroke: var(--constant-line) }
.gategrad .constant rect { stroke-dasharray: 3 2 }
.gategrad .group :is(rect, path, ellipse) { fill: var(--group); stroke: var(--group-line) }
.gategrad .group rect { stroke-width: 2.4 }
.gategrad .gate :is(rect, path, ellipse) { fill: var(--gate); stroke: var(--gate-line) }
.gategrad .failed :is(rect, path, ellipse) { stroke: var(--failed); stroke-width: 3; stroke-dasharray: 5 3 }
.gategrad .failed .value { fill: var(--failed) }
"""


def svg(view: View, direction: Direction = "LR") -> str:
    """The drawing of a view, laid out by `layout`."""
    layout = lay_out(view, [box(vertex) for vertex in view.vertices], direction)
    width, height = coordinate(layout.width), coordinate(layout.height)
    size = f'width="{width}" height="{height}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} {ROLE}>'
    paper = f'<rect class="paper" {size}/>'
    parts = [opening, *heading(view), paper, *edges(view, layout), *vertices(view, layout), "</svg>"]
    return "".join(f"{part}\n" for part in parts)


def heading(view: View) -> list[str]:
    """What every drawing begins with: name and description for screen readers, and the style."""
    kinds = Counter(vertex.kind for vertex in view.vertices)
    counts = f"{kinds['leaf']} leaves, {kinds['constant']} constants, {kinds['gate']} gates"
    counts += f", {kinds['group']} closed groups" if kinds["group"] else ""
    return [f"<title>Computation graph</title><desc>{counts}</desc>", f"<style>{STYLE}</style>"]


def coordinate(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")


# ---------------------------------------------------------------- vertices


def lines(vertex: Vertex) -> list[tuple[str, str]]:
    """Class and text of the lines in a box, or under a gate."""
    found = [("name", vertex.label)] if vertex.kind == "group" else [("name", vertex.name)] if vertex.name else []
    if vertex.count is not None:
        found.append(("count", vertex.count))
    found += [("value", part) for part in parts(vertex.value)]
    if vertex.space is not None:
        found.append(("value", vertex.space))
    if vertex.gradient is not None:
        found.append(("gradient", f"∂ {vertex.gradient}"))
    if vertex.kind != "gate" and not found:
        found.append(("name", vertex.label))
    return [(kind, shortened(printable(text), TEXT_LIMIT)) for kind, text in found]


def parts(value: str | None) -> list[str]:
    """Shape and range of an array get a line each."""
    return [] if value is None else [value] if value.startswith("[") else value.split(", ", 1)


def symbol(vertex: Vertex) -> str:
    return shortened(printable(vertex.label), TEXT_LIMIT)


def box(vertex: Vertex) -> Box:
    """The room a vertex takes; edges arrive at the shape of a gate, not at the text under it."""
    written = [text for _, text in lines(vertex)]
    width = max((CELL * columns(text) for text in written), default=0)
    height = LINE * len(written)
    if vertex.kind != "gate":
        return Box(width + 3 * PADDING, height + 2 * PADDING, width + 3 * PADDING, height + 2 * PADDING)
    shape = max(SHAPE, SYMBOL_CELL * columns(symbol(vertex)) + 2 * PADDING)
    return Box(max(shape, width), SHAPE + height + PADDING / 2, shape, SHAPE)


def vertices(view: View, layout: Layout) -> Iterator[str]:
    called = names(view)
    for vertex, corner in zip(view.vertices, layout.corners, strict=True):
        tooltip = f"<title>{escape(tip(vertex, called[vertex.key]))}</title>"
        role = f"{vertex.kind} failed" if vertex.failed else vertex.kind
        yield f'<g class="{role}">{tooltip}{"".join(drawn(vertex, corner))}</g>'


def tip(vertex: Vertex, name: str) -> str:
    """All that is known of a vertex; the browser shows it under the pointer."""
    head = f"{name} = {vertex.label}" if vertex.kind in ("gate", "group") else f"{vertex.kind} {name}"
    facts = {"value ": vertex.value, "holds ": vertex.space, "of ": vertex.count, "gradient ": vertex.gradient,
             "": vertex.where}
    return "\n".join([printable(head), *(word + printable(fact) for word, fact in facts.items() if fact)])


def drawn(vertex: Vertex, corner: Point) -> Iterator[str]:
    room = box(vertex)
    middle, top = corner[0] + room.width / 2, corner[1]
    gate = vertex.kind == "gate"
    radius = SHAPE / 2 if gate else 6
    yield rectangle(middle - room.core_width / 2, top, room.core_width, room.core_height, radius)
    if gate:
        yield label("symbol", symbol(vertex), middle, top + SHAPE / 2 + 5)
    below = top + (SHAPE if gate else PADDING) - 3.5
    for number, (kind, text) in enumerate(lines(vertex), 1):
        yield label(kind, text, middle, below + number * LINE)


def rectangle(x: float, y: float, width: float, height: float, radius: float) -> str:
    numbers = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
    attributes = " ".join(f'{name}="{coordinate(value)}"' for name, value in numbers.items())
    return f"<rect {attributes}/>"


def label(kind: str, text: str, x: float, y: float) -> str:
    return f'<text class="{kind}" x="{coordinate(x)}" y="{coordinate(y)}">{escape(text)}</text>'


# ---------------------------------------------------------------- edges


def edges(view: View, layout: Layout) -> Iterator[str]:
    """Every edge as a wire with an arrow head."""
    called = names(view)
    for edge, (shaft, tip) in zip(view.edges, wires(view, layout), strict=True):
        title = f"<title>{escape(meaning(edge, called))}</title>"
        arrow = head(tip, layout.direction)
        yield f'<g>{title}<path class="wire" d="{shaft}"/><path class="head" d="{arrow}"/></g>'


def wires(view: View, layout: Layout) -> Iterator[tuple[str, Point]]:
    """The path of every edge, which ends in the arrow head, and the tip of that."""
    target = {vertex.key: vertex for vertex in view.vertices}
    place = {vertex.key: corner for vertex, corner in zip(view.vertices, layout.corners, strict=True)}
    for edge, knots in zip(view.edges, layout.routes, strict=True):
        tip = touching(knots, target[edge.target], place[edge.target], layout.direction)
        yield wire([*knots[:-1], back(tip, HEAD - 1, layout.direction)], layout.direction), tip


def meaning(edge: Edge, called: dict[int, str]) -> str:
    return f"{called[edge.source]} → {called[edge.target]}, argument {edge.position + 1}"


def touching(knots: tuple[Point, ...], vertex: Vertex, corner: Point, direction: Direction) -> Point:
    """The last knot lies on the side of the box; a round gate curves away from it."""
    x, y = knots[-1]
    if vertex.kind != "gate":
        return x, y
    room = box(vertex)
    radius = SHAPE / 2
    if direction == "LR":
        aside = abs(y - corner[1] - radius)
        return x + sagitta(radius, aside), y
    aside = abs(x - corner[0] - room.width / 2) - (room.core_width / 2 - radius)
    return x, y + sagitta(radius, aside)


def sagitta(radius: float, aside: float) -> float:
    """How far a circle lies behind its tangent, `aside` from where they touch."""
    return radius - sqrt(radius * radius - max(aside, 0) ** 2)


def back(point: Point, distance: float, direction: Direction) -> Point:
    """The point before this one, against the direction."""
    x, y = point
    return (x - distance, y) if direction == "LR" else (x, y - distance)


def wire(knots: list[Point], direction: Direction) -> str:
    start = " ".join(map(coordinate, knots[0]))
    return f"M{start}" + "".join(bend(a, b, direction) for a, b in pairwise(knots))


def bend(a: Point, b: Point, direction: Direction) -> str:
    """A line between level points, otherwise an S."""
    (x, y), (u, v) = a, b
    if direction == "LR":
        m = (x + u) / 2
        points = [(u, v)] if y == v else [(m, y), (m, v), (u, v)]
    else:
        m = (y + v) / 2
        points = [(u, v)] if x == u else [(x, m), (u, m), (u, v)]
    path = " ".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return f"L{path}" if len(points) == 1 else f"C{path}"


def head(tip: Point, direction: Direction) -> str:
    """A triangle that ends at `tip`."""
    x, y = map(coordinate, tip)
    return f"M{x} {y}l-7-3.5v7z" if direction == "LR" else f"M{x} {y}l-3.5-7h7z"
