"""Floor 4: products of matrices in C: written out where they are small, by BLAS where they are large.

The sizes are known, so that the compiler unrolls what is short; each form below is the one that it turns into the
fewest instructions for its shapes.
"""
import math
from collections.abc import Iterator

from autograd.executors.native.blocks import Blocks, is_blocked
from autograd.executors.native.lower import View
from autograd.executors.native.text import at, literal

LARGE = 40_000                        # multiplications from which BLAS is quicker
_WIDE = 64                            # numbers that fit into registers side by side


def product(kind: str, x: str, y: str, out: str, vx: View, vy: View, large: bool) -> Iterator[str]:
    """Lines for out = x @ y; out lies in C order."""
    (m, k), n = vx.shape, vy.shape[1]
    if is_blocked(kind, vx, vy):
        yield from Blocks(kind, x, y, f"({out} + i * {n})", vx, vy).lines()
    elif large and not is_small(kind, vx, vy) and leads(vx) and leads(vy):
        yield gemm(kind, x, y, out, vx, vy)
    elif m >= 16 and k * n <= _WIDE:
        yield from _tall(kind, x, y, out, vx, vy)
    elif n == 1:
        yield from _vector(kind, x, y, out, vx, vy)
    elif m * n <= _WIDE and k > 16:
        yield from _long(kind, x, y, out, vx, vy)
    elif vy.strides[1] != 1 and k > 1 and k * n <= _WIDE * _WIDE:
        yield f"{{ {kind} u[{k * n}];"
        yield f"for (I j = 0; j < {n}; j++) for (I p = 0; p < {k}; p++) u[p * {n} + j] = {at(y, vy, 'p', 'j')};"
        yield from product(kind, x, "u", out, vx, View(0, 0, (n, 1), vy.shape), False)
        yield "}"
    else:
        yield from _rows(kind, x, y, out, vx, vy)


def is_small(kind: str, vx: View, vy: View) -> bool:
    """Whether loops of our own are quicker than BLAS."""
    return is_blocked(kind, vx, vy) or math.prod(vx.shape) * vy.shape[1] < LARGE


def leads(v: View) -> bool:
    """Whether BLAS can read the matrix: one of its axes lies number by number."""
    rows, columns = v.shape
    return (v.strides[1] == 1 and v.strides[0] >= columns) or (v.strides[0] == 1 and v.strides[1] >= rows)


def gemm(kind: str, x: str, y: str, out: str, vx: View, vy: View, a: float = 1.0, b: float = 0.0) -> str:
    """The call of BLAS for out = a·(x @ y) + b·out."""
    (m, k), n = vx.shape, vy.shape[1]
    (tx, lx), (ty, ly) = (_side(v) for v in (vx, vy))
    left, right = f"{literal(a, kind)}, {x} + {vx.offset}, {lx}", f"{y} + {vy.offset}, {ly}, {literal(b, kind)}"
    return f"gemm_{kind}(101, {tx}, {ty}, {m}, {n}, {k}, {left}, {right}, {out}, {n});"


def _side(v: View) -> tuple[str, int]:
    """Whether BLAS is to transpose a matrix, in its own numbers, and how far apart its rows are."""
    return ("111", v.strides[0]) if v.strides[1] == 1 and v.strides[0] >= v.shape[1] else ("112", v.strides[1])


def _tall(kind: str, x: str, y: str, out: str, vx: View, vy: View) -> Iterator[str]:
    """Many rows by a small matrix: several rows side by side, the matrix in registers."""
    (m, k), n = vx.shape, vy.shape[1]
    yield "{ " + " ".join(f"const {kind} y{p}_{j} = {at(y, vy, str(p), str(j))};" for p in range(k) for j in range(n))
    yield "#pragma omp simd"
    yield f"for (I i = 0; i < {m}; i++) {{"
    yield " ".join(f"const {kind} x{p} = {at(x, vx, 'i', str(p))};" for p in range(k))
    for j in range(n):
        yield f"{out}[i * {n} + {j}] = " + " + ".join(f"x{p} * y{p}_{j}" for p in range(k)) + ";"
    yield "} }"


def _vector(kind: str, x: str, y: str, out: str, vx: View, vy: View) -> Iterator[str]:
    m, k = vx.shape
    yield f"for (I i = 0; i < {m}; i++) {{ {kind} q = 0;"
    yield simd(k, "+", ["q"])
    yield f"for (I p = 0; p < {k}; p++) q += {at(x, vx, 'i', 'p')} * {at(y, vy, 'p', '0')};"
    yield f"{out}[i] = q; }}"


def _long(kind: str, x: str, y: str, out: str, vx: View, vy: View) -> Iterator[str]:
    """Few results and a long sum: all results stay in registers."""
    (m, k), n = vx.shape, vy.shape[1]
    names = [f"q{i}_{j}" for i in range(m) for j in range(n)]
    yield "{ " + " ".join(f"{kind} {q} = 0;" for q in names)
    yield simd(k, "+", names)
    sums = "".join(f"q{i}_{j} += {at(x, vx, str(i), 'p')} * {at(y, vy, 'p', str(j))};"
                   for i in range(m) for j in range(n))
    yield f"for (I p = 0; p < {k}; p++) {{ {sums} }}"
    yield " ".join(f"{out}[{i * n + j}] = q{i}_{j};" for i in range(m) for j in range(n)) + " }"


def _rows(kind: str, x: str, y: str, out: str, vx: View, vy: View) -> Iterator[str]:
    """Row by row, as many results side by side as registers hold."""
    (m, k), n = vx.shape, vy.shape[1]
    for j0 in range(0, n, _WIDE):
        width = min(_WIDE, n - j0)
        part = View(0, vy.offset + j0 * vy.strides[1], vy.strides, (k, width))
        yield f"for (I i = 0; i < {m}; i++) {{ {kind} q[{width}]; for (I j = 0; j < {width}; j++) q[j] = 0;"
        yield (f"for (I p = 0; p < {k}; p++) {{ {kind} e = {at(x, vx, 'i', 'p')}; "
               f"for (I j = 0; j < {width}; j++) q[j] += e * {at(y, part, 'p', 'j')}; }}")
        yield f"for (I j = 0; j < {width}; j++) {out}[i * {n} + {j0} + j] = q[j]; }}"


def simd(n: int, operator: str, names: list[str]) -> str:
    """What lets the compiler add in any order, several at a time."""
    return f"#pragma omp simd reduction({operator}: {', '.join(names)})" if n >= 4 else ""
