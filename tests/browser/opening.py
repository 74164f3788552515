"""Graphs with modules and arrays, whose pages have something to open, and words for what a reader does there."""
import json

import numpy as np

from autograd import Tensor
from autograd.visualize.content import data
from tests.visualize.test_groups import Stack


def products(X=None, W=None):
    """A product of matrices, and gates on arrays after it."""
    X = Tensor(np.arange(12.0).reshape(4, 3) / 8 if X is None else X, name="X")
    W = Tensor(np.arange(6.0).reshape(3, 2) / 4 if W is None else W, name="W")
    return (np.tanh(X @ W) ** 2.0).sum()


def stack(scale=1.0):
    """Modules in modules."""
    model = Stack()
    for k, weights in enumerate(model.parameters()):
        weights.data = scale * np.linspace(-1, 1, weights.size).reshape(weights.shape) / (k + 1)
    return (model(np.ones((1, 2))) ** 2).sum()


def content(drawing, room=300_000):
    return json.loads(data(drawing.view, drawing.direction, drawing.opener, room))


def button(opened, name, exact=False):
    return opened.get_by_role("button", name=name, exact=exact)


def trail(opened):
    return opened.locator("nav li").all_inner_texts()
