"""Floor 5: functions of SciPy that also take tensors. SciPy's ufuncs hand these on by themselves, the others do not."""
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import scipy.stats

from autograd.functions import multivariate  # noqa: F401 — adds to the distributions
from autograd.functions.creation import mixed
from autograd.functions.distributions import DISTRIBUTIONS
from autograd.graph import Tensor

Fun = Callable[..., Any]


def on_tensors(theirs: Fun, ours: Fun) -> Fun:
    """SciPy's function on plain arguments, and ours where there is a tensor among them."""
    @wraps(theirs)
    def called(*args: Any, **kwargs: Any) -> Any:
        recorded = any(isinstance(x, Tensor) or mixed(x) for x in (*args, *kwargs.values()))
        return (ours if recorded else theirs)(*args, **kwargs)
    return called


def fill_distribution(name: str, names: dict[str, Any]) -> None:
    """Put the methods of a distribution of scipy.stats into `names`, ours on tensors where there are any."""
    theirs, ours = getattr(scipy.stats, name), DISTRIBUTIONS[name]
    names.update({key: getattr(theirs, key) for key in dir(theirs) if not key.startswith("_")})
    replace(names, ours)


def replace(names: dict[str, Any], functions: dict[str, Fun]) -> None:
    """Put our functions in the places of SciPy's that have their names."""
    names.update({name: on_tensors(names[name], f) for name, f in functions.items()
                  if not isinstance(names[name], np.ufunc)})
