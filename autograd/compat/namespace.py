"""Floor 5: the namespace of a module of NumPy or SciPy, whose functions also take lists with tensors in them."""
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.functions import TABLE
from autograd.functions.creation import array, mixed
from autograd.graph import Tensor
from autograd.space import innermost

Fun = Callable[..., Any]
_UNDISPATCHED = {np.array, np.asarray, np.asanyarray, np.asarray_chkfinite, np.ascontiguousarray,
                 np.asfortranarray, np.require, np.arange, np.full, np.kaiser, np.isscalar}
_OF_SEQUENCES = {np.concatenate, np.stack, np.vstack, np.hstack, np.dstack, np.column_stack, np.select,
                 np.linalg.multi_dot}
_OF_NESTED_LISTS = {np.block}
_INTEGERS = {np.dtype(code).type for code in np.typecodes["AllInteger"]}
_LISTS = (list, tuple)
_UFUNC = ("accumulate", "at", "identity", "nargs", "nin", "nout", "outer", "reduce", "reduceat", "signature", "types")


def joined(x: Any) -> Any:
    return array(x) if mixed(x) else x


def each_joined(x: Any) -> Any:
    return [joined(part) for part in x] if mixed(x) else x


def wrap(f: Fun) -> Fun:
    """f, with every list that holds a tensor made into one tensor."""
    into: Fun = each_joined if f in _OF_SEQUENCES else joined

    @wraps(f)
    def called(*args: Any, **kwargs: Any) -> Any:
        for x in (*args, *kwargs.values()) if kwargs else args:
            if isinstance(x, _LISTS) and mixed(x):
                return f(*map(into, args), **{name: x if name == "out" else into(x) for name, x in kwargs.items()})
        return f(*args, **kwargs)

    def own(*args: Any, **kwargs: Any) -> Any:
        traced = any(isinstance(x, Tensor) or mixed(x) for x in (*args, *kwargs.values()))
        return (TABLE[f] if traced else f)(*args, **kwargs)

    if f in _OF_NESTED_LISTS:
        return f
    if f in _UNDISPATCHED:
        return wraps(f)(own)
    called.__dict__.update({name: getattr(f, name) for name in _UFUNC if isinstance(f, np.ufunc)})
    return called


class IntegerType(type):
    """An integer type of NumPy, which also takes tensors: an integer has no derivative."""

    def __call__(cls, *args: Any) -> Any:
        return cls.__mro__[1](*map(innermost, args))

    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, cls.__mro__[1])


def wrap_namespace(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Put every public name of the module `old` into `new`; the functions of the table wrapped, each once."""
    made: dict[Any, Any] = {}
    for name, x in old.items():
        if not name.startswith("_"):
            if callable(x) and not isinstance(x, type) and x in TABLE:
                x = made.setdefault(x, wrap(x))
            elif isinstance(x, type) and x in _INTEGERS:
                x = made.setdefault(x, IntegerType(x.__name__, (x,), {}))
            new[name] = x
