"""Lesson 3: one sigmoid layer, its gradient, its border, and what it learns from."""
from typing import Any

import numpy as np

from autograd.gates.elementwise import sigmoid, softplus
from autograd.misc.exercises.draws import halves, plus, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "One sigmoid layer"


def delta(rng: Any) -> Exercise:
    """What goes back through the loss and the sigmoid of one neuron."""
    z, y = halves(rng), float(rng.integers(2))
    f: Fun = lambda z: 0.5 * (sigmoid(z) - y) ** 2.0
    p = sigmoid(z)
    return Exercise(
        f"A neuron gives p = σ(z) = {p:.4f}, and y = {show(y)} is right. For L = ½ (p - y)², what is ∂L/∂z?",
        f, (z,), lambda d: d(f)(z),
        hint="Two factors: one from the square, one from the sigmoid, which knows its output p.",
        traps=((p - y, "That is ∂L/∂p. The slope of the sigmoid is missing."),
               (p * (1.0 - p), "That is the slope of the sigmoid. The error p - y is missing.")))


def shares(rng: Any) -> Exercise:
    """The gradient of the weights from the rows and what came back to them."""
    X, deltas = rng.integers(-3, 4, (3, 2)).astype(float), np.array(whole(rng, 3, low=1, high=4))
    f = lambda w: (deltas * (X @ w)).sum()
    return Exercise(
        f"The rows are X = {show(X)}, and δ = {show(deltas)} has come back to z = X w, one number for each row. "
        "What is ∂L/∂w? It has two numbers.", f, (np.ones(2),), lambda d: d(f)(np.ones(2)),
        hint="For the first weight: the first number of each row times the δ of that row, summed over the rows.",
        traps=((X.sum(axis=0), "Each row counts with its δ."),
               (np.abs(deltas) @ X, "Mind the signs of δ.")))


def step(rng: Any) -> Exercise:
    """One step of two weights; this neuron has no sigmoid."""
    w, x = np.array(whole(rng, 2, high=5)), np.array(whole(rng, 2, low=1, high=3))
    y = float(w @ x) + float(rng.choice([-2, -1, 1, 2]))
    f = lambda w: ((w * x).sum() - y) ** 2.0
    gradient = 2.0 * (w @ x - y) * x
    return Exercise(
        f"A neuron without a sigmoid gives p = w₁ x₁ + w₂ x₂ with w = {show(w)} and x = {show(x)}, and y = {show(y)} "
        "is right. Which w does it have after one step on L = (p - y)² with learning rate 0.1?",
        f, (w,), lambda d: w - 0.1 * d(f)(w),
        hint="The gradient is 2 (p - y) x. Subtract a tenth of it.",
        traps=((w + 0.1 * gradient, "That step goes uphill."), (w - gradient, "Take a tenth of the gradient."),
               (gradient, "That is the gradient. Now the step.")))


def entropy(rng: Any) -> Exercise:
    """The gradient of the cross-entropy of three rows."""
    z, y = halves(rng, 3), rng.permutation([0.0, 1.0, float(rng.integers(2))])
    f: Fun = lambda z: (softplus(z) - y * z).sum()
    p = sigmoid(z)
    return Exercise(
        f"A layer gives p = σ(z) = {show(p.round(4))} for three rows, and y = {show(y)} is right. For the "
        "cross-entropy, summed over the rows, what is ∂L/∂z? It has three numbers.", f, (z,), lambda d: d(f)(z),
        hint="The slope of the sigmoid cancels.",
        traps=(((p - y) * p * (1.0 - p), "That is the gradient of the squares. Here the slope of the sigmoid cancels."),
               (p, "Where y is 1, the 1 is subtracted.")))


def border(rng: Any) -> Exercise:
    """A point of the straight line on which a layer is undecided."""
    w1, x1, b = whole(rng, 3, high=6)
    w2 = float(rng.choice([-2.0, 2.0, -4.0, 4.0]))
    f: Fun = lambda x2: w1 * x1 + w2 * x2 + b
    return Exercise(
        f"p = σ(w₁ x₁ + w₂ x₂ + b) with w₁ = {show(w1)}, w₂ = {show(w2)}, b = {show(b)}. For x₁ = {show(x1)}, at "
        "which x₂ is p = ½?", f, (0.0,), lambda d: -f(0.0) / d(f)(0.0),
        hint="σ(z) is ½ where z is 0.",
        traps=((-f(0.0), "Divide by w₂."), ((0.5 - f(0.0)) / w2, "There z is ½, not p.")))


def steepness(rng: Any) -> Exercise:
    """The slope of a neuron, as a function of its input."""
    w, b = halves(rng), halves(rng)
    f: Fun = lambda x: sigmoid(w * x + b)
    return Exercise(
        f"Write dp/dx as a function of x for p = σ({show(w)} · x {plus(b)}), with `np.exp` or "
        "`nn.functional.sigmoid`, but without `grad`.", f, (0.5,), lambda d: d(f),
        tries=((0.5,), (-1.0,), (2.0,)),
        hint="Inside the function compute p first. The slope is p · (1 - p), times the weight.")


EXERCISES = (delta, shares, step, entropy, border, steepness)
