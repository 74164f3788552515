"""What a graph keeps in memory for the walk back, gate by gate."""
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Node, plain
from autograd.visualize.chapter import table
from autograd.visualize.model import printable
from autograd.visualize.text import aligned

HEAD = ("gate", "uses", "keeps", "bytes", "line")
SIDES = ("left", "right", "left", "right", "left")


class Kept(NamedTuple):
    """One node, and the arrays that it holds and no older node did: what they are to it, and their bytes."""

    node: Node
    names: str
    size: int


class Row(NamedTuple):
    """All uses of a gate in one line."""

    gate: str
    uses: int
    names: str
    size: int
    where: str


class Memory:
    """The gates that keep something, the largest first, and the `total` in bytes. An array that several gates hold
    counts once, for the oldest; leaves are not counted, and neither are numbers.

    >>> from autograd import Tensor, diagnose
    >>> x = Tensor(np.ones(1000), name="x")
    >>> memory = diagnose(np.sum(np.exp(np.tanh(x)))).memory
    >>> [(row.gate, row.names, row.size) for row in memory.rows], memory.total
    ([('tanh', 'ans', 8000), ('exp', 'ans', 8000)], 16000)
    """

    def __init__(self, order: Sequence[Node]) -> None:
        lines: dict[tuple[str, str], list[Kept]] = {}
        for part in kept(order):
            lines.setdefault((part.node.gate.name, part.node.where()), []).append(part)
        rows = [Row(gate, len(parts), ", ".join(sorted({name for part in parts for name in part.names.split(", ")})),
                    sum(part.size for part in parts), where) for (gate, where), parts in lines.items()]
        self.rows = sorted(rows, key=lambda row: -row.size)
        self.total = sum(row.size for row in rows)

    def _cells(self) -> list[list[str]]:
        return [*([printable(row.gate), f"{row.uses:,}", row.names, f"{row.size:,}", printable(row.where)]
                  for row in self.rows), ["total", "", "", f"{self.total:,}", ""]]

    def __repr__(self) -> str:
        return "\n".join(line.rstrip() for line in aligned([[f"{cell}  " for cell in row]
                                                            for row in [list(HEAD), *self._cells()]]))

    def markdown(self) -> str:
        """The table in Markdown.

        >>> from autograd import Tensor, diagnose
        >>> diagnose(np.sum(np.tanh(Tensor(np.ones(5))))).memory.markdown().splitlines()[-1]
        '| total |  |  | 40 |  |'
        """
        return "\n".join(table(HEAD, self._cells()))

    def _repr_html_(self) -> str:
        """The table, for notebooks."""
        def line(kind: str, cells: Sequence[str]) -> str:
            return "".join(f'<{kind} style="text-align: {side}">{cell}</{kind}>'
                           for side, cell in zip(SIDES, cells, strict=True))
        body = (line("td", [f"<code>{escape(cell)}</code>" for cell in row]) for row in self._cells())
        return f"<table><tr>{line('th', HEAD)}</tr>{''.join(f'<tr>{cells}</tr>' for cells in body)}</table>"


def kept(order: Sequence[Node]) -> Iterator[Kept]:
    """The nodes that hold arrays of their own."""
    seen = {key for node in order if node.gate is None for key, _ in memories(node.ans)}
    for node in order:
        if node.gate is not None:
            names: dict[str, int] = {}
            for name, x in held(node):
                for key, size in memories(x):
                    if key not in seen:
                        seen.add(key)
                        names[name] = names.get(name, 0) + size
            if names:
                yield Kept(node, ", ".join(names), sum(names.values()))


def held(node: Node) -> Iterator[tuple[str, Any]]:
    """What a node holds, by the letters of the gates."""
    yield "ans", node.ans
    yield from zip("xyz" if node.gate.arity else ["xs"] * len(node.args), node.args, strict=False)


def memories(x: Any) -> Iterator[tuple[int, int]]:
    """The array that the numbers of x lie in, by its identity, with its bytes; none for a number."""
    x = plain(x)
    while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
        x = x.base
    if isinstance(x, np.ndarray):
        yield id(x), int(x.nbytes)
