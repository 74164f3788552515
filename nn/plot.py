"""Pictures of data, training and networks with matplotlib: `pip install gategrad[plot]`.

Each function draws into the axes `ax`, or into a new figure, and returns the axes, so that titles, limits and scales
are set as always. `network_svg` and `Film` need no matplotlib.

>>> import nn
>>> nn.plot.loss([0.9, 0.5, 0.3]).get_xlabel()
'epoch'
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import elementwise_grad
from autograd.errors import ShapeError, message
from nn.data import whole
from nn.diagram import diagram, svg
from nn.film import Film
from nn.module import Module
from nn.regions import COLOURS, decided, grid, labelled

__all__ = ["Film", "activation", "decision_boundary", "images", "loss", "network", "network_svg", "points",
           "predictions", "weights"]

MARKERS = "oX^sDvP"


# ---------------------------------------------------------------- points and decisions
def points(X: ArrayLike, y: ArrayLike, *, size: float = 40, ax: Any = None) -> Any:
    """Points (N, 2), each class of `y` (N,) with a colour and a marker of its own.

    `size` is the area of a marker in points². Raises `ShapeError` for other shapes, `DataError` for points that are not
    finite.

    >>> import nn
    >>> axes = points(*nn.load_xor(), size=1000)
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['0', '1']
    """
    X, y = labelled(X, y)
    return _points(_axes(ax), X, y, np.unique(y), size)


def decision_boundary(model: Any, X: ArrayLike, y: ArrayLike, *, threshold: float | None = None,
                      step: float | None = None, padding: float = 0.5, size: float = 40, ax: Any = None) -> Any:
    """The class that `model` gives every place of the plane, as a coloured ground, and the points (N, 2) on it.

    The ground reaches `padding` beyond the points, in squares of side `step`; without it 300 go along the wider side.
    `model` has a method `predict`, or is a function of points (M, 2). The class is that of the highest score where it
    gives (M, C). Where it gives one number for each point, class 1 is above `threshold`: 0.5 for probabilities, 0 for
    logits. Classifiers with scikit-learn's interface say it themselves. Raises `TypeError` for anything else.

    Raises `ShapeError` and `DataError` for other shapes and numbers that are not finite, `ValueError` where the
    threshold is missing or the ground has more than 4 million squares.

    >>> import nn
    >>> X, y = nn.load_moons()
    >>> axes = decision_boundary(nn.MLP([2, 3, 2], seed=0), X, y)
    >>> len(axes.images), len(axes.collections)
    (1, 2)
    """
    X, y = labelled(X, y)
    xs, ys = grid(X, padding, step, 300)
    names, places = decided(model, X, y, (xs, ys), threshold)
    colours = np.array([[int(colour[i:i + 2], 16) for i in (1, 3, 5)] for colour in COLOURS], np.uint8)
    ax, half = _axes(ax), (xs[1] - xs[0]) / 2
    ax.imshow(colours[places % len(COLOURS)], origin="lower", alpha=0.35, aspect="auto", interpolation="nearest",
              extent=(xs[0] - half, xs[-1] + half, ys[0] - half, ys[-1] + half))
    return _points(ax, X, y, names, size)


def _points(ax: Any, X: NDArray[Any], y: NDArray[Any], names: NDArray[Any], size: float) -> Any:
    for i, name in enumerate(names):
        here = y == name
        if here.any():
            ax.scatter(X[here, 0], X[here, 1], size, _of(COLOURS, i), marker=_of(MARKERS, i), edgecolors="white",
                       linewidths=0.6, label=str(name))
    ax.legend(title="class", loc="upper left", bbox_to_anchor=(1.02, 1), markerscale=min(1.0, (60 / size) ** 0.5))
    return ax


def predictions(y: ArrayLike, predicted: ArrayLike, *, ax: Any = None) -> Any:
    """What was predicted for each target, beside the line on which both are equal.

    Raises `ShapeError` unless both have one shape; axes of length 1 do not count.

    >>> predictions([1.0, 2.0], [[1.5], [2.0]]).get_ylabel()
    'prediction'
    """
    y, predicted = np.squeeze(y), np.squeeze(predicted)
    if y.shape != predicted.shape or not y.size:
        raise ShapeError(message(f"{y.shape} targets do not go with {predicted.shape} predictions.",
                                 "give as many of both, at least one"))
    ax = _axes(ax)
    ax.scatter(y.ravel(), predicted.ravel(), 8, COLOURS[0], alpha=0.5, linewidths=0)
    ends = [y.min(), y.max()]
    ax.plot(ends, ends, color="#666666", linestyle="--", label="prediction = target")
    ax.set(xlabel="target", ylabel="prediction")
    ax.legend()
    return ax


# ---------------------------------------------------------------- curves
def loss(history: Any, *, ax: Any = None) -> Any:
    """The loss of every epoch, of what `nn.fit` returned or of any sequence of numbers, and that on held-out rows.

    Raises `ValueError` where nothing was measured.

    >>> import nn
    >>> axes = loss(nn.History(loss=[0.9, 0.4], validation_loss=[0.8, 0.6]))
    >>> [line.get_label() for line in axes.lines]
    ['training', 'validation']
    """
    curves = {"training": getattr(history, "loss", history), "validation": getattr(history, "validation_loss", ())}
    measured = {name: np.asarray(values, float) for name, values in curves.items() if len(values)}
    if not measured:
        raise ValueError(message("there is no loss to draw.", "give what nn.fit returned, after one epoch or more"))
    ax = _axes(ax)
    for (name, values), style in zip(measured.items(), ("-", "--"), strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, style, marker="." if len(values) < 50 else "", label=name)
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend()
    return ax


def activation(f: Callable[[Any], Any], *, tangents: Sequence[float] = (), span: tuple[float, float] = (-5, 5),
               ax: Any = None) -> Any:
    """A function of numbers and its derivative over `span`, with the tangents at the points in `tangents`.

    `f` is a module, a function of `nn.functional`, or any function of arrays made of gates. Raises `TypeError` for one
    that does not work number by number, such as softmax.

    >>> import nn
    >>> axes = activation(nn.Sigmoid(), tangents=[-2, 0, 2])
    >>> [line.get_label() for line in axes.lines[:2]]
    ['Sigmoid', 'derivative']
    """
    name = type(f).__name__ if isinstance(f, Module) else getattr(f, "__name__", None) or getattr(f, "name", "f")
    xs = np.linspace(*span, 1001)
    values = np.asarray(f(xs))
    if values.shape != xs.shape or not np.allclose(f(xs[:7]), values[:7], equal_nan=True):
        raise TypeError(message(f"{name} does not work number by number.", "draw nn.Sigmoid(), np.tanh, …"))
    ax = _axes(ax)
    ax.plot(xs, values, color=COLOURS[0], label=name)
    ax.plot(xs, elementwise_grad(f)(xs), "--", color=COLOURS[5], label="derivative")
    at = np.asarray(tangents, float)
    if at.size:
        _tangents(ax, at, np.asarray(f(at)), np.asarray(elementwise_grad(f)(at)))
    ax.set_xlabel("x")
    ax.legend()
    return ax


def _tangents(ax: Any, at: NDArray[Any], values: NDArray[Any], slopes: NDArray[Any]) -> None:
    for x, y, slope in zip(at, values, slopes, strict=True):
        ends = np.array([-1.0, 1.0])
        ax.plot(x + ends, y + slope * ends, color="#333333", linewidth=1)
        ax.annotate(f"slope {slope:.3g}", (x, y), (6, -14), textcoords="offset points", color="#333333")
    ax.plot(at, values, "o", color="#333333")


# ---------------------------------------------------------------- images
def images(X: ArrayLike, labels: Iterable[Any] | None = None, *, shape: tuple[int, int] | None = None,
           columns: int = 10, ax: Any = None) -> Any:
    """Images side by side, (N, H, W) or one in each row (N, H·W), with `labels` above them.

    Rows without a `shape` are squares. All share one scale: from black to white, or from blue over white at 0 to red
    where some numbers are negative. Raises `ShapeError` for rows that are no such images, or other numbers of labels.

    >>> import nn
    >>> X, y = nn.load_digits()
    >>> axes = images(X[:20], y[:20])
    >>> len(axes.texts)
    20
    """
    X = _squares(np.asarray(X), shape)
    texts = [""] * len(X) if labels is None else [str(label) for label in labels]
    if len(texts) != len(X):
        raise ShapeError(message(f"{len(X)} images do not go with {len(texts)} labels.", "give one label for each"))
    columns = min(whole("columns", columns, least=1), len(X))
    (_, high, wide), rows, ax = X.shape, -(-len(X) // columns), _axes(ax)
    above, gap = (0.35 * wide if labels is not None else 0.08 * wide), 0.08 * wide
    signed, largest = bool((X < 0).any()), float(np.abs(X).max())
    limits = {"cmap": "RdBu_r", "vmin": -largest} if signed else {"cmap": "gray", "vmin": 0}
    for i, (image, text) in enumerate(zip(X, texts, strict=True)):
        left, top = i % columns * (wide + gap), i // columns * (high + above)
        place = (left, left + wide, top + high, top)
        ax.imshow(image, extent=place, interpolation="nearest", vmax=largest or 1, **limits)
        if text:
            ax.text(left + wide / 2, top - gap / 2, text, ha="center", va="bottom", fontsize="small", parse_math=False)
    ax.set(xlim=(-gap, columns * (wide + gap)), ylim=(rows * (high + above), -above), aspect="equal")
    ax.set_axis_off()
    return ax


def weights(layer: Module, *, shape: tuple[int, int] | None = None, columns: int = 10, ax: Any = None) -> Any:
    """The weights into each unit of a `Linear` layer, or the filters of a `Conv2d`, as `images`.

    Raises `TypeError` for a layer without such weights, `ShapeError` where `shape` is needed and missing.

    >>> import nn
    >>> len(weights(nn.Linear(64, 30, seed=0)).images)
    30
    """
    W = getattr(getattr(layer, "weight", None), "data", None)
    if not isinstance(W, np.ndarray) or W.ndim not in (2, 4):
        raise TypeError(message(f"{type(layer).__name__} has no weights that are images.",
                                "give a Linear or a Conv2d layer, such as model[0]"))
    return images(W.reshape(-1, *W.shape[2:]) if W.ndim == 4 else W, shape=shape, columns=columns, ax=ax)


def _squares(X: NDArray[Any], shape: tuple[int, int] | None) -> NDArray[Any]:
    """As (N, H, W)."""
    if X.ndim == 2 and shape is None and len(X):
        side = round(X.shape[1] ** 0.5)
        shape = (side, side)
    if X.ndim == 2 and shape is not None and shape[0] * shape[1] == X.shape[1]:
        X = X.reshape(-1, *shape)
    if X.ndim != 3 or not X.size:
        raise ShapeError(message(f"an array of shape {X.shape} is not a row of images.",
                                 "give (N, H, W), or (N, H·W) with shape=(H, W)"))
    return X


# ---------------------------------------------------------------- networks
def network(layers: Module | Sequence[int], *, most: int = 10, ax: Any = None) -> Any:
    """Units and connections of a chain of `Linear` layers, or of layers of these sizes.

    Lines of a model are blue for weights above 0, orange below, and as thick as the weight is large within its layer.
    A layer of more than `most` units shows its first and last ones. Biases are not drawn. Raises `TypeError` for a
    model that is no such chain.

    >>> network([2, 10, 1]).texts[1].get_text()
    '10'
    """
    picture, ax = diagram(layers, most), _axes(ax)
    from matplotlib.collections import LineCollection

    ax.add_collection(LineCollection([(edge.start, edge.end) for edge in picture.edges], alpha=0.7, zorder=1,
                                     colors=[edge.colour for edge in picture.edges],
                                     linewidths=[0.2 + 2.8 * edge.width for edge in picture.edges]))
    ax.scatter(*zip(*picture.units, strict=True), s=160, c="white", edgecolors="#333333", zorder=2)
    bottom = min(y for _, y in picture.units)
    for layer, size in enumerate(picture.sizes):
        ax.annotate(str(size), (layer, bottom), (0, -24), textcoords="offset points", ha="center")
    for x, y in picture.gaps:
        ax.text(x, y, "⋮", ha="center", va="center")
    ax.set_axis_off()
    ax.margins(0.1)
    return ax


def network_svg(layers: Module | Sequence[int], *, most: int = 10) -> str:
    """The drawing of `network` as the text of an SVG file, without matplotlib.

    >>> network_svg([2, 3, 1]).count("<circle")
    6
    """
    return svg(diagram(layers, most))


def _axes(ax: Any) -> Any:
    """The axes given, or those of a new figure."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(message("nn.plot needs matplotlib, which is not there.",
                                  'install it: pip install "gategrad[plot]"')) from error
    return pyplot.subplots(layout="constrained")[1]


def _of(kinds: Sequence[str], i: int) -> str:
    return kinds[i % len(kinds)]
