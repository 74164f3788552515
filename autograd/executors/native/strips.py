"""Floor 4: thin matrices taken apart.

A matrix of 200 rows and 3 columns becomes three vectors of 200 numbers, its strips, and all that is computed from it
items over these. A product with a small matrix is a formula then, and one whose sum goes along the strips a few sums
of numbers; all find their place in one loop, with the numbers in registers, as one would write it by hand.
"""
from collections.abc import Iterator

from autograd.executors.native.fuse import views
from autograd.executors.native.lower import (
    Define,
    Item,
    Literal,
    Lowering,
    Operand,
    Pick,
    Product,
    Reduce,
    Store,
    View,
    kind_of,
    strides_of,
)
from autograd.program import Space

_THIN, _LONG = 8, 16                  # strips at most, and numbers in a strip at least: more, so that sums are short
_SUMS = 24                            # sums that stay in registers
_FOLDED = {"sum": "({} + {})", "prod": "({} * {})", "largest": "largest~({}, {})", "smallest": "smallest~({}, {})"}


class _Unfit(Exception):
    """An item that is not done strip by strip."""


def taken_apart(low: Lowering) -> list[Item]:
    """The items, with those on thin matrices strip by strip."""
    return list(Strips(low).items())


def _long_axis(shape: tuple[int, ...]) -> int | None:
    """The axis along which the strips of a thin matrix lie."""
    return next((a for a in range(2) if len(shape) == 2 and shape[a] >= _LONG and shape[1 - a] <= _THIN), None)


