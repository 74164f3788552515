"""Graphs to draw, written by hand or drawn at random, without the engine."""
import random

from autograd.visualize.model import Edge, Vertex, View


class Builder:
    """Adds vertices and edges; every method gives back a key."""

    def __init__(self):
        self.vertices, self.edges = [], []

    def value(self, kind, label, *sources, **facts):
        key = len(self.vertices)
        self.vertices.append(Vertex(key, kind, label, **facts))
        self.edges += [Edge(source, key, position) for position, source in enumerate(sources)]
        return key

    def leaf(self, name, value="2", gradient="0.5"):
        return self.value("leaf", name, name=name, value=value, gradient=gradient)

    def constant(self, value):
        return self.value("constant", value, value=value)

    def gate(self, label, *sources, name=None, value="0.1235", gradient="-0.5"):
        return self.value("gate", label, *sources, name=name, value=value, gradient=gradient, where="model.py:12")

    def view(self):
        return View(tuple(self.vertices), tuple(self.edges))


def product():
    """y = a × b + sin(a)"""
    b = Builder()
    x, y = b.leaf("a"), b.leaf("b")
    b.gate("+", b.gate("×", x, y), b.gate("sin", x), name="y")
    return b.view()


def square():
    """x × x: two edges between the same two vertices."""
    b = Builder()
    x = b.leaf("x")
    b.gate("×", x, x)
    return b.view()


def single():
    b = Builder()
    b.leaf("x")
    return b.view()


def islands():
    """Three parts that have nothing to do with each other, of different lengths."""
    b = Builder()
    b.leaf("alone")
    b.gate("exp", b.gate("sin", b.leaf("x")))
    b.gate("×", b.leaf("u"), b.leaf("v"))
    return b.view()


def chain(n):
    b = Builder()
    x = b.leaf("x")
    for _ in range(n):
        x = b.gate("sin", x)
    return b.view()


def network(*sizes):
    """The multiply and add gates inside a fully connected network."""
    b = Builder()
    xs = [b.leaf(f"x{i}") for i in range(sizes[0])]
    for layer, n in enumerate(sizes[1:], 1):
        xs = [neuron(b, xs, f"{layer}_{unit}") for unit in range(n)]
    return b.view()


def neuron(b, xs, tag):
    total = b.leaf(f"b{tag}")
    for i, x in enumerate(xs):
        total = b.gate("+", total, b.gate("×", b.leaf(f"w{tag}_{i}"), x))
    return b.gate("tanh", total)


def random_view(seed, n=None, far=0.15):
    """A graph of gates with one or two arguments, most of them recent; `far` of them from anywhere before."""
    draw = random.Random(seed)
    b = Builder()
    for i in range(n or draw.randrange(2, 40)):
        if i == 0 or draw.random() < 0.3:
            b.leaf(f"x{i}")
        else:
            recent = [draw.randrange(i) if draw.random() < far else max(0, i - 1 - int(draw.expovariate(0.25)))
                      for _ in range(draw.choice([1, 2, 2]))]
            b.gate("×" if len(recent) == 2 else "relu", *recent)
    return b.view()


ALL = {"product": product(), "square": square(), "single": single(), "islands": islands(), "chain": chain(30),
       "network": network(2, 3, 1), **{f"random {seed}": random_view(seed) for seed in range(20)}}

HOSTILE = [
    '"quoted"', "back\\slash\\", "<b>bold</b>", "<script>alert(1)</script>", "&amp;", "a & b", "]]>", "{record|port}",
    "\\N \\G \\l", "line\nend", "nul\0", "\x1b[31m", "\u202eright", "'", "--", "#", "<&>\"'", "}", "重み", "e\u0301",
    "\ud800", "x" * 300, "-->", '"];evil[label="', "%s {0}", "\\", "\\\\", '\\"', "<>",
    "</script><img src=x onerror=alert(1)>", "\u2028\u2029", "</title></svg>", "${x} `x`"]


def hostile():
    """Every hostile text as name, label and value, of leaves, gates and constants."""
    b = Builder()
    for text in HOSTILE:
        x = b.leaf(text, value=text, gradient=text)
        b.value("gate", text, x, b.constant(text), name=text, value=text, gradient=text, where=text)
    return b.view()
