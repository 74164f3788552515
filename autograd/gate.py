"""Floor 1: what a gate is, and how one is applied.

One gate is one row: name, NumPy function, scalar function, label, and a rule per input. The parameters of a rule say
what it needs, and only that is kept in memory until the walk back:

    g        the cotangent of `ans` (walking back) or the tangent of this input (walking forward)
    ans      the gate's output          x, y, z   its inputs        xs   all inputs, where their number is free
    shape    the shape of this input    shapes    those of all      i        its position
    params   all keywords of the gate, or any one of them by its own name

Rules are written with gates and operators, so they run on plain arrays at NumPy speed and on tensors for higher
derivatives. There are three kinds: `elementwise` (rule = partial derivative times g), `linear` (rule = transpose),
`custom` (pull and push spelled out).
"""
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DataError, KeywordError, ShapeError, caller, describe, message
from autograd.graph import GATES, ArrayNode, Level, Node, Tensor, _pauses, peel, strip, tensor, top
from autograd.space import constant, ndarray, shape_of, tidy, zeros_like

Rule = Callable[..., Any] | None
Pull = Callable[[Any, Node, int], Any] | None
_NONE: dict[str, Any] = {}
_frame = sys._getframe
_INPUTS = ("x", "y", "z")
_HARMLESS = {"out": None, "dtype": None, "where": True}      # NumPy keywords whose default asks for nothing


