"""Notebooks run from top to bottom and give the committed outputs. `python tests/test_notebooks.py` writes them."""
import ast
import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

RICH = [("image/svg+xml", "_repr_svg_"), ("text/html", "_repr_html_"), ("text/markdown", "_repr_markdown_")]
NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def outputs(source: str, namespace: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """What Jupyter would show below a cell: what it prints, then the value of its last expression."""
    body = ast.parse(source, name).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), name, "exec"), namespace)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
    text = lines(printed.getvalue())
    shown: list[dict[str, Any]] = [{"name": "stdout", "output_type": "stream", "text": text}] if text else []
    if value is not None:
        rich = {kind: getattr(value, method)() for kind, method in RICH if hasattr(value, method)}
        if "text/html" in rich:
            rich["text/html"] = still(rich["text/html"])
        data = {kind: lines(text) for kind, text in rich.items()} | {"text/plain": lines(repr(value))}
        shown.append({"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"})
    return shown


def still(text: str) -> str:
    """What is left of a value's HTML in a notebook that is not trusted: its frame would make every notebook large."""
    return re.sub(r"<(style|iframe)\b.*?</\1>\n?", "", text, flags=re.DOTALL)


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def run(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The notebook as it is, and as it comes out."""
    before, after = json.loads(path.read_text()), json.loads(path.read_text())
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in after["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs("".join(cell["source"]), namespace, path.name)
    return before, after


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_its_committed_outputs(path):
    before, after = run(path)
    assert before == after


def test_there_are_notebooks():
    assert NOTEBOOKS


if __name__ == "__main__":
    for path in NOTEBOOKS:
        path.write_text(json.dumps(run(path)[1], ensure_ascii=False, indent=1) + "\n")
