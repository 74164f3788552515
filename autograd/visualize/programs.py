"""From a recorded program to a picture: its steps, with shapes and dtypes where a graph has values."""

from typing import Any

from autograd.program import Program
from autograd.space import ndarray
from autograd.visualize.labels import label
from autograd.visualize.model import Edge, Vertex, View, shown


def program_view(program: Program) -> View:
    """Inputs, steps, and a vertex for every use of a constant; the outputs are named.

    Of a loop, what one turn hands to the next has the same number in `carry 0` and `next carry 0`; `row 0` is what
    this turn is given, and `stacked 0` what it adds to the answer.
    """
    return Sheet(program).view()


class Sheet:
    """Vertices and edges so far, and which vertex stands for a slot."""

    def __init__(self, program: Program) -> None:
        self.program, self.ends = program, ends(program)
        self.keys: dict[int, int] = {}
        self.vertices: list[Vertex] = []
        self.edges: list[Edge] = []

    def view(self) -> View:
        program = self.program
        for number, slot in enumerate(program.inputs):
            self.keys[slot] = self.add("leaf", entry(program, number), slot)
        for step in program.steps:
            self.step(step)
        for slot in self.ends:
            if slot not in self.keys:
                self.constant(slot)
        return View(tuple(self.vertices), tuple(self.edges))

    def step(self, step: Any) -> None:
        sources = [self.keys[slot] if slot in self.keys else self.constant(slot) for slot in step.args]
        key = self.keys[step.out] = self.add("gate", label(step.gate, step.params), step.out, step.where or None)
        self.edges += [Edge(source, key, position) for position, source in enumerate(sources)]

    def add(self, kind: Any, text: str, slot: int, where: str | None = None) -> int:
        names = [text] if kind == "leaf" else []
        name = " = ".join([*names, *self.ends.get(slot, [])]) or None
        space = str(self.program.spaces[slot])
        self.vertices.append(Vertex(len(self.vertices), kind, text, name, where=where, space=space))
        return len(self.vertices) - 1

    def constant(self, slot: int) -> int:
        value = self.program.constants[slot]
        text = shown(value) if isinstance(value, float | ndarray) else str(value)
        name = " = ".join(self.ends.get(slot, [])) or None
        self.vertices.append(Vertex(len(self.vertices), "constant", text, name, value=text))
        return len(self.vertices) - 1


def entry(program: Program, number: int) -> str:
    """The name of an input."""
    if number < program.carried:
        return f"carry {number}"
    row = number - program.carried
    return f"row {row}" if row < program.sliced else f"x{row - program.sliced}"


def ends(program: Program) -> dict[int, list[str]]:
    """The names of what is an output; a witness, which only says whether there was a nan, has none."""
    found: dict[int, list[str]] = {}
    loop = program.carried or program.sliced
    for number, slot in enumerate(program.outputs):
        if number not in program.witnesses:
            rest = f"stacked {number - program.carried}" if loop else f"out {number}"
            found.setdefault(slot, []).append(f"next carry {number}" if number < program.carried else rest)
    return found
