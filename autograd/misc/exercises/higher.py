"""Lesson 11: higher derivatives and Newton's method."""
from typing import Any

import numpy as np

from autograd.misc.exercises.draws import show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Higher derivatives and Newton's method"


def third(rng: Any) -> Exercise:
    """A derivative of third order."""
    a, x = whole(rng, low=2, high=5), whole(rng, low=2, high=4)
    f: Fun = lambda x: a * x * x * x * x + x * x
    return Exercise(
        f"f = {show(a)} · x⁴ + x². What is its third derivative at x = {show(x)}?", f, (x,), lambda d: d(d(d(f)))(x),
        hint="x⁴ becomes 4x³, then 12x², then 24x; x² becomes 2x, then 2, then 0.",
        traps=((12.0 * a * x * x + 2.0, "That is the second derivative."),
               (24.0 * a, "That is the fourth derivative.")))


def _times(k: float) -> str:
    """A term that is added: `+ 5 ·` or `- 5 ·`."""
    return f"{'-' if k < 0 else '+'} {show(abs(k))} ·"


def _pair(rng: Any) -> tuple[tuple[float, float], str, Fun, Fun]:
    """A point, and two outputs of two inputs."""
    x, y, k = whole(rng, 3, high=6)
    first: Fun = lambda x, y: x * x * y
    second: Fun = lambda x, y: x + k * y
    return (x, y), f"f(x, y) = (x² · y, x {_times(k)} y) at x = {show(x)} and y = {show(y)}", first, second


def _matrix(d: Fun, first: Fun, second: Fun, at: tuple[float, float]) -> Any:
    return np.array([[d(f, k)(*at) for k in range(2)] for f in (first, second)])


def matrix(rng: Any) -> Exercise:
    """A Jacobian."""
    (x, y), text, first, second = _pair(rng)
    k = second(0.0, 1.0)
    return Exercise(
        f"{text}: what is the Jacobian? Two rows of two numbers.", lambda x, y: first(x, y) + second(x, y), (x, y),
        lambda d: _matrix(d, first, second, (x, y)),
        hint="A row for each output, a column for each input: ∂(x² · y)/∂x = 2 · x · y.",
        traps=(([[2.0 * x * y, 1.0], [x * x, k]], "Rows and columns are the other way round: a row for each output."),))


def along(rng: Any) -> Exercise:
    """A Jacobian times a vector."""
    (x, y), text, first, second = _pair(rng)
    v = np.array(whole(rng, 2, high=5))
    k = second(0.0, 1.0)
    return Exercise(
        f"{text}: the inputs move along v = {show(v)}. How fast do the two outputs move?",
        lambda x, y: first(x, y) + second(x, y), (x, y), lambda d: _matrix(d, first, second, (x, y)) @ v,
        hint="Multiply the Jacobian by v from the right: each row with v.",
        traps=((v @ np.array([[2.0 * x * y, x * x], [1.0, k]]), "That is v times the Jacobian, the walk back."),))


def curved(rng: Any) -> Exercise:
    """A Hessian."""
    x, y, k = whole(rng, 3, high=6)
    f: Fun = lambda x, y: x * x * y + k * y * y * y
    return Exercise(
        f"f = x² · y {_times(k)} y³ at x = {show(x)} and y = {show(y)}. What is the Hessian? "
        "Two rows of two numbers.",
        f, (x, y), lambda d: np.array([[d(d(f, i), j)(x, y) for j in range(2)] for i in range(2)]),
        hint="First the gradient, [2 · x · y, x² + 3k · y²], then the gradient of each of its two numbers.",
        traps=(([[2.0 * y, 0.0], [0.0, 6.0 * k * y]], "The two numbers beside the diagonal are not 0."),))


def newton(rng: Any) -> Exercise:
    """One step towards a minimum."""
    a, x = abs(whole(rng, high=5)), abs(whole(rng, low=2, high=5))
    f: Fun = lambda x: x * x * x * x - a * x
    return Exercise(
        f"Look for the lowest place of f = x⁴ - {show(a)} · x. Where does one step of Newton's method from "
        f"x = {show(x)} lead?", f, (x,), lambda d: x - d(f)(x) / d(d(f))(x),
        hint="At the lowest place the slope is 0: the step is f′(x) / f″(x).",
        traps=((x - f(x) / (4.0 * x**3 - a), "That step looks for f = 0, not for f′ = 0."),
               (x + (4.0 * x**3 - a) / (12.0 * x * x), "The step goes the other way: minus f′ / f″.")))


def gauss_newton(rng: Any) -> Exercise:
    """The matrix that stands for a Hessian."""
    x, a, b = whole(rng, 3, high=6)
    f: Fun = lambda x: 0.5 * ((x * x - a) * (x * x - a) + b * b * x * x)
    first: Fun = lambda x: x * x - a
    second: Fun = lambda x: b * x
    full = 6.0 * x * x - 2.0 * a + b * b
    return Exercise(
        f"The errors are r = (x² - ({show(a)}), {show(b)} · x), and x = {show(x)}. What does the method of Gauss and "
        "Newton take in place of the second derivative of ½ · (r₁² + r₂²)? One number.",
        f, (x,), lambda d: d(first)(x) * d(first)(x) + d(second)(x) * d(second)(x),
        hint="It is JᵀJ: the sum of the squares of ∂r₁/∂x and ∂r₂/∂x.",
        traps=((full, "That is the second derivative itself. Leave out what r₁ · ∂²r₁/∂x² adds."),
               (2.0 * x + b, "That is the sum of the derivatives; each has to be squared.")))


def implicit(rng: Any) -> Exercise:
    """The slope of a solution."""
    x, k = float(rng.integers(1, 5)), abs(whole(rng))
    f: Fun = lambda x, a: x * x * x + k * x - a
    a = f(x, 0.0)
    return Exercise(
        f"x solves x³ + {show(k)} · x = a. For a = {show(a)} the solution is x = {show(x)}. What is dx/da there?",
        f, (x, a), lambda d: -d(f, 1)(x, a) / d(f)(x, a),
        hint="Differentiate both sides by a: (3x² + k) · dx/da = 1.",
        traps=((3.0 * x * x + k, "That is da/dx, how much a moves with x."),))


EXERCISES = (third, matrix, along, curved, newton, gauss_newton, implicit)
