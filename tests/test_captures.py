"""What a function reaches beside its arguments: every change is seen, use alone is none, and what cannot be seen is refused."""
# ruff: noqa: E501 — one row per program
import collections
import importlib
import sys
import textwrap
import types
from operator import attrgetter

import numpy as np
import pytest

import nn
from autograd import Tensor, grad, vmap
from autograd.captures import Captures
from autograd.errors import GraphError
from autograd.inspection import FORBIDDEN, opaque

HEAD = "import numpy as np, functools, types, collections, enum, dataclasses, math\nimport autograd, nn, helpers\nfrom autograd import Tensor, grad\n"
HELPERS = """
    scale, table = 2.0, {"a": 1.0}
    def double(x): return scale * x
    def relu(x): return 3.0 * x
    class Box:
        factor = 2.0
        def __init__(self, a=1.0): self.a = a
        def value(self, x): return self.factor * self.a * x
"""


def run(source, name, space=None):
    """Execute text as the user's module `name`."""
    module = sys.modules.get(name) if space is None else space
    exec(compile(source, f"{name}.py", "exec"), vars(module))
    return module


@pytest.fixture
def user(monkeypatch):
    """Makes a module `prog` out of text; a module `helpers` is there to be imported."""
    def made(source):
        for name, text in (("helpers", textwrap.dedent(HELPERS)), ("prog", HEAD + textwrap.dedent(source))):
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
            run(text, name)
        return sys.modules["prog"]
    return made


