"""Document 004, second part: handwritten digits, n-100-10 with relu, softmax, cross-entropy and weight decay.

The document trains on 20 000 images of MNIST, which are not shipped: `mnist` runs the same program on a folder of them.
Its row of the table trains on the 1 797 small images that are.
"""
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from tqdm import tqdm

from autograd import value_and_grad
from nn.data import batches, load_digits, read_idx
from nn.documents.row import Figure, Row, Weights
from nn.functional import relu
from nn.losses import CrossEntropyLoss

HIDDEN, CLASSES, RATE, DECAY, BATCH, EPOCHS = 100, 10, 0.1, 0.002, 10, 200

mean_cross_entropy = CrossEntropyLoss()

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Pixels = NDArray[np.uint8]


class Digits(NamedTuple):
    """Images as rows of numbers from 0 to 1, and their labels, in three parts."""

    train: tuple[Array, Labels]
    validation: tuple[Array, Labels]
    test: tuple[Array, Labels]


def shipped(seed: int = 0) -> Digits:
    """The 8 × 8 images, cut into 1 300, 200 and 297 in an order drawn from `seed`."""
    X, y = load_digits()
    parts = np.split(RandomState(seed).permutation(len(y)), [1300, 1500])
    return Digits(*((X[part], y[part]) for part in parts))


# ---------------------------------------------------------------- the program
def start(inputs: int) -> Weights:
    """wh, bh, wo and bo as the document draws them."""
    random = RandomState(0)
    return [random.normal(0, 1, (HIDDEN, inputs)).T / np.sqrt(inputs), np.zeros(HIDDEN),
            random.normal(0, 1, (CLASSES, HIDDEN)).T / np.sqrt(HIDDEN), np.zeros(CLASSES)]


def scores(weights: Weights, X: Array) -> Any:
    """What softmax turns into probabilities."""
    wh, bh, wo, bo = weights
    return relu(X @ wh + bh) @ wo + bo


def objective(weights: Weights, X: Array, y: Labels, decay: float) -> Any:
    """The mean cross-entropy plus decay/2 · ΣW²."""
    penalty = (weights[0] * weights[0]).sum() + (weights[2] * weights[2]).sum()
    return mean_cross_entropy(scores(weights, X), y) + 0.5 * decay * penalty


def train(X: Array, y: Labels, epochs: int = EPOCHS, decay: float = DECAY, shuffle: RandomState | None = None,
          progress: bool = False) -> Iterator[tuple[float, Weights]]:
    """The loss of each epoch, summed over the samples while the weights move, and the weights after it.

    A short last batch counts in the loss and makes no step, as in the document.
    """
    weights, step = start(X.shape[1]), value_and_grad(objective)
    for _ in tqdm(range(epochs), leave=False, disable=None if progress else True):
        loss = 0.0
        for images, labels in batches(X, y, BATCH, shuffle):
            value, gradient = step(weights, images, labels, decay)
            loss += len(labels) * value
            if len(labels) == BATCH:
                weights = [w - RATE * g for w, g in zip(weights, gradient, strict=True)]
        yield loss, weights


def accuracies(weights: Weights, digits: Digits) -> list[float]:
    """The share of images whose largest score is that of their label, in each part."""
    return [float(np.mean(np.argmax(scores(weights, X), axis=1) == y)) for X, y in digits]


def history(digits: Digits, epochs: int, at: Collection[int],
            progress: bool = False) -> tuple[list[float], dict[int, list[float]]]:
    """The loss of every epoch, and the accuracies after those in `at`."""
    losses, after = [], {}
    for epoch, (loss, weights) in enumerate(train(*digits.train, epochs, progress=progress), start=1):
        losses.append(loss)
        if epoch in at:
            after[epoch] = accuracies(weights, digits)
    return losses, after


# ---------------------------------------------------------------- the shipped digits
def small(progress: bool = False) -> dict[str, Any]:
    """Losses and accuracies on the 8 × 8 images."""
    losses, after = history(shipped(), EPOCHS, ACCURACIES, progress)
    return {"loss": [losses[0], losses[100], losses[199]]} | {
        f"accuracy after {epoch}": shares for epoch, shares in after.items()}


# After so many epochs, on training, validation and test images.
ACCURACIES = {1: "0.9138 0.8750 0.9192", 10: "0.9785 0.9650 0.9764", 20: "0.9885 0.9850 0.9832",
              50: "0.9938 0.9850 0.9865", 200: "0.9969 0.9800 0.9899"}

ROWS = (
    Row("004-digits", "handwritten digits, 64-100-10, 200 epochs", small, (
        Figure("loss", "1834.9475612036958 258.20442296387466 251.09384028028867", digits=13, source="NumPy"),
        *(Figure(f"accuracy after {epoch}", text, source="NumPy") for epoch, text in ACCURACIES.items()))),
)

# ---------------------------------------------------------------- MNIST, for those who have it
LOSSES = (
    "9408.25257833 4440.39945997 4333.96701063 4277.59876745 4244.73716297 4234.4720515 4224.44056598 "
    "4213.89872276 4206.53568999 4195.75618751 4192.46048788 4193.168517 4183.1714839 4178.7188555 "
    "4177.35391609 4173.00837802 4175.69934598 4172.88872587 4177.35118544 4173.31381838")


def read_mnist(folder: str | Path) -> Digits:
    """The images and labels in MNIST's four files, plain or with .gz; FileNotFoundError where one is missing."""
    return parts(*(read_idx(find(Path(folder), name)) for name in (
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")))


def parts(images: Pixels, labels: Pixels, test_images: Pixels, test_labels: Pixels) -> Digits:
    """The first 20 000 training images, a tenth of them for validation, and all test images; pixels from 0 to 1."""
    used = min(len(labels), 20000)
    cut = used - used // 10
    X, X_test = (pixels.reshape(len(pixels), -1) / 255.0 for pixels in (images[:used], test_images))
    y, y_test = labels.astype(np.int64), test_labels.astype(np.int64)
    return Digits((X[:cut], y[:cut]), (X[cut:], y[cut:used]), (X_test, y_test))


def find(folder: Path, name: str) -> Path:
    """The file of that name, plain or gzipped."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return path
    raise FileNotFoundError(f"{folder} has neither {name} nor {name}.gz; put MNIST's four files there")


def mnist(folder: str | Path, epochs: int = EPOCHS) -> Row:
    """The document's own run on the MNIST files in `folder`, as a row of the table.

    The document does not say which 20 000 images it took, nor how it scaled them, so its digits are not promised.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    losses = " ".join(LOSSES.split()[:(epochs + 9) // 10])
    return Row("004-mnist", f"MNIST, 784-100-10, {epochs} epochs", partial(trained_on, folder, epochs),
               (Figure("loss", losses), Figure("accuracy", "0.983166666667 0.963000000000 0.964900000000")))


def trained_on(folder: str | Path, epochs: int, progress: bool = False) -> dict[str, Any]:
    """Every tenth epoch's loss, and the accuracies at the end."""
    losses, after = history(read_mnist(folder), epochs, (epochs,), progress)
    return {"loss": losses[::10], "accuracy": after[epochs]}
