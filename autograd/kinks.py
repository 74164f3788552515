"""Floor 3: the derivatives chosen where none exists, one row each; `conventions()` lists them, the tests check them."""
# ruff: noqa: E501 — one row per convention
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from autograd.gates.conv import max_pool
from autograd.gates.elementwise import relu


class Convention(NamedTuple):
    """`derivative` is that of `function` at the point `at`; the same in forward and in reverse mode."""

    where: str
    function: Callable[[Any], Any]
    at: Any
    derivative: Any
    why: str


class Conventions(tuple[Convention, ...]):
    """The rows as a table when printed, and a Markdown table in a notebook."""

    __slots__ = ()

    def _cells(self) -> Iterator[tuple[str, str, str]]:
        yield "at", "derivative", "because"
        yield from ((row.where, str(np.asarray(row.derivative).tolist()), row.why) for row in self)

    def __repr__(self) -> str:
        rows = list(self._cells())
        first, second = (max(len(row[k]) for row in rows) for k in (0, 1))
        return "\n".join(f"{a:{first}}  {b:{second}}  {c}" for a, b, c in rows)

    def _repr_markdown_(self) -> str:
        head, *rows = ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in self._cells())
        return "\n".join([head, "|---|---|---|", *rows])


def conventions() -> Conventions:
    """The derivative at every kink, tie and singular point, as a table.

    >>> conventions()[0].where, conventions()[0].derivative
    ('abs(x), x = 0', 0.0)
    """
    return ROWS


_MIDDLE = "the middle of the slopes on both sides"
_SHARE = "all that reach the extreme have an equal share"
_ORDER = "as the sorted order, stable at ties, puts them"
_FLAT = "a step: flat wherever the derivative exists"
_LIMIT = "the limit"
_ZERO = "zero times infinity is zero in the chain rule"
_NORM = "the subgradient of least norm"
_ZERO2, _TIE = np.zeros(2), np.array([1.0, 3.0, 3.0])

