"""The chain rule with its numbers: values, local derivatives, shares and sums; text, Markdown and LaTeX."""
import re

import numpy as np
import pytest

import nn
from autograd import Tensor, explain
from autograd.errors import AutogradError
from autograd.visualize.chapter import escaped
from autograd.visualize.explanation import SHORT
from autograd.visualize.paths import groups, heaviest
from autograd.visualize.shares import Flow, size
from autograd.walk import history

SMALL = """\
y = 6.909
∂y/∂a = 2.584
∂y/∂b = 2

forward
  v1 = a × b   = 2 × 3       = 6
  v2 = sin(a)  = sin(2)      = 0.9093
  y = v1 + v2  = 6 + 0.9093  = 6.909

back
  ∂y/∂y   = 1                                                          = 1
  ∂y/∂v2  = ∂y/∂y · ∂y/∂v2 = 1 · 1                                     = 1
  ∂y/∂v1  = ∂y/∂y · ∂y/∂v1 = 1 · 1                                     = 1
  ∂y/∂b   = ∂y/∂v1 · ∂v1/∂b = 1 · 2                                    = 2
  ∂y/∂a   = ∂y/∂v2 · ∂v2/∂a + ∂y/∂v1 · ∂v1/∂a = 1 · (-0.4161) + 1 · 3  = 2.584"""


def small():
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    return a * b + np.sin(a), a, b


def chain(length):
    x = Tensor(0.5, name="x")
    y = x
    for _ in range(length):
        y = np.sin(y) + 0.1
    return y, x


def loss(w, b, v):
    x = np.linspace(-1.0, 1.0, 12).reshape(4, 3)
    h = np.tanh(x @ w + b)
    return np.mean((h @ v - 1.0) ** 2.0) + 0.1 * np.sum(w * w)


def parameters():
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in ((3, 2), (2,), (2,))]


def central(f, xs, i, h=1e-6):
    """∂f/∂x_i by central differences."""
    ans = np.zeros_like(xs[i])
    for at in np.ndindex(xs[i].shape):
        sides = []
        for step in (h, -h):
            moved = [x.copy() for x in xs]
            moved[i][at] += step
            sides.append(f(*moved))
        ans[at] = (sides[0] - sides[1]) / (2.0 * h)
    return ans


# ---------------------------------------------------------------- short graphs
def test_every_gate_of_a_small_graph():
    assert repr(explain(small()[0])) == SMALL


def test_only_what_lies_between_y_and_x():
    y, _, b = small()
    text = repr(explain(y, b))
    assert "∂y/∂b = 2" in text
    assert "∂y/∂v2" not in text
    assert "∂y/∂a" not in text


def test_an_inner_tensor_as_x():
    a = Tensor(2.0, name="a")
    c = a * a
    assert "∂y/∂v1 = 8" in repr(explain(c * c, c))


def test_a_fork_is_a_sum():
    a = Tensor(3.0, name="a")
    assert "∂y/∂a  = ∂y/∂y · ∂y/∂a + ∂y/∂y · ∂y/∂a = 1 · 3 + 1 · 3  = 6" in repr(explain(a * a))


def test_products_of_matrices_say_how_the_gradient_goes_back():
    w, x = Tensor(np.eye(2), name="w"), np.ones((5, 2))
    assert "5×2ᵀ @ g" in repr(explain((x @ w).sum()))


def test_an_end_with_a_name_and_a_leaf_called_y():
    y = Tensor(2.0, name="y")
    assert "∂v1/∂y = 4" in repr(explain(y * y))


def test_gradients_by_central_differences():
    xs = parameters()
    leaves = [Tensor(x, name=name) for x, name in zip(xs, "wbv", strict=True)]
    flow = explain(loss(*leaves)).flow
    for i, leaf in enumerate(leaves):
        np.testing.assert_allclose(flow.gradients[leaf.node], central(loss, xs, i), rtol=1e-7, atol=1e-9)


def test_gradients_shares_and_local_derivatives_fit_each_other():
    leaves = [Tensor(x) for x in parameters()]
    y = loss(*leaves)
    flow = Flow(history(y.node))
    y.backward()
    for leaf in leaves:
        np.testing.assert_array_equal(flow.gradients[leaf.node], leaf.grad)
    checked = 0
    for node in flow.order[:-1]:
        np.testing.assert_allclose(sum(s.amount for s in flow.uses[node]), flow.gradients[node], rtol=1e-14)
        for share in flow.uses[node]:
            local = flow.local(share)
            if local is not None and np.shape(share.amount) == share.user.shape:
                np.testing.assert_allclose(flow.gradients[share.user] * local, share.amount, rtol=1e-13)
                checked += 1
    assert checked > 6


def test_at_a_singular_point_zero_times_infinity_is_zero():
    x = Tensor([0.0, 4.0], name="x")
    assert "∂y/∂x = [0, 0.25]" in repr(explain(np.where(x > 0.0, np.sqrt(x), 0.0).sum()))


def test_grad_is_left_alone():
    y, a, _ = small()
    explain(y).markdown()
    assert a.grad is None


# ---------------------------------------------------------------- long graphs
def test_a_long_graph_is_shown_by_lines():
    y, _ = chain(30)
    text = repr(explain(y))
    assert "60 gates: sin 30×, + 30×" in text
    assert "y = np.sin(y) + 0.1" in text
    assert "100 % of |∂y/∂x|" in text
    assert "forward" not in text


