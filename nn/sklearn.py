"""Networks as scikit-learn's estimators: `pip install gategrad[sklearn]`, then `from nn.sklearn import NNClassifier`.

They work in `Pipeline`, `GridSearchCV` and whatever else takes an estimator.

>>> import nn
>>> from sklearn.model_selection import cross_val_score
>>> X, y = nn.load_moons()
>>> scores = cross_val_score(NNClassifier(random_state=0), X, y)
>>> bool(scores.mean() > 0.9)
True
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nn import functional
from nn.activations import ReLU
from nn.adaptive import Adam
from nn.layers import MLP
from nn.losses import CrossEntropyLoss, Loss, MSELoss
from nn.module import Module
from nn.optim import Optimizer
from nn.train import fit

__all__ = ["NNClassifier", "NNRegressor"]

FLOATS = (np.float64, np.float32)


class _Network(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: their settings, and one run of `nn.fit` on a new MLP."""

    model_: Module

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (100,),
        activation: Callable[[], Module] = ReLU,
        *,
        optimizer: Callable[..., Optimizer] = Adam,
        lr: float = 0.003,
        epochs: int = 200,
        batch_size: int | None = 32,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.optimizer = optimizer
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.random_state = random_state

    def _train(self, X: NDArray[Any], y: NDArray[Any], outputs: int, loss: Loss) -> Self:
        random = check_random_state(self.random_state)
        start, order = random.randint(2**31 - 1, size=2)
        model = MLP([X.shape[1], *self.hidden_layer_sizes, outputs], self.activation, seed=int(start)).to(X.dtype)
        optimizer = self.optimizer(model.parameters(), lr=self.lr)
        self.history_ = fit(model, (X, y), loss=loss, optimizer=optimizer, epochs=self.epochs, seed=int(order),
                            batch_size=self.batch_size, progress=False)
        self.model_ = model
        return self

    def _outputs(self, X: ArrayLike) -> NDArray[Any]:
        """What the network gives for X, which must have the columns of training."""
        check_is_fitted(self)
        output: NDArray[Any] = self.model_.predict(validate_data(self, X, dtype=FLOATS, reset=False))
        return output


class NNClassifier(ClassifierMixin, _Network):  # type: ignore[misc]
    """An `nn.MLP` trained with `nn.CrossEntropyLoss`, as a classifier of scikit-learn.

    X is (N, features), float32 or float64, and y (N,) any labels, which `classes_` lists. `activation()` makes a
    module and `optimizer(parameters, lr=lr)` an optimizer; `epochs` and `batch_size` are those of `nn.fit`. After
    `fit`, `model_` is the network and `history_` what `nn.fit` returned. Raises what scikit-learn's own classifiers
    raise for X and y that do not fit, and what `nn.fit` raises.

    >>> import nn
    >>> X, y = nn.load_moons()
    >>> names = np.array(["upper", "lower"])[y]
    >>> classifier = NNClassifier((8,), nn.Tanh, epochs=20, random_state=0).fit(X, names)
    >>> classifier.classes_.tolist(), classifier.predict_proba(X).shape
    (['lower', 'upper'], (200, 2))
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train a new network on X and the labels y."""
        rows, names = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(names)
        self.classes_, labels = np.unique(names, return_inverse=True)
        return self._train(rows, labels, len(self.classes_), CrossEntropyLoss())

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """The probability of each class, (N, classes), in the order of `classes_`."""
        return np.asarray(functional.softmax(self._outputs(X)))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The most probable class of each row."""
        best = self._outputs(X).argmax(axis=1)
        return np.asarray(self.classes_[best])


class NNRegressor(RegressorMixin, _Network):  # type: ignore[misc]
    """An `nn.MLP` trained with `nn.MSELoss`, as a regressor of scikit-learn.

    X is (N, features) and y (N,) or (N, outputs), float32 or float64; the settings are those of `NNClassifier`. X and y
    should be of the size of 1, as `StandardScaler` and `TransformedTargetRegressor` make them.

    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> NNRegressor(random_state=0).fit(X, X[:, 0] ** 2).score(X, X[:, 0] ** 2) > 0.9
    True
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train a new network on X and the targets y."""
        rows, targets = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        self._flat = targets.ndim == 1
        columns = targets.reshape(len(targets), -1)
        return self._train(rows, columns, columns.shape[1], MSELoss())

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The prediction for each row, in the shape that y had."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
