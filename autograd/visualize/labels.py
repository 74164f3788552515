"""What a gate is called in a drawing: ×, Σ(axis=0), [1:3]. Standard library only."""

from typing import Any

from autograd.visualize.model import shortened, shown

PARAM_LIMIT = 24  # characters of a keyword in a label


def label(gate: Any, params: Any) -> str:
    """The label of a gate, with the keywords that are not at their defaults."""
    text: str = gate.label
    if "index" in params:
        return text.replace("·", indexed(params["index"]))
    given = [f"{name}={parameter(value)}" for name, value in params.items()
             if parameter(value) != parameter(gate.defaults.get(name))]
    return f"{text}({', '.join(given)})" if given else text


def indexed(index: Any) -> str:
    """An index without its brackets."""
    return ", ".join(map(parameter, index)) if isinstance(index, tuple) else parameter(index)


def parameter(x: Any) -> str:
    """The value of a keyword, in a few characters."""
    if isinstance(x, slice):
        ends = [x.start, x.stop] if x.step is None else [x.start, x.stop, x.step]
        return ":".join("" if end is None else str(end) for end in ends)
    if isinstance(x, tuple):
        return shortened(f"({', '.join(map(parameter, x))})", PARAM_LIMIT)
    if x is Ellipsis:
        return "..."
    return shortened(getattr(x, "__name__", None) or shown(x), PARAM_LIMIT)
