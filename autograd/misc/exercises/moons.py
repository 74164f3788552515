"""Lesson 6: multiply gate, add gate, tanh layer and softmax output, forward and back."""
from typing import Any

import numpy as np

from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Two moons"


def multiply(rng: Any) -> Exercise:
    """What the multiply gate hands to its weights."""
    X = np.reshape(whole(rng, 4, low=1), (2, 2))
    W, G = halves(rng, 2, 1), np.reshape(whole(rng, 2, low=1, high=5), (2, 1))
    f = lambda W: (G * (X @ W)).sum()
    return Exercise(
        f"A multiply gate computes Z = X · W from two rows X = {show(X)} and W = {show(W)}. Back comes "
        f"dE/dZ = {show(G)}. What is dE/dW, as an array of shape (2, 1)?",
        f, (W,), lambda d: d(f)(W),
        hint="dE/dW = Xᵀ · dE/dZ: each weight adds up over the rows.",
        traps=((X @ G, "X is turned over: Xᵀ, one row for each weight."),
               (G, "The weights get what comes back times the inputs.")))


def add(rng: Any) -> Exercise:
    """A bias is used in every row."""
    G, b = np.reshape(whole(rng, 6, low=1), (3, 2)), halves(rng, 2)
    f = lambda b: (G * (np.zeros((3, 2)) + b)).sum()
    return Exercise(
        f"An add gate adds the row b, with two numbers, to three rows. Back comes {show(G)}. What is dE/db?",
        f, (b,), lambda d: d(f)(b),
        hint="b is used once in every row: add up the rows.",
        traps=((G.mean(axis=0), "That is the mean. Shares are added up."),
               (G[0], "That is the share of the first row.")))


def tanh_layer(rng: Any) -> Exercise:
    """The slope of tanh from its output."""
    a, g = float(rng.choice([-0.9, -0.8, -0.6, -0.5, 0.5, 0.6, 0.8, 0.9])), whole(rng)
    x = float(np.arctanh(a))
    f = lambda x: g * np.tanh(x)
    return Exercise(
        f"The output of a tanh layer is a = {show(a)}, and {show(g)} comes back to it. What goes on to its input?",
        f, (x,), lambda d: d(f)(x),
        hint="The slope of tanh is 1 - a · a.",
        traps=((1.0 - a * a, "That is the slope. It is multiplied by what comes back."),
               (g * a * (1.0 - a), "That is the slope of the sigmoid. The one of tanh is 1 - a · a."),
               (g * a, "The slope of tanh is 1 - a · a, not a.")))


def softmax_output(rng: Any) -> Exercise:
    """Probabilities minus the right answer."""
    s, y = np.array([0.0, *(abs(x) for x in whole(rng, 2, low=1, high=4))]), int(rng.integers(3))
    p = np.exp(s) / np.exp(s).sum()
    f = lambda s: np.log(np.exp(s).sum()) - s[y]
    return Exercise(
        f"The scores of a point are {show(s)}, and its class is {y} (classes count from 0). What is the gradient of "
        "the cross-entropy -log p of that class, for the three scores?",
        f, (s,), lambda d: d(f)(s),
        hint="It is softmax(s) with 1 subtracted at the right class.",
        traps=((p, "Those are the probabilities. At the right class 1 is subtracted."),
               (s - np.eye(3)[y], "Turn the scores into probabilities first.")))


def floor(rng: Any) -> Exercise:
    """Scores that are bounded bound the loss from below."""
    bound = float(rng.choice([0.25, 0.5, 0.75, 1.25, 1.5, 2.0, 2.5, 3.0]))
    f: Fun = lambda gap: np.log(1.0 + np.exp(-gap))
    return Exercise(
        f"The last layer of a network with two classes gives {show(bound)} · tanh(z), so that every score lies "
        f"between {show(-bound)} and {show(bound)}. Below which number can the cross-entropy never fall?",
        f, (2.0 * bound,), lambda d: f(2.0 * bound),
        hint="At best the right class scores the most and the other one the least. Write -log p of that.",
        traps=((f(bound), "Both scores can help: they lie twice as far apart."),
               (0.0, "With a finite score the probability is never 1."),
               (float(np.exp(-f(2.0 * bound))), "That is the probability. The loss is -log of it.")))


def sum_or_mean(rng: Any) -> Exercise:
    """The same path on another scale."""
    n, rate = int(rng.choice([50, 100, 400, 500])), float(rng.choice([0.01, 0.002, 0.005]))
    total = lambda w: n * w * w
    mean = lambda w: w * w
    return Exercise(
        f"A program makes steps of {show(rate)} on the loss summed over {n} points. Which step size takes the same "
        "steps on the mean loss?",
        total, (1.0,), lambda d: rate * d(total)(1.0) / d(mean)(1.0),
        hint="The gradient of the mean is n times smaller.",
        traps=((rate / n, "The other way round: a smaller gradient needs a longer step."),
               (rate, "The gradients are not equal, so the steps would not be.")))


EXERCISES = (multiply, add, tanh_layer, softmax_output, floor, sum_or_mean)
