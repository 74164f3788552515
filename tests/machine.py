"""The test machine: what must be true of every gate. `test_gates` runs it on all, `test_machine` on wrong ones.

Derivatives are compared with differences of the case's reference in extended precision, which share no line of code
with the engine. A check takes a gate's name and its case, and raises AssertionError.
"""
import copy
import inspect
import itertools
import pickle
import weakref
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd import Tensor, check_grads, conventions, grad, make_jvp, make_vjp, no_grad, vmap
from autograd.errors import AutogradError
from autograd.graph import GATES, plain
from autograd.kinks import Convention
from autograd.walk import history
from tests import rounding
from tests.agreement import (
    TOLERANCE,
    as_numpy,
    close,
    difference,
    few_last_digits,
    first_order,
    inner,
    same,
    same_space,
    second_order,
)
from tests.cases import KEEPS_NOTHING, Case
from tests.examples import SHAPES, Example, Stack, elsewhere, examples, on_complex, placed, stacks, subsets

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 1000.0, -1000.0, 1e308, -1e308, 5e-324, np.inf, -np.inf, np.nan]


# ---------------------------------------------------------------- the checks
def check_value(name: str, case: Case) -> None:
    """On plain data, on tensors and inside a transform the value is the reference's."""
    agree = same if case.exact else close
    for e in examples(name, case):
        agree(e.gate(e.xs), e.value, f"plain {e}")
        recorded = e.gate([Tensor(x) for x in e.xs])
        agree(recorded.data if isinstance(recorded, Tensor) else recorded, e.value, f"recorded {e}")
        agree(make_vjp(e.gate)(e.xs)[1], e.value, f"transformed {e}")
        if np.ndim(e.value) == 0 and np.asarray(e.value).dtype == float:
            assert type(e.gate(e.xs)) is float, f"{e}: a number came as {type(e.gate(e.xs))}"


def check_first_order(name: str, case: Case) -> None:
    for e in examples(name, case):
        first_order(e.gate, e.reference, e.xs, e.vs, e.g, e)


def check_second_order(name: str, case: Case) -> None:
    for e in examples(name, case):
        second_order(e.gate, e.reference, e.xs, e.vs, e.ws, e.g, e)


def check_linearity(name: str, case: Case) -> None:
    """The walk back is linear in the cotangent and forward mode in the tangents; differentiated by these, each gives
    itself in forward mode and the other in reverse mode."""
    for e in examples(name, case):
        if GATES[name].pulls:
            vs, ws = tuple(e.vs), tuple(e.ws)
            back, forth = (lambda g, e=e: make_vjp(e.gate)(e.xs)[0](g)), (lambda ts, e=e: make_jvp(e.gate)(e.xs)(ts)[1])
            _close_each(make_jvp(back)(0.5 * e.g)(e.g)[1], back(e.g), f"walk back of {e}, forward in g")
            close(make_vjp(back)(e.g)[0](vs), forth(vs), f"walk back of {e}, back to g", 1)
            close(make_jvp(forth)(ws)(vs)[1], forth(vs), f"forward mode of {e}, forward in ts", 1)
            _close_each(make_vjp(forth)(vs)[0](e.g), back(e.g), f"forward mode of {e}, back to ts")


def _close_each(found: Sequence[Any], expected: Sequence[Any], what: str) -> None:
    for i, (part, right) in enumerate(zip(found, expected, strict=True)):
        close(part, right, f"{what}, input {i}", 1)


def check_refusals(name: str, case: Case) -> None:
    """The derivative by an order, which has no formula here, is an error in both modes, and not zero."""
    for e in examples(name, case):
        for i in orders(e):
            assert refuses(e, i), f"{e}: a derivative by input {i}"


def orders(e: Example) -> list[int]:
    return [i for i, kind in enumerate(e.case.kinds) if kind == "order"]


def refuses(e: Example, i: int) -> bool:
    """Whether there is no derivative by input i, in either mode."""
    def f(x: Any) -> Any:
        return GATES[e.name](*placed(e.args, [i], [x]), **e.params)
    x = np.asarray(e.args[i], float)[()]
    return raises(lambda: make_vjp(f)(x)[0](e.g)) and raises(lambda: make_jvp(f)(x)(x))


def raises(call: Callable[[], Any]) -> bool:
    try:
        call()
    except AutogradError:
        return True
    return False


def check_conventions(name: str, case: Case) -> None:
    """Where the gate has a kink, its derivative is the one that `conventions()` states."""
    for row in kinks(name):
        for slope in slopes(row):
            np.testing.assert_allclose(slope, row.derivative, atol=1e-15, err_msg=row.where)


