"""`nn.fit` as a program: the losses of eager mode, and eager mode where there can be no program."""
import warnings

import numpy as np
import pytest

import nn
import nn.loop
import nn.train
from autograd import compilation
from autograd.errors import AutogradError, DataError, GraphError
from autograd.executors import Replay

RNG = np.random.default_rng(0)
X = RNG.standard_normal((64, 3))
LABELS, NUMBERS = (X.sum(1) > 0.0).astype(int) + (X[:, 0] > 0.5), np.sin(X[:, :2])
TRUTH = (X[:, :1] > 0.0).astype(float)


def trained(monkeypatch, compiled, loss, target, model=None, epochs=12, batch_size=10, kind=nn.SGD, clip_norm=None,
            **settings):
    """The history and the parameters after training, as machine code or step by step."""
    monkeypatch.setattr(nn.train, "FEW", 2 if compiled else 10**9)
    monkeypatch.setattr(nn.loop, "MANY", 2)
    model = model() if model else nn.MLP([3, 8, 3 if target is LABELS else target.shape[1]], activation=nn.Tanh, seed=0)
    optimizer = kind(model.parameters(), **({"lr": 0.05} | settings))
    history = nn.fit(model, (X, target), loss=loss, optimizer=optimizer, epochs=epochs, batch_size=batch_size, seed=1,
                     clip_norm=clip_norm)
    return history, [part.data for part in (*model.parameters(), *model.buffers())], optimizer


def agree(first, second, digits=1e-12):
    (a, xs, _), (b, ys, _) = first, second
    np.testing.assert_allclose(a.loss, b.loss, rtol=digits)
    assert a.accuracy == b.accuracy
    for x, y in zip(xs, ys, strict=True):
        np.testing.assert_allclose(x, y, rtol=100.0 * digits, atol=10.0 * digits)
        assert type(x) is type(y)
        assert np.asarray(x).dtype == np.asarray(y).dtype


def sigmoids():
    return nn.MLP([3, 4, 1], activation=nn.ReLU, output=nn.Sigmoid, seed=0)


def convolutions():
    class Picture(nn.Module):
        def forward(self, x):
            return x.reshape(-1, 1, 1, 3)
    return nn.Sequential(Picture(), nn.Conv2d(1, 2, (1, 2), seed=0), nn.ReLU(), nn.Flatten(), nn.Linear(4, 3, seed=1))


def numbers():
    """Parameters that are numbers and not arrays."""
    class Scaled(nn.Linear):
        def __init__(self):
            super().__init__(3, 2, seed=0)
            self.scale, self.shift = nn.Parameter(1.5), nn.Parameter(0.1)

        def forward(self, x):
            return super().forward(x) * self.scale + self.shift
    return Scaled()


def kept_in_bounds():
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3), seed=0)


class Steps(nn.Module):
    """Each row of three numbers as a sequence of three steps, through a recurrent layer, to scores."""

    def __init__(self, core, size):
        self.core, self.out = core, nn.Linear(size, 3)
        self.reset_parameters(0)

    def forward(self, x):
        return self.out(self.core(x.reshape(-1, 3, 1))[0][:, -1])


class Words(nn.Module):
    """Each row as three words, through attention, to scores."""

    def __init__(self):
        self.words, self.place = nn.Embedding(7, 4, padding_idx=3), nn.Linear(1, 4)
        self.core = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.1, batch_first=True)
        self.pairs, self.out = nn.Bilinear(4, 4, 4), nn.Linear(4, 3)
        self.reset_parameters(0)

    def forward(self, x):
        words = np.array([1, 2, 3]) * (x > 0.0) + np.array([3, 1, 0]) * (x > 1.0)
        mask = nn.functional.generate_square_subsequent_mask(3)
        x = self.core(self.words(words) + self.place(x.reshape(-1, 3, 1)), src_mask=mask).mean(1)
        return self.out(self.pairs(x, x))


def normalised():
    return nn.Sequential(nn.Linear(3, 8), nn.LayerNorm(8), nn.ReLU(), nn.Residual(nn.Linear(8, 8)), nn.GroupNorm(2, 8),
                         nn.Identity(), nn.Linear(8, 3), seed=0)


