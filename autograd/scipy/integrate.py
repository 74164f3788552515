"""`scipy.integrate`, as `autograd.scipy` has it. Its `odeint` is a primitive, whose derivatives solve equations again.

Reverse mode is Pontryagin's adjoint method (Chen and others 2018, "Neural ordinary differential equations"): the
cotangent a of the state y obeys ȧ = −a·∂f/∂y on the way back from one point in time to the one before, and collects
a·∂f/∂p on the way for every argument p. Forward mode solves for the tangent of the state beside the state itself.
"""
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import numpy as np
import scipy.integrate

from autograd.compat.namespace import wrap_namespace
from autograd.compat.primitive import differentiable, primitive
from autograd.compat.rules import defjvp_argnums, defvjp_argnums
from autograd.errors import GraphError, KeywordError, message
from autograd.functions import TABLE
from autograd.functions.creation import array, mixed
from autograd.functions.shaping import concatenate, ravel, reshape, stack
from autograd.graph import Tensor
from autograd.scipy.replacing import replace
from autograd.space import flatten, shape_of
from autograd.transforms import jvp, vjp

wrap_namespace(vars(scipy.integrate), globals())
replace(globals(), {"trapezoid": TABLE[np.trapezoid]})

_SAME = ("hmax", "hmin", "mxstep", "mxhnil", "mxordn", "mxords")       # what the equations on the way back ask for too
_arguments = signature(scipy.integrate.odeint)


def odeint(*args: Any, **kwargs: Any) -> Any:
    """`scipy.integrate.odeint`, differentiable with respect to y0, t and what is in args."""
    given = dict(_arguments.bind(*args, **kwargs).arguments)
    func, y0, t, extra = given.pop("func"), given.pop("y0"), given.pop("t"), given.pop("args", ())
    if given.get("full_output") and any(isinstance(x, Tensor) for x in flatten((y0, t, extra))[0]):
        raise KeywordError(message("odeint of tensors with full_output=True.", "leave it out, or give plain arrays"))
    return _recorded(func, array(y0), array(t), extra, **given)


def _recorded(func: Any, y0: Any, t: Any, extra: Any, **options: Any) -> Any:
    """The primitive, with constants of `extra` as Python numbers, so that an array or NumPy number there moves."""
    leaves, build = flatten(extra)
    return _odeint(func, y0, t, build([x.item() if isinstance(x, np.generic) else x for x in leaves]), **options)


# ---------------------------------------------------------------- the equation
def _solve(func: Any, y0: Any, t: Any, args: tuple[Any, ...], **options: Any) -> Any:
    return scipy.integrate.odeint(_plain(func), y0, t, args, **options)


def _plain(func: Callable[..., Any]) -> Callable[..., Any]:
    """func, which must not give a tensor: that would be one that it did not get as an argument."""
    def called(*args: Any) -> Any:
        ans = func(*args)
        if isinstance(ans, Tensor) or mixed(ans):
            raise GraphError(message("the function that odeint integrates computes with a tensor that is none of its "
                                     "arguments.", "pass the tensor to odeint in args=, and take it as an argument"))
        return ans
    return called


_solve.__name__ = "odeint"
_odeint = primitive(_solve)