@pytest.mark.parametrize(("gates", "short"), [(SHORT, True), (SHORT + 2, False)])
def test_where_short_ends(gates, short):
    assert ("forward" in repr(explain(chain(gates // 2)[0]))) is short


def test_the_heaviest_path_by_hand():
    x = Tensor(1.0, name="x")
    light, heavy = x * 2.0, x * 30.0
    y = light + heavy
    first, second = heaviest(Flow(history(y.node)), x.node, 3)
    assert first.nodes == (y.node, heavy.node, x.node)
    assert second.nodes == (y.node, light.node, x.node)
    assert [first.weight, second.weight] == pytest.approx([30 / 32, 2 / 32])


def test_paths_of_a_network_of_numbers():
    """Against all paths, one by one."""
    rng = np.random.default_rng(4)
    x = Tensor(0.3, name="x")
    layer = [x]
    for _ in range(4):
        layer = [sum(float(rng.normal()) * h for h in layer) for _ in range(3)]
    y = layer[0] + layer[1]
    flow = Flow(history(y.node))

    def all_paths(node, weight, tail):
        if node is flow.end:
            yield weight, tail
        uses = {}
        for share in flow.uses.get(node, []):
            uses[share.user] = uses.get(share.user, 0.0) + size(share.amount)
        for user, amount in uses.items():
            yield from all_paths(user, weight * amount / sum(uses.values()), (user, *tail))
    weights = sorted((w for w, _ in all_paths(x.node, 1.0, (x.node,))), reverse=True)
    assert sum(weights) == pytest.approx(1.0)
    assert [path.weight for path in heaviest(flow, x.node, 5)] == pytest.approx(weights[:5])


def test_modules_are_groups():
    model = nn.MLP([3, 4, 4, 2], seed=0)
    y = (model(np.ones((5, 3))) ** 2.0).mean()
    titles = [group.title for group in groups(history(y.node))]
    assert len(titles) >= 3
    assert all("test_explain.py" in title for title in titles)
    assert len({title.partition(" · ")[0] for title in titles}) >= 3


def test_a_very_long_chain():
    y, x = chain(20_000)
    assert "of |∂y/∂x|" in repr(explain(y, x))


# ---------------------------------------------------------------- forms
def test_markdown():
    text = explain(small()[0]).markdown()
    assert text.startswith("**y = 6.909**\n")
    assert "| ∂y/∂a | 2.584 |" in text
    assert re.search(r"\| v1 = a × b \| 2 × 3 \| 6 \| test\\_explain.py:\d+ \|", text)
    assert explain(small()[0])._repr_markdown_() == text


def test_tables_have_equally_many_cells():
    for y in (small()[0], chain(40)[0], loss(*map(Tensor, parameters()))):
        tables = [block for block in explain(y).markdown().split("\n\n") if block.startswith("|")]
        assert tables
        for table in tables:
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_latex():
    text = explain(small()[0]).latex()
    assert r"\mathrm{v1} &= \mathrm{a}\ \times \ \mathrm{b} = 2\ \times \ 3 = 6 \\" in text
    assert r"\frac{\partial \mathrm{y}}{\partial \mathrm{a}} &=" in text
    assert text.startswith("\\begin{align*}\n")


@pytest.mark.parametrize("make", [small, lambda: chain(40), lambda: [loss(*map(Tensor, parameters()))]])
def test_latex_has_no_signs_that_mean_something_else(make):
    text = explain(make()[0]).latex()
    assert text.count("{") == text.count("}")
    body = text.removeprefix("\\begin{align*}").removesuffix("\\end{align*}\n")
    assert re.search(r"(?<!\\)[#$%~]", body) is None
    assert all(line.count("&") == 1 for line in body.strip().split(r" \\" + "\n"))


HOSTILE = ["<script>alert(1)</script>", "a|b", "`code`", "**b**", "[a](javascript:x)", "a\nb", "\u2028", "\ud800", "\0",
           "$x$", "\\frac{", "%", "&amp;", "]]>", "a_b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name):
    x = Tensor(2.0, name=name)
    explanation = explain(x * x + x)
    for text in (repr(explanation), explanation.markdown(), explanation.latex()):
        text.encode()
        assert "\0" not in text
        assert "\u2028" not in text
    assert "<script" not in explanation.markdown()
    rows = [line for line in explanation.markdown().splitlines() if line.startswith("| ")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) in (3, 5, 6) for line in rows)


def test_escaped_text_comes_back():
    assert escaped("a_b|c") == r"a\_b\|c"


# ---------------------------------------------------------------- errors
@pytest.mark.parametrize("wrong", [3.0, np.ones(3), None])
def test_what_is_no_tensor(wrong):
    with pytest.raises(TypeError, match="explain needs a Tensor that was computed from Tensors") as caught:
        explain(wrong)
    assert isinstance(caught.value, AutogradError)


def test_an_array():
    with pytest.raises(ValueError, match=r"explain needs a single number.*\n.*\n.*explain\(y.sum\(\)\)"):
        explain(Tensor(np.ones(2)) * 2.0)


def test_an_x_that_y_does_not_depend_on():
    with pytest.raises(RuntimeError, match="y does not depend on x"):
        explain(small()[0], Tensor(1.0))
