"""The sections that take more than a second; `.ci/run` runs this file as a stage of its own."""
import pytest

from nn.documents import SECTIONS
from tests.seeds.judge import unchecked

SLOW = [section for section in SECTIONS if section.slow]


@pytest.mark.parametrize("section", SLOW, ids=lambda section: section.id)
def test_it_shows_what_it_should(section):
    found = section.run()
    assert section.broken(found) == []
    assert unchecked(section, found) == set()


@pytest.mark.parametrize("section", [section for section in SLOW if section.draw], ids=lambda section: section.id)
def test_a_picture_is_saved(section, tmp_path):
    path = tmp_path / "picture.svg"
    section.draw(path)
    assert path.read_text().count("<path") > 1
