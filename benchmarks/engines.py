"""Each row of work, written for each engine as its users would write it.

`ENGINES[name][row]()` prepares one row and returns `run(n)`, which does n training steps from the start and returns the
weights as a list of arrays. Packages are imported inside, since no environment holds all of them.
"""
import numpy as np

from benchmarks import work


# ---------------------------------------------------------------- NumPy with derivatives by hand
def by_hand():
    def logistic():
        def run(n):
            (w,) = work.uniform((3, 1))
            for _ in range(n):
                p = 1 / (1 + np.exp(-(work.X4 @ w)))
                w = w - work.X4.T @ ((p - work.Y_COLUMN) * (p * (1 - p)))
            return [w]
        return run

    def xor(hidden):
        def run(n):
            a, b = work.uniform((3, hidden), (hidden, 1))
            for _ in range(n):
                h = 1 / (1 + np.exp(-(work.X4 @ a)))
                p = 1 / (1 + np.exp(-(h @ b)))
                d = (p - work.Y_XOR) * (p * (1 - p))
                a, b = a - work.X4.T @ (d @ b.T * (h * (1 - h))), b - h.T @ d
            return [a, b]
        return run

    def moons():
        X, Y, start = work.moons()

        def run(n):
            W1, b1, W2, b2 = start
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
    return {"logistic": logistic, "xor 4": lambda: xor(4), "xor 32": lambda: xor(32), "moons": moons}


# ---------------------------------------------------------------- engines that differentiate NumPy functions
def descend(value_and_grad, loss, start, rate):
    """Plain gradient descent on a list of weights."""
    step = value_and_grad(loss)

    def run(n):
        weights = start
        for _ in range(n):
            _, gradients = step(weights)
            weights = [w - rate * g for w, g in zip(weights, gradients, strict=True)]
        return weights
    return run


def functional(np_, sigmoid, value_and_grad):
    """The rows as losses of a list of weights."""
    X, Y, start = work.moons()

    def logistic(weights):
        e = work.Y_COLUMN - sigmoid(work.X4 @ weights[0])
        return 0.5 * (e * e).sum()

    def xor(weights):
        e = work.Y_XOR - sigmoid(sigmoid(work.X4 @ weights[0]) @ weights[1])
        return 0.5 * (e * e).sum()

    def moons(weights):
        W1, b1, W2, b2 = weights
        o = np_.tanh(np_.tanh(X @ W1 + b1) @ W2 + b2)
        penalty = (W1 * W1).sum() + (W2 * W2).sum()
        return np_.log(np_.exp(o).sum(axis=1)).sum() - (o * Y).sum() + 0.005 * penalty
    return {"logistic": lambda: descend(value_and_grad, logistic, work.uniform((3, 1)), 1.0),
            "xor 4": lambda: descend(value_and_grad, xor, work.uniform((3, 4), (4, 1)), 1.0),
            "xor 32": lambda: descend(value_and_grad, xor, work.uniform((3, 32), (32, 1)), 1.0),
            "moons": lambda: descend(value_and_grad, moons, start, 0.01)}


def gategrad():
    from autograd import Tensor, value_and_grad
    from autograd.gates.elementwise import relu, sigmoid
    from nn import CrossEntropyLoss
    from nn.functional import conv2d, max_pool2d
    rows, (X, labels, start), cross_entropy = functional(np, sigmoid, value_and_grad), work.cnn(), CrossEntropyLoss()

    def cnn(weights):
        W1, b1, W2, b2, W3, b3 = weights
        h = max_pool2d(relu(conv2d(X, W1, b1, padding=1)), 2)
        h = max_pool2d(relu(conv2d(h, W2, b2, padding=1)), 2)
        return cross_entropy(h.reshape(64, -1) @ W3.T + b3, labels)
    return rows | {"cnn": lambda: descend(value_and_grad, cnn, start, 0.1),
                   "scalar 2-16-16-1": lambda: scalar_network(Tensor, relu, lambda x: x.data)}


