"""What every picture is made from: vertices, edges, and values as short text. Standard library only.

A `View` is plain data, so that a renderer never sees the engine and a test can write a graph by hand.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

Kind = Literal["leaf", "constant", "gate", "group", "stub"]
Numbers = float | list[Any]  # an array as nested lists

SMALL = 6  # an array of at most this many elements is shown in full
FULL = 64  # and one of at most this many goes into a page that computes with it


@dataclass(frozen=True, slots=True)
class Vertex:
    """One value: a leaf, a constant, or what a gate computed; a closed group of them; a stub, for what lies outside.

    What a page needs to compute it again comes last. `numbers` and `slopes` are value and gradient in full, where they
    are few and real. `moves` is for a gate that only moves numbers: which one of all its inputs, counted from 1, each
    output is, or 0.
    """

    key: int
    kind: Kind
    label: str
    name: str | None = None
    value: str | None = None
    gradient: str | None = None
    where: str | None = None
    code: str | None = None
    gate: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    moves: Numbers | None = field(default=None, hash=False)
    numbers: Numbers | None = field(default=None, hash=False)
    slopes: Numbers | None = field(default=None, hash=False)
    space: str | None = None  # shape and dtype, where there is no value yet
    count: str | None = None  # what is in a closed group
    failed: bool = False  # a gate that raised an error; what it said stands for its value


@dataclass(frozen=True, slots=True)
class Edge:
    """The vertex with key `source` is argument number `position` of the gate with key `target`.

    `local` is the derivative of the gate for this argument, `share` what came back through it.
    """

    source: int
    target: int
    position: int
    local: Numbers | None = field(default=None, hash=False)
    share: Numbers | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Gates that follow each other, by key, and groups of such: a module, turns of a loop, one turn, a line."""

    name: str
    members: "tuple[int | Group, ...]"


@dataclass(frozen=True, slots=True)
class View:
    """Vertices in topological order, oldest first, and the edges between them.

    Where groups are closed, `groups` are those, and `whole` is the view with all that is in them.
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = ()
    whole: "View | None" = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """The gates on numbers inside one gate on arrays, between stubs: numbers that come in, and the array that goes on.

    `origins` says which input of the gate a number is of, and its place there; `ends` which gate made each number
    of the array, None where it is constant.
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    origins: Mapping[int, tuple[int, int]]
    ends: tuple[int | None, ...]


def arguments(view: View) -> dict[int, list[int]]:
    """The source keys of every vertex, in argument order."""
    sources: dict[int, list[int]] = {vertex.key: [] for vertex in view.vertices}
    for edge in sorted(view.edges, key=lambda edge: edge.position):
        sources[edge.target].append(edge.source)
    return sources


def names(view: View) -> dict[int, str]:
    """A different printable name for every leaf and gate, and the value of a constant.

    What has no name is called v1, v2, ... in order; a name that is taken gets a number: w, w_2.
    """
    given = {vertex.name for vertex in view.vertices}
    generated = (name for name in map("v{}".format, count(1)) if name not in given)
    taken: dict[str, int] = {}
    return {vertex.key: called(vertex, generated, taken) for vertex in view.vertices}


def called(vertex: Vertex, generated: Iterator[str], taken: dict[str, int]) -> str:
    if vertex.kind == "constant":
        label = printable(vertex.label)
        return f"({label})" if " " in label and not label.startswith("[") else label
    name = base = printable(vertex.name) if vertex.name else next(generated)
    while name in taken:
        taken[base] += 1
        name = f"{base}_{taken[base]}"
    taken[name] = 1
    return name


# ---------------------------------------------------------------- values as text
def number(x: Any) -> str:
    """Four significant digits, whole numbers in full.

    >>> number(0.70710678), number(-0.000012), number(12345.0)
    ('0.7071', '-1.2e-05', '12345')
    """
    if isinstance(x, float) and x.is_integer() and abs(x) < 1e6:
        return f"{x:.0f}"
    return f"{x:.4g}" if isinstance(x, float | complex) else str(x)


def nested(x: Any) -> str:
    """Lists of lists of numbers.

    >>> nested([[1.0, 2.5], [3.0, 4.0]])
    '[[1, 2.5], [3, 4]]'
    """
    return f"[{', '.join(map(nested, x))}]" if isinstance(x, list) else number(x)


def shown(x: Any) -> str:
    """Any value as short text, large arrays as `64×100 float64, -2.1 to 3.4`.

    An array is whatever has `shape`, `dtype`, `size` and `tolist`.
    """
    if not hasattr(x, "tolist") or 0 < x.size <= SMALL:
        return small(x)
    return ", ".join(filter(None, [f"{'×'.join(map(str, x.shape))} {x.dtype}", span(x)]))


def shown_gradient(x: Any) -> str:
    """A gradient as short text, large arrays as `-2.1 to 3.4`: the shape is that of the value."""
    return small(x) if not hasattr(x, "tolist") or x.size <= SMALL else span(x)


def small(x: Any) -> str:
    return nested(x.tolist() if hasattr(x, "tolist") else x)


def span(array: Any) -> str:
    """Smallest and largest element, where there is an order and an element."""
    if array.dtype.kind not in "fiu" or not array.size:
        return ""
    return f"{number(array.min().item())} to {number(array.max().item())}"


def in_full(x: Any) -> Numbers | None:
    """A number, or a small array of doubles, integers or booleans, as plain data; otherwise None.

    >>> in_full(2.0), in_full(1j)
    (2.0, None)
    """
    if isinstance(x, float | int):
        return float(x)
    doubles = hasattr(x, "tolist") and (x.dtype.kind in "iub" or x.dtype == "float64")
    return x.tolist() if doubles and 0 < x.size <= FULL else None


# ---------------------------------------------------------------- text as data
def printable(text: str) -> str:
    """Text as it can stand on one line: control, bidi and unpaired surrogate characters as escapes.

    >>> print(printable("a\\nb"))
    a\\nb
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where some were left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def columns(text: str) -> int:
    """How many character cells the text takes in a monospaced font."""
    if text.isascii():
        return len(text)
    return sum(cells(character) for character in text)


def cells(character: str) -> int:
    """East Asian wide characters and emoji take two cells, combining marks none."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
