"""An explanation as text, Markdown and LaTeX. Standard library only; names are data, and are escaped."""
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograd.visualize.model import printable
from autograd.visualize.text import aligned


class Formula(NamedTuple):
    """name = formula = numbers = value, and where that is written. Of a group: title, gates, value, gradient, count."""

    name: str
    formula: str
    numbers: str
    value: str
    where: str


class Chapter(NamedTuple):
    """The end with its value, the gradients, and either every gate forward and back, or groups and paths."""

    end: tuple[str, str]
    results: Sequence[tuple[str, str]]
    forward: Sequence[Formula]
    backward: Sequence[Formula]
    groups: Sequence[Formula]
    paths: Sequence[tuple[str, Sequence[str]]]


# ---------------------------------------------------------------- plain text
def text(chapter: Chapter) -> str:
    """For a terminal."""
    return "\n".join(_text(chapter))


def _text(chapter: Chapter) -> Iterator[str]:
    yield from (printable(f"{name} = {value}") for name, value in (chapter.end, *chapter.results))
    for title, formulas in (("forward", chapter.forward), ("back", chapter.backward)):
        if formulas:
            yield from ("", title)
            yield from (f"  {line}" for line in aligned([cells(f, title == "forward") for f in formulas]))
    if chapter.groups:
        yield from ("", "lines, with their gates, their result and the gradient that arrives")
        yield from (f"  {line}" for line in aligned([group_cells(f) for f in chapter.groups]))
        yield from ("", "the paths that carry most")
        for part, stations in chapter.paths:
            yield printable(f"  {part}")
            yield printable(f"    {' ← '.join(stations)}")


def cells(formula: Formula, forward: bool) -> list[str]:
    """A line in columns: the rule, the numbers, the result."""
    if forward:
        return list(map(printable, (f"{formula.name} = {formula.formula}", f"  = {formula.numbers}",
                                   f"  = {formula.value}")))
    rule = f"{formula.formula} = {formula.numbers}" if formula.formula else formula.numbers
    return [*map(printable, (formula.name, f"  = {rule}", f"  = {formula.value}"))]


def group_cells(formula: Formula) -> list[str]:
    many = "1 gate" if formula.where == "1" else f"{formula.where} gates"
    return [*map(printable, (formula.name, f"   {many}: {formula.formula}", f"   = {formula.numbers}",
                             f"   |grad| {formula.value}"))]


# ---------------------------------------------------------------- Markdown
def markdown(chapter: Chapter) -> str:
    """Headings and tables."""
    return "\n".join(_markdown(chapter)) + "\n"


def _markdown(chapter: Chapter) -> Iterator[str]:
    name, value = chapter.end
    yield from (f"**{escaped(name)} = {escaped(value)}**", "")
    yield from table(("gradient", "value"), chapter.results)
    if chapter.forward:
        yield from ("### Forward", "")
        yield from table(("gate", "with its numbers", "value", "line"),
                         [(f"{f.name} = {f.formula}", f.numbers, f.value, f.where) for f in chapter.forward])
    if chapter.backward:
        yield from ("### Back: incoming gradient · local derivative, summed over all uses", "")
        yield from table(("gradient", "chain rule", "with its numbers", "value", "line"),
                         [(f.name, f.formula, f.numbers, f.value, f.where) for f in chapter.backward])
    if chapter.groups:
        yield from ("### Lines", "")
        yield from table(("line", "gates", "", "result", "gradient that arrives"),
                         [(f.name, f.where, f.formula, f.numbers, f.value) for f in chapter.groups])
        yield from ("### The paths that carry most", "")
        yield from (f"1. {escaped(part)}: {escaped(' ← '.join(stations))}" for part, stations in chapter.paths)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of escaped cells."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(map(escaped, row))} |" for row in rows)
    yield ""


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(label: str) -> str:
    r"""Text that Markdown shows as it is.

    >>> print(escaped("w_1 | <b>*x*"))
    w\_1 \| &lt;b&gt;\*x\*
    """
    entities = "".join(_ENTITIES.get(c, c) for c in printable(label))
    return re.sub(r"([\\`*_\[\]|$~#])", r"\\\1", entities)


# ---------------------------------------------------------------- LaTeX
def latex(chapter: Chapter) -> str:
    """One equation a line."""
    lines = [*_latex(chapter)]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"


def _latex(chapter: Chapter) -> Iterator[str]:
    for formula in (*chapter.forward, *chapter.backward):
        parts = [formula.formula, formula.numbers, formula.value]
        yield f"{math(formula.name)} &= " + " = ".join(math(part) for part in dict.fromkeys(filter(None, parts)))
    if chapter.groups:
        name, value = chapter.end
        yield from (f"{math(left)} &= {math(right)}" for left, right in ((name, value), *chapter.results))
        yield from (f"{math(part)} &: {_BACK.join(map(math, stations))}" for part, stations in chapter.paths)


_BACK = r" \leftarrow "
_SIGNS = {"×": r"\times ", "÷": r"\div ", "−": "-", "·": r"\cdot ", "Σ": r"\textstyle\sum ", "Π": r"\textstyle\prod ",
          "σ": r"\sigma ", "√": r"\surd ", "²": "^{2}", "ᵀ": "^{\\top}", "…": r"\ldots ", "≤": r"\le ", "≥": r"\ge ",
          "≠": r"\ne ", "°": r"^{\circ}", "‖": r"\Vert ", "⁻": "^{-}", "¹": "^{1}", "⋆": r"\star ", "∂": r"\partial ",
          "∞": r"\infty ", "\\": r"\backslash ", "^": r"\hat{\ }", "~": r"\sim ", " ": r"\ "}
_DERIVATIVE = re.compile(r"∂([^\s/∂·]+)/∂([^\s/∂·|]+)")


def math(text: str) -> str:
    r"""Text as a formula: words upright, signs as LaTeX has them.

    >>> print(math("∂y/∂w_1 · 3"))
    \frac{\partial \mathrm{y}}{\partial \mathrm{w\_1}}\ \cdot \ 3
    """
    text, done, at = printable(text), [], 0
    for match in _DERIVATIVE.finditer(text):
        done.append(signs(text[at:match.start()]))
        done.append(rf"\frac{{\partial {signs(match[1])}}}{{\partial {signs(match[2])}}}")
        at = match.end()
    return "".join([*done, signs(text[at:])])


def signs(text: str) -> str:
    """Words as upright letters, everything else sign by sign."""
    words = re.split(r"([^\W\d][\w.]*)", text)
    return "".join(upright(part) if k % 2 else "".join(map(sign, part)) for k, part in enumerate(words))


def upright(word: str) -> str:
    return rf"\mathrm{{{word.replace('_', chr(92) + '_')}}}" if not word.startswith("Σ") else "".join(map(sign, word))


def sign(character: str) -> str:
    return _SIGNS.get(character) or (f"\\{character}" if character in "{}#$%&_" else character)
