"""nn.Checkpoint: a resumed training ends with the bits of one that was left alone; `kills.py` has the kills."""
import json
import zipfile

import numpy as np
import pytest

import nn
import nn.train
from autograd.errors import DataError
from nn.files import read_tree, write_tree

X = np.random.default_rng(0).standard_normal((64, 3))
NUMBERS, LABELS = np.sin(X[:, :2]), (X.sum(1) > 0.0).astype(int)


class Crash(Exception):
    pass


def crash_at(epoch):
    def callback(state):
        if state.epoch == epoch:
            raise Crash
    return callback


def layers():
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.2), nn.Linear(8, 2), seed=0)


def train(path, *callbacks, model=layers, target=NUMBERS, epochs=12, loss=None, resume=True, every=1, extra=(),
          lr=0.05, batch_size=16, **keywords):
    """The history, every value that training changes, and the model."""
    made, loss = model(), loss or nn.MSELoss()
    optimizer = nn.SGD([*made.parameters(), *extra], lr=lr, momentum=0.9)
    keywords = {"validation": (X[:8], target[:8]), "seed": 3} | keywords
    history = nn.fit(made, (X, target), loss=loss, optimizer=optimizer, epochs=epochs, batch_size=batch_size,
                     callbacks=[nn.Checkpoint(path, every=every, resume=resume), *callbacks], **keywords)
    values = [part.data for part in (*optimizer.parameters, *made.buffers())]
    return history, [np.array(x).tolist() for x in (*values, *(v["velocity"] for v in optimizer.state))], made


WORK = {
    "a program": {},
    "in Python": {"epochs": 3},
    "labels": {"target": LABELS, "loss": nn.CrossEntropyLoss()},
    "all rows": {"batch_size": None, "epochs": 60},
    "in order": {"shuffle": False},
    "another generator": {"seed": None},
    "every third epoch": {"every": 3},
    "no validation": {"validation": None},
    "float32": {"model": lambda: layers().to(np.float32)},
    "penalized": {"model": lambda: MODEL, "loss": None},
}
MODEL = layers()


def arguments(name):
    work = dict(WORK[name])
    if name == "another generator":
        work["seed"] = np.random.Generator(np.random.MT19937(1))
    if name == "penalized":
        MODEL.reset_parameters(0)
        work["loss"] = nn.Penalized(nn.MSELoss(), MODEL, l2=0.1, l1=0.01)
    return work


@pytest.mark.parametrize("name", WORK)
def test_a_resumed_training_ends_with_the_same_bits(name, tmp_path):
    alone = train(tmp_path / "alone", **arguments(name))
    crash = 2 if alone[0].loss[3:] == [] else 6
    with pytest.raises(Crash):
        train(tmp_path / "run", crash_at(crash), **arguments(name))
    saved = crash - 1 if name != "every third epoch" else 3
    assert len(read_tree(tmp_path / "run")["history"]["loss"]) == saved
    again = train(tmp_path / "run", **arguments(name))
    assert again[:2] == alone[:2]
    assert (tmp_path / "run").read_bytes() == (tmp_path / "alone").read_bytes()


def test_what_is_trained_beside_the_model_is_saved_too(tmp_path):
    def run(path, *callbacks):
        scale = nn.Parameter(1.0)
        history, values, _ = train(path, *callbacks, extra=[scale], loss=lambda p, t: ((p * scale - t) ** 2.0).mean())
        return history, values, scale.data
    alone = run(tmp_path / "alone")
    with pytest.raises(Crash):
        run(tmp_path / "run", crash_at(5))
    assert run(tmp_path / "run") == alone


def test_callbacks_with_a_memory_go_on(tmp_path):
    def run(path, *callbacks):
        stop = nn.EarlyStopping(patience=3, monitor="loss")
        return train(path, stop, *callbacks, epochs=100, lr=0.3, model=lambda: nn.Linear(3, 2, seed=0))[:2]
    alone = run(tmp_path / "alone")
    assert len(alone[0].loss) < 100
    with pytest.raises(Crash):
        run(tmp_path / "run", crash_at(len(alone[0].loss) - 1))
    assert run(tmp_path / "run") == alone


