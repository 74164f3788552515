"""Where the units of a network of fully connected layers stand, for a drawing of any kind; and one as SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import message
from nn.data import whole
from nn.layers import Linear, Sequential
from nn.module import Module

Point = tuple[float, float]
POSITIVE, NEGATIVE, PLAIN = "#0072b2", "#d55e00", "#888888"


@dataclass(frozen=True)
class Edge:
    """A line from one unit to one of the next layer, with its colour and its width from 0 to 1."""

    start: Point
    end: Point
    colour: str
    width: float


@dataclass(frozen=True)
class Diagram:
    """Layers stand one apart from left to right, units one apart, around height 0; `gaps` are units left out."""

    sizes: tuple[int, ...]
    units: list[Point]
    gaps: list[Point]
    edges: list[Edge]


def diagram(network: Module | Sequence[int], most: int) -> Diagram:
    """Units and edges of a model, or of these sizes; of a layer of more than `most` units, so many are there."""
    sizes, weights = _network(network)
    shown = [_shown(size, whole("most", most, least=2)) for size in sizes]
    places = [[(float(layer), height) for height in _heights(len(units), len(units) < size)]
              for layer, (units, size) in enumerate(zip(shown, sizes, strict=True))]
    gaps = [(float(layer), 0.0) for layer, units in enumerate(shown) if len(units) < sizes[layer]]
    edges = [edge for i, W in enumerate(weights)
             for edge in _edges(places[i], places[i + 1], None if W is None else W[np.ix_(shown[i + 1], shown[i])])]
    return Diagram(sizes, [unit for column in places for unit in column], gaps, edges)


def _network(network: Module | Sequence[int]) -> tuple[tuple[int, ...], Sequence[NDArray[Any] | None]]:
    """The sizes of the layers, and the weights between them where they are known."""
    if isinstance(network, Module):
        linear = list(_linear(network))
        if linear and all(a.out_features == b.in_features for a, b in pairwise(linear)):
            return (linear[0].in_features, *(layer.out_features for layer in linear)), [x.weight.data for x in linear]
        raise TypeError(message(f"{type(network).__name__} is not a chain of Linear layers.",
                                "give the sizes of the layers: [784, 100, 10]"))
    sizes = tuple(whole("the size of a layer", size, least=1) for size in network)
    if not sizes:
        raise ValueError(message("a network without layers has no drawing.", "give the sizes of the layers: [2, 3, 1]"))
    return sizes, [None] * (len(sizes) - 1)


def _linear(model: Module) -> Iterator[Linear]:
    """The Linear layers of a chain; what else is in it must keep the units apart, as activations do."""
    if isinstance(model, Linear):
        yield model
    elif isinstance(model, Sequential):
        for part in model:
            yield from _linear(part)
    elif any(len(parameter.shape) > 1 for parameter in model.parameters()):
        raise TypeError(message(f"{type(model).__name__} is not drawn as units and lines between them.",
                                "give the sizes of the layers: [784, 100, 10], or draw(model(x)) for all gates"))


def _shown(size: int, most: int) -> list[int]:
    """The first and the last units of a layer."""
    return list(range(size)) if size <= most else [*range(most - most // 2), *range(size - most // 2, size)]


def _heights(n: int, gap: bool) -> list[float]:
    """Heights around 0 from the top; with room for a gap in the middle."""
    upper = n - n // 2 if gap else n
    top = (n - 1 + gap) / 2
    shift = top - upper if gap else 0.0  # the gap itself stands at height 0
    return [top - i - (i >= upper) - shift for i in range(n)]


def _edges(left: list[Point], right: list[Point], W: NDArray[Any] | None) -> Iterator[Edge]:
    largest = 0.0 if W is None else float(np.abs(W).max())
    for j, end in enumerate(right):
        for i, start in enumerate(left):
            if W is None:
                yield Edge(start, end, PLAIN, 0.3)
            else:
                colour = POSITIVE if W[j, i] > 0 else NEGATIVE
                yield Edge(start, end, colour, float(abs(W[j, i])) / largest if largest else 0.0)


# ---------------------------------------------------------------- SVG
ACROSS, DOWN, RADIUS, MARGIN = 160, 34, 11, 30


def svg(picture: Diagram) -> str:
    """The diagram as an SVG file, which needs nothing but a browser."""
    top = max(y for _, y in picture.units)
    bottom = min(y for _, y in picture.units)

    def at(point: Point) -> tuple[str, str]:
        return f"{MARGIN + ACROSS * point[0]:g}", f"{MARGIN + DOWN * (top - point[1]):g}"

    width = 2 * MARGIN + ACROSS * (len(picture.sizes) - 1)
    height = 2 * MARGIN + DOWN * (top - bottom) + 20
    title = "Network of layers with " + ", ".join(map(str, picture.sizes)) + " units"
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="img" aria-label="{title}">')
    lines = [head, f"<title>{title}</title>"]
    for edge in picture.edges:
        (x1, y1), (x2, y2) = at(edge.start), at(edge.end)
        lines.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{edge.colour}" '
                     f'stroke-width="{0.2 + 2.8 * edge.width:.3g}" stroke-opacity="0.7"/>')
    for unit in picture.units:
        x, y = at(unit)
        lines.append(f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="#ffffff" stroke="#333333" stroke-width="1.5"/>')
    text = 'text-anchor="middle" font-family="sans-serif" font-size="14" fill="#666666"'
    lines += [f'<text x="{x}" y="{y}" dy="5" {text}>⋮</text>' for x, y in map(at, picture.gaps)]
    lines += [f'<text x="{MARGIN + ACROSS * layer}" y="{height - 12:g}" {text}>{size}</text>'
              for layer, size in enumerate(picture.sizes)]
    return "\n".join([*lines, "</svg>\n"])
