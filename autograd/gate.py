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
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.cuts import note
from autograd.errors import AutogradError, KeywordError, failure, message
from autograd.graph import BASE, GATES, Node, Tensor, _pauses, peel, strip, top
from autograd.guard import guarded, held
from autograd.shortcuts import binary, pair, unary
from autograd.space import beside_numbers, constant, ndarray, shape_of, tidy, zeros_like
from autograd.views import alias, shares

__all__ = ["custom", "elementwise", "linear"]

Rule = Callable[..., Any] | None
Pull = Callable[[Any, Node, int], Any] | None
Step = Callable[[Any, Any, dict[Node, Any]], None]
_NONE: dict[str, Any] = {}
_INPUTS = ("x", "y", "z")
_HARMLESS = {"out": None, "dtype": None, "where": True}      # NumPy keywords whose default asks for nothing


class Gate:
    """A differentiable operation and its rules.

    `array` computes it on NumPy data; `pulls[i](g, node, i)` is input i's share of the cotangent g;
    `pull(node, g, grads)` hands all shares on, and so do `pull_pair` and `pull_number` for the nodes of these names;
    `push(node, ts)` is the tangent of the output for tangents `ts` of the inputs (None where there is none).
    """

    __slots__ = ("array", "arity", "c", "defaults", "fast", "keeps", "keeps_ans", "kind", "label", "name",
                 "pull", "pull_number", "pull_pair", "pulls", "push", "scalar")

    def __init__(self, kind: str, name: str, array: Callable[..., Any], label: str, rules: Sequence[Rule],
                 arity: int | None, defaults: dict[str, Any]) -> None:
        self.kind, self.name, self.array, self.label = kind, name, array, label
        self.arity, self.defaults = arity, defaults
        self.pulls = tuple(_bind(rule) for rule in rules)
        needs = frozenset(need for rule in rules if rule for need in _needs(rule))
        self.keeps_ans = "ans" in needs
        self.keeps = tuple(name in needs or "xs" in needs for name in (_INPUTS if arity else ("xs",)))
        self.pull = _pull_each(self.pulls, arity)
        self.pull_pair = _made_once(self, "pull_pair", rules, _OF_ARRAY)
        self.pull_number = _made_once(self, "pull_number", rules, _OF_NUMBER)
        self.push: Callable[[Node, Sequence[Any]], Any] = lambda node, ts: None
        self.fast: Callable[..., Any] | None = None
        self.scalar: Callable[..., Any] | None = None
        self.c: str | None = None                # the same on numbers, in C; `~` is the f of float functions
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
        if self.arity == 1 and isinstance(x, Tensor) and type(x.value) is ndarray and x.level.tape and not _pauses:
            a = x.value
            try:
                ans = self.run((a,), params)
            except AutogradError as error:
                error.of(self, (a,), (x.node,), params)
                raise
            if not self.pulls:
                if x.level is BASE:
                    self.cut(ans, (x.node,))
                return ans
            return pair(x.level, self, ans, ans if self.keeps_ans else None, a if self.keeps[0] else None, None,
                        x.node, None, params)
        args = [x if type(x) is ndarray or type(x) is float else strip(x) if isinstance(x, Tensor) else constant(x)
                for x in args]
        level = top(args)
        if level is None:
            return self.run(args, params)
        values, parents = peel(beside_numbers(args) if len(args) > 1 else args, level)
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
        except (ValueError, TypeError, IndexError, OverflowError, MemoryError) as error:
            raise failure(self, args, error) from None

    def cut(self, ans: Any, nodes: Sequence[Node | None]) -> None:
        """Note that this gate without slope took values out of the graph; a truth alone only steers the program."""
        if type(ans) is not bool and type(ans) is not np.bool_:
            note(self.name, nodes)

    def kept(self, ans: Any, args: Sequence[Any], parents: Sequence[Any]) -> tuple[Any, tuple[Any, ...]]:
        """What a node must hold: constants, floats, and what some rule asks for."""
        keeps = self.keeps if self.arity else self.keeps * len(args)
        dtype = getattr(ans, "dtype", None) if self.kind == "elementwise" else None
        return (ans if self.keeps_ans or type(ans) is float else None,
                guarded(tuple([held(x, dtype, p is None, keep) if p is None or keep or type(x) is float else None
                               for x, p, keep in zip(args, parents, keeps, strict=False)])))

    def __repr__(self) -> str:
        return f"<gate {self.name}>"