@cache
def kinks(name: str) -> list[Convention]:
    """The conventions that the gate has a part in."""
    with np.errstate(all="ignore"):
        ends = [(row, row.function(Tensor(row.at))) for row in conventions()]
    return [row for row, end in ends if name in {node.gate.name for node in history(end.node) if node.gate}]


def slopes(row: Convention) -> list[Any]:
    """The derivative of a convention's function in reverse and in forward mode."""
    with np.errstate(all="ignore"):
        columns = [make_jvp(row.function)(row.at)(e)[1] for e in (np.eye(len(row.at)) if np.ndim(row.at) else [1.0])]
        return [grad(row.function)(row.at), np.reshape(columns, np.shape(row.at))]


def check_own_check(name: str, case: Case) -> None:
    """The public `check_grads` agrees."""
    if GATES[name].pulls:
        for e in examples(name, case):
            check_grads(lambda *xs, e=e: e.gate(xs))(*e.xs)


def check_broadcasting(name: str, case: Case) -> None:
    """Every combination of shapes: the value is the reference's, gradients have their inputs' shapes."""
    if not case.shapes:
        for shapes in itertools.product(SHAPES, repeat=len(case.kinds)):
            e = Example(name, case, shapes, {})
            (same if case.exact else close)(e.gate(e.xs), e.value, e)
            if e.xs:
                pull, pushed = make_vjp(e.gate)(e.xs)[0], make_jvp(e.gate)(e.xs)(tuple(e.vs))[1]
                back = pull(e.g)
                same_space(back, e.xs, e)
                close(pushed, difference(e.reference, e.xs, e.vs), f"forward mode of {e}", 1)
                for i, v in enumerate(e.vs):
                    alone = [v if k == i else np.zeros(np.shape(u))[()] for k, u in enumerate(e.vs)]
                    close(inner(back[i], v), inner(e.g, difference(e.reference, e.xs, alone)), f"{e}, input {i}", 1)


def check_empty(name: str, case: Case) -> None:
    """Arrays without elements: values and gradients without elements."""
    if not case.shapes:
        for shapes in {((2, 0),) * len(case.kinds), ((2, 0), *((1,),) * (len(case.kinds) - 1))}:
            e = Example(name, case, shapes, {})
            same(e.gate(e.xs), e.value, e)
            if e.xs:
                same_space(make_vjp(e.gate)(e.xs)[0](e.g), e.xs, e)


def check_scalar_path(name: str, case: Case) -> None:
    """Python floats give what arrays give, to a few last digits: the value and both derivatives."""
    if not case.shapes and "truth" not in case.kinds[:1]:
        for seed in range(20):
            e = Example(name, case, ((),) * len(case.kinds), {}, seed)
            lifted = [np.array([x]) for x in e.xs]
            value, pushed = make_jvp(e.gate)(e.xs)(tuple(e.vs))
            values, pusheds = make_jvp(e.gate)(tuple(lifted))(tuple(np.array([v]) for v in e.vs))
            for number in (value, e.gate(e.xs), make_vjp(e.gate)(e.xs)[1]):
                few_last_digits(number, values[0], e)
            close(pushed, pusheds[0], f"tangent of {e}")
            for a, b in zip(make_vjp(e.gate)(e.xs)[0](e.g), make_vjp(e.gate)(tuple(lifted))[0](np.array([e.g])),
                            strict=True):
                close(a, b[0], f"gradient of {e}")


def check_special_values(name: str, case: Case) -> None:
    """At 0, huge numbers, inf and nan floats give what NumPy gives on arrays, where Python's own math would raise."""
    gate = GATES[name]
    if not case.shapes and "truth" not in case.kinds and len(case.kinds) < 3:
        with np.errstate(all="ignore"):
            for xs in itertools.product(SPECIAL, repeat=len(case.kinds)):
                lifted = tuple(np.array([x]) for x in xs)
                answers = gate.array(*lifted)[0], gate.array(*xs)          # NumPy's own two differ at power(-inf, 0.5)
                for value in (gate(*xs), plain(gate(*map(Tensor, xs))), gate(*map(np.float64, xs))):
                    assert any(as_numpy(value, b) for b in answers), f"{name}{xs} gave {value}, NumPy {answers}"
                floats, arrays = make_vjp(unpacked(gate))(xs)[0](1.0), make_vjp(unpacked(gate))(lifted)[0](np.ones(1))
                for a, b in zip(floats, arrays, strict=True):
                    np.testing.assert_allclose(a, b[0], rtol=1e-14, err_msg=f"gradient of {name}{xs}")


