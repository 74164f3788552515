"""Floor 4: programs to programs that do less. The numbers stay the same to the last bit, also at nan, inf and -0.

Each pass reads the steps once, in order. A step that needs not be done stands for another slot, which those that read
it read in its place. x · 0 is not folded, for it is nan where x is; x + 0 is not, for it makes -0 to 0.
"""
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.errors import AutogradError
from autograd.gate import fitted
from autograd.gates.elementwise import add, div, mul, negative, positive, power, square, sub
from autograd.gates.shape import broadcast_to, expand_dims, reshape, transpose
from autograd.program import Program, Space, Step, space_of
from autograd.space import ndarray

_SMALL = 1 << 16                      # numbers: what may be computed ahead, and what is compared by content


def optimized(program: Program) -> Program:
    """The program after all passes."""
    new = program
    for run in PASSES:
        new = run(new)
    return replace(new, original=program)


class Rewriter:
    """What a pass knows as it reads: which slot stands for another, how each was made, and the constants."""

    def __init__(self, program: Program) -> None:
        self.spaces, self.constants = dict(program.spaces), dict(program.constants)
        self.instead: dict[int, int] = {}
        self.made: dict[int, Step] = {}
        self.free = max(program.spaces, default=0) + 1

    def constant(self, value: Any) -> int:
        """A new slot that holds `value`."""
        slot, self.free = self.free, self.free + 1
        self.spaces[slot], self.constants[slot] = space_of(value), value
        return slot

    def number(self, slot: int) -> float:
        """The Python float of a constant, nan for all else."""
        value = self.constants.get(slot)
        return value if type(value) is float else math.nan

    def source(self, slot: int, gate: Any) -> int | None:
        """The input of the step that made `slot`, if its gate is this one."""
        step = self.made.get(slot)
        return step.args[0] if step is not None and step.gate is gate else None

    def real(self, slot: int) -> bool:
        """Whether a slot holds floats: not complex numbers, whose products mix, nor whole ones, which wrap around."""
        return bool(getattr(self.spaces[slot].dtype, "kind", "f") == "f")

    def opposite(self, slot: int) -> int | None:
        """The slot that this one is minus of."""
        return self.source(slot, negative) if self.real(slot) else None


Rule = Callable[[Rewriter, Step], "Step | int"]


def rewritten(program: Program, rule: Rule) -> Program:
    """Every step as `rule` has it: the same, another one, or the slot that holds its result already."""
    known, steps = Rewriter(program), []
    for old in program.steps:
        args = tuple([known.instead.get(s, s) for s in old.args])
        step = rule(known, old if args == old.args else replace(old, args=args))
        if isinstance(step, int):
            known.instead[old.out] = step
        else:
            known.made[old.out] = step
            steps.append(step)
    ends = tuple([known.instead.get(s, s) for s in program.outputs])
    return replace(program, spaces=known.spaces, constants=known.constants).with_steps(steps, outputs=ends)


# ---------------------------------------------------------------- what is not needed
def without_dead(program: Program) -> Program:
    """Without the steps that no output depends on."""
    needed, steps = set(program.outputs), []
    for step in reversed(program.steps):
        if step.out in needed:
            needed.update(step.args)
            steps.append(step)
    return program.with_steps(steps[::-1])


def without_duplicates(program: Program) -> Program:
    """Equal constants become one, and so do steps with the same gate, arguments and keywords."""
    first: dict[Any, int] = {}
    same = {s: first.setdefault(content(value), s) for s, value in program.constants.items()}

    def rule(known: Rewriter, step: Step) -> Step | int:
        args = tuple([same.get(s, s) for s in step.args])
        order = tuple(sorted(args)) if step.gate in (add, mul) else args
        found = first.setdefault((step.gate, order, content(step.params)), step.out)
        return found if found != step.out else replace(step, args=args)
    return rewritten(program, rule)


