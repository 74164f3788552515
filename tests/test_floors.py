"""Imports only go down, the lowest floor needs nothing but Python, and `import autograd` stays light."""
import ast
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

ROOT = Path(__file__).parents[1]
FLOORS = {
    0: {"graph", "errors", "copies", "cuts", "walk"},
    1: {"gate", "guard", "shortcuts", "space", "views"},
    2: {"gates"},
    3: {"backward", "check", "functions", "help", "kinks", "methods", "mutation", "operators", "singular", "transforms",
        "vmap"},
    4: {"program", "tracing", "executors", "passes", "captures", "inspection", "members", "compilation", "structure",
        "witness"},
    5: {"compat", "misc", "numpy", "scipy", "visualize"},
    6: {"", "__init__", "__main__", "builtins", "core", "demo", "differential_operators", "doctor", "extend",
        "test_util", "tracer", "util", "wrap_util"},
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names}
OPEN_TO_NN = {"autograd", "autograd.errors", "autograd.executors"}  # besides the gates, which are public functions


def imported(path, root):
    """Every name that a file imports, as `package.module.name`, imports inside functions included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {child for node in ast.walk(tree) if isinstance(node,
                                                                ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
                 for child in ast.walk(node)}
    package = path.relative_to(root).with_suffix("").parts[:-1]
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[:len(package) - node.level + 1] if node.level else ()
            yield from (".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names)


def floor_of(name):
    """The floor of `autograd.module...`; a name of the package itself belongs to its front door."""
    return FLOOR_OF.get(name.split(".")[1] if "." in name else "", FLOOR_OF[""])


def climbs(root):
    """Every import of a higher floor, and on floor 0 every import of a third party, as `file: name`."""
    found = []
    for path in sorted((root / "autograd").rglob("*.py")):
        own = floor_of(".".join(path.relative_to(root).with_suffix("").parts))
        for name in imported(path, root):
            if name.split(".")[0] == "autograd":
                wrong = floor_of(name) > own
            else:
                wrong = own == 0 and name.split(".")[0] not in sys.stdlib_module_names
            if wrong:
                found.append(f"{path.relative_to(root)}: {name}")
    return found


def secrets(root):
    """Everything that `nn` imports from `autograd` beyond its public names and its gates."""
    found = []
    for path in sorted((root / "nn").rglob("*.py")):
        for name in imported(path, root):
            module, _, last = name.rpartition(".")
            public = module in OPEN_TO_NN or module.startswith("autograd.gates.") or name in OPEN_TO_NN
            if name.split(".")[0] == "autograd" and (not public or last.startswith("_")
                                                     or (module == "autograd" and last not in autograd.__all__)):
                found.append(f"{path.relative_to(root)}: {name}")
    return found


def test_no_file_imports_a_higher_floor():
    assert climbs(ROOT) == []


def test_nn_imports_public_names_alone():
    assert secrets(ROOT) == []


def test_every_file_has_a_floor():
    files = {path.relative_to(ROOT / "autograd").with_suffix("").parts[0] for path in (ROOT / "autograd").rglob("*.py")}
    assert files | {""} == FLOOR_OF.keys()


@pytest.mark.parametrize(("file", "line"), [
    ("graph", "import numpy"), ("graph", "from autograd.gate import Gate"),
    ("gate", "def f():\n    from autograd.transforms import grad"),
    ("gates/shape", "from autograd import grad"), ("gates/shape", "from autograd import functions"),
    ("check", "import autograd.visualize.svg"),
    ("space", "class A:\n    def f(self):\n        import autograd"),
    ("gates/shape", "from ..check import check_grads"),
    ("methods", "from . import visualize"), ("errors", "if True:\n    from scipy import special")])
def test_the_guard_sees_a_climb(tmp_path, file, line):
    path = (tmp_path / "autograd" / file).with_suffix(".py")
    path.parent.mkdir(parents=True)
    path.write_text("import math\n")
    assert climbs(tmp_path) == []
    path.write_text(line)
    assert len(climbs(tmp_path)) == 1


def test_the_guard_lets_types_pass(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd/graph.py").write_text("if TYPE_CHECKING:\n    from autograd.gate import Gate\n")
    assert climbs(tmp_path) == []


@pytest.mark.parametrize("line", ["from autograd.graph import Tensor", "from autograd.gates.shape import _along",
                                  "import autograd.transforms",
                                  "from autograd import methods"])
def test_the_guard_sees_a_secret_of_the_engine_in_nn(tmp_path, line):
    (tmp_path / "nn").mkdir()
    (tmp_path / "nn/layers.py").write_text("from autograd import grad\nfrom autograd.gates.shape import reshape\n")
    assert secrets(tmp_path) == []
    (tmp_path / "nn/layers.py").write_text(line)
    assert len(secrets(tmp_path)) == 1


# ---------------------------------------------------------------- a light import
HEAVY = ("scipy", "torch", "jax", "matplotlib", "sklearn", "pandas", "graphviz", "tqdm", "numpy.ma", "numpy.random",
         "numpy.testing", "pytest")


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT,
                          check=True).stdout.strip()


def test_import_autograd_is_light():
    assert python(f"import autograd, sys; print([m for m in {HEAVY} if m in sys.modules])") == "[]"


def test_autograd_works_where_the_heavy_packages_are_missing():
    block = f"import sys; sys.modules.update(dict.fromkeys({[m for m in HEAVY if '.' not in m]}))"
    work = ("import numpy as np; from autograd import Tensor, check_grads, grad, vmap; x = Tensor([1.0, 2.0]); "
            "np.sum(np.tanh(x @ x)).backward(); check_grads(np.sin)(1.0); vmap(grad(np.sin))(np.ones(2)); "
            "print(grad(grad(np.cos))(0.0))")
    assert python(f"{block}; {work}") == "-1.0"
