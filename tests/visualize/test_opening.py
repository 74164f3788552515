"""Gates on arrays opened into gates on numbers: the same values and gradients, or an error that says it cannot be."""
import itertools
import time

import numpy as np
import pytest

import nn
from autograd import Tensor, draw
from autograd.errors import DataError
from autograd.gate import custom
from autograd.graph import GATES, plain
from autograd.visualize.opening import opened
from autograd.visualize.shares import Flow, values
from autograd.visualize.ways import CLOSED, OPENINGS, fold, total
from autograd.walk import history
from tests.cases import CASES
from tests.examples import examples


class Both:
    """A gate on tensors, and opened into numbers, with the gradients of a random cotangent."""

    def __init__(self, gate, args, params, g):
        leaves = [Tensor(x, name=f"x{i}") if isinstance(x, float) or getattr(x, "dtype", None) == np.float64 else x
                  for i, x in enumerate(args)]
        self.y = gate(*leaves, **params)
        order = history(self.y.node)
        self.leaves = [node for node in order if node.gate is None]
        self.whole = Flow(order, {self.y.node: g})
        self.numbers = opened(order, values(order))
        seeds, self.sizes = {}, {}
        for x, share in zip(self.numbers[self.y.node].ravel(), np.ravel(g), strict=True):
            if isinstance(x, Tensor):
                seeds[x.node] = seeds.get(x.node, 0.0) + float(share)
                self.sizes[x.node] = self.sizes.get(x.node, 0.0) + abs(float(share))
        self.single = Flow(history(*seeds), seeds)

    def value(self):
        """Tensor's and numbers'."""
        return np.ravel(self.y.data), np.array([float(plain(x)) for x in self.numbers[self.y.node].ravel()])

    def gradients(self):
        """For every input the tensor's, the numbers', and how large the parts are that it is the sum of."""
        for leaf in self.leaves:
            nodes = [x.node for x in self.numbers[leaf].ravel()]
            parts = [sum((abs(share.amount) for share in self.single.uses.get(node, [])), self.sizes.get(node, 0.0))
                     for node in nodes]
            mine = [float(self.single.gradients.get(node, 0.0)) for node in nodes]
            yield self.of(leaf), np.array(mine), np.array(parts)

    def of(self, leaf):
        return np.ravel(self.whole.gradients.get(leaf, np.zeros(leaf.shape)))

    def amounts(self, leaf):
        """What every number of a leaf gets back from each of its uses, the oldest first."""
        return [[share.amount for share in self.single.uses.get(x.node, [])][::-1] for x in self.numbers[leaf].ravel()]

    def uses(self):
        """How often a number is used at most."""
        return max((len(amounts) for leaf in self.leaves for amounts in self.amounts(leaf)), default=0)

    def oldest_first(self):
        """For every input the tensor's gradient, and the parts of the numbers' added in order of birth."""
        for leaf in self.leaves:
            yield self.of(leaf), np.array([float(np.add.reduce(amounts)) for amounts in self.amounts(leaf)])


def ulps(a, b, size):
    """How far a and b are apart, in last digits of numbers of this size."""
    return float(np.max(np.abs(a - b) / np.spacing(np.maximum(np.maximum(np.abs(a), np.abs(b)), size)), initial=0.0))


def eighths(x):
    """Numbers whose products and sums are exact."""
    return np.round(x * 8) / 8 if np.asarray(x).dtype.kind == "f" else x


#: BLAS multiplies and adds in one step, in an order of its own: these get numbers for which that makes no difference.
BLAS = {"matmul", "dot", "tensordot", "einsum", "convolve", "conv", "conv_transpose", "conv_weight"}

#: The gradient of the numbers is that of the gates they pass; the tensor's rule is written in another way. How many
#: last digits that makes: the most in the seeds 0 to 99, and the seed.
BOUND = {
    "var": (2, 1), "std": (4, 27),    # the rule divides x − mean by n, the numbers g; the mean gets a rounding error
    "norm": (2, 1),                   # the rule is (g·x)/‖x‖, the numbers have (g/‖x‖)·x
    "logsumexp": (5, 46),             # the rule is exp(x − lse), which loses digits where lse is large; numbers divide
    "prod": (5, 58),                  # the rule multiplies products from both sides, the numbers are one chain of 24
    "pool_share": (2, 21),            # a number that goes to six places gets six parts back, the last one first
}
FORK = 2                              # the same for a number that broadcasting uses three times
REAL = {name for name, case in CASES.items() if GATES[name].pulls and "complex" not in case.kinds}


