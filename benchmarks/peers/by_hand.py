"""NumPy with derivatives by hand."""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.losses import L2, flat
from benchmarks.peers.functional import repeat, train


def prepare(work, form):
    """By the function that is differentiated."""
    return globals()[work.loss.__name__](work)


# ---------------------------------------------------------------- small networks
def logistic(work):
    X, Y = work.data

    def run(n):
        (w,) = work.weights
        for _ in range(n):
            p = 1 / (1 + np.exp(-(X @ w)))
            w = w - X.T @ ((p - Y) * (p * (1 - p)))
        return [w]
    return run


def xor(work):
    X, Y = work.data

    def run(n):
        a, b = work.weights
        for _ in range(n):
            h = 1 / (1 + np.exp(-(X @ a)))
            p = 1 / (1 + np.exp(-(h @ b)))
            d = (p - Y) * (p * (1 - p))
            a, b = a - X.T @ (d @ b.T * (h * (1 - h))), b - h.T @ d
        return [a, b]
    return run


def moons(work):
    X, Y = work.data

    def run(n):
        W1, b1, W2, b2 = work.weights
        for _ in range(n):
            h = np.tanh(X @ W1 + b1)
            o = np.tanh(h @ W2 + b2)
            e = np.exp(o)
            d = (e / e.sum(1, keepdims=True) - Y) * (1 - o * o)
            dh = d @ W2.T * (1 - h * h)
            W1, b1 = W1 - 0.01 * (X.T @ dh + 0.01 * W1), b1 - 0.01 * dh.sum(0)
            W2, b2 = W2 - 0.01 * (h.T @ d + 0.01 * W2), b2 - 0.01 * d.sum(0)
        return [W1, b1, W2, b2]
    return run


# ---------------------------------------------------------------- larger networks
def descend(gradient, work):
    """Training steps with the gradients that `gradient` gives for weights and data."""
    return train(lambda weights, k: gradient(weights, *work.batch(k)), work)


def softmax_error(z, Y):
    """The derivative of the mean cross-entropy by z."""
    e = np.exp(z - z.max(1, keepdims=True))
    return (e / e.sum(1, keepdims=True) - Y) / len(Y)


def mlp(work):
    def gradient(weights, X, Y):
        matrices, biases = weights[::2], weights[1::2]
        hidden = [X]
        for W, b in zip(matrices[:-1], biases, strict=False):
            hidden.append(np.maximum(hidden[-1] @ W + b, 0))
        d = softmax_error(hidden[-1] @ matrices[-1] + biases[-1], Y)
        gradients = []
        for i in reversed(range(len(matrices))):
            gradients[:0] = [hidden[i].T @ d + L2 * matrices[i], d.sum(0)]
            if i:
                d = d @ matrices[i].T * (hidden[i] > 0)
        return gradients
    return descend(gradient, work)


def columns(x, k):
    """The windows k×k of images, as rows (N · H · W, C · k · k)."""
    views = sliding_window_view(x, (k, k), (2, 3)).transpose(0, 2, 3, 1, 4, 5)
    return views.reshape(-1, x.shape[1] * k * k), views.shape[1:3]


