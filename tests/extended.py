"""NumPy's linear algebra in extended precision, without a line of the engine: NumPy's own answer, improved.

On the dtypes that NumPy knows these are NumPy's functions. On longdouble they start from its answer in float64, which
also decides about signs, and improve it by iterations that double the digits.
"""
import itertools
import math

import numpy as np


def _extended(x):
    return x.dtype in (np.longdouble, np.clongdouble)


def _double(x):
    return np.asarray(x, complex if np.iscomplexobj(x) else float)


def _h(x):
    return np.conj(np.swapaxes(x, -1, -2))


def _diagonal(x):
    return np.diagonal(x, axis1=-2, axis2=-1)


def inv(x):
    """Newton and Schulz: y ← y·(2 − x·y)."""
    if not _extended(x):
        return np.linalg.inv(x)
    y = np.linalg.inv(_double(x)).astype(x.dtype)
    for _ in range(3):
        y = y @ (2 * np.eye(x.shape[-1]) - x @ y)
    return y


def solve(x, y):
    return inv(x) @ y if _extended(x) else np.linalg.solve(x, y)


def det(x):
    """Leibniz: the sum over all permutations."""
    if not _extended(x):
        return np.linalg.det(x)
    n = x.shape[-1]
    return sum(_parity(p) * math.prod(x[..., i, p[i]] for i in range(n)) for p in itertools.permutations(range(n)))


def _parity(p):
    return (-1) ** sum(p[i] > p[j] for i in range(len(p)) for j in range(i, len(p)))


def slogdet(x):
    if not _extended(x):
        return np.stack(np.linalg.slogdet(x), -1)
    d = det(x)
    return np.stack([d / np.abs(d), np.log(np.abs(d))], -1)


def pinv(x, rcond=1e-15):
    """Of matrices of full rank."""
    if not _extended(x):
        return np.linalg.pinv(x, rcond)
    tall = x.shape[-2] >= x.shape[-1]
    return inv(_h(x) @ x) @ _h(x) if tall else _h(x) @ inv(x @ _h(x))


def cholesky(x):
    """Column by column, from the lower triangle."""
    if not _extended(x):
        return np.linalg.cholesky(x)
    ans, x = np.zeros_like(x), np.where(np.eye(x.shape[-1], dtype=bool), x.real, x)
    for j in range(x.shape[-1]):
        rest = x[..., j:, j:j + 1] - ans[..., j:, :j] @ _h(ans[..., j:j + 1, :j])
        ans[..., j:, j:j + 1] = rest / np.sqrt(rest[..., :1, :].real)
    return ans


def qr(x):
    """R is the Cholesky factor of xᴴx, with NumPy's signs."""
    if not _extended(x):
        return np.concatenate(np.linalg.qr(x), -2)
    signs = np.sign(_diagonal(np.linalg.qr(_double(x))[1]).real)
    r = signs[..., None] * _h(cholesky(_h(x) @ x))
    return np.concatenate([x @ inv(r), r], -2)


def _from_triangle(x, UPLO):
    below = np.tril(x, -1) if UPLO == "L" else _h(np.triu(x, 1))
    return below + _h(below) + np.eye(x.shape[-1]) * x.real


def _improved(x, v):
    """Eigenvalues and eigenvectors of a Hermitian matrix, from approximate ones (Ogita and Aishima 2018, "Iterative
    refinement for symmetric eigenvalue decomposition")."""
    one = np.eye(x.shape[-1], dtype=bool)
    v = v.astype(x.dtype)
    for _ in range(4):
        r, s = one - _h(v) @ v, _h(v) @ x @ v
        w = (_diagonal(s) / (1 - _diagonal(r))).real
        gap = np.where(one, 1, w[..., None, :] - w[..., None])
        v = v + v @ np.where(one, r / 2, (s + w[..., None, :] * r) / gap)
    return w, v


def _eigh(x, UPLO="L"):
    if not _extended(x):
        return np.linalg.eigh(x, UPLO)
    return _improved(_from_triangle(x, UPLO), np.linalg.eigh(_double(x), UPLO)[1])


def eigh(x, UPLO="L"):
    w, v = _eigh(x, UPLO)
    return np.concatenate([w[..., None, :], v], -2)


def eigvalsh(x, UPLO="L"):
    return _eigh(x, UPLO)[0] if _extended(x) else np.linalg.eigvalsh(x, UPLO)


def _eig(x):
    if not _extended(x):
        return np.linalg.eig(x)
    one = np.eye(x.shape[-1], dtype=bool)
    first = np.linalg.eig(_double(x))[1]
    v = first.astype(np.result_type(x, first))
    for _ in range(4):
        s = inv(v) @ x @ v
        w = _diagonal(s)
        v = v + v @ np.where(one, 0, s / np.where(one, 1, w[..., None, :] - w[..., None]))
        v = v / np.sqrt(np.sum(np.abs(v) ** 2, -2, keepdims=True))
    largest = np.argmax(np.abs(v), axis=-2, keepdims=True)
    top, sign = (np.take_along_axis(a, largest, -2) for a in (v, first))
    return w, v * np.conj(top) / np.abs(top) * np.sign(sign.real)


