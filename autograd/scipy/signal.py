"""`scipy.signal`, as `autograd.scipy` has it. `convolve` also has the arguments that HIPS/autograd gave it."""
import scipy.signal

from autograd.compat.namespace import wrap_namespace
from autograd.functions import scipy_signal
from autograd.scipy.replacing import replace

wrap_namespace(vars(scipy.signal), globals())
replace(globals(), {name: getattr(scipy_signal, name) for name in ("correlate", "fftconvolve", "oaconvolve")})
convolve = scipy_signal.convolve
