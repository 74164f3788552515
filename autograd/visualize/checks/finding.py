"""One thing that is wrong with a graph."""
import linecache
import os
from dataclasses import dataclass

from autograd.errors import cell_of, line_of
from autograd.graph import Node
from autograd.visualize.model import printable


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong (`kind`, and in words `what`), at which gate, in which line, and what to do about it.

    >>> import numpy as np
    >>> from autograd import Tensor, diagnose
    >>> with np.errstate(divide="ignore"):
    ...     (found,) = diagnose(np.log(Tensor(0.0, name="x"))).findings
    >>> found.kind, found.gate
    ('inf', 'log')
    """

    kind: str
    gate: str
    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{printable(f'{self.kind}: {self.what}')}\n  at {self.place()}\n  {self.remedy}"

    def place(self) -> str:
        """The line, the gate, and the text of the line.

        >>> Finding("inf", "log", "model.py", 3, "", "").place()
        'model.py:3, gate log'
        """
        code = linecache.getline(self.file, self.line).strip()
        place = f"{cell_of(self.file) or os.path.basename(self.file)}:{self.line}" if self.line else self.file
        return f"{printable(place)}, gate {self.gate}    {printable(code)}".rstrip()


def finding(kind: str, node: Node, what: str, remedy: str) -> Finding:
    """A finding at the line that made a node."""
    gate = node.gate.name if node.gate else "leaf"
    if isinstance(node.code, str):
        return Finding(kind, gate, node.code, 0, what, remedy)
    return Finding(kind, gate, node.code.co_filename, line_of(node.code, node.lasti), what, remedy)


def called(node: Node) -> str:
    """A node in words: its name, or its gate."""
    return printable(node.name or (node.gate.name if node.gate else "a leaf without name"))
