"""Engines that turn a function of arrays into its gradient."""
from functools import partial

import numpy as np

from benchmarks import losses
from benchmarks.losses import BETA1, BETA2, EPSILON


def descend(value_and_grad, ops, work):
    """Training with an engine's gradients."""
    steps = [value_and_grad(partial(flipped, work.loss, ops, work.batch(k)))
             for k in range(len(work.data[0]) if work.batches else 1)]
    return train(lambda weights, k: steps[k % len(steps)](weights)[1], work)


def train(gradients, work):
    """Training steps in a Python loop that write into the weights; `gradients(weights, k)` are those of step k."""
    def run(n):
        weights = [w.copy() for w in work.weights]
        moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
        for k in range(n):
            if work.adam:
                adam(weights, gradients(weights, k), moments, k + 1, work.rate)
            else:
                for w, g in zip(weights, gradients(weights, k), strict=True):
                    w -= work.rate * g
        return weights
    return run


def adam(weights, gradients, moments, t, rate):
    """One step of Adam in place. D. P. Kingma and J. Ba, 2015."""
    size, root = rate / (1 - BETA1**t), (1 - BETA2**t) ** -0.5
    for w, g, (m, v) in zip(weights, gradients, moments, strict=True):
        m *= BETA1
        m += (1 - BETA1) * g
        v *= BETA2
        v += (1 - BETA2) * (g * g)
        w -= size * m / (np.sqrt(v) * root + EPSILON)


def flipped(loss, ops, data, weights):
    """The loss as a function of the weights."""
    return loss(ops, weights, data)


def update(work, state, gradients, sqrt):
    """The state after one step."""
    return (losses.adam(state, gradients, work.rate, sqrt) if work.adam
            else (losses.sgd(state[0], gradients, work.rate),))


def repeat(once):
    """The same again, n times."""
    def run(n):
        for _ in range(n):
            ans = once()
        return ans
    return run


def evaluate(value_and_grad, ops, work):
    """Loss and gradients."""
    f = value_and_grad(partial(flipped, work.loss, ops, work.data))

    def once():
        value, gradients = f(work.weights)
        return [value, *gradients]
    return repeat(once)


def matrix(operator, ops, work):
    """A derivative that is a matrix."""
    f, x = operator(partial(flipped, work.loss, ops, work.data)), work.weights[0]
    return repeat(lambda: [f(x)])
