"""Document 000's nnet rows: R's value at every iteration, its last weights, and what its cut logistic changes."""
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from autograd import check_grads, grad
from nn.documents import nnet
from nn.functional import sigmoid
from tests.seeds.reference import REFERENCE

SIZES = {"000-ex2-nnet": 4, "000-ex3-nnet": 32}


@pytest.mark.parametrize("row", SIZES)
def test_every_iteration_of_R(row):
    minimum, weights = nnet.train(row, SIZES[row])
    expected = REFERENCE[row]
    at = expected["value_by_maxit"]                                    # R's counter begins at 1, with the start
    assert len(at) == minimum.iterations + 2
    assert_allclose(minimum.values, [at[0], *at[2:-1]], rtol=1e-9)
    assert_allclose(minimum.value, expected["value"], rtol=1e-9)
    assert_allclose(weights, expected["weights"], rtol=1e-7)
    assert_allclose(nnet.predict(weights, SIZES[row]), expected["fitted"], rtol=1e-9)
    assert minimum.converged


def test_the_logistic_is_cut_to_exactly_0_and_1():
    x = np.array([-15.1, -15.0, 0.0, 15.0, 15.1])
    assert_array_equal(nnet.logistic(x), [0.0, sigmoid(-15.0), 0.5, sigmoid(15.0), 1.0])
    assert_array_equal(grad(lambda x: nnet.logistic(x).sum())(x)[[0, 4]], 0.0)
    check_grads(nnet.logistic)(np.array([-14.0, -1.0, 0.5, 14.0]))


def test_the_cut_is_what_gives_the_weights_of_R(monkeypatch):
    def distance(row):
        return np.max(np.abs(nnet.train(row, SIZES[row])[1] / REFERENCE[row]["weights"] - 1))

    cut = {row: distance(row) for row in SIZES}
    monkeypatch.setattr(nnet, "logistic", sigmoid)
    uncut = {row: distance(row) for row in SIZES}
    assert cut["000-ex2-nnet"] < 1e-7
    assert cut["000-ex3-nnet"] < 1e-10
    assert 1e-3 < uncut["000-ex2-nnet"] < 1e-2
    assert 1e-6 < uncut["000-ex3-nnet"] < 1e-5


