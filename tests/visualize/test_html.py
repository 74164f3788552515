"""The page as Python makes it: its data, its policy, its size, and hostile text in it."""
import json
import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.graph import GATES
from autograd.visualize.content import LIMIT
from autograd.visualize.drawing import Drawing
from autograd.visualize.html import SCRIPTS, asset, cell, digest, page
from autograd.visualize.model import FULL, in_full, names, printable
from autograd.visualize.svg import svg
from tests.visualize.graphs import ALL, HOSTILE, Builder, hostile, network, product

JSON_SCRIPT = ("type", "application/json")


class Read(HTMLParser):
    """What a browser finds in a page: elements with their attributes, and the text of scripts and styles."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.inline = [], {"script": [], "style": [], "json": []}
        self.inside = None
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside = "json" if JSON_SCRIPT in attributes else tag
        if self.inside in self.inline:
            self.inline[self.inside].append("")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, text):
        if self.inside in self.inline:
            self.inline[self.inside][-1] += text

    def data(self):
        return json.loads(self.inline["json"][0])


@cache
def hostile_page():
    return page(hostile())


def policy_of(read):
    found = [attributes["content"] for tag, attributes in read.elements
             if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in found[0].split(";"))


def graph():
    """a × b + sin(a), with a used twice."""
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    return a * b + np.sin(a)


def neurons(n):
    """A graph of at least n vertices."""
    x, ws = Tensor(0.5, name="x"), [Tensor(0.1 * i, name=f"w{i}") for i in range(n // 4)]
    total = x
    for w in ws:
        total = np.tanh(total * w) + x
    return total


# ---------------------------------------------------------------- what runs
@pytest.mark.parametrize("view", [*ALL.values(), hostile()], ids=[*ALL, "hostile"])
def test_the_policy_allows_the_page_its_own_script_and_styles_and_nothing_else(view):
    read = Read(page(view))
    assert policy_of(read) == {
        "default-src": "'none'", "script-src": " ".join(map(digest, read.inline["script"])),
        "style-src": " ".join(map(digest, read.inline["style"])), "base-uri": "'none'", "form-action": "'none'",
        "require-trusted-types-for": "'script'"}
    assert len(read.inline["script"]) == 1


def test_the_policy_stands_before_all_that_it_is_for():
    tags = [tag for tag, _ in Read(hostile_page()).elements]
    assert tags.index("meta") < min(tags.index("script"), tags.index("style"))


def test_nothing_is_loaded_and_no_attribute_runs():
    for tag, attributes in Read(hostile_page()).elements:
        assert tag not in {"link", "iframe", "object", "embed", "img", "base", "form"}
        assert not {name for name in attributes if name.startswith("on") or name in {"src", "href", "style", "srcdoc"}}


def test_the_scripts_never_parse_text_as_markup_or_code():
    code = "".join(map(asset, SCRIPTS))
    parsers = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\("
    assert re.findall(rf"{parsers}|https?://(?!www.w3.org)", code) == []
    assert "</script" not in code


def test_hostile_text_adds_no_element():
    harmless = Builder()
    for _ in HOSTILE:
        x = harmless.leaf("name", value="value", gradient="value")
        harmless.value("gate", "label", x, harmless.constant("value"), name="name", value="value", gradient="value",
                       where="where")
    count = [tag for tag, _ in Read(page(harmless.view())).elements if tag not in {"text"}]
    assert [tag for tag, _ in Read(hostile_page()).elements if tag not in {"text"}] == count


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_in_the_data_as_it_is(text):
    assert any(vertex["value"] == printable(text)[:LIMIT - 1] + "…" if len(printable(text)) > LIMIT else
               vertex["value"] == printable(text) for vertex in Read(hostile_page()).data()["vertices"])


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "\u2028\u2029", "\ud800", "\0", "\\",
                                  "'\""])
def test_no_text_ends_the_data(text):
    b = Builder()
    b.gate("sin", b.leaf(text))
    source = page(b.view())
    source.encode()
    read = Read(source)
    assert read.data()["vertices"][0]["name"] == printable(text)
    assert "<" not in read.inline["json"][0]


def test_a_name_of_a_megabyte_is_text_everywhere():
    b, name = Builder(), "<b>&" * 262_144
    b.gate("sin", b.leaf(name))
    drawing = Drawing(b.view(), engine="own")
    assert drawing.text().startswith(name)
    assert escape(name) in drawing.svg()
    assert name.replace("&", "&amp;") in drawing.dot()
    read = Read(drawing.html())
    assert read.data()["vertices"][0]["name"] == name[:LIMIT - 1] + "…"
    assert "b" not in [tag for tag, _ in read.elements]


# ---------------------------------------------------------------- a notebook
class Sanitized(HTMLParser):
    """As a notebook that is not trusted shows it: no frame, no script, no style."""

    def __init__(self, source):
        super().__init__()
        self.shown = []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        if tag not in {"script", "style", "iframe"}:
            self.shown.append((tag, dict(attributes)))


def test_the_picture_stays_where_scripts_and_frames_are_taken_out():
    (tag, attributes), = Sanitized(cell(product())).shown
    assert tag == "img"
    assert attributes["src"].startswith("data:image/svg+xml;base64,")


def test_the_frame_may_run_its_script_and_nothing_more():
    frame, = [attributes for tag, attributes in Read(cell(product())).elements if tag == "iframe"]
    assert frame["sandbox"] == "allow-scripts"
    inside = frame["srcdoc"]
    assert frame["title"]
    assert Read(inside).data() == Read(page(product())).data()
    assert policy_of(Read(inside))["script-src"] == policy_of(Read(page(product())))["script-src"]


def test_a_cell_has_its_picture_once(record_property):
    source = draw(neurons(200))._repr_html_()
    assert "<svg" not in next(attributes["srcdoc"] for tag, attributes in Read(source).elements if tag == "iframe")
    record_property("cell of 200 vertices", {"bytes": len(source.encode())})
    assert len(source.encode()) < 330_000


def test_without_a_script_there_is_the_drawing_and_the_text():
    assert svg(product()) in page(product())
    assert "a × b" in page(product())


# ---------------------------------------------------------------- numbers
def test_numbers_are_those_of_the_engine():
    y = graph()
    vertices = Read(draw(y).html()).data()["vertices"]
    y.backward()
    a, b, product, sine, total = vertices
    assert [v["numbers"] for v in vertices] == [2.0, 3.0, 6.0, np.sin(2.0), y.data]
    assert a["slopes"] == 3.0 + np.cos(2.0)
    assert (product["local"], product["share"]) == ([3.0, 2.0], [3.0, 2.0])
    assert (sine["local"], sine["share"], b["slopes"]) == ([np.cos(2.0)], [np.cos(2.0)], 2.0)
    assert (total["slopes"], total["args"], product["formula"]) == (1.0, [2, 3], ["", " × ", ""])
    assert product["code"] == "return a * b + np.sin(a)"
    assert product["where"].startswith("test_html.py:")


def test_shares_add_up_to_the_gradient():
    X, w = Tensor(np.arange(6.0).reshape(2, 3), name="X"), Tensor(np.array([1.0, 2.0, 0.5]), name="w")
    view = draw(np.sum(np.tanh(X * w + w) * X[:, :1])).view
    by_key = {vertex.key: vertex for vertex in view.vertices}
    for vertex in view.vertices[:-1]:
        shares = [np.array(edge.share) for edge in view.edges if edge.source == vertex.key]
        if vertex.kind != "constant":
            assert np.allclose(sum(shares), np.array(vertex.slopes), rtol=1e-14)
    for edge in view.edges:
        if edge.local is not None:
            assert np.shape(edge.local) == np.shape(by_key[edge.target].numbers)


def test_numbers_that_are_not_finite():
    with np.errstate(all="ignore"):
        y = np.log(Tensor(0.0, name="x")) * np.inf
    assert [v.get("numbers") for v in Read(draw(y).html()).data()["vertices"]] == [0.0, "-inf", "inf", "-inf"]


@pytest.mark.parametrize(("x", "found"), [
    (2.0, 2.0), (3, 3.0), (True, 1.0), (np.float64(2), 2.0), (np.ones(2), [1.0, 1.0]), (np.arange(2), [0, 1]),
    (np.float32(2), None), (1j, None), (np.ones(2, np.float32), None), (np.ones(FULL + 1), None), (np.ones(0), None),
    (np.array(["a"]), None), (None, None)])
def test_what_goes_into_a_page_in_full(x, found):
    assert in_full(x) == found


@pytest.mark.parametrize(("f", "moves"), [
    (lambda X: X.T, [[1, 4], [2, 5], [3, 6]]), (lambda X: X[1, ::2], [4, 6]),
    (lambda X: X.reshape(6), [1, 2, 3, 4, 5, 6]),
    (lambda X: np.concatenate([X[0], X[1]]), [1, 2, 3, 4, 5, 6]), (lambda X: np.pad(X[0], 1), [0, 1, 2, 3, 0]),
    (lambda X: X * 2.0, None)])
def test_where_moved_numbers_come_from(f, moves):
    assert draw(f(Tensor(np.ones((2, 3))))).view.vertices[-1].moves == moves


def known_gates():
    """The gates that the page can compute, besides those that only move numbers."""
    return set(re.findall(r"^  (\w+): \[", asset("gates.js"), re.MULTILINE))


def test_every_gate_of_the_page_is_a_gate():
    assert len(known_gates()) > 40
    assert known_gates() <= set(GATES)


# ---------------------------------------------------------------- size
def test_a_graph_of_200_vertices_takes_at_most_300_kilobytes(record_property):
    drawing = draw(neurons(200))
    assert len(drawing.view.vertices) >= 200
    size = len(drawing.html().encode())
    record_property("page of 200 vertices", {"bytes": size})
    assert size <= 300_000


def test_the_names_are_those_of_the_text():
    view = network(2, 2)
    assert [v["name"] for v in Read(page(view)).data()["vertices"]] == list(names(view).values())


def test_the_assets_lie_beside_the_module():
    folder = files("autograd.visualize")
    assert all(folder.joinpath(name).is_file() for name in (*SCRIPTS, "stepper.css"))
