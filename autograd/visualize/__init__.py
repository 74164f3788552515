"""Drawings of computation graphs: `draw(y)` gives text, SVG, DOT, HTML, and files of them; `explain(y)` the chain rule
with its numbers; `diagnose(y)` what is wrong, and where."""

from autograd.visualize.build import draw
from autograd.visualize.diagnosis import Diagnosis, diagnose
from autograd.visualize.drawing import Drawing
from autograd.visualize.explanation import Explanation, explain

__all__ = ["Diagnosis", "Drawing", "Explanation", "diagnose", "draw", "explain"]
