"""`autograd.misc.tracers`, as HIPS names it."""
from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd.compat.order import toposort
from autograd.compat.tracing import Node, trace
from autograd.errors import GraphError, message

Fun = Callable[..., Any]


class ConstGraphNode(Node):
    """A node that can be computed again."""

    __slots__ = ("argnums", "args", "fun", "kwargs", "parents")

    def __init__(self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any) -> None:
        self.fun, self.args, self.kwargs, self.argnums = fun, args, kwargs, parent_argnums
        self.parents: list[Any] = parents

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        self.parents = []

    def partial_fun(self, values: Any) -> Any:
        """The value of this node for these values of its parents."""
        args = list(self.args)
        for i, value in zip(self.argnums, values, strict=True):
            args[i] = value
        return self.fun(*args, **self.kwargs)


def const_graph_unary(fun: Fun) -> Fun:
    """fun, traced at the first call and computed from its graph at all others: no branch, no side effect."""
    order: list[Any] = []

    def again(x: Any) -> Any:
        values = {order[0]: x}
        for node in order[1:]:
            values[node] = node.partial_fun([values[parent] for parent in node.parents])
        return values[order[-1]]

    def called(x: Any) -> Any:
        if order:
            return again(x)
        value, end = trace(ConstGraphNode.new_root(), fun, x)
        if end is None:
            raise GraphError(message("the output does not depend on the input, so there is no graph.",
                                     "return what is computed from it"))
        order.extend(reversed(list(toposort(end))))
        return value
    return called


def const_graph(fun: Fun, *args: Any, **kwargs: Any) -> Fun:
    """`const_graph_unary` for several arguments; those given here are fixed."""
    unary = const_graph_unary(lambda rest: fun(*args, *rest, **kwargs))

    @wraps(fun)
    def called(*rest: Any) -> Any:
        return unary(rest)
    return called


class FullGraphNode(Node):
    """A node with its value and how it came about."""

    __slots__ = ("recipe", "value")

    def __init__(self, value: Any, fun: Any, args: Any, kwargs: Any, parent_argnums: Any, parents: Any) -> None:
        self.value, self.recipe = value, (fun, args, kwargs, list(zip(parent_argnums, parents, strict=True)))

    def initialize_root(self, *args: Any, **kwargs: Any) -> None:
        self.value, self.recipe = None, (lambda x: x, (), {}, [])


def full_graph(fun: Fun, *args: Any, **kwargs: Any) -> Any:
    """The node behind fun(*args)."""
    return trace(FullGraphNode.new_root(), lambda xs: fun(*xs, **kwargs), args)[1]
