"""Random NumPy programs that write in place, through other names, views, buffers and `out=`.

`program(seed)` is a function `f(x)` for x of shape (3, 4), and its text. It returns every array that it knows at the
end, so that a write that went to the wrong place, or was missed by some name, is seen. It uses NumPy and plain Python.
"""
import math
from collections.abc import Callable
from typing import Any

import numpy as np

Shape = tuple[int, ...]
X_SHAPE = (3, 4)


class Writer:
    """Lines of a program, and the shapes of its variables. `plain` are the buffers that hold no recorded numbers."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.shapes: dict[str, Shape] = {"x": X_SHAPE}
        self.plain: set[str] = set()
        self.read_only: set[str] = set()
        self.lines: list[str] = []

    # ------------------------------------------------------------ choices
    def pick(self, options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def name(self, shape: Shape, plain: bool = False) -> str:
        new = f"v{len(self.lines)}"
        self.shapes[new] = shape
        if plain:
            self.plain.add(new)
        return new

    def array(self, least: int = 0) -> str:
        return self.pick([n for n, shape in self.shapes.items() if len(shape) >= least])

    def recorded(self, least: int = 1) -> str:
        """An array that may be written to, and that tensors may be written into."""
        return self.pick([n for n, shape in self.shapes.items()
                          if len(shape) >= least and n not in self.plain and n not in self.read_only])

    def number(self) -> str:
        return f"{self.rng.uniform(-1.5, 1.5):.3f}"

    # ------------------------------------------------------------ expressions
    def fitting(self, shape: Shape, plain: bool = False) -> str:
        """An expression that broadcasts to `shape`."""
        names = [n for n, other in self.shapes.items() if _broadcasts(other, shape) and (n in self.plain or not plain)]
        kind = int(self.rng.integers(6))
        if not names or kind == 0:
            return self.number()
        if kind == 1 and all(self.shapes[n] for n in names):        # math.tanh and np.tanh differ in the last digit
            return f"np.tanh({self.pick(names)}) * {self.number()}"
        if kind == 2:
            return f"{self.pick(names)} * {self.pick(names)}"
        return str(self.pick(names))

    def index(self, shape: Shape) -> tuple[str, Shape]:
        """An index into an array of this shape, and the shape of what it picks."""
        parts, rest = [], list(shape)
        picked: list[int] = []
        for n in rest[: int(self.rng.integers(1, len(rest) + 1))]:
            if n == 0 or self.rng.random() < 0.45:
                start, step = int(self.rng.integers(0, max(n, 1))), self.pick([1, 1, 2, -1])
                part: Any = f"{start}::{step}" if step > 0 else "::-1"
                size = len(range(n)[start::step]) if step > 0 else n
                picked.append(size)
            else:
                part = str(self.rng.integers(-n, n))
            parts.append(part)
        text = ", ".join(parts)
        return text, (*picked, *rest[len(parts):])

    def fancy(self, shape: Shape) -> tuple[str, Shape]:
        n = shape[0]
        rows = [int(k) for k in self.rng.integers(0, n, int(self.rng.integers(1, 4)))]
        return str(rows), (len(rows), *shape[1:])

    # ------------------------------------------------------------ statements
    def new(self) -> None:
        a = self.array()
        shape = self.shapes[a]
        text = f"{a} * {self.fitting(shape)} + {self.fitting(shape)}"
        if shape and self.rng.random() < 0.4:
            text = f"np.{self.pick(['sin', 'tanh', 'cos', 'square', 'negative'])}({text})"
        self.lines.append(f"{self.name(shape)} = {text}")
        self._settle()

    def fold(self) -> None:
        a = self.array(1)
        axis = int(self.rng.integers(len(self.shapes[a])))
        shape = tuple(n for i, n in enumerate(self.shapes[a]) if i != axis)
        if self.shapes[a][axis]:
            self.lines.append(f"{self.name(shape)} = np.{self.pick(['sum', 'mean', 'max'])}({a}, axis={axis})")
            self._settle()

    def alias(self) -> None:
        a = self.array(1)
        self.lines.append(f"{self.name(self.shapes[a], a in self.plain)} = {a}")
        self._inherit(a)

    def view(self) -> None:
        a = self.array(1)
        shape = self.shapes[a]
        text, result = self.pick(_VIEWS)(self, a, shape)
        self.lines.append(f"{self.name(result, a in self.plain)} = {text}")
        self._inherit(a, "broadcast_to" in text or "diagonal" in text)

    def copy(self) -> None:
        a = self.array(1)
        text = self.pick([f"{a}.copy()", f"{a}.flatten()", f"np.where({a} > 0.1, {a}, -{a})",
                          f"np.concatenate([{a}, {a}])"])
        shape = self.shapes[a]
        shape = (math.prod(shape),) if "flatten" in text else (2 * shape[0], *shape[1:]) if "conc" in text else shape
        self.lines.append(f"{self.name(shape, a in self.plain)} = {text}")

    def in_place(self) -> None:
        a = self.recorded()
        self.lines.append(f"{a} {self.pick(['+=', '-=', '*='])} {self.fitting(self.shapes[a])}")

    def set_part(self) -> None:
        a = self.recorded()
        index, shape = self.index(self.shapes[a]) if self.rng.random() < 0.8 else self.fancy(self.shapes[a])
        self.lines.append(f"{a}[{index}] {self.pick(['=', '=', '+=', '*='])} {self.fitting(shape)}")

    def mask(self) -> None:
        a = self.recorded()
        self.lines.append(f"{a}[{a} > {self.number()}] {self.pick(['=', '*='])} {self.number()}")

    def out(self) -> None:
        a = self.recorded()
        shape = self.shapes[a]
        function, more = self.pick(["add", "multiply", "subtract"]), ""
        if self.rng.random() < 0.3:
            more = f", where={a} > {self.number()}"
        self.lines.append(f"np.{function}({self.fitting(shape)}, {self.fitting(shape)}, out={a}{more})")

    def writer(self) -> None:
        a = self.recorded()
        shape = self.shapes[a]
        self.lines.append(self.pick([
            f"np.copyto({a}, {self.fitting(shape)})", f"{a}.fill({self.number()})", f"{a}[...] = {self.fitting(shape)}",
            f"np.add.at({a}, {self.fancy(shape)[0]}, {self.number()})", f"{a}.sort(axis=0)",
            f"np.put({a}, [0, -1], {self.number()})", f"{a}[0], {a}[-1] = {a}[-1], {a}[0]",
            f"{a}[0], {a}[-1] = {a}[-1] * 1.0, {a}[0] * 1.0", f"np.clip({a}, -1.0, 1.0, out={a})"]))

    def buffer(self) -> None:
        """A plain array, filled, used, and filled anew."""
        shape = self.pick([(4,), (3, 4), (3, 1)])
        self.lines.append(f"{self.name(shape, True)} = np.full({shape}, {self.number()}, x.dtype)")

    def refill(self) -> None:
        names = [n for n in self.plain if n not in self.read_only and self.shapes[n]]
        if names:
            a = self.pick(names)
            index, shape = self.index(self.shapes[a])
            self.lines.append(self.pick([f"{a}[{index}] = {self.fitting(shape, True)}", f"{a} *= {self.number()}",
                                         f"{a}[:] = {self.number()}", f"np.negative({a}, {a})"]))

    def accumulate(self) -> None:
        """A plain array, to which tensors are added under its only name."""
        shape = self.pick([(4,), (3, 4)])
        name = self.name(shape)
        self.lines.append(f"{name} = np.zeros({shape}, x.dtype); {name} += {self.fitting(shape)} + 0.0 * x[0]")

    def like(self) -> None:
        a = self.recorded()
        self.lines.append(f"{self.name(self.shapes[a])} = np.{self.pick(['zeros_like', 'ones_like'])}({a})")

    def loop(self) -> None:
        a, b = self.recorded(), self.name((4,), True)
        total = f"{b}_sum"
        shape = np.broadcast_shapes((4,), self.shapes[a]) if _broadcasts((4,), self.shapes[a]) else None
        if shape is None:
            self.lines.append(f"{b} = np.ones(4, x.dtype)")
            return
        self.lines.append(f"{b} = np.zeros(4, x.dtype); {total} = 0.0 * {a}\n    for k in range(3): {b}[k] = k + 1.0; "
                          f"{a} *= 0.5; {total} = {total} + {b} * {a}")
        self.shapes[total] = self.shapes[a]

    def call(self) -> None:
        a = self.recorded()
        self.lines.append(f"{self.name(self.shapes[a])} = change({a})")

    def rows(self) -> None:
        a = self.recorded(2)
        shape = self.shapes[a][1:]
        change = f"row {self.pick(['*=', '+='])} {self.fitting(shape)} + k * 0.25"
        self.lines.append(f"for k, row in enumerate({a}): {change}")

    def gather(self) -> None:
        """An index array that changes after its use."""
        a = self.recorded()
        rows, shape = self.fancy(self.shapes[a])
        put = f"{a}[k] = {self.fitting(shape)}" if self.rng.random() < 0.5 else f"{a}[k] *= {self.number()}"
        self.lines.append(f"k = np.array({rows}); {self.name(shape)} = {a}[k]; {put}; k[:] = 0")

    # ------------------------------------------------------------ bookkeeping
    def _settle(self) -> None:
        """Whether the newest variable is plain: it is if everything on its right is."""
        name, _, text = self.lines[-1].partition(" = ")
        words = set("".join(c if c.isalnum() or c == "_" else " " for c in text).split()) & self.shapes.keys()
        if words and words <= self.plain:
            self.plain.add(name)

    def _inherit(self, a: str, read_only: bool = False) -> None:
        if a in self.read_only or read_only:
            self.read_only.add(self.lines[-1].partition(" = ")[0])

    def text(self, statements: int) -> str:
        for _ in range(statements):
            self.pick(_STATEMENTS)(self)
        body = "\n    ".join(self.lines)
        return f"def f(x):\n    {body}\n    return [{', '.join(self.shapes)}]\n"


def _broadcasts(shape: Shape, to: Shape) -> bool:
    try:
        return np.broadcast_shapes(shape, to) == to
    except ValueError:
        return False


def _sliced(w: Writer, a: str, shape: Shape) -> tuple[str, Shape]:
    index, result = w.index(shape)
    return f"{a}[{index}]", result


def _reshaped(w: Writer, a: str, shape: Shape) -> tuple[str, Shape]:
    n = math.prod(shape)
    target = w.pick([(n,), (1, n), (n, 1), *[(k, n // k) for k in (2, 3) if n % k == 0]])
    return f"{a}.reshape({target})", target


_VIEWS: list[Callable[[Writer, str, Shape], tuple[str, Shape]]] = [
    _sliced, _sliced, _sliced, _reshaped, _reshaped,
    lambda w, a, shape: (f"{a}.T", shape[::-1]),
    lambda w, a, shape: (f"np.ravel({a})", (math.prod(shape),)),
    lambda w, a, shape: (f"np.flip({a})", shape),
    lambda w, a, shape: (f"np.moveaxis({a}, 0, -1)", (*shape[1:], shape[0])),
    lambda w, a, shape: (f"{a}[None]", (1, *shape)),
    lambda w, a, shape: (f"np.expand_dims({a}, -1)", (*shape, 1)),
    lambda w, a, shape: (f"np.squeeze({a})", tuple(n for n in shape if n != 1)),
    lambda w, a, shape: (f"np.broadcast_to({a}, {(2, *shape)})", (2, *shape)),
    lambda w, a, shape: (f"np.atleast_2d({a})", shape if len(shape) > 1 else (1, *shape)),
    lambda w, a, shape: (f"np.swapaxes({a}, 0, -1)", (shape[-1], *shape[1:-1], shape[0]) if len(shape) > 1 else shape)]

_STATEMENTS = [Writer.new, Writer.new, Writer.fold, Writer.alias, Writer.view, Writer.view, Writer.view, Writer.copy,
               Writer.in_place, Writer.in_place, Writer.in_place, Writer.set_part, Writer.set_part, Writer.set_part,
               Writer.mask, Writer.out, Writer.out, Writer.writer, Writer.writer, Writer.buffer, Writer.refill,
               Writer.accumulate, Writer.like, Writer.loop, Writer.call, Writer.rows, Writer.gather]

_CHANGE = """
def change(a):
    b = a
    b *= 0.75
    a[0] = b[-1]
    return a[::-1]
"""


def program(seed: int) -> tuple[str, Callable[[Any], list[Any]]]:
    """The text of the program of this seed, and the function."""
    writer = Writer(seed)
    text = writer.text(int(writer.rng.integers(3, 12)))
    space: dict[str, Any] = {"np": np}
    exec(compile(_CHANGE + text, f"<program {seed}>", "exec"), space)
    return text, space["f"]
