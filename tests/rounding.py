"""Checks of the machine about how numbers are held: in which precision, and how they lie in memory."""
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, make_jvp, make_vjp
from autograd.graph import GATES
from tests.agreement import close
from tests.cases import Case
from tests.examples import Example, examples, variants

Point = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...], Any]       # inputs, two lists of tangents, a cotangent
SINGLE, DOUBLE = {"f": np.float32, "c": np.complex64}, {"f": np.float64, "c": np.complex128}
EPS = float(np.finfo(np.float32).eps)
ROUNDINGS = 8.0                        # how many last digits a computation of a few steps may lose
NUDGES = 3                             # how often the inputs are moved by a last digit, to see what that does


def differentiable(name: str, case: Case) -> list[Example]:
    """All examples with inputs that move and a result that does."""
    return [e for other in variants(name, case) for e in examples(name, other)
            if e.xs and np.asarray(e.value).dtype.kind in "fc"]


# ---------------------------------------------------------------- precision
def check_precision(name: str, case: Case) -> None:
    """In single precision the value and its derivatives to second order are those of double, but for rounding.

    A stable computation gives the right answer to inputs that are a few last digits off, to a few last digits (Higham
    2002, "Accuracy and Stability of Numerical Algorithms", section 1.5). So the error may be `ROUNDINGS` times the sum
    of what a last digit of the inputs can do, which is tried, and a last digit of the result, or of 1 if it is less.
    """
    for e in differentiable(name, case):
        point = at(lambda x: cast(x, SINGLE), (e.xs, tuple(e.vs), tuple(e.ws), e.g))
        if takes(e.reference, point[0]):
            fine = at(lambda x: cast(x, DOUBLE), point)
            exact, found = list(numbers(e, fine)), list(numbers(e, point))
            near = [list(numbers(e, nudged(fine, seed))) for seed in range(NUDGES)]
            for (what, number), (_, right), *others in zip(found, exact, *near, strict=True):
                reach, size = max(distance(other, right) for _, other in others), distance(right, 0.0)
                error, allowed = distance(number, right), ROUNDINGS * (reach + EPS * (1.0 + size))
                assert error <= allowed, f"{what} of {e} in single precision is off by {error}, allowed {allowed}"
            dtypes_are_right(e, point, found)


def takes(f: Callable[[Any], Any], xs: Any) -> bool:
    """Whether NumPy has f for numbers of this dtype."""
    try:
        f(xs)
    except TypeError:
        return False
    return True


def at(change: Callable[[Any], Any], point: Point) -> Point:
    *lists, g = point
    return *(tuple(map(change, xs)) for xs in lists), change(g)  # type: ignore[return-value]


def cast(x: Any, dtypes: dict[str, Any]) -> Any:
    return np.asarray(x, dtypes[np.asarray(x).dtype.kind])[()]


def nudged(point: Point, seed: int) -> Point:
    """Every number a last digit of single precision up or down."""
    rng = np.random.default_rng(seed)

    def nudge(x: Any) -> Any:
        up = rng.choice([1.0, -1.0, 1j, -1j] if np.iscomplexobj(x) else [1.0, -1.0], np.shape(x))
        return (x * (1.0 + EPS * up))[()]
    return at(nudge, point)


def numbers(e: Example, point: Point) -> Iterator[tuple[str, Any]]:
    """The value, and the derivatives of first and second order in all modes."""
    xs, vs, ws, g = point

    def back(ys: Any) -> Any:
        return make_vjp(e.gate)(ys)[0](g)

    def forth(ys: Any) -> Any:
        return make_jvp(e.gate)(ys)(vs)[1]

    yield "value", e.gate(xs)
    if GATES[e.name].pulls:
        yield "forward mode", forth(xs)
        yield "forward over forward", make_jvp(forth)(xs)(ws)[1]
        for what, parts in {"reverse mode": back(xs), "forward over reverse": make_jvp(back)(xs)(ws)[1],
                            "reverse over forward": make_vjp(forth)(xs)[0](g),
                            "reverse over reverse": make_vjp(back)(xs)[0](vs)}.items():
            yield from ((f"{what}, input {i}", part) for i, part in enumerate(parts))


def distance(a: Any, b: Any) -> float:
    return float(np.max(np.abs(np.asarray(a, np.clongdouble) - b), initial=0.0))


def dtypes_are_right(e: Example, point: Point, found: Sequence[tuple[str, Any]]) -> None:
    """That of the reference forward, those of the inputs back."""
    outer, inner = np.asarray(e.reference(point[0])).dtype, itertools.cycle(np.asarray(x).dtype for x in point[0])
    for what, number in found:
        expected = next(inner) if "input" in what else outer
        assert np.asarray(number).dtype == expected, f"{what} of {e} is {np.asarray(number).dtype}, not {expected}"


# ---------------------------------------------------------------- memory
def gaps(x: Any) -> Any:
    """Every second number of a larger array, along every axis."""
    ans = np.full([2 * n for n in x.shape], 7, x.dtype)[(slice(None, None, 2),) * x.ndim]
    ans[...] = x
    return ans


def backwards(x: Any) -> Any:
    """An array of negative strides."""
    turned = (slice(None, None, -1),) * x.ndim
    return x[turned].copy()[turned]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "C": np.copy, "Fortran": lambda x: np.copy(x, "F"), "gaps": gaps, "backwards": backwards}


def check_layouts(name: str, case: Case) -> None:
    """However the inputs lie in memory, values and gradients are the same; nobody writes into the inputs, and gradients
    have memory of their own."""
    for e in differentiable(name, case):
        point = (e.xs, tuple(e.vs), tuple(e.ws), e.g)
        expected = first_derivatives(e, point)
        for layout, lay in LAYOUTS.items():
            laid = at(lambda x, lay=lay: lay(x) if np.ndim(x) else x, point)
            before = at(np.copy, laid)
            for number, right in zip(first_derivatives(e, laid), expected, strict=True):
                close(number, right, f"{e}, inputs in {layout} order")
            unchanged(laid, before, f"{e}, inputs in {layout} order")


def first_derivatives(e: Example, point: Point) -> list[Any]:
    xs, vs, _, g = point
    leaves = [Tensor(x) for x in xs]
    recorded = e.gate(leaves)
    back = make_vjp(e.gate)(xs)[0](g)
    for part in back:
        assert not any(np.may_share_memory(part, x) for x in (*xs, g)), f"{e}: a gradient in foreign memory"
    return [e.gate(xs), recorded.data if isinstance(recorded, Tensor) else recorded, *back, make_jvp(e.gate)(xs)(vs)[1]]


def unchanged(point: Point, before: Point, what: str) -> None:
    for now, then in zip([*point[0], *point[1], point[3]], [*before[0], *before[1], before[3]], strict=True):
        assert np.array_equal(now, then), f"{what}: an input was written to"
        assert not np.ndim(now) or now.flags.writeable, f"{what}: an input is locked for good"
