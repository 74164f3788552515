"""The walk back over a graph, edge by edge: what each use of a value adds to its gradient."""
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.gate import Gate, ViewGate, fit
from autograd.graph import ArrayNode, Node, plain
from autograd.singular import carefully, wants_care
from autograd.space import ones_like
from autograd.visualize.elements import Element, on_arrays


def values(order: Sequence[Node]) -> dict[Node, Any]:
    """The value of every node; what was not kept is computed again."""
    found: dict[Node, Any] = {}
    for node in order:
        found[node] = _again(node, found) if node.ans is None else plain(node.ans)
    return found


def _again(node: Node, found: dict[Node, Any]) -> Any:
    assert node.gate is not None  # a leaf keeps its value
    pairs = zip(node.args, node.parents, strict=True)
    return node.gate.run([plain(x) if parent is None else found[parent] for x, parent in pairs], node.params)


class Share(NamedTuple):
    """Input number `position` of `user` is `parent`, whose gradient has `amount` from this use."""

    user: Node
    position: int
    parent: Node
    amount: Any


class Flow:
    """Values, gradients and shares of a graph, whose nodes are in order of birth.

    The walk starts from ones at the last node, or from `seeds`, the gradients of some nodes.
    """

    def __init__(self, order: Sequence[Node], seeds: dict[Node, Any] | None = None) -> None:
        self.order = order
        self.end: Any = order[-1] if order else None
        with np.errstate(all="ignore"):              # what there was to warn about, the first run did
            self.values = values(order)
            if seeds is None:
                seeds = {order[-1]: ones_like(self.values[order[-1]])}
            self.shares, self.gradients = self._walked(seeds)
            if wants_care(g for node, g in self.gradients.items() if node.gate is None):
                self.shares, self.gradients = self._careful(seeds)
        self.uses: dict[Node, list[Share]] = {}
        for share in self.shares:
            self.uses.setdefault(share.parent, []).append(share)

    def _walked(self, seeds: dict[Node, Any]) -> tuple[list[Share], dict[Node, Any]]:
        shares: list[Share] = []
        waiting, found = dict(seeds), {}
        for node in reversed(self.order):
            if node not in waiting:
                continue
            g = found[node] = waiting.pop(node)
            for share in self._of(node, g):
                shares.append(share)
                parent = share.parent
                waiting[parent] = waiting[parent] + share.amount if parent in waiting else share.amount
        return shares, found

    def _careful(self, seeds: dict[Node, Any]) -> tuple[list[Share], dict[Node, Any]]:
        kept: list[Any] = []

        def run(gs: list[Any]) -> list[Any]:
            shares, found = self._walked(dict(zip(seeds, gs, strict=True)))
            kept.append((shares, list(found)))
            return [*(share.amount for share in shares), *found.values()]
        amounts = carefully(run, list(seeds.values()))
        shares, nodes = kept[0]
        return ([share._replace(amount=amount) for share, amount in zip(shares, amounts, strict=False)],
                dict(zip(nodes, amounts[len(shares):], strict=True)))

    def _of(self, node: Node, g: Any) -> list[Share]:
        """The shares of a gate's inputs."""
        if node.gate is None:
            return []
        full = self.full(node)
        if not by_rules(node):
            parts: dict[Node, Any] = {}
            node.gate.pull(full, g, parts)
            return [Share(node, node.parents.index(parent), parent, amount) for parent, amount in parts.items()]
        return [Share(node, i, parent, fit(rule(g, full, i), parent.shape, parent.dtype))
                for i, parent in enumerate(node.parents)
                if parent is not None and (rule := rule_of(node, i)) is not None]

    def full(self, node: Node) -> Node:
        """The node with all of its values."""
        args = tuple([plain(x) if parent is None else self.values[parent]
                      for x, parent in zip(node.args, node.parents, strict=True)])
        return ArrayNode(node.gate, self.values[node], args, node.parents, node.code, node.lasti, node.params,
                         node.shape, node.dtype)

    def local(self, share: Share) -> Any:
        """∂ans/∂x of a gate that works number by number, or gives a single number; None for others."""
        node, rule = share.user, rule_of(share.user, share.position)
        if rule is None or (node.shape and node.gate.kind != "elementwise"):
            return None
        with np.errstate(all="ignore"):
            ans = rule(ones_like(self.values[node]), self.full(node), share.position)
        return ans if node.shape else fit(ans, share.parent.shape, share.parent.dtype)


def by_rules(node: Node) -> bool:
    """Whether the gate has a rule for each input, and not, as HIPS/autograd's primitives, one way back for all."""
    return type(node.gate) in (Gate, ViewGate)


def rule_of(node: Node, i: int) -> Any:
    """The rule for input i; None where its derivative is zero."""
    if not by_rules(node):
        return None
    rule = node.gate.pulls[i if node.gate.arity else 0]
    return on_arrays(rule) if rule and isinstance(node, Element) else rule


def users_of(flow: Flow) -> dict[Node, list[Node]]:
    """Who uses each node."""
    users: dict[Node, list[Node]] = {}
    for node in flow.order:
        for parent in node.parents:
            if parent is not None:
                users.setdefault(parent, []).append(node)
    return users


def size(x: Any) -> float:
    """The sum of the absolute values; inf where one is nan."""
    with np.errstate(all="ignore"):
        total = abs(x) if type(x) is float else float(np.sum(np.abs(x), dtype=float))
    return total if total == total else float("inf")
