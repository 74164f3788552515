"""Floor 3: tensors in another dtype."""
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates.elementwise import positive
from autograd.space import DIFFERENTIABLE, array, dtype_of, is_complex, shape_of


def cast(x: Any, dtype: Any, casting: Any = "unsafe") -> Any:
    """`x` in another floating dtype, as far as the rule `casting` allows it; None leaves it as it is."""
    if dtype is None:
        return x
    x, dtype = array(x), np.dtype(dtype)
    if dtype.kind not in DIFFERENTIABLE:
        raise KeywordError(message(f"dtype={dtype} has no derivative.",
                                   "use a floating dtype, or cast the plain values: x.data.astype(...)"))
    if not np.can_cast(dtype_of(x), dtype, casting) or (is_complex(x) and dtype.kind == "f"):
        raise KeywordError(message(f"{dtype_of(x)} numbers cannot be cast to dtype={dtype}, casting={casting!r}.",
                                   "give a dtype that holds them; of complex numbers take np.real first"))
    return fit(x, shape_of(x), dtype)


@replaces(np.astype)
def astype(x: Any, dtype: Any, /, *, copy: bool = True) -> Any:
    ans = cast(x, dtype)
    return positive(x) if copy and ans is x else ans
