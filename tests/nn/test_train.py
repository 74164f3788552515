"""nn.fit: it learns, repeats itself to the last bit, and leaves everything alone when something fails."""

import io

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.errors import DataError, GraphError, ShapeError

X, Y = nn.load_moons(60, noise=0.1)
VALID = nn.load_moons(30, noise=0.1, seed=1)


def setup(seed=0, **keywords):
    model = nn.MLP([2, 8, 2], activation=nn.Tanh, seed=seed)
    return model, nn.SGD(model.parameters(), **{"lr": 0.5, "momentum": 0.9} | keywords)


def fit(model, optimizer, data=(X, Y), **keywords):
    given = {"loss": nn.CrossEntropyLoss(), "epochs": 3, "batch_size": 16} | keywords
    return nn.fit(model, data, optimizer=optimizer, **given)


def everything(model, optimizer):
    """All that a failing step must leave as it was, in a form that can be compared."""
    state = [np.array(v["velocity"]).tolist() if v else None for v in optimizer.state]
    return [p.data.tolist() for p in model.parameters()], state, optimizer.lr, [m.training for m in model.modules()]


class TestTraining:
    def test_learns_moons(self):
        model, optimizer = setup()
        history = fit(model, optimizer, epochs=60, validation=VALID)
        assert history.loss[-1] < 0.05 < history.loss[0]
        assert history.accuracy[-1] == 1.0
        assert history.validation_accuracy[-1] > 0.95
        assert {len(values) for values in vars(history).values()} == {60}
        np.testing.assert_array_equal(model.predict(X).argmax(1), Y)

    def test_full_batch_is_plain_gradient_descent(self):
        rng = np.random.default_rng(0)
        A, b, w = rng.normal(size=(7, 3)), rng.normal(size=7), rng.normal(size=3)
        model = nn.Linear(3, 1, bias=False)
        model.weight.data = w[None]
        losses = []
        for _ in range(5):
            losses.append(np.mean((A @ w - b) ** 2))
            w = w - 0.1 * (2 / 7) * A.T @ (A @ w - b)
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        history = nn.fit(model, (A, b[:, None]), loss=nn.MSELoss(), optimizer=optimizer, epochs=5)
        np.testing.assert_allclose(model.weight.data[0], w, rtol=1e-12)
        np.testing.assert_allclose(history.loss, losses, rtol=1e-12)
        assert history.accuracy == history.validation_loss == history.validation_accuracy == []

    def test_the_loss_of_an_epoch_weighs_batches_by_their_rows(self):
        model, optimizer = setup(lr=0.0, momentum=0.0)
        history = fit(model, optimizer, epochs=1, batch_size=25)
        np.testing.assert_allclose(history.loss, [nn.CrossEntropyLoss()(model.predict(X), Y)], rtol=1e-13)
        assert history.accuracy == [np.mean(model.predict(X).argmax(1) == Y)]

    def test_validation_is_measured_after_the_epoch_in_evaluation_mode(self):
        modes = []

        class Watch(nn.Module):
            def forward(self, x):
                modes.append(self.training)
                return x

        inner, optimizer = setup()
        history = fit(nn.Sequential(inner, Watch()), optimizer, epochs=2, batch_size=None, validation=VALID)
        assert modes == [False, True, False, True, False]  # the first looks whether it fits
        assert history.validation_loss[-1] == nn.CrossEntropyLoss()(inner.predict(VALID[0]), VALID[1])

    def test_the_modes_come_back(self):
        model, optimizer = setup()
        model[1].train(False)
        fit(model, optimizer)
        assert [m.training for m in model.modules()] == [True, True, False, True]

    def test_any_callable_is_a_loss_and_lists_are_data(self):
        model, optimizer = setup()
        history = fit(model, optimizer, (X.tolist(), Y.tolist()), loss=lambda x, y: (x * x).mean(), epochs=30)
        assert history.loss[-1] < 0.1 * history.loss[0]

    def test_float32_stays(self):
        model, optimizer = setup()
        model.to(np.float32)
        fit(model, optimizer, (X.astype(np.float32), Y))
        assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
        assert {v["velocity"].dtype for v in optimizer.state} == {np.dtype(np.float32)}

    def test_no_epochs(self):
        model, optimizer = setup()
        before = everything(model, optimizer)
        assert fit(model, optimizer, epochs=0) == nn.History()
        assert everything(model, optimizer) == before


