"""Floor 3: functions to functions. Names, arguments and return values are those of HIPS/autograd.

Everything stands on two of them: `make_vjp` records and walks back, `make_jvp` carries tangents forward. Arguments may
be floats, arrays, or tuples, lists and dicts of them; gradients come back in the same structure.
"""
import warnings
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DataError, KeywordError, ShapeError, message
from autograd.functions import stack
from autograd.gate import Gate, custom, fit
from autograd.gates.contract import tensordot
from autograd.gates.reduce import sum
from autograd.gates.shape import reshape
from autograd.graph import ArrayNode, Leaf, Level, Node, Tensor, history, own, strip, tensor, walk
from autograd.space import constant, flatten, ndarray, ones_like, rank, shape_of, tidy, zeros_like

Fun = Callable[..., Any]


# ---------------------------------------------------------------- recording a function
class Dual:
    """Forward mode: what a gate leaves behind is the tangent of its output."""

    __slots__ = ("tangent",)
    skip = 0

    def __init__(self, tangent: Any) -> None:
        self.tangent = tangent

    @staticmethod
    def record(level: Level, gate: Gate, args: tuple[Any, ...], params: dict[str, Any], parents: tuple[Any, ...]) -> Any:
        """Apply the gate one level down and push the tangents of its inputs through it."""
        ans = gate.apply(args, params)
        if not gate.pulls:
            return ans
        shape, dtype = ((), None) if type(ans) is float else (ans.shape, ans.dtype)
        node = ArrayNode(gate, ans, args, parents, "", 0, params, shape, dtype)
        t = gate.push(node, [None if p is None else p.tangent for p in parents])
        return ans if t is None else tensor(ans, Dual(fit(t, shape, dtype)), level)


def differentiable(x: Any) -> Any:
    """`x` as something to differentiate by; integers and objects are an error."""
    if type(x) is float or (type(x) is ndarray and x.dtype.kind == "f" and x.ndim):
        return x
    x = strip(x)
    return x if isinstance(x, Tensor) else own(x)


def split(x: Any, level: Level) -> tuple[Any, Any]:
    """Value and node of an output at `level`; the node is None where the output does not depend on the inputs."""
    if isinstance(x, Tensor) and x.level is level:
        return x.value, x.node
    x = strip(x)
    return x if isinstance(x, Tensor) else constant(x), None


def run(f: Fun, x: Any, level: Level) -> tuple[list[Leaf], Callable[[list[Any]], Any], Any]:
    """f on tensors of a level that closes when f is done: the leaves made for x, how to rebuild x, what f returned."""
    leaves, build = flatten(x)
    starts = [Leaf(differentiable(v)) for v in leaves]
    try:
        return starts, build, f(build([tensor(leaf.ans, leaf, level) for leaf in starts]))
    finally:
        level.close()


def gradients(order: list[Node], grads: dict[Node, Any], starts: list[Leaf]) -> list[Any]:
    """The cotangents that arrive at `starts`; zero where none does."""
    found = walk(order, grads)
    return [found[leaf] if leaf in found else zeros_like(leaf.ans) for leaf in starts]


def vjp(f: Fun, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """Record f(x): the function that pulls a cotangent back to x, and the value."""
    level = Level(Node)
    starts, build, out = run(f, x, level)
    outs, build_out = flatten(out)
    ends = [split(v, level) for v in outs]
    order = history(*(node for _, node in ends if node is not None))

    def pull(g: Any) -> Any:
        grads: dict[Node, Any] = {}
        for (_, node), part in zip(ends, flatten(g)[0], strict=True):
            if node is not None:
                part = fit(cotangent(part, node.shape), node.shape, node.dtype)
                grads[node] = part if node not in grads else grads[node] + part
        return build(gradients(order, grads, starts))

    return pull, build_out([value for value, _ in ends])


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
                for v, part in zip(values, flatten(t)[0], strict=True)]
    level = Level(Dual)
    try:
        outs, build_out = flatten(f(build([tensor(v, Dual(s), level) for v, s in zip(values, tangents, strict=True)])))
        ends = [split(out, level) for out in outs]
    finally:
        level.close()
    return (build_out([value for value, _ in ends]),
            build_out([zeros_like(value) if dual is None else dual.tangent for value, dual in ends]))


