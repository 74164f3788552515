"""Lesson 7: numbers as answers, their units, and scales."""
from typing import Any

import numpy as np

from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise

TITLE = "Regression"


def at_the_output(rng: Any) -> Exercise:
    """What comes back from the mean of the squares."""
    y, p = np.array(whole(rng, 4)), np.array(whole(rng, 4))
    f = lambda p: ((p - y) * (p - y)).mean()
    return Exercise(
        f"The targets are y = {show(y)}, the predictions p = {show(p)}, and E is the mean of (p - y)². What is dE/dp?",
        f, (p,), lambda d: d(f)(p),
        hint="Each prediction has its share: 2 · (p - y) / n.",
        traps=((2.0 * (p - y), "That is the gradient of the sum. Divide by how many there are."),
               ((p - y) / 4.0, "That is the gradient of half the mean of the squares."),
               (p - y, "Those are the residuals. The square has the slope 2 · (p - y), and the mean divides by n.")))


def constant(rng: Any) -> Exercise:
    """The best prediction for all."""
    y = np.array([*whole(rng, 4), 20.0 + abs(whole(rng))])
    f = lambda c: ((c - y) * (c - y)).mean()
    return Exercise(
        f"The targets are {show(y)}. A model without inputs predicts the same number c for all. Which c has the "
        "smallest mean square error?",
        f, (1.0,), lambda d: -d(f)(0.0) / d(d(f))(0.0),
        hint="Set the slope to 0: the residuals must add up to 0.",
        traps=((float(np.median(y)), "That is the median, which has the smallest mean of |c - y|."),
               (float((y.min() + y.max()) / 2.0), "That is the middle of the range. All targets count.")))


def longest_step(rng: Any) -> Exercise:
    """Large inputs make small steps."""
    x, y = np.array([abs(number) for number in whole(rng, 3, high=12)]), np.array(whole(rng, 3))
    f = lambda w: 0.5 * ((w * x - y) * (w * x - y)).mean()
    return Exercise(
        f"The model p = w · x has one weight, x = {show(x)}, y = {show(y)}, and E is half the mean of (p - y)². Below "
        "which step size does descent on E arrive?",
        f, (1.0,), lambda d: 2.0 / d(d(f))(1.0),
        hint="It is 2/λ. The curvature λ is the mean of x².",
        traps=((2.0 / float(x.mean()) ** 2, "The curvature is the mean of the squares, not the square of the mean."),
               (1.0 / float((x * x).mean()), "That one arrives at once. Twice as much is the limit."),
               (2.0 / float((x * x).sum()), "E is a mean, not a sum.")))


def units(rng: Any) -> Exercise:
    """Another unit of an input, the same predictions."""
    times = float(rng.choice([10.0, 12.0, 24.0, 60.0, 100.0, 1000.0]))
    x, y = np.abs(whole(rng, 3)), -np.abs(whole(rng, 3))            # the gradient is not 0
    f = lambda w: ((w * x - y) * (w * x - y)).mean()
    other = lambda w: ((w * (times * x) - y) * (w * (times * x) - y)).mean()
    return Exercise(
        f"In p = w · x the input x is now written in a unit that makes all its numbers {show(times)} times larger. The "
        f"weight is made {show(times)} times smaller, so that all predictions stay as they were. How many times "
        "larger is the gradient dE/dw now?",
        f, (1.0,), lambda d: d(other)(1.0 / times) / d(f)(1.0),
        hint="What comes back to p is the same. It is multiplied by x.",
        traps=((times * times, "The step size would have to change by that. The gradient has x only once."),
               (1.0 / times, "The weight got smaller. Its gradient is multiplied by x, which got larger."),
               (1.0, "What comes back to p is the same, but then it is multiplied by x.")))


def hidden_bias(rng: Any) -> Exercise:
    """Each unit its own bias, each bias its own gradient."""
    G, b = np.reshape(whole(rng, 6, low=1), (2, 3)), halves(rng, 2)
    f = lambda b: (G * (b.reshape(2, 1) + np.zeros((2, 3)))).sum()
    return Exercise(
        "A hidden layer has two units. For three points, which are the columns, there comes back to what enters them "
        f"{show(G)}. What is the gradient of the two biases?",
        f, (b,), lambda d: d(f)(b),
        hint="Add up over the points, for each unit alone.",
        traps=((np.full(2, G.sum()), "That adds up over the units too: both biases would move alike."),
               (G.mean(axis=1), "Shares are added up. A mean over the points is in what comes back, if E is a mean.")))


def scaled_back(rng: Any) -> Exercise:
    """A slope between scaled quantities, in the units of the data."""
    mean, spread, height = abs(whole(rng)) * 10.0, float(rng.choice([2, 4, 5])), float(rng.choice([20, 30, 50]))
    w = halves(rng)
    f = lambda x: height * w * (x - mean) / spread
    return Exercise(
        f"The input x is scaled as (x - {show(mean)}) / {show(spread)}, the target as y / {show(height)}. In these "
        f"scaled numbers a linear model has the weight {show(w)}. By how much does the prediction of y itself change "
        "when x itself grows by 1?",
        f, (mean,), lambda d: d(f)(mean),
        hint="Follow a change of 1 in x: through the scale of x, the weight, and back through the scale of y.",
        traps=((w, "That is the slope between the scaled numbers."),
               (height * w, "x was divided before it met the weight."),
               (w / spread, "The prediction has to be scaled back to y.")))


EXERCISES = (at_the_output, constant, longest_step, units, hidden_bias, scaled_back)
