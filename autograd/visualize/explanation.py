"""The chain rule of one graph with its numbers: `explain(y)`."""
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from autograd.errors import DataError, GraphError, ShapeError, describe, message
from autograd.graph import Node, Tensor, plain
from autograd.visualize import chapter as forms
from autograd.visualize.chapter import Chapter, Formula
from autograd.visualize.model import SMALL, Vertex, View, names, number, printable, shown, shown_gradient
from autograd.visualize.paths import Path, groups, heaviest, stations
from autograd.visualize.shares import Flow, Share, size
from autograd.visualize.sketch import title
from autograd.visualize.source import source
from autograd.visualize.text import expression
from autograd.walk import history

SHORT = 40                            # gates: longer graphs are shown in groups
PATHS = 3
TARGETS = 8                           # in a long graph without x: so many gradients, the largest


def explain(y: Tensor, x: Tensor | None = None) -> "Explanation":
    """How the gradient of y by x, or by every leaf, comes about: ∂y/∂x = Σ ∂y/∂v · ∂v/∂x over the gates v that use x.

    y is a single number. Raises DataError where y or x is no recorded Tensor, ShapeError where y is an array,
    GraphError where y does not depend on x. Leaves `.grad` alone.

    >>> a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    >>> print(explain(a * b, a))
    y = 6
    ∂y/∂a = 3
    <BLANKLINE>
    forward
      y = a × b  = 2 × 3  = 6
    <BLANKLINE>
    back
      ∂y/∂y  = 1                      = 1
      ∂y/∂a  = ∂y/∂y · ∂y/∂a = 1 · 3  = 3
    """
    return Explanation(y, x)


class Explanation:
    """The chain rule with its numbers; shows itself in notebooks.

    `.markdown()` and `.latex()` have every gate of a graph of at most 40, and of a longer one its lines and the paths
    that carry most of the gradient. `.source()` is a NumPy program that computes value and gradients.

    >>> a = Tensor(2.0, name="a")
    >>> print(str(explain(a * a)).splitlines()[1])
    ∂y/∂a = 4
    """

    def __init__(self, y: Tensor, x: Tensor | None = None) -> None:
        self.order = history(node_of(y))
        self.end = self.order[-1]
        if self.end.shape:
            raise ShapeError(message(f"explain needs a single number, not a tensor of shape {self.end.shape}.",
                                     "write explain(y.sum()), or explain(y[0])"))
        self.names = names_of(self.order)
        self.flow = Flow(self.order)
        self.targets = [node for node in self.order if node.gate is None] if x is None else [node_of(x)]
        if x is not None and self.targets[0] not in self.flow.values:
            raise GraphError(message("y does not depend on x: x is not in the graph behind y.",
                                     "compute y from x, or write explain(y) for the leaves that it has"))

    def markdown(self) -> str:
        """The explanation as Markdown, with a table of the gates and one of the gradients.

        >>> explain(Tensor(2.0, name="a") * 3.0).markdown().splitlines()[0]
        '**y = 6**'
        """
        return forms.markdown(self.content)

    def latex(self) -> str:
        """The explanation as equations in LaTeX, for an `align*`.

        >>> explain(Tensor(2.0, name="a") * 3.0).latex()[1:13]
        'begin{align*'
        """
        return forms.latex(self.content)

    def source(self) -> str:
        """A Python program that gives the value and the gradients, every bit like eager mode.

        It imports NumPy, and SciPy where the graph has SciPy's functions. Raises GraphError for a gate that runs a
        function of yours, as `checkpoint` does.

        >>> space = {}
        >>> exec(explain(Tensor(2.0, name="a") * 3.0).source(), space)
        >>> space["value_and_gradients"](4.0)
        (12.0, (3.0,))
        """
        return source(self.order, self.targets, self.names)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __repr__(self) -> str:
        return forms.text(self.content)

    @cached_property
    def content(self) -> Chapter:
        """What is said, in every form.

        >>> explain(Tensor(2.0, name="a") * 3.0).content.results
        [('∂y/∂a', '3')]
        """
        gates = sum(node.gate is not None for node in self.order)
        results = [(self._d(node), self._gradient(node)) for node in self.targets]
        end = self.names[self.end], shown(self.flow.values[self.end])
        if gates <= SHORT:
            return Chapter(end, results, list(self._forward()), list(self._backward()), [], [])
        return Chapter(end, results, [], [], list(self._groups()), list(self._paths()))

    # ------------------------------------------------------------ short graphs: every gate
    def _forward(self) -> Iterator[Formula]:
        for node in self.order:
            if node.gate is not None:
                pairs = list(zip(node.args, node.parents, strict=True))
                called = [brief(plain(x)) if p is None else self.names[p] for x, p in pairs]
                given = [brief(plain(x) if p is None else self.flow.values[p]) for x, p in pairs]
                yield Formula(self.names[node], expression(title(node), called), expression(title(node), given),
                              shown(self.flow.values[node]), node.where())

    def _backward(self) -> Iterator[Formula]:
        needed = self._needed()
        for node in reversed(self.order):
            if node in self.flow.gradients and node in needed:
                uses = self.flow.uses.get(node, [])
                rule = " + ".join(f"{self._d(share.user)} · {self._local(share)}" for share in uses)
                numbers = " + ".join(self._numbers(share, len(uses) > 1) for share in uses)
                yield Formula(self._d(node), rule, numbers or "1", self._gradient(node),
                                      "" if node.gate is None else node.where())

    def _needed(self) -> set[Node]:
        """The nodes on the way from the end to a target."""
        needed = set(self.targets)
        for node in self.order:
            if any(parent in needed for parent in node.parents):
                needed.add(node)
        return needed

    def _local(self, share: Share) -> str:
        return f"∂{self.names[share.user]}/∂{self.names[share.parent]}"

    def _numbers(self, share: Share, several: bool) -> str:
        """incoming · local; where the local derivative is no number per number, what comes of it."""
        local, g = self.flow.local(share), self.flow.gradients[share.user]
        if local is None:
            return carried(share, self._operands(share))
        text = f"{bracketed(slope(plain(g)))} · {bracketed(slope(local))}"
        return f"({text} = {slope(share.amount)})" if several and share.parent.shape else text

    def _operands(self, share: Share) -> list[str]:
        node = share.user
        return [brief(plain(x)) if p is None else self.names[p] for x, p in zip(node.args, node.parents, strict=True)]

    # ------------------------------------------------------------ long graphs: groups and paths
    def _groups(self) -> Iterator[Formula]:
        for name, nodes in groups(self.order):
            last = nodes[-1]
            count = Counter(node.gate.label for node in nodes)
            gates = ", ".join(f"{gate} {n}×" if n > 1 else gate for gate, n in count.most_common(6))
            arriving = max(size(self.flow.gradients.get(node, 0.0)) for node in nodes)
            yield Formula(printable(name), gates, shown(self.flow.values[last]), number(arriving), str(len(nodes)))

    def _paths(self) -> Iterator[tuple[str, list[str]]]:
        count = PATHS if len(self.targets) == 1 else 1
        for node in self._largest():
            for path in heaviest(self.flow, node, count):
                yield f"{percent(path)} of |{self._d(node)}|", stations(path, self.names)

    def _largest(self) -> list[Node]:
        """The targets with the largest gradients."""
        return sorted(self.targets, key=lambda node: -size(self.flow.gradients.get(node, 0.0)))[:TARGETS]

    # ------------------------------------------------------------ words
    def _d(self, node: Node) -> str:
        return f"∂{self.names[self.end]}/∂{self.names[node]}"

    def _gradient(self, node: Node) -> str:
        return slope(plain(self.flow.gradients[node])) if node in self.flow.gradients else "0"


