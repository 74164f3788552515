"""Every drawing, exercise and suggestion of the documents has a section, and its figures show what they should."""
from pathlib import Path

import pytest

from nn.documents import ROWS, SECTIONS, Section
from nn.documents.__main__ import main
from tests.seeds.inventory import DRAWINGS, EXERCISES
from tests.seeds.judge import unchecked

QUICK = [section for section in SECTIONS if not section.slow]
BY_ID = {section.id: section for section in SECTIONS}


@pytest.mark.parametrize("section", QUICK, ids=lambda section: section.id)
def test_it_shows_what_it_should(section):
    found = section.run()
    assert section.broken(found) == []
    assert unchecked(section, found) == set()


def test_every_row_of_the_inventory_has_its_sections():
    listed = [name for names in (*DRAWINGS.values(), *EXERCISES.values()) for name in names.split()]
    assert sorted(listed) == sorted(BY_ID)
    assert len(BY_ID) == len(SECTIONS)
    assert not BY_ID.keys() & {row.id for row in ROWS}


def test_every_drawing_has_a_picture():
    drawn = {name for names in DRAWINGS.values() for name in names.split()}
    assert drawn == {section.id for section in SECTIONS if section.draw}


# ---------------------------------------------------------------- the judge can say no
def test_each_order_is_looked_at():
    section = Section("000-x", "x", dict, ((0.5, "a", "b"), ("b", 2.0)))
    assert section.broken({"a": 0.5, "b": 2.0}) == []
    assert section.broken({"a": 0.4, "b": 2.0}) == ["0.5 is more than a 0.4"]
    assert section.broken({"a": 0.6, "b": 0.5}) == ["a 0.6 is more than b 0.5"]
    assert section.broken({"a": 0.6, "b": 3.0}) == ["b 3 is more than 2"]


def test_nan_shows_nothing():
    section = Section("000-x", "x", dict, ((0.0, "a", 1.0),))
    assert len(section.broken({"a": float("nan")})) == 2


def test_a_figure_nobody_looks_at_is_noticed():
    section = Section("000-x", "x", dict, ((0.0, "a"),))
    assert unchecked(section, {"a": 1.0, "b": 1.0}) == {"b"}
    with pytest.raises(KeyError):
        section.broken({"b": 1.0})


# ---------------------------------------------------------------- the command
def test_the_list_has_everything(capsys):
    assert main([]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == sorted([*BY_ID, *(row.id for row in ROWS)])


def test_a_section_and_a_system_are_run(capsys):
    assert main(["003-reading-list", "001-predict"]) == 0
    out = capsys.readouterr().out
    assert "  df/dz: 3\n" in out
    assert "  p: 0.7784302101100966  (1 of 1 as printed)\n" in out


def test_a_wrong_figure_is_said(capsys, monkeypatch):
    wrong = Section("000-wrong", "wrong", lambda: {"a": 1.0}, (("a", 0.0),))
    monkeypatch.setattr("nn.documents.__main__.SECTIONS", (wrong,))
    assert main(["000-wrong"]) == 1
    assert "  but a 1 is more than 0\n" in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "says"), [
    (["003-drop"], "did you mean 003-dropout"), (["nothing at all"], "there is no nothing at all"),
    (["003-dropout", "--save", "x.png"], "that of a drawing"), (["--save", "x.png"], "that of a drawing")])
def test_what_is_not_there(arguments, says, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("section", [section for section in QUICK if section.draw], ids=lambda section: section.id)
def test_a_picture_is_saved(section, tmp_path):
    path = tmp_path / "picture.svg"
    assert main([section.id, "--save", str(path)]) == 0
    assert path.read_text().count("<path") + path.read_text().count("<line") > 1


def test_the_graph_has_its_layers_in_it(tmp_path):
    assert main(["003-graph", "--save", str(tmp_path / "graph.svg")]) == 0
    assert (tmp_path / "graph.svg").read_text().count("tanh") >= 2


@pytest.mark.parametrize(("id", "file"), [("003-points", "x.doc"), ("003-graph", "x.doc"), ("003-points", "no/x.svg")])
def test_a_picture_that_cannot_be_saved(id, file, tmp_path, capsys):
    assert main([id, "--save", str(tmp_path / file)]) == 2
    assert Path(file).suffix[1:] in capsys.readouterr().out
