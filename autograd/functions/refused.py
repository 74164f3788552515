"""Floor 3: NumPy's callables that take floats and have no place in the table, and what to write instead.

NumPy asks tensors about the functions it dispatches, and their errors say what stands here. The others it does not
dispatch: they fail when they turn a tensor into a plain array.
"""
from collections.abc import Callable
from typing import Any

import numpy as np

_BLOCK = "np.block, and @ for products: a matrix is an array with other operators"
_EACH = "for v in np.ravel(x), with np.ndindex(x.shape) for the places"
_LOOP = "a loop over the rows: what NumPy makes of a whole axis depends on the processor"
_PLAIN = "x.data in place of x: files hold plain numbers"

REFUSED: dict[Callable[..., Any], str] = {
    np.matrix: _BLOCK, np.asmatrix: _BLOCK, np.bmat: _BLOCK,
    np.broadcast: "np.broadcast_arrays(x, y)",
    np.nditer: _EACH, np.nested_iters: _EACH, np.flatiter: _EACH,
    np.power: _LOOP, np.arctan2: _LOOP,               # their methods, np.power.reduce and the like
    np.save: _PLAIN, np.savez: _PLAIN, np.savez_compressed: _PLAIN, np.savetxt: _PLAIN,
}
if hasattr(np, "row_stack"):                          # NumPy's old name for it
    REFUSED[np.row_stack] = "np.vstack"
