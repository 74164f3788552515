"""A graph as a stand-alone NumPy program that computes its value and gradients, to the last bit those of eager mode."""
import contextlib
import keyword
import linecache
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.errors import GraphError, line_of, message
from autograd.executors.scalars import text_of
from autograd.gate import fitted
from autograd.gates import contract, elementwise, index, reduce, shape
from autograd.graph import Node, plain
from autograd.program import Step, space_of
from autograd.space import is_complex, ndarray
from autograd.visualize.model import printable
from autograd.visualize.replay import Replay, replayed
from autograd.visualize.spelling import Speller, Unwritable, numbered, scalar

WIDTH = 110
FUNCTION = "value_and_gradients"
_RESERVED = {"np", "math", "base64", "scipy", "float", "slice", "complex", "abs", "bool", "int", FUNCTION, "_"}
_OPERATORS = {elementwise.add, elementwise.sub, elementwise.mul, elementwise.negative}    # to the last bit the ufuncs
_INFIX = {elementwise.add, elementwise.sub, elementwise.mul, elementwise.div, elementwise.negative,
          elementwise.reciprocal, elementwise.square, elementwise.sigmoid}


def source(order: Sequence[Node], targets: Sequence[Node], names: dict[Node, str]) -> str:
    """The program of the graph whose nodes are `order`: the value of the last, and its gradients by `targets`."""
    try:
        return Writer(replayed(order, targets), order[-1], targets, names).text()
    except Unwritable as error:
        raise GraphError(message(f"{error} cannot be written as a literal of a NumPy program.",
                                 "use float64 or float32, of which every number can be written")) from None


