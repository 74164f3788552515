"""Floor 4: a group as a nest of loops in C.

Neighbouring axes that every value walks through alike are one loop. Rows that are short, such as those of a network
with three units, are taken several at a time, so that the innermost loop is long enough to be computed with vectors.
"""
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.executors.native.blocks import Blocks
from autograd.executors.native.fuse import Group, at_hand, views
from autograd.executors.native.lower import Define, Literal, Operand, Pick, Product, Put, Reduce, Store, strides_of
from autograd.executors.native.tape import can_be_taped, tape
from autograd.executors.native.text import index, literal
from autograd.program import Space

_BLOCK = 4096                         # numbers that are folded before what is found goes to the rest
_PIECE = 1 << 16                      # numbers in a piece of a loop that is split between threads
_SPLIT = 1 << 22                      # additions from which a loop is split
_DEAR = re.compile(r"[a-z]\w*\(")     # a function in a formula, which takes as long as eight additions
_PIECES = 256                         # pieces at most
_LONG = 200                           # steps on single numbers that are worth a tape
_VECTOR = 16                          # numbers from which the innermost loop is long
_FOLDS = {"sum": ("0", "{0} += {1};"), "prod": ("1", "{0} *= {1};"),
          "largest": ("-INFINITY", "{0} = {1} > {0} ? {1} : {0};"),
          "smallest": ("INFINITY", "{0} = {1} < {0} ? {1} : {0};")}
_CLAUSE = {"sum": "+", "prod": "*", "largest": "max", "smallest": "min"}


def folded(item: Reduce, target: str, value: str, kind: str) -> str:
    """One number folded into another; nan stays."""
    if item.fold in ("sum", "prod"):
        return _FOLDS[item.fold][1].format(target, value)
    return f"{target} = {item.fold}{'f' * (kind == 'float')}({target}, {value});"


def wider(item: Reduce, kind: str) -> str:
    """The C type in which what is folded in blocks is put together."""
    return "double" if kind == "float" and item.fold == "sum" and math.prod(item.shape) > _BLOCK else kind


def level_of(strides: Sequence[int]) -> int:
    """How many loops there are around those that an element is folded along."""
    return max((k + 1 for k, s in enumerate(strides) if s), default=0)


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


