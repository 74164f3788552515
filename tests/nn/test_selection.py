"""nn.search_lr, nn.Ensemble and nn.Penalized."""
import math

import numpy as np
import pytest

import nn
import nn.train
from autograd.errors import DataError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.standard_normal((24, 3))
Y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.1 * RNG.standard_normal((24, 1))


def line():
    return nn.Linear(3, 1, seed=0)


class TestSearch:
    def test_means_over_the_folds_are_those_by_hand(self):
        search = nn.search_lr(line, (X, Y), loss=nn.MSELoss(), epochs=10, lrs=(0.01, 0.2), folds=3, seed=4)
        order, total = np.random.default_rng(4).permutation(24), 0.0
        for part in np.split(order, 3):
            rest, model = np.sort(np.setdiff1d(order, part)), line()
            optimizer = nn.SGD(model.parameters(), lr=0.2)
            nn.fit(model, (X[rest], Y[rest]), loss=nn.MSELoss(), optimizer=optimizer, epochs=10)
            total += np.mean((model.predict(X[part]) - Y[part]) ** 2)
        assert search.losses[0.2] == pytest.approx(total / 3, rel=1e-13)
        assert list(search.losses) == [0.01, 0.2]
        assert search.lr == min(search.losses, key=search.losses.get)

    def test_the_documents_step_sizes_and_trainings_that_burst(self):
        with np.errstate(all="ignore"):
            search = nn.search_lr(line, (X, Y), loss=nn.MSELoss(), epochs=200, folds=4)
        assert list(search.losses) == [0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0]
        assert search.losses[1000.0] == math.inf
        assert search.lr == 0.1

    def test_folds_of_unlike_size_another_optimizer_and_minibatches(self):
        rates = []

        def optimizer(parameters, lr):
            rates.append(lr)
            return nn.SGD(parameters, lr, momentum=0.9)
        search = nn.search_lr(line, (X, Y), loss=nn.MSELoss(), epochs=3, lrs=[0.05], folds=7, batch_size=5,
                              optimizer=optimizer)
        assert rates == [0.05] * 7
        assert math.isfinite(search.losses[0.05])

    @pytest.mark.parametrize(("keywords", "error", "text"), [
        ({"folds": 25}, ValueError, "25 folds of 24 rows"), ({"folds": 1}, ValueError, "folds must be at least 2"),
        ({"lrs": []}, ValueError, "0 step sizes"), ({"lrs": [-1.0]}, ValueError, "lr=-1.0"),
        ({"data": (X, Y[1:])}, ValueError, "as many rows"),
        ({"data": (np.where(X.max() == X, np.nan, X), Y)}, DataError, "X of data has a number that is not finite"),
        ({"lrs": [1e200], "epochs": 9}, DataError, "fails at every step size from 1e.200 to 1e.200: the loss is inf"),
        ({"loss": nn.CrossEntropyLoss(), "data": (X, np.full(24, 7))}, DataError, "label 7 is out of range")])
    def test_wrong_arguments(self, keywords, error, text):
        given = {"data": (X, Y), "loss": nn.MSELoss(), "epochs": 3} | keywords
        with np.errstate(all="ignore"), pytest.raises(error, match=text):
            nn.search_lr(line, given.pop("data"), **given)


