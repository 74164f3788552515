"""Floor 3: `check_grads`, derivatives against differences of the function itself."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError, caller, cell_of, here
from autograd.gate import Gate
from autograd.graph import Level, recording, strip, tensor
from autograd.space import constant, flatten, is_complex, shape_of, tidy
from autograd.transforms import jvp, vjp

Fun = Callable[..., Any]
FINE, COARSE = (1e-3, 1e-7), (3e-2, 3e-4)          # step and tolerance for float64, and for anything coarser
SMALL, KINK = 1e-3, 1e-3                           # how much nearer to look at a kink, and when slopes differ


class GradientError(AutogradError, AssertionError):
    """A derivative that does not agree with differences of the function.

    >>> from autograd.gate import elementwise
    >>> wrong = elementwise("wrong", np.sin, None, "wrong", lambda g, x: g * x)
    >>> check_grads(wrong)(1.0)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    GradientError: …
    """


def check_grads(f: Fun, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> Fun:
    """A function that checks the derivatives of f at its arguments, and raises GradientError where they are wrong.

    Along random directions v, forward mode must give (f(x + h·v) - f(x - h·v)) / 2h, extrapolated to h⁴ (five-point
    stencil, Abramowitz and Stegun 25.3.6), and reverse mode the same number by the other way round; then the same for
    the derivatives themselves, up to `order`. At a kink any slope between those of both sides is right. The error
    names the first gate whose own derivatives disagree.

    >>> check_grads(lambda x: np.sin(x) * x)(1.5)
    """
    def check(*args: Any) -> None:
        rng = np.random.default_rng(0)
        problem = disagreement(lambda x: f(*x), args, tuple(modes), order, rng, getattr(f, "__name__", "f"))
        if problem:
            raise GradientError(f"{problem}{blame(f, args, tuple(modes))}{here()}")
    return check


def disagreement(f: Fun, x: Any, modes: Sequence[str], order: int, rng: Any, name: str, done: int = 1) -> str:
    """What is wrong with the derivatives of f at x, or nothing; f may itself be a derivative, `done` counts."""
    x, y = _real(x), _real(f(x))
    v, g = _random_like(x, rng), _random_like(y, rng)
    slope, spread = slopes(f, x, v)
    if done == 1 and any(np.isinf(part).any() for part in flatten(spread)[0]):
        return "the function jumps here, so it has no derivative."
    tolerance = FINE[1] if _is_fine(x, y) else COARSE[1]
    size = tolerance * (1.0 + max((float(np.max(np.abs(d))) for d in flatten(slope)[0] if np.size(d)), default=0.0))
    allowed = _map(lambda s: s + size, spread)
    if "fwd" in modes and not close(jvp(f, x, v)[1], slope, allowed):
        return (f"the derivative (JVP) check of {name} failed: forward mode gives {_short(jvp(f, x, v)[1])}, "
                f"differences give {_short(slope)}.")
    if "rev" in modes:
        back, forth = inner(vjp(f, x)[0](g), v), inner(g, slope)
        if not abs(back - forth) <= size + inner(_map(np.abs, g), allowed):
            return (f"the derivative (VJP) check of {name} failed: reverse mode gives {_short(back)}, "
                    f"differences give {_short(forth)}.")
    if done == order:
        return ""
    higher = {"fwd": ("jvp", v, lambda xv: jvp(f, *xv)[1]), "rev": ("vjp", g, lambda xg: vjp(f, xg[0])[0](xg[1]))}
    found = (disagreement(derivative, (x, along), modes, order, rng, f"{kind}_{name}", done + 1)
             for kind, along, derivative in map(higher.__getitem__, modes))
    problem = next(filter(None, found), "")
    return problem if not problem or problem.startswith("order") else f"order {done + 1}: {problem}"


# ---------------------------------------------------------------- differences, also at and near kinks
def slopes(f: Fun, x: Any, v: Any) -> tuple[Any, Any]:
    """The derivative of f at x along v, and how far it may lie from that.

    Where f is smooth over two steps to each side, that is the five-point stencil and 0. Where the slopes to the left
    and to the right differ there is a kink near x: then steps a thousand times smaller decide. If these differ too,
    the kink is at x, and every slope between the two is a derivative. A difference that grows as the step shrinks is
    a jump: infinity.
    """
    y = _real(f(x))
    step, tolerance = FINE if _is_fine(x, y) else COARSE
    build = flatten(y)[1]
    parts = zip(*(_differences(f, x, v, h) for h in (step, step * SMALL)), strict=True)
    found = [_slope(wide, near, tolerance) for wide, near in parts]
    return build([slope for slope, _ in found]), build([spread for _, spread in found])


def _differences(f: Fun, x: Any, v: Any, step: float) -> list[tuple[Any, Any, Any]]:
    """The central difference, and those to the left and to the right, of every part of f."""
    a, b, c, d, e = (flatten(_real(f(_moved(x, v, k * step))))[0] for k in (-2.0, -1.0, 0.0, 1.0, 2.0))
    return [((8.0 * (q - n) - (r - m)) / (12.0 * step), (3.0 * o - 4.0 * n + m) / (2.0 * step),
             (4.0 * q - 3.0 * o - r) / (2.0 * step)) for m, n, o, q, r in zip(a, b, c, d, e, strict=True)]


def _slope(wide: tuple[Any, Any, Any], near: tuple[Any, Any, Any], tolerance: float) -> tuple[Any, Any]:
    middle, left, right = map(np.asarray, wide)
    nearer, nearer_left, nearer_right = map(np.asarray, near)
    moved = np.abs(nearer - middle)
    smooth = np.maximum(np.abs(right - left), moved) <= KINK * (1.0 + np.abs(middle))
    jump = np.abs(nearer_left) + np.abs(nearer_right) > 30.0 * (1.0 + np.abs(left) + np.abs(right))
    between = np.abs(nearer_right - nearer_left) / 2.0 + tolerance / SMALL * (1.0 + np.abs(nearer))
    return (np.where(smooth, nearer, (nearer_left + nearer_right) / 2.0)[()],
            np.where(smooth, moved, np.where(jump, np.inf, between))[()])


def blame(f: Fun, args: Any, modes: Sequence[str]) -> str:
    """The first gate in f whose own derivatives are wrong, and its line."""
    found: list[str] = []
    with recording(_probe(found, modes)) as level:
        leaves, build = flatten(args)
        f(*build([tensor(v, None, level) for v in leaves]))
    return f"\n  the gate {found[0]}" if found else ""


def _probe(found: list[str], modes: Sequence[str]) -> type:
    """A kind of level that checks every gate by itself as it is applied."""
    class Probe:
        skip = 0
        opaque = False
        leaf = staticmethod(lambda value: None)

        @staticmethod
        def record(level: Level, gate: Gate, args: Sequence[Any], params: dict[str, Any], _: Sequence[Any]) -> Any:
            ans = gate.apply(args, params)
            if gate.pulls:
                frame = caller(3)
                moving = [i for i, x in enumerate(args) if isinstance(x, float) or np.asarray(x).dtype.kind in "fc"]
                f, x = lambda xs: gate.apply(_placed(args, moving, xs), params), [args[i] for i in moving]
                try:
                    problem = disagreement(f, x, ("fwd", "rev"), 1, np.random.default_rng(0), gate.name)
                except NotImplementedError:                    # a primitive may have rules for one mode alone
                    problem = disagreement(f, x, modes, 1, np.random.default_rng(0), gate.name)
                if problem:
                    file = frame.f_code.co_filename
                    found.append(f"{gate.name} at {cell_of(file) or file}:{frame.f_lineno}: {problem}")
            return tensor(ans, None, level)
    return Probe


def _placed(args: Sequence[Any], where: Sequence[int], xs: Sequence[Any]) -> list[Any]:
    new = dict(zip(where, xs, strict=True))
    return [new.get(i, x) for i, x in enumerate(args)]


# ---------------------------------------------------------------- vectors of any structure
def _real(tree: Any) -> Any:
    """The tree with plain leaves; booleans and integers, whose differences are steps, as floats."""
    return _map(lambda x: x if isinstance(x, float) or x.dtype.kind in "fc" else x.astype(float),
                _map(lambda x: tidy(np.asarray(constant(strip(x)))), tree))


def _is_fine(*trees: Any) -> bool:
    return all(isinstance(x, float) or x.dtype in (np.float64, np.complex128) for x in flatten(list(trees))[0])


def _map(f: Fun, *trees: Any) -> Any:
    build = flatten(trees[0])[1]
    return build([f(*parts) for parts in zip(*(flatten(t)[0] for t in trees), strict=True)])


def _short(tree: Any) -> Any:
    """Numbers for a message, with the eight digits that NumPy prints of arrays."""
    return _map(lambda x: float(f"{x:.8g}") if isinstance(x, float) else x, tree)


def _random_like(tree: Any, rng: Any) -> Any:
    def draw(x: Any) -> Any:
        v = rng.standard_normal(shape_of(x))
        if is_complex(x):
            v = v + 1j * rng.standard_normal(shape_of(x))
        return float(v) if isinstance(x, float) else np.asarray(v, x.dtype)[()]
    return _map(draw, tree)


def _moved(x: Any, v: Any, step: float) -> Any:
    return _map(lambda a, b: a + step * b, x, v)


def inner(a: Any, b: Any) -> float:
    """The inner product Re(a·b) of two trees of one structure."""
    return float(sum(np.real(np.sum(np.multiply(x, y))) for x, y in zip(flatten(a)[0], flatten(b)[0], strict=True)))


def close(a: Any, b: Any, allowed: Any) -> bool:
    """Whether no number of a is farther from b than allowed."""
    return all(bool(np.all(np.abs(np.subtract(x, y)) <= size))
               for x, y, size in zip(*(flatten(tree)[0] for tree in (a, b, allowed)), strict=True))
