"""How many edges cross in an order of the layers."""

from itertools import pairwise

Layers = list[list[int]]
Neighbours = list[list[int]]


def crossings(layers: Layers, after: Neighbours) -> int:
    """Pairs of segments that cross."""
    return sum(gap_crossings(upper, lower, after) for upper, lower in pairwise(layers))


def gap_crossings(upper: list[int], lower: list[int], after: Neighbours) -> int:
    """Crossings between two layers: the inversions among the far ends, read in the order of the near ends."""
    place = {item: number for number, item in enumerate(lower)}
    ends = [end for item in upper for end in sorted(place[target] for target in after[item])]
    return inversions(ends, len(lower)) if any(a > b for a, b in pairwise(ends)) else 0


def inversions(numbers: list[int], size: int) -> int:
    """Pairs out of order among numbers below `size`, with an accumulator tree in O(n log size).

    Barth, Jünger, Mutzel: Simple and efficient bilayer cross counting, 2002.

    >>> inversions([2, 0, 1], 3)
    2
    """
    leaves = 1 << (size - 1).bit_length()
    tree = [0] * (2 * leaves)
    found = 0
    for number in numbers:
        node = number + leaves
        while node:
            tree[node] += 1
            found += 0 if node & 1 else tree[node + 1]
            node >>= 1
    return found
