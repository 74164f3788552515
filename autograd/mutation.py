"""Floor 3: NumPy's ways to write in place: `x += y`, `x[i] = y`, `out=`, and the functions that write into an argument.

What a write means for the graph is said in views.py. Here is what NumPy checks first: the result must have the shape of
the array that it goes to, and a dtype that may be cast to the array's.
"""
import math
import sys
from collections.abc import Callable, Iterator
from opcode import opmap
from typing import Any

import numpy as np

from autograd.errors import DataError, GraphError, ShapeError, caller, message
from autograd.functions.floats import finite
from autograd.functions.shaping import broadcast_to, ravel, reshape
from autograd.functions.table import TABLE, replaces
from autograd.gate import fit
from autograd.gates import elementwise
from autograd.gates.index import add_at, along_axis, assign, getitem, is_mapped, own_index
from autograd.gates.shape import pad
from autograd.graph import BASE, Leaf, Tensor, strip, tensor
from autograd.space import array, constant, dtype_of, innermost, numbered, rank, shape_of
from autograd.views import labelled, owner_of, rebind, taken, write


# ---------------------------------------------------------------- out=
def store(out: Any, new: Any, where: Any = True) -> Any:
    """Write a result into `out=`, a tensor, with NumPy's checks; `where` keeps the rest as it was."""
    if not isinstance(out, Tensor):
        raise GraphError(message("a recorded result cannot be written into out=, a plain array.",
                                 "write y = np.f(x), or make the array with np.zeros_like(x)"))
    if where is not True:
        new = elementwise.where(where, new, out)
    write(out, _like(new, out), put_part)
    return out


def put_part(x: Any, y: Any, index: Any, part: str) -> Any:
    """x with y at `index`: in place of the numbers there, or of their real or imaginary part."""
    if part:
        old = getitem(x, index=index)
        y = elementwise.join(y, old.imag) if part == "real" else elementwise.join(old.real, y)
    return assign(x, y, index=index)


def spread(new: Any, out: Any) -> Any:
    """The result of a ufunc that is given an `out` with more elements, which it fills."""
    shape = shape_of(out)
    if shape_of(new) == shape or np.broadcast_shapes(shape_of(new), shape) != shape:
        return new
    return assign(out, new, index=...)


def _like(new: Any, out: Any) -> Any:
    """`new` in the dtype of `out`, as NumPy casts a result that goes there."""
    if shape_of(new) != shape_of(out):
        raise ShapeError(message(f"a result of shape {shape_of(new)} does not fit an array of shape {shape_of(out)}.",
                                 "an array keeps its shape: write y = x + z in place of x += z"))
    source, target = dtype_of(new), dtype_of(out)
    if not np.can_cast(source, target, "same_kind"):
        raise DataError(message(f"{source} numbers cannot be written into an array of {target}.",
                                "make the array in the dtype of the result, for instance with astype"))
    return new if source == target else fit(new, shape_of(new), target)


# ---------------------------------------------------------------- x += y
def in_place(gate: Callable[..., Any]) -> Callable[[Tensor, Any], Any]:
    """The operator `x += y` of a gate; a number cannot be changed, so Python binds the name to the result.

    Under `no_grad` the result is plain, and a leaf takes it as its new value: its name goes on being a leaf's.
    """
    def change(x: Tensor, y: Any) -> Any:
        ans = gate(x, y)
        steps = isinstance(x.node, Leaf) and x.level is BASE and not isinstance(ans, Tensor)
        return store(x, ans) if steps or not _is_number(x) else ans
    return change


def _is_number(x: Tensor) -> bool:
    """Whether x is what NumPy has as a number, and not a view of rank 0."""
    return not shape_of(x) and x._base is None


def augmented(array: Any, new: Any) -> Any:
    """The result of `array += tensor`, to which Python binds the name: right where nobody else knows the array.

    Raises GraphError otherwise, because another name or view would go on showing the old numbers.
    """
    alone, frame = _has_one_name(array), caller(2)
    if frame.f_code.co_code[frame.f_lasti] != opmap["BINARY_OP"] or not alone:
        raise GraphError(message("a recorded result cannot be written into a plain array.",
                                 "write a = a + x in place of a += x, or make the array with np.zeros_like(x)"))
    return _like(new, array)


