"""Layers: every edge forward, total length least, dummies where a wire passes."""
from itertools import pairwise, product

import pytest

from autograd.visualize.layered.ranks import WIRE_BUDGET, distinct_sources, layered, ranks
from tests.visualize.graphs import ALL, Builder, chain, network, random_view

EVERY = pytest.mark.parametrize("view", ALL.values(), ids=ALL.keys())


def pairs(view):
    return [(edge.source, edge.target) for edge in view.edges]


def length(rank, edges):
    return sum(rank[b] - rank[a] for a, b in set(edges))


def rank_of(view):
    return ranks(distinct_sources(len(view.vertices), pairs(view)))


def graph_of(view):
    return layered(len(view.vertices), pairs(view))


@EVERY
def test_every_edge_goes_forward_and_no_layer_is_empty(view):
    rank = rank_of(view)
    assert all(rank[a] < rank[b] for a, b in pairs(view))
    assert set(rank) == set(range(max(rank) + 1))


@pytest.mark.parametrize("seed", range(25))
def test_no_layers_make_the_edges_shorter(seed):
    view = random_view(seed, 6, far=0.5)
    n, edges = len(view.vertices), pairs(view)
    valid = (rank for rank in product(range(n), repeat=n) if all(rank[a] < rank[b] for a, b in edges))
    assert length(rank_of(view), edges) == min(length(rank, edges) for rank in valid)


def test_a_leaf_stands_beside_its_gate():
    b = Builder()
    x = b.gate("exp", b.gate("sin", b.leaf("x")))
    last = b.gate("+", x, b.gate("sin", b.leaf("late")))
    rank = rank_of(b.view())
    assert [rank[v.key] for v in b.vertices if v.name == "late"] == [rank[last] - 2]


def test_equal_neurons_stand_in_equal_layers():
    view = network(2, 3, 1)
    rank = rank_of(view)
    tanh = [rank[v.key] for v in view.vertices if v.label == "tanh"]
    assert len(set(tanh[:3])) == 1


@EVERY
def test_segments_join_neighbouring_layers(view):
    graph = graph_of(view)
    row = {item: number for number, layer in enumerate(graph.layers) for item in layer}
    assert sorted(row) == list(range(len(graph.before)))
    assert all(row[end] == row[item] + 1 for item in row for end in graph.after[item])
    assert {(a, b) for b in row for a in graph.before[b]} == {(a, b) for a in row for b in graph.after[a]}


@EVERY
def test_dummies_have_one_segment_in_and_some_out(view):
    graph = graph_of(view)
    for dummy in range(graph.vertices, len(graph.before)):
        assert len(graph.before[dummy]) == 1
        assert graph.after[dummy]


@EVERY
def test_paths_end_where_their_edge_ends(view):
    graph = graph_of(view)
    for (source, target), path in zip(pairs(view), graph.paths, strict=True):
        assert path[-1] == target
        assert path[0] == source or path[0] >= graph.vertices
        assert all(b in graph.after[a] for a, b in pairwise(path))


def test_the_longest_wires_go_without_dummies():
    b = Builder()
    xs = [b.leaf("x")]
    for _ in range(100):
        xs.append(b.gate("sin", xs[-1]))
    g = xs[-1]
    for x in reversed(xs):
        g = b.gate("×", g, x)
    graph = graph_of(b.view())
    assert len(graph.before) <= (1 + WIRE_BUDGET) * len(b.vertices)


def test_a_chain_has_a_layer_per_gate():
    assert rank_of(chain(5000)) == list(range(5001))
