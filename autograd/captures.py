"""Floor 4: everything that a function reaches beside its arguments, so that a program recorded from it is never stale.

    inspection.py   what code and objects are, as far as that can be seen without running them
    members.py      what every kind of object consists of, and what of that may change
    Walk            goes wherever code and objects lead, from the function on
    Captures        what was found; `changed` asks whether it is still so

A place (a name, an attribute, an item) must hold the same object, an array the same numbers. Libraries are taken as
they are: of their functions only closures and defaults are looked at. What changes without leaving a trace in any
place, such as a random generator or an open file, is an error, and so is code that does more than compute.
"""
import builtins
import importlib
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from importlib.util import resolve_name
from itertools import chain
from operator import call, eq, is_
from types import CellType, CodeType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

from autograd.errors import GraphError, message, place
from autograd.graph import Tensor
from autograd.inspection import CONSTRUCTORS, FORBIDDEN, fixed, forbidden, is_library, uses, words
from autograd.members import ATOMS, CLOSED, At, look

_MISSING = object()
_EMPTY = CellType()
_METHODS: tuple[type, ...] = (FunctionType, property, staticmethod, classmethod, cached_property)
_CONSTRUCTING = {"type", "__class__", "replace"}             # words by which the class of an object is called
_FOR_READERS = {"__repr__", "__str__", "__format__", "_repr_html_"}      # text, which no number comes from


class Captures:
    """Everything that the roots lead to, as it is now."""

    def __init__(self, *roots: Any) -> None:
        self.tensors: list[Tensor] = []
        self._places: list[tuple[Callable[[], Any], Any, str]] = []          # must hold the same object
        self._contents: list[tuple[Callable[[], Any], Any, str]] = []        # must be equal
        self._views: list[tuple[Iterable[Any], list[Any], str, list[Any]]] = []
        walk = Walk(self, roots)
        walk.finish()
        self._read, self._found = [read for read, *_ in self._places], [then for _, then, _ in self._places]
        self._measure, self._sizes = [read for read, *_ in self._contents], [then for _, then, _ in self._contents]
        self._iterate, self._items = [v for v, *_ in self._views], [x for _, then, *_ in self._views for x in then]

    def changed(self) -> str | None:
        """The path of the first thing that is no longer what it was, None if all is. No step of Python per place."""
        try:
            if (all(map(is_, map(call, self._read), self._found)) and list(map(call, self._measure)) == self._sizes
                    and all(map(is_, chain.from_iterable(self._iterate), self._items))):
                return None
        except ValueError:                               # a closure cell was emptied
            pass
        return next(self._differences())

    def _differences(self) -> Iterator[str]:
        for read, then, path in self._places:
            try:
                if read() is not then:
                    yield path
            except ValueError:
                yield path
        yield from (path for read, then, path in self._contents if read() != then)
        for view, items, path, names in self._views:
            yield from (path + name for now, then, name in zip(view, items, names, strict=True) if now is not then)

    # ------------------------------------------------------------ what the walk finds
    def place(self, read: Callable[[], Any], path: str) -> None:
        """From now on, `read` must give the same object."""
        self._places.append((read, read(), path))

    def content(self, read: Callable[[], Any], path: str) -> None:
        """From now on, what `read` gives must be equal."""
        self._contents.append((read, read(), path))

    def items(self, x: Any, path: str, names: list[str], *views: Iterable[Any]) -> None:
        """From now on, x must have the same length, and the same objects must come out of all views of it."""
        self.content(x.__len__, path)
        self._views += [(view, list(view), path, names) for view in views if names]


