"""scikit-learn's checks of the estimators as they come; too slow to wait for at every change."""
from sklearn.utils.estimator_checks import parametrize_with_checks

from nn.sklearn import NNClassifier, NNRegressor


@parametrize_with_checks([NNClassifier(), NNRegressor()])
def test_scikit_learns_checks(estimator, check):
    check(estimator)
