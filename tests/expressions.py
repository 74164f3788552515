"""What can be written with NumPy and has a derivative: one or more expressions per callable, method, operator and
keyword, in the order of NumPy's reference.

A new line or three spaces part two expressions. In each, the names of INPUTS are what is differentiated, those of
CONSTANTS are given, and `; ` parts statements, the last of which is the result. Nothing is left out because it is
refused here. `tests/test_coverage.py` runs them.
"""
# ruff: noqa: E501 — several expressions per line, however long
import ast
import re
from collections.abc import Callable
from inspect import signature
from operator import attrgetter
from typing import Any

import numpy as np

RNG = np.random.default_rng(17)


def _real(*shape: int) -> Any:
    return RNG.uniform(-2.0, 2.0, shape)


INPUTS: dict[str, Any] = {
    "k": 0.7, "x": _real(5), "y": _real(5), "a": _real(3, 4), "b": _real(3, 4), "t": _real(2, 3, 4),
    "p": RNG.uniform(0.5, 2.0, (3, 4)), "u": RNG.uniform(-0.9, 0.9, (3, 4)),                # positive, and within ±1
    "s": _real(4, 4), "q": _real(2, 3, 3), "h": 5.0 * np.eye(4) + RNG.uniform(-0.5, 0.5, (4, 4)),
    "c": _real(3, 4) + 1j * _real(3, 4), "z": _real(5) + 1j * _real(5)}
CONSTANTS: dict[str, Any] = {
    "A": _real(3, 4), "X": _real(5), "W": RNG.uniform(0.5, 2.0, 5), "M": RNG.random((3, 4)) < 0.6,
    "N": np.array([True, False, True, True, False]), "I": np.array([2, 0, 2]), "KNOTS": np.array([-2.5, -1.0, 0.3, 1.1, 2.5]),
    "NAN": np.where(RNG.random((3, 4)) < 0.3, np.nan, 0.0)}


def _parted(block: str) -> list[str]:
    """The expressions of a block of text."""
    return [text.strip() for line in block.splitlines() for text in line.split("   ") if text.strip()]


