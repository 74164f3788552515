"""Floor 5: what HIPS/autograd gives to those who declare rules."""
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.gate import fit
from autograd.space import array, dtype_of, is_complex, rank, shape_of, tidy


def metadata(x: Any) -> tuple[Any, int, Any, bool]:
    """Shape, number of axes, dtype, and whether x is complex."""
    return shape_of(x), rank(x), dtype_of(x), is_complex(x)


def unbroadcast(x: Any, target_meta: Any, broadcast_idx: int = 0) -> Any:
    """The cotangent x of a value with this `metadata`: summed over the axes that broadcasting made."""
    return fit(tidy(array(x)), target_meta[0], target_meta[2])


def unbroadcast_f(target: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """g -> f(g), summed to the shape of `target`."""
    space = metadata(target)
    return lambda g: unbroadcast(f(g), space)


def match_complex(target: Any, x: Any) -> Any:
    """x as a complex number where `target` is one, else its real part."""
    return x + 0j if is_complex(target) and not is_complex(x) else x if is_complex(target) else np.real(x)


def replace_zero(x: Any, val: Any) -> Any:
    """x with `val` in place of zeros."""
    return np.where(x, x, val)
