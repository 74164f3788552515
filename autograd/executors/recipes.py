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


def pointwise(step: Step, spaces: Mapping[int, Space]) -> bool:
    """Whether the result may be written over an argument of the same shape."""
    cast = step.gate is fitted and _is_cast(spaces[step.args[0]], spaces[step.out])
    return cast or step.gate in _POINTWISE or (step.gate.kind == "elementwise" and _is_ufunc(step.gate))


def _ufunc(site: Site) -> list[str] | None:
    ufunc = site.step.gate.array
    out = "out={out}" if ufunc in (np.maximum, np.minimum) else "{out}"        # these two want the keyword
    return [f"{site.bind(ufunc)}({', '.join(site.args)}, {out})"]


def _sigmoid(site: Site) -> list[str] | None:
    one, (x,) = site.number(1.0), site.args
    return [f"negative({x}, {{out}})", "exp({out}, {out})", f"add({{out}}, {one}, {{out}})", "reciprocal({out}, {out})"]


def _with_zero(ufunc: str) -> Recipe:
    return lambda site: [f"{ufunc}({site.args[0]}, {site.number(0.0)}, out={{out}})"]


def _sum(site: Site) -> list[str] | None:
    params = site.step.params
    return _short(site, params["axis"]) or [_reduced("add", site)]


def _short(site: Site, axis: Any) -> list[str] | None:
    """The sum along rows or columns of a matrix whose rows are short, as a product with ones: `add.reduce` begins anew
    for every row. The last digits are those of BLAS."""
    x, old = site.args[0], site.space(0)
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    if (len(old.shape) != 2 or len(site.out.shape) != 1 or axis not in (0, 1, -1, -2) or math.prod(old.shape) < 64
            or not 0 < old.shape[1] <= _SHORT or old.dtype != site.out.dtype or old.dtype not in _BLAS):
        return None
    ones = site.bind(np.ones(old.shape[axis], old.dtype))
    return [f"dot({ones}, {x}, {{out}})" if axis in (0, -2) else f"dot({x}, {ones}, {{out}})"]


_SHORT = 16
_BLAS = (np.float64, np.float32)


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
    if _is_cast(site.space(0), new):
        return [f"copyto({{out}}, {x}, 'same_kind')"]
    if not new.shape or dtype != new.dtype:
        return None
    if np.broadcast_shapes(old, new.shape) == new.shape:
        return [f"copyto({{out}}, {x})"]
    if extra and old[extra:] == new.shape:
        return _short(site, tuple(range(extra))) or [f"add.reduce({x}, {tuple(range(extra))}, None, {{out}})"]
    long = tuple(a for a, n in enumerate(new.shape) if n == 1 and old[a] != 1) if not extra else ()
    kept = tuple(1 if a in long else n for a, n in enumerate(old)) == new.shape
    return [f"add.reduce({x}, {long}, None, {{out}}, True)"] if long and kept else None


def _is_cast(old: Space, new: Space) -> bool:
    """Whether only the dtype changes, and not from complex to real."""
    return bool(old.shape and old.shape == new.shape and old.dtype != new.dtype
                and old.dtype.kind in "bf" and new.dtype.kind in "fc")


def _where(site: Site) -> list[str] | None:
    condition, x, y = site.args
    return [f"copyto({{out}}, {y})", f"copyto({{out}}, {x}, 'same_kind', {condition})"] if _truth(site) else None


def _truth(site: Site) -> bool:
    return bool(site.out.shape) and site.space(0).dtype == bool


def _logsumexp(site: Site) -> list[str] | None:
    """Of rows of finite numbers; at others the gate does what eager mode does."""
    (x,), (old, dtype), params = site.args, site.space(0), site.step.params
    if not site.out.shape or dtype.kind != "f":
        return None
    axes = reduce.axes_of(params["axis"], len(old))
    kept = tuple([1 if a in axes else n for a, n in enumerate(old)])
    most, rest = site.bind(np.empty(kept, dtype)), site.bind(np.empty(old, dtype))
    axis, flat = f"{axes}, None", f"{{out}}.reshape({kept})"
    return [f"maximum.reduce({x}, {axis}, {most}, True)", f"if isfinite(add.reduce({most}, None)):",
            f"    subtract({x}, {most}, {rest})", f"    exp({rest}, {rest})",
            f"    add.reduce({rest}, {axis}, {flat}, True)", "    log({out}, {out})",
            f"    add({flat}, {most}, {flat})",
            "else:", f"    copyto({{out}}, {site.bind(site.step.gate.run)}(({x},), {site.bind(params)}))"]


def _concatenate(site: Site) -> list[str] | None:
    parts, axis = ", ".join(site.args), site.step.params["axis"]
    return [f"concatenate(({parts},), {axis}, {{out}})"] if _all_arrays(site) else None


def _copy(site: Site) -> list[str] | None:
    """A reshape that NumPy cannot do as a view."""
    (x,), old = site.args, site.space(0).shape
    return [f"copyto({{out}}.reshape({old}), {x})"] if site.out.shape else None


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
    reduce.sum: _sum, reduce.max: _fold("maximum"), reduce.min: _fold("minimum"),
    reduce.prod: _fold("multiply"),
    reduce.mean: _mean, reduce.logsumexp: _logsumexp, fitted: _fit, contract.dot: _dot, contract.matmul: _matmul,
    shape.concatenate: _concatenate, shape.reshape: _copy, index.scatter: _scatter, index.assign: _assign,
}
NAMES = {name: f for name, f in vars(np).items() if isinstance(f, np.ufunc)} | {
    "dot": np.dot, "copyto": np.copyto, "concatenate": np.concatenate, "empty": np.empty, "float_exp": math.exp}
