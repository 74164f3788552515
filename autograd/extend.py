"""`autograd.extend`, as HIPS names it: gates of your own."""
from autograd.compat.primitive import SparseObject, notrace_primitive, primitive
from autograd.compat.rules import (
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    register_notrace,
)
from autograd.compat.tracing import Box, JVPNode, VJPNode
from autograd.compat.vspace import VSpace, vspace

__all__ = ["Box", "JVPNode", "SparseObject", "VJPNode", "VSpace", "def_linear", "defjvp", "defjvp_argnum",
           "defjvp_argnums", "defvjp", "defvjp_argnum", "defvjp_argnums", "notrace_primitive", "primitive",
           "register_notrace", "vspace"]
