"""Large graphs in groups: modules, turns of loops, lines; closed groups stand in the drawing as one vertex."""
import random

import numpy as np
import pytest

import nn
from autograd import Tensor, draw, trace
from autograd.visualize.build import view
from autograd.visualize.collapse import collapsed, keys, visible
from autograd.visualize.groups import LIMIT, grouped
from autograd.visualize.layout import lay_out
from autograd.visualize.model import Edge, Group, Vertex, View
from autograd.visualize.svg import box, svg
from autograd.visualize.text import text
from tests.visualize.graphs import ALL, HOSTILE, chain, network, random_view

EVERY = pytest.mark.parametrize("whole", [*ALL.values(), network(4, 8, 3), random_view(1, 900), chain(700)],
                                ids=[*ALL, "network 4-8-3", "random 900", "chain 700"])


def labelled(*words):
    """A chain of gates, each `label@line`, from one leaf."""
    vertices = [Vertex(0, "leaf", "x", "x")]
    for key, word in enumerate(words, 1):
        label, _, line = word.partition("@")
        vertices.append(Vertex(key, "gate", label, where=f"f.py:{line or 1}"))
    return View(tuple(vertices), tuple(Edge(key - 1, key, 0) for key in range(1, len(vertices))))


def names(groups):
    """The names of groups, with those inside."""
    return [(group.name, names([part for part in group.members if isinstance(part, Group)])) for group in groups]


def looped(turns):
    """A number multiplied and added to again and again, and the line where that is."""
    x, w = Tensor(1.0, name="x"), Tensor(0.5, name="w")
    for _ in range(turns):
        x = x * w
        x = x + 0.25
    return x


def classifier():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Linear(3, 1, seed=1))
    out = model(np.ones((4, 2)))
    return ((out - 1.0) ** 2).mean()


# ---------------------------------------------------------------- finding them
def test_turns_of_a_loop():
    found = grouped(labelled("a", *["×", "+"] * 3, "b")).groups
    assert names(found) == [("3 × (× +)", [(f"turn {k}: × +", []) for k in (1, 2, 3)])]
    assert list(keys(found[0].members[0])) == [3, 2]


def test_loops_in_loops():
    found = grouped(labelled(*["×", "+", "×", "+", "×", "+", "tanh"] * 4)).groups
    ((name, turns),) = names(found)
    assert name == "4 × (3 × (× +) tanh)"
    assert [inside[0][0] for _, inside in turns] == ["3 × (× +)"] * 4


def test_the_number_of_turns_inside_does_not_matter():
    ((name, turns),) = names(grouped(labelled("×", "×", "×", "tanh", *["×"] * 5, "tanh", *["×"] * 4, "tanh")).groups)
    assert name == "3 × (3 × (×) tanh)"
    assert [inside for _, inside in turns] == [[("3 × (×)", [])], [("5 × (×)", [])], [("4 × (×)", [])]]


def test_equal_gates_of_other_lines_are_other_work():
    assert grouped(labelled("×@1", "×@2", "×@3", "×@4")).groups == ()
    assert len(grouped(labelled("×@1", "×@1", "×@1", "×@1")).groups) == 1


def test_two_gates_alike_are_no_loop():
    assert grouped(labelled("×", "×", "+", "exp")).groups == ()


def test_modules_by_the_names_of_their_parameters():
    found = grouped(view(classifier())).groups
    assert names(found) == [("module 0", []), ("module 2", [])]
    labels = {vertex.key: vertex.label for vertex in view(classifier()).vertices}
    assert [[labels[key] for key in group.members] for group in found] == [["ᵀ", "@", "+", "tanh"], ["ᵀ", "@", "+"]]


def test_modules_in_modules():
    inner = [nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)) for _ in range(2)]
    y = nn.Sequential(*inner)(np.ones((1, 2))).sum()
    assert names(grouped(view(y)).groups) == [("module 0", [("module 0.0", []), ("module 0.2", [])]),
                                              ("module 1", [("module 1.0", []), ("module 1.2", [])])]


class Block(nn.Module):
    """A module whose `forward` has a line without parameters."""

    def __init__(self):
        self.first, self.second = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x):
        x = self.first(x)
        x = np.exp(x)
        x = x / (1.0 + x)
        return self.second(x)


class Stack(nn.Module):
    def __init__(self):
        self.blocks, self.head = [Block(), Block()], nn.Linear(2, 1)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        x = np.tanh(x)
        return self.head(x)


def test_lines_between_the_parts_of_a_module_belong_to_it():
    y = (Stack()(np.ones((1, 2))) ** 2).sum()
    ((blocks, inside), head) = names(grouped(view(y)).groups)
    assert (blocks, head) == ("module blocks", ("module head", []))
    assert inside == [(f"module blocks.{k}", [(f"module blocks.{k}.first", []), (f"module blocks.{k}.second", [])])
                      for k in (0, 1)]
    assert [v.label for v in draw(y, depth=0).view.vertices] == ["module blocks", "tanh", "module head", "2", "^", "Σ"]
    assert "÷" in [v.label for v in draw(y, depth=2).view.vertices]


def test_a_module_that_is_used_again_and_again():
    model, x = nn.Sequential(nn.Linear(2, 2), nn.Tanh()), Tensor(np.ones((1, 2)))
    for _ in range(5):
        x = model(x)
    ((name, turns),) = names(grouped(view(x.sum())).groups)
    assert name == "5 × (module 0)"
    assert turns == [("module 0", [])] * 5


