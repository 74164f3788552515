"""Floor 3: the face of a tensor. Operators, ndarray methods, NumPy's protocols."""
import math
from html import escape
from typing import Any

import numpy as np

from autograd import copies, functions, mutation
from autograd.backward import backward
from autograd.errors import (
    AutogradError,
    DataError,
    GraphError,
    KeywordError,
    NoAttribute,
    ShapeError,
    caller,
    computes_with,
    message,
)
from autograd.functions import TABLE, special
from autograd.functions.refused import REFUSED
from autograd.gate import Gate, fit
from autograd.gates import contract, elementwise, reduce, shape
from autograd.gates.index import pick
from autograd.graph import BASE, Leaf, Tensor, plain, strip
from autograd.help import TEXTS
from autograd.space import (
    DIFFERENTIABLE,
    dtype_of,
    innermost,
    is_complex,
    ndarray,
    rank,
    shape_of,
)
from autograd.views import alias

E = elementwise


# ---------------------------------------------------------------- operators
def _operators() -> dict[str, Any]:
    both = {"add": E.add, "sub": E.sub, "mul": E.mul, "truediv": E.div, "floordiv": E.floor_divide, "mod": E.remainder,
            "pow": E.power, "matmul": contract.matmul, "and": E.logical_and, "or": E.logical_or, "xor": E.logical_xor}
    one = {"neg": E.negative, "pos": E.positive, "abs": E.absolute, "invert": E.logical_not}
    compare = {"eq": E.equal, "ne": E.not_equal, "lt": E.less, "le": E.less_equal, "gt": E.greater,
               "ge": E.greater_equal}
    return ({f"__{name}__": _method(gate) for name, gate in (both | one | compare).items()}
            | {f"__r{name}__": _swapped(gate) for name, gate in both.items()}
            | {f"__i{name}__": mutation.in_place(_method(gate)) for name, gate in both.items()}
            | {"__divmod__": functions.floats.divmod, "__rdivmod__": lambda x, y: functions.floats.divmod(y, x),
               "__round__": lambda x, *digits: round(_single(x, "round"), *digits)})


def _method(gate: Any) -> Any:
    return gate.fast or (lambda *args: gate(*args))


def _swapped(gate: Any) -> Any:
    call = _method(gate)
    return lambda x, y: call(y, x)


# ---------------------------------------------------------------- conversions
def _inside(x: Tensor) -> bool:
    while isinstance(x, Tensor):
        if x.level is not BASE and x.level.open:
            return True
        x = x.value
    return False


def _outside(x: Tensor, use: str) -> None:
    if _inside(x):
        if not _mapped(x):
            plain(x)                                # a program has its own error for it
        raise DataError(message(f"{use}() of a tensor inside a transform would lose its derivative.",
                                "keep the tensor, and use np. functions in place of math. functions; "
                                "write x.data where the plain value is meant"))


def _number(kind: type) -> Any:
    def convert(x: Tensor) -> Any:
        _outside(x, kind.__name__)
        if isinstance(strip(x), Tensor) and computes_with(caller(2)):
            raise GraphError(message("a tensor taken as a plain number would lose its gradient.",
                                     "use np. functions in place of math. functions; make an array to fill with "
                                     "np.zeros_like(x), or np.stack a list; write float(x) where the number is meant"))
        return kind(_single(x, kind.__name__))
    return convert


def _single(x: Tensor, use: str) -> Any:
    if math.prod(shape_of(x)) != 1:
        raise ShapeError(message(f"{use} needs a single number, the tensor has shape {shape_of(x)}.",
                                 "reduce it first, for instance with .sum(), .all() or .any()"))
    value = plain(x)
    return value if isinstance(value, float) else value.item()


def _bool(x: Tensor) -> bool:
    if _mapped(x):
        raise DataError(message("a branch on a value mapped by vmap: it differs from example to example.",
                                "write np.where(condition, a, b)"))
    return bool(_single(x, "the truth of a tensor"))


def _mapped(x: Any) -> int:
    """How many axes of the innermost value are mapped."""
    axes = 0
    while isinstance(x, Tensor):
        axes, x = axes + x.level.skip, x.value
    return axes


