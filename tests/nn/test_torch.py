"""Every layer, activation and loss against torch: the same weights, values and every gradient, in both modes."""

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import functional as F

DTYPES = {np.float64: 1e-10, np.float32: 1e-5}
RNG = np.random.default_rng(0)


def rand(*shape):
    return RNG.normal(size=shape)


def layer(name, *arguments, x, more=(), modes=(True, False), keywords=None, **settings):
    """A row: how the layer is made, the arrays that are differentiated, and what is passed besides."""
    return {"name": name, "arguments": arguments, "settings": settings, "x": x, "more": more,
            "modes": modes, "keywords": keywords or {}}


X, IMAGE, LINE, SEQUENCE = rand(6, 4), rand(2, 4, 7, 6), rand(2, 4, 9), rand(5, 3, 4)
CAUSAL = np.triu(np.ones((5, 5), bool), 1)
PADDING = np.array([[False] * 5, [False, False, False, False, True], [False, False, False, True, True]])
ATTENTION = {"embed_dim": 8, "num_heads": 2}
WIDE = rand(5, 3, 8)
ROWS = {
    "Linear": layer("Linear", 4, 3, x=[X]),
    "Linear, no bias": layer("Linear", 4, 3, bias=False, x=[X[0]]),
    "Bilinear": layer("Bilinear", 4, 3, 5, x=[X, rand(6, 3)]),
    "Bilinear, no bias": layer("Bilinear", 4, 3, 5, bias=False, x=[SEQUENCE, rand(5, 3, 3)]),
    "Embedding": layer("Embedding", 7, 3, x=[], more=[np.array([[1, 6, 1], [0, 2, 2]])]),
    "Embedding, padding": layer("Embedding", 7, 3, padding_idx=2, x=[], more=[np.array([[1, 6, 1], [0, 2, 2]])]),
    "Flatten": layer("Flatten", x=[IMAGE]),
    "Flatten, some axes": layer("Flatten", 0, -2, x=[IMAGE]),
    "Identity": layer("Identity", x=[X]),
    "BatchNorm1d": layer("BatchNorm1d", 4, x=[X]),
    "BatchNorm1d, lines": layer("BatchNorm1d", 4, momentum=None, x=[LINE]),
    "BatchNorm2d": layer("BatchNorm2d", 4, eps=0.1, affine=False, x=[IMAGE]),
    "LayerNorm": layer("LayerNorm", 4, x=[X]),
    "LayerNorm, axes": layer("LayerNorm", (7, 6), eps=0.1, x=[IMAGE]),
    "LayerNorm, no bias": layer("LayerNorm", (4,), bias=False, x=[SEQUENCE]),
    "LayerNorm, plain": layer("LayerNorm", 4, elementwise_affine=False, x=[SEQUENCE]),
    "GroupNorm": layer("GroupNorm", 2, 4, x=[IMAGE]),
    "GroupNorm, rows": layer("GroupNorm", 2, 4, affine=False, x=[X]),
    "Dropout": layer("Dropout", 0.5, x=[X], modes=(False,)),
    "Dropout, none": layer("Dropout", 0.0, x=[X]),
    "Conv1d": layer("Conv1d", 4, 6, 3, stride=2, padding=1, groups=2, x=[LINE]),
    "Conv2d": layer("Conv2d", 4, 5, 3, padding="same", bias=False, x=[IMAGE]),
    "MaxPool1d": layer("MaxPool1d", 3, 2, x=[LINE]),
    "MaxPool2d": layer("MaxPool2d", 2, ceil_mode=True, x=[IMAGE]),
    "AvgPool1d": layer("AvgPool1d", 3, padding=1, x=[LINE]),
    "AvgPool2d": layer("AvgPool2d", 2, count_include_pad=False, x=[IMAGE]),
    "Sigmoid": layer("Sigmoid", x=[X]), "Tanh": layer("Tanh", x=[X]), "ReLU": layer("ReLU", x=[X]),
    "LeakyReLU": layer("LeakyReLU", 0.2, x=[X]), "ELU": layer("ELU", 0.7, x=[X]), "GELU": layer("GELU", x=[X]),
    "SiLU": layer("SiLU", x=[X]), "Softplus": layer("Softplus", x=[X]), "Softmax": layer("Softmax", 0, x=[X]),
    "LogSoftmax": layer("LogSoftmax", -1, x=[X]),
    "RNN": layer("RNN", 4, 5, x=[SEQUENCE]),
    "RNN, relu": layer("RNN", 4, 5, 2, "relu", batch_first=True, x=[SEQUENCE, rand(2, 5, 5)]),
    "RNN, no bias": layer("RNN", 4, 5, bias=False, bidirectional=True, x=[SEQUENCE]),
    "RNN, one sequence": layer("RNN", 4, 5, batch_first=True, x=[SEQUENCE[0], rand(1, 5)]),
    "LSTM": layer("LSTM", 4, 5, x=[SEQUENCE]),
    "LSTM, deep": layer("LSTM", 4, 5, 2, batch_first=True, dropout=0.5, bidirectional=True, modes=(False,),
                        x=[SEQUENCE, (rand(4, 5, 5), rand(4, 5, 5))]),
    "LSTM, one sequence": layer("LSTM", 4, 5, 1, False, x=[SEQUENCE[0], (rand(1, 5), rand(1, 5))]),
    "GRU": layer("GRU", 4, 5, x=[SEQUENCE]),
    "GRU, deep": layer("GRU", 4, 5, num_layers=3, bidirectional=True, x=[SEQUENCE, rand(6, 3, 5)]),
    "GRU, no bias": layer("GRU", 4, 5, bias=False, batch_first=True, x=[SEQUENCE]),
    "RNNCell": layer("RNNCell", 4, 5, x=[X, rand(6, 5)]),
    "RNNCell, relu": layer("RNNCell", 4, 5, False, "relu", x=[X[0]]),
    "LSTMCell": layer("LSTMCell", 4, 5, x=[X, (rand(6, 5), rand(6, 5))]),
    "LSTMCell, zeros": layer("LSTMCell", 4, 5, bias=False, x=[X]),
    "GRUCell": layer("GRUCell", 4, 5, x=[X, rand(6, 5)]),
    "MultiheadAttention": layer("MultiheadAttention", 8, 2, x=[WIDE, rand(4, 3, 8), rand(4, 3, 8)]),
    "MultiheadAttention, masks": layer(
        "MultiheadAttention", 8, 4, bias=False, batch_first=True, x=[WIDE.swapaxes(0, 1)] * 3,
        keywords={"attn_mask": CAUSAL, "key_padding_mask": PADDING, "average_attn_weights": False}),
    "MultiheadAttention, added mask": layer(
        "MultiheadAttention", **ATTENTION, x=[WIDE] * 3, modes=(True,),
        keywords={"attn_mask": rand(6, 5, 5), "need_weights": False}),
    "MultiheadAttention, one sequence": layer(
        "MultiheadAttention", **ATTENTION, dropout=0.5, modes=(False,), x=[WIDE[:, 0], rand(4, 8), rand(4, 8)]),
    "TransformerEncoderLayer": layer("TransformerEncoderLayer", 8, 2, 16, 0.0, x=[WIDE]),
    "TransformerEncoderLayer, first": layer(
        "TransformerEncoderLayer", 8, 4, dim_feedforward=16, dropout=0.3, activation="gelu", batch_first=True,
        norm_first=True, modes=(False,), x=[WIDE.swapaxes(0, 1)],
        keywords={"src_mask": CAUSAL, "src_key_padding_mask": PADDING}),
    "TransformerEncoderLayer, no bias": layer(
        "TransformerEncoderLayer", 8, 1, 16, 0.0, "relu", 1e-3, bias=False, x=[WIDE[:, 0]]),
}

