"""Convolution and pooling against torch, in value and every gradient; what they refuse; the layers around them."""

import math

import numpy as np
import pytest

import nn
from autograd import Tensor, check_grads, grad, make_hvp, make_jvp, vmap
from autograd.errors import ShapeError
from autograd.gates import conv as gates
from nn import functional as F

DTYPES = {np.float64: 1e-12, np.float32: 1e-5}

#: shapes of the input and the weight, and torch's keywords
CONVOLUTIONS = [
    ((2, 3, 9), (4, 3, 3), {}),
    ((2, 3, 9), (4, 3, 4), {"stride": 2, "padding": 1}),
    ((2, 4, 11), (6, 2, 3), {"stride": 3, "padding": 2, "dilation": 2, "groups": 2}),
    ((2, 4, 8), (4, 1, 3), {"padding": "same", "dilation": 2, "groups": 4}),
    ((3, 8), (2, 3, 2), {"padding": "same"}),
    ((2, 3, 7, 6), (4, 3, 3, 2), {}),
    ((2, 3, 7, 6), (4, 3, 1, 1), {"stride": 2}),
    ((2, 3, 7, 6), (4, 3, 3, 3), {"padding": 1}),
    ((2, 3, 7, 6), (9, 3, 3, 3), {"padding": 1}),
    ((2, 3, 7, 6), (4, 3, 2, 3), {"padding": (2, 3)}),
    ((2, 4, 7, 9), (6, 2, 3, 2), {"stride": (2, 3), "padding": (1, 0), "dilation": (1, 2), "groups": 2}),
    ((1, 2, 5, 5), (2, 1, 5, 5), {"groups": 2}),
    ((2, 3, 6, 6), (2, 3, 2, 4), {"padding": "same", "dilation": (1, 2)}),
    ((2, 3, 6, 6), (2, 3, 3, 3), {"padding": "valid"}),
    ((3, 5, 5), (2, 3, 2, 2), {"padding": 1}),
    ((0, 3, 5, 5), (2, 3, 2, 2), {"padding": 1}),
]
POOLS = [
    ("max_pool1d", (2, 3, 9), {"kernel_size": 2}),
    ("max_pool1d", (3, 9), {"kernel_size": 4, "stride": 3, "padding": 2, "dilation": 2, "ceil_mode": True}),
    ("max_pool2d", (2, 3, 8, 6), {"kernel_size": 2}),
    ("max_pool2d", (2, 3, 7, 9), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ("max_pool2d", (2, 3, 7, 9), {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 3)}),
    ("max_pool2d", (2, 3, 7, 8), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ("max_pool2d", (2, 3, 5, 5), {"kernel_size": 2, "stride": 3, "ceil_mode": True}),
    ("max_pool2d", (2, 5, 5), {"kernel_size": 1, "stride": 4, "ceil_mode": True}),
    ("max_pool2d", (0, 3, 6, 6), {"kernel_size": 2}),
    ("avg_pool1d", (2, 3, 9), {"kernel_size": 2}),
    ("avg_pool1d", (3, 9), {"kernel_size": 4, "stride": 3, "padding": 2, "ceil_mode": True}),
    ("avg_pool2d", (2, 3, 8, 6), {"kernel_size": 2}),
    ("avg_pool2d", (2, 3, 7, 9), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ("avg_pool2d", (2, 3, 7, 8), {"kernel_size": (3, 2), "stride": 3, "padding": 1, "count_include_pad": False}),
    ("avg_pool2d", (2, 3, 8, 8), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ("avg_pool2d", (2, 8, 8), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True,
                               "count_include_pad": False}),
    ("avg_pool2d", (2, 3, 8, 8), {"kernel_size": 3, "stride": 2, "padding": 1, "divisor_override": 5}),
    ("avg_pool2d", (1, 2, 20, 18), {"kernel_size": 17}),
    ("avg_pool2d", (0, 3, 6, 6), {"kernel_size": 2}),
]  # fmt: skip


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch, which is compared with, is not installed")


def agree_with_torch(torch, name, dtype, shapes, keywords):
    """The value, and the gradients by all inputs, of nn.functional's and torch's function of this name."""
    rng = np.random.default_rng(0)
    xs = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    ours, theirs = [Tensor(x) for x in xs], [torch.tensor(x, requires_grad=True) for x in xs]
    y, expected = getattr(F, name)(*ours, **keywords), getattr(torch.nn.functional, name)(*theirs, **keywords)
    g = rng.standard_normal(y.shape).astype(dtype)
    y.backward(g)
    expected.backward(torch.tensor(g))
    close(y.data, expected.detach().numpy(), dtype)
    for x, right in zip(ours, theirs, strict=True):
        close(x.grad, right.grad.numpy(), dtype)


def close(a, b, dtype):
    assert a.dtype == b.dtype == dtype
    np.testing.assert_allclose(a, b, rtol=DTYPES[dtype], atol=DTYPES[dtype] * np.max(np.abs(b), initial=0.0))


@pytest.mark.parametrize("dtype", DTYPES)
class TestAgainstTorch:
    @pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
    @pytest.mark.parametrize("cache", [gates._CACHE, 256])                   # all at a time, or a few windows
    @pytest.mark.parametrize(("x", "weight", "keywords"), CONVOLUTIONS)
    def test_convolution(self, torch, monkeypatch, dtype, x, weight, keywords, cache):
        monkeypatch.setattr(gates, "_CACHE", cache)
        agree_with_torch(torch, f"conv{len(weight) - 2}d", dtype, (x, weight, weight[:1]), keywords)

    @pytest.mark.parametrize(("name", "x", "keywords"), POOLS)
    def test_pooling(self, torch, dtype, name, x, keywords):
        agree_with_torch(torch, name, dtype, (x,), keywords)


def test_three_steps_of_training_are_torchs(torch):
    T = torch.nn
    rng = np.random.default_rng(0)
    x, labels = rng.standard_normal((5, 1, 12, 12)), rng.integers(0, 10, 5)
    ours = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1, seed=0), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(4, 6, (3, 2), stride=2, groups=2, bias=False, seed=1), nn.AvgPool2d(2, 1),
                         nn.Flatten(), nn.Linear(12, 10, seed=2))  # fmt: skip
    theirs = T.Sequential(T.Conv2d(1, 4, 3, padding=1), T.ReLU(), T.MaxPool2d(2),
                          T.Conv2d(4, 6, (3, 2), stride=2, groups=2, bias=False), T.AvgPool2d(2, 1), T.Flatten(),
                          T.Linear(12, 10)).double()  # fmt: skip
    theirs.load_state_dict({name: torch.tensor(value) for name, value in ours.state_dict().items()})
    descent, other = nn.SGD(ours.parameters(), lr=0.1), torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(3):
        loss = nn.CrossEntropyLoss()(ours(x), labels)
        expected = T.functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(labels))
        np.testing.assert_allclose(loss.data, expected.item(), rtol=1e-12)
        for step, end in ((descent, loss), (other, expected)):
            step.zero_grad()
            end.backward()
            step.step()
    for parameter, right in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(parameter.data, right.detach().numpy(), rtol=1e-10, atol=1e-12)


