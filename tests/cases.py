"""One case per gate: what its inputs look like, its keywords, and NumPy's own way to compute it.

`each(reference, kind, ...)` is a gate that works number by number, one kind of number per input; the machine chooses
the shapes. `on(reference, shapes, ...)` is any other gate: one shape per input, or a list of such rows, and one dict
of keywords, or a list of those. `exact` says that the value must agree with the reference to the last bit.
"""
# ruff: noqa: E501 — one row per case, however long
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.gates.index import _BLANK
from tests import extended, references, special

Shape = tuple[int, ...]


class Case(NamedTuple):
    reference: Callable[..., Any]
    kinds: tuple[str, ...]
    shapes: Sequence[tuple[Shape, ...]] = ()      # none: the gate broadcasts, and takes any
    params: Sequence[dict[str, Any]] = ({},)
    exact: bool = True


def draw(kind: str, shape: Shape, rng: np.random.Generator) -> Any:
    """Numbers of this kind: a float for shape (), else a float64 array (bool for `truth`, int for `row`)."""
    x = _KINDS[kind](shape, rng)
    return x if shape or kind in ("truth", "row", "order") else np.complex128(x) if kind == "complex" else float(x)


def _ladder(shape: Shape, rng: np.random.Generator) -> Any:
    """Numbers half a unit apart in random order, around zero but never zero."""
    n = math.prod(shape)
    return (rng.permutation(n).reshape(shape) - n // 2) * 0.5 + rng.uniform(0.1, 0.15)


def _factored(x: Any, rng: np.random.Generator) -> Any:
    """The matrix with the singular vectors of x and the singular values 1, 2, ..., all a little longer or shorter."""
    u, s, v = np.linalg.svd(x, full_matrices=False)
    return (u * (1.0 + np.arange(s.shape[-1])[::-1])) @ v * rng.uniform(0.9, 1.1)


def _hermitian(w: Any, shape: Shape, rng: np.random.Generator) -> Any:
    """The matrix with these eigenvalues and random eigenvectors."""
    v = np.linalg.qr(rng.standard_normal(shape))[0]
    return (v * w) @ np.swapaxes(v, -1, -2)


def _general(x: Any) -> Any:
    """The eigenvalues 4, 8, ..., or for three real rows 4 and 8 ± √32·i, with vectors of which NumPy turns none nearby."""
    rows = x.shape[-1]
    blocks, basis = np.diag(np.arange(1.0, rows + 1.0)), np.eye(rows) + x
    if rows == 3 and not np.iscomplexobj(x):
        blocks[1:, 1:] = [[2.0, -2.0], [1.0, 2.0]]
        basis = np.array([[-0.6, 0.7, -0.3], [-0.7, 1.0, 1.0], [0.9, 0.9, 0.2]]) + x
    return 4.0 * basis @ blocks @ np.linalg.inv(basis)


_KINDS: dict[str, Callable[[Shape, np.random.Generator], Any]] = {
    "real":     lambda shape, rng: rng.uniform(-2.0, 2.0, shape),
    "positive": lambda shape, rng: rng.uniform(0.3, 2.5, shape),
    "unit":     lambda shape, rng: rng.uniform(-0.8, 0.8, shape),
    "above 1":  lambda shape, rng: rng.uniform(1.2, 3.0, shape),
    "nonzero":  lambda shape, rng: rng.uniform(0.5, 2.0, shape) * rng.choice([-1.0, 1.0], shape),
    "ladder":   _ladder,                                                     # no two equal ...
    "between":  lambda shape, rng: _ladder(shape, rng) + 0.25,               # ... nor equal to any of these
    "near one": lambda shape, rng: np.eye(shape[-1]) + rng.uniform(-0.15, 0.15, shape),
    "complex near one": lambda shape, rng: np.eye(shape[-1]) + rng.uniform(-0.15, 0.15, shape) * np.exp(1j * rng.uniform(0.0, 6.0, shape)),
    "tiny":     lambda shape, rng: rng.uniform(-1e-12, 1e-12, shape),
    "low":      lambda shape, rng: rng.uniform(-0.7, -0.6, shape),
    "high":     lambda shape, rng: rng.uniform(0.8, 0.9, shape),
    "below 0":  lambda shape, rng: rng.uniform(-30.0, -0.5, shape),
    "sorted":   lambda shape, rng: np.sort(rng.uniform(-2.0, 2.0, shape)),
    "off step": lambda shape, rng: rng.integers(-3, 3, shape) + rng.uniform(0.6, 0.9, shape),
    "dividend": lambda shape, rng: rng.uniform(4.4, 5.6, shape) * rng.choice([-1.0, 1.0], shape),
    "divisor":  lambda shape, rng: rng.uniform(3.0, 3.4, shape) * rng.choice([-1.0, 1.0], shape),
    "complex":  lambda shape, rng: np.asarray(rng.uniform(0.3, 0.9, shape) * np.exp(1j * rng.uniform(0.4, 2.5, shape) * rng.choice([-1.0, 1.0], shape))),
    "distinct": lambda shape, rng: _factored(rng.standard_normal(shape), rng),    # matrices whose singular values ...
    "definite": lambda shape, rng: _hermitian(np.arange(1.0, shape[-1] + 1.0), shape, rng),
    "symmetric": lambda shape, rng: _hermitian(4.0 * _ladder(shape[-1:], rng), shape, rng),
    "general":  lambda shape, rng: _general(rng.uniform(-0.05, 0.05, shape)) * rng.uniform(0.9, 1.1),              # ... or eigenvalues lie apart
    "complex distinct": lambda shape, rng: _factored(rng.standard_normal(shape) + 1j * rng.standard_normal(shape), rng),
    "complex general": lambda shape, rng: _general(rng.uniform(-0.2, 0.2, shape) * np.exp(1j * rng.uniform(0.0, 6.0, shape))) * rng.uniform(0.9, 1.1),
    "truth":    lambda shape, rng: rng.random(shape) < 0.5,
    "some true": lambda shape, rng: (rng.random(shape) < 0.5) | (np.arange(shape[0]).reshape(-1, *[1] * len(shape[1:])) == 0),
    "row":      lambda shape, rng: rng.integers(0, 3, shape),
    "key":      lambda shape, rng: rng.integers(0, 99, shape) + 0.5,          # of which the whole part counts
    "order":    lambda shape, rng: rng.integers(2, 5, shape),                # of a function, which has no derivative
    "share":    lambda shape, rng: rng.uniform(0.3, 0.7, shape),
    "middle":   lambda shape, rng: rng.uniform(-0.4, 0.4, shape),
    "halves":   lambda shape, rng: rng.integers(-2, 3, shape) + rng.uniform(0.45, 0.55, shape),
    "near and far": lambda shape, rng: rng.uniform(-2.0, 2.0, shape) + rng.choice([0.0, 13.0], shape),
}


def each(reference: Callable[..., Any], *kinds: str, exact: bool = True) -> Case:
    return Case(reference, kinds, exact=exact)


def on(reference: Callable[..., Any], shapes: Any, params: Any = ({},), kinds: Any = None, exact: bool = True) -> Case:
    rows = shapes if isinstance(shapes, list) else [shapes]
    return Case(reference, kinds or ("real",) * max(map(len, rows)), rows,
                params if isinstance(params, list | tuple) else [params], exact)


def fold(reference: Callable[..., Any], kind: str = "real", exact: bool = True, **more: Any) -> Case:
    """A reduction over every kind of axis; of any other keyword the values take turns."""
    axes = [(None, False), (None, True), (0, False), (-1, True), ((0, 2), False), ((-1, 0), True), ((0, 1, 2), False)]
    params = [{"axis": axis, "keepdims": keep} | {key: values[k % len(values)] for key, values in more.items()}
              for k, (axis, keep) in enumerate(axes)]
    return on(reference, [((3, 2, 4),)], params, (kind,), exact)


# ---------------------------------------------------------------- shapes and keywords of several gates
_AXES = [{"axis": axis} for axis in (0, 1, -1)]
_INDICES = [1, -1, slice(1, None), (slice(None), 0), (Ellipsis, None, slice(None, None, -2)), (slice(3, 0, -1), 1),
            np.array([0, 2, 2]), (np.array([3, 0, 0]), np.array([1, 1, 1])), (slice(None), np.array([[0, 1], [1, 1]])),
            (np.array([[1], [2]]), np.array([0, 2])), np.array([True, False, True, True]), (1, np.array([0, 0, 2]))]
_PUT_AT = [1, slice(1, None), (slice(None), 0), (slice(3, 0, -1), 1), (np.array([3, 0]), np.array([1, 2])), np.array([True, False, True, True]), slice(0, 2), 2]
_PUT = [(3,), (3, 3), (4,), (3,), (2,), (3, 3), (), (1, 3)]
_BLANKS = [(slice(None), _BLANK), (_BLANK,), (_BLANK, _BLANK)]
_TRANSFORMS = [{"n": None, "axis": -1, "norm": None}, {"n": 4, "axis": 0, "norm": "ortho"}, {"n": 7, "axis": 0, "norm": "forward"},
               {"n": 3, "axis": -1, "norm": "backward"}]
_TAKEN = [np.empty((4, 3))[index].shape for index in _INDICES]
_MATMUL = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)),
           ((5, 2, 3), (3,)), ((3,), (5, 3, 4)), ((5, 1, 2, 3), (2, 3, 4)), ((1, 2, 3), (5, 3, 2))]