IGNORED = np.where(np.arange(64) % 5 == 0, -100, LABELS)
WORK = {
    "buffers":         {"loss": nn.CrossEntropyLoss(), "target": LABELS, "model": kept_in_bounds},
    "labels":          {"loss": nn.CrossEntropyLoss(), "target": LABELS},
    "all rows":        {"loss": nn.CrossEntropyLoss(), "target": LABELS, "batch_size": None, "epochs": 60},
    "one batch":       {"loss": nn.MSELoss(), "target": NUMBERS, "batch_size": 64},
    "momentum":        {"loss": nn.MSELoss(), "target": NUMBERS, "momentum": 0.9, "weight_decay": 0.01},
    "nesterov":        {"loss": nn.HuberLoss(delta=0.3), "target": NUMBERS, "momentum": 0.8, "nesterov": True},
    "absolute":        {"loss": nn.L1Loss(), "target": NUMBERS},
    "sums":            {"loss": nn.MSELoss(reduction="sum"), "target": NUMBERS, "lr": 0.002},
    "two classes":     {"loss": nn.BCELoss(), "target": TRUTH, "model": sigmoids},
    "logits":          {"loss": nn.BCEWithLogitsLoss(), "target": TRUTH},
    "hinge":           {"loss": nn.HingeLoss(), "target": 2.0 * TRUTH - 1.0},
    "an own loss":     {"loss": lambda p, t: ((p - t) ** 4.0).mean(), "target": NUMBERS},
    "log-likelihood":  {"loss": nn.NLLLoss(), "target": LABELS,
                        "model": lambda: nn.MLP([3, 5, 3], activation=nn.GELU, output=nn.LogSoftmax, seed=0)},
    "weights":         {"loss": nn.CrossEntropyLoss([0.5, 2.0, 1.5], label_smoothing=0.1), "target": IGNORED,
                        "batch_size": 16,
                        "model": lambda: nn.MLP([3, 8, 3], activation=nn.Tanh, seed=0)},
    "weighted logits": {"loss": nn.BCEWithLogitsLoss([0.5], pos_weight=[3.0]), "target": TRUTH,
                        "batch_size": 16},
    "smooth":          {"loss": nn.SmoothL1Loss(beta=0.5), "target": NUMBERS, "batch_size": 16},
    "divergence":      {"loss": nn.KLDivLoss("batchmean"), "target": np.eye(3)[LABELS] * 0.9 + 0.1 / 3.0,
                        "batch_size": 16,
                        "model": lambda: nn.MLP([3, 5, 3], activation=nn.Tanh, output=nn.LogSoftmax, seed=0)},
    "normalised":      {"loss": nn.CrossEntropyLoss(), "target": LABELS, "model": normalised, "batch_size": 16},
    "an RNN":          {"loss": nn.CrossEntropyLoss(), "target": LABELS,
                        "model": lambda: Steps(nn.RNN(1, 3, 2, batch_first=True, dropout=0.2), 3),
                        "batch_size": 16},
    "an LSTM":         {"loss": nn.CrossEntropyLoss(), "target": LABELS,
                        "model": lambda: Steps(nn.LSTM(1, 3, batch_first=True), 3),
                        "batch_size": 16},
    "a GRU":           {"loss": nn.CrossEntropyLoss(), "target": LABELS,
                        "model": lambda: Steps(nn.GRU(1, 2, batch_first=True, bidirectional=True), 4),
                        "batch_size": 16},
    "a transformer":   {"loss": nn.CrossEntropyLoss(), "target": LABELS, "model": Words, "batch_size": 16},
    "dampening":       {"loss": nn.MSELoss(), "target": NUMBERS, "momentum": 0.9, "dampening": 0.5, "maximize": True,
                        "lr": 1e-3},
    "Adagrad":         {"loss": nn.CrossEntropyLoss(), "target": LABELS, "kind": nn.Adagrad, "lr_decay": 0.01},
    "Adadelta":        {"loss": nn.CrossEntropyLoss(), "target": LABELS, "kind": nn.Adadelta, "lr": 1.0},
    "RMSprop":         {"loss": nn.MSELoss(), "target": NUMBERS, "kind": nn.RMSprop, "lr": 0.01},
    "RMSprop, all":    {"loss": nn.MSELoss(), "target": NUMBERS, "kind": nn.RMSprop, "lr": 0.003, "momentum": 0.5,
                        "centered": True, "eps": 1e-2, "weight_decay": 0.01},
    "Adam":            {"loss": nn.CrossEntropyLoss(), "target": LABELS, "kind": nn.Adam, "lr": 0.01},
    "Adam, all":       {"loss": nn.MSELoss(), "target": NUMBERS, "kind": nn.Adam, "lr": 0.01, "betas": (0.8, 0.99),
                        "weight_decay": 0.1, "amsgrad": True},
    "AdamW":           {"loss": nn.MSELoss(), "target": NUMBERS, "kind": nn.AdamW, "lr": 0.01},
    "clipped":         {"loss": nn.MSELoss(), "target": NUMBERS, "kind": nn.AdamW, "lr": 0.01, "clip_norm": 0.05},
    "sometimes clipped": {"loss": nn.CrossEntropyLoss(), "target": LABELS, "lr": 0.5, "clip_norm": 0.3},
    "clipped buffers": {"loss": nn.CrossEntropyLoss(), "target": LABELS, "model": kept_in_bounds, "momentum": 0.9,
                        "clip_norm": 0.2},
    "numbers":         {"loss": nn.MSELoss(), "target": NUMBERS, "model": numbers, "kind": nn.Adam, "clip_norm": 0.2},
    "a convolution":   {"loss": nn.CrossEntropyLoss(), "target": LABELS, "model": convolutions},
}


