"""Coordinates: gaps are kept, wires are straight."""
import random
from itertools import pairwise

import pytest

from autograd.visualize.layered.coordinates import Extent, coordinates, spaced
from autograd.visualize.layered.sifting import ordered
from tests.visualize.graphs import ALL, Builder, chain
from tests.visualize.layered.test_ranks import graph_of


@pytest.mark.parametrize("view", ALL.values(), ids=ALL.keys())
def test_gaps_are_kept(view):
    graph = graph_of(view)
    layers = ordered(graph)
    extents = [Extent(3.3 * (item % 4), 5.1) for item in range(len(graph.before))]
    at = coordinates(graph, layers, extents, 7.0)
    for layer in layers:
        for a, b in pairwise(layer):
            assert at[b] - extents[b].left >= at[a] + extents[a].right + 7.0


def test_a_chain_is_straight():
    graph = graph_of(chain(50))
    assert len(set(coordinates(graph, graph.layers, [Extent(5, 9)] * 51, 4.0))) == 1


def test_a_long_wire_is_straight():
    b = Builder()
    x = start = b.leaf("x")
    for _ in range(8):
        x = b.gate("+", b.gate("sin", x), b.leaf("c"))
    b.gate("×", x, start)
    graph = graph_of(b.view())
    at = coordinates(graph, ordered(graph), [Extent(5, 9)] * len(graph.before), 4.0)
    assert len({at[dummy] for dummy in range(graph.vertices, len(at))}) == 1


@pytest.mark.parametrize("seed", range(20))
def test_spaced_is_nearest_in_least_squares(seed):
    """No small step that keeps the gaps comes nearer to what was wished."""
    draw = random.Random(seed)
    n = draw.randrange(1, 8)
    wishes = [(draw.uniform(0.5, 3), draw.uniform(0, 10)) for _ in range(n)]
    gaps = [draw.randrange(4) for _ in range(n - 1)]

    def kept(places):
        return all(b - a >= gap - 1e-9 for (a, b), gap in zip(pairwise(places), gaps, strict=True))

    def cost(places):
        return sum(w * (x - wish) ** 2 for x, (w, wish) in zip(places, wishes, strict=True))

    best = spaced(wishes, gaps)
    assert kept(best)
    for _ in range(300):
        other = [x + draw.gauss(0, 0.1) for x in best]
        assert not kept(other) or cost(other) >= cost(best) - 1e-9
