"""torch, eager."""
import os
from functools import partial
from types import SimpleNamespace

import torch
from torch.nn import functional as F

from benchmarks import losses
from benchmarks.peers import functional, numbers

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
OPS = SimpleNamespace(exp=torch.exp, tanh=torch.tanh, sqrt=torch.sqrt, sigmoid=torch.sigmoid, relu=torch.relu,
                      logsumexp=partial(torch.logsumexp, dim=-1), conv=F.conv2d,
                      pool=partial(F.max_pool2d, kernel_size=2))


def prepare(work, form):
    """By the kind of work."""
    return globals()[work.kind](work)


def descent(work):
    """Training steps."""
    data = list(map(torch.tensor, work.data))

    def run(n):
        weights = [torch.tensor(w, requires_grad=True) for w in work.weights]
        optimizer = torch.optim.Adam(weights, work.rate, fused=True) if work.adam else None
        for k in range(n):
            for w in weights:
                w.grad = None
            work.loss(OPS, weights, [x[k % len(x)] for x in data] if work.batches else data).backward()
            if optimizer:
                optimizer.step()
            else:
                for w in weights:                  # the quickest of three ways that were timed
                    w.data.sub_(w.grad, alpha=work.rate)
        return [w.detach().numpy() for w in weights]
    return run


def gradient(work):
    """Loss and gradients."""
    weights = [torch.tensor(w, requires_grad=True) for w in work.weights]

    def once():
        for w in weights:
            w.grad = None
        loss = work.loss(OPS, weights, work.data)
        loss.backward()
        return [loss.detach().numpy(), *(w.grad.numpy() for w in weights)]
    return functional.repeat(once)


def _matrix(operator, work):
    x, data = torch.tensor(work.weights[0]), list(map(torch.tensor, work.data))
    f = partial(functional.flipped, work.loss, OPS, data)
    return functional.repeat(lambda: [operator(f, x, vectorize=True).numpy()])


hessian = partial(_matrix, torch.autograd.functional.hessian)
jacobian = partial(_matrix, torch.autograd.functional.jacobian)


def network(work):
    """Numbers are tensors without axes."""
    return numbers.network(lambda w: torch.tensor(w, dtype=torch.float64, requires_grad=True),
                           torch.relu, lambda x: x.data, None, work)


def chain(work):
    """The same."""
    def once():
        x = torch.tensor(work.weights[0], dtype=torch.float64, requires_grad=True)
        losses.scalar_chain(x, work.data[0]).backward()
        return [x.grad.numpy()]
    return functional.repeat(once)
