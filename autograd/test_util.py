"""`autograd.test_util`, as HIPS names it: derivatives against differences."""
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np

from autograd import check
from autograd.compat.vspace import vspace
from autograd.space import flatten, innermost
from autograd.transforms import nary

Fun = Callable[..., Any]
TOL = RTOL = EPS = 1e-6


@nary
def check_grads(f: Fun, x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> None:
    """Check the derivatives of f at x."""
    check.check_grads(f, modes, order)(x)


def check_vjp(f: Fun, x: Any) -> None:
    check.check_grads(f, ("rev",), 1)(x)


def check_jvp(f: Fun, x: Any) -> None:
    check.check_grads(f, ("fwd",), 1)(x)


def scalar_close(a: Any, b: Any) -> bool:
    return bool(abs(a - b) < TOL or abs(a - b) / abs(a + b) < RTOL)


def check_equivalent(x: Any, y: Any) -> None:
    """Raise AssertionError where x and y differ in space or value."""
    assert vspace(x) == vspace(y), f"{vspace(x)} is not {vspace(y)}"
    for a, b in zip(flatten(x)[0], flatten(y)[0], strict=True):
        assert np.allclose(innermost(a), innermost(b), RTOL, TOL), f"{x} is not {y}"


def combo_check(fun: Fun, *args: Any, **kwargs: Any) -> Fun:
    """`check_grads` for all combinations of the values listed for each argument and keyword."""
    def check_all(*values: Any, **named: Any) -> None:
        for chosen in product(*values):
            for options in product(*named.values()):
                check_grads(lambda *a, o=options: fun(*a, **dict(zip(named, o, strict=True))), *args, **kwargs)(*chosen)
    return check_all
