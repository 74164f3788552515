"""The course in a browser, as far as it goes offline: all of it but NumPy, which the site leaves to Pyodide's server.

`.ci/lite` runs it. What is drawn without NumPy is drawn by Pyodide, from the wheel without its two front doors
`autograd/__init__.py` and `autograd/visualize/__init__.py`: these load the gates on arrays.
"""
import functools
import hashlib
import json
import pickle
import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import autograd
from autograd import draw
from autograd.demo import network, neuron
from autograd.visualize import build
from tests import bare
from tests.browser.browsing import drawn, press, said
from tests.browser.conftest import browser as browser
from tests.browser.conftest import visit as visit
from tests.visualize.graphs import random_view
from tests.visualize.test_html import graph

ROOT = Path(__file__).parents[1]
WHEEL = f"gategrad-{autograd.__version__}-py3-none-any.whl"
FRONT_DOORS = ("autograd/__init__.py", "autograd/visualize/__init__.py")
NOTEBOOK = min((ROOT / "notebooks").glob("01_*.ipynb"))
PATIENCE = 120_000                     # milliseconds that a slow machine has for a step


# ---------------------------------------------------------------- the site, and who serves it
@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lite") / "site"
    subprocess.run([sys.executable, ROOT / "docs/lite/build.py", folder], check=True)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def server(site):
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def lock(site):
    return json.loads((site / "static/pyodide/pyodide-lock.json").read_text(encoding="utf-8"))


def test_the_wheel_and_the_notebooks_are_in_the_site(site):
    with zipfile.ZipFile(site / "pypi" / WHEEL) as wheel:
        files = set(wheel.namelist())
    assert {*FRONT_DOORS, "autograd/visualize/stepper.js", "nn/digits.npz"} <= files
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        here, there = (json.loads(path.read_text(encoding="utf-8"))["cells"]
                       for path in (notebook, site / "files" / notebook.name))
        assert [cell["source"] for cell in here] == [cell["source"] for cell in there]
    listed = json.loads((site / "api/contents/all.json").read_text(encoding="utf-8"))["content"]
    assert {entry["name"] for entry in listed} == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_what_the_site_says_of_its_wheels_is_so(site, lock):
    here = {name: entry for name, entry in lock["packages"].items() if entry["file_name"].startswith("../")}
    assert {"gategrad", "graphviz", "tqdm", "ipython", "micropip"} <= here.keys()
    for entry in here.values():
        content = (site / "static/pyodide" / entry["file_name"]).resolve().read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert here["gategrad"]["imports"] == ["autograd", "nn"]
    assert set(here["gategrad"]["depends"]) == {"numpy", "graphviz", "tqdm"}


# ---------------------------------------------------------------- without NumPy
@pytest.fixture(scope="module")
def folder(site, tmp_path_factory):
    """The wheel without its front doors, and graphviz'; this page's program; views that the engine made."""
    folder = tmp_path_factory.mktemp("bare")
    for wheel in (site / "pypi" / WHEEL, *(site / "pypi").glob("graphviz-*")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, set(archive.namelist()).difference(FRONT_DOORS))
    shutil.copy(ROOT / "tests/bare.py", folder)
    views = {f"random {seed}": random_view(seed) for seed in range(3)} | {
        "neuron": build.view(neuron()), "network": build.view(network()), "numbers": draw(network(), scalars=True).view}
    (folder / "views.pickle").write_bytes(pickle.dumps(views))
    shutil.make_archive(f"{site.with_name('bare')}", "zip", folder)
    return folder