class Strips:
    """Which slots are taken apart: those that nobody needs as a whole."""

    def __init__(self, low: Lowering) -> None:
        self.low = low
        self.slots: dict[tuple[int, int], int] = {}        # of a slot and the number of a strip
        ends = {x.base for s in low.program.outputs if isinstance(x := low.found[s], View)}
        makers = [item for item in low.items if isinstance(item, Define | Product | Reduce)]
        self.apart = {item.out for item in makers if item.out not in ends
                      and _long_axis(low.spaces[item.out].shape) is not None}
        while unfit := {s for item in self._touched() if not self._fits(item) for s in self._slots(item)}:
            self.apart -= unfit

    def _slots(self, item: Item) -> set[int]:
        return self.apart & {item.out, *(x.base for x in views(item)), *self._called(item)}

    def _called(self, item: Item) -> set[int]:
        """What a gate reads that runs in NumPy."""
        step = getattr(item, "step", None)
        return {x.base for s in step.args if isinstance(x := self.low.found[s], View)} if step else set()

    def _touched(self) -> list[Item]:
        return [item for item in self.low.items if self._slots(item)]

    def _fits(self, item: Item) -> bool:
        try:
            return bool(list(self.of(item)))
        except _Unfit:
            return False

    def items(self) -> Iterator[Item]:
        """All items in order."""
        for item in self.low.items:
            yield from self.of(item) if self._slots(item) else [item]

    # ------------------------------------------------------------ one item
    def of(self, item: Item) -> Iterator[Item]:
        """An item strip by strip."""
        if isinstance(item, Define):
            yield from self._define(item)
        elif isinstance(item, Reduce):
            yield from self._reduce(item)
        elif isinstance(item, Product) and not item.stack:
            yield from self._product(item)
        else:
            raise _Unfit

    def _define(self, item: Define) -> Iterator[Item]:
        if len(item.shape) == 1:
            operands = tuple(self._strip(x, 0) for x in item.operands)
            yield Define(item.out, item.shape, item.formula, item.kinds, operands)
            return
        axis = _long_axis(item.shape)
        for t in range(item.shape[1 - axis] if axis is not None else 0):
            operands = tuple(self._strip(x, axis or 0, t) for x in item.operands)
            yield from self._made(item.out, t, item.formula, operands, item.kinds)

    def _reduce(self, item: Reduce) -> Iterator[Item]:
        x, = item.operands
        if len(item.shape) == 1:
            yield Reduce(item.out, item.shape, item.fold, item.strides, (self._strip(x, 0),))
            return
        axis = _long_axis(item.shape)
        if axis is None:
            raise _Unfit
        parts = [self._strip(x, axis, t) for t in range(item.shape[1 - axis])]
        along, across = item.strides[axis], item.strides[1 - axis]
        if across and not along:
            for t, part in enumerate(parts):
                yield from self._total(item, part, t * across)
            return
        text = "{0}"
        for t in range(1, len(parts)):
            text = _FOLDED[item.fold].format(text, f"{{{t}}}")
        text = text.replace("~", "f" if self._kind(item.out) == "float" else "")
        if along:
            yield from self._made(item.out, 0, text, tuple(parts))
        else:
            row = self._new(item.out, parts[0].shape)
            yield self._defined(row.base, text, tuple(parts))
            yield Reduce(item.out, row.shape, item.fold, (0,), (row,))

    def _product(self, item: Product) -> Iterator[Item]:
        x, y = item.operands
        (m, k), n = x.shape, y.shape[1]
        axis = _long_axis((m, n))
        if axis is not None and k <= _THIN:
            long, other = (x, y) if axis == 0 else (y, x)
            text = " + ".join(f"{{{p}}} * {{{k + p}}}" for p in range(k))
            strips = [self._strip(long, axis, p) for p in range(k)]
            for t in range((m, n)[1 - axis]):
                places = [(p, t) if axis == 0 else (t, p) for p in range(k)]
                numbers = [self._whole(_number(other, i, j).over(strips[0].shape)) for i, j in places]
                yield from self._made(item.out, t, text, (*strips, *numbers))
        elif k >= _LONG and max(m, n) <= _THIN and m * n <= _SUMS:
            for i in range(m):
                for j in range(n):
                    both = self._new(item.out, (k,))
                    yield self._defined(both.base, "{0} * {1}", (self._strip(x, 1, i), self._strip(y, 0, j)))
                    yield from self._total(item, both, i * n + j)
        else:
            raise _Unfit

    # ------------------------------------------------------------ pieces
    def _strip(self, x: Operand, axis: int, t: int = 0) -> Operand:
        """Strip t of an operand, which lies along an axis."""
        if isinstance(x, Pick):
            raise _Unfit
        if isinstance(x, Literal):
            return x.over((x.shape[axis],))
        across = x.strides[1 - axis] if len(x.shape) == 2 else 0
        return self._whole(View(x.base, x.offset + t * across, (x.strides[axis],), (x.shape[axis],)))

    def _whole(self, x: Operand) -> Operand:
        """The view of a strip, if that is where the numbers are."""
        if isinstance(x, Literal) or x.base not in self.apart:
            return x
        shape = self.low.spaces[x.base].shape
        axis = _long_axis(shape) or 0
        t, rest = divmod(x.offset, strides_of(shape)[1 - axis])  # type: ignore[union-attr]
        if x.shape != (shape[axis],) or x.strides != (strides_of(shape)[axis],) or rest or t >= shape[1 - axis]:  # type: ignore[union-attr]
            raise _Unfit
        return View(self._slot(x.base, t), 0, (1,), x.shape)

    def _slot(self, slot: int, t: int) -> int:
        if (slot, t) not in self.slots:
            shape = self.low.spaces[slot].shape
            self.slots[slot, t] = self._new(slot, (shape[_long_axis(shape) or 0],)).base
        return self.slots[slot, t]

    def _new(self, like: int, shape: tuple[int, ...]) -> View:
        slot = self.low.new(Space(shape, self.low.spaces[like].dtype))
        return View(slot, 0, strides_of(shape), shape)

    def _kind(self, slot: int) -> str:
        return kind_of(self.low.spaces[slot]) or ""

    def _made(self, out: int, t: int, text: str, operands: tuple[Operand, ...],
              kinds: tuple[str, ...] = ()) -> Iterator[Item]:
        """Strip t of a result."""
        if out in self.apart:
            yield self._defined(self._slot(out, t), text, operands, kinds)
            return
        shape = self.low.spaces[out].shape
        axis = _long_axis(shape) if len(shape) == 2 else 0
        if axis is None or len(shape) > 2:
            raise _Unfit
        part = self._new(out, (shape[axis],))
        yield self._defined(part.base, text, operands, kinds)
        across = strides_of(shape)[1 - axis] if len(shape) == 2 else 0
        yield Store(part.shape, View(out, t * across, (strides_of(shape)[axis],), part.shape), (part,), apart=True)

    def _defined(self, out: int, text: str, operands: tuple[Operand, ...], kinds: tuple[str, ...] = ()) -> Define:
        return Define(out, self.low.spaces[out].shape, text, kinds or (self._kind(out),) * len(operands), operands)

    def _total(self, item: Reduce | Product, x: Operand, at: int) -> Iterator[Item]:
        """All numbers of a strip folded into the number of the result that lies at this place."""
        if item.out in self.apart:
            raise _Unfit
        total = self._new(item.out, ())
        yield Reduce(total.base, x.shape, item.fold if isinstance(item, Reduce) else "sum", (0,), (x,))
        yield Store((), View(item.out, at, (), ()), (total,), apart=True)


def _number(x: View, i: int, j: int) -> View:
    """One number of a matrix."""
    return View(x.base, x.offset + i * x.strides[0] + j * x.strides[1], (), ())
