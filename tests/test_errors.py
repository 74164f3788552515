"""Every mistake gets one clear error: the gate, the shapes or the value, this file and line, and what to write instead."""
# ruff: noqa: E501 — one row per case, however long
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd import (
    Tensor,
    elementwise_grad,
    grad,
    grad_named,
    hessian_vector_product,
    jacobian,
    make_jvp,
    make_vjp,
    no_grad,
    vmap,
)
from autograd.errors import (
    AutogradError,
    DataError,
    GraphError,
    KeywordError,
    NoAttribute,
    ShapeError,
    TooLarge,
)

M = np.ones((2, 3))
HERE = Path(__file__).name


def x():
    return Tensor(M)


# One row per mistake: what to do, the error, what its text must name, and what it must advise.
# fmt: off
MISTAKES = {
    # shapes
    "shapes that do not broadcast": (lambda: x() + np.ones(4),                     ShapeError, ["add", r"\(2, 3\)", r"\(4,\)"], "reshape"),
    "array left, no broadcast":     (lambda: np.ones(4) * x(),                     ShapeError, ["mul", r"\(2, 3\)", r"\(4,\)"], "reshape"),
    "matmul of wrong shapes":       (lambda: x() @ M,                              ShapeError, ["matmul", r"\(2, 3\)"], "transpose"),
    "dot of wrong shapes":          (lambda: x().dot(M),                           ShapeError, ["dot", r"\(2, 3\)"], "transpose"),
    "einsum of wrong shapes":       (lambda: np.einsum("ij,jk", x(), M),           ShapeError, ["einsum", r"\(2, 3\)"], "reshape"),
    "einsum, too few inputs":       (lambda: np.einsum("ij,jk", x()),              ShapeError, ["einsum", "ij,jk", "1"], "one group of letters per input"),
    "concatenate of wrong shapes":  (lambda: np.concatenate([x(), np.ones((2, 2))]), ShapeError, ["concatenate", r"\(2, 2\)"], "reshape"),
    "stack of wrong shapes":        (lambda: np.stack([x(), np.ones((2, 2))]),     ShapeError, ["stack", r"\(2, 2\)"], "reshape"),
    "reshape to another size":      (lambda: x().reshape(5),                       ShapeError, ["reshape", r"\(2, 3\)", "5"], "reshape"),
    "index out of bounds":          (lambda: x()[5],                               ShapeError, ["getitem", r"\(2, 3\)", "5"], r"whole numbers within the shape"),
    "too many indices":             (lambda: x()[0, 0, 0],                         ShapeError, ["getitem", r"\(2, 3\)", "3"], r"whole numbers within the shape"),
    "every pair by accident":       (lambda: Tensor(np.ones(3_000_000)) - np.ones((3_000_000, 1)), TooLarge, ["sub", r"\(3000000,\)", r"\(3000000, 1\)", "TiB"], r"x\.reshape\(-1\)"),
    "every pair of two tensors":    (lambda: np.maximum(Tensor(np.ones((3_000_000, 1))), Tensor(np.ones(3_000_000))), TooLarge, ["maximum", r"\(3000000, 1\)"], r"x\[:, None\]"),
    "a matrix too large":           (lambda: Tensor(np.ones((3_000_000, 1))) @ np.ones((1, 3_000_000)), TooLarge, ["matmul", r"\(1, 3000000\)"], "."),
    "axis out of bounds":           (lambda: x().sum(axis=3),                      ShapeError, ["sum", r"\(2, 3\)", "3"], r"keywords fit"),
    "squeeze of a long axis":       (lambda: np.squeeze(x(), 0),                   KeywordError, ["squeeze", r"\(2, 3\)", "0"], "length one"),
    "where, no broadcast":          (lambda: np.where(M[0] > 0, x(), np.ones(4)),  ShapeError, ["where", r"\(4,\)"], "reshape"),
    # single numbers
    "grad of an array":             (lambda: grad(lambda x: x * 2.0)(M),           DataError, ["grad", r"\(2, 3\)"], "sum the output, or use jacobian"),
    "grad of a tuple":              (lambda: grad(lambda x: (x, x))(2.0),          DataError, ["grad", "tuple"], "jacobian"),
    "jacobian of a tuple":          (lambda: jacobian(lambda x: (x, x))(2.0),      DataError, ["jacobian", "tuple"], "np.stack"),
    "grad of nothing":              (lambda: grad(lambda x: None)(2.0),            DataError, ["None"], "number"),
    "grad of text":                 (lambda: grad(lambda x: "two")(2.0),           DataError, ["two"], "number"),
    "backward of an array":         (lambda: (x() * 2.0).backward(),               ShapeError, ["backward", r"\(2, 3\)"], r"\.sum\(\)\.backward"),
    "truth of an array":            (lambda: bool(x()),                            ShapeError, ["truth", r"\(2, 3\)"], r"\.any\(\)"),
    "float of an array":            (lambda: float(x()),                           ShapeError, ["float", r"\(2, 3\)"], "reduce"),
    "item of an array":             (lambda: x().item(),                           ShapeError, ["item", r"\(2, 3\)"], "reduce"),
    "len of a number":              (lambda: len(Tensor(2.0)),                     ShapeError, ["len"], "axis"),
    # data
    "an integer leaf":              (lambda: Tensor(3),                            DataError, ["3", "integer"], r"write 3\.0 instead"),
    "a boolean leaf":               (lambda: Tensor(True),                         DataError, ["True", "boolean"], r"write 1\.0 instead"),
    "an integer array":             (lambda: Tensor(np.arange(3)),                 DataError, ["int"], r"x\.astype\(float\)"),
    "a list of integers":           (lambda: Tensor([1, 2]),                       DataError, ["int"], r"x\.astype\(float\)"),
    "a list of uneven rows":        (lambda: Tensor([[1.0], [1.0, 2.0]]),          DataError, ["rows"], "one Tensor per row"),
    "an array of objects":          (lambda: Tensor(np.array([1.0, None])),        DataError, ["object"], "astype"),
    "an array of text":             (lambda: Tensor(np.array(["a"])),              DataError, ["U1"], "astype"),
    "text":                         (lambda: Tensor("1.0"),                        DataError, ["str '1.0'"], "a float or an array"),
    "None":                         (lambda: Tensor(None),                         DataError, ["None"], "a float or an array"),
    "grad of a complex output":     (lambda: grad(lambda x: x * 1j)(2.0),          DataError, ["grad", "complex"], "holomorphic_grad"),
    "a tensor of a tensor":         (lambda: Tensor(x()),                          DataError, ["another Tensor"], r"x\.data"),
    "a list of tensors":            (lambda: Tensor([Tensor(1.0), Tensor(2.0)]),   DataError, ["lose its gradient"], r"np\.stack"),
    "grad at an integer":           (lambda: grad(lambda x: x * x)(3),             DataError, ["3"], r"3\.0"),
    "grad at integers":             (lambda: grad(np.sum)(np.arange(3)),           DataError, ["int"], "astype"),
    "grad at text":                 (lambda: grad(lambda x: x)("a"),               DataError, ["'a'"], "float"),
    "grad at an integer in a dict": (lambda: grad(lambda p: p["w"])({"w": 1.0, "n": 3}), DataError, ["3"], r"3\.0"),
    "a tensor plus text":           (lambda: x() + "a",                            DataError, ["'a'"], "number"),
    "None times a tensor":          (lambda: None * x(),                           DataError, ["None"], "number"),
    "a tensor plus objects":        (lambda: x() + np.array([1.0, 2.0, 3.0], object), DataError, ["object"], "number"),
    "objects plus a tensor":        (lambda: np.array([1.0, 2.0, 3.0], object) + x(), DataError, ["object"], "number"),
    "an attribute with a slip":     (lambda: x().reshap(3),                        NoAttribute, ["'reshap'"], r"did you mean \.reshape"),
    "an attribute of NumPy":        (lambda: x().tanh(),                           NoAttribute, ["'tanh'"], r"np\.tanh\(x\)"),
    "an attribute of arrays":       (lambda: x().tobytes(),                        NoAttribute, ["'tobytes'"], r"x\.data\.tobytes"),
    "an attribute in a transform":  (lambda: grad(lambda x: x.log())(2.0),         NoAttribute, ["'log'"], r"np\.log\(x\)"),
    # conversions
    "np.asarray in a transform":    (lambda: grad(lambda x: np.asarray(x))(2.0),   DataError, ["lose its gradient"], r"np\.stack"),
    "np.array of a list":           (lambda: np.array([Tensor(1.0), Tensor(2.0)]), DataError, ["lose its gradient"], r"np\.stack"),
    "float in a transform":         (lambda: grad(lambda x: float(x))(2.0),        DataError, ["float", "lose its derivative"], "np. functions"),
    "int in a transform":           (lambda: grad(lambda x: int(x))(2.0),          DataError, ["int", "lose its derivative"], "np. functions"),
    "astype(int)":                  (lambda: x().astype(int),                      DataError, ["int"], r"x\.data\.astype"),
    # graphs
    "backward twice":               (lambda: [y.backward() for y in [x().sum()] * 2], GraphError, ["already called", rf"made at {HERE}:\d+"], "sum"),
    "backward in a transform":      (lambda: grad(lambda x: x.backward())(1.0),    GraphError, ["inside a transform"], "grad"),
    "a NaN seed":                   (lambda: x().sum().backward(np.nan),           DataError, ["nan"], "loss"),
    "an infinite seed":             (lambda: (x() * 2.0).backward(M * np.inf),     DataError, ["inf"], "loss"),
    "a seed of another shape":      (lambda: (x() * 2.0).backward(np.ones(3)),     ShapeError, [r"\(3,\)", r"\(2, 3\)"], "shape of the tensor"),
    "a seed of text":               (lambda: x().sum().backward("1"),              DataError, ["'1'"], "number"),
    "out=":                         (lambda: np.add(x(), 1.0, out=np.ones((2, 3))), GraphError, ["add", "out"], "y = np.f"),
    "data of an output":            (lambda: setattr(x() * 2.0, "data", M),        GraphError, ["output of mul", rf"{HERE}:\d+"], "leaf"),
    "data of another shape":        (lambda: setattr(x(), "data", np.ones(3)),     AutogradError, [r"\(2, 3\)", r"\(3,\)"], "same shape"),
    "integer data":                 (lambda: setattr(x(), "data", np.ones((2, 3), int)), DataError, ["int"], "astype"),
    "a branch inside vmap":         (lambda: vmap(lambda x: x if x > 0.0 else -x)(np.ones(3)), DataError, ["example to example"], r"np\.where"),
    # arguments
    "unknown keyword of a method":  (lambda: x().sum(axes=0),                      KeywordError, ["sum", "axes"], "leave the argument out"),
    "unknown keyword of a ufunc":   (lambda: np.sin(x(), order="F"),               KeywordError, ["sin", "order"], "without keywords"),
    "order of a reshape":           (lambda: np.reshape(x(), -1, order="Q"),       AutogradError, ["reshape", "'Q'"], "array has"),
    "a method that reshapes":       (lambda: x().ravel("Q"),                       ShapeError, [r"np\.ravel", "'Q'"], "array has"),
    "a function without a gate":    (lambda: np.packbits(x()),                     DataError, [r"np\.packbits"], r"x\.data"),
    "a ufunc without a gate":       (lambda: np.bitwise_and(x(), 1),               DataError, [r"np\.bitwise_and"], r"x\.data"),
    "argnum that is not there":     (lambda: grad(lambda x: x, 2)(1.0),            KeywordError, ["argnum=2", "1 "], "by position"),
    "argnum by keyword":            (lambda: grad(lambda x: x)(x=1.0),             KeywordError, ["argnum=0", "0 "], "by position"),
    "argnum that is a name":        (lambda: grad(lambda x: x, "x")(1.0),          KeywordError, ["argnum='x'"], "position"),
    "a name that is not there":     (lambda: grad_named(lambda a, b: a, "c")(1.0, 2.0), KeywordError, ["'c'", "a, b"], "write"),
    "cotangent of another shape":   (lambda: make_vjp(lambda x: x)(M)[0](np.ones(3)), ShapeError, [r"\(3,\)", r"\(2, 3\)"], "shape of the output"),
    "cotangent of other structure": (lambda: make_vjp(lambda x: (x, x))(M)[0](M),  ShapeError, ["1 part", "2 are needed"], "structure"),
    "tangent of other structure":   (lambda: make_jvp(lambda p: p[0])((1.0, 2.0))(1.0), ShapeError, ["1 part", "2 are needed"], "structure"),
    "tangent of another shape":     (lambda: make_jvp(lambda x: x)(M)(np.ones(3)), ShapeError, [r"\(3,\)", r"\(2, 3\)"], "shape"),
    "hvp of another shape":         (lambda: hessian_vector_product(np.sum)(M, np.ones(3)), ShapeError, [r"\(3,\)", r"\(2, 3\)"], "shape"),
}
# fmt: on


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_explained(mistake):
    make, kind, named, advice = MISTAKES[mistake]
    with pytest.raises(kind) as caught:
        make()
    text = str(caught.value)
    assert isinstance(caught.value, AutogradError)
    for part in named:
        assert re.search(part, text), f"{part} is not in: {text}"
    assert re.search(advice, text.splitlines()[-1]), f"{advice} is not in the advice: {text}"
    assert re.search(rf"\n  at \S*{HERE}:{caught.tb.tb_next.tb_lineno}\b", text), text


