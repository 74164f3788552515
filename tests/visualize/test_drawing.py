"""Drawings: engines, pages, files."""
import os
import time
from base64 import b64encode

import pytest

from autograd.errors import AutogradError
from autograd.visualize import drawing as module
from autograd.visualize.dot import DrawingError
from autograd.visualize.drawing import WRITERS, Drawing
from autograd.visualize.svg import svg
from autograd.visualize.text import text
from tests.visualize.graphs import chain, product, random_view
from tests.visualize.test_dot import fake_program


@pytest.fixture
def dot_is_there(monkeypatch):
    """As if the program were installed; what it draws says for how long it may take."""
    monkeypatch.setattr(module, "available", lambda: True)
    monkeypatch.setattr(module, "dot_svg", lambda view, direction, seconds=None: f"drawn by dot in {seconds}")


@pytest.fixture
def dot_is_missing(monkeypatch):
    monkeypatch.setenv("PATH", "")


def test_own_engine_does_not_look_for_the_program(dot_is_there):
    assert Drawing(product(), engine="own").svg() == svg(product())


def test_auto_takes_the_program_where_it_is(dot_is_there):
    assert Drawing(product()).svg() == "drawn by dot in 5.0"
    assert Drawing(product(), engine="dot").svg() == "drawn by dot in None"


def test_auto_does_without_the_program(dot_is_missing):
    assert Drawing(product()).svg() == svg(product())


def test_auto_keeps_large_graphs_from_the_program_and_says_so(dot_is_there, monkeypatch):
    large = chain(2_000)                             # and one leaf
    said = "^2,001 vertices are more than the 2,000 that dot is asked to draw; drawn with engine='own' instead$"
    with pytest.warns(UserWarning, match=said) as notices:
        assert Drawing(large).svg() == svg(large)
    assert len(notices) == 1
    assert Drawing(large, engine="dot").svg() == "drawn by dot in None"
    assert Drawing(chain(1_999)).svg() == "drawn by dot in 5.0"


def test_large_graphs_without_the_program_need_no_notice(dot_is_missing):
    assert Drawing(chain(2_000)).svg() == svg(chain(2_000))


@pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")
def test_auto_stops_a_program_that_takes_too_long(tmp_path, monkeypatch):
    fake_program(tmp_path, monkeypatch, "exec sleep 20")
    monkeypatch.setattr(module, "DOT_SECONDS", 0.2)
    before = time.perf_counter()
    said = "^dot took more than 0.2 seconds; drawn with engine='own' instead$"
    with pytest.warns(UserWarning, match=said) as notices:
        assert Drawing(product()).svg() == svg(product())
    assert len(notices) == 1
    assert time.perf_counter() - before < 10.0


def test_auto_goes_on_alone_when_the_program_fails(dot_is_there, monkeypatch):
    def fail(view, direction, seconds=None):
        raise DrawingError("dot took more than 5.0 seconds")
    monkeypatch.setattr(module, "dot_svg", fail)
    with pytest.warns(UserWarning, match="dot took more than 5.0 seconds; drawn with engine='own' instead"):
        assert Drawing(product()).svg() == svg(product())


def test_the_missing_program_is_an_error_where_it_was_asked_for(dot_is_missing, tmp_path):
    with pytest.raises(DrawingError, match="install Graphviz"):
        Drawing(product(), engine="dot").svg()
    for suffix in ("png", "pdf"):
        with pytest.raises(DrawingError, match="install Graphviz"):
            Drawing(product()).save(tmp_path / f"y.{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("wrong", "message"), [
    ({"direction": "RL"}, "unknown direction 'RL'; known: LR TB"),
    ({"engine": "neato"}, "unknown engine 'neato'; known: auto own dot")])
def test_unknown_words_are_errors_that_list_the_known(wrong, message):
    with pytest.raises(AutogradError, match=message):
        Drawing(product(), **wrong)


def test_it_shows_itself():
    drawing = Drawing(product(), engine="own")
    assert drawing._repr_svg_() == drawing.svg()
    assert repr(drawing) == "<Drawing of 5 vertices and 5 edges>"
    assert drawing.text() == text(product())


def test_a_notebook_gets_the_page_and_the_still_picture():
    drawing = Drawing(product(), engine="own")
    assert "srcdoc='&lt;!doctype html&gt;" in drawing._repr_html_()
    assert b64encode(drawing.svg().encode()).decode() in drawing._repr_html_()


@pytest.mark.parametrize("suffix", ["svg", "html", "dot", "txt", "SVG"])
def test_files_are_what_their_suffix_says(tmp_path, suffix):
    drawing = Drawing(product(), engine="own")
    drawing.save(tmp_path / f"y.{suffix}")
    content = {"svg": drawing.svg, "html": drawing.html, "dot": drawing.dot, "txt": drawing.text}[suffix.lower()]()
    assert (tmp_path / f"y.{suffix}").read_bytes() == content.encode()
    assert os.listdir(tmp_path) == [f"y.{suffix}"]


@pytest.mark.parametrize("name", ["y.bmp", "y", ".svg", "y.tar.gz"])
def test_an_unknown_suffix_is_an_error_that_lists_the_known(tmp_path, name):
    with pytest.raises(DrawingError, match="known suffixes: svg html dot txt png pdf"):
        Drawing(product()).save(tmp_path / name)


def test_a_path_may_be_text(tmp_path):
    Drawing(product()).save(str(tmp_path / "y.txt"))
    assert (tmp_path / "y.txt").read_text(encoding="utf-8") == text(product())


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "y.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "replace", lambda a, b: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Drawing(product()).save(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["y.txt"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    Drawing(product()).save(tmp_path / "link.txt")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == text(product())


def test_the_same_graph_is_drawn_the_same_way():
    assert Drawing(random_view(5), engine="own").html() == Drawing(random_view(5), engine="own").html()


def test_every_writer_is_named_in_the_documentation():
    assert Drawing.save.__doc__.split(":")[1].split(".")[0].split() == list(WRITERS)