# ---------------------------------------------------------------- transforms
def test_every_transform_goes_through_a_small_network():
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((3, 2, 6, 6)), rng.standard_normal((4, 2, 3, 3))

    def f(x, weight):
        return np.sum(np.tanh(F.avg_pool2d(F.max_pool2d(F.conv2d(x, weight, padding=1), 2), 2, stride=1)))

    check_grads(f)(x, weight)
    v = rng.standard_normal(weight.shape)
    along = make_jvp(lambda w: grad(f, 1)(x, w))(weight)(v)[1]
    np.testing.assert_allclose(make_hvp(lambda w: f(x, w))(weight)[0](v), along, rtol=1e-10, atol=1e-12)
    each = vmap(grad(f, 1), (0, None))(x, weight)                  # one gradient per example, which has no batch axis
    for one, example in zip(each, x, strict=True):
        np.testing.assert_allclose(one, grad(f, 1)(example[None], weight), rtol=1e-10, atol=1e-12)


def test_results_have_the_examples_last_in_memory_where_the_next_layer_finds_them():
    rng, windows = np.random.default_rng(0), {"stride": (2, 2), "padding": ((0, 0), (0, 0)), "dilation": (1, 1)}
    y = F.relu(F.conv2d(rng.standard_normal((5, 2, 9, 9)), rng.standard_normal((3, 2, 4, 4))))
    pooled = F.max_pool2d(y, 2)
    reached = gates.reached(y, pooled, kernel=(2, 2), **windows)
    back = gates.pool_share(np.ones(pooled.shape), reached, size=(6, 6), kernel=(2, 2), **windows)
    for x in (y, pooled, back):
        assert np.shares_memory(gates._examples_last(x), x)