class Nest:
    """Loops over the joined axes of a group; the innermost one is for vectors."""

    def __init__(self, source: Any, group: Group) -> None:
        self.source, self.group = source, group
        self.inside = {i.out for i in group.items if isinstance(i, Define)}
        self.given: dict[int, str] = {}                    # what is there before the first item: slot -> its text
        shape = group.shape or ()
        strides = [x.strides for i in group.items for x in views(i)]
        strides += [i.to.view.strides for i in group.items if isinstance(i, Put)]
        strides += [i.to.strides for i in group.items if isinstance(i, Store)]
        strides += [i.strides for i in group.items if isinstance(i, Reduce)]
        strides += [strides_of(shape)] * any(i.out in source.stored for i in group.items if isinstance(i, Define))
        self.joined = _joined(shape, strides)
        self.sizes = [math.prod(shape[a] for a in axes) for axes in self.joined]
        self.variables = [f"i{k}" for k in range(len(self.sizes))]
        self.contiguous = self.strides(strides_of(shape))
        self.picks = any(isinstance(x, Pick) for i in group.items for x in (*i.operands, getattr(i, "to", None)))  # type: ignore[union-attr]

    def strides(self, strides: Sequence[int]) -> tuple[int, ...]:
        """Strides over the joined axes."""
        return tuple(strides[axes[-1]] for axes in self.joined)

    # ------------------------------------------------------------ the items as lines
    def lines(self) -> Iterator[str]:
        body, stores, folds = self.statements()
        before: dict[int, list[str]] = {k: [] for k in range(-1, len(self.sizes) + 1)}
        after: dict[int, list[str]] = {k: [] for k in range(-1, len(self.sizes) + 1)}
        clauses: list[str] = []
        for item, value in folds:
            body += self.fold(item, value, before, after, clauses)
        depth = len(self.sizes)
        for k, variable in enumerate(self.variables):
            start, stop = self.range(k)
            yield from (*before[k], *self.opening(k))
            if k == depth - 1 and self.long(folds):
                yield f"for (I z = {start}; z < {stop}; z += {_BLOCK}) {{"
                yield f"const I end = z + {_BLOCK} < {stop} ? z + {_BLOCK} : {stop};"
                start, stop = "z", "end"
            if k == depth - 1:
                yield from before[-1]
                if self.sizes[k] >= 4 and not self.picks:
                    yield "#pragma omp simd" + "".join(clauses)
            yield f"for (I {variable} = {start}; {variable} < {stop}; {variable}++) {{"
        yield from (*before[depth], *body, *stores, *after[depth])
        for k in reversed(range(depth)):
            yield "}"
            if k == depth - 1:
                yield from after[-1]
                yield "}" * self.long(folds)
            yield from (*self.closing(k), *after[k])

    def long(self, folds: Sequence[tuple[Reduce, str]]) -> bool:
        """Whether the innermost loop folds so many numbers that it is done in blocks."""
        return bool(folds) and self.sizes[-1] > _BLOCK

    def pays(self) -> bool:
        """Whether the loops take so long that threads are begun for them."""
        dear = sum(bool(_DEAR.search(i.formula)) for i in self.group.items if isinstance(i, Define))
        numbers = math.prod(self.sizes)
        return numbers >= 4 * _PIECE and numbers * (len(self.group.items) + 8 * dear) >= _SPLIT

    def apart(self) -> bool:
        """Whether turns of the outermost loop write to different places, or fold all into one number."""
        items = self.group.items
        folds = [self.strides(i.strides) for i in items if isinstance(i, Reduce)]
        stores = [self.strides(i.to.strides) for i in items if isinstance(i, Store)]
        return (not any(isinstance(i, Put) for i in items) and all(s[0] for s in stores)
                and all(all(s[:level_of(s)]) for s in folds))

    def range(self, axis: int) -> tuple[str, str]:
        """Where the loop over an axis begins, and before what it ends."""
        return "0", str(self.sizes[axis])

    def opening(self, axis: int) -> list[str]:
        """Lines around the loop over an axis: those before it."""
        return []

    def closing(self, axis: int) -> list[str]:
        """Those after it."""
        return []

    def statements(self) -> tuple[list[str], list[str], list[tuple[Reduce, str]]]:
        """What is computed for one element, what is written of it, and what is folded."""
        body, stores, folds = [], [], []
        registers = dict(self.given)
        for item in self.group.items:
            kind = self.source.kind(item.out)
            kinds = item.kinds if isinstance(item, Define) else (kind,)
            given = [self.read(x, k, registers, at_hand(x, item.shape) and x.base in self.inside)  # type: ignore[union-attr]
                     for x, k in zip(item.operands, kinds, strict=True)]  # type: ignore[union-attr]
            if isinstance(item, Define):
                body.append(f"const {kind} v{item.out} = {item.formula.format(*given)};")
                registers[item.out] = f"v{item.out}"
                if item.out in self.source.stored:
                    home = self.source.in_place.get(item.out, item.out)
                    stores.append(f"{self.place(f'b{home}', 0, self.contiguous)} = v{item.out};")
            elif isinstance(item, Put):
                stores.append(f"{self.picked(item.to)} {'+=' if item.add else '='} {given[0]};")
            elif isinstance(item, Store):
                to = self.place(f"b{item.to.base}", item.to.offset, self.strides(item.to.strides))
                stores.append(f"{to} = {given[0]};")
            elif isinstance(item, Reduce):
                folds.append((item, given[0]))
        return body, stores, folds

    def read(self, x: Operand, kind: str, registers: dict[int, str], inside: bool) -> str:
        """An operand at the indices, in the wanted C type."""
        if isinstance(x, Literal):
            return literal(x.value, kind)
        if isinstance(x, Pick):
            text = self.picked(x)
        else:
            text = registers[x.base] if inside else self.place(f"b{x.base}", x.offset, self.strides(x.strides))
        return text if self.source.kind(x.base) == kind else f"({kind}){text}"

    def picked(self, x: Pick) -> str:
        """The element of an array at indices that are looked up, and checked as they are."""
        text = self.place(f"b{x.base}", x.view.offset, self.strides(x.view.strides))
        parts = [f"within({self.read(i, 'int64_t', {}, False)}, {n}, wrong) * {stride}" for i, stride, n in x.parts]
        return f"{text[:-1]} + {' + '.join(parts)}]"

    def place(self, name: str, offset: int, strides: Sequence[int]) -> str:
        """The element of an array at the indices."""
        return name + index(offset, strides, self.variables)

    # ------------------------------------------------------------ folds
    def fold(self, item: Reduce, value: str, before: dict[int, list[str]], after: dict[int, list[str]],
             clauses: list[str]) -> list[str]:
        """Lines for the body: what is folded along the innermost axes is kept in a variable, the rest in memory."""
        kind, strides = self.source.kind(item.out), self.strides(item.strides)
        first, add = _FOLDS[item.fold]
        level = level_of(strides)
        name, part, target = f"r{item.out}", f"q{item.out}", self.place(f"b{item.out}", 0, strides)
        if all(strides):
            return [f"{target} = {value};"]
        alone = all(strides[:level])                       # nothing else comes to this place
        if not alone or level == len(strides):
            before[0].append(self.begun(item, first))
        if level == len(strides):
            return [folded(item, target, value, kind)]
        before[level].append(f"{wider(item, kind)} {name} = {first};")
        before[-1].append(f"{kind} {part} = {first};")
        after[-1].append(folded(item, name, part, kind))
        after[level].append(f"{target} = {name};" if alone else folded(item, target, name, kind))
        clauses.append(f" reduction({_CLAUSE[item.fold]}: {part})")
        lines = [f"const {kind} w{item.out} = {value};", add.format(part, f"w{item.out}")]
        if item.fold in ("largest", "smallest"):           # comparisons pass over nan: it is looked for besides
            before[-1].append(f"int m{item.out} = 0;")
            lines.append(f"m{item.out} |= w{item.out} != w{item.out};")
            clauses.append(f" reduction(|: m{item.out})")
            after[-1].insert(-1, f"if (m{item.out}) {part} = NAN;")
        return lines

    def begun(self, item: Reduce, first: str) -> str:
        """The line before all loops that makes every result the neutral number."""
        return f"for (I z = 0; z < {self.source.size(item.out)}; z++) b{item.out}[z] = {first};"


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
        first = _FOLDS[item.fold][0]
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
        step = max(-(-_PIECE // inner), -(-rows // _PIECES))
        self.step = -(-step // _BLOCK) * _BLOCK if inner == 1 else step
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
            yield f"{kind} r{item.out} = {_FOLDS[item.fold][0]};"
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


def _joined(shape: Sequence[int], strides: Sequence[Sequence[int]]) -> list[list[int]]:
    """Axes that every value walks through as one; axes of length one belong to any."""
    groups: list[list[int]] = []
    for a in (a for a, n in enumerate(shape) if n != 1):
        last = groups[-1][-1] if groups else None
        if last is not None and all(s[last] == s[a] * shape[a] for s in strides):
            groups[-1].append(a)
        else:
            groups.append([a])
    return groups
