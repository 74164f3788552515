"""The documentation says what the code does: its blocks run, its gate table is the registry's."""
import re
from collections import Counter
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import conventions
from autograd.compat.namespace import _UNDISPATCHED
from autograd.demo import neuron
from autograd.functions import TABLE, each
from autograd.functions.refused import REFUSED
from autograd.functions.table import CONSTANTS, as_numpy
from autograd.gate import Gate
from autograd.graph import GATES
from autograd.visualize import draw
from nn.documents import SECTIONS
from tests.blocks import BLOCKS
from tests.expressions import REFUSED_BY_BOTH, REFUSED_BY_NUMPY, families

ROOT = Path(__file__).parent.parent
MINOR = ".".join(np.__version__.split(".")[:2])
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


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


def with_table(page: str, table: str) -> str:
    """A page of docs/ with this table between its marks."""
    return re.sub(r"(<!-- begin[^>]*-->\n).*?(?=<!-- end -->)", lambda found: f"{found[1]}\n{table}\n\n",
                  (ROOT / "docs" / page).read_text(), flags=re.DOTALL)


def conventions_page() -> str:
    """docs/conventions.md with the table of `conventions()` between its marks."""
    return with_table("conventions.md", conventions()._repr_markdown_())


def documents_page() -> str:
    """docs/documents.md with a row for each section."""
    bar = chr(92) + "|"
    rows = (f"| `{section.id}` | {section.title} | {section.shows().replace('|', bar)} |" for section in SECTIONS)
    return with_table("documents.md", "\n".join(["| section | what | what it shows |", "|---|---|---|", *rows]))


def test_the_sections_of_the_documents_are_up_to_date():
    page = (ROOT / "docs/documents.md").read_text()
    assert page == documents_page()
    assert all(f"| `{section.id}` |" in page for section in SECTIONS)


def test_the_conventions_are_up_to_date():
    assert (ROOT / "docs/conventions.md").read_text() == conventions_page()
    assert conventions()[0].where in conventions_page()


# ---------------------------------------------------------------- every callable of NumPy
#: Callables that take no floats, or give none that depend on them.
NOT_ABOUT_FLOATS = {
    "integers and truth values": "bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_invert bitwise_count "
                                 "bitwise_left_shift bitwise_right_shift invert left_shift right_shift gcd lcm "
                                 "packbits unpackbits isnat",
    "indices": "diag_indices indices tril_indices triu_indices mask_indices ravel_multi_index unravel_index ndindex",
    "arrays of given numbers": "empty eye identity ones tri zeros bartlett blackman hamming hanning broadcast_shapes",
    "dtypes": "dtype finfo iinfo can_cast issubdtype isdtype mintypecode promote_types typename",
    "types of objects": "ndarray memmap recarray ufunc iterable",
    "memory": "isfortran may_share_memory shares_memory getbufsize setbufsize frombuffer from_dlpack",
    "dates": "busday_count busday_offset busdaycalendar is_busday datetime_as_string datetime_data",
    "text and files": "base_repr binary_repr format_float_positional format_float_scientific fromfile fromregex "
                      "fromstring genfromtxt load loadtxt",
    "settings": "errstate geterr seterr geterrcall seterrcall get_printoptions set_printoptions printoptions "
                "get_include info show_config show_runtime test",
}
#: NumPy's own code that computes with tensors as they are.
BY_OPERATORS = {np.fromfunction, np.poly1d, np.fft.fftfreq, np.fft.rfftfreq}
#: What `autograd.numpy` has in place of them.
IN_PLACE = {np.vectorize: each.vectorize, np.fromiter: each.fromiter, np.ndenumerate: each.ndenumerate}
KINDS = {"gate": "one node in the graph", "function": "gates, put together in the file that is named",
         "constant": "the result is plain: it has no derivative, or zero", "other": "not about floats",
         "refused": "an error says what to write instead"}


def public(module: Any) -> list[str]:
    """The names of the callables of a module of NumPy, as users write them."""
    prefix = module.__name__.replace("numpy", "np", 1)
    return [f"{prefix}.{name}" for name in sorted(module.__all__) if name[0] != "_" and callable(getattr(module, name))]


def kind_and_note(name: str) -> tuple[str, str]:
    """What a callable of NumPy is here, and what there is to say about it; nothing where nobody has decided."""
    f = attrgetter(name.removeprefix("np."))(np)
    if isinstance(f, type) and issubclass(f, np.generic | Exception):
        return "other", "types of objects"
    if f in TABLE:
        return in_table(f)
    if f in BY_OPERATORS:
        return "function", "NumPy's own, with the operators of tensors"
    if f is np.frompyfunc:
        return "function", "`autograd/functions/each.py`, for what it makes"
    if f in IN_PLACE:
        return "function", f"`{IN_PLACE[f].__module__.replace('.', '/')}.py` through `autograd.numpy` alone"
    if f in REFUSED:
        return "refused", REFUSED[f].replace("*", r"\*")
    groups = [what for what, names in NOT_ABOUT_FLOATS.items() if name.rpartition(".")[2] in names.split()]
    return ("other", groups[0]) if groups else ("", "")


