"""Floor 4: steps on Python floats as Python expressions.

Where Python raises and NumPy gives inf or nan, as at 1 / 0, the steps around are run again by their gates.
"""
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.gates import elementwise as e
from autograd.program import Program, Space, Step

# fmt: off
_TEXTS = {
    e.add: "{0} + {1}",  e.sub: "{0} - {1}",  e.mul: "{0} * {1}",  e.div: "{0} / {1}",  e.remainder: "{0} % {1}",
    e.negative: "-{0}",  e.positive: "+{0}",  e.reciprocal: "1.0 / {0}",  e.square: "{0} * {0}",
    e.absolute: "abs({0})",  e.relu: "0.0 if {0} <= 0.0 else {0}",  e.sigmoid: "1.0 / (1.0 + float_exp(-{0}))",
}
_COMPARISONS = {
    e.equal: "{0} == {1}",  e.not_equal: "{0} != {1}",  e.less: "{0} < {1}",  e.less_equal: "{0} <= {1}",
    e.greater: "{0} > {1}",  e.greater_equal: "{0} >= {1}",
}
# fmt: on
_WITH_TRUTH = (e.add, e.sub, e.mul)                   # where True counts as 1.0 next to a float, in Python as in NumPy
FLOAT, TRUTH = Space((), None), Space((), np.dtype(bool))
RAISED = "(ArithmeticError, ValueError)"


def text_of(step: Step, spaces: Mapping[int, Space]) -> str | None:
    """The expression of a step, with {0}, {1} for its arguments; None where it is no step on floats."""
    args, out = [spaces[s] for s in step.args], spaces[step.out]
    floats = all(space == FLOAT for space in args)
    if floats and out == TRUTH and step.gate in _COMPARISONS:
        return _COMPARISONS[step.gate]
    if floats and out == FLOAT and step.gate.scalar is not None:
        return _TEXTS.get(step.gate) or f"float_{step.gate.name}({', '.join(f'{{{i}}}' for i in range(len(args)))})"
    if out == FLOAT and step.gate in _WITH_TRUTH and FLOAT in args and all(a in (FLOAT, TRUTH) for a in args):
        return _TEXTS[step.gate]
    return None


class Careful:
    """The steps of a stretch by their gates: from what the stretch reads to what others read of it."""

    def __init__(self, program: Program, steps: Sequence[Step], reads: Sequence[int], gives: Sequence[int]) -> None:
        self.constants, self.steps, self.reads, self.gives = program.constants, steps, reads, gives

    def __call__(self, *values: Any) -> tuple[Any, ...]:
        slots = self.constants | dict(zip(self.reads, values, strict=True))
        for step in self.steps:
            slots[step.out] = step.gate.run([slots[s] for s in step.args], step.params)
        return tuple([slots[s] for s in self.gives])
