"""A thin layer of neural networks over `autograd`: modules, losses, optimizers, and `fit`.

>>> import nn
>>> X, y = nn.load_digits()
>>> model = nn.Sequential(nn.Linear(64, 100), nn.ReLU(), nn.Linear(100, 10), seed=0)
>>> optimizer = nn.SGD(model.parameters(), lr=0.1)
>>> history = nn.fit(model, (X, y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=3, batch_size=10)
>>> history.accuracy[-1] > 0.9
True
>>> model.predict(X[:2]).shape
(2, 10)
"""

from nn import functional, init
from nn.bfgs import BFGS, Minimum
from nn.callbacks import CSVLogger, EarlyStopping
from nn.checkpoint import Checkpoint
from nn.convolution import AvgPool1d, AvgPool2d, Conv1d, Conv2d, MaxPool1d, MaxPool2d
from nn.data import batches, load_digits, load_moons, load_xor, read_idx, train_test_split
from nn.ensemble import Ensemble
from nn.files import load, save
from nn.history import History, TrainingState
from nn.layers import (
    ELU,
    GELU,
    MLP,
    Flatten,
    LeakyReLU,
    Linear,
    LogSoftmax,
    ReLU,
    Sequential,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    L1Loss,
    Loss,
    MSELoss,
    NLLLoss,
)
from nn.module import Buffer, Module, Parameter
from nn.normalization import BatchNorm1d, BatchNorm2d, Dropout
from nn.optim import SGD, Optimizer
from nn.penalty import Penalized
from nn.selection import RateSearch, search_lr
from nn.train import fit

__all__ = [
    "BFGS", "ELU", "GELU", "MLP", "SGD", "AvgPool1d", "AvgPool2d", "BCELoss", "BCEWithLogitsLoss",
    "BatchNorm1d", "BatchNorm2d", "Buffer", "CSVLogger", "Checkpoint", "Conv1d", "Conv2d", "CrossEntropyLoss",
    "Dropout", "EarlyStopping", "Ensemble", "Flatten", "HingeLoss", "History", "HuberLoss", "L1Loss",
    "LeakyReLU", "Linear", "LogSoftmax", "Loss", "MSELoss", "MaxPool1d", "MaxPool2d", "Minimum", "Module",
    "NLLLoss", "Optimizer", "Parameter", "Penalized", "RateSearch", "ReLU", "Sequential", "SiLU", "Sigmoid",
    "Softmax", "Softplus", "Tanh", "TrainingState", "batches", "fit", "functional", "init", "load",
    "load_digits", "load_moons", "load_xor", "read_idx", "save", "search_lr", "train_test_split",
]
