"""Places on a line that keep their distances and shorten what is pulled together: network simplex.

Gansner, Koutsofios, North, Vo: A technique for drawing directed graphs, 1993, sections 2 and 4.2, told as
groups that move. Items that stand as close as a distance lets them can hang on one another, which makes
trees. What hangs on an item is pulled by the sum of its pulls; a part that is pulled off its parent moves
until a distance stops it, and hangs there from then on. When no part is pulled off, no better places exist:
the pulls along the trees are a flow, dual to the places.
"""

from collections.abc import Iterable
from itertools import cycle, pairwise
from math import inf

Distance = tuple[int, int, int]  # (a, b, d): b stands at least d behind a


def improved(at: list[int], distances: Iterable[Distance], pulls: list[int], work: int) -> list[int]:
    """Valid places moved to where the sum of pull times place is largest.

    A positive pull is one to larger places. The pulls of items that distances connect must add up to zero.
    After visits to `work` items it stops: the places are valid after every move, only not yet the best.
    """
    groups = Groups(at, distances, pulls)
    groups.settle(work)
    return groups.at


class Groups:
    """A forest of items without room between them; `pull` is summed over all that hangs on an item."""

    def __init__(self, at: list[int], distances: Iterable[Distance], pulls: list[int]) -> None:
        self.at, self.pull, self.work = list(at), list(pulls), 0
        self.behind: list[list[tuple[int, int]]] = [[] for _ in at]
        self.ahead: list[list[tuple[int, int]]] = [[] for _ in at]
        for a, b, distance in distances:
            self.behind[a].append((b, distance))
            self.ahead[b].append((a, distance))
        self.parent = [-1] * len(at)
        self.side = [0] * len(at)  # 1: stands behind its parent, -1: before it
        self.children: list[set[int]] = [set() for _ in at]
        self.hang_all()

    def hang_all(self) -> None:
        """Hang every item behind one that touches it; long chains would otherwise grow link by link."""
        for item in reversed(range(len(self.at))):
            touching = (a for a, distance in self.ahead[item] if self.at[a] + distance == self.at[item])
            self.hang(item, next(touching, -1), 1)

    def settle(self, work: int) -> None:
        """Move parts until a whole round finds none to move, or the work is done.

        From the last item to the first: with results before arguments a network takes a tenth of the moves.
        """
        idle = 0
        for item in cycle(reversed(range(len(self.at)))):
            if self.pulled_off(item):
                self.move(item)
                idle = 0
            idle += 1
            if idle > len(self.at) or self.work > work:
                return

    def pulled_off(self, item: int) -> bool:
        """Whether what hangs on an item is pulled away from its parent; a root has none to hold it."""
        return self.pull[item] * self.side[item] > 0 or (self.parent[item] < 0 and self.pull[item] != 0)

    def move(self, item: int) -> None:
        """Move what hangs on an item, with it, to the first place where a distance stops it."""
        part = self.part(item)
        way = 1 if self.pull[item] > 0 else -1
        room, inside, outside = self.stop(part, way)
        for moved in part:
            self.at[moved] += way * room
        self.cut(item)
        self.reroot(inside)
        self.hang(inside, outside, -way)

    def part(self, item: int) -> list[int]:
        """All that hangs on an item, itself included."""
        found = [item]
        for each in found:
            found.extend(self.children[each])
        self.work += len(found)
        return found

    def stop(self, part: list[int], way: int) -> tuple[int, int, int]:
        """What would stop the part first: room to it, item inside, item outside."""
        at, others, mine = self.at, self.behind if way > 0 else self.ahead, set(part)
        least, found = inf, (0, -1, -1)
        for inside in part:
            here = at[inside]
            for outside, distance in others[inside]:
                room = way * (at[outside] - here) - distance
                if room < least and outside not in mine:
                    least, found = room, (room, inside, outside)
        return found

    def cut(self, item: int) -> None:
        parent, self.parent[item], self.side[item] = self.parent[item], -1, 0
        if parent >= 0:
            self.children[parent].remove(item)
            self.add_pull(parent, -self.pull[item])

    def hang(self, item: int, parent: int, side: int) -> None:
        if parent >= 0:
            self.parent[item], self.side[item] = parent, side
            self.children[parent].add(item)
            self.add_pull(parent, self.pull[item])

    def add_pull(self, item: int, pull: int) -> None:
        """Add to the pull of an item and of all on which it hangs."""
        while item >= 0:
            self.pull[item] += pull
            item = self.parent[item]
            self.work += 1

    def reroot(self, item: int) -> None:
        """Turn the tree of an item so that all of it hangs on that item."""
        path = [item]
        while self.parent[path[-1]] >= 0:
            path.append(self.parent[path[-1]])
        for upper, lower in pairwise(reversed(path)):
            side = self.side[lower]
            self.cut(lower)
            self.hang(upper, lower, -side)