def test_ties_have_equal_shares_and_padding_has_none():
    x = Tensor([[-np.inf, -np.inf, 1.0, 1.0, 0.0, 0.0]])
    with np.errstate(invalid="ignore"):
        F.max_pool1d(x, 3, stride=2, padding=1).backward(np.array([[1.0, 1.0, 1.0]]))
    assert x.grad.tolist() == [[0.5, 0.5, 0.5, 1.5, 0.0, 0.0]]


# ---------------------------------------------------------------- refusals
@pytest.mark.parametrize(("call", "text"), [
    (lambda x: F.conv2d(x, np.ones((4, 2, 3, 3))), r"conv: an input \(2, 3, 5, 5\) and a weight \(4, 2, 3, 3\) do not"),
    (lambda x: F.conv2d(x, np.ones((4, 1, 3, 3)), groups=3), r"do not fit, with groups=3.*O a multiple of groups"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 3))), r"conv2d.*weight.*\(4, 3, 3\)"),
    (lambda x: F.conv1d(x, np.ones((4, 3, 3))), r"conv1d.*\(2, 3, 5, 5\)"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 6, 3))), r"conv: \(5, 5\) with .* no room for windows \(6, 3\).*pad more"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 3, 3)), stride=0), r"stride=\(0, 0\).*padding from 0, the others from 1"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 3, 3)), padding=-1), r"padding=\(\(-1, -1\), \(-1, -1\)\)"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 3, 3)), stride=2, padding="same"), r"padding='same' with stride=\(2, 2\)"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 3, 3)), padding="full"), "padding='full'.*write numbers, 'valid'"),
    (lambda x: F.conv2d(x, np.ones((4, 3, 3, 3)), stride=(1, 1, 1)), r"stride=\(1, 1, 1\) along 2 axes"),
    (lambda x: F.max_pool2d(x, 2, padding=2), r"padding=2 with windows \(2, 2\).*half a window"),
    (lambda x: F.max_pool2d(x, 6), r"max_pool: \(5, 5\) with .* no room for windows \(6, 6\)"),
    (lambda x: F.avg_pool2d(x[0, 0, 0], 2), r"avg_pool2d.*\(5,\)"),
    (lambda x: F.max_pool2d(x[0, 0, 0], 2), r"max_pool2d.*\(5,\)"),
])  # fmt: skip
@pytest.mark.parametrize("wrap", [np.asarray, Tensor])
def test_what_does_not_fit_is_refused(call, text, wrap):
    with pytest.raises(ValueError, match=f"(?s){text}"):
        call(wrap(np.ones((2, 3, 5, 5))))


def test_transposes_of_another_convolution_are_refused():
    windows = {"stride": (1,), "padding": ((0, 0),), "dilation": (1,)}
    with pytest.raises(ShapeError, match=r"conv_transpose: .* make \(1, 2, 4\), not \(1, 2, 3\)"):
        gates.conv_transpose(np.ones((1, 2, 3)), np.ones((2, 2, 2)), size=(5,), **windows)
    with pytest.raises(ShapeError, match=r"conv_weight: .* make \(1, 2, 4\), not \(1, 2, 3\)"):
        gates.conv_weight(np.ones((1, 2, 5)), np.ones((1, 2, 3)), size=(2,), **windows)
    with pytest.raises(ShapeError, match=r"pool_share: windows \(2,\) over \(5,\) have \(4,\) places, not \(3,\)"):
        gates.pool_share(np.ones((1, 3)), np.ones((2, 1, 3), bool), size=(5,), kernel=(2,), **windows)