PROBABILITIES, SHARES = RNG.uniform(0.1, 0.9, (6, 4)), RNG.dirichlet(np.ones(4), 6)
TARGETS, LABELS, PIXELS = RNG.uniform(size=(6, 4)), RNG.integers(0, 4, 6), RNG.integers(0, 4, (2, 7, 6))
IGNORED, WEIGHT = np.where(np.arange(6) == 2, 1, LABELS), np.array([0.5, 2.0, 0.0, 1.5])
HUGE = X * 1e4
LOSSES = {
    "MSELoss": ({}, X, TARGETS), "L1Loss": ({}, X, TARGETS),
    "HuberLoss": ({"delta": 0.4}, X, TARGETS),
    "SmoothL1Loss": ({"beta": 0.4}, X, TARGETS), "SmoothL1Loss, sharp": ({"beta": 0.0}, X, TARGETS),
    "BCELoss": ({}, PROBABILITIES, TARGETS), "BCELoss, weight": ({"weight": WEIGHT}, PROBABILITIES, TARGETS),
    "BCEWithLogitsLoss": ({}, X, TARGETS), "BCEWithLogitsLoss, huge": ({}, HUGE, TARGETS),
    "BCEWithLogitsLoss, weights": ({"weight": WEIGHT, "pos_weight": WEIGHT[::-1] + 1.0}, X, TARGETS),
    "BCEWithLogitsLoss, huge weights": ({"pos_weight": WEIGHT}, HUGE, TARGETS),
    "CrossEntropyLoss": ({}, X, LABELS), "CrossEntropyLoss, huge": ({}, HUGE, LABELS),
    "CrossEntropyLoss, weight": ({"weight": WEIGHT}, X, LABELS),
    "CrossEntropyLoss, ignored": ({"weight": WEIGHT, "ignore_index": 1}, X, IGNORED),
    "CrossEntropyLoss, -100": ({}, X, np.where(np.arange(6) < 2, -100, LABELS)),
    "CrossEntropyLoss, smooth": ({"label_smoothing": 0.2}, X, LABELS),
    "CrossEntropyLoss, all": ({"weight": WEIGHT, "ignore_index": 1, "label_smoothing": 0.2}, X, IGNORED),
    "CrossEntropyLoss, shares": ({}, X, SHARES),
    "CrossEntropyLoss, all shares": ({"weight": WEIGHT, "label_smoothing": 0.3}, X, SHARES),
    "CrossEntropyLoss, pixels": ({"weight": WEIGHT, "label_smoothing": 0.1, "ignore_index": 3}, IMAGE, PIXELS),
    "CrossEntropyLoss, pixel shares": ({"weight": WEIGHT}, IMAGE, RNG.uniform(size=IMAGE.shape)),
    "NLLLoss": ({}, X, LABELS), "NLLLoss, ignored": ({"weight": WEIGHT, "ignore_index": 1}, X, IGNORED),
    "NLLLoss, pixels": ({"ignore_index": 0}, IMAGE, PIXELS),
    "KLDivLoss": ({}, X, SHARES), "KLDivLoss, logs": ({"log_target": True}, X, np.log(SHARES)),
}
#: torch has no such layer
OUR_OWN = {"Ensemble", "HingeLoss", "Loss", "MLP", "Module", "Penalized", "Residual", "Sequential"}


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch, which is compared with, is not installed")


