"""Lesson 10: convolution, sequences, attention."""
from typing import Any

import numpy as np

from autograd.gates.elementwise import sigmoid
from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Convolution, sequences, attention"


def window(rng: Any) -> Exercise:
    """The gradient of a weight that is used at several places."""
    x, w = np.array(whole(rng, 4)), halves(rng, 2)
    f: Fun = lambda w: np.sum(w[0] * x[:-1] + w[1] * x[1:])
    return Exercise(
        f"The window w = {show(w)} slides along x = {show(x)}: z[i] = w[0] · x[i] + w[1] · x[i + 1] for i = 0, 1, 2. "
        "What is the gradient of the sum of z with respect to w? Two numbers.", f, (w,), lambda d: d(f)(w),
        hint="Each weight is used at three places: add the three numbers that it is multiplied by.",
        traps=((x[:2], "Those are the shares of the first place alone."),
               ([np.sum(x), np.sum(x)], "Each weight meets three of the four numbers, not all.")))


def under(rng: Any) -> Exercise:
    """The gradient of a pixel under a window in two axes."""
    picture, w, g = halves(rng, 3, 3), np.array(whole(rng, 4)).reshape(2, 2), np.array(whole(rng, 4)).reshape(2, 2)

    def f(x: Any) -> Any:
        return sum(g[i, j] * np.sum(x[i:i + 2, j:j + 2] * w) for i in range(2) for j in range(2))
    return Exercise(
        f"A window w = {show(w)} of 2 by 2 weights slides over a picture of 3 by 3 pixels and gives z of 2 by 2 "
        f"numbers. The gradient that arrives at z is {show(g)}. What is the gradient of the pixel in the middle?",
        f, (picture,), lambda d: d(f)(picture)[1, 1],
        hint="The pixel is under the window four times, each time under another weight: at z[0, 0] under w[1, 1].",
        traps=((np.sum(w * g), "At z[0, 0] the pixel in the middle is under w[1, 1], not under w[0, 0]."),
               (np.sum(w), "The four shares are multiplied by what arrives at z.")))


def pooled(rng: Any) -> Exercise:
    """The gradient through a largest number."""
    x = rng.permutation(np.arange(1.0, 10.0))[:4]
    k = abs(whole(rng))
    f: Fun = lambda x: k * np.max(x[:2]) + np.max(x[2:])
    return Exercise(
        f"Pooling keeps the larger of two neighbours: x = {show(x)} becomes p = [max(x[0], x[1]), max(x[2], x[3])]. "
        f"What is the gradient of {show(k)} · p[0] + p[1] with respect to x? Four numbers.", f, (x,), lambda d: d(f)(x),
        hint="The larger one of each pair gets what arrives, the other one nothing.",
        traps=(([k, k, 1.0, 1.0], "Only the larger one of each pair moves the result."),))


def through_time(rng: Any) -> Exercise:
    """A weight that is used in every step of a recurrent network."""
    u, h, steps = halves(rng), whole(rng, high=3), int(rng.integers(3, 6))
    f: Fun = lambda h: h * u**steps
    g: Fun = lambda u: h * u**steps
    return Exercise(
        f"A recurrent network without tanh: h ← u · h, {steps} times, with u = {show(u)}, and h starts at "
        f"h₀ = {show(h)}. What is [∂h/∂h₀, ∂h/∂u] at the end? Two numbers.",
        f, (h,), lambda d: np.array([d(f)(h), d(g)(u)]),
        hint="At the end h is h₀ times u to the power of the steps. u is used in every step.",
        traps=(([u**steps, h * u ** (steps - 1)], "u is used in every step: add the shares of all steps."),
               ([u, h * u ** (steps - 1) * steps], "Every step multiplies the gradient of h₀ by u.")))


def kept(rng: Any) -> Exercise:
    """How much of the first cell of an LSTM is left."""
    b, c, steps = float(rng.choice([1, 2, 3, 4, 5])), whole(rng, high=5), int(rng.choice([10, 20, 50]))
    f: Fun = lambda c: sigmoid(b) ** steps * c
    return Exercise(
        f"The forget gate of an LSTM has the sum {show(b)} in every step, so f = σ({show(b)}), and its input gate is "
        f"closed. The cell starts at c₀ = {show(c)}. What is ∂c/∂c₀ after {steps} steps?", f, (c,), lambda d: d(f)(c),
        hint="Every step multiplies the cell by f = 1 / (1 + exp(-sum)).",
        traps=((sigmoid(b), "That is one step."),
               (sigmoid(b) ** steps * c, "That is the cell itself, not its derivative.")))


def attend(rng: Any) -> Exercise:
    """Attention as a function."""
    d = int(rng.choice([2, 3, 4]))
    tries = tuple((halves(rng, d), halves(rng, 3, d), halves(rng, 3, 2)) for _ in range(2))
    f: Fun = lambda q, K, V: np.exp(K @ q / np.sqrt(float(d))) / np.sum(np.exp(K @ q / np.sqrt(float(d)))) @ V
    return Exercise(
        f"Write a function `attend(q, K, V)`: the answer of attention for one query q of {d} numbers, with the keys "
        f"in the rows of K and the values in the rows of V. Divide the scores by √{d}.",
        f, tries[0], lambda _: f, tries=tries,
        hint="Softmax of K @ q / √d, and with these shares the mean of the rows of V.")


EXERCISES = (window, under, pooled, through_time, kept, attend)
