"""Floor 4: w - rate · (x.T @ g) as a product that BLAS adds to w where it lies: no gradient is written to memory."""
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from autograd.executors.buffers import Survey
from autograd.executors.native.lower import Kernel, Lowering, View, kind_of, whole
from autograd.executors.native.products import gemm, is_small, leads
from autograd.executors.products import accumulated
from autograd.program import Step


def updated(low: Lowering) -> Lowering:
    """The lowering with the updates of carried matrices as products, where BLAS is the quickest way."""
    program = low.program
    roots = {s: frozenset({x.base if isinstance(x, View) else s}) for s, x in low.found.items()}
    survey = Survey({s: tuple(range(len(space.shape))) for s, space in program.spaces.items()}, roots)
    steps = list(program.steps)
    for s, end in zip(program.inputs[:program.carried], program.outputs, strict=False):
        if len(program.spaces[s].shape) == 2:
            found = accumulated(program, steps, {s: end}, survey)
            step = next((step for step in found if step.out == end), None)
            if step is not None and len(step.args) == 3 and step.params and _pays(low, step):
                steps = found
    return Lowering(program.with_steps(steps)) if len(steps) < len(program.steps) else low


def _pays(low: Lowering, step: Step) -> bool:
    x, y = (low.found[s] for s in step.args[:2])
    return (isinstance(x, View) and isinstance(y, View) and leads(x) and leads(y)
            and not is_small(kind_of(low.spaces[step.out]) or "", x, y))


def update(low: Lowering, step: Step) -> bool:
    """The step a·(x @ y) + b·w."""
    x, y, w = (low.view(s) for s in step.args)
    kind, size = kind_of(low.spaces[step.out]) or "", math.prod(w.shape)
    at_start = replace(x, offset=0), replace(y, offset=0)

    def write(source: Any, out: str, left: str, right: str, old: str) -> Iterator[str]:
        if old != f"({out} + 0)":
            yield f"memcpy({out}, {old}, {size} * sizeof({kind}));"
        yield gemm(kind, left, right, out, *at_start, step.params["a"], step.params["b"])
    low.items.append(Kernel(step.out, (x, y, w), write, over=w.base))
    low.found[step.out] = whole(step.out, w.shape)
    return True