def test_an_optimizer_that_is_set_anew_on_the_way(tmp_path):
    def run(path, *callbacks):
        model = layers()
        optimizer = nn.SGD(model.parameters(), lr=0.05, momentum=0.9)

        def calmer(state):
            if state.epoch == 5:
                optimizer.momentum = 0.5
        history = nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=optimizer, epochs=15, batch_size=16,
                         callbacks=[calmer, *callbacks, nn.Checkpoint(path, resume=True)])
        return history, optimizer.momentum
    alone = run(tmp_path / "alone")
    for crash in (4, 6, 7):
        path = tmp_path / f"run{crash}"
        with pytest.raises(Crash):
            run(path, crash_at(crash))
        assert run(path) == alone


OPTIMIZERS = [kind for kind in map(nn.__dict__.get, nn.__all__)
              if isinstance(kind, type) and issubclass(kind, nn.Optimizer) and kind is not nn.Optimizer]


@pytest.mark.parametrize("kind", OPTIMIZERS, ids=lambda kind: kind.__name__)
def test_every_optimizer_goes_on(kind, tmp_path):
    def run(path, *callbacks):
        model = nn.MLP([3, 4, 2], activation=nn.Tanh, seed=0)
        history = nn.fit(model, (X, NUMBERS), loss=nn.MSELoss(), optimizer=kind(model.parameters(), lr=0.01), epochs=14,
                         batch_size=16, callbacks=[*callbacks, nn.Checkpoint(path, resume=True)])
        return history, {name: value.tolist() for name, value in model.state_dict().items()}
    alone = run(tmp_path / "alone")
    with pytest.raises(Crash):
        run(tmp_path / "run", crash_at(6))
    assert run(tmp_path / "run") == alone


def test_a_training_that_has_ended_is_left_as_it_is(tmp_path):
    first, stop = train(tmp_path / "run", epochs=4), lambda state: state.epoch == 2
    assert train(tmp_path / "run", epochs=4)[:2] == first[:2]
    assert len(train(tmp_path / "run", epochs=6)[0].loss) == 6
    stopped = train(tmp_path / "stopped", stop)
    assert len(stopped[0].loss) == 2
    assert train(tmp_path / "stopped", stop)[:2] == stopped[:2]


def test_without_resume_it_begins_at_the_beginning(tmp_path):
    first = train(tmp_path / "run", epochs=3)
    assert train(tmp_path / "run", epochs=3, resume=False)[:2] == first[:2]


def test_only_numbers_and_text_are_in_the_file(tmp_path):
    train(tmp_path / "run", epochs=2)
    with np.load(tmp_path / "run", allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "fiu" for name in archive.files if name != "header.json")
        assert json.loads(archive["header.json"])["dict"][0] == ["version", 1]
    assert zipfile.ZipFile(tmp_path / "run").testzip() is None
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_save_that_fails_leaves_the_last_one(tmp_path, monkeypatch):
    train(tmp_path / "run", epochs=2)
    before = (tmp_path / "run").read_bytes()
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space left"):
        train(tmp_path / "run", epochs=4)
    assert (tmp_path / "run").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


# ---------------------------------------------------------------- checkpoints of something else
def other_version(path):
    write_tree(path, read_tree(path) | {"version": 2})


def no_tree(path):
    write_tree(path, [1, 2, 3])


def a_list_for_an_array(path):
    write_tree(path, read_tree(path) | {"others": 5})


def another_archive(path):
    with path.open("wb") as file:
        np.savez(file, x=np.ones(3))


def crafted(path, array, compression=zipfile.ZIP_STORED):
    """A checkpoint whose tree is one array."""
    with zipfile.ZipFile(path, "w", compression) as archive, archive.open("0.npy", "w") as member:
        np.lib.format.write_array(member, array, allow_pickle=True)
    with zipfile.ZipFile(path, "a", compression) as archive:
        archive.writestr("header.json", '{"array": "0"}')


def pickles(path):
    crafted(path, np.array([print, {}], object))


def a_bomb(path):
    crafted(path, np.zeros(2**22), zipfile.ZIP_DEFLATED)


def half_an_optimizer(path):
    write_tree(path, read_tree(path) | {"optimizer": {}})


