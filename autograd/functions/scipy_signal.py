"""Floor 3: convolution as scipy.signal has it, and as HIPS/autograd has it, along some axes and summed over others."""
import math
from collections.abc import Callable, Sequence
from typing import Any

from numpy.lib.array_utils import normalize_axis_tuple

from autograd.errors import KeywordError, ShapeError, message
from autograd.functions import fft
from autograd.functions.floats import given
from autograd.functions.shaping import reshape, swapaxes, transpose
from autograd.gates import elementwise
from autograd.gates.contract import einsum
from autograd.gates.conv import conv
from autograd.gates.index import getitem
from autograd.gates.shape import flip
from autograd.space import array, is_complex, rank, shape_of

__all__ = ["convolve", "correlate", "fftconvolve", "oaconvolve"]
_FEW = 100                                             # up to so many numbers a window is summed directly


def convolve(in1: Any, in2: Any, axes: Any = None, dot_axes: Any = ((), ()), mode: str = "full",
             method: str = "auto") -> Any:
    """Convolution along `axes` of both inputs, summed over the pairs of `dot_axes`; every other axis of one with every
    other of the other. The result has the other axes of in1, those of in2, then the convolved ones.

    SciPy's order of arguments, convolve(in1, in2, mode, method), works too.
    """
    if isinstance(axes, str):
        axes, dot_axes, mode, method = None, ((), ()), axes, dot_axes if isinstance(dot_axes, str) else method
    x, y = (given(array(v)) for v in (in1, in2))
    if axes is None and rank(x) != rank(y):
        raise ShapeError(message(f"convolve of {rank(x)} and {rank(y)} axes.", "give both as many, or write axes="))
    axes = (range(rank(x)), range(rank(y))) if axes is None else axes
    (x, others_x), (y, others_y) = (_arranged(v, *pair) for v, *pair in zip((x, y), dot_axes, axes, strict=True))
    ans = _convolved(x, y, mode, method)
    return reshape(ans, (*others_x, *others_y, *shape_of(ans)[2:]))


def _arranged(x: Any, dot: Sequence[int], conv: Sequence[int]) -> tuple[Any, list[int]]:
    """x with three kinds of axes: one for all others, one for those that are summed, those along which it slides."""
    dot, conv = (normalize_axis_tuple(axes, rank(x)) for axes in (dot, conv))
    others = tuple(a for a in range(rank(x)) if a not in (*dot, *conv))
    alone, summed, sliding = ([shape_of(x)[a] for a in axes] for axes in (others, dot, conv))
    return reshape(transpose(x, (*others, *dot, *conv)), (math.prod(alone), math.prod(summed), *sliding)), alone


def _convolved(x: Any, y: Any, mode: str, method: str) -> Any:
    n, m = shape_of(x)[2:], shape_of(y)[2:]
    _check(n, m, mode)
    if _is_shorter(n, m, mode):
        return swapaxes(_convolved(y, x, mode, method), 0, 1)
    if method == "fft" or (method == "auto" and min(math.prod(n), math.prod(m)) > _FEW):
        axes = range(2, rank(x))
        full = _by_fft(x, y, axes, lambda a, b: einsum("id...,jd...->ij...", a, b))
        return _part(full, axes, n, m, mode)
    if method not in ("auto", "direct"):
        raise KeywordError(message(f"convolve got method={method!r}.", "write 'auto', 'direct' or 'fft'"))
    around = tuple(_room(k, mode) for k in m)
    ones = (1,) * len(m)
    return conv(x, flip(y, tuple(range(2, rank(y)))), stride=ones, padding=around, dilation=ones)


def _check(n: Sequence[int], m: Sequence[int], mode: str) -> None:
    if mode not in ("full", "same", "valid"):
        raise KeywordError(message(f"convolve got mode={mode!r}.", "write 'full', 'same' or 'valid'"))
    longer = {a > b for a, b in zip(n, m, strict=True) if a != b}
    if mode == "valid" and len(longer) == 2:
        raise ShapeError(message(f"mode='valid' of {tuple(n)} and {tuple(m)}.",
                                 "one input must be at least as long as the other along every axis"))


def _is_shorter(n: Sequence[int], m: Sequence[int], mode: str) -> bool:
    """Whether the inputs should trade places, which 'same' does not allow: it has the length of the first."""
    shorter = math.prod(n) < math.prod(m) if mode == "full" else any(a < b for a, b in zip(n, m, strict=True))
    return mode != "same" and shorter


def _room(m: int, mode: str) -> tuple[int, int]:
    """How far a window of length m reaches out of the input on both sides."""
    after = {"full": m - 1, "same": (m - 1) // 2, "valid": 0}[mode]
    return (m - 1 - after if mode == "same" else after, after)


def _by_fft(x: Any, y: Any, axes: Sequence[int], product: Callable[[Any, Any], Any]) -> Any:
    """The full convolution: the product of the transforms, transformed back."""
    s = [shape_of(x)[a] + shape_of(y)[a] - 1 for a in axes]
    if not s:
        return product(x, y)
    forth, back = (fft.fftn, fft.ifftn) if is_complex(x) or is_complex(y) else (fft.rfftn, fft.irfftn)
    return back(product(forth(x, s, axes), forth(y, s, axes)), s, axes)


def _part(full: Any, axes: Sequence[int], n: Sequence[int], m: Sequence[int], mode: str) -> Any:
    """What `mode` keeps of a full convolution."""
    index = [slice(None)] * rank(full)
    for axis, a, b in zip(axes, n, m, strict=True):
        start = {"full": 0, "same": (b - 1) // 2, "valid": min(a, b) - 1}[mode]
        index[axis] = slice(start, start + {"full": a + b - 1, "same": a, "valid": abs(a - b) + 1}[mode])
    return getitem(full, tuple(index))


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """Convolution with in2 turned round and conjugated."""
    in2 = flip(given(array(in2)))
    return convolve(in1, elementwise.conj(in2) if is_complex(in2) else in2, mode=mode, method=method)


def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """Convolution along `axes`; the other axes broadcast."""
    x, y = (given(array(v)) for v in (in1, in2))
    if rank(x) != rank(y):
        raise ShapeError(message(f"fftconvolve of {rank(x)} and {rank(y)} axes.", "give both as many axes"))
    axes = sorted(normalize_axis_tuple(range(rank(x)) if axes is None else axes, rank(x)))
    n, m = ([shape_of(v)[a] for a in axes] for v in (x, y))
    _check(n, m, mode)
    return _part(_by_fft(x, y, axes, lambda a, b: a * b), axes, n, m, mode)


def oaconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    return fftconvolve(in1, in2, mode, axes)