def hips():
    from autograd import numpy as anp
    from autograd import value_and_grad
    return functional(anp, lambda x: 1 / (1 + anp.exp(-x)), value_and_grad)


def torch_():
    import torch
    torch.set_num_threads(1)

    def descend_(loss, start, rate):
        def run(n):
            weights = [torch.tensor(w, requires_grad=True) for w in start]
            for _ in range(n):
                for w in weights:
                    w.grad = None
                loss(weights).backward()
                for w in weights:                  # the quickest of three ways that were timed
                    w.data.sub_(w.grad, alpha=rate)
            return [w.detach().numpy() for w in weights]
        return run
    X4, Y_COLUMN, Y_XOR = map(torch.tensor, (work.X4, work.Y_COLUMN, work.Y_XOR))
    X, Y, start = work.moons()
    X, Y = torch.tensor(X), torch.tensor(Y)

    def logistic(weights):
        e = Y_COLUMN - torch.sigmoid(X4 @ weights[0])
        return 0.5 * (e * e).sum()

    def xor(weights):
        e = Y_XOR - torch.sigmoid(torch.sigmoid(X4 @ weights[0]) @ weights[1])
        return 0.5 * (e * e).sum()

    def moons(weights):
        W1, b1, W2, b2 = weights
        o = torch.tanh(torch.tanh(X @ W1 + b1) @ W2 + b2)
        return torch.logsumexp(o, 1).sum() - (o * Y).sum() + 0.005 * ((W1 * W1).sum() + (W2 * W2).sum())

    images, labels, filters = work.cnn()
    images, labels = torch.tensor(images), torch.tensor(labels)
    F = torch.nn.functional

    def cnn(weights):
        W1, b1, W2, b2, W3, b3 = weights
        h = F.max_pool2d(F.relu(F.conv2d(images, W1, b1, padding=1)), 2)
        h = F.max_pool2d(F.relu(F.conv2d(h, W2, b2, padding=1)), 2)
        return F.cross_entropy(h.reshape(64, -1) @ W3.T + b3, labels)
    return {"logistic": lambda: descend_(logistic, work.uniform((3, 1)), 1.0),
            "xor 4": lambda: descend_(xor, work.uniform((3, 4), (4, 1)), 1.0),
            "xor 32": lambda: descend_(xor, work.uniform((3, 32), (32, 1)), 1.0),
            "moons": lambda: descend_(moons, start, 0.01), "cnn": lambda: descend_(cnn, filters, 0.1)}


# ---------------------------------------------------------------- scalar graphs
def scalar_network(number, relu, value):
    """A network of single numbers: hinge loss and an L2 penalty, as in micrograd's demonstration."""
    X, y, start = work.scalar_network()

    def run(n):
        layers = [([[number(w) for w in row] for row in W], [number(b) for b in bs]) for W, bs in start]
        weights = [w for W, bs in layers for row in (*W, bs) for w in row]

        def network(h):
            for k, (W, bs) in enumerate(layers):
                z = [sum((w * x for w, x in zip(row, h, strict=True)), b) for row, b in zip(W, bs, strict=True)]
                h = z if k == len(layers) - 1 else [relu(v) for v in z]
            return h[0]
        for _ in range(n):
            losses = [relu(1.0 + -label * network(point)) for point, label in zip(X, y, strict=True)]
            loss = sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(w * w for w in weights)
            for w in weights:
                w.grad = None if number.__name__ == "Tensor" else 0.0
            loss.backward()
            for w in weights:
                w.data = value(w) - 0.5 * w.grad
        return [np.array([value(w) for w in weights])]
    return run


def micrograd_():
    from micrograd.engine import Value
    return {"scalar 2-16-16-1": lambda: scalar_network(Value, Value.relu, lambda x: x.data)}


ENGINES = {"gategrad": gategrad, "by hand": by_hand, "hips": hips, "torch": torch_, "micrograd": micrograd_}