def conv_relu_pool(x, K):
    """The layer, and what the way back needs of it."""
    rows, (h, w) = columns(x, K.shape[2])
    y = np.maximum((rows @ K.reshape(len(K), -1).T).reshape(len(x), h // 2, 2, w // 2, 2, len(K)), 0)
    ans = y.max((2, 4))
    return ans.transpose(0, 3, 1, 2), (rows, y, ans)


def back(g, K, rows, y, ans):
    """The derivatives by the rows' sums and the kernel."""
    g = np.ascontiguousarray(g.transpose(0, 2, 3, 1))[:, :, None, :, None]
    d = (g * ((y == ans[:, :, None, :, None]) & (y > 0))).reshape(-1, len(K))
    return d, (d.T @ rows).reshape(K.shape)


def cnn(work):
    def gradient(weights, X, Y):
        K1, K2, W, b = weights
        h1, kept1 = conv_relu_pool(X, K1)
        h2, kept2 = conv_relu_pool(h1, K2)
        f = h2.reshape(len(X), -1)
        dz = softmax_error(f @ W + b, Y)
        d, gK2 = back((dz @ W.T).reshape(h2.shape), K2, *kept2)
        windows = (d @ K2.reshape(len(K2), -1)).reshape(len(X), 8, 8, *K2.shape[1:])
        dh1 = np.zeros_like(h1)
        for i in range(5):
            for j in range(5):
                dh1[:, :, i:i + 8, j:j + 8] += windows[..., i, j].transpose(0, 3, 1, 2)
        return [back(dh1, K1, *kept1)[1], gK2, f.T @ dz, dz.sum(0)]
    return descend(gradient, work)


def rnn(work):
    def gradient(weights, X, Y):
        Wx, Wh, b, Wo = weights
        inside = X @ Wx + b
        states = [np.tanh(inside[0])]
        for t in range(1, len(X)):
            states.append(np.tanh(inside[t] + states[-1] @ Wh))
        e = (states[-1] @ Wo - Y) * (2 / len(Y))
        d, deltas = e @ Wo.T, np.empty_like(inside)
        for t in reversed(range(len(X))):
            deltas[t] = d * (1 - states[t] * states[t])
            d = deltas[t] @ Wh.T
        flat = deltas.reshape(-1, deltas.shape[2])
        before = np.concatenate(states[:-1])
        return [X.reshape(-1, X.shape[2]).T @ flat, before.T @ flat[len(Y):], flat.sum(0), states[-1].T @ e]
    return descend(gradient, work)


# ---------------------------------------------------------------- elementwise
def small_gates(work):
    def gradient(weights):
        x, y, z = weights
        states = [x]
        for _ in range(50):
            states.append(states[-1] * y + z)
        g, gy, gz = np.ones_like(x), np.zeros_like(x), np.zeros_like(x)
        for h in reversed(states[:-1]):
            gz += g
            gy += g * h
            g = g * y
        return [g, gy, gz]
    return descend(gradient, work)


def chain(work):
    def once():
        x, y = work.weights
        v = x * y + x
        u = v * v - y
        g = (u > 0).astype(float)
        value = (u * g).sum()
        gv = 2 * v * g
        return [value, gv * (y + 1), gv * x - g]
    return repeat(once)


def smooth_chain(work):
    def once():
        x, y = work.weights
        t, e = np.tanh(x), np.exp(-(y * y))
        te = t * e
        return [te.sum(), (1 - t * t) * e, -2 * y * te]
    return repeat(once)


# ---------------------------------------------------------------- single numbers
def network(work):
    X, y = map(np.array, work.data)
    start = [(np.array(W), np.array(b)) for W, b in work.weights]

    def run(n):
        (W1, b1), (W2, b2), (W3, b3) = start
        for _ in range(n):
            h1 = np.maximum(X @ W1.T + b1, 0)
            h2 = np.maximum(h1 @ W2.T + b2, 0)
            score = (h2 @ W3.T + b3)[:, 0]
            d3 = (-y * (1 - y * score > 0) / len(y))[:, None]
            d2 = d3 @ W3 * (h2 > 0)
            d1 = d2 @ W2 * (h1 > 0)
            W1, b1, W2, b2, W3, b3 = (
                w - work.rate * (g + 2e-4 * w) for w, g in
                ((W1, d1.T @ X), (b1, d1.sum(0)), (W2, d2.T @ h1), (b2, d2.sum(0)), (W3, d3.T @ h2), (b3, d3.sum(0))))
        return [flat([(W1.tolist(), b1.tolist()), (W2.tolist(), b2.tolist()), (W3.tolist(), b3.tolist())])]
    return run


def scalar_chain(work):
    def once():
        h = x = work.weights[0]
        for _ in range(work.data[0]):
            h = h * 0.9999 + x
        g, gx = 1.0, 0.0
        for _ in range(work.data[0]):
            gx += g
            g *= 0.9999
        return [gx + g]
    return repeat(once)


# ---------------------------------------------------------------- derivatives that are matrices
def rosenbrock(work):
    def once():
        x = work.weights[0]
        H = np.zeros((len(x), len(x)))
        i = np.arange(len(x) - 1)
        H[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
        H[i + 1, i + 1] += 200
        H[i, i + 1] = H[i + 1, i] = -400 * x[:-1]
        return [H]
    return repeat(once)


def two_layers(work):
    A, B = work.data

    def once():
        u = np.tanh(B @ work.weights[0])
        v = np.tanh(A @ u)
        return [(1 - v * v)[:, None] * A @ ((1 - u * u)[:, None] * B)]
    return repeat(once)