class ViewGate(Gate):
    """A gate whose result lies in the memory of its input, as NumPy's views do."""

    __slots__ = ("writable",)
    writable: bool

    def apply(self, args: Sequence[Any], params: dict[str, Any]) -> Any:
        """The gate, and a note that the result is a view; one that nobody records must not be written to."""
        ans, x = Gate.apply(self, args, params), args[0]
        if not isinstance(x, Tensor) or _is_number(x):
            return ans
        if isinstance(ans, Tensor):
            array = (type(ans.value) is ndarray and ans.level.tape) or shape_of(ans)
            view = shares(ans.value, x.value) if array else _stays_array(params)
            return alias(ans, x, lambda owner: self.apply((owner,), params), self.writable) if view else ans
        if type(ans) is ndarray:
            ans.setflags(write=False)
        return ans


def _is_number(x: Tensor) -> bool:
    """Whether NumPy has x as a number, which has no memory to be seen in."""
    return x._base is None and (type(x.value) is not ndarray or x.level.skip > 0) and not shape_of(x)


def _stays_array(params: dict[str, Any]) -> bool:
    """Whether NumPy gives an array of rank 0, a view, and not a number: all but x[i] do, and x[i, ...]."""
    index = params.get("index", (...,))
    return any(part is ... for part in index) if isinstance(index, tuple) else False


# ---------------------------------------------------------------- rules
def _needs(rule: Callable[..., Any]) -> tuple[str, ...]:
    code = rule.__code__
    return code.co_varnames[:code.co_argcount]


def _arguments(names: tuple[str, ...], inputs: Sequence[str], **others: str) -> str:
    """What a rule with these parameters is given, as text: `g, node.args[1], node.params['axis']`."""
    given = {"g": "g", "ans": "node.ans", "params": "node.params"} | dict(zip(_INPUTS, inputs, strict=False)) | others
    return ", ".join(given.get(name) or f"node.params[{name!r}]" for name in names)


def _bind(rule: Rule) -> Pull:
    """The rule called as `rule(g, node, i)`; how that is done is compiled when it is first called."""
    if rule is None:
        return None
    names = _needs(rule)
    return lambda g, node, i: _caller_of(names)(rule, g, node, i)


@cache
def _caller_of(names: tuple[str, ...]) -> Callable[..., Any]:
    """How a rule with these parameters is called, for instance `rule(g, node.args[1], node.params['axis'])`."""
    text = _arguments(names, [f"node.args[{i}]" for i in range(3)], ts="g", xs="node.args", i="i",
                      shape="node.parents[i].shape", shapes="_shapes(node)")
    source = compile(f"lambda rule, g, node, i: rule({text})", __file__, "eval")
    return eval(source, {"_shapes": _shapes})  # type: ignore[no-any-return]


def _shapes(node: Node) -> list[tuple[int, ...]]:
    return [shape_of(x) if p is None else p.shape for x, p in zip(node.args, node.parents, strict=True)]


def _pull_each(rules: tuple[Pull, ...], arity: int | None) -> Step:
    """The walk's step over a gate: every input gets its share, in its own shape and dtype.

    A gate with any number of inputs has one rule for all of them.
    """
    def pull(node: Node, g: Any, grads: dict[Node, Any]) -> None:
        for i, x in enumerate(node.parents):
            rule = rules[i if arity else 0]
            if x is not None and rule is not None:
                part = fit(rule(g, node, i), x.shape, x.dtype)
                grads[x] = grads[x] + part if x in grads else part
    return pull