# ---------------------------------------------------------------- the walk
class Walk:
    """Visits everything that the roots lead to, each object once, and tells `captures` what to watch."""

    def __init__(self, captures: Captures, roots: tuple[Any, ...]) -> None:
        self.captures = captures
        self.todo: deque[tuple[Any, At]] = deque()
        self.seen: dict[int, Any] = {}
        self.places: set[tuple[int, str]] = set()
        self.words: dict[str, None] = {}
        self.spaces: dict[int, tuple[ModuleType | type, At]] = {}       # modules and classes, asked for the words
        self.constructs = False                                         # whether code may call the class of an object
        names = [getattr(root, "__name__", type(root).__name__) for root in roots]
        self.root = names[0]
        for root, name in zip(roots, names, strict=True):
            code = getattr(root, "__code__", None)
            self.go(root, At(name, place(code, 0) if isinstance(code, CodeType) else ""))

    def finish(self) -> None:
        """Visit until nothing new is found; a new word may be an attribute of any module or class seen before."""
        before = None
        while self.todo or before != (before := (len(self.words), len(self.spaces), self.constructs)):
            while self.todo:
                self.visit(*self.todo.popleft())
            for space, at in list(self.spaces.values()):
                self.ask(space, at)

    def go(self, x: Any, at: At) -> None:
        """Note an object to be visited."""
        if type(x) is str and x.isidentifier():
            self.note([x])
        if type(x) not in ATOMS and id(x) not in self.seen:
            self.seen[id(x)] = x
            self.todo.append((x, at))

    def note(self, names: Iterable[str]) -> None:
        """Remember words that code may ask any module or class for."""
        self.words.update(dict.fromkeys(names))

    def visit(self, x: Any, at: At) -> None:
        """Look at one object by the rule of its kind; objects of other classes have attributes besides."""
        self.check(x, at)
        if isinstance(x, Tensor):
            self.captures.tensors.append(x)
            self.attributes(x, at)
        elif fixed(x):
            self.note(words(x.__code__) if isinstance(x, FunctionType) else ())
        elif not isinstance(x, CLOSED):
            look.dispatch(type(x))(x, at, self)
            if type(x) not in look.registry and not isinstance(x, type | ModuleType):
                self.instance(x, at)

    # ------------------------------------------------------------ refusals
    def check(self, x: Any, at: At) -> None:
        """Raise GraphError where x does what no program can repeat."""
        why = forbidden(x)
        if why:
            raise self.refusal(f"uses `{at.path}`", f"which {why}", at)

    def unseen(self, x: Any, at: At) -> GraphError:
        """The error for an object that may change without a trace."""
        return self.refusal(f"refers to `{at.path}`", f"a {type(x).__name__}, which may change unseen", at)

    def refusal(self, what: str, why: str, at: At) -> GraphError:
        """An error that names the line of the instruction."""
        return GraphError(message(f"{self.root} {what}{at.where and ' at '}{at.where}, {why}.",
                                  "pass what it gives as an argument, return what should be seen outside, or leave "
                                  "this function uncompiled"))

    # ------------------------------------------------------------ places
    def place(self, holder: Any, name: str, at: At, get: Callable[..., Any] = getattr) -> Any:
        """What stands in an attribute, or with `dict.get` under a key; from now on it must stay there."""
        read = partial(get, holder, name, _MISSING)
        if (id(holder), name) not in self.places:
            self.places.add((id(holder), name))
            self.captures.place(read, at.path)
        return read()

    def cell(self, cell: CellType, at: At) -> Any:
        """The content of a closure cell, which may still be empty."""
        if cell != _EMPTY:
            return self.place(cell, "cell_contents", at)
        self.captures.place(partial(eq, cell, _EMPTY), at.path)
        return _MISSING

    def attribute(self, x: Any, name: str, at: At, get: Callable[..., Any] = getattr) -> None:
        """Go to what stands in such a place."""
        at = at.then(f".{name}")
        self.go(self.place(x, name, at, get), at)

    def items(self, x: Any, at: At, names: list[str], *views: Iterable[Any]) -> None:
        """Go to what comes out of the views of a container, which must stay the same objects in the same order."""
        self.captures.items(x, at.path, names, *views)
        for view in views:
            for name, item in zip(names, view, strict=True):
                self.go(item, at.then(name))

    def attributes(self, x: Any, at: At) -> None:
        """Go to what stands in the `__dict__` of x."""
        if isinstance(getattr(x, "__dict__", None), dict):
            held = self.place(x, "__dict__", at.then(".__dict__"))
            self.items(held, at, [f".{name}" for name in held], held.keys(), held.values())

    def instance(self, x: Any, at: At) -> None:
        """Go to the attributes of an object and to the methods of its class."""
        cls = type(x)
        self.place(x, "__class__", at.then(".__class__"))
        self.attributes(x, at)
        for name in (name for c in cls.__mro__ for name, v in vars(c).items() if type(v) is MemberDescriptorType):
            self.attribute(x, name, at)
        self.classes(cls, at)

    # ------------------------------------------------------------ classes and modules
    def classes(self, cls: type, at: At) -> None:
        """A class and its bases; of those of the user, nothing may be replaced."""
        for c in cls.__mro__:
            if id(c) not in self.spaces:
                at = At(c.__name__, at.where)
                self.spaces[id(c)] = c, at
                if not is_library(c):
                    self.place(c, "__bases__", at.then(".__bases__"))
                    held = vars(c)
                    self.captures.items(held, at.path, [f".{name}" for name in held], held.keys(), held.values())

    def ask(self, space: ModuleType | type, at: At) -> None:
        """Go to what a module or a class holds under the words known so far."""
        library = is_library(space)
        if isinstance(space, type):
            for name, value in list(vars(space).items()):
                if self.reached(name, value) and (isinstance(value, _METHODS) or not library):
                    self.go(value, at.then(f".{name}"))
        elif library:
            for name in self.words:
                if name in vars(space) or f"{space.__name__}.{name}" in FORBIDDEN:
                    self.check(getattr(space, name), at.then(f".{name}"))
        else:
            for name in list(self.words):
                self.attribute(vars(space), name, at, dict.get)

    def reached(self, name: str, value: Any) -> bool:
        """Whether code may come to an attribute of a class: by its name, or because Python calls it unasked."""
        unasked = name.startswith("__") and name.endswith("__") and callable(value) and name not in _FOR_READERS
        return name in self.words or (unasked and (self.constructs or name not in CONSTRUCTORS))

    # ------------------------------------------------------------ code
    def code(self, f: FunctionType) -> None:
        """Go wherever the names in a function of the user lead."""
        self.constructs |= not _CONSTRUCTING.isdisjoint(words(f.__code__))
        cells = dict(zip(f.__code__.co_freevars, f.__closure__ or (), strict=True))
        for use in uses(f.__code__, cells):
            at = At(use.name, use.where)
            if use.opname.startswith(("STORE", "DELETE")):
                raise self.refusal(f"assigns to `{use.name}`", "which a program would do only once", at)
            if use.opname == "IMPORT_NAME":
                self.imported(use.name, f.__globals__.get("__package__"), at)
            elif use.opname.endswith("DEREF"):
                value = self.cell(cells[use.name], at)
                is_super = use.name == "__class__" and "super" in f.__code__.co_names
                self.classes(value, at) if is_super else self.follow(value, use.attributes, at)
            else:
                value = self.place(f.__globals__, use.name, at, dict.get)
                self.follow(vars(builtins).get(use.name) if value is _MISSING else value, use.attributes, at)

    def follow(self, value: Any, attributes: Iterable[str], at: At) -> None:
        """Go to what `value.a.b` is, or as far as modules and the classes of libraries lead."""
        library = False
        for name in attributes:
            if not isinstance(value, ModuleType) and not (isinstance(value, type) and is_library(value)):
                self.check(getattr(type(value), name, None) if library else None, at.then(f".{name}"))
                break
            at, library = at.then(f".{name}"), is_library(value)
            value = getattr(value, name, None) if library else self.place(vars(value), name, at, dict.get)
        if library and not isinstance(value, ModuleType):
            self.check(value, at)
        else:
            self.go(value, at)

    def imported(self, name: str, package: str | None, at: At) -> None:
        """Go to a module that code imports when it runs, and to the package that holds it."""
        try:
            name = importlib.import_module(resolve_name(name, package or "")).__name__
        except ImportError:
            return
        for found in (name.partition(".")[0], name):
            self.go(sys.modules[found], At(found, at.where))
