"""Floor 5: the order in which HIPS/autograd walks a graph of nodes."""
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any


def toposort(end_node: Any, parents: Callable[[Any], Iterable[Any]] = attrgetter("parents")) -> Iterator[Any]:
    """The nodes behind `end_node`, each before its parents."""
    def real(node: Any) -> list[Any]:
        return [parent for parent in parents(node) if parent is not None]

    uses: dict[Any, int] = {end_node: 0}
    todo = [end_node]
    for node in todo:
        for parent in real(node):
            if parent not in uses:
                uses[parent] = 0
                todo.append(parent)
            uses[parent] += 1
    ready = [end_node]
    while ready:
        node = ready.pop()
        yield node
        for parent in real(node):
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
