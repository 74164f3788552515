"""Floor 3: `vmap`, a function over a whole axis at once.

A mapped tensor shows the shape of one example; its value carries all of them along axis 0. Elementwise gates line the
axes up and run as they are; the gates in RULES shift their axes by one; any other gate runs example by example.
"""
from collections.abc import Callable, Sequence
from functools import wraps
from string import ascii_letters
from typing import Any

import numpy as np

from autograd.errors import GraphError, ShapeError, message
from autograd.functions.shaping import broadcast_to, moveaxis
from autograd.gate import Gate, fitted
from autograd.gates import contract, conv, fft, index, linalg, order, reduce, series, shape, spectral
from autograd.gates.elementwise import imag, join, mul, real
from autograd.graph import Level, Tensor, recording, strip, tensor
from autograd.space import constant, flatten, rank, shape_of

Params = dict[str, Any]
Rule = Callable[[Gate, Sequence[Any], Params, Sequence[bool]], Any]
RULES: dict[str, Rule] = {}


class Batch:
    """A mapped axis: what a gate leaves behind is its result for all examples."""

    __slots__ = ()
    skip = 1
    opaque = True

    @staticmethod
    def leaf(value: Any) -> "Batch":
        """What stands behind a constant of a level."""
        return BATCH

    @staticmethod
    def refusal(x: Tensor) -> GraphError:
        """What is raised where the value of a mapped tensor is asked for."""
        return GraphError(message("the plain value of a tensor that vmap maps: it differs from example to example.",
                                  "return it from the mapped function, or call vmap around this line"))

    @staticmethod
    def record(level: Level, gate: Gate, args: tuple[Any, ...], params: Params, parents: tuple[Any, ...]) -> Any:
        """Apply the gate to all examples, one level down."""
        rule = RULES.get(gate.name) or (elementwise if gate.kind == "elementwise" else one_by_one)
        return tensor(rule(gate, args, params, [p is not None for p in parents]), BATCH, level)


BATCH = Batch()


def vmap(f: Callable[..., Any], in_axes: Any = 0, out_axes: Any = 0) -> Callable[..., Any]:
    """f over an axis of its arguments: the results of all examples, stacked along `out_axes`.

    `in_axes` is an axis, None for an argument that all examples share, or one of these per argument. Keyword arguments
    are shared. Raises ShapeError where the mapped axes differ in length. A branch on a mapped value is an error.

    >>> vmap(lambda x, w: (x * w).sum(), in_axes=(0, None))(np.eye(2), np.array([3.0, 4.0]))
    array([3., 4.])
    """
    @wraps(f)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, build = flatten(args)
        axes = _per_leaf(in_axes, args)
        sizes = {_length(x, a) for x, a in zip(leaves, axes, strict=True) if a is not None}
        if len(sizes) != 1:
            raise ShapeError(message(f"vmap over axes of length {sorted(sizes) or 'nothing'}.",
                                     "map at least one argument, and axes of one length"))
        with recording(Batch) as level:
            xs = [x if a is None else tensor(moveaxis(x if isinstance(x, Tensor) else constant(x), a, 0), BATCH, level)
                  for x, a in zip(leaves, axes, strict=True)]
            outs, build_out = flatten(f(*build(xs), **kwargs))
            done = [_front(out, level, sizes.copy().pop()) for out in outs]
        places = _per_leaf(out_axes, build_out(done)) if not isinstance(out_axes, int) else [out_axes] * len(done)
        return build_out([moveaxis(y, 0, a) for y, a in zip(done, places, strict=True)])
    return mapped


def _per_leaf(axes: Any, tree: Any) -> list[Any]:
    """One axis per leaf of `tree`, from axes given for all of it or for its parts."""
    if axes is None or isinstance(axes, int):
        return [axes] * len(flatten(tree)[0])
    parts = tree.values() if isinstance(tree, dict) else tree
    if len(axes) != len(parts):
        raise ShapeError(message(f"vmap got {len(axes)} axes for {len(parts)} arguments or parts.",
                                 "give one axis, or one per argument, None where it is shared"))
    axes = [axes[k] for k in tree] if isinstance(tree, dict) else axes
    return [a for axis, part in zip(axes, parts, strict=True) for a in _per_leaf(axis, part)]


