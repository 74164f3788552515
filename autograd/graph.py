"""Floor 0: tensors, nodes, and levels. Standard library only.

A gate applied to tensors makes a new tensor and a node; the nodes are the graph. Letters in every file:
`x, y` inputs, `ans` output, `g` cotangent of `ans` (what flows back), `t` tangent of `x` (what flows forward).

    a = Tensor(2.0); b = a * a; b.backward()
    gate.py      `a * a` runs the gate `mul`, which records Node(mul, ans=4.0, args=(2.0, 2.0), parents=(a, a))
    walk.py      `backward` walks the nodes youngest first; each hands its cotangent on through `mul.pull`
"""
import contextlib
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from functools import singledispatch
from itertools import count
from types import CodeType, MappingProxyType
from typing import TYPE_CHECKING, Any

from autograd.errors import AutogradError, DataError, GraphError, caller, describe, message, place

GATES: dict[str, Any] = {}                  # every gate there is, by name; `gate.py` fills it
_birth = count().__next__
_NO_PARAMS: Any = MappingProxyType({})


class Level:
    """One run of a transform. Its tensors carry it, and the level opened last is differentiated first.

    Levels never mix: a tensor of an inner level holds a value that may be a tensor of an outer one, so every
    transform peels exactly its own layer. That keeps nested derivatives apart (Siskind and Pearlmutter 2008,
    "Nesting forward-mode AD in a functional framework"). `kind.record` says what a gate leaves behind here: a
    `Node` to walk back over, a tangent (`Dual`), or a mapped axis (`Batch`).
    """

    __slots__ = ("id", "kind", "nodes", "opaque", "open", "refused", "skip", "tape", "watched")

    def __init__(self, kind: Any) -> None:
        self.id, self.kind, self.open = _birth(), kind, True
        self.tape = kind is Node          # gates may record a Node without asking any further
        self.skip = kind.skip             # how many leading axes of a value its tensor does not show
        self.opaque = kind.opaque         # whether its tensors stand for more than one value, which none may read
        self.refused: Exception | None = None       # the error that was raised when a value was asked for all the same
        self.watched: list[Any] | None = None       # of a recorded program: nodes that were looked at for nan
        self.nodes: list[Node] | None = []          # in order of birth; None where only `history` knows

    def close(self) -> None:
        """End the run: from now on its tensors are no more than their values."""
        self.open = self.tape = False


class Node:
    """One application of a gate: enough to walk back, run again, or draw.

    `parents[i]` is the node of input i, or None where the input was a constant. `args[i]` and `ans` are None where
    no rule of the gate needs them, so that `add` or `reshape` keeps no array alive.
    """

    __slots__ = ("ans", "code", "gate", "index", "lasti")
    gate: Any
    ans: Any
    code: CodeType | str
    lasti: int
    index: int
    shape: tuple[int, ...] = ()
    dtype: Any = None                  # None: a Python float
    params: Any = _NO_PARAMS
    name: str | None = None
    skip = 0
    opaque = False

    if TYPE_CHECKING:
        @property
        def args(self) -> tuple[Any, ...]: ...
        @property
        def parents(self) -> "tuple[Node | None, ...]": ...

    @staticmethod
    def record(level: Level, gate: Any, args: Sequence[Any], params: dict[str, Any],
               parents: "Sequence[Node | None]") -> Any:
        """Apply the gate one level down and note how its result came about."""
        try:
            ans = gate.apply(args, params)
        except AutogradError as error:
            error.of(gate, args, parents, params)
            raise
        if not gate.pulls:
            if level is BASE:
                gate.cut(ans, parents)
            return ans
        kept, kept_args = gate.kept(ans, args, parents)
        return output(level, gate, ans, kept, kept_args, tuple(parents), params)

    @staticmethod
    def leaf(value: Any) -> "Leaf":
        """What stands behind a constant of a level."""
        frame = caller(3)
        return Leaf(value, None, frame.f_code, frame.f_lasti)

    def where(self) -> str:
        """The line of the user's file that made this node, as `file.py:12`."""
        return place(self.code, self.lasti)

    def __repr__(self) -> str:
        return f"<Node {self.gate.name if self.gate else self.name or 'leaf'} {self.shape} {self.where()}>"


class NumberNode(Node):
    """The node of a gate on one or two numbers, `x` and `y`, whose nodes are `p` and `q`. They lie in slots and in
    no tuples, because every object that a gate leaves costs the garbage collector as much time as its arithmetic."""

    __slots__ = ("p", "q", "x", "y")
    x: Any
    y: Any
    p: Node | None
    q: Node | None

    @property
    def args(self) -> tuple[Any, ...]:
        """The inputs."""
        return (self.x, self.y) if self.gate.arity == 2 else (self.x,)

    @property
    def parents(self) -> tuple[Node | None, ...]:
        """The nodes of the inputs."""
        return (self.p, self.q) if self.gate.arity == 2 else (self.p,)


