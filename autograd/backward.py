"""Floor 3: `backward`, which adds gradients to the leaves of an imperative graph."""
import threading
from typing import Any

import numpy as np

from autograd.errors import DataError, GraphError, ShapeError, message
from autograd.gate import fit
from autograd.graph import BASE, Leaf, Node, Tensor, plain
from autograd.singular import walk_back
from autograd.space import constant, ndarray, ones_like, shape_of, unshared
from autograd.walk import history


def backward(y: Tensor, g: Any = None) -> None:
    """Add ∂y/∂x · g to `.grad` of every leaf x behind y; `g` may be left out for a single number.

    Raises ShapeError where y is an array and g is missing or has another shape, DataError where g is not a finite
    number, GraphError on a second call: gradients would be counted twice.

    >>> x = Tensor([1.0, 2.0])
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4.])
    """
    if y.level is not BASE:
        raise GraphError(message("backward() inside a transform.", "return the value, and let grad differentiate it"))
    leaf = isinstance(y.node, Leaf)
    if y.grad is not None and not leaf:
        raise GraphError(message(f"backward() was already called on this tensor (made at {y.node.where()}); a second "
                                 "call would count every gradient twice.",
                                 "compute the tensor again first; for several losses call backward on their sum"))
    seed = _seed(y, g)
    leaves = walk_back(history(y.node), {y.node: seed})
    _accumulate(dict(zip(leaves, unshared(list(leaves.values()), seed), strict=True)))
    y.grad = y.grad if leaf else seed


def _accumulate(leaves: dict[Node, Any]) -> None:
    """Add cotangents to `.grad` of the tensors that own the leaves; one thread at a time."""
    with _lock:
        for leaf, g in leaves.items():
            owner = leaf.owner() if isinstance(leaf, Leaf) else None
            if owner is not None:
                owner.grad = g if owner.grad is None else owner.grad + g


_lock = threading.Lock()


def _seed(y: Tensor, g: Any) -> Any:
    """The cotangent that the walk starts from, in the shape and dtype of y."""
    if g is None:
        if shape_of(y):
            raise ShapeError(message(f"backward() of a tensor of shape {shape_of(y)} needs a number per element.",
                                     "write y.sum().backward(), or y.backward(g) with g of the same shape"))
        return ones_like(y.value)
    g = constant(plain(g))
    if shape_of(g) != shape_of(y):
        raise ShapeError(message(f"backward(g) with g of shape {shape_of(g)} for a tensor of shape {shape_of(y)}.",
                                 "give g the shape of the tensor"))
    if not np.all(np.isfinite(g)):
        raise DataError(message(f"backward(g) with g = {g}, which is not finite: every gradient would be nan.",
                                "look for the gate that made it: check the loss before calling backward"))
    return fit(g.copy() if isinstance(g, ndarray) else g, y.node.shape, y.node.dtype)      # y.grad will be the seed
