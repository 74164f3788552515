"""Floor 4: a program in the words of C. Every gate becomes a few items over slots, views and formulas.

A view gate costs nothing: its slot is the memory of another with other strides. What has no words here is a `Call`: the
gate runs in NumPy, in its place in the program.
"""
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.gate import Gate
from autograd.gates.index import _is_basic
from autograd.gates.reduce import axes_of, count
from autograd.program import Program, Space, Step, space_of

KINDS = {"f8": "double", "f4": "float", "b1": "bool", "i8": "int64_t", "i4": "int32_t"}
_COUNTING = {"add", "sub", "mul", "negative", "positive", "where"}          # exact on whole numbers too
_TRUTH = {"logical_and", "logical_or", "logical_xor", "logical_not"}


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
        strides = (0,) * missing + tuple(0 if n == 1 else s for n, s in zip(self.shape, self.strides, strict=True))[max(-missing, 0):]
        return View(self.base, self.offset, strides, shape)


@dataclass(frozen=True, slots=True)
class Literal:
    """The same known number everywhere."""

    value: float
    shape: tuple[int, ...] = ()

    def over(self, shape: tuple[int, ...]) -> "Literal":
        """Broadcast to a shape."""
        return Literal(self.value, shape)


Operand = View | Literal


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
    """A part of slot `to.base` takes the numbers of the operand."""

    shape: tuple[int, ...]
    to: View
    operands: tuple[Operand, ...]

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
class Call:
    """A gate that runs in NumPy."""

    step: Step

    @property
    def out(self) -> int:
        return self.step.out


Item = Define | Store | Reduce | Product | Call
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
        self.found: dict[int, Operand] = {s: whole(s, program.spaces[s].shape) for s in program.inputs}
        for s, value in program.constants.items():
            self.found[s] = _constant(s, value)
        for step in program.steps:
            self.step(step)

    def step(self, step: Step) -> None:
        said = all(kind_of(self.spaces[s]) for s in (*step.args, step.out))
        if not (said and 0 not in self.spaces[step.out].shape and self.say(step)):
            self.items.append(Call(step))
            self.found[step.out] = whole(step.out, self.spaces[step.out].shape)

    def say(self, step: Step) -> bool:
        """Add the items of a step; False where there are no words for it."""
        if any(0 in self.spaces[s].shape for s in step.args):
            return False
        rule = RULES.get(step.gate.name) or (formula if step.gate.c else None)
        return rule is not None and rule(self, step)

    # ------------------------------------------------------------ words that rules use
    def new(self, space: Space) -> int:
        """A slot for something in between."""
        slot = len(self.spaces) + 1_000_000
        self.spaces[slot] = space
        return slot

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
        kind = kind or kind_of(space)
        kinds = tuple(kind for _ in operands)
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


def _constant(slot: int, value: Any) -> Operand:
    if kind_of(space_of(value)) is None:
        return whole(slot, space_of(value).shape)
    array = np.asarray(value)
    if array.size and array.tobytes() == array.reshape(-1)[:1].tobytes() * array.size:
        return Literal(array.reshape(-1)[0].item(), array.shape)
    return whole(slot, array.shape)


# ---------------------------------------------------------------- number by number
def formula(low: Lowering, step: Step) -> bool:
    """An elementwise gate by its row's formula in C."""
    spaces, out = [low.spaces[s] for s in step.args], low.spaces[step.out]
    kind = kind_of(out)
    if kind == "bool" and step.gate.name != "where":
        kind = _compared(step.gate, spaces)
    elif kind not in ("double", "float") and step.gate.name not in _COUNTING:
        return False
    if kind is None:
        return False
    kinds = [kind] * len(spaces)
    if step.gate.name == "where":
        kinds[0] = kind_of(spaces[0]) or ""
    if step.gate.name in _TRUTH:
        kinds = [kind_of(space) or "" for space in spaces]
    text = (step.gate.c or "").replace("~", "f" if kind == "float" else "")
    operands = tuple(low.found[s].over(out.shape) for s in step.args)
    low.items.append(Define(step.out, out.shape, text, tuple(kinds), operands))
    low.found[step.out] = whole(step.out, out.shape)
    return True


