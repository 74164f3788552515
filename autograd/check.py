"""Floor 3: `check_grads`, derivatives against differences of the function itself."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError, caller, here
from autograd.gate import Gate
from autograd.graph import Level, recording, strip, tensor
from autograd.space import constant, flatten, is_complex, shape_of
from autograd.transforms import jvp, vjp

Fun = Callable[..., Any]
FINE, COARSE = (1e-3, 1e-7), (3e-2, 3e-4)          # step and tolerance for float64, and for anything coarser


class GradientError(AutogradError, AssertionError):
    """A derivative that does not agree with differences of the function."""


def check_grads(f: Fun, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> Fun:
    """A function that checks the derivatives of f at its arguments, and raises GradientError where they are wrong.

    Along random directions v, forward mode must give (f(x + h·v) - f(x - h·v)) / 2h, extrapolated to h⁴ (five-point
    stencil, Abramowitz and Stegun 25.3.6), and reverse mode the same number by the other way round; then the same for
    the derivatives themselves, up to `order`. The error names the first gate whose own derivatives disagree.

    >>> check_grads(lambda x: np.sin(x) * x)(1.5)
    """
    def check(*args: Any) -> None:
        rng = np.random.default_rng(0)
        problem = disagreement(lambda x: f(*x), args, tuple(modes), order, rng)
        if problem:
            raise GradientError(f"{problem}{blame(f, args)}{here()}")
    return check


def disagreement(f: Fun, x: Any, modes: Sequence[str], order: int, rng: Any, done: int = 1) -> str:
    """What is wrong with the derivatives of f at x, or nothing; f may itself be a derivative, `done` counts."""
    x, y = _real(x), _real(f(x))
    v, g = _random_like(x, rng), _random_like(y, rng)
    step, tolerance = FINE if all(_is_fine(part) for part in flatten([x, y])[0]) else COARSE
    expected = difference(f, x, v, step)
    size = tolerance * (1.0 + max((float(np.max(np.abs(d))) for d in flatten(expected)[0] if np.size(d)), default=0.0))
    if "fwd" in modes and not close(jvp(f, x, v)[1], expected, size):
        return f"forward mode gives {jvp(f, x, v)[1]}, differences give {expected}."
    if "rev" in modes:
        back, forth = inner(vjp(f, x)[0](g), v), inner(g, expected)
        if not abs(back - forth) <= size * (1.0 + inner(_map(np.abs, g), _map(np.ones_like, g))):
            return f"reverse mode gives {back}, differences give {forth}."
    if done == order:
        return ""
    higher = {"fwd": lambda xv: jvp(f, *xv)[1], "rev": lambda xg: vjp(f, xg[0])[0](xg[1])}
    found = (disagreement(higher[mode], (x, v if mode == "fwd" else g), modes, order, rng, done + 1) for mode in modes)
    problem = next(filter(None, found), "")
    return problem if not problem or problem.startswith("order") else f"order {done + 1}: {problem}"


def difference(f: Fun, x: Any, v: Any, step: float) -> Any:
    """The derivative of f at x along v by the five-point stencil."""
    def at(steps: float) -> list[Any]:
        return flatten(_real(f(_moved(x, v, steps * step))))[0]
    build = flatten(_real(f(x)))[1]
    return build([(8.0 * (b - a) - (d - c)) / (12.0 * step)
                  for a, b, c, d in zip(at(-1.0), at(1.0), at(-2.0), at(2.0), strict=True)])


def blame(f: Fun, args: Any) -> str:
    """The first gate in f whose own derivatives are wrong, and its line."""
    found: list[str] = []
    with recording(_probe(found)) as level:
        leaves, build = flatten(args)
        f(*build([tensor(v, None, level) for v in leaves]))
    return f"\n  the gate {found[0]}" if found else ""


def _probe(found: list[str]) -> type:
    """A kind of level that checks every gate by itself as it is applied."""
    class Probe:
        skip = 0

        @staticmethod
        def record(level: Level, gate: Gate, args: Sequence[Any], params: dict[str, Any], _: Sequence[Any]) -> Any:
            ans = gate.apply(args, params)
            if gate.pulls:
                frame = caller(3)
                moving = [i for i, x in enumerate(args) if isinstance(x, float) or np.asarray(x).dtype.kind in "fc"]
                problem = disagreement(lambda xs: gate.apply(_placed(args, moving, xs), params),
                                       [args[i] for i in moving], ("fwd", "rev"), 1, np.random.default_rng(0))
                if problem:
                    found.append(f"{gate.name} at {frame.f_code.co_filename}:{frame.f_lineno}: {problem}")
            return tensor(ans, None, level)
    return Probe


def _placed(args: Sequence[Any], where: Sequence[int], xs: Sequence[Any]) -> list[Any]:
    new = dict(zip(where, xs, strict=True))
    return [new.get(i, x) for i, x in enumerate(args)]


# ---------------------------------------------------------------- vectors of any structure
def _real(tree: Any) -> Any:
    """The tree with plain leaves; booleans and integers, whose differences are steps, as floats."""
    return _map(lambda x: x if isinstance(x, float) or x.dtype.kind in "fc" else x.astype(float),
                _map(lambda x: constant(strip(x)), tree))


def _is_fine(x: Any) -> bool:
    return isinstance(x, float) or x.dtype in (np.float64, np.complex128)


def _map(f: Fun, *trees: Any) -> Any:
    build = flatten(trees[0])[1]
    return build([f(*parts) for parts in zip(*(flatten(t)[0] for t in trees), strict=True)])


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


def close(a: Any, b: Any, size: float) -> bool:
    """Whether no two leaves differ by more than `size`."""
    return all(bool(np.all(np.abs(np.subtract(x, y)) <= size))
               for x, y in zip(flatten(a)[0], flatten(b)[0], strict=True))
