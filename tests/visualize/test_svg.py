"""SVG: well-formed, self-contained, every text literal and inside its box."""
import re
import xml.etree.ElementTree as ET

import pytest

from autograd.visualize.model import printable
from autograd.visualize.svg import CELL, SYMBOL_CELL, svg
from tests.visualize.graphs import ALL, HOSTILE, Builder, hostile, product, square

NS = "{http://www.w3.org/2000/svg}"


def parsed(view, direction="LR"):
    return ET.fromstring(svg(view, direction))


def groups(root, kind):
    return [group for group in root.iter(f"{NS}g") if group.get("class") == kind]


def texts(element):
    return [text.text for text in element.iter(f"{NS}text")]


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("view", [*ALL.values(), hostile()], ids=[*ALL, "hostile"])
def test_every_graph_is_well_formed_and_complete(view, direction):
    root = parsed(view, direction)
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert sum(len(groups(root, kind)) for kind in ("leaf", "gate", "constant")) == len(view.vertices)
    assert len([path for path in root.iter(f"{NS}path") if path.get("class") == "wire"]) == len(view.edges)


def test_it_says_what_it_is_to_a_screen_reader():
    root = parsed(product())
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{NS}title", f"{NS}desc"]
    assert root.find(f"{NS}desc").text == "2 leaves, 0 constants, 3 gates"


def test_it_loads_nothing_and_runs_nothing():
    drawn = svg(hostile())
    assert re.findall(r"<script|href|url\(|@import|https?:(?!//www.w3.org/2000/svg)", drawn) == []


def test_value_and_gradient_stand_on_every_vertex():
    for group in groups(parsed(product()), "leaf") + groups(parsed(product()), "gate"):
        classes = {text.get("class"): text.text for text in group.iter(f"{NS}text")}
        assert classes["value"] in {"2", "0.1235"}
        assert classes["gradient"] in {"∂ 0.5", "∂ -0.5"}


def test_shape_and_range_of_an_array_have_a_line_each():
    b = Builder()
    b.leaf("w", value="64×100 float64, -1 to 1", gradient="0 to 2")
    assert texts(parsed(b.view())) == ["w", "64×100 float64", "-1 to 1", "∂ 0 to 2"]


def test_a_leaf_nothing_is_known_of_shows_its_label():
    b = Builder()
    b.value("leaf", "leaf")
    assert texts(parsed(b.view())) == ["leaf"]


def test_the_pointer_finds_name_value_gradient_and_line():
    tips = [group.find(f"{NS}title").text for group in groups(parsed(product()), "gate")]
    assert tips[0] == "v1 = ×\nvalue 0.1235\ngradient -0.5\nmodel.py:12"
    edges = [title.text for title in parsed(square()).iter(f"{NS}title")][-3:]
    assert "x → v1, argument 2" in {*edges, *(t.text for t in parsed(square()).iter(f"{NS}title"))}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_is(text):
    shown = printable(text)
    root = parsed(hostile())
    tips = [title.text for title in root.iter(f"{NS}title")]
    assert any(f"value {shown}" in tip for tip in tips)
    start = shown[:30]
    assert any(line.startswith(start) for line in texts(root))


@pytest.mark.parametrize("view", [product(), hostile()], ids=["product", "hostile"])
def test_text_fits_its_box(view):
    for kind in ("leaf", "constant", "gate"):
        for group in groups(parsed(view), kind):
            rect = group.find(f"{NS}rect")
            width = float(rect.get("width"))
            inside = [text for text in group.iter(f"{NS}text") if kind != "gate" or text.get("class") == "symbol"]
            for text in inside:
                cell = SYMBOL_CELL if text.get("class") == "symbol" else CELL
                assert len(text.text) * cell <= width


def test_the_arrow_of_a_round_gate_touches_the_circle():
    """A wire that ends beside the middle goes on to where the circle curves away."""
    root = parsed(square())
    rect = groups(root, "gate")[0].find(f"{NS}rect")
    x, y, size = (float(rect.get(name)) for name in ("x", "y", "width"))
    for head in [path for path in root.iter(f"{NS}path") if path.get("class") == "head"]:
        tip = [float(number) for number in re.match(r"M(\S+) ([0-9.]+)", head.get("d")).groups()]
        distance = ((tip[0] - x - size / 2) ** 2 + (tip[1] - y - size / 2) ** 2) ** 0.5
        assert distance == pytest.approx(size / 2, abs=0.1)


def test_light_and_dark():
    drawn = svg(product())
    assert "prefers-color-scheme: dark" in drawn
    light, dark = (set(re.findall(r"(--[a-z-]+):", part)) for part in drawn.split("@media")[:2])
    assert light == dark


def contrast(one, other):
    """The contrast ratio of WCAG 2."""
    def luminance(colour):
        colour = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
        channels = [int(colour[i:i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    bright, dim = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("part", [0, 1])
def test_text_can_be_read_on_every_ground(part):
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", svg(product()).split("@media")[part]))
    for ink in ("ink", "value", "gradient"):
        for ground in ("paper", "leaf"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["ink"], colours["gate"]) >= 7
