"""Models in files, as npz or safetensors: nothing is ever unpickled, and no file is ever half written."""

import json
import math
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from autograd.errors import message
from nn.module import Module, assign, fitting, saved

__all__ = ["load", "save"]

Place = str | os.PathLike[str]
Array = NDArray[Any]

_NPY_HEAD = 12_000  # bytes; NumPy itself reads no header of more than 10 000
_SPARE = 1000  # arrays beyond those of a model that a file may hold
_NUMBERS = {code: np.dtype(number) for code, number in {
    "F64": "f8", "F32": "f4", "F16": "f2", "I64": "i8", "I32": "i4", "I16": "i2", "I8": "i1",
    "U64": "u8", "U32": "u4", "U16": "u2", "U8": "u1", "BOOL": "?"}.items()}
_AGAIN = "write it again with nn.save, or safetensors.torch.save_file in torch"


class Entry(NamedTuple):
    """An array in a file that is not read yet."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[], Array]


def save(model: Module, path: Place) -> None:
    """Write the `state_dict` of `model` to a `.npz` or `.safetensors` file.

    The file is whole or not there: it is written beside `path`, synchronised, and then takes its place in one go, so
    that a crash at any moment leaves the file that was there before. Both formats hold names and arrays alone; NumPy
    and torch read them. Raises `ValueError` for another suffix.

    >>> import nn, os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "line.npz")
    ...     nn.save(nn.Linear(2, 1, seed=0), path)
    ...     sorted(np.load(path))
    ['bias', 'weight']
    """
    state = _model(model, "save").state_dict()
    write = _format(path)[0]
    with replacing(path) as file:
        write(file, {name: np.asarray(value, order="C") for name, value in state.items()})


def load(model: Module, path: Place) -> None:
    """Give `model` the values in a `.npz` or `.safetensors` file, such as `save` or torch's safetensors write.

    Names and shapes are those of `model.state_dict()`; dtypes stay those of the model. Raises `ValueError` for a file
    that is broken, is something else or does not fit, and then changes nothing. What the file announces is compared
    with the model before it is read, so that no file takes more memory than the model does. Nothing is unpickled.

    >>> import nn, os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "line.safetensors")
    ...     nn.save(nn.Linear(2, 1, seed=0), path)
    ...     line = nn.Linear(2, 1)
    ...     nn.load(line, path)
    >>> bool((line.weight.data == nn.Linear(2, 1, seed=0).weight.data).all())
    True
    """
    parts, contents = saved(_model(model, "load")), _format(path)[1]
    with open(path, "rb") as file:
        with readable(path, "model", _AGAIN):
            entries = contents(file, len(parts) + _SPARE)
        fitting(model, parts, entries)
        with readable(path, "model", _AGAIN):
            values = {name: entry.read() for name, entry in entries.items()}
    assign(parts, values)


# ---------------------------------------------------------------- whole files
@contextmanager
def replacing(path: Place) -> Iterator[IO[bytes]]:
    """A new file that takes the place of `path` when all of it is on the disk; until then the old one stays."""
    target = os.path.realpath(path)
    part = f"{target}.{uuid4().hex[:8]}.part"
    try:
        with open(part, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(os.path.dirname(target), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def readable(path: Place, kind: str, instead: str) -> Iterator[None]:
    """One error for whatever a strange file makes its parsers raise, which is of many kinds."""
    try:
        yield
    except ImportError:
        raise
    except Exception as problem:
        reason = str(problem).splitlines()[0].rstrip(".") if str(problem) else type(problem).__name__
        raise ValueError(message(f"{os.fspath(path)} is no {kind} that can be read: {reason}.", instead)) from problem


# ---------------------------------------------------------------- npz
def write_npz(file: IO[bytes], arrays: Mapping[str, Array], header: str | None = None) -> None:
    """An archive of arrays, as `np.savez` writes it, with the same bytes for the same arrays."""
    with zipfile.ZipFile(file, "w") as archive:
        if header is not None:
            archive.writestr(zipfile.ZipInfo("header.json"), header)
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def npz_contents(file: IO[bytes], most: int) -> dict[str, Entry]:
    """The arrays of an archive, each with its header read and no more."""
    archive = zipfile.ZipFile(file)
    found = members(archive)
    if len(found) > most:
        raise ValueError(f"it holds {len(found)} arrays, far more than this model")
    return {name.removesuffix(".npy"): _npy(archive, info) for name, info in found.items()}


def members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by name; each once, and none that could unpack without bound."""
    found = {info.filename: info for info in archive.infolist()}
    if len(found) < len(archive.infolist()):
        raise ValueError("it holds a name twice")
    for name, info in found.items():
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{name!r} is compressed in a way that NumPy does not use")
    return found


