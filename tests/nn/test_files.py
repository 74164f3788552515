"""nn.save and nn.load: what comes back is what was there, and a strange file changes nothing."""
import io
import json
import os
import stat
import struct
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

import nn

SUFFIXES = ["npz", "safetensors"]


def model(seed=0):
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2), seed=seed)


def same(first, second):
    one, two = first.state_dict(), second.state_dict()
    return list(one) == list(two) and all(np.array_equal(one[name], two[name]) for name in one)


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f"model.{request.param}"


class TestRoundTrip:
    def test_gives_every_parameter_and_buffer_back(self, path):
        first, second = model(0), model(1)
        first(np.random.default_rng(0).normal(size=(5, 3)))
        nn.save(first, path)
        assert not same(first, second)
        nn.load(second, str(path))
        assert same(first, second)

    def test_arrays_in_any_order_of_memory(self, path):
        first = model()
        first[0].weight.data = np.asfortranarray(first[0].weight.data)
        first[3].weight.data = np.arange(16.0).reshape(2, 8)[:, ::2]
        nn.save(first, path)
        nn.load(second := model(1), path)
        assert same(first, second)

    def test_float32_and_its_mixture_with_float64(self, path):
        first = model().to(np.float32)
        first[3].bias = nn.Parameter(np.array([1 / 3, 2 / 3]))
        nn.save(first, path)
        second = model(1).to(np.float32)
        nn.load(second, path)
        assert second[3].bias.dtype == np.float32
        np.testing.assert_array_equal(second[0].weight.data, first[0].weight.data)
        nn.load(wide := model(2), path)
        assert wide[3].bias.data.tolist() == [1 / 3, 2 / 3]

    def test_parameters_that_are_numbers_or_empty_or_oddly_named(self, path):
        class Odd(nn.Module):
            def __init__(self, a):
                self.file, self.allow_pickle = nn.Parameter(a), nn.Parameter([a])
                self.none = nn.Parameter(np.ones((0, 3)))
                self.heads = {"größe/1": nn.Parameter([[a, -a]])}
        nn.save(Odd(2.5), path)
        nn.load(second := Odd(1.0), path)
        assert same(second, Odd(2.5))

    def test_the_same_model_gives_the_same_bytes(self, path):
        nn.save(model(), path)
        first = path.read_bytes()
        nn.save(model(), path)
        assert path.read_bytes() == first

    def test_numpy_reads_npz_and_nn_reads_what_numpy_wrote(self, tmp_path):
        nn.save(model(), tmp_path / "a.npz")
        with np.load(tmp_path / "a.npz") as archive:
            state = dict(archive)
        np.testing.assert_array_equal(state["0.weight"], model()[0].weight.data)
        state["0.weight"] = np.asfortranarray(state["0.weight"]).astype(">f8")
        np.savez_compressed(tmp_path / "b.npz", **state)
        nn.load(second := model(1), tmp_path / "b.npz")
        assert same(second, model())

    def test_a_file_has_the_rights_of_any_new_file(self, path, tmp_path):
        nn.save(model(), path)
        (tmp_path / "other").touch()
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)

    def test_a_link_stays_a_link(self, path, tmp_path):
        target = tmp_path / "real"
        target.touch()
        path.symlink_to(target)
        nn.save(model(), path)
        assert path.is_symlink()
        assert target.stat().st_size > 100


