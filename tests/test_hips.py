"""The names of HIPS/autograd, module by module, and what the small modules behind them do."""
# ruff: noqa: E501 — one row per case, however long
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import check_grads, core, grad, make_hvp
from autograd.misc import flatten
from autograd.misc.fixed_points import fixed_point
from autograd.misc.flatten import flatten_func
from autograd.misc.optimizers import adam, rmsprop, sgd, unflatten_optimizer
from autograd.test_util import check_equivalent, check_jvp, check_vjp, combo_check, scalar_close
from autograd.test_util import check_grads as hips_check_grads
from autograd.util import func, quick_grad_check
from autograd.wrap_util import get_doc, get_name, unary_to_nary, wraps
from tests.hips.expected import LIST, reasons

ROOT = Path(__file__).parents[1]
NAMES = {
    "": "checkpoint deriv dict elementwise_grad grad grad_and_aux grad_named hessian hessian_tensor_product "
        "hessian_vector_product holomorphic_grad isinstance jacobian list make_ggnvp make_hvp make_jvp make_vjp "
        "multigrad_dict primitive tensor_jacobian_product tuple type value_and_grad vector_jacobian_product",
    "builtins": "DictBox SequenceBox dict isinstance list tuple type DictVSpace ListVSpace SequenceVSpace TupleVSpace",
    "core": "JVPNode SparseObject VJPNode VSpace backward_pass def_linear defjvp defjvp_argnum defjvp_argnums defvjp "
            "defvjp_argnum defvjp_argnums make_jvp make_vjp primitive primitive_jvps primitive_vjps sparse_add vspace",
    "differential_operators": "checkpoint deriv elementwise_grad grad grad_and_aux grad_named hessian "
                              "hessian_tensor_product hessian_vector_product holomorphic_grad jacobian make_ggnvp "
                              "make_hvp make_jvp make_jvp_reversemode make_vjp multigrad_dict "
                              "tensor_jacobian_product value_and_grad vector_jacobian_product",
    "extend": "Box JVPNode SparseObject VJPNode VSpace def_linear defjvp defjvp_argnum defjvp_argnums defvjp "
              "defvjp_argnum defvjp_argnums notrace_primitive primitive register_notrace vspace",
    "misc": "const_graph flatten", "misc.fixed_points": "fixed_point", "misc.flatten": "flatten flatten_func",
    "misc.optimizers": "adam rmsprop sgd unflatten_optimizer", "misc.tracers": "const_graph const_graph_unary full_graph",
    "numpy": "array concatenate dot fft linalg make_diagonal numpy_boxes numpy_wrapper r_ c_ random row_stack",
    "numpy.fft": "fft ifft rfftn", "numpy.linalg": "det inv norm solve", "numpy.random": "randn seed RandomState",
    "numpy.numpy_boxes": "ArrayBox SequenceBox Box", "numpy.numpy_jvps": "def_linear defjvp",
    "numpy.numpy_vjps": "match_complex replace_zero unbroadcast unbroadcast_f",
    "numpy.numpy_vspaces": "ArrayVSpace ComplexArrayVSpace", "numpy.numpy_wrapper": "metadata wrap_namespace",
    "test_util": "check_equivalent check_grads check_jvp check_vjp combo_check scalar_close",
    "tracer": "Box Node getval isbox new_box notrace_primitive primitive register_notrace toposort trace trace_stack",
    "util": "func quick_grad_check subval subvals toposort", "wrap_util": "get_doc get_name unary_to_nary wraps",
}


@pytest.mark.parametrize("module", NAMES)
def test_the_names_are_there(module):
    found = importlib.import_module(f"autograd.{module}".rstrip("."))
    assert [name for name in NAMES[module].split() if not hasattr(found, name)] == []
    assert [name for name in getattr(found, "__all__", ()) if not hasattr(found, name)] == []


def test_modules_are_found_without_importing_them():
    code = "import autograd; print(autograd.numpy.sin(0.0), autograd.extend.primitive.__name__, autograd.builtins.tuple)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "0.0 primitive <class 'tuple'>"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        autograd.nonsense  # noqa: B018


@pytest.mark.parametrize("path", sorted(p for p in (ROOT / "autograd").glob("*.py") if "as HIPS names it" in p.read_text("utf-8")),
                         ids=lambda path: path.stem)
def test_shims_are_short(path):
    assert len(path.read_text("utf-8").splitlines()) <= 50


