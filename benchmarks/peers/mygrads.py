"""MyGrad."""
from functools import partial
from types import SimpleNamespace

import mygrad as mg
from mygrad.nnet.activations import relu, sigmoid
from mygrad.nnet.layers import conv_nd, max_pool

from benchmarks.peers import functional

OPS = SimpleNamespace(exp=mg.exp, tanh=mg.tanh, sqrt=lambda x: x**0.5, sigmoid=sigmoid, relu=relu,
                      logsumexp=lambda x: mg.log(mg.exp(x).sum(axis=-1)),
                      conv=partial(conv_nd, stride=1), pool=partial(max_pool, pool=(2, 2), stride=2))


def value_and_grad(f):
    """The gradient by a list of arrays."""
    def of(weights):
        tensors = [mg.tensor(w, copy=False) for w in weights]
        loss = f(tensors)
        loss.backward()
        return loss.data, [t.grad for t in tensors]
    return of


def prepare(work, form):
    """By the kind of work; it has no second derivatives, and graphs of single numbers take it a minute."""
    way = {"descent": functional.descend, "gradient": functional.evaluate}.get(work.kind)
    return way and way(value_and_grad, OPS, work)
