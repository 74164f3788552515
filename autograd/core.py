"""`autograd.core`, as HIPS names it."""
from autograd.compat.deprecated import primitive
from autograd.compat.primitive import SparseObject
from autograd.compat.rules import (
    JVPS,
    VJPS,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
)
from autograd.compat.tracing import JVPNode, VJPNode, backward_pass
from autograd.compat.vspace import VSpace, sparse_add, vspace
from autograd.transforms import make_jvp as _make_jvp
from autograd.transforms import vjp as make_vjp

make_jvp = _make_jvp.__wrapped__  # type: ignore[attr-defined] # takes f and x in one call, as make_vjp does
primitive_vjps, primitive_jvps = VJPS, JVPS
__all__ = ["JVPNode", "SparseObject", "VJPNode", "VSpace", "backward_pass", "def_linear", "defjvp", "defjvp_argnum",
           "defjvp_argnums", "defvjp", "defvjp_argnum", "defvjp_argnums", "make_jvp", "make_vjp", "primitive",
           "primitive_jvps", "primitive_vjps", "sparse_add", "vspace"]
