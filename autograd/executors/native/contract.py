"""Floor 4: sums of products over named axes, in C: a product of matrices where that is what it is, otherwise loops."""
import math
from typing import Any

import numpy as np

from autograd.executors.native.lower import Literal, Lowering, Operand, Product, View, kind_of, lowers, whole
from autograd.executors.native.updates import update
from autograd.executors.native.words import moved
from autograd.gates.contract import _split, _tensordot_letters, dot
from autograd.program import Space, Step

_LOOPS = 1 << 16                      # products that loops over all axes may form, where there are three arrays or more


@lowers("einsum", "tensordot", "dot")
def _contract(low: Lowering, step: Step) -> bool:
    if {kind_of(low.spaces[s]) for s in (*step.args, step.out)} not in ({"double"}, {"float"}):
        return False
    if step.gate is dot and step.params:
        return update(low, step)
    names, output = _letters(low, step)
    operands = [low.found[s] for s in step.args]
    lengths = [pair for name, x in zip(names, operands, strict=True) for pair in zip(name, x.shape, strict=True)]
    sizes = dict(lengths)
    if len(sizes) < len(set(lengths)) or (len(names) > 2 and math.prod(sizes.values()) > _LOOPS):
        return False
    if _is_product(names, output):
        return _matrices(low, step, names, output, sizes)
    every = output + "".join(c for c in sizes if c not in output)
    shape = tuple(sizes[c] for c in every)
    text = " * ".join(f"{{{k}}}" for k in range(len(names)))
    parts = [_named(x, name, every, shape) for x, name in zip(operands, names, strict=True)]
    if every == output:
        low.define(step.out, text, *parts)
    else:
        terms = low.between(Space(shape, low.spaces[step.out].dtype), text, *parts)
        low.fold(step.out, "sum", terms, range(len(output), len(every)))
    return True


def _is_product(names: list[str], output: str) -> bool:
    """Whether two arrays share axes that are summed, and every other axis is one of the result."""
    if len(names) != 2 or any(len(set(name)) < len(name) for name in names):
        return False
    summed = set(names[0]) & set(names[1]) - set(output)
    return bool(summed) and set(names[0]) | set(names[1]) == summed | set(output)


def _letters(low: Lowering, step: Step) -> tuple[list[str], str]:
    """The axes of the operands and of the result, a letter each."""
    if step.gate.name == "einsum":
        return _split(step.params["subscripts"])
    x, y = (len(low.spaces[s].shape) for s in step.args)
    axes = step.params["axes"] if step.gate.name == "tensordot" else ([x - 1], [max(y - 2, 0)]) if x and y else 0
    *names, output = _tensordot_letters(x, y, axes)
    return names, output


def _named(x: Operand, name: str, every: str, shape: tuple[int, ...]) -> Operand:
    """An operand over all axes; a letter that it has twice walks the diagonal."""
    if not isinstance(x, View):
        return Literal(x.value, shape) if isinstance(x, Literal) else x
    steps = [sum(s for s, own in zip(x.strides, name, strict=True) if own == letter) for letter in every]
    return View(x.base, x.offset, tuple(steps), shape)


def _matrices(low: Lowering, step: Step, names: list[str], output: str, sizes: dict[str, int]) -> bool:
    """A stack of matrices times another: axes of both in front, then those of one alone, then the summed ones."""
    first, second = names
    stack = [c for c in output if c in first and c in second]
    left, right = ([c for c in output if c in name and c not in stack] for name in names)
    summed = [c for c in first if c in second and c not in output]
    front = tuple(sizes[c] for c in stack)
    m, n, k = (math.prod(sizes[c] for c in part) for part in (left, right, summed))
    x = _joined(low, step.args[0], first, [*stack, *left, *summed], (*front, m, k))
    y = _joined(low, step.args[1], second, [*stack, *summed, *right], (*front, k, n))
    found = [*stack, *left, *right]
    out = low.new(Space(tuple(sizes[c] for c in found), low.spaces[step.out].dtype))
    low.items.append(Product(out, front, (x, y)))
    order = [found.index(c) for c in output]
    low.found[step.out] = moved(whole(out, low.spaces[out].shape), lambda array: array.transpose(order))
    return True


def _joined(low: Lowering, slot: int, name: str, order: list[str], shape: tuple[int, ...]) -> View:
    """A view with its axes in another order, neighbours as one."""
    def join(array: Any) -> Any:
        return np.reshape(array, shape, copy=False)
    x = moved(low.view(slot), lambda array: array.transpose([name.index(c) for c in order]))
    try:
        return moved(x, join)
    except ValueError:
        return moved(low.contiguous(slot, x), join)
