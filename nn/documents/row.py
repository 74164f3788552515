"""What a row of the table is: a program, and the figures that it is compared with digit by digit."""
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from autograd import grad

Weights = list[Any]


class Figure(NamedTuple):
    """Numbers as somebody printed them, separated by spaces, and how obtained numbers are compared with them.

    A number agrees where, rounded to the digits that are printed, it is the printed one; zeros that a print leaves out
    at its end are written in. Where the last digits depend on the order in which a machine adds, `digits` says how many
    are claimed: then it may differ by one unit of the last of them. 0 claims the order of magnitude alone. `source`
    says who printed the numbers: the document, or, where it prints none, a NumPy program with derivatives by hand.

    >>> Figure("p", "0.125 0.50").agreeing([0.1254, 0.506]), Figure("p", "0.125", digits=2).agreeing(0.129)
    ([True, False], [True])
    """

    name: str
    printed: str
    digits: int | None = None
    source: str = "document"

    def agreeing(self, obtained: Any) -> list[bool]:
        """For each printed number, whether the obtained one agrees with it."""
        pairs = zip(np.ravel(obtained), self.printed.split(), strict=True)
        return [as_printed(value, text) == text or self._near(value, text) for value, text in pairs]

    def _near(self, value: float, text: str) -> bool:
        return self.digits is not None and bool(abs(value - float(text)) <= unit(self.digits, text))

    def rounded(self, obtained: Any) -> str:
        """The obtained numbers as the source would have printed them."""
        return " ".join(as_printed(*pair) for pair in zip(np.ravel(obtained), self.printed.split(), strict=True))


class Row(NamedTuple):
    """One system of the documents: `run(progress)` trains it and returns the value of each figure by its name."""

    id: str
    title: str
    run: Callable[..., dict[str, Any]]
    figures: tuple[Figure, ...]


def as_printed(value: float, text: str) -> str:
    """`value` in the style of `text`: as many digits after the point, with an exponent where it has one.

    >>> as_printed(2.0 / 3.0, "0.125"), as_printed(2.0 / 3.0, "1.25e-05"), as_printed(-0.0001, "0.00")
    ('0.667', '6.67e-01', '0.00')
    """
    mantissa, e, _ = text.partition("e")
    digits = len(mantissa.partition(".")[2])
    return f"{value:z.{digits}{e or 'f'}}"


def unit(digits: int, text: str) -> float:
    """One unit of the last of so many significant digits of a printed number.

    >>> unit(2, "0.0022489756615412743")
    0.0001
    """
    return float(Decimal(1).scaleb(Decimal(text).adjusted() + 1 - digits))


def descend(loss: Callable[[Weights], Any], weights: Weights, rate: float | NDArray[np.float64],
            keep: Collection[int], progress: bool = False) -> dict[int, Weights]:
    """Gradient descent, and the weights before each pass in `keep`, whose largest number is how many passes are made.

    In a pass every weight w becomes w − rate · ∂loss/∂w. A bar is shown in a terminal where `progress` asks for it.

    >>> descend(lambda w: w[0] * w[0], [1.0], 0.25, keep=(0, 2))
    {0: [1.0], 2: [0.25]}
    """
    gradient, kept = grad(loss), {}
    for i in tqdm(range(max(keep)), leave=False, disable=None if progress else True):
        if i in keep:
            kept[i] = weights
        weights = [w - rate * g for w, g in zip(weights, gradient(weights), strict=True)]
    return kept | {max(keep): weights}
