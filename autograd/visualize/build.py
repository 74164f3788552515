"""From the engine to a picture: what is known of tensors and nodes here."""

from typing import Any

import numpy as np

from autograd.errors import AutogradError, DataError, describe, message
from autograd.graph import Node, Tensor
from autograd.program import Program
from autograd.visualize.collapse import visible
from autograd.visualize.drawing import Drawing, Engine
from autograd.visualize.groups import grouped
from autograd.visualize.inside import Inside
from autograd.visualize.layout import Direction
from autograd.visualize.model import View
from autograd.visualize.opening import opened
from autograd.visualize.programs import program_view
from autograd.visualize.shares import Flow, values
from autograd.visualize.sketch import Sketch, sketched
from autograd.visualize.zoom import zoomed
from autograd.walk import history


def draw(y: Tensor | Program | AutogradError, *, depth: int | None = None, scalars: bool = False,
         direction: Direction = "LR", engine: Engine = "auto") -> Drawing:
    """The graph behind y with every value, and every gradient where y is a number. Leaves `.grad` alone.

    Of a `Program` it draws the steps, with shapes and dtypes in place of values. More than 300 vertices are drawn in
    groups: modules, turns of a loop, lines; `depth` says how many groups that lie in each other are open, 0 none. With
    `scalars` the gates on arrays are opened: what is drawn are the gates on single numbers inside them, such as the
    products and sums of `X @ w`; those of one gate are a group. Raises DataError for gates that are not made of such.
    Of an error that a gate raised it draws what ran until then, and marks the gate.

    >>> a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    >>> draw(a * b)
    <Drawing of 3 vertices and 2 edges>
    >>> draw(a * Tensor([1.0, 2.0], name="x"), scalars=True)
    <Drawing of 5 vertices and 4 edges>
    """
    if isinstance(y, AutogradError):
        return Drawing(visible(failed_view(y), depth), direction, engine)
    if isinstance(y, Program) or scalars:
        whole = program_view(y) if isinstance(y, Program) else scalar_view(y)
        return Drawing(visible(whole, depth), direction, engine)
    sketch = sketch_of(y)
    return Drawing(visible(sketch.view(), depth), direction, engine, Inside(sketch))


def view(y: Tensor) -> View:
    """The view of the graph behind y: leaves, gates, and a vertex for every use of a constant."""
    return sketch_of(y).view()


def sketch_of(y: Tensor) -> Sketch:
    order = behind(y)
    return sketched(Flow(order, {} if order[-1].shape else None))


def scalar_view(y: Tensor) -> View:
    """The same with the gates on arrays opened into those on numbers, each a group."""
    order = behind(y)
    with np.errstate(all="ignore"):
        found = opened(order, values(order))
    ends = [x.node for x in found[order[-1]].ravel() if isinstance(x, Tensor)]
    arrays = sketched(Flow(order, {}))
    numbers = sketched(Flow(history(*ends), {} if order[-1].shape else {ends[0]: 1.0}))
    inside = {arrays.keys[node]: [numbers.keys[new] for new in found.gates[node] if new in numbers.keys]
              for node in order}
    return zoomed(grouped(arrays.view()), numbers.view(), inside)


def failed_view(error: AutogradError) -> View:
    """What ran before a gate failed, and the gate with what the error says."""
    failed = failed_gate(error)
    if failed is None:
        raise DataError(message(f"no gate on recorded tensors raised this {type(error).__name__}.",
                                "draw(y) of a tensor that was computed before the error shows the graph until then"))
    gate, args, parents, params, where = failed
    parents = [node if isinstance(node, Node) else None for node in parents]  # a tangent has no history
    order = history(*(node for node in parents if node is not None))
    what = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return sketched(Flow(order, {})).failing(gate, args, parents, params, where, what)


def failed_gate(error: BaseException | None) -> Any:
    """What failed: as this error knows it, or the one it was raised in place of."""
    while error is not None:
        if isinstance(error, AutogradError) and error.failed is not None:
            return error.failed
        error = error.__context__
    return None


def behind(y: Any) -> list[Node]:
    """The graph of a tensor, oldest first."""
    if not isinstance(y, Tensor) or not isinstance(y.node, Node):
        instead = ("call it with Tensors and draw what it returns, or draw(trace(f)(x))" if callable(y)
                   else "make the inputs Tensors, compute y from them, and draw(y)")
        raise DataError(message(f"draw needs a Tensor that was computed from Tensors, not {describe(y)}.", instead))
    return history(y.node)
