"""Notebooks as files: small, complete without a kernel, and the same after every run. tests/notebooks.py runs them."""
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
LARGEST = 400_000                      # bytes of a file


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def cells(path):
    return json.loads(path.read_text())["cells"]


def test_it_is_small_and_has_one_title(path, cells):
    assert path.stat().st_size <= LARGEST
    titles = re.findall(r"(?m)^# (.*)$", "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown"))
    number = path.stem.partition("_")[0].lstrip("0")
    assert len(titles) == 1
    assert titles[0].startswith(f"{number}. ") or not number.isdigit()


def test_nothing_in_it_changes_from_run_to_run(cells):
    ids = [cell["id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["execution_count"] is None
            assert not re.search(r"%time|perf_counter|time\(\)", "".join(cell["source"])), "a notebook shows no times"


def test_every_drawing_is_there_without_a_kernel(cells):
    """A code host runs nothing: it shows an image, or the text of a printed value."""
    for cell in cells:
        for output in cell.get("outputs", []):
            text = "".join(output.get("data", {}).get("text/plain", ""))
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr"
            if text.startswith(("<Drawing", "<Figure")):
                assert {"image/svg+xml", "image/png"} & set(output["data"])


def test_there_are_notebooks():
    assert NOTEBOOKS
