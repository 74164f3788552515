"""Floor 4: what code and objects are, as far as that can be seen without running them.

    origins, forbidden     where an object comes from, and what no program can repeat
    is_library, fixed      what belongs to Python or an installed package, and not to the user
    opaque                 which classes keep more than their attributes
    uses, words            the names that code takes from outside, read from its instructions
"""
import dis
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, takewhile
from operator import attrgetter
from types import BuiltinMethodType, CodeType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, NamedTuple

from autograd.errors import internal, place

# ---------------------------------------------------------------- what a program cannot repeat
_RANDOM, _CLOCK, _LOOKUP = "draws random numbers", "reads the clock", "looks up what may change unseen"
_ONCE, _FILE = "would do its work only when the program is recorded", "reads a file"
#: Dotted names, each for all below it, and what these do.
FORBIDDEN = {
    "random": _RANDOM, "numpy.random": _RANDOM, "secrets": _RANDOM, "posix.urandom": _RANDOM, "nt.urandom": _RANDOM,
    "uuid.uuid1": _RANDOM, "uuid.uuid4": _RANDOM, "time": _CLOCK, "datetime.datetime.now": _CLOCK,
    "datetime.datetime.utcnow": _CLOCK, "datetime.datetime.today": _CLOCK, "datetime.date.today": _CLOCK,
    "scipy.stats._distn_infrastructure.rv_generic.rvs": _RANDOM, "os.getenv": _LOOKUP, "os._Environ": _LOOKUP,
    "importlib": _LOOKUP, "logging": _ONCE, "_io": _ONCE, "io.open": _ONCE,
    "numpy.load": _FILE, "numpy.loadtxt": _FILE, "numpy.genfromtxt": _FILE, "numpy.fromfile": _FILE,
    **dict.fromkeys([f"builtins.{name}" for name in ("globals", "locals", "vars", "__import__")], _LOOKUP),
    **dict.fromkeys([f"builtins.{name}" for name in ("print", "input", "exec", "eval", "breakpoint")], _ONCE)}


CONSTRUCTORS = {"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__"}


def origins(x: Any) -> Iterator[str]:
    """The dotted names that say what x is: its own, those of its classes, those of the object it is a method of."""
    owner = x.__self__ if isinstance(x, BuiltinMethodType | MethodType) else None
    if isinstance(x, ModuleType):
        yield x.__name__
    elif isinstance(name := getattr(x, "__qualname__", None), str):
        yield f"{getattr(x, '__module__', None) or getattr(owner, '__module__', '')}.{name}"
    bases = x.__mro__ if isinstance(x, type) else ()
    for cls in (*bases, *type(x).__mro__, *type(owner).__mro__):
        yield f"{cls.__module__}.{cls.__qualname__}"


def forbidden(x: Any) -> str | None:
    """What x does that a program cannot repeat; None if nothing is known."""
    for name in origins(x):
        for outer in accumulate(name.split("."), "{}.{}".format):
            if outer in FORBIDDEN:
                return FORBIDDEN[outer]
    return None


# ---------------------------------------------------------------- what is a library's
@cache
def of_library(file: str) -> bool:
    """Whether a file belongs to Python, to this library or to an installed one, and not to the user."""
    installed = {"site-packages", "dist-packages"}.intersection(file.split(os.sep))
    return bool(internal[file] or installed or file.startswith((os.path.dirname(os.__file__) + os.sep, "<frozen ")))


def library_code(code: CodeType) -> bool:
    """Whether code belongs to a library, or was written by one: `dataclass` makes functions out of text."""
    return of_library(code.co_filename) or code.co_qualname.startswith("__create_fn__.")


def is_library(x: ModuleType | type) -> bool:
    """Whether a module, or the one that a class stands in, is a library's."""
    module = x if isinstance(x, ModuleType) else sys.modules.get(x.__module__)
    if module is None or module.__name__ == "__main__":
        return False
    file = getattr(module, "__file__", None)
    return of_library(file) if file else module.__name__.partition(".")[0] in sys.stdlib_module_names


def fixed(x: Any) -> bool:
    """Whether a library holds x under its own name, as NumPy holds np.sum."""
    module, name = sys.modules.get(str(getattr(x, "__module__", None))), getattr(x, "__qualname__", None)
    if module is None or not isinstance(name, str) or not is_library(module):
        return False
    try:
        return attrgetter(name)(module) is x
    except AttributeError:
        return False


def opaque(cls: type) -> bool:
    """Whether objects of a class have memory beside their attributes, which only C code sees."""
    members = sum(type(value) is MemberDescriptorType for c in cls.__mro__ for value in vars(c).values())
    pointers = members + (cls.__dictoffset__ > 0) + (cls.__weakrefoffset__ > 0)
    return cls.__itemsize__ > 0 or cls.__basicsize__ > object.__basicsize__ + 8 * pointers


# ---------------------------------------------------------------- code
class Use(NamedTuple):
    """A name that code takes from outside or assigns there, the attributes it takes of it at once, and the line."""

    opname: str
    name: str
    attributes: tuple[str, ...]
    where: str


_OUTSIDE = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS", "STORE_GLOBAL", "DELETE_GLOBAL"}
_ATTRIBUTE = {"LOAD_ATTR", "LOAD_METHOD"}


def uses(code: CodeType, free: Iterable[str]) -> Iterator[Use]:
    """The uses of globals, of the `free` variables and of imports, in a function and in those written inside it."""
    ops = [op for op in dis.get_instructions(code) if op.opname != "EXTENDED_ARG"]
    for i, op in enumerate(ops):
        mine = op.opname in _OUTSIDE and op.argval.isidentifier()          # pytest puts other names into an assert
        if mine or (op.opname.endswith("DEREF") and op.argval in free):
            attributes = [o.argval for o in takewhile(lambda o: o.opname in _ATTRIBUTE, ops[i + 1:])]
            yield Use(op.opname, op.argval, tuple(attributes), place(code, op.offset))
        elif op.opname == "IMPORT_NAME":                # its level was loaded two instructions before
            yield Use(op.opname, "." * ops[i - 2].argval + op.argval, (), place(code, op.offset))
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from uses(inner, {*free}.intersection(inner.co_freevars))


def words(code: CodeType) -> Iterator[str]:
    """Every name by which code may ask an object for an attribute: those written as such, and those in strings."""
    yield from code.co_names
    todo = list(code.co_consts)
    for constant in todo:
        if isinstance(constant, tuple | frozenset):
            todo.extend(constant)
        elif isinstance(constant, CodeType):
            yield from words(constant)
        elif isinstance(constant, str) and constant.isidentifier():
            yield constant
