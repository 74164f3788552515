"""Network simplex: valid places, and no better ones."""
import random
from itertools import product

import pytest

from autograd.visualize.layered.simplex import improved

PLENTY = 1_000_000


def problem(seed):
    """Distances between few items, and pulls that edges between the same items exert."""
    draw = random.Random(seed)
    n = draw.randrange(2, 6)
    distances = [(a, b, draw.randrange(3)) for b in range(n) for a in range(b) if draw.random() < 0.7]
    pulls = [0] * n
    for a, b, _ in distances:
        weight = draw.randrange(4)
        pulls[a] += weight
        pulls[b] -= weight
    return n, distances, pulls


def valid(at, distances):
    return all(at[b] >= at[a] + d for a, b, d in distances)


def worth(at, pulls):
    return sum(place * pull for place, pull in zip(at, pulls, strict=True))


def start(n, distances):
    at = [0] * n
    for a, b, d in sorted(distances, key=lambda distance: distance[1]):
        at[b] = max(at[b], at[a] + d)
    return at


@pytest.mark.parametrize("seed", range(40))
def test_no_places_are_better(seed):
    n, distances, pulls = problem(seed)
    at = improved(start(n, distances), distances, pulls, PLENTY)
    assert valid(at, distances)
    everywhere = (places for places in product(range(7), repeat=n) if valid(places, distances))
    assert worth(at, pulls) >= max(worth(places, pulls) for places in everywhere)


@pytest.mark.parametrize("work", [0, 1, 5, 20])
def test_it_may_stop_at_any_time(work):
    for seed in range(40):
        n, distances, pulls = problem(seed)
        assert valid(improved(start(n, distances), distances, pulls, work), distances)


def test_what_nothing_pulls_stays():
    assert improved([3, 9, 4], [(0, 1, 2)], [0, 0, 0], PLENTY) == [3, 9, 4]


def test_the_places_given_are_not_changed():
    at = [0, 5]
    assert improved(at, [(0, 1, 1)], [1, -1], PLENTY) in ([4, 5], [0, 1])
    assert at == [0, 5]
