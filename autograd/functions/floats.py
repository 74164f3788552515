"""Floor 3: NumPy's functions on what floating-point numbers are made of, and on those that are not finite."""
from typing import Any

import numpy as np

from autograd.functions.creation import array, mixed
from autograd.functions.table import replaces
from autograd.gate import fit
from autograd.gates import elementwise as E
from autograd.graph import Tensor, plain
from autograd.space import constant, is_complex, shape_of


def given(x: Any) -> Any:
    """A tensor as it is, a list that holds some as one, anything else as a floating number or an array of these."""
    x = array(x) if mixed(x) else x
    if isinstance(x, Tensor):
        return x
    x = constant(x)
    return x.astype(float) if not isinstance(x, float) and x.dtype.kind not in "fc" else x


def in_float64(x: Any) -> Any:
    """`x` in double precision, real or complex."""
    x = given(x)
    return x if isinstance(x, float) else fit(x, shape_of(x), np.result_type(x.dtype, np.float64))


@replaces(np.sign)
def sign(x: Any) -> Any:
    """A step for real numbers; for complex ones the direction x / |x|, and 0 at 0."""
    if not is_complex(x):
        return E.sign(x)
    zero = E.equal(x, 0.0)
    return E.where(zero, 0.0, E.div(x, E.where(zero, 1.0, E.absolute(x))))


@replaces(np.float_power)
def float_power(x1: Any, x2: Any) -> Any:
    return E.power(in_float64(x1), in_float64(x2))


@replaces(np.modf)
def modf(x: Any) -> Any:
    return E.fraction(x), E.trunc(x)


@replaces(np.divmod)
def divmod(x1: Any, x2: Any) -> Any:
    return E.floor_divide(x1, x2), E.remainder(x1, x2)


@replaces(np.ldexp)
def ldexp(x1: Any, x2: Any) -> Any:
    return E.ldexp(x1, exponent=plain(x2))


@replaces(np.frexp)
def frexp(x: Any) -> Any:
    exponent = np.frexp(plain(x))[1]
    return E.ldexp(x, exponent=-exponent), exponent


def finite(x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    """Numbers in place of those that are not finite, as np.nan_to_num puts them."""
    if is_complex(x):
        return E.join(finite(x.real, nan, posinf, neginf), finite(x.imag, nan, posinf, neginf))
    most = np.finfo(x.dtype).max
    x = E.where(E.isnan(x), nan, x)
    x = E.where(E.equal(x, np.inf), most if posinf is None else posinf, x)
    return E.where(E.equal(x, -np.inf), -most if neginf is None else neginf, x)


@replaces(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    if not is_complex(a):
        return a
    limit = np.finfo(a.dtype).eps * tol if tol > 1 else tol
    return a.real if np.all(abs(plain(a).imag) < limit) else a
