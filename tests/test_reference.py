"""Every public name says what it is, shows it in an example, and stands on one page of docs/reference."""
import importlib
import inspect
import pkgutil
import re
import runpy
from collections import Counter
from functools import cached_property
from pathlib import Path

import pytest

import autograd.extend
from autograd.errors import AutogradError

PAGES = Path(__file__).parents[1] / "docs/reference"
MODULES = ("autograd", "autograd.gate", "autograd.misc.exercises", "autograd.visualize", "nn",
           "nn.functional", "nn.init", "nn.data", "nn.plot", "nn.sklearn")
#: What functions give back, and what scikit-learn adds to a class.
RESULTS = ("autograd.program.Program", "autograd.visualize.checks.finding.Finding", "autograd.visualize.memory.Memory")
ADDED = {"set_score_request"}
#: What HIPS/autograd has not, or has by another name.
OWN = {"replacing", "exercises", "flatten"}
DOCSTRINGS = runpy.run_path(str(PAGES.parent / "docstrings.py"))
DIRECTIVE = re.compile(r"^\.\. auto(?:class|exception|function|module):: (\S+)$", re.MULTILINE)


def found(name):
    """What a dotted name stands for; where a module and a function have one name, it is the function."""
    package, *parts = name.split(".")
    thing = importlib.import_module(package)
    for k, part in enumerate(parts):
        thing = getattr(thing, part) if hasattr(thing, part) else importlib.import_module(
            ".".join([package, *parts[:k + 1]]))
    return thing


def errors(base=AutogradError):
    """Every error of the package, the base first."""
    return [base, *(error for part in base.__subclasses__() if part.__module__.split(".")[0] in ("autograd", "nn")
                    for error in errors(part))]


def public():
    """Every public name once; of a thing with one name in several modules the shortest."""
    names = [f"{module}.{name}" for module in MODULES for name in found(module).__all__]
    names += [*RESULTS, *(f"{error.__module__}.{error.__name__}" for error in errors())]
    first = {}
    for name in sorted(names, key=lambda name: (name.count("."), name)):
        first.setdefault((id(found(name)), name.rpartition(".")[2]), name)
    return sorted(first.values())


def members(kind):
    """The public members that a class adds to what its bases have or ask for, without slots that nothing is said of."""
    slots = vars(kind).get("__slots__", ())
    hidden = {name for name, text in slots.items() if text is None} if isinstance(slots, dict) else set(slots)
    known = {name for base in kind.__mro__[1:] for name in (*vars(base), *inspect.get_annotations(base))}
    fields = set(getattr(kind, "__dataclass_fields__", ()))
    return [name for name, value in vars(kind).items()
            if name[0] != "_" and name not in hidden | known | fields | ADDED
            and (callable(value) or inspect.isdatadescriptor(value) or isinstance(value, cached_property))]


def sentence(text):
    """Whether a text says something that ends in a full stop before its example."""
    return re.search(r"\.(\s|$)", (text or "").partition(">>>")[0]) is not None


def examples(thing):
    """The lines of the examples of a thing, those of its members and of its bases."""
    texts = [inspect.getdoc(part) or "" for kind in getattr(thing, "__mro__", (thing,))
             for part in (kind, *(vars(kind)[name] for name in vars(kind) if name[0] != "_"))
             if kind is not object]
    return "\n".join(line for text in texts for line in text.splitlines() if line.startswith((">>>", "...")))


NAMES = public()
CLASSES = [name for name in NAMES if inspect.isclass(found(name)) and not issubclass(found(name), AutogradError)]


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_and_shows_it(name):
    text = inspect.getdoc(found(name))
    assert sentence(text), "write a sentence"
    assert ">>>" in text, "write an example"


@pytest.mark.parametrize("name", CLASSES)
def test_its_members_say_what_they_are_and_are_shown(name):
    kind = found(name)
    silent = [member for member in members(kind) if not sentence(inspect.getdoc(getattr(kind, member)))]
    unseen = [member for member in members(kind) if not re.search(rf"\b{member}\b", examples(kind))]
    assert (silent, unseen) == ([], [])


def test_a_name_that_says_nothing_is_noticed():
    class Silent:
        """A sentence without an example of its member."""

        def member(self):
            pass

    assert not sentence("no end")
    assert sentence("x + y.")
    assert members(Silent) == ["member"]
    assert "member" not in examples(Silent)


@pytest.mark.parametrize(("ours", "reads"), [
    ("W·x + b, |x|, x*, names_", r"W·x \+ b\, \|x\|\, x\*\, names\_"), ("K. He, 2015", r"K\. He\, 2015"),
    ("from `scipy`s own", r"from :py:obj:`scipy <scipy>`\ s own"), ("`x < y` and `seed`", "``x < y`` and ``seed``"),
    ("see https://doi.org/10.1/a_b.", r"see https://doi.org/10.1/a_b\."), ("`fit(X)`", "``fit(X)``"),
    ("`fit()`", ":py:obj:`fit() <fit>`")])
def test_docstrings_become_the_markup_of_sphinx(ours, reads):
    assert DOCSTRINGS["paragraph"](ours, {"seed"}) == reads


def test_examples_stay_as_they_are():
    lines = ["`x` is x*.", "", ">>> x*2", "4", ""]
    DOCSTRINGS["written"](None, "function", "f", lambda x: x, None, lines)
    assert lines == [r"``x`` is x\*\.", "", ">>> x*2", "4", ""]


def test_every_namespace_of_hips_has_its_place_in_the_reference():
    page = (PAGES / "hips.md").read_text()
    modules = {module for module in autograd._MODULES if module not in ("numpy", "scipy")}
    inside = {f"{name}.{part.name}" for name in ("numpy", "scipy", "misc")
              for part in pkgutil.iter_modules(importlib.import_module(f"autograd.{name}").__path__)
              if part.name not in OWN and not part.name.startswith("numpy_")}
    assert [name for name in sorted(modules | inside) if f"`autograd.{name}`" not in page] == []


def test_every_name_has_its_place_in_the_reference():
    placed = Counter(name for page in PAGES.glob("*.md") for name in DIRECTIVE.findall(page.read_text()))
    assert sorted(placed.elements()) == NAMES
