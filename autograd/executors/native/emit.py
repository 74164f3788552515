"""Floor 4: groups to C: one function that runs all turns of a program.

Small values live in local arrays, which the compiler keeps in registers where it can; others in one arena. What a loop
makes for itself alone is a local variable.
"""
import math
import re
from collections.abc import Iterator, Sequence

from autograd.executors.native.fuse import Fusion, Group, at_hand
from autograd.executors.native.lower import (
    Call,
    Define,
    Item,
    Literal,
    Lowering,
    Operand,
    Product,
    Reduce,
    Store,
    View,
    kind_of,
    strides_of,
    whole,
)
from autograd.executors.native.products import product
from autograd.program import Program, Space

_LOCAL = 512                          # numbers in the largest local array
_BLOCK = 4096                         # numbers summed before the sum goes to the next
_FOLDS = {"sum": ("0", "{0} += {1};"), "prod": ("1", "{0} *= {1};"),
          "largest": ("-INFINITY", "{0} = {1} > {0} ? {1} : {0};"),
          "smallest": ("INFINITY", "{0} = {1} < {0} ? {1} : {0};")}
_CLAUSE = {"sum": "+", "prod": "*", "largest": "max", "smallest": "min"}


class Source:
    """The C text of a program, and what its tables must hold: `table` are slots whose memory Python gives."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.low = low = Lowering(program)
        self.outputs = [low.found[s] for s in program.outputs]
        carried = {new.base: program.inputs[i] for i, new in enumerate(self.outputs[:program.carried])
                   if isinstance(new, View) and new == whole(new.base, new.shape)}
        self.fusion = Fusion(low, carried)
        self.groups = self.fusion.groups
        self.calls = [g.items[0] for g in self.groups if isinstance(g.items[0], Call)]
        self.in_place = self._in_place(carried)
        self.stored = self._stored()
        self.arena = 0
        self.places: dict[int, int] = {}                    # slot -> where in the arena
        self.text = "\n".join(self._lines())

    # ------------------------------------------------------------ where values lie
    def kind(self, slot: int) -> str:
        return kind_of(self.low.spaces[slot]) or "char"

    def size(self, slot: int) -> int:
        return math.prod(self.low.spaces[slot].shape)

    def _in_place(self, carried: dict[int, int]) -> dict[int, int]:
        """New values that are written over the old ones: slot -> the carried input."""
        ans = {}
        for new, old in carried.items():
            if new in self.fusion.made and isinstance(self.fusion.made[new][1], Define):
                at = self.fusion.made[new][0]
                readers = self.fusion.last_read.get(old, ())
                if all(k < at or (k == at and hand) for k, hand in readers) and self._reads_end(new, at):
                    ans[new] = old
        return ans

    def _reads_end(self, new: int, at: int) -> bool:
        """Whether the new value is read at hand in its own group alone."""
        return all(k == at and hand for k, hand in self.fusion.last_read.get(new, ()))

    def _stored(self) -> set[int]:
        """The slots that need memory: all but those that only their own loop reads."""
        ends = {x.base for x in self.outputs if isinstance(x, View)}
        ans = set()
        for k, group in enumerate(self.groups):
            for item in group.items:
                inside = isinstance(item, Define) and all(
                    at == k and hand for at, hand in self.fusion.last_read.get(item.out, ()))
                if not inside or item.out in ends:
                    ans.add(item.out)
        return ans

    def _by_call(self) -> set[int]:
        """Slots whose memory NumPy reads or writes."""
        ans = set()
        for call in self.calls:
            ans |= {call.out, *(x.base for s in call.step.args if isinstance(x := self.low.found[s], View))}
        return ans

    # ------------------------------------------------------------ the function
    def _lines(self) -> Iterator[str]:
        program, low = self.program, self.low
        touched, inputs = self._by_call(), set(program.inputs)
        carried, sliced = set(program.inputs[:program.carried]), set(program.inputs[program.carried:][:program.sliced])
        used = {x.base for g in self.groups for i in g.items for x in getattr(i, "operands", ()) if isinstance(x, View)}
        used |= touched | {x.base for x in self.outputs if isinstance(x, View)} | carried
        self.table = [s for s in (*program.inputs, *program.constants) if s in used and isinstance(low.found[s], View)]
        yield "int run(I turns, void **table, void *arena, int (*call)(int, I)) {"
        local, begin, end = [], [], []
        for i, s in enumerate(self.table):
            kind, size = self.kind(s), self.size(s)
            if s in carried and size <= _LOCAL and s not in touched:
                yield f"{kind} b{s}[{size}]; memcpy(b{s}, table[{i}], sizeof b{s});"
                end.append(f"memcpy(table[{i}], b{s}, sizeof b{s});")
            elif s in sliced:
                begin.append(f"const {kind} *restrict b{s} = (const {kind} *)table[{i}] + turn * {size};")
            else:
                const = "" if s in carried else "const "
                yield f"{const}{kind} *restrict b{s} = ({const}{kind} *)table[{i}];"
        direct = self._direct(touched)
        for s in sorted(self.stored - set(self.in_place) - inputs):
            if s not in direct:
                yield from self._place(s, s in touched)
        for i, k in enumerate(range(program.carried, len(self.outputs))):
            kind = kind_of(program.spaces[program.outputs[k]]) or "char"
            yield f"{kind} *const o{k} = ({kind} *)table[{len(self.table) + i}];"
        yield "for (I turn = 0; turn < turns; turn++) {"
        yield from begin
        for s, k in direct.items():
            yield f"{self.kind(s)} *restrict b{s} = o{k} + turn * {self.size(s)};"
        for group in self.groups:
            yield from self._group(group)
        yield from self._ends(direct)
        yield "}"
        yield from end
        yield "return 0;\n}"

    def _place(self, s: int, touched: bool) -> Iterator[str]:
        kind, size = self.kind(s), max(self.size(s), 1)
        if size <= _LOCAL and not touched:
            yield f"{kind} b{s}[{size}];"
        else:
            self.places[s] = self.arena
            self.arena += -(-size * _width(self.low.spaces[s]) // 64) * 64
            alone = "" if touched else "restrict "            # NumPy writes there too, behind the compiler's back
            yield f"{kind} *{alone}b{s} = ({kind} *)((char *)arena + {self.places[s]});"

    def _direct(self, touched: set[int]) -> dict[int, int]:
        """Slots that are computed where the output is wanted: slot -> which output."""
        ans: dict[int, int] = {}
        for k, x in enumerate(self.outputs):
            if (k >= self.program.carried and isinstance(x, View) and x == whole(x.base, x.shape) and x.base not in ans
                    and x.base in self.stored and x.base not in touched and x.base not in self.in_place
                    and x.shape == self.low.spaces[x.base].shape):
                ans[x.base] = k
        return ans

    def _ends(self, direct: dict[int, int]) -> Iterator[str]:
        """Outputs that are not yet where they belong; new carried values last, once nothing reads the old ones."""
        carried, late = self.program.carried, []
        for k, x in enumerate(self.outputs):
            space = self.program.spaces[self.program.outputs[k]]
            if k >= carried:
                if not (isinstance(x, View) and direct.get(x.base) == k):
                    to = View(-1, 0, strides_of(space.shape), space.shape)
                    width = math.prod(space.shape) * (1 if kind_of(space) else space.dtype.itemsize)
                    yield from self._copy(f"(o{k} + turn * {width})", to, x, space)
            elif not (isinstance(x, View) and x.base in self.in_place):
                old = self.program.inputs[k]
                if isinstance(x, View) and x.base == old and x == whole(old, x.shape):
                    continue
                kind, size, to = kind_of(space), math.prod(space.shape), whole(0, space.shape)
                yield f"{kind} *n{k} = ({kind} *)((char *)arena + {self.arena});"
                self.arena += -(-size * max(_width(space), 8) // 64) * 64
                yield from self._copy(f"n{k}", to, x, space)
                late.append(f"memcpy(b{old}, n{k}, {size * _width(space)});")
        yield from late

    def _copy(self, name: str, to: View, x: Operand, space: Space) -> Iterator[str]:
        if kind_of(space) is None and isinstance(x, View):                # what C has no type for comes whole
            yield f"memcpy({name}, b{x.base}, {math.prod(space.shape) * space.dtype.itemsize});"
            return
        shape, variables = space.shape, [f"i{a}" for a in range(len(space.shape))]
        for v, n in zip(variables, shape, strict=True):
            yield f"for (I {v} = 0; {v} < {n}; {v}++)"
        yield f"{name}{_index(to, variables)} = {self._read(x.over(shape), variables, {}, kind_of(space) or 'char')};"

    # ------------------------------------------------------------ one group
    def _group(self, group: Group) -> Iterator[str]:
        item = group.items[0]
        if isinstance(item, Call):
            yield f"if (call({self.calls.index(item)}, turn)) return 1;"
        elif isinstance(item, Product):
            yield from self._product(item)
        else:
            yield from Loop(self, group).lines()

    def _product(self, item: Product) -> Iterator[str]:
        kind, (x, y), stack = self.kind(item.out), item.operands, item.stack
        variables = [f"s{a}" for a in range(len(stack))]
        (m, _), n, front = x.shape[-2:], y.shape[-1], len(stack)
        yield "{"
        for v, size in zip(variables, stack, strict=True):
            yield f"for (I {v} = 0; {v} < {size}; {v}++) {{"
        names = [f"b{item.out}"]
        if stack:
            out = View(0, 0, tuple(s * m * n for s in strides_of(stack)), stack)
            yield f"{kind} *restrict c = b{item.out} + {_index(out, variables)[1:-1]};"
            for name, v in (("x", x), ("y", y)):
                part = View(0, v.offset, v.strides[:front], stack)
                yield f"const {kind} *{name} = b{v.base} + {_index(part, variables)[1:-1]};"
            names = ["c", "x", "y"]
            x, y = (View(0, 0, v.strides[front:], v.shape[front:]) for v in (x, y))
        else:
            names += [f"b{x.base}", f"b{y.base}"]
        yield from product(kind, names[1], names[2], names[0], x, y, True)
        yield "}" * (len(stack) + 1)

    def _read(self, x: Operand, variables: Sequence[str], registers: dict[int, str], kind: str) -> str:
        """An operand at the indices, in the wanted C type."""
        if isinstance(x, Literal):
            return literal(x.value, kind)
        text = registers.get(x.base) or f"b{x.base}{_index(x, variables)}"
        return text if self.kind(x.base) == kind else f"({kind}){text}"


def _width(space: Space) -> int:
    """Bytes of one number."""
    return 8 if space.dtype is None else int(space.dtype.itemsize)


def literal(value: float, kind: str) -> str:
    """A number in C, to the last digit."""
    if kind in ("double", "float"):
        if value != value:
            return "NAN"
        if math.isinf(value):
            return "INFINITY" if value > 0 else "(-INFINITY)"
        text = float(value).hex() + ("f" if kind == "float" else "")
        return f"({text})" if text[0] == "-" else text
    return f"({int(value)})"


def _index(view: View, variables: Sequence[str]) -> str:
    parts = [v if s == 1 else f"{v} * {s}" for v, s in zip(variables, view.strides, strict=True) if s]
    parts += [str(view.offset)] if view.offset or not parts else []
    return f"[{' + '.join(parts)}]"


class Loop:
    """One nest of loops over the shape of a group, with neighbouring axes joined where all its values allow it."""

    def __init__(self, source: Source, group: Group) -> None:
        self.source, self.group = source, group
        self.inside = {i.out for i in group.items if isinstance(i, Define)}
        shape = group.shape or ()
        views = [x.strides for i in group.items for x in i.operands if isinstance(x, View)]
        views += [i.to.strides if isinstance(i, Store) else i.strides for i in group.items if isinstance(i, Store | Reduce)]
        views += [strides_of(shape)] * any(i.out in source.stored for i in group.items if isinstance(i, Define))
        self.joined = _joined(shape, views)
        self.sizes = [math.prod(shape[a] for a in axes) for axes in self.joined]
        self.variables = [f"i{k}" for k in range(len(self.sizes))]

    def strides(self, strides: Sequence[int]) -> tuple[int, ...]:
        return tuple(strides[axes[-1]] for axes in self.joined)

    def view(self, x: Operand) -> Operand:
        """The operand over the joined axes."""
        return View(x.base, x.offset, self.strides(x.strides), tuple(self.sizes)) if isinstance(x, View) else x

    def lines(self) -> Iterator[str]:
        registers: dict[int, str] = {}
        body, stores, folds = [], [], []
        contiguous = self.strides(strides_of(self.group.shape or ()))
        for item in self.group.items:
            kind = self.source.kind(item.out)
            kinds = item.kinds if isinstance(item, Define) else (kind,)
            hands = {x: at_hand(x, item.shape) and x.base in self.inside for x in item.operands}  # type: ignore[union-attr]
            given = [self.source._read(self.view(x), self.variables, registers if hands[x] else {}, k)
                     for x, k in zip(item.operands, kinds, strict=True)]  # type: ignore[union-attr]
            if isinstance(item, Define):
                body.append(f"const {kind} v{item.out} = {item.formula.format(*given)};")
                registers[item.out] = f"v{item.out}"
                if item.out in self.source.stored:
                    home = self.source.in_place.get(item.out, item.out)
                    stores.append(f"b{home}{_index(View(0, 0, contiguous, ()), self.variables)} = v{item.out};")
            elif isinstance(item, Store):
                to = View(0, item.to.offset, self.strides(item.to.strides), ())
                stores.append(f"b{item.to.base}{_index(to, self.variables)} = {given[0]};")
            else:
                folds.append((item, given[0]))
        yield from self._nest(body, stores, folds)

    def _nest(self, body: list[str], stores: list[str], folds: list[tuple[Reduce, str]]) -> Iterator[str]:
        before: dict[int, list[str]] = {k: [] for k in range(len(self.sizes) + 1)}
        after: dict[int, list[str]] = {k: [] for k in range(len(self.sizes) + 1)}
        clauses: list[str] = []
        for item, value in folds:
            body += self._fold(item, value, before, after, clauses)
        yield "{"
        depth = len(self.sizes)
        for k, (variable, n) in enumerate(zip(self.variables, self.sizes, strict=True)):
            yield from before[k]
            if k == depth - 1:
                yield from self._innermost(variable, n, clauses)
            yield f"for (I {variable} = 0; {variable} < {n}; {variable}++) {{"
        yield from before[depth]
        yield from body
        yield from stores
        yield from after[depth]
        for k in reversed(range(depth)):
            yield "}"
            yield from after[k]
        yield "}"

    def _innermost(self, variable: str, n: int, clauses: list[str]) -> Iterator[str]:
        if n >= 4:
            yield "#pragma omp simd" + "".join(clauses)

    def _fold(self, item: Reduce, value: str, before: dict[int, list[str]], after: dict[int, list[str]],
              clauses: list[str]) -> list[str]:
        """Lines for the body; a sum over the innermost axes is kept in a variable, others are added up in memory."""
        kind, strides = self.source.kind(item.out), self.strides(item.strides)
        first, add = _FOLDS[item.fold]
        level = len(strides)
        while level and strides[level - 1] == 0:
            level -= 1
        name, target = f"r{item.out}", f"b{item.out}{_index(View(0, 0, strides, ()), self.variables)}"
        whole_ = all(strides[:level])
        if not whole_ or level == len(strides):
            size = self.source.size(item.out)
            before[0].append(f"for (I z = 0; z < {size}; z++) b{item.out}[z] = {first};")
        if level == len(strides):                          # every number goes somewhere else
            text = add if item.fold in ("sum", "prod") else f"{{0}} = {item.fold}{'f' * (kind == 'float')}({{0}}, {{1}});"
            return [text.format(target, value)]
        before[level].append(f"{kind} {name} = {first};")
        nan = item.fold in ("largest", "smallest")
        lines = [f"const {kind} w{item.out} = {value};", add.format(name, f"w{item.out}")]
        clauses.append(f" reduction({_CLAUSE[item.fold]}: {name})")
        if nan:
            before[level].append(f"int m{item.out} = 0;")
            lines.append(f"m{item.out} |= w{item.out} != w{item.out};")
            clauses.append(f" reduction(|: m{item.out})")
            after[level].append(f"if (m{item.out}) {name} = NAN;")
        joined = f"{target} = {name};" if whole_ else (
            add.format(target, name) if not nan else f"{target} = {item.fold}{'f' * (kind == 'float')}({target}, {name});")
        after[level].append(joined)
        return lines


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
