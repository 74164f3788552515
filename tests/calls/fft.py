"""Calls of numpy.fft: every transform with odd and even lengths, cut off and filled up, on every axis and norm."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

RNG = np.random.default_rng(1)
R, C = RNG.standard_normal((4, 5)), RNG.standard_normal((4, 5)) + 1j * RNG.standard_normal((4, 5))
F = np.fft


def along_an_axis(f):
    return [f, lambda x: f(x, 3), lambda x: f(x, n=8, axis=0), lambda x: f(x, 7, -2, "ortho"), lambda x: f(x, norm="forward"),
            lambda x: f(x, n=6, norm="backward"), lambda x: f(x[0], n=None), lambda x: f(x.real, 6), lambda x: f(x.real)]


def along_two_axes(f):
    return [f, lambda x: f(x, (3, 6)), lambda x: f(x, s=(6, 3), axes=(1, 0)), lambda x: f(x, norm="ortho"), lambda x: f(x, (-1, 4), norm="forward")]


def along_axes(f):
    return [f, lambda x: f(x, axes=(0,)), lambda x: f(x, s=(3, 7), axes=(0, 1)), lambda x: f(x, (5, 2), (-1, 0), "ortho"), lambda x: f(x, axes=(0, 0), norm="forward"), lambda x: f(x[None] * x[0, 0])]


CALLS = {
    **{f: (C, along_an_axis(f)) for f in (F.fft, F.ifft, F.irfft, F.hfft)},
    **{f: (R, along_an_axis(f)) for f in (F.rfft, F.ihfft)},
    **{f: (C, along_two_axes(f)) for f in (F.fft2, F.ifft2, F.irfft2)},
    **{f: (C, along_axes(f)) for f in (F.fftn, F.ifftn, F.irfftn)},
    F.rfft2: (R, along_two_axes(F.rfft2)),
    F.rfftn: (R, along_axes(F.rfftn)),
    F.fftshift: (R, [F.fftshift, lambda x: F.fftshift(x, 1), lambda x: F.fftshift(x, axes=(0,))]),
    F.ifftshift: (R, [F.ifftshift, lambda x: F.ifftshift(x, axes=0), lambda x: F.ifftshift(x, (1, 0))]),
}