_DOT = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 4)),
        ((2, 3), (5, 3, 4)), ((5, 2, 3), (2, 3, 4)), ((), ()), ((), (2, 3)), ((2, 3), ()), ((5, 2, 3), (3, 2))]
_SQUARE = [((3, 3),), ((2, 2, 2),), ((1, 1),)]
_ANY = [((3, 3),), ((2, 3),), ((2, 3, 2),)]
_BESIDE = [((), ()), ((2, 3), (2, 3)), ((3,), (2, 1))]
_EINSUM = {"ij->": ((2, 3),), "ij->ji": ((2, 3),), "ii->": ((3, 3),), "ii->i": ((3, 3),), "iij->ji": ((3, 3, 2),),
           "ij,jk->ik": ((2, 3), (3, 4)), "i,i->": ((3,), (3,)), "i,j->ij": ((3,), (4,)), "bij,bjk->bik": ((2, 3, 4), (2, 4, 3)),
           "ij,jk,kl->il": ((2, 3), (3, 4), (4, 2)), "ij,k->ik": ((2, 3), (4,)), "ii,ij->j": ((3, 3), (3, 2)), "i,->i": ((3,), ())}


def _sliding(keys: str, *rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Keywords of windows, those along one axis as tuples."""
    return [dict(zip(keys.split(), row, strict=True)) for row in rows]


_CONV = _sliding("stride padding dilation groups", ((1,), ((0, 0),), (1,), 1), ((2,), ((1, 0),), (2,), 2), ((1,), ((2, 1),), (2,), 2),
                 ((1, 2), ((0, 1), (1, 1)), (1, 1), 1),
                 ((2, 1), ((1, 1), (0, 0)), (1, 2), 1), ((), (), (), 1))
_CONVS = [(x, w, references.conv_shape(x, w, **row)) for (x, w), row in zip(
    [((2, 3, 5), (2, 3, 2)), ((2, 4, 7), (6, 2, 3)), ((1, 4, 3), (2, 2, 2)), ((1, 2, 3, 4), (3, 2, 2, 3)), ((2, 1, 5, 4), (2, 1, 3, 2)), ((2, 3), (4, 3))], _CONV, strict=True)]
_POOL = _sliding("kernel stride padding dilation", ((2,), (2,), ((0, 0),), (1,)), ((3,), (1,), ((1, 2),), (2,)), ((2, 3), (1, 2), ((0, 0), (1, 1)), (1, 1)))
_POOLS = [(x, y, (int(np.prod(row["kernel"])), *y)) for x, y, row in (
    (x, references.pool_shape(x, **row), row) for x, row in zip([(2, 5), (2, 6), (2, 4, 5)], _POOL, strict=True))]

# fmt: off
CASES: dict[str, Case] = {
    # arithmetic
    "add":           each(np.add,          "real", "real"),
    "sub":           each(np.subtract,     "real", "real"),
    "mul":           each(np.multiply,     "real", "real"),
    "div":           each(np.divide,       "real", "nonzero"),
    "absorb":        each(np.multiply,     "real", "real"),
    "absorb_div":    each(np.divide,       "real", "nonzero"),
    "power":         each(np.power,        "positive", "real"),
    "remainder":     each(np.remainder,    "dividend", "divisor"),
    "negative":      each(np.negative,     "real"),
    "positive":      each(np.positive,     "real"),
    "reciprocal":    each(np.reciprocal,   "nonzero"),
    "square":        each(np.square,       "real"),
    "absolute":      each(np.absolute,     "nonzero"),
    "sqrt":          each(np.sqrt,         "positive"),
    "cbrt":          each(np.cbrt,         "nonzero"),
    "hypot":         each(np.hypot,        "nonzero", "real"),
    "fmod":          each(np.fmod,         "dividend", "divisor"),
    "nextafter":     each(np.nextafter,    "real", "real"),
    "fraction":      each(lambda x: np.modf(x)[0], "off step"),
    "ldexp":         on(lambda x, exponent: np.ldexp(x, exponent), [((),), ((2, 3),)], [{"exponent": -2}, {"exponent": np.array([[1], [0]])}]),
    "copysign":      each(np.copysign,     "nonzero", "nonzero"),
    # exponentials and logarithms
    "exp":           each(np.exp,          "real"),
    "exp2":          each(np.exp2,         "real"),
    "expm1":         each(np.expm1,        "real"),
    "log":           each(np.log,          "positive"),
    "log2":          each(np.log2,         "positive"),
    "log10":         each(np.log10,        "positive"),
    "log1p":         each(np.log1p,        "positive"),
    "logaddexp":     each(np.logaddexp,    "real", "real"),
    "logaddexp2":    each(np.logaddexp2,   "real", "real"),
    # trigonometric and hyperbolic
    "sin":           each(np.sin,          "real"),
    "cos":           each(np.cos,          "real"),
    "tan":           each(np.tan,          "unit"),
    "arcsin":        each(np.arcsin,       "unit"),
    "arccos":        each(np.arccos,       "unit"),
    "arctan":        each(np.arctan,       "real"),
    "arctan2":       each(np.arctan2,      "nonzero", "nonzero"),
    "sinh":          each(np.sinh,         "real"),
    "cosh":          each(np.cosh,         "real"),
    "tanh":          each(np.tanh,         "real"),
    "arcsinh":       each(np.arcsinh,      "real"),
    "arccosh":       each(np.arccosh,      "above 1"),
    "arctanh":       each(np.arctanh,      "unit"),
    "degrees":       each(np.degrees,      "real"),
    "radians":       each(np.radians,      "real"),
    # complex numbers
    "real":          each(np.real,         "complex"),
    "imag":          each(np.imag,         "complex"),
    "conj":          each(np.conjugate,    "complex"),
    "join":          each(lambda x, y: x + 1j * y, "real", "real"),
    # activations
    "sigmoid":       each(references.sigmoid,        "real", exact=False),
    "relu":          each(lambda x: np.maximum(x, 0.0),   "nonzero"),
    "softplus":      each(lambda x: np.logaddexp(0.0, x), "real", exact=False),
    "erf":           each(references.erf,            "real", exact=False),
    # choices
    "maximum":       each(np.maximum,      "ladder", "between"),
    "minimum":       each(np.minimum,      "ladder", "between"),
    "fmax":          each(np.fmax,         "ladder", "between"),
    "fmin":          each(np.fmin,         "ladder", "between"),
    "where":         each(np.where,        "truth", "real", "real"),
    "clip":          each(np.clip,         "ladder", "low", "high"),
    # steps
    "sign":          each(np.sign,         "nonzero"),
    "floor":         each(np.floor,        "off step"),
    "ceil":          each(np.ceil,         "off step"),
    "trunc":         each(np.trunc,        "off step"),
    "rint":          each(np.rint,         "off step"),
    "floor_divide":  each(np.floor_divide, "dividend", "divisor"),
    "heaviside":     each(np.heaviside,    "nonzero", "real"),
    "spacing":       each(np.spacing,      "high"),
    "isnan":         each(np.isnan,        "real"),
    "isinf":         each(np.isinf,        "real"),
    "isfinite":      each(np.isfinite,     "real"),
    "signbit":       each(np.signbit,      "nonzero"),
    "equal":         each(np.equal,        "ladder", "between"),
    "not_equal":     each(np.not_equal,    "ladder", "between"),
    "less":          each(np.less,         "ladder", "between"),
    "less_equal":    each(np.less_equal,   "ladder", "between"),
    "greater":       each(np.greater,      "ladder", "between"),
    "greater_equal": each(np.greater_equal, "ladder", "between"),
    "logical_and":   each(np.logical_and,  "truth", "truth"),
    "logical_or":    each(np.logical_or,   "truth", "truth"),
    "logical_xor":   each(np.logical_xor,  "truth", "truth"),
    "logical_not":   each(np.logical_not,  "truth"),
    # reductions and cumulative gates
    "sum":           fold(np.sum),
    "mean":          fold(np.mean),
    "amax":          fold(np.max, "ladder"),
    "amin":          fold(np.min, "ladder"),
    "prod":          fold(np.prod, "nonzero"),
    "var":           fold(np.var, ddof=(1, 0)),
    "std":           fold(np.std, "ladder", ddof=(0, 1)),
    "logsumexp":     fold(references.logsumexp, exact=False),
    "cumsum":        on(np.cumsum,         ((3, 4),), _AXES),
    "cumprod":       on(np.cumprod,        ((3, 4),), _AXES, ("nonzero",)),
    "cummax":        on(lambda x, axis: np.maximum.accumulate(x, axis), ((3, 4),), _AXES, ("ladder",)),
    "cummin":        on(lambda x, axis: np.minimum.accumulate(x, axis), ((3, 4),), _AXES, ("ladder",)),
    "recur":         on(references.recur,            [((4,), (4,)), ((4, 2), (4, 2)), ((4, 2), (4, 1)), ((4, 1), (4, 2))], exact=False),
    # order
    "argsort":       on(lambda x, axis: np.argsort(x, axis, stable=True), ((3, 4),), _AXES, ("ladder",)),
    "argpartition":  on(references.partition_from, ((3, 4),), [{"kth": kth, "axis": axis} for kth, axis in ((1, 0), (2, -1), ((0, 2), 1))], ("ladder",)),
    # random numbers
    "uniform":       on(lambda key, shape: references.stream(key).random(shape), ((2,),), [{"shape": ()}, {"shape": (3, 2)}], ("key",)),
    "normal":        on(lambda key, shape: references.stream(key).standard_normal(shape), ((2,),), [{"shape": 4}, {"shape": (2, 2)}], ("key",)),
    # shapes
    "fit":           on(references.fitted, ((4, 3),), [{"shape": shape, "dtype": float} for shape in ((1, 3), (3,), (4, 1), (2, 4, 3))] + [{"shape": (), "dtype": None}], exact=False),
    "reshape":       on(np.reshape,        ((3, 4),), [{"shape": (2, 6)}, {"shape": -1}, {"shape": (1, 4, -1)}]),
    "transpose":     on(np.transpose,      ((2, 3, 4),), [{"axes": None}, {"axes": (1, 2, 0)}, {"axes": (-1, 0, -2)}]),
    "expand_dims":   on(np.expand_dims,    ((2, 3),), [{"axis": 0}, {"axis": -1}, {"axis": (0, 2)}]),
    "broadcast_to":  on(np.broadcast_to,   [((3,),), ((2, 1),), ((),)], [{"shape": (2, 3)}, {"shape": (4, 2, 3)}]),
    "diagonal":      on(np.diagonal,       [((3, 4, 2),)], [{"offset": k, "axis1": a, "axis2": b} for k, a, b in ((0, 0, 1), (1, -1, 0), (-1, 0, -1))]),
    "flip":          on(np.flip,           ((2, 3, 4),), [{"axis": None}, {"axis": 1}, {"axis": -1}, {"axis": (0, 2)}]),
    "roll":          on(np.roll,           ((3, 4),), [{"shift": 2, "axis": None}, {"shift": 1, "axis": 0},
                                                       {"shift": (1, -2), "axis": (0, 1)}, {"shift": -1, "axis": -1}]),
    "tile":          on(np.tile,           ((2, 3),), [{"reps": (2,)}, {"reps": (2, 1)}, {"reps": (2, 2, 3)}]),
    "repeat":        on(np.repeat,         ((2, 3),), [{"repeats": 2, "axis": 0}, {"repeats": [1, 0, 3], "axis": 1}]),
    "pad":           on(np.pad,            ((2, 3),), [{"pad_width": ((1, 2), (0, 1))}, {"pad_width": ((0, 0), (2, 0))}]),
    "concatenate":   on(lambda *xs, axis: np.concatenate(xs, axis), [((2, 3), (1, 3), (4, 3)), ((2, 1), (2, 3)), ((2, 2), (2, 3), (2, 1))], _AXES),
    "stack":         on(lambda *xs, axis: np.stack(xs, axis), [((2, 3), (2, 3)), ((2, 3),)], _AXES),
    # taking and putting back
    "getitem":       on(lambda x, index: x[index], ((4, 3),), [{"index": index} for index in _INDICES]),
    "assign":        Case(references.put, ("real", "real"), [((4, 3), shape) for shape in _PUT], [{"index": index} for index in _PUT_AT]),
    "add_at":        Case(references.added, ("real", "real"), [((4, 3), shape) for shape in _PUT[:-1]] + [((4, 3), (3,))], [{"index": index} for index in [*_PUT_AT[:-1], (np.array([0, 0, 1]), 2)]], exact=False),
    "scatter":       Case(references.scatter, ("real",), [*((shape,) for shape in _TAKEN), ((5, 3),)],
                          [*({"index": index, "shape": (4, 3)} for index in _INDICES), {"index": (slice(None), 1), "shape": (5, 2, 3)}], exact=False),
    "getitem_at":   on(lambda x, *at, index: x[references.filled(index, at)], [((2, 3), (4,)), ((3, 2), (4,)), ((3, 3), (4,), (4,))], [{"index": index} for index in _BLANKS], ("real", "row", "row")),
    "scatter_at":   on(lambda g, *at, index, shape: references.scatter(g, references.filled(index, at), shape), [((2, 4), (4,)), ((4, 2), (4,)), ((4,), (4,), (4,))],
                       [{"index": index, "shape": shape} for index, shape in zip(_BLANKS, [(2, 3), (3, 2), (3, 3)], strict=True)], ("real", "row", "row"), exact=False),
    # products
    "matmul":        on(np.matmul,         _MATMUL, exact=False),
    "dot":           on(np.dot,            _DOT, exact=False),
    "tensordot":     on(np.tensordot,      [((2, 3, 4), (3, 4, 2))], [{"axes": 2}, {"axes": ((1, 2), (0, 1))}, {"axes": (0, -1)},
                                                                      {"axes": 0}, {"axes": ((2, 0), (1, 2))}], exact=False),
    "einsum":        Case(lambda *xs, subscripts: np.einsum(subscripts, *xs), ("real",) * 3, list(_EINSUM.values()),
                          [{"subscripts": s} for s in _EINSUM], exact=False),
    # linear algebra
    "inv":           on(extended.inv,      _SQUARE, kinds=("distinct",)),
    "solve":         on(extended.solve,    [((3, 3), (3, 2)), ((2, 3, 3), (3, 1)), ((2, 2), (3, 2, 2))], kinds=("distinct", "real")),
    "pinv":          on(extended.pinv,     _ANY, kinds=("distinct",)),
    "det":           on(extended.det,      _SQUARE, kinds=("distinct",)),
    "slogdet":       on(extended.slogdet,  _SQUARE, kinds=("distinct",)),
    "norm":          fold(lambda x, axis, keepdims: np.sqrt(np.sum(np.conj(x) * x, axis=axis, keepdims=keepdims).real), "nonzero", exact=False),
    "cholesky":      on(extended.cholesky, _SQUARE, kinds=("definite",)),
    "qr":            on(extended.qr,       [((3, 3),), ((4, 2),), ((2, 3, 2),)], kinds=("distinct",)),
    "eigh":          on(extended.eigh,     _SQUARE, [{"UPLO": "L"}, {"UPLO": "U"}], kinds=("symmetric",)),
    "eigvalsh":      on(extended.eigvalsh, _SQUARE, [{"UPLO": "L"}, {"UPLO": "U"}], kinds=("symmetric",)),
    "eig":           on(extended.eig,      [((3, 3),), ((2, 2),), ((2, 3, 3),)], kinds=("general",)),
    "eigvals":       on(extended.eigvals,  [((3, 3),), ((2, 2),), ((2, 3, 3),)], kinds=("general",)),
    "matching":      on(lambda x, y: 1.0 * (np.argsort(np.argsort(x))[:, None] == np.argsort(np.argsort(y))), [((4,), (4,))], kinds=("ladder", "ladder")),
    "svd":           on(extended.svd,      _ANY, kinds=("distinct",)),
    "svdvals":       on(extended.svdvals,  _ANY, kinds=("distinct",)),
    "complement":    on(extended.complement, [((3, 2),), ((2, 3, 2),)], [{"factor": "Q"}, {"factor": "U"}, {"factor": "V"}], kinds=("distinct",)),
    "over_gap":      on(np.divide,         [((2, 3), (2, 3)), ((3,), (2, 1))], kinds=("real", "nonzero")),
    "apart":         on(lambda x, y: 0.0 * (x + y), [((2, 3), (2, 3))], kinds=("real", "nonzero")),
    "invariant":     on(lambda x, y: 0.0 * (x + y), [((2, 3), (2, 3))], kinds=("tiny", "real")),
    "near_singular": on(lambda x: 0.0 * extended.inv(x), [((3, 3),)], kinds=("distinct",)),
    # Fourier transforms
    "fft":           on(np.fft.fft,        [((5,),), ((3, 4),)], _TRANSFORMS),
    "ifft":          on(np.fft.ifft,       [((5,),), ((3, 4),)], _TRANSFORMS),
    "rfft":          on(np.fft.rfft,       [((5,),), ((3, 4),)], _TRANSFORMS),
    "irfft":         on(np.fft.irfft,      [((5,),), ((3, 4),)], _TRANSFORMS),
    # signals
    "convolve":      on(np.convolve,       [((5,), (2,)), ((3,), (6,)), ((4,), (4,))], [{"mode": mode} for mode in ("full", "same", "valid")]),
    "conv":          on(references.conv,   [(x, w) for x, w, _ in _CONVS], _CONV, exact=False),
    "conv_transpose": on(references.conv_transpose, [(y, w) for _, w, y in _CONVS], [row | {"size": x[2:]} for (x, *_), row in zip(_CONVS, _CONV, strict=True)], exact=False),
    "conv_weight":   on(references.conv_weight, [(x, y) for x, _, y in _CONVS], [row | {"size": w[2:]} for (_, w, _), row in zip(_CONVS, _CONV, strict=True)], exact=False),
    "max_pool":      on(references.max_pool, [(x,) for x, *_ in _POOLS], _POOL, ("ladder",)),
    "reached":       on(references.reached, [(x, y) for x, y, _ in _POOLS], _POOL, ("row", "row")),
    "pool_mean":     on(references.pool_mean, [(x, where) for x, _, where in _POOLS], _POOL, ("real", "some true"), exact=False),
    "pool_share":    on(references.pool_share, [(y, where) for _, y, where in _POOLS], [row | {"size": x[-len(row["kernel"]):]} for (x, *_), row in zip(_POOLS, _POOL, strict=True)], ("real", "some true"), exact=False),
    "interval":      on(references.interval,         [((), (1,)), ((5,), (3,)), ((2, 3), (4,))], kinds=("real", "sorted")),
    "sinc":          each(np.sinc,         "real"),
    "i0":            each(np.i0,           "real"),
    "hyp0f1":        on(references.hyp0f1,           [((),), ((5,),)], [{"b": 1.5}, {"b": 2.5}], ("below 0",), exact=False),
    **{name: on(extended.matrix_function(name), [((3, 3),), ((1, 1),)], kinds=("near one",))
       for name in ("expm", "logm", "sqrtm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm")},
    "solve_triangular": on(extended.solve_triangular, [((3, 3), (3, 2))], [{"lower": lower, "unit_diagonal": unit} for lower in (False, True) for unit in (False, True)], kinds=("near one", "real")),
    "solve_banded":  on(extended.solve_banded, [((4, 5), (5, 2))], [{"l_and_u": (2, 1)}, {"l_and_u": (1, 2)}], kinds=("above 1", "real")),
    "solve_sylvester": on(extended.solve_sylvester, [((3, 3), (2, 2), (3, 2))], kinds=("near one", "near one", "real")),
    # scipy.special
    **{name: each(special.reference(name), *kinds) for name, kinds in special.KINDS.items()},
    **{name: on(special.reference(name), _BESIDE, kinds=("order", kind)) for name, kind in special.OF_AN_ORDER.items()},
    "polygamma":     on(special.POLYGAMMA, _BESIDE, kinds=("order", "above 1")),
    "betainc":       on(special.reference("betainc"), [(*shapes, shapes[1]) for shapes in _BESIDE], kinds=("order", "order", "share")),
    "hyp1f1":        on(special.reference("hyp1f1"), [(*shapes, shapes[1]) for shapes in _BESIDE], kinds=("order", "order", "real")),
    "hyp2f1":        on(special.HYP2F1,    [((),), ((5,),)], [{"a": 0.5, "b": 1.5, "c": 2.5}, {"a": 2.0, "b": 1.0, "c": 3.0}], ("unit",)),
    "si":            each(special.SI,      "real"),
    "ci":            each(special.CI,      "positive"),
    # memory
    "checkpoint":    on(lambda x, y, f: f(x, y), [((), ()), ((3,), (2, 3))], {"f": lambda x, y: np.sin(x * y) * y}),
}
# fmt: on
COMPLEX = {"add", "sub", "mul", "div", "power", "negative", "positive", "reciprocal", "square", "absolute", "sqrt", "exp", "exp2",
           "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh",
           "arcsinh", "arccosh", "arctanh", "sinc", "fft", "ifft", "irfft", "convolve", "conv", "conv_transpose", "conv_weight", "sum", "mean", "prod", "var", "std", "cumsum", "cumprod", "recur", "reshape",
           "broadcast_to", "diagonal", "transpose", "expand_dims", "flip", "roll", "tile", "repeat", "pad", "concatenate", "stack", "getitem", "assign", "add_at", "scatter",
           "matmul", "dot", "tensordot", "einsum", "inv", "solve", "pinv", "norm", "det", "slogdet", "eig", "eigvals", "expm",
           "logm", "sqrtm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm", "solve_triangular", "solve_banded", "solve_sylvester",
           "erf", "erfc", "erfcx", "erfi", "ndtr", "log_ndtr", "xlogy", "xlog1py", "jv", "iv", "hyp1f1", "hyp2f1"}         # gates that are also defined on complex numbers
IN_COMPLEX = {"distinct": "complex distinct", "general": "complex general", "near one": "complex near one", "order": "order"}        # any other kind becomes "complex"
ELSEWHERE = {"heaviside": ("row", "real"), "power": ("nonzero", "row")}         # kinds that reach what the kinds above do not: steps, negative bases
PAIRED = {"conv", "conv_transpose", "conv_weight", "max_pool", "reached", "pool_mean", "pool_share", "add_at", "assign", "scatter", "getitem_at", "scatter_at", "concatenate", "einsum"}          # the k-th shapes go with the k-th keywords; elsewhere all with all
KEEPS_NOTHING = {"add", "sub", "negative", "positive", "degrees", "radians", "nextafter", "fraction", "ldexp", "fft", "ifft", "rfft", "irfft", "sum", "mean", "cumsum", "fit", "reshape", "transpose",
                 "expand_dims", "flip", "roll", "tile", "repeat", "pad", "concatenate", "stack", "getitem", "scatter"}
