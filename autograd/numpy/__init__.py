"""`import autograd.numpy as np`: NumPy, whose functions also take tensors, and lists with tensors in them."""
from typing import Any

import numpy as _np

from autograd.numpy import fft, linalg, random
from autograd.numpy import numpy_boxes as numpy_boxes
from autograd.numpy import numpy_jvps as numpy_jvps
from autograd.numpy import numpy_vjps as numpy_vjps
from autograd.numpy import numpy_vspaces as numpy_vspaces
from autograd.numpy import numpy_wrapper as numpy_wrapper

globals().update({name: x for name, x in vars(numpy_wrapper).items() if name[0] != "_"},
                 fft=fft, linalg=linalg, random=random, __version__=_np.__version__)


def __getattr__(name: str) -> Any:
    """What NumPy itself loads late: `ma`, `polynomial` and the like."""
    return getattr(_np, name)
