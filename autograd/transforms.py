"""Floor 3: functions to functions. Names, arguments and return values are those of HIPS/autograd.

Everything stands on two of them: `make_vjp` records and walks back, `make_jvp` carries tangents forward. Arguments may
be floats, arrays, or tuples, lists and dicts of them; gradients come back in the same structure.
"""
import gc
import math
import warnings
from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from typing import Any

import numpy as np

from autograd.errors import DataError, GraphError, KeywordError, ShapeError, here, message
from autograd.functions.shaping import moveaxis, stack
from autograd.gate import Gate, fit
from autograd.gates.shape import reshape
from autograd.graph import ArrayNode, Leaf, Level, Node, Tensor, own, strip, tensor
from autograd.guard import lock, unlock
from autograd.singular import push, walk_back
from autograd.space import (
    constant,
    dtype_of,
    flatten,
    is_complex,
    ndarray,
    ones_like,
    rank,
    shape_of,
    unshared,
    zeros_like,
)
from autograd.vmap import vmap

Fun = Callable[..., Any]


# ---------------------------------------------------------------- recording a function
class Dual:
    """Forward mode: what a gate leaves behind is the tangent of its output."""

    __slots__ = ("tangent",)
    skip = 0
    opaque = False

    def __init__(self, tangent: Any) -> None:
        self.tangent = tangent

    @staticmethod
    def leaf(value: Any) -> "Dual":
        """What stands behind a constant of a level."""
        return Dual(zeros_like(value))

    @staticmethod
    def record(level: Level, gate: Gate, args: tuple[Any, ...], params: dict[str, Any],
               parents: tuple[Any, ...]) -> Any:
        """Apply the gate one level down and push the tangents of its inputs through it."""
        ans = gate.apply(args, params)
        if not gate.pulls:
            return ans
        shape, dtype = ((), None) if type(ans) is float else (ans.shape, ans.dtype)
        node = ArrayNode(gate, ans, args, parents, "", 0, params, shape, dtype)
        t = push(gate, node, [None if p is None else p.tangent for p in parents])
        return ans if t is None else tensor(ans, Dual(fit(t, shape, dtype)), level)


def differentiable(x: Any) -> Any:
    """`x` as something to differentiate by; integers and objects are an error."""
    if type(x) is float or (type(x) is ndarray and x.dtype.kind in "fc" and x.ndim):
        return x
    x = strip(x)
    return x if isinstance(x, Tensor) else own(x)


def split(x: Any, level: Level) -> tuple[Any, Any]:
    """Value and node of an output at `level`; the node is None where the output does not depend on the inputs."""
    if isinstance(x, Tensor) and x.level is level:
        return x.value, x.node
    x = strip(x)
    return x if isinstance(x, Tensor | bool) else constant(x), None


Run = tuple[list[Leaf], Callable[[list[Any]], Any], Any, list[Node]]


def run(f: Fun, x: Any, level: Level, copied: bool = False) -> Run:
    """f on tensors of a level that closes when f is done; until then nobody may write into the arrays of x.

    With `copied` anybody may afterwards, before the walk back. Gives the leaves made for x, how to rebuild x, what f
    returned, and the nodes in order of birth.
    """
    leaves, build = flatten(x)
    starts = [Leaf(differentiable(v.copy() if copied and type(v) is ndarray else v)) for v in leaves]
    locked, thresholds = lock(leaves), _spare_the_old()
    try:
        out = f(build([tensor(leaf.ans, leaf, level) for leaf in starts]))
    finally:
        level.close()
        unlock(locked)
        if thresholds[2] < _RARELY:
            gc.set_threshold(*thresholds)
    nodes, level.nodes = level.nodes or [], None           # a tensor that escapes keeps only its own history
    return starts, build, out, nodes


_RARELY = 1000                        # times that young objects are collected before old ones are, where usual is 10


def _spare_the_old() -> tuple[int, int, int]:
    """Let the garbage collector go through old objects rarely; gives its thresholds as they were.

    Nodes pile up while f is recorded, and none is garbage yet: going through all of them again and again would take
    as long as recording them.
    """
    thresholds = young, middle, old = gc.get_threshold()
    if old < _RARELY:
        gc.set_threshold(young, middle, _RARELY)
    return thresholds


def gradients(order: list[Node], grads: dict[Node, Any], starts: list[Leaf]) -> list[Any]:
    """The cotangents that arrive at `starts`, in memory of their own; zero where none does."""
    found = walk_back(order, grads)
    return unshared([found[leaf] if leaf in found else zeros_like(leaf.ans) for leaf in starts], *grads.values())