# fmt: off
CHANGED = {  # what is written, what is done then, the path that is named
    "a closure's number":          ("def make():\n  a = 2.0\n  def set(v):\n    nonlocal a\n    a = v\n  return (lambda x: a * x), set\nf, set = make()", "set(3.0)", "a"),
    "an equal number of another type": ("def make():\n  a = 2.0\n  def set(v):\n    nonlocal a\n    a = v\n  return (lambda x: a), set\nf, set = make()", "set(2)", "a"),
    "a cell that is filled later": ("def make():\n  def f(x):\n    try: return later * x\n    except NameError: return 0.0\n  def set():\n    nonlocal later\n    later = 3.0\n  if 0: later = 1\n  return f, set\nf, set = make()", "set()", "later"),
    "a cell that is emptied":      ("def make():\n  a = 2.0\n  def f(x):\n    try: return a * x\n    except NameError: return 0.0\n  def set():\n    nonlocal a\n    del a\n  return f, set\nf, set = make()", "set()", "a"),
    "a global number":             ("a = 2.0\ndef f(x): return a * x", "a = 3.0", "a"),
    "a global defined later":      ("def f(x):\n  try: return a * x\n  except NameError: return 0.0", "a = 3.0", "a"),
    "a global that goes":          ("a = 2.0\ndef f(x):\n  try: return a * x\n  except NameError: return 0.0", "del a", "a"),
    "a builtin that is shadowed":  ("def f(x): return abs(-x)", "def abs(x): return 5.0 * x", "abs"),
    "a global function redefined": ("def g(x): return 2.0 * x\ndef f(x): return g(x)", "def g(x): return 3.0 * x", "g"),
    "its code replaced":           ("def g(x): return 2.0 * x\ndef f(x): return g(x)", "g.__code__ = (lambda x: 3.0 * x).__code__", "g.__code__"),
    "a global of that function":   ("a = 2.0\ndef g(x): return a * x\ndef f(x): return g(x)", "a = 3.0", "a"),
    "a global in a lambda inside": ("a = 2.0\ndef f(x): return list(map(lambda v: a * v, [x]))", "a = 3.0", "a"),
    "a global in a comprehension": ("a = 2.0\ndef f(x): return [a * v for v in [x]]", "a = 3.0", "a"),
    "a global in a class inside":  ("a = 2.0\ndef f(x):\n  class C:\n    b = a\n  return C.b * x", "a = 3.0", "a"),
    "a closure two deep":          ("def make():\n  a = [2.0]\n  return (lambda x: (lambda: a[0] * x)()), a\nf, a = make()", "a[0] = 3.0", "a[0]"),
    "a default":                   ("def f(x, a=2.0): return a * x", "f.__defaults__ = (3.0,)", "f.__defaults__"),
    "a default array":             ("def f(x, a=np.ones(2)): return a * x", "f.__defaults__[0][1] = 5.0", "f.__defaults__[0]"),
    "a default list":              ("def f(x, a=[1.0]): return a[0] * x", "f.__defaults__[0][0] = 2.0", "f.__defaults__[0][0]"),
    "a keyword default":           ("def f(x, *, a=2.0): return a * x", "f.__kwdefaults__['a'] = 3.0", "f.__kwdefaults__['a']"),
    "an attribute of a function":  ("def f(x): return f.a * x\nf.a = 2.0", "f.a = 3.0", "f.a"),
    "a new attribute of it":       ("def f(x): return getattr(f, 'a', 1.0) * x", "f.a = 3.0", "f"),
    "a list item":                 ("a = [1.0, 2.0]\ndef f(x): return a[1] * x", "a[1] = 3.0", "a[1]"),
    "a longer list":               ("a = [1.0, 2.0]\ndef f(x): return len(a) * x", "a.append(3.0)", "a"),
    "a list in another order":     ("a = [1.0, 2.0]\ndef f(x): return a[1] * x", "a.reverse()", "a[0]"),
    "a nested list":               ("a = [[1.0], (2.0, [3.0])]\ndef f(x): return a[1][1][0] * x", "a[1][1][0] = 4.0", "a[1][1][0]"),
    "a list in itself":            ("a = [1.0]\na.append(a)\ndef f(x): return a[1][1][0] * x", "a[0] = 4.0", "a[0]"),
    "a dict item":                 ("a = {'k': 2.0}\ndef f(x): return a['k'] * x", "a['k'] = 3.0", "a['k']"),
    "a new dict key":              ("a = {'k': 2.0}\ndef f(x): return sum(a.values()) * x", "a['l'] = 3.0", "a"),
    "a key for another":           ("a = {'k': 2.0}\ndef f(x): return len(list(a)[0]) * x", "v = a.pop('k'); a['long'] = v", "a['k']"),
    "a dict under a view":         ("d = {'k': 2.0}\na = types.MappingProxyType(d)\ndef f(x): return a['k'] * x", "d['k'] = 3.0", "a['k']"),
    "an ordered dict":             ("a = collections.OrderedDict(p=1.0, q=2.0)\ndef f(x): return next(iter(a.values())) * x", "a.move_to_end('p')", "a['p']"),
    "the default of a dict":       ("a = collections.defaultdict(lambda: 2.0)\ndef f(x): return dict.__getitem__(a, 'k') * x if 'k' in a else a.default_factory() * x", "a.default_factory = lambda: 3.0", "a.default_factory"),
    "a set":                       ("a = {1.0}\ndef f(x): return len(a) * x", "a.add(2.0)", "a"),
    "a deque":                     ("a = collections.deque([1.0, 2.0])\ndef f(x): return a[0] * x", "a.rotate()", "a[0]"),
    "a namespace":                 ("a = types.SimpleNamespace(b=2.0)\ndef f(x): return a.b * x", "a.b = 3.0", "a.b"),
    "an attribute of an object":   ("a = helpers.Box()\ndef f(x): return a.value(x)", "a.a = 3.0", "a.a"),
    "an object in an object":      ("a = helpers.Box(helpers.Box(2.0))\ndef f(x): return a.a.a * x", "a.a.a = 3.0", "a.a.a"),
    "another __dict__":            ("a = helpers.Box()\ndef f(x): return a.a * x", "a.__dict__ = {'a': 3.0}", "a.__dict__"),
    "another class":               ("class C:\n  k = 2.0\nclass D:\n  k = 3.0\na = C()\ndef f(x): return a.k * x", "a.__class__ = D", "a.__class__"),
    "a slot":                      ("class C:\n  __slots__ = ('b', '__c')\n  def __init__(self): self.__c = 2.0\n  def set(self): self.__c = 3.0\n  def get(self): return self.__c\na = C()\ndef f(x): return a.get() * x", "a.set()", "a._C__c"),
    "a slot that is filled later": ("class C:\n  __slots__ = ('b',)\na = C()\ndef f(x): return getattr(a, 'b', 1.0) * x", "a.b = 3.0", "a.b"),
    "a dataclass":                 ("@dataclasses.dataclass\nclass C:\n  b: float = 2.0\na = C()\ndef f(x): return a.b * x", "a.b = 3.0", "a.b"),
    "a list with attributes":      ("class L(list): pass\na = L([1.0])\na.b = 2.0\ndef f(x): return a.b * x", "a.b = 3.0", "a.b"),
    "an attribute of a class":     ("def f(x): return helpers.Box(3.0).value(x)", "helpers.Box.factor = 3.0", "Box.factor"),
    "of the class of an object":   ("a = helpers.Box()\ndef f(x): return a.value(x)", "helpers.Box.factor = 3.0", "Box.factor"),
    "of a base class":             ("class C(helpers.Box): pass\na = C()\ndef f(x): return a.value(x)", "helpers.Box.factor = 3.0", "Box.factor"),
    "one that a class gets later": ("class C(helpers.Box): pass\na = C()\ndef f(x): return a.value(x)", "C.factor = 3.0", "C"),
    "other bases":                 ("class B:\n  k = 2.0\nclass D:\n  k = 3.0\nclass C(B): pass\na = C()\ndef f(x): return a.k * x", "C.__bases__ = (D,)", "C.__bases__"),
    "a list in a class":           ("class C:\n  k = [2.0]\n  def get(self): return self.k[0]\na = C()\ndef f(x): return a.get() * x", "C.k[0] = 3.0", "C.k[0]"),
    "a method replaced":           ("a = helpers.Box()\ndef f(x): return a.value(x)", "helpers.Box.value = lambda self, x: 5.0 * x", "Box.value"),
    "a method's global":           ("b = 2.0\nclass C:\n  def get(self): return b\na = C()\ndef f(x): return a.get() * x", "b = 3.0", "b"),
    "a method by its text":        ("b = 2.0\nclass C:\n  def get(self): return b\na = C()\ndef f(x): return getattr(a, 'get')() * x", "b = 3.0", "b"),
    "an operator's global":        ("b = 2.0\nclass C:\n  def __mul__(self, x): return b * x\na = C()\ndef f(x): return a * x", "b = 3.0", "b"),
    "a constructor's global":      ("b = 2.0\nclass C:\n  def __init__(self): self.k = b\nclass D(C): pass\ndef f(x): return D().k * x", "b = 3.0", "b"),
    "super's global":              ("b = 2.0\nclass C:\n  def get(self): return b\nclass D(C):\n  def get(self): return super().get()\na = D()\ndef f(x): return a.get() * x", "b = 3.0", "b"),
    "a class method's global":     ("b = 2.0\nclass C:\n  @classmethod\n  def get(cls): return b\ndef f(x): return C.get() * x", "b = 3.0", "b"),
    "a static method's global":    ("b = 2.0\nclass C:\n  @staticmethod\n  def get(): return b\ndef f(x): return C.get() * x", "b = 3.0", "b"),
    "a property's global":         ("b = 2.0\nclass C:\n  @property\n  def get(self): return b\na = C()\ndef f(x): return a.get * x", "b = 3.0", "b"),
    "a cached property's global":  ("b = 2.0\nclass C:\n  @functools.cached_property\n  def get(self): return b\ndef f(x): return C().get * x", "b = 3.0", "b"),
    "a bound method's object":     ("a = helpers.Box()\nf = a.value", "a.a = 3.0", "value.__self__.a"),
    "a list's own method":         ("a = [1.0]\nget = a.index\ndef f(x): return len(get.__self__) * x", "a.append(2.0)", "get.__self__"),
    "a member of an enum":         ("class E(enum.Enum):\n  A = 1\n  def get(self): return b\nb = 2.0\ndef f(x): return E.A.get() * x", "b = 3.0", "b"),
    "a partial's argument":        ("a = [2.0]\nf = functools.partial(lambda a, x: a[0] * x, a)", "a[0] = 3.0", "partial.args[0][0]"),
    "a partial's function":        ("a = 2.0\nf = functools.partial(lambda x: a * x)", "a = 3.0", "a"),
    "behind lru_cache":            ("a = [2.0]\n@functools.lru_cache\ndef g(): return a\ndef f(x): return g()[0] * x", "a[0] = 3.0", "a[0]"),
    "behind wraps":                ("a = 2.0\ndef twice(g):\n  @functools.wraps(g)\n  def h(x): return g(g(x))\n  return h\n@twice\ndef f(x): return a * x", "a = 3.0", "a"),
    "behind grad":                 ("a = 2.0\ng = grad(lambda x: a * x * x)\ndef f(x): return g(x)", "a = 3.0", "a"),
    "a gate of the user":          ("a = 2.0\nfrom autograd.extend import primitive\n@primitive\ndef g(x): return a * x\ndef f(x): return g(x)", "a = 3.0", "a"),
    "a global of another module":  ("def f(x): return helpers.scale * x", "helpers.scale = 3.0", "helpers.scale"),
    "one that it gets later":      ("def f(x): return getattr(helpers, 'bias', 0.0) + x", "helpers.bias = 1.0", "helpers.bias"),
    "in a function of its":        ("def f(x): return helpers.double(x)", "helpers.scale = 3.0", "scale"),
    "in a dict of its":            ("def f(x): return helpers.table['a'] * x", "helpers.table['a'] = 3.0", "helpers.table['a']"),
    "through another name":        ("def f(x):\n  h = helpers\n  return h.scale * x", "helpers.scale = 3.0", "helpers.scale"),
    "through another function":    ("def g(h): return h.scale\ndef f(x): return g(helpers) * x", "helpers.scale = 3.0", "helpers.scale"),
    "by a name in a string":       ("name = 'relu'\ndef f(x): return getattr(helpers, name)(x)", "helpers.relu = lambda x: 5.0 * x", "helpers.relu"),
    "imported inside":             ("def f(x):\n  import helpers as h\n  return h.scale * x", "helpers.scale = 3.0", "helpers.scale"),
    "from it imported inside":     ("def f(x):\n  from helpers import scale\n  return scale * x", "helpers.scale = 3.0", "helpers.scale"),
    "a name asked for by a getter": ("import operator\nget = operator.attrgetter('scale')\ndef f(x): return get(helpers) * x", "helpers.scale = 3.0", "helpers.scale"),
    "a metaclass's global":        ("b = 2.0\nclass M(type):\n  def __call__(cls): return b\nclass C(metaclass=M): pass\ndef f(x): return C() * x", "b = 3.0", "b"),
    "a descriptor's global":       ("b = 2.0\nclass D:\n  def __get__(self, x, cls): return b\nclass C: d = D()\na = C()\ndef f(x): return a.d * x", "b = 3.0", "b"),
    "a generator function's global": ("b = 2.0\ndef g(x): yield b * x\ndef f(x): return sum(g(x))", "b = 3.0", "b"),
    "a copy's constructor":        ("b = 2.0\n@dataclasses.dataclass\nclass C:\n  k: float = 0.0\n  def __post_init__(self): self.k = b\na = C()\ndef f(x): return dataclasses.replace(a).k * x", "b = 3.0", "b"),
    "another of its type":         ("b = 2.0\nclass C:\n  def __init__(self): self.k = b\n  def more(self): return type(self)()\na = C()\ndef f(x): return a.more().k * x", "b = 3.0", "b"),
    "another module by that name": ("def f(x): return helpers.scale * x", "helpers = types.SimpleNamespace(scale=3.0)", "helpers"),
    "a small array":               ("a = np.ones(3)\ndef f(x): return a * x", "a[1] = 3.0", "a"),
    "a large array":               ("a = np.ones((300, 300))\ndef f(x): return np.sum(a) * x", "a[1, 7] = 3.0", "a"),
    "a large array, two exchanged": ("a = np.arange(90000.0)\ndef f(x): return a[7] * x", "a[[5, 7]] = a[[7, 5]]", "a"),
    "a locked array that is opened": ("a = np.ones((300, 300))\na.flags.writeable = False\ndef f(x): return np.sum(a) * x", "a.flags.writeable = True; a[1, 7] = 3.0", "a"),
    "a small one that is locked again": ("a = np.ones(3)\na.flags.writeable = False\ndef f(x): return a * x", "a.flags.writeable = True; a[1] = 3.0; a.flags.writeable = False", "a"),
    "under no_grad":               ("a = [2.0]\n@autograd.no_grad()\ndef f(x): return a[0] * x", "a[0] = 3.0", "a[0]"),
    "an array under a locked view": ("b = np.ones(3)\na = b[:]\na.flags.writeable = False\ndef f(x): return a * x", "b[1] = 3.0", "a"),
    "-0 for 0":                    ("a = np.zeros(3)\ndef f(x): return np.copysign(x, a)", "a[1] = -0.0", "a"),
    "another shape":               ("a = np.ones((2, 3))\ndef f(x): return a.shape[0] * x", "a.resize((3, 2))", "a"),
    "another dtype":               ("a = np.ones(3)\ndef f(x): return a.astype(float) * x", "a.dtype = np.int64", "a"),
    "another array":               ("a = np.ones(3)\ndef f(x): return a.astype(a.dtype) * x", "a = np.ones(3, 'f4')", "a"),
    "an array of objects":         ("a = np.array([[1.0], None], object)\ndef f(x): return len(a[0]) * x", "a[0].append(2.0)", "a.flat[0]"),
    "its items":                   ("a = np.array([1.0, None], object)\ndef f(x): return a[0] * x", "a[0] = 2.0", "a"),
    "an array with a mask":        ("a = np.ma.array([1.0, 2.0], mask=[0, 1])\ndef f(x): return a.sum() * x", "a.mask = [0, 0]", "a._mask"),
    "an array in a list":          ("a = [np.ones(2)]\ndef f(x): return a[0] * x", "a[0][0] = 2.0", "a[0]"),
    "another Tensor":              ("a = Tensor(2.0)\ndef f(x): return a * x", "a = Tensor(3.0)", "a"),
    "an attribute of a Tensor":    ("class P(nn.Parameter): pass\na = P(2.0)\na.b = 2.0\ndef f(x): return a.b * x", "a.b = 3.0", "a.b"),
    "a layer replaced":            ("a = nn.Sequential(nn.Linear(2, 2, seed=0), nn.Tanh())\ndef f(x): return a(np.ones(2) * x)", "a[1] = nn.ReLU()", "a.layers"),
    "a layer in a list":           ("class Net(nn.Module):\n  def __init__(self): self.parts = [nn.Tanh(), nn.ReLU()]\n  def forward(self, x): return self.parts[0](x)\na = Net()\ndef f(x): return a(np.ones(2) * x)", "a.parts[0] = nn.ReLU()", "a.parts[0]"),
    "a layer more":                ("class Net(nn.Module):\n  def __init__(self): self.parts = [nn.ReLU()]\n  def forward(self, x):\n    for part in self.parts: x = part(x)\n    return x\na = Net()\ndef f(x): return a(np.ones(2) * x)", "a.parts.append(nn.Tanh())", "a.parts"),
    "a parameter replaced":        ("a = nn.Linear(2, 2, seed=0)\ndef f(x): return a(np.ones(2) * x)", "a.weight = nn.Parameter(np.ones((2, 2)))", "a.weight"),
    "a parameter removed":         ("a = nn.Linear(2, 2, seed=0)\ndef f(x): return a(np.ones(2) * x)", "a.bias = None", "a.bias"),
    "evaluation mode":             ("class Net(nn.Module):\n  def forward(self, x): return x if self.training else 2.0 * x\na = Net()\ndef f(x): return a(x)", "a.eval()", "a"),
    "a model's global":            ("b = 2.0\nclass Net(nn.Module):\n  def forward(self, x): return b * x\na = Net()\ndef f(x): return a(x)", "b = 3.0", "b"),
    "a model's method":            ("class Net(nn.Module):\n  def forward(self, x): return 2.0 * x\na = Net()\ndef f(x): return a(x)", "Net.forward = lambda self, x: 3.0 * x", "Net.forward"),
}

