"""`autograd.numpy.numpy_jvps`, as HIPS names it: what rules declared with `defjvp` use."""
from autograd.compat.rules import def_linear as def_linear
from autograd.compat.rules import defjvp as defjvp
