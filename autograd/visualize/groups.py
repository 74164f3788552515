"""What belongs together in a large graph: modules, turns of loops, lines. Standard library only.

A group is a stretch of gates in order of birth. Whatever lies on a path between two of its gates was born between
them, so that a closed group can stand in the drawing as one vertex, and no edge goes backwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile
from operator import eq
from typing import Any

from autograd.visualize.model import Edge, Group, Vertex, View, shortened

LIMIT = 300  # vertices that a drawing shows by itself
LONGEST = 256  # gates, or groups of them, in one turn of a loop that is found
Path = tuple[tuple[str, int], ...]
Numbers = dict[Any, int]  # a number for every token, which compares quickly

AGAIN = 0.9  # what folding must leave at most for a new search, from the shortest turns on
PARTS = 100  # into which gates are cut that have nothing in common
NAME_LIMIT = 24  # characters of what is repeated


@dataclass(frozen=True, slots=True)
class Item:
    """A gate, by its key, or a group; equal tokens mean the same work."""

    token: Any
    name: str
    member: int | Group


def grouped(view: View) -> View:
    """The view with its groups, from the inside out: turns of loops inside modules, and among them."""
    gates = [vertex for vertex in view.vertices if vertex.kind == "gate"]
    found = nested(gates, bridged(modules(gates, view)), 0, {})
    for closer in (lines, parts):
        if len(found) > LIMIT:
            found = closer(found, {gate.key: gate for gate in gates})
    return replace(view, groups=tuple(item.member for item in found if isinstance(item.member, Group)))


# ---------------------------------------------------------------- modules
def modules(gates: Sequence[Vertex], view: View) -> Iterator[Path]:
    """The path of the module of every gate, such as `layers`, `0`, each with a number that tells its calls apart.

    The dotted name of a parameter, `layers.0.weight`, begins with it. A module lasts from the first use of one of its
    parameters to that of another module's, or to the end of the line; its first parameter begins it once more.
    """
    names = {vertex.key: vertex.name for vertex in view.vertices if vertex.kind == "leaf" and vertex.name}
    used = {edge.target: edge.source for edge in by_position(view) if "." in names.get(edge.source, "")}
    path: Path = ()
    top, where, first, call = "", None, -1, 0
    for gate in gates:
        path, where = path if gate.where == where else (), gate.where
        if gate.key in used:
            leaf = used[gate.key]
            steps = names[leaf].split(".")[:-1]
            if leaf == first or steps[0] != top:
                top, first, call = steps[0], leaf, call + 1
            path = tuple((step, call) for step in steps)
        yield path


def bridged(paths: Iterable[Path]) -> list[Path]:
    """The paths, with what is in no module in the one that has gates before and after it."""
    found: list[Path] = []
    before: Path = ()
    for path, stretch in groupby(paths):
        if path:
            gap = len(found) - next((n for n, known in enumerate(reversed(found)) if known), len(found))
            found[gap:] = [shared(before, path)] * (len(found) - gap)
            before = path
        found += stretch
    return found


def shared(a: Path, b: Path) -> Path:
    """The beginning that two paths have in common."""
    return tuple(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def by_position(view: View) -> list[Edge]:
    """The edges, first arguments last."""
    return sorted(view.edges, key=lambda edge: -edge.position)


def nested(gates: Sequence[Vertex], paths: Sequence[Path], depth: int, numbers: Numbers) -> list[Item]:
    """Gates with equal beginnings of their paths in groups, with loops folded inside and outside."""
    found: list[Item] = []
    pairs = zip(gates, paths, strict=True)
    for part, stretch in groupby(pairs, key=lambda pair: pair[1][depth : depth + 1]):
        inside, deeper = zip(*stretch, strict=True)
        if not part:
            found += [Item((gate.label, gate.where), gate.label, gate.key) for gate in inside]
            continue
        items = nested(inside, deeper, depth + 1, numbers)
        name = ".".join(step for step, _ in deeper[0][: depth + 1])
        found += items if len(items) == 1 else [group(("module", name), f"module {name}", items)]
    return folded(found, numbers)


def group(token: Any, name: str, items: Sequence[Item]) -> Item:
    return Item(token, name, Group(name, tuple(item.member for item in items)))


# ---------------------------------------------------------------- loops
def folded(items: list[Item], numbers: Numbers) -> list[Item]:
    """Every stretch that is the same work again and again as one group, the shortest turns first."""
    period = 1
    while period <= min(LONGEST, len(items) // 2):
        tokens = [numbers.setdefault(item.token, len(numbers)) for item in items]
        shorter = rolled(items, tokens, period)
        period = 1 if len(shorter) < AGAIN * len(items) else period + 1
        items = shorter
    return items


def rolled(items: list[Item], tokens: list[int], period: int) -> list[Item]:
    """The items with each stretch of equal turns of this length in a group. The number of turns is not compared."""
    same = bytes(map(eq, tokens, tokens[period:])) + b"\0"
    least = period * (1 if period > 2 else 2)  # two turns, but three of short ones
    found: list[Item] = []
    end = 0
    while (start := same.find(b"\1" * least, end)) >= 0:
        turns = 1 + (same.index(b"\0", start) - start) // period
        found += items[end:start]
        end = start + turns * period
        found.append(loop(items[start:end], tokens[start : start + period], period))
    return found + items[end:]


def loop(items: list[Item], tokens: list[int], period: int) -> Item:
    """A group of turns, each a group of its own where it is more than one gate."""
    turns = [items[i : i + period] for i in range(0, len(items), period)]
    name = shortened(" ".join(item.name for item in turns[0]), NAME_LIMIT)
    if period > 1:
        called = enumerate(turns, 1)
        inside: list[Item] = [group(None, f"turn {number}: {name}", turn) for number, turn in called]
    else:
        inside = items
    return group(("loop", *tokens), f"{len(turns):,} × ({name})", inside)


# ---------------------------------------------------------------- what has nothing in common
def lines(items: list[Item], gates: dict[int, Vertex]) -> list[Item]:
    """Gates of one line that follow each other in a group."""
    found: list[Item] = []
    for where, stretch in groupby(items, key=lambda item: isinstance(item.member, int) and gates[item.member].where):
        inside = list(stretch)
        found += [group(None, str(where), inside)] if where and len(inside) > 1 else inside
    return found


def parts(items: list[Item], gates: dict[int, Vertex]) -> list[Item]:
    """Stretches of equally many."""
    size = -(-len(items) // PARTS)
    pieces = [items[start : start + size] for start in range(0, len(items), size)]
    return [group(None, f"part {number} of {len(pieces)}", piece) for number, piece in enumerate(pieces, 1)]
