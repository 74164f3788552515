"""Floor 4: loops in C over the axes of a group.

Neighbouring axes that every value walks through alike are one loop; the innermost one is for vectors.
"""
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from autograd.executors.native.fuse import Group, at_hand, views
from autograd.executors.native.lower import Define, Literal, Operand, Pick, Put, Reduce, Store, strides_of
from autograd.executors.native.text import index, literal

BLOCK = 4096                          # numbers that are folded before what is found goes to the rest
PIECE = 1 << 16                       # numbers in a piece of a loop that is split between threads
_SPLIT = 1 << 22                      # additions from which a loop is split
_DEAR = re.compile(r"[a-z]\w*\(")     # a function in a formula, which takes as long as eight additions
FOLDS = {"sum": ("0", "{0} += {1};"), "prod": ("1", "{0} *= {1};"),
          "largest": ("-INFINITY", "{0} = {1} > {0} ? {1} : {0};"),
          "smallest": ("INFINITY", "{0} = {1} < {0} ? {1} : {0};")}
_CLAUSE = {"sum": "+", "prod": "*", "largest": "max", "smallest": "min"}


def folded(item: Reduce, target: str, value: str, kind: str) -> str:
    """One number folded into another; nan stays."""
    if item.fold in ("sum", "prod"):
        return FOLDS[item.fold][1].format(target, value)
    return f"{target} = {item.fold}{'f' * (kind == 'float')}({target}, {value});"


def wider(item: Reduce, kind: str) -> str:
    """The C type in which what is folded in blocks is put together."""
    return "double" if kind == "float" and item.fold == "sum" and math.prod(item.shape) > BLOCK else kind


def level_of(strides: Sequence[int]) -> int:
    """How many loops there are around those that an element is folded along."""
    return max((k + 1 for k, s in enumerate(strides) if s), default=0)


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
                yield f"for (I z = {start}; z < {stop}; z += {BLOCK}) {{"
                yield f"const I end = z + {BLOCK} < {stop} ? z + {BLOCK} : {stop};"
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
        return bool(folds) and self.sizes[-1] > BLOCK

    def pays(self) -> bool:
        """Whether the loops take so long that threads are begun for them."""
        dear = sum(bool(_DEAR.search(i.formula)) for i in self.group.items if isinstance(i, Define))
        numbers = math.prod(self.sizes)
        return numbers >= 4 * PIECE and numbers * (len(self.group.items) + 8 * dear) >= _SPLIT

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
                body.append(_variable(item, kind, item.formula.format(*given)))
                registers[item.out] = f"v{item.out}"
                if item.out in self.source.stored:
                    home = self.source.in_place.get(item.out, item.out)
                    stores.append(f"{self.place(f'b{home}', 0, self.contiguous)} = v{item.out};")
            elif isinstance(item, Put):
                stores.append(f"{self.picked(item.to, registers)} {'+=' if item.add else '='} {given[0]};")
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
            text = self.picked(x, registers)
        else:
            text = registers[x.base] if inside else self.place(f"b{x.base}", x.offset, self.strides(x.strides))
        return text if self.source.kind(x.base) == kind else f"({kind}){text}"

    def picked(self, x: Pick, registers: dict[int, str]) -> str:
        """The element of an array at indices that are looked up, or were just computed, and checked as they are."""
        text = self.place(f"b{x.base}", x.view.offset, self.strides(x.view.strides))
        found = [self.read(i, "int64_t", registers, at_hand(i, x.shape) and i.base in self.inside)  # type: ignore[union-attr]
                 for i, _, _ in x.parts]
        parts = [f"within({i}, {n}, wrong) * {stride}" for i, (_, stride, n) in zip(found, x.parts, strict=True)]
        return f"{text[:-1]} + {' + '.join(parts)}]"

    def place(self, name: str, offset: int, strides: Sequence[int]) -> str:
        """The element of an array at the indices."""
        return name + index(offset, strides, self.variables)

    # ------------------------------------------------------------ folds
    def fold(self, item: Reduce, value: str, before: dict[int, list[str]], after: dict[int, list[str]],
             clauses: list[str]) -> list[str]:
        """Lines for the body: what is folded along the innermost axes is kept in a variable, the rest in memory."""
        kind, strides = self.source.kind(item.out), self.strides(item.strides)
        first, add = FOLDS[item.fold]
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


def _variable(item: Define, kind: str, text: str) -> str:
    """What is computed for one element; truths are as wide as what is compared, or the compiler makes no vectors."""
    if kind == "bool":
        kind, text = "int32_t" if "float" in item.kinds else "int64_t", f"({text}) != 0"
    return f"const {kind} v{item.out} = {text};"


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