def _item(x: Tensor, *index: Any) -> Any:
    """The only number, or the one at `index`: recorded inside a transform, else a plain Python number."""
    if index:
        x = pick(x, index) if len(index) > 1 or isinstance(index[0], tuple) else pick(functions.shaping.ravel(x), index)
    if not _inside(x) or _size(x) != 1:
        return _single(x, "item()")
    kind, number = dtype_of(x), pick(x, (0,) * rank(x))
    return fit(number, (), None if kind.kind == "f" else np.dtype(complex)) if np.can_cast(kind, complex) else number


def _list(x: Tensor) -> Any:
    """The numbers in nested lists: recorded ones inside a transform, else plain Python numbers."""
    if not _inside(x):
        return np.asarray(plain(x)).tolist()
    return [_list(part) for part in x] if shape_of(x) else _item(x)


def _array(x: Tensor, dtype: Any = None, copy: bool | None = None) -> Any:
    value = strip(x)
    if not isinstance(value, Tensor):               # nothing records x any more
        ans = np.array(value, dtype, copy=copy).view()
        ans.flags.writeable = bool(copy)            # the graph may still need these numbers
        return ans
    if _mapped(x):
        raise DataError(message("turning a tensor that vmap maps into a plain array.",
                                "to index a plain array W with it, write Tensor(W)[i]"))
    plain(x)
    raise DataError(message("turning a tensor into a plain array would lose its gradient.",
                            "write np.stack([...]) to join tensors, np.zeros_like(x) for an array to fill with "
                            "them, or x.data where the plain value is meant"))


def _len(x: Tensor) -> int:
    if not shape_of(x):
        raise ShapeError(message("len() of a number.", "use a tensor with at least one axis"))
    return shape_of(x)[0]


def _iter(x: Tensor) -> Any:
    return (x[i] for i in range(_len(x)))


def _repr(x: Tensor) -> str:
    value, mapped = innermost(x), _mapped(x)
    prefix = f"{type(x).__name__}("
    text = repr(value) if isinstance(value, float) else np.array2string(value, separator=", ", prefix=prefix)
    gate = getattr(x.node, "gate", None)
    notes = [text, *([f"name={x.name!r}"] if isinstance(x.node, Leaf) and x.name else []),
             *([f"dtype={value.dtype}"] if not isinstance(value, float) and value.dtype != float else []),
             *([f"gate={gate.name}"] if gate else []), *([f"mapped={mapped}"] if mapped else [])]
    return f"{prefix}{', '.join(notes)})"


def _repr_html(x: Tensor) -> str:
    """A table for notebooks: the name, what computed it, shape, numbers, gradient."""
    value, mapped = innermost(x), _mapped(x)
    gate = getattr(x.node, "gate", None)
    whole = isinstance(value, float)
    rows = {"name": x.name, "gate": gate and gate.name, "line": x.node.where() if hasattr(x.node, "where") else None,
            "shape": None if whole else str(value.shape), "dtype": None if whole else str(value.dtype),
            "mapped": str(mapped) if mapped else None, "value": _numbers(value),
            "grad": None if x.grad is None else _numbers(innermost(x.grad))}
    cells = (f"<tr><th>{key}</th><td style='text-align: left'><pre>{escape(_printable(text))}</pre></td></tr>"
             for key, text in rows.items() if text is not None)
    return f"<table>{''.join(cells)}</table>"


def _numbers(value: Any) -> str:
    """The numbers as NumPy shows them, a large array in outline."""
    return repr(value) if isinstance(value, float) else np.array2string(value, separator=", ", threshold=100)