def _made_once(gate: Gate, name: str, rules: Sequence[Rule], form: str) -> Step:
    """The same for one or two inputs, spelled out; that is done when it is first taken, so that imports stay quick."""
    def step(node: Node, g: Any, grads: dict[Node, Any]) -> None:
        pull = _step_of(tuple([rule and _needs(rule) for rule in rules]), form)(*rules)
        setattr(gate, name, pull)
        pull(node, g, grads)
    return step


_OF_NUMBER = """
        x = node.{parent}
        if x is not None:
            part = rule_{i}({arguments})
            if type(part) is not float:
                part = fit(part, x.shape, x.dtype)
            grads[x] = grads[x] + part if x in grads else part"""
_OF_ARRAY = """
        x = node.{parent}
        if x is not None:
            part = rule_{i}({arguments})
            if type(part) is not ndarray or part.dtype is not x.dtype or part.shape != x.shape:
                part = fit(part, x.shape, x.dtype)
            if x in grads:
                last = [part]
                del part                       # NumPy adds into a large array that has no name, and needs no new memory
                part = grads[x] + last.pop()
            grads[x] = part"""


@cache
def _step_of(needs: tuple[tuple[str, ...] | None, ...], form: str) -> Callable[..., Step]:
    """Rules with these parameters -> their step, in which each input has its part of this form."""
    parts = [form.format(parent="pq"[i], i=i, arguments=_arguments(
                 names, ("node.x", "node.y"), shape="x.shape", i=str(i), xs="node.args", shapes="_shapes(node)"))
             for i, names in enumerate(needs) if names is not None]
    given = ", ".join(f"rule_{i}" for i in range(len(needs)))
    text = f"def made({given}):\n    def pull(node, g, grads):{''.join(parts) or ' pass'}\n    return pull"
    space: dict[str, Any] = {"fit": fit, "ndarray": ndarray, "_shapes": _shapes}
    exec(compile(text, __file__, "exec"), space)
    return space["made"]  # type: ignore[no-any-return]


def total(parts: Sequence[Any]) -> Any:
    """The sum of the parts that are there, or None."""
    ans = None
    for part in parts:
        if part is not None:
            ans = part if ans is None else ans + part
    return ans


# ---------------------------------------------------------------- the three kinds
def elementwise(name: str, array: Callable[..., Any], scalar: Callable[..., Any] | None, label: str,
                *rules: Rule, arity: int = 0, c: str | None = None) -> Gate:
    """A gate that works number by number with broadcasting; rule i is ∂ans/∂x_i times g.

    `scalar` computes it on Python floats where that is faster, `c` is the formula for compiled programs. No rules (give
    `arity`) means a gate whose derivative is zero wherever it exists; its results are plain.

    >>> from autograd import grad
    >>> cube = elementwise("cube", lambda x: x ** 3, lambda x: x ** 3, "{0}³", lambda g, x: 3.0 * x * x * g)
    >>> grad(cube)(2.0), grad(grad(cube))(2.0)
    (12.0, 12.0)
    """
    gate = Gate("elementwise", name, array, label, rules, arity or len(rules), {})

    def push(node: Node, ts: Sequence[Any]) -> Any:
        return total([rule(t, node, i) for i, (t, rule) in enumerate(zip(ts, gate.pulls, strict=True))
                      if t is not None and rule is not None])

    gate.push, gate.scalar, gate.c = push, scalar, c
    if rules and len(rules) < 3:
        gate.fast = (unary if len(rules) == 1 else binary)(gate, array, scalar or (lambda *xs: gate.run(xs)))
    elif scalar and arity == 1:
        gate.fast = lambda x: scalar(x) if type(x) is float else gate.apply((x,), _NONE)
    return gate


