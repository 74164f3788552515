"""Floor 4: convolution in C.

`conv` and `conv_transpose` are the same sums: every output is Σ weight · source number at fixed distances, its taps. The
outputs of a transpose with stride s fall into s phases along each axis, which have different taps. A few output channels
by a few vectors of neighbouring outputs are summed up at a time, so that the sums stay in registers. `conv_weight` sums
over places: there the vectors are neighbouring output channels. Sizes are known, so that every loop is.
"""
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.executors.native.lower import (
    Kernel,
    Lowering,
    View,
    kind_of,
    lowers,
    strides_of,
    whole,
)
from autograd.program import Space, Step

_VECTOR = 32                          # bytes of a vector
_SUMS = 12                            # vectors that are summed up at a time: with what they are made of, 16 registers
_TAPS = 256                           # taps of the largest kernel that is written out
_SIZES = {"float": 4, "double": 8}


# ---------------------------------------------------------------- where numbers lie
@dataclass(frozen=True, slots=True)
class Axis:
    """Output first + q·step, q < count, along one axis is made of the sources q + at, one for every tap (k, at)."""

    count: int
    first: int
    step: int
    taps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """One example of the source as it is copied: along each axis `before` zeros, and every `split`-th number together."""

    channels: int
    size: tuple[int, ...]
    before: tuple[int, ...]
    split: tuple[int, ...]
    part: tuple[int, ...]

    @property
    def strides(self) -> tuple[int, ...]:
        return strides_of([s * p for s, p in zip(self.split, self.part, strict=True)])

    @property
    def plane(self) -> int:
        """Numbers of one channel."""
        return math.prod(self.split) * math.prod(self.part)

    def copy(self, source: str) -> str:
        """Lines that fill `room` with an example."""
        names = [f"i{a}" for a in range(len(self.size))]
        loops = "".join(f"for (I {i} = 0; {i} < {n}; {i}++) " for i, n in zip(names, self.size, strict=True))
        to = [f"(({i} + {b}) % {s} * {p} + ({i} + {b}) / {s}) * {stride}" for i, b, s, p, stride in zip(
            names, self.before, self.split, self.part, self.strides, strict=True)]
        at = [f"{i} * {stride}" for i, stride in zip(names, strides_of(self.size), strict=True)]
        return (f"for (I c = 0; c < {self.channels}; c++) {loops}room[c * {self.plane} + {' + '.join(to)}] = "
                f"{source}[c * {math.prod(self.size)} + {' + '.join(at)}];")

    def taps(self, axes: Sequence[Axis]) -> list[tuple[int, ...]]:
        """Of every tap, where it is in the kernel along each axis, and its distance in the copy, last."""
        return [(*(k for k, _ in taps), sum(at * s for (_, at), s in zip(taps, self.strides, strict=True)))
                for taps in itertools.product(*(axis.taps for axis in axes))]


