"""Boxes, nodes and traces under HIPS's names."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, grad, make_vjp
from autograd.builtins import DictBox, SequenceBox
from autograd.builtins import isinstance as isinstance_
from autograd.builtins import type as type_
from autograd.core import JVPNode, VJPNode, backward_pass
from autograd.extend import primitive
from autograd.misc.tracers import const_graph, full_graph
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.tracer import Box, Node, getval, isbox, new_box, toposort, trace, trace_stack
from autograd.util import subval, subvals

X = np.array([1.0, 2.0, 3.0])


class Written(Node):
    """A node that writes down what happened."""

    def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
        self.name, self.fun, self.parents = f"v{len(parents[0].log)}", fun, parents
        shown = list(args)
        for i, parent in zip(parent_argnums, parents, strict=True):
            shown[i] = parent.name
        self.log = parents[0].log
        self.log.append(f"{self.name} = {fun.__name__}({', '.join(map(str, shown))}) = {value}")

    def initialize_root(self, log):
        self.name, self.log, self.parents = "x", log, []


def written(f, x):
    log = []
    trace(Written.new_root(log), f, x)
    return log


# ---------------------------------------------------------------- traces
def test_a_trace_of_ones_own():
    assert written(lambda x: anp.sin(x + x) * 2.0, 0.5) == [
        "v0 = add(x, x) = 1.0", "v1 = sin(v0) = 0.8414709848078965", "v2 = multiply(v1, 2.0) = 1.682941969615793"]


def test_a_trace_of_a_gradient_and_a_gradient_of_a_trace():
    assert written(grad(lambda x: x * x), 3.0) == [
        "v0 = multiply(x, x) = 9.0", "v1 = multiply(1.0, x) = 3.0", "v2 = multiply(1.0, x) = 3.0", "v3 = add(v1, v2) = 6.0"]
    assert grad(lambda x: trace(Written.new_root([]), lambda y: y * x, 2.0)[0])(5.0) == 2.0


def test_keywords_and_primitives_are_called_as_the_user_called_them():
    seen = []

    class Seen(Written):
        def __init__(self, value, fun, args, kwargs, parent_argnums, parents):
            seen.append((fun, args, kwargs, parent_argnums))
            super().__init__(value, fun, args, kwargs, parent_argnums, parents)
    f = primitive(lambda name, x, *, k: k * x)
    trace(Seen.new_root([]), lambda x: np.sum(f("n", x, k=2.0), axis=0), X)
    (fun, args, kwargs, argnums), (total, values, named, _) = seen
    assert (fun, args[0], kwargs, argnums) == (f, "n", {"k": 2.0}, [1])
    assert fun(*args, **kwargs).tolist() == [2.0, 4.0, 6.0]
    assert total(*values, **named) == 12.0


def test_constants_leave_no_node():
    assert written(lambda x: x * (x > 0.0) + np.zeros_like(x), X)[0].startswith("v0 = multiply(x, [ True")
    with pytest.warns(UserWarning, match="independent of input"):
        assert trace(Written.new_root([]), lambda x: 3.0, X) == (3.0, None)


def test_containers_are_taken_apart_and_put_together():
    nodes = []

    class Kept(Written):
        def __init__(self, value, *rest):
            super().__init__(value, *rest)
            nodes.append((self.fun.__name__, value))
    value, end = trace(Kept.new_root([]), lambda xs: {"a": xs[0] * xs[1], "b": 1.0}, [2.0, 3.0])
    assert value == {"a": 6.0, "b": 1.0}
    assert [name for name, _ in nodes] == ["take_leaf", "take_leaf", "multiply", "put_together"]
    assert end.parents[0].fun.__name__ == "multiply"


def test_a_trace_is_closed_whatever_happens():
    kept = []
    with pytest.raises(ZeroDivisionError):
        trace(Written.new_root([]), lambda x: kept.append(x) or 1 // 0, 1.0)
    assert not kept[0].level.open

    def fail():
        with trace_stack.new_trace() as number:
            kept.append(new_box(1.0, number, VJPNode.new_root()))
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        fail()
    assert not kept[1].level.open


# ---------------------------------------------------------------- boxes
def test_boxes_are_tensors():
    boxes = []
    grad(lambda x: boxes.append(x) or np.sum(x))(X)
    for x in (boxes[0], Tensor(2.0)):
        assert isbox(x)
        assert isinstance(x, Box)
        assert isinstance(x, ArrayBox)
    assert not isbox(X)
    assert not isinstance(X, ArrayBox)
    assert issubclass(ArrayBox, Box)
    assert type(Tensor(2.0)._value) is np.float64
    assert Tensor(2.0)._trace == 0
    assert isinstance(Tensor(2.0)._node, object)
    with pytest.raises(AttributeError):
        Tensor(2.0)._value = 3.0


def test_the_value_inside_all_layers():
    seen = []
    grad(grad(lambda x: seen.append((getval(x), x._value)) or x * x * x))(2.0)
    assert seen[0][0] == 2.0
    assert isbox(seen[0][1])
    assert getval("text") == "text"


def test_types_see_through_boxes():
    def check(x):
        assert isinstance_(x, np.ndarray)
        assert isinstance_(x, (list, Tensor))
        assert not isinstance_(x, float)
        assert type_(x) is np.ndarray
        return np.sum(x)
    grad(check)(X)
    assert grad(lambda x: x * isinstance_(x, float) * (type_(x) is float))(2.0) == 1.0
    assert isinstance_([], list)
    assert type_(()) is tuple


def test_boxes_of_types_may_be_registered():
    class Mine(ArrayBox):
        __slots__ = ()
    Mine.register(complex)
    assert Box.type_mappings[complex] is Mine
    assert Mine in Box.types


# ---------------------------------------------------------------- the walk back by hand, as pymoo and PennyLane do it
def test_a_jacobian_by_hand_outside_of_any_trace():
    start = new_box(X, 0, VJPNode.new_root())
    out = anp.array([start[0] * start[1], anp.sum(start**2)])
    rows = [backward_pass(new_box(e, 0, VJPNode.new_root()), out._node) for e in np.eye(2)]
    np.testing.assert_array_equal(anp.stack(rows)._value, [[2.0, 1.0, 0.0], [2.0, 4.0, 6.0]])


def test_a_gradient_by_hand_inside_a_trace():
    root = VJPNode.new_root()
    value, end = trace(root, lambda x: np.sum(x * x), X)
    assert value == 14.0
    np.testing.assert_array_equal(backward_pass(1.0, end), 2.0 * X)
    value, end = trace(VJPNode.new_root(), lambda x: x * 1.0, X)
    np.testing.assert_array_equal(backward_pass(np.ones(3, np.float32), end), np.ones(3))


def test_a_derivative_by_hand():
    _, end = trace(JVPNode.new_root(np.ones(3)), lambda x: x * x, X)
    np.testing.assert_array_equal(end.tangent, 2.0 * X)
    _, end = trace(JVPNode.new_root([1.0, 10.0]), lambda xs: xs[0] * xs[1], [2.0, 3.0])
    assert end.tangent == 23.0


def test_does_a_function_depend_on_its_arguments():
    def depends(f, *args):
        with trace_stack.new_trace() as number:
            box = new_box(args, number, VJPNode.new_root())
            out = f(*box)
        return isbox(out) and out._trace == box._trace
    assert depends(lambda x, y: x * 0.0, 1.0, X)
    assert not depends(lambda x, y: 1.0, 1.0, X)


def test_boxes_of_containers():
    with trace_stack.new_trace() as number:
        node = VJPNode.new_root()
        xs, d = new_box((1.0, X), number, node), new_box({"a": 1.0}, number, node)
        assert isinstance(xs, SequenceBox)
        assert isinstance(d, DictBox)
        assert (len(xs), list(d), isbox(xs), isbox(d)) == (2, ["a"], True, True)
        assert xs._trace == d._trace == d["a"]._trace == number
        assert xs._node is d._node is node
        assert xs._value == (1.0, X)


# ---------------------------------------------------------------- graphs that are computed again
def test_a_constant_graph_calls_the_function_once():
    calls = []

    def f(x, y, k=1.0):
        calls.append(1)
        return grad(lambda x: np.sin(x) * k)(x * y)
    fast = const_graph(f, 2.0, k=3.0)
    for y in (0.5, 1.5, -2.0):
        assert fast(y) == pytest.approx(3.0 * np.cos(2.0 * y))
    assert len(calls) == 1
    with pytest.warns(UserWarning, match="independent"), pytest.raises(RuntimeError, match="there is no graph"):
        const_graph(lambda x: 1.0)(2.0)


def test_a_full_graph_has_values_and_recipes():
    end = full_graph(lambda x, y: x * y + 1.0, 2.0, 3.0)
    assert end.value == 7.0
    fun, args, kwargs, parents = end.recipe
    assert fun(*args, **kwargs) == 7.0
    assert [(i, parent.value) for i, parent in parents] == [(0, 6.0)]


# ---------------------------------------------------------------- small helpers
def test_replacing_values():
    assert subval([1, 2, 3], 1, "b") == (1, "b", 3)
    assert subvals((1, 2, 3), [(0, "a"), (2, "c")]) == ("a", 2, "c")


def test_topological_order():
    class N:
        def __init__(self, name, *parents):
            self.name, self.parents = name, parents
    a = N("a")
    b = N("b", a, a, None)
    c = N("c", b, a)
    assert [node.name for node in toposort(N("d", c, b, c))] == ["d", "c", "b", "a"]
    assert [node.name for node in toposort(b, parents=lambda node: node.parents[:1])] == ["b", "a"]


def test_the_order_of_a_real_graph():
    order = []
    make_vjp(lambda x: order.extend(toposort((np.sin(x) * x)._node)) or x)(1.0)
    assert [node.gate.name if node.gate else "leaf" for node in order] == ["mul", "sin", "leaf"]


def test_primitives_with_containers_are_computed_again():
    def product(xs):
        return xs[0] * xs[-1]
    f = primitive(product)
    assert written(lambda x: f([x, 3.0]), 2.0) == ["v0 = product(x) = 6.0"]
    fast = const_graph(lambda x: f([x]) + f([x, 3.0]))
    assert (fast(2.0), fast(5.0)) == (10.0, 40.0)
