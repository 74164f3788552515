"""Floor 3: numpy.fft. Every transform is a chain of transforms along one axis, in NumPy's order."""
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.functions.shaping import roll
from autograd.functions.table import replaces
from autograd.gates import elementwise
from autograd.gates.fft import OPPOSITE, fft, ifft, irfft, rfft
from autograd.space import is_complex, rank, shape_of

Lengths = Sequence[int | None] | None
Axes = Sequence[int] | None


# ---------------------------------------------------------------- spectra that are real
@replaces(np.fft.hfft)
def hfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return irfft(elementwise.conj(a) if is_complex(a) else a, n=n, axis=axis, norm=OPPOSITE.get(norm, norm))


@replaces(np.fft.ihfft)
def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return elementwise.conj(rfft(a, n=n, axis=axis, norm=OPPOSITE.get(norm, norm)))


# ---------------------------------------------------------------- several axes
def _chain(a: Any, steps: Sequence[tuple[int | None, int]], gate: Callable[..., Any], norm: str | None) -> Any:
    for n, axis in steps:
        a = gate(a, n=n, axis=axis, norm=norm)
    return a


def _steps(a: Any, s: Lengths, axes: Axes) -> list[tuple[int | None, int]]:
    """Length and axis of every transform; -1 is the length of the axis itself."""
    axes = range(-(rank(a) if s is None else len(s)), 0) if axes is None else axes
    s = [-1] * len(axes) if s is None else s
    return [(shape_of(a)[axis] if n == -1 else n, axis) for n, axis in zip(s, axes, strict=True)]


@replaces(np.fft.fftn)
def fftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Any:
    return _chain(a, _steps(a, s, axes)[::-1], fft, norm)


@replaces(np.fft.ifftn)
def ifftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Any:
    return _chain(a, _steps(a, s, axes)[::-1], ifft, norm)


@replaces(np.fft.rfftn)
def rfftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Any:
    *others, last = _steps(a, s, axes)
    return _chain(_chain(a, [last], rfft, norm), others[::-1], fft, norm)


@replaces(np.fft.irfftn)
def irfftn(a: Any, s: Lengths = None, axes: Axes = None, norm: str | None = None) -> Any:
    *others, (n, axis) = _steps(a, s, axes)
    return irfft(_chain(a, others, ifft, norm), n=None if s is None else n, axis=axis, norm=norm)


@replaces(np.fft.fft2)
def fft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None) -> Any:
    return fftn(a, s, axes, norm)


@replaces(np.fft.ifft2)
def ifft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None) -> Any:
    return ifftn(a, s, axes, norm)


@replaces(np.fft.rfft2)
def rfft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None) -> Any:
    return rfftn(a, s, axes, norm)


@replaces(np.fft.irfft2)
def irfft2(a: Any, s: Lengths = None, axes: Axes = (-2, -1), norm: str | None = None) -> Any:
    return irfftn(a, s, axes, norm)


# ---------------------------------------------------------------- zero frequency in the middle, and back
@replaces(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda n: n // 2)


@replaces(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    return _shifted(x, axes, lambda n: -(n // 2))


def _shifted(x: Any, axes: Any, shift: Callable[[int], int]) -> Any:
    axes = range(rank(x)) if axes is None else axes if isinstance(axes, Sequence) else (axes,)
    return roll(x, tuple(shift(shape_of(x)[a]) for a in axes), tuple(axes))
