"""Floor 0: every error the engine raises, and where in the user's file it happened.

    AutogradError
    ├── ShapeError    (also ValueError)    shapes that do not fit each other
    │   └── OutOfBounds (also IndexError)  an index that the shape does not have
    ├── DataError     (also TypeError)     data that has no derivative, or would lose it
    ├── KeywordError  (also TypeError)     a keyword that a gate does not know
    ├── NoWeight      (also ZeroDivisionError) a mean of nothing, or with weights that sum to zero
    ├── NoAttribute   (also AttributeError) a name that tensors do not have
    ├── TooLarge      (also MemoryError)   a result that does not fit into memory
    ├── GraphError    (also RuntimeError)  a graph used in a way that would give wrong numbers
    └── SingularError (also LinAlgError)   a matrix without the inverse or the factors asked for; in gates/linalg.py
"""
import ast
import contextlib
import functools
import linecache
import os
import sys
from collections.abc import Sequence
from opcode import opmap
from types import CodeType, FrameType
from typing import Any

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_NN = os.path.join(os.path.dirname(os.path.dirname(_HERE)), "nn") + os.sep
#: Files that may stand between a user's line and the place of an error. Floor 1 adds NumPy's and SciPy's.
libraries = [_HERE, _NN, functools.__file__, contextlib.__file__]
_PROGRAMS = (_HERE + "demo.py", _NN + "documents" + os.sep)      # written as a user would write them


class AutogradError(Exception):
    """Base of every error this package raises; its text says what happened, where, and what to write instead.

    `draw(error)` shows the part of a graph that ran before a gate failed.

    >>> from autograd import Tensor
    >>> try:
    ...     Tensor(2)
    ... except AutogradError as error:
    ...     print(str(error).splitlines()[0])
    2 is an integer, and derivatives need real numbers.
    """

    failed: "tuple[Any, Sequence[Any], Sequence[Any], Any, str] | None" = None

    def of(self, gate: Any, args: Sequence[Any], parents: Sequence[Any], params: Any) -> "AutogradError":
        """The same error, which knows the gate that failed, its inputs and their nodes; the innermost gate counts."""
        if self.failed is None:
            frame = caller(2)
            self.failed = gate, args, parents, params, place(frame.f_code, frame.f_lasti)
        return self


class ShapeError(AutogradError, ValueError):
    """Shapes that do not fit each other.

    >>> from autograd import Tensor
    >>> Tensor([1.0, 2.0]) + Tensor([1.0, 2.0, 3.0])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ShapeError: …
    """


class OutOfBounds(ShapeError, IndexError):
    """An index that the shape does not have.

    >>> from autograd import Tensor
    >>> Tensor([1.0, 2.0])[2]  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    OutOfBounds: …
    """


class DataError(AutogradError, TypeError):
    """Data that has no derivative, or a conversion that would silently lose one.

    >>> from autograd import Tensor
    >>> Tensor(2)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    DataError: …
    """


class KeywordError(AutogradError, TypeError):
    """A keyword or argument that a gate does not know.

    >>> from autograd import Tensor
    >>> Tensor([1.0, 2.0]).sum(dimension=0)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    KeywordError: …
    """


class NoWeight(AutogradError, ZeroDivisionError):
    """A mean of nothing, or with weights that sum to zero.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> np.average(Tensor([1.0, 2.0]), weights=[0.0, 0.0])  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    NoWeight: …
    """


class NoAttribute(AutogradError, AttributeError):
    """A name that tensors do not have.

    >>> from autograd import Tensor
    >>> Tensor(1.0).sine  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    NoAttribute: …
    """


class TooLarge(AutogradError, MemoryError):
    """A result that does not fit into memory.

    >>> from autograd import Tensor
    >>> Tensor([1.0]).repeat(10**17)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    TooLarge: …
    """


class GraphError(AutogradError, RuntimeError):
    """A graph used in a way that would give wrong numbers.

    >>> from autograd import Tensor
    >>> y = Tensor(3.0) * 2.0
    >>> y.backward()
    >>> y.backward()  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    GraphError: …
    """


class _Internal(dict[str, bool]):
    """File name -> does it belong to a library, and not to the user? Each file is looked at once."""

    def __missing__(self, filename: str) -> bool:
        answer = filename.startswith(tuple(libraries)) and not filename.startswith(_PROGRAMS)
        self[filename] = answer
        return answer


internal = _Internal()


def caller(depth: int = 1) -> FrameType:
    """The nearest frame outside this library: the user's own line."""
    frame = sys._getframe(depth)
    while internal[frame.f_code.co_filename] and frame.f_back is not None:
        frame = frame.f_back
    return frame


@functools.cache
def line_of(code: CodeType, lasti: int) -> int:
    """The line number of instruction `lasti`; looked up only when somebody asks."""
    for start, end, line in code.co_lines():
        if start <= lasti < end and line is not None:
            return line
    return code.co_firstlineno


