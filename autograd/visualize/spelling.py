"""Functions as Python text that runs without this project: calls of NumPy, expressions, copies of short functions."""
import ast
import base64
import builtins
import inspect
import itertools
import linecache
import math
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from autograd.gate import Gate
from autograd.gates.imported import Imported
from autograd.space import is_complex


class Unwritable(Exception):
    """Something that the text would need cannot be written without this project."""


_HOMES = {"np": "numpy", "np.linalg": "numpy.linalg", "np.fft": "numpy.fft", "math": "math",
          "np.lib.array_utils": "numpy.lib.array_utils", "np.lib.stride_tricks": "numpy.lib.stride_tricks",
          "scipy.special": "scipy.special", "scipy.linalg": "scipy.linalg", "scipy.signal": "scipy.signal"}
_SAME: dict[Any, str] = {is_complex: "np.iscomplexobj"}         # functions for tensors too, and NumPy's for arrays
_IN_FULL = 200                        # numbers of an array that are written one by one


class Speller:
    """Writes calls, and gathers the imports and helper functions that they need."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.taken = taken
        self.imports = {"import numpy as np"}
        self.helpers: dict[Any, tuple[str, str]] = {}            # code and closure -> name and text

    def call(self, function: Any, args: Sequence[str], params: Mapping[str, Any]) -> str:
        """`function(*args, **params)`; a function of one expression is written as that expression."""
        function = function.function if isinstance(function, Imported) else function
        name = self.reference(function)
        if name is not None:
            return called(name, args, {k: self.literal(v) for k, v in without_defaults(function, params).items()})
        definition = definition_of(function)
        given = {k: self.literal(v) for k, v in params.items()}
        if isinstance(definition, ast.Lambda):
            return self.expression(function, definition.body, given | bound(definition.args, args))
        body = definition.body[1:] if ast.get_docstring(definition) is not None else definition.body
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            return self.expression(function, body[0].value, given | bound(definition.args, args))
        return called(self.helper(function), args, given)

    def reference(self, function: Any) -> str | None:
        """Where NumPy, SciPy or Python have a function: `np.linalg.inv`; None where they have not."""
        if isinstance(function, Imported):
            return self.reference(function.function)
        if isinstance(function, FunctionType) and function in _SAME:
            return _SAME[function]
        name, owner = getattr(function, "__name__", ""), getattr(function, "__self__", None)
        if isinstance(owner, np.ufunc):
            return f"np.{owner.__name__}.{name}"
        for home, module in _HOMES.items():
            if name and module in sys.modules and getattr(sys.modules[module], name, None) is function:
                if not home.startswith("np"):
                    self.imports.add(f"import {home}")
                return f"{home}.{name}"
        return None

    def expression(self, function: Any, body: ast.expr, given: Mapping[str, str]) -> str:
        """The body of a function with its arguments in their places."""
        replaced = {name: ast.parse(text, mode="eval").body for name, text in given.items()}
        return ast.unparse(Resolver(self, function, body, replaced).visit(deepcopy(body)))

    def helper(self, function: Any) -> str:
        """The name of a function whose text is among the helpers."""
        function = inspect.unwrap(function)
        key = (function.__code__, *map(id, (cell.cell_contents for cell in function.__closure__ or ())))
        if key not in self.helpers:
            taken = {*self.taken, *(name for name, _ in self.helpers.values())}
            name = next(name for name in numbered("_" + function.__name__.lstrip("_")) if name not in taken)
            self.helpers[key] = name, ""                         # it may call itself
            definition = deepcopy(definition_of(function))
            if not isinstance(definition, ast.FunctionDef):
                raise Unwritable(name)
            definition.name, definition.decorator_list = name, []
            text = ast.unparse(ast.fix_missing_locations(Resolver(self, function, definition, {}).visit(definition)))
            del self.helpers[key]                                # behind those that it needs
            self.helpers[key] = name, text
        return self.helpers[key][0]

    def value(self, x: Any) -> str:
        """What a global name of a function stands for."""
        if isinstance(x, Gate):
            return self.reference(x.array) or self.helper(x.array)
        if isinstance(x, FunctionType) or hasattr(x, "__wrapped__"):
            return self.reference(x) or self.helper(x)
        if isinstance(x, ModuleType):
            home = next((home for home, module in _HOMES.items() if module == x.__name__), x.__name__)
            if x.__name__ not in sys.stdlib_module_names and home not in _HOMES:
                raise Unwritable(x.__name__)
            if not home.startswith("np"):
                self.imports.add(f"import {home}")
            return home
        return (self.reference(x) if callable(x) else None) or self.literal(x)

    def literal(self, x: Any) -> str:
        """A value as Python writes it; arrays keep their dtype, their memory order and every bit."""
        if isinstance(x, np.ndarray):
            text = array(x)
            self.imports |= {"import base64"} if "base64" in text else set()
            return text
        if isinstance(x, tuple):
            return f"({', '.join(map(self.literal, x))}{',' * (len(x) == 1)})"
        if isinstance(x, list):
            return f"[{', '.join(map(self.literal, x))}]"
        if isinstance(x, slice):
            return f"slice({', '.join(map(self.literal, (x.start, x.stop, x.step)))})"
        return scalar(x)


def scalar(x: Any) -> str:
    """A number, a word, or a type.

    >>> scalar(-0.5), scalar(math.inf), scalar(np.float32(0.5)), scalar(np.dtype(bool)), scalar(...)
    ('-0.5', 'np.inf', 'np.float32(0.5)', "np.dtype('bool')", '...')
    """
    if type(x) is float:
        return repr(x) if math.isfinite(x) else {math.inf: "np.inf", -math.inf: "-np.inf"}.get(x, "np.nan")
    if type(x) is complex:
        return f"complex({scalar(x.real)}, {scalar(x.imag)})"
    if isinstance(x, np.generic) and x.dtype.char in "efdFD":
        return f"np.{x.dtype.name}({scalar(x.item())})"
    if isinstance(x, np.generic) and x.dtype.kind in "biu":
        return f"np.{x.dtype.type.__name__}({x.item()!r})"
    if isinstance(x, np.dtype):
        return f"np.dtype({x.name!r})"
    if isinstance(x, type):
        return named(x)
    if x is Ellipsis:
        return "..."
    if x is None or type(x) in (bool, int, str):
        return repr(x)
    raise Unwritable(repr(x))


def named(kind: type) -> str:
    """A type of numbers."""
    if kind in (bool, int, float, complex):
        return kind.__name__
    if vars(np).get(kind.__name__) is kind:
        return f"np.{kind.__name__}"
    raise Unwritable(repr(kind))


def array(x: Any) -> str:
    """An array: a number and a shape, its numbers, or its bytes.

    >>> array(np.zeros(3)), array(np.array([[1.0, 2.0], [3.0, 4.0]]).T)
    ('np.full((3,), 0.0)', 'np.array([[1.0, 2.0], [3.0, 4.0]]).transpose((1, 0))')
    """
    if x.dtype.char not in "?bBhHiIlLqQefdFD":                   # extended precision has no literals
        raise Unwritable(repr(x.dtype))
    order = sorted(range(x.ndim), key=lambda a: -abs(x.strides[a]))
    if x.size and not all(x.strides):
        once = x[tuple([slice(None) if stride else slice(0, 1) for stride in x.strides])]
        return f"np.broadcast_to({array(once)}, {x.shape})" if 0 in x.strides and once.shape != x.shape else _whole(x)
    if order == list(range(x.ndim)) or x.flags.c_contiguous:
        return _whole(x)
    return f"{_whole(x.transpose(order))}.transpose({tuple(int(a) for a in np.argsort(order))})"


def _whole(x: Any) -> str:
    dtype = "" if x.dtype in (np.float64, np.bool_, np.int64) else f", dtype=np.{x.dtype.name}"
    if not x.size:
        return f"np.empty({x.shape}, np.dtype({x.dtype.name!r}))"
    flat = x.reshape(-1)
    if x.size > 2 and all(bits == flat[:1].tobytes() for bits in _words(flat)):
        return f"np.full({x.shape}, {scalar(flat[0].item())}{dtype})"
    if x.size <= _IN_FULL:
        return f"np.array({_rows(x.tolist())}{dtype})"
    code = base64.b64encode(x.tobytes()).decode()
    return f"np.frombuffer(base64.b64decode({code!r}), np.dtype({x.dtype.str!r})).reshape({x.shape})"


def _words(flat: Any) -> Iterator[bytes]:
    """The bytes of each number."""
    data, size = flat.tobytes(), flat.itemsize
    return (data[k:k + size] for k in range(0, len(data), size))


def _rows(x: Any) -> str:
    return f"[{', '.join(map(_rows, x))}]" if isinstance(x, list) else scalar(x)


def called(name: str, args: Sequence[str], params: Mapping[str, str]) -> str:
    """A call as text."""
    return f"{name}({', '.join([*args, *(f'{k}={v}' for k, v in params.items())])})"


def without_defaults(function: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that are not what a NumPy function does anyway."""
    if not params:
        return {}
    try:
        known = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return dict(params)
    return {key: value for key, value in params.items() if key not in known or not _same(value, known[key].default)}