@pytest.mark.parametrize(("change", "keywords", "text"), [
    (lambda path: path.write_bytes(b"\x89PNG\r\n" + bytes(100)), {}, "is no checkpoint that can be read"),
    (lambda path: path.write_bytes(b""), {}, "is no checkpoint that can be read"),
    (another_archive, {}, "is no checkpoint that can be read"),
    (pickles, {}, "Python objects, which are never unpickled"),
    (a_bomb, {}, "it is compressed"),
    (other_version, {}, "has version 2"),
    (no_tree, {}, "is of another training"),
    (a_list_for_an_array, {}, "is of another training"),
    (half_an_optimizer, {}, "is of another training"),
    (None, {"model": lambda: nn.Linear(3, 2, seed=0)}, r"(?s)of another training: .*weight is missing"),
    (None, {"shuffle": False}, "shuffle was another"),
    (None, {"seed": np.random.Generator(np.random.MT19937(1))}, "of another training"),
    (None, {"callbacks": [nn.EarlyStopping()]}, r"written with the callbacks \[\]"),
    (None, {"extra": [nn.Parameter(1.0)]}, "other parameters beside the model's"),
])
def test_is_refused_and_nothing_changes(change, keywords, text, tmp_path):
    path = tmp_path / "run"
    train(path, epochs=2)
    if change is not None:
        change(path)
    before, model = path.read_bytes(), None

    def kept():
        nonlocal model
        model = keywords.get("model", layers)()
        return model
    with pytest.raises(ValueError, match=text):
        train(path, *keywords.get("callbacks", ()), **{k: v for k, v in keywords.items() if k != "callbacks"}
              | {"model": kept})
    fresh = keywords.get("model", layers)()
    for part, twin in zip([*model.parameters(), *model.buffers()], [*fresh.parameters(), *fresh.buffers()],
                          strict=True):
        np.testing.assert_array_equal(part.data, twin.data)
    assert path.read_bytes() == before


def test_a_callback_that_cannot_be_saved(tmp_path):
    class Odd:
        def __call__(self, state):
            pass

        def state_dict(self):
            return {"what": object()}
    with pytest.raises(TypeError, match="cannot hold a object"):
        train(tmp_path / "run", Odd())


def test_every_must_be_at_least_1(tmp_path):
    with pytest.raises(ValueError, match="every must be at least 1"):
        nn.Checkpoint(tmp_path / "run", every=0)


# ---------------------------------------------------------------- trees
def test_trees_come_back_as_they_were(tmp_path):
    tree = {"a": [1, 2.5, None, True, "x", float("inf")], 3: (np.arange(3, dtype=np.uint32), {"array": {}}),
            "big": 2**130, "nothing": np.zeros((0, 2)), "order": np.asfortranarray(np.arange(6.0).reshape(2, 3))}
    write_tree(tmp_path / "tree", tree)
    back = read_tree(tmp_path / "tree")
    assert repr(back) == repr(tree)
    assert back[3][0].dtype == np.uint32


def test_a_tree_with_damaged_bytes_is_refused_or_read_right(tmp_path):
    tree, path, rng = {"w": np.arange(20.0), "n": [1, 2]}, tmp_path / "tree", np.random.default_rng(0)
    write_tree(path, tree)
    good, refused = path.read_bytes(), 0
    for _ in range(400):
        bad = bytearray(good)
        bad[rng.integers(len(bad))] ^= 1 << rng.integers(8)
        path.write_bytes(bad)
        try:
            assert repr(read_tree(path)) == repr(tree)
        except ValueError as error:
            refused += "is no checkpoint that can be read" in str(error)
    assert refused > 100
    for length in range(0, len(good), 7):
        path.write_bytes(good[:length])
        with pytest.raises(ValueError, match="is no checkpoint that can be read"):
            read_tree(path)


def test_data_with_nan_is_refused_before_a_checkpoint_is_written(tmp_path):
    with pytest.raises(DataError, match="y of data has a number that is not finite in row 5"):
        train(tmp_path / "run", target=np.where(np.arange(64)[:, None] == 5, np.nan, NUMBERS))
    assert not (tmp_path / "run").exists()
