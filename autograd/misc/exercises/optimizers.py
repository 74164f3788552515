"""Lesson 9: steps that remember, and networks that are good on new points."""
from typing import Any

import numpy as np

from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Optimizers and regularisation"


def limit(rng: Any) -> Exercise:
    """The step at which descent in a valley begins to grow."""
    a, b = (abs(number) for number in whole(rng, 2, low=2, high=20))
    x, y = halves(rng, 2)
    f: Fun = lambda x, y: 0.5 * (a * x * x + b * y * y)
    return Exercise(
        f"f = ½({show(a)} · x² + {show(b)} · y²). Above which step does plain descent "
        "make x or y grow?",
        f, (x, y), lambda d: 2.0 / max(d(d(f))(x, y), d(d(f, 1), 1)(x, y)),
        hint="A step multiplies x by 1 - lr · ∂²f/∂x², and y in the same way. Neither factor may be below -1.",
        traps=((2.0 / min(a, b), "That step is fine along the flat direction, but not along the steep one."),
               (1.0 / max(a, b), "That step ends at the bottom of the steep direction. Twice as much is allowed.")))


def heavy(rng: Any) -> Exercise:
    """Two steps with momentum."""
    c, x, lr = float(rng.choice([1, 2, 4])), whole(rng, low=4), float(rng.choice([0.1, 0.25]))
    f: Fun = lambda x: 0.5 * c * x * x

    def answer(d: Fun) -> Any:
        first = d(f)(x)
        after = x - lr * first
        return after - lr * (0.5 * first + d(f)(after))
    slow = (1.0 - lr * c) ** 2 * x
    return Exercise(
        f"f = {show(0.5 * c)} · x², and x starts at {show(x)}. Momentum is v ← 0.5 · v + g and x ← x - {show(lr)} · v, "
        "and v starts at 0. Where is x after two steps?", f, (x,), answer,
        hint="Compute g and v at the start, then x, then g and v there.",
        traps=((slow, "That is plain descent: half of the first velocity is missing in the second step."),
               ((1.0 - lr * c) * x, "That is x after one step.")))


def adagrad(rng: Any) -> Exercise:
    """Two steps with steps that shrink."""
    c, x = float(rng.choice([1, 2, 4])), whole(rng, low=4)
    f: Fun = lambda x: 0.5 * c * x * x

    def answer(d: Fun) -> Any:
        first = d(f)(x)
        after = x - first / abs(first)
        second = d(f)(after)
        return after - second / np.sqrt(first**2 + second**2)
    return Exercise(
        f"f = {show(0.5 * c)} · x², and x starts at {show(x)}. Adagrad is s ← s + g² and x ← x - g / √s, with lr = 1, "
        "and s starts at 0. Where is x after two steps?", f, (x,), answer,
        hint="The first step has the length 1. For the second one, s is the sum of both squares.",
        traps=((x - 2.0 * np.sign(x), "The second step is shorter than 1: s has two squares by then."),
               (x - np.sign(x), "That is x after one step.")))


def first_of_adam(rng: Any) -> Exercise:
    """The length of Adam's first step."""
    a, x = whole(rng, 2)
    lr = float(rng.choice([0.1, 0.25, 0.5]))
    f: Fun = lambda x: a * x * x * x
    return Exercise(
        f"f = {show(a)} · x³, and x starts at {show(x)}. Where is x after one step of Adam with lr = {show(lr)}? "
        "Both means start at 0 and are mended; leave out the 1e-8.", f, (x,), lambda d: x - lr * d(f)(x) / abs(d(f)(x)),
        hint="In the first step the mended m is g and the mended s is g².",
        traps=((x + lr * np.sign(a), "A step goes against the gradient, not along it."),
               (x - lr * 3.0 * a * x * x, "That is plain descent. Adam divides by the size of the gradient."),
               (x - lr * 0.1 / np.sqrt(0.001) * np.sign(a), "Divide m by 1 - 0.9 and s by 1 - 0.999.")))


def dropped(rng: Any) -> Exercise:
    """The gradient of weights whose inputs are switched off by dropout."""
    w, x = halves(rng, 4), np.array(whole(rng, 4))
    mask = rng.permutation([1.0, 1.0, 1.0, 0.0])
    f: Fun = lambda w: np.sum(w * x * mask / 0.75)
    return Exercise(
        f"A unit adds up w · h over four inputs h = {show(x)}. Dropout with q = ¼ multiplies h by the mask "
        f"{show(mask)} and divides by 1 - q. What is the gradient of the sum with respect to w? Four numbers.",
        f, (w,), lambda d: d(f)(w),
        hint="The gradient of a weight is what it is multiplied by.",
        traps=((x * mask, "The inputs that are kept are divided by 1 - q."),
               (x, "One input is switched off, and the others are divided by 1 - q."),
               (x / 0.75, "What is switched off gives no gradient.")))


def decayed(rng: Any) -> Exercise:
    """Where the penalty draws a weight."""
    a, k = whole(rng, low=3), float(rng.choice([0.5, 1, 2, 6]))
    f: Fun = lambda w: (w - a) * (w - a) + 0.5 * k * w * w
    return Exercise(
        f"The loss is (w - ({show(a)}))², and weight decay with λ = {show(k)} adds ½ · λ · w² to it. "
        "Where does descent end?",
        f, (1.0,), lambda d: -d(f)(0.0) / d(d(f))(0.0),
        hint="Set the gradient of both terms together to 0: 2(w - a) + λ · w = 0.",
        traps=((a, "There the loss alone is least. The penalty draws w towards 0."),
               (a / (1.0 + k), "The square has the slope 2(w - a), not w - a.")))


def batch_norm(rng: Any) -> Exercise:
    """Batch normalisation as a function."""
    gamma, beta = abs(whole(rng)), whole(rng)
    f: Fun = lambda z: gamma * (z - np.mean(z)) / np.sqrt(np.var(z) + 1e-5) + beta
    tries = tuple((halves(rng, 4) + np.arange(4.0),) for _ in range(2))
    return Exercise(
        "Write a function `normalised(z)` of an array z of the outputs of one unit: batch normalisation, then "
        f"times {show(gamma)}, then plus {show(beta)}. Add 1e-5 to the variance.", f, tries[0],
        lambda d: f, tries=tries,
        hint="Take off the mean, divide by the root of the variance, and then multiply and add.")


EXERCISES = (limit, heavy, adagrad, first_of_adam, dropped, decayed, batch_norm)
