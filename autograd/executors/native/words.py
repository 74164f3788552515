"""Floor 4: what each gate is in the words of C. Elementwise gates have their formula in their row."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.executors.native.lower import (
    KINDS,
    RULES,
    Define,
    Literal,
    Lowering,
    Operand,
    Pick,
    Product,
    Put,
    Rule,
    Store,
    View,
    kind_of,
    lowers,
    strides_of,
    whole,
)
from autograd.gate import Gate
from autograd.gates.index import _BLANK, _is_basic
from autograd.gates.reduce import axes_of, count
from autograd.program import Space, Step

_COUNTING = {"add", "sub", "mul", "negative", "positive", "where"}          # exact on whole numbers too
_TRUTH = {"logical_and", "logical_or", "logical_xor", "logical_not"}


# ---------------------------------------------------------------- number by number
@lowers("formula")
def _formula(low: Lowering, step: Step) -> bool:
    """An elementwise gate by its row's formula in C."""
    spaces, out = [low.spaces[s] for s in step.args], low.spaces[step.out]
    kind = kind_of(out)
    if kind == "bool" and step.gate.name != "where":
        kind = _compared(step.gate, spaces)
    elif kind not in ("double", "float") and step.gate.name not in _COUNTING:
        return False
    if kind is None:
        return False
    kinds = [kind] * len(spaces)
    if step.gate.name == "where":
        kinds[0] = kind_of(spaces[0]) or ""
    if step.gate.name in _TRUTH:
        kinds = [kind_of(space) or "" for space in spaces]
    text = (step.gate.c or "").replace("~", "f" if kind == "float" else "")
    operands = tuple(low.found[s].over(out.shape) for s in step.args)
    low.items.append(Define(step.out, out.shape, text, tuple(kinds), operands))
    low.found[step.out] = whole(step.out, out.shape)
    return True


def _compared(gate: Gate, spaces: Sequence[Space]) -> str | None:
    """The type in which NumPy compares: that of what both become."""
    dtypes = [s.dtype for s in spaces if s.dtype is not None]
    weak = [0.0] * (len(dtypes) < len(spaces))
    return KINDS.get(np.result_type(*dtypes, *weak).str[1:])


@lowers("ldexp")
def _ldexp(low: Lowering, step: Step) -> bool:
    kind, exponent = kind_of(low.spaces[step.out]), step.params["exponent"]
    if kind not in ("double", "float") or not isinstance(exponent, int):
        return False
    low.define(step.out, f"ldexp{'f' * (kind == 'float')}({{0}}, {exponent})", low.found[step.args[0]])
    return True


# ---------------------------------------------------------------- views
def _view(low: Lowering, step: Step) -> bool:
    """A gate that moves no numbers: NumPy itself says which strides its result has."""
    x = low.found[step.args[0]]
    shape = low.spaces[step.out].shape
    if isinstance(x, Literal):
        low.found[step.out] = Literal(x.value, shape)
        return True
    if step.gate.name == "reshape":
        x = _reshapable(low, step, x)
    low.found[step.out] = moved(x, lambda array: _taken(step, array))
    return True


for _name in ("transpose", "expand_dims", "reshape", "broadcast_to", "diagonal", "flip"):
    RULES[_name] = _view


def moved(x: View, move: Callable[[Any], Any]) -> View:
    """What a move does to a view, tried on an array of bytes with the same strides that is never read."""
    stand_in = as_strided(np.empty(1, np.int8), x.shape, x.strides)
    ans = move(stand_in)
    offset = ans.__array_interface__["data"][0] - stand_in.__array_interface__["data"][0]
    return View(x.base, x.offset + offset, ans.strides, ans.shape)


def _taken(step: Step, array: Any) -> Any:
    if step.gate.name == "reshape":
        return np.reshape(array, step.params["shape"], copy=False)
    return step.gate.array(array, **step.params)


def _reshapable(low: Lowering, step: Step, x: View) -> View:
    try:
        moved(x, lambda array: _taken(step, array))
    except ValueError:
        return low.contiguous(step.args[0], x)
    return x


