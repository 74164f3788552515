"""What layers, losses and modules refuse: one error that names the layer and says what to write; nothing changes."""

import copy
import pickle
import re

import numpy as np
import pytest

import nn
from autograd import compile, grad, no_grad
from autograd.errors import DataError, NoAttribute, ShapeError
from nn import functional as F

X = np.ones((5, 3))
SEQUENCE = np.ones((4, 2, 3))

#: how the layer is made, its input, the error, and words of it
INPUTS = {
    "Bilinear": (lambda: nn.Bilinear(3, 4, 2), (X, X), ShapeError,
        r"Bilinear\(3, 4, 2\) got .* weight '0.weight'.*4\)"),
    "Bilinear, rows": (lambda: nn.Bilinear(3, 3, 2), (X, X[:2]), ShapeError, r"\(5, 3\) and \(2, 3\)"),
    "Embedding": (lambda: nn.Embedding(3, 2), ([1, 3],), DataError, "3 is out of range, as there are 3 rows.*0 to 2"),
    "Embedding, negative": (lambda: nn.Embedding(3, 2), ([-1],), DataError, "-1 is out of range"),
    "Embedding, floats": (lambda: nn.Embedding(3, 2), ([1.0],), DataError,
        r"whole numbers, got float64.*astype\(int\)"),
    "LayerNorm": (lambda: nn.LayerNorm(4), (X,), ShapeError,
        r"LayerNorm\(\(4,\)\), its weight '0.weight', got .*…, 4\)"),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), (X,), ShapeError,
        r"GroupNorm\(2, 4\), its weight '0.weight'.*\(N, 4, …\)"),
    "RNN": (lambda: nn.RNN(4, 2), (SEQUENCE,), ShapeError, r"RNN\(4, 2\) got .*'0.weight_ih_l0' is \(2, 4\).*L, N, 4"),
    "RNN, axes": (lambda: nn.RNN(3, 2, batch_first=True), (np.ones(3),), ShapeError, r"\(N, L, 3\) or \(L, 3\)"),
    "LSTM, empty": (lambda: nn.LSTM(3, 2), (SEQUENCE[:0],), ShapeError, "no axis of length 0"),
    "LSTM, state": (lambda: nn.LSTM(3, 2), (SEQUENCE, np.ones((1, 2, 2))), ShapeError,
        r"h_0, c_0, each of .*\(1, 2, 2\)"),
    "GRU, state": (lambda: nn.GRU(3, 2), (SEQUENCE, np.ones((1, 4, 2))), ShapeError, r"state of shape \(1, 4, 2\)"),
    "LSTMCell": (lambda: nn.LSTMCell(4, 2), (X,), ShapeError, r"LSTMCell\(4, 2\).*'0.weight_ih' is \(8, 4\).*N, 4\)"),
    "GRUCell, state": (lambda: nn.GRUCell(3, 2), (X, np.ones((4, 2))), ShapeError, r"each of shape \(5, 2\)"),
    "MultiheadAttention": (lambda: nn.MultiheadAttention(4, 2), (SEQUENCE,) * 3, ShapeError,
                           r"Attention\(4, 2\), its weight '0.in_proj_weight', got .*\(L, N, 4\)"),
    "MultiheadAttention, mask": (lambda: nn.MultiheadAttention(3, 1), (*[SEQUENCE] * 3, np.zeros((4, 2))), ShapeError,
                                 r"key_padding_mask of shape \(4, 2\).*\(2, 4\)"),
    "MultiheadAttention, all hidden": (lambda: nn.MultiheadAttention(3, 1),
                                       (*[SEQUENCE] * 3, np.ones((2, 4), bool)), DataError, "see nothing"),
    "TransformerEncoderLayer": (lambda: nn.TransformerEncoderLayer(4, 2, 8), (SEQUENCE,), ShapeError,
                                r"'0.self_attn.in_proj_weight', got inputs of shapes \(4, 2, 3\)"),
    "Residual": (lambda: nn.Residual(nn.Linear(3, 2)), (X,), ShapeError, r"Linear\(3, 2\) made \(5, 2\) of it"),
}


class Chain(nn.Sequential):
    """A chain whose first layer takes several inputs."""

    def forward(self, *inputs):
        return self[1](self[0](*inputs))


