"""`autograd.misc.fixed_points`, as HIPS names it."""
from collections.abc import Callable
from typing import Any

from autograd.compat.primitive import primitive
from autograd.compat.rules import added, defvjp, zeros
from autograd.transforms import vjp

Fun = Callable[..., Any]


@primitive
def fixed_point(f: Fun, a: Any, x0: Any, distance: Fun, tol: float) -> Any:
    """x = f(a)(x), from x0 on, until `distance(x, previous)` is at most tol."""
    step = f(a)
    x, previous = step(x0), x0
    while distance(x, previous) > tol:
        x, previous = step(x), x
    return x


def _fixed_point_vjp(ans: Any, f: Fun, a: Any, x0: Any, distance: Fun, tol: float) -> Fun:
    """By the implicit function theorem: the cotangent w of x solves w = g + w·∂f/∂x, a fixed point again."""
    def adjoint(given: Any) -> Fun:
        a, x, g = given
        pull = vjp(f(a), x)[0]
        return lambda w: added(pull(w), g)

    pull = vjp(lambda a: f(a)(ans), a)[0]
    return lambda g: pull(fixed_point(adjoint, (a, ans, g), zeros(x0), distance, tol))


defvjp(fixed_point, None, _fixed_point_vjp, None)