@pytest.fixture(scope="module")
def pyodide(browser, server, folder):
    """Runs Python in a page, where that folder is `/bare`."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server}/site/package.json")
    page.evaluate("""async () => {
        const { loadPyodide } = await import("/site/static/pyodide/pyodide.mjs");
        self.python = await loadPyodide({ indexURL: "/site/static/pyodide/" });
        const archive = await (await fetch("/bare.zip")).arrayBuffer();
        python.unpackArchive(archive, "zip", { extractDir: "/bare" });
        python.runPython("import sys; sys.path.insert(0, '/bare'); import bare");
    }""")
    yield functools.partial(page.evaluate, "source => python.runPython(source)")
    page.close()


@pytest.fixture(scope="module")
def pictures(pyodide):
    return json.loads(pyodide("bare.everything('/bare')"))


def test_pyodide_draws_what_python_draws(folder, pictures):
    printed = subprocess.run([sys.executable, "-I", "-S", folder / "bare.py", folder], capture_output=True, check=True)
    assert pictures == json.loads(printed.stdout)


def test_the_engine_draws_the_same(folder, pictures):
    views = pickle.loads((folder / "views.pickle").read_bytes())
    assert len(pictures) == 8 * (1 + len(views))
    assert bare.pictures(views).items() <= pictures.items()


def test_the_graph_by_hand_is_that_of_the_engine():
    mine, engines = bare.view(bare.graph()), build.view(graph())
    assert mine.edges == engines.edges
    assert [replace(v, where=None, code=None) for v in mine.vertices] == [
        replace(v, where=None, code=None) for v in engines.vertices]


def test_the_lines_are_those_of_the_program(pictures):
    lines = (ROOT / "tests/bare.py").read_text(encoding="utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "return Node.record" in text)
    assert pictures["bare LR.txt"].count(f"(bare.py:{line})") == 3
    assert lines[line - 1].strip() in pictures["bare LR.html"]


def test_the_page_that_pyodide_made_steps(visit, pictures):
    opened = visit(pictures["bare LR.html"])
    press(opened, "First")
    assert drawn(opened, "value") == [None] * 5
    press(opened, "Next", 5)
    assert said(opened) == "v3 = v1 + v2 is 6.909."
    press(opened, "Next", 3)
    assert said(opened) == "Back through v2 = sin(a): a gets -0.4161 times 1 = -0.4161; so far -0.4161, 1 of 2 uses."
    press(opened, "Next")
    assert drawn(opened, "gradient") == ["∂ 2.584", "∂ 2", "∂ 1", "∂ 1", "∂ 1"]


def test_a_long_chain_goes_back_in_pyodide(pyodide):
    assert pyodide("bare.chain(100_000)") == 100_001.0


def test_every_file_is_python_for_pyodide(pyodide):
    assert pyodide("bare.complaints('/bare')").splitlines() == []


# ---------------------------------------------------------------- JupyterLite
@pytest.fixture
def jupyter(browser, server):
    """The first notebook in JupyterLite; `asked` is what was asked of other servers, `errors` what went wrong."""
    context = browser.new_context(viewport={"width": 1300, "height": 3000})       # it loads what is seen
    context.set_default_timeout(PATIENCE)
    context.asked, context.errors = [], []
    context.route(lambda url: not url.startswith(server),
                  lambda route: (context.asked.append(route.request.url), route.abort()))
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and context.errors.append(said.text))
    page.on("pageerror", lambda error: context.errors.append(str(error)))
    page.goto(f"{server}/site/lab/index.html?path={NOTEBOOK.name}")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached")
    yield page
    context.close()


def run_first_cell(page, source):
    """Run the first cell of code with a new source, to its end."""
    cell = page.locator(".jp-CodeCell").first
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(source)
    page.keyboard.press("Control+Enter")
    cell.get_by_text("[1]:", exact=True).first.wait_for()
    return cell


def test_a_notebook_opens_with_its_pictures_and_asks_no_other_server_but_for_numpy(jupyter, lock):
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    title = cells[0]["source"][0].strip("# \n")
    jupyter.get_by_role("heading", name=title).wait_for()
    jupyter.locator(".jp-OutputArea :is(svg.gategrad, img.gategrad-still)").first.wait_for()
    assert jupyter.context.errors == []
    assert jupyter.context.asked == []
    cell = run_first_cell(jupyter, "import autograd")
    assert "No module named 'numpy'" in cell.inner_text()
    assert jupyter.context.asked == [lock["packages"]["numpy"]["file_name"]]


def test_a_cell_shows_a_graph_that_steps_and_saves_it(jupyter, server, folder):
    cell = run_first_cell(jupyter, f"""\
import sys
from pyodide.http import pyfetch
await (await pyfetch("{server}/bare.zip")).unpack_archive(extract_dir="/bare")
sys.path.insert(0, "/bare")
import bare
drawing = bare.Drawing(bare.view(bare.graph()))
drawing.save("graph.svg")
print(bare.Tensor(1.0).node.where())
drawing""")
    assert "In[1]:8\n" in cell.inner_text()
    opened = cell.frame_locator("iframe[title='Computation graph']").locator("body")
    opened.get_by_role("button", name="First", exact=True).click()
    opened.get_by_role("button", name="Next", exact=True).click()
    assert opened.locator("#said").inner_text() == "Leaf a is 2."
    jupyter.locator("[data-command='filebrowser:refresh']").click()
    jupyter.get_by_text("graph.svg", exact=True).wait_for()
    assert jupyter.context.errors == []
    assert jupyter.context.asked == []
