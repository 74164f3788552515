"""Floor 4: a program in the words of C. Every gate becomes a few items over slots, views and formulas.

A view gate costs nothing: its slot is the memory of another with other strides. What has no words in words.py is a
`Call`: the gate runs in NumPy, in its place in the program.
"""
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.program import Program, Space, Step, space_of

KINDS = {"f8": "double", "f4": "float", "b1": "bool", "i8": "int64_t", "i4": "int32_t"}


def kind_of(space: Space) -> str | None:
    """The C type of a value; None where C has none."""
    return "double" if space.dtype is None else KINDS.get(space.dtype.str[1:])


@dataclass(frozen=True, slots=True)
class View:
    """Numbers of slot `base`: element (i, j) lies at offset + i·strides[0] + j·strides[1]."""

    base: int
    offset: int
    strides: tuple[int, ...]
    shape: tuple[int, ...]

    def over(self, shape: tuple[int, ...]) -> "View":
        """Broadcast to a shape."""
        missing = len(shape) - len(self.shape)
        own = tuple(0 if n == 1 else s for n, s in zip(self.shape, self.strides, strict=True))
        return View(self.base, self.offset, (0,) * missing + own[max(-missing, 0):], shape)


@dataclass(frozen=True, slots=True)
class Literal:
    """The same known number everywhere."""

    value: float
    shape: tuple[int, ...] = ()

    def over(self, shape: tuple[int, ...]) -> "Literal":
        """Broadcast to a shape."""
        return Literal(self.value, shape)


@dataclass(frozen=True, slots=True)
class Pick:
    """Numbers of a view at indices that the program looks up: each part is an index, a stride and a length."""

    view: View
    parts: "tuple[tuple[View | Literal, int, int], ...]"

    @property
    def base(self) -> int:
        return self.view.base

    @property
    def shape(self) -> tuple[int, ...]:
        return self.view.shape

    def over(self, shape: tuple[int, ...]) -> "Pick":
        """Itself; what is picked has a place of its own before it is broadcast."""
        return self


Place = View | Literal                # where the numbers of a slot are
Operand = Place | Pick


def strides_of(shape: Sequence[int]) -> tuple[int, ...]:
    """Strides of an array in C order, counted in numbers."""
    return tuple(math.prod(shape[a + 1:]) for a in range(len(shape)))


def whole(base: int, shape: tuple[int, ...]) -> View:
    """All of a slot."""
    return View(base, 0, strides_of(shape), shape)


@dataclass(slots=True, eq=False)
class Define:
    """out[i] = formula of the operands at i, each taken in the C type `kind`."""

    out: int
    shape: tuple[int, ...]
    formula: str
    kinds: tuple[str, ...]
    operands: tuple[Operand, ...]


@dataclass(slots=True, eq=False)
class Store:
    """A part of slot `to.base` takes the numbers of the operand; parts that are `apart` have no place in common."""

    shape: tuple[int, ...]
    to: View
    operands: tuple[Operand, ...]
    apart: bool = False

    @property
    def out(self) -> int:
        return self.to.base


@dataclass(slots=True, eq=False)
class Put:
    """The numbers of the operand are added to (or, with `add` false, take) the places that `to` picks, in order."""

    shape: tuple[int, ...]
    to: Pick
    operands: tuple[Operand, ...]
    add: bool

    @property
    def out(self) -> int:
        return self.to.base


@dataclass(slots=True, eq=False)
class Reduce:
    """The operand folded by `fold`, which is sum, prod, largest or smallest; `strides` say where each element goes."""

    out: int
    shape: tuple[int, ...]
    fold: str
    strides: tuple[int, ...]
    operands: tuple[Operand, ...]


@dataclass(slots=True, eq=False)
class Product:
    """out = x @ y, matrices in stacks of shape `stack`; the views have its axes in front."""

    out: int
    stack: tuple[int, ...]
    operands: tuple[View, View]


@dataclass(slots=True, eq=False)
class Kernel:
    """Loops of its own over whole arrays in C order: lines from the source and the names of out and operands.

    The result may be written over the numbers of slot `over`, which is an operand.
    """

    out: int
    operands: tuple[View, ...]
    write: Callable[..., Iterator[str]]
    over: int | None = None


