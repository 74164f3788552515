"""Floor 4: products that are added to what is there, as in w - rate · (x.T @ g): one call of BLAS.

A carried matrix s whose next value is a·s + b·(x @ y), however that is written, is updated by the BLAS that NumPy
brings. The last digits differ from those of the single steps.
"""
import ctypes
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd.executors.buffers import Survey
from autograd.gates.contract import dot, matmul
from autograd.gates.elementwise import add, mul, negative, sub
from autograd.program import Program, Step

_WORTH = 4096                         # numbers: below, finding the addresses takes longer than the steps
_LONGEST = 16                         # steps: so far an update is followed
_NAMES = ("scipy_cblas_{}gemm64_", "cblas_{}gemm64_")
_ROW, _AS_IT_IS, _TURNED = 101, 111, 112                         # how BLAS calls them
Gemm = Callable[[float, Any, Any, float, Any], None]


@functools.cache
def gemm(dtype: Any) -> Gemm | None:
    """`accumulate(a, x, y, b, out)`, which makes `out` a·(x @ y) + b·out; None where NumPy's BLAS is another."""
    real, letter = (ctypes.c_double, "d") if dtype == np.float64 else (ctypes.c_float, "s")
    call = of_blas(letter)
    if call is None:
        return None
    whole, address = ctypes.c_int64, ctypes.c_void_p
    call.argtypes = [ctypes.c_int] * 3 + [whole] * 3 + [real, address, whole, address, whole, real, address, whole]
    call.restype = None

    def accumulate(a: float, x: Any, y: Any, b: float, out: Any) -> None:
        (x, x_form, x_stride), (y, y_form, y_stride) = _form(x), _form(y)
        m, n = out.shape
        call(_ROW, x_form, y_form, m, n, x.shape[1], a, _address(x), x_stride, _address(y), y_stride,
             b, _address(out), n)
    return accumulate


def of_blas(letter: str) -> Any:
    """The product of matrices of double ("d") or float ("s") in NumPy's BLAS; None where that is another one."""
    return next((getattr(library, name.format(letter)) for library in _libraries() for name in _NAMES
                 if hasattr(library, name.format(letter))), None)


def _libraries() -> list[Any]:
    """The BLAS that NumPy's wheels bring, which is loaded already."""
    folder = Path(np.__file__).parents[1]
    found = [*folder.glob("numpy.libs/*openblas64*"), *folder.glob("numpy/.dylibs/*openblas64*")]
    return [ctypes.CDLL(str(path)) for path in found]


def _form(x: Any) -> tuple[Any, int, int]:
    """A matrix as BLAS takes it: row by row, or turned round."""
    if x.flags.c_contiguous:
        return x, _AS_IT_IS, max(x.shape[1], 1)
    if x.flags.f_contiguous:
        return x, _TURNED, max(x.shape[0], 1)
    return np.ascontiguousarray(x), _AS_IT_IS, max(x.shape[1], 1)


def _address(x: Any) -> int:
    return x.__array_interface__["data"][0]  # type: ignore[no-any-return]


def accumulated(program: Program, steps: Sequence[Step], states: Mapping[int, int],
                survey: Survey) -> list[Step]:
    """The steps with one step (x, y, s -> next) in place of those that make such a next value. `states` maps each
    carried input to what replaces it."""
    made = {step.out: step for step in steps}
    left = list(steps)
    for s, end in states.items():
        found = Chain(program, made, s, end) if end in made else None
        if found and found.fits(left, survey):
            new = Step(dot, (*found.product.args, s), {"a": found.b, "b": found.a}, end, made[end].where)
            left = [new if step.out == end else step for step in left if step is made[end] or step not in found.steps]
    return left


class Chain:
    """The steps behind `end` as a·s + b·product, if they are that."""

    def __init__(self, program: Program, made: Mapping[int, Step], s: int, end: int) -> None:
        self.program, self.made, self.s, self.end = program, made, s, end
        self.steps: list[Step] = []
        self.products: list[Step] = []
        self.a, self.b = self._parts(end)

    @property
    def product(self) -> Step:
        """The one product in it."""
        return self.products[0]

    def _parts(self, slot: int) -> tuple[float, float]:
        """How often s and the product are in a slot; nan where it is something else."""
        if slot == self.s:
            return 1.0, 0.0
        step = self.made.get(slot)
        if step is None or len(self.steps) == _LONGEST:
            return math.nan, math.nan
        self.steps.append(step)
        if step.gate in (dot, matmul):
            self.products.append(step)
            return 0.0, 1.0
        if step.gate is mul:
            number, slot = sorted(step.args, key=lambda s: type(self.program.constants.get(s)) is not float)
            factor = self.program.constants.get(number)
            return _scaled(factor if type(factor) is float else math.nan, self._parts(slot))
        if step.gate is negative:
            return _scaled(-1.0, self._parts(step.args[0]))
        if step.gate in (add, sub):
            (a, b), sign = self._parts(step.args[0]), 1.0 if step.gate is add else -1.0
            c, d = _scaled(sign, self._parts(step.args[1]))
            return a + c, b + d
        return math.nan, math.nan

    def fits(self, steps: Sequence[Step], survey: Survey) -> bool:
        """Whether one call may take their place: nobody else reads what they make, nor s after it is replaced."""
        shape, dtype = self.program.spaces[self.s]
        if (self.a == 0.0 or not math.isfinite(self.a + self.b) or len({id(p) for p in self.products}) != 1
                or len(shape) != 2 or math.prod(shape) < _WORTH or dtype not in (np.float64, np.float32)
                or gemm(dtype) is None or survey.order[self.end] != (0, 1)):
            return False
        inside = {step.out for step in self.steps} - {self.end}
        at = next(t for t, step in enumerate(steps) if step.out == self.end)
        later = {s for step in steps[at + 1:] for s in step.args} | {*self.program.outputs}
        others = {s for step in steps if step not in self.steps for s in step.args} | {*self.program.outputs}
        matrices = all(len(self.program.spaces[s].shape) == 2 and self.program.spaces[s].dtype == dtype
                       and self.s not in survey.roots[s] for s in self.product.args)
        return matrices and not inside & others and not any(self.s in survey.roots[s] for s in later)


def _scaled(factor: float, parts: tuple[float, float]) -> tuple[float, float]:
    return factor * parts[0], factor * parts[1]