def test_errors_are_also_pythons_own():
    assert issubclass(ShapeError, ValueError)
    assert issubclass(DataError, TypeError)
    assert issubclass(KeywordError, TypeError)
    assert issubclass(GraphError, RuntimeError)
    assert issubclass(NoAttribute, AttributeError)
    assert issubclass(TooLarge, MemoryError)
    assert not hasattr(x(), "nothing_of_that_name")
    assert getattr(x(), "_repr_png_", None) is None


def test_an_element_of_a_plain_array_cannot_be_recorded():
    """NumPy puts its own error on top of ours."""
    with pytest.raises((ValueError, TypeError)) as caught:
        grad(lambda x: np.ones(3).__setitem__(0, x))(2.0)
    assert isinstance(caught.value.__cause__ or caught.value, DataError)


def test_the_line_is_shown_with_its_text():
    with_a_telling_name = x()
    with pytest.raises(ShapeError, match=re.escape("with_a_telling_name + np.ones(4)")):
        with_a_telling_name + np.ones(4)


def test_a_mistake_in_a_function_that_numpy_calls_is_found_in_the_users_file():
    def broken(x):
        return x + np.ones(4)
    with pytest.raises(ShapeError, match=rf"{HERE}:{broken.__code__.co_firstlineno + 1}"):
        grad(lambda x: np.sum(broken(x)))(M)


