"""Activations, layers, windows and losses as functions, on tensors and arrays, under torch's names.

Shapes and keywords are torch's. A float32 stays one. The layers and losses of `nn` call them; what is wrong with their
inputs is a `ShapeError` or a `DataError`.

>>> from nn.functional import relu
>>> relu(-1.0), relu(2.0)
(0.0, 2.0)
"""

from typing import Any

from nn.functional import activations as _activations
from nn.functional import layers as _layers
from nn.functional import losses as _losses
from nn.functional import windows as _windows
from nn.functional.activations import *  # noqa: F403
from nn.functional.layers import *  # noqa: F403
from nn.functional.losses import *  # noqa: F403
from nn.functional.windows import *  # noqa: F403
from nn.words import FUNCTIONS as _FUNCTIONS
from nn.words import not_here as _not_here

__all__: list[str] = []
__all__ += _activations.__all__
__all__ += _layers.__all__
__all__ += _losses.__all__
__all__ += _windows.__all__


def __getattr__(name: str) -> Any:
    """Torch's names that are written in another way here, and what does not exist."""
    if name.startswith("__"):
        raise AttributeError(name)
    raise _not_here(f"nn.functional has no {name!r}.", name, _FUNCTIONS, __all__)