class _Equation:
    """ẏ = f(y, t, p) with the arguments p that move, and the options for equations derived from this one."""

    def __init__(self, func: Any, extra: Any, options: dict[str, Any]) -> None:
        self.func, self.options = func, options
        self.leaves, self.build = flatten(extra)
        self.moving = [i for i, x in enumerate(self.leaves) if type(x) is not float and differentiable(x)]
        self.p = self.pick(self.leaves)

    def pick(self, leaves: Sequence[Any]) -> list[Any]:
        return [leaves[i] for i in self.moving]

    def put(self, parts: Sequence[Any]) -> Any:
        """The tree of the arguments with these parts in it, and zero for whatever does not move."""
        leaves = [0.0] * len(self.leaves)
        for i, part in zip(self.moving, parts, strict=True):
            leaves[i] = part
        return self.build(leaves)

    def f(self, y: Any, t: Any, p: Sequence[Any]) -> Any:
        leaves = list(self.leaves)
        for i, x in zip(self.moving, p, strict=True):
            leaves[i] = x
        args = self.build(leaves)
        ans = self.func(t, y, *args) if self.options.get("tfirst") else self.func(y, t, *args)
        return ravel(array(ans))

    def solve(self, func: Any, start: Any, t: Any, *args: Any) -> Any:
        """Another equation, as exactly as this one."""
        options = {key: self.options[key] for key in _SAME if key in self.options}
        exact = {key: np.min(self.options[key]) for key in ("rtol", "atol") if self.options.get(key) is not None}
        return _recorded(func, start, t, (self.p, *args), **options, **exact)


def _cut(z: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """A vector as arrays of these shapes."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes]).tolist()
    return [reshape(z[start:end], shape) for start, end, shape in zip([0, *ends], ends, shapes, strict=False)]


def _joined(*parts: Any) -> Any:
    return concatenate([ravel(array(part)) for part in parts])


# ---------------------------------------------------------------- reverse mode
def _adjoint(argnums: Sequence[int], ys: Any, args: Sequence[Any], options: dict[str, Any]) -> Callable[[Any], Any]:
    func, y0, t, extra = args
    equation = _Equation(func, extra, options)
    state = shape_of(ys)[1:]
    shapes = [state, state, *map(shape_of, equation.p)]

    def backwards(z: Any, s: Any, p: Any) -> Any:
        y, a, *_ = _cut(z, shapes)
        pull, slope = vjp(lambda yp: equation.f(yp[0], s, yp[1]), (y, p))
        a_y, a_p = pull(a)
        return _joined(slope, -a_y, *(-part for part in a_p))

    def along(i: int, a: Any) -> Any:
        """What a later point in time counts for: the cotangent times the slope there."""
        return a @ equation.f(ys[i], t[i], equation.p)

    def pull(g: Any) -> list[Any]:
        a, collected, later = np.zeros(state), [np.zeros(shape_of(x)) for x in equation.p], []
        for i in range(shape_of(t)[0] - 1, 0, -1):
            later.append(along(i, g[i]))
            start = _joined(ys[i], a + g[i], *collected)
            _, a, *collected = _cut(equation.solve(backwards, start, stack([t[i], t[i - 1]]))[1], shapes)
        back = [None, reshape(a + g[0], shape_of(y0)), stack([-along(0, a), *later[::-1]]), equation.put(collected)]
        return [back[k] for k in argnums]
    return pull


# ---------------------------------------------------------------- forward mode
def _sensitivity(argnums: Sequence[int], ts: Sequence[Any], ys: Any, args: Sequence[Any],
                 options: dict[str, Any]) -> Any:
    t, equation = args[2], _Equation(args[0], args[3], options)
    moves = dict(zip(argnums, ts, strict=True))
    p_t = equation.pick(flatten(moves.get(3, equation.put([np.zeros(shape_of(x)) for x in equation.p])))[0])

    def forwards(z: Any, s: Any, p: Any, p_t: Any) -> Any:
        y, y_t = _cut(z, [shape_of(ys)[1:]] * 2)
        return _joined(*jvp(lambda yp: equation.f(yp[0], s, yp[1]), (y, p), (y_t, p_t)))

    start = ravel(array(moves.get(1, np.zeros(shape_of(ys)[1:]))))
    t_t = moves.get(2, np.zeros(shape_of(t)))
    slopes = stack([equation.f(ys[i], t[i], equation.p) for i in range(shape_of(t)[0])]) * reshape(t_t, (-1, 1))
    z = equation.solve(forwards, _joined(ys[0], start - slopes[0]), t, p_t)
    return z[:, shape_of(ys)[1]:] + slopes


defvjp_argnums(_odeint, _adjoint)
defjvp_argnums(_odeint, _sensitivity)