class PairNode(NumberNode):
    """The same where input or output is an array. One that is foreign needs an `ArrayNode`, which can check it."""

    __slots__ = ("dtype", "params", "shape")
    shape: tuple[int, ...]
    dtype: Any
    params: dict[str, Any]


class ArrayNode(Node):
    """The node of any other gate."""

    __slots__ = ("args", "dtype", "params", "parents", "shape")
    args: tuple[Any, ...]
    parents: "tuple[Node | None, ...]"
    shape: tuple[int, ...]
    dtype: Any
    params: dict[str, Any]

    def __init__(self, gate: Any, ans: Any, args: tuple[Any, ...], parents: "tuple[Node | None, ...]",
                 code: CodeType | str, lasti: int, params: dict[str, Any], shape: tuple[int, ...], dtype: Any) -> None:
        self.gate, self.ans, self.args, self.parents, self.params = gate, ans, args, parents, params
        self.code, self.lasti, self.index = code, lasti, _birth()
        self.shape, self.dtype = shape, dtype


def _nobody() -> None:
    """The owner of a leaf whose tensor is gone, or never was."""


class Leaf(Node):
    """Where a graph begins. `owner` leads back to the tensor whose `.grad` is added to."""

    __slots__ = ("dtype", "name", "owner", "shape")
    args = parents = ()
    name: str | None
    owner: "Callable[[], Tensor | None]"

    def __init__(self, data: Any, name: str | None = None, code: CodeType | str = "an argument",
                 lasti: int = 0) -> None:
        self.gate, self.ans, self.name, self.owner = None, data, name, _nobody
        self.code, self.lasti, self.index = code, lasti, _birth()
        self.shape, self.dtype = ((), None) if type(data) is float else (data.shape, data.dtype)


@singledispatch
def own(data: Any) -> Any:
    """`data` as a leaf holds it: a Python float, or an array of its own. Higher floors register more types."""
    raise DataError(message(f"a Tensor cannot hold {describe(data)}.", "write a float or an array of floats"))


@own.register
def _(data: float) -> float:
    return float(data)


@own.register
def _(data: int) -> float:
    raise DataError(message(f"{data!r} is {'a boolean' if data is True or data is False else 'an integer'}, "
                            "and derivatives need real numbers.", f"write {float(data)!r} instead of {data!r}"))


class Tensor:
    """A number or array that is recorded: gates applied to it build the graph behind their result.

    Data is a float or an array of floats (float64, float32, ...); an array is copied, so later changes to it
    do not reach the graph. Raises DataError for integers, objects and text, whose derivatives do not exist. Operators,
    NumPy's functions and the methods of arrays compute what they do on arrays; KeywordError refuses a keyword that has
    no derivative here, ShapeError shapes that do not fit.

    >>> a = Tensor(3.0, name="a")
    >>> (a * a + a).backward()
    >>> a.grad
    7.0
    """

    __slots__ = {
        "__weakref__": None, "_base": None, "_views": None, "level": None, "node": None, "value": None,
        "grad": "The gradient that `backward` has added up, a plain float or array; None before.",
    }
    value: Any
    node: Any
    level: Level
    grad: Any
    _base: tuple["Tensor", Any, bool] | None        # of a view: what it shows, how, and whether it may be written to
    _views: "list[weakref.ref[Tensor]] | None"      # of its owner: the views that are alive; see views.py

    if TYPE_CHECKING:                     # the operators and methods that methods.py adds
        shape: tuple[int, ...]
        ndim: int
        size: int
        _member: Any = None
        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _member
        __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __mod__ = __floordiv__ = __neg__ = __abs__ = _member
        __lt__ = __le__ = __gt__ = __ge__ = __getitem__ = __iter__ = __len__ = __float__ = _member

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, data: Any, name: str | None = None) -> None:
        frame = caller(2)
        self.value = value = own(data)
        self.node = leaf = Leaf(value, name, frame.f_code, frame.f_lasti)
        self.level, self.grad, self._base, self._views = BASE, None, None, None
        leaf.owner = weakref.ref(self)

    @property
    def data(self) -> Any:
        """The value as a plain float or a read-only array; assigning gives a leaf a new value of the same shape.

        Raises GraphError where the tensor is the output of a gate, DataError for another shape.

        >>> x = Tensor([1.0, 2.0])
        >>> x.data = x.data - 0.5
        >>> x.data
        array([0.5, 1.5])
        """
        value = plain(self)
        if not isinstance(value, float) and value.flags.writeable:
            value = value.view()
            value.flags.writeable = False           # the graph may still need these numbers
        return value

    @data.setter
    def data(self, data: Any) -> None:
        if not isinstance(self.node, Leaf):
            raise GraphError(message(f"this tensor is the output of {self.node.gate.name} at {self.node.where()}.",
                                     "assign to .data of a leaf, or compute a new tensor"))
        value = own(data)
        old = self.node
        new = Leaf(value, old.name, old.code, old.lasti)
        if new.shape != old.shape:
            raise DataError(message(f"the leaf has shape {old.shape}, the new data {new.shape}.",
                                    "assign data of the same shape, or make a new Tensor"))
        new.owner = old.owner
        self.value, self.node = value, new

    @property
    def name(self) -> str | None:
        """The name that drawings and errors show; None when there is none.

        >>> Tensor(1.0, name="x").name
        'x'
        """
        return self.node.name if isinstance(self.node, Leaf) else None

    def zero_grad(self) -> None:
        """Forget `.grad`, so that the next `backward` starts from nothing.

        >>> x = Tensor(3.0)
        >>> (x * x).backward()
        >>> x.zero_grad()
        >>> print(x.grad)
        None
        """
        self.grad = None

    def detach(self) -> Any:
        """The value alone: a plain float, or an array of its own, that no graph follows.

        >>> (Tensor(3.0) * 2.0).detach()
        6.0
        """
        value = plain(self)
        return value if isinstance(value, float) else value.copy()