def flat(x):
    """The arrays or tensors in tuples, None left out."""
    return [part for y in x for part in flat(y)] if isinstance(x, tuple | list) else [] if x is None else [x]


def each(f, x):
    return tuple(each(f, part) for part in x) if isinstance(x, tuple | list) else f(x)


def close(a, b, dtype):
    assert a.dtype == b.dtype == dtype
    assert a.shape == b.shape
    np.testing.assert_allclose(a, b, rtol=DTYPES[dtype], atol=DTYPES[dtype] * max(1.0, np.max(np.abs(b), initial=0.0)))


def differentiated(torch, ours, theirs, dtype):
    """Values, after a backward pass from all of them with the same cotangents."""
    a, b = flat(ours), [part for part in flat(theirs) if part.requires_grad]
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        close(np.asarray(x.data), y.detach().numpy(), dtype)
    gs = [np.random.default_rng(k).normal(size=x.shape).astype(dtype) for k, x in enumerate(a)]
    sum((x * g).sum() for x, g in zip(a, gs, strict=True)).backward()
    sum((y * torch.tensor(g)).sum() for y, g in zip(b, gs, strict=True)).backward()


def state(theirs):
    return {name: np.asarray(value) for name, value in theirs.state_dict().items()}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ROWS)
def test_layers_are_torchs(torch, name, dtype):
    row = ROWS[name]
    kind = torch.float64 if dtype is np.float64 else torch.float32
    ours = getattr(nn, row["name"])(*row["arguments"], **row["settings"]).to(dtype)
    theirs = getattr(torch.nn, row["name"])(*row["arguments"], **row["settings"]).to(kind)
    rng = np.random.default_rng(1)
    for parameter in theirs.parameters():
        parameter.data = torch.tensor(rng.normal(0.0, 0.5, tuple(parameter.shape)).astype(dtype))
    assert list(ours.state_dict()) == list(state(theirs))
    ours.load_state_dict({key: value.astype(dtype) for key, value in state(theirs).items()})
    for mode in row["modes"]:
        ours.train(mode), theirs.train(mode)
        ours.zero_grad(), theirs.zero_grad()
        xs = each(lambda x: x.astype(dtype), row["x"])
        a, b = each(Tensor, xs), each(lambda x: torch.tensor(x, requires_grad=True), xs)
        options = {key: (torch.tensor(x.astype(dtype) if x.dtype == float else x) if isinstance(x, np.ndarray) else x)
                   for key, x in row["keywords"].items()}
        differentiated(torch, ours(*a, *row["more"], **row["keywords"]),
                       theirs(*b, *map(torch.tensor, row["more"]), **options), dtype)
        for x, y in zip(flat(a), flat(b), strict=True):
            close(x.grad, y.grad.numpy(), dtype)
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            close(p.grad, q.grad.numpy(), dtype)
    for key, value in ours.state_dict().items():
        np.testing.assert_allclose(value, state(theirs)[key], rtol=DTYPES[dtype], atol=DTYPES[dtype])


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")      # torch, of KLDivLoss
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_torchs(torch, name, reduction, dtype):
    settings, x, target = LOSSES[name]
    kind = name.split(",")[0]
    target = target.astype(dtype) if target.dtype == float else target
    weights = {key: torch.tensor(w.astype(dtype)) if isinstance(w, np.ndarray) else w for key, w in settings.items()}
    a, b = Tensor(x.astype(dtype)), torch.tensor(x.astype(dtype), requires_grad=True)
    differentiated(torch, getattr(nn, kind)(reduction=reduction, **settings)(a, target),
                   getattr(torch.nn, kind)(reduction=reduction, **weights)(b, torch.tensor(target)), dtype)
    close(a.grad, b.grad.numpy(), dtype)


