"""The test machine: what must be true of every gate. `test_gates` runs it on all, `test_machine` on gates that are wrong.

Derivatives are compared with differences of the case's reference in extended precision, which share no line of code
with the engine. A check takes a gate's name and its case, and raises AssertionError.
"""
import copy
import inspect
import itertools
import pickle
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd import Tensor, check_grads, grad, make_jvp, make_vjp, no_grad, vmap
from autograd.graph import GATES, plain
from tests.cases import KEEPS_NOTHING, PAIRED, Case, draw

SHAPES = [(), (1,), (3,), (2, 1), (2, 3), (1, 3)]
EPS = float(np.finfo(np.longdouble).eps)
TOLERANCE = {1: 1e4 * EPS**0.8 + 1e-13, 2: 1e4 * EPS**(2 / 3) + 1e-13}      # stencil error, times a wide margin
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 1000.0, -1000.0, 1e308, -1e308, 5e-324, np.inf, -np.inf, np.nan]


# ---------------------------------------------------------------- one gate on one set of inputs
class Example:
    """A gate with inputs, of which the floating ones move."""

    def __init__(self, name: str, case: Case, shapes: Sequence[Any], params: dict[str, Any], seed: int = 0) -> None:
        self.name, self.case, self.params, self.shapes = name, case, params, shapes
        rng = np.random.default_rng([seed, *name.encode()])
        self.args = [draw(kind, shape, rng) for kind, shape in zip(case.kinds, shapes, strict=False)]
        self.moving = [i for i, x in enumerate(self.args) if is_real(x)]
        self.xs = tuple(self.args[i] for i in self.moving)
        self.vs, self.ws = ([noise(x, rng) for x in self.xs] for _ in range(2))
        self.value = self.reference(self.xs)
        self.g = noise(self.value, rng)

    def gate(self, xs: Sequence[Any]) -> Any:
        return GATES[self.name](*self.filled(xs), **self.params)

    def reference(self, xs: Sequence[Any]) -> Any:
        return self.case.reference(*self.filled(xs), **self.params)

    def filled(self, xs: Sequence[Any]) -> list[Any]:
        args = list(self.args)
        for i, x in zip(self.moving, xs, strict=True):
            args[i] = x
        return args

    def __repr__(self) -> str:
        return f"{self.name} of {self.shapes} {self.params}"


def examples(name: str, case: Case, seed: int = 0) -> list[Example]:
    n = len(case.kinds)
    rows: Sequence[Any] = case.shapes or [((),) * n, ((2, 3),) * n, *([((3,), (2, 1), ())[:n]] if n > 1 else [])]
    pairs = zip(rows, case.params, strict=True) if name in PAIRED else itertools.product(rows, case.params)
    return [Example(name, case, shapes, params, seed) for shapes, params in pairs]


def is_real(x: Any) -> bool:
    return isinstance(x, float) or np.asarray(x).dtype.kind == "f"


def noise(x: Any, rng: np.random.Generator) -> Any:
    ans = rng.standard_normal(np.shape(x))
    return ans if np.shape(x) else float(ans)


# ---------------------------------------------------------------- agreement
def same(a: Any, b: Any, what: Any) -> None:
    """Equal to the last bit; Python's `math` on floats may differ from NumPy in the last digits."""
    assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, expected {np.shape(b)}"
    if np.shape(b):
        np.testing.assert_array_equal(a, b, err_msg=str(what))
    else:
        few_last_digits(a, b, what)


def few_last_digits(a: Any, b: Any, what: Any) -> None:
    assert as_numpy(a, b), f"{what} gave {a}, expected {b}"


def as_numpy(a: Any, b: Any) -> bool:
    """Whether the numbers agree to 4 units in the last place; the sign of a zero and nan count."""
    a, b = np.float64(a), np.float64(b)
    if np.isfinite(a) and np.isfinite(b):
        return bool(abs(a - b) <= 4 * np.spacing(abs(b)) and (a != 0.0 or np.signbit(a) == np.signbit(b)))
    return bool(a == b or (np.isnan(a) and np.isnan(b)))


def close(a: Any, b: Any, what: Any, order: int = 0) -> None:
    """Equal up to rounding (order 0), or up to the error of differences of that order."""
    assert np.shape(a) == np.shape(b), f"{what}: shape {np.shape(a)}, expected {np.shape(b)}"
    tolerance = TOLERANCE.get(order, 1e-14)
    size = float(np.max(np.abs(b), initial=0.0)) if np.size(b) else 0.0
    np.testing.assert_allclose(np.asarray(a, float), np.asarray(b, float), rtol=tolerance, atol=tolerance * (1.0 + size),
                               err_msg=str(what))


def extended(xs: Sequence[Any]) -> list[Any]:
    return [np.asarray(x, np.longdouble)[()] for x in xs]