def _has_one_name(array: Any) -> bool:
    """Whether the array owns its memory, and no more refers to it than in `_COUNT`."""
    global _most
    count = sys.getrefcount(array)
    _most = _most or count
    return count <= _most and array.base is None


_most = 0                              # references to an array with one name while `array += x` is computed
_COUNT = "def count(array, x):\n    array += x"


def count_references() -> None:
    """Find out how often such an array is referred to; the answer depends on the versions of Python and NumPy."""
    space: dict[str, Any] = {}
    exec(compile(_COUNT, "<count>", "exec"), space)
    space["count"](np.zeros(1), Tensor([0.0]))


# ---------------------------------------------------------------- x[i] = y
def setitem(x: Tensor, index: Any, value: Any) -> None:
    """x[index] = value; where a place comes twice, the last value stays."""
    if is_mapped(index):
        value, index = _masked(x, index, value), ...
    index = own_index(index)
    if not _is_itself(x, index, value):
        index, value = _once(x, index, value)
        write(x, assign(x, value, index=index), put_part)


def _masked(x: Tensor, mask: Any, value: Any) -> Any:
    """What vmap makes of x[mask] = number: a choice per element."""
    if shape_of(mask) != shape_of(x) or shape_of(value):
        raise GraphError(message("x[index] = value with an index that vmap maps: it differs from example to example.",
                                 "write x = np.where(mask, value, x)"))
    return elementwise.where(mask, value, x)


def _is_itself(x: Tensor, index: Any, value: Any) -> bool:
    """Whether the value already stands there: after `x[i] += y`, Python assigns the changed view to its own place."""
    if not isinstance(value, Tensor) or owner_of(value) is value or owner_of(value) is not owner_of(x):
        return False
    every = labelled(owner_of(x))
    return np.array_equal(taken(every, value), np.asarray(taken(every, x))[index])


def _once(x: Tensor, index: Any, value: Any) -> tuple[Any, Any]:
    """Index and value without places that a later value overwrites."""
    if not any(isinstance(part, list | np.ndarray) for part in (index if isinstance(index, tuple) else (index,))):
        return index, value
    places = numbered(shape_of(x))[index]
    last, at = np.unique(places.reshape(-1)[::-1], return_index=True)
    if len(last) == places.size:
        return index, value
    value = value if isinstance(value, Tensor) else constant(value)
    value = reshape(value, shape_of(value)[-places.ndim:]) if rank(value) > places.ndim else value
    value = ravel(broadcast_to(value, places.shape))
    return np.unravel_index(last, shape_of(x)), getitem(value, index=places.size - 1 - at)


# ---------------------------------------------------------------- functions that write into an argument
def _cycled(values: Any, n: int) -> Any:
    """The first n of the values, which begin again where there are fewer."""
    values = ravel(array(values))
    return getitem(values, index=np.arange(n) % len(values))


def _only_tensors(x: Any, name: str) -> Tensor:
    if not isinstance(x, Tensor):
        raise GraphError(message(f"np.{name} cannot write tensors into a plain array.",
                                 "make the array with np.zeros_like(x)"))
    return x


@replaces(np.copyto)
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    dst = _only_tensors(dst, "copyto")
    new = broadcast_to(src if isinstance(src, Tensor) else constant(src), shape_of(dst))
    if not np.can_cast(dtype_of(new), dtype_of(dst), casting):  # type: ignore[arg-type]
        raise DataError(message(f"np.copyto cannot cast {dtype_of(new)} by the rule {casting!r}.",
                                "cast the source with astype first"))
    store(dst, fit(new, shape_of(dst), dtype_of(dst)), where)


@replaces(np.put)
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    a = _only_tensors(a, "put")
    places = np.take(np.arange(a.size), ind, mode=mode).reshape(-1)  # type: ignore[call-overload]
    setitem(a, np.unravel_index(places, shape_of(a)), _cycled(v, places.size))


@replaces(np.put_along_axis)
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None = -1) -> None:
    arr = _only_tensors(arr, "put_along_axis")
    if axis is None:
        put(arr, indices, values)
    else:
        setitem(arr, along_axis(indices, shape_of(arr), axis), values)


