"""Floor 0: copies and pickles of graphs. Flat: every node after its parents, so that nothing recurses."""
import copyreg
import weakref
from types import CodeType
from typing import Any

from autograd.errors import GraphError, message
from autograd.graph import BASE, GATES, ArrayNode, Leaf, Node, NumberNode, PairNode, Tensor, tensor
from autograd.walk import history


def copy(x: Tensor) -> Tensor:
    """A new leaf for a leaf; for the output of a gate, another tensor on the same graph."""
    if isinstance(x.node, Leaf):
        return Tensor(x.value, x.name)
    return tensor(x.value, x.node, x.level)


def deepcopy(x: Tensor, memo: dict[int, Any]) -> Tensor:
    """A copy of the whole graph behind x. Values are shared: nothing ever writes to them."""
    for node in history(x.node):
        if id(node) not in memo:
            memo[id(node)] = _twin(node, memo)
    return _load_tensor([memo[id(x.node)]], x.value, x.grad)


def reduce(x: Tensor) -> tuple[Any, ...]:
    """The pickle of x: its history as a list, in which parents come first."""
    if x.level is not BASE:
        raise GraphError(message("a tensor inside a transform cannot be saved.", "return it from the function first"))
    return _load_tensor, (history(x.node), x.value, x.grad)


def _twin(node: Node, memo: dict[int, Any]) -> Node:
    if isinstance(node, Leaf):
        return Leaf(node.ans, node.name, node.code, node.lasti)
    parents = tuple([None if p is None else memo[id(p)] for p in node.parents])
    return ArrayNode(node.gate, node.ans, node.args, parents, node.code, node.lasti,
                     node.params, node.shape, node.dtype)


def _reduce_node(node: Node) -> tuple[Any, ...]:
    assert node.gate is not None
    name = node.gate.name
    if GATES.get(name) is not node.gate:
        raise GraphError(message(f"a graph with the gate {name} cannot be saved: a file has gates by name, "
                                 "and this name leads to another one, or to none.",
                                 "save x.data, or make the gate in a module that is imported, with a name of its own"))
    return _load_node, (name, node.ans, node.args, node.parents, node.where(),
                        dict(node.params), node.shape, node.dtype)


def _reduce_leaf(leaf: Leaf) -> tuple[Any, ...]:
    return Leaf, (leaf.ans, leaf.name, leaf.where())


def _load_node(gate: str, ans: Any, args: tuple[Any, ...], parents: tuple[Any, ...], where: CodeType | str,
               params: dict[str, Any], shape: tuple[int, ...], dtype: Any) -> Node:
    return ArrayNode(GATES[gate], ans, args, parents, where, 0, params, shape, dtype)


def _load_tensor(order: list[Node], value: Any, grad: Any) -> Tensor:
    node = order[-1]
    x = tensor(value, node, BASE)
    x.grad = grad
    if isinstance(node, Leaf):
        node.owner = weakref.ref(x)
    return x


copyreg.pickle(NumberNode, _reduce_node)
copyreg.pickle(PairNode, _reduce_node)
copyreg.pickle(ArrayNode, _reduce_node)
copyreg.pickle(Leaf, _reduce_leaf)
