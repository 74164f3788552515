"""Document 001's types of networks, each small: feed-forward, convolutional, recurrent, transformer."""
from functools import partial
from typing import Any

import numpy as np

import nn
from nn.documents.digits import shipped
from nn.documents.section import Data, Found, Section, accuracy, train


def images(data: Data) -> Data:
    """Rows of 64 pixels as images with one channel."""
    return data[0].reshape(-1, 1, 8, 8), data[1]


def feed_forward() -> Found:
    """64-100-10 with relu."""
    digits = shipped()
    model = nn.MLP([64, 100, 10], seed=0)
    train(model, digits.train, 20, 0.1, batch_size=10)
    return {"accuracy": accuracy(model, digits.test)}


def convolutional() -> Found:
    """Two convolutions, pooling, dropout, and one linear layer, on test images."""
    digits = shipped()
    model = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(),
                          nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5), nn.Linear(512, 10), seed=0)
    train(model, images(digits.train), 40, 0.05, partial(nn.SGD, momentum=0.9), batch_size=32)
    return {"accuracy": accuracy(model, images(digits.test))}


# ---------------------------------------------------------------- sequences
def first_symbols(n: int, length: int, seed: int) -> Data:
    """Sequences of four symbols, one-hot; the class is the symbol that came first, and then noise."""
    symbols = np.random.default_rng(seed).integers(0, 4, (n, length))
    return np.eye(4)[symbols], symbols[:, 0]


class Reader(nn.Module):
    """A recurrent layer that reads a sequence, and a linear one that says what it was from the last output."""

    def __init__(self, layer: Any, seed: int = 0) -> None:
        self.layer, self.head = layer, nn.Linear(layer.hidden_size, 4)
        self.reset_parameters(seed)

    def forward(self, x: Any) -> Any:
        outputs, _ = self.layer(x)
        return self.head(outputs[:, -1])


def remembering(layer: Any, length: int, epochs: int) -> Found:
    """The share of new sequences whose first symbol the layer still knows at the end."""
    model = Reader(layer)
    train(model, first_symbols(500, length, 0), epochs, 0.01, nn.Adam, batch_size=50)
    return {"accuracy": accuracy(model, first_symbols(500, length, 1)), "chance": 0.25}


def recurrent() -> Found:
    """A recurrent network remembers the first of eight symbols."""
    return remembering(nn.RNN(4, 16, batch_first=True), 8, 40)


def lstm() -> Found:
    """An LSTM remembers the first of twenty symbols."""
    return remembering(nn.LSTM(4, 16, batch_first=True), 20, 40)


def pointers(n: int, seed: int) -> Data:
    """Nine symbols from 0 to 7; the first says at which of the other eight places the class stands."""
    symbols = np.random.default_rng(seed).integers(0, 8, (n, 9))
    return symbols, symbols[np.arange(n), 1 + symbols[:, 0]]


class Transformer(nn.Module):
    """One layer of attention over symbols and their places; the first place answers."""

    def __init__(self, width: int = 32, seed: int = 0) -> None:
        self.symbols, self.places = nn.Embedding(8, width), nn.Embedding(9, width)
        self.layer = nn.TransformerEncoderLayer(width, nhead=4, dim_feedforward=64, dropout=0.0, batch_first=True)
        self.head = nn.Linear(width, 8)
        self.reset_parameters(seed)

    def forward(self, x: Any) -> Any:
        return self.head(self.layer(self.symbols(x) + self.places(np.arange(9)))[:, 0])


def transformer() -> Found:
    """A small transformer looks up the place that the first symbol names, in sequences it has not seen."""
    model = Transformer()
    train(model, pointers(4000, 0), 30, 0.003, nn.Adam, batch_size=100)
    return {"accuracy": accuracy(model, pointers(500, 1)), "chance": 0.125}


SECTIONS = (
    Section("001-feed-forward", "a feed-forward network on digits", feed_forward, ((0.95, "accuracy"),)),
    Section("001-convolutional", "a convolutional network on digits", convolutional, (
        (0.98, "accuracy"),), slow=True),
    Section("001-recurrent", "a recurrent network on sequences", recurrent, (("chance", 0.9, "accuracy"),), slow=True),
    Section("001-lstm", "an LSTM on longer sequences", lstm, (("chance", 0.9, "accuracy"),), slow=True),
    Section("001-transformer", "a transformer that looks up", transformer, (("chance", 0.9, "accuracy"),), slow=True),
)
