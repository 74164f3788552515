"""Floor 3: what HIPS/autograd has beside gradients: products with Jacobians and Hessians, names, checkpoints.

Each is a few lines on top of `vjp` and `jvp`.
"""
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.gate import custom
from autograd.gates.contract import tensordot
from autograd.gates.reduce import sum
from autograd.graph import strip
from autograd.space import flatten, rank, zeros_like
from autograd.transforms import Fun, _chosen, _of_one, _value_and_grad, grad, jacobian, jvp, make_jvp, nary, vjp


@nary
def make_jvp_reversemode(f: Fun, x: Any) -> Callable[[Any], Any]:
    """t -> ∂f/∂x·t from two walks back: the derivative of g -> gᵀ·∂f/∂x, which is linear in g.

    >>> make_jvp_reversemode(lambda x: x * x)(3.0)(1.0)
    6.0
    """
    pull, y = vjp(f, x)
    leaves, build = flatten(y)
    return vjp(pull, build([zeros_like(v) for v in leaves]))[0]


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
def holomorphic_grad(f: Fun, x: Any) -> Any:
    """The derivative of an analytic function as the gradient of its real part; x is real.

    >>> holomorphic_grad(lambda x: x * x)(3.0)
    6.0
    """
    return _value_and_grad(lambda x: np.real(f(x)), x)[1]


def grad_named(f: Fun, argname: str) -> Fun:
    """`grad` by the name of an argument. Raises as `grad`, and KeywordError where f has no such argument.

    >>> grad_named(lambda a, b: a * b, "b")(2.0, 3.0)
    2.0
    """
    names = list(signature(f).parameters)
    if argname not in names:
        raise KeywordError(message(f"the function has no argument {argname!r}, only {', '.join(names)}.",
                                   "write one of these"))
    return grad(f, names.index(argname))  # type: ignore[no-any-return]


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


@nary
def make_hvp(f: Fun, x: Any) -> tuple[Callable[[Any], Any], Any]:
    """The Hessian-vector product at x, v -> ∂²f/∂x²·v, and the gradient there; v has the shape of x.

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
