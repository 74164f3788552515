"""The limit: `limit.c`, compiled for this machine."""
import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.losses import L2, flat

SOURCE = Path(__file__).parent.parent / "limit.c"
FLAGS = ["-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp", "-fPIC", "-w"]


def prepare(work, form):
    """By the kind of work; Hessians and Jacobians are not in C."""
    if work.kind not in KINDS or not shutil.which("gcc"):
        return None
    arrays, sizes = KINDS[work.kind]
    dtype = np.result_type(*arrays(work)[0])
    function = getattr(library(dtype), work.loss.__name__)
    numbers, lengths = np.array([work.rate, L2], dtype), np.array(sizes(work), np.int64)

    def run(n):
        changed, results, fixed = arrays(work)
        places = [x.ctypes.data for x in (*changed, *results, *fixed)]
        function(ctypes.c_long(n), (ctypes.c_void_p * len(places))(*places), ctypes.c_void_p(lengths.ctypes.data),
                 ctypes.c_void_p(numbers.ctypes.data))
        return results or changed
    return run


# ---------------------------------------------------------------- what each kind is given: inputs, results, the rest
def descent(work):
    return [w.copy() for w in work.weights], [], work.data


def gradient(work):
    return work.weights, [np.empty(1), *map(np.empty_like, work.weights)], []


def network(work):
    return [np.array(flat(work.weights))], [], [np.array(x) for x in (*zip(*work.data[0], strict=True), work.data[1])]


def chain(work):
    return [np.array(work.weights)], [np.empty(1)], [np.empty(work.data[0])]


def sizes_of_descent(work):
    if work.loss.__name__ == "mlp":
        batches, batch = work.data[0].shape[:2] if work.batches else (1, len(work.data[0]))
        sizes = [*map(len, work.weights[::2]), len(work.weights[-1])]
        return [len(sizes) - 1, batch, batches, work.adam, *sizes]
    return [work.weights[0].shape[1]] if work.loss.__name__ == "xor" else [len(work.data[0])] if work.data else []


KINDS = {
    "descent": (descent, sizes_of_descent),
    "gradient": (gradient, lambda work: [len(work.weights[0])]),
    "network": (network, lambda work: [len(work.data[0]), len(work.weights[0][1])]),
    "chain": (chain, lambda work: work.data),
}


# ---------------------------------------------------------------- the library
@cache
def library(dtype):
    """Compiled once in each run of the benchmarks, in the folder of the run."""
    name = {"f": "float", "d": "double"}[dtype.char]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCHMARKS_FOLDER")) as folder:
        made = file = Path(folder, f"limit-{name}.so")
        if "BENCHMARKS_FOLDER" in os.environ:
            file = Path(os.environ["BENCHMARKS_FOLDER"], made.name)
        if not file.exists():
            # Linked without -ffast-math, which would turn the numbers below the smallest normal one to zero for all.
            half = made.with_suffix(".o")
            subprocess.run(["gcc", *FLAGS, f"-DT={name}", "-c", str(SOURCE), "-o", str(half)], check=True)
            subprocess.run(["gcc", "-shared", "-fopenmp", str(half), "-o", str(made), "-lmvec", "-lm"], check=True)
            made.rename(file)
        found = ctypes.CDLL(str(file))
    found.link_gemm(blas({"float": "s", "double": "d"}[name]))
    return found


def blas(letter):
    """The product of matrices of the BLAS that NumPy ships."""
    (path,) = (Path(np.__file__).parent.parent / "numpy.libs").glob("libscipy_openblas64_*")
    return ctypes.cast(getattr(ctypes.CDLL(str(path)), f"scipy_cblas_{letter}gemm64_"), ctypes.c_void_p)
