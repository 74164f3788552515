"""What can be opened in a page: for every closed group a scene of its own. Standard library only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt

from autograd.visualize.collapse import collapsed, keys
from autograd.visualize.groups import LIMIT
from autograd.visualize.model import Edge, Group, Vertex, View

VERTICES = 2_000  # in all scenes of groups


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A drawing: of the whole graph, or of what is in a group, between stubs for what lies outside."""

    view: View
    parent: "Scene | None" = None
    group: Group | None = None


def scenes(whole: "Whole", view: View) -> Iterator[Scene]:
    """The view, and a scene for each group, from the outside in, as far as there is room."""
    found, room = [Scene(view)], VERTICES
    for scene in found:
        yield scene
        for group in scene.view.groups if room > 0 else ():
            inside = whole.scene(group, scene)
            if len(inside.view.vertices) <= LIMIT:
                room -= len(inside.view.vertices)
                found += [inside] if room >= 0 else []


class Whole:
    """A graph with all of its vertices, and which edges begin and end at each."""

    def __init__(self, view: View, called: Mapping[int, str]) -> None:
        self.view, self.called = view, called
        self.vertex = {vertex.key: vertex for vertex in view.vertices}
        self.arriving: dict[int, list[Edge]] = {key: [] for key in self.vertex}
        self.leaving: dict[int, list[Edge]] = {key: [] for key in self.vertex}
        for edge in view.edges:
            self.arriving[edge.target].append(edge)
            self.leaving[edge.source].append(edge)
        self.homes: dict[Scene, dict[int, Group | None]] = {}

    def scene(self, group: Group, parent: Scene) -> Scene:
        """What is in a group, with the groups in it closed."""
        gates = set(keys(group))
        edges = [edge for key in sorted(gates) for edge in self.arriving[key]]
        sources = {edge.source for edge in edges} - gates
        own = {key for key in sources if self.vertex[key].kind in ("leaf", "constant") and self.only(key, gates)}
        entering = [self.entering(key, parent) for key in sorted(sources - own)]
        inside = [self.vertex[key] for key in sorted(gates | own)]
        leaving, out = self.outside(gates, parent)
        part = View((*entering, *inside, *leaving), (*edges, *out), tuple(in_pieces(group)))
        return Scene(collapsed(part, 0), parent, group)

    def only(self, key: int, gates: set[int]) -> bool:
        """Whether nothing else uses a vertex."""
        return all(edge.target in gates for edge in self.leaving[key])

    def ends(self, group: Group) -> list[int]:
        """The gates of a group whose values others use, and the last of the graph."""
        gates = set(keys(group))
        return [key for key in sorted(gates) if key == self.view.vertices[-1].key or not self.only(key, gates)]

    def entering(self, key: int, parent: Scene) -> Vertex:
        """A stub for a value that comes from outside."""
        vertex, place = self.vertex[key], self.place(key, parent)
        origin = f"from {place.name}" if isinstance(place, Group) else f"{vertex.kind} outside"
        return Vertex(key, "stub", vertex.label, self.called[key], vertex.value, vertex.gradient, count=origin)

    def outside(self, gates: set[int], parent: Scene) -> tuple[list[Vertex], list[Edge]]:
        """A stub for every place outside that uses values of these gates; their keys are below zero."""
        stubs: dict[int | Group, Vertex] = {}
        edges: dict[tuple[int, int], Edge] = {}
        for edge in (edge for key in sorted(gates) for edge in self.leaving[key] if edge.target not in gates):
            place = self.place(edge.target, parent)
            name = place.name if isinstance(place, Group) else self.called[place]
            stub = stubs.setdefault(place, Vertex(-1 - len(stubs), "stub", f"to {name}"))
            edges.setdefault((edge.source, stub.key), Edge(edge.source, stub.key, len(edges)))
        return list(stubs.values()), list(edges.values())

    def place(self, key: int, scene: Scene | None) -> int | Group:
        """Where a gate is seen from a scene: in a closed group of it, or of one around it, or by itself."""
        while scene is not None and key not in (homes := self.homes_in(scene)):
            scene = scene.parent
        return key if scene is None else homes[key] or key

    def homes_in(self, scene: Scene) -> dict[int, Group | None]:
        """The closed group of every gate of a scene; None of one that is seen by itself."""
        if scene not in self.homes:
            home: dict[int, Group | None] = dict.fromkeys(keys(scene.group) if scene.group else ())
            self.homes[scene] = home | {key: group for group in scene.view.groups for key in keys(group)}
        return self.homes[scene]


def in_pieces(group: Group) -> Iterator[Group]:
    """The groups in a group; where it has too many members for one drawing, stretches of them."""
    members, size = group.members, isqrt(len(group.members))
    if len(members) <= LIMIT // 2:
        yield from groups_in(members)
        return
    for start in range(0, len(members), size):
        piece = members[start : start + size]
        yield Group(f"{start + 1:,}–{start + len(piece):,} of {len(members):,}", piece)


def groups_in(members: Sequence[int | Group]) -> list[Group]:
    return [member for member in members if isinstance(member, Group)]
