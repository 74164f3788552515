"""Floor 4: numbers and places as C text."""
import math
from collections.abc import Sequence

from autograd.executors.native.lower import View


def literal(value: float, kind: str) -> str:
    """A number in C, to the last digit."""
    if kind in ("double", "float"):
        if value != value:
            return "NAN"
        if math.isinf(value):
            return "INFINITY" if value > 0 else "(-INFINITY)"
        text = float(value).hex() + ("f" if kind == "float" else "")
        return f"({text})" if text[0] == "-" else text
    return f"({int(value)})"


def index(offset: int, strides: Sequence[int], variables: Sequence[str]) -> str:
    """`[i0 * 3 + i1]`: where an element lies."""
    parts = [v if s == 1 else f"{v} * {s}" for v, s in zip(variables, strides, strict=True) if s]
    parts += [str(offset)] if offset or not parts else []
    return f"[{' + '.join(parts)}]"


def at(name: str, view: View, *indices: str) -> str:
    """The element of a view at these indices, in C."""
    parts = [i if s == 1 else f"{i} * {s}" for i, s in zip(indices, view.strides, strict=True) if s and i != "0"]
    parts += [str(view.offset)] if view.offset or not parts else []
    return f"{name}[{' + '.join(parts)}]"