class TestEnsemble:
    def test_is_the_mean_of_its_models(self):
        models = [nn.MLP([3, 4, 2], seed=seed) for seed in range(3)]
        each = [m.predict(X) for m in models]
        np.testing.assert_allclose(nn.Ensemble(models).predict(X), np.mean(each, 0), rtol=1e-14)
        averaged = nn.Ensemble(models, output=nn.Softmax)
        each = [nn.functional.softmax(m.predict(X), 1) for m in models]
        np.testing.assert_allclose(averaged.predict(X), np.mean(each, 0), rtol=1e-14)

    def test_is_a_module(self, tmp_path):
        ensemble = nn.Ensemble(nn.Linear(3, 1, seed=seed) for seed in range(2))
        assert list(ensemble.state_dict())[:2] == ["models.0.weight", "models.0.bias"]
        nn.save(ensemble, tmp_path / "e.npz")
        nn.load(other := nn.Ensemble([line(), line()]), tmp_path / "e.npz")
        np.testing.assert_array_equal(other.predict(X), ensemble.predict(X))
        assert not any(part.training for part in ensemble.eval().modules())

    def test_does_no_worse_than_its_members_on_average(self):
        V, w = nn.load_moons(200, seed=1)
        train, members = nn.load_moons(60), []
        for seed in range(5):
            model = nn.MLP([2, 16, 2], seed=seed)
            nn.fit(model, train, loss=nn.CrossEntropyLoss(), optimizer=nn.SGD(model.parameters(), lr=1.0), epochs=40)
            members.append(model)
        probability = nn.Ensemble(members, output=nn.Softmax).predict(V)[np.arange(200), w]
        each = [nn.CrossEntropyLoss()(model.predict(V), w) for model in members]
        assert -np.log(probability).mean() < np.mean(each)

    def test_wrong_models(self):
        model = line()
        for models in ([], [model, model]):
            with pytest.raises(ValueError, match="needs models, each once"):
                nn.Ensemble(models)
        with pytest.raises(TypeError, match="not a module"):
            nn.Ensemble([lambda x: x])
        with pytest.raises(ShapeError, match=r"predict shapes \[\(24, 1\), \(24, 2\)\]"):
            nn.Ensemble([line(), nn.Linear(3, 2)])(X)


class TestPenalized:
    def model(self):
        return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1), seed=0)

    def test_adds_the_squares_and_sizes_of_weights_alone(self):
        model = self.model()
        plain, weights = nn.MSELoss()(model(X), Y), [model[0].weight.data, model[3].weight.data]
        ans = nn.Penalized(nn.MSELoss(), model, l2=0.3, l1=0.7)(model(X), Y)
        expected = plain.data + sum(0.15 * (w * w).sum() + 0.7 * np.abs(w).sum() for w in weights)
        np.testing.assert_allclose(ans.data, expected, rtol=1e-13)

    def test_l2_is_weight_decay_where_all_are_weights(self):
        trained = []
        for penalty, decay in ((0.2, 0.0), (0.0, 0.2)):
            model = nn.Linear(3, 1, bias=False, seed=0)
            optimizer = nn.SGD(model.parameters(), lr=0.1, weight_decay=decay)
            nn.fit(model, (X, Y), loss=nn.Penalized(nn.MSELoss(), model, l2=penalty), optimizer=optimizer, epochs=30)
            trained.append(model.weight.data)
        np.testing.assert_allclose(*trained, rtol=1e-12)

    def test_l1_ends_with_weights_near_zero(self):
        wide = np.hstack([X, np.random.default_rng(5).normal(size=(24, 3))])
        model = nn.Linear(6, 1, seed=0)
        nn.fit(model, (wide, Y), loss=nn.Penalized(nn.MSELoss(), model, l1=0.5), epochs=800,
               optimizer=nn.SGD(model.parameters(), lr=0.005))
        useful, useless = np.abs(model.weight.data[0]).reshape(2, 3)
        assert useless.max() < 0.05 < useful[:2].min()

    def test_the_document_is_this(self):
        from nn.documents.digits import objective
        weights = [np.random.default_rng(1).normal(size=shape) for shape in ((3, 4), 4, (4, 2), 2)]
        model = nn.MLP([3, 4, 2])
        for parameter, value in zip(model.parameters(), weights, strict=True):
            parameter.data = value.T
        labels = np.arange(24) % 2
        ours = nn.Penalized(nn.CrossEntropyLoss(), model, l2=0.02)(model(X), labels)
        np.testing.assert_allclose(ours.data, objective(weights, X, labels, 0.02), rtol=1e-13)

    def test_labels_are_those_of_the_loss(self):
        model = nn.Linear(3, 2)
        loss = nn.Penalized(nn.CrossEntropyLoss(), model, l2=0.1)
        with pytest.raises(DataError, match="label 2 is out of range"):
            nn.fit(model, (X, np.arange(24) // 4), loss=loss, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=2)
        with pytest.raises(ValueError, match="l2=-1"):
            nn.Penalized(nn.MSELoss(), model, l2=-1.0)