# ---------------------------------------------------------------- leaves without a connection
def test_a_leaf_that_is_not_connected_has_no_gradient():
    a, b = Tensor(2.0), Tensor(3.0)
    (a * 2.0).backward()
    assert (a.grad, b.grad) == (2.0, None)


def test_an_independent_output_is_said():
    with pytest.warns(UserWarning, match="independent of input"):
        assert grad(lambda x: np.floor(x))(2.5) == 0.0
    assert elementwise_grad(np.floor)(2.5) == 0.0


# ---------------------------------------------------------------- nothing half-updated
@pytest.mark.parametrize("fails", [
    lambda y: y.backward(np.nan), lambda y: y.backward(np.ones(7)), lambda y: y.backward(), lambda y: y.backward("1"),
    lambda y: y.backward(1j)])
def test_a_failing_backward_leaves_every_gradient_alone(fails):
    a, b = Tensor(M), Tensor(2.0)
    np.sum(a * b).backward()
    before = a.grad.copy(), b.grad
    y = a * b
    with pytest.raises(AutogradError):
        fails(y)
    np.testing.assert_array_equal(a.grad, before[0])
    assert b.grad == before[1]
    y.backward(M)                                          # the graph is whole: a right call still works
    np.testing.assert_array_equal(a.grad, before[0] + 2.0)
    assert b.grad == before[1] + 6.0