def test_the_divergence_by_rows(torch):
    a = nn.KLDivLoss("batchmean")(X, SHARES)
    assert a == pytest.approx(torch.nn.KLDivLoss(reduction="batchmean")(torch.tensor(X), torch.tensor(SHARES)).item())


# ---------------------------------------------------------------- functions
Q, K, V = rand(2, 3, 5, 4), rand(2, 3, 6, 4), rand(2, 3, 6, 7)
MAY = RNG.uniform(size=(5, 6)) < 0.7
MAY[:, 0] = True
FUNCTIONS = {
    "linear": ([X, rand(3, 4), rand(3)], {}), "bilinear": ([X, X, rand(3, 4, 4), rand(3)], {}),
    "layer_norm": ([X, (4,), rand(4), rand(4)], {"eps": 1e-3}),
    "group_norm": ([IMAGE, 2, rand(4), rand(4)], {}),
    "batch_norm": ([IMAGE, rand(4), rand(4) ** 2.0, rand(4), rand(4)], {}),
    "batch_norm, training": ([IMAGE, None, None, rand(4), rand(4), True], {}),
    "embedding": ([np.array([[1, 2], [2, 0]]), rand(4, 3)], {"padding_idx": 2}),
    "dropout": ([X, 0.5, False], {}),
    "scaled_dot_product_attention": ([Q, K, V], {}),
    "scaled_dot_product_attention, mask": ([Q, K, V, MAY], {"scale": 0.3}),
    "scaled_dot_product_attention, added mask": ([Q, K, V, rand(5, 6)], {}),
    "scaled_dot_product_attention, causal": ([Q, K, V], {"is_causal": True}),
    "cross_entropy": ([X, LABELS, WEIGHT], {"label_smoothing": 0.1, "ignore_index": 3}),
    "nll_loss": ([X, LABELS, WEIGHT], {"reduction": "sum"}), "kl_div": ([X, SHARES], {"log_target": True}),
    "mse_loss": ([X, TARGETS], {"reduction": "none"}), "l1_loss": ([X, TARGETS], {}),
    "huber_loss": ([X, TARGETS, "sum", 0.5], {}), "smooth_l1_loss": ([X, TARGETS], {"beta": 0.5}),
    "binary_cross_entropy": ([PROBABILITIES, TARGETS, WEIGHT], {}),
    "binary_cross_entropy_with_logits": ([X, TARGETS], {"pos_weight": WEIGHT}),
}
#: compared as layers above, or in test_convolution.py
ELSEWHERE = {"sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "softmax", "log_softmax",
             "conv1d", "conv2d", "max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"}


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_torchs(torch, name):
    arguments, keywords = FUNCTIONS[name]
    kind = name.split(",")[0]
    known = {key: torch.tensor(x) if isinstance(x, np.ndarray) else x for key, x in keywords.items()}
    targets = kind.endswith("loss") or "entropy" in kind or kind == "kl_div"
    fixed = set(range(1, 9)) if targets else {1, 2} if kind == "batch_norm" else set()
    learned = [isinstance(x, np.ndarray) and x.dtype == float and k not in fixed for k, x in enumerate(arguments)]
    a = [Tensor(x) if moving else x for x, moving in zip(arguments, learned, strict=True)]
    b = [torch.tensor(x, requires_grad=moving) if isinstance(x, np.ndarray) else x
         for x, moving in zip(arguments, learned, strict=True)]
    more = {"key": np.zeros(2)} if kind == "dropout" else {}
    differentiated(torch, getattr(F, kind)(*a, **keywords, **more), getattr(torch.nn.functional, kind)(*b, **known),
                   np.float64)
    for x, y, moving in zip(a, b, learned, strict=True):
        if moving:
            close(x.grad, y.grad.numpy(), np.float64)


