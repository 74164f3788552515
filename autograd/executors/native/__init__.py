"""Floor 4: a program as one C function, compiled by the compiler that is there.

    lower.py     gates to items: formulas, folds, products, calls back into NumPy; the rules are in words.py,
                 along.py, contract.py, pooling.py and convolution.py
    updates.py   updates of matrices by BLAS, where they lie
    strips.py    thin matrices taken apart
    fuse.py      items to groups that share a loop
    emit.py      groups to C, and where values lie; nest.py and loops.py write loops, products.py and blocks.py products
    build.py     the compiler, and the cache of what it made
"""
import ctypes
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.executors.native.build import library, threads
from autograd.executors.native.emit import Source
from autograd.executors.native.lower import Literal
from autograd.executors.plain import Plain
from autograd.program import Program, Space
from autograd.space import tidy

_SMALL = 4096                         # numbers in the largest array that is copied to a fixed place
_KEPT = 1 << 20                       # bytes of the largest array that is kept for the run after the next
_OURS = 3                             # references to an array that only a _Slot has: two, and that of the question
_OUT_OF_BOUNDS, _NAN = 2, 3           # what the function returns beside 0; see emit.py
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int64)


def dtype_of(space: Space) -> np.dtype[Any]:
    """The dtype in memory; a Python float is a float64."""
    return np.dtype(float) if space.dtype is None else space.dtype


class Native:
    """Runs a program as machine code; the gates without words in C run in NumPy, in their place."""

    def __init__(self, program: Program) -> None:
        self.program, self._lock = program, threading.Lock()
        self.source = source = Source(program)
        run = library('#include "runtime.h"\n#include "mathematics.h"\n' + source.text).run
        run.argtypes = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
        self._run = run
        raw = np.zeros(source.arena + 64, np.uint8)
        self._arena = raw[-raw.ctypes.data % 64:]
        self._table = np.zeros(len(source.table) + len(program.outputs) + 1, np.uintp)
        self._where = {s: i for i, s in enumerate(source.table)}
        known = source.low.constants
        self._constants = {s: np.array(known[s], order="C") for s in source.table if s in known}
        for s, value in self._constants.items():
            self._table[self._where[s]] = value.ctypes.data
        self._error: BaseException | None = None
        self._arrays: dict[int, Any] = {}
        self._callback = _CALLBACK(self._call)
        self._fixed = (self._table.ctypes.data, self._arena.ctypes.data, ctypes.cast(self._callback, ctypes.c_void_p),
                       threads())
        carried, looped = program.carried, bool(program.carried or program.sliced)
        places = [self._where.get(s) for s in program.inputs]
        ends = program.outputs[carried:]
        self._carried = _Values(self, program.inputs[:carried], places, self._arrays)
        self._given = _Values(self, program.inputs[carried:], places[carried:], self._arrays, program.sliced)
        self._results = _Values(self, ends, range(len(self._where), len(self._table)), {}, len(ends) if looped else 0)

    def __call__(self, values: Sequence[Any]) -> list[Any] | None:
        if self.program.carried or self.program.sliced:
            first, last = self.program.carried, self.program.carried + self.program.sliced
            once = [np.asarray(x)[None] if first <= i < last else x for i, x in enumerate(values)]
            ans = self.loop(1, once)
            return ans and [x if k < first else tidy(x[0]) for k, x in enumerate(ans)]
        with self._lock:
            self._given.put(values)
            self._results.ready()
            code = self._go(1)
            if code == _OUT_OF_BOUNDS:
                return Plain(self.program)(values)         # it says what is wrong
            return self._checked(code, self._results.get)

    def loop(self, turns: int, values: Sequence[Any]) -> list[Any] | None:
        """The carried values after all turns, and what each turn gave, stacked."""
        carried = self.program.carried
        with self._lock:
            self._carried.put(values[:carried], copy=True)
            self._given.lay(values[carried:])
            stacked = self._results.stacked(turns)
            code = self._go(turns)
            if code == _OUT_OF_BOUNDS:
                return Plain(self.program).loop(turns, values)
            return self._checked(code, lambda: [*self._carried.get(), *stacked])

    def _checked(self, code: int, outputs: Callable[[], list[Any]]) -> list[Any] | None:
        """The outputs; None where a witness has a nan."""
        if self.source.looks:
            return None if code == _NAN else outputs()
        return self.program.checked(outputs())

    def _go(self, turns: int) -> int:
        """Run; 0, or what the program could not say in words."""
        code: int = self._run(turns, *self._fixed)
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        return code

    # ------------------------------------------------------------ gates that run in NumPy
    def _call(self, k: int, turn: int) -> int:
        """Run gate k on the memory of its slots."""
        step = self.source.calls[k].step
        try:
            ans = step.gate.run([self._value(s, turn) for s in step.args], step.params)
            space = self.program.spaces[step.out]
            if np.shape(ans) != space.shape:
                raise RuntimeError(f"{step.gate.name} gave the shape {np.shape(ans)}, recorded was {space.shape}")
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
        base = self._constants.get(x.base, self._arrays.get(x.base))
        base = self._memory(x.base) if base is None else base
        if x.base in self.program.inputs[self.program.carried:][:self.program.sliced]:
            base = base[turn]
        row = base.reshape(-1)
        if not x.shape:
            return tidy(row[x.offset])
        return as_strided(row[x.offset:], x.shape, tuple(s * row.itemsize for s in x.strides)).copy()

    def _memory(self, slot: int) -> Any:
        """A slot in the arena as an array."""
        space, place = self.source.low.spaces[slot], self.source.places[slot]
        dtype = dtype_of(space)
        size = int(np.prod(space.shape, dtype=np.int64)) * dtype.itemsize
        return self._arena[place:place + size].view(dtype).reshape(space.shape)