def opens(name):
    return name in OPENINGS or (GATES[name].kind == "elementwise" and name not in CLOSED)


def cases(name, seeds=range(3)):
    for seed in seeds:
        for example in examples(name, CASES[name], seed):
            exact = eighths if name in BLAS else lambda x: x
            yield example, Both(GATES[name], map(exact, example.args), example.params, exact(example.g))


def apart(name, both):
    """How far the gradients are apart; of a gate that is no elementwise one in units of the largest number."""
    return max((ulps(whole, numbers, np.maximum(parts, np.max(np.abs(whole), initial=0.0) if name in OPENINGS else 0.0))
                for whole, numbers, parts in both.gradients()), default=0.0)


@pytest.mark.parametrize("name", sorted(filter(opens, REAL)))
def test_the_opened_gate_has_the_same_values_and_gradients(name):
    for example, both in cases(name):
        value, numbers = both.value()
        assert np.array_equal(value, numbers) if name != "norm" else ulps(value, numbers, 0.0) <= 1, example
        bound, _ = BOUND.get(name, (1 if both.uses() <= 2 else FORK, 0))
        assert apart(name, both) <= bound, example


@pytest.mark.parametrize("name", sorted(REAL - OPENINGS.keys() - CLOSED.keys()))
def test_elementwise_gates_differ_by_the_order_of_their_sums_alone(name):
    """The walk adds the parts of a number that is used several times from the last use on, NumPy from the first."""
    for example, both in cases(name):
        for whole, numbers in both.oldest_first():
            assert np.array_equal(whole, numbers), example


@pytest.mark.parametrize("name", BOUND)
def test_no_bound_is_wider_than_it_must_be(name):
    bound, seed = BOUND[name]
    assert bound / 2 < max(apart(name, both) for _, both in cases(name, [seed])) <= bound


def test_every_gate_opens_or_is_in_the_table_of_those_that_do_not():
    assert {name for name in REAL if not opens(name)} == CLOSED.keys() - {"real", "imag"}     # of complex ones
    assert not OPENINGS.keys() & CLOSED.keys()


@pytest.mark.parametrize("name", sorted(REAL & CLOSED.keys()))
def test_a_gate_that_has_no_opening_says_so_and_why(name):
    example = next(iter(examples(name, CASES[name])))
    with pytest.raises(DataError, match=rf"^{name} at .*is not made of gates on numbers: {CLOSED[name]}\."):
        Both(GATES[name], example.args, example.params, example.g)


def test_a_gate_of_which_nothing_is_known_says_so():
    double = custom("a_gate_of_this_test", lambda x: 2.0 * x, "double", lambda g: 2.0 * g, push=lambda ts: 2.0 * ts[0])
    try:
        with pytest.raises(DataError, match="a_gate_of_this_test at .*: nothing says how it opens"):
            draw(double(Tensor([1.0, 2.0])), scalars=True)
    finally:
        del GATES["a_gate_of_this_test"]


SUMS = [(5,), (9,), (130,), (300,), (3, 2, 4), (3, 2, 9), (20, 3), (1, 7), (7, 1), (3, 1, 9), (2, 2, 2, 9), (2, 0)]


@pytest.mark.parametrize("shape", SUMS, ids=str)
def test_numbers_are_added_in_the_order_of_numpy(shape):
    """Also of arrays that are turned in memory: to the last digit."""
    rng = np.random.default_rng(0)
    for order in itertools.permutations(range(len(shape))):
        x = rng.standard_normal(shape).transpose(order)
        for axes in itertools.chain(*(itertools.combinations(range(x.ndim), k) for k in range(1, x.ndim + 1))):
            found = fold(total, x.astype(object, order="K"), axes, False)
            assert np.array_equal(found.astype(float), np.add.reduce(x, axes)), (order, axes)


def test_of_more_than_two_equal_numbers_none_is_the_largest():
    """Each gets a third of the gradient; gates on two numbers would give a half, and two quarters."""
    x = Tensor([1.0, 3.0, 3.0, 3.0, 2.0], name="x")
    for y in (np.max(x), np.min(-x), np.maximum.accumulate(x).sum()):
        with pytest.raises(DataError, match="more than two numbers are equal, and each gets an equal share"):
            draw(y, scalars=True)
    assert {v.name: v.gradient for v in draw(np.max(x[:3]), scalars=True).view.vertices if v.kind == "leaf"} == {
        "x[0]": "0", "x[1]": "0.5", "x[2]": "0.5"}
    assert draw(np.min(x), scalars=True)


