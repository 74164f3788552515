"""Ours: eager, and compiled for the executors `numpy` and `native`."""
from functools import cache, partial
from types import SimpleNamespace

import numpy as np

from autograd import Tensor, grad, hessian, jacobian, value_and_grad
from autograd.gates.conv import conv, max_pool
from autograd.gates.elementwise import relu, sigmoid
from autograd.gates.reduce import logsumexp
from benchmarks import losses
from benchmarks.peers import functional, numbers

_ONE, _NONE = (1, 1), ((0, 0), (0, 0))
OPS = SimpleNamespace(
    exp=np.exp, tanh=np.tanh, sqrt=np.sqrt, sigmoid=sigmoid, relu=relu, logsumexp=partial(logsumexp, axis=-1),
    conv=partial(conv, stride=_ONE, padding=_NONE, dilation=_ONE),
    pool=partial(max_pool, kernel=(2, 2), stride=(2, 2), padding=_NONE, dilation=_ONE))


def prepare(work, form):
    """Eager or compiled."""
    return eager(work) if form == "eager" else compiled(work, executor(form))


def executor(form):
    """The class that runs programs."""
    if form == "numpy":
        from autograd.executors.numpy import Replay
        return Replay
    from autograd.executors.native import Native
    return Native


def eager(work):
    """Every gate is recorded as it runs."""
    if work.kind == "descent":
        return functional.descend(value_and_grad, OPS, work)
    if work.kind == "gradient":
        return functional.evaluate(value_and_grad, OPS, work)
    if work.kind == "network":
        return numbers.network(Tensor, relu, lambda x: x.data, None, work)
    if work.kind == "chain":
        slope = grad(partial(losses.scalar_chain, turns=work.data[0]))
        return functional.repeat(lambda: [slope(work.weights[0])])
    return functional.matrix({"hessian": hessian, "jacobian": jacobian}[work.kind], OPS, work)


def compiled(work, executor):
    """Recorded once: loops of steps inside the executor, single calls as they come."""
    from autograd import compile
    made = partial(compile, executor=executor)
    if work.kind == "descent":
        return loop(work, executor)
    if work.kind == "network":
        return scalar_loop(work, executor)
    if work.kind == "gradient":
        return functional.evaluate(lambda f: made(value_and_grad(f)), OPS, work)
    if work.kind in ("hessian", "jacobian"):
        matrix = made((hessian if work.kind == "hessian" else jacobian)(lambda x, *data: work.loss(OPS, x, data)))
        return functional.repeat(lambda: [matrix(work.weights[0], *work.data)])        # large arrays as arguments
    return None                                      # a program is made of its gates: 10⁶ of them are a job for scan


def loop(work, executor):
    """Training steps as one program."""
    from autograd import scan

    def step(state, batch):
        data = batch if work.batches else work.data
        _, gradients = value_and_grad(partial(functional.flipped, work.loss, OPS, data))(state[0])
        return functional.update(work, state, gradients, np.sqrt), ()

    def run(n):
        state = losses.adam_start(work.weights) if work.adam else (work.weights,)
        if not work.batches:
            return of(n)(state)[0][0]
        for start in range(0, n, len(work.data[0])):                    # an epoch in one call
            state, _ = of(None)(state, [x[:n - start] for x in work.data])
        return state[0]

    @cache
    def of(n):
        return scan(step, length=n, executor=executor)
    return run


def scalar_loop(work, executor):
    """A graph of single numbers: a program for one point, in a loop over the points, and one for the update."""
    from autograd import compile, scan
    points, count = [np.array(x) for x in work.data], len(work.data[0])

    def of_point(state, example):
        weights, sums = state
        x, label = example
        gradients = grad(lambda v: losses.hinge(relu, losses.shaped(work.weights, v), (x[0], x[1]), label))(weights)
        return (weights, [s + g for s, g in zip(sums, gradients, strict=True)]), ()

    def update(weights, sums):
        gradients = [s * (1.0 / count) + g for s, g in zip(sums, grad(losses.penalty)(weights), strict=True)]
        return losses.sgd(weights, gradients, work.rate)

    over_points, updated = scan(of_point, executor=executor), compile(update, executor)

    def run(n):
        weights = losses.flat(work.weights)
        for _ in range(n):
            (_, sums), _ = over_points((weights, [0.0] * len(weights)), points)
            weights = updated(weights, sums)
        return [weights]
    return run
