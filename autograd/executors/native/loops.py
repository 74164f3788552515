"""Floor 4: how the loops of a group are written.

Rows that are short, such as those of a network with three units, are taken several at a time, so that the innermost
loop is long enough to be computed with vectors. Large loops are split between threads, and products with short sums
begin loops of their own.
"""
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.executors.native.blocks import Blocks
from autograd.executors.native.fuse import Group
from autograd.executors.native.lower import Product, Reduce, Store
from autograd.executors.native.nest import BLOCK, FOLDS, PIECE, Nest, folded, wider
from autograd.executors.native.tape import can_be_taped, tape
from autograd.executors.native.text import index
from autograd.program import Space

_PIECES = 256                         # pieces at most
_LONG = 200                           # steps on single numbers that are worth a tape
_VECTOR = 16                          # numbers from which the innermost loop is long


def loop(source: Any, group: Group) -> Iterator[str]:
    """The lines of a group."""
    if not group.shape and len(group.items) > _LONG and can_be_taped(source, group):
        yield from tape(source, group)
        return
    yield "{"
    yield from _form(source, group)(source, group).lines()
    yield "}"


def _form(source: Any, group: Group) -> "type[Nest]":
    """How the loops of a group are written."""
    if isinstance(group.items[0], Product):
        return Panels
    nest = Nest(source, group)
    sizes = nest.sizes
    short = len(sizes) == 2 and sizes[1] < _VECTOR and sizes[0] * sizes[1] >= 4 * _VECTOR and not nest.picks
    return Rows if short else Pieces if nest.pays() and nest.apart() else Nest


class Rows(Nest):
    """Two loops whose inner one is short: as many whole rows at a time as make a long one.

    What differs from row to row or from column to column alone is first laid out for all of a block.
    """

    def __init__(self, source: Any, group: Group) -> None:
        super().__init__(source, group)
        (rows, self.width), tile = self.sizes, _VECTOR
        self.high = tile // math.gcd(tile, self.width)
        if self.high > rows:
            self.high = 1
        self.blocks, self.n = rows // self.high, self.high * self.width
        self.once: list[str] = []                          # lines before all blocks, and at the start of each
        self.each: list[str] = []
        self.tiles: dict[tuple[str, int, tuple[int, ...]], str] = {}

    def place(self, name: str, offset: int, strides: Sequence[int]) -> str:
        down, across = strides
        if across == 1 and down == self.width:
            return f"{name}[k * {self.n} + j + {offset}]"
        if down == across == 0:
            return f"{name}[{offset}]"
        key = name, offset, tuple(strides)
        if key not in self.tiles:
            self.tiles[key] = tile = f"t{len(self.tiles)}"
            kind = self.source.kind(int(name[1:]))
            where = index(offset, strides, [f"(k * {self.high} + r)", "c"])
            lines = self.each if down else self.once
            self.once.insert(0, f"{kind} {tile}[{self.n}];")
            lines.append(f"for (I r = 0; r < {self.high}; r++) for (I c = 0; c < {self.width}; c++) "
                         f"{tile}[r * {self.width} + c] = {name}{where if down else index(offset, (across,), ['c'])};")
        return f"{self.tiles[key]}[j]"

    def lines(self) -> Iterator[str]:
        if any(isinstance(i, Store) for i in self.group.items):
            yield from Nest(self.source, self.group).lines()
            return
        body, stores, folds = self.statements()
        ends: list[str] = []
        last: list[str] = []
        inner: list[str] = []
        for item, value in folds:
            inner.append(self.rows_folded(item, value, ends, last))
        yield from self.once
        yield f"for (I k = 0; k < {self.blocks}; k++) {{"
        yield from self.each
        yield "#pragma omp simd"
        yield f"for (I j = 0; j < {self.n}; j++) {{"
        yield from (*body, *stores, *inner, "}", *ends, "}", *last)
        if self.blocks * self.high < self.sizes[0]:
            yield from Rest(self.source, self.group, self.blocks * self.high).lines()

    def rows_folded(self, item: Reduce, value: str, ends: list[str], last: list[str]) -> str:
        """The line of the body; `ends` come after each block, `last` after all."""
        kind, (down, across), name = self.source.kind(item.out), self.strides(item.strides), f"f{item.out}"
        kind = kind if down else wider(item, kind)
        first = FOLDS[item.fold][0]
        if down and across:
            return f"{self.place(f'b{item.out}', 0, (down, across))} = {value};"
        self.once.insert(0, f"{kind} {name}[{self.n}];")
        if down and not across:
            add = folded(item, "s", f"{name}[r * {self.width} + c]", kind)
            ends.append(f"for (I r = 0; r < {self.high}; r++) {{ {kind} s = {first}; "
                        f"for (I c = 0; c < {self.width}; c++) {{ {add} }} "
                        f"b{item.out}[(k * {self.high} + r) * {down}] = s; }}")
            return f"{name}[j] = {value};"
        self.once.append(f"for (I j = 0; j < {self.n}; j++) {name}[j] = {first};")
        target = f"b{item.out}" + (f"[(j % {self.width}) * {across}]" if across else "[0]")
        last += [self.begun(item, first),
                 f"for (I j = 0; j < {self.n}; j++) {{ {folded(item, target, f'{name}[j]', kind)} }}"]
        return folded(item, f"{name}[j]", value, kind)


