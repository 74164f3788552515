"""gategrad: computation graphs and their derivatives, made of gates.

>>> import numpy as np
>>> from autograd import Tensor, grad
>>> x, y = Tensor(2.0, name="x"), Tensor([1.0, 2.0, 3.0], name="y")
>>> z = np.sum(x * y)
>>> z.backward()
>>> x.grad, y.grad
(6.0, array([2., 2., 2.]))
>>> grad(np.tanh)(0.0)
1.0
"""
import importlib
from typing import TYPE_CHECKING, Any

from autograd import methods as methods  # gives Tensor its operators
from autograd.check import check_grads
from autograd.graph import Tensor, no_grad
from autograd.operators import (
    checkpoint,
    grad_and_aux,
    grad_named,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    make_ggnvp,
    make_hvp,
    make_jvp_reversemode,
    multigrad_dict,
    tensor_jacobian_product,
    vector_jacobian_product,
)
from autograd.singular import strict
from autograd.transforms import (
    deriv,
    elementwise_grad,
    grad,
    hessian,
    jacobian,
    make_jvp,
    make_vjp,
    value_and_grad,
)
from autograd.vmap import vmap

if TYPE_CHECKING:
    from autograd.compilation import compile, scan, trace
    from autograd.kinks import conventions
    from autograd.tracing import is_traced
    from autograd.visualize import diagnose, draw, explain

__version__ = "0.1.0"
__all__ = [
    "Tensor", "check_grads", "checkpoint", "compile", "conventions", "deriv", "diagnose", "draw", "elementwise_grad",
    "explain", "grad", "grad_and_aux", "grad_named", "hessian", "hessian_tensor_product", "hessian_vector_product",
    "holomorphic_grad", "is_traced", "jacobian", "make_ggnvp", "make_hvp", "make_jvp", "make_jvp_reversemode",
    "make_vjp", "multigrad_dict", "no_grad", "scan", "strict", "tensor_jacobian_product", "trace", "value_and_grad",
    "vector_jacobian_product", "vmap",
]


_ELSEWHERE = {"compile": "compilation", "conventions": "kinks", "diagnose": "visualize", "draw": "visualize",
              "explain": "visualize", "is_traced": "tracing", "primitive": "core", "scan": "compilation",
              "trace": "compilation", "dict": "builtins", "isinstance": "builtins", "list": "builtins",
              "tuple": "builtins", "type": "builtins"}
_MODULES = {"builtins", "core", "differential_operators", "extend", "misc", "numpy", "scipy", "test_util", "tracer",
            "util", "wrap_util"}


def __getattr__(name: str) -> Any:
    """What is loaded when it is first used, so that importing the engine stays light."""
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(f"autograd.{_ELSEWHERE[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"autograd.{name}")
    raise AttributeError(f"module 'autograd' has no attribute {name!r}")
