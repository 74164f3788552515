"""`autograd.numpy.numpy_vjps`, as HIPS names it: what rules declared with `defvjp` use."""
from autograd.compat.unbroadcast import match_complex as match_complex
from autograd.compat.unbroadcast import replace_zero as replace_zero
from autograd.compat.unbroadcast import unbroadcast as unbroadcast
from autograd.compat.unbroadcast import unbroadcast_f as unbroadcast_f