def tensor(value: Any, node: Any, level: Level) -> Tensor:
    """A tensor that stands for `value` at `level`; `node` says how it came about."""
    t = Tensor.__new__(Tensor)
    t.value, t.node, t.level, t.grad = value, node, level, None
    t._base = t._views = None
    return t


def output(level: Level, gate: Any, ans: Any, kept: Any, args: tuple[Any, ...], parents: "tuple[Node | None, ...]",
           params: Any) -> Tensor:
    """The tensor of a gate's result, with its node and the user's line."""
    frame = caller(3)
    shape, dtype = ((), None) if type(ans) is float else (ans.shape, ans.dtype)
    node = ArrayNode(gate, kept, args, parents, frame.f_code, frame.f_lasti, params, shape, dtype)
    if level.nodes is not None:
        level.nodes.append(node)
    return tensor(ans, node, level)


BASE = Level(Node)                        # never closed: here imperative graphs grow until `.backward()`
BASE.nodes = None                         # and nodes that nobody needs any more may go


# ---------------------------------------------------------------- which level a gate is applied at
_pauses: list[object] = []                # non-empty while any thread is inside `no_grad`
_floor: ContextVar[int] = ContextVar("floor", default=-1)


@contextlib.contextmanager
def no_grad() -> Iterator[None]:
    """Gates inside give plain values; transforms started inside still differentiate. Also a decorator.

    >>> x = Tensor(2.0)
    >>> with no_grad():
    ...     print(x * 3.0)
    6.0
    """
    token = _floor.set(_birth())
    _pauses.append(token)
    try:
        yield
    finally:
        _pauses.remove(token)
        _floor.reset(token)


def top(args: Sequence[Any]) -> Level | None:
    """The innermost level among stripped arguments."""
    level = None
    for x in args:
        if isinstance(x, Tensor) and (level is None or x.level.id > level.id):
            level = x.level
    return level


def peel(args: Sequence[Any], level: Level) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Values and nodes of the arguments at `level`; a constant there has node None."""
    mine = [isinstance(x, Tensor) and x.level is level for x in args]
    return (tuple(x.value if m else x for x, m in zip(args, mine, strict=True)),
            tuple(x.node if m else None for x, m in zip(args, mine, strict=True)))


def strip(x: Any) -> Any:
    """`x` without the layers nobody records any more: ended transforms, and those paused by `no_grad`.

    What a mapped axis or a recorded program leaves behind is no derivative, and stays under `no_grad`.
    """
    floor = _floor.get() if _pauses else -1
    while isinstance(x, Tensor) and (not x.level.open or (x.level.id < floor and not x.level.opaque)):
        x = x.value if x.level.open else _readable(x).value
    return x


def plain(x: Any) -> Any:
    """`x` without any layer: the float or array itself. An error where it stands for many values at once."""
    while isinstance(x, Tensor):
        x = _readable(x).value
    return x


def _readable(x: Tensor) -> Tensor:
    """x, once it is known that its level lets values be read."""
    if x.level.opaque:
        raise x.level.kind.refusal(x)
    return x


@contextlib.contextmanager
def recording(kind: Any) -> Iterator[Level]:
    """A level that is open inside the `with` and ends with it, whatever happens there."""
    level = Level(kind)
    try:
        yield level
    finally:
        level.close()