# ---------------------------------------------------------------- layers
class TestLayers:
    def test_weights_have_torchs_shapes_and_start(self):
        layer = nn.Conv2d(6, 40, kernel_size=(3, 5), groups=2, seed=0)
        assert [(p.name, p.shape) for p in layer.parameters()] == [("weight", (40, 3, 3, 5)), ("bias", (40,))]
        bound = 1 / math.sqrt(45)
        weight = layer.weight.data
        assert 0.99 * bound < np.abs(weight).max() <= bound
        assert abs(weight.std() * math.sqrt(3) / bound - 1) < 0.03
        assert 0.8 * bound < np.abs(layer.bias.data).max() <= bound

    def test_seed(self):
        one, same, other = (nn.Conv1d(2, 3, 2, seed=seed) for seed in (1, 1, 2))
        assert np.array_equal(one.weight.data, same.weight.data)
        assert not np.array_equal(one.weight.data, other.weight.data)

    def test_without_bias(self):
        assert [p.name for p in nn.Conv2d(1, 2, 3, bias=False).parameters()] == ["weight"]

    def test_layers_are_the_functions(self):
        x = np.random.default_rng(0).standard_normal((2, 4, 7, 8))
        layer = nn.Conv2d(4, 6, 3, stride=2, padding=1, dilation=2, groups=2, seed=0)
        expected = F.conv2d(x, layer.weight.data, layer.bias.data, 2, 1, 2, 2)
        np.testing.assert_array_equal(layer.predict(x), expected)
        line = nn.Conv1d(4, 2, 3, padding="same", seed=0)
        expected = F.conv1d(x[..., 0], line.weight.data, line.bias.data, padding="same")
        np.testing.assert_array_equal(line.predict(x[..., 0]), expected)
        for pool, right in (
            (nn.MaxPool1d(3, 2, 1, 1, ceil_mode=True), F.max_pool1d(x, 3, 2, 1, 1, True)),
            (nn.MaxPool2d(3, 2, 1, 2, ceil_mode=True), F.max_pool2d(x, 3, 2, 1, 2, True)),
            (nn.AvgPool1d(3, 2, 1, True, False), F.avg_pool1d(x, 3, 2, 1, True, False)),
            (nn.AvgPool2d(3, 2, 1, True, False, 4), F.avg_pool2d(x, 3, 2, 1, True, False, 4)),
        ):
            np.testing.assert_array_equal(pool.predict(x), right)

    def test_float32_stays(self):
        model = nn.Sequential(nn.Conv2d(2, 3, 2), nn.MaxPool2d(2), nn.AvgPool2d(2)).to(np.float32)
        y = model(np.ones((1, 2, 6, 6), np.float32))
        y.sum().backward()
        assert y.dtype == model[0].weight.grad.dtype == model[0].bias.grad.dtype == np.float32

    def test_text(self):
        layers = [nn.Conv2d(1, 16, 3, padding=1), nn.Conv1d(2, 4, 3, 2, "valid", 2, 2, bias=False), nn.MaxPool2d(2),
                  nn.AvgPool1d(2, 1)]  # fmt: skip
        assert [repr(layer) for layer in layers] == [
            "Conv2d(1, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))",
            "Conv1d(2, 4, kernel_size=(3,), stride=(2,), padding='valid', dilation=(2,), groups=2, bias=False)",
            "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
            "AvgPool1d(kernel_size=2, stride=1, padding=0, ceil_mode=False, count_include_pad=True)",
        ]  # fmt: skip

    @pytest.mark.parametrize("shape", [(2, 4, 5, 5), (5, 5), (2, 3, 2, 5)])
    def test_an_input_that_does_not_fit(self, shape):
        model = nn.Sequential(nn.Conv2d(3, 4, 3, dilation=2))
        text = rf"Conv2d\(3, 4, .*\) got an input of shape \({str(shape)[1:-1]}\); its weight '0.weight' is \(4, 3"
        with pytest.raises(ShapeError, match=rf"(?s){text}.*test_convolution.py:\d+.*\(N, 3, H, W\).*at least 5 by 5"):
            model(np.ones(shape))

    def test_channels(self):
        with pytest.raises(ValueError, match=r"Conv2d\(0, 4, 3, groups=1\) connects nothing"):
            nn.Conv2d(0, 4, 3)
        with pytest.raises(ValueError, match="3 and 4 channels do not fall into 2 groups"):
            nn.Conv1d(3, 4, 3, groups=2)
