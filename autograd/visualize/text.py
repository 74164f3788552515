"""A view as plain text: a line for every leaf and gate, oldest first, in aligned columns."""

from collections.abc import Iterator, Sequence

from autograd.visualize.model import Vertex, View, arguments, columns, names, printable

OPERANDS = 6  # of a closed group that are written out
AFTER = ("²", "ᵀ", "°")  # labels written behind their operand


def text(view: View) -> str:
    """The lines of a view, for instance of y = a × b:

    a          = 2   grad 3
    b          = 3   grad 2
    y = a × b  = 6   grad 1   (model.py:3)
    """
    return "".join(f"{line}\n" for line in aligned(list(rows(view))))


def rows(view: View) -> Iterator[list[str]]:
    """The cells of every line: formula, value, gradient, source line.

    A closed group that gives away several values has none itself: `(of v1)` is one of them.
    """
    called, sources = names(view), arguments(view)
    several = {vertex.key for vertex in view.vertices if vertex.kind == "group" and vertex.value is None}
    operand = called | {key: f"(of {called[key]})" for key in several}
    for vertex in view.vertices:
        if vertex.kind != "constant":
            yield row(vertex, called[vertex.key], [operand[key] for key in sources[vertex.key]])


def row(vertex: Vertex, name: str, operands: list[str]) -> list[str]:
    formula = name if vertex.kind == "leaf" else f"{name} = {formula_of(vertex, operands)}"
    value = f"  : {vertex.space}" if vertex.space else "" if vertex.value is None else f"  = {vertex.value}"
    gradient = "" if vertex.gradient is None else f"   grad {vertex.gradient}"
    where = "" if vertex.where is None else f"   ({vertex.where})"
    count = "" if vertex.count is None else f"   {vertex.count}"
    return [formula, *map(printable, (value, gradient, count, where))]


def formula_of(vertex: Vertex, operands: list[str]) -> str:
    """What a gate does to its operands; of a closed group, what it takes."""
    label = printable(vertex.label)
    if vertex.kind == "gate":
        return expression(label, operands)
    more = [f"and {len(operands) - OPERANDS:,} more"] if len(operands) > OPERANDS else []
    taken = f"({', '.join([*operands[:OPERANDS], *more])})" if operands else ""
    return f"⟦{label}⟧{taken}"


def expression(label: str, operands: list[str]) -> str:
    """The label among its operands, as one writes it.

    >>> expression("×", ["a", "b"]), expression("sin", ["a"]), expression("Σ(axis=0)", ["a"])
    ('a × b', 'sin(a)', 'Σ(a, axis=0)')
    >>> expression("−", ["a"]), expression("²", ["a"]), expression("[0]", ["a"]), expression("|·|", ["a"])
    ('−a', 'a²', 'a[0]', '|a|')
    >>> expression("×", ["a", "(-1)"]), expression("sin", ["(-1)"]), expression("|·|", ["(-1)"])
    ('a × (-1)', 'sin(-1)', '|-1|')
    """
    if label.startswith("[") or label in AFTER:
        return ", ".join(operands) + label
    if "·" in label[1:-1]:
        return label.replace("·", ", ".join(map(bare, operands)))
    if any(character.isalpha() for character in label):
        name, _, params = label.partition("(")
        return f"{name}({', '.join([*map(bare, operands), *filter(None, [params.removesuffix(')')])])})"
    return f" {label} ".join(operands) if len(operands) > 1 else label + "".join(operands)


def bare(operand: str) -> str:
    """A negative number without its brackets, where others stand around it already."""
    return operand[1:-1] if operand.startswith("(-") and operand.endswith(")") else operand


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equally many cells as lines, each column as wide as its widest cell."""
    widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
    return ["".join(map(padded, row, widths)).rstrip() for row in table]


def padded(cell: str, width: int) -> str:
    return cell + " " * (width - columns(cell))