@dataclass(slots=True, eq=False)
class Call:
    """A gate that runs in NumPy."""

    step: Step

    @property
    def out(self) -> int:
        return self.step.out


Item = Define | Store | Put | Reduce | Product | Kernel | Call
Rule = Callable[["Lowering", Step], bool]
RULES: dict[str, Rule] = {}


def lowers(*names: str) -> Callable[[Rule], Rule]:
    """Note how these gates are said; a rule that gives False leaves the gate to NumPy."""
    def note(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, rule))
        return rule
    return note


class Lowering:
    """The items of a program, in its order; `spaces` also has the slots that the rules add."""

    def __init__(self, program: Program) -> None:
        self.program, self.items, self.spaces = program, list[Item](), dict(program.spaces)
        self.constants = dict(program.constants)
        self.found: dict[int, Place] = {s: whole(s, program.spaces[s].shape) for s in program.inputs}
        self.made: dict[int, Step] = {}
        self.exponentials: dict[int, tuple[Place, View, View]] = {}      # of a log Σ e^x: x, all e^(x - c), their sum
        for s, value in program.constants.items():
            self.found[s] = _constant(s, value)
        for step in program.steps:
            self.step(step)

    def step(self, step: Step) -> None:
        said = all(kind_of(self.spaces[s]) for s in (*step.args, step.out))
        if not (said and 0 not in self.spaces[step.out].shape and self.say(step)):
            self.items.append(Call(step))
            self.found[step.out] = whole(step.out, self.spaces[step.out].shape)
        self.made[step.out] = step

    def say(self, step: Step) -> bool:
        """Add the items of a step; False where there are no words for it."""
        if any(0 in self.spaces[s].shape for s in step.args):
            return False
        rule = RULES.get(step.gate.name) or (RULES["formula"] if step.gate.c else None)
        return rule is not None and rule(self, step)

    # ------------------------------------------------------------ words that rules use
    def new(self, space: Space) -> int:
        """A slot for something in between."""
        slot = len(self.spaces) + 1_000_000
        self.spaces[slot] = space
        return slot

    def known(self, value: Any) -> View:
        """A slot with known numbers."""
        slot = self.new(space_of(value))
        self.constants[slot] = value
        return whole(slot, value.shape)

    def view(self, slot: int) -> View:
        """The numbers of a slot in memory."""
        x = self.found[slot]
        if isinstance(x, View):
            return x
        copy = self.new(self.spaces[slot])
        return self.define(copy, "{0}", x)

    def define(self, out: int, text: str, *operands: Operand, kind: str | None = None) -> View:
        """out = a formula, number by number."""
        space = self.spaces[out]
        kinds = tuple(kind or kind_of(space) or "" for _ in operands)
        self.items.append(Define(out, space.shape, text, kinds, tuple(x.over(space.shape) for x in operands)))
        self.found[out] = ans = whole(out, space.shape)
        return ans

    def between(self, like: Space, text: str, *operands: Operand) -> View:
        """A formula that only the next items need."""
        return self.define(self.new(like), text, *operands)

    def fold(self, out: int, fold: str, x: Operand, axes: Sequence[int]) -> View:
        """out = x folded along some axes, which may be kept as length one or not."""
        kept = [1 if a in axes else n for a, n in enumerate(x.shape)]
        strides = tuple(0 if a in axes else s for a, s in enumerate(strides_of(kept)))
        self.items.append(Reduce(out, x.shape, fold, strides, (x,)))
        self.found[out] = ans = whole(out, self.spaces[out].shape)
        return ans

    def contiguous(self, slot: int, view: View) -> View:
        """The same numbers in C order."""
        if view.strides == strides_of(view.shape):
            return view
        return self.between(Space(view.shape, self.spaces[slot].dtype), "{0}", view)


def _constant(slot: int, value: Any) -> Place:
    if kind_of(space_of(value)) is None:
        return whole(slot, space_of(value).shape)
    array = np.asarray(value)
    first, last = array.reshape(-1)[:1].tobytes(), array.reshape(-1)[-1:].tobytes()
    if array.size and first == last and array.tobytes() == first * array.size:
        return Literal(array.reshape(-1)[0].item(), array.shape)
    return whole(slot, array.shape)
