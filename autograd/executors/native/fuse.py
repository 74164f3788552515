"""Floor 4: items to groups. Items over one shape that need nothing of each other but the number at hand share a loop.

An item goes into the earliest loop of its shape that comes after everything it reads; then what is made of one array
for one later loop is moved there. What only the next turn needs, the new value of a carried slot, goes last, so that it
can be written over the old one. A product whose rows come out one after the other begins a loop over its shape.
"""
from dataclasses import dataclass, field

from autograd.executors.native.blocks import is_by_rows
from autograd.executors.native.lower import (
    Call,
    Define,
    Item,
    Kernel,
    Lowering,
    Operand,
    Pick,
    Product,
    Put,
    Reduce,
    Store,
    View,
    kind_of,
    strides_of,
)


@dataclass(slots=True, eq=False)
class Group:
    """Items that run together; a Kernel or a Call is alone, and so is a Product that does not begin a loop."""

    shape: tuple[int, ...] | None
    items: list[Item] = field(default_factory=list)


def reads(item: Item) -> list[int]:
    """The slots that an item reads."""
    if isinstance(item, Call):
        return list(item.step.args)
    return [x.base for x in views(item)]


def views(item: Item) -> list[View]:
    """The views that an item reads; what is picked has one for each index, and one that is never at hand."""
    if isinstance(item, Call):
        return []
    given = [*item.operands, *([item.to] if isinstance(item, Put) else [])]
    found = [x for x in given if isinstance(x, View)]
    for pick in (x for x in given if isinstance(x, Pick)):
        found += [i for i, _, _ in pick.parts if isinstance(i, View)]
        if pick.base != item.out:
            found.append(View(pick.base, -1, pick.view.strides, pick.shape))
    return found


def at_hand(x: Operand, shape: tuple[int, ...]) -> bool:
    """Whether element i of a loop over `shape` reads element i of the slot."""
    return isinstance(x, View) and x.shape == shape and x.offset == 0 and x.strides == View(
        0, 0, strides_of(shape), shape).over(shape).strides


