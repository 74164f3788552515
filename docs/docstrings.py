"""Docstrings as autodoc wants them. Ours are plain words, formulas, `code` between single backticks, and examples."""

import inspect
import re
from typing import Any

CODE = re.compile(r"`([^`]+)`|(https?://[^\s,;)]+[^\s,;).])")
NAME = re.compile(r"([A-Za-z]\w*(?:\.\w+)*)(?:\(\))?")


def setup(app: Any) -> dict[str, Any]:
    """What Sphinx calls."""
    app.connect("config-inited", configured)
    app.connect("autodoc-process-docstring", written)
    app.connect("autodoc-process-signature", plain)
    app.connect("autodoc-skip-member", skipped)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def configured(app: Any, config: Any) -> None:
    """Members that have a docstring of their own are shown; types are said in words."""
    config.autodoc_default_options = {"members": True}
    config.autodoc_inherit_docstrings = False
    config.autodoc_typehints = "none"


def skipped(app: Any, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """What scikit-learn adds to a class is not ours to explain."""
    return True if getattr(obj, "__module__", "").startswith("sklearn") or name == "set_score_request" else None


def plain(app: Any, what: str, name: str, obj: Any, options: Any, given: str | None, gives: str | None) -> Any:
    """A signature of NumPy without its mark for an argument that nobody gave."""
    return (given or "").replace("<no value>", "...") or None, gives


def written(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Every paragraph as reST, in place; examples stay as they are."""
    blocks = "\n".join(lines).strip("\n").split("\n\n")
    text = "\n\n".join(block if block.startswith(">>>") else paragraph(block, arguments(obj)) for block in blocks)
    lines[:] = [*text.split("\n"), ""]


def arguments(thing: Any) -> set[str]:
    """The names of the arguments of a function or class, which are no links."""
    try:
        return set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return set()


def paragraph(text: str, arguments: set[str]) -> str:
    """A paragraph: what reST would read as its own signs is escaped, code is code, and names are links."""
    parts, end = [], 0
    for found in CODE.finditer(text):
        parts += [escaped(text[end:found.start()]), found[2] or apart(code(found[1], arguments), text, found)]
        end = found.end()
    return "".join([*parts, escaped(text[end:])])


def code(text: str, arguments: set[str]) -> str:
    """Code, with a link where it is a name that the reference knows."""
    name = NAME.fullmatch(text)
    if name is None or text in arguments:
        return f"``{text}``"
    return f":py:obj:`{text} <{name[1]}>`"


def apart(markup: str, text: str, found: re.Match[str]) -> str:
    """Markup that touches a word, with the sign of reST for a break that is not shown."""
    before, after = text[:found.start()][-1:], text[found.end():][:1]
    return ("" if not before or before.isspace() else "\\ ") + markup + ("" if not after or after.isspace() else "\\ ")


def escaped(text: str) -> str:
    """Text in which no sign means anything to reST."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
