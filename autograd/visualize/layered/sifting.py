"""Second step of a layered drawing, local part: items move inside their layers while that saves crossings.

Matuszewski, Schönfeld, Molitor: Using sifting for k-layer straightline crossing minimization, 1999. Around it
iterated local search (Lourenço, Martin, Stützle 2003): shake a few items, sift again, keep it if no worse.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from autograd.visualize.layered.crossings import Layers, Neighbours, crossings
from autograd.visualize.layered.ranks import Layered
from autograd.visualize.layered.sweeps import candidates

WORK = 80_000  # pairs of items compared before it is good enough
CROSSING = 1_000_000  # what a crossing costs, when arguments in the wrong order cost one
PAIRS = 60_000  # reach times items: in a large graph an item tries fewer places
WINDOW = 4  # neighbours that are shaken

Ends = dict[int, tuple[list[int], list[int]]]  # sorted places of the neighbours before and after an item


def ordered(graph: Layered) -> Layers:
    """The layers of the graph, each in the order in which it is drawn."""
    best = sifted(graph)
    random = Random(0)  # the same graph gets the same drawing
    while best.cost >= CROSSING and best.work < WORK:
        best.shake(random)
    return upright(best.layers, graph.before)


def sifted(graph: Layered) -> "Sifting":
    """The best of the candidates. In a small graph all are sifted, in a large one the most promising."""
    taste = tastes(graph.before)
    found = [Sifting(layers, graph, taste) for layers in candidates(graph)]
    work = 0
    for sifting in sorted(found, key=lambda sifting: sifting.cost):
        if sifting.cost and work < WORK:
            sifting.settle(range(len(graph.layers)))
            work += sifting.work
    return min(found, key=lambda sifting: sifting.cost)


def upright(layers: Layers, before: Neighbours) -> Layers:
    """The order or its mirror image, whichever shows more arguments in reading order."""
    place = {item: number for layer in layers for number, item in enumerate(layer)}
    pairs = [pair for items in before for pair in pairwise(items)]
    in_order = sum(place[first] < place[second] for first, second in pairs)
    return layers if 2 * in_order >= len(pairs) else [layer[::-1] for layer in layers]


class Sifting:
    """An order of a layered graph on its way to fewer crossings."""

    def __init__(self, layers: Layers, graph: Layered, taste: dict[tuple[int, int], int]) -> None:
        self.layers = [list(layer) for layer in layers]
        self.before, self.after, self.taste = graph.before, graph.after, taste
        self.place = [0] * len(self.before)
        for layer in self.layers:
            self.number(layer)
        self.reach = max(1, PAIRS // (1 + len(self.before)))
        self.cost = self.costs(self.layers)
        self.work = 0

    def number(self, layer: list[int]) -> None:
        for place, item in enumerate(layer):
            self.place[item] = place

    def settle(self, rows: Sequence[int]) -> None:
        """Sift these layers, and those beside every layer that changed, until nothing is left to gain."""
        while rows:
            changed = [row for row in rows if self.sift(row)]
            beside = {near for row in changed for near in (row - 1, row + 1)}
            rows = sorted(row for row in beside if 0 <= row < len(self.layers))

    def sift(self, row: int) -> bool:
        """Move every item of a layer to its best place, again and again; whether any moved."""
        layer, ends = self.layers[row], self.ends(row)
        known: dict[tuple[int, int], int] = {}
        moved, count = False, 1
        while count:
            count = sum(self.move(item, layer, ends, known) for item in tuple(layer))
            moved |= count > 0
        return moved

    def ends(self, row: int) -> Ends:
        at, before, after = self.place.__getitem__, self.before, self.after
        return {x: (sorted(map(at, before[x])), sorted(map(at, after[x]))) for x in self.layers[row]}

    def move(self, item: int, layer: list[int], ends: Ends, known: dict[tuple[int, int], int]) -> bool:
        """Move an item to the place in reach that saves most."""
        start = self.place[item]
        best, target, saved = 0, start, 0
        for place in range(start + 1, min(start + 1 + self.reach, len(layer))):
            saved += self.gain(item, layer[place], ends, known)
            best, target = (saved, place) if saved > best else (best, target)
        saved = 0
        for place in range(start - 1, max(start - 1 - self.reach, -1), -1):
            saved += self.gain(layer[place], item, ends, known)
            best, target = (saved, place) if saved > best else (best, target)
        if best:
            layer.insert(target, layer.pop(start))
            for place in range(min(start, target), max(start, target) + 1):
                self.place[layer[place]] = place
            self.cost -= best
        return best > 0

    def gain(self, x: int, y: int, ends: Ends, known: dict[tuple[int, int], int]) -> int:
        """What is saved when x, now before y, goes behind it."""
        if (x, y) not in known:
            self.work += 1
            (before, after), (left, right) = ends[x], ends[y]
            crossed = inverted(before, left) + inverted(after, right)
            known[x, y] = CROSSING * crossed + self.taste.get((x, y), 0)
            known[y, x] = -known[x, y]
        return known[x, y]

    def shake(self, random: Random) -> None:
        """Shuffle a few neighbours in three layers, sift, and go back if that made crossings."""
        least, kept = self.cost, [list(layer) for layer in self.layers]
        middle = random.randrange(len(self.layers))
        rows = range(max(middle - 1, 0), min(middle + 2, len(self.layers)))
        self.cost -= self.around(rows)
        for row in rows:
            self.shuffle(self.layers[row], random)
        self.cost += self.around(rows)
        self.settle(rows)
        self.work += len(self.place)
        if self.cost > least:
            self.cost, self.layers = least, kept
            for layer in kept:
                self.number(layer)

    def shuffle(self, layer: list[int], random: Random) -> None:
        start = random.randrange(len(layer))
        few = layer[start : start + WINDOW]
        random.shuffle(few)
        layer[start : start + WINDOW] = few
        self.number(layer)

    def around(self, rows: range) -> int:
        """What the gaps that touch these layers cost."""
        return self.costs(self.layers[max(rows.start - 1, 0) : rows.stop + 1])

    def costs(self, layers: Layers) -> int:
        """Crossings, and among orders with equally many the arguments that are not in reading order."""
        items = (item for layer in layers[1:] for item in layer)
        wrong = sum(self.place[a] > self.place[b] for item in items for a, b in pairwise(self.before[item]))
        return CROSSING * crossings(layers, self.after) + wrong


def tastes(before: Neighbours) -> dict[tuple[int, int], int]:
    """How many gates would rather have the first item of a pair behind the second."""
    taste: dict[tuple[int, int], int] = {}
    for first, second in (pair for items in before for pair in pairwise(items)):
        taste[second, first] = taste.get((second, first), 0) + 1
        taste[first, second] = taste.get((first, second), 0) - 1
    return taste


def inverted(x: list[int], y: list[int]) -> int:
    """Pairs out of order less pairs in order, from two sorted lists."""
    if not x or not y:
        return 0
    if x[-1] < y[0] or y[-1] < x[0]:
        return len(x) * len(y) * (-1 if x[0] < y[0] else 1)
    return sum([len(x) - bisect_right(x, end) - bisect_left(x, end) for end in y])