def _length(x: Any, axis: int) -> int:
    if not -rank(x) <= axis < rank(x):
        raise ShapeError(message(f"vmap over axis {axis} of an argument of shape {shape_of(x)}.",
                                 "give in_axes an axis that the argument has, or None where it is shared"))
    return shape_of(x)[axis]


def _front(out: Any, level: Level, n: int) -> Any:
    """The value of an output for all examples; one that all share is repeated."""
    out = strip(out)
    if isinstance(out, Tensor) and out.level is level:
        return out.value
    out = out if isinstance(out, Tensor) else constant(out)
    return broadcast_to(out, (n, *shape_of(out)))


# ---------------------------------------------------------------- rules
def elementwise(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    """Inner axes line up from the right, so examples with fewer get axes of length one after the mapped one."""
    return gate.apply(aligned(args, mapped), params)


def aligned(args: Sequence[Any], mapped: Sequence[bool], least: int = 0) -> list[Any]:
    """Mapped arguments with as many inner axes as any argument has."""
    most = max([least, *(rank(x) - m for x, m in zip(args, mapped, strict=True))])
    return [widened(x, most) if m else x for x, m in zip(args, mapped, strict=True)]


def widened(x: Any, inner: int) -> Any:
    """Axes of length one after axis 0, up to `inner` axes behind it."""
    n, *rest = shape_of(x)
    return x if len(rest) >= inner else shape.reshape(x, (n, *[1] * (inner - len(rest)), *rest))


def one_by_one(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    """Every example by itself, then stacked: right for any gate."""
    n = next(shape_of(x)[0] for x, m in zip(args, mapped, strict=True) if m)
    examples = [[index.getitem(x, k) if m else x for x, m in zip(args, mapped, strict=True)] for k in range(n)]
    return shape.stack(*(gate.apply(example, params) for example in examples), axis=0)


def rule(*gates: Gate) -> Callable[[Rule], Rule]:
    """Note the rule below for these gates."""
    def note(function: Rule) -> Rule:
        RULES.update(dict.fromkeys((gate.name for gate in gates), function))
        return function
    return note


def _behind(axis: Any) -> Any:
    """An axis counted from the front moves one back; one counted from the end stays."""
    return tuple(map(_behind, axis)) if isinstance(axis, tuple) else axis + 1 if axis >= 0 else axis


rule(series.hyp0f1, real, imag, join)(elementwise)


@rule(reduce.sum, reduce.mean, reduce.max, reduce.min, reduce.prod, reduce.var, reduce.std, reduce.logsumexp,
      shape.flip, reduce.cumsum, reduce.cumprod, reduce.cummax, reduce.cummin, order.argsort, order.argpartition,
      shape.repeat, shape.expand_dims, fft.fft, fft.ifft, fft.rfft, fft.irfft)
def _axis(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    axis = params["axis"]
    return gate.apply(args, params | {"axis": tuple(range(1, rank(args[0]))) if axis is None else _behind(axis)})


@rule(shape.reshape)
def _reshape(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    inner = params["shape"]
    inner = inner if isinstance(inner, tuple | list) else (inner,)
    return gate.apply(args, {"shape": (shape_of(args[0])[0], *inner)})


@rule(shape.transpose)
def _transpose(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    inner = rank(args[0]) - 1
    axes = params["axes"] if params["axes"] is not None else range(inner - 1, -1, -1)
    return gate.apply(args, {"axes": (0, *(a % inner + 1 for a in axes))})


@rule(shape.broadcast_to)
def _broadcast_to(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    inner = params["shape"]
    return gate.apply((widened(args[0], len(inner)),), {"shape": (shape_of(args[0])[0], *inner)})


@rule(shape.diagonal)
def _diagonal(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    return gate.apply(args, params | {key: _behind(params[key]) for key in ("axis1", "axis2")})


@rule(shape.pad)
def _pad(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    return gate.apply(args, {"pad_width": ((0, 0), *params["pad_width"])})


@rule(shape.concatenate, shape.stack)
def _join(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    n = next(shape_of(x)[0] for x, m in zip(args, mapped, strict=True) if m)
    full = [x if m else broadcast_to(np.asarray(x) if isinstance(x, float) else x, (n, *shape_of(x)))
            for x, m in zip(args, mapped, strict=True)]
    return gate.apply(full, {"axis": _behind(params["axis"])})


@rule(index.getitem, index.scatter)
def _index(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    inner = params["index"] if isinstance(params["index"], tuple) else (params["index"],)
    if not index.keeps_front(inner):
        return one_by_one(gate, args, params, mapped)
    new = {"index": (slice(None), *inner)}
    if "shape" in params:
        new["shape"] = (shape_of(args[0])[0], *params["shape"])
    return gate.apply(args, new)


@rule(fitted)
def _fit(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    inner = tuple(params["shape"])
    x = widened(args[0], len(inner))
    n, *rest = shape_of(x)
    ans = gate.apply((x,), {"shape": (n, *[1] * (len(rest) - len(inner)), *inner), "dtype": params["dtype"]})
    return shape.reshape(ans, (n, *inner))


@rule(contract.matmul, contract.dot)
def _matmul(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    (x, y), (mx, my) = args, mapped
    rx, ry = rank(x) - mx, rank(y) - my
    if rx == 0 or ry == 0 or (gate is contract.dot and max(rx, ry) > 2):
        return one_by_one(gate, args, params, mapped) if rx and ry else elementwise(mul, args, params, mapped)
    x = shape.expand_dims(x, -2) if rx == 1 else x
    y = shape.expand_dims(y, -1) if ry == 1 else y
    ans = contract.matmul(*aligned((x, y), mapped, 2))
    return index.getitem(ans, (..., *([0] if rx == 1 else [slice(None)]), *([0] if ry == 1 else [slice(None)])))


@rule(contract.einsum_gate)
def _einsum(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    inputs, output = contract._split(params["subscripts"])
    new = next(c for c in ascii_letters if c not in params["subscripts"])
    named = ",".join(new * m + s for s, m in zip(inputs, mapped, strict=True))
    return gate.apply(args, {"subscripts": f"{named}->{new}{output}"})


@rule(contract.tensordot)
def _tensordot(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    rank_x, rank_y = (rank(x) - m for x, m in zip(args, mapped, strict=True))
    a, b, out = contract._tensordot_letters(rank_x, rank_y, params["axes"])
    return _einsum(contract.einsum_gate, args, {"subscripts": f"{a},{b}->{out}"}, mapped)


@rule(conv.conv, conv.conv_transpose, conv.conv_weight)
def _conv(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    """Every example is a group of its own: its channels lie beside those of the others."""
    n = next(shape_of(x)[0] for x, m in zip(args, mapped, strict=True) if m)
    *channels, out = (1, 1, 0) if gate is conv.conv_weight else (1, 0, 1)          # their axis; 0 is that of a weight
    joined = [_joined(x if m else broadcast_to(x, (n, *shape_of(x))), axis)
              for x, m, axis in zip(args, mapped, channels, strict=True)]
    ans = gate.apply(joined, params | {"groups": params["groups"] * n})
    size = shape_of(ans)
    return moveaxis(shape.reshape(ans, (*size[:out], n, size[out] // n, *size[out + 1:])), out, 0)


def _joined(x: Any, axis: int) -> Any:
    """The mapped axis made a part of `axis`."""
    n, *inner = shape_of(x)
    return shape.reshape(moveaxis(x, 0, axis), (*inner[:axis], n * inner[axis], *inner[axis + 1:]))


@rule(conv.max_pool, conv.reached, conv.pool_mean, conv.pool_share)
def _pool(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    """Axes in front of the pooled ones are free. What is said of the places in a window has these first of all."""
    where = [moveaxis(y, 0, 1) if m else y for y, m in zip(args[1:], mapped[1:], strict=True)]
    if gate is conv.reached:
        return moveaxis(gate.apply(args, params), 1, 0)
    return gate.apply([args[0], *where], params)


# ---------------------------------------------------------------- linear algebra
rule(linalg.norm)(_axis)


@rule(linalg.inv, linalg.solve, linalg.pinv, linalg.det, linalg.slogdet, linalg.cholesky, linalg.qr,
      linalg.near_singular, spectral.eigh, spectral.eigvalsh, spectral.eig, spectral.eigvals, spectral.matching,
      spectral.svd, spectral.svdvals, spectral.complement)
def _matrices(gate: Gate, args: Sequence[Any], params: Params, mapped: Sequence[bool]) -> Any:
    """A matrix is the last two axes, so that the examples are one more stack of them."""
    return gate.apply(aligned(args, mapped), params)
