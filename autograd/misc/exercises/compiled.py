"""Lesson 14: from eager to compiled."""
from typing import Any

import numpy as np

from autograd.compilation import scan, trace
from autograd.misc.exercises.draws import halves, show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "From eager to compiled"


def _power(f: Fun, n: int, x: Any) -> Any:
    """The product of f(x) with itself, n factors, multiplied one after the other."""
    ans = f(x)
    for _ in range(n - 1):
        ans = ans * f(x)
    return ans


def recorded(rng: Any) -> Exercise:
    """How many steps a function records, and how many are left."""
    n, name = int(rng.integers(3, 7)), str(rng.choice(["sin", "cos", "exp", "tanh"]))
    inner: Fun = getattr(np, name)
    f: Fun = lambda x: _power(inner, n, x)
    text = " * ".join([f"np.{name}(x)"] * n)

    def key(d: Fun) -> Any:
        program = trace(f)(0.5)
        return np.array([len(program.original or ()), len(program)], float)
    return Exercise(
        f"`f = lambda x: {text}`. How many steps has the program of f as it was recorded, and how many after the "
        "passes? The answer is a list of two numbers.", f, (0.5,), key,
        hint=f"Each np.{name} is a step and each * is one. What is computed twice is then left out.",
        traps=(([2.0 * n, n + 1.0], "Count the products: there is one less than factors."),
               ([2.0 * n - 1.0, 2.0 * n - 1.0], f"np.{name}(x) is the same each time, so it is done once.")))


def programs(rng: Any) -> Exercise:
    """How many programs the calls of a compiled function make."""
    shapes = [int(n) for n in rng.integers(2, 6, 7)]
    a = whole(rng)
    f: Fun = lambda x: a * x * x
    calls = "; ".join(f"f(np.ones({n}))" for n in shapes)
    return Exercise(
        f"`f = compile(lambda x: {show(a)} * x * x)` is called like this: {calls}; f(2.0); f(3.0). "
        "How many programs are recorded?", f, (2.0,), lambda d: float(len(set(shapes)) + 1),
        hint="Arguments of the same shape share a program; a number is not an array.",
        traps=((len(shapes) + 2.0, "A program is used again for arguments of the same shape."),
               (float(len(set(shapes))), "f(2.0) needs a program too, one for a single number."),
               (len(set(shapes)) + 2.0, "f(2.0) and f(3.0) share a program: only the value differs.")))


def branch(rng: Any) -> Exercise:
    """A branch as a function that can be recorded."""
    a, b, c = whole(rng, 3)
    f: Any = lambda x: np.where(x > a, b * x * x, c * x)
    tries = (np.array([a - 2.0, a + 0.5, a + 3.0]),)
    return Exercise(
        f"```python\ndef f(x):\n    if x > {show(a)}:\n        return {show(b)} * x * x\n"
        f"    return {show(c)} * x\n```\n\n"
        "Write it without `if`, as a function that can be compiled and also takes arrays, number by number.",
        f, (a + 0.5,), lambda d: f,
        hint="np.where(condition, one, other) takes from one where the condition holds, else from the other.",
        tries=((a + 1.5,), (a - 1.5,), tries))


def descent(rng: Any) -> Exercise:
    """Where a scanned descent ends."""
    a, w0, n = abs(whole(rng, high=4)), whole(rng), int(rng.integers(3, 6))
    f: Fun = lambda w: a * w * w

    def key(d: Fun) -> Any:
        w = w0
        for _ in range(n):
            w = w - 0.1 * d(f)(w)
        return w
    return Exercise(
        f"`step = lambda w, _: (w - 0.1 * grad(f)(w), f(w))` with f(w) = {show(a)} · w². "
        f"What is the last carry of `scan(step, length={n})({show(w0)}.0)`?", f, (w0,), key,
        hint=f"Every turn multiplies w by 1 - 0.1 · {show(2.0 * a)}.",
        traps=((w0 * (1.0 - 0.2 * a) ** (n - 1), "That is one turn short."),
               (w0 * (1.0 - 0.1 * a) ** n, "The derivative of a · w² is 2 · a · w.")))


def stacked(rng: Any) -> Exercise:
    """What a scan gives back beside the carry."""
    c, (x, y, z) = whole(rng), whole(rng, 3)
    turn: Fun = lambda carry, x: (carry + x, carry * x)
    f: Fun = lambda c, xs: scan(turn)(c, xs)[1]
    xs = np.array([x, y, z])
    return Exercise(
        f"`carry, ys = scan(lambda carry, x: (carry + x, carry * x))({show(c)}.0, np.array({xs.tolist()}))`. "
        "What is ys, a list of three numbers?", f, (c, xs), lambda d: f(c, xs),
        hint="Each y is made of the carry as it was before that turn.",
        traps=(([(c + x) * x, (c + x + y) * y, (c + x + y + z) * z], "The carry is added to after y is made of it."),
               ([c * x, c * y, c * z], "The carry goes on: in the second turn it is not what it was in the first.")))


def slots(rng: Any) -> Exercise:
    """What a program gives, read step by step."""
    x, y = whole(rng, 2, high=5)
    a, b = halves(rng, 2)
    f: Fun = lambda x, y: (x * y + a) * (x * y + a) * b
    return Exercise(
        f"```text\nin   x0: float, x1: float\n     v0: float = mul(x0, x1)\n     v1: float = add(v0, {show(a)})\n"
        f"     v2: float = mul(v1, v1)\n     v3: float = mul(v2, {show(b)})\nout  v3\n```\n\n"
        f"x0 is {show(x)} and x1 is {show(y)}. What is ∂v3/∂x0?", f, (x, y), lambda d: d(f)(x, y),
        hint="Go back step by step: v3 to v2, v2 to v1 (v1 is used twice), v1 to v0, v0 to x0.",
        traps=((f(x, y), "That is v3 itself."),
               ((x * y + a) * b * y, "v1 is used twice in v2, so it gets two shares.")))


EXERCISES = (recorded, programs, branch, descent, stacked, slots)