def _same(value: Any, default: Any) -> bool:
    if default is np._NoValue:                                     # of keepdims: False
        return value is False
    return type(value) is type(default) and not isinstance(value, np.ndarray) and bool(value == default)


def bound(parameters: ast.arguments, args: Sequence[str]) -> dict[str, str]:
    """The text that each positional parameter stands for."""
    names = [a.arg for a in (*parameters.posonlyargs, *parameters.args)]
    found = dict(zip(names, args, strict=False))
    if parameters.vararg is not None:
        rest = args[len(names):]
        found[parameters.vararg.arg] = f"({', '.join(rest)}{',' * (len(rest) == 1)})"
    return found


def numbered(name: str) -> Iterator[str]:
    """name, name_2, name_3, ...

    >>> list(itertools.islice(numbered("w"), 3))
    ['w', 'w_2', 'w_3']
    """
    yield name
    yield from (f"{name}_{k}" for k in itertools.count(2))


# ---------------------------------------------------------------- the text behind a function
@cache
def _tree(filename: str) -> ast.Module:
    return ast.parse("".join(linecache.getlines(filename)))


def definition_of(function: Any) -> ast.FunctionDef | ast.Lambda:
    """The `def` or `lambda` that made a function."""
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        raise Unwritable(repr(function))
    code = function.__code__
    found = [node for node in ast.walk(_tree(code.co_filename)) if _made(node, code)]
    if not found:
        raise Unwritable(function.__name__)
    return found[-1]  # type: ignore[return-value]


