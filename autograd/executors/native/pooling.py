"""Floor 4: pooling in C: formulas of views, one for each place in a window.

Where a window reached its maximum is not kept: it is found again where it is needed, in the same loop.
"""
import math
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np

from autograd.executors.native.lower import Literal, Lowering, Store, View, kind_of, lowers, whole
from autograd.executors.native.words import moved
from autograd.gates.conv import _at, _inside, _outer
from autograd.program import Space, Step

_FLOATS = ("float", "double")


@lowers("max_pool")
def _max_pool(low: Lowering, step: Step) -> bool:
    kind, text = kind_of(low.spaces[step.out]), "{0}"
    if kind not in _FLOATS:
        return False
    parts = _parts(low, step, -math.inf)
    for k in range(1, len(parts)):
        text = f"largest{'f' * (kind == 'float')}({text}, {{{k}}})"
    low.define(step.out, text, *parts)
    return True


@lowers("reached")
def _reached(low: Lowering, step: Step) -> bool:
    x, y = (low.spaces[s] for s in step.args)
    if kind_of(x) not in _FLOATS or kind_of(y) != kind_of(x):
        return False
    readers = [other for other in low.program.steps if step.out in other.args]
    if step.out in low.program.outputs or not all(_can_be_said(low, other) for other in readers):
        out = whole(step.out, low.spaces[step.out].shape)
        for k, same in enumerate(_same(low, step)):
            low.items.append(Store(same.shape, moved(out, itemgetter(k)), (same,), apart=True))
        low.found[step.out] = out
    return True


def _can_be_said(low: Lowering, step: Step) -> bool:
    """Whether it is a mean or a share by a mask, of numbers that C knows."""
    spaces = [low.spaces[s] for s in (*step.args, step.out)]
    kinds = [kind_of(space) for space in spaces]
    return (step.gate.name in ("pool_mean", "pool_share") and kinds[0] is not None and kinds[1] == "bool"
            and kinds[2] in _FLOATS and not any(0 in space.shape for space in spaces))


def _same(low: Lowering, step: Step) -> list[View]:
    """For every place of a window, whether x has the number y there."""
    out, y, kind = low.spaces[step.out], low.found[step.args[1]], kind_of(low.spaces[step.args[1]])
    space = Space(out.shape[1:], out.dtype)
    return [low.define(low.new(space), "({0} == {1})", part, y, kind=kind) for part in _parts(low, step, math.nan)]


def _wheres(low: Lowering, slot: int) -> list[View]:
    """For every place of a window, whether it counts."""
    if slot not in low.found:
        return _same(low, next(step for step in low.program.steps if step.out == slot))
    where = low.view(slot)
    return [moved(where, itemgetter(k)) for k in range(where.shape[0])]


@lowers("pool_mean")
def _pool_mean(low: Lowering, step: Step) -> bool:
    if not _can_be_said(low, step):
        return False
    parts, wheres = _parts(low, step, 0.0), _wheres(low, step.args[1])
    n = len(parts)
    total = " + ".join(f"{{{k}}} * {{{n + k}}}" for k in range(n))
    low.define(step.out, f"({total}) / {_count(n, n)}", *parts, *wheres)
    return True


@lowers("pool_share")
def _pool_share(low: Lowering, step: Step) -> bool:
    if not _can_be_said(low, step):
        return False
    out, params, wheres = low.spaces[step.out], step.params, _wheres(low, step.args[1])
    kernel, padding = params["kernel"], params["padding"]
    front, pooled = out.shape[:-len(kernel)], low.spaces[step.args[0]].shape[-len(kernel):]
    padded, parted = (*front, *_outer(params["size"], padding)), Space((*front, *pooled), out.dtype)
    full = whole(step.out if padded == out.shape else low.new(Space(padded, out.dtype)), padded)
    overlap = any(d * (k - 1) >= s for k, s, d in zip(kernel, params["stride"], params["dilation"], strict=True))
    if overlap or math.prod(kernel) * math.prod(parted.shape) < math.prod(padded):
        low.items.append(Store(padded, full, (Literal(0.0, padded),)))
    share = low.between(parted, f"{{0}} / {_count(len(wheres), 1)}", low.found[step.args[0]], *wheres)
    for part, where in zip(_windows(full, pooled, params), wheres, strict=True):
        value = low.between(parted, "{0} * {1}" + " + {2}" * overlap, share, where, *[part] * overlap)
        low.items.append(Store(parted.shape, part, (value,), apart=not overlap))
    low.found[step.out] = moved(full, lambda array: _inside(array, params["size"], padding))
    return True


def _count(n: int, first: int) -> str:
    """How many of n truths, which are operands from `first` on, are true."""
    return "(" + " + ".join(f"{{{first + k}}}" for k in range(n)) + ")"


def _parts(low: Lowering, step: Step, value: float) -> list[View]:
    """For every place of a window, the numbers that stand there; `value` in the padding."""
    slot, padding = step.args[0], step.params["padding"]
    x, n = low.view(slot), len(padding)
    if any(map(any, padding)):
        inner, padded = x, (*x.shape[:-n], *_outer(x.shape[-n:], padding))
        x = whole(low.new(Space(padded, low.spaces[slot].dtype)), padded)
        inside = moved(x, lambda array: _inside(array, inner.shape[-n:], padding))
        low.items += [Store(padded, x, (Literal(value, padded),)), Store(inner.shape, inside, (inner,))]
    return _windows(x, low.spaces[step.out].shape[-n:], step.params)


def _windows(x: View, out: tuple[int, ...], params: dict[str, Any]) -> list[View]:
    steps = {"stride": params["stride"], "dilation": params["dilation"]}
    return [moved(x, partial(_at, place=place, out=out, **steps)) for place in np.ndindex(params["kernel"])]