# fmt: off
EXPRESSIONS = {
"making arrays": """
    np.array(x)   np.array([x[0], 2.0, x[1] * k])
    np.asarray(x)   np.asanyarray(x)   np.ascontiguousarray(a.T)   np.asfortranarray(a)   np.asarray_chkfinite(x)   np.require(a, requirements="C")
    np.copy(a)   np.full((2, 5), x)   np.full_like(a, k) * a   np.zeros_like(x) + x   np.ones_like(x) * x   out = np.empty_like(x); out[:] = x * y; out
    np.arange(k, 4.0)   np.arange(3) * k   np.linspace(k, 2.0, 5)   np.linspace(x, y, 4)   np.linspace(x, y, 4, endpoint=False, axis=1)   np.linspace(k, 3.0, 4, retstep=True)[1]
    np.logspace(k, 2.0, 4)   np.logspace(0.0, 1.0, 4, base=p)   np.geomspace(k, 3.0, 4)   np.geomspace(p[0], p[1], 4)   np.geomspace(z, 1j * y, 4)   np.fromfunction(lambda i, j: (i - j) * k, (3, 2))   np.fromiter((v * v for v in x), float)
    np.meshgrid(x, y)[0]   np.meshgrid(x, a[0], indexing="ij")[1]   np.meshgrid(x, y, sparse=True)[1]   np.mgrid[0:k:4j]   np.ogrid[0:k:4j]   np.r_[x, 1.0, y]   np.c_[x, y]   np.ix_(x)[0]
    np.diag(x)   np.diag(a)   np.diag(a, 1)   np.diagflat(a)   np.tril(a)   np.triu(a, 1)   np.tril(t, -1)   np.tri(3, 4) * a   np.vander(x)   np.vander(x, 3, increasing=True)
    np.bmat([[a, b]])   np.asmatrix(a)   np.matrix(a)   np.kaiser(5, k)   np.hanning(5) * x
""",
"shapes": """
    np.reshape(a, (2, 6))   np.reshape(a, -1, order="F")   a.reshape(4, 3)   a.reshape((2, -1))   np.ravel(a)   np.ravel(a, order="F")   a.ravel()   a.flatten()   a.flatten("F")   x.flat[3] * k   sum(v * v for v in a.T.flat)
    np.moveaxis(t, 0, -1)   np.rollaxis(t, 2)   np.swapaxes(t, 0, 2)   t.swapaxes(1, 2)   np.transpose(t)   np.transpose(t, (1, 2, 0))   a.T   t.transpose(2, 0, 1)   np.permute_dims(t, (2, 0, 1))   np.matrix_transpose(t)   t.mT
    np.atleast_1d(k)   np.atleast_2d(x)   np.atleast_3d(a)   np.broadcast_to(x, (3, 5))   np.broadcast_arrays(x, np.ones((3, 1)))[0]   np.expand_dims(x, 0)   np.expand_dims(a, (0, 3))   np.squeeze(x[None])   x[None].squeeze(0)   x[:, np.newaxis] * y
    np.concatenate([x, y])   np.concatenate((a, b), axis=1)   np.concatenate([a, x], axis=None)   np.concatenate([x, y], dtype=complex)   np.concat([x, y])   np.stack([x, y])   np.stack([x, y], axis=1)   np.stack([x[0], k])   np.block([[a, b], [b, 2.0 * a]])   np.block([x, k])
    np.vstack([x, y])   np.hstack([a, b])   np.dstack([a, b])   np.column_stack([x, y])   np.split(a, 2, axis=1)[1]   np.array_split(x, 3)[1]   np.dsplit(t, 2)[0]   np.hsplit(a, 2)[0]   np.vsplit(a, [1])[1]   np.unstack(a)[1]
    np.tile(a, 2)   np.tile(a, (2, 1, 2))   np.repeat(x, 2)   np.repeat(a, [1, 0, 2], axis=0)   a.repeat(2, axis=1)   np.delete(x, 2)   np.delete(a, [0, 2], axis=1)   np.delete(x, slice(1, 4, 2))   np.delete(x, N)   np.insert(x, 1, k)   np.insert(a, [1, 3], 7.0, axis=1)   np.insert(a, 1, x[:4], axis=0)
    np.append(x, y)   np.append(a, b, axis=0)   np.append(x, k)   np.resize(x, (2, 4))   np.trim_zeros(np.concatenate([[0.0], x, [0.0, 0.0]]))   np.flip(a)   np.flip(a, 0)   np.fliplr(a)   np.flipud(a)   np.roll(x, 2)   np.roll(a, (1, 2), (0, 1))   np.rot90(a)   np.rot90(t, 3, (1, 2))
    np.pad(x, 2)   np.pad(a, ((1, 2), (0, 1)), constant_values=k)   np.pad(x, 2, mode="edge")   np.pad(x, 3, mode="linear_ramp", end_values=k)   np.pad(a, 2, mode="maximum")   np.pad(a, 1, mode="minimum", stat_length=2)   np.pad(a, 2, mode="mean")   np.pad(a, 1, mode="median")
    np.pad(x, 3, mode="reflect")   np.pad(x, 3, mode="reflect", reflect_type="odd")   np.pad(x, 3, mode="symmetric")   np.pad(a, ((2, 1), (0, 3)), mode="wrap")   np.pad(x, 1, mode="empty")[1:-1]   np.pad(x, 2, mode=lambda v, w, i, n: v.fill(0.0))
    np.lib.stride_tricks.sliding_window_view(x, 3)
    np.sum(x.astype(complex) * 1j)   a.astype(np.longdouble)   np.astype(x, complex)   x.copy() * y   a.view() * 2.0   x.tolist()[0] * x   x[1].item() * x
""",
"indexing": """
    x[2]   a[1, 2]   a[1]   a[:, 1]   a[::-1]   a[1:, ::2]   t[..., 0]   t[:, None, 1]   x[-1]   a[I]   a[I, 1:]   a[[0, 2], [1, 3]]   a[:, I]   x[[0, -1]]   a[M]   x[N]   x[x > 0.0]   a[np.ix_([0, 2], [1, 3])]   t[0, I, 1:3]   t[I[:2] // 2, :, [1, 2]]   a[np.argmax(a, axis=0), np.arange(4)]   a[np.triu_indices(3)]
    np.take(x, I)   np.take(a, I, axis=1)   np.take(x, [7, -9], mode="wrap")   np.take(x, [7, -9], mode="clip")   a.take(I, axis=0)   np.take_along_axis(a, np.argsort(a, axis=1), axis=1)   np.choose([0, 1, 0, 1, 1], [x, y])   np.choose([3, 1, 0, 5, 1], [x, y], mode="wrap")   np.compress([True, False, True], a, axis=0)   x.compress(N)
    np.diagonal(a)   np.diagonal(t, 1, 1, 2)   a.diagonal()   np.select([x > 1.0, x > 0.0], [x * x, x], default=k)   np.extract(M, a)   np.where(M, a, b)   np.where(x > 0.0, x, k)   np.piecewise(x, [x < 0.0, x >= 0.0], [lambda v: v * v, lambda v: v])   np.nonzero(x)[0] @ x   x[np.flatnonzero(x > 0.0)]
    sum(v * v for v in x)   first, *rest = x; first * rest[1]   len(x) * x[0]   sum(i[0] * v for i, v in np.ndenumerate(x))   sum(v * v for v in np.nditer(x))   sum(v * w for v, w in np.broadcast(x, y))   np.array([v * v for v in x])   np.stack([v * v for v in x])
""",
"writing in place": """
    out = x.copy(); out[1] = y[2]; out   out = np.zeros(5); out[1:3] = X[1:3] * 2.0; out * x   out = np.zeros_like(x); out[::2] = y[::2]; out * out   out = a.copy(); out[:, 1] = x[:3]; out   out = a.copy(); out[M] = k; out   out = a.copy(); out[M] *= 2.0; out   out = a.copy(); out[I] = b[0]; out
    out = a.copy(); out[[0, 2], [1, 3]] += k; out   out = a.copy(); out[1] += out[0]; out[2] += out[1]; out   out = x * 1.0; view = out[1:4]; view *= y[1:4]; out   out = a.copy(); row = out[1]; row[:] = b[0]; out   out = x.copy(); alias = out; alias -= 1.0; out * out   out = a.copy(); out.T[1] = 3.0 * a[:, 0]; out   out = np.zeros_like(x); [out.__setitem__(i, x[i] * y[-i]) for i in range(5)]; out
    x += y; x   x -= y; x * y   x *= y; x * x   p /= 3.0; p * p   p **= 2.0; p   p //= 0.3; p * a   p %= 0.3; p   s @= h; s   k += 1.0; k * x   out = 0.0; [out := out + v for v in x]; out
    np.copyto(a, b); a * b   np.copyto(a, b, where=M); a   np.put(x, [0, 3], y[:2]); x   x.put([1, 2], k); x   np.put_along_axis(a, I[None, :1], k, axis=0); a   np.putmask(a, M, b); a   np.place(x, N, y[:2]); x   np.fill_diagonal(s, k); s   x.fill(k); x   a[...] = b; a   x.sort(); x   a.sort(axis=0); a   x.partition(2); x[2]   x.flat[1] = k; x   a.flat = k; a   x.resize(3, refcheck=False); x
    np.add.at(x, I, y[:3]); x   np.subtract.at(x, I, k); x   np.multiply.at(x, I, k); x   np.add(x, y, out=x); x * x   out = np.empty_like(x); np.exp(x, out=out); out   np.multiply(a, b, out=a, where=M); a   np.sum(a, axis=0, out=b[0]); b   out = np.zeros_like(x); np.sqrt(x, out=out, where=x > 0.0); out   np.dot(s, h, out=s); s   np.cumsum(x, out=y); y   np.clip(x, -1.0, 1.0, out=x); x
    out = np.zeros(5); out += x; out   total = np.zeros((3, 4)); total = total + a; total += b; total   out = np.ones(5); out *= x; out * out
""",
"operators": """
    x + y   x + 1   k - x   x - a[:, :1]   x * y   2.0 * x   x / y   1.0 / x   x // 0.3 + x   x % 0.4   2.0 % p   p ** 2   p ** k   2.0 ** x   p ** p   -x   +x   abs(x)   s @ h   x @ y   s @ x[:4]   x[:4] @ s   q @ q   A @ s   divmod(x, 0.3)[1]   divmod(2.3, p)[1]   pow(p, 3)   round(k, 1) * k   (x > 0.0) * x   (x > y) * x + (x <= y) * y   ~(x > 0.0) * x   float(3) * k   c * 1j   c.conj() * c   z ** 2   z / (z + 3.0)   abs(z)   1j ** k
""",
"elementwise": """
    np.sin(x)   np.cos(x)   np.tan(x)   np.arcsin(u)   np.arccos(u)   np.arctan(x)   np.hypot(x, y)   np.arctan2(x, y)   np.degrees(x)   np.radians(x)   np.deg2rad(x)   np.rad2deg(x)   np.unwrap(3.0 * x)   np.unwrap(a * 4.0, axis=0, period=3.0)   np.unwrap(x * 3.0, discont=4.0)
    np.sinh(x)   np.cosh(x)   np.tanh(x)   np.arcsinh(x)   np.arccosh(p + 1.0)   np.arctanh(u)   np.round(a, 1) * a   np.around(x) * x   a.round(1) * a   np.rint(x) * x   np.fix(x) * x   np.floor(x) * x   np.ceil(x)   np.trunc(x)
    np.exp(x)   np.expm1(x)   np.exp2(x)   np.log(p)   np.log10(p)   np.log2(p)   np.log1p(u)   np.logaddexp(x, y)   np.logaddexp2(x, y)   np.i0(x)   np.i0(a)   np.sinc(x)   np.signbit(x) * x   np.copysign(x, y)   np.frexp(x)[0]   np.ldexp(x, [1, 2, 3, 0, -1])   np.nextafter(x, 3.0)   np.spacing(x) * x
    np.add(x, y)   np.reciprocal(p)   np.positive(x)   np.negative(x)   np.multiply(x, y)   np.divide(x, y)   np.power(p, y[:4])   np.subtract(x, y)   np.floor_divide(x, 0.3) * x   np.float_power(p, k)   np.fmod(x, 0.7)   np.fmod(3.3, p)   np.mod(x, 0.7)   np.modf(x)[0]   np.modf(x)[1] * x   np.remainder(x, y)   np.divmod(x, 0.7)[1]
    np.angle(c)   np.angle(c, deg=True)   np.real(c)   np.imag(c)   c.real   c.imag * 2.0   np.conj(c)   np.conjugate(c) * c   np.convolve(x, y)   np.convolve(x, [1.0, k], mode="same")   np.convolve(x, y[:3], "valid")   np.correlate(x, y)   np.correlate(x, y[:3], mode="full")   np.correlate(z, z, "same")
    np.maximum(x, y)   np.fmax(x, y)   np.minimum(x, y)   np.fmin(a, 0.3)   np.clip(x, -1.0, k)   a.clip(0.1)   np.clip(x, min=None, max=y)   np.sqrt(p)   np.cbrt(x)   np.square(x)   np.absolute(x)   np.abs(c)   np.fabs(x)   np.sign(x) * x   np.sign(c)   np.heaviside(x, 0.5) * x   np.nan_to_num(a + NAN)   np.nan_to_num(np.log(np.maximum(x, 0.0)), neginf=0.0)   np.real_if_close(x + 0j)   np.interp(x, KNOTS, y)   np.interp(x, KNOTS + 0.1 * y, y)   np.interp(x, KNOTS[1:-1], y[:3], left=k, right=2.0)   np.interp(x, KNOTS, y, period=3.0)
    np.exp(c)   np.log(c)   np.sin(c)   np.tanh(z)   np.sqrt(c)   np.arcsin(c)   np.arctan(c)   np.expm1(z)   np.power(c, 2.5)   np.square(c)   np.reciprocal(c)   np.abs(np.exp(1j * x) + y)   np.sum(np.abs(c) ** 2)   np.real(np.exp(1j * x) * z)
    np.add(x, y, dtype=np.longdouble)   np.sin(x, dtype=complex)   np.multiply(x, y, where=N, out=x * 0.0)   np.vectorize(lambda v: v * v)(x)   np.frompyfunc(lambda v: v * v, 1, 1)(x)   np.bitwise_count([1, 2, 3, 5, 7]) * x   np.isnan(x) + x   np.isfinite(x) * x   np.logical_and(x > 0.0, y > 0.0) * x   np.greater(x, y) * x   np.equal(x, y) * x
    np.where(x > 0.0, np.sqrt(np.abs(x)), 0.0)   np.log(np.sum(np.exp(a), axis=1))   1.0 / (1.0 + np.exp(-x))   np.maximum(0.0, x)   np.abs(x) ** 1.5   np.tanh(a @ a.T)
""",
"ufunc methods": """
    np.add.reduce(a)   np.add.reduce(a, axis=1, keepdims=True)   np.multiply.reduce(a)   np.maximum.reduce(a, axis=None)   np.minimum.reduce(a, initial=0.0)   np.logaddexp.reduce(a, axis=1)   np.subtract.reduce(x)   np.divide.reduce(p)   np.hypot.reduce(a)   np.add.reduce(a, where=M)   np.fmax.reduce(a)
    np.add.accumulate(x)   np.multiply.accumulate(a, axis=1)   np.maximum.accumulate(x)   np.logaddexp.accumulate(x)   np.subtract.accumulate(x)   np.add.reduceat(x, [0, 2, 3])   np.multiply.reduceat(a, [0, 2], axis=1)   np.add.outer(x, y)   np.multiply.outer(x, y)   np.subtract.outer(x, a)   np.power.outer(p, x)   np.arctan2.outer(x, y)   np.matmul(q, q, axes=[(-2, -1), (-2, -1), (-2, -1)])
""",
"sums and extremes": """
    np.sum(a)   np.sum(a, axis=0)   np.sum(t, axis=(0, 2))   np.sum(a, axis=-1, keepdims=True)   np.sum(a, where=M)   np.sum(a, initial=k)   np.sum(a, dtype=complex)   a.sum()   a.sum(1)   np.sum([x[0], x[1] * k])   sum([x, y])   np.mean(a)   np.mean(t, axis=(1, 2))   np.mean(a, 1, keepdims=True)   np.mean(a, where=M)   a.mean(axis=0)   np.mean(a, dtype=np.longdouble)
    np.prod(a)   np.prod(a, axis=1)   np.prod(a, axis=0, keepdims=True, initial=k)   np.prod(a, where=M)   a.prod()   np.prod(np.where(M, a, 0.0), axis=1)   np.cumsum(x)   np.cumsum(a, axis=1)   np.cumsum(a)   a.cumsum(0)   np.cumprod(x)   np.cumprod(a, axis=0)   a.cumprod(1)   np.cumulative_sum(x, include_initial=True)   np.cumulative_prod(x)
    np.nansum(a + NAN)   np.nansum(a + NAN, axis=0)   np.nanprod(a + NAN)   np.nanprod(a + NAN, axis=1)   np.nancumsum(a + NAN, axis=1)   np.nancumprod(a + NAN)   np.diff(x)   np.diff(a, 2, axis=1)   np.diff(x, prepend=k, append=y[:2])   np.ediff1d(a)   np.ediff1d(x, to_begin=k, to_end=y[:2])   np.gradient(x)   np.gradient(a)[1]   np.gradient(x, 0.5)   np.gradient(x, KNOTS, edge_order=2)   np.gradient(a, axis=0)
    np.cross(a[:, :3], b[:, :3])   np.cross(q, t[:, :, :3])   np.cross(x[:3], q, axisa=0, axisb=1, axisc=1)   np.trapezoid(x)   np.trapezoid(a, dx=k, axis=0)   np.trapezoid(x, KNOTS + y)   np.max(a)   np.max(a, axis=0)   a.max(axis=1, keepdims=True)   np.max(a, initial=0.5, where=M)   np.amax(t, axis=(0, 2))   np.min(a)   np.min(a, axis=1)   a.min()   np.amin(a, 0)   np.nanmax(a + NAN)   np.nanmax(a + NAN, axis=1)   np.nanmin(a + NAN, axis=1)   np.ptp(a)   np.ptp(a, axis=1)   max(x)   min(x) * k
    np.apply_along_axis(lambda v: v * v[0], 1, a)   np.apply_over_axes(np.sum, t, [0, 2])
""",
"statistics": """
    np.median(x)   np.median(a)   np.median(a, axis=1)   np.median(t, axis=(0, 2), keepdims=True)   np.nanmedian(a + NAN, axis=1)   np.average(a)   np.average(x, weights=W)   np.average(a, axis=1, weights=p[0])   np.average(a, weights=p, returned=True)[1]   np.std(a)   np.std(a, axis=0)   np.std(a, axis=1, ddof=1, keepdims=True)   a.std()   np.std(a, where=M)   np.std(c)   np.var(a)   np.var(a, axis=(0, 1))   np.var(a, ddof=1)   a.var(1)   np.var(c, axis=0)   np.var(a, axis=0, mean=np.mean(a, axis=0, keepdims=True))   np.var(a, correction=1)
    np.nanmean(a + NAN)   np.nanmean(a + NAN, axis=1)   np.nanstd(a + NAN)   np.nanstd(a + NAN, axis=1, ddof=1)   np.nanvar(a + NAN)   np.nanvar(a + NAN, axis=1)   np.percentile(x, 30)   np.percentile(a, [10, 65], axis=1)   np.percentile(x, 100 * k)   np.quantile(x, 0.4)   np.quantile(a, k)   np.quantile(a, [0.2, 0.7], axis=0, keepdims=True)   np.quantile(x, 0.4, method="lower") * k   np.quantile(x, 0.4, method="median_unbiased")   np.quantile(x, 0.4, weights=W, method="inverted_cdf")   np.nanquantile(a + NAN, 0.3)   np.nanpercentile(a + NAN, 30, axis=1)
    np.cov(a)   np.cov(x, y)   np.cov(a, rowvar=False)   np.cov(a, ddof=0)   np.cov(a, bias=True)   np.cov(x, y, aweights=W)   np.cov(c)   np.corrcoef(a)   np.corrcoef(x, y)   np.corrcoef(a, rowvar=False)   np.histogram(x, bins=3, range=(-2.0, 2.0), weights=y)[0]   np.histogram(x, bins=3)[1]   np.histogram(x, bins=[-2.0, 0.0, 1.0, 2.0], weights=y, density=True)[0]   np.histogram_bin_edges(x, 4)   np.histogram2d(x, y, bins=2)[1]   np.histogram2d(X, X, bins=2, weights=y)[0]   np.histogramdd(np.stack([x, y], 1), bins=2)[1][0]   np.bincount([0, 1, 1, 3, 0], weights=x)   np.digitize(x, KNOTS) * x   np.searchsorted(KNOTS, x) * x
""",
"order and sets": """
    np.sort(x)   np.sort(a, axis=0)   np.sort(a, axis=None)   np.sort(x, kind="stable")   np.sort(x)[::-1]   x[np.argsort(x)]   a[np.lexsort((x[:3],))]   np.partition(x, 2)[2]   np.partition(a, [1, 2], axis=1)[:, 1]   np.sort_complex(z)   np.argmax(x) * x   x[np.argmin(x)]   x[np.argpartition(x, 2)[2]]
    np.unique(x)   np.unique(np.concatenate([x, x]))   np.unique(a, axis=0)   np.unique(x, return_index=True)[0]   np.unique_values(x)   np.unique_all(x)[0]   np.unique_counts(x).values   np.unique_inverse(x).values   np.union1d(x, y)   np.intersect1d(x, x)   np.setdiff1d(x, X)   np.setxor1d(x, y)   np.isin(x, X) * x + x
""",
"products": """
    np.dot(x, y)   np.dot(a, x[:4])   np.dot(s, h)   np.dot(t, s)   np.dot(k, a)   a.dot(s)   np.vdot(x, y)   np.vdot(c, c)   np.vdot(a, b)   np.vecdot(a, b)   np.vecdot(c, c, axis=0)   np.matvec(q, t[:, 0, :3])   np.vecmat(t[:, 0, :3], q)   np.inner(a, b)   np.inner(x, y)   np.outer(x, y)   np.outer(a, x)   np.matmul(a, s)   np.matmul(q, q)   np.matmul(t, s)   np.matmul(c, c.T)   np.tensordot(t, a, 2)   np.tensordot(a, b, axes=0)   np.tensordot(t, a, axes=([1, 2], [0, 1]))   np.kron(a, s)   np.kron(x, y)   np.kron(q, q)
    np.einsum("ij,ij->i", a, b)   np.einsum("ij,jk->ik", a, s)   np.einsum("ii", s)   np.einsum("ii->i", s)   np.einsum("ij->j", a)   np.einsum("...ij,...jk", q, q)   np.einsum("i,j,k->ijk", x, y, x)   np.einsum("ij,jk,kl", a, s, h, optimize=True)   np.einsum(a, [0, 1], s, [1, 2], [0, 2])   np.einsum("ij,ij", c, c)   np.trace(s)   np.trace(t, 1, 1, 2)   s.trace()
""",
"numpy.linalg": """
    np.linalg.inv(s)   np.linalg.inv(q)   np.linalg.det(s)   np.linalg.det(q)   np.linalg.det(np.outer(x[:3], y[:3]))   np.linalg.det(s[:, [0, 1, 2, 0]])   np.linalg.slogdet(s)[1]   np.linalg.slogdet(q)[1]   np.linalg.slogdet(s + 1j * h)[0]   np.linalg.solve(s, x[:4])   np.linalg.solve(s, h)   np.linalg.solve(q, t)   np.linalg.solve(q, x[:3])   np.linalg.cholesky(h @ h.T)   np.linalg.cholesky(q @ q.mT)   np.linalg.cholesky(h @ h.T, upper=True)   np.linalg.cholesky(h)
    np.linalg.qr(s)[0]   np.linalg.qr(s)[1]   np.linalg.qr(q).R   np.linalg.qr(a.T).Q   np.linalg.qr(a)[1]   np.linalg.qr(s, mode="r")   np.linalg.qr(a.T, mode="complete")[1]   np.linalg.qr(s, mode="raw")[1]   np.linalg.svd(s)[1]   np.linalg.svd(a, full_matrices=False)[0]   np.linalg.svd(a, full_matrices=False)[2]   np.linalg.svd(s, compute_uv=False)   np.linalg.svd(q)[1]   np.linalg.svd(q).Vh   u_, s_, v_ = np.linalg.svd(s + 1j * h); np.abs(u_) + s_   np.linalg.svdvals(a)   np.linalg.svd(a)[2][:3]
    np.linalg.eigh(h + h.T)[0]   np.linalg.eigh(s + s.T)[1]   np.linalg.eigh(q + q.mT).eigenvalues   np.linalg.eigh(s)[0]   np.linalg.eigh(s, UPLO="U")[1]   np.linalg.eigh(s + 1j * h + (s - 1j * h).T)[0]   np.linalg.eigvalsh(s + s.T)   np.linalg.eigvalsh(q)   np.linalg.eig(s)[0]   np.linalg.eig(q)[0]   np.abs(np.linalg.eig(s)[1])   np.linalg.eigvals(s)   np.linalg.eigvals(s + 1j * h)   np.linalg.eigvals(h @ h.T)   np.linalg.pinv(s)   np.linalg.pinv(a)   np.linalg.pinv(a.T)   np.linalg.pinv(t)   np.linalg.pinv(np.outer(x[:3], y[:4]) + 0.0, rcond=1e-8)   np.linalg.pinv(s + s.T, hermitian=True)
    np.linalg.lstsq(a.T, x[:4])[0]   np.linalg.lstsq(a.T, s)[0]   np.linalg.lstsq(a, x[:3])[0]   np.linalg.lstsq(a.T, x[:4])[1]   np.linalg.lstsq(a, x[:3])[3]   np.linalg.matrix_power(s, 3)   np.linalg.matrix_power(s, -2)   np.linalg.matrix_power(q, 0) + q   np.linalg.multi_dot([a, s, h, x[:4]])   np.linalg.multi_dot([x[:3], a, s])   np.linalg.tensorinv(s.reshape(2, 2, 2, 2))   np.linalg.tensorsolve(s.reshape(2, 2, 2, 2), a[:2, :2])   np.linalg.cond(s)   np.linalg.cond(s, "fro")   np.linalg.cond(q, 1)   np.linalg.cond(s, -2)   np.linalg.matrix_rank(s) * s
    np.linalg.norm(x)   np.linalg.norm(a)   np.linalg.norm(c)   np.linalg.norm(x, 1)   np.linalg.norm(x, 3)   np.linalg.norm(x, np.inf)   np.linalg.norm(x, -np.inf)   np.linalg.norm(x, 0) * x   np.linalg.norm(x, k + 1.0)   np.linalg.norm(z, 1.5)   np.linalg.norm(a, axis=1)   np.linalg.norm(a, ord=1, axis=0, keepdims=True)   np.linalg.norm(s, "fro")   np.linalg.norm(s, "nuc")   np.linalg.norm(s, 1)   np.linalg.norm(s, np.inf)   np.linalg.norm(s, -1)   np.linalg.norm(s, 2)   np.linalg.norm(s, -2)   np.linalg.norm(q, 2, axis=(1, 2))   np.linalg.norm(q, "nuc", axis=(0, 2), keepdims=True)   np.linalg.vector_norm(a)   np.linalg.vector_norm(a, axis=0, ord=3)   np.linalg.matrix_norm(q)   np.linalg.matrix_norm(s, ord="nuc")
    np.linalg.cross(x[:3], y[:3])   np.linalg.diagonal(q)   np.linalg.diagonal(t, offset=1)   np.linalg.matmul(q, q)   np.linalg.matrix_transpose(q)   np.linalg.outer(x, y)   np.linalg.tensordot(t, a, axes=2)   np.linalg.trace(q)   np.linalg.vecdot(a, b)
""",
"numpy.fft": """
    np.fft.fft(x)   np.fft.fft(z)   np.fft.fft(a, axis=0)   np.fft.fft(x, 8)   np.fft.fft(x, 3, norm="ortho")   np.fft.ifft(z)   np.fft.ifft(x, norm="forward")   np.fft.rfft(x)   np.fft.rfft(a, 6, axis=1)   np.fft.irfft(z)   np.fft.irfft(z, 9)   np.fft.irfft(np.fft.rfft(x), 5)   np.fft.hfft(z)   np.fft.ihfft(x)   np.fft.fft2(a)   np.fft.fft2(t, axes=(0, 1))   np.fft.ifft2(c)   np.fft.rfft2(a)   np.fft.irfft2(c)   np.fft.fftn(t)   np.fft.fftn(t, s=(4, 2), axes=(0, 2), norm="ortho")   np.fft.ifftn(t)   np.fft.rfftn(t)   np.fft.irfftn(c, s=(3, 5), axes=(0, 1))   np.fft.fftshift(a)   np.fft.ifftshift(a, axes=1)   np.abs(np.fft.fft(x)) ** 2   np.fft.irfft(np.fft.rfft(x, 10) * np.fft.rfft(y, 10), 10)   np.fft.fftfreq(5) * x   np.fft.fftfreq(5, k)   np.fft.rfftfreq(5, d=k)
""",
"polynomials": """
    np.poly(x)   np.poly(s)   np.polyval(x, k)   np.polyval(x, a)   np.roots(x)   np.abs(np.roots([1.0, k, 2.0]))   np.polyfit(KNOTS, x, 2)   np.polyfit(KNOTS + 0.1 * y, x, 2)   np.polyfit(KNOTS, x, 1, w=W)   np.polyfit(KNOTS, x, 1, cov=True)[1]   np.polyder(x)   np.polyder(x, 2)   np.polyint(x)   np.polyint(x, 2, k=[k, 1.0])   np.polyadd(x, a[0])   np.polysub(a[0], x)   np.polymul(x, a[0])   np.polydiv(x, y[:3])[0]   np.polydiv(x, y[:3])[1]   np.poly1d(x)(k)   np.poly1d(x).deriv()(k)
""",
"out= and dtype=": """
    out = np.empty_like(b); np.concatenate([a[:1], b[1:]], out=out); out   out = np.empty_like(a); np.stack([x[:4], y[:4], x[1:]], out=out); out   np.take(a, I, axis=0, out=b); b   out = np.empty_like(x); np.choose([0, 1, 0, 1, 1], [x, y], out=out); out   np.compress([True, False, True], a, axis=0, out=b[:2]); b   x.clip(-1.0, k, out=y); y
    np.matmul(s, h, out=s); s   np.einsum("ij,jk->ik", a, s, out=b); b   out = np.empty_like(np.multiply.outer(x, y)); np.outer(x, y, out=out); out   np.vecdot(a, b, out=x[:3]); x   np.matvec(q[0], x[:3], out=y[:3]); y   np.linalg.multi_dot([a, s, h], out=b); b   a.dot(s, out=b); b   np.trace(t, out=x[:4]); x
    np.median(a, axis=0, out=x[:4]); x   np.percentile(a, 30, axis=0, out=x[:4]); x   np.quantile(a, k, axis=1, out=x[:3]); x   np.nanmedian(a + NAN, axis=1, out=x[:3]); x   np.nanquantile(a + NAN, 0.3, axis=1, out=x[:3]); x   np.ptp(a, axis=0, out=x[:4]); x   a.mean(axis=0, out=x[:4]); x   np.round(a, 1, out=b); a * b   np.fix(x, out=y); x * y   np.add(x, y, x); x   np.add.accumulate(x, out=y); y   np.multiply.reduce(a, out=x[:4]); x
    out = np.empty_like(z); np.fft.fft(x, out=out); out   out = np.empty_like(z); np.fft.ifft(z, out=out); out   np.modf(p[0], out=(x[:4], y[:4])); x * y   np.divmod(x, 0.3, out=(x, y)); x * y   np.nan_to_num(x, copy=False); x   np.multiply(a, b, out=a[::-1]); a   np.add(a[1:], a[:-1], out=a[1:]); a
    np.concatenate([x, y], dtype=np.longdouble, casting="safe")   np.stack([x, y], dtype=complex)   np.einsum("ij,ij->i", a, b, dtype=complex)   np.linspace(k, 2.0, 5, dtype=np.longdouble)   np.trace(s, dtype=np.longdouble)   np.cov(a, dtype=np.longdouble)   np.corrcoef(x, y, dtype=np.longdouble)   np.add.reduce(a, dtype=complex)   np.multiply.accumulate(x, dtype=np.longdouble)   np.zeros_like(x, dtype=complex) + x   np.ones_like(a, shape=(5,)) * x   np.full_like(x, k, dtype=np.longdouble)   np.vstack([x, y], dtype=complex)   np.meshgrid(x, y, copy=False)[1]
""",
"complex numbers": """
    np.reshape(c, (4, 3))   c.T   c[1:, ::2]   c[M]   np.concatenate([c, a])   np.stack([z, x])   np.where(M, c, a)   np.pad(c, 1)   np.roll(z, 2)   np.repeat(z, 2)   np.flip(c)   np.diag(z)   np.tril(c)   np.insert(z, 1, k)   np.append(c, a)   out = c.copy(); out[0] = x[:4]; out   out = np.zeros(5, complex); out[I] += z[:3]; out   out = np.zeros_like(c); out.real = a; out   out = c.copy(); out.imag[1] = x[:4]; out
    np.sum(c)   np.mean(c, axis=0)   np.prod(c, axis=1)   np.cumsum(z)   np.cumprod(z)   np.diff(z)   np.gradient(z)   np.trapezoid(c)   np.median(c.real)   np.average(c, weights=p)   np.nansum(c + NAN)   np.nanvar(c + NAN)   np.cov(c, rowvar=False)   np.corrcoef(c[:2])   np.std(z, ddof=1)   np.interp(x, KNOTS, z)   np.unwrap(np.angle(z))   np.convolve(z, x)   np.max(np.abs(c))   np.sort(z)   np.linspace(k, z, 3)   np.nan_to_num(c + NAN)   np.polyval(z, 1j * k)   np.roots(z)   np.poly(z)   np.vander(z)   np.polymul(z, x)
    np.dot(c, z[:4])   np.outer(z, x)   np.inner(c, a)   np.tensordot(c, t, ([0, 1], [1, 2]))   np.kron(c, s)   np.einsum("ij,kj->ik", c, a)   np.trace(c)   c @ s   np.cross(c[:, :3], a[:, :3])   c.conj().T @ c   np.matvec(c, z[:4])   np.vecmat(c[:, 0], c)
    np.linalg.inv(s + 1j * h)   np.linalg.qr(s + 1j * h)[0]   np.linalg.det(s + 1j * h)   np.linalg.slogdet(h + 1j * s)[1]   np.linalg.solve(s + 1j * h, z[:4])   np.linalg.cholesky(h @ h.T + 1j * (s - s.T))   np.linalg.qr(s + 1j * h)[1]   np.linalg.svd(s + 1j * h)[1]   np.linalg.svdvals(c)   np.linalg.eigvalsh(h + h.T + 1j * (s - s.T))   np.abs(np.linalg.eigh(h + h.T + 1j * (s - s.T))[1])   np.abs(np.linalg.eig(s + 1j * h)[1])   np.linalg.pinv(c)   np.linalg.lstsq(c.T, z[:4])[0]   np.linalg.matrix_power(s + 1j * h, -2)   np.linalg.multi_dot([c, s, c.T])   np.linalg.cond(s + 1j * h)   np.linalg.norm(c, 2)   np.linalg.norm(c, "nuc")   np.linalg.norm(c, 1)   np.linalg.norm(c, 3, axis=0)   np.linalg.tensorinv((s + 1j * h).reshape(2, 2, 2, 2))
""",
}
# fmt: on