def linear(name: str, array: Callable[..., Any], label: str, *rules: Rule, joint: bool = False,
           view: str = "", arity: int | None = -1, **defaults: Any) -> Gate:
    """A gate that is linear in each input, the others standing still (`joint`: in all inputs together).

    Rule i is the transpose: it takes g back to input i. Forward, the gate is applied to the tangents themselves.
    `view`, which is "writable" or "read-only", says that the result may lie in the memory of the input.

    >>> from autograd import jacobian
    >>> from autograd.gates.shape import flip
    >>> turn = linear("turn", np.flip, "turn", lambda g: flip(g))
    >>> jacobian(turn)(np.array([1.0, 2.0]))
    array([[0., 1.],
           [1., 0.]])
    """
    arity = len(rules) if arity == -1 else arity
    gate = (ViewGate if view else Gate)("linear", name, array, label, rules, arity, defaults)
    if isinstance(gate, ViewGate):
        gate.writable = view == "writable"

    def push_each(node: Node, ts: Sequence[Any]) -> Any:
        return total([gate.apply((*node.args[:i], t, *node.args[i + 1:]), node.params)
                      for i, t in enumerate(ts) if t is not None])

    def push_joint(node: Node, ts: Sequence[Any]) -> Any:
        return gate.apply([zeros_like(x) if t is None else t for x, t in zip(node.args, ts, strict=True)], node.params)

    gate.push = push_joint if joint else push_each
    if rules and not defaults and gate.arity == 2:
        gate.fast = binary(gate, array, lambda *xs: gate.run(xs))
    return gate


def custom(name: str, array: Callable[..., Any], label: str, *rules: Rule, push: Callable[..., Any],
           arity: int | None = -1, **defaults: Any) -> Gate:
    """A gate with both ways spelled out: rule i pulls g back to input i, `push` takes the tangents `ts` forward.

    >>> from autograd import grad
    >>> cut = custom("cut", lambda x: x, "cut", lambda g: g.clip(-1.0, 1.0), push=lambda ts: ts[0].clip(-1.0, 1.0))
    >>> grad(lambda x: np.sum(5.0 * cut(x)))(np.ones(2))
    array([1., 1.])
    """
    gate = Gate("custom", name, array, label, rules, len(rules) if arity == -1 else arity, defaults)
    bound: Any = _bind(push)
    gate.push = lambda node, ts: bound(ts, node, 0)
    return gate


# ---------------------------------------------------------------- broadcasting, undone in one place
def fit(g: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """`g` in the space of a value of this shape and dtype (None: a Python float).

    NumPy's broadcast of (3,) against (4, 3) copies along axis 0, and the transpose of copying is summing; so an axis
    that is too long is summed, one that is missing is copied. A float32 input gets a float32 gradient, and a real one
    the real part, because g and t pair as Re(g·t).
    """
    if type(g) is complex:
        g = np.complex128(g)
    if type(g) is float:
        if shape:
            return _filled(g, shape, dtype)
        if dtype is None or dtype == np.float64:
            return g
    elif g.shape == shape and g.dtype == (dtype or np.float64):
        return tidy(g) if dtype is None else g
    if not isinstance(g, Tensor):
        return tidy(_fit(g, shape, dtype))
    return fitted.apply((g,), {"shape": shape, "dtype": dtype})


def _fit(x: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    if type(x) is not float and x.dtype.kind == "c" and (dtype is None or dtype.kind != "c"):
        x = x.real
    if type(x) is ndarray:
        missing = x.ndim - len(shape)
        if missing > 0:
            x = np.add.reduce(x, 0 if missing == 1 else tuple(range(missing)))
        if x.shape != shape:
            long = tuple([i for i, n in enumerate(shape[len(shape) - x.ndim:]) if n == 1 and x.shape[i] != 1])
            x = np.add.reduce(x, long, keepdims=True) if long else x
        if x.shape == shape:
            return x if x.dtype is dtype else x.astype(dtype or float, copy=False)
    return _filled(x, shape, dtype)


def _filled(x: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    if math.prod(shape) > _SMALL:
        return np.broadcast_to(np.asarray(x, dtype or float), shape)
    ans = np.empty(shape, dtype or float)
    ans[...] = x
    return ans


_SMALL = 1 << 14                      # up to here, filling an array is quicker than making a view
fitted = linear("fit", _fit, "fit", lambda g: g, shape=(), dtype=None)      # its transpose is the fit back
