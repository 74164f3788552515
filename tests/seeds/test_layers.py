"""Document 000: whole curves, R's numbers, and the document's oddities beside their correct versions."""
import json
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from autograd import grad
from nn.documents import layers
from nn.documents.layers import (
    ALPHAS,
    FIRST_COLUMN,
    RATES,
    SHOWN_BY_R,
    XOR,
    X,
    half_squares,
    mean_error,
    recorded,
    stacked,
    uniform,
)
from nn.documents.row import Figure, descend
from tests.seeds.reference import REFERENCE, by_pass, obtained

ROWS = {row.id: row for row in layers.ROWS}
first_column = partial(half_squares, y=FIRST_COLUMN)


# ---------------------------------------------------------------- full precision
@pytest.mark.parametrize("row", ["000-ex1-python", "000-ex1-R"])
def test_one_layer_to_the_last_digits(row):
    for name in ("p", "w"):
        assert_allclose(obtained(row)[name], REFERENCE[row][name], rtol=1e-14, err_msg=name)


def test_exclusive_or_curve():
    expected = by_pass(REFERENCE["000-ex2-python"]["errors"])
    kept = descend(half_squares, uniform((3, 4), (4, 1)), 1.0, tuple(expected))
    assert_allclose([mean_error(kept[i]) for i in expected], list(expected.values()), rtol=2e-14)


@pytest.mark.parametrize("row", ["000-ex2-python", "000-ex2-R"])
def test_exclusive_or_outputs_and_weights(row):
    for name in ("hidden", "p", "w0", "w1"):
        assert_allclose(obtained(row)[name], REFERENCE[row][name], rtol=1e-12, err_msg=name)


@cache
def swept():
    """The errors of all seven networks, one row per pass."""
    expected = by_pass(REFERENCE["000-ex3-python-sweep"]["10"])
    start = stacked(uniform((3, 32), (32, 1)))
    kept = descend(half_squares, start, RATES, tuple(expected))
    return {i: mean_error(kept[i]) for i in expected}


@pytest.mark.parametrize("alpha", [0.001, 0.01, 0.1, 1, 100, 1000])
def test_sweep_follows_each_network(alpha):
    expected = by_pass(REFERENCE["000-ex3-python-sweep"][f"{alpha:g}"])
    errors = [swept()[i][ALPHAS.index(alpha)] for i in expected]
    assert_allclose(errors, list(expected.values()), rtol=5e-14)


def test_sweep_at_rate_10_until_the_transient_and_after_it():
    expected = by_pass(REFERENCE["000-ex3-python-sweep"]["10"])
    # A start moved by 1e-15 moves the error by so much (measured), and another order of adding does the same.
    spread = {0: 1e-15, 1: 1e-14, 2: 1e-14, 5: 1e-14, 10: 1e-13, 20: 1e-13, 50: 1e-12, 100: 1e-10, 200: 1e-7,
              5000: 3e-5, 10000: 3e-5, 20000: 3e-5, 29999: 3e-5}
    for i, allowed in spread.items():
        assert abs(swept()[i][ALPHAS.index(10.0)] - expected[i]) <= allowed, i


def test_the_sweep_is_seven_separate_networks():
    alone = descend(half_squares, uniform((3, 32), (32, 1)), 1.0, (500,))[500]
    together = descend(half_squares, stacked(uniform((3, 32), (32, 1))), RATES, (500,))
    for one, all_seven in zip(alone, together[500], strict=True):
        assert_allclose(all_seven[ALPHAS.index(1.0)], one, rtol=1e-13)


def test_sweep_from_the_start_of_R():
    start = stacked(recorded("000-ex3-R-alpha10"))
    kept = descend(half_squares, start, RATES, SHOWN_BY_R)
    for k, alpha in enumerate(ALPHAS):
        errors = [mean_error(kept[i])[k] for i in SHOWN_BY_R]
        rtol = 0.01 if alpha == 10 else 1e-13
        assert_allclose(errors, REFERENCE["000-ex3-R"][f"{alpha:g}"], rtol=rtol, err_msg=str(alpha))


