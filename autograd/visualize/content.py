"""What a page knows, as JSON: every vertex of the graph, and the scenes in which they are drawn.

Vertices are numbers: first those of the whole graph, then the groups, and the numbers inside of gates. Standard
library only.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograd.visualize.collapse import keys
from autograd.visualize.groups import LIMIT as OPEN
from autograd.visualize.layout import Direction, lay_out
from autograd.visualize.model import Edge, Group, Opening, Vertex, View, names, printable, shortened
from autograd.visualize.scenes import Scene, Whole, scenes
from autograd.visualize.svg import box, lines, wires
from autograd.visualize.text import expression

LIMIT = 200  # characters of a name, a label or a line of code in the page's data
WHOLE = 20_000  # vertices of a graph that is in the page with all of them
NO_ROOM = "there is no room for it in this page"
FULL_PAGE = f"{NO_ROOM}; draw(y, scalars=True) draws all gates open"
NUMBERS = 200_000  # in the values of all vertices that the page computes with

Open = Callable[[Mapping[int, str]], Opening | str]  # given what vertices are called
Opener = Callable[[int], Open | str | None]
Facts = dict[str, Any]


def data(view: View, direction: Direction = "LR", opener: Opener | None = None, room: int = 0) -> str:
    """The view and what opens in it, as JSON that can stand inside of a script element.

    `opener` says of a gate, by key, what opens it, or why it does not open, or nothing for a gate on numbers. Opened
    gates get the bytes that are left of `room`.
    """
    content = Content(view, direction)
    content.add_groups()
    if opener is not None and content.complete:
        content.add_openings(opener, room)
    return written({"count": content.count, "complete": content.complete, "direction": direction,
                    "vertices": content.vertices, "scenes": content.scenes})


def written(x: Any) -> str:
    return json.dumps(x, separators=(",", ":")).replace("<", "\\u003c")


class Content:
    """Vertices and scenes so far."""

    def __init__(self, view: View, direction: Direction) -> None:
        self.complete = view.whole is None or len(view.whole.vertices) <= WHOLE
        whole = view.whole if view.whole and self.complete else View(view.vertices, view.edges)
        self.view, self.direction = view, direction
        self.called = names(whole)
        self.whole = Whole(whole, self.called)
        self.number = {vertex.key: n for n, vertex in enumerate(whole.vertices)}
        self.count = len(whole.vertices)
        self.vertices = described(whole.vertices, self.called, self.whole.arriving, self.number)
        if self.count > OPEN:
            self.complete &= thin(self.vertices)
        self.scenes: list[Facts] = []
        self.drawn: list[Scene] = []
        self.groups: dict[Group, int] = {}
        self.depths: dict[Group | None, int] = dict(depths(whole.groups))

    # ------------------------------------------------------------ groups
    def add_groups(self) -> None:
        """The whole, and what is in its groups."""
        closed = self.view.groups if self.whole.view is self.view.whole else ()
        self.drawn = list(scenes(self.whole, View(self.view.vertices, self.view.edges, closed)))
        for scene in self.drawn:
            self.scenes.append(self.scene(scene))
        for group, n in self.groups.items():
            if "scene" not in self.vertices[n]:
                self.vertices[n]["shut"] = f"{NO_ROOM}; draw(y, depth={self.depths[group] + 1}) draws it open"

    def scene(self, scene: Scene) -> Facts:
        """A drawing of what is in a group, and the way back to where that is closed."""
        for group in scene.view.groups:
            self.depths.setdefault(group, self.depths.get(scene.group, 0))
        last = {max(keys(group)): group for group in scene.view.groups}
        facts = drawing(scene.view, [self.item(vertex, last) for vertex in scene.view.vertices], self.direction)
        if scene.group is not None and scene.parent is not None:
            n = self.groups[scene.group]
            self.vertices[n]["scene"] = len(self.scenes)
            facts |= {"of": n, "parent": self.drawn.index(scene.parent)}
        return facts

    def item(self, vertex: Vertex, last: Mapping[int, Group]) -> list[Any]:
        """The number of a vertex; a stub also says where it leads, and what is outside of the graph has no number."""
        if vertex.kind == "stub":
            return [-1, short(vertex.label)] if vertex.key < 0 else [self.number[vertex.key], short(vertex.count)]
        if vertex.kind != "group" or self.whole.vertex[vertex.key] is vertex:
            return [self.number[vertex.key], None]
        return [self.group(vertex, last.get(vertex.key)), None]

    def group(self, vertex: Vertex, group: Group | None) -> int:
        """A vertex of its own for a closed group, or for leaves that are drawn as one."""
        facts: Facts = {"kind": "group", "name": short(vertex.label), "count": vertex.count,
                        "where": short(vertex.where)}
        if group is not None:
            gates = [self.number[key] for key in keys(group)]
            facts |= {"inside": [min(gates), max(gates)], "ends": [self.number[key] for key in self.whole.ends(group)]}
            self.groups[group] = len(self.vertices)
        self.vertices.append(present(facts))
        return len(self.vertices) - 1

    # ------------------------------------------------------------ gates on arrays
    def add_openings(self, opener: Opener, room: int) -> None:
        """What is in the gates that are seen, one after the other, until there is no room for one of them."""
        room -= len(written([self.vertices, self.scenes]))
        for parent, scene in enumerate(self.drawn):
            for vertex in scene.view.vertices:
                if vertex.kind == "gate":
                    room = self.add_opening(self.number[vertex.key], parent, room, opener(vertex.key))

    def add_opening(self, n: int, parent: int, room: int, found: Open | Opening | str | None) -> int:
        """How much room is left."""
        if callable(found):
            found = found(self.called) if room > 0 else FULL_PAGE
        if not isinstance(found, Opening):
            self.vertices[n] |= present({"shut": short(found)})
            return room
        inside, ends, scene = self.opening(found, n)
        scene |= {"of": n, "parent": parent}
        room -= len(written([inside, scene]))
        if room < 0:
            self.vertices[n]["shut"] = FULL_PAGE
            return 0
        first = len(self.vertices)
        self.vertices[n] |= {"scene": len(self.scenes), "inside": [first, first + len(inside) - 1], "ends": ends}
        self.vertices += inside
        self.scenes.append(scene)
        return room

    def opening(self, found: Opening, n: int) -> tuple[list[Facts], list[int], Facts]:
        """The numbers in gate n, as vertices; which of them are those of its array; and their drawing."""
        (*numbers, stub), first = found.vertices, len(self.vertices)
        inside = View(tuple(replace(vertex, where=None, code=None) for vertex in numbers), found.edges)
        number = {vertex.key: first + k for k, vertex in enumerate(inside.vertices)}
        called = names(inside) | numbered(inside, self.vertices[n]["name"])
        arriving: dict[int, list[Edge]] = {key: [] for key in number}
        for edge in found.edges:
            arriving.get(edge.target, []).append(edge)
        vertices = described(inside.vertices, called, arriving, number)
        for vertex, facts in zip(inside.vertices, vertices, strict=True):
            if vertex.key in found.origins:
                position, place = found.origins[vertex.key]
                facts["element"] = [self.vertices[n]["args"][position], place]
        items: list[list[Any]] = [*([k, None] for k in number.values()), [n, stub.count]]
        ends = [-1 if key is None else number[key] for key in found.ends]
        return vertices, ends, drawing(View(found.vertices, found.edges), items, self.direction)


def numbered(view: View, name: str) -> dict[int, str]:
    """Names for the gates in v1 that have none: v1.1, v1.2, ..."""
    gates = [vertex for vertex in view.vertices if vertex.kind == "gate" and not vertex.name]
    return {vertex.key: f"{name}.{n}" for n, vertex in enumerate(gates, 1)}


def depths(groups: Iterable[Group]) -> Iterator[tuple[Group, int]]:
    """Every group, and in how many others it lies."""
    todo = [(group, 0) for group in groups]
    while todo:
        group, depth = todo.pop()
        yield group, depth
        todo += [(part, depth + 1) for part in group.members if isinstance(part, Group)]


# ---------------------------------------------------------------- drawings
def drawing(view: View, items: list[list[Any]], direction: Direction) -> Facts:
    """Where each item stands, as x, y, width and height, and the wire of every edge."""
    boxes = [box(vertex) for vertex in view.vertices]
    layout = lay_out(view, boxes, direction)
    at = {vertex.key: k for k, vertex in enumerate(view.vertices)}
    placed = [[*item, *map(rounded, (x + (room.width - room.core_width) / 2, y, room.core_width, room.core_height))]
              for item, room, (x, y) in zip(items, boxes, layout.corners, strict=True)]
    paths = [[at[edge.source], at[edge.target], edge.position, shaft]
             for edge, (shaft, _) in zip(view.edges, wires(view, layout), strict=True)]
    return {"size": [rounded(layout.width), rounded(layout.height)], "items": placed, "wires": paths}


def rounded(x: float) -> float:
    """As the static picture has it."""
    return int(x) if x == int(x) else round(x, 1)


# ---------------------------------------------------------------- vertices
def described(vertices: Sequence[Vertex], called: Mapping[int, str], arriving: Mapping[int, list[Edge]],
              number: Mapping[int, int]) -> list[Facts]:
    """What the page knows of every vertex; what is None is left out."""
    return [facts_of(vertex, called[vertex.key], sorted(arriving[vertex.key], key=lambda edge: edge.position), number)
            for vertex in vertices]


def facts_of(vertex: Vertex, name: str, arriving: list[Edge], number: Mapping[int, int]) -> Facts:
    facts = {
        "kind": vertex.kind, "name": short(name), "title": title(vertex, name), "value": short(vertex.value),
        "gradient": short(vertex.gradient), "where": short(vertex.where), "code": short(vertex.code),
        "numbers": finite(vertex.numbers), "slopes": finite(vertex.slopes), "space": short(vertex.space),
        "count": short(vertex.count), "failed": vertex.failed or None,
    }
    if vertex.kind == "gate":
        label, shares = short(vertex.label) or "", [edge.share for edge in arriving]
        facts |= {
            "gate": short(vertex.gate), "label": label, "params": finite(dict(vertex.params)) or None,
            "moves": vertex.moves, "args": [number[edge.source] for edge in arriving],
            "formula": expression(label, ["\0"] * len(arriving)).split("\0"),
            "wrt": [position for position, share in enumerate(shares) if share is not None],
            "local": [finite(edge.local) for edge in arriving], "share": finite(shares),
        }
    return present(facts)


def title(vertex: Vertex, name: str) -> str | None:
    """The line above the value, where it is not what the page would write: the name, and nothing for gates."""
    written = next((text for kind, text in lines(vertex) if kind == "name"), "")
    usual = "" if vertex.kind in ("gate", "constant") else short(name)
    return None if written == usual else short(written)


def present(facts: Facts) -> Facts:
    return {fact: value for fact, value in facts.items() if value is not None}


def thin(vertices: list[Facts]) -> bool:
    """Leave out what the page of a large graph finds by itself; False where it is too many numbers for that."""
    few = sum(size(facts.get("numbers")) for facts in vertices) <= NUMBERS
    for facts in vertices:
        for fact in ("local", "share", *(() if few else ("numbers", "slopes", "moves"))):
            facts.pop(fact, None)
    return few


def size(x: Any) -> int:
    return sum(map(size, x)) if isinstance(x, list) else 1


def short(text: str | None) -> str | None:
    return None if text is None else shortened(printable(text), LIMIT)


def finite(x: Any) -> Any:
    """Plain data as JSON knows it: nan and infinities as text."""
    if isinstance(x, list | tuple):
        return [finite(part) for part in x]
    if isinstance(x, dict):
        return {name: finite(value) for name, value in x.items()}
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x