class Pieces(Nest):
    """A large nest whose outermost loop is split between threads."""

    def __init__(self, source: Any, group: Group) -> None:
        super().__init__(source, group)
        rows, inner = self.sizes[0], math.prod(self.sizes[1:])
        step = max(-(-PIECE // inner), -(-rows // _PIECES))
        self.step = -(-step // BLOCK) * BLOCK if inner == 1 else step
        self.count = -(-rows // self.step)
        self.parts: list[tuple[Reduce, int]] = []          # what is folded to one number, and the slot of the pieces

    def range(self, axis: int) -> tuple[str, str]:
        return super().range(axis) if axis else ("start", "stop")

    def lines(self) -> Iterator[str]:
        name, slots = self.source.part(list(super().lines()))
        for _, slot in self.parts:
            yield f"{self.source.kind(slot)} b{slot}[{self.count}];"
        yield f"void *slots[] = {{{', '.join(f'(void *)b{s}' for s in slots)}}};"
        yield f"in_pieces({name}, slots, wrong, {self.sizes[0]}, {self.step});"
        for item, slot in self.parts:
            kind = self.source.kind(slot)
            yield f"{kind} r{item.out} = {FOLDS[item.fold][0]};"
            yield f"for (I k = 0; k < {self.count}; k++) {{ {folded(item, f'r{item.out}', f'b{slot}[k]', kind)} }}"
            yield f"b{item.out}[0] = r{item.out};"

    def fold(self, item: Reduce, value: str, before: dict[int, list[str]], after: dict[int, list[str]],
             clauses: list[str]) -> list[str]:
        lines = super().fold(item, value, before, after, clauses)
        if not any(self.strides(item.strides)):
            space = self.source.low.spaces[item.out]
            single = item.fold == "sum" and self.source.kind(item.out) == "float"
            slot = self.source.low.new(Space((self.count,), np.dtype(float) if single else space.dtype))
            self.parts.append((item, slot))
            after[0][-1] = f"b{slot}[piece] = r{item.out};"
        return lines


class Panels(Nest):
    """A product and what is computed from it, some rows at a time."""

    def __init__(self, source: Any, group: Group) -> None:
        self.product: Product = group.items[0]  # type: ignore[assignment]
        super().__init__(source, Group(group.shape, group.items[1:]))
        out, (vx, vy) = self.product.out, self.product.operands
        self.m, self.n, self.stored = vx.shape[0], vy.shape[1], out in source.stored
        place = f"(b{out} + i * {self.n})" if self.stored else "t"
        self.blocks = Blocks(source.kind(out), f"b{vx.base}", f"b{vy.base}", place, vx, vy)
        self.inside.add(out)
        start = "" if self.stored else f" - i * {self.n}"
        name = f"b{out}" if self.stored else "t"
        self.given[out] = f"{name}{index(0, self.contiguous, self.variables)[:-1]}{start}]"

    def opening(self, axis: int) -> list[str]:
        if axis:
            return []
        rows = self.blocks.rows
        tile = [] if self.stored else [f"{self.blocks.kind} t[{rows * self.n}];"]
        return [*tile, self.blocks.down(), *self.blocks.across(rows, "{", "}")]

    def closing(self, axis: int) -> list[str]:
        return ["}"] * (axis == 0)

    def range(self, axis: int) -> tuple[str, str]:
        if axis:
            return super().range(axis)
        scale, rows = self.sizes[0] // self.m, self.blocks.rows
        return f"d * {scale}", f"(d < {self.m - rows} ? d + {rows} : {self.m}) * {scale}"


class Rest(Nest):
    """The rows that are left over, folded into what is there."""

    def __init__(self, source: Any, group: Group, first: int) -> None:
        super().__init__(source, group)
        self.first = first

    def range(self, axis: int) -> tuple[str, str]:
        return str(self.first if axis == 0 else 0), str(self.sizes[axis])

    def fold(self, item: Reduce, value: str, before: dict[int, list[str]], after: dict[int, list[str]],
             clauses: list[str]) -> list[str]:
        strides = self.strides(item.strides)
        if strides[0]:
            return super().fold(item, value, before, after, clauses)
        return [folded(item, self.place(f"b{item.out}", 0, strides), value, self.source.kind(item.out))]