def content(x: Any) -> Any:
    """A key that two values share if they are the same: of one type, in every bit, in one memory order."""
    if isinstance(x, ndarray) and x.dtype != object:
        numbers = x.tobytes() if x.size <= _SMALL else x.__array_interface__["data"]
        return x.dtype.str, x.shape, x.strides, numbers
    if isinstance(x, dict):
        return tuple((key, content(part)) for key, part in x.items())
    if isinstance(x, tuple | list):
        return type(x), tuple(map(content, x))
    if isinstance(x, slice):
        return slice, content((x.start, x.stop, x.step))
    if isinstance(x, float | complex | np.generic):
        return type(x), np.asarray(x).tobytes()
    return (type(x), x) if isinstance(x, int | str | type | np.dtype | None) else (object, id(x))


# ---------------------------------------------------------------- what is known
def folded(program: Program) -> Program:
    """Steps on constants alone are done once, unless the result is large and its inputs are not."""
    def rule(known: Rewriter, step: Step) -> Step | int:
        values = [known.constants.get(s) for s in step.args]
        size = math.prod(known.spaces[step.out].shape)
        if any(v is None for v in values) or size > max([_SMALL, *map(_size, values)]):
            return step
        try:
            with np.errstate(all="ignore"):
                value = step.gate.run(values, step.params)
        except AutogradError:
            return step                                          # raised again in every run, as in eager mode
        return known.constant(value) if space_of(value) == known.spaces[step.out] else step
    return rewritten(program, rule)


def _size(value: Any) -> int:
    return math.prod(space_of(value).shape)


def with_literals(program: Program) -> Program:
    """An array that is one number everywhere becomes that number where the result stays in its space."""
    def rule(known: Rewriter, step: Step) -> Step:
        if step.gate.kind != "elementwise" or len(step.args) < 2:
            return step
        for i, s in enumerate(step.args):
            number = uniform(known.constants.get(s))
            if number is not None and known.spaces[step.out] == _space_with(known, step, i, number):
                args = (*step.args[:i], known.constant(number), *step.args[i + 1:])
                return replace(step, args=args)
        return step
    return rewritten(program, rule)


def uniform(value: Any) -> float | None:
    """The number that a real array holds in every place, to the bit."""
    if type(value) is not ndarray or value.dtype.kind != "f" or not value.size:
        return None
    first = value.reshape(-1)[:1]
    one = first[0]
    same = bool(np.all(value == one)) and (one != 0.0 or np.all(np.signbit(value) == np.signbit(one)))
    return float(one) if same else None


def _space_with(known: Rewriter, step: Step, i: int, number: float) -> Space | None:
    """The space of the result with a Python float in place i, if an array of its shape is left."""
    others = [known.spaces[s] for k, s in enumerate(step.args) if k != i]
    shape = np.broadcast_shapes(*(space.shape for space in others))
    if not shape or any(space.shape and space.shape != shape for space in others):
        return None
    values = [number if k == i else _empty(known.spaces[s]) for k, s in enumerate(step.args)]
    return Space(shape, space_of(step.gate.run(values, step.params)).dtype)


def _empty(space: Space) -> Any:
    """An array without numbers, or a number, of the same dtype."""
    return np.empty(0, space.dtype) if space.shape else 1.0 if space.dtype is None else space.dtype.type(1)


# ---------------------------------------------------------------- what IEEE arithmetic gives anyway
def simplified(program: Program) -> Program:
    """Gates that change nothing go; of two that undo or repeat each other one stays; dear ones become cheap."""
    def rule(known: Rewriter, step: Step) -> Step | int:
        find = _MOVES.get(step.gate) or (_ARITHMETIC.get(step.gate) if known.real(step.out) else None)
        for new in find(known, step) if find else ():
            if not isinstance(new, int):
                return new
            if known.spaces[new] == known.spaces[step.out]:
                return new
        return step
    return rewritten(program, rule)


Finds = Iterator["Step | int"]


