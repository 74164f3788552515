"""`python -m nn.documents`: what there is of the five documents, and any of it run."""
import argparse
import difflib
import sys
from collections.abc import Callable
from pathlib import Path

import nn.documents
from autograd.errors import AutogradError
from nn.documents import ROWS, SECTIONS, Row, Section


def main(argv: list[str] | None = None) -> int:
    """List everything, or run what is named; the exit status is 1 where a figure is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m nn.documents", description=nn.documents.__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", metavar="ID", help="what to run, such as 003-dropout; without it, a list")
    parser.add_argument("--save", type=Path, metavar="FILE", help="save the picture of the one drawing that is named")
    options = parser.parse_args(argv)
    known: dict[str, Row | Section] = {each.id: each for each in ROWS} | {each.id: each for each in SECTIONS}
    for name in options.ids:
        if name not in known:
            near = difflib.get_close_matches(name, known, 3, 0.4)
            parser.error(f"there is no {name}" + (f"; did you mean {' or '.join(near)}?" if near else ""))
    chosen = [known[name] for name in options.ids]
    if options.save is not None:
        draw = chosen[0].draw if len(chosen) == 1 and isinstance(chosen[0], Section) else None
        if draw is None:
            parser.error("--save takes one ID, that of a drawing; (drawn) stands behind those in the list")
        return saved(draw, options.save)
    if not chosen:
        print("\n".join(map(line, sorted(known.values(), key=lambda each: each.id))))
    return max((shown(each) for each in chosen), default=0)


def saved(draw: Callable[[Path], None], path: Path) -> int:
    """Save a picture, or say why not."""
    try:
        draw(path)
    except (AutogradError, ImportError, OSError, ValueError) as error:
        print(error)
        return 2
    print(path)
    return 0


def line(each: Row | Section) -> str:
    """One entry of the list."""
    notes = [note for note, there in (("drawn", getattr(each, "draw", None)), ("slow", getattr(each, "slow", False)))
             if there]
    return f"{each.id:32} {each.title}" + (f" ({', '.join(notes)})" if notes else "")


def shown(each: Row | Section) -> int:
    """Run one, print its figures, and say whether something is wrong."""
    print(f"{each.id}: {each.title}", flush=True)
    found = each.run()
    if isinstance(each, Row):
        for figure in each.figures:
            agree = figure.agreeing(found[figure.name])
            print(f"  {figure.name}: {figure.rounded(found[figure.name])}  ({sum(agree)} of {len(agree)} as printed)")
        return int(not all(all(figure.agreeing(found[figure.name])) for figure in each.figures))
    for name, value in found.items():
        print(f"  {name}: {value:.6g}")
    broken = each.broken(found)
    for problem in broken:
        print(f"  but {problem}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