def difference(f: Callable[[Sequence[Any]], Any], xs: Sequence[Any], vs: Sequence[Any], order: int = 1) -> Any:
    """The derivative of f at xs along vs, by the five-point stencil in extended precision."""
    step = EPS ** (1 / (4 + order))

    def at(k: int) -> Any:
        return np.asarray(f([x + k * step * v for x, v in zip(extended(xs), extended(vs), strict=True)]), np.longdouble)
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)


def inner(a: Any, b: Any) -> float:
    """The inner product of two values, or of two lists of values."""
    if isinstance(a, list | tuple):
        return sum(inner(x, y) for x, y in zip(a, b, strict=True))
    return float(np.sum(np.multiply(a, b, dtype=np.longdouble)))


def same_space(a: Sequence[Any], xs: Sequence[Any], what: Any) -> None:
    """Every gradient has its input's shape and type."""
    for x, part in zip(xs, a, strict=True):
        assert np.shape(part) == np.shape(x), f"{what}: gradient of shape {np.shape(part)} for an input of {np.shape(x)}"
        assert type(part) is type(x), f"{what}: gradient {type(part)} for an input {type(x)}"


def first_order(f: Callable[..., Any], reference: Callable[..., Any], xs: Any, vs: Any, g: Any, what: Any) -> None:
    """Forward and reverse mode against differences, for each input alone and for all together."""
    value, pushed = make_jvp(f)(xs)(tuple(vs))
    expected = difference(reference, xs, vs)
    close(pushed, expected, f"forward mode of {what}", 1)
    pull, again = make_vjp(f)(xs)
    same(again, value, f"value of {what} in reverse and forward mode")
    back = pull(g)
    same_space(back, xs, what)
    for i in range(len(xs)):
        alone = [v if k == i else np.zeros(np.shape(v))[()] for k, v in enumerate(vs)]
        expected = difference(reference, xs, alone)
        close(inner(back[i], vs[i]), inner(g, expected), f"reverse mode of {what}, input {i}", 1)
        one = make_jvp(lambda x, i=i: f([*xs[:i], x, *xs[i + 1:]]))(xs[i])(vs[i])[1]
        close(one, expected, f"forward mode of {what}, input {i} alone", 1)


def second_order(f: Callable[..., Any], reference: Callable[..., Any], xs: Any, vs: Any, ws: Any, g: Any, what: Any) -> None:
    """g·∂²f[v, w] four ways: forward and reverse over forward and reverse."""
    twice = difference(lambda ys: difference(reference, ys, vs, 2), xs, ws, 2)
    expected = inner(g, twice)
    forward, reverse = (lambda ys: make_jvp(f)(ys)(tuple(vs))[1]), (lambda ys: make_vjp(f)(ys)[0](g))
    found = {"forward over forward": inner(g, make_jvp(forward)(xs)(tuple(ws))[1]),
             "forward over reverse": inner(make_jvp(reverse)(xs)(tuple(ws))[1], vs),
             "reverse over forward": inner(make_vjp(forward)(xs)[0](g), ws),
             "reverse over reverse": inner(make_vjp(reverse)(xs)[0](tuple(vs)), ws)}
    for mode, number in found.items():
        np.testing.assert_allclose(number, expected, rtol=TOLERANCE[2], err_msg=f"{mode} of {what}",
                                   atol=TOLERANCE[2] * (1.0 + inner(np.abs(g), np.abs(twice))))


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
            for a, b in zip(make_vjp(e.gate)(e.xs)[0](e.g), make_vjp(e.gate)(tuple(lifted))[0](np.array([e.g])), strict=True):
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
                    assert any(as_numpy(value, answer) for answer in answers), f"{name}{xs} gave {value}, NumPy {answers}"
                floats, arrays = make_vjp(unpacked(gate))(xs)[0](1.0), make_vjp(unpacked(gate))(lifted)[0](np.ones(1))
                for a, b in zip(floats, arrays, strict=True):
                    np.testing.assert_allclose(a, b[0], rtol=1e-14, err_msg=f"gradient of {name}{xs}")


def unpacked(gate: Any) -> Callable[[Any], Any]:
    return lambda xs: gate(*xs)


def check_dtype(name: str, case: Case) -> None:
    """float32 in: the value has NumPy's dtype, gradients and tangents are float32; so for float16."""
    for dtype, e in itertools.product((np.float32, np.float16), examples(name, case)):
        xs = tuple(np.asarray(x, dtype)[()] for x in e.xs)
        if xs:
            with np.errstate(all="ignore"):
                expected = np.asarray(e.reference(xs))
                value, pushed = make_jvp(e.gate)(xs)(xs)
                pull, again = make_vjp(e.gate)(xs)
                back = pull(np.ones(np.shape(value))[()])
            for ans in (value, again, e.gate(xs)):
                assert np.asarray(ans).dtype == expected.dtype, f"{dtype.__name__} {e} gave {np.asarray(ans).dtype}"
            if expected.dtype.kind == "f":
                assert np.asarray(pushed).dtype == expected.dtype, f"tangent of {dtype.__name__} {e}: {np.asarray(pushed).dtype}"
            for x, part in zip(xs, back, strict=True):
                assert part.dtype == dtype, f"gradient of {dtype.__name__} {e} is {part.dtype}"
                assert part.shape == x.shape


