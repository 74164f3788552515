"""nan and inf where they begin: finite numbers in, others out."""
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from autograd.graph import Node, plain
from autograd.visualize.checks.finding import Finding, called, finding
from autograd.visualize.checks.remedies import BACK, FORWARD, MASK, OVERFLOW
from autograd.visualize.model import shown
from autograd.visualize.shares import Flow, Share

_MASKS = {"add", "sub", "where", "reshape", "transpose", "expand_dims", "broadcast_to", "amax"}


def finite(x: Any) -> bool:
    """Whether there is no nan and no inf."""
    return bool(np.all(np.isfinite(x)))


def kind_of(x: Any) -> str:
    """What is in an array that is not finite."""
    return "nan" if bool(np.any(np.isnan(x))) else "inf"


def forward(flow: Flow) -> Iterator[Finding]:
    """Where a nan or inf in the result comes from."""
    if not finite(flow.values[flow.end]):
        yield from values_from(flow, [flow.end])


def values_from(flow: Flow, ends: Iterable[Node]) -> Iterator[Finding]:
    """The origins of values that are not finite."""
    meant = masked(flow)
    for node in climbed(ends, lambda node: [p for p in node.parents if p is not None and p not in meant
                                            and not finite(flow.values[p])]):
        wrong = next((x for x in constants(node) if not finite(x)), None)
        value = flow.values[node]
        if node.gate is None:
            yield finding(kind_of(value), node, f"the data of {called(node)} has {kind_of(value)} in it",
                          FORWARD["leaf"])
        elif any(p in meant for p in node.parents):
            yield finding(kind_of(value), node, f"{node.gate.name} makes {counted(value)} of -inf in a mask", MASK)
        elif wrong is not None:
            yield finding(kind_of(value), node, f"a constant that {node.gate.name} uses has {kind_of(wrong)} in it",
                          "look at the data: np.isnan(x).any(), and replace or leave out what is missing")
        else:
            yield finding(kind_of(value), node,
                          f"{node.gate.name} makes {counted(value)} of {inputs(flow, node)}", remedy(node))


def masked(flow: Flow) -> set[Node]:
    """Scores with -inf from a constant, which is how attention is told what not to see, where y is nan later."""
    found: set[Node] = set()
    if kind_of(flow.values[flow.end]) == "nan":
        for node in flow.order:
            value = flow.values[node]
            if node.gate is not None and node.gate.name in _MASKS and np.any(value == -np.inf) and (
                    any(np.any(x == -np.inf) for x in constants(node)) or any(p in found for p in node.parents)
                    ) and not np.any((value == np.inf) | np.isnan(value)):
                found.add(node)
    return found


def constants(node: Node) -> list[Any]:
    """The inputs that no gradient goes to."""
    return [plain(x) for x, p in zip(node.args, node.parents, strict=True) if p is None]


def remedy(node: Node) -> str:
    """What helps a gate that overflows or leaves its domain."""
    return FORWARD.get(node.gate.name, OVERFLOW)


def inputs(flow: Flow, node: Node) -> str:
    """The inputs of a gate in words."""
    return " and ".join(shown(plain(x) if p is None else flow.values[p])
                        for x, p in zip(node.args, node.parents, strict=True))


def counted(x: Any) -> str:
    """How many nan and inf there are: `nan`, `3 of 12 numbers inf`."""
    word, size = kind_of(x), int(np.size(x))
    bad = int(np.count_nonzero(~np.isfinite(x)))
    return word if size == 1 else f"{bad} of {size} numbers {word}"


def climbed(ends: Iterable[Node], above: Callable[[Node], list[Node]]) -> list[Node]:
    """The nodes reached from `ends` that have nobody above them, each once."""
    todo, seen, tops = list(ends), set(ends), []
    while todo:
        node = todo.pop()
        higher = above(node)
        if not higher:
            tops.append(node)
        todo += [n for n in dict.fromkeys(higher) if n not in seen]
        seen.update(higher)
    return sorted(tops, key=lambda node: node.index)


def back(flow: Flow) -> Iterator[Finding]:
    """Where a nan or inf in the gradient of a leaf comes from, though the result is finite."""
    if not finite(flow.values[flow.end]):
        return
    leaves = [n for n in flow.order if n.gate is None and n in flow.gradients and not finite(flow.gradients[n])]
    origins: dict[Node, Share] = {}

    def users(node: Node) -> list[Node]:
        bad = [share for share in flow.uses.get(node, []) if not finite(share.amount)]
        origins.update({share.user: share for share in bad if finite(flow.gradients[share.user])})
        return [share.user for share in bad if not finite(flow.gradients[share.user])]
    climbed(leaves, users)
    overflown = [node for node in origins if not finite(flow.values[node])
                 or any(not finite(flow.values[p]) for p in node.parents if p is not None)]
    if overflown:
        yield from values_from(flow, overflown)
        return
    for node, share in sorted(origins.items(), key=lambda pair: pair[0].index):
        kind = kind_of(share.amount)
        yield finding(f"{kind} gradient", node, f"on the way back {node.gate.name} makes {counted(share.amount)} at "
                      f"{inputs(flow, node)}", BACK.get(node.gate.name, OVERFLOW))