class TestSeed:
    def run(self, **keywords):
        model, optimizer = setup()
        history = fit(model, optimizer, **keywords)
        return history, everything(model, optimizer)

    def test_the_same_seed_gives_the_same_bits(self):
        assert self.run(seed=3) == self.run(seed=3)
        assert self.run(seed=3) == self.run(seed=np.random.default_rng(3))

    def test_another_seed_gives_another_order(self):
        assert self.run(seed=3) != self.run(seed=4)

    def test_without_shuffle_the_seed_does_not_matter(self):
        assert self.run(seed=3, shuffle=False) == self.run(seed=4, shuffle=False)

    def test_epochs_differ_in_order(self):
        seen = []
        model, optimizer = setup()
        fit(model, optimizer, loss=lambda x, y: seen.append(y) or (x * x).mean(), epochs=2, batch_size=60)
        assert sorted(seen[0]) == sorted(seen[1])
        assert seen[0].tolist() != seen[1].tolist()

    def test_nothing_is_drawn_from_numpys_own_stream(self):
        before = np.random.get_state()[1].tolist()
        self.run()
        assert np.random.get_state()[1].tolist() == before


class TestCallbacks:
    def test_are_told_every_epoch(self):
        told = []
        model, optimizer = setup()
        history = fit(model, optimizer, callbacks=iter([told.append]))
        assert [state.epoch for state in told] == [1, 2, 3]
        assert [state.loss for state in told] == history.loss
        assert all(state.model is model and state.history is history for state in told)

    @pytest.mark.parametrize("true", [True, np.True_])
    def test_true_ends_the_training_after_all_are_told(self, true):
        told = []
        model, optimizer = setup()
        history = fit(model, optimizer, callbacks=[lambda state: true, told.append])
        assert len(history.loss) == len(told) == 1

    @pytest.mark.parametrize("answer", [None, False, 1.5, "go on", np.ones(2)])
    def test_other_answers_go_on(self, answer):
        model, optimizer = setup()
        assert len(fit(model, optimizer, callbacks=[lambda state: answer]).loss) == 3


class TestFailure:
    """The second fit fails; all must be as it was before the step that failed."""

    def failing(self, error, text, *, steps, **keywords):
        model, optimizer = setup()
        fit(model, optimizer, epochs=1, batch_size=None)
        model[1].train(False)
        wanted, twin = setup()
        fit(wanted, twin, epochs=1, batch_size=None)
        wanted[1].train(False)
        if steps:
            fit(wanted, twin, epochs=steps, batch_size=None, shuffle=False)
        with pytest.raises(error, match=text) as caught:
            fit(model, optimizer, **{"batch_size": None, "shuffle": False} | keywords)
        assert everything(model, optimizer) == everything(wanted, twin)
        return caught.value

    def test_wrong_features(self):
        text = r"Linear\(2, 8\) got an input of shape \(60, 3\)"
        error = self.failing(ShapeError, text, steps=0, data=(np.ones((60, 3)), Y))
        assert error.__notes__ == ["  in epoch 1, batch 1"]

    def test_wrong_targets(self):
        text = r"MSELoss: the prediction has shape \(60, 2\), the target \(60,\)"
        self.failing(ShapeError, text, steps=0, loss=nn.MSELoss())

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_a_loss_that_is_not_finite(self, bad):
        calls = []

        def loss(x, y):
            calls.append(y)
            return nn.CrossEntropyLoss()(x, y) * (bad if len(calls) == 3 else 1.0)

        self.failing(DataError, rf"(?s)the loss is {bad} in epoch 3, batch 1.*test_train.py", steps=2, loss=loss)

    def test_batches_are_named(self):
        calls = []

        def loss(x, y):
            calls.append(y)
            return nn.CrossEntropyLoss()(x, y) * (np.nan if len(calls) == 7 else 1.0)

        model, optimizer = setup()
        with pytest.raises(DataError, match="in epoch 2, batch 3"):
            fit(model, optimizer, loss=loss)

    def test_epochs_that_ran_as_one_program_are_named(self):
        model, rows = nn.Linear(1, 1, seed=0), np.array([[1.0], [2.0], [4.0]])
        with np.errstate(all="ignore"), pytest.raises(DataError, match="in epoch 50, batch 1;"):
            nn.fit(model, (rows, rows), loss=nn.MSELoss(), optimizer=nn.SGD(model.parameters(), lr=100.0), epochs=500)

    def test_a_gradient_that_is_not_finite(self):
        def loss(x, y):
            return (x * 0.0).sum() + ((x - x) ** 0.5).sum()

        with np.errstate(all="ignore"):
            error = self.failing(DataError, "parameter 0, 0.weight, of shape .* not finite", steps=0, loss=loss)
        assert error.__notes__ == ["  in epoch 1, batch 1"]

    @pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
    def test_a_callback_that_raises_and_spoils(self, kind):
        def callback(state):
            if state.epoch == 2:
                state.model[0].weight.data = np.zeros((8, 2))
                state.model.eval()
                raise kind("enough")

        # The step before the callback goes with it: epoch 1 stands, epoch 2 never was.
        self.failing(kind, "enough", steps=1, callbacks=[callback])

    def test_validation_that_fails(self):
        self.failing(ShapeError, "Linear", steps=0, validation=(np.ones((5, 7)), Y[:5]))

    def test_the_optimizers_settings_come_back(self):
        model, optimizer = setup()

        def callback(state):
            optimizer.lr = 7.0
            raise RuntimeError

        with pytest.raises(RuntimeError):
            fit(model, optimizer, callbacks=[callback])
        assert optimizer.lr == 0.5


