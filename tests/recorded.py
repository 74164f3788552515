"""Programs for the tests of passes and executors: every gate case, with its derivatives, and random programs."""
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograd import make_jvp, make_vjp
from autograd.errors import AutogradError
from autograd.graph import GATES
from autograd.program import Program
from autograd.tracing import record
from tests.cases import CASES
from tests.examples import Example, examples, variants
from tests.programs import X_SHAPE, program


def of_gate(e: Example) -> tuple[Program, list[Any]]:
    """The gate, its walk back and its tangent as a program of inputs, tangents and cotangent; and values for these."""
    n = len(e.xs)

    def f(values: list[Any]) -> Any:
        xs, vs, g = values[:n], values[n:-1], values[-1]
        value = e.gate(xs)
        if not xs or not GATES[e.name].pulls:
            return [value]
        return [value, make_vjp(e.gate)(tuple(xs))[0](g), make_jvp(e.gate)(tuple(xs))(tuple(vs))[1]]
    values = [*e.xs, *e.vs, e.g]
    with np.errstate(all="ignore"):
        return record(f, values).program, values


def gate_programs(name: str) -> Iterator[tuple[Example, Program, list[Any]]]:
    """A program per example of a gate's case, also on complex numbers and in single precision."""
    for case in variants(name, CASES[name]):
        for e in examples(name, case):
            yield e, *of_gate(e)


def single(values: list[Any]) -> list[Any]:
    """The same values in single precision; numbers become float32 scalars."""
    return [np.asarray(x, np.complex64 if np.iscomplexobj(x) else np.float32)[()] for x in values]


def random_programs(count: int) -> Iterator[tuple[str, Program, list[Any]]]:
    """Programs of in-place writes, each with the gradient of a sum of what it returns."""
    for seed in range(count):
        text, f = program(seed)
        x = np.random.default_rng(seed).uniform(-1.0, 1.0, X_SHAPE)

        try:
            yield text, record(partial(_with_gradient, f), [x]).program, [x]
        except AutogradError:                              # it branches on a number, or writes where it may not
            continue


def _with_gradient(f: Any, values: list[Any]) -> Any:
    """What f returns, and the gradient of the sum of that."""
    pull = make_vjp(lambda x: sum(np.sum(y) for y in f(x * 1.0)))(values[0])[0]
    return [*f(values[0] * 1.0), pull(1.0)]


def batched(programs: Sequence[Any], n: int) -> list[Sequence[Any]]:
    """The programs n by n."""
    return [programs[k:k + n] for k in range(0, len(programs), n)]


def joined(programs: Sequence[tuple[Any, Program, list[Any]]]) -> tuple[str, Program, list[Any]]:
    """Programs side by side as one, which is compiled once."""
    first, parts = 0, []
    for _, one, _ in programs:
        parts.append(moved(one, first))
        first += max(one.spaces, default=0) + 1
    every = Program(tuple(s for p in parts for s in p.inputs), {s: x for p in parts for s, x in p.constants.items()},
                    tuple(step for p in parts for step in p.steps), tuple(s for p in parts for s in p.outputs),
                    {s: x for p in parts for s, x in p.spaces.items()})
    return " and ".join(str(what) for what, _, _ in programs), every, [x for _, _, values in programs for x in values]


def moved(one: Program, by: int) -> Program:
    """The program with other numbers for its slots."""
    steps = tuple(replace(step, args=tuple(s + by for s in step.args), out=step.out + by) for step in one.steps)
    return Program(tuple(s + by for s in one.inputs), {s + by: x for s, x in one.constants.items()}, steps,
                   tuple(s + by for s in one.outputs), {s + by: x for s, x in one.spaces.items()})


def nearly_same(a: Any, b: Any) -> bool:
    """Whether two values have one shape and dtype, and agree but for a few last digits of the largest number."""
    x, y = np.asarray(a), np.asarray(b)
    if (x.shape, x.dtype) != (y.shape, y.dtype) or isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        return False
    if x.dtype.kind not in "fc":
        return bool(np.array_equal(x, y))
    finite = np.abs(y[np.isfinite(y)])
    return bool(np.allclose(x, y, 0.0, 50 * np.finfo(y.dtype).eps * float(finite.max(initial=0.0)), equal_nan=True))


def same_bits(a: Any, b: Any) -> bool:
    """Whether two values have one type, shape and dtype, and the same bits; any nan is as good as another."""
    x, y = np.asarray(a), np.asarray(b)
    if (x.shape, x.dtype) != (y.shape, y.dtype) or isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        return False
    if x.dtype.kind == "c":
        return same_bits(x.real, y.real) and same_bits(x.imag, y.imag)
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind == "f")
                and (x.dtype.kind != "f" or np.array_equal(np.signbit(x) & ~np.isnan(x), np.signbit(y) & ~np.isnan(y))))
