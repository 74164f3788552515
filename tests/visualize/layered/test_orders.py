"""Sweeps and sifting: orders of the same items, never worse than the first, and as good as any for tiny graphs."""
import random
from itertools import pairwise, permutations

import pytest

from autograd.visualize.layered.crossings import crossings, gap_crossings
from autograd.visualize.layered.ranks import Layered
from autograd.visualize.layered.sifting import CROSSING, Sifting, ordered, tastes
from autograd.visualize.layered.sweeps import candidates, starts, swept_often
from tests.visualize.graphs import ALL, Builder, network, random_view
from tests.visualize.layered.test_ranks import graph_of

EVERY = pytest.mark.parametrize("view", ALL.values(), ids=ALL.keys())


def same_items(layers, graph):
    return [sorted(layer) for layer in layers] == [sorted(layer) for layer in graph.layers]


def fewest(graph):
    """The least possible number of crossings, from the best order of the layers so far for every last layer."""
    best = dict.fromkeys(permutations(graph.layers[0]), 0)
    for layer in graph.layers[1:]:
        best = {order: min(count + gap_crossings(list(upper), list(order), graph.after)
                           for upper, count in best.items()) for order in permutations(layer)}
    return min(best.values())


def tiny(seed):
    """Layers of at most four items and random segments between them."""
    draw = random.Random(seed)
    sizes = [draw.randrange(2, 5) for _ in range(draw.randrange(2, 6))]
    layers = [list(range(sum(sizes[:i]), sum(sizes[:i + 1]))) for i in range(len(sizes))]
    after = [[] for _ in range(sum(sizes))]
    for upper, lower in pairwise(layers):
        for item in upper:
            after[item] = [end for end in lower if draw.random() < 0.5]
    before = [[item for item in range(len(after)) if end in after[item]] for end in range(len(after))]
    return Layered(layers, before, after, [], len(after))


@EVERY
def test_the_result_has_the_same_items_and_no_more_crossings_than_any_first_order(view):
    graph = graph_of(view)
    layers = ordered(graph)
    assert same_items(layers, graph)
    first = [graph.layers, *starts(graph)]
    assert crossings(layers, graph.after) <= min(crossings(start, graph.after) for start in first)


@EVERY
def test_sweeps_never_make_it_worse(view):
    graph = graph_of(view)
    for start in starts(graph):
        for upward in (True, False):
            best = swept_often(start, graph, upward)
            assert same_items(best, graph)
            assert crossings(best, graph.after) <= crossings(start, graph.after)


@pytest.mark.parametrize("seed", range(40))
def test_tiny_graphs_get_the_fewest_crossings_there_are(seed):
    graph = tiny(seed)
    assert crossings(ordered(graph), graph.after) == fewest(graph)


@pytest.mark.parametrize("seed", range(20))
def test_sifting_keeps_count(seed):
    graph = graph_of(random_view(seed, 60))
    for layers in candidates(graph):
        sifting = Sifting(layers, graph, tastes(graph.before))
        before = sifting.cost
        sifting.settle(range(len(layers)))
        sifting.shake(random.Random(seed))
        assert sifting.cost == sifting.costs(sifting.layers) <= before
        assert sifting.cost // CROSSING == crossings(sifting.layers, graph.after)
        assert all(sifting.place[item] == n for layer in sifting.layers for n, item in enumerate(layer))


def test_arguments_stand_in_reading_order():
    b = Builder()
    x = b.gate("+", b.gate("−", b.leaf("a"), b.constant("1")), b.gate("÷", b.constant("1"), b.leaf("b")))
    graph = graph_of(b.view())
    place = {item: number for layer in ordered(graph) for number, item in enumerate(layer)}
    assert all(place[a] < place[b] for items in graph.before for a, b in pairwise(items))
    assert x == 6


def test_a_tree_has_no_crossings():
    b = Builder()
    keys = [b.leaf(f"x{i}") for i in range(64)]
    random.Random(0).shuffle(keys)
    while len(keys) > 1:
        keys = [b.gate("+", *pair) for pair in zip(keys[::2], keys[1::2], strict=True)]
    graph = graph_of(b.view())
    assert crossings(ordered(graph), graph.after) == 0


def test_a_network_of_multiply_and_add_gates_has_few_crossings():
    """What the `dot` program makes of the same graph has 4 crossings of curves."""
    graph = graph_of(network(2, 3, 1))
    assert crossings(ordered(graph), graph.after) <= 5
