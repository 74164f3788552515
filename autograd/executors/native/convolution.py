"""Floor 4: convolution in C.

`conv` and `conv_transpose` are sums of one form: every output is Σ weight · source at fixed distances, its taps. In a
transpose with stride s the outputs fall into s phases along each axis, which have different taps. A few channels by a
few vectors of neighbouring outputs are summed up at a time, so that the sums stay in registers. `conv_weight` sums over
places: there a vector is of neighbouring output channels. All sizes are known, so that the compiler knows every loop.
"""
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograd.executors.native.lower import Kernel, Lowering, View, kind_of, lowers, strides_of, whole
from autograd.executors.native.windows import (
    SIZES,
    VECTOR,
    Axis,
    Room,
    Shape,
    along_axes,
    backward,
    forward,
    table,
    vector,
    zeros,
)
from autograd.program import Space, Step

_SUMS = 12                            # vectors that are summed up at a time: with what they are made of, 16 registers
_TAPS = 256                           # taps of the largest kernel that is written out
_PHASES = 16                          # phases of the largest stride


# ---------------------------------------------------------------- sums over taps
class Sums:
    """The outputs of one phase, of all channels of one example."""

    def __init__(self, source: Any, kind: str, name: str, axes: Sequence[Axis], channels: Shape) -> None:
        self.kind, self.name, self.axes, self.room = kind, name, axes, Room(axes)
        self.groups, self.outer, self.inner = channels
        self.taps = self.room.taps(axes)
        self.lanes = min(VECTOR // SIZES[kind], 1 << (axes[-1].count - 1).bit_length())
        self.vectors = -(-axes[-1].count // self.lanes)
        self.high = -(-self.outer // -(-self.outer // 4))
        self.spots = math.prod(axis.count for axis in axes[:-1]) * self.vectors
        self.wide = min(_SUMS // self.high, self.spots)
        self.tiles = -(-self.spots // self.wide)
        self.places = source.room(2 * self.tiles * self.wide)

    def tables(self, out: Sequence[int]) -> Iterator[str]:
        """Note where each vector of outputs comes from and goes to; the last fills what is left of a tile."""
        *front, last = self.axes
        start, end, size = f"{self.name}from", f"{self.name}to", self.tiles * self.wide
        yield f"I *{start} = (I *)((char *)arena + {self.places}), *{end} = {start} + {size}; {{ I m = 0;"
        yield from (f"for (I q{a} = 0; q{a} < {axis.count}; q{a}++)" for a, axis in enumerate(front))
        yield f"for (I v = 0; v < {self.vectors}; v++, m++) {{"
        yield f"I j = v < {self.vectors - 1} ? v * {self.lanes} : {max(0, last.count - self.lanes)};"
        at = [f"q{a} * {stride}" for a, stride in enumerate(self.room.strides[:-1])]
        to = [f"({axis.first} + q{a} * {axis.step}) * {stride}" for a, (axis, stride) in enumerate(
            zip(front, strides_of(out), strict=False))]
        yield f"{start}[m] = {' + '.join([*at, 'j'])};"
        yield f"{end}[m] = {' + '.join([*to, f'{last.first} + j * {last.step}'])}; }}"
        yield f"for (; m < {size}; m++) {{ {start}[m] = {start}[m - 1]; {end}[m] = {end}[m - 1]; }} }}"

    def lines(self, weight: str, out: str, size: int) -> Iterator[str]:
        """The sums, from `room`. The weight lies as (groups, outer, inner, taps), an output channel has `size`."""
        yield "{" + vector(self.kind, self.lanes) + table("tap", self.taps)
        yield table("along", [at for _, at in self.axes[0].taps])
        yield f"for (I g = 0; g < {self.groups}; g++) {{"
        rest = self.outer % self.high
        yield from self.block(weight, out, size, 0, self.high)
        if rest:
            yield from self.block(weight, out, size, self.outer - rest, rest)
        yield "} }"

    def block(self, weight: str, out: str, size: int, start: int, high: int) -> Iterator[str]:
        """From channel `start` on, `high` of them at a time as long as there are so many."""
        sums = [(o, v) for o in range(high) for v in range(self.wide)]
        row, plane, kind = self.inner * len(self.taps), self.room.plane, self.kind
        yield f"for (I o = {start}; o + {high} <= {self.outer}; o += {high})"
        yield f"for (I m = 0; m < {self.spots}; m += {self.wide}) {{"
        yield f"const {kind} *e = {weight} + (g * {self.outer} + o) * {row}, *x = room + g * {self.inner * plane};"
        yield "V " + ", ".join(f"a{o}_{v} = {{0}}" for o, v in sums) + ";"
        yield "const I " + ", ".join(f"x{v} = {self.name}from[m + {v}]" for v in range(self.wide)) + ";"
        yield from self.trimmed()
        yield f"for (I c = 0; c < {self.inner}; c++, x += {plane}, e += {len(self.taps)})"
        yield f"for (I t = begin; t < end; t++) {{ const {kind} *z = x + tap[t];"
        yield "const V " + ", ".join(f"y{v} = *(const V *)(z + x{v})" for v in range(self.wide)) + ";"
        yield " ".join(f"a{o}_{v} += e[t + {o * row}] * y{v};" for o, v in sums) + " }"
        yield f"{kind} *z = {out} + (g * {self.outer} + o) * {size};"
        yield from self.stored({f"a{o}_{v}": f"z + {o * size} + {self.name}to[m + {v}]" for o, v in sums})
        yield "}"

    def trimmed(self) -> Iterator[str]:
        """The taps from `begin` to `end`: without those in the zeros beside the first of several axes."""
        axis, rows = self.axes[0], len(self.taps) // max(1, len(self.axes[0].taps))
        yield f"I begin = 0, end = {len(axis.taps)};"
        if axis.trims and len(self.axes) > 1:
            each = self.spots // axis.count
            yield f"const I q = m / {each}, r = (m + {self.wide - 1}) / {each};"
            yield f"while (begin < end && q + along[begin] >= {axis.before + axis.size}) begin++;"
            yield f"while (begin < end && r + along[end - 1] < {axis.before}) end--;"
        yield f"begin *= {rows}; end *= {rows};"

    def stored(self, places: dict[str, str]) -> Iterator[str]:
        """The sums to their places.

        What is not a vector in memory goes by way of `part`, and the compiler is not told: it would keep sums there.
        """
        axis, count = self.axes[-1], min(self.lanes, self.axes[-1].count)
        if axis.step == 1 and count == self.lanes:
            yield " ".join(f"*(V *)({to}) = {name};" for name, to in places.items())
            return
        yield f"V part[] = {{{', '.join(places)}}}; const {self.kind} *u = (const {self.kind} *)part;"
        yield '__asm__ volatile("" : "+r"(u) : : "memory");'
        for k, to in enumerate(places.values()):
            yield f"for (I l = 0; l < {count}; l++) ({to})[l * {axis.step}] = u[{k * self.lanes} + l];"


@lowers("conv")
def _conv(low: Lowering, step: Step) -> bool:
    arrays = _arrays(low, step)
    if arrays is None:
        return False
    (x, w), out, groups = arrays, low.spaces[step.out].shape, step.params["groups"]
    axes = along_axes(forward, step, x.shape, w.shape, out)

    def write(source: Any, to: str, x_name: str, w_name: str) -> Iterator[str]:
        kind = source.kind(step.out)
        sums = Sums(source, kind, "", axes, (groups, w.shape[0] // groups, w.shape[1]))
        yield "{"
        yield from (*sums.room.lines(source, kind, x.shape[1]), *sums.tables(out[2:]))
        yield f"for (I n = 0; n < {out[0]}; n++) {{"
        yield sums.room.copy(f"({x_name} + n * {math.prod(x.shape[1:])})", x.shape[1])
        yield from sums.lines(w_name, f"({to} + n * {math.prod(out[1:])})", math.prod(out[2:]))
        yield "} }"
    return _kernel(low, step, arrays, write)


@lowers("conv_transpose")
def _conv_transpose(low: Lowering, step: Step) -> bool:
    arrays = _arrays(low, step)
    if arrays is None:
        return False
    (x, w), out, groups = arrays, low.spaces[step.out].shape, step.params["groups"]
    phases = list(itertools.product(*along_axes(backward, step, x.shape, w.shape, out)))
    if len(phases) > _PHASES:
        return False

    def write(source: Any, to: str, x_name: str, w_name: str) -> Iterator[str]:
        kind, first = source.kind(step.out), 0
        channels = groups, w.shape[1], w.shape[0] // groups
        every = [Sums(source, kind, f"phase{i}_", axes, channels) for i, axes in enumerate(phases)]
        yield "{" + zeros(source, kind, "turned", math.prod(w.shape))
        yield from every[0].room.lines(source, kind, x.shape[1])
        for sums in every:
            yield from sums.tables(out[2:])
            yield f"{kind} *{sums.name}weight = turned + {first};"
            yield _turn(w_name, sums, w.shape[2:])
            first += w.shape[0] * w.shape[1] * len(sums.taps)
        yield f"for (I n = 0; n < {out[0]}; n++) {{"
        yield every[0].room.copy(f"({x_name} + n * {math.prod(x.shape[1:])})", x.shape[1])
        for sums in every:
            yield from sums.lines(f"{sums.name}weight", f"({to} + n * {math.prod(out[1:])})", math.prod(out[2:]))
        yield "} }"
    return _kernel(low, step, arrays, write)


def _turn(weight: str, sums: Sums, kernel: Shape) -> str:
    """The weight as (groups, outer, inner, taps of the phase)."""
    which = [sum(k * stride for (k, _), stride in zip(taps, strides_of(kernel), strict=True))
             for taps in itertools.product(*(axis.taps for axis in sums.axes))]
    at = f"((g * {sums.inner} + c) * {sums.outer} + o) * {math.prod(kernel)}"
    return (f"{{ {table('which', which)} I m = 0; "
            f"for (I g = 0; g < {sums.groups}; g++) for (I o = 0; o < {sums.outer}; o++) "
            f"for (I c = 0; c < {sums.inner}; c++) for (I t = 0; t < {len(which)}; t++) "
            f"{sums.name}weight[m++] = {weight}[{at} + which[t]]; }}")


# ---------------------------------------------------------------- sums over places
@lowers("conv_weight")
def _conv_weight(low: Lowering, step: Step) -> bool:
    arrays = _arrays(low, step)
    if arrays is None:
        return False
    (x, y), out, groups = arrays, low.spaces[step.out].shape, step.params["groups"]
    axes = along_axes(forward, step, x.shape, out, y.shape)
    room, outer, inner, spots = Room(axes), out[0] // groups, out[1], math.prod(y.shape[2:])
    taps = room.taps(axes)
    row, size = inner * len(taps), math.prod(x.shape[1:])

    def write(source: Any, to: str, x_name: str, y_name: str) -> Iterator[str]:
        kind = source.kind(step.out)
        lanes = min(VECTOR // SIZES[kind], 1 << (outer - 1).bit_length())
        high = -(-len(taps) // -(-len(taps) // _SUMS))
        vectors = -(-outer // lanes)
        wide, across = max(v for v in range(1, _SUMS // high + 1) if vectors % v == 0), vectors * lanes
        yield "{" + vector(kind, lanes) + zeros(source, "I", "from", spots)
        yield from (*room.lines(source, kind, x.shape[1]), zeros(source, kind, "turned", spots * across),
                    zeros(source, kind, "total", groups * row * across))
        yield "{ I m = 0; " + "".join(f"for (I q{a} = 0; q{a} < {axis.count}; q{a}++) " for a, axis in enumerate(axes))
        yield f"from[m++] = {' + '.join(f'q{a} * {stride}' for a, stride in enumerate(room.strides))}; }}"
        yield f"for (I n = 0; n < {x.shape[0]}; n++) {{ {room.copy(f'({x_name} + n * {size})', x.shape[1])}"
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
    if kind_of(out) not in SIZES or not kernel or math.prod(kernel) > _TAPS:
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