# ---------------------------------------------------------------- which arguments
def _chosen(argnum: Any, args: tuple[Any, ...]) -> Any:
    try:
        return tuple(args[i] for i in argnum) if isinstance(argnum, tuple | list) else args[argnum]
    except IndexError:
        raise KeywordError(message(f"argnum={argnum}, but the function was called with {len(args)} positional argument(s).",
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
    def of_function(f: Fun, argnum: int | tuple[int, ...] | list[int] = 0, *options: Any, **named: Any) -> Fun:
        @wraps(f)
        def called(*args: Any, **kwargs: Any) -> Any:
            if len(args) == 1 and argnum == 0 and not kwargs:
                return operator(f, args[0], *options, **named)
            x = _chosen(argnum, args)
            return operator(_of_one(f, argnum, args, kwargs), x, *options, **named)
        return called
    return of_function


# ---------------------------------------------------------------- first derivatives
@nary
def make_vjp(f: Fun, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The vector-Jacobian product at x, g -> gᵀ·∂f/∂x, and the value f(x).

    >>> pull, value = make_vjp(lambda x: x * x)(3.0)
    >>> value, pull(1.0)
    (9.0, 6.0)
    """
    return vjp(f, x)


@nary
def make_jvp(f: Fun, x: Any) -> Callable[[Any], tuple[Any, Any]]:
    """The Jacobian-vector product at x by forward mode: t -> (f(x), ∂f/∂x·t).

    >>> make_jvp(lambda x: x * x)(3.0)(1.0)
    (9.0, 6.0)
    """
    return lambda t: jvp(f, x, t)


@nary
def make_jvp_reversemode(f: Fun, x: Any) -> Callable[[Any], Any]:
    """t -> ∂f/∂x·t from two walks back: the derivative of g -> gᵀ·∂f/∂x, which is linear in g.

    >>> make_jvp_reversemode(lambda x: x * x)(3.0)(1.0)
    6.0
    """
    pull, y = vjp(f, x)
    return vjp(pull, zeros_like(y))[0]


def _single(y: Any, name: str) -> None:
    if not isinstance(y, list | tuple | dict) and shape_of(y) == ():
        return
    shape = f"shape {shape_of(y)}" if not isinstance(y, list | tuple | dict) else type(y).__name__
    raise DataError(message(f"{name} needs a function with a single number as output, this one returned {shape}.",
                            "sum the output, or use jacobian or elementwise_grad"))


def _value_and_grad(f: Fun, x: Any) -> tuple[Any, Any]:
    level = Level(Node)
    starts, build, out = run(f, x, level)
    _single(out, "grad")
    y, node = split(out, level)
    if node is None:
        warnings.warn("Output seems independent of input.", stacklevel=4)
        return y, build([zeros_like(leaf.ans) for leaf in starts])
    return y, build(gradients(history(node), {node: ones_like(y)}, starts))


@nary
def value_and_grad(f: Fun, x: Any) -> tuple[Any, Any]:
    """f(x) and its gradient ∂f/∂x, for a function with a single number as output.

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
def grad_and_aux(f: Fun, x: Any) -> tuple[Any, Any]:
    """For f returning (value, anything): the gradient of the value, and the rest as it is.

    >>> grad_and_aux(lambda x: (x * x, "note"))(3.0)
    (6.0, 'note')
    """
    kept: list[Any] = []

    def first(x: Any) -> Any:
        y, aux = f(x)
        kept.append(aux)
        return y

    g = _value_and_grad(first, x)[1]
    leaves, build = flatten(kept[0])
    return g, build([strip(v) for v in leaves])


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
    """All partial derivatives ∂f_i/∂x_j, of shape f(x).shape + x.shape: one walk back per output.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    pull, y = vjp(f, x)
    shape = shape_of(y)
    if not shape:
        return pull(ones_like(y))
    basis = np.eye(int(np.prod(shape)), dtype=y.dtype).reshape(-1, *shape)
    leaves, build = flatten(x)
    rows = [flatten(pull(e))[0] for e in basis]
    return build([reshape(stack(parts), shape + shape_of(v)) for parts, v in zip(zip(*rows, strict=True), leaves, strict=True)])


@nary
def holomorphic_grad(f: Fun, x: Any) -> Any:
    """The gradient of the real part of a complex function."""
    return grad(lambda x: np.real(f(x)))(x)


def grad_named(f: Fun, argname: str) -> Fun:
    """`grad` by the name of an argument.

    >>> grad_named(lambda a, b: a * b, "b")(2.0, 3.0)
    2.0
    """
    return grad(f, list(signature(f).parameters).index(argname))  # type: ignore[no-any-return]


def multigrad_dict(f: Fun) -> Fun:
    """The gradients by every argument, as a dict by name.

    >>> multigrad_dict(lambda a, b: a * b)(2.0, b=3.0)
    {'a': 3.0, 'b': 2.0}
    """
    names = signature(f)

    @wraps(f)
    def gradients(*args: Any, **kwargs: Any) -> Any:
        bound = names.bind(*args, **kwargs)
        bound.apply_defaults()

        def named(arguments: dict[str, Any]) -> Any:
            call = names.bind(*args, **kwargs)
            call.arguments = dict(arguments)
            return f(*call.args, **call.kwargs)
        return grad(named)(dict(bound.arguments))
    return gradients


# ---------------------------------------------------------------- second derivatives
def hessian(f: Fun, argnum: int = 0) -> Fun:
    """All second derivatives ∂²f/∂x_i∂x_j: the Jacobian of the gradient.

    >>> hessian(lambda x: (x * x * x).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(jacobian(f, argnum), argnum)  # type: ignore[no-any-return]


@nary
def make_hvp(f: Fun, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The Hessian-vector product at x, v -> ∂²f/∂x²·v, and the gradient there.

    >>> product, gradient = make_hvp(lambda x: x * x * x)(2.0)
    >>> gradient, product(1.0)
    (12.0, 12.0)
    """
    return vjp(grad(f), x)


def hessian_tensor_product(f: Fun, argnum: int = 0) -> Fun:
    """(*args, v) -> ∂²f/∂x²·v, forward over reverse; v has the shape of x.

    >>> hessian_vector_product(lambda x: x * x * x)(2.0, 1.0)
    12.0
    """
    @wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        *rest, v = args
        return make_jvp(grad(f, argnum), argnum)(*rest, **kwargs)(v)[1]
    return product


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(f: Fun, argnum: int = 0) -> Fun:
    """(*args, v) -> v·∂f/∂x, where v has the trailing axes of f(x) left to sum over.

    >>> vector_jacobian_product(lambda x: x * x)(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([2., 4.])
    """
    @wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        *rest, v = args
        return jacobian(lambda *a, **k: _dotted(v, f(*a, **k)), argnum)(*rest, **kwargs)
    return product


vector_jacobian_product = tensor_jacobian_product


def _dotted(v: Any, y: Any) -> Any:
    return tensordot(v, y, rank(v)) if rank(v) else v * y


def make_ggnvp(f: Fun, g: Fun | None = None, f_argnum: int = 0) -> Fun:
    """The generalized Gauss-Newton product v -> Jᵀ·H·J·v, J = ∂f/∂x and H = ∂²g/∂f² (Schraudolph 2002); g is ½Σf² when
    left out.

    >>> make_ggnvp(lambda x: x * x)(3.0)(1.0)
    36.0
    """
    g = g or (lambda y: 0.5 * sum(y * y))

    @wraps(f)
    def at(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        x = _chosen(f_argnum, args)
        one = _of_one(f, f_argnum, args, kwargs)
        pull, y = vjp(one, x)
        return lambda v: pull(jvp(grad(g), y, jvp(one, x, v)[1])[1])
    return at


# ---------------------------------------------------------------- memory
def checkpoint(f: Fun) -> Fun:
    """f, but its inside is computed again on the way back rather than kept (Griewank 1992).

    >>> grad(checkpoint(lambda x: x * x * x))(2.0)
    12.0
    """
    @wraps(f)
    def called(*args: Any, **kwargs: Any) -> Any:
        leaves, build = flatten((args, kwargs))

        def inside(*xs: Any) -> Any:
            a, k = build(list(xs))
            return f(*a, **k)
        return checkpointed(*leaves, f=inside)
    return called


def _checkpoint_push(ts: Any, xs: Any, f: Fun) -> Any:
    moving = [i for i, t in enumerate(ts) if t is not None]

    def of_moving(new: Any) -> Any:
        all_xs = list(xs)
        for i, x in zip(moving, new, strict=True):
            all_xs[i] = x
        return f(*all_xs)
    return jvp(of_moving, [xs[i] for i in moving], [ts[i] for i in moving])[1]


checkpointed = custom("checkpoint", lambda *xs, f: f(*xs), "checkpoint",
                      lambda g, xs, i, f: vjp(lambda x: f(*xs[:i], x, *xs[i + 1:]), xs[i])[0](g),
                      push=_checkpoint_push, arity=None, f=None)
