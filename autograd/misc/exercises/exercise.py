"""One exercise: a question about a function, and its answer, which is computed and can be verified."""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograd.check import GradientError, check_grads
from autograd.graph import Tensor
from autograd.transforms import grad

Fun = Callable[..., Any]
#: three digits of an answer are enough; beside the largest number of an array, a thousandth of it is 0
RELATIVE, ABSOLUTE = 5e-3, 5e-4


@dataclass(frozen=True)
class Verdict:
    """What `check` says of an answer; it counts as true where the answer is right.

    >>> verdict = Verdict(False, "Not yet.")
    >>> verdict, bool(verdict), verdict.right, verdict.says
    (Not yet., False, False, 'Not yet.')
    """

    right: bool
    says: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.says


@dataclass(frozen=True)
class Exercise:
    """A question about the function f at some arguments, whose answer is computed with derivatives of f.

    `answer(d)` gives the key: a number, an array, a word, or a function that is compared at `tries`. There d(f, argnum)
    is a derivative of f: the engine's `grad` for the key, and differences of f where the key is verified. Each of
    `traps` is a likely wrong answer and what is said of it.

    >>> exercise = Exercise("f = x² at x = 3. What is df/dx?", lambda x: x * x, (3.0,), lambda d: d(exercise.f)(3.0),
    ...                     traps=((9.0, "That is the value of f."),))
    >>> exercise.key, exercise.check(6), exercise.check(9.0)
    (6.0, Right., Not yet. That is the value of f.)
    >>> exercise.verify()
    >>> exercise.fair
    True
    """

    question: str
    f: Fun
    at: tuple[Any, ...]
    answer: Callable[[Fun], Any]
    hint: str = "Try again."
    traps: tuple[tuple[Any, str], ...] = ()
    tries: tuple[tuple[Any, ...], ...] = ()

    @cached_property
    def key(self) -> Any:
        """The right answer."""
        return self.answer(grad)

    def check(self, answer: Any) -> Verdict:
        """Whether this answers the question, to three digits; where it does not, what may be wrong."""
        if answer is ...:
            return Verdict(False, "Waits for an answer.")
        try:
            problem = self._problem(answer)
        except Exception as error:                             # a learner's function may raise anything
            problem = f"It raised {type(error).__name__}: {error}"
        return Verdict(not problem, f"Not yet. {problem}".rstrip() if problem else "Right.")

    def verify(self) -> None:
        """Raise GradientError unless `check_grads` passes, and differences of f lead to the same key."""
        check_grads(self.f)(*self.at)
        again = self.answer(differences)
        for args in self.tries:
            check_grads(self.key)(*args)
        if not callable(again) and self._problem(again):
            raise GradientError(f"differences give {again}, the key is {self.key}: {self.question}")

    @property
    def fair(self) -> bool:
        """Whether every trap can be told from the key; numbers may coincide."""
        return all(self._problem(wrong) for wrong, _ in self.traps)

    def _problem(self, answer: Any) -> str:
        """What is wrong with an answer, or nothing."""
        if callable(self.key):
            return self._of_function(answer)
        if isinstance(self.key, str):
            return "" if alike(answer, self.key) else self._hint(answer)
        given, key = np.asarray(_plain(answer)), np.asarray(self.key)
        if given.dtype.kind not in "buif":
            return f"The answer is a number or an array, not {type(answer).__name__}."
        if given.shape != key.shape:
            return f"The answer has the shape {key.shape}, yours has {given.shape}."
        return "" if same(given, key) else self._hint(given)

    def _of_function(self, answer: Any) -> str:
        if not callable(answer):
            return f"The answer is a function, not {type(answer).__name__}."
        for args in self.tries:
            given, key = _plain(answer(*args)), self.key(*args)
            if np.shape(given) != np.shape(key) or not same(given, key):
                return f"At {', '.join(map(str, args))} it gives {given}, and {key} is right. {self.hint}".rstrip()
            check_grads(answer)(*args)
        return ""

    def _hint(self, answer: Any) -> str:
        """What is said of this wrong answer."""
        for wrong, says in self.traps:
            if alike(answer, wrong):
                return says
        opposite = not isinstance(self.key, str) and alike(answer, -self.key)
        return "The sign is the other way round." if opposite else self.hint


def same(given: Any, key: Any) -> bool:
    """Whether two arrays agree to three digits."""
    largest = float(np.max(np.abs(key), initial=0.0))
    return bool(np.allclose(given, key, rtol=RELATIVE, atol=ABSOLUTE * (largest or 1.0)))


def alike(given: Any, wrong: Any) -> bool:
    """Whether an answer of any shape, or a word in any case, is this one."""
    if isinstance(wrong, str):
        return str(given).strip().casefold() == wrong.casefold()
    return np.shape(given) == np.shape(wrong) and same(given, wrong)


def differences(f: Fun, argnum: int = 0) -> Fun:
    """∂f/∂x for one argument x of f, number by number: (8(f₁ - f₋₁) - (f₂ - f₋₂)) / 12h (Abramowitz and Stegun 25.3.6).

    >>> float(round(differences(lambda x: x * x * x)(2.0), 9))
    12.0
    """
    def derivative(*args: Any) -> Any:
        x = np.asarray(args[argnum], dtype=float)
        of_x = partial(_at, f, args, argnum)
        slopes = [_slope(of_x, x, step.reshape(x.shape)) for step in np.eye(x.size)]
        return np.array(slopes).reshape(x.shape)[()]
    return derivative


def _at(f: Fun, args: tuple[Any, ...], argnum: int, x: Any) -> Any:
    return f(*args[:argnum], x[()], *args[argnum + 1:])


def _slope(f: Fun, x: Any, along: Any, h: float = 1e-3) -> Any:
    a, b, c, d = (f(x + k * h * along) for k in (-2.0, -1.0, 1.0, 2.0))
    return (8.0 * (c - b) - (d - a)) / (12.0 * h)


def _plain(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else x