class TestFailure:
    def test_a_save_that_fails_leaves_the_old_file(self, path, monkeypatch):
        nn.save(model(), path)
        before = path.read_bytes()
        monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("no")))
        with pytest.raises(OSError, match="no"):
            nn.save(model(1), path)
        assert path.read_bytes() == before
        assert list(path.parent.iterdir()) == [path]

    def test_numbers_that_safetensors_does_not_have(self, tmp_path):
        line = nn.Linear(2, 1, seed=0).to(np.longdouble)
        with pytest.raises(ValueError, match=r"(?s)weight is float128, which safetensors does not have.*\.npz"):
            nn.save(line, tmp_path / "line.safetensors")
        assert list(tmp_path.iterdir()) == []
        nn.save(line, tmp_path / "line.npz")
        nn.load(other := nn.Linear(2, 1).to(np.longdouble), tmp_path / "line.npz")
        assert same(other, line)

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            nn.save(model(), tmp_path / "nowhere" / "model.npz")
        with pytest.raises(FileNotFoundError):
            nn.load(model(), tmp_path / "model.npz")

    @pytest.mark.parametrize(("name", "text"), [("m.pt", r"(?s)suffix '.pt'.*safetensors.torch.save_file"),
                                                ("m", r"(?s)no format of models.*\.npz or \.safetensors"),
                                                ("m.npy", r"\.npz or \.safetensors")])
    def test_other_formats(self, tmp_path, name, text):
        for work in (nn.save, nn.load):
            with pytest.raises(ValueError, match=text):
                work(model(), tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    def test_arguments_in_the_wrong_order(self, tmp_path):
        with pytest.raises(TypeError, match=r'write nn.save\(model, "model.npz"\)'):
            nn.save(tmp_path / "m.npz", model())
        with pytest.raises(TypeError, match=r'write nn.load\(model, "model.npz"\)'):
            nn.load("m.npz", model())


# ---------------------------------------------------------------- files of something else
def npz(arrays, compression=zipfile.ZIP_STORED, **save):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in arrays.items():
            data = io.BytesIO()
            if not isinstance(content, bytes):
                np.save(data, content, **save)
            archive.writestr(name + ".npy", content if isinstance(content, bytes) else data.getvalue())
    return stream.getvalue()


def npy(shape, dtype="<f8", data=b""):
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def tensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(**changed):
    return {"dtype": "F64", "shape": [1, 2], "data_offsets": [0, 16]} | changed


LINE = {"weight": np.ones((1, 2)), "bias": np.ones(1)}
GIGABYTES = 10 * 2**30
STRANGE = {
    "empty.npz": b"",
    "picture.npz": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "another model.npz": npz({"weight": np.ones((3, 2)), "bias": np.ones(3)}),
    "an unknown name.npz": npz(LINE | {"wieght": np.ones(1)}),
    "a missing name.npz": npz({"bias": np.ones(1)}),
    "whole numbers.npz": npz(LINE | {"weight": np.ones((1, 2), int)}),
    "text.npz": npz(LINE | {"weight": np.array([["a", "b"]])}),
    "pickles.npz": npz(LINE | {"weight": np.array([[print, {}]], object)}, allow_pickle=True),
    "records.npz": npz(LINE | {"weight": np.zeros((1, 2), "f8,i4")}),
    "more than announced.npz": npz(LINE | {"bias": npy((1,), data=bytes(9))}),
    "less than announced.npz": npz(LINE | {"bias": npy((1,), data=bytes(7))}),
    "ten gigabytes announced.npz": npz(LINE | {"bias": npy((GIGABYTES // 8,))}),
    "a huge header.npz": npz(LINE | {"bias": b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"(" * 2**20},
                             zipfile.ZIP_DEFLATED),
    "a deep header.npz": npz(LINE | {"bias": b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000}),
    "a zip bomb.npz": npz(LINE | {"bias": npy((1,), data=bytes(2**25))}, zipfile.ZIP_DEFLATED),
    "a bomb of bz2.npz": npz(LINE | {"bias": npy((1,), data=bytes(2**25))}, zipfile.ZIP_BZIP2),
    "many members.npz": npz(LINE | {str(i): b"" for i in range(5000)}),
    "text in a member.npz": npz(LINE | {"bias": b"hello"}),
    "empty.safetensors": b"",
    "short.safetensors": b"\1\0\0",
    "picture.safetensors": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "an archive.safetensors": npz(LINE),
    "ten gigabytes of header.safetensors": tensors(b"{}", length=GIGABYTES),
    "ten gigabytes of numbers.safetensors": tensors(
        {"weight": entry(shape=[GIGABYTES], data_offsets=[0, 8 * GIGABYTES])}),
    "a deep header.safetensors": tensors(b"[" * 500_000),
    "a long header.safetensors": tensors(b"[" + b"[]," * 1_000_000 + b"[]]"),
    "a huge number.safetensors": tensors(b'{"weight": ' + b"9" * 100_000 + b"}"),
    "a list.safetensors": tensors([1, 2]),
    "no dict.safetensors": tensors({"weight": 3}),
    "twice.safetensors": tensors(b'{"a": %s, "a": %s}' % ((json.dumps(entry()).encode(),) * 2), bytes(16)),
    "holes.safetensors": tensors({"weight": entry(data_offsets=[8, 24]), "bias": entry(shape=[1], data_offsets=[0, 4])},
                                 bytes(24)),
    "overlap.safetensors": tensors({"weight": entry(), "bias": entry(shape=[1], data_offsets=[8, 16])}, bytes(16)),
    "negative.safetensors": tensors({"weight": entry(shape=[-1, -2])}, bytes(16)),
    "true.safetensors": tensors({"weight": entry(shape=[True, 2])}, bytes(16)),
    "fractions.safetensors": tensors({"weight": entry(shape=[1.0, 2])}, bytes(16)),
    "another number.safetensors": tensors({"weight": entry(dtype="F4")}, bytes(16)),
    "too short.safetensors": tensors({"weight": entry()}, bytes(15)),
    "too long.safetensors": tensors({"weight": entry(), "bias": entry(shape=[1], data_offsets=[16, 24])}, bytes(25)),
    "no text.safetensors": tensors(b'{"\xff": 1}'),
    "another shape.safetensors": tensors({"weight": entry(shape=[2, 1])}, bytes(16)),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_one_error_in_little_memory(name, tmp_path):
    path, line = tmp_path / name, nn.Linear(2, 1, seed=0)
    path.write_bytes(STRANGE[name])
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="no model that can be read|does not fit Linear"):
            nn.load(line, path)
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()
    assert same(line, nn.Linear(2, 1, seed=0))


def test_the_good_ones_beside_the_strange_ones_are_read(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(LINE))
    (tmp_path / "a.safetensors").write_bytes(
        tensors({"__metadata__": {"format": "pt"}, "weight": entry(), "bias": entry(shape=[1], data_offsets=[16, 24])},
                np.ones(3).tobytes()))
    for suffix in SUFFIXES:
        line = nn.Linear(2, 1, seed=0)
        nn.load(line, tmp_path / f"a.{suffix}")
        assert line(np.ones((1, 2))).data.tolist() == [[3.0]]


def refusal_of(line, path):
    try:
        nn.load(line, path)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damaged_bytes_are_refused_or_change_no_more_than_numbers(suffix, tmp_path):
    path, rng, refused = tmp_path / f"model.{suffix}", np.random.default_rng(0), 0
    nn.save(model(), path)
    good = path.read_bytes()
    numbers = 8 + int.from_bytes(good[:8], "little") if suffix == "safetensors" else len(good)
    for _ in range(300):
        bad, place = bytearray(good), int(rng.integers(len(good)))
        bad[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(bad)
        loaded = model(1)
        if refusal := refusal_of(loaded, path):
            assert "no model that can be read" in refusal or "does not fit" in refusal
            assert same(loaded, model(1)), "changed in spite of the error"
            refused += 1
        else:
            # npz has checksums of all numbers, safetensors has none.
            assert same(loaded, model()) or place >= numbers
    assert refused > 100
    for length in [*range(0, len(good), 37), len(good) - 1]:
        path.write_bytes(good[:length])
        with pytest.raises(ValueError, match="no model that can be read"):
            nn.load(loaded := model(1), path)
        assert same(loaded, model(1))


# ---------------------------------------------------------------- torch
def test_others_read_our_safetensors_and_we_theirs(tmp_path):
    import safetensors.numpy as library
    path = tmp_path / "model.safetensors"
    nn.save(model(), path)
    for name, value in library.load_file(path).items():
        np.testing.assert_array_equal(value, model().state_dict()[name])
    library.save_file({name: np.asarray(value, order="C") for name, value in model().state_dict().items()}, path)
    nn.load(second := model(1), path)
    assert same(second, model())


class TestTorch:
    @pytest.fixture
    def torch(self):
        return pytest.importorskip("torch", reason="needs torch, which .ci/peers installs")

    def twin(self, torch):
        from torch.nn import BatchNorm1d, Linear, Sequential, Tanh
        twin = Sequential(Linear(3, 4), BatchNorm1d(4), Tanh(), Linear(4, 2)).double()
        twin(torch.randn(5, 3, dtype=torch.float64))
        return twin

    def test_a_state_dict_in_and_out(self, torch):
        twin, ours = self.twin(torch), model()
        ours.load_state_dict(twin.state_dict())
        x = np.random.default_rng(0).normal(size=(6, 3))
        np.testing.assert_allclose(ours.predict(x), twin.eval()(torch.from_numpy(x)).detach().numpy(), rtol=1e-12)
        other = self.twin(torch)
        other.load_state_dict({name: torch.from_numpy(value) for name, value in ours.state_dict().items()})
        assert same(ours, _loaded(other))

    def test_files_of_safetensors(self, torch, tmp_path):
        import safetensors.torch as library
        twin, path = self.twin(torch), tmp_path / "model.safetensors"
        for dtype in (torch.float64, torch.float32, torch.float16):
            library.save_file(twin.to(dtype).state_dict(), path)
            nn.load(ours := model(), path)
            assert same(ours, _loaded(twin.double()))
        library.save_file(twin.to(torch.bfloat16).state_dict(), path)
        with pytest.raises(ValueError, match="BF16, which NumPy does not have"):
            nn.load(model(), path)
        library.save_file(twin.double().state_dict(), path)
        nn.load(ours, path)
        nn.save(ours, path)
        assert library.load_model(other := self.twin(torch), path) == (set(), [])
        assert same(ours, _loaded(other))

    def test_what_numpy_cannot_hold(self, torch):
        state = self.twin(torch).bfloat16().state_dict()
        with pytest.raises(TypeError, match=r"(?s)0.weight cannot be an array: .*BFloat16.*float\(\)"):
            (ours := model()).load_state_dict(state)
        ours = model()
        with pytest.raises(TypeError, match=r"(?s)w cannot be an array: .*requires grad.*detach\(\)"):
            ours.load_state_dict({"w": torch.ones(2, requires_grad=True)})
        assert same(ours, model())


def _loaded(twin):
    ours = model(1)
    ours.load_state_dict({name: value.numpy() for name, value in twin.state_dict().items()})
    return ours


def test_without_the_package_an_error_says_what_to_install(tmp_path, monkeypatch):
    for name in ("safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "m.safetensors").write_bytes(b"")
    for work in (nn.save, nn.load):
        with pytest.raises(ImportError, match=r"pip install gategrad\[safetensors\]"):
            work(model(), tmp_path / "m.safetensors")