class _Values:
    """Where the inputs or outputs lie: Python floats side by side, so that all move at once, and all else in slots.

    The first `rows` are arrays with a row for each turn, whatever their spaces.
    """

    def __init__(self, owner: Native, slots: Sequence[int], places: Iterable[int | None], arrays: dict[int, Any],
                 rows: int = 0) -> None:
        self.count, spaces = len(slots), owner.program.spaces
        self.numbers = [k for k, s in enumerate(slots) if k >= rows and spaces[s] == Space((), None)]
        self.memory = np.empty(len(self.numbers))
        self.slots: list[tuple[int, _Slot]] = []
        at = {k: i for i, k in enumerate(self.numbers)}
        for k, (s, place) in enumerate(zip(slots, places, strict=False)):
            if k not in at:
                self.slots.append((k, _Slot(owner, s, place, arrays)))
                continue
            arrays[s] = self.memory[at[k]:at[k] + 1]
            if place is not None:
                owner._table[place] = arrays[s].ctypes.data

    def put(self, values: Sequence[Any], copy: bool = False) -> None:
        """Give the inputs of one run, with `copy` those of the first turn, which the program writes to."""
        self._number(values)
        for k, slot in self.slots:
            slot.put(values[k], copy)

    def lay(self, values: Sequence[Any]) -> None:
        """Give the inputs that stay what they are, or come turn by turn."""
        self._number(values)
        for k, slot in self.slots:
            slot.at(np.ascontiguousarray(values[k], slot.dtype))

    def _number(self, values: Sequence[Any]) -> None:
        if self.numbers:
            self.memory[:] = [values[k] for k in self.numbers]

    def ready(self) -> None:
        """Memory for the outputs."""
        for _, slot in self.slots:
            slot.ready()

    def stacked(self, turns: int) -> list[Any]:
        """New arrays for the outputs of all turns."""
        return [slot.at(np.empty((turns, *slot.shape), slot.dtype)) for _, slot in self.slots]

    def get(self) -> list[Any]:
        """What lies there, in order."""
        if not self.slots:
            return self.memory.tolist()
        ans: list[Any] = [None] * self.count
        for k, x in zip(self.numbers, self.memory.tolist(), strict=True):
            ans[k] = x
        for k, slot in self.slots:
            ans[k] = slot.get()
        return ans


class _Slot:
    """Where an input or output lies: a small one in memory of its own, whose address is asked for once."""

    __slots__ = ("array", "arrays", "dtype", "number", "own", "place", "shape", "slot", "spare", "table")

    def __init__(self, owner: Native, slot: int, place: int | None, arrays: dict[int, Any]) -> None:
        space = owner.program.spaces[slot]
        self.table, self.slot, self.place, self.arrays = owner._table, slot, place, arrays
        self.shape, self.dtype, self.number = space.shape, dtype_of(space), not space.shape
        array = np.empty(space.shape, self.dtype)
        self.own = array if array.size <= _SMALL else None
        self.spare: Any = None
        self.at(array)

    def at(self, array: Any) -> Any:
        """Let the program find the slot in this array."""
        if self.place is not None:
            self.table[self.place] = array.__array_interface__["data"][0]           # .ctypes.data takes much longer
        self.array = self.arrays[self.slot] = array
        return array

    def put(self, value: Any, copy: bool = False) -> None:
        """Give an input its value; with `copy` in memory that the program may write to."""
        if self.own is None and not copy:
            self.at(np.ascontiguousarray(value, self.dtype))
        else:
            self.ready()
            self.array[...] = value

    def ready(self) -> None:
        """Memory for an output, or for an input that is put into memory of its own.

        That of the last run or the one before serves again if nobody else has it: pages that are new to the process
        take long to write.
        """
        if self.own is not None:
            if self.array is not self.own:
                self.at(self.own)
        elif self.array.shape != self.shape or sys.getrefcount(self.array) > _OURS:
            spare, self.spare = self.spare, self.array if self.array.nbytes <= _KEPT else None
            free = spare is not None and spare.shape == self.shape and sys.getrefcount(spare) == _OURS - 1
            self.at(spare if free else np.empty(self.shape, self.dtype))

    def get(self) -> Any:
        """What the slot holds, in memory that nobody else has."""
        return tidy(self.array) if self.number else self.array.copy() if self.own is not None else self.array
