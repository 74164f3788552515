"""Functions with derivatives declared the HIPS way: every mode, order and structure, and the errors."""
# ruff: noqa: E501 — one row per case, however long
import numpy as np
import pytest

import autograd.numpy as anp
from autograd import (
    Tensor,
    check_grads,
    deriv,
    draw,
    elementwise_grad,
    grad,
    hessian,
    jacobian,
    make_jvp,
    make_vjp,
    no_grad,
    vmap,
)
from autograd.core import SparseObject
from autograd.core import primitive as old_primitive
from autograd.errors import DataError, GraphError, KeywordError, ShapeError
from autograd.extend import (
    JVPNode,
    VJPNode,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    notrace_primitive,
    primitive,
    register_notrace,
    vspace,
)
from autograd.graph import GATES

X = np.array([0.3, 0.7, 1.1])


def cube(both=True):
    """A fresh x³ with rules for one mode or both."""
    f = primitive(lambda x: x**3)
    defvjp(f, lambda ans, x: lambda g: g * 3.0 * x**2)
    if both:
        defjvp(f, lambda t, ans, x: t * 3.0 * x**2)
    return f


def power():
    """x**n with two rules each, n by keyword or position."""
    f = primitive(lambda x, n=2.0: x**n)
    defvjp(f, lambda ans, x, n=2.0: lambda g: g * n * x ** (n - 1), lambda ans, x, n: lambda g: g * ans * anp.log(x))
    defjvp(f, lambda t, ans, x, n=2.0: t * n * x ** (n - 1), lambda t, ans, x, n: t * ans * anp.log(x))
    return f


# ---------------------------------------------------------------- modes and orders
def test_without_tensors_it_is_the_function_itself():
    f = primitive(lambda x, *, note: (x, note))
    assert f(3, note="n") == (3, "n")
    assert f.__name__ == "<lambda>"
    assert f.fun("x", note=1) == ("x", 1)


def test_all_modes_and_orders():
    check_grads(cube(), order=3)(X)
    check_grads(cube(), order=3)(0.5)
    check_grads(power())(X, 2.5)
    check_grads(lambda x: power()(x, n=3.0))(X)
    check_grads(cube(both=False), modes=["rev"], order=3)(X)


def test_it_is_one_gate_of_the_graph():
    def wave(x):
        return np.sin(x)
    y = primitive(wave)(Tensor(X, name="x"))
    assert y.node.gate.label == "wave"
    assert "wave(x)" in draw(y).text()
    assert not any("wave" in name for name in GATES)


def test_rules_see_numpy_numbers():
    seen = []
    f = primitive(lambda x: seen.append(x) or x * 2.0)
    defvjp(f, lambda ans, x: lambda g: seen.extend([ans, x, g]) or g * 2.0)
    assert grad(lambda x: f(x * 1.0) * 3.0)(1.0) == 6.0
    assert [(type(v), v.shape) for v in seen] == [(np.float64, ())] * 4


def test_a_rule_is_made_once_for_all_rows_of_a_jacobian():
    made = []
    f = primitive(lambda x: x * x)
    defvjp(f, lambda ans, x: made.append(x) or (lambda g: 2.0 * x * g))
    np.testing.assert_array_equal(jacobian(f)(X), np.diag(2.0 * X))
    assert len(made) == 1


def test_it_works_under_vmap_no_grad_and_backward():
    np.testing.assert_allclose(vmap(grad(lambda x: np.sum(cube()(x))))(np.stack([X, X + 1.0])),
                               3.0 * np.stack([X, X + 1.0])**2)
    x = Tensor(X)
    np.sum(cube()(x)).backward()
    np.testing.assert_allclose(x.grad, 3.0 * X**2)
    with no_grad():
        assert type(cube()(x)) is np.ndarray


def test_methods_can_be_primitives():
    class Scale:
        def __init__(self, k):
            self.k = k

        @primitive
        def apply(self, x):
            return self.k * x
    defvjp(Scale.apply, None, lambda ans, self, x: lambda g: self.k * g)
    assert grad(lambda x: Scale(5.0).apply(x))(1.0) == 5.0


