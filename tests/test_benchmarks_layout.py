"""The layout benchmark: crossings are counted right, ours are few beside those of `dot`, the command prints a table."""
import sys

import pytest

from autograd.visualize.dot import available
from autograd.visualize.layout import lay_out
from autograd.visualize.model import Edge, Vertex, View
from autograd.visualize.svg import box
from benchmarks import __main__ as command
from benchmarks import layout
from benchmarks.layout import GRAPHS, Graph, chain, crossings, curved, measured, routes, verdict


def pairs(n):
    """n edges that share no end."""
    vertices = tuple(Vertex(key, "leaf" if key < n else "gate", "x") for key in range(2 * n))
    return View(vertices, tuple(Edge(i, n + i, 0) for i in range(n)))


@pytest.mark.parametrize(("curves", "count"), [
    ([[(0, 0), (100, 100)], [(0, 100), (100, 0)]], 1),
    ([[(0, 0), (100, 0)], [(0, 10), (100, 10)]], 0),
    ([[(0, 0), (1000, 0)], [(10, -5), (20, 5), (30, -5), (500, 5)]], 3),
    ([[(0, 0), (100, 100)], [(0, 100), (100, 0)], [(50, -500), (50.5, 500)]], 3)])
def test_crossings_of_lines_are_counted(curves, count):
    assert crossings(pairs(len(curves)), iter(curves)) == count


def test_edges_that_share_an_end_do_not_cross():
    view = View(pairs(2).vertices, (Edge(0, 2, 0), Edge(0, 3, 0)))
    assert crossings(view, iter([[(0, 0), (100, 100)], [(0, 100), (100, 0)]])) == 0


def test_a_curve_begins_and_ends_at_its_knots():
    points = list(curved((0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (2.0, 2.0)))
    assert (points[0], points[-1]) == ((0.0, 0.0), (2.0, 2.0))
    assert points[len(points) // 2] == (1.0, 1.0)


def test_our_edges_begin_and_end_where_the_layout_says():
    view = GRAPHS["network 2-3-1"].make()
    drawn = lay_out(view, [box(vertex) for vertex in view.vertices])
    assert [(points[0], points[-1]) for points in routes(drawn)] == [(knots[0], knots[-1]) for knots in drawn.routes]


@pytest.mark.parametrize("name", [name for name, graph in GRAPHS.items()
                                  if graph.ratio and name != "recurrent 4 × 28"])      # takes dot minutes
def test_crossings_are_few_beside_those_of_dot(name):
    if not available():
        pytest.skip("the program `dot` is not installed here")
    found = measured(GRAPHS[name])
    assert found["dot crossings"]
    assert "dot: met" in verdict(GRAPHS[name], found)


@pytest.mark.parametrize(("ours", "theirs", "met"), [(15, 10, True), (16, 10, False), (1, 0, True), (2, 0, False)])
def test_the_verdict_compares(ours, theirs, met):
    found = {"seconds": 0.5, "crossings": ours, "dot crossings": theirs}
    assert verdict(Graph(None, 1, 1.5), found) == f"≤ 1 s: met, ≤ 1.5 × dot: {'met' if met else '**missed**'}"


def test_too_slow_is_missed():
    assert verdict(Graph(None, 1), {"seconds": 1.5}) == "≤ 1 s: **missed**"


def test_without_dot_there_is_no_comparison(monkeypatch):
    monkeypatch.setenv("PATH", "")
    found = measured(GRAPHS["gates 40"])
    assert set(found) == {"vertices", "seconds", "crossings"}


def test_the_command_prints_the_table(monkeypatch, capsys):
    monkeypatch.setattr(layout, "GRAPHS", {"chain 5": Graph(lambda: chain(5), 1, 1.5)})
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--layout"])
    command.main()
    assert "| chain 5 | 6 | 0." in capsys.readouterr().out
