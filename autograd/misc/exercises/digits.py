"""Lesson 8: many classes, minibatches, cross-entropy and a penalty on weights."""
from typing import Any

import numpy as np

from autograd.gates.elementwise import sigmoid
from autograd.misc.exercises.draws import show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Digits"


def minibatch(rng: Any) -> Exercise:
    """The gradient of a part of the data."""
    x, w = np.array(whole(rng, 4)), whole(rng)
    batch = x[:2]
    f = lambda w: (0.5 * (w - batch) * (w - batch)).mean()
    return Exercise(
        f"The loss of an example x is ½ · (w - x)². The data is {show(x)}, the minibatch its first two, and "
        f"w = {show(w)}. What is the gradient of the mean loss of the minibatch?",
        f, (w,), lambda d: d(f)(w),
        hint="Each example has the slope w - x. Take the mean of the two.",
        traps=((w - float(x.mean()), "That is the gradient of all four."),
               (float((w - batch).sum()), "That is the sum over the minibatch. The loss is a mean.")))


def no_idea(rng: Any) -> Exercise:
    """The loss of a network that has learned nothing."""
    classes = int(rng.integers(3, 30))
    f: Fun = lambda s: np.log(np.exp(s).sum()) - s[0]
    at = np.zeros(classes)
    return Exercise(
        f"An untrained network gives each of {classes} classes the same probability. What is the cross-entropy, the "
        "mean of -log p of the right class?",
        f, (at,), lambda d: f(at),
        hint="p is one divided by the number of classes.",
        traps=((1.0 / classes, "That is p. The loss is -log p."),
               (1.0 - 1.0 / classes, "That is the share of wrong guesses. The loss is -log p.")))


def first_push(rng: Any) -> Exercise:
    """What comes back to the right class at the start."""
    classes = int(rng.choice([4, 5, 8, 10, 16, 20, 25, 40, 50]))
    f = lambda s: np.log(np.exp(s).sum()) - s[0]
    at = np.zeros(classes)
    return Exercise(
        f"All {classes} scores of an image are 0. What is the slope of its cross-entropy for the score of the right "
        "class?",
        f, (at,), lambda d: d(f)(at)[0],
        hint="It is p - 1, where p is the probability of the right class.",
        traps=((1.0 / classes, "That is the slope for every wrong class. At the right one 1 is subtracted."),
               (-1.0, "The probability that it has already is added to -1.")))


def sure_and_wrong(rng: Any) -> Exercise:
    """How much squares slow a sure mistake down."""
    z = float(rng.choice([1.5, 2.0, 2.5, 3.0, 3.5, 4.0]))
    f: Fun = lambda z: 0.5 * sigmoid(z) * sigmoid(z)
    entropy: Fun = lambda z: np.log(1.0 + np.exp(z))
    p = float(sigmoid(z))
    return Exercise(
        f"A neuron gives p = σ({show(z)}) where 0 is right. How many times steeper in its score is the cross-entropy "
        "-log(1 - p) than ½ · p²?",
        f, (z,), lambda d: d(entropy)(z) / d(f)(z),
        hint="The slopes are p for the cross-entropy, and p · p · (1 - p) for the square.",
        traps=((p * (1.0 - p), "The other way round: the cross-entropy is the steeper one."),
               (1.0 / (1.0 - p), "The slope of ½ · p² is p · σ', and σ' is p · (1 - p).")))


def step_with_penalty(rng: Any) -> Exercise:
    """A step under L2."""
    w, slope = whole(rng), whole(rng)
    alpha, decay = float(rng.choice([0.1, 0.2])), float(rng.choice([0.1, 0.5]))
    f = lambda w: slope * w + 0.5 * decay * w * w
    return Exercise(
        f"The data gives the weight w = {show(w)} the gradient {show(slope)}. The loss has the penalty ½ · λ · w² "
        f"too, with λ = {show(decay)}. Where is w after one step with α = {show(alpha)}?",
        f, (w,), lambda d: w - alpha * d(f)(w),
        hint="The penalty adds λ · w to the gradient.",
        traps=((w - alpha * slope, "That is the step without the penalty."),
               (w - alpha * (slope - decay * w), "The penalty pulls the weight towards 0."),
               (w - alpha * slope - decay * w, "The share of the penalty is multiplied by α too.")))


def where_it_rests(rng: Any) -> Exercise:
    """Data and penalty pull at one weight."""
    a, best = (abs(number) for number in whole(rng, 2, high=20))
    decay = float(rng.choice([0.5, 1.0, 2.0]))
    f = lambda w: 0.5 * a * (w - best) * (w - best) + 0.5 * decay * w * w
    return Exercise(
        f"The loss on the data is ½ · {show(a)} · (w - {show(best)})², the penalty ½ · {show(decay)} · w². At which w "
        "does descent come to rest?",
        f, (1.0,), lambda d: -d(f)(0.0) / d(d(f))(0.0),
        hint="There both slopes add up to 0.",
        traps=((best, "That is the best w for the data alone."), (0.0, "That is the best w for the penalty alone.")))


EXERCISES = (minibatch, no_idea, first_push, sure_and_wrong, step_with_penalty, where_it_rests)
