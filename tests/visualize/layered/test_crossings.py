"""Counting crossings by insertion, against counting every pair."""
import random
from itertools import combinations

import pytest

from autograd.visualize.layered import crossings as module
from autograd.visualize.layered.crossings import crossings, inversions


@pytest.mark.parametrize("seed", range(30))
def test_inversions_are_pairs_out_of_order(seed):
    draw = random.Random(seed)
    size = draw.randrange(1, 20)
    numbers = [draw.randrange(size) for _ in range(draw.randrange(30))]
    assert inversions(numbers) == sum(a > b for a, b in combinations(numbers, 2))


def test_inversions_of_more_numbers_than_are_sorted_at_once(monkeypatch):
    numbers = random.Random(0).choices(range(50), k=100)
    monkeypatch.setattr(module, "CHUNK", 7)
    assert inversions(numbers) == sum(a > b for a, b in combinations(numbers, 2))


@pytest.mark.parametrize("seed", range(30))
def test_crossings_are_pairs_of_segments_that_cross(seed):
    draw = random.Random(seed)
    upper, lower = list(range(6)), list(range(6, 12))
    after = [[end for end in lower if draw.random() < 0.4] if item in upper else [] for item in range(12)]
    draw.shuffle(upper)
    draw.shuffle(lower)
    segments = [(upper.index(a), lower.index(b)) for a in upper for b in after[a]]
    crossed = sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(segments, 2))
    assert crossings([upper, lower], after) == crossed


def test_what_meets_at_an_end_does_not_cross():
    assert crossings([[0, 1], [2]], [[2], [2], []]) == 0
