"""The site: `sh dev docs` builds it from README.md, docs/ and notebooks/, and nothing in it comes from the network."""

import sys
from pathlib import Path
from typing import Any

from sphinx import addnodes

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

project = "gategrad"
html_title = "gategrad"
extensions = ["myst_nb", "sphinx.ext.autodoc", "formulas", "access", "drawings", "sheets", "docstrings"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "notebooks/*.ipynb", "CONTRIBUTING.md", "benchmarks/README.md"]

nb_execution_mode = "off"  # tests/notebooks.py runs them, and compares
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # no cell has widgets, and this would come from the network
nb_render_markdown_format = "myst"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_copyright = False


def setup(app: Any) -> None:
    app.connect("doctree-read", to_the_first_page)


def to_the_first_page(app: Any, doctree: Any) -> None:
    """The first page is README.md: links to that lead to it."""
    for link in doctree.findall(addnodes.pending_xref):
        if link["reftarget"] == "README":
            link["reftarget"] = app.config.root_doc