HEALTHY = {
    "nothing":                "f = lambda x: 2.0 * x",
    "numbers":                "a, b = 2.0, np.float32(3)\ndef f(x): return a * x + b",
    "NumPy and math":         "def f(x): return np.sum(np.linalg.norm(np.array([x, math.pi]))) + math.exp(0.0)",
    "NumPy's own names":      "from numpy import sin, sum, concatenate\ndef f(x): return sum(sin(np.ones(2))) * x",
    "autograd's namespace":   "import autograd.numpy as anp\ndef f(x): return anp.tanh(x)",
    "closures":               "def make(a):\n  b = [a, {'c': a}]\n  return lambda x: b[1]['c'] * x\nf = make(2.0)",
    "itself":                 "def f(x, n=3): return x if n == 0 else f(2.0 * x, n - 1)",
    "each other":             "def g(x, n): return f(x, n - 1)\ndef f(x, n=3): return x if n < 1 else g(x, n)",
    "an array":               "a = np.ones(3)\ndef f(x): return a * x",
    "a large array":          "a = np.ones((300, 300))\ndef f(x): return (a * x).sum()",
    "a locked array":         "a = np.ones((300, 300))\na.flags.writeable = False\ndef f(x): return (a * x).sum()",
    "an array of NaN":        "a = np.full(3, np.nan)\ndef f(x): return a * x",
    "an array of objects":    "a = np.array([1.0, [2.0]], object)\ndef f(x): return a[0] * x",
    "an array with a mask":   "a = np.ma.array([1.0, 2.0], mask=[0, 1])\ndef f(x): return a.sum() * x",
    "a model":                "a = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))\ndef f(x): return a(np.ones(2) * x)",
    "a model of its own":     "class Net(nn.Module):\n  def __init__(self):\n    self.w = nn.Parameter(np.random.normal(size=2))\n    print(end='')\n  def forward(self, x): return self.w * x\na = Net()\nf = lambda x: a(x)",
    "super":                  "class Net(nn.Linear):\n  def __init__(self): super().__init__(2, 2, seed=np.random.randint(9))\n  def forward(self, x): return super().forward(x)\na = Net()\nf = lambda x: a(np.ones(2) * x)",
    "a loss":                 "a = nn.MSELoss()\nf = lambda x: a(np.ones(2) * x, np.zeros(2))",
    "training":               "a = nn.Linear(1, 1)\ndef f(x):\n  y = (a(np.ones(1) * x) ** 2).sum()\n  if not isinstance(x, Tensor): y.backward()\n  return y",
    "objects made inside":    "def f(x): return helpers.Box(x).value(x)",
    "lists made inside":      "def f(x):\n  a = []\n  for k in range(3): a.append(k * x)\n  return sum(a)",
    "a counter inside":       "def f(x):\n  n = 0\n  def up():\n    nonlocal n\n    n += 1\n  up()\n  return n * x",
    "a generator inside":     "def f(x): return sum(v * x for v in range(3))",
    "an enum":                "class E(enum.Enum):\n  A = 1\n  B = 2\na = E.A\ndef f(x): return x if a is E.A else -x",
    "a named tuple":          "P = collections.namedtuple('P', 'a b')\np = P(1.0, 2.0)\ndef f(x): return p.a * P(x, x)._replace(b=1.0).a",
    "a frozen dataclass":     "@dataclasses.dataclass(frozen=True)\nclass C:\n  b: float = 2.0\n  def __post_init__(self): print(end='')\na = C()\ndef f(x): return a.b * x",
    "a partial":              "f = functools.partial(lambda a, x: a * x, 2.0)",
    "a dispatcher":           "f = {'a': lambda x: 2.0 * x}['a']\ntable = {float: f}\ndef f(x): return table[float](x)",
    "derivatives":            "g = grad(grad(np.sin))\ndef f(x): return g(x) + autograd.jacobian(lambda v: v * v)(np.ones(2) * x).sum()",
    "randomness in reach of nobody": "rng = np.random.default_rng(0)\nx0 = rng.normal(size=3)\nclass C:\n  k = 2.0\n  def draw(self): return rng.normal()\na = C()\ndef f(x): return a.k * x0 * x",
    "a clock in reach of nobody": "import time, random, logging\nstart = time.time()\ndef f(x): return start * 0.0 + x",
    "names that sound random": "class C:\n  random = 2.0\n  time = 3.0\na = C()\ndef f(x): return a.random * a.time * np.ones(2) * x",
    "an import that fails":   "def f(x):\n  try: import there_is_no_such_module as m\n  except ImportError: m = None\n  return x if m is None else m.f(x)",
    "text, patterns, dates":  "import re, datetime, decimal, fractions, pathlib\na = (re.compile('a'), datetime.date(2000, 1, 1), decimal.Decimal(1), fractions.Fraction(1, 2), pathlib.Path('a'), slice(1), range(3), ..., int | None, list[int], b'', np.dtype('f4'), np.datetime64(0, 's'))\ndef f(x): return (len(a) + hash(a[4]) * 0) * x",
    "a distribution of SciPy": "import scipy.stats as st, scipy.special\ndef f(x): return st.norm.ppf(0.9) * x + scipy.special.gamma(2.0)",
    "a sparse matrix":        "import scipy.sparse\na = scipy.sparse.csr_matrix(np.eye(3))\ndef f(x): return a @ np.ones(3) * x",
    "a weak dict inside":     "def f(x):\n  import weakref\n  return len(weakref.WeakKeyDictionary()) + x",
}

