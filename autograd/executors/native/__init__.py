"""Floor 4: a program as one C function, compiled by the compiler that is there.

    lower.py     gates to items: formulas, folds, products, calls back into NumPy
    fuse.py      items to groups that share a loop
    emit.py      groups to C, and where values lie; products.py the forms of small products
    build.py     the compiler, and the cache of what it made
"""
import ctypes
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.executors.native.build import compiler, library
from autograd.executors.native.emit import Source
from autograd.executors.native.lower import Literal, View
from autograd.program import Program, Space
from autograd.space import tidy

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64)


def dtype_of(space: Space) -> np.dtype[Any]:
    """The dtype in memory; a Python float is a float64."""
    return np.dtype(float) if space.dtype is None else space.dtype


class Native:
    """Runs a program as machine code; the gates without words in C run in NumPy, in their place.

    >>> from autograd.tracing import record
    >>> Native(record(lambda xs: xs[0] * xs[0] + xs[0], [2.0]).program)([3.0])
    [12.0]
    """

    def __init__(self, program: Program) -> None:
        self.program, self._lock = program, threading.Lock()
        self.source = source = Source(program)
        run = library('#include "mathematics.h"\n' + source.text).run
        run.argtypes = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
        self._run = run
        raw = np.zeros(source.arena + 64, np.uint8)
        self._arena = raw[-raw.ctypes.data % 64:]
        self._table = np.zeros(len(source.table) + len(program.outputs) + 1, np.uintp)
        self._where = {s: i for i, s in enumerate(source.table)}
        self._constants = {s: np.array(program.constants[s], order="C") for s in source.table if s in program.constants}
        for s, value in self._constants.items():
            self._table[self._where[s]] = value.ctypes.data
        self._error: BaseException | None = None
        self._arrays: dict[int, Any] = {}
        self._callback = _CALLBACK(self._call)
        self._fixed = (self._table.ctypes.data, self._arena.ctypes.data, ctypes.cast(self._callback, ctypes.c_void_p))
        self._inputs = [(i, s, dtype_of(program.spaces[s])) for i, s in enumerate(program.inputs)]

    def __call__(self, values: Sequence[Any]) -> list[Any]:
        return self._outputs(values, 1, stacked=False)

    def loop(self, turns: int, values: Sequence[Any]) -> list[Any]:
        """The carried values after all turns, and what each turn gave, stacked."""
        return self._outputs(values, turns, stacked=True)

    def _outputs(self, values: Sequence[Any], turns: int, stacked: bool) -> list[Any]:
        program, table, where = self.program, self._table, self._where
        with self._lock:
            arrays = self._arrays = dict(self._constants)
            state = []
            for i, s, dtype in self._inputs:
                if i < program.carried:
                    x = np.array(values[i], dtype, order="C")
                    state.append(x)
                else:
                    x = np.ascontiguousarray(values[i], dtype)
                arrays[s] = x
                if s in where:
                    table[where[s]] = x.ctypes.data
            out = []
            for k, s in enumerate(program.outputs[program.carried:], len(where)):
                space = program.spaces[s]
                x = np.empty((turns, *space.shape) if stacked else space.shape, dtype_of(space))
                table[k] = x.ctypes.data
                out.append(x)
            if self._run(turns, *self._fixed) and self._error is not None:
                error, self._error = self._error, None
                raise error
        return [_given(x, program.spaces[s], stacked and k >= program.carried)
                for k, (x, s) in enumerate(zip((*state, *out), program.outputs, strict=True))]

    # ------------------------------------------------------------ gates that run in NumPy
    def _call(self, k: int, turn: int) -> int:
        """Run gate k on the memory of its slots."""
        step = self.source.calls[k].step
        try:
            ans = step.gate.run([self._value(s, turn) for s in step.args], step.params)
            space = self.program.spaces[step.out]
            if np.shape(ans) != space.shape:
                raise RuntimeError(f"{step.gate.name} gave the shape {np.shape(ans)}, and {space.shape} when it was recorded")
            self._memory(step.out)[...] = ans
        except BaseException as error:                    # C cannot raise it
            self._error = error
            return 1
        return 0

    def _value(self, slot: int, turn: int) -> Any:
        """What a slot holds now, as gates take it."""
        x, space = self.source.low.found[slot], self.program.spaces[slot]
        if isinstance(x, Literal):
            return x.value if space.dtype is None else np.full(x.shape, x.value, space.dtype)[()]
        base = self._arrays[x.base] if x.base in self._arrays else self._memory(x.base)
        if x.base in self.program.inputs[self.program.carried:][:self.program.sliced]:
            base = base[turn]
        ans = as_strided(base.reshape(-1)[x.offset:], x.shape, tuple(s * base.itemsize for s in x.strides)) if x.shape else base.reshape(-1)[x.offset]
        return ans.copy() if x.shape else tidy(ans)

    def _memory(self, slot: int) -> Any:
        """A slot in the arena as an array."""
        space, place = self.source.low.spaces[slot], self.source.places[slot]
        dtype = dtype_of(space)
        size = int(np.prod(space.shape, dtype=np.int64)) * dtype.itemsize
        return self._arena[place:place + size].view(dtype).reshape(space.shape)


def _given(x: Any, space: Space, stacked: bool) -> Any:
    return x if stacked else tidy(x) if space.dtype is None or not x.ndim else x
