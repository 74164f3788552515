"""Lesson 2: graphs, their paths, and the order of the walk."""
from typing import Any

from autograd.misc.exercises.draws import show, whole
from autograd.misc.exercises.exercise import Exercise, Fun

TITLE = "A graph, and the order of the walk"


def program(*lines: str) -> str:
    """Lines as a block of code after a question."""
    return "\n\n```python\n" + "\n".join(lines) + "\n```"


def paths(rng: Any) -> Exercise:
    """How many paths lead through a graph of add gates: each gives 1 to the gradient."""
    twice, thrice = (int(number) for number in rng.integers(1, 4, 2))
    steps = ["b = a" + " + a" * twice, "c = b" + " + b" * thrice, "z = c + b + a"]

    def f(a: Any) -> Any:
        b = (twice + 1.0) * a
        return (thrice + 1.0) * b + b + a

    first, second = twice + 1.0, thrice + 1.0
    return Exercise(
        f"How many paths lead from a to z? A line such as b + b has two arrows from b.{program(*steps)}",
        f, (1.0,), lambda d: d(f)(1.0),
        hint="Count them for b, then for c, and for z add the numbers of its three inputs.",
        traps=((first * second, "Those are the paths through c. z uses b and a as well."),
               (3.0, "Those are the arrows into z. Each has paths of its own behind it.")))


def shared(rng: Any) -> Exercise:
    """The gradient where a result in the middle is used twice."""
    x, y = whole(rng, 2, high=5)
    f = lambda x, y: (x * y + x) * (x * y)
    s = x * y
    return Exercise(
        f"What is ∂z/∂x at x = {show(x)}, y = {show(y)}?{program('s = x * y', 't = s + x', 'z = t * s')}",
        f, (x, y), lambda d: d(f)(x, y),
        hint="s gets t from z and 1 · s from t; only then it hands on. x also gets 1 · s from t.",
        traps=(((s + x + s) * y, "x has a share of its own in t."),
               ((s + x) * y + s, "s handed on too early: t gives it a share as well."),
               (s * y + s, "s handed on too early: z gives it a share directly as well.")))


def too_early(rng: Any) -> Exercise:
    """What a node gets when a share comes too late."""
    k, uses = whole(rng, high=5), int(rng.integers(2, 5))
    f = lambda a, late: k * (a + (uses - 1.0) * late)
    return Exercise(
        "A faulty walk lets b hand on when its first share has arrived, and never again. Which gradient does a get?"
        f"{program(f'b = {show(k)} * a', 'z = b' + ' + b' * (uses - 1))}",
        f, (1.0, 1.0), lambda d: d(f)(1.0, 1.0),
        hint="Each use of b in z hands it a share of 1, and b hands on one of them.",
        traps=((k * uses, "That is the right gradient. The faulty walk loses shares."),))


def order(rng: Any) -> Exercise:
    """The order of the walk, where only one is possible."""
    p, q, r, s = (str(name) for name in rng.permutation(list("pqrs")))
    lines = [f"{p} = x * x", f"{q} = {p} + x", f"{r} = {p} * {q}", f"{s} = {r} + {q}"]
    mixed = program(*(lines[k] for k in rng.permutation(4)))
    f = lambda x: x * x * (x * x + x) + x * x + x
    return Exercise(
        "The lines of this program are mixed up. In which order does the walk back come to the four gates? Write their "
        f'names as one word in quotes, the first one visited first, such as `"{p}{r}{q}{s}"`.{mixed}',
        f, (2.0,), lambda d: s + r + q + p,
        hint="The first is the one that nobody uses. Then comes one whose users have all had their turn.",
        traps=((p + q + r + s, "That is the order forward."),
               (s + q + r + p, f"{r} uses {q}, so {q} has to wait for it.")))


def calls(rng: Any) -> Exercise:
    """The cost of walking along every path: all nodes, as often as paths from the end lead to them."""
    n = int(rng.integers(4, 10))

    def f(a: Any) -> Any:
        total = a
        for _ in range(n):
            a = a + a
            total = total + a
        return total

    return Exercise(
        f"A number is doubled {n} times by a + a. How often is a function called that begins at the end and follows "
        "every path back, the first call included?", f, (1.0,), lambda d: d(f)(1.0),
        hint="1 at the end, 2 at the node before it, 4 at the next one, and so on down to the leaf.",
        traps=((2.0**n, "Those are the calls at the leaf. Add those at the other nodes."),
               (n + 1.0, "So often a walk in topological order visits a node.")))


def squared(rng: Any) -> Exercise:
    """The slope of a number that is squared again and again, as a function."""
    k = whole(rng, high=5)
    f: Fun = lambda x: k * (x * x) * (x * x)
    return Exercise(
        "Without the package, write dz/dx as a function of x, such as `lambda x: 2.0 * x`."
        f"{program('s = x * x', 't = s * s', f'z = {show(k)} * t')}",
        f, (1.5,), lambda d: d(f), tries=((1.5,), (-2.0,), (0.5,)),
        hint="Back from z: t gets the factor, s gets 2 · s times that, x gets 2 · x times that.")


EXERCISES = (paths, shared, too_early, order, calls, squared)
