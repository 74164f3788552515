"""Floor 4: groups to C: one function that runs all turns of a program.

Small values live in local arrays, which the compiler keeps in registers where it can; others in one arena. What a loop
makes for itself alone is a local variable.
"""
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from autograd.executors.buffers import Arena
from autograd.executors.native import along, contract, convolution, pooling, words  # noqa: F401 — the rules of all gates
from autograd.executors.native.build import has_blas
from autograd.executors.native.fuse import Fusion, Group, reads, views
from autograd.executors.native.loops import loop
from autograd.executors.native.lower import (
    Call,
    Define,
    Kernel,
    Literal,
    Lowering,
    Place,
    Product,
    View,
    kind_of,
    strides_of,
    whole,
)
from autograd.executors.native.products import product
from autograd.executors.native.strips import taken_apart
from autograd.executors.native.text import index, literal
from autograd.executors.native.updates import updated
from autograd.program import Program, Space

_OFTEN = 4                            # groups that are alike, from which they are one function
_MANY = 64                            # groups, from which each is a function
_LOCAL = 512                          # numbers in the largest local array


class Source:
    """The C text of a program, and what its tables must hold: `table` are slots whose memory Python gives."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.low = low = updated(Lowering(program))
        self.outputs = [low.found[s] for s in program.outputs]
        carried = {new.base: program.inputs[i] for i, new in enumerate(self.outputs[:program.carried])
                   if isinstance(new, View) and new == whole(new.base, new.shape)}
        low.items = taken_apart(low)
        self.fusion = Fusion(low, carried)
        self.groups = self.fusion.groups
        self.calls = [i for g in self.groups for i in g.items if isinstance(i, Call)]
        self.in_place = self._in_place(carried)
        self.stored = self._stored()
        self.looks = all(self.kind(program.outputs[k]) in ("double", "float") for k in program.witnesses)
        self.arena = 0
        self.places: dict[int, int] = {}                    # slot -> where in the arena
        self.kernels: list[str] = []                        # functions for groups that are alike
        self.parts: dict[str, str] = {}                     # functions for pieces of a loop: text -> name
        lines = list(self._lines())
        self.text = "\n".join([*self.kernels, *lines])

    # ------------------------------------------------------------ where values lie
    def kind(self, slot: int) -> str:
        return kind_of(self.low.spaces[slot]) or "char"

    def memory(self, slot: int) -> str:
        """The C type in memory: of arrays of bool the compiler makes no vectors."""
        kind = self.kind(slot)
        return "uint8_t" if kind == "bool" else kind

    def size(self, slot: int) -> int:
        return math.prod(self.low.spaces[slot].shape)

    def _in_place(self, carried: dict[int, int]) -> dict[int, int]:
        """New values that are written over the old ones: slot -> the carried input."""
        ans = {}
        ends = [x.base for x in self.outputs if isinstance(x, View)]
        for new, old in carried.items():
            at, maker = self.fusion.made.get(new, (0, None))
            over = isinstance(maker, Define) or (isinstance(maker, Kernel) and maker.over == old)
            if ends.count(new) == 1 and old not in ends and over:
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
                readers = self.fusion.last_read.get(item.out, ())
                inside = (isinstance(item, Define) or (isinstance(item, Product) and readers)) and all(
                    at == k and hand for at, hand in readers)
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
        used = {x.base for g in self.groups for i in g.items for x in views(i)}
        used |= touched | {x.base for x in self.outputs if isinstance(x, View)} | carried
        literals = {s for s, x in low.found.items() if isinstance(x, Literal)}
        self.table = [s for s in (*program.inputs, *low.constants) if s in used and s not in literals]
        yield "int run(I turns, void **table, void *arena, int (*call)(int, I), int available) {"
        yield "int bad = 0, *wrong = &bad; threads = available;"
        begin, end = list[str](), list[str]()
        for i, s in enumerate(self.table):
            kind, size = self.memory(s), self.size(s)
            if s in carried and size <= _LOCAL and s not in touched:
                yield f"{kind} b{s}[{size}]; memcpy(b{s}, table[{i}], sizeof b{s});"
                end.append(f"memcpy(table[{i}], b{s}, sizeof b{s});")
            elif s in sliced:
                begin.append(f"const {kind} *restrict b{s} = (const {kind} *)table[{i}] + turn * {size};")
            else:
                const = "" if s in carried else "const "
                yield f"{const}{kind} *restrict b{s} = ({const}{kind} *)table[{i}];"
        direct = self._direct(touched)
        placed = self.stored - set(self.in_place) - inputs - set(direct)
        local = {s for s in placed if self.size(s) <= _LOCAL and s not in touched}
        yield from (f"{self.memory(s)} b{s}[{max(self.size(s), 1)}];" for s in sorted(local))
        self._plan(placed - local)
        for s in sorted(placed - local):
            yield f"{self.memory(s)} *b{s} = ({self.memory(s)} *)((char *)arena + {self.places[s]});"
        for i, k in enumerate(range(program.carried, len(self.outputs))):
            kind = self.memory(program.outputs[k])
            yield f"{kind} *const o{k} = ({kind} *)table[{len(self.table) + i}];"
        yield "for (I turn = 0; turn < turns; turn++) {"
        yield from begin
        for s, k in direct.items():
            yield f"{self.memory(s)} *restrict b{s} = o{k} + turn * {self.size(s)};"
        yield from self.merged([list(self._group(group)) for group in self.groups if group.items])
        yield from self._ends(direct)
        yield "if (bad) return 2;\n}"
        yield from end
        yield from (f"if ({self._nan(k)}) return 3;" for k in program.witnesses if self.looks)
        yield "return 0;\n}"

    def _nan(self, k: int) -> str:
        """Whether output k has a nan, in C."""
        space = self.program.spaces[self.program.outputs[k]]
        carried = k < self.program.carried
        place = self.table.index(self.program.inputs[k]) if carried else len(self.table) + k - self.program.carried
        size = math.prod(space.shape)
        return f"has_nan_{kind_of(space)}(table[{place}], {size if carried else f'turns * {size}'})"

    def _plan(self, slots: set[int]) -> None:
        """Places in the arena: that of a value which no later group reads is taken again."""
        first: dict[int, int] = {}
        last = {x.base: len(self.groups) for x in self.outputs if isinstance(x, View)}
        for k, group in enumerate(self.groups):
            for item in group.items:
                first.setdefault(item.out, k)
                for s in (item.out, *map(self.fusion.base, reads(item))):
                    last[s] = max(last.get(s, k), k)
        arena = Arena()
        nbytes = {s: max(self.size(s), 1) * _width(self.low.spaces[s]) for s in slots}
        for k in range(len(self.groups)):
            self.places.update({s: arena.take(nbytes[s]) for s in sorted(slots) if first[s] == k})
            for s in (s for s in slots if last[s] == k):
                arena.give(self.places[s], nbytes[s])
        self.arena = arena.size

    def room(self, size: int, width: int = 8) -> int:
        """Memory in the arena for so many numbers: where it begins."""
        start = self.arena
        self.arena += -(-size * width // 64) * 64
        return start

    def _direct(self, touched: set[int]) -> dict[int, int]:
        """Slots that are computed where the output is wanted: slot -> which output."""
        ans: dict[int, int] = {}
        for k, x in enumerate(self.outputs):
            if (k >= self.program.carried and isinstance(x, View) and x == whole(x.base, x.shape) and x.base not in ans
                    and x.base in self.stored and x.base not in touched and x.base not in self.in_place
                    and math.prod(x.shape) == self.size(x.base)):
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
                kind, size, to = self.memory(old), math.prod(space.shape), whole(0, space.shape)
                if isinstance(x, View) and x == whole(x.base, x.shape) and x.base in self.stored:
                    late.append(f"memcpy(b{old}, b{x.base}, {size * _width(space)});")
                    continue
                yield f"{kind} *n{k} = ({kind} *)((char *)arena + {self.room(size, _width(space))});"
                yield from self._copy(f"n{k}", to, x, space)
                late.append(f"memcpy(b{old}, n{k}, {size * _width(space)});")
        yield from late

    def _copy(self, name: str, to: View, x: Place, space: Space) -> Iterator[str]:
        if kind_of(space) is None and isinstance(x, View):                # what C has no type for comes whole
            yield f"memcpy({name}, b{x.base}, {math.prod(space.shape) * space.dtype.itemsize});"
            return
        shape, variables = space.shape, [f"i{a}" for a in range(len(space.shape))]
        for v, n in zip(variables, shape, strict=True):
            yield f"for (I {v} = 0; {v} < {n}; {v}++)"
        value = self._element(x.over(shape), variables, kind_of(space) or "char")
        yield f"{name}{index(to.offset, to.strides, variables)} = {value};"

    def _element(self, x: Place, variables: Sequence[str], kind: str) -> str:
        if isinstance(x, Literal):
            return literal(x.value, kind)
        return f"({kind})b{x.base}{index(x.offset, x.strides, variables)}"

    # ------------------------------------------------------------ groups that are alike
    def merged(self, groups: list[list[str]]) -> Iterator[str]:
        """The groups, with one function for those that differ in names alone: what repeats is compiled once."""
        spelled = [_spelled("\n".join(lines)) for lines in groups]
        often = Counter(text for text, _ in spelled)
        known: dict[str, str] = {}
        least = 1 if len(groups) > _MANY else _OFTEN       # compilers take much longer for a long function
        for lines, (text, names) in zip(groups, spelled, strict=True):
            if often[text] < least or "turn" in text or "arena" in text:
                yield from lines
                continue
            if text not in known:
                known[text] = f"kernel{len(known)}"
                given = ", ".join(f"{self.memory(s)} *restrict p{i}" for i, s in enumerate(names))
                head = f"static __attribute__((noinline)) void {known[text]}(int *wrong, {given})"
                self.kernels.append(f"{head} {{\n{text}\n}}")
            given = ", ".join(f"({self.memory(s)} *)b{s}" for s in names)
            yield f"{known[text]}(wrong, {given});"

    def part(self, lines: Sequence[str]) -> tuple[str, list[int]]:
        """A function for a piece of a loop, and the slots that it is given."""
        text, names = _spelled("\n".join(lines))
        given = [f"{self.memory(s)} *restrict p{i} = slots[{i}];" for i, s in enumerate(names)]
        text = "\n".join([*given, text])
        if text not in self.parts:
            self.parts[text] = name = f"part{len(self.parts)}"
            head = f"static void {name}(void **slots, int *wrong, I piece, I start, I stop)"
            self.kernels.append(f"{head} {{\n{text}\n}}")
        return self.parts[text], names

    # ------------------------------------------------------------ one group
    def _group(self, group: Group) -> Iterator[str]:
        item = group.items[0]
        if isinstance(item, Call):
            yield f"if (call({self.calls.index(item)}, turn)) return 1;"
        elif isinstance(item, Product) and len(group.items) == 1:
            yield from self._product(item)
        elif isinstance(item, Kernel):
            names = [f"(b{x.base} + {x.offset})" for x in item.operands]
            yield from item.write(self, f"b{self.in_place.get(item.out, item.out)}", *names)
        else:
            yield from loop(self, group)

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
            yield f"{kind} *restrict c = b{item.out} + {index(0, out.strides, variables)[1:-1]};"
            for name, view in (("x", x), ("y", y)):
                where = index(view.offset, view.strides[:front], variables)[1:-1]
                yield f"const {kind} *{name} = b{view.base} + {where};"
            names = ["c", "x", "y"]
            x, y = (View(0, 0, v.strides[front:], v.shape[front:]) for v in (x, y))
        else:
            names += [f"b{x.base}", f"b{y.base}"]
        yield from product(kind, names[1], names[2], names[0], x, y, has_blas())
        yield "}" * (len(stack) + 1)


_NAMES = re.compile(r"\b([bvrwmfq])(\d+)\b")


def _spelled(text: str) -> tuple[str, list[int]]:
    """The text with slots numbered as they appear: memory is p0, p1, …; and which slots these are."""
    memory: dict[str, int] = {}
    others: dict[str, int] = {}

    def name(found: re.Match[str]) -> str:
        letter, slot = found.groups()
        if letter == "b":
            return f"p{memory.setdefault(slot, len(memory))}"
        return f"{letter}{others.setdefault(slot, len(others))}"
    return _NAMES.sub(name, text), [int(slot) for slot in memory]


def _width(space: Space) -> int:
    """Bytes of one number."""
    return 8 if space.dtype is None else int(space.dtype.itemsize)