# fmt: off
ROWS = Conventions(Convention(*row) for row in (
    # kinks
    ("abs(x), x = 0",                    np.abs,                                     0.0,    0.0,                    _MIDDLE),
    ("maximum(x, 1), x = 1",             lambda x: np.maximum(x, 1.0),               1.0,    0.5,                    _MIDDLE),
    ("minimum(x, 1), x = 1",             lambda x: np.minimum(x, 1.0),               1.0,    0.5,                    _MIDDLE),
    ("fmax(x, 1), x = 1",                lambda x: np.fmax(x, 1.0),                  1.0,    0.5,                    _MIDDLE),
    ("fmin(x, 1), x = 1",                lambda x: np.fmin(x, 1.0),                  1.0,    0.5,                    _MIDDLE),
    ("clip(x, 0, 1), x = 0",             lambda x: np.clip(x, 0.0, 1.0),             0.0,    0.0,                    "at a bound the bound counts"),
    ("clip(x, 0, 1), x = 1",             lambda x: np.clip(x, 0.0, 1.0),             1.0,    0.0,                    "at a bound the bound counts"),
    ("relu(x), x = 0",                   relu,                                       0.0,    0.0,                    "the branch that is taken"),
    ("where(x > 0, x, 0), x = 0",        lambda x: np.where(x > 0.0, x, 0.0),        0.0,    0.0,                    "the branch that is taken"),
    ("copysign(x, -1), x = 0",           lambda x: np.copysign(x, -1.0),             0.0,    -1.0,                   "the sign of zero counts"),
    # ties
    ("max([1, 3, 3])",                   np.max,                                     _TIE,   np.array([0.0, 0.5, 0.5]), _SHARE),
    ("min([-1, -3, -3])",                lambda x: np.min(-x),                       _TIE,   np.array([0.0, -0.5, -0.5]), _SHARE),
    ("ptp([1, 3, 3])",                   np.ptp,                                     _TIE,   np.array([-1.0, 0.5, 0.5]), _SHARE),
    ("max_pool([1, 3, 3]), kernel = 3",  lambda x: max_pool(x, (3,), (1,), ((0, 0),), (1,))[0], _TIE, np.array([0.0, 0.5, 0.5]), _SHARE),
    ("maximum.accumulate([1, 3, 3])[2]", lambda x: np.maximum.accumulate(x)[2],      _TIE,   np.array([0.0, 0.5, 0.5]), _SHARE),
    ("sort([1, 3, 3])[1]",               lambda x: np.sort(x)[1],                    _TIE,   np.array([0.0, 1.0, 0.0]), _ORDER),
    ("median([1, 3, 3])",                np.median,                                  _TIE,   np.array([0.0, 1.0, 0.0]), _ORDER),
    ("quantile([1, 3, 3], 0.75)",        lambda x: np.quantile(x, 0.75),             _TIE,   np.array([0.0, 0.5, 0.5]), _ORDER),
    ("interp(x, [0, 1, 2], [0, 1, 0]), x = 1", lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]), 1.0, -1.0,  "the piece to the right of a knot"),
    # steps
    ("sign(x) + x, x = 0",               lambda x: np.sign(x) + x,                   0.0,    1.0,                    _FLAT),
    ("floor(x) + x, x = 1",              lambda x: np.floor(x) + x,                  1.0,    1.0,                    _FLAT),
    ("x // 1 + x, x = 1",                lambda x: x // 1.0 + x,                     1.0,    1.0,                    _FLAT),
    ("heaviside(x, ½) + x, x = 0",       lambda x: np.heaviside(x, 0.5) + x,         0.0,    1.0,                    _FLAT),
    ("x % 1, x = 1",                     lambda x: x % 1.0,                          1.0,    1.0,                    "the slope between the jumps"),
    # infinite slopes
    ("sqrt(x), x = 0",                   np.sqrt,                                    0.0,    np.inf,                 _LIMIT),
    ("cbrt(x), x = 0",                   np.cbrt,                                    0.0,    np.inf,                 _LIMIT),
    ("log(x), x = 0",                    np.log,                                     0.0,    np.inf,                 _LIMIT),
    ("arcsin(x), x = 1",                 np.arcsin,                                  1.0,    np.inf,                 _LIMIT),
    ("arccos(x), x = 1",                 np.arccos,                                  1.0,    -np.inf,                _LIMIT),
    ("arccosh(x), x = 1",                np.arccosh,                                 1.0,    np.inf,                 _LIMIT),
    ("arctanh(x), x = 1",                np.arctanh,                                 1.0,    np.inf,                 _LIMIT),
    ("x ** ½, x = 0",                    lambda x: x**0.5,                           0.0,    np.inf,                 _LIMIT),
    # powers
    ("x ** 0, x = 0",                    lambda x: x**0.0,                           0.0,    0.0,                    "x ** 0 is 1 everywhere"),
    ("0 ** x, x = 0",                    lambda x: 0.0**x,                           0.0,    0.0,                    "0 ** x is 0 to the right"),
    ("0 ** x, x = 2",                    lambda x: 0.0**x,                           2.0,    0.0,                    "0 ** x is 0 to the right"),
    ("sinc(x), x = 0",                   np.sinc,                                    0.0,    0.0,                    _LIMIT),
    # zero times infinity
    ("where(x > 0, sqrt(x), 0), x = 0",  lambda x: np.where(x > 0.0, np.sqrt(x), 0.0), 0.0,  0.0,                    _ZERO),
    ("where(x > 0, log(x), 0), x = 0",   lambda x: np.where(x > 0.0, np.log(x), 0.0), 0.0,   0.0,                    _ZERO),
    ("where(x > 0, sqrt(x), 0), x = -1", lambda x: np.where(x > 0.0, np.sqrt(x), 0.0), -1.0, 0.0,                    "a branch that is not taken counts nothing"),
    ("where(x != 0, sin(x) / x, 1), x = 0", lambda x: np.where(x != 0.0, np.sin(x) / x, 1.0), 0.0, 0.0,              "a branch that is not taken counts nothing"),
    ("sqrt(x * x), x = 0",               lambda x: np.sqrt(x * x),                   0.0,    0.0,                    _ZERO),
    ("sqrt(x) * 0, x = 0",               lambda x: np.sqrt(x) * 0.0,                 0.0,    0.0,                    _ZERO),
    # norms and spreads
    ("norm([0, 0])",                     np.linalg.norm,                             _ZERO2, _ZERO2,                 _NORM),
    ("norm([0, 0], 1)",                  lambda x: np.linalg.norm(x, 1),             _ZERO2, _ZERO2,                 _NORM),
    ("norm([0, 0], inf)",                lambda x: np.linalg.norm(x, np.inf),        _ZERO2, _ZERO2,                 _NORM),
    ("hypot(x, 0), x = 0",               lambda x: np.hypot(x, 0.0),                 0.0,    0.0,                    _NORM),
    ("arctan2(x, 0), x = 0",             lambda x: np.arctan2(x, 0.0),               0.0,    0.0,                    _NORM),
    ("std([0, 0])",                      np.std,                                     _ZERO2, _ZERO2,                 _NORM),
    ("std([0, 0], where=[True, True])",  lambda x: np.std(x, where=[True, True]),    _ZERO2, _ZERO2,                 _NORM),
    ("nanstd([0, 0])",                   np.nanstd,                                  _ZERO2, _ZERO2,                 _NORM),
    ("norm([z, z]), z = 0",              lambda x: np.linalg.norm(x * (1.0 + 0.0j)), _ZERO2, _ZERO2,                 _NORM),
    ("abs(z), z = 0",                    lambda x: np.abs(x * (1.0 + 0.0j)),         0.0,    0.0,                    _NORM),
    ("trace(V·diag(λ)·Vᵀ) of eigh(A), A = I",lambda x: _spectral(x),                     _ZERO2, np.ones(2),             "the same for every choice of eigenvectors"),
))
# fmt: on


def _spectral(x: Any) -> Any:
    """The sum of V·diag(λ)·Vᵀ on the diagonal of I + diag(x): an eigenvalue problem whose eigenvalues coincide."""
    values, vectors = np.linalg.eigh(np.eye(2) + np.diag(x))
    return np.trace((vectors * values) @ vectors.T)
