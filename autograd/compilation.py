"""Floor 4: `compile` and `trace`: functions as programs.

The first call with arguments of some structure, shapes and dtypes records a program; later ones run it. What f reaches
beside its arguments is looked at in every call, and a change makes a new program. So the answers are those of f.
"""
import functools
import random
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.captures import Captures
from autograd.errors import DataError, GraphError, ShapeError, describe, here, message
from autograd.executors.numpy import Replay
from autograd.functions.shaping import stack
from autograd.graph import Tensor, _pauses
from autograd.passes import content, optimized
from autograd.program import Program, space_of
from autograd.singular import _strict
from autograd.space import flatten, ndarray
from autograd.structure import DATA, read
from autograd.tracing import Recording, record

_KEPT = 64                            # programs per function; the oldest goes first
Fun = Callable[..., Any]


class Entry:
    """One program of a function, and what it holds for: `carried` and `sliced` as a Program has them."""

    def __init__(self, f: Fun, args: tuple[Any, ...], kwargs: dict[str, Any], carried: int = 0,
                 sliced: int = 0) -> None:
        leaves, build = flatten((args, kwargs))
        self.f, self.places = f, [i for i, x in enumerate(leaves) if isinstance(x, DATA)]
        self.captures = Captures(f, *(x for x in leaves if not isinstance(x, DATA)))
        self.tensors = self.captures.tensors
        self.spaces = [space_of(t.value) for t in self.tensors]

        def of_values(xs: list[Any]) -> Any:
            new = list(leaves)
            for i, x in zip(self.places, xs, strict=True):
                new[i] = x
            given, named = build(new)
            return f(*given, **named)
        looped = carried if carried or sliced else None
        found = self._recorded(of_values, [leaves[i] for i in self.places], looped)
        self.program = replace(optimized(found.program), carried=carried, sliced=sliced)
        self.build = found.build

    def _recorded(self, f: Callable[[list[Any]], Any], values: Sequence[Any], carried: int | None) -> Recording:
        """The program, once it is known that a second run of f gives the same."""
        before = _drawn()
        first, second = (record(f, values, self.tensors, carried) for _ in range(2))
        changed = self.captures.changed() or ("" if before == _drawn() else "the state of random numbers")
        if changed:
            raise GraphError(message(f"the function changes {changed} as it runs, which a program would not do again.",
                                     "return the new value, or leave this function uncompiled"))
        step = difference(first.program, second.program)
        if step:
            raise GraphError(message(f"two runs of the function differ {step}: a random draw, a clock or a counter.",
                                     "draw outside, and pass the numbers as arguments"))
        return first

    def values(self, leaves: Sequence[Any]) -> list[Any]:
        """What the program is given for these leaves of the arguments."""
        return [leaves[i] for i in self.places] + [t.value for t in self.tensors]

    def fits(self) -> bool:
        """Whether all that f reaches is what it was."""
        return self.captures.changed() is None and self.spaces == [space_of(t.value) for t in self.tensors]

    def recorded(self) -> bool:
        """Whether f reaches tensors that eager mode would record."""
        return bool(self.tensors) and not _pauses


def _drawn() -> Any:
    """How far the global random generators have come."""
    state: Any = np.random.get_state(legacy=False)["state"]
    return state["pos"], state["key"].tobytes(), random.getstate()


def difference(x: Program, y: Program) -> str:
    """Where two programs first differ, in words; empty where they do not."""
    for a, b in zip(x.steps, y.steps, strict=False):
        if a.gate is not b.gate or not alike(a.params, b.params) or not _alike_all(x, a.args, y, b.args):
            return f"in {a.gate.name} at {a.where}"
    return "" if len(x.steps) == len(y.steps) and _alike_all(x, x.outputs, y, y.outputs) else "in what they return"


def _alike_all(x: Program, first: Sequence[int], y: Program, second: Sequence[int]) -> bool:
    return len(first) == len(second) and all(
        alike(x.constants[s], y.constants[t]) if s in x.constants and t in y.constants else s == t
        for s, t in zip(first, second, strict=True))


