"""`autograd.scipy`: SciPy, whose functions also take tensors."""
from autograd.scipy import integrate as integrate
from autograd.scipy import linalg as linalg
from autograd.scipy import signal as signal
from autograd.scipy import special as special
from autograd.scipy import stats as stats