def _forward(channels: int, size: Sequence[int], kernel: Sequence[int], out: Sequence[int], params: dict[str, Any]) -> tuple[Room, list[Axis]]:
    """The axes of a convolution: what lies a stride apart is put together."""
    stride, dilation, before = params["stride"], params["dilation"], [pair[0] for pair in params["padding"]]
    part = tuple(-(-(n + sum(pair)) // s) for n, s, pair in zip(size, stride, params["padding"], strict=True))
    taps = [tuple((k, k * d % s * p + k * d // s) for k in range(n)) for n, s, d, p in zip(kernel, stride, dilation, part, strict=True)]
    axes = [Axis(count, 0, 1, one) for count, one in zip(out, taps, strict=True)]
    return Room(channels, tuple(size), tuple(before), tuple(stride), part), axes


def _backward(channels: int, size: Sequence[int], kernel: Sequence[int], out: Sequence[int], params: dict[str, Any]) -> tuple[Room, list[list[Axis]]]:
    """The axes of its transpose, which makes `out` of `size`: along each axis a list of phases."""
    before, part, phases = [], [], []
    for n, m, k, s, d, (pad, _) in zip(size, out, kernel, params["stride"], params["dilation"], params["padding"], strict=True):
        found = [(first, [(j, (first + pad - j * d) // s) for j in range(k) if (first + pad - j * d) % s == 0]) for first in range(min(s, m))]
        least = max(0, *(-at for _, taps in found for _, at in taps), 0)
        axes = [Axis(len(range(first, m, s)), first, s, tuple((j, at + least) for j, at in taps)) for first, taps in found]
        before.append(least)
        part.append(max([n + least, *(axis.count + at for axis in axes for _, at in axis.taps)]))
        phases.append(axes)
    return Room(channels, tuple(size), tuple(before), (1,) * len(part), tuple(part)), phases


# ---------------------------------------------------------------- sums over taps
class Sums:
    """Σ weight · source for the outputs of one phase, all channels of one example."""

    def __init__(self, source: Any, kind: str, name: str, room: Room, axes: Sequence[Axis], channels: tuple[int, int, int],
                 size: Sequence[int]) -> None:
        self.kind, self.name, self.room, self.axes = kind, name, room, axes
        self.groups, self.inner, self.outer = channels
        self.size, self.taps = math.prod(size), room.taps(axes)
        self.strides = strides_of(size)
        *_, last = axes
        self.lanes = min(_VECTOR // _SIZES[kind], 1 << last.count.bit_length() - 1)
        self.vectors = -(-last.count // self.lanes)
        self.high = -(-self.outer // -(-self.outer // 4))
        spots = math.prod(axis.count for axis in axes[:-1]) * self.vectors
        self.wide = min(_SUMS // self.high, spots)
        self.spots = -(-spots // self.wide) * self.wide
        self.places = source.room(2 * self.spots)

    def tables(self) -> Iterator[str]:
        """Lines that note where each vector of outputs comes from and goes to; the last one fills what is left of a tile."""
        *front, last = self.axes
        yield f"I *{self.name}from = (I *)((char *)arena + {self.places}), *{self.name}to = {self.name}from + {self.spots};"
        yield "{ I m = 0;"
        yield from (f"for (I q{a} = 0; q{a} < {axis.count}; q{a}++)" for a, axis in enumerate(front))
        yield f"for (I v = 0; v < {self.vectors}; v++, m++) {{"
        yield f"I j = v < {self.vectors - 1} ? v * {self.lanes} : {last.count - self.lanes};"
        at = [*(f"q{a} * {s}" for a, s in enumerate(self.room.strides[:-1])), "j"]
        to = [*(f"({axis.first} + q{a} * {axis.step}) * {s}" for a, (axis, s) in enumerate(zip(front, self.strides, strict=False))),
              f"{last.first} + j * {last.step}"]
        yield f"{self.name}from[m] = {' + '.join(at)}; {self.name}to[m] = {' + '.join(to)}; }}"
        yield f"for (; m < {self.spots}; m++) {{ {self.name}from[m] = {self.name}from[m - 1]; {self.name}to[m] = {self.name}to[m - 1]; }} }}"

    def lines(self, weight: str, out: str) -> Iterator[str]:
        """The sums, from `room`; the weight lies as (groups, outer, inner, taps)."""
        yield f"{{ static const I tap[] = {{{', '.join(str(at) for *_, at in self.taps) or 0}}};"
        yield _vector(self.kind, self.lanes)
        yield f"for (I g = 0; g < {self.groups}; g++) {{"
        rest = self.outer % self.high
        yield from self.block(weight, out, 0, self.outer - rest, self.high)
        if rest:
            yield from self.block(weight, out, self.outer - rest, self.outer, rest)
        yield "} }"

    def block(self, weight: str, out: str, start: int, stop: int, high: int) -> Iterator[str]:
        """`high` output channels at a time."""
        sums = [(o, v) for o in range(high) for v in range(self.wide)]
        row = self.inner * len(self.taps)
        last = self.axes[-1]
        yield f"for (I o = {start}; o < {stop}; o += {high}) for (I m = 0; m < {self.spots}; m += {self.wide}) {{"
        yield f"const {self.kind} *e = {weight} + (g * {self.outer} + o) * {row}, *x = room + g * {self.inner * self.room.plane};"
        yield "V " + ", ".join(f"a{o}_{v} = {{0}}" for o, v in sums) + ";"
        yield "const I " + ", ".join(f"x{v} = {self.name}from[m + {v}]" for v in range(self.wide)) + ";"
        yield f"for (I c = 0; c < {self.inner}; c++, x += {self.room.plane}) for (I t = 0; t < {len(self.taps)}; t++, e++) {{"
        yield f"const {self.kind} *z = x + tap[t];"
        yield "const V " + ", ".join(f"y{v} = *(const V *)(z + x{v})" for v in range(self.wide)) + ";"
        yield " ".join(f"a{o}_{v} += e[{o * row}] * y{v};" for o, v in sums) + " }"
        yield f"{self.kind} *z = {out} + (g * {self.outer} + o) * {self.size};"
        for o, v in sums:
            to = f"z + {o * self.size} + {self.name}to[m + {v}]"
            yield (f"*(V *)({to}) = a{o}_{v};" if last.step == 1 else
                   f"for (I l = 0; l < {self.lanes}; l++) ({to})[l * {last.step}] = (({self.kind} *)&a{o}_{v})[l];")
        yield "}"


@lowers("conv")
def _conv(low: Lowering, step: Step) -> bool:
    arrays = _arrays(low, step)
    if arrays is None:
        return False
    (x, w), out, groups = arrays, low.spaces[step.out].shape, step.params["groups"]
    room, axes = _forward(x.shape[1], x.shape[2:], w.shape[2:], out[2:], step.params)

    def write(source: Any, to: str, x_name: str, w_name: str) -> Iterator[str]:
        kind = source.kind(step.out)
        sums = Sums(source, kind, "", room, axes, (groups, w.shape[1], w.shape[0] // groups), out[2:])
        yield from ("{", _zeros(source, kind, "room", room.channels * room.plane))
        yield from sums.tables()
        yield f"for (I n = 0; n < {out[0]}; n++) {{"
        yield room.copy(f"({x_name} + n * {math.prod(x.shape[1:])})")
        yield from sums.lines(w_name, f"({to} + n * {math.prod(out[1:])})")
        yield "} }"
    return _kernel(low, step, arrays, write)


@lowers("conv_transpose")
def _conv_transpose(low: Lowering, step: Step) -> bool:
    arrays = _arrays(low, step)
    if arrays is None:
        return False
    (x, w), out, groups = arrays, low.spaces[step.out].shape, step.params["groups"]
    room, phases = _backward(x.shape[1], x.shape[2:], w.shape[2:], out[2:], step.params)
    inner, outer, kernel = w.shape[0] // groups, w.shape[1], w.shape[2:]

    def write(source: Any, to: str, x_name: str, w_name: str) -> Iterator[str]:
        kind = source.kind(step.out)
        yield from ("{", _zeros(source, kind, "room", room.channels * room.plane), _zeros(source, kind, "turned", math.prod(w.shape)))
        every, first = [], 0
        for i, axes in enumerate(itertools.product(*phases)):
            sums = Sums(source, kind, f"phase{i}_", room, axes, (groups, inner, outer), out[2:])
            yield from sums.tables()
            yield _turn(w_name, sums, kernel, first)
            every.append((sums, first))
            first += groups * inner * outer * len(sums.taps)
        yield f"for (I n = 0; n < {out[0]}; n++) {{"
        yield room.copy(f"({x_name} + n * {math.prod(x.shape[1:])})")
        for sums, at in every:
            yield from sums.lines(f"(turned + {at})", f"({to} + n * {math.prod(out[1:])})")
        yield "} }"
    return _kernel(low, step, arrays, write)


def _turn(weight: str, sums: Sums, kernel: tuple[int, ...], first: int) -> str:
    """The weight as (groups, outer, inner, taps of the phase)."""
    count, all_taps = len(sums.taps), math.prod(kernel)
    which = [int(np.ravel_multi_index(tap[:-1], kernel)) for tap in sums.taps]
    return (f"{{ static const I which[] = {{{', '.join(map(str, which)) or 0}}};"
            f"for (I g = 0; g < {sums.groups}; g++) for (I o = 0; o < {sums.outer}; o++) for (I c = 0; c < {sums.inner}; c++) "
            f"for (I t = 0; t < {count}; t++) turned[{first} + ((g * {sums.outer} + o) * {sums.inner} + c) * {count} + t] = "
            f"{weight}[((g * {sums.inner} + c) * {sums.outer} + o) * {all_taps} + which[t]]; }}")


# ---------------------------------------------------------------- sums over places
@lowers("conv_weight")
def _conv_weight(low: Lowering, step: Step) -> bool:
    arrays = _arrays(low, step)
    if arrays is None:
        return False
    (x, y), out, groups = arrays, low.spaces[step.out].shape, step.params["groups"]
    room, axes = _forward(x.shape[1], x.shape[2:], out[2:], y.shape[2:], step.params)
    outer, inner, spots = out[0] // groups, out[1], math.prod(y.shape[2:])
    taps = [at for *_, at in room.taps(axes)]
    row = inner * len(taps)

    def write(source: Any, to: str, x_name: str, y_name: str) -> Iterator[str]:
        kind = source.kind(step.out)
        lanes = min(_VECTOR // _SIZES[kind], 1 << (outer - 1).bit_length())
        vectors, high = -(-outer // lanes), -(-len(taps) // -(-len(taps) // _SUMS))
        wide = max(v for v in range(1, _SUMS // high + 1) if vectors % v == 0)
        across = vectors * lanes
        yield from ("{", _zeros(source, kind, "room", room.channels * room.plane), _zeros(source, kind, "turned", spots * across),
                    _zeros(source, kind, "total", groups * row * across), _zeros(source, "I", "from", spots), _vector(kind, lanes))
        yield "{ I m = 0; " + "".join(f"for (I q{a} = 0; q{a} < {axis.count}; q{a}++) " for a, axis in enumerate(axes))
        yield f"from[m++] = {' + '.join(f'q{a} * {s}' for a, s in enumerate(room.strides))}; }}"
        yield f"for (I n = 0; n < {x.shape[0]}; n++) {{"
        yield room.copy(f"({x_name} + n * {math.prod(x.shape[1:])})")
        yield f"for (I g = 0; g < {groups}; g++) {{ const {kind} *y = {y_name} + (n * {groups} + g) * {outer * spots};"
        yield from _across(outer, spots, across)
        yield f"for (I c = 0; c < {inner}; c++) for (I v = 0; v < {across}; v += {wide * lanes}) {{"
        yield f"const {kind} *x = room + (g * {inner} + c) * {room.plane}, *z = turned + v;"
        yield f"{kind} *sum = total + (g * {inner} + c) * {len(taps) * across} + v;"
        for t in range(0, len(taps), high):
            yield from _over_places(taps[t:t + high], t, wide, lanes, spots, across)
        yield "} } }"
        yield f"for (I g = 0; g < {groups}; g++) for (I o = 0; o < {outer}; o++) for (I c = 0; c < {row}; c++)"
        yield f"{to}[(g * {outer} + o) * {row} + c] = total[(g * {row} + c) * {across} + o]; }}"
    return _kernel(low, step, arrays, write)


def _across(outer: int, spots: int, across: int) -> Iterator[str]:
    """Turn (outer, spots) into (spots, outer), eight channels at a time."""
    for o in range(0, outer, 8):
        yield f"#pragma omp simd\nfor (I p = 0; p < {spots}; p++) {{"
        yield " ".join(f"turned[p * {across} + {k}] = y[p + {k * spots}];" for k in range(o, min(o + 8, outer))) + " }"


def _over_places(taps: Sequence[int], first: int, wide: int, lanes: int, spots: int, across: int) -> Iterator[str]:
    """Some taps by some vectors of output channels, summed over the places of one example."""
    sums = [(t, v) for t in range(len(taps)) for v in range(wide)]
    yield "{ V " + ", ".join(f"a{t}_{v} = {{0}}" for t, v in sums) + ";"
    yield f"for (I p = 0; p < {spots}; p++) {{ const V " + ", ".join(
        f"y{v} = *(const V *)(z + p * {across} + {v * lanes})" for v in range(wide)) + ";"
    yield " ".join(f"a{t}_{v} += x[from[p] + {taps[t]}] * y{v};" for t, v in sums) + " }"
    yield " ".join(f"*(V *)(sum + {(first + t) * across + v * lanes}) += a{t}_{v};" for t, v in sums) + " }"


# ---------------------------------------------------------------- what they share
def _arrays(low: Lowering, step: Step) -> tuple[View, View] | None:
    """The two operands in C order and in the type of the result; None where there are no words for them."""
    out, kernel = low.spaces[step.out], step.params.get("size", ())
    if step.gate.name != "conv_weight":
        kernel = low.spaces[step.args[1]].shape[2:]
    if kind_of(out) not in _SIZES or not kernel or math.prod(kernel) > _TAPS:
        return None
    x, y = (_typed(low, s, out) for s in step.args)
    return x, y


def _typed(low: Lowering, slot: int, like: Space) -> View:
    space = low.spaces[slot]
    if kind_of(space) == kind_of(like):
        return low.contiguous(slot, low.view(slot))
    return low.between(Space(space.shape, like.dtype), "{0}", low.found[slot])


def _kernel(low: Lowering, step: Step, arrays: tuple[View, View], write: Callable[..., Iterator[str]]) -> bool:
    low.items.append(Kernel(step.out, arrays, write))
    low.found[step.out] = whole(step.out, low.spaces[step.out].shape)
    return True


def _zeros(source: Any, kind: str, name: str, size: int) -> str:
    """Memory that a kernel needs while it runs."""
    return (f"{kind} *{name} = ({kind} *)((char *)arena + {source.room(size)}); "
            f"memset({name}, 0, {size} * sizeof *{name});")


def _vector(kind: str, lanes: int) -> str:
    """V is so many numbers, which may lie anywhere."""
    size = _SIZES[kind]
    return f"typedef {kind} V __attribute__((vector_size({lanes * size}), aligned({size}), may_alias));"
