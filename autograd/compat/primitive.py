"""Floor 5: HIPS/autograd's `primitive`: any Python function as a gate, its derivatives declared beside it.

Arguments may be anything. The tensors and arrays among them, also inside tuples, lists and dicts, are the inputs of the
gate; all the rest is kept as it is. Several outputs are packed into one vector, because a gate has one.
"""
import math
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.compat.rules import JVPS, NOTRACE, VJPS, rule
from autograd.errors import DataError, GraphError, KeywordError, ShapeError, describe, message
from autograd.functions.shaping import concatenate, ravel, reshape
from autograd.gate import Gate, fit
from autograd.gates.index import getitem
from autograd.graph import GATES, Level, Node, Tensor, peel, strip, top
from autograd.singular import Careful
from autograd.space import DIFFERENTIABLE, array, dtype_of, flatten, innermost, ndarray, shape_of, tidy, zeros_like

Fun = Callable[..., Any]


def primitive(f: Fun) -> Fun:
    """f as a gate, whose derivatives `defvjp` and `defjvp` declare.

    >>> from autograd import grad
    >>> from autograd.extend import defvjp
    >>> square = primitive(lambda x: x * x)
    >>> defvjp(square, lambda ans, x: lambda g: 2.0 * x * g)
    >>> square(3.0), grad(square)(3.0)
    (9.0, 6.0)
    """
    @wraps(f)
    def called(*args: Any, **kwargs: Any) -> Any:
        call = Call(called, args, kwargs)
        return call.record(gate) if call.recorded else f(*args, **kwargs)

    gate = Primitive(f)
    called.fun, called._is_autograd_primitive = f, True  # type: ignore[attr-defined]
    return called


def notrace_primitive(f: Fun) -> Fun:
    """f on the plain values of its arguments: its result has no derivative."""
    @wraps(f)
    def called(*args: Any, **kwargs: Any) -> Any:
        return f(*map(innermost, args), **kwargs)
    return called


class Primitive(Gate):
    """The gate of one Python function."""

    __slots__ = ()

    def __init__(self, f: Fun) -> None:
        name = getattr(f, "__name__", type(f).__name__)
        super().__init__("custom", f"primitive {name}", lambda *xs, call: call.compute(xs), name,
                         [lambda g, ans, xs: None], None, {"call": f})
        self.push = lambda node, ts: node.params["call"].push(node, ts)
        self.pull = lambda node, g, grads: node.params["call"].pull(node, g, grads)
        GATES.pop(self.name, None)                       # nobody loads it by its name, which others may have too

    def run(self, args: Sequence[Any], params: dict[str, Any] = {}) -> Any:  # noqa: B006 — never written
        """The function itself; its own errors are the user's."""
        return self.array(*args, **params)


