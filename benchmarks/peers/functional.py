"""Engines that turn a function of arrays into its gradient."""
from functools import partial

from benchmarks import losses


def descend(value_and_grad, ops, work):
    """Training steps in a Python loop."""
    steps = [value_and_grad(partial(flipped, work.loss, ops, work.batch(k)))
             for k in range(len(work.data[0]) if work.batches else 1)]

    def run(n):
        state = losses.adam_start(work.weights) if work.adam else (work.weights,)
        for k in range(n):
            _, gradients = steps[k % len(steps)](state[0])
            state = update(work, state, gradients, ops.sqrt)
        return state[0]
    return run


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
