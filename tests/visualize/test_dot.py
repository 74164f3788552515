"""DOT source, where labels are data, and the `dot` program, where it is."""
import functools
import os
import re
import shutil
import xml.etree.ElementTree as ET

import pytest

from autograd.visualize.dot import DrawingError, available, dot, dot_svg, run
from autograd.visualize.model import printable
from tests.visualize.graphs import ALL, HOSTILE, hostile, product, square

QUOTED = r'"(?:[^"\\]|\\.)*"'
NEEDS_DOT = pytest.mark.skipif(not shutil.which("dot"), reason="the dot program is not installed")


@functools.cache
def hostile_dot():
    return dot(hostile())


@functools.cache
def hostile_svg():
    return dot_svg(hostile())


def statement(line):
    """A line of DOT with its quoted strings taken out."""
    return re.sub(QUOTED, "", line)


def test_a_small_graph():
    lines = dot(square(), "TB").splitlines()
    assert "rankdir=TB" in lines[1]
    assert [line.split()[:3] for line in lines if "->" in statement(line)] == [["n0", "->", "n1"]] * 2


@pytest.mark.parametrize("view", [*ALL.values(), hostile()], ids=[*ALL, "hostile"])
def test_nothing_but_names_and_attributes_stands_outside_of_quotes(view):
    lines = dot(view).splitlines()
    words = {line.strip().split(" ")[0] for line in lines[2:-1]}
    assert words <= {"graph", "node", "edge", *(f"n{vertex.key}" for vertex in view.vertices)}
    for line in lines:
        assert re.fullmatch(r"[\w\s=\[\]{}.,>;-]*", statement(line)), line
        assert "=<" not in statement(line)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inside_quotes(text):
    shown = printable(text)[:30].replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    strings = re.findall(QUOTED, hostile_dot())
    assert any(shown in string for string in strings)


@NEEDS_DOT
@pytest.mark.parametrize("text", HOSTILE)
def test_the_program_shows_hostile_text_as_it_is(text):
    root = ET.fromstring(hostile_svg())
    drawn = [element.text.replace("\xa0", " ") for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any(line.startswith(printable(text)[:30]) for line in drawn)


@NEEDS_DOT
def test_the_programs_svg_has_our_title_and_classes():
    root = ET.fromstring(dot_svg(product()))
    assert root.get("role") == "img"
    assert root[0].text == "Computation graph"
    kinds = [group.get("class") for group in root.iter("{http://www.w3.org/2000/svg}g")]
    assert kinds.count("node gate") == 3
    assert kinds.count("node leaf") == 2


def fake_program(folder, monkeypatch, script):
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_without_the_program_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert not available()
    with pytest.raises(DrawingError, match="install Graphviz") as caught:
        run(dot(product()), "png")
    assert "not on PATH" in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")
def test_a_program_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    fake_program(tmp_path, monkeypatch, "exec sleep 20")
    with pytest.raises(DrawingError, match="more than 0.2 seconds"):
        run("graph {}", "svg", 0.2)


@pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")
def test_what_the_program_complains_of_is_passed_on(tmp_path, monkeypatch):
    fake_program(tmp_path, monkeypatch, "echo out of ink >&2; exit 3")
    with pytest.raises(DrawingError, match="dot failed: out of ink"):
        run("graph {}", "svg")
