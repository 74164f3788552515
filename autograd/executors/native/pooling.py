"""Floor 4: pooling in C: formulas of views, one for each place in a window."""
import math
from typing import Any

import numpy as np

from autograd.executors.native.lower import Literal, Lowering, Store, View, kind_of, lowers, whole
from autograd.executors.native.words import moved
from autograd.gates.conv import _at, _inside, _outer
from autograd.program import Space, Step

_FLOATS = ("float", "double")

@lowers("max_pool")
def _max_pool(low: Lowering, step: Step) -> bool:
    kind = kind_of(low.spaces[step.out])
    if kind not in _FLOATS:
        return False
    parts = _parts(low, step.args[0], step, -math.inf)
    text = "{0}"
    for k in range(1, len(parts)):
        text = f"largest{'f' * (kind == 'float')}({text}, {{{k}}})"
    low.define(step.out, text, *parts)
    return True


@lowers("reached")
def _reached(low: Lowering, step: Step) -> bool:
    x, y = (low.spaces[s] for s in step.args)
    out, kind = low.spaces[step.out], kind_of(x)
    if kind not in _FLOATS or kind_of(y) != kind:
        return False
    shape = out.shape[1:]
    for k, part in enumerate(_parts(low, step.args[0], step, math.nan)):
        same = low.define(low.new(Space(shape, out.dtype)), "({0} == {1})", part, low.found[step.args[1]], kind=kind)
        low.items.append(Store(shape, moved(whole(step.out, out.shape), lambda array, k=k: array[k]), (same,), apart=True))
    low.found[step.out] = whole(step.out, out.shape)
    return True


@lowers("pool_mean")
def _pool_mean(low: Lowering, step: Step) -> bool:
    if kind_of(low.spaces[step.out]) not in _FLOATS or kind_of(low.spaces[step.args[1]]) != "bool":
        return False
    parts = _parts(low, step.args[0], step, 0.0)
    wheres, n = _wheres(low, step.args[1]), len(parts)
    total = " + ".join(f"{{{k}}} * {{{n + k}}}" for k in range(n))
    low.define(step.out, f"({total}) / {_count(n, n)}", *parts, *wheres)
    return True


@lowers("pool_share")
def _pool_share(low: Lowering, step: Step) -> bool:
    out = low.spaces[step.out]
    if kind_of(out) not in _FLOATS or kind_of(low.spaces[step.args[1]]) != "bool":
        return False
    params, wheres = step.params, _wheres(low, step.args[1])
    kernel, size = params["kernel"], params["size"]
    pooled = low.spaces[step.args[0]].shape[-len(kernel):]
    shape = (*out.shape[:-len(kernel)], *pooled)
    padded = (*out.shape[:-len(kernel)], *_outer(size, params["padding"]))
    slot = step.out if padded == out.shape else low.new(Space(padded, out.dtype))
    full = whole(slot, padded)
    overlap = any(d * (k - 1) >= s for k, s, d in zip(kernel, params["stride"], params["dilation"], strict=True))
    if overlap or math.prod(kernel) * math.prod(pooled) < math.prod(padded[-len(kernel):]):
        low.items.append(Store(padded, full, (Literal(0.0, padded),)))
    for part, where in zip(_windows(full, pooled, params), wheres, strict=True):
        before = [part] if overlap else []
        text = "{0} + " * overlap + f"{{{len(before)}}} / {_count(len(wheres), len(before) + 2)} * {{{len(before) + 1}}}"
        value = low.between(Space(shape, out.dtype), text, *before, low.found[step.args[0]], where, *wheres)
        low.items.append(Store(shape, part, (value,), apart=not overlap))
    low.found[step.out] = moved(full, lambda array: _inside(array, size, params["padding"]))
    return True


def _wheres(low: Lowering, slot: int) -> list[View]:
    """For every place of a window, where it counts."""
    where = low.view(slot)
    return [moved(where, lambda array, k=k: array[k]) for k in range(where.shape[0])]


def _count(n: int, first: int) -> str:
    """How many of n truths, which are operands from `first` on, are true."""
    return "(" + " + ".join(f"{{{first + k}}}" for k in range(n)) + ")"


def _parts(low: Lowering, slot: int, step: Step, value: float) -> list[View]:
    """For every place of a window, the numbers that stand there; `value` in the padding."""
    x, padding = low.view(slot), step.params["padding"]
    n, shape = len(padding), low.spaces[step.out].shape
    if any(map(any, padding)):
        padded = (*x.shape[:-n], *_outer(x.shape[-n:], padding))
        full = whole(low.new(Space(padded, low.spaces[slot].dtype)), padded)
        inside = moved(full, lambda array: _inside(array, x.shape[-n:], padding))
        low.items += [Store(padded, full, (Literal(value, padded),)), Store(x.shape, inside, (x,))]
        x = full
    return _windows(x, shape[-n:], step.params)


def _windows(x: View, out: tuple[int, ...], params: dict[str, Any]) -> list[View]:
    stride, dilation = params["stride"], params["dilation"]
    return [moved(x, lambda array, place=place: _at(array, place, out, stride, dilation)) for place in np.ndindex(params["kernel"])]
