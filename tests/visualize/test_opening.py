"""Gates on arrays opened into gates on numbers: the same values and gradients, or an error that says it cannot be."""
import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.errors import DataError
from autograd.graph import GATES, plain
from autograd.visualize.opening import OPENINGS, opened
from autograd.visualize.shares import Flow, values
from autograd.walk import history
from tests.cases import CASES
from tests.examples import examples


def both(gate, args, params, seed=0):
    """Pairs of gradients, of the tensors and of the numbers in them, for a random cotangent; then those of values."""
    leaves = [Tensor(x, name=f"x{i}") if isinstance(x, float) or getattr(x, "dtype", None) in (np.float64,) else x
              for i, x in enumerate(args)]
    y = gate(*leaves, **params)
    g = np.random.default_rng(seed).choice([-2.0, -1.0, 0.5, 1.0, 2.0, 4.0], np.shape(y.data))
    whole = history(y.node)
    found = opened(whole, values(whole))
    tensors = Flow(whole, {y.node: g if y.shape else float(g)}).gradients
    waiting = {}
    for x, share in zip(found[y.node].ravel(), g.ravel(), strict=True):
        if isinstance(x, Tensor):
            waiting[x.node] = waiting.get(x.node, 0.0) + float(share)
    numbers = Flow(history(*waiting), waiting).gradients
    for leaf in (node for node in whole if node.gate is None):
        mine = [float(plain(numbers.get(x.node, 0.0))) for x in found[leaf].ravel()]
        yield np.ravel(plain(tensors.get(leaf, np.zeros(leaf.shape)))), np.array(mine)
    yield np.ravel(y.data), np.array([float(plain(x)) for x in found[y.node].ravel()])


def rounded(x):
    """Eighths, whose products and sums are exact, so that the order of a sum does not matter."""
    return np.round(x * 8) / 8 if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


def ulps(a, b, name):
    """How far the pair is apart; number by number, or for a gate that sums in units of the largest."""
    if not a.size:
        return 0.0
    size = np.maximum(np.abs(a), np.abs(b))
    unit = np.spacing(size.max() if name in OPENINGS else size)
    return float(np.max(np.abs(a - b) / unit))


#: NumPy's functions of arrays and Python's of numbers differ in the last digit, which a rule as 1 − tanh² magnifies.
BOUND = {"cbrt": 4, "logaddexp": 2, "arctan2": 32, "tanh": 16, "erf": 2, "logsumexp": 2, "prod": 2, "var": 2, "std": 2}

#: These are no gates on numbers: they are solved, transformed or searched for as a whole, or add into places.
WHOLE = {
    "inv", "solve", "pinv", "det", "slogdet", "norm", "cholesky", "qr", "eigh", "eigvalsh", "eig", "eigvals", "svd",
    "svdvals", "complement", "expm", "logm", "sqrtm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm",
    "solve_triangular", "solve_banded", "solve_sylvester",
    "fft", "ifft", "rfft", "irfft", "real", "imag", "conj", "join",
    "convolve", "conv", "conv_transpose", "conv_weight", "max_pool", "pool_mean", "pool_share",
    "hyp0f1", "hyp2f1", "ldexp", "recur", "cummax", "cummin", "checkpoint",
    "fit", "add_at", "scatter", "scatter_at", "getitem_at",
}
REAL = {name for name, case in CASES.items() if GATES[name].pulls and "complex" not in case.kinds}


@pytest.mark.parametrize("name", sorted(REAL - WHOLE))
def test_the_opened_gate_has_the_same_values_and_gradients(name):
    for example in examples(name, CASES[name]):
        args = [rounded(x) for x in example.args] if name in OPENINGS else example.args
        for whole, numbers in both(GATES[name], args, example.params):
            assert ulps(whole, numbers, name) <= BOUND.get(name, 1), example


@pytest.mark.parametrize("name", sorted(REAL & WHOLE))
def test_a_gate_that_has_no_opening_says_so(name):
    example = next(iter(examples(name, CASES[name])))
    with pytest.raises(DataError, match=r"is not made of gates on numbers|gates on numbers have float64"):
        list(both(GATES[name], example.args, example.params))


def test_products_and_sums_inside_a_product_of_matrices():
    X, W = Tensor(np.arange(12.0).reshape(4, 3) / 8, name="X"), Tensor(np.arange(6.0).reshape(3, 2) / 4, name="W")
    y = (X @ W).sum()
    seen = draw(y, scalars=True, depth=9).view
    labels = [v.label for v in seen.vertices]
    assert (labels.count("×"), labels.count("+")) == (4 * 2 * 3, 4 * 2 * 2 + 7)
    assert {v.name for v in seen.vertices if v.kind == "leaf"} == {
        *(f"X[{i}, {j}]" for i in range(4) for j in range(3)), *(f"W[{i}, {j}]" for i in range(3) for j in range(2))}
    y.backward()
    gradients_ = {v.name: v.gradient for v in seen.vertices if v.kind == "leaf"}
    assert gradients_["W[1, 0]"] == f"{W.grad[1, 0]:.4g}"
    assert gradients_["X[2, 1]"] == f"{X.grad[2, 1]:.4g}"
    assert seen.vertices[-1].value == f"{y.data:.4g}"


def test_numbers_know_the_line_of_their_array():
    X = Tensor([1.0, 2.0], name="X")
    y = (X * X).sum()
    assert {v.where for v in draw(y, scalars=True).view.vertices} == {v.where for v in draw(y).view.vertices}


def test_a_graph_of_numbers_opens_to_itself():
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    y = a * b + np.sin(a) * 2.0
    assert draw(y, scalars=True).text() == draw(y).text()


def test_grad_is_left_alone_and_no_array_has_gradients():
    X = Tensor([1.0, 2.0], name="X")
    assert {v.gradient for v in draw(X * 2.0, scalars=True).view.vertices} == {None}
    draw((X * 2.0).sum(), scalars=True)
    assert X.grad is None


def test_many_numbers_are_refused_before_they_are_made():
    with pytest.raises(DataError, match="more than 10,000 gates on numbers"):
        draw(Tensor(np.ones(20_000)) * 2.0, scalars=True)
    X = Tensor(np.ones((40, 40)), name="X")
    with pytest.raises(DataError, match="more than 10,000 gates on numbers"):
        draw(X @ X, scalars=True)


def test_other_precisions_are_refused():
    with pytest.raises(DataError, match="is float32, and gates on numbers have float64"):
        draw(Tensor(np.ones(2, np.float32)) * 2.0, scalars=True)


def test_the_error_says_which_gate_and_what_to_write():
    with pytest.raises(DataError, match="inv at test_opening.py:") as caught:
        draw(np.linalg.inv(Tensor(np.eye(2))), scalars=True)
    assert "without scalars=True" in str(caught.value)
