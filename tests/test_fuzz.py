"""10 000 random programs that write in place: with and without the engine the same numbers, and the right gradient."""
import warnings
from collections import Counter

import numpy as np
import pytest

from autograd import Tensor, make_jvp, make_vjp
from autograd.errors import AutogradError
from autograd.graph import plain
from autograd.views import rebind, taken
from tests.programs import X_SHAPE, program

CHUNKS, SIZE = 50, 200


def start(seed):
    """Where a program is run, and a direction."""
    rng = np.random.default_rng([1, seed])
    return rng.uniform(-1.0, 1.0, X_SHAPE), rng.standard_normal(X_SHAPE)


def difference(f, x, v, step):
    """The derivative of every output along v by the five-point stencil, in extended precision."""
    def at(k):
        return [np.asarray(y, np.longdouble) for y in f(np.asarray(x, np.longdouble) + np.longdouble(k * step) * v)]
    return [(8 * (b - a) - (d - c)) / (12 * step) for a, b, c, d in zip(at(-1), at(1), at(-2), at(2), strict=True)]


def total(gs, ys):
    return float(sum(np.sum(np.asarray(g, np.longdouble) * y) for g, y in zip(gs, ys, strict=True)))


def verdict(f, seed):
    """`right`, `refused`, `kink` (differences do not settle), `no program` (NumPy itself refuses), or what is wrong."""
    x, v = start(seed)
    try:
        expected = f(x.copy())
        smooth, fine = difference(f, x, v, 1e-3), difference(f, x, v, 1e-4)
    except (ValueError, IndexError, TypeError):
        return "no program"
    try:
        pull, values = make_vjp(f)(x)
        pushed = make_jvp(f)(x)(v)[1]
        again = [plain(y) for y in f(Tensor(x))]
    except AutogradError:
        return "refused"
    for k, (y, value, other) in enumerate(zip(expected, values, again, strict=True)):
        for found in (value, other):
            if np.shape(found) != np.shape(y) or not np.array_equal(found, y, equal_nan=True):
                return f"value of output {k}: {found}, NumPy {y}"
    rng = np.random.default_rng([2, seed])
    gs = [rng.standard_normal(np.shape(y)) for y in expected]
    wanted = total(gs, fine)
    size = 1e-7 * (1.0 + sum(float(np.sum(np.abs(g * y))) for g, y in zip(gs, fine, strict=True)))
    if not np.isfinite(wanted) or abs(wanted - total(gs, smooth)) > size:
        return "kink"
    back, forth = float(np.sum(pull([g[()] if g.ndim else float(g) for g in gs]) * v)), total(gs, pushed)
    if abs(back - wanted) > size:
        return f"gradient {back}, differences {wanted}"
    return "right" if abs(forth - wanted) <= size else f"tangent {forth}, differences {wanted}"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_programs(chunk, record_property):
    found: Counter[str] = Counter()
    for seed in range(chunk * SIZE, (chunk + 1) * SIZE):
        text, f = program(seed)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            answer = verdict(f, seed)
        assert answer in ("right", "refused", "kink", "no program"), f"{answer}\n{text}"
        found[answer] += 1
    record_property("random programs that write in place", dict(found))
    assert found["refused"] <= 0.02 * SIZE
    assert found["kink"] + found["no program"] <= 0.05 * SIZE


# ---------------------------------------------------------------- does the fuzzer see a fault?
def _only_the_name(x, new, assign):
    rebind(x, new)


def _not_the_owner(x, new, assign):
    rebind(x, new)
    for ref in x._views or ():
        if ref() is not None:
            rebind(ref(), taken(x, ref()))


def _keep(x, dtype, foreign, needed):
    return x


FAULTS = {
    "a write reaches one name alone":     [("autograd.mutation.write", _only_the_name)],
    "a write stays in the view":          [("autograd.mutation.write", _not_the_owner)],
    "views are forgotten":                [("autograd.gate.alias", lambda ans, *more: ans)],
    "constants are kept, not copied":     [("autograd.shortcuts.held", _keep), ("autograd.gate.held", _keep)],
    "an index array is kept, not copied": [("autograd.gates.index.own_index", lambda index: index)],
    "the first of two values wins":       [("autograd.mutation._once", lambda x, index, value: (index, value))],
    "where= is ignored":                  [("autograd.mutation.elementwise.where", lambda where, new, out: new)],
    "zeros_like is a plain array":        [("autograd.mutation.tensor", lambda value, *more: value)],
    "a copy is the array itself":         [("autograd.methods.Tensor.copy", lambda x: x)],
    "a flattened array is a view":        [("autograd.methods.Tensor.flatten", lambda x: x.reshape(-1))],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault, monkeypatch):
    for target, broken in FAULTS[fault]:
        monkeypatch.setattr(target, broken)
    assert any(not _passes(seed) for seed in range(2000)), fault


def _passes(seed):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return verdict(program(seed)[1], seed) in ("right", "kink", "no program")
