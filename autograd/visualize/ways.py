"""How each gate on arrays opens into gates on the numbers inside, or why it does not.

A way takes the gate, an array of numbers for each input (Tensors, or floats that are constant) and the keywords, and
gives the numbers of the result. Sums are added in NumPy's order, so that they are the array's to the last digit; only
BLAS, which multiplies and adds in one step, may round products of matrices otherwise.
"""

import math
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import numpy as np

from autograd.gates import conv
from autograd.gates import elementwise as E
from autograd.gates import index as indexing
from autograd.gates.reduce import axes_of
from autograd.graph import plain
from autograd.space import ndarray, numbered
from autograd.visualize.elements import computed

Params = dict[str, Any]
Way = Callable[[Any, list[ndarray], Params], Any]


NUMBERS = 10_000  # gates on numbers in one drawing, at most


class Unopened(Exception):
    """A gate that does not open on these numbers; the text says why."""


class TooMany(Exception):
    """More gates on numbers than one drawing has."""


def filled(numbers: list[Any], shape: tuple[int, ...]) -> ndarray:
    return np.fromiter(numbers, object, len(numbers)).reshape(shape)


# ---------------------------------------------------------------- number by number, and moves
def each(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Number by number, with broadcasting; numbers that are in no array as eager mode computes them."""
    alone = all(not x.ndim for x in args)
    one = gate if alone else lambda *xs, **params: computed(gate, *xs, **params)
    return np.frompyfunc(lambda *xs: one(*xs, **params), len(args), 1)(*args)


def scaled(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Number by number, each with its own exponent."""
    return np.frompyfunc(lambda x, n: gate(x, exponent=n), 2, 1)(args[0], np.asarray(params["exponent"], object))


def as_numpy(gate: Any, args: list[ndarray], params: Params) -> Any:
    """As NumPy computes it, with the operators of the elements."""
    return gate.array(*args, **params)


def moved(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Numbers go to other places: the gate is asked where from, and 0 says that the place is filled with a zero."""
    flat, places = [0.0], []
    for x in args:
        places.append(np.arange(len(flat), len(flat) + x.size).reshape(x.shape))
        flat += x.ravel().tolist()
    origin = np.asarray(gate.array(*places, **params))
    return filled([flat[int(k)] for k in origin.ravel()], origin.shape)


# ---------------------------------------------------------------- sums, and what is folded like them
def fold(one: Callable[[ndarray], Any], x: ndarray, axis: Any, keepdims: bool) -> ndarray:
    """`one` of the numbers that come together in each place, as rows of those that lie side by side in memory."""
    axes = axes_of(axis, x.ndim)
    rows = lined(x, axes)
    ans = filled([one(rows[place]) for place in np.ndindex(rows.shape[:-2])], rows.shape[:-2])
    return np.expand_dims(ans, axes) if keepdims else ans


def lined(x: ndarray, axes: tuple[int, ...]) -> ndarray:
    """x with `axes` as two at its end, in NumPy's order: the inner loop runs along the last as far as memory does."""
    long = sorted((a for a in range(x.ndim) if x.shape[a] != 1), key=lambda a: -abs(x.strides[a]))
    inner: list[int] = []
    while long and long[-1] in axes and (not inner or x.strides[long[-1]] == x.strides[inner[0]] * x.shape[inner[0]]):
        inner.insert(0, long.pop())
    kept = [a for a in range(x.ndim) if a not in axes]
    outer = [a for a in axes if x.shape[a] == 1] + [a for a in long if a in axes]
    shape = (*(x.shape[a] for a in kept), math.prod(x.shape[a] for a in outer), math.prod(x.shape[a] for a in inner))
    return x.transpose([*kept, *outer, *inner]).reshape(shape)


def total(rows: ndarray) -> Any:
    """The sum of rows as np.add.reduce computes it."""
    return reduce(E.add, [row_sum(row.tolist()) for row in rows]) if rows.size else 0.0


def row_sum(xs: list[Any]) -> Any:
    """One after another up to seven, eight sums side by side up to 128, above by halves."""
    n = len(xs)
    if n < 8:
        return reduce(E.add, xs)
    if n > 128:
        half = n // 2 - n // 2 % 8
        return E.add(row_sum(xs[:half]), row_sum(xs[half:]))
    whole = n - n % 8
    sums = [reduce(E.add, xs[k:whole:8]) for k in range(8)]
    while len(sums) > 1:
        sums = [E.add(*sums[k:k + 2]) for k in range(0, len(sums), 2)]
    return reduce(E.add, xs[whole:], sums[0])


def product(rows: ndarray) -> Any:
    return reduce(E.mul, rows.ravel().tolist()) if rows.size else 1.0


def folding(one: Callable[[ndarray], Any]) -> Way:
    """A gate that folds axes together."""
    return lambda gate, args, params: fold(one, args[0], params["axis"], params["keepdims"])


def extreme(gate: Any) -> Callable[[ndarray], Any]:
    """The largest or smallest number, one after another."""
    def one(rows: ndarray) -> Any:
        xs = rows.ravel().tolist()
        shared(xs, gate)
        return reduce(gate, xs)
    return one


def shared(xs: list[Any], gate: Any) -> None:
    """Refuse where more than two share the gradient: `gate` would halve it, and halve the half."""
    values = [plain(x) for x in xs]
    if values.count(reduce(gate, values)) > 2:
        raise Unopened("more than two numbers are equal, and each gets an equal share of the gradient")


def mean(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The sum, divided by how many there are."""
    sums = fold(total, args[0], params["axis"], params["keepdims"])
    return divided(sums, args[0].size / max(sums.size, 1))


def divided(x: ndarray, n: float) -> Any:
    return np.frompyfunc(E.div, 2, 1)(x, n)


def variance(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The sum of squared distances from the mean, divided by how many there are, less `ddof`."""
    (x,) = args
    middle = mean(gate, args, params | {"keepdims": True})
    squares = np.frompyfunc(lambda x, m: E.square(E.sub(x, m)), 2, 1)(x, middle)
    sums = fold(total, squares, params["axis"], params["keepdims"])
    return divided(sums, x.size / max(sums.size, 1) - params["ddof"])


def rooted(x: Any) -> Any:
    return np.frompyfunc(E.sqrt, 1, 1)(x)


def deviation(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The square root of the variance."""
    return rooted(variance(gate, args, params))


def norm(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The square root of the sum of squares."""
    squares = np.frompyfunc(E.square, 1, 1)(args[0])
    return rooted(fold(total, squares, params["axis"], params["keepdims"]))


def logsumexp(rows: ndarray) -> Any:
    """The logarithm of the sum of exponentials, the largest taken out as a constant."""
    most = max(map(plain, rows.flat))
    most = most if math.isfinite(most) else 0.0
    powers = [computed(E.exp, E.sub(x, most)) for x in rows.flat]
    return E.add(computed(E.log, total(filled(powers, rows.shape))), most)


def fit(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Sums over the axes that a broadcast has added, copies along those that it needs."""
    (x,), shape = args, params["shape"]
    x = fold(total, x, tuple(range(x.ndim - len(shape))), False)
    long = tuple([a for a, n in enumerate(shape[len(shape) - x.ndim:]) if n == 1 and x.shape[a] != 1])
    return np.broadcast_to(fold(total, x, long, True), shape)


# ---------------------------------------------------------------- one after another along an axis
def running(gate: Any) -> Way:
    """All that comes out on the way."""
    def run(_: Any, args: list[ndarray], params: Params) -> Any:
        return np.frompyfunc(gate, 2, 1).accumulate(args[0], axis=params["axis"])
    return run


def running_extreme(gate: Any) -> Way:
    """The largest or smallest so far."""
    def run(_: Any, args: list[ndarray], params: Params) -> Any:
        rows = np.moveaxis(args[0], params["axis"], -1)
        for row in rows.reshape(-1, rows.shape[-1]).tolist():
            for end in range(3, len(row) + 1):
                shared(row[:end], gate)
        return running(gate)(_, args, params)
    return run


def recurrence(gate: Any, args: list[ndarray], params: Params) -> Any:
    """ans[k] = x[k] + y[k] · ans[k-1], along axis 0."""
    x, y = np.broadcast_arrays(*args)
    step = np.frompyfunc(lambda x, y, last: E.add(x, E.mul(y, last)), 3, 1)
    ans = [x[:1]]
    for k in range(1, len(x)):
        ans.append(step(x[k:k + 1], y[k:k + 1], ans[-1]))
    return np.concatenate(ans)


# ---------------------------------------------------------------- places
def gathered(places: Any, parts: Iterable[Any], shape: tuple[int, ...]) -> ndarray:
    """For each place the sum of its parts, one after another, and a zero where there is none."""
    sums: dict[int, Any] = {}
    for place, part in zip(np.ravel(places).tolist(), parts, strict=True):
        sums[place] = E.add(sums[place], part) if place in sums else part
    return filled([sums.get(place, 0.0) for place in range(math.prod(shape))], shape)


def scatter(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Zeros with x added at an index."""
    places = numbered(params["shape"])[params["index"]]
    return gathered(places, np.broadcast_to(args[0], places.shape).flat, params["shape"])


def add_at(gate: Any, args: list[ndarray], params: Params) -> Any:
    """x with y added at an index."""
    x, y = args
    places = numbered(x.shape)[params["index"]]
    every = np.concatenate([np.arange(x.size), np.ravel(places)])
    return gathered(every, [*x.flat, *np.broadcast_to(y, places.shape).flat], x.shape)


def at_places(way: Way) -> Way:
    """The same where other inputs are parts of the index."""
    def with_index(gate: Any, args: list[ndarray], params: Params) -> Any:
        index = indexing.filled(params["index"], [at.astype(int) for at in args[1:]])
        return way(indexing.getitem, args[:1], params | {"index": index})
    return with_index


# ---------------------------------------------------------------- windows
def windows(shape: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """What stands at every place of all windows of an array: (places in a window, …, *out); −1 is padding."""
    front = len(shape) - len(kernel)
    out = conv.places("a window", shape[front:], kernel, stride, padding, dilation)
    if math.prod((*shape[:front], *out, *kernel)) > NUMBERS:
        raise TooMany
    x = conv._padded(numbered(shape).astype(float), padding, -1.0)
    return np.stack([conv._at(x, place, out, stride, dilation) for place in np.ndindex(kernel)]).astype(int)


def meetings(x: Any, weight: Any, groups: int, **params: Any) -> list[Any]:
    """Which number of x meets which of the weight in a convolution, and in which of its output."""
    at = windows(x, weight[2:], **params)
    k, n, _, *out = at.shape
    o, c = weight[0] // groups, weight[1]
    ones = (1,) * len(out)
    at = at.reshape(k, n, groups, 1, c, *out)
    of_weight = np.moveaxis(numbered((groups, o, c, k)), -1, 0).reshape(k, 1, groups, o, c, *ones)
    of_y = numbered((n, groups, o, 1, *out))
    inside = np.broadcast_to(at, np.broadcast_shapes(at.shape, of_weight.shape)) >= 0
    return [place[inside] for place in np.broadcast_arrays(at, of_weight, of_y)]


def multiplied(shapes: Callable[[ndarray, ndarray, Params], Any], *order: int) -> Way:
    """Products and sums of a convolution. Of its x, weight and output, 0, 1 and 2, it computes the last in `order`."""
    def way(gate: Any, args: list[ndarray], params: Params) -> Any:
        x, weight, shape = shapes(args[0], args[1], params)
        places = meetings(x, weight, **conv._forward(params))
        first, second, ans = (places[k] for k in order)
        parts = map(E.mul, args[0].ravel()[first], args[1].ravel()[second])
        return gathered(ans, parts, shape)
    return way


def _of_conv(x: ndarray, weight: ndarray, params: Params) -> Any:
    size = {key: params[key] for key in ("stride", "padding", "dilation")}
    out = conv.places("conv", x.shape[2:], weight.shape[2:], **size)
    return x.shape, weight.shape, (len(x), len(weight), *out)


def _of_transpose(y: ndarray, weight: ndarray, params: Params) -> Any:
    x = len(y), weight.shape[1] * params["groups"], *params["size"]
    return x, weight.shape, x


def _of_weight(x: ndarray, y: ndarray, params: Params) -> Any:
    weight = y.shape[1], x.shape[1] // params["groups"], *params["size"]
    return x.shape, weight, weight


def max_pool(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The largest number of each window."""
    (x,) = args
    at, flat, largest = windows(x.shape, **params), x.ravel(), extreme(E.maximum)
    rows = at.reshape(len(at), -1).T
    return filled([largest(flat[row[row >= 0]]) for row in rows], at.shape[1:])


def pool_mean(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The sum of the numbers of each window that count, divided by how many these are."""
    x, where = args
    at = windows(x.shape, **params)
    k, place = np.nonzero(((at >= 0) & where.astype(bool)).reshape(len(at), -1))
    parts = x.ravel()[at.reshape(len(at), -1)[k, place]]
    return np.frompyfunc(E.div, 2, 1)(gathered(place, parts, at.shape[1:]), counted(where))


def pool_share(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Each window's number, divided by how many count in it, added where these are."""
    y, where = args
    shape = (*y.shape[:y.ndim - len(params["kernel"])], *params["size"])
    at = windows(shape, **conv._forward(params))
    share = np.frompyfunc(E.div, 2, 1)(y, counted(where))
    k, place = np.nonzero(((at >= 0) & where.astype(bool)).reshape(len(at), -1))
    return gathered(at.reshape(len(at), -1)[k, place], share.ravel()[place], shape)


def counted(where: ndarray) -> Any:
    return np.sum(where.astype(float), axis=0).astype(object)


# ---------------------------------------------------------------- all of them
OPENINGS: dict[str, Way] = {
    **dict.fromkeys(("getitem", "assign", "reshape", "transpose", "expand_dims", "broadcast_to", "diagonal", "flip",
                     "roll", "tile", "repeat", "pad", "concatenate", "stack"), moved),
    "getitem_at": at_places(moved), "scatter_at": at_places(scatter), "scatter": scatter, "add_at": add_at, "fit": fit,
    **dict.fromkeys(("matmul", "dot", "tensordot", "einsum", "convolve"), as_numpy),
    "conv": multiplied(_of_conv, 0, 1, 2), "conv_transpose": multiplied(_of_transpose, 2, 1, 0),
    "conv_weight": multiplied(_of_weight, 0, 2, 1),
    "max_pool": max_pool, "pool_mean": pool_mean, "pool_share": pool_share,
    "sum": folding(total), "prod": folding(product), "mean": mean, "var": variance, "std": deviation, "norm": norm,
    "logsumexp": folding(logsumexp), "amax": folding(extreme(E.maximum)), "amin": folding(extreme(E.minimum)),
    "cumsum": running(E.add), "cumprod": running(E.mul), "recur": recurrence,
    "cummax": running_extreme(E.maximum), "cummin": running_extreme(E.minimum),
    "hyp0f1": each, "hyp2f1": each, "ldexp": scaled,
}

CLOSED: dict[str, str] = {
    **dict.fromkeys(("inv", "solve", "pinv", "det", "slogdet", "cholesky", "qr", "complement", "solve_triangular",
                     "solve_banded", "solve_sylvester"), "LAPACK eliminates in the whole matrix"),
    **dict.fromkeys(("eigh", "eigvalsh", "eig", "eigvals", "svd", "svdvals"), "LAPACK iterates on the whole matrix"),
    **dict.fromkeys(("expm", "logm", "sqrtm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm"),
                    "SciPy iterates on the whole matrix"),
    **dict.fromkeys(("fft", "ifft", "rfft", "irfft", "real", "imag", "join"), "it has to do with complex numbers"),
    "checkpoint": "what it runs inside is not kept",
}