# ---------------------------------------------------------------- of these, what is refused
#: NumPy dispatches none of them: it makes plain arrays of its arguments.
REFUSED_BY_NUMPY = _parted("""
    np.array(x)   np.array([x[0], 2.0, x[1] * k])   np.array([v * v for v in x])   np.asarray(x)   np.asanyarray(x)   np.ascontiguousarray(a.T)   np.asarray_chkfinite(x)   np.full((2, 5), x)
    np.r_[x, 1.0, y]   np.c_[x, y]   np.sum([x[0], x[1] * k])
    np.asfortranarray(a)   np.require(a, requirements="C")   np.arange(k, 4.0)   np.fromiter((v * v for v in x), float)   np.kaiser(5, k)   sum(i[0] * v for i, v in np.ndenumerate(x))   np.vectorize(lambda v: v * v)(x)
""")
REFUSED_BY_BOTH = _parted("""
    np.bmat([[a, b]])   np.asmatrix(a)   np.matrix(a)   np.linalg.qr(s, mode="raw")[1]
    sum(v * v for v in np.nditer(x))   sum(v * w for v, w in np.broadcast(x, y))   out = np.zeros(5, complex); out[I] += z[:3]; out
""")


def _words(text: str) -> list[str]:
    return text.split()


# ---------------------------------------------------------------- every keyword of every reduction
REDUCTIONS = _words("""sum prod mean std var max min ptp median cumsum cumprod cumulative_sum cumulative_prod nansum nanprod nanmean
    nanstd nanvar nanmax nanmin nanmedian nancumsum nancumprod""")
