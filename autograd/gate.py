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
import contextlib
import math
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.errors import (
    AutogradError,
    DataError,
    KeywordError,
    OutOfBounds,
    ShapeError,
    caller,
    describe,
    internal,
    message,
)
from autograd.graph import GATES, Node, Tensor, _pauses, output, peel, strip, tensor, top
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
    `pull(node, g, grads)` hands all shares on; `push(node, ts)` is the tangent of the output for tangents `ts` of
    the inputs (None where there is none).
    """

    __slots__ = ("array", "arity", "defaults", "fast", "keeps", "keeps_ans", "kind", "label", "name",
                 "pull", "pulls", "push", "scalar")

    def __init__(self, kind: str, name: str, array: Callable[..., Any], label: str, rules: Sequence[Rule],
                 arity: int | None, defaults: dict[str, Any]) -> None:
        self.kind, self.name, self.array, self.label = kind, name, array, label
        self.arity, self.defaults = arity, defaults
        self.pulls = tuple(_bind(rule) for rule in rules)
        needs = frozenset(need for rule in rules if rule for need in _needs(rule))
        self.keeps_ans = "ans" in needs
        self.keeps = tuple(name in needs or "xs" in needs for name in (_INPUTS if arity else ("xs",)))
        step: Any = {1: _pull_one, 2: _pull_two}.get(arity or 0) if len(rules) == arity else None
        self.pull = step(*self.pulls) if step else _pull_each(self.pulls, arity)
        self.push: Callable[[Node, Sequence[Any]], Any] = lambda node, ts: None
        self.fast: Callable[..., Any] | None = None
        self.scalar: Callable[..., Any] | None = None
        GATES[name] = self

    def __call__(self, *args: Any, **params: Any) -> Any:
        if self.fast is not None and not params and len(args) == self.arity:
            return self.fast(*args)
        return self.apply(*self.bind(args, params))

    def bind(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Inputs, and every keyword with its value; an unknown keyword is an error."""
        if len(args) == self.arity and params.keys() <= self.defaults.keys():
            return args, self.defaults | params if params else self.defaults
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
        x = args[0]
        if len(args) == 1 and type(x) is ndarray:
            return self.run(args, params)
        if len(args) == 1 and isinstance(x, Tensor) and type(x.value) is ndarray and x.level.tape and not _pauses:
            ans, kept = self.run((x.value,), params), x.value if self.keeps[0] else None
            if not self.pulls:
                return ans
            return output(x.level, self, ans, ans if self.keeps_ans else None, (kept,), (x.node,), params)
        args = [x if type(x) is ndarray or type(x) is float else strip(x) if isinstance(x, Tensor) else constant(x)
                for x in args]
        level = top(args)
        if level is None:
            return self.run(args, params)
        values, parents = peel(args, level)
        return level.kind.record(level, self, values, params, parents)

    def run(self, args: Sequence[Any], params: dict[str, Any] = _NONE) -> Any:
        """The gate on plain data; a number gives the same digits here as on the short way."""
        if self.scalar is not None and all(type(x) is float for x in args):
            with contextlib.suppress(ArithmeticError, ValueError):
                return self.scalar(*args)
        try:
            ans = self.array(*args, **params)
            return ans if type(ans) is ndarray and ans.ndim else tidy(ans)
        except AutogradError:
            raise
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            raise failure(self, args, error) from None

    def kept(self, ans: Any, args: Sequence[Any], parents: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
        """What a node must hold: constants, floats, and what some rule asks for."""
        keeps = self.keeps if self.arity else self.keeps * len(args)
        dtype = getattr(ans, "dtype", None) if self.kind == "elementwise" else None
        return (ans if self.keeps_ans or type(ans) is float else None,
                tuple([held(x, dtype, p is None) if p is None or keep or type(x) is float else None
                       for x, p, keep in zip(args, parents, keeps, strict=False)]))

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


def _pull_one(rule: Pull) -> Callable[[Node, Any, dict[Node, Any]], None]:
    """The walk's step over a gate with one input: give it its share, in its own shape and dtype."""
    def pull(node: Node, g: Any, grads: dict[Node, Any]) -> None:
        x = node.parents[0]
        if x is not None and rule is not None:
            part, dtype = rule(g, node, 0), x.dtype
            if type(part) is not ndarray or part.dtype is not dtype or part.shape != x.shape:
                part = part if type(part) is float and dtype is None else fit(part, x.shape, dtype)
            grads[x] = grads[x] + part if x in grads else part
    return pull


def _pull_two(rule_x: Pull, rule_y: Pull) -> Callable[[Node, Any, dict[Node, Any]], None]:
    """The same with two inputs, spelled out because it is the most common step."""
    def pull(node: Node, g: Any, grads: dict[Node, Any]) -> None:
        x, y = node.parents
        if x is not None and rule_x is not None:
            part, dtype = rule_x(g, node, 0), x.dtype
            if type(part) is not ndarray or part.dtype is not dtype or part.shape != x.shape:
                part = part if type(part) is float and dtype is None else fit(part, x.shape, dtype)
            grads[x] = grads[x] + part if x in grads else part
        if y is not None and rule_y is not None:
            part, dtype = rule_y(g, node, 1), y.dtype
            if type(part) is not ndarray or part.dtype is not dtype or part.shape != y.shape:
                part = part if type(part) is float and dtype is None else fit(part, y.shape, dtype)
            grads[y] = grads[y] + part if y in grads else part
    return pull


def _pull_each(rules: tuple[Pull, ...], arity: int | None) -> Callable[[Node, Any, dict[Node, Any]], None]:
    """The same over any gate; one with any number of inputs has one rule for all of them."""
    def pull(node: Node, g: Any, grads: dict[Node, Any]) -> None:
        for i, x in enumerate(node.parents):
            rule = rules[i if arity else 0]
            if x is not None and rule is not None:
                part = fit(rule(g, node, i), x.shape, x.dtype)
                grads[x] = grads[x] + part if x in grads else part
    return pull


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

    gate.push, gate.scalar = push, scalar
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
    """A gate with both ways spelled out: rule i pulls g back to input i, `push` takes the tangents `ts` forward."""
    gate = Gate("custom", name, array, label, rules, len(rules) if arity == -1 else arity, defaults)
    bound = _caller_of(_needs(push))(push)
    gate.push = lambda node, ts: bound(ts, node, 0)
    return gate


# ---------------------------------------------------------------- the short ways: `apply` without its generality
def _unary(gate: Gate, array: Callable[..., Any], scalar: Callable[..., Any]) -> Callable[[Any], Any]:
    keep, keep_ans = gate.keeps[0], gate.keeps_ans

    def call(x: Any) -> Any:
        if type(x) is float:
            return number(x)
        if isinstance(x, Tensor) and x.level.tape and not _pauses:
            a = x.value
            if type(a) is float:
                frame, ans = _frame(1), number(a)
                if internal[frame.f_code.co_filename]:
                    frame = caller(2)
                node = Node(gate, ans, (a,), (x.node,), frame.f_code, frame.f_lasti)
                return tensor(ans, node, x.level)
            if type(a) is ndarray:
                ans = array(a)
                return output(x.level, gate, ans, ans if keep_ans else None, (a if keep else None,), (x.node,), _NONE)
        return gate.apply((x,), _NONE)

    def number(x: float) -> Any:
        try:
            return scalar(x)
        except (ArithmeticError, ValueError):        # math.log(0.0) raises where NumPy gives -inf and a warning
            return gate.run((x,))
    return call


def _binary(gate: Gate, array: Callable[..., Any], scalar: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    keep_x, keep_y, keep_ans = *gate.keeps[:2], gate.keeps_ans

    def call(x: Any, y: Any) -> Any:
        if isinstance(x, Tensor):
            a, p, level = x.value, x.node, x.level
            if isinstance(y, Tensor):
                b, q = y.value, y.node
                if y.level is not level:
                    return gate.apply((x, y), _NONE)
            else:
                b, q = y if type(y) is float else constant(y), None
        elif isinstance(y, Tensor):
            a, p, b, q, level = x if type(x) is float else constant(x), None, y.value, y.node, y.level
        elif type(x) is float and type(y) is float:
            return number(x, y)
        elif type(x) in _PLAIN and type(y) in _PLAIN:
            return gate.run((x, y))
        else:
            return gate.apply((x, y), _NONE)
        if level.tape and not _pauses:
            if type(a) is float and type(b) is float:
                frame = _frame(1)
                if internal[frame.f_code.co_filename]:
                    frame = caller(2)
                try:
                    ans = scalar(a, b)
                except (ArithmeticError, ValueError):
                    ans = gate.run((a, b))
                t = _new(Tensor)
                t.value, t.level, t.grad = ans, level, None
                t.node = Node(gate, ans, (a, b), (p, q), frame.f_code, frame.f_lasti)
                return t
            if type(a) in _PLAIN and type(b) in _PLAIN:
                try:
                    ans = array(a, b)
                except (ValueError, TypeError) as error:
                    raise failure(gate, (a, b), error) from None
                if type(ans) is not ndarray:
                    ans = tidy(ans)
                dtype = getattr(ans, "dtype", None)
                args = (held(a, dtype, p is None) if keep_x or p is None else None,
                        held(b, dtype, q is None) if keep_y or q is None else None)
                return output(level, gate, ans, ans if keep_ans else None, args, (p, q), _NONE)
        return gate.apply((x, y), _NONE)

    def number(x: float, y: float) -> Any:
        try:
            return scalar(x, y)
        except (ArithmeticError, ValueError):
            return gate.run((x, y))
    return call


_new = Tensor.__new__
_PLAIN = {ndarray, float}


def held(x: Any, dtype: Any, foreign: bool) -> Any:
    """A value as a node keeps it: in the dtype of the result, so that a rule does not compute in a coarser one, and,
    where somebody else made it and could still write into it, as a copy of its own."""
    if type(x) is not ndarray:
        return x if not isinstance(x, np.generic) or x.dtype == dtype or dtype is None else _cast(x, dtype)
    if dtype is not None and x.dtype is not dtype and x.dtype != dtype and x.dtype.kind in "fiu":
        return _cast(x, dtype)
    return x.copy() if foreign and x.size <= _SMALL and (x.flags.writeable or x.base is not None) else x


def _cast(x: Any, dtype: Any) -> Any:
    return tidy(x.astype(dtype)) if x.dtype.kind in "fiu" and dtype.kind == "f" else x


_REMEDIES = {
    "elementwise": "sizes must be equal or 1, counted from the last axis: reshape, transpose or index one of them",
    "matmul": "the last axis of x must be as long as the last but one of y: transpose or reshape one of them",
    "dot": "the last axis of x must be as long as the last but one of y: transpose or reshape one of them",
    "einsum": "axes with the same letter must be equally long: transpose or reshape one of the inputs",
    "concatenate": "all axes but the joined one must be equally long: reshape or index the inputs first",
    "stack": "all inputs must have the same shape: reshape or index them first",
    "reshape": "the new shape must hold as many numbers as the old one; reshape(-1) makes one axis of them all",
    "getitem": "use whole numbers within the shape, slices, or boolean arrays of the same shape",
}


def failure(gate: Gate, args: Sequence[Any], error: Exception) -> AutogradError:
    """The user's error for one that NumPy raised inside a gate."""
    shapes = " and ".join(map(describe, args))
    if gate.kind == "elementwise" and isinstance(error, ValueError):
        what = f"{gate.name}: {shapes} do not broadcast."
    else:
        what = f"{gate.name} failed on {shapes}: {str(error).rstrip('. ')}."
    kind = OutOfBounds if isinstance(error, IndexError) else ShapeError if isinstance(error, ValueError) else DataError
    remedy = _REMEDIES.get(gate.name) or _REMEDIES.get(gate.kind) or "make the inputs and keywords fit each other"
    return kind(message(what, remedy))


# ---------------------------------------------------------------- broadcasting, undone in one place
def fit(g: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """`g` in the space of a value of this shape and dtype (None: a Python float).

    NumPy's broadcast of (3,) against (4, 3) copies along axis 0, and the transpose of copying is summing; so an axis
    that is too long is summed, one that is missing is copied. A float32 input gets a float32 gradient.
    """
    if type(g) is float:
        if not shape and (dtype is None or dtype == np.float64):
            return g
    elif g.shape == shape and (dtype is None or g.dtype == dtype):
        return tidy(g) if dtype is None else g
    if type(g) in _PLAIN:
        return tidy(_fit(g, shape, dtype))
    return fitted.apply((g,), {"shape": shape, "dtype": dtype})


def _fit(x: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    if type(x) is ndarray:
        if x.ndim > len(shape):
            x = np.add.reduce(x, tuple(range(x.ndim - len(shape))))
        long = tuple([i for i, n in enumerate(shape[len(shape) - x.ndim:]) if n == 1 and x.shape[i] != 1])
        if long:
            x = np.add.reduce(x, long, keepdims=True)
        if x.shape == shape:
            return x.astype(dtype or float, copy=False)
    if math.prod(shape) > _SMALL:
        return np.broadcast_to(np.asarray(x, dtype or float), shape)
    ans = np.empty(shape, dtype or float)
    ans[...] = x
    return ans


_SMALL = 1 << 14                      # up to here, filling an array is quicker than making a view
fitted = linear("fit", _fit, "fit", lambda g: g, shape=(), dtype=None)      # its transpose is the fit back