def eig(x):
    w, v = _eig(x)
    return np.concatenate([w[..., None, :], v], -2)


def eigvals(x):
    return _eig(x)[0] if _extended(x) else np.linalg.eigvals(x)


def _svd(x):
    """From the eigenvalues of xᴴx or xxᴴ, whichever is smaller."""
    if not _extended(x):
        u, s, v = np.linalg.svd(x, full_matrices=False)
        return u, s, _h(v)
    if x.shape[-2] < x.shape[-1]:
        w, u = _improved(x @ _h(x), np.linalg.svd(_double(x), full_matrices=False)[0])
        return u, np.sqrt(w), _h(x) @ u / np.sqrt(w)[..., None, :]
    w, v = _improved(_h(x) @ x, _h(np.linalg.svd(_double(x), full_matrices=False)[2]))
    return x @ v / np.sqrt(w)[..., None, :], np.sqrt(w), v


def svd(x):
    u, s, v = _svd(x)
    return np.concatenate([u, s[..., None, :], v], -2)


def svdvals(x):
    return _svd(x)[1] if _extended(x) else np.linalg.svdvals(x)


def complement(x, factor):
    """One column: what is left of any vector without its part in the space of x, with NumPy's sign."""
    if not _extended(x):
        full = (np.linalg.qr(x, mode="complete")[0] if factor == "Q" else np.linalg.svd(x)[0] if factor == "U"
                else _h(np.linalg.svd(_h(x))[2]))
        return full[..., x.shape[-1]:]
    first = complement(_double(x), factor)
    left = first - x @ (pinv(x) @ first)
    return left / np.sqrt(np.sum(np.abs(left) ** 2, -2, keepdims=True))


# ---------------------------------------------------------------- what SciPy has
def _scipy(name, *args, **kwargs):
    import scipy.linalg
    return getattr(scipy.linalg, name)(*args, **kwargs)


def _series(x, coefficient):
    """Σ coefficient(k)·xᵏ"""
    ans = power = np.zeros_like(x) + np.eye(x.shape[-1])
    ans = coefficient(0) * ans
    for k in range(1, 60):
        power = power @ x
        ans = ans + coefficient(k) * power
    return ans


def _over_factorial(signs):
    return lambda k: np.longdouble(signs[k % 4]) / math.factorial(k)


_SIGNS = {"expm": (1, 1, 1, 1), "cosm": (1, 0, -1, 0), "sinm": (0, 1, 0, -1), "coshm": (1, 0, 1, 0),
          "sinhm": (0, 1, 0, 1)}
_QUOTIENTS = {"tanm": ("sinm", "cosm"), "tanhm": ("sinhm", "coshm")}


def matrix_function(name):
    """By power series; the logarithm of matrices near one, the root by Denman and Beavers."""
    def call(x):
        if not _extended(x):
            return _scipy(name, x.astype(np.result_type(x, float)) if name == "logm" else x)
        if name in _QUOTIENTS:
            above, below = _QUOTIENTS[name]
            return inv(matrix_function(below)(x)) @ matrix_function(above)(x)
        if name == "logm":
            return _series(x - np.eye(x.shape[-1]), lambda k: np.longdouble((-1) ** (k + 1)) / k if k else 0)
        return _root(x) if name == "sqrtm" else _series(x, _over_factorial(_SIGNS[name]))
    return call


def _root(x):
    y, z = x, np.zeros_like(x) + np.eye(x.shape[-1])
    for _ in range(12):
        y, z = (y + inv(z)) / 2, (z + inv(y)) / 2
    return y


def solve_triangular(x, y, lower, unit_diagonal):
    if not (_extended(x) or _extended(y)):
        return _scipy("solve_triangular", x, y, lower=lower, unit_diagonal=unit_diagonal)
    one = np.eye(x.shape[-1])
    x = np.tril(x) if lower else np.triu(x)
    return inv(np.where(one, 1, x) if unit_diagonal else x) @ y


def solve_banded(x, y, l_and_u):
    if not (_extended(x) or _extended(y)):
        return _scipy("solve_banded", l_and_u, x, y)
    n = x.shape[-1]
    full = np.zeros((n, n), x.dtype)
    for i, j in itertools.product(range(n), range(n)):
        if -l_and_u[1] <= i - j <= l_and_u[0]:
            full[i, j] = x[l_and_u[1] + i - j, j]
    return inv(full) @ y


def solve_sylvester(x, y, z):
    if not (_extended(x) or _extended(y) or _extended(z)):
        return _scipy("solve_sylvester", x, y, z)
    system = np.kron(x, np.eye(len(y))) + np.kron(np.eye(len(x)), y.T)
    return (inv(system) @ z.reshape(-1)).reshape(z.shape)
