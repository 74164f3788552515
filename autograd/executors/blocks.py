"""Floor 4: long chains of elementwise steps, piece by piece.

Arrays that do not fit into the cache would come from memory anew for every step. So steps on arrays of one shape are
done together on one piece after the other, and what only they read never leaves the cache.
"""
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.executors.buffers import Survey
from autograd.executors.recipes import pointwise
from autograd.gates import reduce
from autograd.program import Space, Step

Shape = tuple[int, ...]
LARGE, PIECE = 1 << 14, 1 << 13       # numbers: what counts as large, and what is done at a time


class Blockwise:
    """Which steps of a program may be done piece by piece, and in which order that is the most."""

    def __init__(self, spaces: Mapping[int, Space], survey: Survey, follows: Mapping[int, int]) -> None:
        self.spaces, self.survey, self.follows = spaces, survey, follows

    def shape(self, step: Step) -> Shape | None:
        """The shape that the step runs over, if it goes piece by piece: it is elementwise, or the sum of everything."""
        total = step.gate is reduce.sum and step.params["axis"] is None and not step.params["keepdims"]
        shape = self.spaces[step.args[0] if total else step.out].shape
        slots = step.args if total else (*step.args, step.out)
        fits = (total or pointwise(step, self.spaces)) and math.prod(shape) >= LARGE
        return shape if fits and all(self._fits(s, shape) for s in slots) else None

    def _fits(self, slot: int, shape: Shape) -> bool:
        own, dtype = self.spaces[slot]
        return not own or (own == shape and dtype.kind in "fcb" and self.survey.order[slot] == tuple(range(len(shape))))

    def groups(self, steps: Sequence[Step]) -> list[list[Step]]:
        """The steps in an order in which they may run, and in which steps over one shape stand together. A step goes as
        late as those allow that read it, or that replace (`follows`) an input that it reads."""
        shapes: list[Shape | None] = []
        found: list[list[Step]] = []                       # the last one first
        place: dict[int, int] = {}
        readers: dict[int, list[Step]] = {}
        for step in reversed(steps):
            shape = self.shape(step)
            earliest = max([0, *(self._before(step, reader, shape, shapes, place)
                                 for reader in readers.get(step.out, ())),
                            *(place[self.follows[s]] for s in step.args if self.follows.get(s) in place)])
            at = next((k for k in range(earliest, len(found)) if shapes[k] == shape), len(found))
            if at == len(found):
                found.append([])
                shapes.append(shape)
            found[at].append(step)
            place[step.out] = at
            for s in step.args:
                readers.setdefault(s, []).append(step)
        groups = [(shape, group[::-1]) for shape, group in zip(shapes[::-1], found[::-1], strict=True)]
        return [part for shape, group in groups for part in ([group] if shape else [[step] for step in group])]

    def _before(self, step: Step, reader: Step, shape: Shape | None, shapes: Sequence[Shape | None],
                place: Mapping[int, int]) -> int:
        """The group of a reader, if a step may stand in it: both go piece by piece over one shape, or neither does."""
        at = place[reader.out]
        return at if shapes[at] == shape and (shape is None or self.spaces[step.out].shape) else at + 1


class Scratch:
    """Pieces of memory for what only one group reads."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}
        self.free: dict[Any, list[str]] = {}
        self.own: dict[int, tuple[str, Any]] = {}

    def take(self, slot: int, dtype: Any) -> str:
        """The name of a piece for a slot."""
        free = self.free.setdefault(dtype, [])
        if not free:
            free.append(f"w{len(self.made)}")
            self.made[free[0]] = np.empty(PIECE, dtype)
        self.own[slot] = name, _ = free.pop(), dtype
        return name

    def give(self, slot: int) -> None:
        """The piece of a slot may be used again."""
        name, dtype = self.own.pop(slot)
        self.free[dtype].append(name)


class Block:
    """The code of one group. `outside` says of a slot whether others read it, `static` which arrays stay in place."""

    def __init__(self, group: Sequence[Step], spaces: Mapping[int, Space], outside: Callable[[int], bool],
                 static: Mapping[int, Any]) -> None:
        self.group, self.spaces = group, spaces
        # A row of a broadcast view is a copy, which has to be made anew in every run.
        self.static = {s: x for s, x in static.items() if x.flags.c_contiguous}
        made = {step.out for step in group}
        self.results = [step.out for step in group if spaces[step.out].shape and outside(step.out)]
        self.totals = [step.out for step in group if not spaces[step.out].shape]
        self.inner = made - {*self.results, *self.totals}
        taken = dict.fromkeys(s for step in group for s in step.args if spaces[s].shape and s not in made)
        self.arrays = [*taken, *self.results]
        self.names = {s: f"p{s}" for s in self.arrays}

    def body(self, write: Callable[[Step, dict[int, str], str], Iterator[str]], scratch: Scratch) -> Iterator[str]:
        """What is done with one piece."""
        last = {s: t for t, step in enumerate(self.group) for s in step.args}
        names = dict(self.names)
        for t, step in enumerate(self.group):
            for s in {s for s in step.args if s in self.inner and last[s] == t and s in scratch.own}:
                scratch.give(s)                            # the result may be written over it
            if step.out in self.totals:
                yield f"q{step.out}.append(add.reduce({names[step.args[0]]}))"
                continue
            if step.out in self.inner:
                names[step.out] = scratch.take(step.out, self.spaces[step.out].dtype)
            yield from write(step, names, names[step.out])

    def pieces(self, scratch: Scratch) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names, and for every piece their values: its ends, memory, and parts of the arrays that stay in place."""
        size = math.prod(self.spaces[self.arrays[0]].shape)
        fixed = {self.names[s]: self.static[s].reshape(-1) for s in self.arrays if s in self.static}
        rows = []
        for i in range(0, size, PIECE):
            j = min(i + PIECE, size)
            rows.append((i, j, *(w[:j - i] for w in scratch.made.values()), *(x[i:j] for x in fixed.values())))
        return ["i", "j", *scratch.made, *fixed], rows