def _compared(gate: Gate, spaces: Sequence[Space]) -> str | None:
    """The type in which NumPy compares: that of what both become."""
    dtypes = [s.dtype for s in spaces if s.dtype is not None]
    weak = [0.0] * (len(dtypes) < len(spaces))
    return KINDS.get(np.result_type(*dtypes, *weak).str[1:])


# ---------------------------------------------------------------- views
def _view(low: Lowering, step: Step) -> bool:
    """A gate that moves no numbers: NumPy itself says which strides its result has."""
    x = low.found[step.args[0]]
    shape = low.spaces[step.out].shape
    if isinstance(x, Literal):
        low.found[step.out] = Literal(x.value, shape)
        return True
    if step.gate.name == "reshape":
        x = _reshapable(low, step, x)
    low.found[step.out] = _moved(x, lambda array: _taken(step, array))
    return True


for _name in ("transpose", "expand_dims", "reshape", "broadcast_to", "diagonal", "flip"):
    RULES[_name] = _view


def _moved(x: View, move: Callable[[Any], Any]) -> View:
    """What a move does to a view, tried on an array of bytes with the same strides that is never read."""
    stand_in = as_strided(np.empty(1, np.int8), x.shape, x.strides)
    ans = move(stand_in)
    offset = ans.__array_interface__["data"][0] - stand_in.__array_interface__["data"][0]
    return View(x.base, x.offset + offset, ans.strides, ans.shape)


def _taken(step: Step, array: Any) -> Any:
    if step.gate.name == "reshape":
        return np.reshape(array, step.params["shape"], copy=False)
    return step.gate.array(array, **step.params)


def _reshapable(low: Lowering, step: Step, x: View) -> View:
    try:
        _moved(x, lambda array: _taken(step, array))
    except ValueError:
        return low.contiguous(step.args[0], x)
    return x


@lowers("getitem")
def _getitem(low: Lowering, step: Step) -> bool:
    index = step.params["index"]
    if not _is_basic(index):
        return False
    x = low.found[step.args[0]]
    if isinstance(x, Literal):
        low.found[step.out] = Literal(x.value, low.spaces[step.out].shape)
        return True
    index = index if isinstance(index, tuple) else (index,)
    low.found[step.out] = _moved(x, lambda array: array[index if ... in index else (*index, ...)])
    return True


# ---------------------------------------------------------------- moving numbers
@lowers("concatenate", "stack")
def _join(low: Lowering, step: Step) -> bool:
    out = low.spaces[step.out]
    axis, at = step.params["axis"] % len(out.shape), 0
    for s in step.args:
        x = low.found[s]
        if step.gate.name == "stack":
            x = x.over((1, *x.shape)) if axis == 0 else _stacked(low, s, axis)
        part = View(step.out, at * strides_of(out.shape)[axis], strides_of(out.shape), x.shape)
        low.items.append(Store(x.shape, part, (x,)))
        at += x.shape[axis]
    low.found[step.out] = whole(step.out, out.shape)
    return True


def _stacked(low: Lowering, slot: int, axis: int) -> Operand:
    x = low.found[slot]
    if isinstance(x, Literal):
        return Literal(x.value, (*x.shape[:axis], 1, *x.shape[axis:]))
    return _moved(x, lambda array: np.expand_dims(array, axis))


def _into(low: Lowering, step: Step, start: Operand, index: Any, value: Operand) -> bool:
    """A copy of `start` with the value written at a basic index."""
    out = low.spaces[step.out]
    full = whole(step.out, out.shape)
    low.items.append(Store(out.shape, full, (start.over(out.shape),)))
    index = index if isinstance(index, tuple) else (index,)
    part = _moved(full, lambda array: array[index if ... in index else (*index, ...)])
    low.items.append(Store(part.shape, part, (value.over(part.shape),)))
    low.found[step.out] = full
    return True


@lowers("scatter")
def _scatter(low: Lowering, step: Step) -> bool:
    return _is_basic(step.params["index"]) and _into(low, step, Literal(0.0), step.params["index"], low.found[step.args[0]])


@lowers("assign")
def _assign(low: Lowering, step: Step) -> bool:
    x, y = (low.found[s] for s in step.args)
    if not _is_basic(step.params["index"]) or low.spaces[step.args[0]].dtype != low.spaces[step.out].dtype:
        return False
    return _into(low, step, x, step.params["index"], y)