class Writer:
    """One program as text."""

    def __init__(self, replay: Replay, end: Node, targets: Sequence[Node], names: dict[Node, str]) -> None:
        self.replay, self.end, self.targets = replay, end, targets
        self.program, self.forward = replay.program, set(replay.values.values())
        self.taken, self.more = set(_RESERVED), dict[str, Iterator[str]]()
        self.speller = Speller(self.taken)
        self.called = {node: self._free(identifier(name)) for node, name in names.items()}
        self.names: dict[int, str] = {}
        self._name_slots()

    def text(self) -> str:
        """Imports, helpers, the function, data, and what is printed."""
        body = textwrap.indent("\n".join(self._body()), "    ")
        data = "\n".join(self._data())
        helpers = "".join(f"\n\n{text}\n" for _, text in self.speller.helpers.values())
        given = ", ".join(self.names[s] for s in self.program.inputs)
        imports = "\n".join(sorted(self.speller.imports))
        return (f'"""{self._title()}"""\n{imports}\n{helpers}\n\n'
                f"def {FUNCTION}({given}):\n{body}\n\n\n{data}\n\n{self._printing(given)}")

    def _title(self) -> str:
        gradients = ", ".join(self.called[node] for node in self.targets)
        return f"{self.called[self.end]}, and its gradients with respect to {gradients}."

    # ------------------------------------------------------------ names
    def _free(self, name: str) -> str:
        more = self.more.setdefault(name, numbered(name))
        found = next(name for name in more if name not in self.taken)
        self.taken.add(found)
        return found

    def _name_slots(self) -> None:
        for node, slot in self.replay.values.items():
            self.names.setdefault(slot, self.called[node])
        for node, slot in self.replay.gradients.items():
            if slot not in self.names:
                self.names[slot] = self._free(f"grad_{self.called[node]}")
        for step in self.program.steps:
            if step.out not in self.names:
                self.names[step.out] = self._free("part")
        for slot, value in self.program.constants.items():
            literal = not isinstance(value, ndarray)
            self.names[slot] = self.speller.literal(value) if literal else self._free("data")

    # ------------------------------------------------------------ parts
    def _data(self) -> Iterator[str]:
        for slot, leaf in zip(self.program.inputs, self.replay.leaves, strict=True):
            yield from wrapped(f"{self.names[slot]} = {self.speller.literal(plain(leaf.ans))}")
        written: dict[str, Any] = {}
        for slot, value in self.program.constants.items():
            if isinstance(value, ndarray):
                same = next((name for name, other in written.items() if turned(other, value)), None)
                text = f"{same}.T" if same else self.speller.literal(value)
                yield from wrapped(f"{self.names[slot]} = {text}")
                written[self.names[slot]] = value

    def _body(self) -> Iterator[str]:
        values = dict(self.program.constants) | dict(zip(
            self.program.inputs, (plain(leaf.ans) for leaf in self.replay.leaves), strict=True))
        last = None
        for step in self.program.steps:
            node = self.replay.made[step.out]
            place = ("" if step.out in self.forward else "back through ") + line(node)
            if place != last:
                yield f"# {place}"
            last = place
            yield from wrapped(f"{self.names[step.out]} = {self._written(step, values, node)}")
        gradients = "".join(f"{self.names[s]}, " for s in self.program.outputs[1:])
        yield f"return {self.names[self.program.outputs[0]]}, ({gradients.rstrip(' ')})"

    def _printing(self, given: str) -> str:
        lines = [f"value, gradients = {FUNCTION}({given})", f'print("{self.called[self.end]} =", value)']
        lines += [f'print("gradient of {self.called[node]} =", gradients[{k}])' for k, node in enumerate(self.targets)]
        return 'if __name__ == "__main__":\n' + textwrap.indent("\n".join(lines), "    ") + "\n"

    # ------------------------------------------------------------ steps
    def _written(self, step: Step, values: dict[int, Any], node: Node) -> str:
        """One step as an expression, whose value becomes that of the slot."""
        args = [values[s] for s in step.args]
        with np.errstate(all="ignore"):
            values[step.out] = step.gate.run(args, step.params)
            try:
                return self._on_floats(step, args) or self._tidied(step, args, values[step.out])
            except Unwritable:
                raise GraphError(message(
                    f"the gate {step.gate.name} at {node.where()} cannot be written as a NumPy program.",
                    "explain(y).markdown() shows it, and autograd.trace records a program that has it")) from None

    def _on_floats(self, step: Step, args: Sequence[Any]) -> str | None:
        """As eager mode computes with Python floats."""
        gate, names = step.gate, [self.names[s] for s in step.args]
        if gate.scalar is None or any(type(x) is not float for x in args):
            return None
        with contextlib.suppress(ArithmeticError, ValueError):
            if type(gate.scalar(*args)) is float:
                text = text_of(step, self.program.spaces) or ""
                own = f"float_{gate.name}("
                if text.startswith(own):
                    return self.speller.call(gate.scalar, names, {})
                if "float_exp" in text:
                    self.speller.imports.add("import math")
                return text.replace("float_exp", "math.exp").format(*(operand(name) for name in names))
        return None

    def _tidied(self, step: Step, args: Sequence[Any], ans: Any) -> str:
        """The array function, and a number where eager mode has one."""
        text = self._on_arrays(step, args, ans)
        if type(ans) is float:
            return f"float({text})"
        if not isinstance(ans, ndarray) and isinstance(step.gate.array(*args, **step.params), ndarray):
            return f"({text})[()]"
        return text

    def _on_arrays(self, step: Step, args: Sequence[Any], ans: Any) -> str:
        gate, names = step.gate, [self.names[s] for s in step.args]
        back = step.out not in self.forward          # where rules are written with operators
        infix = _OPERATORS if is_complex(ans) else _INFIX
        if gate in infix and (any(isinstance(x, ndarray) for x in args) or (back and gate in _OPERATORS)):
            return (text_of_any(step) or "").format(*(operand(name) for name in names))
        if gate is contract.matmul:
            return f"{names[0]} @ {names[1]}"
        special = _SPECIAL.get(gate)
        text = special(self, step, names, args, ans) if special else None
        return text or self.speller.call(gate.array, names, step.params)


def text_of_any(step: Step) -> str | None:
    """The expression of an elementwise gate, which is the same on arrays as on floats."""
    spaces = {s: space_of(0.0) for s in (*step.args, step.out)}
    text = text_of(step, spaces)
    return text.replace("float_exp", "np.exp") if text else None


