"""A view as plain text: one line for every leaf and gate, oldest first, in aligned columns."""

from collections.abc import Iterator, Sequence

from autograd.visualize.model import Vertex, View, arguments, columns, names, printable


def text(view: View) -> str:
    """For y = a × b:

    a          = 2   grad 3
    b          = 3   grad 2
    y = a × b  = 6   grad 1   (model.py:3)
    """
    return "".join(f"{line}\n" for line in aligned(list(rows(view))))


def rows(view: View) -> Iterator[list[str]]:
    called, sources = names(view), arguments(view)
    for vertex in view.vertices:
        if vertex.kind != "constant":
            yield row(vertex, called[vertex.key], [called[key] for key in sources[vertex.key]])


def row(vertex: Vertex, name: str, operands: list[str]) -> list[str]:
    """Name and formula, value, gradient, source line."""
    formula = f"{name} = {expression(printable(vertex.label), operands)}" if vertex.kind == "gate" else name
    value = f"  = {vertex.value}" if vertex.value is not None else ""
    gradient = f"   grad {vertex.gradient}" if vertex.gradient is not None else ""
    where = f"   ({printable(vertex.where)})" if vertex.where is not None else ""
    return [formula, printable(value), printable(gradient), where]


def expression(label: str, operands: list[str]) -> str:
    """a × b, −a or sin(a).   >>> expression("sum(axis=0)", ["a"]) → 'sum(a, axis=0)'"""
    if label[-1:].isalnum() or label.endswith(")"):
        head, _, params = label.partition("(")
        return f"{head}({', '.join([*operands, params.removesuffix(')')] if params else operands)})"
    return f" {label} ".join(operands) if len(operands) > 1 else label + "".join(operands)


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equally many cells as lines, each column as wide as its widest cell."""
    widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
    return ["".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def padded(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))