def test_a_zero_cotangent_stays_zero_at_an_infinite_slope():
    root = primitive(np.sqrt)
    defvjp(root, lambda ans, x: lambda g: g * 0.5 / ans)
    plain = primitive(np.sqrt)
    defvjp(plain, lambda ans, x: lambda g: np.asarray(g).copy() * 0.5 / ans)             # no tensor may come in here
    x = np.array([0.0, 4.0])
    np.testing.assert_array_equal(elementwise_grad(lambda x: np.where(x > 0.0, root(x), 0.0))(x), [0.0, 0.25])
    with np.errstate(invalid="ignore", divide="ignore"):
        np.testing.assert_array_equal(elementwise_grad(lambda x: np.where(x > 0.0, plain(x), 0.0))(x), [np.nan, 0.25])


# ---------------------------------------------------------------- ways to declare
def test_none_means_zero():
    f = primitive(lambda x, y: x * y)
    defvjp(f, None, lambda ans, x, y: lambda g: g * x)
    defjvp(f, None, lambda t, ans, x, y: t * x)
    assert grad(f, (0, 1))(2.0, 3.0) == (0.0, 2.0)
    assert make_jvp(f, (0, 1))(2.0, 3.0)((1.0, 1.0)) == (6.0, 2.0)


def test_argnums_name_the_arguments():
    f = primitive(lambda name, x, y: x * y)
    defvjp(f, lambda ans, name, x, y: lambda g: g * y, lambda ans, name, x, y: lambda g: g * x, argnums=(1, 2))
    defjvp(f, "same", "same", argnums=[1, 2])
    check_grads(lambda x, y: f("name", x, y))(X, X + 1.0)


def test_rules_for_every_argument_at_once():
    f = primitive(lambda *xs: sum(x * x for x in xs))
    defvjp_argnum(f, lambda argnum, ans, args, kwargs: lambda g: 2.0 * args[argnum] * g)
    defjvp_argnum(f, lambda argnum, t, ans, args, kwargs: 2.0 * args[argnum] * t)
    check_grads(f)(X, X + 1.0, X + 2.0)
    defvjp_argnums(f, lambda argnums, ans, args, kwargs: lambda g: (2.0 * args[i] * g for i in argnums))
    defjvp_argnums(f, lambda argnums, ts, ans, args, kwargs: sum(2.0 * args[i] * t for i, t in zip(argnums, ts, strict=True)))
    check_grads(lambda x, z: f(x, 1.0, z))(X, X + 1.0)


def test_linear_functions():
    f = primitive(lambda x, y: 3.0 * x * y)
    def_linear(f)
    assert make_jvp(f, (0, 1))(2.0, 5.0)((1.0, 10.0))[1] == 3.0 * (5.0 + 20.0)


def test_the_ways_of_old():
    f = old_primitive(lambda x, y: x * y)
    with pytest.warns(DeprecationWarning, match=r"f.defgrad is deprecated.\n  at .*test_primitive.py"):
        f.defgrad(lambda ans, x, y: lambda g: g * y)
    with pytest.warns(DeprecationWarning, match="defvjp"):
        f.defvjp(lambda g, ans, vs, gvs, x, y: g * x * (vs == gvs), argnum=1)
    check_grads(f, modes=["rev"])(X, X + 1.0)
    with pytest.warns(DeprecationWarning, match="defvjp_is_zero"):
        f.defvjp_is_zero([0])
    assert grad(f)(2.0, 3.0) == 0.0


def test_cotangents_may_be_sparse():
    f = primitive(lambda x: x[1])

    def add_to(vector, g):
        vector[1] += g
        return vector
    defvjp(f, lambda ans, x: lambda g: SparseObject(vspace(x), lambda vector: add_to(vector, g)))
    np.testing.assert_array_equal(grad(lambda x: f(x) + x[0] * f(x))(X), [X[1], 1.0 + X[0], 0.0])


