"""Floor 3: NumPy's ways to call a Python function on every number, and to go through the numbers one by one."""
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.creation import array, mixed
from autograd.functions.shaping import ravel, reshape
from autograd.graph import Tensor
from autograd.space import shape_of


def objects(x: Any) -> Any:
    """The numbers of a tensor as objects in an array; anything else as it is."""
    x = array(x) if mixed(x) else x
    if not isinstance(x, Tensor):
        return x
    return np.fromiter(ravel(x), object, int(np.prod(shape_of(x)))).reshape(shape_of(x))


def listed(ans: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Shape and elements of an array of objects; what is none is a single object."""
    return (ans.shape, list(ans.flat)) if isinstance(ans, np.ndarray) else ((), [ans])


def joined(shape: tuple[int, ...], parts: list[Any], dtype: Any = None) -> Any:
    """What a Python function gave for each number, as one tensor, or as a plain array where nothing is recorded."""
    return reshape(cast(array(parts), dtype), shape) if mixed(parts) else np.array(parts, dtype).reshape(shape)


def on_each(ufunc: Any) -> Callable[..., Any]:
    """What stands for a ufunc that np.frompyfunc made."""
    def call(*xs: Any) -> Any:
        ans = ufunc(*map(objects, xs))
        return tuple(joined(*listed(part)) for part in ans) if ufunc.nout > 1 else joined(*listed(ans))
    return call


class vectorize(np.vectorize):
    """np.vectorize, for functions of tensors too."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(x, Tensor) or mixed(x) for x in (*args, *kwargs.values())):
            return super().__call__(*args, **kwargs)
        if self.signature is not None:
            raise KeywordError(message("np.vectorize with signature= has no gate.",
                                       "write autograd.vmap of the function"))
        given: dict[Any, Any] = dict(enumerate(args)) | kwargs
        each = [name for name in given if name not in self.excluded]

        def one(*numbers: Any) -> Any:
            new = given | dict(zip(each, numbers, strict=True))
            return self.pyfunc(*(new[k] for k in range(len(args))), **{name: new[name] for name in kwargs})

        ans = np.frompyfunc(one, len(each), 1)(*(objects(given[name]) for name in each))
        shape, parts = listed(ans)
        if not parts or not isinstance(parts[0], tuple):
            return joined(shape, parts, *self.otypes or "")
        return tuple(joined(shape, list(part), self.otypes[k] if self.otypes else None)
                     for k, part in enumerate(zip(*parts, strict=True)))


def fromiter(iter: Iterable[Any], dtype: Any, count: int = -1, *, like: Any = None) -> Any:
    """np.fromiter, also of tensors."""
    parts = list(iter if count < 0 else islice(iter, count))
    return cast(array(parts), dtype) if mixed(parts) else np.fromiter(parts, dtype, count, like=like)


def ndenumerate(arr: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """np.ndenumerate, also of a tensor."""
    return zip(np.ndindex(shape_of(arr)), ravel(arr), strict=True) if isinstance(arr, Tensor) else np.ndenumerate(arr)
