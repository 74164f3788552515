"""A search along a line for a point that is low enough and flat enough: the strong Wolfe conditions."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

__all__ = ["Point", "search"]

DECREASE, FLATNESS = 1e-4, 0.9  # c₁ and c₂ of the conditions


@dataclass(frozen=True)
class Point:
    """A point t along the line: the loss there, its gradient, and how steeply the loss rises along the line."""

    t: float
    value: float
    g: NDArray[Any]
    slope: float


def search(
    at: Callable[[float], Point], t: float, start: Point, size: float, tolerance: float, most: int
) -> Point:
    """A point with f(t) ≤ f(0) + c₁·t·f'(0) and |f'(t)| ≤ −c₂·f'(0), or the lowest one after `most` further tries.

    J. Nocedal and S. J. Wright, "Numerical optimization", 2nd edition, 2006, algorithms 3.5 and 3.6. `size` is the
    longest entry of the direction: two points closer than `tolerance` in all parameters are one.
    """
    before, new, tries = start, at(t), 0
    while tries < most:
        if _too_high(new, start) or (tries > 1 and new.value >= before.value):
            ends = [before, new]
            break
        if _flat(new, start):
            return new
        if new.slope >= 0:
            ends = [before, new]
            break
        t = lowest(before, new, new.t + 0.01 * (new.t - before.t), 10.0 * new.t)
        before, new, tries = new, at(t), tries + 1
    else:
        ends = [start, new]
    return _zoom(at, ends, start, size, tolerance, most - tries)


def _zoom(
    at: Callable[[float], Point], ends: list[Point], start: Point, size: float, tolerance: float, most: int
) -> Point:
    """Halve or better what is between two ends until a point satisfies both conditions."""
    low, stuck = _lower(ends), False
    for _ in range(most):
        left, right = sorted(end.t for end in ends)
        if (right - left) * size < tolerance:
            break
        t, margin = lowest(ends[0], ends[1], left, right), 0.1 * (right - left)
        near = min(right - t, t - left) < margin
        if near and (stuck or not left < t < right):  # twice in a row so near an end is no progress
            t, near = (right - margin if right - t < t - left else left + margin), False
        stuck, new, best = near, at(t), ends[low]
        if _too_high(new, start) or new.value >= best.value:
            ends[1 - low] = new
            low = _lower(ends)
            continue
        if _flat(new, start):
            return new
        if new.slope * (ends[1 - low].t - best.t) >= 0:
            ends[1 - low] = best
        ends[low] = new
    return ends[low]


def lowest(one: Point, other: Point, left: float, right: float) -> float:
    """Where the cubic with the values and slopes of two points is lowest, between two bounds; else their middle."""
    a, b = (one, other) if one.t <= other.t else (other, one)
    if a.t == b.t:
        return (left + right) / 2.0
    bend = a.slope + b.slope - 3.0 * (a.value - b.value) / (a.t - b.t)
    square = bend * bend - a.slope * b.slope
    if not 0 <= square < math.inf:
        return (left + right) / 2.0
    root = math.sqrt(square)
    turn = b.slope - a.slope + 2.0 * root
    if turn == 0 or not math.isfinite(turn):  # a straight line has no lowest point
        return (left + right) / 2.0
    return min(max(b.t - (b.t - a.t) * ((b.slope + root - bend) / turn), left), right)


def _too_high(point: Point, start: Point) -> bool:
    return not point.value <= start.value + DECREASE * point.t * start.slope


def _flat(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -FLATNESS * start.slope


def _lower(ends: list[Point]) -> int:
    return 0 if ends[0].value <= ends[1].value else 1
