"""Networks of all kinds, deep, saturated and sparse as they may be, some with leaves that are frozen."""
import numpy as np

import nn
from autograd import Tensor, no_grad
from nn import functional as F
from tests.visualize.harmless.programs import healthy, leaf, random


@healthy
def linear_regression():
    X, y = random(0).normal(size=(50, 3)), random(1).normal(size=50)
    w, b = leaf(2, 3), Tensor(0.0, name="b")
    return np.mean((X @ w + b - y) ** 2)


@healthy
def logistic_regression():
    X, y = random(0).normal(size=(50, 3)), random(1).integers(0, 2, 50)
    w, b = leaf(2, 3), Tensor(0.0, name="b")
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@healthy
def confident_logistic():
    X, y = random(0).normal(size=(50, 3)), random(1).integers(0, 2, 50)
    w = Tensor([4.0, -3.0, 2.0], name="w")
    p = F.sigmoid(X @ w)
    return -np.mean(y * np.log(p + 1e-7) + (1 - y) * np.log(1 - p + 1e-7))


@healthy
def deep_relu_he():
    h = random(0).normal(size=(32, 64))
    for i in range(20):
        h = np.maximum(h @ leaf(i, 64, 64, scale=np.sqrt(2 / 64), name=f"W{i}"), 0)
    return np.mean((h - 1) ** 2)


@healthy
def deep_tanh_xavier():
    h = random(0).normal(size=(32, 32))
    for i in range(15):
        h = np.tanh(h @ leaf(i, 32, 32, scale=np.sqrt(1 / 32), name=f"W{i}"))
    return np.mean((h - 0.1) ** 2)


@healthy
def deep_residual():
    h = random(0).normal(size=(16, 32))
    for i in range(30):
        h = h + 0.1 * np.tanh(h @ leaf(i, 32, 32, scale=0.2, name=f"W{i}"))
    return np.mean(h ** 2)


@healthy
def default_module_net():
    model = nn.MLP([10, 32, 32, 32, 3], seed=0)
    return nn.CrossEntropyLoss()(model(random(0).normal(size=(40, 10))), random(1).integers(0, 3, 40))


@healthy
def default_sigmoid_module():
    model = nn.MLP([10, 16, 16, 1], activation=nn.Sigmoid, output=nn.Sigmoid, seed=0)
    return nn.BCELoss()(model(random(0).normal(size=(40, 10))), random(1).integers(0, 2, (40, 1)).astype(float))


@healthy
def gelu_net():
    model = nn.MLP([10, 16, 16, 2], activation=nn.GELU, seed=0)
    return nn.MSELoss()(model(random(0).normal(size=(40, 10))), random(1).normal(size=(40, 2)))


@healthy
def elu_silu_net():
    model = nn.Sequential(nn.Linear(4, 8), nn.ELU(), nn.Linear(8, 8), nn.SiLU(), nn.Linear(8, 8), nn.Softplus(),
                          nn.Linear(8, 1), seed=0)
    return nn.HuberLoss()(model(random(0).normal(size=(40, 4))), random(1).normal(size=(40, 1)))


@healthy
def lenet():
    model = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2, seed=0), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Conv2d(6, 16, 5, seed=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                          nn.Linear(64, 10, seed=2))
    return nn.CrossEntropyLoss()(model(random(0).normal(size=(8, 1, 16, 16))), random(1).integers(0, 10, 8))


@healthy
def conv_with_a_few_dead_channels():
    K = leaf(1, 16, 3, 3, 3, scale=0.2)
    b = Tensor(np.where(np.arange(16) < 3, -20.0, 0.0), name="b")
    h = F.relu(F.conv2d(random(0).normal(size=(4, 3, 8, 8)), K, b))
    return np.mean((h - 0.2) ** 2)


@healthy
def conv1d_tanh():
    h = np.tanh(F.conv1d(random(0).normal(size=(4, 2, 30)), leaf(1, 5, 2, 3, scale=0.4), leaf(2, 5)))
    return np.mean(h ** 2)


@healthy
def elman_rnn():
    x = random(0).normal(size=(25, 8, 4))
    W, U, b = leaf(1, 6, 6, scale=0.4), leaf(2, 4, 6, scale=0.4), Tensor(np.zeros(6), name="b")
    h = np.zeros((8, 6))
    for t in range(25):
        h = np.tanh(x[t] @ U + h @ W + b)
    return np.mean((h @ leaf(3, 6) - 1) ** 2)


