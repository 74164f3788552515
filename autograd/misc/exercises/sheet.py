"""A sheet of exercises, and what it looks like in a notebook and on paper."""
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.errors import OutOfBounds, here
from autograd.misc.exercises.exercise import Exercise, Verdict


class Sheet(Sequence[Exercise]):
    """The exercises of a lesson for a seed, numbered from 1; a notebook shows the questions.

    >>> from autograd.misc.exercises import exercises
    >>> sheet = exercises("gates", seed=1)
    >>> sheet.check(1, ...)
    1. Waits for an answer.
    >>> sheet.questions().count("What is"), sheet.answers().splitlines()[0] == f"1. `{sheet[0].key:.0f}.`"
    (4, True)
    """

    def __init__(self, title: str, exercises: Sequence[Exercise]) -> None:
        self.title, self._exercises = title, tuple(exercises)

    def __len__(self) -> int:
        return len(self._exercises)

    def __getitem__(self, index: Any) -> Any:
        return self._exercises[index]

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self._exercises)

    def check(self, number: int, answer: Any) -> Verdict:
        """Whether this is the answer of the exercise with this number; `...` stands for none yet.

        Raises OutOfBounds where there is no such exercise.
        """
        if number not in range(1, len(self) + 1):
            raise OutOfBounds(f"{self.title} has the exercises 1 to {len(self)}, not {number}.{here()}")
        verdict = self[number - 1].check(answer)
        return Verdict(verdict.right, f"{number}. {verdict}")

    def questions(self) -> str:
        """The questions as Markdown."""
        return _numbered(exercise.question for exercise in self)

    def answers(self) -> str:
        """The keys as Markdown."""
        return _numbered(map(shown, self))

    def __repr__(self) -> str:
        return f"{self.title}\n\n{self.questions()}"

    def _repr_markdown_(self) -> str:
        return self.questions()


def shown(exercise: Exercise) -> str:
    """A key as a teacher reads it: a word, numbers to five digits, or what a function gives where it is tried."""
    key = exercise.key
    if callable(key):
        return ", ".join(f"`{', '.join(map(_digits, args))}` gives `{_digits(key(*args))}`" for args in exercise.tries)
    return f"`{key if isinstance(key, str) else _digits(key)}`"


def _digits(x: Any) -> str:
    return np.array2string(np.asarray(x), precision=5, separator=", ")


def _numbered(texts: Any) -> str:
    """Markdown's numbered list; what has several lines is indented under its number."""
    return "\n".join(f"{k}. " + text.replace("\n", "\n   ") for k, text in enumerate(texts, 1)) + "\n"