@pytest.mark.parametrize("name", WORK)
def test_a_program_trains_as_eager_mode_does(name, monkeypatch):
    agree(trained(monkeypatch, True, **WORK[name]), trained(monkeypatch, False, **WORK[name]))


@pytest.mark.parametrize("settings", [
    {"momentum": 0.5}, {"kind": nn.Adam, "lr": 0.01}, {"kind": nn.AdamW, "lr": 0.01, "amsgrad": True, "clip_norm": 0.1},
    {"kind": nn.RMSprop, "lr": 0.003, "centered": True, "eps": 1e-2}, {"kind": nn.Adagrad}, {"kind": nn.Adadelta}])
def test_float32_stays(settings, monkeypatch):
    work = {"loss": nn.CrossEntropyLoss(), "target": LABELS, **settings,
            "model": lambda: nn.MLP([3, 8, 3], activation=nn.Tanh, seed=0).to(np.float32)}
    monkeypatch.setitem(globals(), "X", X.astype(np.float32))
    fast, slow = trained(monkeypatch, True, **work), trained(monkeypatch, False, **work)
    agree(fast, slow, 1e-5)
    assert {x.dtype for x in fast[1]} == {np.dtype(np.float32)}


def test_the_same_seed_gives_the_same_bits(monkeypatch):
    first, second = (trained(monkeypatch, True, nn.CrossEntropyLoss(), LABELS) for _ in range(2))
    assert first[0].loss == second[0].loss
    assert all(map(np.array_equal, first[1], second[1]))


# ---------------------------------------------------------------- what changes on the way
def test_buffers_that_change_need_no_new_program(monkeypatch):
    made = []
    entry = compilation.Entry.__init__
    monkeypatch.setattr(compilation.Entry, "__init__", lambda *args: made.append(args) or entry(*args))

    def programs(model):
        made.clear()
        trained(monkeypatch, True, nn.CrossEntropyLoss(), LABELS, model, epochs=30, batch_size=16)
        return len(made)
    assert programs(kept_in_bounds) == programs(None)


@pytest.mark.parametrize(("epochs", "libraries"), [(40, 0), (60, 1)])
def test_a_compiler_is_asked_only_where_its_seconds_are_worth_it(epochs, libraries, monkeypatch):
    """Both are programs and give the losses of eager mode; few steps are calls of NumPy, and many machine code."""
    made = []
    monkeypatch.setattr(compilation, "runner", lambda: made.append(1) or Replay)
    monkeypatch.setattr(nn.loop, "MANY", 50)

    def run(few):
        monkeypatch.setattr(nn.train, "FEW", few)
        model = nn.Linear(3, 2, seed=0)
        return nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=nn.SGD(model.parameters(), lr=0.1),
                      epochs=epochs).loss
    np.testing.assert_allclose(run(20), run(10**9), rtol=1e-12)
    assert len(made) == libraries


def test_a_new_step_size_counts_from_the_next_epoch(monkeypatch):
    def run(compiled):
        monkeypatch.setattr(nn.train, "FEW", 2 if compiled else 10**9)
        model = nn.Linear(3, 2, seed=0)
        optimizer = nn.SGD(model.parameters(), lr=0.1, momentum=0.9)

        def slower(state):
            optimizer.lr *= 0.7
            if state.epoch == 4:
                optimizer.momentum = 0.0
        history = nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=optimizer, epochs=8, batch_size=16,
                         callbacks=[slower], validation=(X[:8], NUMBERS[:8]))
        assert optimizer.lr == pytest.approx(0.1 * 0.7**8)
        return history
    fast, slow = run(True), run(False)
    np.testing.assert_allclose(fast.loss, slow.loss, rtol=1e-12)
    np.testing.assert_allclose(fast.validation_loss, slow.validation_loss, rtol=1e-12)


