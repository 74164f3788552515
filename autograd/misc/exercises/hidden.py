"""Lesson 4: exclusive or, hidden layers, and what goes back through them."""
from typing import Any

import numpy as np

from autograd.gates.elementwise import sigmoid, tanh
from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "Exclusive or and hidden layers"
CORNERS = "(0, 0), (0, 1), (1, 0) and (1, 1)"


def gate(rng: Any) -> Exercise:
    """The bias of a unit that is an "or" or an "and" of its two inputs."""
    size = abs(whole(rng, low=2)) * 2.0
    name, corner = (("or", "(0, 0)"), ("and", "(1, 1)"))[rng.integers(2)]
    middle = 0.5 if name == "or" else 1.5
    f = lambda total: size * total
    return Exercise(
        f"h = σ({show(size)} x₁ + {show(size)} x₂ + b) shall be an \"{name}\" of x₁ and x₂: of the corners "
        f"{CORNERS}, its border h = ½ cuts off {corner}, and goes through the middle between it and its neighbours. "
        "What is b?",
        f, (middle,), lambda d: -d(f)(middle) * middle,
        hint="On the border z is 0. Put in a point of it, such as the middle between two neighbouring corners.",
        traps=((-size * (2.0 - middle), "That is the other one of \"or\" and \"and\"."),))


def folded(rng: Any) -> Exercise:
    """Two layers without an activation are one."""
    A, B = rng.integers(-3, 4, (2, 2)).astype(float), rng.integers(-3, 4, (2, 2)).astype(float)
    f = lambda x: (x @ A @ B).sum()
    rows = [lambda x, k=k: (x @ A @ B)[k] for k in range(2)]
    return Exercise(
        f"Two layers without activations compute (x A) B with A = {show(A)} and B = {show(B)}. Which 2 × 2 matrix W "
        "gives the same as one layer, x W?", f, (np.ones(2),),
        lambda d: np.stack([d(row)(np.ones(2)) for row in rows], axis=1),
        hint="Row by column: the number in row i and column k of W is row i of A times column k of B.",
        traps=((B @ A, "That is B A. The input meets A first."), (A * B, "That multiplies number by number."),
               (A + B, "Layers in a row are multiplied, not added.")))


def hidden_delta(rng: Any) -> Exercise:
    """What comes back to the input of a hidden sigmoid."""
    z, v, back = halves(rng), whole(rng, high=5), halves(rng)
    f: Fun = lambda z: back * v * sigmoid(z)
    h = sigmoid(z)
    return Exercise(
        f"A hidden unit gives h = {h:.4f}, the sigmoid of its z. Its weight into the output is v = {show(v)}, and "
        f"δ = {show(back)} has come back to the z of the output. What comes back to the z of the hidden unit?",
        f, (z,), lambda d: d(f)(z),
        hint="On the way are the weight v and the slope of the hidden sigmoid.",
        traps=((back * v, "That comes back to h. The slope of the sigmoid is missing."),
               (back * h * (1.0 - h), "The weight v is missing.")))


def relu_network(rng: Any) -> tuple[Any, Any, Any, Any]:
    """Weights and an input of a network with two ReLU units, of which just one is on."""
    while True:
        W, v, x = (np.array(whole(rng, 4, low=1, high=5)).reshape(2, 2), np.array(whole(rng, 2, high=4)),
                   np.array(whole(rng, 2, low=1, high=3)))
        z = x @ W
        if (z > 0).sum() == 1 and np.abs(z).min() >= 1:
            return W, v, x, z


def asleep(rng: Any) -> Exercise:
    """The gradient of all weights of a layer where one unit is off."""
    W, v, x, z = relu_network(rng)
    on = (z > 0) * 1.0
    f: Fun = lambda W: (np.maximum(x @ W, 0.0) * v).sum()
    return Exercise(
        f"A network computes z = x W, h = ReLU(z) and p = h₁ v₁ + h₂ v₂ with x = {show(x)}, W = {show(W)}, "
        f"v = {show(v)}. What is ∂p/∂W? It is a 2 × 2 matrix like W.", f, (W,),
        lambda d: d(f)(W) + 0.0,                                   # no -0 among the answers
        hint="A unit with z below 0 hands nothing back. For one that is on, ∂p/∂Wᵢₖ is xᵢ vₖ.",
        traps=((np.outer(x, v), "One of the two units is off: its slope is 0."),
               (np.outer(v * on, x), "Rows and columns are exchanged: the columns of W are units.")))


def deep(rng: Any) -> Exercise:
    """A gradient that grows or shrinks from layer to layer."""
    n, w = int(rng.integers(3, 6)), float(rng.choice([-2.0, -0.5, 0.5, 2.0, 3.0]))

    def f(x: Any) -> Any:
        for _ in range(n):
            x = tanh(w * x)
        return x

    return Exercise(
        f"{n} layers with one unit each compute x → tanh({show(w)} · x) one after the other. The slope of tanh at "
        "0 is 1. What is the slope of the last output by the first input, at 0?", f, (0.0,), lambda d: d(f)(0.0),
        hint="Each layer gives one factor, and the chain rule multiplies them.",
        traps=((n * w, "The chain rule multiplies the factors."), (w, "That is the slope of one layer.")))


def by_hand(rng: Any) -> Exercise:
    """The gradient of a network with one hidden unit, as a function of its weights."""
    x = abs(whole(rng, high=4))
    f: Fun = lambda w, v: v * tanh(w * x)
    return Exercise(
        f"p = v · tanh(w · {show(x)}). Write ∂p/∂w as a function of w and v, such as `lambda w, v: w * np.tanh(v)`, "
        "without `grad`. The slope of tanh is 1 - tanh².", f, (0.3, 0.5), lambda d: d(f),
        tries=((0.3, 0.5), (-0.2, 2.0), (0.1, -1.0)),
        hint="Three factors: v, the slope of tanh where it stands, and the number w is multiplied by.")


EXERCISES = (gate, folded, hidden_delta, asleep, deep, by_hand)
