"""Floor 4: gates as NumPy calls that write into memory that is there.

A recipe gives lines of Python for a step. In them {out} stands for the memory of the result, or for None in a single
call that may make its own. No recipe, or None from it, means that the gate runs as it does in eager mode.
"""
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.gate import Gate, fitted
from autograd.gates import contract, elementwise, index, reduce, shape
from autograd.program import Space, Step


@dataclass(frozen=True)
class Site:
    """A step where it is written down: names of its arguments, and of other objects."""

    step: Step
    args: list[str]
    spaces: Mapping[int, Space]
    bind: Callable[[Any], str]                            # an object -> its name in the generated code

    def space(self, i: int) -> Space:
        """The space of argument i."""
        return self.spaces[self.step.args[i]]

    @property
    def out(self) -> Space:
        """The space of the result."""
        return self.spaces[self.step.out]

    def number(self, value: float) -> str:
        """A constant in the dtype of the result, so that NumPy has nothing to convert."""
        return self.bind(np.array(value, self.out.dtype))


Recipe = Callable[[Site], list[str] | None]


def written(site: Site) -> list[str]:
    """The lines of a step; none where only its gate knows how it is done."""
    gate = site.step.gate
    recipe = _RECIPES.get(gate) or (_ufunc if _is_ufunc(gate) and not site.step.params else None)
    return (recipe(site) if recipe else None) or []


def _is_ufunc(gate: Gate) -> bool:
    return isinstance(gate.array, np.ufunc) and gate.array.nout == 1


def pointwise(step: Step) -> bool:
    """Whether the result may be written over an argument of the same shape."""
    return step.gate in _POINTWISE or (step.gate.kind == "elementwise" and _is_ufunc(step.gate))


def _ufunc(site: Site) -> list[str] | None:
    ufunc = site.step.gate.array
    out = "out={out}" if ufunc in (np.maximum, np.minimum) else "{out}"        # these two want the keyword
    return [f"{site.bind(ufunc)}({', '.join(site.args)}, {out})"]


def _sigmoid(site: Site) -> list[str] | None:
    one, (x,) = site.number(1.0), site.args
    return [f"negative({x}, {{out}})", "exp({out}, {out})", f"add({{out}}, {one}, {{out}})", "reciprocal({out}, {out})"]


def _with_zero(ufunc: str) -> Recipe:
    return lambda site: [f"{ufunc}({site.args[0]}, {site.number(0.0)}, out={{out}})"]


def _fold(ufunc: str) -> Recipe:
    return lambda site: [_reduced(ufunc, site)]


def _reduced(ufunc: str, site: Site) -> str:
    params = site.step.params
    return f"{ufunc}.reduce({site.args[0]}, {params['axis']!r}, None, {{out}}, {params['keepdims']})"


def _mean(site: Site) -> list[str] | None:
    if site.out.dtype == np.float16 or not site.space(0).shape:
        return None
    total = _reduced("add", site)
    n = reduce.count(site.space(0).shape, site.step.params["axis"])
    return [total, f"divide({{out}}, {site.number(n)}, {{out}})"] if site.out.shape else [f"{total} / {n}"]


def _dot(site: Site) -> list[str] | None:
    return [f"dot({', '.join(site.args)}, {{out}})"] if _all_arrays(site) else None


def _matmul(site: Site) -> list[str] | None:
    """`dot` is the quicker call, and gives the same bits for real matrices."""
    matrices = len(site.space(0).shape) == len(site.space(1).shape) == 2 and site.out.dtype.kind == "f"
    return _dot(site) if matrices else _ufunc(site)


def _all_arrays(site: Site) -> bool:
    return all(site.spaces[s].shape and site.spaces[s].dtype == site.out.dtype for s in site.step.args)


def _fit(site: Site) -> list[str] | None:
    """Sums over axes that are too long, or copies along those that are missing."""
    (x,), (old, dtype), new = site.args, site.space(0), site.out
    extra = len(old) - len(new.shape)
    if not old and dtype is None and new.shape:
        return [f"{{out}}.fill({x})"]
    if not new.shape or dtype != new.dtype:
        return None
    if np.broadcast_shapes(old, new.shape) == new.shape:
        return [f"copyto({{out}}, {x})"]
    if extra and old[extra:] == new.shape:
        return [f"add.reduce({x}, {tuple(range(extra))}, None, {{out}})"]
    long = tuple(a for a, n in enumerate(new.shape) if n == 1 and old[a] != 1) if not extra else ()
    kept = tuple(1 if a in long else n for a, n in enumerate(old)) == new.shape
    return [f"add.reduce({x}, {long}, None, {{out}}, True)"] if long and kept else None


def _where(site: Site) -> list[str] | None:
    condition, x, y = site.args
    return [f"copyto({{out}}, {y})", f"copyto({{out}}, {x}, 'same_kind', {condition})"] if _truth(site) else None


def _truth(site: Site) -> bool:
    return bool(site.out.shape) and site.space(0).dtype == bool


def _concatenate(site: Site) -> list[str] | None:
    return [f"concatenate(({', '.join(site.args)},), {site.step.params['axis']}, {{out}})"] if _all_arrays(site) else None


def _copy(site: Site) -> list[str] | None:
    """A reshape that NumPy cannot do as a view."""
    return [f"copyto({{out}}.reshape({site.space(0).shape}), {site.args[0]})"] if site.out.shape else None


def _scatter(site: Site) -> list[str] | None:
    at = site.step.params["index"]
    basic = index._is_basic(at)
    return ["{out}.fill(0.0)", f"{{out}}[{site.bind(at)}] = {site.args[0]}"] if basic and site.out.shape else None


def _assign(site: Site) -> list[str] | None:
    x, y = site.args
    at = site.bind(site.step.params["index"])
    return [f"copyto({{out}}, {x})", f"{{out}}[{at}] = {y}"] if site.space(0).shape == site.out.shape else None


_POINTWISE = {elementwise.sigmoid, elementwise.relu, elementwise.softplus}
_RECIPES: dict[Any, Recipe] = {
    elementwise.sigmoid: _sigmoid, elementwise.relu: _with_zero("maximum"),
    elementwise.softplus: _with_zero("logaddexp"), elementwise.where: _where,
    reduce.sum: _fold("add"), reduce.max: _fold("maximum"), reduce.min: _fold("minimum"), reduce.prod: _fold("multiply"),
    reduce.mean: _mean, fitted: _fit, contract.dot: _dot, contract.matmul: _matmul,
    shape.concatenate: _concatenate, shape.reshape: _copy, index.scatter: _scatter, index.assign: _assign,
}
NAMES = {name: f for name, f in vars(np).items() if isinstance(f, np.ufunc)} | {
    "dot": np.dot, "copyto": np.copyto, "concatenate": np.concatenate, "empty": np.empty, "float_exp": math.exp}