@healthy
def lstm():
    x = random(0).normal(size=(20, 5, 4))
    W, U = leaf(1, 8, 32, scale=0.3), leaf(2, 4, 32, scale=0.3)
    b = Tensor(np.r_[np.zeros(8), np.ones(8), np.zeros(16)], name="b")
    h = c = np.zeros((5, 8))
    for t in range(20):
        z = x[t] @ U + h @ W + b
        i, f, o, g = F.sigmoid(z[:, :8]), F.sigmoid(z[:, 8:16]), F.sigmoid(z[:, 16:24]), np.tanh(z[:, 24:])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.mean(h ** 2)


@healthy
def gru_saturated_but_fine():
    x = random(0).normal(size=(20, 5, 4))
    W, U = leaf(1, 8, 16, scale=0.3), leaf(2, 4, 16, scale=0.3)
    b = Tensor(np.r_[np.full(8, 12.0), np.zeros(8)], name="b")
    h = np.zeros((5, 8))
    for t in range(20):
        z = x[t] @ U + h @ W + b
        keep = F.sigmoid(z[:, :8])
        h = keep * h + (1 - keep) * np.tanh(z[:, 8:])  + 0.1 * np.tanh(z[:, 8:])
    return np.mean((h - 1) ** 2)


@healthy
def attention():
    q, k, v = leaf(0, 6, 8), leaf(1, 6, 8), leaf(2, 6, 8)
    w = F.softmax(q @ k.T / np.sqrt(8.0))
    return np.mean((w @ v) ** 2)


@healthy
def causal_attention():
    q, k, v = leaf(0, 2, 4, 6, 8), leaf(1, 2, 4, 6, 8), leaf(2, 2, 4, 6, 8)
    mask = np.triu(np.full((6, 6), -1e9), 1)
    s = q @ np.swapaxes(k, -1, -2) / np.sqrt(8.0) + mask
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return np.mean((e / np.sum(e, axis=-1, keepdims=True) @ v) ** 2)


@healthy
def causal_attention_with_infinities():
    q, k, v = leaf(0, 6, 8), leaf(1, 6, 8), leaf(2, 6, 8)
    s = np.where(np.tril(np.ones((6, 6), bool)), q @ k.T / np.sqrt(8.0), -np.inf)
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return np.mean((e / np.sum(e, axis=-1, keepdims=True) @ v) ** 2)


@healthy
def sharp_attention():
    q, k, v = leaf(0, 10, 8, scale=3.0), leaf(1, 10, 8, scale=3.0), leaf(2, 10, 8)
    w = F.softmax(q @ k.T / np.sqrt(8.0))
    return np.mean((w @ v - 1) ** 2)


@healthy
def transformer_block():
    x = random(0).normal(size=(3, 7, 16))
    g, b = Tensor(np.ones(16), name="g"), Tensor(np.zeros(16), name="b")
    def norm(h):
        return (h - np.mean(h, axis=-1, keepdims=True)) / np.sqrt(np.var(h, axis=-1, keepdims=True) + 1e-5) * g + b
    Q, K, V, out = (leaf(i, 16, 16, scale=0.25) for i in range(1, 5))
    W1, W2 = leaf(5, 16, 64, scale=0.25), leaf(6, 64, 16, scale=0.12)
    h = norm(x)
    a = F.softmax(h @ Q @ np.swapaxes(h @ K, -1, -2) / 4.0) @ (h @ V) @ out
    x = x + a
    x = x + F.gelu(norm(x) @ W1) @ W2
    return np.mean((x - 1) ** 2)


@healthy
def frozen_body():
    body = nn.MLP([8, 16, 16], seed=0)
    with no_grad():
        features = body(random(0).normal(size=(20, 8)))
    head = nn.Linear(16, 3, seed=1)
    return nn.CrossEntropyLoss()(head(features), random(1).integers(0, 3, 20))


@healthy
def frozen_by_detach():
    w, v = leaf(0, 5, 5), leaf(1, 5)
    h = np.tanh(random(2).normal(size=(10, 5)) @ w.detach())
    return np.mean((h @ v - 1) ** 2)


@healthy
def target_network():
    w, target = leaf(0, 4), leaf(1, 4)
    s, s2 = random(2).normal(size=(30, 4)), random(3).normal(size=(30, 4))
    goal = 0.3 + 0.99 * np.max(np.stack([(s2 @ target).detach(), (s2 @ (target * 0.5)).detach()]), axis=0)
    return np.mean((s @ w - goal) ** 2)


@healthy
def straight_through():
    x, w = random(0).normal(size=(10, 3)), leaf(1, 3)
    q = w + (np.round(w) - w).detach() if hasattr(np.round(w) - w, "detach") else w
    return np.mean((x @ q - 1) ** 2)


@healthy
def straight_through_floor():
    x, w = random(0).normal(size=(10, 3)), leaf(1, 3)
    q = w + (np.floor(w.data * 4) / 4 - w.data)
    return np.mean((x @ q - 1) ** 2)