# ---------------------------------------------------------------- gates that read better than their array function
def _sum(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str:
    return writer.speller.call(np.sum, names, step.params)


def _mean(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str | None:
    """As eager mode does it; numpy.mean divides float32 in double precision."""
    if not isinstance(args[0], ndarray) or args[0].dtype == np.float16:
        return None
    return f"{_sum(writer, step, names, args, ans)} / {reduce.count(args[0].shape, step.params['axis'])}"


def _getitem(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str | None:
    return f"{names[0]}[{subscript(writer, step.params['index'])}]" if isinstance(args[0], ndarray) else None


def _getitem_at(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str:
    return f"{names[0]}[{_filled(writer, step, names)}]"


def _scatter_at(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str:
    return writer.speller.call(index._scatter, [names[0], f"({_filled(writer, step, names)},)"],
                               {"shape": step.params["shape"]})


def _filled(writer: Writer, step: Step, names: list[str]) -> str:
    """An index whose blanks are the other arguments."""
    at = iter(names[1:])
    return ", ".join(next(at) if part is index._BLANK else writer.speller.literal(part)
                     for part in step.params["index"])


def _einsum(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str:
    """Of empty arrays zeros; of more than two two at a time, in the dtype of the result."""
    if any(0 in np.shape(x) for x in args):
        return writer.speller.literal(np.asarray(ans))
    if len(args) < 3:
        return f"np.einsum({', '.join([repr(step.params['subscripts']), *names])})"
    dtype = scalar(np.result_type(*args))
    parts = ", ".join(f"np.asarray({name}, {dtype})" for name in names)
    return f"np.einsum({step.params['subscripts']!r}, {parts}, optimize=True)"


def subscript(writer: Writer, at: Any) -> str:
    """An index between its brackets."""
    if isinstance(at, tuple) and at:
        return ", ".join(subscript(writer, part) for part in at) + "," * (len(at) == 1)
    if isinstance(at, slice):
        ends = [at.start, at.stop] if at.step is None else [at.start, at.stop, at.step]
        return ":".join("" if end is None else writer.speller.literal(end) for end in ends)
    return writer.speller.literal(at)


def _ends_in(x: Any, shape: tuple[int, ...]) -> bool:
    """Whether x has more axes than `shape`, and ends in it."""
    return x.ndim > len(shape) and tuple(x.shape)[x.ndim - len(shape):] == shape


def _fit(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str | None:
    """Sums over the axes that a broadcast has added, the usual case."""
    x, new = args[0], step.params["shape"]
    if isinstance(x, ndarray) and isinstance(ans, ndarray) and _ends_in(x, new) and x.dtype == ans.dtype:
        axes = tuple(range(x.ndim - len(new)))
        return f"np.add.reduce({names[0]}, axis={axes[0] if len(axes) == 1 else axes})"
    if type(x) is float and isinstance(ans, ndarray) and ans.flags.c_contiguous and ans.dtype == np.float64:
        return f"np.full({new}, {names[0]})"
    return None


def _transpose(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str | None:
    axes = step.params["axes"]
    plainly = axes is None or tuple(axes) == tuple(range(args[0].ndim))[::-1]
    return f"{names[0]}.T" if plainly and isinstance(args[0], ndarray) else None


def _reshape(writer: Writer, step: Step, names: list[str], args: Sequence[Any], ans: Any) -> str | None:
    new = writer.speller.literal(step.params["shape"])
    return f"{names[0]}.reshape({new})" if isinstance(args[0], ndarray) else None


_SPECIAL: dict[Any, Any] = {reduce.sum: _sum, reduce.mean: _mean, index.getitem: _getitem,
                            index.getitem_at: _getitem_at, index.scatter_at: _scatter_at,
                            contract.einsum_gate: _einsum, fitted: _fit,
                            shape.transpose: _transpose, shape.reshape: _reshape}


# ---------------------------------------------------------------- text
def identifier(name: str) -> str:
    """A name that Python takes.

    >>> identifier("0.weight"), identifier("lambda"), identifier("ℓ</script>")
    ('_0_weight', 'lambda_', 'ℓ__script_')
    """
    text = re.sub(r"\W", "_", name.encode(errors="replace").decode())[:40]
    text = text if text.isidentifier() else f"_{text}"
    return f"{text}_" if keyword.iskeyword(text) else text


def operand(text: str) -> str:
    """A name, or a literal that binds as tightly as one."""
    return f"({text})" if text.startswith("-") else text


def line(node: Node) -> str:
    """Where a node was made, with the text of that line: `model.py:12  h = np.tanh(x @ w)`."""
    if isinstance(node.code, str):
        return printable(node.code)
    text = linecache.getline(node.code.co_filename, line_of(node.code, node.lasti)).strip()
    return printable(f"{node.where()}  {text}".rstrip()[:WIDTH])


def turned(x: Any, y: Any) -> bool:
    """Whether y is x.T, in every bit and in memory."""
    return bool(x.ndim > 1 and x.shape == y.shape[::-1] and x.strides == y.strides[::-1] and x.dtype == y.dtype
                and x.tobytes() == y.T.tobytes())


def wrapped(text: str) -> Iterator[str]:
    """Lines that are not too long; the text of bytes is cut into pieces that Python joins."""
    if len(text) <= WIDTH:
        yield text
        return
    head, quote, rest = text.partition("b64decode('")
    if not quote:
        yield from textwrap.wrap(text, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        return
    code, _, tail = rest.partition("'")
    yield f"{head}b64decode("
    yield from (f"    '{code[k:k + WIDTH]}'" for k in range(0, len(code), WIDTH))
    yield f"    {tail}"
