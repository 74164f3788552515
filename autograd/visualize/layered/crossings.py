"""How many edges cross in an order of the layers."""

from bisect import bisect_right
from itertools import pairwise

Layers = list[list[int]]
Neighbours = list[list[int]]

CHUNK = 1_000  # numbers that are sorted by insertion, which is quick for so few


def crossings(layers: Layers, after: Neighbours) -> int:
    """Pairs of segments that cross."""
    return sum(gap_crossings(upper, lower, after) for upper, lower in pairwise(layers))


def gap_crossings(upper: list[int], lower: list[int], after: Neighbours) -> int:
    """Crossings between two layers: the inversions among the far ends, read in the order of the near ends."""
    place = {item: number for number, item in enumerate(lower)}
    ends = [end for item in upper for end in sorted([place[target] for target in after[item]])]
    return inversions(ends)


def inversions(numbers: list[int]) -> int:
    """Pairs out of order: each number is looked up among those before it, which are kept sorted.

    >>> inversions([2, 0, 1])
    2
    """
    before: list[int] = []
    found = 0
    for start in range(0, len(numbers), CHUNK):
        recent: list[int] = []
        for number in numbers[start : start + CHUNK]:
            place = bisect_right(recent, number)
            found += len(recent) - place
            recent.insert(place, number)
        if before:
            found += sum([len(before) - bisect_right(before, number) for number in recent])
        before = sorted(before + recent)
    return found
