"""`Module`, a function that has parameters and buffers."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from html import escape
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, DTypeLike, NDArray

from autograd import Tensor, no_grad
from autograd.errors import message
from nn.data import as_array
from nn.parameter import Buffer, Parameter
from nn.words import METHODS, not_here

__all__ = ["Buffer", "Module", "Parameter", "Seed", "in_mode", "outputs", "plain"]

Seed = int | Generator | None


class Module:
    """A function with parameters: subclass it, keep parameters and modules as attributes, define `forward`.

    Attributes may also be lists, tuples or dicts of parameters and modules. What two modules share is listed
    once, under the name that comes first.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope = Parameter(2.0)
    ...     def forward(self, x):
    ...         return self.slope * x
    >>> Line().predict([1.0, 2.0])
    array([2., 4.])
    >>> import nn
    >>> net = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1)).float()
    >>> [name for name, _ in net.named_parameters()], len(net.parameters())
    (['0.weight', '0.bias', '1.weight', '1.bias'], 4)
    >>> [name for name, _ in net.named_buffers()], len(net.buffers())
    (['1.running_mean', '1.running_var', '1.num_batches_tracked'], 3)
    >>> [name for name, _ in net.named_modules()], len(net.modules())
    (['', '0', '1'], 3)
    >>> net.named_children() == list(net.members()), len(net.children())
    (True, 2)
    >>> net.eval().training, net.train().training, net[0].extra_repr()
    (False, True, '2, 1')
    >>> net.reset_parameters(seed=0)
    >>> net.zero_grad()
    >>> net.load_state_dict(net.double().state_dict())
    """

    training = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; subclasses say it."""
        name = type(self).__name__
        raise NotImplementedError(message(f"{name} has no forward.", f"write def forward(self, x) in {name}"))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if isinstance(value, Parameter | Module | list | tuple | dict):
            for dotted, parameter in self.named_parameters():
                # Names only grow outwards: a second place, or a slice of a Sequential, leaves the first one.
                if parameter.name is None or dotted.endswith("." + parameter.name):
                    parameter.name = dotted

    if not TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any:
            """Torch's names that are written in another way here, and what does not exist."""
            if name.startswith("__"):
                raise AttributeError(name)
            raise not_here(f"{type(self).__name__} has no {name!r}.", name, METHODS, [*dir(type(self)), *vars(self)])

    # ------------------------------------------------------------ what is inside
    def members(self) -> Iterator[tuple[str, "Parameter | Buffer | Module"]]:
        """The parameters, buffers and modules held directly, with the names they have here."""
        for name, value in vars(self).items():
            yield from _held(value, name)

    def named_parameters(self) -> list[tuple[str, Parameter]]:
        """Every parameter with its dotted name, such as `0.weight`, in the order of definition."""
        return [(name, part) for name, part in _inside(self) if isinstance(part, Parameter)]

    def parameters(self) -> list[Parameter]:
        """Every parameter, in the order of definition."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_buffers(self) -> list[tuple[str, Buffer]]:
        """Every buffer with its dotted name, such as `1.running_mean`, in the order of definition."""
        return [(name, part) for name, part in _inside(self) if isinstance(part, Buffer)]

    def buffers(self) -> list[Buffer]:
        """Every buffer, in the order of definition."""
        return [buffer for _, buffer in self.named_buffers()]

    def named_modules(self) -> list[tuple[str, "Module"]]:
        """Every module with its dotted name, this one first as the empty name."""
        return [("", self), *((name, part) for name, part in _inside(self) if isinstance(part, Module))]

    def modules(self) -> list["Module"]:
        """Every module, this one first."""
        return [module for _, module in self.named_modules()]

    def named_children(self) -> list[tuple[str, "Module"]]:
        """Every module held directly, with the name it has here."""
        return [(name, part) for name, part in self.members() if isinstance(part, Module)]

    def children(self) -> list["Module"]:
        """Every module held directly."""
        return [module for _, module in self.named_children()]

    def apply(self, fn: Callable[["Module"], Any]) -> Self:
        """Call `fn` with every module inside, this one last, and return the module.

        >>> import nn
        >>> nn.Sequential(nn.Tanh()).apply(lambda module: print(type(module).__name__))[0]
        Tanh
        Sequential
        Tanh()
        """
        for module in reversed(self.modules()):
            fn(module)
        return self

    # ------------------------------------------------------------ values
    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The values of all parameters and persistent buffers by dotted name, as arrays of their own.

        >>> import nn
        >>> list(nn.Sequential(nn.Linear(2, 1)).state_dict())
        ['0.weight', '0.bias']
        """
        return {name: np.array(part.data) for name, part in saved(self).items()}

    def load_state_dict(self, state: Mapping[str, ArrayLike]) -> None:
        """Give every parameter and buffer the value of its name in `state`; dtypes stay theirs.

        A state_dict of torch is such a mapping. Raises `ValueError` that lists every name that is missing, unknown, of
        another shape or not floating point. Everything is looked at before anything changes.
        """
        parts, values = saved(self), {name: _array(name, value) for name, value in state.items()}
        fitting(self, parts, values)
        assign(parts, values)

    def reset_parameters(self, seed: Seed = None) -> None:
        """Draw the start of every layer inside anew, in order, from one seed or generator.

        Raises `TypeError` for a module that has parameters or buffers of its own and does not say how they start.
        """
        rng, name = np.random.default_rng(seed), type(self).__name__
        for held, part in self.members():
            if not isinstance(part, Module):
                raise TypeError(message(f"{name} does not say how its {type(part).__name__.lower()} {held!r} starts.",
                                        f"write def reset_parameters(self, seed) in {name}"))
            part.reset_parameters(rng)

    def to(self, dtype: DTypeLike) -> Self:
        """Turn every parameter, and every persistent buffer, into this floating dtype, and return the module.

        >>> import nn
        >>> nn.Linear(2, 1).to(np.float32).weight.dtype
        dtype('float32')
        """
        for parameter in self.parameters():
            parameter.data = np.asarray(parameter.data, dtype)
        for buffer in self.buffers():
            if buffer.persistent:
                buffer.__init__(np.asarray(buffer.data, dtype))  # type: ignore[misc]
        return self

    def double(self) -> Self:
        """`to(float64)`."""
        return self.to(np.float64)

    def float(self) -> Self:
        """`to(float32)`."""
        return self.to(np.float32)

    def zero_grad(self) -> None:
        """Forget the gradient of every parameter."""
        for parameter in self.parameters():
            parameter.zero_grad()

    # ------------------------------------------------------------ use
    def train(self, mode: bool = True) -> Self:
        """Put this module and all inside it in training mode, or out of it, and return the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Put this module and all inside it in evaluation mode, and return the module."""
        return self.train(False)

    def predict(self, X: ArrayLike) -> Any:
        """The output for `X` as a plain array: in evaluation mode, and nothing is recorded.

        >>> import nn
        >>> nn.Sigmoid().predict([0.0])
        array([0.5])
        """
        with in_mode(self, training=False), no_grad():
            return plain(self(as_array(X)))

    def summary(self, *inputs: Any) -> str:
        """A table of the layers, the shapes of their parameters and how many numbers they hold.

        With `inputs`, the arrays that the module takes or the shapes of them, it also has the shape of what every
        layer gives: a copy of the module runs once in evaluation mode, so that this one stays as it is.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
        >>> print(model.summary())
        name   layer         parameters               count
        0      Linear(2, 3)  weight (3, 2) bias (3,)      9
        1      Tanh()                                     0
        total                                             9
        >>> print(model.summary((8, 2)))
        name   layer         output  parameters               count
        0      Linear(2, 3)  (8, 3)  weight (3, 2) bias (3,)      9
        1      Tanh()        (8, 3)                               0
        total                                                     9
        """
        rows = self._rows(outputs(self, inputs) if inputs else None)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        left = "  ".join(f"{{:<{width}}}" for width in widths[:-1])
        return "\n".join(f"{left}  {{:>{widths[-1]}}}".format(*row) for row in rows)

    def _rows(self, shapes: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
        total = str(sum(p.size for p in self.parameters()))
        rows = [("name", "layer", "parameters", "count"), *_layers(self), ("total", "", "", total)]
        if shapes is None:
            return [*rows]
        column = ["output", *(shapes.get(name, "") for name, *_ in rows[1:-1]), ""]
        return [(*row[:2], shape, *row[2:]) for row, shape in zip(rows, column, strict=True)]

    def _repr_html_(self) -> str:
        """The summary as a table, for notebooks."""
        head, *rows = self._rows()
        sides = ["left", "left", "left", "right"]
        titles = "".join(f'<th style="text-align: {side}">{cell}</th>' for side, cell in zip(sides, head, strict=True))
        body = ("".join(f'<td style="text-align: {side}"><code>{escape(cell)}</code></td>'
                        for side, cell in zip(sides, row, strict=True)) for row in rows)
        return f"<table><tr>{titles}</tr>{''.join(f'<tr>{cells}</tr>' for cells in body)}</table>"

    def extra_repr(self) -> str:
        """The arguments that `repr` shows."""
        return ""

    def __repr__(self) -> str:
        inside = "".join(f"\n({name}): {part!r}" for name, part in self.members() if isinstance(part, Module))
        body = inside.replace("\n", "\n  ") + "\n" if inside else self.extra_repr()
        return f"{type(self).__name__}({body})"


@contextmanager
def in_mode(module: Module, training: bool) -> Iterator[None]:
    """Training or evaluation mode inside the `with`; afterwards every module is in the mode it was in."""
    before = [(part, part.training) for part in module.modules()]
    try:
        module.train(training)
        yield
    finally:
        for part, mode in before:
            part.training = mode


def outputs(model: Module, inputs: tuple[Any, ...]) -> dict[str, str]:
    """The shape of what every module gives, by name, found by a run of a copy; one shape for calls that agree."""
    shapes: dict[str, list[str]] = {}

    def watched(name: str, forward: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            ans = forward(*args, **kwargs)
            shapes.setdefault(name, []).append(_shapes(ans))
            return ans
        return run

    copied = deepcopy(model).eval()
    for name, part in copied.named_modules():
        object.__setattr__(part, "forward", watched(name, part.forward))
    dtype = next((parameter.dtype for parameter in copied.parameters()), None)
    with no_grad():
        copied(*(np.zeros(x, dtype) if _is_shape(x) else np.asarray(plain(x)) for x in inputs))
    return {name: " ".join(dict.fromkeys(found)) for name, found in shapes.items()}


def _shapes(x: Any) -> str:
    """`(8, 3)`, and of several arrays `(8, 3) (3,)`."""
    return " ".join(map(_shapes, x)) if isinstance(x, tuple | list) else str(np.shape(x))


def _is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and all(isinstance(n, int) for n in x)


def plain(x: Any) -> Any:
    """The value of a tensor; anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


def _held(value: Any, name: str) -> Iterator[tuple[str, Parameter | Buffer | Module]]:
    """The parameters, buffers and modules in an attribute, looking into containers."""
    if isinstance(value, Parameter | Buffer | Module):
        yield name, value
    elif isinstance(value, list | tuple | dict):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _held(part, f"{name}.{key}")


def saved(module: Module) -> dict[str, Parameter | Buffer]:
    """What a state_dict holds."""
    return {name: part for name, part in _inside(module)
            if isinstance(part, Parameter) or (isinstance(part, Buffer) and part.persistent)}


def fitting(module: Module, parts: Mapping[str, Parameter | Buffer], values: Mapping[str, Any]) -> None:
    """Raise unless these values, of which only shape and dtype are looked at, are those of the parts of the module."""
    problems = list(_misfits(parts, values))
    if problems:
        raise ValueError(message(f"the state does not fit {type(module).__name__}: {'; '.join(problems)}.",
                                 "load a state_dict() of a model with the same layers"))


def assign(parts: Mapping[str, Parameter | Buffer], values: Mapping[str, NDArray[Any]]) -> None:
    """Give each part its value, in its own dtype."""
    for name, part in parts.items():
        part.data = values[name].astype(part.dtype)


def _array(name: str, value: Any) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except (TypeError, RuntimeError) as error:  # of torch: on another device, or of numbers that NumPy has not
        raise TypeError(message(f"{name} cannot be an array: {error}", "write value.detach().cpu().float()")) from None


def _inside(module: Module) -> Iterator[tuple[str, Parameter | Buffer | Module]]:
    """Everything below a module with its dotted name, each once."""
    seen = {id(module)}

    def walk(module: Module, prefix: str) -> Iterator[tuple[str, Parameter | Buffer | Module]]:
        for name, part in module.members():
            if id(part) not in seen:
                seen.add(id(part))
                yield prefix + name, part
                if isinstance(part, Module):
                    yield from walk(part, f"{prefix}{name}.")

    return walk(module, "")


def _misfits(parts: Mapping[str, Parameter | Buffer], values: Mapping[str, Any]) -> Iterator[str]:
    """What keeps these values from being those of these parameters and buffers."""
    for name in [name for name in parts if name not in values]:
        yield f"{name} is missing"
    for name, value in values.items():
        if name not in parts:
            near = difflib.get_close_matches(name, parts, 1)
            yield f"{name} is unknown" + (f", did you mean {near[0]}?" if near else "")
        elif value.shape != parts[name].shape:
            yield f"{name} has shape {value.shape} where {parts[name].shape} is needed"
        elif value.dtype.kind not in ("f" if isinstance(parts[name], Parameter) else "fiu"):
            yield f"{name} is {value.dtype} where floating point is needed"


def _layers(model: Module) -> Iterator[tuple[str, str, str, str]]:
    """The rows of a summary: modules that hold parameters, or nothing but buffers; what is shared counts once."""
    seen: set[int] = set()
    for name, module in model.named_modules():
        held = list(module.members())
        own = {key: part for key, part in held if isinstance(part, Parameter) and id(part) not in seen}
        seen.update(map(id, own.values()))
        if own or all(isinstance(part, Buffer) for _, part in held):
            shapes = " ".join(f"{key} {part.shape}" for key, part in own.items())
            count = sum(part.size for part in own.values())
            yield name, f"{type(module).__name__}({module.extra_repr()})", shapes, str(count)
