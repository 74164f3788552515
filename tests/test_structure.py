"""What of its arguments a program depends on."""
from collections import namedtuple

import numpy as np
import pytest

from autograd import Tensor
from autograd.space import flatten
from autograd.structure import read

Pair = namedtuple("Pair", "a b")
A, B = np.zeros((2, 3)), np.zeros((3, 2))
LONG = [float(k) for k in range(20)]
TREES = [1.0, A, [A, B], (A, B), {"a": A, "b": [1.0, 2]}, Pair(A, 2.0), LONG, tuple(LONG), [LONG, LONG], [], (), {},
         None, np.float32(1.0), 1j, "x", 3, [1.0] * 9 + [2], [1.0, [2.0, (3.0, A)]], {"b": 1.0, "a": 2.0},
         {"a": 2.0, "b": 1.0}]


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: repr(tree)[:30])
def test_the_leaves_are_those_of_flatten(tree):
    leaves, build = flatten(tree)
    found, key = read(tree)
    assert len(found) == len(leaves)
    assert all(x is y for x, y in zip(found, leaves, strict=True))
    assert hash(key) == hash(read(tree)[1])
    assert type(build(leaves)) is type(tree)


def test_keys_differ_where_programs_do():
    keys = [read(tree)[1] for tree in (*TREES, A.astype("f"), [B, A], LONG[:-1], [True], [1], [1.0])]
    assert len(set(keys)) == len(keys)


def test_numbers_and_the_first_axis_do_not_count():
    assert read([1.0, A])[1] == read([2.0, A + 1.0])[1]
    assert read(np.zeros((5, 3)), skip=1)[1] == read(np.zeros((7, 3)), skip=1)[1]
    assert read(np.zeros((5, 3)), skip=1)[1] != read(np.zeros((5, 4)), skip=1)[1]


@pytest.mark.parametrize("tree", [Tensor(1.0), [1.0, Tensor([1.0])], {"a": (Tensor(1.0),)}])
def test_recorded_tensors_have_no_key(tree):
    leaves, key = read(tree)
    assert key is None
    assert any(isinstance(x, Tensor) for x in leaves)


def test_what_is_the_same_object_or_an_equal_constant():
    class Thing:
        pass
    one, other = Thing(), Thing()
    assert read([one])[1] == read([one])[1] != read([other])[1]
    assert read([3, "a", None])[1] == read([3, "a", None])[1] != read([3, "b", None])[1]
    assert read([1])[1] != read([True])[1]