KEYWORDS = {"axis": ["axis=0"], "keepdims": ["axis=-1, keepdims=True"], "initial": ["initial=0.3", "axis=1, where=M, initial=0.3"],
            "where": ["where=M", "axis=0, where=M"], "dtype": ["axis=1, dtype=np.longdouble"], "ddof": ["ddof=1"],
            "correction": ["axis=1, correction=1"], "mean": ["axis=0, mean=b[:1]"], "include_initial": ["axis=1, include_initial=True"]}


def _reductions() -> list[str]:
    rows = []
    for name in REDUCTIONS:
        array, known = "a + NAN" if name.startswith("nan") else "a", signature(getattr(np, name)).parameters
        given = [keyword for key, choices in KEYWORDS.items() if key in known for keyword in choices
                 if key != "where" or name not in ("max", "min", "nanmax", "nanmin")]              # these need initial=
        rows += [f"np.{name}({array}, {keyword})" for keyword in given]
        rows += [f"a.{name}({keyword})" for keyword in given if hasattr(np.ndarray, name) and "correction" not in keyword]
        rows.append(f"out = np.zeros_like({'b' if 'cum' in name else 'b[0]'}); np.{name}({array}, axis=0, out=out); out")
    return rows


# ---------------------------------------------------------------- every ufunc in every form
DOMAIN = {"arccosh": "p + 1.0", "arcsin": "u", "arccos": "u", "arctanh": "u"}           # of all others p is in the domain


