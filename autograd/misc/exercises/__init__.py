"""Exercises of the course, made from a seed, which check the answers themselves.

Every seed gives other numbers. The keys are computed by the engine and verified by `check_grads` and by differences.
`python -m autograd.misc.exercises --seed 7` prints the sheets of all lessons, with `--answers` the keys.
"""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import KeywordError, here
from autograd.misc.exercises import (
    compiled,
    diagnosing,
    digits,
    gates,
    graphs,
    hidden,
    higher,
    layer,
    moons,
    networks,
    optimizers,
    own_gates,
    regression,
    steps,
)
from autograd.misc.exercises.exercise import Exercise, Verdict
from autograd.misc.exercises.sheet import Sheet

Maker = Callable[[Any], Exercise]
#: the lessons in their order; each module has a title and the functions that make its exercises
LESSONS: dict[str, Any] = {
    "gates": gates, "graphs": graphs, "layer": layer, "xor": hidden,
    "steps": steps, "moons": moons, "regression": regression, "digits": digits,
    "optimizers": optimizers, "networks": networks, "higher": higher,
    "own_gate": own_gates, "diagnosing": diagnosing, "compiled": compiled}

__all__ = ["Exercise", "Sheet", "Verdict", "exercises", "handout"]


def exercises(lesson: str, seed: int = 0) -> Sheet:
    """The exercises of one lesson; the same seed gives the same numbers.

    Raises KeywordError for a lesson that there is not.

    >>> sheet = exercises("gates", seed=1)
    >>> len(sheet), sheet.check(1, sheet[0].key)
    (5, 1. Right.)
    """
    if lesson not in LESSONS:
        raise KeywordError(f"there is no lesson {lesson!r}, write one of: {', '.join(LESSONS)}.{here()}")
    module, number = LESSONS[lesson], list(LESSONS).index(lesson) + 1
    made = [_fair(make, np.random.default_rng([seed, k, *lesson.encode()])) for k, make in enumerate(module.EXERCISES)]
    return Sheet(f"{number}. {module.TITLE}", made)


def _fair(make: Maker, rng: Any) -> Exercise:
    """The first one drawn whose key is no likely wrong answer too."""
    return next(exercise for exercise in iter(lambda: make(rng), None) if exercise.fair)


def handout(lessons: Sequence[str] = (), seed: int = 0, answers: bool = False) -> str:
    """The exercises of these lessons, or of all, as a page of Markdown; or their answers.

    >>> print(handout(["gates"], seed=1, answers=True))     # doctest: +ELLIPSIS
    ## 1. Gates and the chain rule
    <BLANKLINE>
    1. `...
    """
    sheets = [exercises(lesson, seed) for lesson in lessons or LESSONS]
    return "\n".join(f"## {sheet.title}\n\n{sheet.answers() if answers else sheet.questions()}" for sheet in sheets)