@pytest.mark.parametrize(("kind", "step"), [(float, "pull_number"), (np.ones, "pull_pair")])
def test_an_error_in_the_middle_of_the_walk_leaves_every_gradient_alone(monkeypatch, kind, step):
    a, b = Tensor(kind(1)), Tensor(kind(1))
    y = np.sin(a) * b

    def broken(*_):
        raise ZeroDivisionError("in the walk")
    monkeypatch.setattr(y.node.parents[0].gate, step, broken)
    with pytest.raises(ZeroDivisionError):
        y.backward(y.data)
    assert (a.grad, b.grad, y.grad) == (None, None, None)


def test_a_second_backward_changes_nothing():
    a = Tensor(2.0)
    y = a * a
    y.backward()
    with pytest.raises(GraphError):
        y.backward()
    assert a.grad == 4.0


@pytest.mark.parametrize("data", [np.ones(3), "text", np.ones((2, 3), int), None])
def test_a_failing_assignment_leaves_the_data_alone(data):
    a = x()
    with pytest.raises(AutogradError):
        a.data = data
    np.testing.assert_array_equal(a.data, M)


def test_an_error_inside_no_grad_and_transforms_leaves_no_trace():
    for body in (lambda: grad(lambda x: x + np.ones(3) @ np.ones((4, 4)) @ x)(2.0), lambda: vmap(lambda x: x @ M)(np.ones((4, 4)))):
        with pytest.raises((AutogradError, ValueError)), no_grad():
            body()
    assert isinstance(Tensor(2.0) * 2.0, Tensor)
    assert grad(lambda x: x * x)(3.0) == 6.0