def in_table(f: Any) -> tuple[str, str]:
    """The kind of a callable in the table, and the gate or file that does its work."""
    ours, alone = TABLE[f], "through `autograd.numpy` alone" if f in _UNDISPATCHED else ""
    gate = ours if isinstance(ours, Gate) else next((gate for gate in GATES.values() if gate.array is f), None)
    if f in CONSTANTS or f in (np.shape, np.size, np.ndim) or (isinstance(ours, Gate) and not ours.pulls):
        return "constant", alone
    if gate and ours.__module__ in (Gate.__module__, as_numpy.__module__):
        return "gate", f"`{gate.name}`"
    return "function", " ".join(filter(None, [f"`{ours.__module__.replace('.', '/')}.py`", alone]))


CALLABLES = {name: kind_and_note(name) for module in (np, np.linalg, np.fft) for name in public(module)}


def coverage_table() -> str:
    """docs/coverage.md; `python tests/test_docs.py` writes it."""
    counts = Counter(kind for kind, _ in CALLABLES.values())
    texts = [text for family in families().values() for text in family]
    title = (f"Every public callable of `numpy`, `numpy.linalg` and `numpy.fft`, as NumPy {MINOR} has them. Written by "
             "`python tests/test_docs.py`.")
    tested = (f"{len(texts)} expressions with them, their keywords, methods, operators and writes are in "
              "[tests/expressions.py](../tests/expressions.py). These are refused:")
    lines = ["# NumPy on tensors", "", title, "", "| kind | callables | |", "|---|---:|---|",
             *(f"| {kind} | {counts[kind]} | {meaning} |" for kind, meaning in KINDS.items()), "",
             "| callable | kind | |", "|---|---|---|",
             *(f"| `{name}` | {kind} | {note} |" for name, (kind, note) in CALLABLES.items()), "",
             tested, "", "```text", *REFUSED_BY_BOTH, "```", "",
             "and these through plain `numpy`, which makes plain arrays of their arguments:", "",
             "```text", *REFUSED_BY_NUMPY, "```"]
    return "\n".join(lines) + "\n"


def test_every_callable_of_numpy_is_classified():
    assert [name for name, (kind, _) in CALLABLES.items() if kind not in KINDS] == [], \
        "put these into the table, into REFUSED (autograd/functions/refused.py) or NOT_ABOUT_FLOATS (here)"


def test_a_new_callable_of_numpy_is_noticed(monkeypatch):
    monkeypatch.setattr(np, "brand_new", lambda x: x, raising=False)
    assert kind_and_note("np.brand_new") == ("", "")


def test_the_coverage_table_is_up_to_date():
    """Names come and go with NumPy: only under the version that the page was written with can it be compared."""
    page = (ROOT / "docs/coverage.md").read_text()
    assert re.search(r"as NumPy (\d+\.\d+) has them", page)
    if f"as NumPy {MINOR} has them" in page:
        assert page == coverage_table()


def test_the_gate_table_is_up_to_date():
    assert (ROOT / "docs/gates.md").read_text() == gate_table()


def test_the_picture_is_what_draw_makes():
    assert (ROOT / "docs/images/neuron.svg").read_text() == draw(neuron(), engine="own").svg()


def run_through(page: Path) -> None:
    """Run every block of a page, from top to bottom."""
    for example in BLOCKS.parse(page):
        example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_runs(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    run_through(page)


@pytest.mark.parametrize(("page", "error"), [
    ("```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n", "shows 3 for 2"),
    ("```sh\nsh dev nothing\n```\n", "sh dev nothing"), ("```sh\npython -m autograd nothing\n```\n", "nothing"),
    ("```sh\npython -m nothing\n```\n", "python -m nothing"),
    ("```python\nassert 1 + 1 == 3, 'no'\n```\n", "no"), ("```text\n3\n```\n\n```python\n1 / 0\n```\n", "division")])
def test_a_wrong_block_is_noticed(tmp_path, page, error):
    path = tmp_path / "page.md"
    path.write_text(page)
    with pytest.raises((AssertionError, ZeroDivisionError), match=error):
        run_through(path)


def test_links_lead_somewhere():
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        words = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", words):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


if __name__ == "__main__":
    (ROOT / "docs/gates.md").write_text(gate_table())
    (ROOT / "docs/coverage.md").write_text(coverage_table())
    (ROOT / "docs/conventions.md").write_text(conventions_page())
    (ROOT / "docs/documents.md").write_text(documents_page())
    (ROOT / "docs/images/neuron.svg").write_text(draw(neuron(), engine="own").svg())
