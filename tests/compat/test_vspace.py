"""Vector spaces of values: what they must obey, and their derivatives."""
import numpy as np
import pytest

from autograd import Tensor, check_grads, grad
from autograd.core import SparseObject, sparse_add
from autograd.errors import DataError
from autograd.extend import VSpace, vspace
from autograd.numpy.numpy_vspaces import ArrayVSpace, ComplexArrayVSpace

VALUES = {"float": 1.0, "array": np.zeros((3, 2)), "complex": np.zeros((2, 1), complex), "number": 1j, "empty": (),
          "list": [1.0, np.zeros(2)], "mixed": {"x": [0.0, np.zeros((3, 1), complex)], "y": ({"a": 0.0}, [0.0])}}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_the_axioms(value):
    space = vspace(value)
    rng = np.random.default_rng(0)
    x, y, z, a, b = space.randn(), space.randn(), space.randn(), rng.normal(), rng.normal()

    def same(x, y):
        assert vspace(x) == vspace(y) == space
        assert space.inner_prod(z, x) == pytest.approx(space.inner_prod(z, y), abs=1e-12)

    same(space.add(x, space.add(y, z)), space.add(space.add(x, y), z))
    same(space.add(x, y), space.add(y, x))
    same(space.add(space.zeros(), x), x)
    same(space.mut_add(None, x), x)
    same(space.zeros(), space.add(x, space.scalar_mul(x, -1.0)))
    same(space.scalar_mul(x, a * b), space.scalar_mul(space.scalar_mul(x, a), b))
    same(space.scalar_mul(space.add(x, y), a), space.add(space.scalar_mul(x, a), space.scalar_mul(y, a)))
    same(space.covector(space.covector(x)), x)
    assert space.inner_prod(x, y) == pytest.approx(space.inner_prod(y, x))
    assert space.inner_prod(x, x) >= 0.0
    basis = list(space.standard_basis())
    gram = [[space.inner_prod(p, q) for q in basis] for p in basis]
    np.testing.assert_array_equal(np.reshape(gram, (space.size, space.size)), np.eye(space.size))
    total = space.zeros()
    for vector in basis:
        total = space.add(total, vector)
    same(total, space.ones())


@pytest.mark.parametrize("value", [v for k, v in VALUES.items() if k != "empty"])
def test_their_operations_have_derivatives(value):
    space = vspace(value)
    x, y = space.randn(), space.randn()
    check_grads(space.add)(x, y)
    check_grads(space.scalar_mul)(x, 0.3)
    check_grads(space.inner_prod)(x, y)


def test_shape_and_dtype():
    space = vspace(np.zeros((2, 3), np.float32))
    assert (space.shape, space.size, space.ndim, space.dtype, space.iscomplex) == ((2, 3), 6, 2, np.float32, False)
    assert space.zeros().dtype == space.ones().dtype == space.randn().dtype == np.float32
    assert vspace(1j * np.ones(2)).size == 4
    assert vspace(1j).iscomplex
    assert vspace(2.0) == vspace(np.float64(3.0)) != vspace(np.ones(1))
    assert vspace([1.0]) != vspace((1.0,))
    assert vspace({"a": 1.0}) == vspace({"a": 2.0}) != vspace({"b": 1.0})
    assert vspace([1.0, np.ones(2)]).size == 3
    assert type(vspace(1.0)) is ArrayVSpace
    assert type(vspace(1j)) is ComplexArrayVSpace


def test_tensors_lie_in_the_space_of_their_value():
    assert vspace(Tensor(np.ones(3))) == vspace(np.ones(3))
    assert grad(lambda x: x * float(vspace(x).size))(2.0) == 1.0


def test_a_space_of_ones_own():
    class Mine:
        pass

    class MySpace(VSpace):
        def __init__(self, value):
            self.value = value
    with pytest.raises(DataError, match=r"there is no vector space of Mine[\s\S]*VSpace.register"):
        vspace(Mine())
    MySpace.register(Mine)
    thing = Mine()
    assert vspace(thing).value is thing
    VSpace.register(Mine, lambda value: "made")
    assert vspace(thing) == "made"
    for method in ("zeros", "ones", "randn", "standard_basis"):
        with pytest.raises(NotImplementedError):
            getattr(VSpace(None), method)()


def test_sparse_cotangents_are_added():
    space = vspace(np.zeros(3))
    one = SparseObject(space, lambda x: x + np.array([0.0, 1.0, 0.0]))
    assert sparse_add(space, None, one).tolist() == [0.0, 1.0, 0.0]
    assert sparse_add(space, np.ones(3), one).tolist() == [1.0, 2.0, 1.0]