@pytest.mark.parametrize("call", [
    lambda x: np.swapaxes(x, 0, 7), lambda x: np.squeeze(x, axis=7), lambda x: np.sum(x, axis=7),
    lambda x: np.take(x, [0], axis=7), lambda x: np.repeat(x, 2, axis=7), lambda x: np.diff(x, axis=7),
    lambda x: np.split(x, 3, axis=7), lambda x: np.take_along_axis(x, np.array([[0]]), 7),
    lambda x: np.rollaxis(x, 7), lambda x: np.diagonal(x, axis1=7), lambda x: np.average(x, axis=7),
    lambda x: np.array_split(x, 2, axis=7), lambda x: np.moveaxis(x, 7, 0), lambda x: x.squeeze(7),
    lambda x: x.std(axis=7), lambda x: np.flip(x, 7), lambda x: np.stack([x, x], axis=7),
    lambda x: np.concatenate([x, x], axis=7), lambda x: np.cumprod(x, axis=7), lambda x: np.expand_dims(x, 7)])
def test_an_axis_that_is_not_there_is_an_error_as_in_numpy(call):
    with pytest.raises(IndexError):
        call(np.ones((1, 3)))
    with pytest.raises(IndexError, match=r"test_errors\.py:\d+"):
        call(Tensor(np.ones((1, 3))))


def test_a_cell_of_a_notebook_is_named_as_in_its_tracebacks():
    cells = ["import numpy as np\nfrom autograd import Tensor, draw",
             "x = Tensor(2.0, name='x')\n\ny = x * x\nprint(draw(y).text())",
             "try:\n    np.dot(Tensor(np.ones(3)), np.ones(4))\nexcept ValueError as error:\n    print(error)"]
    code = ("from IPython.core.interactiveshell import InteractiveShell\nshell = InteractiveShell.instance()\n"
            f"for cell in {cells!r}: shell.run_cell(cell, store_history=True).raise_error()")
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "(In[2]:3)" in run.stdout
    assert "\n  at In[3]:2    np.dot(" in run.stdout
