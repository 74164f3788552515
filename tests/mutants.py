"""Wrong rows: everything that a row says, and the batch rules of `vmap`, changed in one way each, at run time.

A row is taken apart into the rules as they were written, one of them is replaced, and the gate is declared again in its
own place. So a mutant is what the gate would be had somebody written that row: it keeps what its rules name, and every
rule of another gate that uses this one uses the wrong one.
"""
import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from autograd.gate import Gate, _bind, _needs, _pull_each
from autograd.gates.elementwise import conj
from autograd.gates.index import getitem
from autograd.graph import Tensor, plain
from autograd.shortcuts import binary, unary
from autograd.space import is_complex, rank, shape_of
from autograd.vmap import RULES, elementwise
from tests.cases import COMPLEX, Case

Rule = Callable[..., Any]
Rules = Sequence[Rule | None]


class Mutant(NamedTuple):
    """`part` is what is wrong: a `rule`, the `push`, the `value`, the value of a `number`, or the `batch` rule."""

    part: str
    what: str
    plant: Callable[[], None]


# ---------------------------------------------------------------- taking a row apart, and declaring it again
def rule_of(bound: Any) -> Any:
    """The rule as it was written, out of the function that calls it; None where there is none."""
    return bound and inspect.getclosurevars(bound).nonlocals["rule"]


def push_of(gate: Gate) -> Any:
    return rule_of(inspect.getclosurevars(gate.push).nonlocals["bound"])


@contextmanager
def mended(gate: Gate) -> Iterator[None]:
    """Whatever is done to the gate inside, afterwards it is as it was; so is the table of batch rules."""
    slots, rules = {slot: getattr(gate, slot) for slot in Gate.__slots__}, RULES.copy()
    try:
        yield
    finally:
        for slot, value in slots.items():
            setattr(gate, slot, value)
        RULES.update(rules)


def redeclare(gate: Gate, rules: Rules) -> None:
    """Give the gate these rules; its push and its function of numbers stay."""
    push, scalar = gate.push, gate.scalar
    gate.__init__(gate.kind, gate.name, gate.array, gate.label, rules, gate.arity, gate.defaults)  # type: ignore[misc]
    gate.push = push
    compute(gate, gate.array, scalar)


def compute(gate: Gate, array: Rule, scalar: Rule | None) -> None:
    """Give the gate these functions of arrays and of numbers."""
    gate.array, gate.scalar = array, scalar
    if gate.pulls and not gate.defaults and gate.arity in (1, 2):
        gate.fast = (unary if gate.arity == 1 else binary)(gate, array, scalar or (lambda *xs: gate.run(xs)))


def push_with(gate: Gate, rule: Rule) -> None:
    """Give a custom gate this push."""
    bound = _bind(rule)
    gate.push = lambda node, ts: bound(ts, node, 0)  # type: ignore[misc]


def taking(names: Sequence[str], function: Rule) -> Rule:
    """The function with parameters of these names, by which a rule says what it needs."""
    text = ", ".join(names)
    return eval(f"lambda function: lambda {text}: function({text})")(function)  # type: ignore[no-any-return]


# ---------------------------------------------------------------- one rule, wrong in every way
RESULTS: dict[str, Rule] = {"sign flipped": lambda ans: -ans, "times 2": lambda ans: 2.0 * ans,
                            "times 1 + 1e-6": lambda ans: (1.0 + 1e-6) * ans}
STRUCTURE: dict[str, Rule] = {"shape": lambda shape: shape[::-1], "shapes": lambda shapes: shapes[::-1],
                              "xs": lambda xs: xs[::-1], "i": lambda i: 1 - i}


def results(gate: Gate) -> dict[str, Rule]:
    return RESULTS | ({"conjugated": lambda ans: conj(ans) if is_complex(ans) else ans} if gate.name in COMPLEX else {})


def altered(rule: Rule, gate: Gate, case: Case) -> Iterator[tuple[str, Rule]]:
    """The rule with another result, with one of the values it keeps in the place of another, with one argument off."""
    names, values = _needs(rule), [*("x", "y", "z")[:gate.arity or 0], "ans"]
    for what, change in results(gate).items():
        yield what, taking(names, followed(rule, change))
    for old, new in itertools.permutations(values, 2):
        if old in names and new not in names:
            yield f"{new} in place of {old}", taking([new if name == old else name for name in names], rule)
        elif old in names and old < new:
            turned = [{old: new, new: old}.get(name, name) for name in names]
            yield f"{old} and {new} exchanged", taking(turned, rule)
    for k, name in enumerate(names):
        for what, change in changes(name, gate, case):
            yield what, taking(names, lambda *args, k=k, change=change: rule(*args[:k], change(args[k]), *args[k + 1:]))


def followed(function: Rule, change: Rule) -> Rule:
    """The function with its result changed, where it has one."""
    return lambda *args: None if (ans := function(*args)) is None else change(ans)


def changes(name: str, gate: Gate, case: Case) -> Iterator[tuple[str, Rule]]:
    """What may be wrong with one argument of a rule."""
    if name in ("g", "ts", "xs", "x", "y", "z", "ans"):
        yield f"{name} as a constant", constant
    if name in ("x", "y", "z", "ans"):
        yield f"{name} off by 1e-6", off
    if name in STRUCTURE:
        yield f"{name} turned round", STRUCTURE[name]
    elif name == "params":
        for key in gate.defaults:
            for what, change in keyword(key, gate, case):
                yield what, lambda params, key=key, change=change: params | {key: change(params[key])}
    elif name in gate.defaults:
        yield from keyword(name, gate, case)