def _ufuncs(loop: str) -> list[str]:
    """The names of the ufuncs with this loop, each once."""
    return [name for name in sorted(np.__all__) if isinstance(f := getattr(np, name), np.ufunc) and loop in f.types
            and f.__name__ == name and not f.signature]


def _of_one() -> list[str]:
    rows = [f"np.{name}(c)" for loop in ("D->D", "D->d") for name in _ufuncs(loop)]
    for name in _ufuncs("d->d"):
        x = DOMAIN.get(name, "p")
        rows += [f"np.{name}({x[0]}[0, 0]{x[1:]})", f"out = np.empty_like(b); np.{name}({x}, out=out); out", f"np.{name}({x}, out=b, where=M); b"]
    return rows


def _of_two() -> list[str]:
    rows = [f"np.{name}(c, z[:4])" for name in _ufuncs("DD->D")]
    for name in _ufuncs("dd->d"):
        rows += [f"np.{name}(p, k)", f"np.{name}(k, p)", f"np.{name}(p, u[1] + 2.0)", f"np.{name}(p, p.T[:3, :1], out=b, where=M); b",
                 f"np.{name}.outer(p, x)", f"np.{name}.accumulate(p, axis=1)", f"np.{name}.at(p, (I, [0, 1, 0]), y[:3]); p"]
        if name not in ("power", "arctan2"):               # here NumPy's own answer depends on the processor
            rows += [f"np.{name}.reduce(p)", f"np.{name}.reduce(p, axis=1, keepdims=True)", f"np.{name}.reduceat(p, [0, 2], axis=1)"]
    return rows


