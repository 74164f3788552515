"""Floor 4: many steps on single numbers as a tape: a table that one loop in C reads, for compilers are slow on long code.

Row i of the table is a formula and the places of its inputs; its result goes to place i, behind the numbers that are
there from the start.
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
               and all(isinstance(x, Literal) or (isinstance(x, View) and source.kind(x.base) == "double") for x in i.operands)
               for i in group.items)


def tape(source: Any, group: Group) -> Iterator[str]:
    """The lines of a group whose items are single numbers."""
    places: dict[Any, int] = {}                            # what is there from the start
    made = {item.out for item in group.items}
    for item in group.items:
        for x in item.operands:  # type: ignore[union-attr]
            if _key(x, made) not in made:
                places.setdefault(_key(x, made), len(places))
    known = len(places)
    formulas: dict[str, int] = {}
    rows = []
    for item in group.items:
        text = item.formula if isinstance(item, Define) else "{0}"
        inputs = [places[_key(x, made)] for x in item.operands]  # type: ignore[union-attr]
        rows.append([formulas.setdefault(text, len(formulas)), *inputs, *[0] * (3 - len(inputs))])
        places[item.out] = known + len(rows) - 1
    memory = source.room(known + len(rows))
    yield f"{{ double *restrict m = (double *)((char *)arena + {memory});"
    for key, place in list(places.items())[:known]:
        yield f"m[{place}] = {key};"
    yield f"static const int32_t rows[][4] = {{{','.join('{%d,%d,%d,%d}' % tuple(row) for row in rows)}}};"
    yield f"for (I i = 0; i < {len(rows)}; i++) {{ const int32_t *q = rows[i];"
    yield "const double x = m[q[1]], y = m[q[2]], z = m[q[3]]; double r;"
    yield "switch (q[0]) {"
    for text, number in formulas.items():
        yield f"{'default' if number == len(formulas) - 1 else f'case {number}'}: r = {text.format('x', 'y', 'z')}; break;"
    yield f"}} m[{known} + i] = r; }}"
    for item in group.items:
        if item.out in source.stored:
            yield f"b{source.in_place.get(item.out, item.out)}[0] = m[{places[item.out]}];"
    yield "}"


def _key(x: Operand, made: set[int]) -> int | str:
    """What tells inputs apart: the slot that is computed here, or the text of a number or of an element of memory."""
    if isinstance(x, Literal):
        return literal(x.value, "double")
    return x.base if x.base in made else f"b{x.base}[{x.offset}]"  # type: ignore[union-attr]
