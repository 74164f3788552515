"""`autograd.tracer`, as HIPS names it."""
from autograd.compat.primitive import notrace_primitive, primitive
from autograd.compat.rules import register_notrace
from autograd.compat.tracing import Box, Node, isbox, new_box, trace, trace_stack
from autograd.space import innermost as getval
from autograd.util import subval, subvals, toposort

box_types, box_type_mappings = Box.types, Box.type_mappings
__all__ = ["Box", "Node", "box_type_mappings", "box_types", "getval", "isbox", "new_box", "notrace_primitive",
           "primitive", "register_notrace", "subval", "subvals", "toposort", "trace", "trace_stack"]
