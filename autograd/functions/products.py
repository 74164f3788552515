"""Floor 3: NumPy's products."""
from string import ascii_letters as LETTERS
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.shaping import moveaxis, ravel, reshape
from autograd.functions.table import replaces
from autograd.gates import contract, elementwise
from autograd.space import is_complex, rank, shape_of


@replaces(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    return contract.tensordot(a, b, axes)


@replaces(np.outer)
def outer(a: Any, b: Any) -> Any:
    return reshape(a, (-1, 1)) * reshape(b, (1, -1))


@replaces(np.inner)
def inner(a: Any, b: Any) -> Any:
    return a * b if not (rank(a) and rank(b)) else contract.tensordot(a, b, (-1, -1))


@replaces(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    a = ravel(a)
    return contract.dot(elementwise.conj(a) if is_complex(a) else a, ravel(b))


def along_axes(ufunc: Any, function: Any) -> Any:
    """`function` in place of np.matmul or its kin, called with `axes`: where inputs and result have their core axes."""
    def call(*xs: Any, axes: Any, **others: Any) -> Any:
        if others:
            raise KeywordError(message(f"np.{ufunc.__name__} with axes= does not take {min(others)!r}.",
                                       "move the axes with np.moveaxis"))
        ufunc(*(np.empty((0,) * rank(x)) for x in xs), axes=axes)                       # NumPy's check of the axes
        *places, last = [(at,) if isinstance(at, int) else at for at in (*axes, *[()] * (len(xs) + 1 - len(axes)))]
        ans = function(*(moveaxis(x, at, range(-len(at), 0)) for x, at in zip(xs, places, strict=True)))
        return moveaxis(ans, range(-len(last), 0), last)
    return call


@replaces(np.einsum)
def einsum(*operands: Any, dtype: Any = None, order: str = "K", casting: str = "safe", optimize: Any = False) -> Any:
    if isinstance(optimize, str) and optimize not in ("greedy", "optimal"):
        raise KeywordError(message(f"einsum with optimize={optimize!r}.", "write True, False, 'greedy' or 'optimal'"))
    subscripts, xs = operands[0], list(operands[1:])
    if not isinstance(subscripts, str):
        subscripts, xs = _lettered(operands), list(operands[:-1:2] if len(operands) % 2 else operands[::2])
    xs = [cast(x, dtype, casting) for x in xs]
    return _contracted(subscripts, xs, optimize) if optimize else contract.einsum(subscripts, *xs)


def _lettered(operands: Any) -> str:
    """The subscripts of NumPy's other form: each input followed by the numbers of its axes, the output's at the end."""
    names = ["".join("..." if n is Ellipsis else LETTERS[n] for n in axes) for axes in operands[1::2]]
    output = operands[-1] if len(operands) % 2 else None
    end = "" if output is None else "->" + "".join("..." if n is Ellipsis else LETTERS[n] for n in output)
    return ",".join(names) + end


def _contracted(subscripts: str, xs: list[Any], optimize: Any) -> Any:
    """einsum in the order that NumPy finds cheapest: a few inputs at a time, what nobody needs any more summed."""
    spelled = contract.spelled(subscripts, [rank(x) for x in xs])
    names, output = spelled.split("->")[0].split(","), spelled.split("->")[1]
    path = np.einsum_path(spelled, *(np.broadcast_to(0.0, shape_of(x)) for x in xs), optimize=optimize)[0][1:]
    for picked in path:
        chosen = [(names.pop(k), xs.pop(k)) for k in sorted(picked, reverse=True)]
        needed = set(output).union(*names)
        letters = dict.fromkeys("".join(name for name, _ in chosen))
        made = "".join(c for c in letters if c in needed) if names else output
        xs.append(contract.einsum(f"{','.join(name for name, _ in chosen)}->{made}", *(x for _, x in chosen)))
        names.append(made)
    return xs[0]
