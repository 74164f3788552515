"""Floor 4: what every kind of object consists of, and what of that may change: one rule per kind.

A rule is called by the walk in captures.py. `walk.go(part)` leads to a part; `walk.place` and `walk.items` say besides
that it must stay where it is, and `walk.captures.content` that something must stay equal.
"""
from collections import deque, namedtuple
from collections.abc import Callable
from contextlib import _GeneratorContextManager
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from functools import _lru_cache_wrapper, cached_property, partial, singledispatch
from operator import attrgetter, itemgetter, methodcaller
from pathlib import PurePath
from re import Pattern
from types import (
    BuiltinMethodType,
    ClassMethodDescriptorType,
    CodeType,
    EllipsisType,
    FunctionType,
    GenericAlias,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    NoneType,
    NotImplementedType,
    UnionType,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

import numpy as np

import autograd.gates
from autograd.gate import Gate, ViewGate
from autograd.guard import fingerprint
from autograd.inspection import CONSTRUCTORS, is_library, library_code, opaque, words
from autograd.space import ndarray

_SMALL = 1 << 14                      # bytes of the largest array that is kept as it was
#: Nothing of these can change.
ATOMS = {
    int, float, complex, bool, str, bytes, NoneType, EllipsisType, NotImplementedType, range, slice, Pattern, Decimal,
    date, time, timedelta, tzinfo, CodeType, GenericAlias, UnionType, MethodDescriptorType, WrapperDescriptorType,
    ClassMethodDescriptorType, GetSetDescriptorType, MemberDescriptorType, type(vars(namedtuple("_", "x"))["x"])}
#: Nor of these, with all their subclasses.
CLOSED = np.number | np.bool_ | np.character | np.datetime64 | np.dtype | PurePath


class At(NamedTuple):
    """How an object is reached, as the user would write it, and the line that does."""

    path: str
    where: str

    def then(self, text: str) -> "At":
        """One step further, on the same line."""
        return At(self.path + text, self.where)


@singledispatch
def look(x: Any, at: At, walk: Any) -> None:
    """Tell the walk what x is made of; of an object without a rule, that is its attributes."""
    if opaque(type(x)):
        raise walk.unseen(x, at)


def _atom(x: Any, at: At, walk: Any) -> None:
    """Nothing of it can change."""


for _kind in ATOMS:
    look.register(_kind, _atom)


def _made_of(*names: str) -> Callable[[Any, At, Any], None]:
    """The rule of objects that consist of others, for good."""
    def rule(x: Any, at: At, walk: Any) -> None:
        for name in names:
            if not isinstance(part := getattr(x, name), ModuleType):
                walk.go(part, at.then(f".{name}"))
    return rule


look.register(partial, _made_of("func", "args", "keywords"))
look.register(MethodType, _made_of("__func__", "__self__"))
look.register(BuiltinMethodType | MethodWrapperType, _made_of("__self__"))
look.register(property, _made_of("fget", "fset", "fdel"))
look.register(staticmethod | classmethod, _made_of("__func__"))
look.register(_GeneratorContextManager, _made_of("func", "args", "kwds"))
look.register(cached_property, _made_of("func"))
look.register(_lru_cache_wrapper, _made_of("__wrapped__"))


@look.register
def _(x: FunctionType, at: At, walk: Any) -> None:
    walk.note(words(x.__code__))
    if library_code(x.__code__):
        for name, cell in zip(x.__code__.co_freevars, x.__closure__ or (), strict=True):
            place = At(name, at.where)
            part = walk.cell(cell, place)
            own = name in ("cls", "__class__") and isinstance(part, type)       # a method's, which does not call it
            walk.classes(part, place) if own else walk.go(part, place)
        _made_of("__defaults__", "__kwdefaults__")(x, at, walk)
        return
    for name in ("__code__", "__defaults__", "__kwdefaults__"):
        walk.attribute(x, name, at)
    walk.attributes(x, at)
    walk.code(x)


@look.register
def _(x: ModuleType, at: At, walk: Any) -> None:
    walk.spaces[id(x)] = x, at


@look.register
def _(x: type, at: At, walk: Any) -> None:
    walk.classes(x, at)
    walk.classes(type(x), at)
    for c in x.__mro__:
        for name in () if is_library(c) else CONSTRUCTORS & vars(c).keys():
            walk.go(vars(c)[name], At(f"{c.__name__}.{name}", at.where))


@look.register(attrgetter | itemgetter | methodcaller)
def _(x: Any, at: At, walk: Any) -> None:
    walk.go(x.__reduce__()[1], at)


@look.register(list | deque | set)
def _(x: Any, at: At, walk: Any) -> None:
    walk.items(x, at, [f"[{i}]" for i in range(len(x))], x)


@look.register(tuple | frozenset)
def _(x: Any, at: At, walk: Any) -> None:
    for i, item in enumerate(x):
        walk.go(item, at.then(f"[{i}]"))


@look.register(dict | MappingProxyType)
def _(x: Any, at: At, walk: Any) -> None:
    walk.items(x, at, [f"[{key!r}]" for key in x], x.keys(), x.values())


@look.register
def _(x: np.ufunc, at: At, walk: Any) -> None:
    if set("".join(x.types)) <= {"O", "-", ">"}:         # made by np.frompyfunc, of a function that nobody can see
        raise walk.unseen(x, at)


@look.register(Gate | ViewGate)
def _(x: Gate, at: At, walk: Any) -> None:
    modules = [part for part in vars(autograd.gates).values() if isinstance(part, ModuleType)]
    if not any(x is part for module in modules for part in vars(module).values()):        # the user's own
        walk.instance(x, at)


@look.register
def _(x: ndarray, at: At, walk: Any) -> None:
    if x.dtype == object:
        walk.captures.content(partial(_objects, x), at.path)
        for i, item in enumerate(x.flat):
            walk.go(item, at.then(f".flat[{i}]"))
    elif x.dtype.hasobject or x.dtype.kind == "T":
        raise walk.unseen(x, at)
    else:
        locked = x.nbytes > _SMALL and x.flags.owndata and not x.flags.writeable
        walk.captures.content(partial(_writeable if locked else _numbers, x), at.path)


_writeable = attrgetter("flags.writeable")


def _objects(x: Any) -> tuple[Any, ...]:
    return x.shape, x.dtype, [id(item) for item in x.flat]


def _numbers(x: Any) -> tuple[Any, ...]:
    plain = np.asarray(x)
    return x.shape, x.dtype, plain.tobytes() if x.nbytes <= _SMALL else fingerprint(plain)
