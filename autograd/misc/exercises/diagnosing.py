"""Lesson 13: seeing and diagnosing."""
from typing import Any

import numpy as np

from autograd.gates.elementwise import relu, sigmoid
from autograd.graph import Tensor
from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun
from autograd.visualize import diagnose

TITLE = "Seeing and diagnosing"
X = np.linspace(1.0, 3.0, 40).reshape(20, 2)
KINDS = "`broadcast`, `dead relu`, `exploding gradient`, `saturated` or `unconnected`"

#: lines of a program with a fault in it, and what they compute
FAULTS: dict[str, Fun] = {
    "np.mean(relu(X @ w - {c}))": lambda w, c: np.mean(relu(X @ w - c)),
    "np.mean(np.tanh({c} * (X @ w)))": lambda w, c: np.mean(np.tanh(c * (X @ w))),
    "np.mean((X @ w - X[:, 0]) ** 2)": lambda w, c: np.mean((X @ w - X[:, 0]) ** 2),
    "np.mean(np.where(X @ w > {c}, X @ w, 1.0))": lambda w, c: np.mean(np.where(X @ w > c, X @ w, 1.0)),
    "np.mean({c} * ({c} * ({c} * ({c} * (X @ w)))))": lambda w, c: np.mean(c * (c * (c * (c * (X @ w))))),
}


def kind(rng: Any) -> Exercise:
    """What diagnose would say of a short program."""
    text, f = list(FAULTS.items())[rng.integers(len(FAULTS))]
    w, c = np.abs(halves(rng, 2, 1)), float(rng.integers(40, 90))
    return Exercise(
        "All numbers of X lie between 1 and 3, its shape is (20, 2).\n\n```python\n"
        f"w = Tensor({w.tolist()}, name=\"w\")\nloss = {text.format(c=show(c))}\n```\n\n"
        f"Which finding does `diagnose(loss)` have: {KINDS}? The answer is a word in quotes.",
        lambda w: f(w, c), (w,), lambda d: diagnose(f(Tensor(w, name="w"), c)).findings[0].kind,
        hint="How large is X @ w, which shapes meet, and what do the gates make of such numbers? Build it, and look.")


#: the gate that makes inf, as a line; where it does, and where it does not, counted from c
BEGINS: dict[str, tuple[Fun, float]] = {
    "np.log(a)": (np.log, 0.0), "1.0 / a": (lambda a: 1.0 / a, 0.0),
    "np.exp(400.0 * a)": (lambda a: np.exp(400.0 * a), 2.0)}


def begins(rng: Any) -> Exercise:
    """The gate where inf begins."""
    text, (gate, at) = list(BEGINS.items())[rng.integers(len(BEGINS))]
    c = abs(whole(rng))
    f: Fun = lambda x: np.sqrt(3.0 + gate(x - c) * gate(x - c)) * 2.0

    def key(d: Fun) -> str:
        with np.errstate(all="ignore"):
            return str(diagnose(f(Tensor(c + at, name="x"))).findings[0].gate)
    return Exercise(
        f"```python\na = x - {show(c)}\nb = {text}\ny = np.sqrt(3.0 + b * b) * 2.0\n```\n\n"
        f"At x = {show(c + at)} the result is inf. Which gate makes inf first, by its name in `diagnose`: `add`, "
        "`div`, `exp`, `log`, `mul`, `sqrt` or `sub`? The answer is a word in quotes.", f, (c + 0.01,), key,
        hint="Compute a, then b, and stop at the first number that is not finite.",
        traps=(("sqrt", "It is given inf already. Look further up."),
               ("mul", "It is given inf already. Look further up.")))


def units(rng: Any) -> Exercise:
    """How many units are dead."""
    w, b = np.array(whole(rng, 5, high=6)), rng.choice([-11.5, -3.5, -1.5, 0.5, 2.5], 5)
    x = np.array([-1.0, 0.5, 2.0])
    f: Fun = lambda b: np.sum(relu(x[:, None] * w + b))
    return Exercise(
        f"Five units compute relu(w · x + b) with w = {show(w)} and b = {show(b)}. The examples are x = {show(x)}. "
        "How many units are dead, that is, get the gradient 0 from every example?", f, (b,),
        lambda d: float(np.sum(np.abs(d(f)(b)) < 1e-6)),
        hint="A unit is alive if w · x + b is above 0 for one example at least; the smallest and the largest x decide.")


def flat(rng: Any) -> Exercise:
    """How flat a sigmoid is."""
    x = abs(whole(rng, low=4, high=9))
    f: Fun = lambda s: sigmoid(s)
    return Exercise(
        f"The slope of σ at 0 is 1/4. How many times smaller is it at {show(x)}?", f, (x,),
        lambda d: 0.25 / d(f)(x),
        hint="The slope is p · (1 - p) with p = σ(x) = 1 / (1 + exp(-x)).",
        traps=((d_small(x), "That is the slope itself. Divide 1/4 by it."),))


def d_small(x: float) -> float:
    """The slope of σ at x."""
    p = float(sigmoid(x))
    return p * (1.0 - p)


def steps(rng: Any) -> Exercise:
    """What comes back through time."""
    w, T, g = float(rng.choice([0.5, 1.5, 2.0])), int(rng.integers(6, 12)), abs(whole(rng))

    def f(h: Any) -> Any:
        for _ in range(T):
            h = w * h + 1.0
        return g * h
    return Exercise(
        f"h starts as h0, then {T} times h = {show(w)} · h + 1, and the loss is {show(g)} · h. What is ∂loss/∂h0?",
        f, (0.5,), lambda d: d(f)(0.5),
        hint="Every step back multiplies by the weight.",
        traps=((w**T, f"That is ∂h/∂h0. The loss is {show(g)} times h."),
               (g * w * T, "The weights of the steps are multiplied, not added.")))


def crossed(rng: Any) -> Exercise:
    """What a broadcast makes of a loss."""
    p, y = np.array(whole(rng, 2))[:, None], np.array(whole(rng, 2, high=5))
    f: Fun = lambda p: np.mean((p - y) ** 2)
    right = float(np.mean((p[:, 0] - y) ** 2))
    return Exercise(
        f"p = {show(p)} has the shape (2, 1), y = {show(y)} the shape (2,). What is `np.mean((p - y) ** 2)`?", f, (p,),
        lambda d: float(f(p)),
        hint="p - y has the shape (2, 2): each of p meets each of y. It is the mean of four squares.",
        traps=((right, "That is the loss which was meant. Here each of p meets each of y."),))


EXERCISES = (kind, begins, units, flat, steps, crossed)
