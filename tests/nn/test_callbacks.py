"""nn.EarlyStopping and nn.CSVLogger."""
import csv

import numpy as np
import pytest

import nn

X, Y = nn.load_moons(60, noise=0.1)
VALID = nn.load_moons(30, noise=0.1, seed=1)


class Told(nn.Module):
    """A model whose validation losses are those it is told, one after the other, each with its own weight."""

    def __init__(self, losses):
        self.losses, self.weight, self.epoch = losses, nn.Parameter(0.0), nn.Buffer(0.0)

    def forward(self, x):
        if self.training:
            self.epoch.data = self.epoch.data + 1.0
            return self.weight * 1.0
        return float(self.losses[max(int(self.epoch.data), 1) - 1])


def run(losses, **keywords):
    """How many epochs there were, and the weight and the buffer at the end; the weight is −1 per epoch."""
    model, stop = Told(losses), nn.EarlyStopping(**keywords)
    history = nn.fit(model, (np.ones(1), np.ones(1)), loss=lambda p, t: p, optimizer=nn.SGD(model.parameters(), lr=1.0),
                     epochs=len(losses), validation=(np.ones(1), np.ones(1)), callbacks=[stop])
    return len(history.loss), model.weight.data, float(model.epoch.data)


class TestEarlyStopping:
    def test_waits_as_long_as_it_was_told_and_restores_the_best(self):
        losses = [5.0, 3.0, 4.0, 3.5, 3.0, 1.0]
        assert run(losses, patience=3) == (5, -2.0, 2.0)
        assert run(losses, patience=3, restore_best=False) == (5, -5.0, 5.0)
        assert run(losses, patience=4) == (6, -6.0, 6.0)
        assert run(losses, patience=1) == (3, -2.0, 2.0)

    def test_the_best_comes_back_also_where_nothing_stopped_early(self):
        assert run([2.0, 1.0, 1.5], patience=10) == (3, -2.0, 2.0)

    def test_min_delta_asks_for_more(self):
        losses = [5.0, 4.9, 4.8, 4.7, 4.6, 4.5]
        assert run(losses, patience=2)[0] == 6
        assert run(losses, patience=2, min_delta=0.15)[:2] == (6, -5.0)
        assert run(losses, patience=1, min_delta=0.15)[0] == 2

    def test_nan_is_no_better(self):
        assert run([2.0, np.nan, np.nan, 1.0], patience=2) == (3, -1.0, 1.0)

    def test_of_an_accuracy_more_is_better(self):
        model = nn.MLP([2, 8, 2], seed=0)
        stop = nn.EarlyStopping(patience=5, monitor="validation_accuracy")
        history = nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=nn.SGD(model.parameters(), lr=0.5),
                         epochs=60, validation=VALID, callbacks=[stop])
        best = max(history.validation_accuracy)
        assert len(history.loss) == history.validation_accuracy.index(best) + 1 + 5 < 60
        assert np.mean(model.predict(VALID[0]).argmax(1) == VALID[1]) == best

    def test_one_callback_serves_two_trainings(self):
        stop = nn.EarlyStopping(patience=2, monitor="loss")
        lengths = []
        for _ in range(2):
            model = nn.Linear(1, 1, seed=0)
            history = nn.fit(model, ([[1.0]], [[2.0]]), loss=nn.MSELoss(), epochs=50, callbacks=[stop],
                             optimizer=nn.SGD(model.parameters(), lr=0.5))
            lengths.append(len(history.loss))
        assert lengths[0] == lengths[1] < 50

    @pytest.mark.parametrize(("keywords", "text"), [
        ({"monitor": "val_loss"}, r"(?s)cannot monitor 'val_loss'.*validation_loss"),
        ({"patience": 0}, "patience must be at least 1"),
        ({"min_delta": -1.0}, "min_delta=-1.0")])
    def test_wrong_arguments(self, keywords, text):
        with pytest.raises(ValueError, match=text):
            nn.EarlyStopping(**keywords)

    def test_what_is_not_measured_cannot_be_monitored(self):
        model = nn.MLP([2, 8, 2], seed=0)
        before = model.state_dict()
        with pytest.raises(ValueError, match=r'(?s)validation_loss, which is not measured.*monitor="loss"'):
            nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=nn.SGD(model.parameters(), lr=0.5), epochs=3,
                   callbacks=[nn.EarlyStopping()])
        assert all(np.array_equal(value, before[name]) for name, value in model.state_dict().items())


class TestEnd:
    def test_is_told_once_with_the_last_state(self):
        class Last:
            told = ()

            def __call__(self, state):
                return state.epoch == 2

            def end(self, state):
                self.told += ((state.epoch, state.loss, state.history.loss[-1]),)
        last, model = Last(), nn.MLP([2, 3, 2], seed=0)
        history = nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=nn.SGD(model.parameters(), lr=0.5),
                         epochs=5, callbacks=[last])
        assert last.told == ((2, history.loss[-1], history.loss[-1]),)


class TestCSVLogger:
    def fitted(self, logger, epochs=3, **keywords):
        model = nn.MLP([2, 8, 2], seed=0)
        return nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=nn.SGD(model.parameters(), lr=0.5),
                      epochs=epochs, callbacks=[logger], **keywords)

    def test_has_all_that_is_measured_at_every_digit(self, tmp_path):
        history = self.fitted(nn.CSVLogger(tmp_path / "run.csv"), validation=VALID)
        with open(tmp_path / "run.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == ["epoch", *vars(history)]
        assert [row["epoch"] for row in rows] == ["1", "2", "3"]
        for name, values in vars(history).items():
            assert [float(row[name]) for row in rows] == values

    def test_every_line_is_there_when_its_epoch_ends(self, tmp_path):
        logger, lines = nn.CSVLogger(tmp_path / "run.csv"), []

        class Both:
            def __call__(self, state):
                logger(state)
                lines.append(len((tmp_path / "run.csv").read_text().splitlines()))
        self.fitted(Both())
        assert lines == [2, 3, 4]

    def test_another_training_begins_anew(self, tmp_path):
        logger = nn.CSVLogger(tmp_path / "run.csv")
        self.fitted(logger, 5)
        self.fitted(logger, 2)
        assert len((tmp_path / "run.csv").read_text().splitlines()) == 3