# ---------------------------------------------------------------- core
def test_the_two_operators_under_everything():
    pull, value = core.make_vjp(lambda x: x * x, 3.0)
    assert (value, pull(2.0)) == (9.0, 12.0)
    assert core.make_jvp(lambda x: x * x, 3.0)(2.0) == (9.0, 12.0)


# ---------------------------------------------------------------- misc
TREE = {"b": (1.0, np.arange(3.0)), "a": [np.ones((2, 2)), {"y": 5.0, "x": 4.0}], "c": ()}


def test_flattening_there_and_back():
    vector, unflatten = flatten(TREE)
    np.testing.assert_array_equal(vector, [1.0, 1.0, 1.0, 1.0, 4.0, 5.0, 1.0, 0.0, 1.0, 2.0])
    again = unflatten(vector)
    assert (again["b"][0], again["a"][1], again["c"]) == (1.0, {"y": 5.0, "x": 4.0}, ())
    np.testing.assert_array_equal(flatten(again)[0], vector)
    assert flatten([])[0].shape == (0,)
    value, unflatten = flatten(1.0 + 2j)
    assert unflatten(value) == 1.0 + 2j


def test_flattening_is_differentiated():
    g = grad(lambda tree: np.sum(flatten(tree)[0]**2))(TREE)
    assert (g["b"][0], g["a"][1]) == (2.0, {"y": 10.0, "x": 8.0})
    vector, unflatten = flatten(TREE)
    check_grads(lambda v: unflatten(v)["b"][1] * unflatten(v)["a"][1]["y"])(vector)


def test_functions_of_vectors():
    f, unflatten, vector = flatten_func(lambda tree, k: [tree["b"] * k, tree["a"]], {"b": 1.0, "a": 2.0})
    np.testing.assert_array_equal(f(vector, 10.0), [10.0, 2.0])
    assert unflatten(vector) == {"a": 2.0, "b": 1.0}


@pytest.mark.parametrize(("optimize", "options"), [(sgd, {"num_iters": 400}), (rmsprop, {"num_iters": 400, "step_size": 0.01}),
                                                   (adam, {"num_iters": 3000, "step_size": 0.01})])
def test_optimizers_find_the_minimum(optimize, options):
    seen = []
    f = lambda tree: (tree["a"] - 3.0)**2 + np.sum((tree["b"] + 1.0)**2)                # noqa: E731
    best = optimize(lambda tree, i: grad(f)(tree), {"a": 0.0, "b": np.ones(2)},
                    callback=lambda tree, i, g: seen.append((i, tree["a"], g["a"])), **options)
    assert best["a"] == pytest.approx(3.0, abs=1e-2)
    np.testing.assert_allclose(best["b"], -np.ones(2), atol=1e-2)
    assert seen[0] == (0, 0.0, -6.0)
    assert len(seen) == options["num_iters"]


def test_optimizers_take_the_steps_of_their_formulas():
    def last(optimize, steps, **options):
        return optimize(lambda x, i: 2.0 * x + i, 1.0, num_iters=steps, **options)
    assert last(sgd, 2) == pytest.approx(1.0 - 0.1 * 0.2 - 0.1 * (0.9 * 0.2 + 0.1 * (2.0 * 0.98 + 1.0)))
    assert last(rmsprop, 1) == pytest.approx(1.0 - 0.1 * 2.0 / np.sqrt(0.9 + 0.1 * 4.0))
    assert last(adam, 1) == pytest.approx(1.0 - 0.001)
    mean, square = 0.9 * 0.1 * 2.0 + 0.1 * 2.998, 0.999 * 0.001 * 4.0 + 0.001 * 2.998**2
    assert last(adam, 2) == pytest.approx(0.999 - 0.001 * mean / (1 - 0.81) / np.sqrt(square / (1 - 0.999**2)))


def test_optimizers_of_ones_own():
    @unflatten_optimizer
    def once(grad, x, callback=None, factor=1.0):
        return x - factor * grad(x, 0)
    assert once(lambda tree, i: {"a": tree["a"]}, {"a": 2.0}, factor=0.5) == {"a": 1.0}


def test_optimizers_are_differentiated():
    after = lambda rate: sgd(lambda x, i: 2.0 * x, 1.0, num_iters=3, step_size=rate)     # noqa: E731
    assert grad(after)(0.1) == pytest.approx((after(0.1 + 1e-6) - after(0.1 - 1e-6)) / 2e-6)


