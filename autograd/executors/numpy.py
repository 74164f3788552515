"""Floor 4: a program as straight Python over NumPy, written once and run many times.

Results go into memory that is planned ahead and used again, views are made once, and numbers are Python floats. What
is returned is new memory in every run.
"""
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.executors.plain import Plain
from autograd.executors.source import Source
from autograd.program import Program


class Replay:
    """Runs a program as generated code, which is written when the first values are there.

    >>> from autograd.tracing import record
    >>> Replay(record(lambda xs: xs[0] * xs[0] + xs[0], [2.0]).program)([3.0])
    [12.0]
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._sources: dict[bool, Source] = {}
        self._lock = threading.Lock()                     # all runs share the planned memory

    def __call__(self, values: Sequence[Any]) -> list[Any] | None:
        with self._lock, np.errstate(all="ignore"):
            return self.program.checked(self.source(values, False).run(*values))

    def loop(self, turns: int, values: Sequence[Any]) -> list[Any] | None:
        """The carried values after all turns, and what each turn gave, stacked."""
        if not turns:
            return Plain(self.program).loop(0, values)
        with self._lock, np.errstate(all="ignore"):
            return self.program.checked(self.source(values, True).run(turns, *values))

    def source(self, values: Sequence[Any], looped: bool) -> Source:
        """The generated code of one run, or of a loop."""
        if looped not in self._sources:
            self._sources[looped] = Source(self.program, values, looped)
        return self._sources[looped]
