"""Random programs whose answers depend on more than their arguments, and what may happen between two calls of them."""
import random
from typing import Any

import numpy as np

START = '''
import random
import numpy as np
scale, mode, count = 2.0, "plus", 2
weights, items = np.array([0.5, -1.5, 2.0]), [1.0, 2.0]
table = {"a": 0.75, "b": np.array([1.0, 2.0, 3.0])}
counter, log, rng = [0.0], [], np.random.default_rng(0)
class Box:
    factor = 1.25
    def __init__(self):
        self.value = 1.5
    def times(self, v):
        return v * self.value * self.factor
box = Box()
def helper(v):
    return v * scale - items[0]
def outer(start):
    inside = [start]
    def inner(v):
        return v + inside[0]
    return inner, inside
inner, inside = outer(0.25)
'''

SAFE = [
    "y = y * scale", "y = y + weights[0]", "y = y * weights", "y = y * table['a']", "y = y + table['b']",
    "y = helper(y)", "y = y + box.value", "y = box.times(y)", "y = y * Box.factor", "y = inner(y)",
    "y = y + extra[0]", "y = np.sin(y) * len(items)", "y = -y if mode == 'minus' else y",
    "for k in range(count): y = y * 1.1 + k", "y = y + sum(items)", "y = y.copy(); y[0] = weights[1]",
    "y = y * 1.0; y += scale", "y = np.where(y > 0.0, y, scale * y)", "y = y @ np.diag(weights)",
    "y = y + getattr(box, 'value')", "y = y * (lambda v: v + scale)(1.0)", "y = y + [w * 2.0 for w in items][0]",
    "y = y * np.sum(weights * weights)", "y = y * x.shape[0]", "y = y + (1.0 if 'c' in table else 0.0)",
]
LOUD = [
    "y = y * 2.0 if np.sum(y) > 0.0 else y", "y = y + rng.normal()", "y = y + random.random()",
    "y = y * np.random.normal()", "counter[0] += 1.0; y = y * counter[0]", "log.append(1); y = y * len(log)",
    "y = y * float(y[0])", "x += 1.0; y = y + x", "y = y + (y.sum() if y[0] else 0.0)",
    "box.value += 1.0; y = y + box.value", "y = y[y > 0.0].sum() + y",
]
CHANGES = [
    "scale = {r}", "weights[0] = {r}", "weights[:] = weights * {r}", "weights = np.array([{r}, 1.0, -1.0])",
    "table['a'] = {r}", "table['b'] *= {r}", "table['c'] = 1.0", "box.value = {r}", "Box.factor = {r}",
    "box.factor = {r}", "inside[0] = {r}", "items.append({r})", "items[0] = {r}", "mode = 'minus'", "mode = 'plus'",
    "count = {n}", "f.__defaults__[0][0] = {r}", "helper = lambda v: v + {r}", "Box.times = lambda self, v: v - {r}",
    "box = Box()", "pass", "pass",
]
ARGUMENTS = [
    "np.array([0.3, -0.7, 1.1])", "np.array([1.0, 2.0, 3.0, 4.0])[:3]", "np.ones((2, 3)) * 0.5", "np.zeros(3)",
    "-np.ones(3)",
]


def generated(seed: int) -> tuple[str, list[str], bool]:
    """The text of a program, the lines that are run between its calls, and whether it may refuse to be compiled."""
    draw = random.Random(seed)
    lines = [draw.choice(SAFE) for _ in range(draw.randint(2, 5))]
    loud = draw.random() < 0.3
    if loud:
        lines.insert(draw.randrange(len(lines) + 1), draw.choice(LOUD))
    body = "\n".join(f"    {line}" for line in ("y = x * 1.5", *lines, "return y"))
    changes = [draw.choice(CHANGES).format(r=round(draw.uniform(-2.0, 2.0), 3), n=draw.randint(0, 4))
               for _ in range(8)]
    return f"{START}def f(x, extra=[0.5]):\n{body}\n", changes, loud


class World:
    """A program with its surroundings; `call` is f, or what stands for it."""

    def __init__(self, text: str, wrapped: Any) -> None:
        self.space: dict[str, Any] = {"__name__": "generated"}
        exec(compile(text, "<generated>", "exec"), self.space)
        self.call = wrapped(self.space["f"])

    def change(self, line: str) -> None:
        """Run a line there."""
        exec(compile(line, "<change>", "exec"), self.space)

    def answer(self, argument: str) -> Any:
        """f of the argument, or the kind of error that it raises."""
        try:
            return np.asarray(self.call(eval(argument, self.space)))
        except (ValueError, IndexError, TypeError, KeyError) as error:
            return type(error).__mro__[-4]
