"""Floor 4: recording a function as a program.

f runs once on its arguments, at a level that notes every gate. Whatever happens inside f, be it `grad` of something or
a write into an array, is made of gates, so that the program has it all. A value of this level stands for that of every
later run: code that reads one, as a branch does, is an error that names the line.
"""
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import GraphError, caller, message
from autograd.gate import Gate
from autograd.gates.elementwise import add, mul
from autograd.gates.reduce import sum
from autograd.graph import ArrayNode, Leaf, Level, Node, Tensor, recording, tensor
from autograd.program import Program, of_nodes, space_of
from autograd.space import flatten, tidy
from autograd.witness import witnesses


class Traced:
    """What a gate leaves behind in a program: its node, which keeps the constants among its inputs."""

    skip = 0
    opaque = True

    @staticmethod
    def leaf(value: Any) -> Leaf:
        """What stands behind a constant of a level."""
        return Leaf(value)

    @staticmethod
    def refusal(x: Tensor) -> GraphError:
        """What is raised where the value of a recorded tensor is asked for."""
        error = GraphError(message("the plain value of a tensor inside a recorded program: every run has another one.",
                                   "write np.where(condition, a, b) in place of a branch, and return what is to be "
                                   "printed or stored; or leave this function uncompiled"))
        x.level.refused = error
        return error

    @staticmethod
    def record(level: Level, gate: Gate, args: Sequence[Any], params: dict[str, Any], parents: Sequence[Any]) -> Any:
        """Run the gate on the values at hand, and note it."""
        if any(p is None and isinstance(x, Tensor) for x, p in zip(args, parents, strict=True)):
            raise GraphError(message(f"{gate.name} uses a tensor that the recorded function was not given.",
                                     "pass it as an argument"))
        ans = gate.run(args, params)
        ans = np.bool_(ans) if type(ans) is bool else ans
        frame = caller(3)
        known = tuple([_kept(x) if p is None else None for x, p in zip(args, parents, strict=True)])
        own = {key: _kept(value) for key, value in params.items()}
        node = ArrayNode(gate, None, known, tuple(parents), frame.f_code, frame.f_lasti, own, *space_of(ans))
        level.nodes.append(node)  # type: ignore[union-attr]
        return tensor(ans, node, level)


def _kept(x: Any) -> Any:
    """A constant as it is now: f may write into its array later on."""
    if not isinstance(x, np.ndarray) or not (x.flags.writeable or x.base is not None):
        return x
    once = tuple([slice(None) if stride else slice(0, 1) for stride in x.strides])
    return np.broadcast_to(x[once].copy(order="K"), x.shape) if 0 in x.strides else x.copy(order="K")


def is_traced(x: Any) -> bool:
    """Whether x stands for the values of all runs of a program that is being recorded, so that it cannot be read.

    >>> is_traced(1.0)
    False
    """
    while isinstance(x, Tensor):
        if x.level.watched is not None:
            return True
        x = x.value
    return False


class Recording(NamedTuple):
    """A program, and how its outputs become what the function returned."""

    program: Program
    build: Callable[[list[Any]], Any]


def record(f: Callable[[list[Any]], Any], values: Sequence[Any], tensors: Sequence[Tensor] = (),
           carried: int | None = None) -> Recording:
    """The program of f, which is given the values as a list; `tensors` that it reaches otherwise are inputs too.

    With `carried` it is to be a loop: so many outputs become the first inputs of the next turn.
    """
    with recording(Traced) as level:
        level.watched = []
        leaves = [Leaf(tidy(x)) for x in (*values, *(t.value for t in tensors))]
        inputs = [tensor(leaf.ans, leaf, level) for leaf in leaves]
        with standing_for(tensors, inputs[len(values):]):
            outs, build = flatten(f(inputs[:len(values)]))
        if level.refused:
            raise level.refused                        # f may have caught it, and gone another way than eager mode
        _unwritten(inputs, leaves)
        nodes, watched = level.nodes or [], level.watched or []
        level.watched = None
        ends = [_end(y, level) for y in outs]
        seen, unseen = witnesses(watched, nodes, ends, None if carried is None else leaves[:carried])
        ends += [_end(y, level) for y in _flag(unseen)]
        data = [k for k, y in enumerate(ends) if isinstance(y, _DATA)]
        program = of_nodes(leaves, nodes, [ends[k] for k in data])
        seen += range(len(outs), len(ends))
        program = replace(program, witnesses=tuple(map(data.index, seen)))
        return Recording(program, _builder(build, [None if k in data else y for k, y in enumerate(ends[:len(outs)])],
                                           [k for k in data if k < len(outs)]))


def _builder(build: Callable[[list[Any]], Any], others: list[Any], places: list[int]) -> Callable[[list[Any]], Any]:
    """What puts the outputs of a program in their places among what is no number, and all of it into containers."""
    def built(values: list[Any]) -> Any:
        if len(places) == len(others):
            return build(values[:len(others)])
        parts = list(others)                                  # None, text and such, as they were
        for k, value in zip(places, values, strict=False):
            parts[k] = value
        return build(parts)
    return built


_DATA = (Node, float, complex, np.ndarray, np.generic)


def _unwritten(inputs: Sequence[Tensor], leaves: Sequence[Leaf]) -> None:
    """Raise where f has written into an argument, which a program cannot do."""
    for x, leaf in zip(inputs, leaves, strict=True):
        if x.node is not leaf:
            raise GraphError(message(f"the function writes into an argument of shape {leaf.shape}.",
                                     "write x = x + 1 in place of x += 1, and return what changed"))


def _flag(xs: Sequence[Tensor]) -> list[Any]:
    """One number that is nan if one of the tensors has a nan in it, and 0 where their sums are finite."""
    parts = [mul(sum(x), 0.0) for x in {id(x.node): x for x in xs}.values()]
    total = parts[:1]
    for part in parts[1:]:
        total = [add(total[0], part)]
    return total


def _end(y: Any, level: Level) -> Any:
    """An output as its node, or as the value that it has in every run."""
    while isinstance(y, Tensor) and y.level is not level and not y.level.open:
        y = y.value
    return y.node if isinstance(y, Tensor) and y.level is level else tidy(y)


@contextmanager
def standing_for(tensors: Sequence[Tensor], inputs: Sequence[Tensor]) -> Iterator[None]:
    """Inside, each of the tensors has the value, node and level of its input."""
    before = [(t.value, t.node, t.level, t.grad) for t in tensors]
    try:
        for t, x in zip(tensors, inputs, strict=True):
            t.value, t.node, t.level, t.grad = x.value, x.node, x.level, None
        yield
        for t, x in zip(tensors, inputs, strict=True):
            if t.node is not x.node or t.grad is not None:
                raise GraphError(message(f"the function writes into the tensor {t.name or t.node!r}.",
                                         "return the new value"))
    finally:
        for t, (value, node, level, grad) in zip(tensors, before, strict=True):
            t.value, t.node, t.level, t.grad = value, node, level, grad
