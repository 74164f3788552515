"""A view as DOT, the language of Graphviz, and what the `dot` program makes of it."""

import shutil
import subprocess
from typing import Any

from autograd.errors import AutogradError
from autograd.visualize.layout import Direction
from autograd.visualize.model import Vertex, View, names, printable
from autograd.visualize.svg import ROLE, heading, lines, meaning, symbol, tip

# Of what `dot` draws, the shapes are in groups of the same classes as in our own SVG.
STYLE = """<style>
.gategrad .edge path { stroke: var(--wire) }
.gategrad .edge polygon { fill: var(--wire); stroke: var(--wire) }
.gategrad { background: var(--paper) }
</style>"""

LOOKS = {
    "leaf": {"shape": "box", "style": "rounded,filled", "fillcolor": "#e6f3fb", "color": "#56b4e9"},
    "constant": {"shape": "box", "style": "rounded,filled,dashed", "fillcolor": "#f4f5f6", "color": "#aab"},
    "group": {"shape": "box", "style": "rounded,filled", "fillcolor": "#e2f4ee", "color": "#009e73", "penwidth": "2"},
    "gate": {"shape": "ellipse", "style": "filled", "fillcolor": "#fdf8d0", "color": "#c9a800"},
}


class DrawingError(AutogradError, RuntimeError):
    """A drawing that cannot be made here; the text says what is missing.

    >>> from autograd import Tensor, draw
    >>> draw(Tensor(2.0) * 3.0).save("graph.bmp")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    DrawingError: …
    """


def dot(view: View, direction: Direction = "LR") -> str:
    """DOT source. Labels are data: quotes, backslashes, markup and line ends are shown as they are."""
    from graphviz import Digraph

    graph = Digraph(graph_attr={"rankdir": direction, "bgcolor": "transparent"})
    graph.attr("node", fontname="monospace", fontsize="10")
    graph.attr("edge", color="#7b8794", arrowsize="0.7")
    called = names(view)
    for vertex in view.vertices:
        graph.node(f"n{vertex.key}", literal(written(vertex)), **attributes(vertex, called[vertex.key]))
    for edge in view.edges:
        graph.edge(f"n{edge.source}", f"n{edge.target}", tooltip=literal([meaning(edge, called)]))
    return str(graph.source)


def attributes(vertex: Vertex, name: str) -> dict[str, str]:
    mark = {"color": "#b3261e", "penwidth": "3", "style": "filled,dashed"} if vertex.failed else {}
    return {**LOOKS[vertex.kind], **mark, "class": vertex.kind, "tooltip": literal(tip(vertex, name).splitlines())}


def written(vertex: Vertex) -> list[str]:
    """The lines inside a shape."""
    head = [symbol(vertex)] if vertex.kind == "gate" else []
    return head + [text for _, text in lines(vertex)]


def literal(texts: list[str]) -> Any:
    """Lines of text that DOT shows as they are; it would read entities and backslashes otherwise."""
    from graphviz import escape, nohtml

    shown = (escape(printable(text).replace("&", "&amp;")) for text in texts)
    return nohtml("\\n".join(shown))


# ---------------------------------------------------------------- the program
def available() -> bool:
    """Whether the `dot` program is there."""
    return shutil.which("dot") is not None


def run(source: str, format: str, seconds: float | None = None) -> bytes:
    """The file that `dot` makes of DOT source."""
    program = shutil.which("dot")
    if program is None:
        raise DrawingError(
            f"the program `dot`, which {format} needs, is not on PATH.\n  install Graphviz from "
            "https://graphviz.org/download, or draw with engine='own' and save as .svg or .html"
        )
    try:
        command = [program, f"-T{format}"]
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DrawingError(f"dot took more than {seconds} seconds") from None
    if done.returncode:
        raise DrawingError(f"dot failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def dot_svg(view: View, direction: Direction = "LR", seconds: float | None = None) -> str:
    """The drawing of a view, laid out and drawn by `dot`, with our title and colours."""
    drawn = run(dot(view, direction), "svg", seconds).decode()
    opening, rest = drawn[drawn.index("<svg") :].split(">", 1)
    opening = opening.replace("<svg", f"<svg {ROLE}", 1)
    return "\n".join([f"{opening}>", *heading(view), STYLE, rest.lstrip()])
