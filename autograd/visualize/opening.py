"""The multiply and add gates inside the gates on arrays: a graph run again on single numbers.

Every array becomes an array of numbers that are recorded one by one. NumPy computes a product of matrices, or a sum, of
such arrays by the operators of their elements, and moves are moves; so what is drawn is what is computed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DataError, message
from autograd.gates import elementwise as E
from autograd.graph import Leaf, Level, Node, plain, recording, tensor
from autograd.space import ndarray

NUMBERS = 10_000  # gates on numbers in one drawing, at most
CLOSE = 1e-9  # the numbers must add up to what the gate gave, but for the order of their sums

Params = dict[str, Any]


def opened(order: list[Node], values: dict[Node, Any]) -> dict[Node, ndarray]:
    """For every node of a graph, oldest first, an array of the numbers in it: Tensors, or floats that are constant.

    Raises DataError for a gate that is not made of gates on numbers, and for too many numbers.
    """
    found: dict[Node, ndarray] = {}
    with recording(Node) as level:
        for node in order:
            refuse(values[node], node)
            born = len(level.nodes or ())
            found[node] = leaves(node, level) if node.gate is None else inside(node, found)
            for new in (level.nodes or [])[born:]:
                new.code, new.lasti = node.code, node.lasti
            check(node, found[node], values[node], len(level.nodes or ()))
    return found


def refuse(value: Any, node: Node) -> None:
    """Raise for what is no number of 64 bits, and for an array that is too large to be drawn."""
    kind = np.dtype(getattr(value, "dtype", float))
    if kind != np.float64:
        raise DataError(message(f"the value at {node.where()} is {kind}, and gates on numbers have float64.",
                                "draw the graph without scalars=True"))
    if np.size(value) > NUMBERS:
        raise DataError(too_many(node))


def too_many(node: Node) -> str:
    return message(f"the graph up to {node.where()} has more than {NUMBERS:,} gates on numbers.",
                   "draw it with smaller arrays, or without scalars=True")


def check(node: Node, numbers: ndarray, value: Any, gates: int) -> None:
    """Raise where the numbers are too many, or not those of the gate."""
    if gates > NUMBERS:
        raise DataError(too_many(node))
    here = np.array([plain(x) for x in numbers.ravel()]).reshape(numbers.shape)
    if not np.allclose(here, value, rtol=CLOSE, atol=CLOSE, equal_nan=True) or here.shape != np.shape(value):
        raise DataError(closed(node))


def closed(node: Node) -> str:
    return message(f"{node.gate.name} at {node.where()} is not made of gates on numbers.",
                   f"draw the graph without scalars=True; {node.gate.name} is one gate there")


# ---------------------------------------------------------------- numbers
def boxed(x: Any) -> ndarray:
    """An array of Python's own numbers, also for a single one, or what is one already."""
    if isinstance(x, ndarray):
        return x if x.dtype == object else x.astype(object)
    return filled([x], ())


def filled(numbers: list[Any], shape: tuple[int, ...]) -> ndarray:
    return np.fromiter(numbers, object, len(numbers)).reshape(shape)


def leaves(node: Node, level: Level) -> ndarray:
    """A leaf for every number, called X[0, 1] where the array is called X."""
    found = []
    for index, x in np.ndenumerate(np.asarray(plain(node.ans))):
        name = f"{node.name}[{', '.join(map(str, index))}]" if node.name and index else node.name
        found.append(tensor(float(x), Leaf(float(x), name, node.code, node.lasti), level))
    return filled(found, node.shape)


def inside(node: Node, found: dict[Node, ndarray]) -> ndarray:
    """The numbers that a gate computes."""
    if node.gate.kind != "elementwise" and node.gate.name not in OPENINGS:
        raise DataError(closed(node))
    args = [boxed(plain(x)) if parent is None else found[parent]
            for x, parent in zip(node.args, node.parents, strict=True)]
    way = OPENINGS.get(node.gate.name, each)
    try:
        return boxed(way(node.gate, args, dict(node.params)))
    except (IndexError, TypeError, ValueError):
        raise DataError(closed(node)) from None


# ---------------------------------------------------------------- how a gate opens
def each(gate: Any, args: list[ndarray], params: Params) -> Any:
    """Number by number, with broadcasting."""
    return np.frompyfunc(lambda *xs: gate(*xs, **params), len(args), 1)(*args)


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


def folding(gate: Callable[..., Any]) -> Callable[..., Any]:
    """One after another along the axes."""
    def fold(_: Any, args: list[ndarray], params: Params) -> Any:
        (x,), axis = args, params["axis"]
        axes = tuple(range(x.ndim)) if axis is None else axis
        return np.frompyfunc(gate, 2, 1, identity=None).reduce(x, axis=axes, keepdims=params["keepdims"])
    return fold


def mean(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The sum, divided by how many there are."""
    total = boxed(folding(E.add)(gate, args, params))
    return np.frompyfunc(E.div, 2, 1)(total, args[0].size / max(total.size, 1))


def logsumexp(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The logarithm of the sum of exponentials, the largest taken out as a constant."""
    top = max((plain(x) for x in args[0].ravel()), default=0.0)
    powers = np.frompyfunc(lambda x: E.exp(E.sub(x, top)), 1, 1)(args[0])
    total = boxed(folding(E.add)(gate, [boxed(powers)], params))
    return np.frompyfunc(lambda x: E.add(E.log(x), top), 1, 1)(total)


def running(gate: Callable[..., Any]) -> Callable[..., Any]:
    """One after another along an axis, with all that comes out on the way."""
    def run(_: Any, args: list[ndarray], params: Params) -> Any:
        x = args[0] if params["axis"] is not None else args[0].reshape(-1)
        return np.frompyfunc(gate, 2, 1).accumulate(x, axis=params["axis"] or 0)
    return run


def variance(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The sum of squared distances from the mean, divided by how many there are, less `ddof`."""
    (x,) = args
    middle = boxed(mean(gate, args, params | {"keepdims": True}))
    squares = np.frompyfunc(lambda x, m: E.square(E.sub(x, m)), 2, 1)(x, middle)
    total = boxed(folding(E.add)(gate, [boxed(squares)], params))
    return np.frompyfunc(E.div, 2, 1)(total, x.size / max(total.size, 1) - params["ddof"])


def deviation(gate: Any, args: list[ndarray], params: Params) -> Any:
    """The square root of the variance."""
    return np.frompyfunc(E.sqrt, 1, 1)(boxed(variance(gate, args, params)))


OPENINGS: dict[str, Callable[[Any, list[ndarray], Params], Any]] = {
    **dict.fromkeys(("getitem", "assign", "reshape", "transpose", "expand_dims", "broadcast_to", "diagonal", "flip",
                     "roll", "tile", "repeat", "pad", "concatenate", "stack"), moved),
    **dict.fromkeys(("matmul", "dot", "tensordot", "einsum"), as_numpy),
    "sum": folding(E.add), "prod": folding(E.mul), "mean": mean, "logsumexp": logsumexp,
    "amax": folding(E.maximum), "amin": folding(E.minimum), "cumsum": running(E.add), "cumprod": running(E.mul),
    "var": variance, "std": deviation,
}