def check_memory(name: str, case: Case) -> None:
    """Of the arrays that flow through it, a node keeps alive those that its rules name, and no other."""
    gate = GATES[name]
    for e in examples(name, case):
        xs = [Tensor(x) * 1.0 for x in e.xs]
        ans = e.gate(xs)
        if isinstance(ans, Tensor):
            node = ans.node
            alive = {i: weakref.ref(x.value) for i, x in zip(e.moving, xs, strict=True) if isinstance(x.value, np.ndarray)}
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
    groups = zip(*(examples(name, case, seed) for seed in range(3)), strict=True)
    for group in groups:
        e = group[0]
        for mapped in subsets(len(e.args)):
            columns = [[other.args[i] if i in mapped else e.args[i] for other in group] for i in range(len(e.args))]
            xs = [np.stack(column) if i in mapped else column[0] for i, column in enumerate(columns)]
            axes = tuple(0 if i in mapped else None for i in range(len(xs)))
            rows = list(zip(*columns, strict=True))
            gate = GATES[name]

            def f(*xs: Any, gate: Any = gate, e: Example = e) -> Any:
                return gate(*xs, **e.params)

            def back(*xs: Any, f: Any = f, e: Example = e) -> Any:
                moving = tuple(xs[i] for i in e.moving)
                fixed = e.moving
                return make_vjp(lambda ys: f(*placed(xs, fixed, ys)))(moving)[0](e.g)

            def forth(*xs: Any, f: Any = f, e: Example = e) -> Any:
                moving = tuple(xs[i] for i in e.moving)
                fixed = e.moving
                return make_jvp(lambda ys: f(*placed(xs, fixed, ys)))(moving)(tuple(e.vs))[1]

            what = f"vmap over inputs {mapped} of {e}"
            values = vmap(f, axes)(*xs)
            close(values, np.stack([f(*row) for row in rows]), what)
            if not e.moving:
                continue
            for a, b in zip(vmap(back, axes)(*xs), zip(*(back(*row) for row in rows), strict=True), strict=True):
                close(a, np.stack(b), f"gradients inside {what}")
            close(vmap(forth, axes)(*xs), np.stack([forth(*row) for row in rows]), f"tangents inside {what}")
            outer_gradient(f, xs, axes, rows, e, what)


def outer_gradient(f: Any, xs: Any, axes: Any, rows: Any, e: Example, what: str) -> None:
    """The gradient of a vmap is the vmap of the gradient, and shared inputs get the sum."""
    gs = np.stack([e.g * (k + 1.0) for k in range(len(rows))])
    found = make_vjp(lambda ys: vmap(f, axes)(*placed(xs, e.moving, ys)))(tuple(xs[i] for i in e.moving))[0](gs)
    each = [make_vjp(lambda ys, row=row: f(*placed(row, e.moving, ys)))(tuple(row[i] for i in e.moving))[0](g)
            for row, g in zip(rows, [float(g) if np.ndim(g) == 0 else g for g in gs], strict=True)]
    for i, a, parts in zip(e.moving, found, zip(*each, strict=True), strict=True):
        close(a, np.stack(parts) if axes[i] == 0 else sum(parts), f"gradient of {what}, input {i}")


def placed(args: Sequence[Any], where: Sequence[int], xs: Sequence[Any]) -> list[Any]:
    new = list(args)
    for i, x in zip(where, xs, strict=True):
        new[i] = x
    return new


def subsets(n: int) -> Iterator[tuple[int, ...]]:
    for size in range(1, n + 1):
        yield from itertools.combinations(range(n), size)


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
                return sum(((part * v).sum() for part, v in zip(back, map(np.asarray, e.vs), strict=True)), 0.0 * t)
            twice = difference(lambda ys, e=e: difference(e.reference, ys, e.vs, 2), e.xs, e.xs, 2)
            np.testing.assert_allclose(grad(slope)(1.0), inner(e.g, twice), rtol=TOLERANCE[2], err_msg=f"grad inside grad of {e}",
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
                    same(*(pull(np.ones(np.shape(wanted))[()]) for pull in pulls), f"gradient of {name} with {constant!r}")


def check_copies(name: str, case: Case) -> None:
    """Deep copies and pickles of a graph give the same gradients to their own leaves, and share nothing with the first."""
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


CHECKS = {name.removeprefix("check_"): check for name, check in list(globals().items())
          if name.startswith("check_") and inspect.isfunction(check) and check.__module__ == __name__}
