"""Calls of NumPy's functions on signals, sampled functions, polynomials, padding, pieces, and leftover ufuncs."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

from tests.calls.linalg import in_double

RNG = np.random.default_rng(2)
V, W, M = RNG.standard_normal(6), RNG.standard_normal(3), RNG.standard_normal((4, 5))
T = RNG.standard_normal((3, 4, 2))
Z = V[:4] + 1j * V[2:]
KNOTS = np.array([-1.5, -0.4, 0.3, 1.0, 2.2])
HEIGHTS = np.array([0.5, -1.0, 2.0, 0.7, 1.1])
BETWEEN = np.array([-1.03, 0.12, 0.91, 2.07])
OUTSIDE = np.array([-3.1, 0.26, 0.83, 4.2])
PHASES = np.cumsum(RNG.uniform(-5.0, 5.0, (3, 6)), axis=1)
LEVELS = np.array([[0, 1, 2], [2, 1, 0]])
ODD = np.array([np.inf, -np.inf, np.nan, 1.5, -2.0])


def interp(x, xp, fp, left=None, right=None, period=None):
    """np.interp, which computes in double precision alone; on longer numbers a straight line between two knots."""
    if not any(isinstance(v, np.ndarray | np.generic) and v.dtype.char in "gG" for v in (x, xp, fp)):
        return np.interp(x, xp, fp, left, right, period)
    x, xp, fp = map(np.asarray, (x, xp, fp))
    if period is not None:
        order = np.argsort(xp % abs(period))
        x, xp, fp = x % abs(period), (xp % abs(period))[order], fp[order]
        xp, fp = np.concatenate([xp - abs(period), xp, xp + abs(period)]), np.tile(fp, 3)
    k = np.clip(np.searchsorted(xp, x, "right") - 1, 0, max(len(xp) - 2, 0))
    inside = fp[k] + (x - xp[k]) * (np.diff(fp) / np.diff(xp))[k] if len(xp) > 1 else fp[k]
    outside = [fp[0] if left is None or period else left, fp[-1] if right is None or period else right]
    return np.where(x < xp[0], outside[0], np.where(x > xp[-1], outside[1], inside))


def frame(row, width, axis, options):
    """A border for np.pad: it depends on what stands there before, and on the row."""
    row[:width[0]] = row[width[0]] * (axis + 2.0)
    row[len(row) - width[1]:] += options.get("scale", 1.0) * row[:width[1]]


# fmt: off
CALLS = {
    # convolution
    np.convolve:    (V, [lambda x: np.convolve(x, W), lambda x: np.convolve(W, x, "same"), lambda x: np.convolve(x, W[:2], mode="same"), lambda x: np.convolve(x, x[:4], "valid"), lambda x: np.convolve(x, 2.0), lambda x: np.convolve(x, W, 1), lambda x: np.convolve([1, 2, 1], x)]),
    np.correlate:   (V, [lambda x: np.correlate(x, W), lambda x: np.correlate(W[:2], x, "same"), lambda x: np.correlate(x, V[:4], mode="same"), lambda x: np.correlate(V[:4], x, "full"), lambda x: np.correlate(x, x, "full"), lambda x: np.correlate(x, W * 1j), lambda x: np.correlate(W, x * 1j, "full")]),
    # interpolation and phases
    np.interp:      (BETWEEN, [lambda x: interp(x, KNOTS, HEIGHTS), lambda x: interp(0.1, x, HEIGHTS[:4]), lambda x: interp([[-2.0, 0.1], [1.5, 3.0]], KNOTS[:4], x), lambda x: interp(x, x * 1.1 - 0.1, x * x), lambda x: interp(OUTSIDE * x[0], KNOTS, HEIGHTS, left=x[1], right=x[2]),
                               lambda x: interp(OUTSIDE, x, HEIGHTS[:4], -1.0, 2.0), lambda x: interp(x[0], KNOTS, HEIGHTS), lambda x: interp(x, KNOTS, HEIGHTS * 1j), lambda x: interp(KNOTS, KNOTS[:4], x * 1j), lambda x: interp(OUTSIDE, x, x), lambda x: interp(x * 3.0, KNOTS, HEIGHTS, period=1.7),
                               lambda x: interp(OUTSIDE, x, HEIGHTS[:4], period=-2.3), lambda x: interp(x, KNOTS, HEIGHTS, 5.0, 6.0, x[3]), lambda x: interp(OUTSIDE, [0.5], x[:1]), lambda x: interp(KNOTS, KNOTS[:4], x)]),
    np.unwrap:      (PHASES, [np.unwrap, lambda x: np.unwrap(x, 4.0), lambda x: np.unwrap(x, axis=0), lambda x: np.unwrap(x, period=3.0), lambda x: np.unwrap(x, period=x[0, 0]), lambda x: np.unwrap(x[0], discont=None, axis=-1)]),
    # differences, slopes, integrals
    np.ediff1d:     (M, [np.ediff1d, lambda x: np.ediff1d(x, 1.0), lambda x: np.ediff1d(x, to_begin=[1.0, 2.0]), lambda x: np.ediff1d(V, to_end=x, to_begin=x[0])]),
    np.gradient:    (M, [lambda x: np.gradient(x)[0], lambda x: np.gradient(x, 2.0)[1], lambda x: np.gradient(x, 0.5, [0.0, 1.0, 3.0, 3.5, 4.0])[1], lambda x: np.gradient(x, axis=-1), lambda x: np.gradient(x, axis=(1, 0), edge_order=2)[1],
                         lambda x: np.gradient(x, np.array([0, 1, 4, 9]), axis=0, edge_order=2), lambda x: np.gradient(V[:4], x[:, 0] + 5.0 * np.arange(4.0)), lambda x: np.gradient(V[:4], x[:, 0] + 5.0 * np.arange(4.0), edge_order=2), lambda x: np.gradient(V, x[0, 0]),
                         lambda x: np.gradient(V, x[0, 0], edge_order=2), lambda x: np.gradient(x, [0, 1, 2, 3], x[0, 1])[0], lambda x: np.gradient(x[:2], axis=0), lambda x: np.gradient(x * 1j, 2)[0], lambda x: np.gradient(x[:3], axis=0, edge_order=2)]),
    np.trapezoid:   (M, [np.trapezoid, lambda x: np.trapezoid(x, dx=0.5), lambda x: np.trapezoid(x, axis=0), lambda x: np.trapezoid(x, [0.0, 1.0, 3.0, 4.0], axis=0), lambda x: np.trapezoid(V[:4], x[:, 0]), lambda x: np.trapezoid(x * x, x=x, axis=0), lambda x: np.trapezoid(V, dx=x[0, 0]), lambda x: np.trapezoid(T, x[0, :4], axis=1)]),
    # polynomials
    np.polyval:     (V, [lambda x: np.polyval(x, 2.0), lambda x: np.polyval([1.0, 2.0, 3.0], x), lambda x: np.polyval(x[:3], x), lambda x: np.poly1d([1.0, 0.0, 2.0])(x), lambda x: np.polyval(np.poly1d([2.0, 1.0]), x[0]), lambda x: np.polyval(x, M)]),
    np.polyadd:     (V, [lambda x: np.polyadd(x, [1.0, 2.0]), lambda x: np.polyadd(x[:2], x), lambda x: np.polyadd(x, 1.0), lambda x: np.polyadd(np.poly1d([1.0, 2.0]), x).coeffs]),
    np.polysub:     (V, [lambda x: np.polysub(x, [1.0, 2.0]), lambda x: np.polysub(x[:2], x), lambda x: (np.poly1d(x) - np.poly1d(x[:2])).coeffs]),
    np.polymul:     (V, [lambda x: np.polymul(x, [0.0, 1.0, 2.0]), lambda x: np.polymul(x[:2], x), lambda x: np.polymul(x, [0.0, 0.0]), lambda x: np.polymul(x, np.poly1d([1.0, 2.0])).coeffs, lambda x: (np.poly1d(x) * np.poly1d(x[:2])).deriv()(0.5)]),
    np.polydiv:     (V, [lambda x: np.polydiv(x, [2.0, 1.0, 3.0])[0], lambda x: np.polydiv(x, x[:3])[1], lambda x: np.polydiv([1.0, 0.0, 2.0, 1.0], x[:2])[0], lambda x: np.polydiv(x[:2], x[1:])[1], lambda x: np.polydiv(W, x[:3])[0], lambda x: np.polydiv(x, np.poly1d([1.0, 2.0]))[0].coeffs]),
    np.polyder:     (V, [np.polyder, lambda x: np.polyder(x, 2), lambda x: np.polyder(x, m=0)]),
    np.polyint:     (V, [np.polyint, lambda x: np.polyint(x, 2), lambda x: np.polyint(x, m=2, k=[1.0, 2.0]), lambda x: np.polyint(x[1:], 2, x[0]), lambda x: np.polyint(x, 1, 3.0)]),
    np.vander:      (V, [np.vander, lambda x: np.vander(x, 3), lambda x: np.vander(x * 0.0, N=4, increasing=True), lambda x: np.vander(x, 1)]),
    np.poly:        (V, [np.poly, lambda x: np.poly(x[:1]), lambda x: np.poly(x[:2] * np.array([1j, 1j]))]),
    np.roots:       (V, [in_double(call) for call in (np.roots, lambda x: np.roots(x[:3]), lambda x: np.roots(x[:4] * 1j + 1.0), lambda x: np.roots(x[:2]))]),
    np.polyfit:     (V, [in_double(call) for call in (lambda x: np.polyfit(x, W[[0, 1, 2, 0, 1, 2]], 2), lambda x: np.polyfit(np.arange(6.0), x, deg=3), lambda x: np.polyfit(np.arange(6), np.stack([x, x * x], 1), 1), lambda x: np.polyfit(np.arange(6.0), x, 1, w=[1.0, 2.0, 1.0, 1.0, 0.5, 1.0]), lambda x: np.polyfit(np.arange(6), V, 2, w=x * x + 0.5),
                         lambda x: np.polyfit(np.arange(6.0), x, 1, 1e-9, True)[1], lambda x: np.polyfit(x, V[::-1], 1, full=True)[3], lambda x: np.polyfit(x, V[::-1], 1, cov=True)[1], lambda x: np.polyfit(x, V[::-1], 2, cov="unscaled")[1], lambda x: np.polyfit(x, np.stack([x, V[::-1]], 1), 1, cov=True)[1], lambda x: np.polyfit(x, np.stack([x, V[::-1]], 1), 1, w=V * V, cov=True)[0])]),
    # padding
    np.pad:         (M, [lambda x: np.pad(x, 1), lambda x: np.pad(x, (1, 2)), lambda x: np.pad(x, ((0, 1), (2, 0)), mode="constant"), lambda x: np.pad(x, [(1, 1), (0, 0)], constant_values=0.0), lambda x: np.pad(x, {-1: 2, 0: (1, 0)}),
                         lambda x: np.pad(x, 1, constant_values=2.5), lambda x: np.pad(x, 2, constant_values=(1.0, x[0, 0])), lambda x: np.pad(x, ((1, 0), (2, 1)), constant_values=((x[0, 0], 3), (1, x[1, 1]))), lambda x: np.pad(x, 1, constant_values=x[:2, :2]), lambda x: np.pad(x, 1, constant_values=((x[0, 0],), (2.0,))),
                         lambda x: np.pad(x, (2, 1), "edge"), lambda x: np.pad(x, ((9, 1), (0, 13)), "wrap"), lambda x: np.pad(x, 2, "reflect"), lambda x: np.pad(x, ((1, 11), (14, 2)), "reflect", reflect_type="even"), lambda x: np.pad(x, (9, 2), mode="symmetric"),
                         lambda x: np.pad(x, ((1, 11), (14, 2)), "reflect", reflect_type="odd"), lambda x: np.pad(x, ((21, 1), (0, 13)), "symmetric", reflect_type="odd"), lambda x: np.pad(x[:1], 3, "reflect", reflect_type="odd"), lambda x: np.pad(x[:1], 3, "symmetric"),
                         lambda x: np.pad(x, (3, 2), "linear_ramp"), lambda x: np.pad(x, ((1, 0), (0, 2)), "linear_ramp", end_values=((1, x[0, 0]), (x[1, 1], 4.0))), lambda x: np.pad(x, 2, "mean"), lambda x: np.pad(x, 1, "mean", stat_length=(2, 3)),
                         lambda x: np.pad(x, 2, frame), lambda x: np.pad(x, ((1, 2), (0, 3)), frame, scale=x[0, 0]), lambda x: np.pad(x, 1, mode="empty")[1:-1, 1:-1], lambda x: np.pad(x, 2, "maximum", stat_length=2), lambda x: np.pad(x, ((1, 1), (2, 0)), "minimum", stat_length=((1, 2), (9, 3))), lambda x: np.pad(x, 1, "median"), lambda x: np.pad(x, 1, "median", stat_length=3)]),
    # choices and parts
    np.select:      (M, [lambda x: np.select([M > 0.5, M > 0.0], [x, x * x]), lambda x: np.select([x > 0.5, x < 0.0], [x, 3], default=x[0]), lambda x: np.select([M[0] > 0.0], [x], 2), lambda x: np.select([True, M > 0.0], [2.0, x[0, 0]])]),
    np.choose:      (M, [lambda x: np.choose(LEVELS, [x[:2, :3], 1.0, x[0, :3]]), lambda x: np.choose(LEVELS + 2, x[:3, :3], mode="wrap"), lambda x: np.choose(LEVELS - 1, (x[0, :3], x[1, :3]), mode="clip"), lambda x: np.choose(2, x)]),
    np.piecewise:   (M, [lambda x: np.piecewise(x, [M < 0.0, M >= 0.0], [lambda x: -x * x, lambda x: x]), lambda x: np.piecewise(x, [x < 0.0], [0.5, np.exp]), lambda x: np.piecewise(x[0], x[0] < 0.0, [lambda x, a, b: a * x + b, 1.0], 2.0, b=x[0, 0]), lambda x: np.piecewise(x[0, 0], [x[0, 0] < 9.0, True], [lambda x: x * x, lambda x: x * x * x]),
                         lambda x: np.piecewise(x, [M > 9.0, M > 0.0, M > 1.0], [np.log, lambda x: x - np.mean(x), lambda x: x / np.sum(x)]), lambda x: np.piecewise(x[0, 0], x[0, 0] > 9.0, [np.sin, np.cos])]),
    np.apply_along_axis: (T, [lambda x: np.apply_along_axis(np.sum, 1, x), lambda x: np.apply_along_axis(lambda v, k: np.outer(v, v[:k]), 1, x, 2), lambda x: np.apply_along_axis(lambda v: v[::-1], -1, x), lambda x: np.apply_along_axis(lambda v, *, scale: v * scale, 0, x[:, 0, 0], scale=2.0)]),
    np.apply_over_axes: (T, [lambda x: np.apply_over_axes(np.sum, x, [0, 2]), lambda x: np.apply_over_axes(np.mean, x, -1), lambda x: np.apply_over_axes(lambda x, axis: np.cumsum(x, axis), x, (1, 0))]),
    np.meshgrid:    (V, [lambda x: np.meshgrid(x, W)[0], lambda x: np.meshgrid(W, x, indexing="ij")[1], lambda x: np.meshgrid(x, x[:2], W, sparse=True)[1], lambda x: np.meshgrid(x, W, copy=False)[0], lambda x: np.meshgrid(x)[0], lambda x: np.meshgrid(x[0], W)[0], lambda x: np.meshgrid(x, W, indexing="ij", sparse=True, copy=False)[0]]),
    np.ix_:         (V, [lambda x: np.ix_(x, [0, 1])[0], lambda x: np.ix_([True, False], x[:3])[1]]),
    np.linspace:    (M, [lambda x: np.linspace(x[0, 0], 3.0, 7), lambda x: np.linspace(1, x[0], 4, endpoint=False), lambda x: np.linspace(x, x[0], num=3, axis=-1), lambda x: np.linspace(x[0, 0], 3.0, 5, retstep=True)[1], lambda x: np.linspace(x[:, :1], x[0], 1), lambda x: np.linspace(x[0], 2.0, 5, True, True)[0], lambda x: np.linspace(x[0], 1, 3, dtype=complex)]),
    np.logspace:    (M, [lambda x: np.logspace(x[0, 0], 1.0, 4), lambda x: np.logspace(0, x[0], 3, False, 2.0, axis=1), lambda x: np.logspace(0.0, 1.0, 4, base=x[0] * x[0] + 1.0), lambda x: np.logspace(x[0], 1.0, 4, base=[[2.0], [3.0]], axis=1)]),
    np.geomspace:   (M, [lambda x: np.geomspace(x[0, 0] ** 2 + 1.0, 7.0, 4), lambda x: np.geomspace(-x[0] ** 2 - 1.0, -9.0, 5, endpoint=False, axis=1), lambda x: np.geomspace(x[0] + 2j, 3 - x[1], num=4), lambda x: np.geomspace(1, x[0] ** 2 + 1.0, 1)]),
    # leftovers
    np.float_power: (M, [lambda x: np.float_power.reduce(abs(x), axis=1), lambda x: np.float_power.accumulate(abs(x), axis=1), lambda x: np.float_power.outer([2.0, 3.0], x), lambda x: np.float_power(abs(x), 1.5), lambda x: np.float_power(2, x), lambda x: np.float_power(x, 3)]),
    np.i0:          (M, [np.i0, lambda x: np.i0(x * 10.0)]),
    np.sinc:        (M, [np.sinc, lambda x: np.sinc(x * 1j)]),
    np.modf:        (M, [lambda x: np.modf(x)[0], lambda x: np.modf(x, out=(None, x * 1.0))[0], lambda x: np.modf(x, x * 2.0)[0]]),
    np.divmod:      (M, [lambda x: np.divmod(x, 0.7)[1], lambda x: np.divmod(5.0, x)[1]]),
    np.ldexp:       (M, [lambda x: np.ldexp(x, 3), lambda x: np.ldexp(x, [-1, 0, 1, 2, 3]), lambda x: np.ldexp(x[0, 0], np.array([[1], [2]]))]),
    np.frexp:       (M, [lambda x: np.frexp(x)[0]]),
    np.heaviside:   (M, [lambda x: np.heaviside(np.array([0.0, 1.0, -1.0, 0.0, 0.0]), x)]),
    np.nan_to_num:  (M, [np.nan_to_num, lambda x: np.nan_to_num(np.where(np.isfinite(ODD), x, ODD)), lambda x: np.nan_to_num(np.where(M > 0.0, x, ODD), True, 1.0, 2.0, -3.0), lambda x: np.nan_to_num(np.where(M > 0.0, x, ODD), nan=x[0, 0], posinf=x[1, 1], neginf=x), lambda x: np.nan_to_num(x * 1j), lambda x: np.nan_to_num(np.where(M > 0.0, x * (1.0 + 2.0j), ODD + 1j), posinf=7.0)]),
    np.real_if_close: (M, [np.real_if_close, lambda x: np.real_if_close(x + 1e-15j), lambda x: np.real_if_close(x * 1j), lambda x: np.real_if_close(x + 1e-8j, tol=1e-6), lambda x: np.real_if_close(x + 1e-14j, 1000)]),
}
CONSTANTS = {
    np.modf: [lambda x: np.modf(x)[1]],                             np.divmod: [lambda x: np.divmod(x, 0.7)[0]],
    np.frexp: [lambda x: np.frexp(x)[1]],
}
# fmt: on
ROUNDED = {np.convolve, np.correlate, np.interp, np.gradient, np.polydiv, np.float_power, np.poly, np.roots, np.polyfit, np.pad}