def test_momentum_that_comes_and_goes(monkeypatch):
    def run(compiled):
        monkeypatch.setattr(nn.train, "FEW", 2 if compiled else 10**9)
        model = nn.Linear(3, 2, seed=0)
        optimizer = nn.SGD(model.parameters(), lr=0.1)

        def change(state):
            optimizer.momentum = 0.9 if state.epoch in (2, 3, 6) else 0.0
        return nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=optimizer, epochs=8, batch_size=16,
                      callbacks=[change]).loss
    np.testing.assert_allclose(run(True), run(False), rtol=1e-12)


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
def test_a_schedule_of_lr_and_momentum_needs_no_new_program(kind, monkeypatch):
    made, entry = [], compilation.Entry.__init__
    monkeypatch.setattr(compilation.Entry, "__init__", lambda *args: made.append(args) or entry(*args))

    def run(compiled):
        monkeypatch.setattr(nn.train, "FEW", 2 if compiled else 10**9)
        model = nn.Linear(3, 2, seed=0)
        optimizer = kind(model.parameters(), lr=0.1, **({"momentum": 0.9} if kind is nn.SGD else {}))
        cycle = nn.OneCycleLR(optimizer, max_lr=0.05, total_steps=10)
        return nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=optimizer, epochs=10, batch_size=16,
                      callbacks=[cycle]).loss
    np.testing.assert_allclose(run(True), run(False), rtol=1e-12)
    assert len(made) == 1


# ---------------------------------------------------------------- eager mode
class Noisy(nn.Linear):
    def forward(self, x):
        return super().forward(x) + np.random.default_rng(0).normal()


class Branching(nn.Linear):
    def forward(self, x):
        y = super().forward(x)
        return y if float(y.data.sum()) > 1e9 else y * 2.0


@pytest.mark.parametrize(("kind", "words"), [(Noisy, "random"), (Branching, "plain value")])
def test_what_cannot_be_a_program_is_said_in_one_line(kind, words, monkeypatch):
    work = {"loss": nn.MSELoss(), "target": NUMBERS, "model": lambda: kind(3, 2, seed=0)}
    expected = trained(monkeypatch, False, **work)
    with pytest.warns(UserWarning, match=f"nn.fit runs step by step in Python: .*{words}") as notes:
        found = trained(monkeypatch, True, **work)
    assert len(notes) == 1
    assert "\n" not in str(notes[0].message)
    assert found[0].loss == expected[0].loss


def test_a_few_steps_are_no_program(monkeypatch):
    monkeypatch.setattr(nn.loop.Loop, "train", lambda *_: pytest.fail("a program"))
    model = nn.Linear(3, 2, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=optimizer, epochs=3, batch_size=32)


# ---------------------------------------------------------------- mistakes are those of eager mode
def _error(monkeypatch, compiled, **work):
    warnings.simplefilter("ignore", RuntimeWarning)
    with pytest.raises(AutogradError) as caught:
        trained(monkeypatch, compiled, **work)
    return type(caught.value), str(caught.value).split("\n  at")[0], getattr(caught.value, "__notes__", [])


@pytest.mark.parametrize("work", [
    {"loss": nn.MSELoss(), "target": NUMBERS, "lr": 1e6, "epochs": 200},
    {"loss": nn.CrossEntropyLoss(), "target": np.where(np.arange(64) == 40, 7, LABELS),
     "model": lambda: nn.MLP([3, 8, 3], activation=nn.Tanh, seed=0)},
    {"loss": nn.BCELoss(), "target": TRUTH, "model": lambda: nn.Linear(3, 1, seed=0), "lr": 30.0},
    {"loss": nn.MSELoss(), "target": np.where(np.arange(128).reshape(64, 2) == 77, np.nan, NUMBERS)},
], ids=["too long steps", "a label out of range", "no probabilities", "nan in the data"])
def test_errors_name_the_epoch_and_the_batch(work, monkeypatch):
    expected, found = _error(monkeypatch, False, **work), _error(monkeypatch, True, **work)
    assert found == expected
    assert expected[0] in (DataError, GraphError)


def test_after_an_error_all_is_as_before_the_step(monkeypatch):
    models = []

    def model():
        models.append(nn.MLP([3, 8, 2], activation=nn.Tanh, seed=0))
        return models[-1]
    for compiled in (True, False):
        _error(monkeypatch, compiled, loss=nn.MSELoss(), target=NUMBERS, model=model, lr=1e6, epochs=200)
    for fast, slow in zip(models[0].parameters(), models[1].parameters(), strict=True):
        np.testing.assert_allclose(fast.data, slow.data, rtol=1e-9)