def alike(x: Any, y: Any) -> bool:
    """Whether two constants or keywords are the same, to the bit; two functions made by one line pass for one."""
    if type(x) is not type(y):
        return False
    if isinstance(x, ndarray):
        return bool(x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes())
    if isinstance(x, dict):
        return x.keys() == y.keys() and all(alike(x[k], y[k]) for k in x)
    if isinstance(x, tuple | list):
        return len(x) == len(y) and all(map(alike, x, y))
    if isinstance(x, slice):
        return alike((x.start, x.stop, x.step), (y.start, y.stop, y.step))
    return content(x) == content(y) or callable(x)


class Cache:
    """The programs of one function, each with what runs it."""

    def __init__(self, executor: Any) -> None:
        self.executor, self.found = executor, OrderedDict[Any, tuple[Entry, Any]]()

    def find(self, key: Any, make: Callable[[], Entry]) -> tuple[Entry, Any]:
        """The entry of this key, made anew where there is none or something has changed."""
        key = key, _strict.get()
        known = self.found.get(key)
        if known is None or not known[0].fits():
            entry = make()
            known = self.found[key] = entry, (self.executor or runner())(entry.program)
            self.found.move_to_end(key)
            if len(self.found) > _KEPT:
                self.found.popitem(last=False)
        return known


def trace(f: Fun) -> Callable[..., Program]:
    """The program of f for arguments like these: `trace(f)(*args)`.

    Floats and arrays become inputs, all else is as it is here. Raises GraphError where f reads a value, as a branch
    does, writes into an argument, draws random numbers or does anything else that a program would not do again.

    >>> print(trace(lambda x, y: x * y + 1.0)(2.0, 3.0).text())
    in   x0: float, x1: float
         v0: float = mul(x0, x1)    # <doctest autograd.compilation.trace[0]>:1
         v1: float = add(v0, 1)    # <doctest autograd.compilation.trace[0]>:1
    out  v1
    """
    @functools.wraps(f)
    def traced(*args: Any, **kwargs: Any) -> Program:
        return Entry(f, args, kwargs).program
    return traced


def compile(f: Fun, executor: Any = None) -> Fun:
    """A faster f with the same answers, for functions of floats, arrays and containers of them.

    Each new structure, shape or dtype of the arguments records a program of its own; integers, text and other objects
    are part of the structure. Programs are machine code where a C compiler is found, else calls of NumPy; `executor`
    chooses a class of `autograd.executors`. Recorded tensors among the arguments run f itself, so compile the gradient,
    `compile(grad(f))`, and not `grad(compile(f))`. Raises GraphError as `trace` does.

    >>> slope = compile(lambda x: x * x * x)
    >>> slope(2.0), slope(3.0)
    (8.0, 27.0)
    """
    cache = Cache(executor)

    @functools.wraps(f)
    def compiled(*args: Any, **kwargs: Any) -> Any:
        leaves, key = read((args, kwargs))
        if key is None:
            return f(*args, **kwargs)
        entry, run = cache.find(key, lambda: Entry(f, args, kwargs))
        if entry.recorded():
            return f(*args, **kwargs)
        ans = run(entry.values(leaves))
        if ans is None:                                # a nan on the way back: eager mode looks where it comes from
            return f(*args, **kwargs)
        return entry.build(ans)
    return compiled


def scan(f: Fun, length: int | None = None, executor: Any = None) -> Fun:
    """A loop of steps that runs as one program: `carry, y = f(carry, x)` for every x along axis 0 of xs.

    `scan(f)(carry, xs)` gives the last carry and all y, stacked; the carry keeps its structure, shapes and dtypes. With
    `length` there need not be any xs, and f gets None. As `jax.lax.scan`; raises GraphError as `trace` does.

    >>> total = scan(lambda carry, x: (carry + x, carry * x))
    >>> total(0.0, np.array([1.0, 2.0, 3.0]))
    (6.0, array([0., 2., 9.]))
    """
    cache = Cache(executor)

    def run(carry: Any, xs: Any, turns: int) -> Any:
        (first, held), (rows, given) = read(carry), read(xs, skip=1)
        if held is not None and given is not None:
            entry, program = cache.find((held, given), lambda: _loop(f, carry, _part(xs, 0)))
            ans = None if entry.recorded() else program.loop(turns, entry.values([*first, *rows]))
            if ans is not None:
                return entry.build(ans)
            if not entry.recorded() and turns > 1:               # a nan on the way back, in some turn
                return _halves(run, carry, xs, turns)
        return _one_by_one(f, carry, xs, turns)

    @functools.wraps(f)
    def scanned(carry: Any, xs: Any = None) -> Any:
        return run(carry, xs, _turns(carry, xs, length))
    return scanned


