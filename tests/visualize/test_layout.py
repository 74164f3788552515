"""Layouts: no box on another, every edge forward and clear of boxes, the same view the same layout."""
import functools
from itertools import pairwise

import pytest

from autograd.visualize.layout import Box, lay_out
from autograd.visualize.model import Edge, Vertex, View
from tests.visualize.graphs import ALL, Builder, islands, random_view, single, square

placed = functools.cache(lay_out)
EVERY = pytest.mark.parametrize("view", ALL.values(), ids=ALL.keys())
BOTH = pytest.mark.parametrize("direction", ["LR", "TB"])


def boxes(view):
    """Gates are round with text under them, as in the SVG; sizes differ."""
    return tuple(Box(60 + 7 * (v.key % 5), 64, 34, 34) if v.kind == "gate"
                 else Box(40 + v.key % 9, 50, 40 + v.key % 9, 50) for v in view.vertices)


def rectangles(view, layout):
    return [(x, y, x + box.width, y + box.height) for (x, y), box in zip(layout.corners, boxes(view), strict=True)]


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def along(point, direction):
    return point[0] if direction == "LR" else point[1]


@EVERY
@BOTH
def test_no_box_lies_on_another(view, direction):
    found = rectangles(view, placed(view, boxes(view), direction))
    assert [(a, b) for i, a in enumerate(found) for b in found[:i] if overlap(a, b)] == []


@EVERY
@BOTH
def test_everything_is_inside_the_drawing(view, direction):
    layout = placed(view, boxes(view), direction)
    points = [point for route in layout.routes for point in route]
    points += [corner for a, b, c, d in rectangles(view, layout) for corner in ((a, b), (c, d))]
    assert all(0 < x < layout.width and 0 < y < layout.height for x, y in points)


@EVERY
@BOTH
def test_edges_go_forward_to_their_target(view, direction):
    layout = placed(view, boxes(view), direction)
    place = dict(zip([v.key for v in view.vertices], rectangles(view, layout), strict=True))
    for edge, route in zip(view.edges, layout.routes, strict=True):
        assert all(along(a, direction) <= along(b, direction) for a, b in pairwise(route))
        x, y = route[-1]
        left, top, right, bottom = place[edge.target]
        assert left <= x <= right
        assert top <= y <= bottom


@EVERY
def test_an_edge_begins_at_its_source_or_on_its_wire(view):
    layout = placed(view, boxes(view))
    place = dict(zip([v.key for v in view.vertices], rectangles(view, layout), strict=True))
    wires = {}
    for edge, route in zip(view.edges, layout.routes, strict=True):
        wires.setdefault(edge.source, set()).update(route[1:])
    for edge, route in zip(view.edges, layout.routes, strict=True):
        left, top, right, bottom = place[edge.source]
        x, y = route[0]
        assert (left <= x <= right and top <= y <= bottom) or route[0] in wires[edge.source]


@EVERY
@BOTH
def test_no_edge_runs_through_a_foreign_box(view, direction):
    """Between layers there are no boxes, inside a layer an edge is level; so a box is only touched end to end."""
    layout = placed(view, boxes(view), direction)
    place = dict(zip([v.key for v in view.vertices], rectangles(view, layout), strict=True))
    for edge, route in zip(view.edges, layout.routes, strict=True):
        for a, b in pairwise(route):
            stroke = (*map(min, a, b), *map(max, a, b))
            level = a[1] == b[1] if direction == "LR" else a[0] == b[0]
            hit = [key for key, box in place.items() if overlap(stroke, box) and key not in (edge.source, edge.target)]
            assert not (level and hit)
            assert not (hit and crosses_a_layer(stroke, [place[key] for key in hit], direction))


def crosses_a_layer(stroke, found, direction):
    axis = 0 if direction == "LR" else 1
    return any(stroke[axis] < box[axis + 2] and box[axis] < stroke[axis + 2] for box in found)


@EVERY
def test_the_same_view_has_the_same_layout(view):
    assert lay_out(view, boxes(view)) == placed(view, boxes(view))


def test_both_directions_are_the_same_drawing_for_square_boxes():
    view = random_view(3)
    lr, tb = (lay_out(view, [Box(30, 30, 30, 30)] * len(view.vertices), direction) for direction in ("LR", "TB"))
    assert [corner[::-1] for corner in lr.corners] == list(tb.corners)


def test_parallel_edges_stay_apart():
    layout = lay_out(square(), boxes(square()))
    first, second = layout.routes
    assert first[0] == second[0]
    assert first[-1] != second[-1]


def test_a_vertex_alone():
    layout = lay_out(single(), [Box(40, 50, 40, 50)])
    assert layout.routes == ()
    assert (layout.width, layout.height) == (40 + 2 * layout.corners[0][0], 50 + 2 * layout.corners[0][1])


def test_nothing_at_all():
    assert lay_out(View((), ()), []).corners == ()


def test_islands_begin_and_end_where_they_like():
    layout = lay_out(islands(), boxes(islands()))
    assert len(layout.corners) == 7


def test_one_of_two_edges_into_a_gate_is_level_with_a_neighbour_gate():
    b = Builder()
    x = b.leaf("x")
    for i in range(4):
        x = b.gate("+", x, b.leaf(f"b{i}"))
    layout = lay_out(b.view(), boxes(b.view()))
    spine = [layout.corners[v.key][1] for v in b.vertices if v.kind == "gate"]
    assert len(set(spine)) == 1


def test_a_gate_with_many_arguments_keeps_them_on_its_side():
    b = Builder()
    b.gate("stack", *[b.leaf(f"x{i}") for i in range(40)])
    layout = lay_out(b.view(), boxes(b.view()))
    ends = [route[-1] for route in layout.routes]
    top = layout.corners[-1][1]
    assert len(set(ends)) == 40
    assert all(top < y < top + 34 for _, y in ends)


def test_an_edge_backwards_is_an_error():
    view = View((Vertex(0, "leaf", "a"), Vertex(1, "leaf", "b")), (Edge(1, 0, 0),))
    with pytest.raises(ValueError, match="topological order"):
        lay_out(view, boxes(view))


def test_a_value_used_everywhere_costs_no_square():
    """n gates that all use one leaf: the wire is shared, each stretch of it drawn once."""
    b = Builder()
    x, a = b.leaf("x"), b.leaf("a")
    for _ in range(2000):
        x = b.gate("×", x, a)
    layout = lay_out(b.view(), boxes(b.view()))
    assert sum(map(len, layout.routes)) < 10 * len(b.edges)


def test_forward_values_used_in_reverse_cost_no_square():
    """Backpropagation drawn as a graph would need n² dummies; the longest wires go without."""
    b = Builder()
    xs = [b.leaf("x")]
    for _ in range(400):
        xs.append(b.gate("sin", xs[-1]))
    g = xs[-1]
    for x in reversed(xs):
        g = b.gate("×", g, x)
    layout = lay_out(b.view(), boxes(b.view()))
    assert sum(map(len, layout.routes)) < 20 * len(b.edges)
