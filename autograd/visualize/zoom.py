"""From gates on arrays to those on numbers inside them: the same groups, one level deeper. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograd.visualize.collapse import keys
from autograd.visualize.groups import LIMIT, Item, folded
from autograd.visualize.model import Group, Vertex, View


def zoomed(whole: View, numbers: View, inside: Mapping[int, Sequence[int]]) -> View:
    """`numbers` in the groups of `whole`, of which each gate is a group: the numbers whose keys are `inside` it."""
    here = {vertex.key: vertex for vertex in numbers.vertices}
    gates = {vertex.key: opened(vertex, [here[key] for key in inside[vertex.key] if key in here])
             for vertex in whole.vertices if vertex.kind == "gate"}
    grouped = {key for group in whole.groups for key in keys(group)}
    top = deeper([*whole.groups, *(key for key in gates if key not in grouped)], gates)
    groups = [member for member in top if isinstance(member, Group)]
    return replace(numbers, groups=tuple(sorted(groups, key=lambda group: min(keys(group)))))


def opened(gate: Vertex, numbers: Sequence[Vertex]) -> tuple[int | Group, ...]:
    """What stands for a gate: `matmul at model.py:5`, or no group where there is but one number. Many are folded."""
    if len(numbers) < 2:
        return tuple(vertex.key for vertex in numbers)
    items = [Item(vertex.label, vertex.label, vertex.key) for vertex in numbers]
    members = folded(items, {}) if len(items) > LIMIT else items
    return (Group(f"{gate.gate} at {gate.where}", tuple(item.member for item in members)),)


def deeper(members: Sequence[int | Group], gates: Mapping[int, tuple[int | Group, ...]]) -> list[int | Group]:
    """Gates by what stands for them; a group in which nothing is left goes."""
    found: list[int | Group] = []
    for member in members:
        if not isinstance(member, Group):
            found += gates[member]
        elif inside := deeper(member.members, gates):
            found.append(Group(member.name, tuple(inside)))
    return found
