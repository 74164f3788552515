"""Leaves that no gradient comes to: it is cut off on the way, or the way ended at a gate without slope."""
import linecache
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.cuts import CUTS
from autograd.errors import line_of
from autograd.graph import Node, plain
from autograd.visualize.checks.activations import is_relu
from autograd.visualize.checks.finding import Finding, called, finding
from autograd.visualize.checks.nonfinite import finite
from autograd.visualize.checks.remedies import CUT, STEP
from autograd.visualize.checks.variables import goes_on
from autograd.visualize.model import printable
from autograd.visualize.shares import Flow, by_rules, rule_of, users_of


def unconnected(flow: Flow) -> Iterator[Finding]:
    """Leaves whose gradient is zero because a gate on the way passes nothing on."""
    users = users_of(flow)
    for leaf in flow.order:
        if leaf.gate is None and (leaf not in flow.gradients or is_zero(flow.gradients[leaf])):
            gate = cut(flow, users, leaf)
            if gate is not None:
                yield finding("unconnected", gate, f"the gradient of {called(leaf)} is zero: {gate.gate.name} passes "
                              "nothing on to it", CUT.get(gate.gate.name, "this gate has no slope in this input"))


def cut(flow: Flow, users: dict[Node, list[Node]], leaf: Node) -> Node | None:
    """The gate that stops the whole gradient on its way to a leaf; None where it is zero for other reasons."""
    todo, seen, found = [leaf], {leaf}, []
    while todo:
        node = todo.pop()
        for user in users.get(node, []):
            if user in flow.gradients and not is_zero(flow.gradients[user]):
                if not cuts(flow, user, node):
                    return None
                found.append(user)
            elif user not in seen:
                seen.add(user)
                todo.append(user)
    return min(found, key=lambda node: node.index, default=None)


def cuts(flow: Flow, user: Node, node: Node) -> bool:
    """Whether this gate is of those that choose, and has chosen something else; has no slope in this input; or is a
    product with a constant 0."""
    name = user.gate.name
    if name == "mul":
        return any(p is None and is_zero(plain(x)) for x, p in zip(user.args, user.parents, strict=True))
    if is_relu(flow, user):
        return False
    flat = by_rules(user) and all(rule_of(user, i) is None for i, p in enumerate(user.parents) if p is node)
    return flat or name in CUT


def is_zero(x: Any) -> bool:
    return finite(x) and not np.any(x)


# ---------------------------------------------------------------- taken out
def taken_out(flow: Flow) -> Iterator[Finding]:
    """Leaves that y depends on, by the text of the program, through a gate without slope alone."""
    known = {node.index for node in flow.order}
    places = {(node.code, node.lasti, node.name) for node in flow.order if node.gate is None}
    lines: dict[str, set[int]] = {}
    for node in flow.order:
        if node.gate is not None and not isinstance(node.code, str):
            lines.setdefault(node.code.co_filename, set()).add(line_of(node.code, node.lasti))
    for cut in list(CUTS.values()):
        lost = [place[-1] for index, place in cut.leaves
                if index not in known and (cut.looked == cut.last or place not in places)]
        file, line = cut.code.co_filename, line_of(cut.code, cut.lasti)
        during = flow.order[0].index < cut.last < flow.end.index
        if lost and during and goes_on("".join(linecache.getlines(file)), line, lines.get(file, set())):
            names = ", ".join(dict.fromkeys(printable(name or "a leaf without name") for name in lost))
            yield Finding("unconnected", cut.gate, file, line,
                          f"no gradient comes to {names}: {cut.gate} has no slope, its result is a plain value", STEP)
