"""Document 001: the whole error curve, and its slips beside what is correct."""
import numpy as np
import pytest
from numpy.random import RandomState
from numpy.testing import assert_allclose

from autograd import grad
from nn.documents.neuron import DATA, predict, squared_error, start, total_error, train
from nn.documents.row import Figure
from tests.seeds.reference import REFERENCE


def test_curve_and_weights():
    (weights, curve), expected = train(), REFERENCE["001-train"]
    assert_allclose(curve, expected["curve"], rtol=1e-13)
    assert_allclose(weights, expected["weights"], rtol=1e-12)
    assert_allclose([predict(weights, x1, x2) for x1, x2, _ in DATA], expected["predictions"], rtol=1e-13)


def test_it_does_not_learn():
    weights, _ = train()
    assert np.mean([(predict(weights, x1, x2) > 0.5) == y for x1, x2, y in DATA]) == 0.5


def test_curve_has_a_point_per_hundred_steps():
    _, curve = train(250)
    assert len(curve) == 3
    assert_allclose(curve, [total_error(train(steps)[0]) for steps in (1, 101, 201)], rtol=0)


def test_the_printed_prediction_is_not_that_of_a_row_of_the_table():
    weights, printed = start(RandomState(42)), Figure("p", "0.7784302101100966")
    obtained = [predict(weights, x1, x2) for x1, x2, _ in DATA]
    assert_allclose(obtained, REFERENCE["001-predict"]["rows"], rtol=1e-15)
    assert obtained[0] == pytest.approx(0.8732975096761088, rel=1e-15)
    assert not any(printed.agreeing(p)[0] for p in obtained)
    assert printed.agreeing(predict(weights, 1.66, 1.56)) == [True]


def test_the_derivative_by_a_weight_ends_in_its_input_not_in_the_weight():
    weights, (x1, x2, y) = start(RandomState(42)), DATA[0]
    p = predict(weights, x1, x2)
    common = 2 * (p - y) * p * (1 - p)
    g1, g2, gb = grad(squared_error)(weights, x1, x2, y)
    assert_allclose([g1, g2, gb], [common * x1, common * x2, common], rtol=1e-15)      # the document's code
    assert abs(common * weights[0] - g1) > 0.5 * abs(g1)                               # its mathematics
    assert abs(common * weights[1] - g2) > 0.5 * abs(g2)


