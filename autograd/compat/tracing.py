"""Floor 5: HIPS/autograd's `trace` and its boxes. A box is a tensor, a trace is a level, its number the level's id.

A class derived from `Node` makes a level of its own: every gate applied there calls
`node_type(value, fun, args, kwargs, argnums, parents)`.
"""
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar

from autograd import graph
from autograd.compat.primitive import Primitive, as_numpy, node_type
from autograd.errors import here
from autograd.gate import Gate, fit
from autograd.graph import BASE, Leaf, Level, Tensor, own, recording, tensor
from autograd.space import array, flatten, tidy, zeros_like
from autograd.transforms import Dual, split
from autograd.walk import history, walk

_OPEN: dict[int, Level] = {}          # the traces that are running, by number


class Node:
    """What a trace leaves behind for a gate; derive from it to make a trace of your own."""

    __slots__ = ()

    def __init__(self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any) -> None:
        raise NotImplementedError

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        """Make this the node of the traced argument."""
        raise NotImplementedError

    @classmethod
    def new_root(cls, *args: Any, **kwargs: Any) -> Any:
        root = cls.__new__(cls)
        root.initialize_root(*args, **kwargs)
        return root


class VJPNode(Leaf):
    """Where a trace for reverse mode starts; `new_box` gives it its value."""

    __slots__ = ()

    @classmethod
    def new_root(cls) -> "VJPNode":
        return cls(0.0)


class JVPNode(Dual):
    """Where a trace for forward mode starts, with its tangent."""

    __slots__ = ()

    @classmethod
    def new_root(cls, g: Any) -> "JVPNode":
        return cls(g)


@cache
def kind_of(node_class: Any) -> Any:
    """The kind of level whose gates leave such nodes behind."""
    if issubclass(node_class, graph.Node):
        return graph.Node
    if issubclass(node_class, Dual):
        return Dual

    class Kind:
        skip = 0
        opaque = False
        node_type = node_class

        @staticmethod
        def leaf(value: Any) -> None:
            """A constant of the level has no node."""

        @staticmethod
        def record(level: Level, gate: Any, args: Sequence[Any], params: dict[str, Any], parents: Sequence[Any]) -> Any:
            ans = gate.apply(args, params)
            if not gate.pulls:
                return ans
            fun, args, params, parents = as_called(gate, args, params, parents)
            argnums = [i for i, parent in enumerate(parents) if parent is not None]
            node = node_class(as_numpy(ans), fun, args, params, argnums, [parents[i] for i in argnums])
            return tensor(ans, node, level)
    return Kind


def as_called(gate: Any, args: Sequence[Any], params: Any, parents: Sequence[Any]) -> tuple[Any, Any, Any, Any]:
    """A gate's call as its user wrote it, where no argument is a container: function, arguments, keywords, parents."""
    call = params.get("call") if isinstance(gate, Primitive) else None
    if call is None or any(isinstance(x, list | tuple | dict) for x in call.given):
        return named(gate), tuple(map(as_numpy, args)), dict(params), parents
    places = {k: parent for (k, _), parent in zip(call.inputs, parents, strict=True)}
    return call.f, tuple(call.args(args)), call.kwargs, [places.get(k) for k in range(len(call.trees))]


@cache
def named(gate: Gate) -> Callable[..., Any]:
    """The gate as a function with NumPy's name."""
    def fun(*args: Any, **params: Any) -> Any:
        return gate.apply(args, params)
    fun.__name__ = gate.label if isinstance(gate, Primitive) else getattr(gate.array, "__name__", gate.name)
    return fun


# ---------------------------------------------------------------- boxes
class BoxType(type):
    """Every tensor is an instance of a box class, and calling one makes a tensor."""

    types: ClassVar[set[Any]] = set()
    type_mappings: ClassVar[dict[Any, Any]] = {}

    def __call__(cls, value: Any, trace: int, node: Any) -> Any:
        return new_box(value, trace, node)

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, Tensor)

    def register(cls, value_type: Any) -> None:
        """Note that values of this type are traced as tensors; `own` says how they are held."""
        cls.types.add(cls)
        cls.type_mappings[value_type] = cls


