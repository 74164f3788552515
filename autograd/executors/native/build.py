"""Floor 4: from C to a function: the compiler that is there, and a cache on disk that is the user's alone."""
import ctypes
import functools
import hashlib
import os
import platform
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograd.executors.products import of_blas

HEADERS = [Path(__file__).with_name(name) for name in ("runtime.h", "mathematics.h")]
# gcc 12 miscompiles straight-line code that it turns into vectors, such as pinv's tangents in tests/test_executors.py:
# loops are vectors enough. Nothing here lets nan or inf vanish.
_FLAGS = ["-O3", "-fno-tree-slp-vectorize", "-march=native", "-fopenmp-simd", "-fno-math-errno", "-fno-trapping-math",
          "-ffp-contract=fast", "-std=gnu11",
          "-shared", "-fPIC", "-pthread", "-w"]


class NoCompiler(RuntimeError):
    """There is no C compiler, or it does not work."""


def in_browser() -> bool:
    """Whether Python runs in a web page, where no other program can be started."""
    return sys.platform == "emscripten"


@functools.cache
def compiler() -> list[str] | None:
    """The command that compiles C: $CC, cc, gcc, clang, or the one in the package ziglang; None where there is none."""
    if in_browser():
        return None
    named = os.environ.get("CC")
    if named is not None:
        words = shlex.split(named)
        return words if words and shutil.which(words[0]) else None
    for name in ("cc", "gcc", "clang"):
        if shutil.which(name):
            return [name]
    return [sys.executable, "-m", "ziglang", "cc"] if find_spec("ziglang") else None


@functools.cache
def _identity() -> str:
    """What a compiled program depends on beside its text: the compiler, its flags, the processor."""
    words = compiler()
    if words is None:
        raise NoCompiler("no C compiler was found")
    version = subprocess.run([*words, "--version"], capture_output=True, text=True, check=False).stdout
    return "\n".join([*words, version, *_FLAGS, platform.machine(), _processor()])


def _processor() -> str:
    """The instructions that -march=native may use."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    named = ("flags", "Features", "model name")
    return "\n".join(sorted({line for line in text.splitlines() if line.startswith(named)}))


# ---------------------------------------------------------------- the cache
def cache_folder() -> Path:
    """The user's own folder for compiled programs, in which nobody else may write.

    It is `$GATEGRAD_CACHE`, or `gategrad` in `$XDG_CACHE_HOME` or `~/.cache`. One that somebody else owns or could
    write to is not used: then every process has a folder of its own, which ends with it.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(os.environ.get("GATEGRAD_CACHE") or os.path.join(home, "gategrad"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(folder):
            return folder
    except OSError:
        pass
    return _temporary()


@functools.cache
def _temporary() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="gategrad-")
    _folders.append(folder)
    return Path(folder.name)


_folders: list[Any] = []              # kept until the process ends


def _is_private(path: Path) -> bool:
    """Whether the file or folder is the user's, and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return True
    found = os.lstat(path)
    others = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return found.st_uid == os.getuid() and not others and not stat.S_ISLNK(found.st_mode)


@functools.lru_cache(maxsize=256)
def library(text: str) -> Any:
    """The loaded library of a C text, compiled unless the cache has it."""
    headers = [header.read_text(encoding="utf-8") for header in HEADERS]
    key = hashlib.sha256("\n".join([_identity(), *headers, text]).encode()).hexdigest()[:40]
    file = cache_folder() / f"{key}.so"
    if not (file.exists() and _is_private(file)):
        _compile(text, file)
    loaded = ctypes.CDLL(str(file))
    loaded.link_products(*products())
    return loaded


def _compile(text: str, file: Path) -> None:
    """Compile in a folder of one's own, then move the result in place: whoever loads it sees all of it or nothing."""
    words = compiler() or []
    with tempfile.TemporaryDirectory(prefix=".making-", dir=file.parent) as folder:
        source, made = Path(folder, "program.c"), Path(folder, "program.so")
        source.write_text(text, encoding="utf-8")
        done = subprocess.run([*words, *_FLAGS, f"-I{HEADERS[0].parent}", str(source), "-o", str(made), "-lm"],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoCompiler(f"{shlex.join(words)} failed: {done.stderr.strip()[:2000]}")
        os.chmod(made, 0o700)
        os.replace(made, file)


# ---------------------------------------------------------------- large products
def has_blas() -> bool:
    """Whether large products can be left to BLAS."""
    return bool(products()[0].value)


@functools.cache
def products() -> tuple[Any, Any]:
    """The addresses of the products of double and of float matrices in NumPy's BLAS; null where it is another one."""
    double, single = (ctypes.cast(of_blas(letter) or ctypes.c_void_p(None), ctypes.c_void_p) for letter in "ds")
    return double, single


# ---------------------------------------------------------------- threads
def threads() -> int:
    """How many threads a large loop has: $OMP_NUM_THREADS, as for other packages, or the processors there are."""
    named = os.environ.get("OMP_NUM_THREADS", "")
    if named.isdecimal():
        return max(int(named), 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