def vjp(f: Fun, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """Record f(x): the function that pulls a cotangent back to x, and the value."""
    level = Level(Node)
    starts, build, out, order = run(f, x, level, copied=True)
    outs, build_out = flatten(out)
    ends = [split(v, level) for v in outs]

    def pull(g: Any) -> Any:
        grads: dict[Node, Any] = {}
        for (_, node), part in zip(ends, parts_of(g, len(ends)), strict=True):
            if node is not None:
                part = fit(cotangent(part, node.shape), node.shape, node.dtype)
                grads[node] = part if node not in grads else grads[node] + part
        return build(gradients(order, grads, starts))

    # Copies, because the rules may still need the values, and the caller may write into his.
    return pull, build_out([value.copy() if type(value) is ndarray and node else value for value, node in ends])


def parts_of(tree: Any, n: int) -> list[Any]:
    """The leaves of a tangent or cotangent, once it is known that there are as many as needed."""
    parts = flatten(tree)[0]
    if len(parts) != n:
        raise ShapeError(message(f"a tangent or cotangent of {len(parts)} part(s) where {n} are needed.",
                                 "give it the structure of the value it belongs to"))
    return parts


def cotangent(g: Any, shape: tuple[int, ...]) -> Any:
    """`g`, once it is known to have the shape of the output it belongs to."""
    if type(g) is not float:
        g = strip(g)
        g = g if isinstance(g, Tensor) else constant(g)
    if shape_of(g) != shape:
        raise ShapeError(message(f"a cotangent of shape {shape_of(g)} for an output of shape {shape}.",
                                 "give the cotangent the shape of the output"))
    return g


def jvp(f: Fun, x: Any, t: Any) -> tuple[Any, Any]:
    """f(x) and its derivative along t, in one pass forward."""
    leaves, build = flatten(x)
    values = [differentiable(v) for v in leaves]
    tangents = [fit(cotangent(part, shape_of(v)), shape_of(v), getattr(v, "dtype", None))
                for v, part in zip(values, parts_of(t, len(values)), strict=True)]
    level = Level(Dual)
    locked = lock(leaves)
    try:
        outs, build_out = flatten(f(build([tensor(v, Dual(s), level) for v, s in zip(values, tangents, strict=True)])))
        ends = [split(out, level) for out in outs]
    finally:
        level.close()
        unlock(locked)
    return (build_out([value for value, _ in ends]),
            build_out([zeros_like(value) if dual is None else dual.tangent for value, dual in ends]))


# ---------------------------------------------------------------- which arguments
def _chosen(argnum: Any, args: tuple[Any, ...]) -> Any:
    try:
        return tuple(args[i] for i in argnum) if isinstance(argnum, tuple | list) else args[argnum]
    except (IndexError, TypeError):
        raise KeywordError(message(f"argnum={argnum!r}, but the function was called with {len(args)} argument(s).",
                                   "count arguments from 0, and pass the one to differentiate by position")) from None


def _of_one(f: Fun, argnum: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Fun:
    """f as a function of its chosen argument(s) alone."""
    def one(x: Any) -> Any:
        new = list(args)
        for i, v in zip(argnum, x, strict=True) if isinstance(argnum, tuple | list) else ((argnum, x),):
            new[i] = v
        return f(*new, **kwargs)
    return one


def nary(operator: Callable[..., Any]) -> Callable[..., Any]:
    """Turn `operator(f, x)` into `operator(f, argnum=0)(*args)`, as all of HIPS/autograd's operators are called."""
    @wraps(operator)
    def of_function(fun: Fun, argnum: int | tuple[int, ...] | list[int] = 0, *options: Any, **named: Any) -> Fun:
        @wraps(fun)
        def called(*args: Any, **kwargs: Any) -> Any:
            if len(args) == 1 and argnum == 0 and not kwargs:
                return operator(fun, args[0], *options, **named)
            x = _chosen(argnum, args)
            return operator(_of_one(fun, argnum, args, kwargs), x, *options, **named)
        return called
    first, rest = (list(signature(f, follow_wrapped=False).parameters.values()) for f in (of_function, operator))
    of_function.__signature__ = Signature(first[:2] + rest[2:])  # type: ignore[attr-defined]  # what `help` shows
    return of_function


# ---------------------------------------------------------------- first derivatives
@nary
def make_vjp(f: Fun, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The vector-Jacobian product at x, g -> gᵀ·∂f/∂x, and the value f(x); g has the shape of f(x).

    >>> pull, value = make_vjp(lambda x: x * x)(3.0)
    >>> value, pull(1.0)
    (9.0, 6.0)
    """
    return vjp(f, x)


@nary
def make_jvp(f: Fun, x: Any) -> Callable[[Any], tuple[Any, Any]]:
    """The Jacobian-vector product at x by forward mode: t -> (f(x), ∂f/∂x·t); t has the shape of x.

    >>> make_jvp(lambda x: x * x)(3.0)(1.0)
    (9.0, 6.0)
    """
    return lambda t: jvp(f, x, t)


def _single(y: Any, name: str) -> None:
    if isinstance(y, Tensor) and type(y.value) is float:
        return
    if not isinstance(y, list | tuple | dict) and math.prod(shape_of(y)) == 1:
        if isinstance(y, bool | np.bool_):
            raise DataError(message(f"{name} of a truth value.", "return a number that the inputs go into smoothly"))
        if is_complex(y if isinstance(y, Tensor) else constant(y)):
            raise DataError(message(f"{name} needs a real output, this one is complex.",
                                    "take np.real or np.abs of it, or use holomorphic_grad"))
        return
    shape = f"shape {shape_of(y)}" if not isinstance(y, list | tuple | dict) else type(y).__name__
    raise DataError(message(f"{name} needs a function with a single number as output, this one returned {shape}.",
                            "sum the output, or use jacobian or elementwise_grad"))


def _value_and_grad(f: Fun, x: Any) -> tuple[Any, Any]:
    level = Level(Node)
    starts, build, out, order = run(f, x, level)
    _single(out, "grad")
    y, node = split(out, level)
    if node is None:
        warnings.warn(f"Output seems independent of input.{here()}\n  The gradient is zero. If that is not meant, look "
                      "for a constant, .data, or a function that NumPy computes outside the graph.", stacklevel=4)
        return y, build([zeros_like(leaf.ans) for leaf in starts])
    return y, build(gradients(order, {node: ones_like(y)}, starts))


@nary
def value_and_grad(f: Fun, x: Any) -> tuple[Any, Any]:
    """f(x) and its gradient ∂f/∂x, for a function with a single number as output. Raises as `grad`.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    return _value_and_grad(f, x)


@nary
def grad(f: Fun, x: Any) -> Any:
    """The gradient ∂f/∂x of a function with a single number as output, in the shape of x.

    Warns where the output does not depend on x, and gives zeros then. Raises DataError for outputs that are not a
    single number and for inputs that are not real.

    >>> grad(lambda x: x * x)(3.0)
    6.0
    """
    return _value_and_grad(f, x)[1]


@nary
def elementwise_grad(f: Fun, x: Any) -> Any:
    """The gradient of the sum of the outputs: for functions that work element by element, the derivative of each.

    >>> elementwise_grad(lambda x: x * x)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    pull, y = vjp(f, x)
    return pull(_ones(y))


@nary
def deriv(f: Fun, x: Any) -> Any:
    """The derivative of a function of one number, by forward mode.

    >>> deriv(lambda x: x * x)(3.0)
    6.0
    """
    return jvp(f, x, _ones(x))[1]


def _ones(x: Any) -> Any:
    leaves, build = flatten(x)
    return build([ones_like(strip(v) if isinstance(v, Tensor) else constant(v)) for v in leaves])


@nary
def jacobian(f: Fun, x: Any) -> Any:
    """All partial derivatives ∂f_i/∂x_j, of shape f(x).shape + x.shape.

    One walk back for all outputs together, or one pass forward for all inputs where these are much fewer.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    pull, y = vjp(f, x)
    if isinstance(y, list | tuple | dict):
        raise DataError(message(f"jacobian needs a number or an array as output, not a {type(y).__name__}.",
                                "np.stack or np.concatenate the outputs, or take one at a time"))
    shape = shape_of(y)
    if not shape:
        return pull(ones_like(y))
    leaves, build = flatten(x)
    if not math.prod(shape):
        return build([np.zeros(shape + shape_of(v), y.dtype) for v in leaves])
    if len(leaves) == 1 and _FEWER * math.prod(shape_of(x)) <= math.prod(shape) and not is_complex(y):
        columns = _each(lambda t: jvp(f, x, t)[1], _basis(shape_of(x), dtype_of(x)))[0]
        return moveaxis(reshape(columns, (*shape_of(x), *shape)), range(rank(x)), range(-rank(x), 0))
    rows = _each(pull, _basis(shape, y.dtype))
    return build([reshape(row, shape + shape_of(v)) for row, v in zip(rows, leaves, strict=True)])


_FEWER = 4                            # times as many outputs as inputs are worth another run of f


def _basis(shape: tuple[int, ...], dtype: Any) -> Any:
    """Every array of this shape that is one in one place and zero elsewhere, stacked; a number is one."""
    size = math.prod(shape)
    return np.eye(size, dtype=dtype).reshape(size, *shape)


def _each(linear: Fun, basis: Any) -> list[Any]:
    """The parts of linear(e) for every e, stacked: all at once, or one by one where a gate must see the numbers."""
    try:
        return flatten(vmap(linear)(basis))[0]
    except GraphError:
        return [stack(part) for part in zip(*(flatten(linear(e))[0] for e in basis), strict=True)]


def hessian(f: Fun, argnum: int = 0) -> Fun:
    """All second derivatives ∂²f/∂x_i∂x_j: the Jacobian of the gradient.

    >>> hessian(lambda x: (x * x * x).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(jacobian(f, argnum), argnum)  # type: ignore[no-any-return]
