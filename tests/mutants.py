"""Wrong rows: the rules of a gate, and the batch rules of `vmap`, changed in one way each, at run time.

A row is taken apart into the rules as they were written, one of them is replaced, and the gate is declared again in its
own place. So a mutant is what the gate would be had somebody written that row: it keeps what its rules name, and every
rule of another gate that uses this one gets the wrong one.
"""
import inspect
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from autograd.gate import Gate, _needs, _pull_each
from autograd.gates.elementwise import conj
from autograd.gates.index import getitem
from autograd.shortcuts import binary, unary
from autograd.space import is_complex, rank, shape_of
from autograd.vmap import RULES, elementwise
from tests.cases import COMPLEX, Case

Rule = Callable[..., Any]


class Mutant(NamedTuple):
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
    """Whatever becomes of the gate inside, afterwards it is as it was; so is the table of batch rules."""
    slots = {slot: getattr(gate, slot) for slot in Gate.__slots__}
    rules = RULES.copy()
    try:
        yield
    finally:
        for slot, value in slots.items():
            setattr(gate, slot, value)
        RULES.update(rules)


def declare(gate: Gate, rules: Sequence[Rule | None]) -> None:
    """Give the gate these rules; what forward mode has of its own stays."""
    push, scalar, fast = gate.push, gate.scalar, gate.fast
    gate.__init__(gate.kind, gate.name, gate.array, gate.label, rules, gate.arity, gate.defaults)  # type: ignore[misc]
    gate.push, gate.scalar = push, scalar
    if fast is not None:
        gate.fast = (unary if gate.arity == 1 else binary)(gate, gate.array, scalar or (lambda *xs: gate.run(xs)))


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
    """The rule with another result, with two of the values it keeps exchanged, or with one of its arguments off."""
    names = _needs(rule)
    for what, change in results(gate).items():
        yield what, taking(names, lambda *args, change=change: change(rule(*args)))
    values = [*("x", "y", "z")[:gate.arity or 0], "ans"]
    for a, b in itertools.combinations(values, 2):
        if a in names or b in names:
            yield f"{a} and {b} exchanged", taking([{a: b, b: a}.get(name, name) for name in names], rule)
    for k, name in enumerate(names):
        for what, change in changes(name, values, gate, case):
            yield what, taking(names, lambda *args, k=k, change=change: rule(*args[:k], change(args[k]), *args[k + 1:]))


def changes(name: str, values: Sequence[str], gate: Gate, case: Case) -> Iterator[tuple[str, Rule]]:
    """What may be wrong with one argument of a rule."""
    if name in values:
        yield f"{name} off by 1e-6", lambda x: x + 1e-6
    elif name in STRUCTURE:
        yield f"{name} turned round", STRUCTURE[name]
    elif name == "params":
        for key in gate.defaults:
            for what, change in keyword(key, gate, case):
                yield what, lambda params, key=key, change=change: params | {key: change(params[key])}
    elif name in gate.defaults:
        yield from keyword(name, gate, case)


def keyword(key: str, gate: Gate, case: Case) -> Iterator[tuple[str, Rule]]:
    yield f"{key}= ignored", lambda value: gate.defaults[key]
    yield f"{key}= of another row", lambda value: another(value, [row[key] for row in case.params if key in row])


def another(value: Any, values: Sequence[Any]) -> Any:
    """The next of the values that is not this one."""
    k = next((k for k, v in enumerate(values) if repr(v) == repr(value)), 0)
    return next((v for v in [*values[k:], *values[:k]] if repr(v) != repr(value)), value)


# ---------------------------------------------------------------- the mutants of a row
def mutants(gate: Gate, case: Case) -> Iterator[Mutant]:
    rules = [rule_of(pull) for pull in gate.pulls]
    yield from of_rules(gate, case, rules)
    yield from of_push(gate)
    if gate.kind == "custom":
        for what, wrong in altered(push_of(gate), gate, case):
            yield Mutant(f"push: {what}", lambda wrong=wrong: push_with(gate, wrong))
    if gate.name in RULES:
        yield from of_batch_rule(gate)


def of_rules(gate: Gate, case: Case, rules: Sequence[Rule | None]) -> Iterator[Mutant]:
    for i, rule in enumerate(rules):
        if rule is not None:
            yield Mutant(f"rule {i}: dropped", lambda i=i: declare(gate, [*rules[:i], None, *rules[i + 1:]]))
            yield Mutant(f"rule {i}: broadcasting not undone", lambda i=i: not_summed(gate, i))
            for what, wrong in altered(rule, gate, case):
                yield Mutant(f"rule {i}: {what}", lambda i=i, wrong=wrong: declare(gate, [*rules[:i], wrong, *rules[i + 1:]]))
    for i, k in itertools.combinations(range(len(rules)), 2):
        turned = [rules[{i: k, k: i}.get(j, j)] for j in range(len(rules))]
        yield Mutant(f"rules {i} and {k} exchanged", lambda turned=turned: declare(gate, turned))


def not_summed(gate: Gate, which: int) -> None:
    """Of the share of one input, the first along every axis that broadcasting made, instead of the sum."""
    def first(pull: Any) -> Any:
        return lambda g, node, i: cut(pull(g, node, i), node.parents[i].shape)
    gate.pull = _pull_each(tuple(first(p) if i == which else p for i, p in enumerate(gate.pulls)), gate.arity)


def cut(part: Any, shape: tuple[int, ...]) -> Any:
    more = rank(part) - len(shape)
    long = [slice(1) if n == 1 < m else slice(None) for n, m in zip(shape, shape_of(part)[max(more, 0):], strict=False)]
    index = (*[0] * more, *long)
    return getitem(part, index) if index else part


def of_push(gate: Gate) -> Iterator[Mutant]:
    right = gate.push
    for what, change in {"dropped": lambda ans: None, **results(gate)}.items():
        def push(node: Any, ts: Any, change: Rule = change) -> Any:
            ans = right(node, ts)
            return None if ans is None else change(ans)
        yield Mutant(f"push: {what}", lambda push=push: setattr(gate, "push", push))
    for i in range(max(gate.arity or 2, 2) if gate.arity != 1 else 0):
        yield Mutant(f"push: tangent {i} ignored", lambda i=i: setattr(gate, "push", ignoring(right, i)))


def ignoring(push: Rule, i: int) -> Rule:
    def wrong(node: Any, ts: Sequence[Any]) -> Any:
        rest = [None if k == i else t for k, t in enumerate(ts)]
        return None if all(t is None for t in rest) else push(node, rest)
    return wrong


def push_with(gate: Gate, rule: Rule) -> None:
    """Spell the push of a custom gate with another rule."""
    from autograd.gate import _bind
    bound = _bind(rule)
    gate.push = lambda node, ts: bound(ts, node, 0)


# ---------------------------------------------------------------- the mutants of a batch rule
def of_batch_rule(gate: Gate) -> Iterator[Mutant]:
    right, rules = RULES[gate.name], list(dict.fromkeys(RULES.values()))
    wrong = {"axes not shifted": elementwise,
             "of a neighbour": rules[rules.index(right) - 1],
             "mapped turned round": lambda gate, args, params, mapped: right(gate, args, params, mapped[::-1]),
             "everything mapped": lambda gate, args, params, mapped: right(gate, args, params, [True] * len(mapped)),
             "one example behind": lambda gate, args, params, mapped: np.roll(right(gate, args, params, mapped), 1, 0)}
    for what, rule in wrong.items():
        yield Mutant(f"batch rule: {what}", lambda rule=rule: RULES.update({gate.name: rule}))