class Fusion:
    """The groups of a program, in order."""

    def __init__(self, low: Lowering, carried: dict[int, int]) -> None:
        self.low, self.groups = low, list[Group]()
        self.made: dict[int, tuple[int, Item]] = {}             # slot -> its last group, and the item there
        self.last_read: dict[int, list[tuple[int, bool]]] = {}  # slot -> groups that read it, and whether at hand
        self.users: dict[int, list[Item]] = {}                  # slot -> the items that read it
        self.base = self._resolve
        late = self._late(carried)
        read = {s for item in low.items for s in map(self._resolve, reads(item))}
        last = [i for i in low.items if isinstance(i, Kernel) and i.over is not None and i.out not in read]
        for item in low.items:
            if item.out not in late and item not in last:
                self._place(item)
        self._sink()
        for item in low.items:
            if item.out in late:
                self._place(item, late[item.out])
        for item in last:
            self._place(item)

    def _resolve(self, slot: int) -> int:
        x = self.low.found.get(slot)
        return x.base if isinstance(x, View) else slot

    def _late(self, carried: dict[int, int]) -> dict[int, int]:
        """The elementwise items that lead to nothing but the new value of one carried slot, and that slot."""
        late: dict[int, int] = {}
        users: dict[int, list[Item]] = {}
        for item in self.low.items:
            for s in map(self._resolve, reads(item)):
                users.setdefault(s, []).append(item)
        ends = {new: old for old, new in carried.items()}
        for item in reversed(self.low.items):
            if isinstance(item, Define):
                out, shape = item.out, item.shape
                goals = {late.get(user.out) for user in users.get(out, ())} | ({ends[out]} if out in ends else set())
                same = all(isinstance(user, Define) and user.shape == shape for user in users.get(out, ()))
                goal = goals.pop() if len(goals) == 1 else None
                if goal is not None and same and shape == self.low.spaces[goal].shape:
                    late[out] = goal
        return late

    def _place(self, item: Item, state: int | None = None) -> None:
        if isinstance(item, Product | Kernel | Call | Put):
            self.groups.append(Group(self._shape(item), [item]))
            at = len(self.groups) - 1
        else:
            low = self._earliest(item)
            if state is not None:
                low = max([low, *(k if hand and self.groups[k].shape == item.shape else k + 1
                                  for k, hand in self.last_read.get(state, ()))])
            at = next((k for k in range(low, len(self.groups)) if self._takes(k, item)), len(self.groups))
            if at == len(self.groups):
                self.groups.append(Group(item.shape))
            self.groups[at].items.append(item)
        self.made[item.out] = at, item
        for s in reads(item):
            self.users.setdefault(s, []).append(item)
        for s, hand in self._read(item):
            self.last_read.setdefault(s, []).append((at, hand))

    def _shape(self, item: Product | Kernel | Call | Put) -> tuple[int, ...] | None:
        """The shape of a loop that begins with the item."""
        if isinstance(item, Product):
            x, y = item.operands
            fits = not item.stack and is_by_rows(kind_of(self.low.spaces[item.out]) or "", x, y)
            return (x.shape[0], y.shape[1]) if fits else None
        return item.shape if isinstance(item, Put) else None

    def _takes(self, k: int, item: Item) -> bool:
        """Whether group k is a loop over the shape of the item."""
        group = self.groups[k]
        alone = bool(group.items) and isinstance(group.items[-1], Put)
        return group.shape == item.shape and not alone  # type: ignore[union-attr]

    def _read(self, item: Item) -> list[tuple[int, bool]]:
        if isinstance(item, Product | Kernel | Call):
            return [(self._resolve(s), s == getattr(item, "over", None)) for s in reads(item)]
        return [(x.base, at_hand(x, item.shape)) for x in views(item)]

    def _earliest(self, item: Define | Store | Put | Reduce) -> int:
        """The first group that the item may go to."""
        low = 0
        for s, hand in self._read(item):
            if s in self.made:
                k, maker = self.made[s]
                joint = hand and isinstance(maker, Define | Product) and self.groups[k].shape == item.shape
                low = max(low, k if joint else k + 1)
        if isinstance(item, Store | Put) and item.out in self.made:
            k, maker = self.made[item.out]
            joint = isinstance(item, Store) and item.apart and isinstance(maker, Store) and maker.apart
            low = max(low, k if joint else k + 1)
        return low

    # ------------------------------------------------------------ moving to where it is needed
    def _sink(self) -> None:
        """Move what is made of one array for a single later loop into that loop: it needs no memory then.

        The array comes from an earlier loop, or is read there anyway.
        """
        ends = {self._resolve(s) for s in self.low.program.outputs}
        for k in reversed(range(len(self.groups))):
            for item in reversed([*self.groups[k].items]):
                goal = None if item.out in ends or self.made[item.out][0] != k else self._goal(item, k)
                if goal is not None:
                    chain = self._chain(item, k)
                    outs = {i.out for i in chain}
                    sources = {x.base for i in chain for x in views(i)} - outs
                    made = {i.out for i in self.groups[k].items}
                    at_goal = {s for s in sources if any(at == goal for at, _ in self.last_read.get(s, ()))}
                    if len(sources) <= 1 and not (sources & made) - at_goal:
                        self._move(chain, k, goal)

    def _goal(self, item: Item, k: int) -> int | None:
        """The only later loop that reads an item of group k, number by number."""
        readers = {*self.last_read.get(item.out, ())}
        at, hand = next(iter(readers)) if len(readers) == 1 else (k, False)
        to = self.groups[at]
        fits = isinstance(item, Define) and hand and at > k and to.shape == item.shape
        return at if fits and not isinstance(to.items[0], Put) else None

    def _chain(self, item: Item, k: int) -> list[Item]:
        """The item, after all that its group makes for it alone."""
        found, group = [item], self.groups[k].items
        for other in reversed(group[:group.index(item)]):
            here = isinstance(other, Define) and {*self.last_read.get(other.out, ())} == {(k, True)}
            if here and all(user in found for user in self.users[other.out]):
                found.insert(0, other)
        return found

    def _move(self, chain: list[Item], k: int, goal: int) -> None:
        to = self.groups[goal].items
        start = int(isinstance(to[0], Product))
        to[start:start] = chain
        for item in chain:
            self.groups[k].items.remove(item)
            self.made[item.out] = goal, item
            for s, hand in self._read(item):
                self.last_read[s].remove((k, hand))
                self.last_read[s].append((goal, hand))