def _made(node: ast.AST, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        return node.name == code.co_name and first == code.co_firstlineno
    if not isinstance(node, ast.Lambda) or code.co_name != "<lambda>":
        return False
    places = [p for p in code.co_positions() if p[2] is not None and p[2] != p[3]]
    inside = node.body.lineno, node.body.col_offset, node.body.end_lineno, node.body.end_col_offset
    starts, ends = min((p[0], p[2]) for p in places), max((p[1], p[3]) for p in places)
    return inside[:2] <= starts and ends <= inside[2:] and len(node.args.args) == code.co_argcount


class Resolver(ast.NodeTransformer):
    """A function's text with what its global names stand for, and without types."""

    def __init__(self, speller: Speller, function: Any, tree: ast.AST, given: Mapping[str, ast.expr]) -> None:
        self.speller, self.given = speller, given
        self.own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        self.own |= {node.id for node in ast.walk(tree)
                     if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        self.own |= {alias.asname or alias.name for node in ast.walk(tree)
                     if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
        free = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        self.globals = {**function.__globals__, **{name: cell.cell_contents for name, cell in free}}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.given:
            return self.given[node.id]
        if node.id in self.own or (node.id not in self.globals and hasattr(builtins, node.id)):
            return node
        if node.id not in self.globals:
            raise Unwritable(node.id)
        return ast.parse(self.speller.value(self.globals[node.id]), mode="eval").body

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        """An error without this project's words: the numbers of the program are known to fit."""
        return ast.parse("raise ValueError('the shapes do not fit each other')").body[0]  # type: ignore[return-value]

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        value = node.value if node.value is not None else ast.Constant(None)
        return self.visit(ast.Assign(targets=[node.target], value=value))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)