@lowers("getitem")
def _getitem(low: Lowering, step: Step) -> bool:
    index = step.params["index"]
    if not _is_basic(index):
        return _take(low, step, ())
    x = low.found[step.args[0]]
    if isinstance(x, Literal):
        low.found[step.out] = Literal(x.value, low.spaces[step.out].shape)
        return True
    index = index if isinstance(index, tuple) else (index,)
    low.found[step.out] = moved(x, lambda array: array[index if ... in index else (*index, ...)])
    return True


# ---------------------------------------------------------------- moving numbers
@lowers("concatenate", "stack")
def _join(low: Lowering, step: Step) -> bool:
    out = low.spaces[step.out]
    axis, at = step.params["axis"] % len(out.shape), 0
    for s in step.args:
        x = low.found[s] if step.gate.name == "concatenate" else _stacked(low, s, axis)
        part = View(step.out, at * strides_of(out.shape)[axis], strides_of(out.shape), x.shape)
        low.items.append(Store(x.shape, part, (x,)))
        at += x.shape[axis]
    low.found[step.out] = whole(step.out, out.shape)
    return True


def _stacked(low: Lowering, slot: int, axis: int) -> Operand:
    x = low.found[slot]
    if isinstance(x, Literal):
        return Literal(x.value, (*x.shape[:axis], 1, *x.shape[axis:]))
    return moved(x, lambda array: np.expand_dims(array, axis))


def _into(low: Lowering, step: Step, start: Operand, index: Any, value: Operand) -> bool:
    """A copy of `start` with the value written at a basic index."""
    out = low.spaces[step.out]
    full = whole(step.out, out.shape)
    low.items.append(Store(out.shape, full, (start.over(out.shape),)))
    index = index if isinstance(index, tuple) else (index,)
    part = moved(full, lambda array: array[index if ... in index else (*index, ...)])
    low.items.append(Store(part.shape, part, (value.over(part.shape),)))
    low.found[step.out] = full
    return True


@lowers("scatter")
def _scatter(low: Lowering, step: Step) -> bool:
    if _is_basic(step.params["index"]):
        return _into(low, step, Literal(0.0), step.params["index"], low.found[step.args[0]])
    return _put(low, step, Literal(0.0), [], low.found[step.args[0]], add=True)


@lowers("assign", "add_at")
def _assign(low: Lowering, step: Step) -> bool:
    x, y = (low.found[s] for s in step.args)
    add = step.gate.name == "add_at"
    if len({kind_of(low.spaces[s]) for s in (*step.args, step.out)}) > 1:
        return False
    if _is_basic(step.params["index"]):
        return not add and _into(low, step, x, step.params["index"], y)
    return _put(low, step, x, [], y, add)


@lowers("scatter_at")
def _scatter_at(low: Lowering, step: Step) -> bool:
    return _put(low, step, Literal(0.0), step.args[1:], low.found[step.args[0]], add=True)


@lowers("getitem_at")
def _getitem_at(low: Lowering, step: Step) -> bool:
    return _take(low, step, step.args[1:])


def _take(low: Lowering, step: Step, at: Sequence[int]) -> bool:
    """Numbers at the indices of arrays."""
    pick = _picked(low, low.view(step.args[0]), step.params["index"], at, low.spaces[step.out].shape)
    if pick is not None:
        low.define(step.out, "{0}", pick)
    return pick is not None


def _put(low: Lowering, step: Step, start: Operand, at: Sequence[int], value: Operand, add: bool) -> bool:
    """A copy of `start` with the value added, or written, at the indices of arrays."""
    out = low.spaces[step.out]
    full = whole(step.out, out.shape)
    shape = _shape_at(out.shape, step.params["index"], [low.spaces[s].shape for s in at])
    pick = None if shape is None else _picked(low, full, step.params["index"], at, shape)
    if pick is None or shape is None:
        return False
    low.items.append(Store(out.shape, full, (start.over(out.shape),)))
    low.items.append(Put(shape, pick, (value.over(shape),), add))
    low.found[step.out] = full
    return True