@functools.cache
def place(code: CodeType | str, lasti: int) -> str:
    """`file.py:12` of a recorded instruction."""
    if isinstance(code, str):
        return code
    return f"{cell_of(code.co_filename) or os.path.basename(code.co_filename)}:{line_of(code, lasti)}"


def cell_of(file: str) -> str:
    """`In[3]` where this file is a cell of the running notebook, as in its tracebacks; else nothing."""
    notebooks = sys.modules.get("IPython")
    shell = notebooks.get_ipython() if notebooks else None
    name = shell.compile.format_code_name(file) if shell else None
    return name[1] if name else ""


@functools.cache
def line_at(code: CodeType | str, lasti: int) -> str | None:
    """The text of that line, where its file is still there."""
    return None if isinstance(code, str) else linecache.getline(code.co_filename, line_of(code, lasti)).strip() or None


def computes_with(frame: FrameType) -> bool:
    """Whether the user's line takes a tensor as a plain number: in an array element, or a function of `math`."""
    code = frame.f_code
    if code.co_code[frame.f_lasti] == opmap["STORE_SUBSCR"]:
        return True
    line, last, start, end = list(code.co_positions())[frame.f_lasti // 2]
    text = linecache.getline(code.co_filename, line or 0).encode()[start:end].decode(errors="ignore")
    try:
        call = ast.parse(text, mode="eval").body if line == last else None
    except SyntaxError:
        return False
    function = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
    module, _, name = function.rpartition(".")
    space = {**frame.f_globals, **frame.f_locals}
    found = getattr(space.get(module), name, None) if module else space.get(name)
    return getattr(found, "__module__", None) in ("math", "cmath") or name in _WRITERS


_WRITERS = {"fill", "full", "put", "__setitem__"}


def here() -> str:
    """The user's line as it is shown at the end of an error."""
    frame = caller(2)
    file = frame.f_code.co_filename
    line = linecache.getline(file, frame.f_lineno).strip()
    return f"\n  at {cell_of(file) or file}:{frame.f_lineno}" + (f"    {line}" if line else "")


def message(what: str, instead: str) -> str:
    """What happened, the user's line, what to write instead."""
    return f"{what}{here()}\n  {instead}"


def describe(x: Any) -> str:
    """A value in a few words: `float 2.0`, `float64 (3, 4)`, `str 'a'`."""
    if hasattr(x, "shape") and hasattr(x, "dtype"):
        return f"{x.dtype} {tuple(x.shape)}"
    text = repr(x)
    return f"{type(x).__name__} {text if len(text) <= 40 else text[:37] + '...'}"


_REMEDIES = {
    "elementwise": "sizes must be equal or 1, counted from the last axis: reshape, transpose or index one of them",
    "matmul": "the last axis of x must be as long as the last but one of y: transpose or reshape one of them",
    "dot": "the last axis of x must be as long as the last but one of y: transpose or reshape one of them",
    "einsum": "axes with the same letter must be equally long: transpose or reshape one of the inputs",
    "concatenate": "all axes but the joined one must be equally long: reshape or index the inputs first",
    "stack": "all inputs must have the same shape: reshape or index them first",
    "reshape": "the new shape must hold as many numbers as the old one; reshape(-1) makes one axis of them all",
    "inv": "inverses need square matrices of full rank: add a multiple of np.eye, or use np.linalg.pinv",
    "solve": "a must be a stack of square matrices of full rank and b fit it: for others use np.linalg.lstsq",
    "cholesky": "only a positive definite matrix has a Cholesky factor: add a multiple of np.eye",
    "getitem": "use whole numbers within the shape, slices, or boolean arrays of the same shape",
}


#: What NumPy raises inside a gate, and the user's error for it; the first that fits counts.
failures: list[tuple[type[Exception], type[AutogradError]]] = [
    (IndexError, OutOfBounds), (ValueError, ShapeError), (MemoryError, TooLarge)]


def failure(gate: Any, args: Sequence[Any], error: Exception) -> AutogradError:
    """The user's error for one that NumPy raised inside a gate."""
    if isinstance(error, AutogradError):
        return error
    shapes = " and ".join(map(describe, args))
    if gate.kind == "elementwise" and isinstance(error, ValueError):
        what = f"{gate.name}: {shapes} do not broadcast."
    else:
        what = f"{gate.name} failed on {shapes}: {str(error).rstrip('. ')}."
    if isinstance(error, MemoryError) and gate.kind == "elementwise":
        return TooLarge(message(what, "one input is a row and the other a column, so every pair is computed: write "
                                      "x.reshape(-1), or x[:, None], for one of them"))
    kind = next((kind for cause, kind in failures if isinstance(error, cause)), DataError)
    remedy = _REMEDIES.get(gate.name) or _REMEDIES.get(gate.kind) or "make the inputs and keywords fit each other"
    return kind(message(what, remedy))
