"""A view as a page that steps through the run: self-contained, offline, nothing runs but its own script.

Names, labels and lines of code go into the page as JSON and from there into text, never into markup. Standard
library only.
"""

import base64
import hashlib
import json
import math
from html import escape
from importlib.resources import files
from typing import Any

from autograd.visualize import svg as static
from autograd.visualize.layout import Direction
from autograd.visualize.model import Edge, Vertex, View, names, printable, shortened
from autograd.visualize.text import expression, text

LIMIT = 200  # characters of a name, a label or a line of code in the page's data

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
srcdoc="{page}"></iframe>
"""
HEIGHT = 760


def page(view: View, direction: Direction = "LR") -> str:
    """One HTML file that shows a view and steps through it."""
    style, script = asset("stepper.css"), "".join(map(asset, ("gates.js", "stepper.js", "controls.js")))
    return PAGE.format(policy=policy([script], [style, static.STYLE]), style=style, svg=static.svg(view, direction),
                       text=escape(text(view)), data=data(view), script=script)


def cell(view: View, direction: Direction = "LR") -> str:
    """The page as a part of a notebook."""
    picture = base64.b64encode(static.svg(view, direction).encode()).decode()
    return CELL.format(picture=picture, page=escape(page(view, direction)), height=HEIGHT)


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


# ---------------------------------------------------------------- data
def data(view: View) -> str:
    """The view as JSON that can stand inside of a script element."""
    called = names(view)
    arriving: dict[int, list[Edge]] = {vertex.key: [] for vertex in view.vertices}
    for edge in sorted(view.edges, key=lambda edge: edge.position):
        arriving[edge.target].append(edge)
    number = {vertex.key: n for n, vertex in enumerate(view.vertices)}
    vertices = [described(vertex, called[vertex.key], arriving[vertex.key], number) for vertex in view.vertices]
    wires = [[number[edge.target], edge.position] for edge in view.edges]
    return json.dumps({"vertices": vertices, "wires": wires}, separators=(",", ":")).replace("<", "\\u003c")


def described(vertex: Vertex, name: str, arriving: list[Edge], number: dict[int, int]) -> dict[str, Any]:
    """What the page knows of a vertex; what is None is left out."""
    facts = {
        "kind": vertex.kind, "name": short(name), "value": short(vertex.value), "gradient": short(vertex.gradient),
        "where": short(vertex.where), "code": short(vertex.code), "numbers": finite(vertex.numbers),
        "slopes": finite(vertex.slopes),
    }
    if vertex.kind == "gate":
        facts |= {
            "gate": short(vertex.gate), "label": short(vertex.label), "params": finite(dict(vertex.params)) or None,
            "moves": vertex.moves, "args": [number[edge.source] for edge in arriving],
            "formula": expression(short(vertex.label) or "", ["\0"] * len(arriving)).split("\0"),
            "local": [finite(edge.local) for edge in arriving], "share": [finite(edge.share) for edge in arriving],
        }
    return {fact: value for fact, value in facts.items() if value is not None}


def short(text: str | None) -> str | None:
    return None if text is None else shortened(printable(text), LIMIT)


def finite(x: Any) -> Any:
    """Plain data as JSON knows it: nan and infinities as text."""
    if isinstance(x, list | tuple):
        return [finite(part) for part in x]
    if isinstance(x, dict):
        return {name: finite(value) for name, value in x.items()}
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x
