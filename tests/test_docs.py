"""The documentation says what the code does: its blocks run, its gate table is the registry's."""
import re
from pathlib import Path

import pytest

from autograd import conventions
from autograd.demo import neuron
from autograd.functions import TABLE
from autograd.graph import GATES
from autograd.visualize import draw

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def gate_table() -> str:
    """docs/gates.md; `python tests/test_docs.py` writes it."""
    names: dict[int, list[str]] = {}
    for function, does in TABLE.items():
        names.setdefault(id(does), []).append(f"np.{function.__name__}")
    lines = ["# Gates", "", "Every gate there is. Written by `python tests/test_docs.py`.", "",
             "| gate | label | kind | inputs | keywords | derivative |", "|---|---|---|---|---|---|"]
    for name, gate in sorted(GATES.items()):
        inputs = "any" if gate.arity is None else str(gate.arity)
        kept = "" if gate.pulls else "none: results are plain"
        lines.append(f"| `{name}` | {gate.label.replace('|', chr(92) + '|')} | {gate.kind} | {inputs} | "
                     f"{', '.join(f'`{key}`' for key in gate.defaults)} | {kept} |")
    lines += ["", "NumPy functions that run on tensors:", "",
              ", ".join(f"`{name}`" for name in sorted({n for group in names.values() for n in group})) + "."]
    return "\n".join(lines) + "\n"


def conventions_page() -> str:
    """docs/conventions.md with the table of `conventions()` between its marks."""
    text = (ROOT / "docs/conventions.md").read_text()
    return re.sub(r"(<!-- begin[^>]*-->\n).*?(?=<!-- end -->)", lambda found: found[1] + "\n"
                  + conventions()._repr_markdown_() + "\n\n", text, flags=re.DOTALL)


def test_the_conventions_are_up_to_date():
    assert (ROOT / "docs/conventions.md").read_text() == conventions_page()
    assert conventions()[0].where in conventions_page()


def test_the_gate_table_is_up_to_date():
    assert (ROOT / "docs/gates.md").read_text() == gate_table()


def test_the_picture_is_what_draw_makes():
    assert (ROOT / "docs/images/neuron.svg").read_text() == draw(neuron(), engine="own").svg()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_block_runs(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    namespace: dict = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        exec(compile(block, str(page), "exec"), namespace)


def test_links_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


if __name__ == "__main__":
    (ROOT / "docs/gates.md").write_text(gate_table())
    (ROOT / "docs/conventions.md").write_text(conventions_page())
    (ROOT / "docs/images/neuron.svg").write_text(draw(neuron(), engine="own").svg())
