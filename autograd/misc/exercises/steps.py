"""Lesson 5: how long a step of gradient descent should be."""
from typing import Any

import numpy as np

from autograd.gates.elementwise import sigmoid
from autograd.misc.exercises.draws import show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Step sizes"


def added(b: float) -> str:
    """A number with its sign as the next term of a sum.

    >>> added(-2.0)
    '- 2'
    """
    return f"{'+' if b > 0.0 else '-'} {show(abs(b))}"


def one_step(rng: Any) -> Exercise:
    """One step on a parabola that is not centred."""
    a, w = abs(whole(rng, high=5)), whole(rng)
    b, alpha = whole(rng), float(rng.choice([0.01, 0.1, 0.2]))
    f = lambda w: a * w * w + b * w
    slope = 2.0 * a * w + b
    return Exercise(
        f"f(w) = {show(a)} · w · w {added(b)} · w. Where is w = {show(w)} after one step of descent with "
        f"α = {show(alpha)}?",
        f, (w,), lambda d: w - alpha * d(f)(w),
        hint="The step is w - α · df/dw.",
        traps=((w + alpha * slope, "That goes uphill: the slope is subtracted."), (slope, "That is the slope."),
               (w - slope, "The slope is multiplied by α.")))


def largest(rng: Any) -> Exercise:
    """The step size from which on a descent no longer arrives."""
    a, b = abs(whole(rng, high=20)), whole(rng)
    f = lambda w: a * w * w + b * w
    return Exercise(
        f"f(w) = {show(a)} · w · w {added(b)} · w. Below which step size α does descent arrive at the bottom from "
        "everywhere?",
        f, (1.0,), lambda d: 2.0 / d(d(f))(1.0),
        hint="It is 2/λ, where λ is the second derivative of f.",
        traps=((2.0 / a, "λ is the second derivative of f. That of w · w is 2, not 1."),
               (0.5 / a, "That one arrives in a single step. Twice as much is still not too much.")))


def three_steps(rng: Any) -> Exercise:
    """Each step multiplies the distance by the same number."""
    curvature, w = abs(whole(rng, high=5)), whole(rng)
    alpha = float(rng.choice([0.1, 0.2, 0.5]))
    f = lambda w: 0.5 * curvature * w * w

    def after_three(d: Fun) -> Any:
        end = w
        for _ in range(3):
            end = end - alpha * d(f)(end)
        return end

    return Exercise(
        f"f(w) = ½ · {show(curvature)} · w · w. Where is w = {show(w)} after three steps with α = {show(alpha)}?",
        f, (w,), after_three,
        hint="Every step multiplies w by 1 - α · λ.",
        traps=((w - 3.0 * alpha * curvature * w, "The slope is another one after each step."),
               (w * (1.0 - alpha * curvature), "That is one step.")))


def valley(rng: Any) -> Exercise:
    """The steepest direction sets the limit for all."""
    a, b = (abs(number) for number in whole(rng, 2, high=50))
    f = lambda v: 0.5 * (a * v[0] * v[0] + b * v[1] * v[1])
    at = np.array([1.0, 1.0])
    return Exercise(
        f"f(x, y) = ½ · ({show(a)} · x · x + {show(b)} · y · y). Below which α does descent arrive at the bottom from "
        "everywhere?",
        f, (at,), lambda d: 2.0 / max(d(lambda v, k=k: d(f)(v)[k])(at)[k] for k in range(2)),
        hint="Each direction has a limit of its own, and both must be kept.",
        traps=((2.0 / min(a, b), "With that one the steeper direction runs away."),
               (1.0 / max(a, b), "With that one the steeper direction arrives at once. Twice as much is the limit.")))


def behaviour(rng: Any) -> Exercise:
    """What a step size does, in a word."""
    curvature = float(rng.choice([2, 4, 5, 8, 10, 20]))
    share = float(rng.choice([0.25, 0.5, 0.8, 1.2, 1.5, 1.8, 2.2, 3.0]))
    f = lambda w: 0.5 * curvature * w * w

    def word(d: Fun) -> str:
        factor = 1.0 - share / curvature * d(d(f))(1.0)
        return "slides" if factor > 0.0 else "zigzags" if factor > -1.0 else "escapes"

    return Exercise(
        f"f(w) = ½ · {show(curvature)} · w · w and α = {show(share / curvature)}. Does w come nearer to 0 on one "
        "side (write `slides`), nearer while it changes sides (`zigzags`), or does it go away (`escapes`)?",
        f, (1.0,), word, hint="Look at the sign and at the size of 1 - α · λ.")


def saturated(rng: Any) -> Exercise:
    """What a step that was too long leaves of a slope."""
    z = float(rng.choice([1.5, 2.0, 2.5, 3.0, 3.5, 4.0]))
    f: Fun = lambda z: 0.5 * sigmoid(z) * sigmoid(z)
    p = float(sigmoid(z))
    return Exercise(
        f"A neuron gives p = σ(z) with z = {show(z)}, and the target is 0. What is the slope dE/dz of E = ½ · p · p?",
        f, (z,), lambda d: d(f)(z),
        hint="The chain rule gives p · p · (1 - p), with p = 1 / (1 + exp(-z)).",
        traps=((p, "That is dE/dp. The slope of the sigmoid is missing."),
               (p * (1.0 - p), "That is dp/dz. The slope of E is missing.")))


EXERCISES = (one_step, largest, three_steps, valley, behaviour, saturated)
