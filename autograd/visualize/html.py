"""A view as a page that steps through the run: self-contained, offline, nothing runs but its own script.

Names, labels and lines of code go into the page as JSON and from there into text, never into markup. Standard
library only.
"""

import base64
import hashlib
from html import escape
from importlib.resources import files

from autograd.visualize import svg as static
from autograd.visualize.content import Opener, data
from autograd.visualize.layout import Direction
from autograd.visualize.model import View
from autograd.visualize.text import text

SCRIPTS = ("gates.js", "stepper.js", "saying.js", "picture.js", "looking.js", "opening.js", "controls.js")
BYTES = 280_000  # of a page with gates that open; what is left of it goes to them

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Computation graph</title>
<style>{style}</style>
</head>
<body class="gategrad">
<main>
<h1>Computation graph</h1>
<div id="stage">
{svg}</div>
<details>
<summary>All values as text</summary>
<pre tabindex="0" aria-label="All values as text">{text}</pre>
</details>
</main>
<script type="application/json" id="graph">{data}</script>
<script>{script}</script>
</body>
</html>
"""

# Where scripts and styles are not trusted, they and the frame are taken out, and the picture stays. JupyterLab has a
# style for pictures of its own, which must not win.
CELL = """<style>.gategrad-still {{ display: none !important }}</style>
<img class="gategrad-still" alt="Computation graph" src="data:image/svg+xml;base64,{picture}">
<iframe title="Computation graph" sandbox="allow-scripts" width="100%" height="{height}" frameborder="0"
srcdoc='{page}'></iframe>
"""
HEIGHT = 760


def page(view: View, direction: Direction = "LR", opener: Opener | None = None) -> str:
    """One HTML file that shows a view and steps through it."""
    return filled(static.svg(view, direction), view, direction, opener)


def filled(picture: str, view: View, direction: Direction, opener: Opener | None) -> str:
    """The page around a picture, which the script puts its own in the place of."""
    style, script = asset("stepper.css") + static.STYLE, "".join(map(asset, SCRIPTS))
    known = policy([script], [style, static.STYLE]), style, picture, escape(text(view)), script
    room = BYTES - sum(len(part.encode()) for part in known)
    parts = dict(zip(("policy", "style", "svg", "text", "script"), known, strict=True))
    return PAGE.format(**parts, data=data(view, direction, opener, room))


def cell(view: View, direction: Direction = "LR", opener: Opener | None = None) -> str:
    """The page as a part of a notebook, where its picture is needed only once: beside it."""
    picture = base64.b64encode(static.svg(view, direction).encode()).decode()
    inside = escape(filled("", view, direction, opener), quote=False).replace("'", "&#39;")
    return CELL.format(picture=picture, page=inside, height=HEIGHT)


def asset(name: str) -> str:
    return files("autograd.visualize").joinpath(name).read_text("utf-8")


def policy(scripts: list[str], styles: list[str]) -> str:
    """A Content-Security-Policy under which these scripts and styles run, and nothing else runs or is loaded."""
    script, style = (" ".join(map(digest, texts)) for texts in (scripts, styles))
    return (f"default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'")


def digest(source: str) -> str:
    """A script or style in a policy.

    >>> digest("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
