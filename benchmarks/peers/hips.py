"""HIPS/autograd."""
from functools import partial
from types import SimpleNamespace

from autograd import hessian, jacobian, value_and_grad
from autograd import numpy as np
from autograd.scipy.signal import convolve
from autograd.scipy.special import logsumexp
from benchmarks.peers import functional


def conv(x, weight):
    """Cross-correlation of images with kernels."""
    return convolve(x, weight[:, :, ::-1, ::-1], axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid")


def pool(x):
    """The largest of 2×2."""
    n, c, h, w = x.shape
    return np.max(np.max(np.reshape(x, (n, c, h // 2, 2, w // 2, 2)), axis=5), axis=3)


OPS = SimpleNamespace(exp=np.exp, tanh=np.tanh, sqrt=np.sqrt, sigmoid=lambda x: 1 / (1 + np.exp(-x)),
                      relu=lambda x: np.maximum(x, 0), logsumexp=partial(logsumexp, axis=-1), conv=conv, pool=pool)


def prepare(work, form):
    """By the kind of work; graphs of single numbers take it a minute."""
    if work.kind == "descent":
        return functional.descend(value_and_grad, OPS, work)
    if work.kind == "gradient":
        return functional.evaluate(value_and_grad, OPS, work)
    operator = {"hessian": hessian, "jacobian": jacobian}.get(work.kind)
    return operator and functional.matrix(operator, OPS, work)
