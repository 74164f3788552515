"""`autograd.wrap_util`, as HIPS names it."""
from collections.abc import Callable
from typing import Any

from autograd.transforms import nary as unary_to_nary

__all__ = ["get_doc", "get_name", "unary_to_nary", "wraps"]


def get_name(f: Any) -> str:
    return getattr(f, "__name__", "[unknown name]")


def get_doc(f: Any) -> str:
    return getattr(f, "__doc__", "") or ""


def wraps(fun: Any, namestr: str = "{fun}", docstr: str = "{doc}", **named: Any) -> Callable[[Any], Any]:
    """Give a function the name and documentation of `fun`, in these forms."""
    def rename(f: Any) -> Any:
        f.__name__ = namestr.format(fun=get_name(fun), **named)
        f.__doc__ = docstr.format(fun=get_name(fun), doc=get_doc(fun), **named)
        return f
    return rename
