"""Layers that make the edges as short as possible: network simplex.

Gansner, Koutsofios, North, Vo: A technique for drawing directed graphs, 1993, section 2, told as groups that move.
A group is a tree of edges of length one. Every edge out of a part of it pulls that part later, every edge into it
pulls it earlier. A part that is pulled off its parent moves until an edge stops it, and hangs there from then on.
When no part is pulled off, the total length is least: the pulls are a feasible flow, dual to the ranks.
"""

from collections.abc import Iterator
from itertools import cycle

WORK = 6_000_000  # vertices visited, at most: the ranks are valid after every move, only not yet the best

Neighbours = list[list[int]]


def shortest(rank: list[int], sources: Neighbours) -> list[int]:
    """Ranks of least total edge length, from longest path ranks and the distinct sources of every vertex."""
    groups = Groups(rank, sources)
    groups.settle()
    return groups.rank


class Groups:
    """A forest of tight edges; `pull` of a vertex is summed over all that hangs on it."""

    def __init__(self, rank: list[int], sources: Neighbours) -> None:
        self.rank, self.sources, self.work = list(rank), sources, 0
        self.targets: Neighbours = [[] for _ in rank]
        for vertex, found in enumerate(sources):
            for source in found:
                self.targets[source].append(vertex)
        self.pull = pulls(sources, self.targets)
        self.parent = [-1] * len(rank)
        self.children: list[set[int]] = [set() for _ in rank]
        for vertex in reversed(range(len(rank))):
            self.hang(vertex, next((s for s in sources[vertex] if rank[s] == rank[vertex] - 1), -1))

    def settle(self) -> None:
        """Move parts until a whole round finds none to move."""
        idle = 0
        for vertex in cycle(range(len(self.rank))):
            if self.pulled_off(vertex):
                self.move(vertex)
                idle = 0
            idle += 1
            if idle > len(self.rank) or self.work > WORK:
                return

    def pulled_off(self, vertex: int) -> bool:
        """Whether the part that hangs on a vertex is pulled away from its parent; a root has none to hold it."""
        parent = self.parent[vertex]
        if parent < 0:
            return self.pull[vertex] != 0
        return self.pull[vertex] * (self.rank[vertex] - self.rank[parent]) > 0

    def move(self, vertex: int) -> None:
        """Move the part that hangs on a vertex to the nearest place where an edge stops it."""
        part = self.part(vertex)
        later = self.pull[vertex] > 0
        slack, inside, outside = min(self.stops(part, later))
        for item in part:
            self.rank[item] += slack if later else -slack
        self.cut(vertex)
        self.reroot(inside)
        self.hang(inside, outside)

    def part(self, vertex: int) -> dict[int, None]:
        """All that hangs on a vertex, itself included."""
        found = [vertex]
        for item in found:
            found.extend(self.children[item])
        self.work += len(found)
        return dict.fromkeys(found)

    def stops(self, part: dict[int, None], later: bool) -> Iterator[tuple[int, int, int]]:
        """The edges that would stop the part: slack, end inside, end outside."""
        ends = self.targets if later else self.sources
        for inside in part:
            for outside in ends[inside]:
                if outside not in part:
                    yield abs(self.rank[outside] - self.rank[inside]) - 1, inside, outside

    def cut(self, vertex: int) -> None:
        parent, self.parent[vertex] = self.parent[vertex], -1
        if parent >= 0:
            self.children[parent].remove(vertex)
        self.add_pull(parent, -self.pull[vertex])

    def hang(self, vertex: int, parent: int) -> None:
        self.parent[vertex] = parent
        if parent >= 0:
            self.children[parent].add(vertex)
        self.add_pull(parent, self.pull[vertex])

    def add_pull(self, vertex: int, pull: int) -> None:
        """Add to the pull of a vertex and of all on which it hangs."""
        while vertex >= 0:
            self.pull[vertex] += pull
            vertex = self.parent[vertex]
            self.work += 1

    def reroot(self, vertex: int) -> None:
        """Turn the tree of a vertex so that all of it hangs on that vertex."""
        path = [vertex]
        while self.parent[path[-1]] >= 0:
            path.append(self.parent[path[-1]])
        for upper, lower in zip(path[:0:-1], path[-2::-1], strict=True):
            self.cut(lower)
            self.hang(upper, lower)


def pulls(sources: Neighbours, targets: Neighbours) -> list[int]:
    """Edges out minus edges in of every vertex, and a touch more.

    Among equally short drawings the one with the earliest gates shows equal parts of a network in equal columns.
    So every vertex is pulled away from a result that it leads to by less than any edge could pull.
    """
    edge = len(sources) + 1
    pull = [edge * (len(after) - len(before)) - 1 for before, after in zip(sources, targets, strict=True)]
    behind = [1] * len(sources)
    for vertex, after in enumerate(targets):
        if after:
            behind[after[0]] += behind[vertex]
        else:
            pull[vertex] += behind[vertex]
    return pull
