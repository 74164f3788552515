"""What is wrong with a graph, where, and what to do about it: `diagnose(y)`."""
from collections.abc import Callable, Iterator
from html import escape
from itertools import islice
from typing import Any

import numpy as np

from autograd.errors import caller, describe
from autograd.graph import Node, Tensor
from autograd.visualize.chapter import escaped
from autograd.visualize.checks import activations, connections, nonfinite, slopes, waste
from autograd.visualize.checks.finding import Finding
from autograd.visualize.checks.remedies import PLAIN
from autograd.visualize.memory import Memory
from autograd.visualize.model import printable
from autograd.visualize.shares import Flow
from autograd.walk import history

SHOWN = 3                             # findings of one check: more are mostly the same one again

_NUMBERS = (nonfinite.forward, nonfinite.back)
_FLAT = (activations.dead, activations.saturated)
_SLOPES = (slopes.exploding, connections.unconnected, connections.taken_out)
_WASTE = (waste.broadcasts, waste.twice, waste.memory)


def diagnose(y: Any) -> "Diagnosis":
    """What is wrong with the graph behind y: nan and inf where they begin, gradients that vanish, explode or are cut
    off, dead ReLUs, saturated sigmoids, broadcasts that nobody meant, work done twice, memory. Leaves `.grad` alone.

    A healthy graph has no findings. Where y is an array, the gradient looked at is that of its sum.

    >>> x = Tensor([4.0, 0.0], name="x")
    >>> diagnose((x * x).sum())
    healthy
    >>> with np.errstate(divide="ignore"):
    ...     [found.kind for found in diagnose(np.log(x).sum()).findings]
    ['inf']
    """
    if not isinstance(y, Tensor) or not isinstance(y.node, Node):
        frame = caller(2)
        return Diagnosis([Finding("unconnected", "none", frame.f_code.co_filename, frame.f_lineno,
                                  f"y is {describe(y)}, with no graph behind it", PLAIN)], Memory([]))
    flow = Flow(history(y.node))
    with np.errstate(all="ignore"):
        return Diagnosis(list(_findings(flow)), Memory(flow.order))


def _findings(flow: Flow) -> Iterator[Finding]:
    """Where numbers are not finite, slopes say nothing; where units are dead or flat, small gradients follow."""
    broken = list(_first(_NUMBERS, flow))
    yield from broken
    if not broken:
        flat = list(_first(_FLAT, flow))
        yield from flat
        yield from _first(_SLOPES if flat else (slopes.vanishing, *_SLOPES), flow)
    yield from _first(_WASTE, flow)


def _first(checks: tuple[Callable[[Flow], Iterator[Finding]], ...], flow: Flow) -> Iterator[Finding]:
    """The first findings of each check, one for a line."""
    for check in checks:
        lines = {(found.kind, found.file, found.line): found for found in islice(check(flow), 1000)}
        yield from islice(lines.values(), SHOWN)


class Diagnosis:
    """The findings, most telling first, and the `memory` that the graph keeps; shows itself in words, in notebooks as
    a page with the table of that memory.

    >>> x = Tensor(np.ones(1000), name="x")
    >>> diagnose(np.sum(np.tanh(x))).memory.total
    8000
    """

    def __init__(self, findings: list[Finding], memory: Memory) -> None:
        self.findings, self.memory = findings, memory

    def __bool__(self) -> bool:
        return bool(self.findings)

    def __repr__(self) -> str:
        found = "\n\n".join(map(str, self.findings)) or "healthy"
        return f"{found}\n\n{self.memory!r}" if any(one.kind == "memory" for one in self.findings) else found

    def markdown(self) -> str:
        """The findings as a list, and the memory of every gate as a table.

        >>> print(diagnose(Tensor(1.0) * 2.0).markdown().strip())
        healthy
        """
        found = [f"- **{one.kind}**: " + "  \n  ".join(map(escaped, (one.what, one.place(), one.remedy)))
                 for one in self.findings]
        table = ["", self.memory.markdown()] if self.memory.rows else [""]
        return "\n".join([*(found or ["healthy"]), *table])

    def _repr_html_(self) -> str:
        """The same for notebooks."""
        found = "".join(f"<li><b>{one.kind}</b>: {escape(printable(one.what))}<br><code>{escape(one.place())}</code>"
                        f"<br>{escape(one.remedy)}</li>" for one in self.findings)
        table = (f"<details><summary>memory: {self.memory.total:,} bytes</summary>{self.memory._repr_html_()}</details>"
                 if self.memory.rows else "")
        return (f"<ul>{found}</ul>" if found else "<p>healthy</p>") + table
