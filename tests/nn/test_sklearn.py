"""The estimators pass scikit-learn's own checks, and do what `nn.fit` does."""
import pickle
from functools import partial

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nn
from autograd.errors import DataError
from nn.sklearn import NNClassifier, NNRegressor

X, Y = nn.load_moons(80)
NAMES = np.array(["upper", "lower"])[Y]
LINE = np.linspace(-1, 1, 40)[:, None]
QUICK = {"hidden_layer_sizes": (8,), "lr": 0.03, "epochs": 15, "random_state": 0}


# Fewer epochs than tests/nn/estimators.py, which has the estimators as they come.
@parametrize_with_checks([NNClassifier(epochs=40), NNRegressor(epochs=40)])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_the_classifier_is_fit_with_cross_entropy():
    classifier = NNClassifier((5, 4), nn.Tanh, lr=0.2, epochs=4, batch_size=16, random_state=3).fit(X, NAMES)
    start, order = np.random.RandomState(3).randint(2**31 - 1, size=2)
    model = nn.MLP([2, 5, 4, 2], nn.Tanh, seed=int(start))
    optimizer = nn.Adam(model.parameters(), lr=0.2)
    history = nn.fit(model, (X, 1 - Y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=4, batch_size=16,
                     seed=int(order))
    assert classifier.history_ == history
    np.testing.assert_array_equal(classifier.model_.predict(X), model.predict(X))
    np.testing.assert_array_equal(classifier.predict(X), np.array(["lower", "upper"])[model.predict(X).argmax(1)])
    scores = np.exp(model.predict(X))
    np.testing.assert_allclose(classifier.predict_proba(X), scores / scores.sum(1, keepdims=True))


def test_the_regressor_is_fit_with_squares():
    regressor = NNRegressor((5,), lr=0.1, epochs=4, batch_size=None, random_state=3).fit(LINE, LINE[:, 0] ** 2)
    start, order = np.random.RandomState(3).randint(2**31 - 1, size=2)
    model = nn.MLP([1, 5, 1], seed=int(start))
    history = nn.fit(model, (LINE, LINE ** 2), loss=nn.MSELoss(), optimizer=nn.Adam(model.parameters(), lr=0.1),
                     epochs=4, seed=int(order))
    assert regressor.history_ == history
    np.testing.assert_array_equal(regressor.predict(LINE), model.predict(LINE)[:, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("outputs", [None, 1, 3])
def test_predictions_have_the_shape_of_the_targets_and_the_dtype_of_the_rows(dtype, outputs):
    targets = LINE[:, 0] if outputs is None else np.tile(LINE, outputs)
    predicted = NNRegressor(**QUICK).fit(LINE.astype(dtype), targets.astype(dtype)).predict(LINE.astype(dtype))
    assert predicted.shape == targets.shape
    assert predicted.dtype == dtype


def test_the_same_state_gives_the_same_network_and_another_one_another():
    first, same, other = (NNClassifier(**QUICK | {"random_state": seed}).fit(X, Y).predict_proba(X)
                          for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_in_a_pipeline_with_a_grid_search():
    search = GridSearchCV(make_pipeline(StandardScaler(), NNClassifier(**QUICK)),
                          {"nnclassifier__hidden_layer_sizes": [(1,), (16,)], "nnclassifier__lr": [1e-6, 0.03]}, cv=3)
    search.fit(X * 1000, NAMES)
    assert search.best_params_["nnclassifier__lr"] == 0.03
    assert search.best_score_ > 0.8
    assert search.score(X * 1000, NAMES) > 0.8


def test_real_data_with_scaled_rows_and_targets():
    rows, targets = load_diabetes(return_X_y=True)
    regressor = NNRegressor(epochs=20, random_state=0)
    model = TransformedTargetRegressor(make_pipeline(StandardScaler(), regressor), transformer=StandardScaler())
    assert model.fit(rows[:300], targets[:300]).score(rows[300:], targets[300:]) > 0.45


def test_an_optimizer_with_settings_of_its_own():
    classifier = NNClassifier(**QUICK, optimizer=partial(nn.SGD, momentum=0.9, nesterov=True)).fit(X, Y)
    assert classifier.score(X, Y) > NNClassifier(**QUICK, optimizer=nn.SGD).fit(X, Y).score(X, Y)


def test_decisions_are_drawn_with_their_names():
    axes = nn.plot.decision_boundary(NNClassifier(**QUICK).fit(X, NAMES), X, NAMES)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["lower", "upper"]
    nn.plot.loss(NNClassifier(**QUICK).fit(X, NAMES).history_)


def test_pickled_it_predicts_the_same():
    classifier = NNClassifier(**QUICK).fit(X, NAMES)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(classifier)).predict_proba(X), classifier.predict_proba(X))


@pytest.mark.parametrize(("call", "error", "text"), [
    (lambda: NNClassifier().predict(X), NotFittedError, "not fitted yet"),
    (lambda: NNClassifier(**QUICK).fit(X, Y).predict(X[:, :1]), ValueError, "1 features"),
    (lambda: NNClassifier(**QUICK).fit(X, X[:, 0]), ValueError, "Unknown label type"),
    (lambda: NNClassifier(**QUICK).fit(X, Y[:-1]), ValueError, "inconsistent numbers of samples"),
    (lambda: NNRegressor(**QUICK).fit(X * np.nan, Y), ValueError, "NaN"),
    (lambda: NNRegressor(**QUICK, optimizer=nn.SGD).fit(X * 1e9, Y), DataError, "smaller lr, scale the data"),
    (lambda: NNClassifier(**QUICK | {"epochs": -1}).fit(X, Y), ValueError, "epochs must be at least 0"),
    (lambda: NNClassifier(**QUICK | {"batch_size": 0}).fit(X, Y), ValueError, "batch_size must be at least 1"),
    (lambda: NNClassifier(**QUICK | {"hidden_layer_sizes": (0,)}).fit(X, Y), ValueError, "connects nothing"),
    (lambda: NNClassifier(**QUICK | {"activation": nn.ReLU()}).fit(X, Y), TypeError, "nn.ReLU"),
])
def test_what_makes_no_sense_is_refused(call, error, text):
    with np.errstate(all="ignore"), pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