REFUSED = {  # the line that must be named is marked; the words that must be said
    "np.random":              ("def f(x):\n  y = 2.0 * x\n  return y * np.random.normal() #!", "uses `np.random.normal`, draws random numbers"),
    "a module's alias":       ("r = np.random\ndef f(x): return r.normal() * x #!", "uses `r.normal`, draws random numbers"),
    "an alias inside":        ("def f(x):\n  m = np #!\n  return m.random.normal() * x", "uses `np.random`, draws random numbers"),
    "imported inside":        ("def f(x):\n  from numpy import random #!\n  return random.normal() * x", "uses `numpy.random`, draws random numbers"),
    "random":                 ("import random\ndef f(x):\n  return random.gauss(0, 1) * x #!", "uses `random.gauss`, draws random numbers"),
    "from random":            ("from random import gauss\ndef f(x): return gauss(0, 1) * x #!", "uses `gauss`, draws random numbers"),
    "secrets":                ("import secrets\ndef f(x): return secrets.randbelow(3) * x #!", "draws random numbers"),
    "os.urandom":             ("import os\ndef f(x): return os.urandom(1)[0] * x #!", "draws random numbers"),
    "uuid":                   ("import uuid\ndef f(x): return uuid.uuid4().int * x #!", "draws random numbers"),
    "a Generator":            ("rng = np.random.default_rng(0)\ndef f(x):\n  return rng.normal() * x #!", "uses `rng`, draws random numbers"),
    "a Generator as default": ("def f(x, rng=np.random.default_rng(0)): #!\n  return rng.normal() * x", "uses `f.__defaults__[0]`, draws random numbers"),
    "a Generator in a list":  ("a = [[np.random.default_rng(0)]]\ndef f(x):\n  return a[0][0].normal() * x #!", "uses `a[0][0]`, draws random numbers"),
    "a Generator in a model": ("class Net(nn.Module):\n  def __init__(self): self.rng = np.random.default_rng(0)\n  def forward(self, x): return self.rng.normal() * x\na = Net()\ndef f(x): return a(x) #!", "uses `a.rng`, draws random numbers"),
    "its method":             ("draw = np.random.default_rng(0).normal\ndef f(x): return draw() * x #!", "uses `draw`, draws random numbers"),
    "a RandomState":          ("rng = np.random.RandomState(0)\ndef f(x): return rng.normal() * x #!", "draws random numbers"),
    "a random.Random":        ("import random\nrng = random.Random(0)\ndef f(x): return rng.random() * x #!", "draws random numbers"),
    "a class of them":        ("import random\nclass R(random.Random): pass\ndef f(x): return R().random() * x #!", "draws random numbers"),
    "a method that draws":    ("class C:\n  def draw(self):\n    return np.random.normal() #!\na = C()\ndef f(x): return a.draw() * x", "uses `np.random.normal`"),
    "in a function called":   ("def g():\n  return np.random.normal() #!\ndef f(x): return g() * x", "f uses `np.random.normal`"),
    "in a lambda inside":     ("def f(x):\n  return (lambda:\n    np.random.normal())() * x #!", "uses `np.random.normal`"),
    "behind grad":            ("g = grad(lambda x: x *\n  np.random.normal()) #!\ndef f(x): return g(x)", "uses `np.random.normal`"),
    "a clock":                ("import time\ndef f(x): return time.perf_counter() * x #!", "uses `time.perf_counter`, reads the clock"),
    "a date":                 ("from datetime import datetime\ndef f(x): return datetime.now().second * x #!", "uses `datetime.now`, reads the clock"),
    "a date by its module":   ("import datetime\ndef f(x): return datetime.date.today().day * x #!", "reads the clock"),
    "the environment":        ("import os\ndef f(x): return len(os.environ['HOME']) * x #!", "uses `os.environ`, looks up what may change unseen"),
    "SciPy's":                ("import scipy.stats as st\ndef f(x): return st.norm.rvs() * x #!", "uses `st.norm.rvs`, draws random numbers"),
    "a module by its text":   ("def f(x): return __import__('helpers').scale * x #!", "uses `__import__`, looks up"),
    "print":                  ("def f(x):\n  print('here') #!\n  return x", "uses `print`, only when the program is recorded"),
    "print, renamed":         ("say = print\ndef f(x):\n  say('here') #!\n  return x", "uses `say`, only when the program is recorded"),
    "open":                   ("def f(x): return len(open('a').read()) * x #!", "uses `open`"),
    "np.load":                ("def f(x): return np.load('a.npy') * x #!", "uses `np.load`, reads a file"),
    "exec":                   ("def f(x):\n  exec('a = 1') #!\n  return x", "uses `exec`"),
    "globals":                ("def f(x): return globals()['a'] * x #!", "uses `globals`"),
    "logging":                ("import logging\ndef f(x):\n  logging.info('here') #!\n  return x", "uses `logging.info`"),
    "stdout":                 ("import sys\ndef f(x):\n  sys.stdout.write('a') #!\n  return x", "uses `sys.stdout`"),
    "a global assigned":      ("n = 0\ndef f(x):\n  global n\n  y = 2.0 * x\n  n = 1 #!\n  return y", "assigns to `n`"),
    "a global deleted":       ("n = 0\ndef f(x):\n  global n\n  del n #!\n  return x", "assigns to `n`"),
    "a nonlocal assigned":    ("def make():\n  n = 0\n  def f(x):\n    nonlocal n\n    n = n + 1 #!\n    return x\n  return f\nf = make()", "assigns to `n`"),
    "a nonlocal two deep":    ("def make():\n  n = 0\n  def f(x):\n    def g():\n      nonlocal n\n      n = 1 #!\n    g()\n    return x\n  return f\nf = make()", "assigns to `n`"),
    "a generator":            ("a = (v for v in range(3))\ndef f(x): return next(a) * x #!", "refers to `a`, a generator, which may change unseen"),
    "an iterator":            ("a = iter([1.0])\ndef f(x): return next(a) * x #!", "a list_iterator, which may change unseen"),
    "a count":                ("import itertools\na = itertools.count()\ndef f(x): return next(a) * x #!", "a count, which may change unseen"),
    "a file":                 ("import io\na = io.StringIO('a')\ndef f(x): return len(a.read()) * x #!", "uses `a`"),
    "a socket":               ("import socket\nwith socket.socket() as a: pass\ndef f(x): return a.fileno() * x #!", "a socket, which may change unseen"),
    "a context variable":     ("import contextvars\na = contextvars.ContextVar('a', default=1.0)\ndef f(x): return a.get() * x #!", "a ContextVar, which may change unseen"),
    "a weak reference":       ("import weakref\na = weakref.ref(helpers.Box)\ndef f(x): return a().factor * x #!", "which may change unseen"),
    "a thread's own":         ("import threading\na = threading.local()\na.b = 1.0\ndef f(x): return a.b * x #!", "a _local, which may change unseen"),
    "a lock in an object":    ("import threading\na = helpers.Box(threading.Lock())\ndef f(x): return a.value(x) #!", "refers to `a.a`, a lock, which may change unseen"),
    "bytes that change":      ("a = bytearray(b'a')\ndef f(x): return a[0] * x #!", "a bytearray, which may change unseen"),
    "a record":               ("a = np.zeros(2, 'f8,f8')[0]\ndef f(x): return a[0] * x #!", "a void, which may change unseen"),
    "records of objects":     ("a = np.zeros(2, 'f8,O')\ndef f(x): return a[0][0] * x #!", "a ndarray, which may change unseen"),
    "a ufunc of Python":      ("b = [2.0]\na = np.frompyfunc(lambda v: b[0] * v, 1, 1)\ndef f(x): return a(x) #!", "a ufunc, which may change unseen"),
}
# fmt: on


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.filterwarnings("ignore:Setting the dtype:DeprecationWarning")
def test_every_change_is_seen(user, name):
    source, change, path = CHANGED[name]
    prog = user(source)
    before, captures = repr(prog.f(2.0)), Captures(prog.f)
    assert captures.changed() is None
    exec(compile(change, "prog.py", "exec"), vars(prog))
    assert captures.changed() == path
    assert repr(prog.f(2.0)) != before                   # it was one that matters
    assert Captures(prog.f).changed() is None


