"""Data sets and minibatches: real digits, points in the plane, MNIST's file format, splitting and batching."""

import gzip
import math
import operator
import os
import struct
import zlib
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "batches", "load_circles", "load_digits", "load_moons", "load_spirals", "load_xor", "read_idx", "train_test_split",
]

Points = tuple[NDArray[np.float64], NDArray[np.int64]]

IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
IDX_MOST_BYTES = 2**31
IDX_CHUNK = 2**20
GZIP_START = b"\x1f\x8b"


def load_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return 1 797 handwritten digits as rows of 8 × 8 pixels, and which digit each one is.

    `X` is float64 (1797, 64), the counts 0 … 16 of the original divided by 16; `y` is int64 (1797,), 0 … 9.
    Rows are in the order of scikit-learn's `load_digits`. The arrays are fresh at every call.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998, CC BY 4.0, https://doi.org/10.24432/C50P49.

    >>> X, y = load_digits()
    >>> X.shape, float(X.max()), y[:5].tolist()
    ((1797, 64), 1.0, [0, 1, 2, 3, 4])
    """
    with np.load(Path(__file__).with_name("digits.npz"), allow_pickle=False) as archive:
        return archive["images"] / 16.0, archive["labels"].astype(np.int64)


def load_moons(
    n: int = 200, noise: float | None = 0.2, seed: int | RandomState = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return `n` points on two interleaving half circles, shuffled, and which half circle each is on.

    Class 0 is (cos a, sin a) and class 1 is (1 − cos a, ½ − sin a), for angles a evenly spaced from 0 to π;
    normal noise of deviation `noise` is added to both coordinates (none, and nothing drawn, for `None`).
    `X` is float64 (n, 2), `y` int64 (n,). With n odd, class 1 has one point more.

    Equal to the last bit to scikit-learn's `make_moons(n, noise=noise, random_state=seed)`. A `RandomState`
    as seed is drawn from and moves on, so that the caller's next draw continues the same stream.
    Raises `TypeError` or `ValueError` when `n`, `noise` or `seed` is not a sensible number.

    >>> X, y = load_moons(5, noise=None)
    >>> X.shape, y.tolist()
    ((5, 2), [1, 0, 0, 1, 1])
    """
    n = whole("n", n, least=1)
    upper, lower = np.linspace(0, np.pi, n // 2), np.linspace(0, np.pi, n - n // 2)
    # (1 − sin) − ½, not ½ − sin: the two round differently, and the bits are promised.
    x = np.concatenate([np.cos(upper), 1 - np.cos(lower)])
    y = np.concatenate([np.sin(upper), 1 - np.sin(lower) - 0.5])
    return _shuffled(np.column_stack([x, y]), np.arange(n) >= n // 2, noise, seed)


def load_circles(
    n: int = 200, noise: float | None = 0.05, seed: int | RandomState = 0, factor: float = 0.8
) -> Points:
    """Return `n` points on two circles around 0, shuffled, and which circle each is on.

    Class 0 is (cos a, sin a) and class 1 `factor` times that, for angles a evenly spaced from 0 to 2π; normal noise of
    deviation `noise` is added as in `load_moons`. `X` is float64 (n, 2), `y` int64 (n,). With n odd, class 1 has one
    point more.

    Equal to the last bit to scikit-learn's `make_circles(n, noise=noise, random_state=seed, factor=factor)`.
    Raises `TypeError` or `ValueError` when an argument is not a sensible number.

    >>> X, y = load_circles(4, noise=None, factor=0.5)
    >>> (X ** 2).sum(axis=1)[y == 1].tolist()
    [0.25, 0.25]
    """
    n = whole("n", n, least=1)
    if not 0 <= factor < 1:
        raise ValueError(f"factor must be at least 0 and less than 1, got {factor!r}")
    outer, inner = (np.linspace(0, 2 * np.pi, points, endpoint=False) for points in (n // 2, n - n // 2))
    x = np.concatenate([np.cos(outer), np.cos(inner) * factor])
    y = np.concatenate([np.sin(outer), np.sin(inner) * factor])
    return _shuffled(np.column_stack([x, y]), np.arange(n) >= n // 2, noise, seed)


def load_spirals(
    n: int = 300, noise: float | None = 0.05, seed: int | RandomState = 0, classes: int = 3
) -> Points:
    """Return `n` points on spirals around 0, as many as there are `classes`, shuffled, and which one each is on.

    Class k of K is r·(cos a, sin a) with a = 2πk / K + 4r, for r evenly spaced from 0 to 1; normal noise of deviation
    `noise` is added as in `load_moons`. `X` is float64 (n, 2), `y` int64 (n,). Where n does not divide evenly, the
    first classes have one point more.

    Raises `TypeError` or `ValueError` when an argument is not a sensible number.

    >>> X, y = load_spirals(6, noise=None)
    >>> (X ** 2).sum(axis=1).round(6)[y == 2].tolist()
    [1.0, 0.0]
    """
    classes = whole("classes", classes, least=1)
    labels = np.sort(np.arange(whole("n", n, least=classes)) % classes)
    r = np.concatenate([np.linspace(0, 1, count) for count in np.bincount(labels)])
    angle = 2 * np.pi * labels / classes + 4 * r
    return _shuffled(np.column_stack([r * np.cos(angle), r * np.sin(angle)]), labels, noise, seed)


def _shuffled(points: NDArray[Any], labels: NDArray[Any], noise: float | None, seed: int | RandomState) -> Points:
    """Points and labels in one drawn order, the points moved by noise drawn after it: scikit-learn's way."""
    if noise is not None and not 0 <= noise < math.inf:
        raise ValueError(f"noise must be a finite number of at least 0, or None, got {noise!r}")
    random = seed if isinstance(seed, RandomState) else RandomState(whole("seed", seed, least=0))
    order = random.permutation(len(points))
    points = points[order]
    if noise is not None:
        points += random.normal(scale=noise, size=points.shape)
    return points, labels[order].astype(np.int64)


def load_xor() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the four corners of the unit square, float64 (4, 2), and their exclusive or, int64 (4,).

    >>> X, y = load_xor()
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    return np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0], np.int64)


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Return the array in an IDX file, the format of the MNIST images and labels, plain or gzipped.

    All six number types of the format and every rank NumPy has are read, and come back in the machine's own
    byte order. Whether a file is gzipped is seen from its first bytes, not from its name.
    Raises `ValueError`, naming the file and what is wrong, when it is not an IDX file, is cut off, goes on
    after the announced data, or announces more than 2³¹ bytes; no more is unpacked than was announced.

    Source: the section "File formats for the MNIST database" of Y. LeCun, C. Cortes and C. Burges,
    "The MNIST database of handwritten digits".

    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "labels")
    ...     with open(path, "wb") as file:
    ...         written = file.write(bytes([0, 0, 8, 1]) + bytes([0, 0, 0, 3]) + bytes([7, 2, 1]))
    ...     read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    with open(path, "rb") as file:
        try:
            zipped = file.peek(2)[:2] == GZIP_START
            return gzipped_idx(file) if zipped else plain_idx(file)
        except (ValueError, EOFError, zlib.error, gzip.BadGzipFile) as problem:
            raise ValueError(f"{os.fspath(path)}: {problem}") from problem


def batches(
    X: ArrayLike,
    y: ArrayLike,
    batch_size: int,
    rng: Generator | RandomState | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Yield (X, y) minibatches of `batch_size` rows, in file order or in an order drawn once from `rng`.

    The last batch is shorter when the rows do not divide evenly; `drop_last` leaves that one out.
    File order gives views of `X` and `y`, a drawn order gives copies. Errors come at the call, not at the
    first batch: `ValueError` when X and y differ in length or are empty, when `batch_size` is below 1, or
    when `drop_last` would leave no batch at all.

    >>> [rows.tolist() for rows, labels in batches([1, 2, 3, 4, 5], [0, 0, 0, 1, 1], 2)]
    [[1, 2], [3, 4], [5]]
    """
    X, y, n = same_rows(X, y)
    batch_size = whole("batch_size", batch_size, least=1)
    if drop_last and batch_size > n:
        raise ValueError(f"drop_last leaves no batch: batch_size is {batch_size} and there are {n} rows")
    starts = range(0, n - n % batch_size if drop_last else n, batch_size)
    if rng is None:
        return ((X[i : i + batch_size], y[i : i + batch_size]) for i in starts)
    order = rng.permutation(n)
    parts = (order[i : i + batch_size] for i in starts)
    return ((X[part], y[part]) for part in parts)


def train_test_split(
    X: ArrayLike, y: ArrayLike, test_size: float = 0.25, seed: int = 0
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return `X_train, X_test, y_train, y_test`: the rows in an order drawn from `seed`, cut in two.

    The test part has ⌈test_size · n⌉ of the n rows, the training part the others; both keep the dtype.
    Raises `ValueError` when X and y differ in length or are empty, when `test_size` is not between 0 and 1,
    or when no row would be left to train on.

    >>> X_train, X_test, y_train, y_test = train_test_split(range(8), range(8))
    >>> len(X_train), len(X_test), bool((X_test == y_test).all())
    (6, 2, True)
    """
    X, y, n = same_rows(X, y)
    if not 0 < test_size < 1:
        raise ValueError(f"test_size must lie between 0 and 1, got {test_size!r}")
    tested = math.ceil(test_size * n)
    if tested == n:
        raise ValueError(f"test_size={test_size!r} of {n} rows leaves no row to train on")
    order = np.random.default_rng(whole("seed", seed, least=0)).permutation(n)
    test, train = order[:tested], order[tested:]
    return X[train], X[test], y[train], y[test]


def whole(name: str, value: Any, least: int) -> int:
    """Return `value` as an int, or say by `name` why it is none or is below `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {value!r}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def as_array(data: Any) -> NDArray[Any]:
    """Data as an array: tables such as those of pandas and polars by their `to_numpy`."""
    return np.asarray(data.to_numpy() if hasattr(data, "to_numpy") else data)


def same_rows(X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any], int]:
    """Return both as arrays, and how many rows they have in common."""
    X, y = as_array(X), as_array(y)
    if X.ndim == 0 or y.ndim == 0:
        raise ValueError(f"X and y must have rows, got shapes {X.shape} and {y.shape}")
    if len(X) != len(y):
        raise ValueError(f"X and y must have as many rows, got shapes {X.shape} and {y.shape}")
    if len(X) == 0:
        raise ValueError(f"X and y are empty: shapes {X.shape} and {y.shape}")
    return X, y, len(X)


def plain_idx(file: BufferedReader) -> NDArray[Any]:
    """The array in an IDX file that is not gzipped; its length is known before any data is read."""
    dtype, shape, size = idx_header(file)
    check_length(size, os.fstat(file.fileno()).st_size - file.tell())
    return idx_array(file, dtype, shape, size)


def gzipped_idx(file: BufferedReader) -> NDArray[Any]:
    """The array in a gzipped IDX file."""
    with gzip.GzipFile(fileobj=file) as unzipped:
        return idx_array(unzipped, *idx_header(unzipped))


def idx_header(stream: BufferedIOBase) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """The dtype, the shape and the number of data bytes that an IDX header announces."""
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in IDX_TYPES:
        raise ValueError(f"not an IDX file: it starts with the bytes {start.hex(' ') or '(none)'}")
    dtype, rank = np.dtype(IDX_TYPES[start[2]]), start[3]
    sizes = stream.read(4 * rank)
    if len(sizes) < 4 * rank:
        raise ValueError(f"cut off in its header, which announces {rank} sizes")
    shape = struct.unpack(f">{rank}I", sizes)
    # A size of 0 must not hide absurd sizes beside it, hence the max.
    if math.prod(max(size, 1) for size in shape) * dtype.itemsize > IDX_MOST_BYTES:
        raise ValueError(f"its header announces more than {IDX_MOST_BYTES} bytes")
    return dtype, shape, math.prod(shape) * dtype.itemsize


def idx_array(
    stream: BufferedIOBase, dtype: np.dtype[Any], shape: tuple[int, ...], size: int
) -> NDArray[Any]:
    """The data after an IDX header as an array in native byte order."""
    data = bytearray()
    # In chunks, so that a short file that announces a lot takes only what it really holds;
    # one byte beyond the announced end, to see that the file ends there.
    while len(data) <= size and (chunk := stream.read(min(IDX_CHUNK, size + 1 - len(data)))):
        data += chunk
    check_length(size, len(data))
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="), copy=False)


def check_length(announced: int, found: int) -> None:
    """Raise unless an IDX file holds as many data bytes as its header announces."""
    if found < announced:
        raise ValueError(f"cut off: its header announces {announced} bytes of data, it holds {found}")
    if found > announced:
        raise ValueError(f"goes on after the {announced} bytes of data that its header announces")