def test_fixed_points():
    root = lambda a: fixed_point(lambda a: lambda x: 0.5 * (x + a / x), a, 1.0, lambda x, y: abs(x - y), 1e-12)   # noqa: E731
    assert root(2.0) == pytest.approx(np.sqrt(2.0))
    assert grad(root)(2.0) == pytest.approx(0.5 / np.sqrt(2.0))
    assert grad(grad(root))(2.0) == pytest.approx(-0.25 * 2.0**-1.5)


# ---------------------------------------------------------------- checks
def test_checks_pass_what_is_right_and_find_what_is_wrong():
    f, wrong = lambda x, y: np.sin(x) * y, core.primitive(lambda x: x * x)
    core.defvjp(wrong, lambda ans, x: lambda g: g * x)
    core.defjvp(wrong, lambda t, ans, x: t * x)
    hips_check_grads(f, (0, 1), modes=["fwd", "rev"], order=2)(0.3, np.ones(2))
    hips_check_grads(f)(0.3, 2.0)
    check_vjp(np.sin, 0.3)
    check_jvp(np.sin, 0.3)
    quick_grad_check(f, 0.3, (2.0,), verbose=False)
    for check in (check_vjp, check_jvp, lambda f, x: hips_check_grads(f)(x), quick_grad_check):
        with pytest.raises(AssertionError):
            check(wrong, 0.3)


def test_combinations_are_all_checked():
    seen = []

    def f(x, y, k=1.0):
        seen.append((np.shape(getattr(x, "data", x)), float(np.size(y)), k))
        return x * y * k
    combo_check(f, (0, 1), order=1)([1.0, np.ones(2)], [2.0], k=[3.0, 4.0])
    assert {(shape, k) for shape, _, k in seen} == {((), 3.0), ((), 4.0), ((2,), 3.0), ((2,), 4.0)}


def test_equivalent_values():
    check_equivalent([1.0, np.ones(2)], [1.0 + 1e-9, np.ones(2)])
    for other in ([1.1, np.ones(2)], (1.0, np.ones(2)), [1.0, np.ones(3)], [1.0, np.ones(2, np.float32)]):
        with pytest.raises(AssertionError):
            check_equivalent([1.0, np.ones(2)], other)
    assert scalar_close(1e9, 1e9 + 1.0)
    assert not scalar_close(1.0, 1.1)


# ---------------------------------------------------------------- names of functions
def test_operators_of_ones_own():
    @unary_to_nary
    def slope(f, x, scale=1.0):
        return scale * grad(f)(x)
    assert slope(lambda x, y: x * y, 1, scale=10.0)(2.0, 3.0) == 20.0
    assert make_hvp(lambda x: x * x * x)(2.0)[0](1.0) == 12.0


def test_wrapped_names():
    def f():
        """What f does."""
    g = wraps(f, "{how}_of_{fun}", "{how}: {doc}", how="grad")(lambda: None)
    assert (g.__name__, g.__doc__) == ("grad_of_f", "grad: What f does.")
    assert (get_name(f), get_name(3), get_doc(f), func(f)) == ("f", "[unknown name]", "What f does.", f)


# ---------------------------------------------------------------- the list of the stage that runs HIPS's own tests
def test_every_deselected_test_has_a_reason():
    listed = reasons(LIST.read_text(encoding="utf-8"))
    assert 0 < len(listed) < 20
    assert [test for test, reason in listed.items() if len(reason) < 20 or "::" not in test] == []
    assert reasons("# about\n\na::b[1-x]  # because\nc::d") == {"a::b[1-x]": "because", "c::d": ""}


def test_the_stage_wants_listed_tests_to_fail(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_good(): pass\ndef test_bad(): assert False\n")

    def stage(listed):
        (tmp_path / "deselected.txt").write_text(listed)
        (tmp_path / "expected.py").write_text((ROOT / "tests/hips/expected.py").read_text("utf-8"))
        return subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "expected", "-p", "no:cacheprovider", "-c", "/dev/null", "."],
                              capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, check=False)
    right = stage("test_it.py::test_bad  # it is bad")
    assert right.returncode == 0
    assert "1 passed, 1 deselected" in right.stdout
    for wrong in ("", "test_it.py::test_bad", "test_it.py::test_bad  # x\ntest_it.py::test_good  # y",
                  "test_it.py::test_bad  # x\ntest_it.py::test_gone  # y"):
        assert stage(wrong).returncode != 0, wrong