class TestWrongCalls:
    @pytest.mark.parametrize(
        ("keywords", "error", "text"),
        [
            ({"loss": lambda x, y: 1.0}, GraphError, r"(?s)the loss is a plain float: .*without .data"),
            ({"loss": nn.CrossEntropyLoss(reduction="none")}, ShapeError,
             r'(?s)loss has shape \(16,\).*reduction="mean"'),
            ({"data": X}, TypeError, r"(?s)data must be two arrays, got ndarray.*\(X, y\)"),
            ({"validation": (X, Y, Y)}, TypeError, "validation must be two arrays"),
            ({"data": (X, Y[:-1])}, ValueError, r"as many rows, got shapes \(60, 2\) and \(59,\)"),
            ({"data": (X[:0], Y[:0])}, ValueError, "empty"),
            ({"epochs": -1}, ValueError, "epochs must be at least 0"),
            ({"epochs": 1.5}, TypeError, "epochs must be a whole number"),
            ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
            ({"callbacks": nn.EarlyStopping()}, TypeError, r"(?s)must be a list, got one EarlyStopping.*brackets"),
            ({"callbacks": [nn.Checkpoint]}, TypeError, r"(?s)has the class Checkpoint.*nn.Checkpoint\(…\)"),
            ({"callbacks": [3]}, TypeError, "has the object of type int"),
        ],
    )
    def test_say_what_is_wrong(self, keywords, error, text):
        model, optimizer = setup()
        before = everything(model, optimizer)
        with pytest.raises(error, match=text):
            fit(model, optimizer, **keywords)
        assert everything(model, optimizer) == before

    def test_what_is_no_optimizer(self):
        model, _ = setup()
        with pytest.raises(TypeError, match=r"(?s)fit cannot use str as its optimizer.*nn.SGD"):
            fit(model, "sgd")

    def test_an_optimizer_of_another_model(self):
        model, _ = setup()
        with pytest.raises(GraphError, match=r"(?s)trains none of the model's parameters.*nn.SGD\(model.parameters"):
            fit(model, setup()[1])

    def test_tensors_as_data(self):
        model, optimizer = setup()
        with pytest.raises(DataError, match="lose its gradient"):
            fit(model, optimizer, (Tensor(X), Y))