class Gate:
    """A differentiable operation and its rules.

    `array` computes it on NumPy data; `pulls[i](g, node, i)` is input i's share of the cotangent g;
    `push(node, ts)` is the tangent of the output for tangents `ts` of the inputs (None where there is none).
    """

    __slots__ = ("array", "arity", "defaults", "fast", "keeps", "kind", "label", "name", "pulls", "push")

    def __init__(self, kind: str, name: str, array: Callable[..., Any], label: str, rules: Sequence[Rule],
                 arity: int | None, defaults: dict[str, Any]) -> None:
        self.kind, self.name, self.array, self.label = kind, name, array, label
        self.arity, self.defaults = arity, defaults
        self.pulls = tuple(_bind(rule) for rule in rules)
        self.keeps = frozenset(need for rule in rules if rule for need in _needs(rule))
        self.push: Callable[[Node, Sequence[Any]], Any] = lambda node, ts: None
        self.fast: Callable[..., Any] | None = None
        GATES[name] = self

    def __call__(self, *args: Any, **params: Any) -> Any:
        if self.fast is not None and not params and len(args) == self.arity:
            return self.fast(*args)
        return self.apply(*self.bind(args, params))

    def bind(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Inputs, and every keyword with its value; an unknown keyword is an error."""
        n = len(args) if self.arity is None else self.arity
        given = dict(zip(self.defaults, args[n:], strict=False)) | params
        for key in set(given) - set(self.defaults):
            if key not in _HARMLESS or given.pop(key) is not _HARMLESS[key]:
                raise KeywordError(message(f"{self.name} does not take the keyword {key!r}.", self._usage()))
        if not n <= len(args) <= n + len(self.defaults):
            raise KeywordError(message(f"{self.name} takes {n} input(s), got {len(args)}.", self._usage()))
        return args[:n], self.defaults | given

    def _usage(self) -> str:
        names = ", ".join(self.defaults)
        return f"write it with {names}" if names else "write it without keywords"

    def apply(self, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """The gate at the innermost level of its arguments, or on plain data; all keywords are there."""
        args = [x if type(x) is ndarray or type(x) is float else strip(x) if isinstance(x, Tensor) else constant(x)
                for x in args]
        level = top(args)
        if level is None:
            return self.run(args, params)
        values, parents = peel(args, level)
        return level.kind.record(level, self, values, params, parents)

    def run(self, args: Sequence[Any], params: dict[str, Any] = _NONE) -> Any:
        """The gate on plain data."""
        try:
            return tidy(self.array(*args, **params))
        except AutogradError:
            raise
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            raise failure(self, args, error) from None

    def kept(self, ans: Any, args: Sequence[Any], parents: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
        """What a node must hold: constants, floats, and what some rule asks for."""
        keeps = self.keeps
        if "xs" not in keeps:
            args = [x if p is None or type(x) is float or name in keeps else None
                    for x, p, name in zip(args, parents, _INPUTS if self.arity else "?" * len(args), strict=False)]
        return ans if "ans" in keeps or type(ans) is float else None, tuple(args)

    def pull(self, node: Node, g: Any, grads: dict[Node, Any]) -> None:
        """Hand the cotangent `g` of `node` on to its parents, adding where several gates share one."""
        i = 0
        for parent in node.parents:
            rule = self.pulls[i if self.arity else 0]
            if parent is not None and rule is not None:
                part = rule(g, node, i)
                if type(part) is not float or parent.dtype is not None:
                    part = fit(part, parent.shape, parent.dtype)
                old = grads.get(parent)
                grads[parent] = part if old is None else old + part
            i += 1

    def __repr__(self) -> str:
        return f"<gate {self.name}>"


# ---------------------------------------------------------------- rules
def _needs(rule: Callable[..., Any]) -> tuple[str, ...]:
    code = rule.__code__
    return code.co_varnames[:code.co_argcount]


def _bind(rule: Rule) -> Pull:
    return None if rule is None else _caller_of(_needs(rule))(rule)


@cache
def _caller_of(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """How a rule with these parameters is called, for instance `rule(g, node.args[1], node.params['axis'])`."""
    given = {"g": "g", "ts": "g", "ans": "node.ans", "xs": "node.args", "i": "i", "params": "node.params",
             "shapes": "[shape_of(x) if p is None else p.shape for x, p in zip(node.args, node.parents)]",
             "shape": "node.parents[i].shape"} | {name: f"node.args[{k}]" for k, name in enumerate(_INPUTS)}
    text = ", ".join(given.get(name) or f"node.params[{name!r}]" for name in names)
    source = compile(f"lambda rule: lambda g, node, i: rule({text})", __file__, "eval")
    return eval(source, {"shape_of": shape_of})  # type: ignore[no-any-return]


def total(parts: Sequence[Any]) -> Any:
    """The sum of the parts that are there, or None."""
    ans = None
    for part in parts:
        if part is not None:
            ans = part if ans is None else ans + part
    return ans


# ---------------------------------------------------------------- the three kinds
def elementwise(name: str, array: Callable[..., Any], scalar: Callable[..., Any] | None, label: str,
                *rules: Rule, arity: int = 0) -> Gate:
    """A gate that works number by number with broadcasting; rule i is ∂ans/∂x_i times g.

    `scalar` computes it on Python floats where that is faster. No rules (give `arity`) means a gate whose derivative
    is zero wherever it exists; its results are plain.
    """
    gate = Gate("elementwise", name, array, label, rules, arity or len(rules), {})

    def push(node: Node, ts: Sequence[Any]) -> Any:
        return total([rule(t, node, i) for i, (t, rule) in enumerate(zip(ts, gate.pulls, strict=True))
                      if t is not None and rule is not None])

    gate.push = push
    if rules and len(rules) < 3:
        gate.fast = (_unary if len(rules) == 1 else _binary)(gate, array, scalar or (lambda *xs: gate.run(xs)))
    elif scalar and arity == 1:
        gate.fast = lambda x: scalar(x) if type(x) is float else gate.apply((x,), _NONE)
    return gate


def linear(name: str, array: Callable[..., Any], label: str, *rules: Rule, joint: bool = False,
           arity: int | None = -1, **defaults: Any) -> Gate:
    """A gate that is linear in each input, the others standing still (`joint`: in all inputs together).

    Rule i is the transpose: it takes g back to input i. Forward, the gate is applied to the tangents themselves.
    """
    gate = Gate("linear", name, array, label, rules, len(rules) if arity == -1 else arity, defaults)

    def push_each(node: Node, ts: Sequence[Any]) -> Any:
        return total([gate.apply((*node.args[:i], t, *node.args[i + 1:]), node.params)
                      for i, t in enumerate(ts) if t is not None])

    def push_joint(node: Node, ts: Sequence[Any]) -> Any:
        return gate.apply([zeros_like(x) if t is None else t for x, t in zip(node.args, ts, strict=True)], node.params)

    gate.push = push_joint if joint else push_each
    if not defaults and gate.arity == 2:
        gate.fast = _binary(gate, array, lambda *xs: gate.run(xs))
    return gate


def custom(name: str, array: Callable[..., Any], label: str, *rules: Rule, push: Callable[..., Any],
           arity: int | None = -1, **defaults: Any) -> Gate:
    """A gate with both directions spelled out: rule i pulls g back to input i, `push` takes the tangents `ts` forward."""
    gate = Gate("custom", name, array, label, rules, len(rules) if arity == -1 else arity, defaults)
    bound = _caller_of(_needs(push))(push)
    gate.push = lambda node, ts: bound(ts, node, 0)
    return gate


# ---------------------------------------------------------------- the short ways: `apply` without its generality
def _unary(gate: Gate, array: Callable[..., Any], scalar: Callable[..., Any]) -> Callable[[Any], Any]:
    def call(x: Any) -> Any:
        if type(x) is float:
            return number(x)
        if isinstance(x, Tensor) and x.level.tape and not _pauses:
            a = x.value
            if type(a) is float:
                frame, ans = _frame(1), number(a)
                return tensor(ans, Node(gate, ans, (a,), (x.node,), frame.f_code, frame.f_lasti), x.level)
            if type(a) is ndarray:
                return _taped(gate, array, (a,), (x.node,), x.level)
        return gate.apply((x,), _NONE)

    def number(x: float) -> Any:
        try:
            return scalar(x)
        except (ArithmeticError, ValueError):        # math.log(0.0) raises where NumPy gives -inf and a warning
            return gate.run((x,))
    return call


def _binary(gate: Gate, array: Callable[..., Any], scalar: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    def call(x: Any, y: Any) -> Any:
        parents: tuple[Node | None, Node | None]
        if isinstance(x, Tensor):
            a, level = x.value, x.level
            if isinstance(y, Tensor):
                b, parents = y.value, (x.node, y.node)
                if y.level is not level:
                    return gate.apply((x, y), _NONE)
            else:
                b, parents = y if type(y) is float else constant(y), (x.node, None)
        elif isinstance(y, Tensor):
            a, b, level, parents = x if type(x) is float else constant(x), y.value, y.level, (None, y.node)
        elif type(x) is float and type(y) is float:
            return number(x, y)
        else:
            return gate.apply((x, y), _NONE)
        if level.tape and not _pauses:
            if type(a) is float and type(b) is float:
                frame = _frame(1)
                try:
                    ans = scalar(a, b)
                except (ArithmeticError, ValueError):
                    ans = gate.run((a, b))
                t = _new(Tensor)
                t.value, t.level, t.grad = ans, level, None
                t.node = Node(gate, ans, (a, b), parents, frame.f_code, frame.f_lasti)
                return t
            if type(a) in _PLAIN and type(b) in _PLAIN:
                return _taped(gate, array, (a, b), parents, level)
        return gate.apply((x, y), _NONE)

    def number(x: float, y: float) -> Any:
        try:
            return scalar(x, y)
        except (ArithmeticError, ValueError):
            return gate.run((x, y))
    return call


_new = Tensor.__new__
_PLAIN = {ndarray, float}


def _taped(gate: Gate, array: Callable[..., Any], args: tuple[Any, ...], parents: tuple[Any, ...], level: Level) -> Tensor:
    """Compute on plain arrays and record the node."""
    try:
        ans = array(*args)
    except (ValueError, TypeError) as error:
        raise failure(gate, args, error) from None
    frame = caller(3)
    kept, args = gate.kept(ans, args, parents)
    node = ArrayNode(gate, kept, args, parents, frame.f_code, frame.f_lasti, _NONE, ans.shape, ans.dtype)
    return tensor(ans, node, level)


def failure(gate: Gate, args: Sequence[Any], error: Exception) -> AutogradError:
    """The user's error for one that NumPy raised inside a gate."""
    kind = ShapeError if isinstance(error, ValueError | IndexError) else DataError
    return kind(message(f"{gate.name} failed on {' and '.join(map(describe, args))}: {error}.",
                        "make the inputs fit each other: reshape, transpose or index them first"))


# ---------------------------------------------------------------- broadcasting, undone in one place
def fit(g: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """`g` in the space of a value of this shape and dtype (None: a Python float).

    NumPy's broadcast of (3,) against (4, 3) copies along axis 0, and the transpose of copying is summing; so an axis
    that is too long is summed, one that is missing is copied. A float32 input gets a float32 gradient.
    """
    if type(g) is float:
        if not shape and (dtype is None or dtype == float):
            return g
    elif g.shape == shape and (dtype is None or g.dtype == dtype):
        return tidy(g) if dtype is None else g
    return fitted.apply((g,), {"shape": shape, "dtype": dtype})


def _fit(x: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    x = np.asarray(x)
    if x.ndim > len(shape):
        x = x.sum(tuple(range(x.ndim - len(shape))))
    long = tuple(i for i, n in enumerate(shape[len(shape) - x.ndim:]) if n == 1 != x.shape[i])
    if long:
        x = x.sum(long, keepdims=True)
    return np.broadcast_to(x, shape).astype(dtype or float, copy=False)


fitted = linear("fit", _fit, "fit", lambda g: g, shape=(), dtype=None)      # its transpose is the fit back
