"""What notebooks show: tensors and modules as tables, every text escaped."""
import numpy as np
import pytest

import nn
from autograd import Tensor, grad, make_jvp, vmap
from tests.visualize.graphs import HOSTILE


def test_a_leaf():
    x = Tensor([1.0, 2.0], name="x")
    (x * x).sum().backward()
    page = x._repr_html_()
    for cell in ("x", "(2,)", "float64", "[1., 2.]", "[2., 4.]"):
        assert f"<pre>{cell}</pre>" in page
    assert "<th>line</th><td style='text-align: left'><pre>test_display.py:" in page
    assert "gate" not in page


def test_the_result_of_a_gate():
    page = (Tensor(2.0, name="x") * 3.0)._repr_html_()
    assert "<th>gate</th><td style='text-align: left'><pre>mul</pre>" in page
    assert "<th>value</th><td style='text-align: left'><pre>6.0</pre>" in page
    assert "shape" not in page
    assert "grad" not in page


def test_a_large_array_is_shown_in_outline():
    assert len(Tensor(np.ones((200, 200)))._repr_html_()) < 1_500


@pytest.mark.parametrize("transform", [lambda f: grad(f)(2.0), lambda f: make_jvp(f)(2.0)(1.0),
                                       lambda f: vmap(f)(np.ones(3))])
def test_inside_a_transform(transform):
    pages = []
    transform(lambda x: pages.append((x * x)._repr_html_()) or x * x)
    assert "<th>value</th>" in pages[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_data(text):
    page = Tensor(1.0, name=text)._repr_html_()
    assert "<b>" not in page
    assert "<script" not in page
    assert "\0" not in page
    page.encode()


def test_a_module_shows_its_summary():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    page = model._repr_html_()
    for line in model.summary().splitlines():
        assert all(word in page for word in line.split())
    assert '<code>weight (3, 2) bias (3,)</code></td><td style="text-align: right"><code>9</code></td>' in page
