"""Every notebook runs from top to bottom in a kernel of its own and gives its committed outputs.

A stage of its own. `python -m tests.notebooks [names]` writes the outputs anew.
"""
import base64
import io
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: a cell that takes longer hangs; how far a pixel may be off, of 1, on the whole: fonts and lines differ by version
SECONDS, PIXELS = 60, 0.02


#: run before the first cell: pictures are laid out as on a machine without the program `dot`
STARTUP = """
import shutil
shutil.which = lambda name, *args, which=shutil.which, **kwargs: name != "dot" and which(name, *args, **kwargs) or None
"""


def run(path: Path) -> Any:
    """The notebook with the outputs that its kernel gives now."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", coalesce_streams=True,
                            resources={"metadata": {"path": path.parent}})
    with TemporaryDirectory() as folder:
        startup = Path(folder, "profile_default/startup/no_dot.py")
        startup.parent.mkdir(parents=True)
        startup.write_text(STARTUP)
        client.execute(env={**os.environ, "CI": "1", "OPENBLAS_NUM_THREADS": "1", "IPYTHONDIR": folder,
                            "PYTHONPATH": str(ROOT)})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, [plain(output) for output in cell.outputs]
    notebook.metadata = nbformat.from_dict({"kernelspec": notebook.metadata.kernelspec,
                                            "language_info": {"name": "python"}})
    return notebook


def plain(output: Any) -> Any:
    """An output without what changes from run to run, or would make every notebook large."""
    if "execution_count" in output:
        output.execution_count = None
    if "text/html" in output.get("data", {}):
        output.data["text/html"] = still(output.data["text/html"])
    return output


def still(text: str) -> str:
    """What is left of a value's HTML in a notebook that is not trusted: its frame would make every notebook large."""
    return re.sub(r"<(style|iframe)\b.*?</\1>\n?", "", text, flags=re.DOTALL)


def differences(before: Any, after: Any) -> list[str]:
    """What is another output now, as `cell: what`; pictures of plots are compared by their pixels."""
    found = []
    for one, other in zip(before.cells, after.cells, strict=True):
        outputs = one.get("outputs", []), other.get("outputs", [])
        if [without_plots(x) for x in outputs[0]] != [without_plots(x) for x in outputs[1]]:
            found.append(f"{one.id}: {outputs[1]} in place of {outputs[0]}")
        elif not all(map(alike, *(map(plot, group) for group in outputs))):
            found.append(f"{one.id}: another plot")
    return found


def without_plots(output: Any) -> Any:
    """An output whose plot, if it has one, is only said to be there."""
    if "image/png" not in output.get("data", {}):
        return output
    return {**output, "data": {**output["data"], "image/png": "a plot"}}


def plot(output: Any) -> Any:
    """The pixels of an output's plot."""
    png = output.get("data", {}).get("image/png")
    return None if png is None else imread(io.BytesIO(base64.b64decode(png)))


def alike(one: Any, other: Any) -> bool:
    """Whether two plots show the same, up to the widths of letters."""
    if one is None or other is None:
        return one is other
    size = tuple(map(min, one.shape, other.shape))
    near = all(abs(a - b) <= 0.05 * a for a, b in zip(one.shape, other.shape, strict=True))
    return near and float(np.mean(np.abs(one[:size[0], :size[1]] - other[:size[0], :size[1]]))) <= PIXELS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_its_committed_outputs(path):
    assert differences(nbformat.read(path, as_version=4), run(path)) == []


class TestPlantedFaults:
    """The comparison above is as good as `differences`."""

    @pytest.fixture
    def pair(self):
        return [nbformat.read(NOTEBOOKS[0], as_version=4) for _ in range(2)]

    def test_another_number_is_noticed(self, pair):
        before, after = pair
        assert differences(before, after) == []
        next(cell for cell in after.cells if cell.get("outputs")).outputs[0].data["text/plain"] = "7"
        assert len(differences(before, after)) == 1

    def test_another_plot_is_noticed(self):
        one = np.ones((40, 60, 4))
        other = one.copy()
        other[10:20, 10:20] = 0.0
        assert alike(one, one)
        assert alike(None, None)
        assert not alike(one, other)
        assert not alike(one, None)
        assert not alike(one, np.ones((60, 60, 4)))

    def test_a_cell_that_fails_is_an_error(self, tmp_path):
        with pytest.raises(Exception, match="ZeroDivisionError"):
            run(of_one_cell("1 / 0", tmp_path))

    def test_what_a_cell_prints_is_one_output_however_slowly_it_comes(self, tmp_path):
        slowly = "import time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3)"
        (output,) = run(of_one_cell(slowly, tmp_path)).cells[0].outputs
        assert output.text == "0\n1\n2\n"


def of_one_cell(source, folder):
    """A notebook with this cell, as a file in the folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "a.ipynb")
    return folder / "a.ipynb"


if __name__ == "__main__":
    for path in NOTEBOOKS:
        if path.stem in sys.argv[1:] or not sys.argv[1:]:
            nbformat.write(run(path), path)