def test_cotangents_lose_the_axes_of_broadcasting():
    f = primitive(lambda x, y: x * y)
    defvjp(f, lambda ans, x, y: lambda g: g * y, lambda ans, x, y: lambda g: g * x)
    back = make_vjp(f, (0, 1))(2.0, X)[0](np.ones(3))
    assert back[0] == pytest.approx(X.sum())
    np.testing.assert_array_equal(back[1], np.full(3, 2.0))


# ---------------------------------------------------------------- arguments and outputs of any structure
def test_containers_and_objects_as_arguments():
    f = primitive(lambda tree, how: how(tree["a"][0] * tree["b"], tree["a"][1]))
    defvjp(f, lambda ans, tree, how: lambda g: {"a": (g * tree["b"], g), "b": g * tree["a"][0]})
    tree = {"a": (2.0, 3.0), "b": 5.0}
    assert grad(lambda tree: f(tree, lambda x, y: x + y))(tree) == {"a": (5.0, 1.0), "b": 2.0}
    assert grad(lambda x: f({"a": (x, 1.0), "b": x}, lambda x, y: x + y))(4.0) == 8.0


def test_the_cotangent_of_a_list_may_be_an_array():
    f = primitive(lambda xs: xs[0] * xs[1])
    defvjp(f, lambda ans, xs: lambda g: g * np.array([xs[1], xs[0]]))
    assert grad(f)([2.0, 3.0]) == [3.0, 2.0]


def several():
    f = primitive(lambda x: (x * x, {"sum": np.sum(x), "note": "n"}, [7]))
    defvjp(f, lambda ans, x: lambda g: 2.0 * x * g[0] + g[1]["sum"])
    defjvp(f, lambda t, ans, x: (2.0 * x * t, {"sum": anp.sum(t), "note": None}, [0]))
    return f


@pytest.mark.parametrize("x", [X, 2.0, X.reshape(3, 1)])
def test_several_outputs(x):
    def both(x):
        square, rest, seven = several()(x)
        assert (rest["note"], seven) == ("n", [7])
        return square * rest["sum"]
    assert type(several()(x)[0]) is type(x)
    check_grads(both, order=2)(x)
    check_grads(lambda x: several()(x)[1]["sum"])(x)


def test_several_outputs_of_several_dtypes():
    f = primitive(lambda x: (x * np.float32(2.0), x.astype(complex) * 1j))
    defvjp(f, lambda ans, x: lambda g: g[0] * 2.0 + anp.real(g[1] * 1j))
    x = X.astype(np.float32)
    kept = []
    np.testing.assert_array_equal(grad(lambda x: kept.extend(f(x)) or np.sum(kept[0]) + np.sum(np.imag(kept[1])))(x),
                                  np.full(3, 3.0))
    assert [y.dtype for y in kept] == [np.float32, np.complex128]


def test_several_outputs_under_vmap_and_jacobian():
    np.testing.assert_array_equal(vmap(lambda x: several()(x)[0])(np.stack([X, X])), np.stack([X, X])**2)
    np.testing.assert_array_equal(jacobian(lambda x: several()(x)[0])(X), np.diag(2.0 * X))
    np.testing.assert_allclose(hessian(lambda x: np.sum(several()(x)[0]))(X), 2.0 * np.eye(3))


def test_what_somebody_writes_into_an_argument_later_does_not_matter():
    w = np.array([1.0, 2.0, 3.0])
    f = primitive(lambda x, w: np.sum(x * w))
    defvjp(f, lambda ans, x, w: lambda g: g * w)
    pull = make_vjp(lambda x: f(x, w))(X)[0]
    w[:] = 0.0
    np.testing.assert_array_equal(pull(1.0), [1.0, 2.0, 3.0])


# ---------------------------------------------------------------- constants
def test_notrace_primitives_get_plain_values():
    kinds = []
    f = notrace_primitive(lambda x: kinds.append(type(x)) or 2.0)
    assert hessian(lambda x: np.sum(x * x) * f(x))(X).tolist() == (4.0 * np.eye(3)).tolist()
    assert set(kinds) == {np.ndarray}