@replaces(np.putmask)
def putmask(a: Any, mask: Any, values: Any) -> None:
    a = _only_tensors(a, "putmask")
    store(a, reshape(_cycled(values, a.size), shape_of(a)), np.reshape(np.asarray(mask, bool), shape_of(a)))


@replaces(np.place)
def place(arr: Any, mask: Any, vals: Any) -> None:
    arr = _only_tensors(arr, "place")
    mask = np.reshape(np.asarray(mask, bool), shape_of(arr))
    setitem(arr, np.nonzero(mask), _cycled(vals, int(mask.sum())))


@replaces(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    a = _only_tensors(a, "fill_diagonal")
    mask = np.zeros(shape_of(a), bool)
    np.fill_diagonal(mask, True, wrap)
    setitem(a, np.nonzero(mask), _cycled(val, int(mask.sum())))


def write_at(ufunc: Any, a: Any, indices: Any, *b: Any) -> None:
    """`np.add.at(a, indices, b)` and its kin, which count a place as often as it comes."""
    a, index = _only_tensors(a, f"{ufunc.__name__}.at"), own_index(indices)
    if ufunc not in TABLE:
        raise DataError(message(f"np.{ufunc.__name__}.at has no gate.", "write x[index] = value"))
    if ufunc in (np.add, np.subtract):
        store(a, add_at(a, b[0] if ufunc is np.add else -b[0], index=index))
        return
    places = numbered(shape_of(a))[index]
    values = [ravel(broadcast_to(array(v), places.shape)) for v in b]
    for turn in _turns(places.reshape(-1)):
        at = np.unravel_index(places.reshape(-1)[turn], shape_of(a))
        setitem(a, at, TABLE[ufunc](getitem(a, index=at), *(getitem(v, index=turn) for v in values)))


def _turns(places: Any) -> Iterator[Any]:
    """Where each place comes for the first time, then for the second, and so on."""
    rest = np.arange(len(places))
    while len(rest):
        first = np.unique(places[rest], return_index=True)[1]
        yield rest[first]
        rest = np.delete(rest, first)


@replaces(np.nan_to_num)
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    ans = finite(x, nan, posinf, neginf)
    return ans if copy or _is_number(x) else store(x, ans)


def resize(x: Tensor, *shape: Any, refcheck: bool = True) -> None:
    """x.resize(shape): the first numbers of x, or all and then zeros, in a new shape.

    Raises GraphError where x is a view or has some: theirs would be memory that x has left.
    """
    if x._base is not None or any(ref() is not None for ref in x._views or ()):
        raise GraphError(message("resize of a tensor that is a view, or that has views.",
                                 "write x = np.resize(x, shape), or drop the views first"))
    shape = np.empty(shape[0] if len(shape) == 1 else shape, bool).shape
    n, size = math.prod(shape), math.prod(shape_of(x))
    row = reshape(x, (-1,))
    row = getitem(row, index=slice(n)) if n <= size else pad(row, ((0, n - size),))
    rebind(x, reshape(row, shape))


# ---------------------------------------------------------------- new arrays to write into
def _like_tensor(function: Callable[..., Any]) -> Callable[..., Any]:
    """np.zeros_like and its kin: of a tensor they make a constant of its level, into which tensors may be written."""
    def like(a: Any, *args: Any, **kwargs: Any) -> Any:
        a = strip(a)
        if not isinstance(a, Tensor):
            return function(a, *args, **kwargs)
        value = like(a.value, *args, **kwargs)
        if dtype_of(value).kind not in "fc" or not innermost(value).ndim:
            return value
        return tensor(value, a.level.kind.leaf(value), a.level)
    return like


TABLE |= {function: _like_tensor(function) for function in (np.zeros_like, np.ones_like, np.empty_like)}


@replaces(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: bool = True, shape: Any = None, *,
              device: Any = None) -> Any:
    if not isinstance(fill_value, Tensor):
        return _like_tensor(np.full_like)(a, fill_value, dtype, order, subok, shape)
    ans = np.zeros_like(a, dtype, order, subok, shape)
    copyto(ans, fill_value, "unsafe")
    return ans