def test_rate_10_from_the_start_of_R_before_its_transient():
    expected = {i: e for i, e in by_pass(REFERENCE["000-ex3-R-curve"]).items() if i <= 200}
    kept = descend(half_squares, recorded("000-ex3-R-alpha10"), 10.0, tuple(expected))
    assert_allclose([mean_error(kept[i]) for i in expected], list(expected.values()), rtol=1e-12)


# ---------------------------------------------------------------- oddities, and what is correct
def test_printed_outputs_are_from_before_the_last_update():
    kept = descend(first_column, uniform((3, 1)), 1.0, (9999, 10000))
    figure = ROWS["000-ex1-python"].figures[0]
    assert figure.agreeing(layers.layers(kept[9999])[0]) == [True] * 4
    assert figure.agreeing(layers.layers(kept[10000])[0]) == [False] * 4
    assert_allclose(layers.layers(kept[10000])[0], REFERENCE["000-ex1-python"]["p with final weights"], rtol=1e-14)


def test_R_prints_a_pass_earlier_than_python():
    kept = descend(half_squares, recorded("000-ex2-R"), 1.0, (9999, 10000))
    figure = Figure("error", "0.0105538166393651", digits=15)
    assert figure.agreeing(mean_error(kept[9999])) == [True]
    assert figure.agreeing(mean_error(kept[10000])) == [False]
    assert_allclose(mean_error(kept[10000]), REFERENCE["000-ex2-R"]["error at pass 10000"], rtol=1e-14)


def test_the_document_steps_along_the_gradient_of_half_the_sum_of_squares():
    w0, w1 = uniform((3, 4), (4, 1))
    hidden, p = layers.layers([w0, w1])
    delta = (p - XOR) * (p * (1 - p))                                  # the document's layer_2_delta and layer_1_delta
    by_hand = [X.T @ ((delta @ w1.T) * (hidden * (1 - hidden))), hidden.T @ delta]
    for gradient, expected in zip(grad(half_squares)([w0, w1]), by_hand, strict=True):
        assert_allclose(gradient, expected, rtol=1e-14)


def test_averaging_over_the_four_rows_is_the_same_at_four_times_the_rate():
    summed = descend(first_column, uniform((3, 1)), 1.0, (1000,))[1000]
    averaged = descend(lambda w: first_column(w) / 4.0, uniform((3, 1)), 4.0, (1000,))[1000]
    assert_array_equal(averaged[0], summed[0])


@pytest.mark.parametrize("alpha", [100.0, 1000.0])
def test_large_rates_saturate_and_stand_still(alpha):
    k = ALPHAS.index(alpha)
    weights = [w[k] for w in layers.sweep()[10000]]
    assert mean_error(weights) == 0.5
    assert layers.layers(weights)[1].max() < 1e-28
    assert all(np.abs(g).max() < 1e-28 for g in grad(half_squares)(weights))


def test_R_draws_its_output_weights_between_0_and_1():
    (_, in_python), (_, in_R) = uniform((3, 32), (32, 1)), recorded("000-ex3-R-alpha10")
    assert in_python.min() < -0.9
    assert 0 < in_R.min() < in_R.max() < 1


def test_recorded_starts_are_those_of_R():
    text = (Path(layers.__file__).parent / "starts.json").read_text()
    sizes = {row: [np.shape(w) for w in start] for row, start in json.loads(text).items()}
    assert sizes["000-ex1-R"] == [(3, 1)]
    assert sizes["000-ex2-R"] == [(3, 4), (4, 1)]
    assert sizes["000-ex3-R-alpha10"] == [(3, 32), (32, 1)]
    assert (sizes["000-ex2-nnet"], sizes["000-ex3-nnet"]) == ([()] * 21, [()] * 161)
