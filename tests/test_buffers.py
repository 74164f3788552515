"""Planned memory: what lives at one time never overlaps, and what is dead is used again."""
import math

import numpy as np
import pytest

from autograd.executors.buffers import Arena, axes_by_stride, last_reads, memory, placed, planned, rounded
from autograd.gates.elementwise import add
from autograd.program import Step


def random_steps(rng, count):
    """Steps that read earlier slots; slots 0 and 1 are inputs."""
    return [Step(add, tuple(int(s) for s in rng.integers(max(0, t - 6), t + 2, 2)), {}, t + 2) for t in range(count)]


@pytest.mark.parametrize("seed", range(30))
def test_slots_that_live_at_one_time_do_not_overlap(seed):
    rng = np.random.default_rng(seed)
    steps = random_steps(rng, 60)
    sizes = {step.out: int(rng.choice([8, 64, 100, 640])) for step in steps}
    roots = {s: frozenset({s}) for s in range(62)}
    for s in rng.integers(10, 60, 8).tolist():             # some slots are views, and have no memory of their own
        roots[s] = roots[steps[s - 2].args[0]]
        sizes.pop(s, None)
    kept = [int(s) for s in rng.integers(2, 62, 3)]
    plan = planned([[step] for step in steps], sizes, roots, kept, {})
    born = {step.out: t for t, step in enumerate(steps)}
    dies = dict.fromkeys(sizes, -1)
    for t, step in enumerate(steps):
        for s in (step.out, *step.args):
            dies.update({root: t for root in roots[s] if root in sizes})
    dies.update({root: 99 for s in kept for root in roots[s] if root in sizes})
    for a in sizes:
        assert 0 <= plan.offsets[a] <= plan.size - sizes[a]
        for b in sizes:
            if a < b and born[b] <= dies[a]:
                apart = plan.offsets[a] + sizes[a] <= plan.offsets[b] or plan.offsets[b] + sizes[b] <= plan.offsets[a]
                assert apart, f"slots {a} and {b}"
    assert plan.size < sum(map(rounded, sizes.values()))


def test_a_result_takes_the_place_of_what_dies():
    steps = [Step(add, (0, 1), {}, 2), Step(add, (2, 1), {}, 3), Step(add, (3, 1), {}, 4)]
    sizes, roots = dict.fromkeys((2, 3, 4), 80), {s: frozenset({s}) for s in range(5)}
    in_place = {3: [2], 4: [3]}
    assert len(set(planned([[s] for s in steps], sizes, roots, [4], in_place).offsets.values())) == 1
    assert len(set(planned([[s] for s in steps], sizes, roots, [4], {}).offsets.values())) == 2
    assert len(set(planned([[s] for s in steps], sizes, roots, [2, 3, 4], in_place).offsets.values())) == 3


def test_free_neighbours_become_one_piece():
    arena = Arena()
    a, b, c = (arena.take(64) for _ in range(3))
    for at in (a, c, b):
        arena.give(at, 64)
    assert arena.take(192) == 0
    assert arena.size == 192


def test_last_reads():
    steps = [Step(add, (0, 1), {}, 2), Step(add, (2, 2), {}, 3)]
    assert last_reads(steps, [3, 0]) == {0: 2, 1: 0, 2: 1, 3: 2}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_arrays_in_any_order_of_axes(order):
    x = placed(memory(1000), 64, (2, 3, 4), np.dtype(float), order)
    like = np.empty([(2, 3, 4)[a] for a in order]).transpose([order.index(a) for a in range(3)])
    assert x.shape == (2, 3, 4)
    assert x.strides == like.strides
    assert axes_by_stride(x) == order
    assert x.__array_interface__["data"][0] % 64 == 0
    assert x.size == math.prod(x.shape)