@pytest.mark.parametrize("name", INPUTS)
def test_inputs(name):
    make, inputs, error, words = INPUTS[name]
    model = Chain(make(), nn.Dropout(0.5, seed=0))
    before, drawn = model.state_dict(), model[1].key.data
    with pytest.raises(error) as caught:
        model(*inputs)
    assert re.search(f"(?s){words}", str(caught.value)), str(caught.value)
    said = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert (name.split(",")[0] if "Transformer" not in name else "MultiheadAttention") in said
    assert all(np.array_equal(value, before[key]) for key, value in model.state_dict().items())
    assert np.array_equal(model[1].key.data, drawn)
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(("make", "words"), [
    (lambda: nn.Bilinear(3, 0, 1), "Bilinear.*at least 1"), (lambda: nn.Embedding(0, 2), "Embedding.*at least 1"),
    (lambda: nn.Embedding(3, 2, padding_idx=3), "padding_idx=3 is none of 3 rows"),
    (lambda: nn.LayerNorm(()), "LayerNorm.*last axes"),
    (lambda: nn.GroupNorm(3, 4), "GroupNorm: 4 channels .* 3 groups"),
    (lambda: nn.RNN(3, 0), "RNN.*at least 1"), (lambda: nn.LSTM(3, 2, num_layers=0), "LSTM cannot have num_layers=0"),
    (lambda: nn.RNN(3, 2, nonlinearity="sin"), 'RNN does not know nonlinearity=.sin.*"tanh" or "relu"'),
    (lambda: nn.GRU(3, 2, 2, dropout=1.5), "p=1.5.*probability"),
    (lambda: nn.MultiheadAttention(6, 4), "embed_dim=6 does not fall into 4 heads"),
    (lambda: nn.TransformerEncoderLayer(4, 3), "embed_dim=4 does not fall into 3 heads"),
    (lambda: nn.TransformerEncoderLayer(4, 2, activation="swish"), 'activation=.swish.*"gelu"'),
    (lambda: nn.CrossEntropyLoss(label_smoothing=1.5), "CrossEntropyLoss.*from 0 to 1"),
    (lambda: nn.SmoothL1Loss(beta=-1.0), "beta=-1.0.*not negative"),
    (lambda: F.dropout(X, -0.1, key=np.zeros(2)), "p=-0.1.*probability"),
    (lambda: F.scaled_dot_product_attention(X, X, X, np.zeros((5, 5)), is_causal=True), "one of them"),
    (lambda: nn.MultiheadAttention(3, 1)(X, X, X, is_causal=True), "generate_square_subsequent_mask"),
])
def test_arguments(make, words):
    with pytest.raises(ValueError, match=f"(?s){words}"):
        make()


@pytest.mark.parametrize(("make", "error", "words"), [
    (lambda: nn.CrossEntropyLoss("sum"), DataError, "CrossEntropyLoss cannot have weight='sum'.*by name"),
    (lambda: nn.NLLLoss([1.0, np.nan]), DataError, "NLLLoss cannot have weight"),
    (lambda: nn.BCEWithLogitsLoss(pos_weight=[-1.0]), DataError, "cannot have pos_weight"),
    (lambda: nn.CrossEntropyLoss([1.0, 2.0])(X, [0] * 5), ShapeError, r"CrossEntropyLoss.*\(5, 3\), weight \(2,\)"),
    (lambda: nn.BCELoss(np.ones(2))(X, X), ShapeError, r"BCELoss.*\(5, 3\), weight \(2,\)"),
    (lambda: nn.BCEWithLogitsLoss(pos_weight=np.ones(5))(X, X), ShapeError, r"pos_weight \(5,\)"),
    (lambda: nn.NLLLoss()(X, [-100] * 5), DataError, "NLLLoss: every label is -100.*sum"),
    (lambda: nn.CrossEntropyLoss(ignore_index=1)(X, [1, 3, 0, 0, 0]), DataError, "label 3 is out of range"),
    (lambda: nn.MSELoss()(X[:0], X[:0]), ShapeError, r"MSELoss: the prediction has shape \(0, 3\).*one row"),
    (lambda: nn.CrossEntropyLoss()(X[:0], np.zeros(0, int)), ShapeError, r"CrossEntropyLoss: .*\(0, 3\).*one row"),
    (lambda: nn.KLDivLoss()(X, X - 2.0), DataError, "KLDivLoss: the target has -1.0"),
    (lambda: F.embedding([4], X[:3]), DataError, "embedding: 4 is out of range"),
    (lambda: F.layer_norm(X, (5,)), ShapeError, r"layer_norm over \(5,\)"),
    (lambda: F.group_norm(X, 2), ShapeError, "2 groups"),
    (lambda: F.scaled_dot_product_attention(X, X[:, :2], X), ShapeError, "attention of queries"),
    (lambda: nn.Residual(np.tanh), TypeError, "Residual got <ufunc 'tanh'>"),
    (lambda: nn.Sequential([nn.Tanh()]), TypeError, r"nn.Sequential\(\*layers\)"),
    (lambda: nn.Sequential(nn.Tanh()).append(np.tanh), TypeError, "not a module"),
    (lambda: nn.Sequential({"a.b": nn.Tanh()}), ValueError, "cannot name a layer 'a.b'"),
    (lambda: nn.Sequential({"forward": nn.Tanh()}), ValueError, "cannot name a layer 'forward'"),
    (lambda: nn.Sequential(nn.Tanh(), nn.Tanh())[1:].append(nn.Tanh()), ValueError, "cannot name a layer '1'"),
])
def test_losses_functions_and_chains(make, error, words):
    with pytest.raises(error, match=f"(?s){words}"):
        make()


