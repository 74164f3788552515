"""Floor 4: the Python source of a program, for the NumPy executor."""
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.executors.blocks import Block, Blockwise, Scratch
from autograd.executors.buffers import last_reads, memory, placed, planned, surveyed
from autograd.executors.products import accumulated, gemm
from autograd.executors.recipes import NAMES, Site, pointwise, written
from autograd.executors.scalars import FLOAT, RAISED, TRUTH, Careful, text_of
from autograd.gates.contract import dot
from autograd.gates.shape import expand_dims, reshape, transpose
from autograd.program import Program, Step
from autograd.space import ndarray, tidy

_PIECE = 2000                         # steps on floats in one function: Python's compiler slows down on longer ones


class Source:
    """One generated function: `run(*values)`, or `run(turns, *values)` of a loop."""

    def __init__(self, program: Program, values: Sequence[Any], looped: bool) -> None:
        self.program, self.spaces, self.looped = program, program.spaces, looped
        carried, sliced = (program.carried, program.sliced) if looped else (0, 0)
        self.states, self.slices = program.inputs[:carried], program.inputs[carried:carried + sliced]
        self.ends = program.outputs[:carried]
        taken = range(carried, carried + sliced)
        self.survey = surveyed(program, [x[0] if i in taken else x for i, x in enumerate(values)])
        self.globals: dict[str, Any] = {**NAMES, "tidy": tidy, "truth": np.bool_}
        self.bound = {id(value): name for name, value in self.globals.items()}
        self.names = {s: f"v{s}" for s in self.spaces}
        self.static: dict[int, Any] = {}                  # the arrays that lie where they are in every run
        self.turn_free, body = self._scheduled()
        follows = dict(zip(self.states, self.ends, strict=True))
        body = accumulated(program, body, follows, self.survey)
        self.groups = Blockwise(self.spaces, self.survey, follows).groups(body)
        self.body = [step for group in self.groups for step in group]
        steps = [*self.turn_free, *self.body]
        self.place = {step.out: t for t, step in enumerate(steps)}
        self.last = last_reads(steps, program.outputs)
        self.ways: dict[int, str] = {}
        for step in steps:
            self.ways[step.out] = self._way(step)
        for group in self.groups:
            if len(group) > 1:
                self._join(group)
        self.joined = {group[0].out: group for group in self.groups if len(group) > 1}
        self._place_constants()
        self._place_results()
        self.text = "\n".join(self._function())
        exec(compile(self.text, f"<program of {len(program)} steps>", "exec"), self.globals)
        self.run: Callable[..., list[Any]] = self.globals["run"]

    # ------------------------------------------------------------ order
    def _scheduled(self) -> tuple[list[Step], list[Step]]:
        """The steps that give the same in every turn, and the others, of which those that nothing waits for come last:
        then what they replace has been read."""
        if not self.looped:
            return [], list(self.program.steps)
        same = {*self.program.constants, *self.program.inputs} - {*self.states, *self.slices}
        first: list[Step] = []
        rest: list[Step] = []
        last: list[Step] = []
        read = {s for step in self.program.steps for s in step.args}
        for step in self.program.steps:
            if same.issuperset(step.args):
                same.add(step.out)
                first.append(step)
            else:
                (last if step.out in self.ends and step.out not in read else rest).append(step)
        return first, rest + last

    def _way(self, step: Step) -> str:
        """How a step is done: float, view, write (into memory), number (out of arrays), or run (by its gate)."""
        if step.gate is dot and step.params:
            return "product"
        given = all(self.spaces[s] != TRUTH or self.ways.get(s) == "float" for s in step.args)
        if given and text_of(step, self.spaces) is not None:
            return "float"
        if self.survey.roots[step.out] != {step.out}:
            return "view"
        lines = written(Site(step, ["x"] * len(step.args), self.spaces, repr))
        if self.spaces[step.out].shape:
            return "write" if lines else "run"
        return "number" if len(lines) == 1 and any(self.spaces[s].shape for s in step.args) else "run"

    def _join(self, group: list[Step]) -> None:
        """The steps of a group are written as one; what only they read has no memory of its own."""
        end = self.place[group[-1].out]
        for step in group:
            inner = self.last.get(step.out, -1) <= end
            self.ways[step.out] = "inner" if inner or not self.spaces[step.out].shape else "write"

    # ------------------------------------------------------------ memory
    def _place_constants(self) -> None:
        for s, value in self.program.constants.items():
            if type(value) is float and math.isfinite(value):
                self.names[s] = f"({value!r})"
            else:
                self._fix(s, value)

    def _fix(self, slot: int, value: Any) -> None:
        self.globals[self.names[slot]] = value
        if type(value) is ndarray:
            self.static[slot] = value

    def bind(self, value: Any) -> str:
        """A name for an object in the generated code."""
        name = self.bound.setdefault(id(value), f"k{len(self.globals)}")
        self.globals[name] = value
        return name

    def _place_results(self) -> None:
        """Arrays for the carried values, and for all results but those that are returned."""
        steps = [*self.turn_free, *self.body]
        for s, end in zip(self.states, self.ends, strict=True):
            if self.spaces[s].shape:
                order = self.survey.order.get(end, self.survey.order[s])
                self._fix(s, placed(memory(self._nbytes(s)), 0, *self.spaces[s], order))
        kept = {step.out for step in self.turn_free} | {*self.program.outputs}
        stored = [step.out for step in steps if self.ways[step.out] == "write"]
        self.fresh = set() if self.looped else {*self.program.outputs}.intersection(stored)
        in_place = self._updated()
        sizes = {s: self._nbytes(s) for s in stored if s not in self.fresh | in_place.keys()}
        groups = [*([step] for step in self.turn_free), *self.groups]
        reuse = {step.out: self._alike(step) for (step, *more) in groups
                 if step.out in sizes and not more and pointwise(step, self.spaces)}
        plan = planned(groups, sizes, self.survey.roots, kept, reuse)
        raw = memory(plan.size)
        arrays: dict[Any, Any] = {}
        for s, at in plan.offsets.items():                # the same object, which the processor has at hand
            where = at, self.spaces[s], self.survey.order[s]
            self._fix(s, arrays.setdefault(where, self._array(s, raw, at)))
        for end, s in in_place.items():
            self._fix(end, self.static[s])

    def _nbytes(self, slot: int) -> int:
        shape, dtype = self.spaces[slot]
        return math.prod(shape) * int(np.dtype(dtype).itemsize)

    def _array(self, slot: int, raw: Any, at: int) -> Any:
        return placed(raw, at, *self.spaces[slot], self.survey.order[slot])

    def _alike(self, step: Step) -> list[int]:
        """The arguments that the result may be written over."""
        return [s for s in step.args if self.spaces[s] == self.spaces[step.out]
                and self.survey.order.get(s) == self.survey.order[step.out]]

    def _updated(self) -> dict[int, int]:
        """Results that are written straight into the carried array they replace: nothing reads that afterwards."""
        found: dict[int, int] = {}
        for s, end in zip(self.states, self.ends, strict=True):
            written = s in self.static and self.ways.get(end) in ("write", "product")
            if written and end not in found and self._read_before(s, end):
                found[end] = s
        return found

    def _read_before(self, s: int, end: int) -> bool:
        """Whether the step that makes `end` may write over the carried array s."""
        at, roots = self.place[end], self.survey.roots
        aliases = {r for r in self.spaces if s in roots.get(r, ())}
        step = next(step for step in self.body if step.out == end) if at >= len(self.turn_free) else None
        if step is None or any(self.last.get(r, -1) > at for r in aliases):
            return False
        own = aliases.intersection(step.args)
        return not own or (own == {s} and (pointwise(step, self.spaces) or self.ways[end] == "product"))

    # ------------------------------------------------------------ the function
    def _function(self) -> Iterator[str]:
        given = ", ".join(self._given(s) for s in self.program.inputs)
        if not self.looped:
            yield f"def run({given}):"
            yield from _indented(self._lines(self.body), 1)
            yield f"    return [{', '.join(map(self._returned, self.program.outputs))}]"
            return
        stacked = self.program.outputs[len(self.ends):]
        yield f"def run(turns, {given}):"
        yield from _indented(self._before(stacked), 1)
        yield from _indented(self._lines(self.turn_free), 1)
        yield "    for turn in range(turns):"
        yield from _indented(self._turn(stacked), 2)
        ends = [f"{self.names[s]}.copy('K')" if s in self.static else self.names[s] for s in self.states]
        yield f"    return [{', '.join([*ends, *(f't{i}' for i in range(len(stacked)))])}]"

    def _given(self, slot: int) -> str:
        """The parameter for an input; of what each turn changes the name is that of the whole."""
        return f"g{slot}" if slot in self.static or slot in self.slices else self.names[slot]

    def _returned(self, slot: int) -> str:
        name = self.names[slot]
        if self.spaces[slot].shape and slot not in self.fresh and self.ways.get(slot) != "run":
            return f"{name}.copy('K')"
        return f"truth({name})" if self.spaces[slot] == TRUTH else name

    def _before(self, stacked: Sequence[int]) -> Iterator[str]:
        for s in self.states:
            if s in self.static:
                yield f"copyto({self.names[s]}, g{s})"
        for s in self.slices:
            if self.spaces[s] == FLOAT:
                yield f"g{s} = g{s}.tolist()"
        for i, s in enumerate(stacked):
            shape, dtype = self.spaces[s]
            yield f"t{i} = empty((turns, *{shape}), {self.bind(dtype or float)})"

    def _turn(self, stacked: Sequence[int]) -> Iterator[str]:
        for s in self.slices:
            yield f"{self.names[s]} = g{s}[turn]"
        yield from self._lines(self.body)
        for i, s in enumerate(stacked):
            yield f"t{i}[turn] = {self.names[s]}"
        yield from self._carry()
        yield "pass"

    def _carry(self) -> Iterator[str]:
        """The carried values of the next turn: numbers by name, arrays by content, unless they are there already."""
        moved = [(s, end) for s, end in zip(self.states, self.ends, strict=True)
                 if end != s and (s not in self.static or self.static.get(end) is not self.static[s])]
        states = {s for s in self.states if s in self.static}
        sources = {}
        for _, end in moved:
            sources[end] = self.names[end]
            if self.survey.roots[end] & states:
                sources[end] = f"c{end}"
                yield f"c{end} = {self.names[end]}.copy('K')"
        numbers = [(s, end) for s, end in moved if s not in self.static]
        for s, end in moved:
            if s in self.static:
                yield f"copyto({self.names[s]}, {sources[end]})"
        if numbers:
            yield f"{', '.join(self.names[s] for s, _ in numbers)} = {', '.join(self.names[e] for _, e in numbers)}"

    # ------------------------------------------------------------ steps
    def _lines(self, steps: Sequence[Step]) -> Iterator[str]:
        """The lines of these steps; those on floats stretch by stretch, those of a group together."""
        k = 0
        while k < len(steps):
            way = self.ways[steps[k].out]
            end = k + len(self.joined.get(steps[k].out, [0]))
            while way == "float" and end < len(steps) and self.ways[steps[end].out] == "float":
                end += 1
            if way == "float":
                yield from self._stretch(steps[k:end])
            elif end > k + 1:
                yield from self._block(steps[k:end])
            else:
                yield from getattr(self, f"_{way}")(steps[k])
            k = end

    def _block(self, group: Sequence[Step]) -> Iterator[str]:
        """A group piece by piece."""
        end = self.place[group[-1].out]
        block = Block(group, self.spaces, lambda s: self.last.get(s, -1) > end, self.static)
        scratch = Scratch()
        body = list(block.body(self._on_pieces, scratch))
        names, rows = block.pieces(scratch)
        for s in block.results:
            if s not in self.static:
                yield f"{self.names[s]} = {self._new(s)}"
        moving = [s for s in block.arrays if s not in block.static]
        for s in moving:
            yield f"b{s} = {self.names[s]}.reshape(-1)"
        for s in block.totals:
            yield f"q{s} = []"
        yield f"for {', '.join(names)} in {self.bind(rows)}:"
        yield from _indented((f"p{s} = b{s}[i:j]" for s in moving), 1)
        yield from _indented(body, 1)
        for s in block.totals:
            yield f"{self.names[s]} = {'float' if self.spaces[s] == FLOAT else 'tidy'}(add.reduce(q{s}))"

    def _on_pieces(self, step: Step, names: dict[int, str], out: str) -> Iterator[str]:
        args = [names.get(s) or self._operand(step, s) for s in step.args]
        return (line.replace("{out}", out) for line in written(Site(step, args, self.spaces, self.bind)))

    def _site(self, step: Step) -> Site:
        return Site(step, [self._operand(step, s) for s in step.args], self.spaces, self.bind)

    def _operand(self, step: Step, slot: int) -> str:
        """The name of an argument; a constant float as an array of the dtype that NumPy would give it here."""
        if type(self.program.constants.get(slot)) is not float:
            return self.names[slot]
        dtypes = [self.spaces[s].dtype for s in step.args if self.spaces[s].dtype is not None]
        dtype = np.result_type(*dtypes) if dtypes else np.dtype(float)
        return self.bind(np.array(self.program.constants[slot], dtype if dtype.kind in "fc" else float))

    def _write(self, step: Step) -> Iterator[str]:
        lines, name = written(self._site(step)), self.names[step.out]
        if step.out in self.static:
            yield from (line.replace("{out}", name) for line in lines)
        elif len(lines) == 1 and not lines[0].startswith(("copyto", "{out}")):
            yield f"{name} = {lines[0].replace('{out}', 'None')}"
        else:
            yield f"{name} = {self._new(step.out)}"
            yield from (line.replace("{out}", name) for line in lines)

    def _product(self, step: Step) -> Iterator[str]:
        x, y, s = (self.names[s] for s in step.args)
        accumulate = self.bind(gemm(self.spaces[step.out].dtype))
        yield f"{accumulate}({step.params['a']!r}, {x}, {y}, {step.params['b']!r}, {s})"

    def _new(self, slot: int) -> str:
        """New memory in the order of axes that NumPy would give it."""
        shape, order = self.spaces[slot].shape, self.survey.order[slot]
        new = f"empty({tuple(shape[a] for a in order)}, {self.bind(self.spaces[slot].dtype)})"
        straight = order == tuple(range(len(order)))
        return new if straight else f"{new}.transpose({[order.index(a) for a in range(len(order))]})"

    def _number(self, step: Step) -> Iterator[str]:
        kind = "float" if self.spaces[step.out] == FLOAT else "tidy"
        for line in written(self._site(step)):
            yield f"{self.names[step.out]} = {kind}({line.replace('{out}', 'None')})"

    def _run(self, step: Step) -> Iterator[str]:
        args = "".join(f"{self.names[s]}, " for s in step.args)
        yield f"{self.names[step.out]} = {self.bind(step.gate.run)}(({args}), {self.bind(step.params)})"

    def _view(self, step: Step) -> Iterator[str]:
        """A view of memory that stays is made here, once."""
        values = [self.static.get(s, self.program.constants.get(s)) for s in step.args]
        ans = None if any(x is None for x in values) else step.gate.run(values, step.params)
        if any(type(x) is ndarray and np.may_share_memory(ans, x) for x in values if ans is not None):
            self._fix(step.out, ans)
        elif step.gate in (reshape, expand_dims):
            yield f"{self.names[step.out]} = {self.names[step.args[0]]}.reshape({self.spaces[step.out].shape})"
        elif step.gate is transpose:
            yield f"{self.names[step.out]} = {self.names[step.args[0]]}.transpose({step.params['axes']})"
        else:
            yield from self._run(step)

    # ------------------------------------------------------------ floats
    def _stretch(self, steps: Sequence[Step]) -> Iterator[str]:
        """Steps on floats, in functions of bounded length where they are many."""
        if len(steps) <= _PIECE:
            yield from self._guarded(steps)
            return
        for k in range(0, len(steps), _PIECE):
            yield from self._piece(steps[k:k + _PIECE])

    def _guarded(self, steps: Sequence[Step]) -> Iterator[str]:
        reads, gives = self._borders(steps)
        if not gives:
            return
        yield "try:"
        yield from _indented(self._expressions(steps), 1)
        yield f"except {RAISED}:"
        yield f"    {gives}, = {self._careful(steps)}({reads})"

    def _piece(self, steps: Sequence[Step]) -> Iterator[str]:
        """A call of a function of its own."""
        reads, gives = self._borders(steps)
        name = f"f{len(self.globals)}"
        text = [f"def {name}({reads}):", "    try:", *_indented(self._expressions(steps), 2),
                f"        return {gives},", f"    except {RAISED}:", f"        return {self._careful(steps)}({reads})"]
        exec(compile("\n".join(text), "<piece of a program>", "exec"), self.globals)
        yield f"{gives}, = {name}({reads})"

    def _expressions(self, steps: Sequence[Step]) -> Iterator[str]:
        for step in steps:
            text = text_of(step, self.spaces) or ""
            self.globals[f"float_{step.gate.name}"] = step.gate.scalar
            yield f"{self.names[step.out]} = {text.format(*(self.names[s] for s in step.args))}"

    def _careful(self, steps: Sequence[Step]) -> str:
        return self.bind(Careful(self.program, steps, *self._crossing(steps)))

    def _borders(self, steps: Sequence[Step]) -> tuple[str, str]:
        reads, gives = self._crossing(steps)
        return ", ".join(self.names[s] for s in reads), ", ".join(self.names[s] for s in gives)

    def _crossing(self, steps: Sequence[Step]) -> tuple[list[int], list[int]]:
        """What a stretch reads from outside, and what others read of it."""
        inside = {step.out for step in steps}
        reads = dict.fromkeys(s for step in steps for s in step.args
                              if s not in inside and s not in self.program.constants)
        end = self.place[steps[-1].out]
        return list(reads), [step.out for step in steps if self.last.get(step.out, -1) > end]


def _indented(lines: Iterable[str], depth: int) -> Iterator[str]:
    return ("    " * depth + line for line in lines)