def test_the_causal_mask_is_torchs(torch):
    expected = torch.nn.Transformer.generate_square_subsequent_mask(4).numpy()
    np.testing.assert_array_equal(F.generate_square_subsequent_mask(4), expected)


# ---------------------------------------------------------------- starts
def pooled(states):
    """The sizes of each parameter's numbers, of many starts together."""
    states = list(states)
    return {key: np.abs(np.concatenate([one[key].ravel() for one in states])) for key in states[0]}


def test_starts_are_drawn_as_in_torch(torch):
    torch.manual_seed(0)
    for name, sizes in (("Bilinear", (20, 30, 40)), ("Embedding", (300, 40)), ("LSTM", (30, 40, 2)),
                        ("GRUCell", (40, 30)), ("MultiheadAttention", (64, 4)),
                        ("TransformerEncoderLayer", (32, 4, 128))):
        ours = pooled(getattr(nn, name)(*sizes, seed=seed).state_dict() for seed in range(20))
        theirs = pooled(state(getattr(torch.nn, name)(*sizes)) for _ in range(20))
        assert ours.keys() == theirs.keys()
        for key, a in ours.items():
            b = theirs[key]
            assert a.shape == b.shape
            assert a.std() == pytest.approx(b.std(), rel=0.1, abs=1e-12), f"{name} {key}"
            assert a.max() == pytest.approx(b.max(), rel=0.1), f"{name} {key}"


# ---------------------------------------------------------------- the table
def public_layers():
    public = {name: getattr(nn, name) for name in nn.__all__}
    return {name for name, thing in public.items() if isinstance(thing, type) and issubclass(thing, nn.Module)}


def test_every_layer_and_every_loss_has_a_row():
    rows = {row["name"] for row in ROWS.values()} | {name.split(",")[0] for name in LOSSES}
    assert rows | OUR_OWN == public_layers()
    assert rows & OUR_OWN == set()


def test_every_function_has_a_row():
    rows = {name.split(",")[0] for name in FUNCTIONS}
    assert rows | ELSEWHERE | {"generate_square_subsequent_mask"} == set(F.__all__)


def test_a_wrong_layer_would_be_seen(torch, monkeypatch):
    monkeypatch.setattr(nn.LayerNorm, "forward", lambda self, x: F.layer_norm(x * 1.0001 + x**2.0 * 1e-4, (4,),
                                                                              self.weight, self.bias))
    with pytest.raises(AssertionError):
        test_layers_are_torchs(torch, "LayerNorm", np.float64)
