"""nn.data against scikit-learn, against IDX files written here, and against hostile files."""

import gzip
import math
import struct
import tracemalloc

import numpy as np
import pytest
import sklearn.datasets

import nn
from nn import data
from nn.data import batches, load_circles, load_digits, load_moons, load_spirals, load_xor, read_idx, train_test_split

IDX_CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx(array):
    """`array` as the bytes of an IDX file."""
    kind = array.dtype.str[1:]
    header = bytes([0, 0, IDX_CODES[kind], array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(">" + kind).tobytes()


def header(code, *sizes):
    return bytes([0, 0, code, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes)


@pytest.fixture
def write(tmp_path):
    """Write bytes to a file and return its path."""

    def write(content, name="images-idx"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def same_bits(a, b):
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    assert a.tobytes() == b.tobytes()


class Table:
    """What pandas, polars and others have in common."""

    def __init__(self, values):
        self.values = values

    def to_numpy(self):
        return np.array(self.values)


def test_tables_are_taken_by_their_to_numpy():
    rows, labels = [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]], [0, 1, 1, 0]
    (X, y), = batches(Table(rows), Table(labels), 4)
    same_bits(X, np.array(rows))
    same_bits(y, np.array(labels))
    assert len(train_test_split(Table(rows), Table(labels))) == 4
    losses = []
    for pair in ((Table(rows), Table(labels)), (np.array(rows), np.array(labels))):
        model = nn.Linear(2, 2, seed=0)
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        losses.append(nn.fit(model, pair, loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=3, validation=pair))
    assert losses[0] == losses[1]
    same_bits(model.predict(Table(rows)), model.predict(np.array(rows)))


class TestCircles:
    @pytest.mark.parametrize("n", [1, 2, 3, 7, 40, 200, 1001])
    @pytest.mark.parametrize("noise", [None, 0, 0.2, 3.5])
    @pytest.mark.parametrize(("seed", "factor"), [(0, 0.8), (1, 0.0), (42, 0.5), (2**32 - 1, 0.999)])
    def test_equal_to_scikit_learn(self, n, noise, seed, factor):
        X, y = load_circles(n, noise, seed, factor)
        X_theirs, y_theirs = sklearn.datasets.make_circles(n, noise=noise, random_state=seed, factor=factor)
        same_bits(X, np.ascontiguousarray(X_theirs))
        same_bits(y, y_theirs.astype(np.int64))

    @pytest.mark.parametrize("factor", [-0.1, 1, math.nan])
    def test_a_factor_outside_its_range_is_refused(self, factor):
        with pytest.raises(ValueError, match="factor must be at least 0 and less than 1"):
            load_circles(factor=factor)


class TestSpirals:
    @pytest.mark.parametrize(("n", "classes"), [(3, 3), (300, 3), (10, 3), (7, 1), (100, 5)])
    def test_points_lie_on_the_spiral_of_their_class(self, n, classes):
        X, y = load_spirals(n, None, 0, classes)
        r = np.hypot(*X.T)
        angle = 2 * np.pi * y / classes + 4 * r
        np.testing.assert_allclose(X, r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), atol=1e-12)
        counts = np.bincount(y, minlength=classes)
        assert counts.sum() == n
        assert counts.max() - counts.min() <= 1
        for k in range(classes):
            np.testing.assert_allclose(np.sort(r[y == k]), np.linspace(0, 1, counts[k]), atol=1e-12)

    def test_noise_moves_the_points_and_leaves_the_order(self):
        (still, y), (moved, same) = load_spirals(3000, None), load_spirals(3000, 0.1)
        same_bits(y, same)
        np.testing.assert_allclose((moved - still).std(), 0.1, rtol=0.05)
        assert not np.array_equal(load_spirals(seed=1)[0], load_spirals(seed=2)[0])
        same_bits(load_spirals(seed=1)[0], load_spirals(seed=1)[0])

    @pytest.mark.parametrize("arguments", [{"n": 2}, {"classes": 0}, {"noise": -1}, {"seed": -1}])
    def test_what_makes_no_sense_is_refused(self, arguments):
        with pytest.raises(ValueError, match=f"{next(iter(arguments))} must be"):
            load_spirals(**arguments)


class TestDigits:
    def test_equal_to_scikit_learn(self):
        X, y = load_digits()
        theirs = sklearn.datasets.load_digits()
        same_bits(X, theirs.data / 16)
        same_bits(y, theirs.target.astype(np.int64))

    def test_a_change_does_not_reach_the_next_call(self):
        X, y = load_digits()
        X[:], y[:] = -1, -1
        X, y = load_digits()
        assert X.min() == 0
        assert y.min() == 0


class TestMoons:
    @pytest.mark.parametrize("n", [1, 2, 3, 7, 40, 200, 1001])
    @pytest.mark.parametrize("noise", [None, 0, 0.2, 3.5])
    @pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
    def test_equal_to_scikit_learn(self, n, noise, seed):
        X, y = load_moons(n, noise, seed)
        X_theirs, y_theirs = sklearn.datasets.make_moons(n, noise=noise, random_state=seed)
        same_bits(X, np.ascontiguousarray(X_theirs))
        same_bits(y, y_theirs.astype(np.int64))

    @pytest.mark.parametrize("noise", [None, 0.2])
    def test_goes_on_with_the_callers_stream(self, noise):
        ours, theirs = np.random.RandomState(0), np.random.RandomState(0)
        same_bits(load_moons(200, noise, ours)[0], np.ascontiguousarray(
            sklearn.datasets.make_moons(200, noise=noise, random_state=theirs)[0]))
        same_bits(ours.randn(10), theirs.randn(10))

    def test_goes_on_as_the_global_stream_does(self):
        state = np.random.get_state()
        try:
            np.random.seed(0)
            X_theirs, _ = sklearn.datasets.make_moons(200, noise=0.2)
            next_theirs = np.random.randn(2, 3)
        finally:
            np.random.set_state(state)
        stream = np.random.RandomState(0)
        same_bits(load_moons(200, 0.2, stream)[0], np.ascontiguousarray(X_theirs))
        same_bits(stream.randn(2, 3), next_theirs)

    def test_defaults(self):
        same_bits(load_moons()[0], load_moons(200, 0.2, 0)[0])

    @pytest.mark.parametrize(("arguments", "message"), [
        ({"n": 0}, "n must be at least 1, got 0"),
        ({"noise": -0.1}, "noise must be a finite number of at least 0, or None, got -0.1"),
        ({"noise": math.nan}, "got nan"),
        ({"noise": math.inf}, "got inf"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
        ({"seed": 2**32}, "Seed must be between"),
    ])
    def test_wrong_values(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            load_moons(**arguments)

    @pytest.mark.parametrize("arguments", [{"n": 2.5}, {"seed": math.nan}, {"seed": None}])
    def test_wrong_types(self, arguments):
        with pytest.raises(TypeError, match="must be a whole number, got"):
            load_moons(**arguments)


def test_xor():
    X, y = load_xor()
    assert X.dtype == np.float64
    assert y.dtype == np.int64
    assert [int(a) ^ int(b) for a, b in X] == y.tolist()


class TestReadIdx:
    @pytest.mark.parametrize("zipped", [False, True])
    @pytest.mark.parametrize("shape", [(), (0,), (1,), (5,), (3, 4), (2, 0, 3), (2, 3, 4), (1,) * 64])
    @pytest.mark.parametrize("kind", IDX_CODES)
    def test_round_trip(self, write, kind, shape, zipped):
        least = 0 if kind == "u1" else -99
        array = np.asarray(np.random.default_rng(0).uniform(least, 99, shape)).astype(kind)
        content = idx(array)
        found = read_idx(write(gzip.compress(content) if zipped else content))
        same_bits(found, array)
        assert found.dtype.isnative
        assert found.flags.writeable

    @pytest.mark.parametrize("zipped", [False, True])
    def test_many_chunks(self, write, zipped):
        array = np.random.default_rng(0).integers(0, 256, (3, 900, 1000), dtype=np.uint8)
        content = idx(array)
        same_bits(read_idx(write(gzip.compress(content, 1) if zipped else content)), array)

    def test_gzip_in_several_members(self, write):
        content = idx(np.arange(100, dtype="i4"))
        path = write(gzip.compress(content[:50]) + gzip.compress(content[50:]))
        assert read_idx(path).tolist() == list(range(100))

    def test_path_as_text(self, write):
        assert read_idx(str(write(idx(np.array([1, 2], "u1"))))).tolist() == [1, 2]

    @pytest.mark.parametrize(("content", "message"), [
        (b"", r"not an IDX file: it starts with the bytes \(none\)"),
        (b"\0\0\x08", "not an IDX file"),
        (b"\x89PNG\r\n", "not an IDX file: it starts with the bytes 89 50 4e 47"),
        (header(0x0A, 1) + b"\1", "not an IDX file"),
        (b"\0\1\x08\1", "not an IDX file"),
        (header(0x08, 2, 3)[:-1], "cut off in its header, which announces 2 sizes"),
        (header(0x08, 2, 3) + b"12345", "cut off: its header announces 6 bytes of data, it holds 5"),
        (header(0x08, 2, 3) + b"1234567", "goes on after the 6 bytes of data"),
        (header(0x0E, 1), "announces 8 bytes of data, it holds 0"),
        (header(0x08, 0) + b"1", "goes on after the 0 bytes"),
        (header(0x08, 2**31 + 1), "announces more than 2147483648 bytes"),
        (header(0x0E, 2**28 + 1), "announces more than"),
        (header(0x08, *[2**32 - 1] * 255), "announces more than"),
        (header(0x08, 0, 2**32 - 1, 2**32 - 1), "announces more than"),
        (header(0x08, *[1] * 65) + b"1", "dimension"),
    ])
    @pytest.mark.parametrize("zipped", [False, True])
    def test_wrong_files(self, write, content, message, zipped):
        path = write(gzip.compress(content) if zipped else content, "strange file")
        with pytest.raises(ValueError, match=message) as problem:
            read_idx(path)
        assert str(problem.value).startswith(f"{path}: ")

    @pytest.mark.parametrize("damage", [
        lambda zipped: zipped[:1],
        lambda zipped: zipped[:5],
        lambda zipped: zipped[:-1],
        lambda zipped: zipped[: len(zipped) // 2],
        lambda zipped: zipped + b"more",
        lambda zipped: zipped[:-8] + bytes(8),
        lambda zipped: zipped[:15] + b"\xff" * 40 + zipped[55:],
    ])
    def test_damaged_gzip(self, write, damage):
        zipped = gzip.compress(idx(np.random.default_rng(0).normal(size=50)))
        path = write(damage(zipped))
        with pytest.raises(ValueError, match="images-idx: "):
            read_idx(path)

    @pytest.mark.parametrize("announced", [10, 2**31])
    def test_memory_follows_what_is_there_and_announced(self, write, announced):
        """A bomb that unpacks to more than it announces, and a stub that announces more than it has."""
        unpacked = 50_000_000 if announced == 10 else 1000
        path = write(gzip.compress(header(0x08, announced) + bytes(unpacked), 1))
        tracemalloc.start()
        try:
            with pytest.raises(ValueError, match="goes on after|cut off"):
                read_idx(path)
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
        finally:
            tracemalloc.stop()

    def test_short_plain_file_is_refused_before_reading(self, write, monkeypatch):
        path = write(header(0x08, 2**31) + bytes(1000))
        monkeypatch.setattr(data, "idx_array", pytest.fail)
        with pytest.raises(ValueError, match="announces 2147483648 bytes of data, it holds 1000"):
            read_idx(path)

    def test_missing_file(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            read_idx(tmp_path / "absent")


class TestBatches:
    X, y = np.arange(20).reshape(10, 2), np.arange(10)

    def test_file_order(self):
        parts = list(batches(self.X, self.y, 4))
        assert [len(rows) for rows, _ in parts] == [4, 4, 2]
        same_bits(np.concatenate([rows for rows, _ in parts]), self.X)
        same_bits(np.concatenate([labels for _, labels in parts]), self.y)

    @pytest.mark.parametrize(("size", "sizes"), [(4, [4, 4]), (5, [5, 5]), (10, [10])])
    @pytest.mark.parametrize("rng", [None, np.random.default_rng(0)])
    def test_drop_last(self, size, sizes, rng):
        assert [len(rows) for rows, _ in batches(self.X, self.y, size, rng, drop_last=True)] == sizes

    @pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
    def test_drawn_order(self, make):
        parts = list(batches(self.X, self.y, 3, make(5)))
        labels = np.concatenate([labels for _, labels in parts])
        assert labels.tolist() == make(5).permutation(10).tolist()
        same_bits(np.concatenate([rows for rows, _ in parts]), self.X[labels])

    def test_a_second_pass_draws_another_order(self):
        rng = np.random.default_rng(0)
        first, second = (np.concatenate([y for _, y in batches(self.X, self.y, 3, rng)]) for _ in "12")
        assert first.tolist() != second.tolist()

    def test_batch_larger_than_the_data(self):
        assert [len(rows) for rows, _ in batches(self.X, self.y, 99)] == [10]

    @pytest.mark.parametrize(("X", "y", "size", "message"), [
        ([1, 2, 3], [1, 2], 1, r"as many rows, got shapes \(3,\) and \(2,\)"),
        ([], [], 1, "empty"),
        (1.0, 2.0, 1, r"must have rows, got shapes \(\) and \(\)"),
        ([1], [1], 0, "batch_size must be at least 1, got 0"),
        ([1], [1], -3, "batch_size must be at least 1, got -3"),
    ])
    def test_errors_at_the_call(self, X, y, size, message):
        with pytest.raises(ValueError, match=message):
            batches(X, y, size)

    def test_no_batch_left(self):
        with pytest.raises(ValueError, match="batch_size is 11 and there are 10 rows"):
            batches(self.X, self.y, 11, drop_last=True)

    def test_fractional_size(self):
        with pytest.raises(TypeError, match="batch_size must be a whole number, got 2.5"):
            batches(self.X, self.y, 2.5)


class TestSplit:
    X, y = np.arange(30, dtype=np.float32).reshape(15, 2), np.arange(15)

    @pytest.mark.parametrize(("test_size", "tested"), [(0.25, 4), (0.5, 8), (0.01, 1), (0.9, 14)])
    def test_every_row_once_and_together(self, test_size, tested):
        X_train, X_test, y_train, y_test = train_test_split(self.X, self.y, test_size)
        assert len(X_test) == len(y_test) == tested
        assert sorted([*y_train, *y_test]) == list(range(15))
        same_bits(X_train, self.X[y_train])
        same_bits(X_test, self.X[y_test])

    def test_order_comes_from_the_seed(self):
        one, again, other = (train_test_split(self.X, self.y, seed=seed)[3].tolist() for seed in (1, 1, 2))
        assert one == again
        assert one != other

    @pytest.mark.parametrize("test_size", [0, 1, -0.5, 3, math.nan])
    def test_size_outside_0_to_1(self, test_size):
        with pytest.raises(ValueError, match="test_size must lie between 0 and 1, got"):
            train_test_split(self.X, self.y, test_size)

    def test_nothing_to_train_on(self):
        with pytest.raises(ValueError, match=r"test_size=0.95 of 15 rows leaves no row to train on"):
            train_test_split(self.X, self.y, 0.95)

    def test_lengths_and_emptiness(self):
        with pytest.raises(ValueError, match="as many rows"):
            train_test_split(self.X, self.y[1:])
        with pytest.raises(ValueError, match="empty"):
            train_test_split([], [])