def _shape_at(shape: tuple[int, ...], index: Any, blanks: list[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The shape of x[index]."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = iter(blanks)
    given = tuple(np.zeros(next(arrays), int) if p is _BLANK else p for p in parts)
    try:
        return np.broadcast_to(np.int8(0), shape)[given].shape
    except IndexError:
        return None


def _picked(low: Lowering, x: View, index: Any, at: Sequence[int], shape: tuple[int, ...]) -> Pick | None:
    """x at arrays of indices for its first axes, all of the others; None where the index is anything else."""
    parts = _arrays(low, index, iter(at))
    if parts is None or 0 in shape:
        return None
    front = shape[:len(shape) - len(x.shape) + len(parts)]
    if np.broadcast_shapes(*(p.shape for p in parts)) != front:
        return None
    fill = (1,) * (len(shape) - len(front))
    indices = [moved(p, lambda array: array[(..., *(None,) * len(fill))]) if isinstance(p, View) else p for p in parts]
    rest = View(x.base, x.offset, (*(0,) * len(front), *x.strides[len(parts):]), shape)
    return Pick(rest, tuple((i.over(shape), x.strides[a], x.shape[a]) for a, i in enumerate(indices)))


def _arrays(low: Lowering, index: Any, at: Iterator[int]) -> list[Any] | None:
    """The arrays of whole numbers that an index begins with; only full slices may follow."""
    parts = list(index) if isinstance(index, tuple) else [index]
    while parts and (parts[-1] is ... or (isinstance(parts[-1], slice) and parts[-1] == slice(None))):
        parts.pop()
    found: list[Any] = []
    for part in parts:
        if part is _BLANK:
            slot = next(at)
            if getattr(low.spaces[slot].dtype, "kind", "f") != "i":
                return None
            found.append(low.found[slot])
        elif isinstance(part, np.ndarray | list) and np.asarray(part).dtype.kind in "ib" and np.size(part):
            array = np.asarray(part)
            found += [low.known(a.astype(np.int64)) for a in (np.nonzero(array) if array.dtype == bool else (array,))]
        else:
            return None
    return found


@lowers("pad")
def _pad(low: Lowering, step: Step) -> bool:
    x = low.found[step.args[0]]
    index = tuple(slice(before, before + n) for (before, _), n in zip(step.params["pad_width"], x.shape, strict=True))
    return _into(low, step, Literal(0.0), index, x)


# ---------------------------------------------------------------- folds
@lowers("fit")
def _fit(low: Lowering, step: Step) -> bool:
    """Sum what was broadcast, broadcast what is missing, and take the dtype."""
    x, given, out = low.found[step.args[0]], low.spaces[step.args[0]], low.spaces[step.out]
    front = len(x.shape) - len(out.shape)
    axes = [a for a, n in enumerate(x.shape) if a < front or (out.shape[a - front] == 1 and n != 1)]
    if axes:
        if kind_of(given) not in ("double", "float"):
            given = Space(given.shape, out.dtype)
            x = low.between(given, "{0}", x)
        small = tuple(1 if a in axes else n for a, n in enumerate(x.shape))[max(front, 0):]
        if small == out.shape and kind_of(given) == kind_of(out):
            low.fold(step.out, "sum", x, axes)
            return True
        x = low.fold(low.new(Space(small, given.dtype)), "sum", x, axes)
    if kind_of(given) == kind_of(out):
        low.found[step.out] = x.over(out.shape)
        return True
    low.define(step.out, "{0}", x)
    return True


def _folding(fold: str) -> Rule:
    def rule(low: Lowering, step: Step) -> bool:
        x, out = low.found[step.args[0]], low.spaces[step.out]
        if fold in ("largest", "smallest") and kind_of(out) not in ("double", "float"):
            return False
        low.fold(step.out, fold, x, axes_of(step.params["axis"], len(x.shape)))
        return True
    return rule


for _name, _fold in (("sum", "sum"), ("prod", "prod"), ("amax", "largest"), ("amin", "smallest")):
    RULES[_name] = _folding(_fold)


@lowers("mean")
def _mean(low: Lowering, step: Step) -> bool:
    x, out = low.found[step.args[0]], low.spaces[step.out]
    total = low.fold(low.new(out), "sum", x, axes_of(step.params["axis"], len(x.shape)))
    low.define(step.out, "{0} / {1}", total, Literal(float(count(x.shape, step.params["axis"]))))
    return True


@lowers("logsumexp")
def _logsumexp(low: Lowering, step: Step) -> bool:
    x, out, given = low.found[step.args[0]], low.spaces[step.out], low.spaces[step.args[0]]
    suffix = "f" if kind_of(out) == "float" else ""
    axes = axes_of(step.params["axis"], len(x.shape))
    small = Space(tuple(1 if a in axes else n for a, n in enumerate(x.shape)), given.dtype)
    most = low.fold(low.new(small), "largest", x, axes)
    shift = low.between(small, f"(fabs{suffix}({{0}}) < INFINITY ? {{0}} : 0)", most)
    parts = low.between(given, f"own_exp{suffix}({{0}} - {{1}})", x, shift)
    total = low.fold(low.new(small), "sum", parts, axes)
    flat = View(shift.base, 0, strides_of(out.shape), out.shape), View(total.base, 0, strides_of(out.shape), out.shape)
    low.define(step.out, f"own_log{suffix}({{1}}) + {{0}}", *flat)
    low.exponentials[step.out] = x, parts, total
    return True


@lowers("exp")
def _exp(low: Lowering, step: Step) -> bool:
    """Also e^(x - log Σ e^x), the softmax in the pull of logsumexp: both parts of this quotient are there."""
    sub = low.made.get(step.args[0])
    if sub is not None and sub.gate.name == "sub":
        x, by = (low.found[s] for s in sub.args)
        if isinstance(by, View) and by.base in low.exponentials:
            known, parts, total = low.exponentials[by.base]
            if x == known and replace(by.over(parts.shape), base=total.base) == total.over(parts.shape):
                low.define(step.out, "{0} / {1}", parts, total)
                return True
    return _formula(low, step)


# ---------------------------------------------------------------- products
@lowers("matmul")
def _matmul(low: Lowering, step: Step) -> bool:
    spaces = [low.spaces[s] for s in step.args]
    ranks = [len(s.shape) for s in spaces]
    if 0 in ranks:
        return False
    if len({kind_of(s) for s in (*spaces, low.spaces[step.out])}) != 1 or kind_of(spaces[0]) not in ("double", "float"):
        return False
    x, y = (low.view(s) for s in step.args)
    x = moved(x, lambda array: array[None, :]) if ranks[0] == 1 else x
    y = moved(y, lambda array: array[:, None]) if ranks[1] == 1 else y
    stack = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    operands = x.over((*stack, *x.shape[-2:])), y.over((*stack, *y.shape[-2:]))
    low.items.append(_flat(Product(step.out, stack, operands)))
    low.found[step.out] = whole(step.out, low.spaces[step.out].shape)
    return True


def _flat(item: Product) -> Product:
    """A stack of matrices times one and the same, or of one and the same times columns, as a single product."""
    (x, y), rank = item.operands, len(item.stack)
    if rank and not any(y.strides[:rank]):
        rows = joined(x, rank + 1)
        return item if rows is None else Product(item.out, (), (rows, moved(y, lambda array: array[(0,) * rank])))
    if rank and not any(x.strides[:rank]) and y.shape[-1] == 1:
        rows = joined(moved(y, lambda array: array[..., 0]), rank)
        return item if rows is None else Product(item.out, (), (rows, moved(x, lambda array: array[(0,) * rank].T)))
    return item


def joined(x: View, axes: int) -> View | None:
    """The view with so many leading axes as one, if it walks through them in even steps."""
    try:
        return moved(x, lambda array: np.reshape(array, (-1, *x.shape[axes:]), copy=False))
    except ValueError:
        return None