@pytest.mark.parametrize("name", HEALTHY)
def test_use_is_no_change(user, name):
    prog = user(HEALTHY[name])
    captures = Captures(prog.f)
    for _ in range(3):
        prog.f(2.0)
        assert captures.changed() is None
    assert Captures(prog.f).changed() is None


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_seen_is_refused_with_its_line(user, name):
    source, said = REFUSED[name]
    line = next(i for i, text in enumerate((HEAD + source).splitlines(), 1) if text.endswith("#!"))
    with pytest.raises(GraphError) as error:
        Captures(user(source).f)
    text = str(error.value).split("\n")[0]
    assert f" at prog.py:{line}, " in text
    assert all(part in text for part in said.split(", "))
    assert "pass what it gives as an argument" in str(error.value)


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_forbidden_exists(name):
    module, _, rest = name.partition(".")
    other = {"posix": "nt", "nt": "posix"}.get(module)
    assert attrgetter(rest or "__name__")(importlib.import_module(module)) if other not in sys.modules else other


# ---------------------------------------------------------------- tensors
def test_tensors_are_collected_once_and_their_values_may_change():
    w, b = Tensor([1.0, 2.0]), Tensor(3.0)
    held = {"w": w, "b": [b, w]}

    def f(x):
        return held["w"] * x + held["b"][0] * w
    captures = Captures(f)
    assert sorted(map(id, captures.tensors)) == sorted((id(w), id(b)))
    w.data, b.grad = np.array([5.0, 6.0]), 1.0
    f(2.0).sum().backward()
    assert captures.changed() is None
    held["b"][0] = Tensor(3.0)
    assert captures.changed() == "held['b'][0]"