@EVERY
def test_groups_are_stretches_of_gates(whole):
    order = {v.key: number for number, v in enumerate(v for v in whole.vertices if v.kind == "gate")}
    todo = list(grouped(whole).groups)
    while todo:
        group = todo.pop()
        found = sorted(order[key] for key in keys(group))
        assert found == list(range(found[0], found[-1] + 1))
        todo += [part for part in group.members if isinstance(part, Group)]


def test_gates_that_have_nothing_in_common_are_cut_into_lines_and_parts():
    draw_ = random.Random(0)
    by_line = grouped(labelled(*(f"g{draw_.randrange(10_000)}@{i // 4}" for i in range(400))))
    assert [group.name for group in by_line.groups] == [f"f.py:{i}" if i else "f.py:0" for i in range(100)]
    apart = grouped(labelled(*(f"g{i}@{i}" for i in range(1_000))))
    assert [group.name for group in apart.groups] == [f"part {i} of 100" for i in range(1, 101)]


# ---------------------------------------------------------------- closing them
@EVERY
@pytest.mark.parametrize("depth", [0, 1, 2, 9])
def test_every_depth_can_be_laid_out(whole, depth):
    seen = collapsed(grouped(whole), depth)
    order = {vertex.key: number for number, vertex in enumerate(seen.vertices)}
    assert all(order[edge.source] < order[edge.target] for edge in seen.edges)
    assert len(lay_out(seen, [box(vertex) for vertex in seen.vertices]).corners) == len(seen.vertices)


@EVERY
def test_deep_enough_all_is_open(whole):
    seen = collapsed(grouped(whole), 99)
    assert (seen.vertices, seen.edges) == (whole.vertices, whole.edges)


@EVERY
def test_nothing_is_lost(whole):
    seen = collapsed(grouped(whole), 0)
    inside = sum(int(word.replace(",", "")) for v in seen.vertices if v.count for word in v.count.split()[::2])
    assert inside + sum(v.kind != "group" for v in seen.vertices) == len(whole.vertices)


def test_a_closed_group_shows_what_it_gives_away():
    y = looped(200)
    (closed,) = draw(y, depth=0).view.vertices
    assert (closed.kind, closed.count) == ("group", "400 gates, 2 leaves, 200 constants")
    assert closed.value == view(y).vertices[-1].value == "0.5"
    assert closed.gradient == "1"
    assert closed.where == "test_groups.py:40–41"


def test_a_group_with_several_results_has_no_value():
    several = (Vertex(k, "gate" if k else "leaf", "×", value="7") for k in range(4))
    edges = (*(Edge(0, k, 0) for k in (1, 2, 3)), Edge(2, 4, 0), Edge(3, 4, 1))
    whole = View((*several, Vertex(4, "gate", "+", where="here:1")), edges)
    seen = collapsed(grouped(whole), 0)
    assert [(v.kind, v.value) for v in seen.vertices] == [("group", None), ("gate", None)]
    assert text(seen).splitlines()[1].startswith("v2 = (of v1) + (of v1)")


def test_leaves_that_others_use_too_stay_outside():
    x, w = Tensor(1.0, name="x"), Tensor(2.0, name="w")
    y = x * w
    for _ in range(5):
        y = y * w
    y = np.exp(y) + w
    assert [v.label for v in draw(y, depth=0).view.vertices] == ["x", "w", "×", "5 × (×)", "exp", "+"]


def test_small_graphs_are_drawn_in_full_unless_asked():
    y = looped(20)
    assert len(draw(y).view.vertices) == 62
    assert [v.label for v in draw(y, depth=0).view.vertices] == ["20 × (× +)"]
    assert len(draw(y, depth=1).view.vertices) == 21                 # and a leaf that all use
    assert draw(y, depth=2).view.vertices == draw(y).view.vertices


def test_large_graphs_open_as_far_as_there_is_room():
    assert len(draw(looped(200)).view.vertices) == 201
    assert len(draw(looped(400)).view.vertices) == 1


@pytest.mark.parametrize("whole", [chain(700), random_view(2, 3_000), network(12, 20, 8), network(20, 40, 10)])
def test_no_drawing_is_larger_than_its_limit(whole):
    assert len(visible(whole).vertices) <= LIMIT


def test_leaves_with_the_same_uses_share_a_vertex_where_there_are_too_many():
    leaves = [Tensor(float(i), name=f"w{i}") for i in range(400)]
    y = np.sum(np.stack(leaves))
    (bundle, *others) = draw(y + y * np.sum(np.stack(leaves[:3]))).view.vertices
    assert (bundle.label, bundle.count) == ("w0, w1, w2, …", "3 leaves")
    assert others[0].count == "397 leaves"


def test_a_program_closes_too():
    def f(x):
        for _ in range(400):
            x = x * x + 1.5
        return x
    (closed,) = draw(trace(f)(0.5)).view.vertices
    assert (closed.label, closed.name, closed.space) == ("400 × (× +)", "out 0", "float")


def test_closed_groups_in_every_form():
    drawing = draw(looped(400), engine="own")
    for form in (drawing.text(), drawing.svg(), drawing.dot(), drawing.html()):
        assert "400 × (× +)" in form
        assert "800 gates" in form
    assert "1 closed groups" in drawing.svg()


def test_hostile_labels_stay_text_in_a_group():
    for word in HOSTILE:
        gates = (Vertex(k, "gate", word, where=word) for k in range(1, 5))
        edges = tuple(Edge(k - 1, k, 0) for k in range(1, 5))
        seen = visible(View((Vertex(0, "leaf", word, word), *gates), edges), 0)
        assert [v.kind for v in seen.vertices] == ["group"]
        assert len(text(seen).splitlines()) == 1
        assert svg(seen).count("<script") == 0
