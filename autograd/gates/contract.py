"""Floor 2: products summed over shared axes. Each is linear in every input, so rule = transpose."""
from string import ascii_letters as LETTERS
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from autograd.gate import linear
from autograd.gates.index import getitem
from autograd.gates.shape import expand_dims, transpose
from autograd.space import dtype_of, rank, shape_of


def _swap(x: Any) -> Any:
    """The last two axes exchanged."""
    return transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def _product(x: Any, y: Any) -> Any:
    """matmul for arrays of rank two or more; `dot` is the quicker call where both are matrices."""
    return dot(x, y) if x.ndim == y.ndim == 2 else matmul(x, y)


def _matrices(x: Any, y: Any) -> bool:
    """Plain matrices, by far the most common case, go straight to BLAS."""
    return type(x) is np.ndarray and type(y) is np.ndarray and x.ndim == 2 and y.ndim == 2


def _matmul_x(g: Any, y: Any, shape: tuple[int, ...]) -> Any:
    if _matrices(g, y):
        return np.dot(g, y.T)
    if y.ndim == 1:
        return g * y if len(shape) == 1 else expand_dims(g, -1) * y
    if len(shape) == 1:
        return getitem(matmul(y, expand_dims(g, -1)), (..., 0))
    return _product(g, _swap(y))


def _matmul_y(g: Any, x: Any, shape: tuple[int, ...]) -> Any:
    if _matrices(g, x):
        return np.dot(x.T, g)
    if x.ndim == 1:
        return g * x if len(shape) == 1 else expand_dims(x, -1) * expand_dims(g, -2)
    if len(shape) == 1:
        return getitem(matmul(_swap(x), expand_dims(g, -1)), (..., 0))
    return _product(_swap(x), g)


def _dot_x(g: Any, y: Any, shape: tuple[int, ...]) -> Any:
    """numpy.dot sums the last axis of x with the last but one of y; for matrices that is x·y."""
    if not shape or not rank(y):
        return g * y
    if len(shape) <= 2 and y.ndim <= 2:
        return _matmul_x(g, y, shape)
    out = len(shape) - 1
    return tensordot(g, y, (tuple(range(out, rank(g))), tuple(a for a in range(y.ndim) if a != max(y.ndim - 2, 0))))


def _dot_y(g: Any, x: Any, shape: tuple[int, ...]) -> Any:
    if not shape or not rank(x):
        return g * x
    if len(shape) <= 2 and x.ndim <= 2:
        return _matmul_y(g, x, shape)
    out = tuple(range(x.ndim - 1))
    part = tensordot(x, g, (out, out))                      # the summed axis first, then y's others in order
    order = list(range(1, part.ndim))
    order.insert(max(len(shape) - 2, 0), 0)
    return transpose(part, order)


# ---------------------------------------------------------------- einsum: the transpose is an einsum
def _einsum(*xs: Any, subscripts: str) -> Any:
    """Of more than two the products are formed two at a time, all in the dtype of the result."""
    if any(0 in shape_of(x) for x in xs):
        return _sum_of_nothing(xs, subscripts)
    if len(xs) < 3:
        return np.einsum(subscripts, *xs)
    dtype = np.result_type(*map(dtype_of, xs))
    return np.einsum(subscripts, *(np.asarray(x, dtype) for x in xs), optimize=True)


def _sum_of_nothing(xs: Any, subscripts: str) -> Any:
    """The zeros that `einsum` of empty arrays is; numpy.einsum writes beyond their memory."""
    inputs, output = _split(subscripts)
    sizes: dict[str, int] = {}
    for letters, x in zip(inputs, xs, strict=True):
        for c, n in zip(letters, shape_of(x), strict=True):
            sizes[c], = np.broadcast_shapes(sizes.get(c, 1), n)
    return np.zeros([sizes[c] for c in output], np.result_type(*map(dtype_of, xs)))


