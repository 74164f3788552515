"""Floor 4: where results lie in memory. Memory whose number nobody reads any more is used again."""
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.program import Program, Step
from autograd.space import ndarray

_ALIGNED = 64                         # bytes: a cache line, and the widest vector


class Survey(NamedTuple):
    """What one run of a program shows of its slots."""

    order: dict[int, tuple[int, ...]]       # the axes of an array from the longest stride to the shortest
    roots: dict[int, frozenset[int]]        # the slots in whose memory a value lies: its own, or those it is a view of


def surveyed(program: Program, values: Sequence[Any]) -> Survey:
    """Run every step once, as `Plain` does, and look at the results."""
    slots = program.constants | dict(zip(program.inputs, values, strict=True))
    roots = {s: frozenset({s}) for s in slots}
    order = {s: axes_by_stride(value) for s, value in slots.items() if type(value) is ndarray}
    last = last_reads(program.steps, program.outputs)
    for turn, step in enumerate(program.steps):
        args = [slots[s] for s in step.args]
        slots[step.out] = ans = step.gate.run(args, step.params)
        views = [s for s, x in zip(step.args, args, strict=True) if _shared(ans, x)]
        roots[step.out] = frozenset().union(*(roots[s] for s in views)) if views else frozenset({step.out})
        if type(ans) is ndarray:
            order[step.out] = axes_by_stride(ans)
        for s in {step.out, *step.args}:
            if last.get(s, turn) <= turn:
                del slots[s]
    return Survey(order, roots)


def _shared(ans: Any, x: Any) -> bool:
    return type(ans) is ndarray and type(x) is ndarray and bool(np.may_share_memory(ans, x))


def axes_by_stride(x: Any) -> tuple[int, ...]:
    """The order of axes in which the numbers of an array lie; that of C where strides are equal."""
    return tuple(sorted(range(x.ndim), key=lambda a: (-abs(x.strides[a]), a)))


def last_reads(steps: Sequence[Step], outputs: Iterable[int]) -> dict[int, int]:
    """The last step that reads each slot; for outputs one past the end."""
    found = {s: t for t, step in enumerate(steps) for s in step.args}
    return found | dict.fromkeys(outputs, len(steps))


class Arena:
    """Offsets into one piece of memory: the smallest free piece that is large enough, else new memory at the end."""

    def __init__(self) -> None:
        self.size = 0
        self.free: dict[int, int] = {}                 # offset -> bytes

    def take(self, nbytes: int) -> int:
        """The offset of memory for so many bytes."""
        nbytes = rounded(nbytes)
        fitting = [(n, at) for at, n in self.free.items() if n >= nbytes]
        if not fitting:
            at, self.size = self.size, self.size + nbytes
            return at
        n, at = min(fitting)
        del self.free[at]
        if n > nbytes:
            self.free[at + nbytes] = n - nbytes
        return at

    def give(self, at: int, nbytes: int) -> None:
        """Memory that may be taken again; free neighbours become one piece."""
        nbytes = rounded(nbytes)
        nbytes += self.free.pop(at + nbytes, 0)
        before = next((start for start, n in self.free.items() if start + n == at), None)
        if before is None:
            self.free[at] = nbytes
        else:
            self.free[before] += nbytes


def rounded(nbytes: int) -> int:
    """The next multiple of a cache line, at least one."""
    return max(-(-nbytes // _ALIGNED), 1) * _ALIGNED


class Memory(NamedTuple):
    """A plan: where each slot lies, and how many bytes that takes in all."""

    offsets: dict[int, int]
    size: int


def planned(groups: Sequence[Sequence[Step]], sizes: Mapping[int, int], roots: Mapping[int, frozenset[int]],
            kept: Iterable[int], reuse: Mapping[int, Sequence[int]]) -> Memory:
    """Offsets for the slots in `sizes`, which groups of steps write. Memory is free after the last group that reads a
    slot that lies in it, except that of `kept`; a slot may lie where one of its `reuse` dies in the same group."""
    last: dict[int, int] = {}
    for t, group in enumerate(groups):
        for step in group:
            for s in (step.out, *step.args):
                last.update(dict.fromkeys(roots[s], t))
    last.update({root: len(groups) for s in kept for root in roots[s]})
    dying: list[list[int]] = [[] for _ in range(len(groups) + 1)]
    for s in sizes:
        dying[last[s]].append(s)
    arena = Arena()
    offsets: dict[int, int] = {}
    for group, ends in zip(groups, dying, strict=False):
        left = ends
        for out in [step.out for step in group if step.out in sizes]:
            heir = next((s for s in reuse.get(out, ()) if s in left and sizes[s] == sizes[out]), None)
            offsets[out] = arena.take(sizes[out]) if heir is None else offsets[heir]
            left = [s for s in left if s != heir]
        for s in left:
            arena.give(offsets[s], sizes[s])
    return Memory(offsets, arena.size)


def memory(nbytes: int) -> Any:
    """Bytes that begin on a cache line."""
    raw = np.empty(nbytes + _ALIGNED, np.uint8)
    start = -raw.__array_interface__["data"][0] % _ALIGNED
    return raw[start:start + nbytes]


def placed(raw: Any, at: int, shape: tuple[int, ...], dtype: Any, order: tuple[int, ...]) -> Any:
    """The array of this shape at an offset, with its numbers in this order of axes."""
    inner = tuple([shape[a] for a in order])
    flat = np.ndarray(inner, dtype, raw, at)
    return flat.transpose([order.index(a) for a in range(len(shape))])