def test_all_ignored_sums_to_nothing():
    assert nn.CrossEntropyLoss(reduction="sum")(X, [-100] * 5) == 0.0


def test_a_program_never_takes_a_row_that_is_not_there():
    layer = nn.Embedding(3, 2, seed=0)
    loss, good = compile(lambda x: (layer(x) ** 2.0).sum()), np.array([0, 2])
    with no_grad():
        assert loss(good) == loss(good) == np.sum(layer.weight.data[good] ** 2.0)
        assert np.isnan(loss(np.array([0, 3])))
        assert np.isnan(loss(np.array([0, -1])))


def test_the_row_of_padding_is_not_trained():
    layer = nn.Embedding(4, 2, padding_idx=-3, seed=0)
    assert (layer.padding_idx, layer.weight.data[1].tolist()) == (1, [0.0, 0.0])
    slope = grad(lambda w: F.embedding(np.array([1, 2, 1]), w, 1).sum())(np.ones((4, 2)))
    assert slope.tolist() == [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]


# ---------------------------------------------------------------- torch's names
@pytest.mark.parametrize(("name", "words"), [("ModuleList", "plain list"), ("ModuleDict", "plain dict"),
                                             ("ParameterList", "plain list"), ("Upsample", "repeat"),
                                             ("no_grad", "from autograd import no_grad"),
                                             ("Liner", "did you mean Linear"),
                                             ("zzzzz", "dir")])
def test_names_of_torch(name, words):
    with pytest.raises(NoAttribute, match=f"(?s)nn has no '{name}'.*{words}"):
        getattr(nn, name)


@pytest.mark.parametrize(("name", "words"), [("register_buffer", "nn.Buffer"), ("add_module", "self.name = module"),
                                             ("cuda", "leave it out"), ("parametres", "did you mean parameters"),
                                             ("wieght", "did you mean weight")])
def test_methods_of_torch(name, words):
    with pytest.raises(NoAttribute, match=f"(?s)Linear has no '{name}'.*{words}"):
        getattr(nn.Linear(1, 1), name)
    assert not hasattr(nn.Linear(1, 1), name)


def test_functions_of_torch():
    with pytest.raises(NoAttribute, match=r"(?s)nn.functional has no 'one_hot'.*np.eye"):
        F.one_hot  # noqa: B018
    with pytest.raises(NoAttribute, match="did you mean softmax"):
        F.sotfmax  # noqa: B018


def test_what_is_said_instead_exists_here_alone():
    from nn.words import FUNCTIONS, METHODS, MODULES
    assert [name for name in MODULES if name in nn.__all__] == []
    assert [name for name in METHODS if name in dir(nn.Module)] == []
    assert [name for name in FUNCTIONS if name in F.__all__] == []


# ---------------------------------------------------------------- modules as in torch
class TestModule:
    def model(self):
        return nn.Sequential({"in": nn.Linear(3, 4), "block": nn.Sequential(nn.Tanh(), nn.Linear(4, 2))}, seed=0)

    def test_children_and_apply(self):
        model, seen = self.model(), []
        assert [name for name, _ in model.named_children()] == ["in", "block"]
        assert model.children() == list(model)
        assert model.apply(seen.append) is model
        assert [type(part).__name__ for part in seen] == ["Linear", "Tanh", "Sequential", "Linear", "Sequential"]

    def test_dtypes(self):
        model = self.model()
        assert {p.dtype for p in model.float().parameters()} == {np.dtype(np.float32)}
        assert {p.dtype for p in model.double().parameters()} == {np.dtype(np.float64)}

    def test_zero_grad(self):
        model = self.model()
        model(X).sum().backward()
        assert all(p.grad is not None for p in model.parameters())
        model.zero_grad()
        assert all(p.grad is None for p in model.parameters())

    def test_chains_with_names(self):
        model = self.model()
        assert list(model.state_dict()) == ["in.weight", "in.bias", "block.1.weight", "block.1.bias"]
        assert [p.name for p in model.parameters()] == list(model.state_dict())
        assert model.block is model[1] is model[-1]
        assert list(model[:1].state_dict()) == ["in.weight", "in.bias"]

    def test_append(self):
        model = nn.Sequential(nn.Linear(3, 4))
        assert model.append(nn.Linear(4, 2)) is model
        assert list(model.state_dict())[2:] == ["1.weight", "1.bias"]
        assert model[1].bias.name == "1.bias"
        assert model(X).shape == (5, 2)

    @pytest.mark.parametrize("make", [lambda: nn.RNN(3, 2, 2, "relu"), lambda: nn.LSTM(3, 2), lambda: nn.GRUCell(3, 2),
                                      lambda: nn.Sequential({"a": nn.TransformerEncoderLayer(3, 1, 4)}).eval()])
    def test_copies(self, make):
        model = make()
        for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert [p.name for p in again.parameters()] == [p.name for p in model.parameters()]
            for a, b in zip(again.predict(X), model.predict(X), strict=True):
                np.testing.assert_array_equal(a, b)