def _mul(known: Rewriter, step: Step) -> Finds:
    for x, y in (step.args, step.args[::-1]):
        if known.number(y) == 1.0:
            yield x
        space = known.spaces[step.out]
        if known.number(y) == 1.0 and space.shape and known.spaces[x] == space._replace(dtype=np.dtype(bool)):
            yield Step(fitted, (x,), space._asdict(), step.out, step.where)
        if known.number(y) == -1.0 and known.spaces[x] == known.spaces[step.out]:
            yield replace(step, gate=negative, args=(x,))
    left, right = map(known.opposite, step.args)
    if left is not None and right is not None:
        yield replace(step, args=(left, right))


def _div(known: Rewriter, step: Step) -> Finds:
    x, divisor = step.args[0], known.number(step.args[1])
    if divisor == 1.0:
        yield x
    if abs(math.frexp(divisor)[0]) == 0.5 and 2.0**-14 <= abs(divisor) <= 2.0**14:
        yield replace(step, gate=mul, args=(x, known.constant(1.0 / divisor)))


def _add(known: Rewriter, step: Step) -> Finds:
    for x, y in (step.args, step.args[::-1]):
        opposite = known.opposite(y)
        if _is_zero(known.number(y), -1.0):
            yield x
        if opposite is not None:
            yield replace(step, gate=sub, args=(x, opposite))


def _sub(known: Rewriter, step: Step) -> Finds:
    x, y = step.args
    opposite = known.opposite(y)
    if _is_zero(known.number(y), 1.0):
        yield x
    if opposite is not None:
        yield replace(step, gate=add, args=(x, opposite))


def _is_zero(x: float, sign: float) -> bool:
    return x == 0.0 and math.copysign(1.0, x) == sign


def _power(known: Rewriter, step: Step) -> Finds:
    """NumPy squares where the exponent is 2; `math.pow` does not always give x · x."""
    x, exponent = step.args[0], known.number(step.args[1])
    if exponent == 1.0:
        yield x
    if exponent == 2.0 and known.spaces[x].shape and known.spaces[x].dtype == known.spaces[step.out].dtype:
        yield replace(step, gate=square, args=(x,))


def _negative(known: Rewriter, step: Step) -> Finds:
    x = known.opposite(step.args[0])
    if x is not None:
        yield x


def _same(known: Rewriter, step: Step) -> Finds:
    yield step.args[0]


def _transpose(known: Rewriter, step: Step) -> Finds:
    """Two transposes as one, or as none."""
    ndim = len(known.spaces[step.out].shape)
    axes, before = _order(step, ndim), known.made.get(step.args[0])
    if axes == tuple(range(ndim)):
        yield step.args[0]
    if before is not None and before.gate is transpose:
        inner = _order(before, ndim)
        both = tuple([inner[a] for a in axes])
        if both == tuple(range(ndim)):
            yield before.args[0]
        yield replace(step, args=before.args, params={"axes": both})


def _order(step: Step, ndim: int) -> tuple[int, ...]:
    axes = step.params["axes"]
    return tuple(range(ndim))[::-1] if axes is None else tuple([a % ndim for a in axes])


def _reshape(known: Rewriter, step: Step) -> Finds:
    yield step.args[0]
    x = known.source(step.args[0], reshape)
    if x is not None:
        yield replace(step, args=(x,))


_ARITHMETIC: dict[Any, Callable[[Rewriter, Step], Finds]] = {
    mul: _mul, div: _div, add: _add, sub: _sub, power: _power, negative: _negative, positive: _same}
_MOVES: dict[Any, Callable[[Rewriter, Step], Finds]] = {
    fitted: _same, reshape: _reshape, broadcast_to: _same, expand_dims: _same, transpose: _transpose}

PASSES: Sequence[Callable[[Program], Program]] = (
    without_dead, folded, with_literals, simplified, folded, without_duplicates, simplified, without_dead)
