"""What needs nothing but Python: a graph of numbers, the walk back over it, and every picture. Pyodide runs it too.

    python -I -S bare.py FOLDER         without NumPy: FOLDER has the package, without its two front doors

The gates are written by hand: those of the engine work on arrays as well, and need NumPy.
"""
import json
import math
import pickle
import sys
import warnings
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

from autograd.errors import line_at
from autograd.graph import BASE, Node, Tensor
from autograd.visualize.drawing import WRITERS, Drawing
from autograd.visualize.labels import label
from autograd.visualize.model import Edge, Vertex, View, in_full, shown
from autograd.walk import history, walk

PICTURES = ("txt", "svg", "dot", "html")
PULLED = {}                                # what flowed back to each gate


class Gate:
    """A function of numbers, and for each input the rule ∂ans/∂x times g."""

    kind, defaults = "elementwise", {}

    def __init__(self, name, label, function, *pulls):
        self.name, self.label, self.function, self.pulls = name, label, function, pulls

    def __call__(self, *xs):
        return Node.record(BASE, self, [x.value for x in xs], {}, [x.node for x in xs])

    def apply(self, args, params):
        return self.function(*args)

    def kept(self, ans, args, parents):
        return ans, tuple(args)

    def pull(self, node, g, grads):
        PULLED[node] = g
        for parent, rule in zip(node.parents, self.pulls, strict=True):
            grads[parent] = grads.get(parent, 0.0) + rule(g, *node.args)


add = Gate("add", "+", lambda x, y: x + y, lambda g, x, y: g, lambda g, x, y: g)
mul = Gate("mul", "×", lambda x, y: x * y, lambda g, x, y: g * y, lambda g, x, y: g * x)
sin = Gate("sin", "sin", math.sin, lambda g, x: g * math.cos(x))


def graph():
    """a · b + sin(a)"""
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    return add(mul(a, b), sin(a))


def view(end):
    """The graph behind a number, as the pictures take it."""
    order = history(end.node)
    grads = walk(order, {end.node: 1.0})
    keys = {node: key for key, node in enumerate(order)}
    edges = [Edge(keys[parent], keys[node], i, rule(1.0, *node.args), rule(PULLED[node], *node.args))
             for node in order if node.gate
             for i, (parent, rule) in enumerate(zip(node.parents, node.gate.pulls, strict=True))]
    return View(tuple(vertex(node, keys[node], grads.get(node, PULLED.get(node))) for node in order), tuple(edges))


def vertex(node, key, g):
    kind, title = ("gate", label(node.gate, {})) if node.gate else ("leaf", node.name)
    return Vertex(key, kind, title, node.name, shown(node.ans), shown(g), node.where(),
                  line_at(node.code, node.lasti), node.gate and node.gate.name, {}, None, in_full(node.ans), in_full(g))


def chain(length):
    """The derivative of a after `length` gates in a row."""
    a = b = Tensor(1.0)
    for _ in range(length):
        b = add(b, a)
    return walk(history(b.node), {b.node: 1.0})[a.node]


def pictures(views):
    """All pictures of all views as text."""
    return {f"{name} {direction}.{kind}": WRITERS[kind](Drawing(view, direction, "own")).decode()
            for name, view in views.items() for direction in ("LR", "TB") for kind in PICTURES}


def everything(folder):
    """The pictures of the graph here, and of the views in the folder."""
    views = pickle.loads(Path(folder, "views.pickle").read_bytes())
    assert "numpy" not in sys.modules
    return json.dumps(pictures({"bare": view(graph()), **views}))


def complaints(folder):
    """What this Python has to say against the files of the package, line by line."""
    files = [file for package in ("autograd", "nn") for file in Path(folder, package).rglob("*.py")]
    assert len(files) > 200
    return "\n".join(filter(None, map(complaint, files)))


def complaint(file):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(file.read_text(encoding="utf-8"), file, "exec")
        except (SyntaxError, Warning) as error:
            return f"{file}: {error}"


if __name__ == "__main__":
    sys.stdout.buffer.write(everything(sys.argv[1]).encode())
