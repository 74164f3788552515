"""Floor 4: the reference: one gate after the other, as eager mode runs them."""
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.program import Program


class Plain:
    """Runs every step by its gate, into new memory.

    >>> from autograd.tracing import record
    >>> Plain(record(lambda xs: xs[0] * xs[0] + xs[0], [2.0]).program)([3.0])
    [12.0]
    """

    def __init__(self, program: Program) -> None:
        self.program = program

    def __call__(self, values: Sequence[Any]) -> list[Any] | None:
        return self.program.checked(self._once(values))

    def _once(self, values: Sequence[Any]) -> list[Any]:
        program = self.program
        slots = program.constants | dict(zip(program.inputs, values, strict=True))
        for step in program.steps:
            slots[step.out] = step.gate.run([slots[s] for s in step.args], step.params)
        return [slots[s] for s in program.outputs]

    def loop(self, turns: int, values: Sequence[Any]) -> list[Any] | None:
        """The carried values after all turns, and what each turn gave, stacked."""
        carried, sliced = self.program.carried, self.program.sliced
        state, slices, rest = list(values[:carried]), values[carried:carried + sliced], values[carried + sliced:]
        stacked: list[list[Any]] = []
        for turn in range(turns):
            ans = self._once([*state, *(x[turn] for x in slices), *rest])
            state = ans[:carried]
            stacked.append(ans[carried:])
        if not stacked:
            spaces = [self.program.spaces[s] for s in self.program.outputs[carried:]]
            return [*state, *(np.empty((0, *space.shape), space.dtype) for space in spaces)]
        return self.program.checked([*state, *(np.stack(part) for part in zip(*stacked, strict=True))])
