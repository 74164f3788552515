"""gategrad: computation graphs and their derivatives, made of gates."""
from autograd import methods as _methods
from autograd.graph import Tensor, no_grad
from autograd.transforms import (checkpoint, deriv, elementwise_grad, grad, grad_and_aux, grad_named, hessian,
                                 hessian_tensor_product, hessian_vector_product, holomorphic_grad, jacobian, make_ggnvp,
                                 make_hvp, make_jvp, make_jvp_reversemode, make_vjp, multigrad_dict,
                                 tensor_jacobian_product, value_and_grad, vector_jacobian_product)