class TestWrongData:
    """What is wrong with any row shows before anything is trained, in the program and step by step."""

    LATE = np.where(np.arange(60) == 59, 7, Y)                        # in the last batch of the epoch

    @pytest.mark.parametrize("epochs", [2, 40])
    @pytest.mark.parametrize(
        ("keywords", "error", "text"),
        [
            ({"data": (np.where(X.max() == X, np.nan, X), Y)}, DataError, r"(?s)X of data .*finite in row \d.*fill"),
            ({"data": (np.where(X.max() == X, -np.inf, X), Y)}, DataError, "X of data .*not finite"),
            ({"data": (X, np.where(X > 1.9, np.nan, X)), "loss": nn.MSELoss()}, DataError, "y of data .*not finite"),
            ({"validation": (np.full((3, 2), np.nan), Y[:3])}, DataError, "X of validation .* in row 0"),
            ({"data": (X, LATE)}, DataError, "label 7 is out of range, as there are 2 classes"),
            ({"data": (X, Y - 1)}, DataError, "label -1 is out of range"),
            ({"data": (X, Y * 0.5)}, DataError, "needs whole labels"),
            ({"validation": (X, LATE)}, DataError, "label 7 is out of range"),
            ({"validation": (np.ones((5, 3)), Y[:5])}, ShapeError, r"got an input of shape \(5, 3\)"),
            ({"validation": (X[:0], Y[:0])}, ValueError, "empty"),
            ({"validation": (X, Y[1:])}, ValueError, "as many rows"),
            ({"data": (X, 2.0 * X), "loss": nn.BCEWithLogitsLoss()}, DataError, "not between 0 and 1"),
        ],
    )
    def test_is_one_error_and_nothing_changes(self, keywords, error, text, epochs):
        model, optimizer = setup()
        fit(model, optimizer, epochs=1)
        before = everything(model, optimizer)
        with pytest.raises(error, match=text):
            fit(model, optimizer, epochs=epochs, **keywords)
        assert everything(model, optimizer) == before

    def test_it_is_said_where_validation_is_what_is_wrong(self):
        with pytest.raises(ShapeError) as caught:
            fit(*setup(), validation=(np.ones((5, 3)), Y[:5]))
        assert caught.value.__notes__ == ["  in validation"]

    def test_a_loss_per_row_of_another_number_of_rows_is_checked_by_itself(self):
        class Halves(nn.Module):
            def __init__(self):
                self.line = nn.Linear(1, 2, seed=0)

            def forward(self, x):
                return self.line(x.reshape(-1, 1))
        model = Halves()
        loss = nn.CrossEntropyLoss()
        history = nn.fit(model, (X, np.stack([Y, 1 - Y], 1)), loss=lambda p, t: loss(p, t.ravel()), epochs=60,
                         optimizer=nn.SGD(model.parameters(), lr=0.1))
        assert history.loss[-1] < history.loss[0]


def test_a_history_is_drawn_by_nn_plot():
    axes = nn.History(loss=[1.0, 0.5], validation_loss=[1.5, 0.75]).plot()
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1.0, 0.5], [1.5, 0.75]]


class TestProgress:
    def shown(self, monkeypatch, terminal, **keywords):
        monkeypatch.delenv("CI", raising=False)
        stream = io.StringIO()
        stream.isatty = lambda: terminal
        monkeypatch.setattr("sys.stderr", stream)
        model, optimizer = setup()
        fit(model, optimizer, validation=VALID, **keywords)
        return stream.getvalue()

    @pytest.mark.parametrize(("terminal", "progress"), [(True, None), (True, True), (False, True)])
    def test_shows_loss_and_accuracy(self, monkeypatch, terminal, progress):
        text = self.shown(monkeypatch, terminal, progress=progress)
        assert "3/3" in text
        for name in ("loss 0.", "accuracy 0.", "validation loss 0.", "validation accuracy 0."):
            assert name in text

    def test_tells_how_long_it_will_take(self, monkeypatch):
        assert "<" in self.shown(monkeypatch, True)

    def test_counts_a_resumed_training_from_where_it_was(self, monkeypatch, tmp_path):
        fit(*setup(), epochs=2, callbacks=[nn.Checkpoint(tmp_path / "run")])
        text = self.shown(monkeypatch, True, epochs=4, callbacks=[nn.Checkpoint(tmp_path / "run", resume=True)])
        assert "3/4" in text
        assert "4/4" in text
        assert "1/4" not in text

    def test_is_quiet_in_ci_unless_asked(self, monkeypatch):
        stream = io.StringIO()
        stream.isatty = lambda: True
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setenv("CI", "true")
        fit(*setup())
        assert stream.getvalue() == ""
        fit(*setup(), progress=True)
        assert "3/3" in stream.getvalue()

    @pytest.mark.parametrize(("terminal", "progress"), [(False, None), (True, False), (False, False)])
    def test_is_quiet(self, monkeypatch, terminal, progress):
        assert self.shown(monkeypatch, terminal, progress=progress) == ""
