"""Losses, broadcasts, masks and models that are no networks."""
import numpy as np

import nn
from autograd import Tensor, checkpoint, grad, vmap
from nn import functional as F
from tests.visualize.harmless.programs import healthy, leaf, random


@healthy
def hinge_with_satisfied_margins():
    X = random(0).normal(size=(50, 2))
    y = np.where(X[:, 0] > 0, 1.0, -1.0)
    w = Tensor([2.0, 0.1], name="w")
    return np.mean(np.maximum(1 - y * (X @ w), 0)) + 0.01 * np.sum(w * w)


@healthy
def relu_sparse_half():
    h = F.relu(random(0).normal(size=(100, 20)) @ leaf(1, 20, 50, scale=0.2) - 0.5)
    return np.mean((h @ leaf(2, 50, scale=0.1) - 1) ** 2)


@healthy
def single_example_relu():
    h = F.relu(random(0).normal(size=20) @ leaf(1, 20, 50, scale=0.2))
    return np.sum((h @ leaf(2, 50, scale=0.1) - 1) ** 2)


@healthy
def relu_on_a_scalar_below_zero():
    x, y = Tensor(-2.0, name="x"), Tensor(3.0, name="y")
    return F.relu(x * y + 10.0) + y


@healthy
def pairwise_distances():
    X = leaf(0, 30, 2)
    d = X[:, None, :] - X[None]
    return np.mean(np.exp(-np.sum(d * d, axis=-1)))


@healthy
def outer_by_broadcast():
    a, b = leaf(0, 12), leaf(1, 12)
    return np.sum(np.tanh(a[:, None] * b[None, :]))


@healthy
def kernel_matrix():
    x = random(0).normal(size=40)
    length = Tensor(1.2, name="length")
    K = np.exp(-((x[:, None] - x[None, :]) / length) ** 2 / 2) + 1e-3 * np.eye(40)
    y = np.sin(x)
    return 0.5 * y @ np.linalg.solve(K, y) + 0.5 * np.linalg.slogdet(K)[1]


@healthy
def mean_field_coupling():
    J, m = random(0).normal(size=(15, 15)) * 0.2, leaf(1, 15)
    field = np.sum(J * np.tanh(m), axis=1)
    return np.sum((np.tanh(m) - np.tanh(field)) ** 2)


@healthy
def kuramoto():
    th = leaf(0, 12)
    return np.sum(np.sin(th[None, :] - th[:, None]) ** 2)


@healthy
def contrastive_loss():
    a, b = leaf(0, 16, 8), leaf(1, 16, 8)
    a, b = a / np.linalg.norm(a, axis=1, keepdims=True), b / np.linalg.norm(b, axis=1, keepdims=True)
    s = a @ b.T / 0.1
    return -np.mean(np.diag(F.log_softmax(s)))


@healthy
def grid_of_two_parameters():
    a, b = leaf(0, 9), leaf(1, 9)
    grid = a.reshape(9, 1) + b.reshape(1, 9)
    return np.mean(np.cos(grid))


@healthy
def column_scaling_of_square():
    A, s = leaf(0, 7, 7), leaf(1, 7, 1)
    return np.sum((A * s) ** 2)


@healthy
def softmax_over_rows_with_column_sums():
    z = leaf(0, 10, 10)
    e = np.exp(z)
    return np.mean((e / np.sum(e, axis=1, keepdims=True)) ** 2)


@healthy
def loss_scaled_up():
    w = leaf(0, 3, scale=1.0)
    X = random(1).normal(size=(20, 3))
    return 65536.0 * np.mean((X @ w - 1) ** 2)


@healthy
def loss_scaled_down():
    w = leaf(0, 3)
    X = random(1).normal(size=(20, 3))
    return 1e-6 * np.mean((X @ w - 1) ** 2)


@healthy
def converged():
    w = Tensor([1.0, 2.0], name="w")
    X = random(1).normal(size=(20, 2))
    return np.mean((X @ w - X @ np.array([1.0, 2.0])) ** 2)


@healthy
def nearly_converged():
    w = Tensor([1.0 + 1e-9, 2.0], name="w")
    X = random(1).normal(size=(20, 2))
    return np.mean((X @ w - X @ np.array([1.0, 2.0])) ** 2)


@healthy
def safe_log():
    x = Tensor([0.0, 1.0, 2.0], name="x")
    return np.sum(np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0))


@healthy
def unsafe_log_unused():
    x = Tensor([0.0, 1.0, 2.0], name="x")
    with np.errstate(all="ignore"):
        return np.sum(np.where(x > 0, np.log(x), 0.0))


@healthy
def norm_at_zero():
    x = Tensor(np.zeros(3), name="x")
    y = Tensor(np.ones(3), name="y")
    return np.sum((x + 0.0) ** 2) + np.linalg.norm(y)


@healthy
def huber_by_where():
    w = leaf(0, 3)
    e = random(1).normal(size=(30, 3)) @ w - 2.0
    return np.mean(np.where(np.abs(e) < 1, 0.5 * e ** 2, np.abs(e) - 0.5))


@healthy
def clipped_ratio_of_ppo():
    theta = leaf(0, 4, scale=0.1)
    s, adv = random(1).normal(size=(64, 4)), random(2).normal(size=64)
    ratio = np.exp(s @ theta - s @ (theta.data * 0.9))
    return -np.mean(np.minimum(ratio * adv, np.clip(ratio, 0.8, 1.2) * adv))


@healthy
def dropout_by_hand():
    kept = random(2).uniform(size=(30, 20)) > 0.5
    h = np.tanh(random(0).normal(size=(30, 10)) @ leaf(1, 10, 20, scale=0.3)) * kept * 2.0
    return np.mean((h @ leaf(3, 20, scale=0.2)) ** 2)


