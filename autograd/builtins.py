"""`autograd.builtins`, as HIPS names it. Tuples, lists and dicts of tensors are plain ones here."""
import builtins
from typing import Any

from autograd.compat.tracing import DictBox, SequenceBox
from autograd.compat.vspace import ContainerVSpace
from autograd.space import innermost

dict, list, tuple = builtins.dict, builtins.list, builtins.tuple
DictVSpace = ListVSpace = TupleVSpace = SequenceVSpace = ContainerVSpace


def isinstance(x: Any, kinds: Any) -> bool:
    """Whether x, or the value inside a tensor, is of this type."""
    return builtins.isinstance(x, kinds) or builtins.isinstance(innermost(x), kinds)


def type(x: Any) -> Any:
    """The type of x, or of the value inside a tensor."""
    return builtins.type(innermost(x))


__all__ = ["ContainerVSpace", "DictBox", "DictVSpace", "ListVSpace", "SequenceBox", "SequenceVSpace", "TupleVSpace",
           "dict", "isinstance", "list", "tuple", "type"]