def unpacked(gate: Any) -> Callable[[Any], Any]:
    return lambda xs: gate(*xs)


def check_dtype(name: str, case: Case) -> None:
    """float32 in: NumPy's dtype out, and float32 gradients and tangents; so for float16, where NumPy takes it."""
    for dtype, e in itertools.product((np.float32, np.float16), examples(name, case)):
        xs = tuple(np.asarray(x, dtype)[()] for x in e.xs if not np.iscomplexobj(x))
        if xs and refused(e.reference, xs):
            assert refused(e.gate, xs), f"{e} takes {dtype.__name__}, which NumPy refuses"
        elif xs:
            with np.errstate(all="ignore"):
                expected = np.asarray(e.reference(xs))
                value, pushed = make_jvp(e.gate)(xs)(xs)
                pull, again = make_vjp(e.gate)(xs)
                back = pull(np.ones(np.shape(value))[()])
            for ans in (value, again, e.gate(xs)):
                assert np.asarray(ans).dtype == expected.dtype, f"{dtype.__name__} {e} gave {np.asarray(ans).dtype}"
            if expected.dtype.kind == "f":
                found = np.asarray(pushed).dtype
                assert found == expected.dtype, f"tangent of {dtype.__name__} {e} is {found}"
            for x, part in zip(xs, back, strict=True):
                assert part.dtype == dtype, f"gradient of {dtype.__name__} {e} is {part.dtype}"
                assert part.shape == x.shape


def refused(f: Callable[[Any], Any], xs: Any) -> bool:
    """Whether f does not take numbers of this dtype."""
    try:
        f(xs)
    except TypeError:
        return True
    return False


def check_memory(name: str, case: Case) -> None:
    """Of the arrays that flow through it, a node keeps alive those that its rules name, and no other."""
    gate = GATES[name]
    for e in examples(name, case):
        xs = [Tensor(x) * 1.0 for x in e.xs]
        ans = e.gate(xs)
        if isinstance(ans, Tensor):
            node = ans.node
            alive = {i: weakref.ref(x.value) for i,
                     x in zip(e.moving, xs, strict=True) if isinstance(x.value, np.ndarray)}
            if isinstance(ans.value, np.ndarray):
                alive["ans"] = weakref.ref(ans.value)
            del xs, ans
            named = {i: gate.keeps[i if gate.arity else 0] for i in e.moving} | {"ans": gate.keeps_ans}
            for which, array in alive.items():
                kept = array() is not None
                assert kept == named[which], f"{e}, made at {node.where()}: {which} is {'kept' if kept else 'lost'}"
                assert not (kept and name in KEEPS_NOTHING), f"{e}: keeps {which}"


def check_label(name: str, case: Case) -> None:
    label = GATES[name].label
    assert isinstance(label, str), f"{name} has the label {label!r}"
    assert label.strip(), f"{name} has no label"
    assert label.isprintable(), f"{name} has the label {label!r}"
    assert GATES[name].name == name


def check_vmap(name: str, case: Case) -> None:
    """Mapped over any of the inputs, vmap gives what a loop gives: values, gradients, tangents."""
    for stack in stacks(name, case):
        mapped_like_a_loop(stack)


def mapped_like_a_loop(stack: Stack) -> None:
    e, rows, xs, axes, value = stack.example, stack.rows, stack.xs, stack.axes, stack.value

    def moving(args: Sequence[Any]) -> tuple[Callable[[Any], Any], tuple[Any, ...]]:
        """The gate as a function of its floating inputs, and these."""
        return (lambda ys: value(*placed(args, e.moving, ys))), tuple(args[i] for i in e.moving)

    def back(*args: Any) -> Any:
        f, ys = moving(args)
        return make_vjp(f)(ys)[0](e.g)

    def forth(*args: Any) -> Any:
        f, ys = moving(args)
        return make_jvp(f)(ys)(tuple(e.vs))[1]

    close(vmap(value, axes)(*xs), np.stack([value(*row) for row in rows]), stack)
    if e.moving:
        close(vmap(forth, axes)(*xs), np.stack([forth(*row) for row in rows]), f"tangents inside {stack}")
        each = list(zip(*(back(*row) for row in rows), strict=True))
        for inside, parts in zip(vmap(back, axes)(*xs), each, strict=True):
            close(inside, np.stack(parts), f"gradients inside {stack}")
        whole = make_vjp(lambda ys: vmap(value, axes)(*placed(xs, e.moving, ys)))
        outside = whole(moving(xs)[1])[0](np.stack([e.g] * 3))
        for i, found, parts in zip(e.moving, outside, each, strict=True):
            close(found, np.stack(parts) if i in stack.mapped else sum(parts), f"gradient of {stack}, input {i}")