@healthy
def embedding_lookup():
    E, v = leaf(0, 50, 8), leaf(1, 8)
    ids = random(2).integers(0, 50, 12)
    return np.mean((E[ids] @ v - 1) ** 2)


@healthy
def gumbel_softmax():
    logits = leaf(0, 10, 5)
    g = -np.log(-np.log(random(1).uniform(size=(10, 5))))
    return np.mean((F.softmax((logits + g) / 0.5) @ leaf(2, 5) - 1) ** 2)


@healthy
def vae():
    X = random(0).uniform(size=(20, 12))
    enc, dec = nn.Linear(12, 8, seed=0), nn.Linear(4, 12, seed=1)
    h = enc(X)
    mu, logvar = h[:, :4], h[:, 4:]
    z = mu + np.exp(0.5 * logvar) * random(1).normal(size=(20, 4))
    p = F.sigmoid(dec(z))
    return -np.mean(X * np.log(p) + (1 - X) * np.log(1 - p)) - 0.5 * np.mean(1 + logvar - mu ** 2 - np.exp(logvar))


@healthy
def ode_by_rk4():
    k = Tensor(0.5, name="k")
    y = Tensor(np.array([1.0, 0.0]), name="y0")
    def f(y):
        return np.stack([y[1], -k * y[0] - 0.1 * y[1]])
    for _ in range(40):
        a = f(y)
        b = f(y + 0.05 * a)
        c = f(y + 0.05 * b)
        d = f(y + 0.1 * c)
        y = y + 0.1 / 6 * (a + 2 * b + 2 * c + d)
    return np.sum(y ** 2)


@healthy
def heat_equation():
    u = leaf(0, 30)
    for _ in range(100):
        u = u + 0.2 * (np.roll(u, 1) + np.roll(u, -1) - 2 * u)
    return np.sum((u - 0.1) ** 2)


@healthy
def gradient_penalty():
    w = leaf(0, 3)
    x = random(1).normal(size=3)
    g = grad(lambda v: np.sum(np.tanh(v * w)))(x)
    return (np.sqrt(np.sum(g * g)) - 1.0) ** 2


@healthy
def vmapped_loss():
    w = leaf(0, 4)
    X = random(1).normal(size=(12, 4))
    return np.mean(vmap(lambda x: np.tanh(np.sum(x * w)) ** 2)(X))


@healthy
def checkpointed():
    w = leaf(0, 6, 6, scale=0.4)
    X = random(1).normal(size=(12, 6))
    layer = checkpoint(lambda h, w: np.tanh(h @ w))
    return np.mean((layer(layer(X, w), w) - 0.2) ** 2)


@healthy
def mixture_of_gaussians():
    mu, logsig, logit = leaf(0, 3), Tensor(np.zeros(3), name="ls"), Tensor(np.zeros(3), name="lp")
    x = random(1).normal(size=100)
    lp = F.log_softmax(logit) - logsig - 0.5 * ((x[:, None] - mu) / np.exp(logsig)) ** 2
    m = np.max(lp, axis=1, keepdims=True)
    return -np.mean(np.log(np.sum(np.exp(lp - m), axis=1)) + m[:, 0])


@healthy
def physics_in_si_units():
    m, v = Tensor(1.67e-27, name="m"), Tensor(3e5, name="v")
    return 0.5 * m * v * v / 1.6e-19


@healthy
def angle_clipped():
    a, b = leaf(0, 3), leaf(1, 3)
    c = np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))
    return np.arccos(np.clip(c, -1, 1))


@healthy
def sorted_losses():
    w = leaf(0, 3)
    e = np.abs(random(1).normal(size=(40, 3)) @ w - 1)
    return np.mean(np.sort(e)[:30])


@healthy
def max_pool_by_hand():
    K = leaf(0, 4, 1, 3, 3, scale=0.3)
    h = F.conv2d(random(1).normal(size=(2, 1, 8, 8)), K).reshape(2, 4, 3, 2, 3, 2)
    return np.mean(np.max(h, axis=(3, 5)) ** 2)


@healthy
def class_weights_and_masks():
    z = leaf(0, 20, 5)
    y = random(1).integers(0, 5, 20)
    mask = random(2).uniform(size=20) > 0.3
    weight = np.array([1, 2, 1, 1, .5])[y]
    lp = F.log_softmax(z)[np.arange(20), y]
    return -np.sum(lp * weight * mask) / np.sum(mask)


@healthy
def accuracy_monitored():
    W = leaf(0, 4, 3)
    X, y = random(1).normal(size=(30, 4)), random(2).integers(0, 3, 30)
    z = X @ W
    accuracy = np.mean(np.argmax(z, axis=1) == y)
    assert accuracy < 1.0
    return np.mean(-F.log_softmax(z)[np.arange(30), y])


@healthy
def mask_from_a_tensor():
    w, v = leaf(0, 20), leaf(1, 20)
    positive = (w > 0).astype(float)
    return np.sum(w * positive * v) + np.sum(v * v)


@healthy
def periodic_index():
    phase, amplitude = Tensor(2.7, name="phase"), Tensor(1.5, name="amplitude")
    wrapped = phase - np.floor(phase)
    return amplitude * np.sin(wrapped)


@healthy
def top_expert_gating():
    g, E = leaf(0, 8, 4), leaf(1, 4, 6)
    p = F.softmax(g)
    best = np.argmax(p, axis=1)
    return np.mean((p[np.arange(8), best][:, None] * E[best] - 1) ** 2)


@healthy
def detached_attention_weights_scale():
    x, s = leaf(0, 10), Tensor(1.0, name="s")
    scale = np.max(np.abs(x)).detach()
    return np.sum((x / scale * s) ** 2)
