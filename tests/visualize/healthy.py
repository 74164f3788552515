"""Programs with nothing wrong: random small networks with sane starting weights on random data, and other models."""
import numpy as np

import nn
from autograd import Tensor
from nn.functional import elu, gelu, leaky_relu, log_softmax, relu, sigmoid, silu, softmax, softplus

ACTIVATIONS = {"tanh": np.tanh, "sigmoid": sigmoid, "relu": relu, "softplus": softplus, "gelu": gelu, "silu": silu,
               "leaky": leaky_relu, "elu": elu, "none": lambda x: x}


class Maker:
    """One random program."""

    def __init__(self, seed):
        self.rng = np.random.default_rng([9, seed])
        self.n, self.d, self.m = (int(k) for k in self.rng.integers((16, 2, 8), (80, 20, 33)))

    def program(self):
        """A loss."""
        kinds = [self.mlp, self.module, self.recurrent, self.logistic, self.normalised, self.residual, self.attention,
                 self.kernel, self.factorised, self.scalars, self.convolution, self.trained, self.mixture,
                 self.one_example]
        return kinds[int(self.rng.integers(len(kinds)))]()

    def data(self, *shape):
        return self.rng.normal(size=shape)

    def weight(self, inputs, outputs):
        gain = self.rng.choice([1.0, np.sqrt(2.0)])
        return Tensor(self.data(inputs, outputs) * gain / np.sqrt(inputs))

    def activation(self):
        return ACTIVATIONS[str(self.rng.choice(list(ACTIVATIONS)))]

    def loss(self, z):
        """One of several losses of a batch of outputs."""
        kind = int(self.rng.integers(6))
        n, k = z.shape
        if kind == 0:
            return np.mean((z - self.data(n, k)) ** 2.0)
        if kind == 1:
            return -np.mean(log_softmax(z)[np.arange(n), self.rng.integers(k, size=n)])
        if kind == 2:
            return nn.BCEWithLogitsLoss()(z, (self.data(n, k) > 0.0).astype(float))
        if kind == 3:
            return nn.HuberLoss()(z, self.data(n, k))
        if kind == 4:
            p = sigmoid(z[:, 0])
            t = (self.data(n) > 0.0).astype(float)
            return -np.mean(t * np.log(p) + (1.0 - t) * np.log(1.0 - p))
        return nn.CrossEntropyLoss()(z, self.rng.integers(k, size=n))

    def mlp(self):
        h, width, f = self.data(self.n, self.d), self.d, self.activation()
        for _ in range(int(self.rng.integers(1, 5))):
            h = f(h @ self.weight(width, self.m) + Tensor(np.zeros(self.m)))
            width = self.m
        return self.loss(h @ self.weight(width, int(self.rng.integers(2, 6))))

    def module(self):
        sizes = [self.d, *[self.m] * int(self.rng.integers(1, 4)), 3]
        return self.loss(nn.MLP(sizes, seed=int(self.rng.integers(1000)))(self.data(self.n, self.d)))

    def recurrent(self):
        w, u, h = self.weight(self.m, self.m), self.weight(self.d, self.m), np.zeros((self.n, self.m))
        for _ in range(int(self.rng.integers(3, 12))):
            h = np.tanh(self.data(self.n, self.d) @ u + h @ w)
        return self.loss(h @ self.weight(self.m, 3))

    def logistic(self):
        w, b, t = Tensor(np.zeros(self.d)), Tensor(0.0), (self.data(self.n) > 0.0).astype(float)
        p = 1.0 / (1.0 + np.exp(-(self.data(self.n, self.d) @ w + b)))
        return -np.mean(t * np.log(p) + (1.0 - t) * np.log(1.0 - p)) + 0.01 * np.sum(w * w)

    def normalised(self):
        h = self.data(self.n, self.d) @ self.weight(self.d, self.m)
        axis = int(self.rng.integers(2))
        h = (h - h.mean(axis=axis, keepdims=True)) / np.sqrt(h.var(axis=axis, keepdims=True) + 1e-5)
        return self.loss(relu(h * Tensor(np.ones(self.m)) + Tensor(np.zeros(self.m))) @ self.weight(self.m, 3))

    def residual(self):
        h = self.data(self.n, self.m)
        for _ in range(int(self.rng.integers(2, 8))):
            h = h + 0.5 * relu(h @ self.weight(self.m, self.m)) @ self.weight(self.m, self.m)
        return self.loss(h / np.sqrt(np.mean(h * h)))

    def attention(self):
        x = self.data(4, 6, self.m)
        q, k, v = (x @ self.weight(self.m, self.m) for _ in range(3))
        scores = q @ np.swapaxes(k, 1, 2) / np.sqrt(self.m) + np.where(np.tri(6) > 0.0, 0.0, -np.inf)
        return self.loss((softmax(scores) @ v).mean(axis=1) @ self.weight(self.m, 3))

    def kernel(self):
        """A Gaussian process: every pair of points is meant."""
        x, length = Tensor(self.data(self.n)), Tensor(0.7)
        difference = x[:, None] - x[None, :]
        K = np.exp(-0.5 * (difference / length) ** 2.0) + 0.1 * np.eye(self.n)
        t = self.data(self.n)
        return t @ np.linalg.solve(K, t) + np.linalg.slogdet(K)[1]

    def factorised(self):
        a, b = Tensor(0.1 * self.data(self.n, 3)), Tensor(0.1 * self.data(self.m, 3))
        seen = self.rng.random((self.n, self.m)) < 0.3
        error = np.where(seen, a @ b.T - self.data(self.n, self.m), 0.0)
        return np.sum(error * error) + 0.1 * (np.sum(a * a) + np.sum(b * b))

    def scalars(self):
        """Neurons made of single numbers."""
        total, w, b = 0.0, [Tensor(float(x)) for x in self.data(4)], Tensor(0.1)
        for row in self.data(6, 4):
            z = sum(wi * float(xi) for wi, xi in zip(w, row, strict=True)) + b
            h = np.tanh(z) if self.rng.random() < 0.5 else relu(z + 0.1)
            total = total + (h - float(self.data())) ** 2.0
        return total / 6.0

    def convolution(self):
        x, seed = self.data(4, 1, 8, 8), int(self.rng.integers(100))
        model = nn.Sequential(nn.Conv2d(1, 4, 3, seed=seed), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                              nn.Linear(36, 3, seed=seed))
        return self.loss(model(x))

    def trained(self):
        """After some steps."""
        model = nn.MLP([self.d, self.m, 2], seed=int(self.rng.integers(1000)))
        x, t = self.data(self.n, self.d), self.rng.integers(2, size=self.n)
        optimizer, loss = nn.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss()
        for _ in range(int(self.rng.integers(5, 60))):
            optimizer.zero_grad()
            loss(model(x), t).backward()
            optimizer.step()
        return loss(model(x), t)

    def mixture(self):
        """The likelihood of a mixture of Gaussians."""
        x, means, logs = self.data(self.n), Tensor([-1.0, 0.0, 2.0]), Tensor(np.zeros(3))
        parts = log_softmax(logs) - 0.5 * (x[:, None] - means) ** 2.0
        most = np.max(parts, axis=1, keepdims=True)
        return -np.mean(np.log(np.sum(np.exp(parts - most), axis=1)) + most[:, 0])

    def one_example(self):
        """A network on a single vector."""
        h = self.data(self.d)
        for _ in range(int(self.rng.integers(1, 4))):
            h = relu(self.weight(self.m, h.shape[0]) @ h + 0.1)
        z = self.weight(3, h.shape[0]) @ h
        return np.log(np.sum(np.exp(z - np.max(z)))) + np.max(z) - z[int(self.rng.integers(3))]
