"""The tables as Markdown."""
from collections.abc import Iterable
from statistics import median
from typing import Any

from benchmarks.goals import ratio, text
from benchmarks.peers import OURS


def line(cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def head(*cells: str) -> str:
    """The first two lines of a table."""
    return f"{line(cells)}\n{line(['---'] * len(cells))}"


def times(row: str, found: dict[str, Any], engines: Iterable[str]) -> str:
    """Microseconds a step of every engine, and the ratios of our fastest form."""
    cells = [microseconds(found.get(name)) for name in engines]
    best = min((n for n in OURS if seconds(found.get(n))), key=lambda n: median(found[n]["seconds"]), default=None)
    ratios = {name: ratio(one, found[best]) for name, one in found.items() if name not in OURS} if best else {}
    shown = ", ".join(f"{name} {r:.3g}" for name, r in ratios.items() if r is not None)
    return line([row, *cells, f"{best}: {shown}" if shown else ""])


def seconds(one: Any) -> Any:
    """What was timed, if it was."""
    return (one or {}).get("seconds")


def microseconds(one: Any) -> str:
    """A cell; ✗ where an engine failed, which the notes explain."""
    if one is None:
        return ""
    return f"{median(one['seconds']) * 1e6:,.4g}" if seconds(one) else "✗"


def costs(row: str, found: dict[str, Any], engines: Iterable[str]) -> str:
    """Seconds of the first call beyond those of the second, and the megabytes that the runs added."""
    return line([row, *(f"{one['compile']:.2f} s, {one['memory'] / 1e6:,.0f} MB" if seconds(one) else ""
                        for one in (found.get(name) for name in engines))])


def goals(rows: dict[str, list[dict[str, Any]]]) -> str:
    """A row for each row, a column for each form."""
    lines = [head("goals", *OURS)]
    for row, all_of_row in rows.items():
        lines.append(line([row, *("; ".join(text(g) for g in all_of_row if g["form"] == form) for form in OURS)]))
    judged = [g["met"] for several in rows.values() for g in several]
    counts = ", ".join(f"{judged.count(met)} {word}" for met, word in
                       ((True, "met"), (False, "missed"), (None, "not measured")))
    return "\n".join([*lines, "", counts])
