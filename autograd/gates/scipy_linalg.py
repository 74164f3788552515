"""Floor 2: the linear algebra that SciPy has and NumPy has not. SciPy is imported when the first of these gates runs."""
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.gate import Gate, custom
from autograd.gates.elementwise import where
from autograd.gates.imported import Imported
from autograd.gates.index import getitem
from autograd.gates.linalg import T, column
from autograd.gates.reduce import sum
from autograd.gates.shape import concatenate


def _scipy(name: str) -> Imported:
    """The function of scipy.linalg with this name."""
    return Imported("scipy.linalg", name)


_scipy_logm, _scipy_solve_banded = map(_scipy, ("logm", "solve_banded"))


def _logm(x: Any) -> Any:
    """In double precision, because SciPy's result is double in any case, and warns where x is not."""
    return _scipy_logm(x.astype(np.result_type(x, float)))


# ---------------------------------------------------------------- functions of matrices
def matrix_function(name: str, array: Callable[..., Any] | None = None) -> Gate:
    """An analytic function of a square matrix. f of the blocks [[x, t], [0, x]] has f(x) on its diagonal and above it
    the derivative of f along t (Mathias 1996, "A chain rule for matrix functions and applications"); the transpose of
    that is the derivative at Tx. Repeated eigenvalues do no harm."""
    def along(x: Any, t: Any) -> Any:
        n = x.shape[-1]
        blocks = concatenate(concatenate(x, t, axis=-1), concatenate(np.zeros(x.shape, x.dtype), x, axis=-1), axis=-2)
        return getitem(gate(blocks), (..., slice(n), slice(n, None)))

    gate = custom(name, array or _scipy(name), name, lambda g, x: along(T(x), g), push=lambda ts, x: along(x, ts[0]))
    return gate


# ---------------------------------------------------------------- triangular equations
def _triangle(x: Any, lower: bool, unit_diagonal: bool) -> Any:
    """What `solve_triangular` reads of x."""
    read = np.tri(x.shape[-1], k=-int(unit_diagonal), dtype=np.bool_)
    return where(read if lower else read.T, x, 0.0)


def _solve_triangular_x(g: Any, x: Any, ans: Any, lower: bool, unit_diagonal: bool) -> Any:
    back = _solve_triangular_y(g, x, lower, unit_diagonal)
    return -_triangle(back @ T(ans), lower, unit_diagonal)


def _solve_triangular_y(g: Any, x: Any, lower: bool, unit_diagonal: bool) -> Any:
    return solve_triangular(T(x), g, lower=not lower, unit_diagonal=unit_diagonal)


def _solve_triangular_push(ts: Any, x: Any, ans: Any, lower: bool, unit_diagonal: bool) -> Any:
    a, b = ts
    change = 0.0 if a is None else -(_triangle(a, lower, unit_diagonal) @ ans)
    return solve_triangular(x, change if b is None else b + change, lower=lower, unit_diagonal=unit_diagonal)


# ---------------------------------------------------------------- banded equations
def _diagonals(x: Any, l_and_u: tuple[int, int], ahead: int) -> Any:
    """Row k of a banded matrix is its diagonal k − u, where element (i, j) stands at j (Anderson and others, "LAPACK
    Users' Guide", section 5.3.3): the numbers of each row at i, or at j where `ahead` is −1, and zeros for those outside."""
    lower, upper = l_and_u
    offset = column(np.arange(-upper, lower + 1))
    at = np.arange(x.shape[-1]) + ahead * offset
    inside = (at >= 0) & (at < x.shape[-1])
    return offset, np.where(inside, at, 0), inside


def _banded_transpose(x: Any, l_and_u: tuple[int, int]) -> Any:
    lower, upper = l_and_u
    offset, at, inside = _diagonals(x, (upper, lower), 1)
    return where(inside, getitem(x, (upper - offset, at)), 0.0)


def _solve_banded_x(g: Any, x: Any, ans: Any, l_and_u: tuple[int, int]) -> Any:
    """−back·ansᵀ on the diagonals alone."""
    back = _solve_banded_y(g, x, l_and_u)
    _, at, inside = _diagonals(x, l_and_u, 1)
    return -where(inside, sum(getitem(back, at) * ans, axis=-1), 0.0)


def _solve_banded_y(g: Any, x: Any, l_and_u: tuple[int, int]) -> Any:
    return solve_banded(_banded_transpose(x, l_and_u), g, l_and_u=l_and_u[::-1])


def _banded_product(x: Any, y: Any, l_and_u: tuple[int, int]) -> Any:
    offset, at, inside = _diagonals(x, l_and_u, -1)
    return sum(column(where(inside, getitem(x, (offset + l_and_u[1], at)), 0.0)) * getitem(y, at), axis=0)


def _solve_banded_push(ts: Any, x: Any, ans: Any, l_and_u: tuple[int, int]) -> Any:
    a, b = ts
    change = 0.0 if a is None else -_banded_product(a, ans, l_and_u)
    return solve_banded(x, change if b is None else b + change, l_and_u=l_and_u)


# ---------------------------------------------------------------- Sylvester's equation: x·ans + ans·y = z
def _sylvester_back(g: Any, x: Any, y: Any) -> Any:
    return solve_sylvester(T(x), T(y), g)


def _sylvester_push(ts: Any, x: Any, y: Any, ans: Any) -> Any:
    a, b, q = ts
    change = np.zeros(ans.shape, ans.dtype) if q is None else q
    change = change if a is None else change - a @ ans
    return solve_sylvester(x, y, change if b is None else change - ans @ b)


# fmt: off
expm                 = matrix_function("expm")
cosm, sinm, tanm     = map(matrix_function, ("cosm",  "sinm",  "tanm"))
coshm, sinhm, tanhm  = map(matrix_function, ("coshm", "sinhm", "tanhm"))
logm                 = matrix_function("logm", _logm)
solve_triangular = custom("solve_triangular", _scipy("solve_triangular"), "solve", _solve_triangular_x, _solve_triangular_y, push=_solve_triangular_push, lower=False, unit_diagonal=False)
solve_banded     = custom("solve_banded", lambda x, y, l_and_u: _scipy_solve_banded(l_and_u, x, y), "solve", _solve_banded_x, _solve_banded_y, push=_solve_banded_push, l_and_u=(0, 0))
solve_sylvester  = custom("solve_sylvester", _scipy("solve_sylvester"), "solve", lambda g, x, y, ans: -(_sylvester_back(g, x, y) @ T(ans)),
                          lambda g, x, y, ans: -(T(ans) @ _sylvester_back(g, x, y)), lambda g, x, y: _sylvester_back(g, x, y), push=_sylvester_push)
sqrtm            = custom("sqrtm", _scipy("sqrtm"), "sqrtm", lambda g, ans: _sylvester_back(g, ans, ans), push=lambda ts, ans: solve_sylvester(ans, ans, ts[0]))   # ans·ans = x
# fmt: on