class Box(Tensor, metaclass=BoxType):
    """What HIPS/autograd calls a traced value: any tensor."""

    __slots__ = ()


class ArrayBox(Box):
    """A traced number or array."""

    __slots__ = ()


class SequenceBox(tuple[Any, ...]):
    """A tuple or list whose parts are traced."""

    _value: Any
    _trace: int
    _node: Any


class DictBox(dict[Any, Any]):
    """A dict whose parts are traced."""

    _value: Any
    _trace: int
    _node: Any


def new_box(value: Any, trace: int, node: Any) -> Any:
    """`value` as an argument of the running trace; outside of any, as a tensor whose graph nobody closes."""
    level = _OPEN.get(trace, BASE)
    if level is not BASE:
        level.kind = kind_of(node.__class__)
        level.tape = level.kind is graph.Node
    if not isinstance(value, tuple | list | dict):
        return tensor(_rooted(value, node), node, level)
    leaves, build = flatten(value)
    parts = build([tensor(x, _part(x, i, value, node), level) for i, x in enumerate(leaves)])
    box = (DictBox if isinstance(value, dict) else SequenceBox)(parts)
    box._value, box._trace, box._node = value, trace, node
    return box


def _rooted(value: Any, node: Any) -> Any:
    """`value` as tensors hold it, known to its node."""
    value = value if isinstance(value, Tensor) else own(value)
    if isinstance(node, Leaf):
        node.ans = value
        node.shape, node.dtype = ((), None) if type(value) is float else (value.shape, value.dtype)
    return value


def _part(x: Any, i: int, value: Any, node: Any) -> Any:
    """The node of leaf i of a container."""
    if isinstance(node, Leaf):
        return Leaf(x)
    if isinstance(node, Dual):
        return Dual(flatten(node.tangent)[0][i])
    return type(node)(as_numpy(x), take_leaf, (value, i), {}, [0], [node])


def take_leaf(tree: Any, i: int) -> Any:
    return flatten(tree)[0][i]


def isbox(x: Any) -> bool:
    """Whether x is traced."""
    return isinstance(x, Tensor | SequenceBox | DictBox)


for _name, _get in {"_value": lambda x: as_numpy(x.value), "_node": lambda x: x.node,
                    "_trace": lambda x: 0 if x.level is BASE else x.level.id}.items():
    setattr(Tensor, _name, property(_get))


# ---------------------------------------------------------------- traces
class TraceStack:
    """Opens traces."""

    @contextmanager
    def new_trace(self) -> Iterator[int]:
        """The number of a trace that runs inside the `with`."""
        with recording(graph.Node) as level:
            _OPEN[level.id] = level
            try:
                yield level.id
            finally:
                del _OPEN[level.id]


trace_stack = TraceStack()


def trace(start_node: Any, fun: Callable[[Any], Any], x: Any) -> tuple[Any, Any]:
    """fun(x) and the node behind it; None and a warning where it does not depend on x."""
    with trace_stack.new_trace() as number:
        level = _OPEN[number]
        out = fun(new_box(x, number, start_node))
        leaves, build = flatten(out)
        values, nodes = zip(*(split(leaf, level) for leaf in leaves), strict=True) if leaves else ((), ())
    if not any(nodes):
        warnings.warn(f"Output seems independent of input.{here()}", stacklevel=2)
        return out, None
    if isinstance(out, Tensor):
        return out.value, out.node

    def put_together(*parts: Any) -> Any:
        return build(list(parts))
    argnums = [i for i, node in enumerate(nodes) if node is not None]
    parents = [nodes[i] for i in argnums]
    return put_together(*values), node_type(level)(put_together(*values), put_together, values, {}, argnums, parents)


def backward_pass(g: Any, end_node: Any) -> Any:
    """The cotangent of the argument behind `end_node`, for the cotangent g of its value."""
    order = history(end_node)
    grads = walk(order, {end_node: fit(tidy(array(g)), end_node.shape, end_node.dtype)})
    root = next(node for node in order if isinstance(node, VJPNode))
    return grads[root] if root in grads else zeros_like(root.ans)