def node_of(x: Any) -> Node:
    """The node of a recorded tensor."""
    if not isinstance(x, Tensor) or not isinstance(x.node, Node):
        raise DataError(message(f"explain needs a Tensor that was computed from Tensors, not {describe(x)}.",
                                "make the inputs Tensors, compute y from them, and explain(y)"))
    return x.node


def names_of(order: Sequence[Node]) -> dict[Node, str]:
    """The name of every node, as in drawings; the end is y where it has no name of its own."""
    end = "y" if all(node.name != "y" for node in order) else None
    vertices = [Vertex(key, "gate" if node.gate else "leaf", "", node.name or (end if node is order[-1] else None))
                for key, node in enumerate(order)]
    called = names(View(tuple(vertices), ()))
    return {node: called[key] for key, node in enumerate(order)}


def carried(share: Share, operands: list[str]) -> str:
    """What a gate on arrays does with the gradient on its way back."""
    gate = share.user.gate
    if gate.name in ("matmul", "dot"):
        return f"g @ {operands[1]}ᵀ" if share.position == 0 else f"{operands[0]}ᵀ @ g"
    return _BACK.get(gate.name) or f"{'' if gate.kind == 'linear' else 'slope of '}{gate.label}, transposed, of g"


_BACK = {"transpose": "gᵀ", "getitem": "g where it was taken, 0 elsewhere", "sum": "g, copied along the axis",
         "mean": "g / n, copied along the axis", "reshape": "g, reshaped", "expand_dims": "g, reshaped",
         "concatenate": "its part of g", "stack": "its part of g", "broadcast_to": "g, summed over the copies"}


def brief(x: Any) -> str:
    """A value among others: small ones in full, of large ones the shape."""
    text = shown(x)
    return bracketed(text if getattr(x, "size", 1) <= SMALL else text.partition(" ")[0])


def slope(x: Any) -> str:
    """A gradient as text, where all of its numbers are the same that number."""
    numbers = getattr(x, "size", 1)
    same = numbers > SMALL and bool((x == x.flat[0]).all())
    return number(x.flat[0].item()) if same else shown_gradient(x)


def bracketed(text: str) -> str:
    """A negative number, or a range of numbers, in brackets."""
    return f"({text})" if text.startswith("-") or " to " in text else text


def percent(path: Path) -> str:
    return f"{100 * path.weight:.3g} %"