def _npy(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    with archive.open(info) as member:
        head = BytesIO(member.read(_NPY_HEAD))
    version = np.lib.format.read_magic(head)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{info.filename!r} is of version {version}, which holds no numbers")
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, transposed, dtype = header(head)
    start, size = head.tell(), math.prod(shape) * dtype.itemsize

    def read() -> Array:
        with archive.open(info) as member:
            member.read(start)
            data = member.read(size + 1)  # one byte more, to see the end, where the checksum is compared
        if len(data) != size:
            holds = "more" if len(data) > size else len(data)
            raise ValueError(f"{info.filename!r} announces {size} bytes and holds {holds}")
        return np.frombuffer(data, dtype).reshape(shape, order="F" if transposed else "C")
    return Entry(shape, dtype, read)


# ---------------------------------------------------------------- safetensors
def write_safetensors(file: IO[bytes], arrays: Mapping[str, Array]) -> None:
    """The arrays, which must lie in C order: the library writes the memory of others as it is."""
    for name, array in arrays.items():
        if array.dtype not in _NUMBERS.values():
            raise ValueError(message(f"{name} is {array.dtype}, which safetensors does not have.",
                                     "write a .npz file, or model.to(float) first"))
    file.write(_safetensors("safetensors.numpy").save(dict(arrays)))


def safetensors_contents(file: IO[bytes], most: int) -> dict[str, Entry]:
    """The arrays that the header announces."""
    opened = _safetensors("safetensors").safe_open(file.name, "np")
    if len(opened.keys()) > most:
        raise ValueError(f"it holds {len(opened.keys())} arrays, far more than this model")
    return {name: _tensor(opened, name) for name in opened.keys()}  # noqa: SIM118 — it is no dict


def _tensor(opened: Any, name: str) -> Entry:
    of = opened.get_slice(name)
    if of.get_dtype() not in _NUMBERS:
        raise ValueError(f"{name!r} holds {of.get_dtype()}, which NumPy does not have")
    return Entry(tuple(of.get_shape()), _NUMBERS[of.get_dtype()], lambda: opened.get_tensor(name))


def _safetensors(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise ImportError(message("files of safetensors need the package safetensors, which is not installed.",
                                  "write pip install gategrad[safetensors], or save a .npz file")) from None


# ---------------------------------------------------------------- trees: dicts and lists of numbers, text and arrays
def write_tree(path: Place, tree: Any) -> None:
    """Write a tree as an npz whose header says where its arrays belong."""
    arrays: dict[str, Array] = {}
    header = json.dumps(_packed(tree, arrays))
    with replacing(path) as file:
        write_npz(file, arrays, header)


def read_tree(path: Place) -> Any:
    """The tree that `write_tree` wrote; `ValueError` for any other file. Takes no more memory than the file."""
    with open(path, "rb") as file, readable(path, "checkpoint", "delete it, or write resume=False"):
        archive = zipfile.ZipFile(file)
        found, size = members(archive), os.fstat(file.fileno()).st_size
        if any(info.compress_type != zipfile.ZIP_STORED or info.file_size > size for info in found.values()):
            raise ValueError("it is compressed")
        header = json.loads(archive.read(found.pop("header.json")))
        arrays = {name: _npy(archive, info) for name, info in found.items()}
        if any(entry.dtype.hasobject for entry in arrays.values()):
            raise ValueError("it holds Python objects, which are never unpickled")
        return _unpacked(header, {name.removesuffix(".npy"): entry.read() for name, entry in arrays.items()})


def _packed(tree: Any, arrays: dict[str, Array]) -> Any:
    """The tree as JSON, in which every object has one key that says what it stands for."""
    if tree is None or type(tree) in (bool, int, float, str):
        return tree
    if isinstance(tree, list | tuple):
        parts = [_packed(part, arrays) for part in tree]
        return parts if isinstance(tree, list) else {"tuple": parts}
    if isinstance(tree, dict) and all(type(key) in (int, str) for key in tree):
        return {"dict": [[key, _packed(part, arrays)] for key, part in tree.items()]}
    if isinstance(tree, np.ndarray | np.generic) and not tree.dtype.hasobject:
        arrays[str(len(arrays))] = np.asarray(tree)
        return {"array": str(len(arrays) - 1)}
    raise TypeError(message(f"a checkpoint cannot hold a {type(tree).__name__}.",
                            "let state_dict() give dicts and lists of numbers, text and arrays"))


def _unpacked(tree: Any, arrays: Mapping[str, Array]) -> Any:
    if isinstance(tree, list):
        return [_unpacked(part, arrays) for part in tree]
    if not isinstance(tree, dict):
        return tree
    [(kind, of)] = tree.items()
    if kind == "array":
        return arrays[of].copy()[()]
    parts = [_unpacked(part, arrays) for part in of]
    return {"tuple": tuple, "dict": dict}[kind](parts)


# ---------------------------------------------------------------- what to write instead
_FORMATS: dict[str, tuple[Callable[..., None], Callable[[IO[bytes], int], dict[str, Entry]]]] = {
    ".npz": (write_npz, npz_contents), ".safetensors": (write_safetensors, safetensors_contents)}


def _format(path: Place) -> tuple[Callable[..., None], Callable[[IO[bytes], int], dict[str, Entry]]]:
    suffix = Path(path).suffix
    if suffix in _FORMATS:
        return _FORMATS[suffix]
    instead = "write a path that ends in .npz or .safetensors"
    if suffix in (".pt", ".pth", ".bin", ".pkl", ".pickle"):
        instead += ", as safetensors.torch.save_file(model.state_dict(), path) does in torch; pickles are never read"
    raise ValueError(message(f"{os.fspath(path)!r} has the suffix {suffix!r}, which is no format of models.", instead))


def _model(model: Any, name: str) -> Module:
    if not isinstance(model, Module):
        raise TypeError(message(f"{name} needs a model first, got a {type(model).__name__}.",
                                f'write nn.{name}(model, "model.npz")'))
    return model