def _part(xs: Any, rows: int | slice) -> Any:
    """What one turn is given, or several."""
    leaves, build = flatten(xs)
    return None if xs is None else build([x[rows] for x in leaves])


def _halves(run: Fun, carry: Any, xs: Any, turns: int) -> Any:
    """The loop in two: only the turns that need it end up in eager mode."""
    half = turns // 2
    carry, ys = run(carry, _part(xs, slice(half)), half)
    carry, more = run(carry, _part(xs, slice(half, None)), turns - half)
    leaves, build = flatten(ys)
    return carry, build([np.concatenate([x, y]) if isinstance(x, ndarray) else x
                         for x, y in zip(leaves, flatten(more)[0], strict=True)])


def _turns(carry: Any, xs: Any, length: int | None) -> int:
    """How many turns a loop has; all that is scanned must have as many rows."""
    lengths = {len(rows) for rows in flatten(xs)[0] if xs is not None} | ({length} if length is not None else set())
    if len(lengths) != 1 or 0 in lengths:
        raise ShapeError(message(f"scan over axes of lengths {sorted(lengths)}.",
                                 "give arrays with the same number of rows, at least one, or length="))
    strange = next((x for x in flatten(carry)[0] if not isinstance(x, (*DATA, Tensor))), None)
    if strange is not None:
        raise DataError(message(f"scan cannot carry {describe(strange)}: it would be the same in every turn.",
                                "carry floats and arrays, for instance 0.0 in place of 0"))
    return lengths.pop()


def _loop(f: Fun, carry: Any, x: Any) -> Entry:
    """The program of one turn."""
    carried, sliced = (len(flatten(part)[0]) if part is not None else 0 for part in (carry, x))
    entry = Entry(f, (carry, x), {}, carried, sliced)
    program = entry.program
    ans = entry.build(list(range(len(program.outputs))))                   # the number of the output in each place
    if type(ans) is not tuple or len(ans) != 2:
        raise DataError(message(f"scan's function returned {describe(ans)}.", "return the pair carry, y"))
    same = ans[0] == flatten(carry)[1](list(range(carried)))
    for old, new in zip(program.inputs[:carried], program.outputs, strict=False):
        if not same or program.spaces[old] != program.spaces[new]:
            raise ShapeError(message(f"scan's carry was {program.spaces[old]} and became {program.spaces[new]}."
                                     if same else "scan's carry came back in another structure.",
                                     "return it in the same structure, shapes and dtypes"))
    return entry


def _one_by_one(f: Fun, carry: Any, xs: Any, turns: int) -> Any:
    """The loop in Python."""
    stacked: list[list[Any]] = []
    for turn in range(turns):
        carry, y = f(carry, _part(xs, turn))
        parts, build_y = flatten(y)
        stacked.append(parts)
    return carry, build_y([stack(list(column)) for column in zip(*stacked, strict=True)])


def runner() -> Any:
    """The fastest executor there is."""
    from autograd.executors.native import Native
    from autograd.executors.native.build import NoCompiler, compiler, in_browser
    if compiler() is None:
        _notice(in_browser())
        return Replay

    def made(program: Program) -> Any:
        try:
            return Native(program)
        except NoCompiler as error:
            warnings.warn(f"{error}\n  Compiled functions run in NumPy.{here()}", stacklevel=2)
            return Replay(program)
    return made


@functools.cache
def _notice(browser: bool) -> None:
    """Say once that there is no compiler, and what to do about it."""
    if browser:
        text = f"a browser has no C compiler, so compiled functions run in NumPy.{here()}"
    else:
        text = (f"no C compiler was found, so compiled functions run in NumPy.{here()}\n  Install gcc or clang, or "
                "the package ziglang (pip install gategrad[native]), and set $CC where it has another name.")
    warnings.warn(text, stacklevel=3)
