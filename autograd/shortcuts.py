"""Floor 1: the short ways through a gate, for numbers and plain arrays.

They do what `Gate.apply` does where nothing is nested, mapped or paused, and hand everything else to it. Spelled out,
because this is where a graph of small numbers spends its time.
"""
import sys
from collections.abc import Callable
from typing import Any

from autograd.errors import failure, internal
from autograd.graph import Level, Node, NumberNode, PairNode, Tensor, _birth, _pauses, output
from autograd.guard import Foreign, guarded, held
from autograd.space import constant, float32, foreign, ndarray, tidy

_NONE: dict[str, Any] = {}
_PLAIN = {ndarray, float, float32}
_frame, _new_tensor = sys._getframe, Tensor.__new__


def pair(level: Level, gate: Any, ans: Any, kept: Any, x: Any, y: Any, p: Node | None, q: Node | None,
         params: Any = _NONE) -> Tensor:
    """The tensor of the result of a gate with one or two inputs, with its node and the user's line. No calls to
    __init__, for speed."""
    frame = _frame(2)
    code = frame.f_code
    while internal[code.co_filename] and (back := frame.f_back) is not None:
        frame = back
        code = back.f_code
    node = PairNode()
    node.gate = gate
    node.ans = kept
    node.x = x
    node.y = y
    node.p = p
    node.q = q
    node.params = params
    node.code = code
    node.lasti = frame.f_lasti
    node.index = _birth()
    if type(ans) is float:
        node.shape, node.dtype = (), None
    else:
        node.shape, node.dtype = ans.shape, ans.dtype
    if level.nodes is not None:
        level.nodes.append(node)
    t = _new_tensor(Tensor)
    t.value = ans
    t.node = node
    t.level = level
    t.grad = t._base = t._views = None
    return t


def number(level: Level, gate: Any, ans: float, x: float, y: float | None, p: Node | None, q: Node | None) -> Tensor:
    """The same for a gate on numbers alone."""
    frame = _frame(2)
    code = frame.f_code
    while internal[code.co_filename] and (back := frame.f_back) is not None:
        frame = back
        code = back.f_code
    node = NumberNode()
    node.gate = gate
    node.ans = ans
    node.x = x
    node.y = y
    node.p = p
    node.q = q
    node.code = code
    node.lasti = frame.f_lasti
    node.index = _birth()
    if level.nodes is not None:
        level.nodes.append(node)
    t = _new_tensor(Tensor)
    t.value = ans
    t.node = node
    t.level = level
    t.grad = t._base = t._views = None
    return t


def unary(gate: Any, array: Callable[..., Any], scalar: Callable[..., Any]) -> Callable[[Any], Any]:
    keep, keep_ans = gate.keeps[0], gate.keeps_ans

    def call(x: Any) -> Any:
        if type(x) is float:
            return of_one(x)
        if isinstance(x, Tensor) and x.level.tape and not _pauses:
            a = x.value
            if type(a) is float:
                return number(x.level, gate, of_one(a), a, None, x.node, None)
            if type(a) is ndarray:
                ans = array(a)
                return pair(x.level, gate, ans, ans if keep_ans else None, a if keep else None, None, x.node, None)
        return gate.apply((x,), _NONE)

    def of_one(x: float) -> Any:
        try:
            return scalar(x)
        except (ArithmeticError, ValueError):        # math.log(0.0) raises where NumPy gives -inf and a warning
            return gate.run((x,))
    return call


def binary(gate: Any, array: Callable[..., Any], scalar: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    (keep_x, keep_y, _), keep_ans = gate.keeps, gate.keeps_ans

    def call(x: Any, y: Any) -> Any:
        a: Any
        b: Any
        p = q = None
        if isinstance(x, Tensor):
            a, p, level = x.value, x.node, x.level
            if type(y) is float:
                b = y
            elif isinstance(y, Tensor):
                b, q = y.value, y.node
                if y.level is not level:
                    return gate.apply((x, y), _NONE)
            else:
                if type(y) is not ndarray and foreign(y):
                    return NotImplemented
                b = constant(y)
        elif type(x) not in _PLAIN and foreign(x):
            return NotImplemented
        elif isinstance(y, Tensor):
            a, b, q, level = x if type(x) is float else constant(x), y.value, y.node, y.level
        elif type(x) is float and type(y) is float:
            return of_two(x, y)
        else:
            return gate.run((x, y)) if type(x) in _PLAIN and type(y) in _PLAIN else gate.apply((x, y), _NONE)
        if not level.tape or _pauses:
            return gate.apply((x, y), _NONE)
        if type(a) is float:
            if type(b) is float:
                try:
                    ans = scalar(a, b)
                except (ArithmeticError, ValueError):
                    ans = gate.run((a, b))
                return number(level, gate, ans, a, b, p, q)
            if (type(b) is not ndarray or not b.ndim) and (type(b) is not float32 or p is not None):
                return gate.apply((x, y), _NONE)
        elif type(a) is float32:
            if type(b) is not float32 and (type(b) is not float or q is not None):
                return gate.apply((x, y), _NONE)
        elif type(a) is not ndarray or (type(b) is not ndarray and (type(b) is not float or not a.ndim)):
            return gate.apply((x, y), _NONE)
        try:
            ans = array(a, b)
        except (ValueError, TypeError, MemoryError) as error:
            raise failure(gate, (a, b), error).of(gate, (a, b), (p, q), _NONE) from None
        if type(ans) is not ndarray:
            ans = tidy(ans)
        dtype = None if type(ans) is float else ans.dtype
        if type(a) is ndarray:
            if p is None or (keep_x and a.dtype is not dtype):
                a = held(a, dtype, p is None, keep_x)
            elif not keep_x:
                a = None
        if type(b) is ndarray:
            if q is None or (keep_y and b.dtype is not dtype):
                b = held(b, dtype, q is None, keep_y)
            elif not keep_y:
                b = None
        kept = ans if keep_ans else None
        if (p is None or q is None) and (type(a) is Foreign or type(b) is Foreign):
            return output(level, gate, ans, kept, guarded((a, b)), (p, q), _NONE)
        return pair(level, gate, ans, kept, a, b, p, q)

    def of_two(x: float, y: float) -> Any:
        try:
            return scalar(x, y)
        except (ArithmeticError, ValueError):
            return gate.run((x, y))
    return call
