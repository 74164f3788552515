"""Floor 1: tensors that show the same numbers, as views of one array do in NumPy.

A recorded array is never written, because a rule may still need it. Writing into a tensor gives it a new value and
node, those of the gate that made them; a view that was written to is assigned to its part of the array; and all other
views are taken from the array anew. So every name shows what NumPy would show, and every earlier use keeps what it saw.

A view holds `_base`: the tensor that owns the array, and the steps from there. The owner knows its living `_views`.
"""
import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ShapeError, message
from autograd.graph import Leaf, Tensor, own, strip, tensor
from autograd.space import innermost, is_complex, ndarray, numbered, shape_of

Step = Callable[[Any], Any]


def shares(ans: Any, x: Any) -> bool:
    """Whether the result of a gate lies in the memory of its input; numbers have none."""
    if type(ans) is not ndarray or type(x) is not ndarray:
        ans, x = innermost(ans), innermost(x)
    return type(x) is ndarray and ans.base is not None and (ans.base is x or ans.base is x.base)


def alias(ans: Tensor, x: Tensor, step: Step, writable: bool = True) -> Tensor:
    """Note that `ans` is a view: what `step` takes from x, now and after every write."""
    x = x if x.level.open else strip(x)
    owner, path, open_ = x._base or (x, None, True)
    ans._base = (owner, (path, step), open_ and writable)
    views = owner._views
    if views is None:
        views = owner._views = []
    elif len(views) >= 64 and len(views) & (len(views) - 1) == 0:          # now and then forget those that are gone
        views[:] = [ref for ref in views if ref() is not None]
    views.append(weakref.ref(ans))
    return ans


def read_only(ans: Any, x: Any, step: Step) -> Any:
    """Note that `ans` is one of the views that NumPy gives for reading alone."""
    return alias(ans, x, step, writable=False) if isinstance(ans, Tensor) else ans


def owner_of(x: Tensor) -> Tensor:
    """The tensor whose array x shows: x itself, if x is no view."""
    return x if x._base is None else x._base[0]


def taken(owner: Any, x: Tensor) -> Any:
    """What x is of its owner, taken from another owner of the same shape, a tensor or an array."""
    steps: list[Step] = []
    path = x._base and x._base[1]
    while path is not None:
        path, step = path
        steps.append(step)
    for step in reversed(steps):
        owner = step(owner)
    return owner


def labelled(owner: Tensor) -> Any:
    """An array of the owner's shape in which every number, and every part of a complex one, is another."""
    every = numbered(shape_of(owner))
    return every + 1j * (every + every.size) if is_complex(owner) else every


def places(x: Tensor) -> tuple[tuple[Any, ...], str]:
    """Where in the owner's array the numbers of a view lie, as an index, and which part of them x shows, if not all."""
    owner = owner_of(x)
    found, size = np.asarray(taken(labelled(owner), x)), math.prod(shape_of(owner))
    part = "" if is_complex(x) or not is_complex(owner) else "imag" if np.any(found >= size) else "real"
    return np.unravel_index(found.real.astype(int) % max(size, 1), shape_of(owner)), part


def write(x: Tensor, new: Any, assign: Callable[..., Any]) -> None:
    """Let x, what x is a view of, and all other views of that show `new`; `assign` puts it in its place there."""
    owner = owner_of(x)
    if x._base and not x._base[2]:
        raise ShapeError(message("assignment destination is read-only: NumPy gives this view for reading alone.",
                                 "write into a copy: x = x.copy()"))
    rebind(owner, new if owner is x else assign(owner, new, *places(x)))
    twin = tensor(owner.value, owner.node, owner.level)           # what is taken from it is no view of the owner's
    for ref in owner._views or ():
        view = ref()
        if view is not None:
            rebind(view, taken(twin, view))


def rebind(x: Tensor, new: Any) -> None:
    """Give x the value and node of `new`; a plain value makes it a leaf."""
    old = x.node
    if isinstance(new, Tensor):
        x.value, x.node, x.level = new.value, new.node, new.level
    else:
        x.value = value = own(new)                     # a copy: the array may be somebody else's
        x.node = x.level.kind.leaf(value)
        if isinstance(old, Leaf):
            x.node.name, x.node.owner = old.name, old.owner
    if not isinstance(old, Leaf):
        x.grad = None