def check_complex(name: str, case: Case) -> None:
    """Gates that are defined on complex numbers: everything once more on these."""
    for other in on_complex(name, case):
        _once_more(name, other)


def check_elsewhere(name: str, case: Case) -> None:
    """Gates with another branch in their rules: everything once more on numbers that take it."""
    for other in elsewhere(name, case):
        _once_more(name, other)


def _once_more(name: str, case: Case) -> None:
    for check in (check_value, check_first_order, check_second_order, check_linearity, check_own_check, check_vmap,
                  check_nested):
        check(name, case)


def check_no_grad(name: str, case: Case) -> None:
    """Inside `no_grad` a gate on tensors gives the plain value."""
    for e in examples(name, case):
        with no_grad():
            ans = e.gate([Tensor(x) for x in e.xs])
        assert not isinstance(ans, Tensor), f"{e} was recorded"
        same(ans, e.gate(e.xs), e)


def check_constants(name: str, case: Case) -> None:
    """With some inputs recorded and the others plain, the recorded ones get the same gradients."""
    for e in examples(name, case):
        expected = make_vjp(e.gate)(e.xs)[0](e.g)
        for chosen in subsets(len(e.xs)):
            xs = [Tensor(x) if i in chosen else x for i, x in enumerate(e.xs)]
            ans = e.gate(xs)
            if isinstance(ans, Tensor):
                ans.backward(e.g)
                for i in chosen:
                    same(gradient(xs[i]), expected[i], f"{e}, recorded {chosen}, input {i}")


def gradient(x: Tensor) -> Any:
    return np.zeros(x.shape)[()] if x.grad is None else x.grad


def check_nested(name: str, case: Case) -> None:
    """A walk back inside a walk back: the gate's gradient is differentiated along a line."""
    for e in examples(name, case):
        if GATES[name].pulls:
            def slope(t: Any, e: Example = e) -> Any:
                back = make_vjp(e.gate)(tuple(x * t for x in e.xs))[0](e.g)
                parts = zip(back, map(np.asarray, e.vs), strict=True)
                return sum((np.real((part * v).sum()) for part, v in parts), 0.0 * t)
            twice = difference(lambda ys, e=e: difference(e.reference, ys, e.vs, 2), e.xs, e.xs, 2)
            np.testing.assert_allclose(grad(slope)(1.0), inner(e.g, twice), rtol=TOLERANCE[2],
                                       err_msg=f"grad inside grad of {e}",
                                       atol=TOLERANCE[2] * (1.0 + inner(np.abs(e.g), np.abs(twice))))


def check_integers(name: str, case: Case) -> None:
    """Integer constants count as the floats they stand for, on either side."""
    if not case.shapes and len(case.kinds) == 2 and "truth" not in case.kinds:
        for x, constant in itertools.product((1.5, np.array([1.5, -2.5])), (3, np.array([[3], [4]]))):
            as_float = float(constant) if isinstance(constant, int) else constant.astype(float)
            for place in (0, 1):
                def f(x: Any, constant: Any = constant, place: int = place) -> Any:
                    return GATES[name](*((x, constant) if place == 0 else (constant, x)))
                with np.errstate(invalid="ignore"):
                    value, wanted = f(x), f(x, as_float)
                    pulls = make_vjp(f)(x)[0], make_vjp(lambda x, f=f, c=as_float: f(x, c))(x)[0]
                    same(value, wanted, f"{name} with the constant {constant!r}")
                    same(*(pull(np.ones(np.shape(wanted))[()]) for pull in pulls),
                         f"gradient of {name} with {constant!r}")


def check_copies(name: str, case: Case) -> None:
    """Deep copies and pickles of a graph give the same gradients, to their own leaves alone."""
    for e in examples(name, case):
        graph = [Tensor(x) for x in e.xs]
        graph.append(e.gate(graph))
        if isinstance(graph[-1], Tensor) and name != "checkpoint":           # a checkpoint holds a function
            twins = [copy.deepcopy(graph), pickle.loads(pickle.dumps(graph))]
            graph[-1].backward(e.g)
            for twin in twins:
                assert all(x.grad is None for x in twin)
                twin[-1].backward(e.g)
                for x, other in zip(graph[:-1], twin[:-1], strict=True):
                    same(gradient(other), gradient(x), f"{e}, copied")


CHECKS = {name.removeprefix("check_"): check for name, check in [*globals().items(), *vars(rounding).items()]
          if name.startswith("check_") and inspect.isfunction(check) and check.__module__.startswith("tests.")}
