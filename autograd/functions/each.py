"""Floor 3: NumPy's ways to call a Python function on every number, and to go through the numbers one by one."""
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from autograd.errors import KeywordError, message
from autograd.functions.casting import cast
from autograd.functions.creation import array, mixed
from autograd.functions.shaping import ravel, reshape, stack
from autograd.graph import Tensor
from autograd.space import shape_of


def objects(x: Any) -> Any:
    """The numbers of a tensor as objects in an array; anything else as it is."""
    if not isinstance(x, Tensor):
        return x
    return np.fromiter(ravel(x), object, int(np.prod(shape_of(x)))).reshape(shape_of(x))


def joined(x: Any) -> Any:
    """An array of objects as one tensor, if some of them are tensors."""
    parts = list(np.ravel(x)) if isinstance(x, np.ndarray) else x
    return reshape(stack(parts), np.shape(x)) if mixed(parts) else x


def on_each(ufunc: Any) -> Callable[..., Any]:
    """What stands for a ufunc that np.frompyfunc made."""
    def call(*xs: Any) -> Any:
        ans = ufunc(*map(objects, xs))
        return tuple(map(joined, ans)) if ufunc.nout > 1 else joined(ans)
    return call


class vectorize(np.vectorize):
    """np.vectorize, for functions of tensors too."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(x, Tensor) for x in (*args, *kwargs.values())):
            return super().__call__(*args, **kwargs)
        if self.signature is not None:
            raise KeywordError(message("np.vectorize with signature= has no gate.",
                                       "write autograd.vmap of the function"))
        each = np.vectorize(self.pyfunc, "O", excluded=self.excluded)
        ans = each(*map(objects, args), **{name: objects(x) for name, x in kwargs.items()})
        if not isinstance(ans.flat[0], tuple):
            return self._typed(joined(ans), 0)
        parts = [reshape(array(list(part)), ans.shape) for part in zip(*ans.flat, strict=True)]
        return tuple(self._typed(part, k) for k, part in enumerate(parts))

    def _typed(self, ans: Any, k: int) -> Any:
        """Result k in its dtype, which NumPy too looks up in the numbers where `otypes` does not say it."""
        if not isinstance(ans, Tensor):
            return np.array(ans.tolist(), self.otypes[k] if self.otypes else None)
        return cast(ans, self.otypes[k]) if self.otypes else ans


def fromiter(iter: Iterable[Any], dtype: Any, count: int = -1, *, like: Any = None) -> Any:
    """np.fromiter, also of tensors."""
    parts = list(iter if count < 0 else islice(iter, count))
    return cast(array(parts), dtype) if mixed(parts) else np.fromiter(parts, dtype, count, like=like)


def ndenumerate(arr: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """np.ndenumerate, also of a tensor."""
    return zip(np.ndindex(shape_of(arr)), ravel(arr), strict=True) if isinstance(arr, Tensor) else np.ndenumerate(arr)
