"""Floor 4: what gates do along axes, in C: folds that need a mean first, running ones, copies that repeat or turn."""
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.executors.native.lower import (
    RULES,
    Kernel,
    Literal,
    Lowering,
    Rule,
    Store,
    View,
    kind_of,
    lowers,
    strides_of,
    whole,
)
from autograd.executors.native.words import moved
from autograd.gates.reduce import axes_of, count
from autograd.program import Space, Step


def _floats(low: Lowering, step: Step) -> str | None:
    """The one C type of all operands and the result, where that is double or float."""
    kinds = {kind_of(low.spaces[s]) for s in (*step.args, step.out)}
    return kinds.pop() if len(kinds) == 1 and kinds <= {"double", "float"} else None


# ---------------------------------------------------------------- folds
@lowers("var", "std", "norm")
def _squares(low: Lowering, step: Step) -> bool:
    """The sum of squares, of what is left without the mean or of the numbers themselves."""
    kind, x, out = _floats(low, step), low.found[step.args[0]], low.spaces[step.out]
    axis = step.params["axis"]
    if kind is None:
        return False
    axes, n = axes_of(axis, len(x.shape)), count(x.shape, axis)
    small = Space(tuple(1 if a in axes else size for a, size in enumerate(x.shape)), out.dtype)
    parts = Space(x.shape, out.dtype)
    if step.gate.name == "norm":
        square, divisor = low.between(parts, "{0} * {0}", x), 1.0
    else:
        middle = low.between(small, "{0} / {1}", low.fold(low.new(small), "sum", x, axes), Literal(float(n)))
        square = low.between(parts, "({0} - {1}) * ({0} - {1})", x, middle)
        divisor = float(max(n - step.params["ddof"], 0))
    total = low.fold(low.new(small), "sum", square, axes)
    root = "{0} / {1}" if step.gate.name == "var" else f"sqrt{'f' * (kind == 'float')}({{0}} / {{1}})"
    low.define(step.out, root, View(total.base, 0, strides_of(out.shape), out.shape), Literal(divisor))
    return True


def _running(text: str) -> Rule:
    """Each number along an axis from the one before, {0}, and its own, {1}."""
    def rule(low: Lowering, step: Step) -> bool:
        kind, x, axis = _floats(low, step), low.found[step.args[0]], step.params["axis"]
        if kind is None or not x.shape or not isinstance(axis, int):
            return False
        n, step_by = x.shape[axis], strides_of(x.shape)[axis]
        line = text.replace("~", "f" * (kind == "float")).format(f"z[-{step_by}]", f"y[i * {step_by} + j]")

        def write(source: Any, to: str, given: str) -> Iterator[str]:
            yield f"for (I k = 0; k < {source.size(step.out)}; k += {n * step_by}) {{ const {kind} *y = {given} + k;"
            yield f"memcpy({to} + k, y, {step_by} * sizeof *y);"
            yield f"for (I i = 1; i < {n}; i++) for (I j = 0; j < {step_by}; j++) {{"
            yield f"{kind} *z = {to} + k + i * {step_by} + j; *z = {line}; }} }}"
        low.items.append(Kernel(step.out, (low.contiguous(step.args[0], low.view(step.args[0])),), write))
        low.found[step.out] = whole(step.out, x.shape)
        return True
    return rule


for _name, _text in (("cumsum", "{0} + {1}"), ("cumprod", "{0} * {1}"), ("cummax", "largest~({0}, {1})"),
                     ("cummin", "smallest~({0}, {1})")):
    RULES[_name] = _running(_text)


@lowers("recur")
def _recur(low: Lowering, step: Step) -> bool:
    kind, shape = _floats(low, step), low.spaces[step.out].shape
    if kind is None:
        return False
    n, row = shape[0], strides_of(shape)[0]
    x, y = (low.contiguous(s, low.view(s).over(shape)) for s in step.args)

    def write(source: Any, to: str, x_name: str, y_name: str) -> Iterator[str]:
        yield f"for (I i = 0; i < {n}; i++) for (I j = 0; j < {row}; j++) {{ const I k = i * {row} + j;"
        yield f"{to}[k] = {x_name}[k] + {y_name}[k] * (i ? {to}[k - {row}] : 0); }}"
    low.items.append(Kernel(step.out, (x, y), write))
    low.found[step.out] = whole(step.out, shape)
    return True


# ---------------------------------------------------------------- copies
@lowers("tile", "repeat")
def _again(low: Lowering, step: Step) -> bool:
    """Every axis as two, of which one is broadcast."""
    x, out = low.view(step.args[0]), low.spaces[step.out]
    if step.gate.name == "tile":
        shape = (1,) * (len(out.shape) - len(x.shape)) + x.shape
        reps = [m // n for m, n in zip(out.shape, shape, strict=True)]
        halves, pairs = [(1, n) for n in shape], list(zip(reps, shape, strict=True))
    elif isinstance(step.params["repeats"], int) and isinstance(step.params["axis"], int):
        halves = [(n, 1) for n in x.shape]
        pairs = [(n, m // n) for m, n in zip(out.shape, x.shape, strict=True)]
    else:
        return False
    split = moved(x, lambda array: np.reshape(array, [n for pair in halves for n in pair], copy=False))
    wide = Space(tuple(n for pair in pairs for n in pair), out.dtype)
    copy = low.between(wide, "{0}", split)
    low.found[step.out] = whole(copy.base, out.shape)
    return True


@lowers("roll")
def _roll(low: Lowering, step: Step) -> bool:
    """Two parts that change places, for one axis after the other."""
    shift, axis = step.params["shift"], step.params["axis"]
    out, x = low.spaces[step.out], low.view(step.args[0])
    if axis is None:
        flat = low.contiguous(step.args[0], x)
        x, shift, axis = View(flat.base, flat.offset, (1,), (math.prod(out.shape),)), (np.sum(shift),), (0,)
    shifts, axes = np.broadcast_arrays(shift, axis)
    for by, a in zip(shifts.ravel().tolist(), axes.ravel().tolist(), strict=True):
        to = whole(low.new(Space(x.shape, out.dtype)), x.shape)
        n = x.shape[a]
        for start, stop, new in ((0, n - by % n, by % n), (n - by % n, n, 0)):
            if start < stop:
                part, place = _part(x, a, start, stop), _part(to, a, new, new + stop - start)
                low.items.append(Store(part.shape, place, (part,), apart=True))
        x = to
    low.found[step.out] = View(x.base, x.offset, strides_of(out.shape), out.shape) if step.params["axis"] is None else x
    return True


def _part(x: View, axis: int, start: int, stop: int) -> View:
    """Some neighbours along an axis."""
    shape = tuple(stop - start if a == axis % len(x.shape) else n for a, n in enumerate(x.shape))
    return View(x.base, x.offset + start * x.strides[axis], x.strides, shape)
