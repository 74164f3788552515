"""What a section is: an exercise, a suggestion or a drawing of the documents as a short program, and what it shows."""
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import nn

Data = tuple[Any, Any]
Found = dict[str, float]


class Section(NamedTuple):
    """`run()` returns figures by name; `orders` says what they show: names and numbers, each at most the next.

    A drawing also has `draw(path)`, which saves the picture. `slow` ones take more than a second where a compiler has
    to make their program first.

    >>> section = Section("000-halves", "a half is less than one", lambda: {"half": 0.5}, (("half", 1.0),))
    >>> section.broken(section.run()), section.broken({"half": 2.0})
    ([], ['half 2 is more than 1'])
    """

    id: str
    title: str
    run: Callable[[], Found]
    orders: tuple[tuple[str | float, ...], ...]
    draw: Callable[[Path], None] | None = None
    slow: bool = False

    def shows(self) -> str:
        """The orders as text.

        >>> Section("000-halves", "halves", lambda: {"half": 0.5}, ((0.5, "half", 0.5), ("half", 1.0))).shows()
        'half = 0.5; half ≤ 1'
        """
        return "; ".join(map(_as_text, self.orders))

    def broken(self, found: Mapping[str, float]) -> list[str]:
        """What the figures do not show, although they should."""
        return [f"{_named(low, found)} is more than {_named(high, found)}" for order in self.orders
                for low, high in pairwise(order) if not _value(low, found) <= _value(high, found)]


def _as_text(order: tuple[str | float, ...]) -> str:
    terms = [term if isinstance(term, str) else f"{term:.10g}" for term in order]
    return f"{terms[1]} = {terms[0]}" if len(terms) == 3 and terms[0] == terms[2] else " ≤ ".join(terms)


def _value(term: str | float, found: Mapping[str, float]) -> float:
    return found[term] if isinstance(term, str) else term


def _named(term: str | float, found: Mapping[str, float]) -> str:
    return f"{term} {found[term]:g}" if isinstance(term, str) else f"{term:g}"


# ---------------------------------------------------------------- what many sections need
def moons(n: int = 200, noise: float = 0.2) -> tuple[Data, Data]:
    """Document 003's two half moons, and 1 000 new points of the same kind."""
    return nn.load_moons(n, noise, seed=0), nn.load_moons(1000, noise, seed=1)


def train(model: nn.Module, data: Data, epochs: int, lr: float, optimizer: Callable[..., nn.Optimizer] = nn.SGD,
          loss: nn.Loss | None = None, **options: Any) -> nn.History:
    """Teach the model scores of classes, or with another loss what that one measures."""
    return nn.fit(model, data, loss=loss or nn.CrossEntropyLoss(), optimizer=optimizer(model.parameters(), lr=lr),
                  epochs=epochs, progress=False, **options)


def cross_entropy(model: nn.Module, data: Data) -> float:
    """The mean cross-entropy on data that is not trained on."""
    return float(nn.CrossEntropyLoss()(model.predict(data[0]), data[1]))


def accuracy(model: nn.Module, data: Data) -> float:
    """The share of rows whose highest score is that of their class."""
    return float(np.mean(np.argmax(model.predict(data[0]), axis=-1) == data[1]))
