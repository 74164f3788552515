"""Floor 3: the table that says what a NumPy function does on tensors, and how its entries are made.

`TABLE[np.sum]` is what `np.sum(tensor)` runs: a gate, a function of this package, or a constant (a function whose
result has no derivative). Anything else is refused with a message, never computed without its gradient.
"""
import sys
from collections.abc import Callable
from functools import cache, wraps
from inspect import Parameter, signature
from typing import Any

import numpy as np

from autograd.cuts import note
from autograd.errors import AutogradError, KeywordError, NoWeight, OutOfBounds, ShapeError, message
from autograd.gate import Gate
from autograd.graph import BASE, Tensor, _pauses, plain

TABLE: dict[Callable[..., Any], Callable[..., Any]] = {}
_ERRORS = [(IndexError, OutOfBounds), (ZeroDivisionError, NoWeight), (ValueError, ShapeError)]
CONSTANTS: set[Callable[..., Any]] = set()             # the functions in TABLE whose results have no derivative


def replaces(*functions: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Note that the function below does the work of these NumPy functions on tensors."""
    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        TABLE.update((replaced, _called_as(replaced, function)) for replaced in functions)
        return function
    return enter


def _called_as(function: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
    """Our function, which has no `out`, called as NumPy's: what stands behind `out` there is given by name, and errors
    say what was called."""
    @wraps(ours)
    def call(*args: Any, **kwargs: Any) -> Any:
        at = _before_out(function)
        if len(args) > at:
            names = _parameters(function)[at:len(args)]
            args, kwargs = args[:at], dict(zip(names, args[at:], strict=True)) | kwargs
        if kwargs.get("out", 0) is None:
            del kwargs["out"]
        try:
            return ours(*args, **kwargs)
        except AutogradError:
            raise
        except TypeError as error:
            raise KeywordError(message(f"np.{function.__name__}: {error}.", "leave the argument out")) from None
        except (IndexError, ValueError, ZeroDivisionError) as error:
            kind = next(own for cause, own in _ERRORS if isinstance(error, cause))
            raise kind(message(f"np.{function.__name__}: {error}.",
                               "use axes, indices and sizes that the array has")) from None
    return call


def constant(*functions: Callable[..., Any]) -> None:
    """Note that the results of these NumPy functions have no derivative: they run on the plain values."""
    CONSTANTS.update(functions)
    TABLE.update((function, _on_values(function)) for function in functions)


def _on_values(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, Tensor) and x.level.skip for x in args):
            raise KeywordError(message(f"np.{function.__name__} cannot be mapped by vmap.", "call it outside vmap"))
        ans = function(*map(plain, args), **{k: plain(v) for k, v in kwargs.items()})
        if not _pauses and not isinstance(ans, bool | np.bool_):
            nodes = [x.node for x in args if isinstance(x, Tensor) and x.level is BASE]
            if nodes:
                note(function.__name__, nodes)
        return ans
    return call


@cache
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(signature(function).parameters)


@cache
def _before_out(function: Callable[..., Any]) -> int:
    """How many arguments stand before `out` in NumPy's order, where it may be given by its place."""
    parameters = signature(function).parameters
    by_place = "out" in parameters and parameters["out"].kind is Parameter.POSITIONAL_OR_KEYWORD
    return list(parameters).index("out") if by_place else sys.maxsize


def as_numpy(gate: Gate, function: Callable[..., Any]) -> Callable[..., Any]:
    """The gate, called with the arguments of its NumPy function in NumPy's order."""
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) == gate.arity and (not kwargs or kwargs.keys() <= gate.defaults.keys()):
            return gate.apply(args, gate.defaults | kwargs if kwargs else gate.defaults)
        given = dict(zip(_parameters(function), args, strict=False)) | kwargs
        inputs = [given.pop(name) for name in _parameters(function)[:gate.arity]]
        return gate(*inputs, **{k: v for k, v in given.items() if v is not np._NoValue})
    return call
