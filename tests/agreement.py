"""Do two numbers agree, and what is a derivative? Differences in extended precision, without a line of the engine."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import make_jvp, make_vjp

EPS = float(np.finfo(np.longdouble).eps)
TOLERANCE = {1: 1e4 * EPS**0.8 + 1e-13, 2: 1e4 * EPS**(2 / 3) + 1e-13}      # stencil error, times a wide margin


def same(a: Any, b: Any, what: Any) -> None:
    """Equal to the last bit; Python's `math` on floats may differ from NumPy in the last digits."""
    assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, expected {np.shape(b)}"
    if np.shape(b):
        np.testing.assert_array_equal(a, b, err_msg=str(what))
    else:
        few_last_digits(a, b, what)


def few_last_digits(a: Any, b: Any, what: Any) -> None:
    assert as_numpy(a, b), f"{what} gave {a}, expected {b}"


def as_numpy(a: Any, b: Any) -> bool:
    """Whether the numbers agree to 4 units in the last place; the sign of a zero and nan count."""
    if np.iscomplexobj(b):
        return as_numpy(np.real(a), np.real(b)) and as_numpy(np.imag(a), np.imag(b))
    a, b = np.float64(a), np.float64(b)
    if np.isfinite(a) and np.isfinite(b):
        return bool(abs(a - b) <= 4 * np.spacing(abs(b)) and (a != 0.0 or np.signbit(a) == np.signbit(b)))
    return bool(a == b or (np.isnan(a) and np.isnan(b)))


def close(a: Any, b: Any, what: Any, order: int = 0) -> None:
    """Equal up to rounding (order 0), or up to the error of differences of that order."""
    assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, expected {np.shape(b)}"
    tolerance = TOLERANCE.get(order, 1e-14)
    size = float(np.max(np.abs(b), initial=0.0)) if np.size(b) else 0.0
    dtype = complex if np.iscomplexobj(b) else float
    np.testing.assert_allclose(np.asarray(a, dtype), np.asarray(b, dtype), rtol=tolerance,
                               atol=tolerance * (1.0 + size),
                               err_msg=str(what))


def extended(xs: Sequence[Any]) -> list[Any]:
    return [np.asarray(x, _long(x))[()] for x in xs]


def _long(x: Any) -> Any:
    """The widest dtype that NumPy has for such numbers."""
    return np.clongdouble if np.iscomplexobj(x) else np.longdouble


def difference(f: Callable[[Sequence[Any]], Any], xs: Sequence[Any], vs: Sequence[Any], order: int = 1) -> Any:
    """The derivative of f at xs along vs, by the five-point stencil in extended precision."""
    step = EPS ** (1 / (4 + order))

    def at(k: int) -> Any:
        ans = f([x + k * step * v for x, v in zip(extended(xs), extended(vs), strict=True)])
        return np.asarray(ans, _long(ans))
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)


def slope(f: Callable[..., Any], xs: Sequence[Any], vs: Sequence[Any], step: float = 2e-3) -> Any:
    """The derivative of f at xs along vs by a seven-point stencil, for functions that know double precision alone."""
    at = [f(*(x + k * step * v for x, v in zip(xs, vs, strict=True))) for k in range(-3, 4)]
    return (45.0 * (at[4] - at[2]) - 9.0 * (at[5] - at[1]) + at[6] - at[0]) / (60.0 * step)


def inner(a: Any, b: Any) -> float:
    """The inner product Re(a·b) of two values, or of two lists of values."""
    if isinstance(a, list | tuple):
        return sum(inner(x, y) for x, y in zip(a, b, strict=True))
    return float(np.real(np.sum(np.multiply(a, b, dtype=_long(np.result_type(a, b).type(0))))))


def same_space(a: Sequence[Any], xs: Sequence[Any], what: Any) -> None:
    """Every gradient has its input's shape and type."""
    for x, part in zip(xs, a, strict=True):
        assert np.shape(part) == np.shape(x), f"{what}: a gradient of shape {np.shape(part)} for {np.shape(x)}"
        assert type(part) is type(x), f"{what}: gradient {type(part)} for an input {type(x)}"


def first_order(f: Callable[..., Any], reference: Callable[..., Any], xs: Any, vs: Any, g: Any, what: Any) -> None:
    """Forward and reverse mode against differences, for each input alone and for all together."""
    value, pushed = make_jvp(f)(xs)(tuple(vs))
    expected = difference(reference, xs, vs)
    close(pushed, expected, f"forward mode of {what}", 1)
    pull, again = make_vjp(f)(xs)
    same(again, value, f"value of {what} in reverse and forward mode")
    back = pull(g)
    same_space(back, xs, what)
    for i in range(len(xs)):
        alone = [v if k == i else np.zeros(np.shape(v))[()] for k, v in enumerate(vs)]
        expected = difference(reference, xs, alone)
        close(inner(back[i], vs[i]), inner(g, expected), f"reverse mode of {what}, input {i}", 1)
        one = make_jvp(lambda x, i=i: f([*xs[:i], x, *xs[i + 1:]]))(xs[i])(vs[i])[1]
        close(one, expected, f"forward mode of {what}, input {i} alone", 1)


def second_order(f: Callable[..., Any], reference: Callable[..., Any], xs: Any, vs: Any, ws: Any, g: Any,
                 what: Any) -> None:
    """g·∂²f[v, w] four ways: forward and reverse over forward and reverse."""
    twice = difference(lambda ys: difference(reference, ys, vs, 2), xs, ws, 2)
    expected = inner(g, twice)
    forward, reverse = (lambda ys: make_jvp(f)(ys)(tuple(vs))[1]), (lambda ys: make_vjp(f)(ys)[0](g))
    found = {"forward over forward": inner(g, make_jvp(forward)(xs)(tuple(ws))[1]),
             "forward over reverse": inner(make_jvp(reverse)(xs)(tuple(ws))[1], vs),
             "reverse over forward": inner(make_vjp(forward)(xs)[0](g), ws),
             "reverse over reverse": inner(make_vjp(reverse)(xs)[0](tuple(vs)), ws)}
    for mode, number in found.items():
        np.testing.assert_allclose(number, expected, rtol=TOLERANCE[2], err_msg=f"{mode} of {what}",
                                   atol=TOLERANCE[2] * (1.0 + inner(np.abs(g), np.abs(twice))))
