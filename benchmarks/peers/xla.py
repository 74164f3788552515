"""JAX: `jit` compiles one step, `loop` all of them."""
from functools import partial
from types import SimpleNamespace

import jax
from jax import numpy as jnp

from benchmarks import losses
from benchmarks.peers import functional

jax.config.update("jax_enable_x64", True)


def conv(x, weight):
    """Cross-correlation of images with kernels."""
    return jax.lax.conv_general_dilated(x, weight, (1, 1), "VALID")


def pool(x):
    """The largest of 2×2."""
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


OPS = SimpleNamespace(exp=jnp.exp, tanh=jnp.tanh, sqrt=jnp.sqrt, sigmoid=jax.nn.sigmoid, relu=jax.nn.relu,
                      logsumexp=partial(jax.nn.logsumexp, axis=-1), conv=conv, pool=pool)


def prepare(work, form):
    """By the kind of work; graphs of single numbers take it minutes to compile."""
    if work.kind == "descent":
        return loop(work) if form == "loop" else steps(work)
    if form == "loop" or work.kind not in ("gradient", "hessian", "jacobian"):
        return None
    data, x = list(map(jnp.asarray, work.data)), list(map(jnp.asarray, work.weights))
    f = partial(functional.flipped, work.loss, OPS, data)
    if work.kind == "gradient":
        made = jax.jit(jax.value_and_grad(f))
        return functional.repeat(lambda: jax.tree.leaves(jax.block_until_ready(made(x))))
    made = jax.jit({"hessian": jax.hessian, "jacobian": jax.jacobian}[work.kind](f))
    return functional.repeat(lambda: [made(x[0]).block_until_ready()])


def stepper(work):
    """One step, given the state and the data of it."""
    def step(state, data):
        gradients = jax.grad(partial(functional.flipped, work.loss, OPS, data))(state[0])
        return functional.update(work, state, gradients, jnp.sqrt)
    return step


def start(work):
    """The state before the first step."""
    weights = list(map(jnp.asarray, work.weights))
    return losses.adam_start(weights) if work.adam else (weights,)


def steps(work):
    """A call for each step."""
    step = jax.jit(stepper(work))
    batches = [list(map(jnp.asarray, work.batch(k))) for k in range(len(work.data[0]) if work.batches else 1)]

    def run(n):
        state = start(work)
        for k in range(n):
            state = step(state, batches[k % len(batches)])
        return jax.block_until_ready(state)[0]
    return run


def loop(work):
    """One call for all."""
    data, step = list(map(jnp.asarray, work.data)), stepper(work)

    def turn(k, state):
        return step(state, [x[k % len(x)] for x in data] if work.batches else data)
    turns = jax.jit(lambda n, state: jax.lax.fori_loop(0, n, turn, state))
    return lambda n: jax.block_until_ready(turns(n, start(work)))[0]
