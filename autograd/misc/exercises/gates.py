"""Lesson 1: gates and the chain rule by hand."""
from typing import Any

from autograd.gates.elementwise import sigmoid
from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Gates and the chain rule"


def product(rng: Any) -> Exercise:
    """The local derivative of one multiply gate."""
    x, y = whole(rng, 2)
    f = lambda x, y: x * y
    return Exercise(
        f"z = x · y with x = {show(x)} and y = {show(y)}. What is ∂z/∂x?", f, (x, y), lambda d: d(f)(x, y),
        hint="If x moves by a little, z moves y times as much.",
        traps=((x, "That is ∂z/∂y."), (x * y, "That is the value of z.")))


def twice(rng: Any) -> Exercise:
    """A number that is used twice."""
    x, y = whole(rng, 2)
    f = lambda x, y: x * y + x
    return Exercise(
        f"z = x · y + x with x = {show(x)} and y = {show(y)}. What is ∂z/∂x?", f, (x, y), lambda d: d(f)(x, y),
        hint="x is used twice: add the two shares.",
        traps=((y, "That is the share of the multiply gate. The add gate has one too."),
               (1.0, "That is the share of the add gate. The multiply gate has one too.")))


def chain(rng: Any) -> Exercise:
    """Two gates in a row."""
    x, y, w = whole(rng, 3)
    f = lambda x, y, w: (x + y) * (x + y) * w
    return Exercise(
        f"s = x + y and z = s · s · w with x = {show(x)}, y = {show(y)}, w = {show(w)}. What is ∂z/∂x?",
        f, (x, y, w), lambda d: d(f)(x, y, w),
        hint="∂z/∂s = 2 · s · w, and s moves as much as x does.",
        traps=(((x + y) * w, "s is used twice, so it gets two shares."),))


def neuron(rng: Any) -> Exercise:
    """The weight of a sigmoid neuron."""
    w, x, b = halves(rng), whole(rng, low=2, high=3), halves(rng)
    f: Fun = lambda w, x, b: sigmoid(w * x + b)
    p = f(w, x, b)
    return Exercise(
        f"p = σ(w · x + b) with w = {show(w)}, x = {show(x)}, b = {show(b)}, which gives p = {p:.6f}. What is ∂p/∂w?",
        f, (w, x, b), lambda d: d(f)(w, x, b),
        hint="∂p/∂w = p · (1 - p) · x.",
        traps=((p * (1.0 - p), "That is ∂p/∂b. The weight is multiplied by x."),
               (p * x, "The slope of σ is p · (1 - p), not p.")))


def still(rng: Any) -> Exercise:
    """Where a slope is zero."""
    a, b = (abs(number) for number in whole(rng, 2))
    f = lambda x: a * x * x - 2.0 * a * b * x
    return Exercise(
        f"z = {show(a)} · x · x - {show(2.0 * a * b)} · x. At which x is dz/dx = 0?", f, (b + 1.0,),
        lambda d: -d(f)(0.0) / d(d(f))(0.0),
        hint="Write dz/dx with one share for each use of x, and solve for x.",
        traps=((2.0 * b, "There z is 0, not its slope."),))


EXERCISES = (product, twice, chain, neuron, still)