def test_a_model_gives_all_its_parameters_and_may_be_trained():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Linear(3, 1, seed=0))
    captures = Captures(lambda m, x: m(x), model)
    assert set(map(id, captures.tensors)) == set(map(id, model.parameters()))
    for parameter in model.parameters():
        parameter.data = parameter.data * 2.0
    assert captures.changed() is None
    model[0].bias = None
    assert captures.changed() == "Sequential.layers['0'].bias"


def test_the_function_that_a_transform_returns_leads_to_the_user(user):
    prog = user("a = Tensor(2.0)\ndef f(x): return a * x * x")
    for transform in (grad, vmap, lambda f: grad(grad(f))):
        captures = Captures(transform(prog.f))
        assert captures.tensors == [prog.a]
        assert captures.changed() is None


# ---------------------------------------------------------------- how it is done
def test_one_function_may_have_many_changes_and_the_first_is_named(user):
    prog = user("a, b = [1.0], [2.0]\ndef f(x): return a[0] * b[0] * x")
    captures = Captures(prog.f)
    prog.b[0] = 3.0
    assert captures.changed() == "b[0]"
    prog.a[0] = 3.0
    assert captures.changed() == "a[0]"
    prog.a = prog.b
    assert captures.changed() == "a"


def test_what_is_put_back_is_no_change(user):
    prog = user("a = [1.0]\ndef f(x): return a[0] * x")
    captures, was = Captures(prog.f), prog.a[0]
    prog.a[0] = 3.0
    assert captures.changed() == "a[0]"
    prog.a[0] = was
    assert captures.changed() is None


