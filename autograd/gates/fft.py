"""Floor 2: Fourier transforms along one axis. All are linear; rule = transpose.

The matrix w^jk of the discrete transform is symmetric, so `fft` and `ifft` are their own transposes. A real transform
keeps half of a spectrum whose other half is its mirror image: `rfft` and `irfft` are each other's transposes once the
numbers that stand for two are counted twice.
"""
from typing import Any

import numpy as np

from autograd.gate import linear
from autograd.gates.elementwise import conj
from autograd.gates.index import getitem
from autograd.gates.shape import _along, pad

#: The norm with which the transform in the other direction has the factor that this one has.
OPPOSITE = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def resized(x: Any, n: int, axis: int) -> Any:
    """`x` cut off, or filled up with zeros, to length n along `axis`."""
    more = n - x.shape[axis]
    if more <= 0:
        return getitem(x, _along(axis, x.ndim, slice(n))) if more else x
    return pad(x, tuple((0, more if a == axis % x.ndim else 0) for a in range(x.ndim)))


def _twice(spectrum: Any, n: int, axis: int) -> Any:
    """How often each number of the half spectrum of n real numbers stands in the whole one."""
    ans = np.full(spectrum.shape[axis], 2.0, spectrum.dtype)
    ans[0] = 1.0
    if n % 2 == 0:
        ans[-1] = 1.0
    return ans.reshape(-1, *[1] * (spectrum.ndim - 1 - axis % spectrum.ndim))


def _rfft_back(g: Any, shape: tuple[int, ...], n: int | None, axis: int, norm: str | None) -> Any:
    n = shape[axis] if n is None else n
    return resized(irfft(conj(g) / _twice(g, n, axis), n=n, axis=axis, norm=OPPOSITE[norm]), shape[axis], axis)


def _irfft_back(g: Any, shape: tuple[int, ...], axis: int, norm: str | None) -> Any:
    spectrum = rfft(g, axis=axis, norm=OPPOSITE[norm])
    return resized(conj(spectrum) * _twice(spectrum, g.shape[axis], axis), shape[axis], axis)


# fmt: off
fft   = linear("fft",   np.fft.fft,   "fft",   lambda g, shape, axis, norm: resized(fft(g, axis=axis, norm=norm), shape[axis], axis),  n=None, axis=-1, norm=None)
ifft  = linear("ifft",  np.fft.ifft,  "ifft",  lambda g, shape, axis, norm: resized(ifft(g, axis=axis, norm=norm), shape[axis], axis), n=None, axis=-1, norm=None)
rfft  = linear("rfft",  np.fft.rfft,  "rfft",  _rfft_back,  n=None, axis=-1, norm=None)
irfft = linear("irfft", np.fft.irfft, "irfft", _irfft_back, n=None, axis=-1, norm=None)
# fmt: on
