"""Floor 4: where the numbers of a convolution lie: its axes, and the copy of one example that its sums read."""
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.executors.native.lower import strides_of
from autograd.program import Step

VECTOR = 32                          # bytes of a vector
SIZES = {"float": 4, "double": 8}

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """Along one axis: output first + q·step, q < count, is made of the sources q + at, one for every tap (k, at).

    The source is copied with `before` zeros in front, and every `split`-th number side by side in a part of `length`.
    Outputs with q + at < `before` or ≥ `before` + `size` read zeros alone; `trims` says that they are passed over.
    """

    count: int
    first: int
    step: int
    taps: tuple[tuple[int, int], ...]
    size: int
    before: int
    split: int
    length: int
    trims: bool


def forward(size: int, kernel: int, count: int, stride: int, dilation: int, pad: Shape) -> Axis:
    """An axis of a convolution: what lies a stride apart is put together."""
    length = -(-(size + sum(pad)) // stride)
    places = (divmod(k * dilation, stride) for k in range(kernel))
    taps = tuple((k, rest * length + at) for k, (at, rest) in enumerate(places))
    return Axis(count, 0, 1, taps, size, pad[0], stride, length, False)


def backward(size: int, kernel: int, out: int, stride: int, dilation: int, pad: Shape) -> list[Axis]:
    """The phases of an axis of its transpose, which makes `out` numbers of `size`."""
    starts = range(min(stride, out))
    places = [[divmod(first + pad[0] - k * dilation, stride) for k in range(kernel)] for first in starts]
    before = max(0, *(-at for phase in places for at, _ in phase))
    length = max(size, *(-(-out // stride) + at for phase in places for at, _ in phase)) + before
    taps = [tuple((k, at + before) for k, (at, rest) in enumerate(phase) if rest == 0) for phase in places]
    return [Axis(len(range(first, out, stride)), first, stride, taps[first], size, before, 1, length, True)
            for first in starts]


def along_axes(form: Callable[..., Any], step: Step, *shapes: Shape) -> list[Any]:
    """The axes of a step."""
    params = (step.params[name] for name in ("stride", "dilation", "padding"))
    return [form(*row) for row in zip(*(shape[2:] for shape in shapes), *params, strict=True)]


class Room:
    """The copy of one example: its channels are planes of the axes' lengths."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self.axes = axes
        lengths = [axis.split * axis.length for axis in axes]
        self.plane, self.strides = math.prod(lengths), strides_of(lengths)

    def lines(self, source: Any, kind: str, channels: int) -> Iterator[str]:
        """Room that is zeros; vectors may begin anywhere in it."""
        yield zeros(source, kind, "room", channels * self.plane + VECTOR)

    def copy(self, name: str, channels: int) -> str:
        """The lines that take an example."""
        size = [axis.size for axis in self.axes]
        loops, to, at = "", f"c * {self.plane}", f"c * {math.prod(size)}"
        for a, (axis, down, across) in enumerate(zip(self.axes, self.strides, strides_of(size), strict=True)):
            i = f"(i{a} + {axis.before})"
            loops += f"for (I i{a} = 0; i{a} < {axis.size}; i{a}++) "
            to += f" + ({i} % {axis.split} * {axis.length} + {i} / {axis.split}) * {down}"
            at += f" + i{a} * {across}"
        return f"for (I c = 0; c < {channels}; c++) {loops}room[{to}] = {name}[{at}];"

    def taps(self, axes: Sequence[Axis]) -> list[int]:
        """How far each tap is from the first number of an output."""
        return [sum(at * stride for (_, at), stride in zip(taps, self.strides, strict=True))
                for taps in itertools.product(*(axis.taps for axis in axes))]


# ---------------------------------------------------------------- words of C
def zeros(source: Any, kind: str, name: str, size: int) -> str:
    """Memory that a kernel needs while it runs."""
    return (f"{kind} *{name} = ({kind} *)((char *)arena + {source.room(size)}); "
            f"memset({name}, 0, {size} * sizeof *{name});")


def vector(kind: str, lanes: int) -> str:
    """V is so many numbers, which may lie anywhere."""
    size = SIZES[kind]
    return f"typedef {kind} V __attribute__((vector_size({lanes * size}), aligned({size}), may_alias));"


def table(name: str, values: Sequence[int]) -> str:
    """Known numbers; at least one, as C wants it."""
    return f"static const I {name}[] = {{{', '.join(map(str, values)) or 0}}};"
