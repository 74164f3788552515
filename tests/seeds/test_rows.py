"""Every row of the table, digit by digit, and the comparison itself."""
import re
from functools import partial

import numpy as np
import pytest

from nn.documents import ROWS, Figure, Row, layers
from nn.documents.row import descend, unit
from tests.seeds.reference import obtained

# How many numbers each document prints for the system; None: it prints none, and a NumPy program's stand in.
PRINTED = {
    "000-ex1-python": 4, "000-ex1-R": 4, "000-ex2-python": 40, "000-ex2-R": 40,
    "000-ex3-python-sweep": 21, "000-ex3-python-alpha10": 4, "000-ex3-R-alpha10": 7,
    "000-ex2-nnet": 29, "000-ex3-nnet": 8,
    "001-predict": 1, "001-train": None, "002-tour": 10, "002-class": None, "003-as-written": None,
    "004-xor-sigmoid": 9, "004-xor-tanh": 9, "004-xor-relu": 9, "004-digits": None,
}


def test_all_eighteen_systems_are_rows():
    assert [row.id for row in ROWS] == list(PRINTED)
    assert len(ROWS) == 18


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_printed_number_is_compared(row):
    sources = {figure.source for figure in row.figures}
    count = sum(len(figure.printed.split()) for figure in row.figures)
    assert sources == {"NumPy"} if PRINTED[row.id] is None else (sources, count) == ({"document"}, PRINTED[row.id])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_obtained_figures_are_the_printed_ones(row):
    values = obtained(row.id)
    different = [(figure.name, figure.printed, figure.rounded(values[figure.name]))
                 for figure in row.figures if not all(figure.agreeing(values[figure.name]))]
    assert different == []


# How many numbers of a row claim fewer digits than are printed, by the digits claimed; the others must match in all.
FEWER = {
    "000-ex2-python": {15: 3}, "000-ex2-R": {15: 3}, "000-ex3-python-sweep": {2: 3, 15: 12},
    "000-ex3-python-alpha10": {3: 4}, "000-ex3-R-alpha10": {2: 3, 3: 4}, "000-ex2-nnet": {7: 21},
    "001-train": {15: 3}, "002-class": {13: 6}, "003-as-written": {5: 2, 14: 2},
    "004-xor-tanh": {10: 2}, "004-xor-relu": {0: 2}, "004-digits": {13: 3},
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_fewer_digits_are_claimed_only_where_rounding_shows(row):
    claimed = {}
    for figure in row.figures:
        if figure.digits is not None:
            claimed[figure.digits] = claimed.get(figure.digits, 0) + len(figure.printed.split())
    assert claimed == FEWER.get(row.id, {})


# ---------------------------------------------------------------- the comparison is a judge that can say no
@pytest.mark.parametrize("row", [row for row in ROWS if PRINTED[row.id]], ids=lambda row: row.id)
def test_another_last_digit_is_noticed(row):
    for figure in row.figures:
        for i, text in enumerate(texts := figure.printed.split()):
            assert all(figure.agreeing(np.array(texts, float)))
            moved = np.array(texts, float)
            moved[i] += 3 * last_claimed(figure, text)
            assert figure.agreeing(moved) == [j != i for j in range(len(texts))]


def last_claimed(figure, text):
    """One unit of the last digit that is both printed and claimed."""
    mantissa, exponent = re.fullmatch(r"-?([\d.]+)(?:e(.+))?", text).groups()
    printed = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return printed if figure.digits is None else max(printed, unit(figure.digits, text))


def test_another_rate_is_noticed():
    row = next(row for row in ROWS if row.id == "000-ex1-python")
    loss = partial(layers.half_squares, y=layers.FIRST_COLUMN)
    kept = descend(loss, layers.uniform((3, 1)), 0.999, keep=(9999,))
    assert row.figures[0].agreeing(layers.layers(kept[9999])[0]) == [False] * 4


def test_too_few_numbers_are_noticed():
    with pytest.raises(ValueError, match="zip"):
        Figure("p", "0.5 0.5").agreeing([0.5])


def test_rows_are_rows():
    assert all(isinstance(row, Row) for row in ROWS)