def test_padding_takes_no_part_in_a_convolution():
    x, w = Tensor(np.arange(1.0, 5.0).reshape(1, 1, 4), name="x"), Tensor([[[2.0, 3.0, 5.0]]], name="w")
    y = nn.functional.conv1d(x, w, padding=1)
    labels = [v.label for v in draw(y, scalars=True).view.vertices]
    assert (labels.count("×"), labels.count("+")) == (2 + 3 + 3 + 2, 1 + 2 + 2 + 1)
    assert not any(v.kind == "constant" for v in draw(y, scalars=True).view.vertices)


# ---------------------------------------------------------------- drawings
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
    X, image = Tensor(np.ones((99, 99)), name="X"), Tensor(np.ones((1, 1, 80, 80)), name="image")
    before = time.perf_counter()
    for large in (X @ X, nn.functional.conv2d(image, np.ones((1, 1, 70, 70)))):
        with pytest.raises(DataError, match="more than 10,000 gates on numbers"):
            draw(large, scalars=True)
    assert time.perf_counter() - before < 5.0        # of a million and half a million products


def test_other_precisions_are_refused():
    with pytest.raises(DataError, match="is float32, and gates on numbers have float64"):
        draw(Tensor(np.ones(2, np.float32)) * 2.0, scalars=True)


def test_the_error_says_which_gate_and_what_to_write():
    with pytest.raises(DataError, match="inv at test_opening.py:") as caught:
        draw(np.linalg.inv(Tensor(np.eye(2))), scalars=True)
    assert "without scalars=True" in str(caught.value)


# ---------------------------------------------------------------- groups
def network():
    X, W = Tensor(np.arange(12.0).reshape(4, 3) / 8, name="X"), Tensor(np.arange(6.0).reshape(3, 2) / 4, name="W")
    return np.tanh(X @ W).sum()


def test_the_numbers_of_a_gate_are_a_group_of_its_name():
    y = network()
    seen = draw(y, scalars=True).view
    line = {v.where for v in draw(y).view.vertices if v.kind == "gate"}.pop()
    assert [group.name for group in seen.groups] == [f"{gate} at {line}" for gate in ("matmul", "tanh", "sum")]
    assert [len(group.members) for group in seen.groups] == [4 * 2 * 5, 8, 7]
    gates = {v.key for v in seen.vertices if v.kind == "gate"}
    assert {key for group in seen.groups for key in group.members} == gates


def test_closed_groups_of_numbers_are_the_graph_on_arrays():
    y = network()
    closed = [v for v in draw(y, scalars=True, depth=0).view.vertices if v.kind == "group"]
    assert [v.label.split()[0] for v in closed] == ["matmul", "tanh", "sum"]
    assert closed[-1].value == f"{y.data:.4g}"
    open_ = draw(y, scalars=True, depth=1).view
    assert [v.label for v in open_.vertices] == [v.label for v in draw(y, scalars=True).view.vertices]


def test_groups_of_numbers_lie_in_those_of_modules_and_loops():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Linear(3, 1, seed=1))
    y = model(np.ones((4, 2)))
    y = y.sum()
    seen = draw(y, scalars=True, depth=9).view.whole
    names = [group.name.partition(" at ")[0] for group in seen.groups]
    assert names == ["module 0", "module 2", "sum"]
    inside = [group.name.partition(" at ")[0] for group in seen.groups[0].members]
    assert inside == ["matmul", "add", "tanh"]


def test_what_only_moves_numbers_has_no_group():
    X = Tensor(np.arange(4.0).reshape(2, 2), name="X")
    y = X.T[0] * 2.0
    assert [group.name.partition(" at ")[0] for group in draw(y, scalars=True).view.groups] == ["mul"]


def test_a_large_gate_has_groups_of_turns_inside():
    X = Tensor(np.arange(64.0).reshape(8, 8), name="X")
    y = X @ np.arange(64.0).reshape(8, 8)
    (group,) = draw(y, scalars=True).view.whole.groups
    assert group.name.startswith("matmul at ")
    assert len(group.members) < 8 * 8
    assert len(draw(y, scalars=True).view.vertices) <= 300
