"""Document 004, digits: what it does, what is correct, and the program on files in MNIST's format."""
import gzip
import struct
from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from nn.documents import digits, mnist
from nn.documents.digits import accuracies, objective, read_mnist, scores, shipped, start, train
from nn.losses import CrossEntropyLoss


# ---------------------------------------------------------------- what the document does, and what is correct
def test_the_epoch_loss_is_summed_while_the_weights_move():
    X, y = shipped().train
    running, weights = next(train(X, y))
    after = len(y) * objective(weights, X, y, digits.DECAY)
    assert after < 0.6 * running


def test_a_short_last_batch_counts_in_the_loss_and_makes_no_step():
    X, y = shipped().train
    whole, short = (list(train(X[:n], y[:n], epochs=2)) for n in (100, 105))
    for (_, one), (_, other) in zip(whole, short, strict=True):
        for a, b in zip(one, other, strict=True):
            assert_array_equal(a, b)
    extra = 5 * objective(whole[0][1], X[100:105], y[100:105], digits.DECAY)
    assert short[0][0] == pytest.approx(whole[0][0] + extra, rel=1e-13)


def test_decay_is_not_divided_by_the_number_of_samples():
    X, y = shipped().train
    weights = start(64)
    penalty = objective(weights, X, y, 0.002) - objective(weights, X, y, 0.0)
    assert penalty == pytest.approx(0.001 * sum((w * w).sum() for w in weights[::2]), rel=1e-10)


def test_a_probability_of_zero_costs_its_logarithm_and_not_the_largest_float():
    output, label = np.array([[0.0, 2000.0]]), np.array([0])
    assert CrossEntropyLoss()(output, label) == 2000.0
    with np.errstate(all="ignore"):
        in_the_document = np.sum(np.nan_to_num(-np.log(np.exp(output) / np.sum(np.exp(output)))[0, 0]))
    assert not 0 < in_the_document < 1e300


def test_softmax_of_all_columns_together_is_right_for_one_column_only():
    output = scores(start(64), shipped().test[0][:3])
    whole, each = (np.exp(output) / np.sum(np.exp(output), axis=axis, keepdims=True) for axis in (None, 1))
    assert_allclose(each.sum(axis=1), 1.0, rtol=1e-14)
    assert_allclose(whole.sum(), 1.0, rtol=1e-14)
    assert_array_equal(np.argmax(whole, axis=1), np.argmax(each, axis=1))


# ---------------------------------------------------------------- files in MNIST's format
def idx(array):
    """A uint8 array as an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.fixture
def pixels():
    """28 × 28 images made of the small ones, 600 to train and 100 to test, with their labels."""
    X, y = digits.load_digits()
    large = np.pad(np.kron(X.reshape(-1, 8, 8)[:700], np.ones((1, 3, 3))), ((0, 0), (2, 2), (2, 2)))
    large, y = np.rint(large * 255).astype(np.uint8), y[:700].astype(np.uint8)
    return {"train-images-idx3-ubyte": large[:600], "train-labels-idx1-ubyte": y[:600],
            "t10k-images-idx3-ubyte": large[600:], "t10k-labels-idx1-ubyte": y[600:]}


@pytest.fixture(params=["", ".gz"])
def folder(request, tmp_path, pixels):
    for name, array in pixels.items():
        content = gzip.compress(idx(array)) if request.param else idx(array)
        (tmp_path / (name + request.param)).write_bytes(content)
    return tmp_path


def test_mnist_is_read_and_split(folder, pixels):
    data = read_mnist(folder)
    assert [X.shape for X, _ in data] == [(540, 784), (60, 784), (100, 784)]
    written = np.concatenate([pixels["train-images-idx3-ubyte"], pixels["t10k-images-idx3-ubyte"]])
    assert_array_equal(np.concatenate([X for X, _ in data]) * 255, written.reshape(700, 784))
    assert_array_equal(data.validation[1], pixels["train-labels-idx1-ubyte"][540:])


def test_mnist_row(folder):
    row, data = mnist(folder, epochs=12), read_mnist(folder)
    obtained = row.run()
    epochs = list(islice(train(*data.train), 12))
    assert obtained == {"loss": [epochs[0][0], epochs[10][0]], "accuracy": accuracies(epochs[-1][1], data)}
    assert obtained["loss"][1] < 0.3 * obtained["loss"][0]
    assert obtained["accuracy"][2] > 0.8
    assert row.figures[0].printed == "9408.25257833 4440.39945997"
    assert row.figures[0].agreeing(obtained["loss"]) == [False, False]


def test_mnist_split_of_the_real_size():
    X, y = np.zeros((60000, 1, 1), np.uint8), np.zeros(60000, np.uint8)
    assert [len(part) for _, part in digits.parts(X, y, X[:10000], y[:10000])] == [18000, 2000, 10000]


def test_no_epochs_are_refused(tmp_path):
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        mnist(tmp_path, epochs=0)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="has neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz"):
        mnist(tmp_path).run()
