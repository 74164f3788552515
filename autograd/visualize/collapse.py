"""A view in which groups are closed: one vertex stands for all that is in them. Standard library only."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograd.visualize.groups import LIMIT, grouped
from autograd.visualize.model import Edge, Group, Vertex, View

NAMES = 3  # of leaves that share a vertex


def visible(view: View, depth: int | None = None) -> View:
    """The view with its groups open down to `depth`; by default as far as a drawing of some 300 vertices goes.

    Where it has no groups, they are found.
    """
    if depth is None and len(view.vertices) <= LIMIT:
        return view
    whole = view if view.groups else grouped(view)
    if depth is not None:
        return collapsed(whole, depth)
    best, levels = collapsed(whole, 0), height(whole.groups)
    for level in range(1, levels + 1):
        deeper = collapsed(whole, level)
        if len(deeper.vertices) > LIMIT:
            break
        best = deeper
    return best if len(best.vertices) <= LIMIT else bundled(best)


def height(groups: Sequence[Group]) -> int:
    """How many groups lie in each other."""
    level, now = 0, list(groups)
    while now:
        level, now = level + 1, [part for group in now for part in group.members if isinstance(part, Group)]
    return level


def collapsed(view: View, depth: int) -> View:
    """The view with the groups below `depth` closed. Leaves and constants that only one of them uses are inside."""
    home = {key: group for group in closed(view.groups, depth) for key in keys(group)}
    users: dict[int, set[Group | None]] = {}
    for edge in view.edges:
        users.setdefault(edge.source, set()).add(home.get(edge.target))
    for vertex in view.vertices:
        if vertex.kind in ("leaf", "constant") and len(found := users.get(vertex.key, {None})) == 1:
            (only,) = found
            if only is not None:
                home[vertex.key] = only
    return contracted(view, home)


def closed(groups: Sequence[Group], depth: int) -> Iterator[Group]:
    """The outermost groups that are not open."""
    for _ in range(depth):
        groups = [part for group in groups for part in group.members if isinstance(part, Group)]
    yield from groups


def keys(group: Group) -> Iterator[int]:
    """The gates of a group, those of the groups inside included."""
    todo: list[int | Group] = [group]
    while todo:
        part = todo.pop()
        if isinstance(part, Group):
            todo += part.members
        else:
            yield part


def contracted(view: View, home: dict[int, Group]) -> View:
    """The view with one vertex for every group that is the home of some. It stands where its last gate stood."""
    inside: dict[Group, list[Vertex]] = {}
    for vertex in view.vertices:
        if vertex.key in home:
            inside.setdefault(home[vertex.key], []).append(vertex)
    last = {group: max(v.key for v in found if v.kind == "gate") for group, found in inside.items()}
    key = {vertex.key: last[home[vertex.key]] if vertex.key in home else vertex.key for vertex in view.vertices}
    leaving = {edge.source for edge in view.edges if key[edge.source] != key[edge.target]}
    leaving |= {vertex.key for vertex in view.vertices[-1:]}
    stands = {last[group]: standing(group.name, last[group], found, leaving) for group, found in inside.items()}
    vertices = tuple(stands.get(vertex.key, vertex) for vertex in view.vertices if key[vertex.key] == vertex.key)
    return View(vertices, tuple(joined(view.edges, key, stands.keys())), tuple(inside), view)


def standing(name: str, key: int, inside: Sequence[Vertex], leaving: set[int]) -> Vertex:
    """The vertex of a closed group. It shows the value of the one gate that others use, if there is only one."""
    ends = [vertex for vertex in inside if vertex.key in leaving]
    end = ends[0] if len(ends) == 1 else Vertex(key, "group", name)
    return replace(end, key=key, kind="group", label=name, where=stretch(inside), count=counted(inside))


def counted(inside: Sequence[Vertex]) -> str:
    """How many there are of each kind: `12 gates, 3 leaves`."""
    kinds = Counter(vertex.kind for vertex in inside)
    words = {"gate": ("gate", "gates"), "leaf": ("leaf", "leaves"), "constant": ("constant", "constants")}
    return ", ".join(f"{kinds[kind]:,} {word[kinds[kind] > 1]}"  # type: ignore[index]
                     for kind, word in words.items() if kinds[kind])  # type: ignore[index]


def stretch(inside: Sequence[Vertex]) -> str | None:
    """Their lines: `file.py:5`, or `file.py:5–7` where there are several."""
    places = {vertex.where for vertex in inside if vertex.where and vertex.kind == "gate"}
    files: dict[str, list[int]] = {}
    for place in places:
        file, _, line = place.rpartition(":")
        if line.isdecimal():
            files.setdefault(file, []).append(int(line))
    found = sorted((file, min(lines), max(lines)) for file, lines in files.items())
    return ", ".join(f"{file}:{a}" + (f"–{b}" if b > a else "") for file, a, b in found) or None


def joined(edges: Sequence[Edge], key: dict[int, int], groups: object) -> Iterator[Edge]:
    """The edges between what is seen; into a group one from each source, numbered as they come."""
    seen: dict[int, set[int]] = {}
    for edge in edges:
        source, target = key[edge.source], key[edge.target]
        if source == target:
            continue
        if target not in groups:  # type: ignore[operator]
            yield Edge(source, target, edge.position)
        elif source not in (sources := seen.setdefault(target, set())):
            yield Edge(source, target, len(sources))
            sources.add(source)


# ---------------------------------------------------------------- leaves
def bundled(view: View) -> View:
    """The view with one vertex for all leaves and constants that the same gates use."""
    targets: dict[int, list[int]] = {}
    for edge in view.edges:
        targets.setdefault(edge.source, []).append(edge.target)
    alike: dict[tuple[int, ...], list[Vertex]] = {}
    for vertex in view.vertices:
        if vertex.kind in ("leaf", "constant"):
            alike.setdefault(tuple(targets.get(vertex.key, ())), []).append(vertex)
    bundles = [found for found in alike.values() if len(found) >= NAMES]
    key = {vertex.key: vertex.key for vertex in view.vertices}
    key |= {vertex.key: found[0].key for found in bundles for vertex in found}
    stands = {found[0].key: bundle(found) for found in bundles}
    vertices = tuple(stands.get(vertex.key, vertex) for vertex in view.vertices if key[vertex.key] == vertex.key)
    groups = {vertex.key for vertex in vertices if vertex.kind == "group"}
    return View(vertices, tuple(joined(view.edges, key, groups)), view.groups, view.whole)


def bundle(found: Sequence[Vertex]) -> Vertex:
    names = ", ".join(vertex.name or vertex.label for vertex in found[:NAMES])
    return Vertex(found[0].key, "group", f"{names}, …", count=counted(found))
