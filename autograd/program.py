"""Floor 4: a program, which is a graph as a flat list of steps.

    tracing.py   f runs once on tensors of a level that notes every gate, also those without a derivative
    witness.py   which outputs show whether a nan came up on the way
    program.py   the notes become steps over numbered slots: inputs, constants, results
    passes.py    programs to programs that do less and give the same numbers
    executors/   ways to run a program; `plain` is the reference

A program may be a loop: its first `carried` outputs are the first inputs of the next turn, the `sliced` inputs after
those come turn by turn from axis 0 of what is given, and the outputs after the carried ones are stacked.

Some outputs are witnesses: they are nan where a walk back inside the function met a nan. Then there is no answer, for
eager mode looks closer at such points, see singular.py.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, NamedTuple

import numpy as np

from autograd.gate import Gate
from autograd.graph import Leaf, Node
from autograd.singular import is_nan


class Space(NamedTuple):
    """The shape and dtype of a value; the dtype of a Python float, which takes that of what it meets, is None."""

    shape: tuple[int, ...]
    dtype: Any

    def __str__(self) -> str:
        shape = "×".join(map(str, self.shape))
        return f"{self.dtype or 'float'}[{shape}]" if self.shape else str(self.dtype or "float")


def space_of(x: Any) -> Space:
    """The space of a float, number or array."""
    if type(x) is float:
        return Space((), None)
    return Space(x.shape, x.dtype) if hasattr(x, "dtype") else Space((), np.dtype(type(x)))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One gate on slots: `out` becomes gate(*args, **params)."""

    gate: Gate
    args: tuple[int, ...]
    params: dict[str, Any]
    out: int
    where: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Steps over slots. `spaces[slot]` says what a slot holds, `constants` those that are known.

    >>> from autograd import trace
    >>> program = trace(lambda x: x * x + 1.0)(3.0)
    >>> len(program), [step.gate.name for step in program]
    (2, ['mul', 'add'])
    """

    inputs: tuple[int, ...]
    constants: dict[int, Any]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    spaces: dict[int, Space]
    carried: int = 0
    sliced: int = 0
    witnesses: tuple[int, ...] = ()                        # numbers of outputs
    original: "Program | None" = field(default=None, repr=False)       # before the passes

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def with_steps(self, steps: Sequence[Step], **changes: Any) -> "Program":
        """The same program with other steps, and no more spaces and constants than these need.

        >>> from autograd import trace
        >>> program = trace(lambda x: x * x)(3.0)
        >>> len(program.with_steps([], outputs=program.inputs))
        0
        """
        new = replace(self, steps=tuple(steps), **changes)
        used = {*new.inputs, *new.outputs, *(s for step in steps for s in (*step.args, step.out))}
        return replace(new, spaces={s: space for s, space in new.spaces.items() if s in used},
                       constants={s: value for s, value in new.constants.items() if s in used})

    def checked(self, outputs: list[Any]) -> list[Any] | None:
        """The outputs; None where a witness has a nan.

        >>> from autograd import trace
        >>> trace(lambda x: x * x)(3.0).checked([9.0])
        [9.0]
        """
        return None if any(is_nan(outputs[k]) for k in self.witnesses) else outputs

    def text(self, passes: bool = True) -> str:
        """The steps, one a line; with `passes=False` as they were recorded.

        >>> from autograd import trace
        >>> print(trace(lambda x: x * x)(3.0).text().partition("#")[0].rstrip())
        in   x0: float
             v0: float = mul(x0, x0)
        """
        program = self if passes or self.original is None else self.original
        return "\n".join(_lines(program))

    def _repr_html_(self) -> str:
        """The steps as a table, for notebooks."""
        head = "".join(f"<th {_LEFT}>{title}</th>" for title in ("name", "holds", "is", "line"))
        body = ("".join(f"<td {_LEFT}><code>{escape(cell)}</code></td>" for cell in row) for row in _rows(self))
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{cells}</tr>' for cells in body)}</table>"


_LEFT = 'style="text-align: left"'               # notebooks put numbers to the right, and with them everything else


def _names(program: Program) -> dict[int, str]:
    names = {s: f"x{i}" for i, s in enumerate(program.inputs)}
    for i, (s, value) in enumerate(program.constants.items()):
        names[s] = f"{value:.6g}" if type(value) is float else f"c{i}"
    return names | {step.out: f"v{i}" for i, step in enumerate(program.steps)}


def _call(step: Step, names: dict[int, str]) -> str:
    """A step as it is written: `sum(v0, axis=None)`."""
    given = [names[s] for s in step.args] + [f"{k}={v}" for k, v in step.params.items()]
    return f"{step.gate.name}({', '.join(given)})"


def _lines(program: Program) -> Iterator[str]:
    names = _names(program)
    yield "in   " + ", ".join(f"{names[s]}: {program.spaces[s]}" for s in program.inputs)
    for s, value in program.constants.items():
        if type(value) is not float:
            yield f"     {names[s]}: {program.spaces[s]} constant"
    for step in program.steps:
        line = f"     {names[step.out]}: {program.spaces[step.out]} = {_call(step, names)}"
        yield line + (f"    # {step.where}" if step.where else "")
    yield "out  " + ", ".join(names[s] for s in program.outputs)


def _rows(program: Program) -> Iterator[tuple[str, str, str, str]]:
    """Name, space, what it is, and the user's line, of everything in a program but plain numbers."""
    names = _names(program)
    yield from ((names[s], str(program.spaces[s]), "input", "") for s in program.inputs)
    yield from ((names[s], str(program.spaces[s]), "constant", "") for s, value in program.constants.items()
                if type(value) is not float)
    yield from ((names[step.out], str(program.spaces[step.out]), _call(step, names), step.where)
                for step in program.steps)
    yield from ((f"out {k}", str(program.spaces[s]), names[s], "") for k, s in enumerate(program.outputs))


# ---------------------------------------------------------------- from nodes
def of_nodes(inputs: Sequence[Leaf], nodes: Sequence[Node], outputs: Sequence[Any]) -> Program:
    """The program of nodes in order of birth; an output is a node, or a constant."""
    slots: dict[Any, int] = {leaf: i for i, leaf in enumerate(inputs)}
    spaces = {i: Space(leaf.shape, leaf.dtype) for i, leaf in enumerate(inputs)}
    constants: dict[int, Any] = {}

    def slot(node: Any, value: Any) -> int:
        if node in slots:
            return slots[node]
        s = slots[node if node is not None else object()] = len(slots)
        if node is None or node.gate is None:             # a constant, by itself or as the start of an array to fill
            constants[s] = value = value if node is None else node.ans
            spaces[s] = space_of(value)
        else:
            spaces[s] = Space(node.shape, node.dtype)
        return s

    steps = []
    for node in nodes:
        args = tuple(slot(p, x) for p, x in zip(node.parents, node.args, strict=True))
        steps.append(Step(node.gate, args, dict(node.params), slot(node, node.ans), node.where()))
    ends = tuple(slot(y, y.ans) if isinstance(y, Node) else slot(None, y) for y in outputs)
    return Program(tuple(range(len(inputs))), constants, tuple(steps), ends, spaces)
