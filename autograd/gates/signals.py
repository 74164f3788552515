"""Floor 2: convolution, and the place of a number among sorted ones."""
from typing import Any

import numpy as np

from autograd.gate import custom, linear
from autograd.gates.shape import flip, pad


def _convolve_back(g: Any, other: Any, shape: tuple[int, ...], mode: str) -> Any:
    """Convolve with the other input turned round. What `mode` cut off the full convolution has no cotangent."""
    shorter, full = min(shape[0], other.shape[0]), shape[0] + other.shape[0] - 1
    start = {"full": 0, "same": (shorter - 1) // 2, "valid": shorter - 1}[mode]
    return convolve(pad(g, ((start, full - start - g.shape[0]),)), flip(other), mode="valid")


def _interval(x: Any, xp: Any) -> Any:
    """The index of the last of the sorted `xp` that is not above x, and 0 where all are."""
    return np.maximum(np.searchsorted(xp, x, "right") - 1, 0)


# fmt: off
convolve = linear("convolve", np.convolve, "∗", lambda g, y, shape, mode: _convolve_back(g, y, shape, mode),
                                                lambda g, x, shape, mode: _convolve_back(g, x, shape, mode), mode="full")
interval = custom("interval", _interval, "interval", push=lambda: None, arity=2)
# fmt: on
