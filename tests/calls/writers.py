"""Calls of NumPy's functions that write into an argument, and of those that make an array like another."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np

X = np.random.default_rng(5).uniform(0.5, 2.0, (3, 4))
C = np.linspace(-1.0, 1.0, 4)


def after(write):
    """The array after `write(array, x)`, begun as a copy of x."""
    def call(x):
        y = x * 1.0
        write(y, x)
        return y
    return call


# fmt: off
CALLS = {
    np.copyto:         (X, [after(lambda y, x: np.copyto(y, x * x)), after(lambda y, x: np.copyto(y[1:], C)), after(lambda y, x: np.copyto(y, x[:, :1] * 2.0, casting="safe", where=C > 0.0)), after(lambda y, x: np.copyto(y, 3))]),
    np.put:            (X, [after(lambda y, x: np.put(y, [0, 5, -1], x[0])), after(lambda y, x: np.put(y, [3, 3], [x[0, 0], 2.0 * x[0, 1]] if isinstance(x, np.ndarray) else np.stack([x[0, 0], 2.0 * x[0, 1]]))), after(lambda y, x: np.put(y, [[14], [2]], 7.0, mode="wrap")), after(lambda y, x: np.put(y, ind=[99], v=x[0, :1], mode="clip"))]),
    np.put_along_axis: (X, [after(lambda y, x: np.put_along_axis(y, np.argsort(x, axis=1)[:, :2], x[:, 2:] * x[:, :2], axis=1)), after(lambda y, x: np.put_along_axis(y, np.array([1, 7]), x[0, :2] * 3.0, None)), after(lambda y, x: np.put_along_axis(y, np.array([[0, 2, 1, 1]]), 5.0, axis=0))]),
    np.putmask:        (X, [after(lambda y, x: np.putmask(y, X > 1.0, x * x)), after(lambda y, x: np.putmask(y, X > 1.0, x[0, :3]))]),
    np.place:          (X, [after(lambda y, x: np.place(y, X > 1.0, x[0, :2])), after(lambda y, x: np.place(y, X > 1.0, np.arange(20.0)))]),
    np.fill_diagonal:  (X, [after(lambda y, x: np.fill_diagonal(y, x[0])), after(lambda y, x: np.fill_diagonal(y.T, 4.0)), after(lambda y, x: np.fill_diagonal(y[:, :2], x[2, 2], wrap=True))]),
    np.zeros_like:     (X, [lambda x: np.zeros_like(x) + x, lambda x: np.zeros_like(x, dtype=np.float32) * x, lambda x: np.zeros_like(x, shape=4) + x]),
    np.ones_like:      (X, [lambda x: np.ones_like(x) * x, lambda x: np.ones_like(x[0]) - x]),
    np.full_like:      (X, [lambda x: np.full_like(x, 3.0) * x, lambda x: np.full_like(x, C) * x]),
    np.empty_like:     (X, [after(lambda y, x: np.add(x, 1.0, out=np.empty_like(x))), lambda x: np.multiply(x, x, out=np.empty_like(x))]),
}
# fmt: on
