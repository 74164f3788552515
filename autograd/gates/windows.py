"""Floor 2: sums over windows that slide along several axes, the core of convolutions in any number of dimensions."""
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd.gate import linear
from autograd.gates.shape import flip, pad, transpose


def _correlate(x: Any, y: Any) -> Any:
    """ans[i, j, k] = Σ x[i, d, k + w] · y[j, d, w] over d and the window w; k and w stand for all axes from the third."""
    axes = tuple(range(2, x.ndim))
    windows = sliding_window_view(x, y.shape[2:], axes)
    ans = np.tensordot(windows, y, ((1, *range(x.ndim, windows.ndim)), (1, *axes)))
    return np.moveaxis(ans, -1, 1)


def _swap(x: Any) -> Any:
    """The first two axes exchanged."""
    return transpose(x, (1, 0, *range(2, x.ndim)))


def _correlate_x(g: Any, y: Any) -> Any:
    """g with room on all sides, under windows turned round."""
    around = ((0, 0), (0, 0), *((n - 1, n - 1) for n in y.shape[2:]))
    return correlate(pad(g, around), flip(_swap(y), tuple(range(2, y.ndim))))


def _correlate_y(g: Any, x: Any) -> Any:
    return _swap(correlate(_swap(x), _swap(g)))


correlate = linear("correlate", _correlate, "⋆", _correlate_x, _correlate_y)
