"""Floor 4: many steps on single numbers as a tape: tables that one loop in C reads. Compilers are slow on long code.

Steps are sorted by how many come before them, and then by formula, so that many in a row do the same and need nothing
of each other. Row i of the tables has the places of its inputs; its result goes to place i, behind the numbers that
are there from the start.
"""
from collections.abc import Iterator
from typing import Any

from autograd.executors.native.fuse import Group
from autograd.executors.native.lower import Define, Literal, Operand, Reduce, View
from autograd.executors.native.text import literal


def can_be_taped(source: Any, group: Group) -> bool:
    """Whether all is double, and computed by formulas of at most three inputs."""
    return all(isinstance(i, Define | Reduce) and source.kind(i.out) == "double" and len(i.operands) <= 3
               and all(k == "double" for k in (i.kinds if isinstance(i, Define) else ()))
               and all(isinstance(x, Literal) or (isinstance(x, View) and source.kind(x.base) == "double")
                       for x in i.operands)
               for i in group.items)


def tape(source: Any, group: Group) -> Iterator[str]:
    """The lines of a group whose items are single numbers."""
    items, formulas = _sorted(group)
    made, places = {item.out for item in items}, dict[Any, int]()
    outside = [x for item in items for x in item.operands if _key(x, made) not in made]
    for x in sorted(outside, key=lambda x: isinstance(x, View)):
        places.setdefault(_key(x, made), len(places))
    known = len(places)
    numbers = [key for key in places if key[0] != "b"]
    memory = list(places)[len(numbers):]
    places.update((item.out, known + i) for i, item in enumerate(items))
    columns = [[places[_key(item.operands[min(k, len(item.operands) - 1)], made)] for item in items] for k in range(3)]
    yield f"{{ double *restrict m = (double *)((char *)arena + {source.room(known + len(items))});"
    yield f"static const double numbers[] = {{{', '.join(numbers) or '0'}}};"
    yield f"memcpy(m, numbers, {8 * len(numbers)});"
    for place, text in enumerate(memory, len(numbers)):
        yield f"m[{place}] = {text};"
    for name, column in zip("abc", columns, strict=True):
        yield f"static const int32_t {name}[] = {{{','.join(map(str, column))}}};"
    yield from _runs([formulas[_formula(item)] for item in items])
    yield "for (I run = 0; runs[run][1]; run++) { const I from = runs[run][0], to = runs[run][1];"
    yield "switch (runs[run][2]) {"
    for text, number in formulas.items():
        yield f"case {number}: for (I i = from; i < to; i++) {{ const double x = m[a[i]], y = m[b[i]], z = m[c[i]];"
        yield f"m[{known} + i] = {text.format('x', 'y', 'z')}; }} break;"
    yield "} }"
    for item in items:
        if item.out in source.stored:
            yield f"b{source.in_place.get(item.out, item.out)}[0] = m[{places[item.out]}];"
    yield "}"


def _sorted(group: Group) -> tuple[list[Any], dict[str, int]]:
    """The items by how many come before each, then by formula; and the formulas, numbered."""
    depth: dict[int, int] = {}
    formulas: dict[str, int] = {}
    for item in group.items:
        before = [depth.get(x.base, 0) for x in item.operands if isinstance(x, View)]  # type: ignore[union-attr]
        depth[item.out] = 1 + max(before, default=0)
        formulas.setdefault(_formula(item), len(formulas))
    return sorted(group.items, key=lambda item: (depth[item.out], formulas[_formula(item)])), formulas


def _formula(item: Any) -> str:
    return item.formula if isinstance(item, Define) else "{0}"


def _runs(numbers: list[int]) -> Iterator[str]:
    """The table of where each run of one formula begins and ends."""
    starts = [i for i, n in enumerate(numbers) if i == 0 or n != numbers[i - 1]]
    rows = ",".join(f"{{{i},{j},{numbers[i]}}}" for i, j in zip(starts, [*starts[1:], len(numbers)], strict=True))
    yield f"static const int32_t runs[][3] = {{{rows},{{0,0,0}}}};"


def _key(x: Operand, made: set[int]) -> int | str:
    """What tells inputs apart: the slot that is computed here, or the text of a number or of an element of memory."""
    if isinstance(x, Literal):
        return literal(x.value, "double")
    return x.base if x.base in made else f"b{x.base}[{x.offset}]"  # type: ignore[union-attr]
