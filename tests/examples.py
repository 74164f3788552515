"""Inputs for a gate, out of its case: what the checks of the machine run on."""
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.graph import GATES
from tests.cases import COMPLEX, ELSEWHERE, IN_COMPLEX, PAIRED, Case, draw

SHAPES = [(), (1,), (3,), (2, 1), (2, 3), (1, 3)]


class Example:
    """A gate with inputs, of which the floating ones move."""

    def __init__(self, name: str, case: Case, shapes: Sequence[Any], params: dict[str, Any], seed: int = 0) -> None:
        self.name, self.case, self.params, self.shapes = name, case, params, shapes
        rng = np.random.default_rng([seed, *name.encode()])
        self.args = [draw(kind, shape, rng) for kind, shape in zip(case.kinds, shapes, strict=False)]
        self.moving = [i for i, x in enumerate(self.args) if is_real(x)]
        self.xs = tuple(self.args[i] for i in self.moving)
        self.vs, self.ws = ([noise(x, rng) for x in self.xs] for _ in range(2))
        self.value = self.reference(self.xs)
        self.g = noise(self.value, rng)

    def gate(self, xs: Sequence[Any]) -> Any:
        return GATES[self.name](*self.filled(xs), **self.params)

    def reference(self, xs: Sequence[Any]) -> Any:
        return self.case.reference(*self.filled(xs), **self.params)

    def filled(self, xs: Sequence[Any]) -> list[Any]:
        return placed(self.args, self.moving, xs)

    def __repr__(self) -> str:
        return f"{self.name} of {self.shapes} {self.params}"


def examples(name: str, case: Case, seed: int = 0) -> list[Example]:
    n = len(case.kinds)
    rows: Sequence[Any] = case.shapes or [((),) * n, ((2, 3),) * n, *([((3,), (2, 1), ())[:n]] if n > 1 else [])]
    pairs = zip(rows, case.params, strict=True) if name in PAIRED else itertools.product(rows, case.params)
    return [Example(name, case, shapes, params, seed) for shapes, params in pairs]


def is_real(x: Any) -> bool:
    return isinstance(x, float) or np.asarray(x).dtype.kind in "fc"


def noise(x: Any, rng: np.random.Generator) -> Any:
    ans = rng.standard_normal(np.shape(x))
    if np.iscomplexobj(x):
        ans = ans + 1j * rng.standard_normal(np.shape(x))
    return ans if np.shape(x) else np.complex128(ans) if np.iscomplexobj(x) else float(ans)


def placed(args: Sequence[Any], where: Sequence[int], xs: Sequence[Any]) -> list[Any]:
    """The arguments with `xs` at the positions `where`."""
    new = list(args)
    for i, x in zip(where, xs, strict=True):
        new[i] = x
    return new


def subsets(n: int) -> Iterator[tuple[int, ...]]:
    for size in range(1, n + 1):
        yield from itertools.combinations(range(n), size)


class Stack:
    """Three examples as one for `vmap`: the mapped inputs stacked along a new axis, the others shared."""

    def __init__(self, group: Sequence[Example], mapped: tuple[int, ...]) -> None:
        self.example, self.mapped = group[0], mapped
        args = self.example.args
        self.axes = tuple(0 if i in mapped else None for i in range(len(args)))
        self.rows = [[x if i in mapped else args[i] for i, x in enumerate(other.args)] for other in group]
        self.xs = [np.stack(column) if i in mapped else column[0]
                   for i, column in enumerate(zip(*self.rows, strict=True))]

    def value(self, *args: Any) -> Any:
        return GATES[self.example.name](*args, **self.example.params)

    def __repr__(self) -> str:
        return f"vmap over inputs {self.mapped} of {self.example}"


def stacks(name: str, case: Case, seed: int = 0) -> Iterator[Stack]:
    """Every example, with every choice of mapped inputs."""
    for group in zip(*(examples(name, case, seed + k) for k in range(3)), strict=True):
        for mapped in subsets(len(group[0].args)):
            yield Stack(group, mapped)


# ---------------------------------------------------------------- the same case on other numbers
def on_complex(name: str, case: Case) -> list[Case]:
    """The case on complex numbers, if the gate is defined on these."""
    kinds = tuple(IN_COMPLEX.get(kind, "complex") for kind in case.kinds)
    return [case._replace(kinds=kinds)] if name in COMPLEX else []


def elsewhere(name: str, case: Case) -> list[Case]:
    """The case on numbers where the gate follows another branch of its rules, if there are such."""
    return [case._replace(kinds=ELSEWHERE[name])] if name in ELSEWHERE else []


def variants(name: str, case: Case) -> list[Case]:
    return [case, *on_complex(name, case), *elsewhere(name, case)]
