"""`autograd.util`, as HIPS names it."""
from collections.abc import Callable, Iterable
from typing import Any

from autograd.compat.order import toposort as toposort
from autograd.compat.rules import subval as subval


def subvals(x: Iterable[Any], ivs: Iterable[tuple[int, Any]]) -> tuple[Any, ...]:
    """x as a tuple with v in place i for every (i, v)."""
    new = list(x)
    for i, v in ivs:
        new[i] = v
    return tuple(new)


def func(f: Any) -> Any:
    """f itself."""
    return f


def quick_grad_check(fun: Callable[..., Any], arg0: Any, extra_args: Any = (), kwargs: Any = None, **_: Any) -> None:
    """Check the gradient of `fun` by its first argument."""
    from autograd.test_util import check_grads
    check_grads(lambda x: fun(x, *extra_args, **(kwargs or {})), modes=["rev"], order=1)(arg0)