# ---------------------------------------------------------------- every method of quantiles, every norm of transforms
METHODS = _words("""inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen weibull linear median_unbiased
    normal_unbiased lower higher midpoint nearest""")
TRANSFORMS = _words("fft ifft rfft irfft hfft ihfft fft2 ifft2 rfft2 irfft2 fftn ifftn rfftn irfftn")

GENERATED = {
    "reductions and keywords": _reductions(), "ufuncs of one input": _of_one(), "ufuncs of two inputs": _of_two(),
    "quantiles": [f"np.{name}(a, {q}, axis=1, method='{method}')" for method in METHODS for name, q in (("quantile", 0.37), ("quantile", "k"), ("nanpercentile", 37))],
    "transforms": [f"np.fft.{name}({x}, norm='{norm}')" for name in TRANSFORMS for norm in ("ortho", "forward")
                   for x in (("a",) if name in ("rfft", "ihfft", "rfft2", "rfftn") else ("a", "c"))]}


def families() -> dict[str, list[str]]:
    """Every expression that this NumPy has the names for, each once, by family."""
    texts = {name: _parted(block) for name, block in EXPRESSIONS.items()} | GENERATED
    family = {text: name for name in reversed(texts) for text in texts[name] if is_known(text)}
    return {name: [text for text in family if family[text] == name] for name in texts}


def is_known(text: str) -> bool:
    """Whether NumPy has every name that follows `np.` in the expression; older ones lack some."""
    names = [ast.unparse(node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)]
    return all(_found(name) for name in names if re.fullmatch(r"np(\.\w+)+", name))


def _found(name: str) -> bool:
    try:
        attrgetter(name.removeprefix("np."))(np)
    except AttributeError:
        return False
    return True


def inputs_of(text: str) -> list[str]:
    """The names of INPUTS that an expression mentions."""
    return sorted({node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)} & INPUTS.keys())


def function_of(text: str, numpy: Any = np) -> Callable[..., Any]:
    """The expression as a function of its inputs, with `numpy` for `np`."""
    *statements, last = text.split("; ")
    lines = "".join(f"    {line}\n" for line in [*statements, f"return {last}"])
    namespace = {**CONSTANTS, "np": numpy}
    exec(compile(f"def expression({', '.join(inputs_of(text))}):\n{lines}", "<expression>", "exec"), namespace)
    return namespace["expression"]
