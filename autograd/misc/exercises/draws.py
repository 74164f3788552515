"""Numbers that are easy to compute with by hand."""
from typing import Any

import numpy as np


def whole(rng: Any, n: int = 1, low: int = 2, high: int = 9) -> Any:
    """n different whole numbers of both signs, from `low` to `high` in size; one of them alone is a float.

    >>> whole(np.random.default_rng(0), 3)
    [-6.0, -9.0, -7.0]
    """
    sizes = rng.choice(np.arange(low, high + 1), n, replace=False)
    numbers = [float(size) for size in sizes * rng.choice([-1, 1], n)]
    return numbers if n > 1 else numbers[0]


def halves(rng: Any, *shape: int) -> Any:
    """Multiples of ½ between -2 and 2 that are not 0: an array of this shape, or one float.

    >>> halves(np.random.default_rng(0), 3)
    array([1.5, 1. , 0.5])
    """
    return rng.choice([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0], shape or None)


def show(x: Any) -> str:
    """A number or an array as it is written in a question.

    >>> show(-3.0), show(np.array([[1.0, 0.5]]))
    ('-3', '[[1, 0.5]]')
    """
    if np.ndim(x):
        return f"[{', '.join(show(part) for part in x)}]"
    return f"{float(x):.6g}"


def plus(x: float) -> str:
    """A number that is added at the end of a formula.

    >>> plus(0.5), plus(-2.0)
    ('+ 0.5', '- 2')
    """
    return f"{'+' if x >= 0 else '-'} {show(abs(x))}"