def _einsum_back(g: Any, xs: Any, i: int, shape: tuple[int, ...], subscripts: str) -> Any:
    """Trade places of `ans` and input i. Letters that only input i has are summed: they get ones; a letter that it
    has twice walks a diagonal: the second one is renamed and tied to the first by an identity matrix."""
    inputs, output = _split(subscripts)
    sizes = {c: n for s, x in zip(inputs, xs, strict=True) if s is not inputs[i] for c, n in zip(s, shape_of(x), strict=True)}
    sizes |= dict(zip(inputs[i], shape, strict=True))
    operands = [g, *(x for k, x in enumerate(xs) if k != i)]
    names = [output, *(s for k, s in enumerate(inputs) if k != i)]
    target, unused = "", iter(c for c in LETTERS if c not in subscripts)
    for c in inputs[i]:
        new = next(unused) if c in target else c
        if new != c:
            operands.append(np.eye(sizes[c]))
            names.append(c + new)
        elif not any(c in name for name in names):
            operands.append(np.ones(sizes[c]))
            names.append(c)
        target += new
    return einsum_gate(*operands, subscripts=f"{','.join(names)}->{target}")


def _split(subscripts: str) -> tuple[list[str], str]:
    left, output = subscripts.split("->")
    return left.split(","), output


def spelled(subscripts: str, ranks: list[int]) -> str:
    """Subscripts with the output written out and every ellipsis turned into letters."""
    text = subscripts.replace(" ", "")
    left, arrow, output = text.partition("->")
    inputs = left.split(",")
    if len(inputs) != len(ranks):
        raise ShapeError(message(f"einsum {subscripts!r} names {len(inputs)} inputs, got {len(ranks)}.",
                                 "write one group of letters per input, separated by commas"))
    if not arrow:
        letters = sorted(set(left) - set(",."))
        output = "..." * ("..." in left) + "".join(c for c in letters if left.count(c) == 1)
    free = [c for c in ascii_uppercase + ascii_lowercase if c not in text]
    width = max([r - len(s.replace("...", "")) for s, r in zip(inputs, ranks, strict=True) if "..." in s], default=0)
    dots = "".join(free[:width])
    full = [s.replace("...", dots[width - (r - len(s.replace("...", ""))):] if "..." in s else "")
            for s, r in zip(inputs, ranks, strict=True)]
    return f"{','.join(full)}->{output.replace('...', dots)}"


def einsum(subscripts: str, *xs: Any) -> Any:
    """Sum of products over the axes that `subscripts` names, as `numpy.einsum`."""
    return einsum_gate(*xs, subscripts=spelled(subscripts, [rank(x) for x in xs]))


# ---------------------------------------------------------------- tensordot in einsum's words
def _tensordot_letters(rank_x: int, rank_y: int, axes: Any) -> tuple[str, str, str]:
    left, right = pairs(axes, rank_x, rank_y)
    x, y = ascii_lowercase[:rank_x], list(ascii_uppercase[:rank_y])
    for a, b in zip(left, right, strict=True):
        y[b] = x[a]
    output = [c for a, c in enumerate(x) if a not in left] + [c for b, c in enumerate(y) if b not in right]
    return x, "".join(y), "".join(output)


def pairs(axes: Any, rank_x: int, rank_y: int) -> tuple[list[int], list[int]]:
    """Which axes of x and y are summed together."""
    if isinstance(axes, int):
        return list(range(rank_x - axes, rank_x)), list(range(axes))
    left, right = ([a] if isinstance(a, int) else list(a) for a in axes)
    return [a % rank_x for a in left], [b % rank_y for b in right]


def _tensordot_x(g: Any, y: Any, shape: tuple[int, ...], axes: Any) -> Any:
    a, b, out = _tensordot_letters(len(shape), rank(y), axes)
    return einsum_gate(g, y, subscripts=f"{out},{b}->{a}")


def _tensordot_y(g: Any, x: Any, shape: tuple[int, ...], axes: Any) -> Any:
    a, b, out = _tensordot_letters(rank(x), len(shape), axes)
    return einsum_gate(x, g, subscripts=f"{a},{out}->{b}")


# fmt: off
matmul      = linear("matmul",    np.matmul,    "@",         _matmul_x,    _matmul_y)
dot         = linear("dot",       np.dot,       "·",         _dot_x,       _dot_y)
tensordot   = linear("tensordot", np.tensordot, "tensordot", _tensordot_x, _tensordot_y, axes=2)
einsum_gate = linear("einsum",    _einsum,      "einsum",    _einsum_back, arity=None, subscripts="")
# fmt: on