def off(x: Any) -> Any:
    """A little more and a little longer: few rules do not mind the one, fewer neither."""
    return x * (1.0 + 1e-6) + 1e-6


def constant(x: Any) -> Any:
    """What a rule has that computes with plain numbers: right values, and no derivative."""
    return type(x)(map(constant, x)) if isinstance(x, list | tuple) else plain(x) if isinstance(x, Tensor) else x


def keyword(key: str, gate: Gate, case: Case) -> Iterator[tuple[str, Rule]]:
    """The keyword is not passed on, or has the next value that the case has."""
    values = [row[key] for row in case.params if key in row]
    if len(values) > 1:
        yield f"{key}= ignored", lambda value: gate.defaults[key]
        yield f"{key}= of another row", lambda value: another(value, values)


def another(value: Any, values: Sequence[Any]) -> Any:
    """The next of the values that is not this one."""
    k = next((k for k, v in enumerate(values) if repr(v) == repr(value)), 0)
    return next((v for v in [*values[k:], *values[:k]] if repr(v) != repr(value)), value)


# ---------------------------------------------------------------- the mutants of a row
def mutants(gate: Gate, case: Case) -> Iterator[Mutant]:
    yield from of_value(gate)
    if gate.pulls:
        yield from of_rules(gate, case)
        yield from of_push(gate, case)
    if gate.name in RULES:
        yield from of_batch_rule(gate)


def of_value(gate: Gate) -> Iterator[Mutant]:
    array, scalar = gate.array, gate.scalar
    yield Mutant("value", "value: off by 1e-6", lambda: compute(gate, nudged(array), scalar))
    if scalar and gate.pulls:
        yield Mutant("number", "value of numbers: off by 1e-6", lambda: compute(gate, array, nudged(scalar)))


def nudged(function: Rule) -> Rule:
    """The function, and a little more; of integers one more, of booleans the contrary."""
    def wrong(*args: Any, **params: Any) -> Any:
        ans = function(*args, **params)
        kind = np.asarray(ans).dtype.kind
        return np.logical_not(ans) if kind == "b" else ans + 1 if kind in "iu" else off(ans)
    return wrong


def of_rules(gate: Gate, case: Case) -> Iterator[Mutant]:
    rules = [rule_of(pull) for pull in gate.pulls]

    def wrong(i: int, what: str, rule: Rule | None) -> Mutant:
        return Mutant("rule", f"rule {i}: {what}", lambda: redeclare(gate, [*rules[:i], rule, *rules[i + 1:]]))

    for i, rule in enumerate(rules):
        if rule is not None:
            yield wrong(i, "dropped", None)
            yield from (wrong(i, what, other) for what, other in altered(rule, gate, case))
            if gate.arity != 1:
                yield Mutant("rule", f"rule {i}: broadcasting not undone", lambda i=i: not_summed(gate, i))
    for i, k in itertools.combinations(range(len(rules)), 2):
        turned = [rules[{i: k, k: i}.get(j, j)] for j in range(len(rules))]
        yield Mutant("rule", f"rules {i} and {k} exchanged", lambda turned=turned: redeclare(gate, turned))


def not_summed(gate: Gate, which: int) -> None:
    """Of the share of one input, the first number along each axis that broadcasting made, instead of the sum."""
    def first(pull: Any) -> Any:
        return lambda g, node, i: cut(pull(g, node, i), node.parents[i].shape)
    pulls = tuple(first(p) if i == which else p for i, p in enumerate(gate.pulls))
    gate.pull = gate.pull_pair = _pull_each(pulls, gate.arity)


def cut(part: Any, shape: tuple[int, ...]) -> Any:
    more = rank(part) - len(shape)
    long = [slice(1) if n == 1 < m else slice(None) for n, m in zip(shape, shape_of(part)[max(more, 0):], strict=False)]
    index = (*[0] * more, *long)
    return getitem(part, index) if index else part


def of_push(gate: Gate, case: Case) -> Iterator[Mutant]:
    right = gate.push

    def wrong(what: str, push: Rule) -> Mutant:
        return Mutant("push", f"push: {what}", lambda: setattr(gate, "push", push))

    yield wrong("dropped", lambda node, ts: None)
    if gate.arity != 1:
        yield from (wrong(f"tangent {i} ignored", ignoring(right, i)) for i in range(gate.arity or 2))
    if gate.kind == "custom":
        for what, rule in altered(push_of(gate), gate, case):
            yield Mutant("push", f"push: {what}", lambda rule=rule: push_with(gate, rule))
    else:
        yield from (wrong(what, followed(right, change)) for what, change in results(gate).items())


def ignoring(push: Rule, i: int) -> Rule:
    def wrong(node: Any, ts: Sequence[Any]) -> Any:
        rest = [None if k == i else t for k, t in enumerate(ts)]
        return None if all(t is None for t in rest) else push(node, rest)
    return wrong


def of_batch_rule(gate: Gate) -> Iterator[Mutant]:
    right, rules = RULES[gate.name], list(dict.fromkeys(RULES.values()))
    wrong = {"axes not shifted": elementwise, "of a neighbour": rules[rules.index(right) - 1],
             "one example behind": lambda *args: np.roll(right(*args), 1, 0)}
    if gate.arity != 1:
        wrong |= {"mapped turned round": lambda gate, args, params, mapped: right(gate, args, params, mapped[::-1]),
                  "everything mapped": lambda gate, args, params, mapped: right(gate, args, params, [True] * len(args))}
    for what, rule in wrong.items():
        yield Mutant("batch", f"batch rule: {what}", lambda rule=rule: RULES.update({gate.name: rule}))
