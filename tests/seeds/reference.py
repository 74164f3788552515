"""What the same systems gave elsewhere: in R 4.2.2, and in NumPy with derivatives written by hand."""
import json
from functools import cache
from pathlib import Path

from nn.documents import ROWS

REFERENCE = json.loads((Path(__file__).parents[1] / "data" / "documents.json").read_text())


def by_pass(curve):
    """A curve whose passes are JSON keys, with the passes as numbers."""
    return {int(i): value for i, value in curve.items()}


@cache
def obtained(row):
    """What the row of this id gives; it is run once, whoever asks."""
    return next(each for each in ROWS if each.id == row).run()
