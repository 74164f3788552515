"""Points in the plane and the classes that a model gives them: what pictures of decisions are made from."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.errors import DataError, ShapeError, message
from nn.data import same_rows

MOST = 4_000_000  # points of a grid
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999")  # Okabe and Ito's


def labelled(X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Points (N, 2) of finite numbers, and their labels (N,)."""
    X, y, n = same_rows(X, y)
    y = y.reshape(n) if y.shape == (n, 1) else y
    if X.shape != (n, 2) or y.shape != (n,):
        raise ShapeError(message(f"points in the plane are (N, 2) with labels (N,), got {X.shape} and {y.shape}.",
                                 "choose two columns, X[:, :2], and one label for each row"))
    if X.dtype.kind not in "fiub" or not np.all(np.isfinite(X)):
        raise DataError(message("not every point is a pair of finite numbers.", "leave such rows out"))
    return X.astype(float), y


def axis(values: NDArray[Any], padding: float, step: float) -> NDArray[Any]:
    """Numbers `step` apart, from `padding` below the smallest value to `padding` above the largest one."""
    low, high = values.min() - padding, values.max() + padding
    points: NDArray[Any] = low + step * np.arange(int(np.ceil((high - low) / step)) + 1)
    return points


def grid(X: NDArray[Any], padding: float, step: float | None, steps: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The two axes of a grid around the points, `step` apart, or the wider one in so many steps."""
    wide = float(np.ptp(X, axis=0).max()) + 2 * padding
    if not padding >= 0 or not wide > 0 or not (step is None or step > 0):
        raise ValueError(message(f"no grid around the points with padding={padding!r}, step={step!r}.",
                                 "write a padding of at least 0 and a step above 0"))
    step = wide / steps if step is None else step
    if float(np.prod((np.ptp(X, axis=0) + 2 * padding) / step + 2)) > MOST:
        raise ValueError(message(f"a step of {step} makes a grid of more than {MOST:,} points.", "take a larger step"))
    return axis(X[:, 0], padding, step), axis(X[:, 1], padding, step)


def classes(model: Any, points: NDArray[Any], threshold: float | None) -> NDArray[Any]:
    """The class of each point: what a classifier says, the highest of many scores, or one number above `threshold`."""
    predict = getattr(model, "predict", model)
    if not callable(predict):
        raise TypeError(message(f"{type(model).__name__} does not say what it predicts.",
                                "give a model with a method predict, or a function of points (M, 2)"))
    predicted: NDArray[Any] = np.asarray(predict(points))
    if hasattr(model, "classes_"):  # scikit-learn's mark of a classifier
        return predicted
    n = len(points)
    if predicted.shape not in ((n,), (n, 1)) and predicted.ndim != 2:
        raise ShapeError(message(f"{type(model).__name__} gives {predicted.shape} for {points.shape}.",
                                 "take a model that gives scores (N, C), or one number for each point"))
    if not np.all(np.isfinite(predicted)):
        raise DataError(message(f"{type(model).__name__} gives numbers that are not finite.", "look at its weights"))
    if predicted.size > n:
        return np.asarray(np.argmax(predicted, axis=1))
    if threshold is None:
        raise ValueError(message(f"{type(model).__name__} gives one number for each point.",
                                 "write threshold=0.5 where it is a probability, threshold=0 where it is a logit"))
    return np.asarray(predicted.reshape(n) > threshold, int)


def decided(model: Any, X: NDArray[Any], y: NDArray[Any], axes: tuple[NDArray[Any], NDArray[Any]],
            threshold: float | None) -> tuple[NDArray[Any], NDArray[Any]]:
    """The classes there are, and the place of each grid point's class among them, one row for each height."""
    xs, ys = np.meshgrid(*axes)
    predicted = classes(model, np.column_stack([xs.ravel(), ys.ravel()]), threshold)
    if predicted.dtype.kind in "iub" and not np.array_equal(y, _whole(y)):
        raise DataError(message(f"{type(model).__name__} gives classes 0, 1, …, the labels are {y[:3].tolist()} ….",
                                "number the labels: names, y = np.unique(names, return_inverse=True)"))
    names, places = np.unique(np.concatenate([y, predicted]), return_inverse=True)
    return names, places[len(y):].reshape(xs.shape)


def _whole(y: NDArray[Any]) -> Any:
    return np.round(y) if y.dtype.kind == "f" else y if y.dtype.kind in "iub" else None
