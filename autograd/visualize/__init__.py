"""Drawings of computation graphs: `draw(y)` gives text, SVG, DOT, HTML, and files of them."""

from autograd.visualize.build import draw
from autograd.visualize.drawing import Drawing

__all__ = ["Drawing", "draw"]
