"""Lesson 12: write your own gate."""
from typing import Any

import numpy as np

from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Write your own gate"


def rule(rng: Any) -> Exercise:
    """The rule of a polynomial, as a function."""
    a, b = whole(rng, 2)
    f: Fun = lambda x: a * x * x * x + b * x
    g, x = whole(rng, 2, high=4)
    return Exercise(
        f"A gate computes ans = {show(a)} · x³ + ({show(b)}) · x. Write its rule, a function of g and x.", f, (x,),
        lambda d: lambda g, x: g * d(f)(x),
        hint=f"The derivative is {show(3.0 * a)} · x² + ({show(b)}), and g is a factor.",
        tries=((g, x), (1.5, -0.5)))


def hands_on(rng: Any) -> Exercise:
    """What a gate with two inputs hands on."""
    x, y, g = whole(rng, 3)
    f = lambda x, y: x * x * y
    return Exercise(
        f"A gate computes ans = x² · y. At x = {show(x)} and y = {show(y)} the gradient g = {show(g)} arrives. "
        "What does it hand on to x?", f, (x, y), lambda d: g * d(f)(x, y),
        hint="∂ans/∂x = 2 · x · y, times g.",
        traps=((2.0 * x * y, "That is ∂ans/∂x. It is multiplied by what arrives."),
               (g * x * x, "That is handed on to y.")))


def transposed(rng: Any) -> Exercise:
    """What a linear gate gives back."""
    A, x, g = halves(rng, 2, 3), halves(rng, 3), np.array(whole(rng, 2, high=5))
    f: Fun = lambda x: np.dot(A, x)
    return Exercise(
        f"A linear gate computes A x with A = {show(A)}. The gradient g = {show(g)} arrives. "
        "What does its rule give, a list of three numbers?", f, (x,), lambda d: d(lambda x: np.sum(g * f(x)))(x),
        hint="The rule is the transpose: the k-th number is column k of A, times g number by number, added up.",
        traps=((np.sum(A, 0), "That is the answer where both numbers of g are 1."),))


def searched(rng: Any) -> Exercise:
    """The derivative of a root that a loop has found."""
    root, c = (abs(number) for number in whole(rng, 2, low=1, high=4))
    F: Fun = lambda x: x * x * x + c * x
    a = F(root)
    return Exercise(
        f"A gate finds the x with x³ + {show(c)} · x = a by a search. At a = {show(a)} it finds x = {show(root)}. "
        "What is ∂x/∂a there?", F, (root,), lambda d: 1.0 / d(F)(root),
        hint="Let both sides move: (3 · x² + c) · ∂x/∂a = 1.",
        traps=((3.0 * root * root + c, "That is ∂a/∂x. The other way round is asked for."),
               (1.0 / (3.0 * a * a + c), "The derivative is taken at x, the answer of the gate, not at a.")))


def missing(rng: Any) -> Exercise:
    """What a wrong rule is too small by."""
    n, x = int(rng.integers(3, 8)), abs(whole(rng, low=2, high=3))
    f = lambda x: x**n
    return Exercise(
        f"A gate computes ans = x^{n}, and its rule is `lambda g, x: g * x**{n - 1}`. At x = {show(x)} forward mode "
        f"gives {show(x**(n - 1))} for a tangent of 1. What do the differences of `check_grads` give?", f, (x,),
        lambda d: d(f)(x),
        hint=f"Differences give the true derivative of x^{n}.",
        traps=((x**n, "That is the value of the gate."),
               ((n - 1.0) * x**(n - 1), f"The exponent comes down as it was before: {n}.")))


def second(rng: Any) -> Exercise:
    """The second derivative through a rule of gates, and through one that leaves the graph."""
    a, x = whole(rng, 2, high=5)
    f = lambda x: a * x * x * x
    return Exercise(
        f"A gate computes ans = {show(a)} · x³ with the rule `lambda g, x: g * ({show(3.0 * a)} * x * x)`. "
        f"What is `grad(grad(gate))({show(x)})`?", f, (x,), lambda d: d(d(f))(x),
        hint="The rule itself is differentiated: 3 · a · x² has the derivative 6 · a · x.",
        traps=((0.0, "That would come out if the rule read `x.data`: then it does not depend on x."),
               (3.0 * a * x * x, "That is the first derivative.")))


EXERCISES = (rule, hands_on, transposed, searched, missing, second)