def _printable(text: str) -> str:
    """Text without the characters that no page can show, which become escapes."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _format(x: Tensor, spec: str) -> str:
    return format(_single(x, "format") if spec else repr(x), spec)


# ---------------------------------------------------------------- NumPy's protocols
_BY_METHOD: dict[str, dict[Any, Any]] = {
    "__call__": TABLE, "reduce": functions.REDUCE, "accumulate": functions.ACCUMULATE,
    "reduceat": functions.REDUCEAT, "outer": functions.OUTER}
_FAST = {ufunc: gate.fast for ufunc, gate in TABLE.items()
         if isinstance(ufunc, np.ufunc) and isinstance(gate, Gate) and gate.fast}


def _array_ufunc(x: Tensor, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    fast = _FAST.get(ufunc)
    if fast is not None and method == "__call__" and not kwargs:
        return fast(*inputs)
    if method == "at":
        return mutation.write_at(ufunc, *inputs)
    function = _BY_METHOD.get(method, {}).get(ufunc) or (_other(ufunc) if method == "__call__" else None)
    if function is None:
        raise _unknown(ufunc, ufunc.__name__ + ("" if method == "__call__" else "." + method))
    if method not in ("__call__", "outer"):
        kwargs.setdefault("axis", 0)
    outs = kwargs.pop("out", (None,) * ufunc.nout)
    where = kwargs.pop("where", True) if method == "__call__" else True
    if where is not True and any(out is None for out in outs):
        raise KeywordError(message(f"np.{ufunc.__name__} with where= and no out= leaves numbers undefined.",
                                   "give out=, or write np.where(condition, np.f(x), other)"))
    if method == "__call__" and "dtype" in kwargs:
        dtype = kwargs.pop("dtype")
        inputs = tuple(functions.casting.cast(x, dtype) for x in inputs)
    if "axes" in kwargs:
        function = functions.products.along_axes(ufunc, function)
    ans = function(*inputs, **kwargs)
    if type(outs[0]) is ndarray and outs[0] is inputs[0]:
        return mutation.augmented(outs[0], ans)
    if ufunc.nout == 1:
        return _into(outs[0], ans, where)
    return tuple(_into(out, part, where) for out, part in zip(outs, ans, strict=True))


def _other(ufunc: Any) -> Any:
    """What stands for a ufunc that is not NumPy's own: SciPy's, or one that np.frompyfunc made."""
    return functions.each.on_each(ufunc) if ufunc.types == ["O" * ufunc.nin + "->" + "O" * ufunc.nout] \
        else special.stand_in(ufunc)


def _into(out: Any, ans: Any, where: Any) -> Any:
    """The result of a ufunc in `out=`, where that is given."""
    return ans if out is None else mutation.store(out, mutation.spread(ans, out), where)


def _array_function(x: Tensor, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    if function not in TABLE:
        raise _unknown(function, f"{function.__module__}.{function.__name__}".removeprefix("numpy."))
    return _called(function, args, kwargs)


def _missing(x: Tensor, name: str) -> Any:
    """What is said about a name that tensors do not have; Python and NumPy try names with underscores themselves."""
    if name[0] == "_":
        raise AttributeError(name)
    from difflib import get_close_matches
    close = get_close_matches(name, [known for known in dir(Tensor) if known[0] != "_"], 1)
    instead = (f"write np.{name}(x)" if hasattr(np, name) else
               f"where the plain value is meant, write x.data.{name}" if hasattr(ndarray, name) else
               f"did you mean .{close[0]}?" if close else "dir(x) lists those it has")
    raise NoAttribute(message(f"a tensor has no attribute {name!r}.", instead))


def _called(function: Any, args: Any, kwargs: Any) -> Any:
    """What stands for a NumPy function, with its result in `out=` where that is given."""
    out = kwargs.pop("out", None)
    ans = TABLE[function](*args, **kwargs)
    return ans if out is None else mutation.store(out, ans)


def _unknown(function: Any, name: str) -> AutogradError:
    instead = REFUSED.get(function, "it with functions that have one, declare a gate (autograd.gate), or use x.data "
                                    "where no gradient is wanted")
    return DataError(message(f"np.{name} has no gate, so its derivative is not known.", f"write {instead}"))


# ---------------------------------------------------------------- ndarray attributes and methods
def _transposed(x: Tensor, *axes: Any) -> Any:
    axes = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return TABLE[np.transpose](x, axes) if axes else shape.transpose(x)


def _reshaped(x: Tensor, *shape: Any, order: str = "C") -> Any:
    return TABLE[np.reshape](x, shape[0] if len(shape) == 1 else shape, order)


def _flat(x: Tensor, order: str = "C") -> Any:
    return E.positive(TABLE[np.ravel](x, order))                  # always a copy, as in NumPy


def _write_part(part: Any) -> Any:
    def write(x: Tensor, value: Any) -> None:
        if part is np.imag and not is_complex(x):
            raise DataError(message("a tensor of real numbers has no imaginary part to write.",
                                    "make it complex first: x.astype(complex)"))
        mutation.setitem(TABLE[part](x), ..., value)
    return write


def _row(x: Tensor) -> Any:
    """x.flat: a view of the numbers in a row, also where np.ravel copies them."""
    ans = functions.shaping.ravel(x)
    is_copy = isinstance(ans, Tensor) and ans is not x and not ans._base
    return alias(ans, x, functions.shaping.ravel) if is_copy else ans


def _view(x: Tensor, *dtype: Any) -> Any:
    if dtype:
        raise DataError(message("view(dtype) reads the bytes of a tensor as other numbers.",
                                "write x.real and x.imag, or x.astype(dtype)"))
    return pick(x, ...)


def _in_order(function: Any) -> Any:
    """x.sort() and x.partition(kth), which write into x."""
    def order(x: Tensor, *args: Any, **kwargs: Any) -> None:
        mutation.store(x, function(x, *args, **kwargs))
    return order


def _cast(x: Tensor, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True,
          copy: bool = True) -> Any:
    """The tensor in another floating dtype; a copy, as in NumPy, unless it has that dtype and `copy` is False."""
    if np.dtype(dtype).kind not in DIFFERENTIABLE:
        raise DataError(message(f"astype({np.dtype(dtype)}) of a tensor has no derivative.",
                                "use x.data.astype(...) for plain values"))
    ans = functions.casting.cast(x, dtype, casting)
    return E.positive(x) if ans is x and copy else ans


_NUMPY = (
    "sum", "mean", "prod", "var", "std", "max", "min", "cumsum", "cumprod", "squeeze", "swapaxes", "repeat", "clip",
    "argmax", "argmin", "argsort", "argpartition", "any", "all", "diagonal", "trace", "round", "ravel", "nonzero",
    "searchsorted", "take", "put")


def _methods() -> dict[str, Any]:
    made = {name: _through(getattr(np, name)) for name in _NUMPY} | {
        "dot": _through(np.dot), "reshape": _reshaped, "flatten": _flat, "transpose": _transposed, "astype": _cast,
        "copy": lambda x: E.positive(x), "item": _item, "tolist": _list, "view": _view, "conj": lambda x: E.conj(x),
        "conjugate": lambda x: E.conj(x), "fill": lambda x, value: mutation.setitem(x, ..., value),
        "compress": lambda x, condition, *args, **kwargs: _called(np.compress, (condition, x, *args), kwargs),
        "resize": mutation.resize, "sort": _in_order(np.sort), "partition": _in_order(np.partition)}
    for name, method in made.items():
        method.__name__, method.__qualname__, method.__doc__ = name, f"Tensor.{name}", TEXTS[name]
    return made


def _attributes() -> dict[str, Any]:
    return {name: property(get, doc=TEXTS[name]) for name, get in {
        "T": _transposed, "mT": _through(np.matrix_transpose),
        "shape": _shape, "dtype": dtype_of, "ndim": rank, "size": _size, "itemsize": lambda x: dtype_of(x).itemsize,
        "nbytes": lambda x: _size(x) * dtype_of(x).itemsize}.items()} | {
        "real": property(TABLE[np.real], _write_part(np.real), doc=TEXTS["real"]),
        "imag": property(TABLE[np.imag], _write_part(np.imag), doc=TEXTS["imag"]),
        "flat": property(_row, lambda x, values: TABLE[np.put](x, np.arange(_size(x)), values), doc=TEXTS["flat"])}


def _shape(x: Tensor) -> tuple[int, ...]:
    value = x.value
    return () if type(value) is float else value.shape[x.level.skip:]


def _size(x: Tensor) -> int:
    return math.prod(shape_of(x))


def _through(function: Any) -> Any:
    ours, bare = TABLE[function], _BARE.get(function)

    def method(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if bare is not None and not args and not kwargs:
            return bare.apply((x,), bare.defaults)
        return _called(function, (x, *args), kwargs) if "out" in kwargs else ours(x, *args, **kwargs)
    method.__wrapped__ = function  # type: ignore[attr-defined]  # whose arguments `help` shows
    return method


_BARE = {np.sum: reduce.sum, np.mean: reduce.mean}            # without arguments the function is its gate


# ---------------------------------------------------------------- all of it
for _name, _value in (_operators() | _methods() | _attributes() | {
        "__float__": _number(float), "__int__": _number(int), "__bool__": _bool, "__array__": _array, "__len__": _len,
        "__iter__": _iter, "__getitem__": pick, "__setitem__": mutation.setitem, "__repr__": _repr,
        "__format__": _format, "_repr_html_": _repr_html,
        "__hash__": object.__hash__, "__copy__": copies.copy, "__deepcopy__": copies.deepcopy,
        "__reduce__": copies.reduce, "__array_ufunc__": _array_ufunc, "__array_function__": _array_function,
        "__getattr__": _missing, "backward": backward}).items():
    setattr(Tensor, _name, _value)
mutation.count_references()