class Call:
    """One call of a primitive: its arguments as trees, and which leaves are the gate's inputs."""

    def __init__(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.f, self.given, self.kwargs, self.__name__ = f, args, kwargs, getattr(f, "__name__", "f")
        self.trees = [flatten(x) for x in args]
        leaves = {(k, i): x for k, (parts, _) in enumerate(self.trees) for i, x in enumerate(parts)}
        self.inputs = [place for place, x in leaves.items() if _is_input(x)]
        self.recorded = any(isinstance(x, Tensor) for x in (*leaves.values(), *kwargs.values()))
        self.vjps: dict[int, Fun] = {}                   # by the index of the node: a rule is made once
        self.packing: Packing | None = None
        self.outermost = math.inf                        # of the levels that record this call

    def record(self, gate: Primitive) -> Any:
        """The outputs, as the gate records them."""
        for name, x in self.kwargs.items():
            if isinstance(x, Tensor):
                raise KeywordError(message(f"{self.__name__} got a tensor as keyword {name!r}, and rules are declared "
                                           "by position.", "pass it without its name"))
        xs = [strip(self.trees[k][0][i]) for k, i in self.inputs]
        level = top(xs)
        while level is not None and _is_untraced(self.f, level):
            xs = list(peel(xs, level)[0])
            level = top(xs)
        self.outermost = min((number for x in xs for number in _levels(x)), default=math.inf)
        ans = gate.apply(xs, {"call": self})
        return ans if self.packing is None else self.packing.unpack(ans)

    def compute(self, xs: Sequence[Any]) -> Any:
        """The function on plain inputs: one number or array, whatever it returns."""
        out = self.f.fun(*self.args(xs), **self.kwargs)
        leaves, build = flatten(out)
        if any(isinstance(x, Tensor) and x.level.id >= self.outermost for x in leaves):
            raise GraphError(message(f"the primitive {self.__name__} computes with a tensor that is none of its "
                                     "arguments.", "pass it as an argument, and declare its derivative"))
        if isinstance(out, list | tuple | dict):
            self.packing = Packing(leaves, build)
            return self.packing.pack(leaves)
        if not differentiable(out):
            raise DataError(message(f"the primitive {self.__name__} returned {describe(out)}, which has no derivative.",
                                    "return floats, or declare it with notrace_primitive"))
        return tidy(array(out))

    def args(self, xs: Sequence[Any]) -> list[Any]:
        """The arguments with these inputs in place."""
        new = [list(parts) for parts, _ in self.trees]
        for (k, i), x in zip(self.inputs, xs, strict=True):
            new[k][i] = as_numpy(x)
        return [build(parts) for parts, (_, build) in zip(new, self.trees, strict=True)]

    def outputs(self, ans: Any) -> Any:
        """What the function returned, from the gate's result; likewise for cotangents and tangents."""
        return as_numpy(ans) if self.packing is None else self.packing.unpack(ans)

    def argnums(self, present: Sequence[Any]) -> tuple[int, ...]:
        """The arguments of which some leaf is there."""
        return tuple(dict.fromkeys(k for (k, _), x in zip(self.inputs, present, strict=True) if x is not None))

    # ------------------------------------------------------------ reverse mode
    def pull(self, node: Node, g: Any, grads: dict[Node, Any]) -> None:
        """Hand each input its share of the cotangent g."""
        argnums = self.argnums(node.parents)
        if node.index not in self.vjps:
            self.vjps[node.index] = rule(VJPS, self.f, argnums)(
                argnums, self.outputs(node.ans), tuple(self.args(node.args)), self.kwargs)
        parts = dict(zip(argnums, self.cotangents(self.vjps[node.index], g), strict=True))
        shares = {k: leaves_along(self.given[k], part) for k, part in parts.items()}
        for (k, i), x in zip(self.inputs, node.parents, strict=True):
            if x is not None:
                part = self.fitted(shares[k][i], x, k)
                grads[x] = grads[x] + part if x in grads else part

    def cotangents(self, vjp: Fun, g: Any) -> list[Any]:
        """The shares of the arguments; a rule that hands g to code for plain numbers gets it without care for nan."""
        try:
            return list(vjp(self.outputs(g)))
        except DataError:
            if not isinstance(g, Tensor) or g.level.kind is not Careful:
                raise
            return list(vjp(self.outputs(g.value)))

    def fitted(self, part: Any, x: Node, k: int) -> Any:
        """The cotangent of a leaf of argument k in the space of x; the axes that broadcasting made are summed."""
        if isinstance(part, SparseObject):
            part = part.mut_add(part.vs.zeros())
        part = tidy(array(part))
        if shape_of(part) and not broadcasts(x.shape, shape_of(part)):
            raise ShapeError(message(f"the vjp of {self.__name__} gave shape {shape_of(part)} for argument {k}, whose "
                                     f"shape is {x.shape}.", "return the cotangent in the shape of the argument"))
        return fit(part, x.shape, x.dtype)

    # ------------------------------------------------------------ forward mode
    def push(self, node: Node, ts: Sequence[Any]) -> Any:
        """The tangent of the output; an input that does not move has tangent zero."""
        argnums = self.argnums(ts)
        tangents = self.args([zeros_like(x) if t is None else t for x, t in zip(node.args, ts, strict=True)])
        t = rule(JVPS, self.f, argnums)(argnums, [tangents[k] for k in argnums], self.outputs(node.ans),
                                        tuple(self.args(node.args)), self.kwargs)
        if self.packing is not None:
            return self.packing.pack(flatten(t)[0])
        return tidy(array(t))


class Packing:
    """How several outputs lie in one vector; what has no derivative is kept beside it."""

    def __init__(self, leaves: list[Any], build: Fun) -> None:
        self.leaves, self.build = leaves, build
        self.spaces = [(shape_of(x), dtype_of(x)) if differentiable(x) else None for x in leaves]

    def pack(self, leaves: list[Any]) -> Any:
        parts = [ravel(array(x))
                 for x, space in zip(leaves, self.spaces, strict=True) if space is not None]
        return concatenate(parts) if parts else np.zeros(0)

    def unpack(self, vector: Any) -> Any:
        start, parts = 0, list(self.leaves)
        for i, space in enumerate(self.spaces):
            if space is not None:
                end = start + int(np.prod(space[0]))
                parts[i] = as_numpy(fit(reshape(getitem(vector, slice(start, end)), space[0]), *space))
                start = end
        return self.build(parts)


class SparseObject:
    """A cotangent that is zero almost everywhere: `mut_add(A)` adds it to an array of the space `vs`."""

    def __init__(self, vs: Any, mut_add: Fun) -> None:
        self.vs, self.mut_add = vs, mut_add


# ---------------------------------------------------------------- what is what
def differentiable(x: Any) -> bool:
    """Whether x is a number, array or tensor that has a derivative."""
    return isinstance(innermost(x), float | complex | ndarray | np.generic) and dtype_of(x).kind in DIFFERENTIABLE


def _is_input(x: Any) -> bool:
    """Whether a leaf goes through the gate: tensors do, and arrays, which somebody could change meanwhile."""
    return isinstance(x, Tensor) or (type(x) is ndarray and x.dtype.kind in "fiubc")


def as_numpy(x: Any) -> Any:
    """A Python float as NumPy's, which has a shape and a dtype; anything else as it is."""
    return np.float64(x) if type(x) is float else x


def leaves_along(tree: Any, x: Any) -> list[Any]:
    """The parts of x for the leaves of `tree`; x may be an array where `tree` is a list."""
    if isinstance(tree, dict):
        return [leaf for key, part in tree.items() for leaf in leaves_along(part, x[key])]
    if isinstance(tree, list | tuple):
        return [leaf for i, part in enumerate(tree) for leaf in leaves_along(part, x[i])]
    return [x]


def broadcasts(shape: tuple[int, ...], to: tuple[int, ...]) -> bool:
    """Whether an array of this shape broadcasts to the other."""
    return len(shape) <= len(to) and all(n in (1, m) for n, m in zip(shape[::-1], to[::-1], strict=False))


def node_type(level: Level) -> Any:
    """What a level leaves behind for a gate: a class of the engine, or one that a user derived from `tracer.Node`."""
    return getattr(level.kind, "node_type", level.kind)


def _is_untraced(f: Fun, level: Level) -> bool:
    """Whether `register_notrace` made f a constant at this level."""
    return any(f in NOTRACE[kind] and issubclass(kind, node_type(level)) for kind in NOTRACE)


def _levels(x: Any) -> Iterator[int]:
    """The numbers of the levels that record x, innermost first."""
    while isinstance(x, Tensor):
        yield x.level.id
        x = x.value
