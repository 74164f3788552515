"""A drawing: one view, shown as text, SVG, DOT or HTML, and saved to a file."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from autograd.visualize.content import Opener
from autograd.visualize.dot import DrawingError, available, dot, dot_svg, run
from autograd.visualize.html import cell, page
from autograd.visualize.layout import Direction
from autograd.visualize.model import View
from autograd.visualize.svg import svg
from autograd.visualize.text import text

Engine = Literal["auto", "own", "dot"]

DOT_VERTICES = 2_000  # above, `dot` takes long
DOT_SECONDS = 5.0


class Drawing:
    """A picture of a computation graph; shows itself in notebooks.

    `direction` is LR or TB. `engine` says who lays the SVG out: own, the dot program, or auto, which is dot
    where it is installed and the graph is small enough for it. `opener` tells the page what is in a gate on arrays.

    >>> from autograd import Tensor, draw
    >>> a = Tensor(2.0, name="a")
    >>> drawing = draw(a * a, engine="own")
    >>> drawing
    <Drawing of 2 vertices and 2 edges>
    """

    def __init__(self, view: View, direction: Direction = "LR", engine: Engine = "auto",
                 opener: Opener | None = None) -> None:
        known("direction", direction, ("LR", "TB"))
        known("engine", engine, ("auto", "own", "dot"))
        self.view, self.direction, self.engine, self.opener = view, direction, engine, opener

    def text(self) -> str:
        """One line for every leaf and gate: formula, value, gradient, source line.

        >>> from autograd import Tensor, draw
        >>> draw(Tensor(2.0, name="a") * 3.0).text().split()[:5]
        ['a', '=', '2', 'grad', '3']
        """
        return text(self.view)

    def svg(self) -> str:
        """A self-contained SVG.

        >>> from autograd import Tensor, draw
        >>> draw(Tensor(2.0) * 3.0, engine="own").svg()[:4]
        '<svg'
        """
        if self.engine == "own" or (self.engine == "auto" and not available()):
            return svg(self.view, self.direction)
        if self.engine == "dot":
            return dot_svg(self.view, self.direction)
        try:
            small_enough(len(self.view.vertices))
            return dot_svg(self.view, self.direction, DOT_SECONDS)
        except DrawingError as error:
            warnings.warn(f"{error}; drawn with engine='own' instead", stacklevel=2)
            return svg(self.view, self.direction)

    def dot(self) -> str:
        """DOT source, for Graphviz.

        >>> from autograd import Tensor, draw
        >>> draw(Tensor(2.0) * 3.0).dot()[:7]
        'digraph'
        """
        return dot(self.view, self.direction)

    def html(self) -> str:
        """A self-contained page that steps through the run, forward and back; drawn by our own engine.

        >>> from autograd import Tensor, draw
        >>> draw(Tensor(2.0) * 3.0).html()[:15].lower()
        '<!doctype html>'
        """
        return page(self.view, self.direction, self.opener)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file of the kind that its suffix names: svg html dot txt png pdf.

        The last two need Graphviz. Raises `DrawingError` for another suffix, FileNotFoundError for a missing folder.

        >>> import tempfile
        >>> from autograd import Tensor, draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Tensor(2.0) * 3.0).save(f"{folder}/graph.html")
        """
        suffix = Path(path).suffix.lower().removeprefix(".")
        if suffix not in WRITERS:
            known_ones = " ".join(WRITERS)
            raise DrawingError(f"cannot save a drawing as {Path(path).name!r}; known suffixes: {known_ones}")
        replace(Path(os.path.realpath(path)), WRITERS[suffix](self))

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        return cell(self.view, self.direction, self.opener)

    def __repr__(self) -> str:
        vertices, edges = len(self.view.vertices), len(self.view.edges)
        ends = "vertex" if vertices == 1 else "vertices", "edge" if edges == 1 else "edges"
        return f"<Drawing of {vertices} {ends[0]} and {edges} {ends[1]}>"


def small_enough(vertices: int) -> None:
    if vertices > DOT_VERTICES:
        raise DrawingError(f"{vertices:,} vertices are more than the {DOT_VERTICES:,} that dot is asked to draw")


def known(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise DrawingError(f"unknown {what} {value!r}; known: {' '.join(choices)}")


WRITERS: dict[str, Callable[[Drawing], bytes]] = {
    "svg": lambda drawing: drawing.svg().encode(),
    "html": lambda drawing: drawing.html().encode(),
    "dot": lambda drawing: drawing.dot().encode(),
    "txt": lambda drawing: drawing.text().encode(),
    "png": lambda drawing: run(drawing.dot(), "png"),
    "pdf": lambda drawing: run(drawing.dot(), "pdf"),
}


def replace(path: Path, content: bytes) -> None:
    """Write a whole file or none: first beside it, then in its place."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot save {path.name} in {path.parent}, which is no folder")
    beside = path.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