@lowers("pad")
def _pad(low: Lowering, step: Step) -> bool:
    x = low.found[step.args[0]]
    index = tuple(slice(before, before + n) for (before, _), n in zip(step.params["pad_width"], x.shape, strict=True))
    return _into(low, step, Literal(0.0), index, x)


# ---------------------------------------------------------------- folds
@lowers("fit")
def _fit(low: Lowering, step: Step) -> bool:
    """Sum what was broadcast, broadcast what is missing, and take the dtype."""
    x, given, out = low.found[step.args[0]], low.spaces[step.args[0]], low.spaces[step.out]
    front = len(x.shape) - len(out.shape)
    axes = [a for a, n in enumerate(x.shape) if a < front or (out.shape[a - front] == 1 and n != 1)]
    if axes:
        if low.spaces[step.args[0]].dtype != out.dtype and kind_of(given) != kind_of(out):
            x = low.between(Space(given.shape, out.dtype), "{0}", x)
        small = tuple(1 if a in axes else n for a, n in enumerate(x.shape))[max(front, 0):]
        if small == out.shape:
            low.fold(step.out, "sum", x, axes)
            return True
        x = low.fold(low.new(Space(small, out.dtype)), "sum", x, axes)
    if kind_of(given) == kind_of(out):
        low.found[step.out] = x.over(out.shape)
        return True
    low.define(step.out, "{0}", x)
    return True


def _folding(fold: str) -> Rule:
    def rule(low: Lowering, step: Step) -> bool:
        x, out = low.found[step.args[0]], low.spaces[step.out]
        if fold in ("largest", "smallest") and kind_of(out) not in ("double", "float"):
            return False
        low.fold(step.out, fold, x, axes_of(step.params["axis"], len(x.shape)))
        return True
    return rule


for _name, _fold in (("sum", "sum"), ("prod", "prod"), ("amax", "largest"), ("amin", "smallest")):
    RULES[_name] = _folding(_fold)


@lowers("mean")
def _mean(low: Lowering, step: Step) -> bool:
    x, out = low.found[step.args[0]], low.spaces[step.out]
    total = low.fold(low.new(out), "sum", x, axes_of(step.params["axis"], len(x.shape)))
    low.define(step.out, "{0} / {1}", total, Literal(float(count(x.shape, step.params["axis"]))))
    return True


@lowers("logsumexp")
def _logsumexp(low: Lowering, step: Step) -> bool:
    x, out, given = low.found[step.args[0]], low.spaces[step.out], low.spaces[step.args[0]]
    suffix = "f" if kind_of(out) == "float" else ""
    axes = axes_of(step.params["axis"], len(x.shape))
    small = Space(tuple(1 if a in axes else n for a, n in enumerate(x.shape)), given.dtype)
    most = low.fold(low.new(small), "largest", x, axes)
    shift = low.between(small, f"(fabs{suffix}({{0}}) < INFINITY ? {{0}} : 0)", most)
    parts = low.between(given, f"own_exp{suffix}({{0}} - {{1}})", x, shift)
    total = low.fold(low.new(small), "sum", parts, axes)
    flat = View(shift.base, 0, strides_of(out.shape), out.shape), View(total.base, 0, strides_of(out.shape), out.shape)
    low.define(step.out, f"own_log{suffix}({{1}}) + {{0}}", *flat)
    return True


# ---------------------------------------------------------------- products
@lowers("matmul", "dot")
def _matmul(low: Lowering, step: Step) -> bool:
    spaces = [low.spaces[s] for s in step.args]
    ranks = [len(s.shape) for s in spaces]
    if 0 in ranks or (step.gate.name == "dot" and max(ranks) > 2):
        return False
    if len({kind_of(s) for s in (*spaces, low.spaces[step.out])}) != 1 or kind_of(spaces[0]) not in ("double", "float"):
        return False
    x, y = (low.view(s) for s in step.args)
    x = _moved(x, lambda array: array[None, :]) if ranks[0] == 1 else x
    y = _moved(y, lambda array: array[:, None]) if ranks[1] == 1 else y
    stack = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    low.items.append(Product(step.out, stack, (x.over((*stack, *x.shape[-2:])), y.over((*stack, *y.shape[-2:])))))
    low.found[step.out] = whole(step.out, low.spaces[step.out].shape)
    return True