@pytest.mark.parametrize(("kind", "reverse", "forward"), [(VJPNode, 1.0, 3.0), (JVPNode, 3.0, 1.0)])
def test_a_primitive_may_be_constant_for_one_mode(kind, reverse, forward):
    f = primitive(lambda x: x * 2.0)
    defvjp(f, lambda ans, x: lambda g: 2.0 * g)
    defjvp(f, lambda t, ans, x: 2.0 * t)
    register_notrace(kind, f)
    assert grad(lambda x: x + f(x))(1.0) == reverse
    assert deriv(lambda x: x + f(x))(1.0) == forward


# ---------------------------------------------------------------- errors
def test_a_missing_rule_is_named():
    def twice(x, y):
        return 2.0 * x
    f = primitive(twice)
    with pytest.raises(NotImplementedError, match=r"VJP of twice wrt argnums \(0,\) not defined.*\n.*\n  declare it with defvjp\(twice"):
        grad(f)(1.0, 2.0)
    with pytest.raises(NotImplementedError, match="JVP of twice"):
        deriv(f)(1.0, 2.0)
    defvjp(f, lambda ans, x, y: lambda g: 2.0 * g)
    defjvp(f, "same")
    with pytest.raises(NotImplementedError, match="VJP of twice wrt argnums 1 "):
        grad(f, 1)(1.0, 2.0)
    with pytest.raises(NotImplementedError, match="JVP of twice wrt argnums 1 "):
        deriv(f, 1)(1.0, 2.0)


@pytest.mark.parametrize("declare", [defvjp, defjvp, defvjp_argnum, defjvp_argnum, defvjp_argnums, defjvp_argnums])
def test_only_primitives_have_declared_rules(declare):
    with pytest.raises(KeywordError, match=r"a derivative for tanh, which is no primitive[\s\S]*primitive\(f\)"):
        declare(np.tanh, lambda ans, x: lambda g: g)


def test_an_unknown_word_for_a_rule():
    with pytest.raises(KeywordError, match="'sane'"):
        defjvp(primitive(lambda x: x), "sane")


def test_tensors_by_keyword_are_refused():
    with pytest.raises(KeywordError, match=r"<lambda> got a tensor as keyword 'n'[\s\S]*test_primitive.py"):
        grad(lambda x: power()(2.0, n=x))(3.0)


def test_tensors_that_are_no_arguments_are_refused():
    def outer(x):
        f = primitive(lambda y: x * y)
        defvjp(f, lambda ans, y: lambda g: g)
        return f(x * 2.0)
    with pytest.raises(GraphError, match="computes with a tensor that is none of its arguments"):
        grad(outer)(1.0)


def test_a_tensor_of_an_outer_level_may_be_used():
    def outer(x):
        f = primitive(lambda y: x * y)
        defvjp(f, lambda ans, y: lambda g: g * x)
        return grad(f)(5.0)
    assert grad(outer)(3.0) == 1.0


@pytest.mark.parametrize("out", [3, True, "text", None, np.arange(2)])
def test_an_output_without_a_derivative(out):
    with pytest.raises(DataError, match=r"returned .*which has no derivative[\s\S]*notrace_primitive"):
        grad(primitive(lambda x: out))(1.0)


def test_a_cotangent_of_the_wrong_shape():
    f = primitive(lambda x: x)
    defvjp(f, lambda ans, x: lambda g: np.ones(4))
    with pytest.raises(ShapeError, match=r"the vjp of <lambda> gave shape \(4,\) for argument 0, whose shape is \(3,\)"):
        grad(lambda x: np.sum(f(x)))(X)


def test_errors_of_the_function_are_its_own():
    class Mine(Exception):
        pass

    def fail(x):
        raise Mine("text")
    with pytest.raises(Mine, match="^text$"):
        grad(primitive(fail))(1.0)


def test_a_wrong_rule_is_found_and_named():
    def double(x):
        return 2.0 * x
    f = primitive(double)
    defvjp(f, lambda ans, x: lambda g: 2.001 * g)
    defjvp(f, lambda t, ans, x: 2.0 * t)
    with pytest.raises(AssertionError, match=r"the gate primitive double at .*test_primitive.py"):
        check_grads(lambda x: np.sin(f(x)), modes=["rev"])(X)