def test_what_was_captured_stays_alive_so_that_no_other_object_takes_its_place(user):
    prog = user("a = helpers.Box()\ndef f(x): return a.value(x)")
    captures = Captures(prog.f)
    prog.a = None
    for _ in range(100):
        prog.a = prog.helpers.Box()
        assert captures.changed() == "a"


def test_what_pytest_writes_into_an_assert_is_not_the_users():
    def f(x):
        assert x > 0.0, "x"
        return x
    assert Captures(f).changed() is None


def test_a_deep_structure_is_no_recursion(user):
    prog = user("a = [1.0]\nfor _ in range(20_000): a = [a]\ndef f(x): return x if a else -x")
    captures = Captures(prog.f)
    assert captures.changed() is None
    inner = prog.a
    while isinstance(inner[0], list):
        inner = inner[0]
    inner[0] = 2.0
    assert captures.changed() == "a" + 20_001 * "[0]"


def test_classes_whose_objects_keep_more_than_attributes():
    class Slots:
        __slots__ = ("__weakref__", "a", "b")

    class Both(Slots):
        pass

    for cls in (object, Slots, Both, types.SimpleNamespace, collections.ChainMap, nn.Linear):
        assert not opaque(cls)
    for cls in (list, types.GeneratorType, map, zip, memoryview, Exception, bytearray, type(iter({}))):
        assert opaque(cls)
