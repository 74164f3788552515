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

import importlib
from typing import TYPE_CHECKING, Any

from nn import functional, init
from nn.activations import ELU, GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from nn.adaptive import Adadelta, Adagrad, Adam, AdamW, RMSprop
from nn.attention import MultiheadAttention, TransformerEncoderLayer
from nn.bfgs import BFGS
from nn.callbacks import CSVLogger, EarlyStopping
from nn.checkpoint import Checkpoint
from nn.clip import clip_grad_norm_, clip_grad_value_
from nn.convolution import AvgPool1d, AvgPool2d, Conv1d, Conv2d, MaxPool1d, MaxPool2d
from nn.data import batches, load_circles, load_digits, load_moons, load_spirals, load_xor, read_idx, train_test_split
from nn.ensemble import Ensemble
from nn.files import load, save
from nn.history import History, TrainingState
from nn.layers import MLP, Bilinear, Embedding, Flatten, Identity, Linear, Residual, Sequential
from nn.lbfgs import LBFGS
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from nn.minimizer import Minimizer, Minimum, Scipy
from nn.module import Buffer, Module, Parameter
from nn.normalization import BatchNorm1d, BatchNorm2d, Dropout, GroupNorm, LayerNorm
from nn.optim import SGD, Optimizer
from nn.penalty import Penalized
from nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from nn.schedules import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiStepLR,
    OneCycleLR,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
)
from nn.selection import RateSearch, search_lr
from nn.train import fit
from nn.words import MODULES as _MODULES
from nn.words import not_here as _not_here

if TYPE_CHECKING:
    from nn import plot as plot

__all__ = [
    "BFGS", "ELU", "GELU", "GRU", "LBFGS", "LSTM", "MLP", "RNN", "SGD", "Adadelta", "Adagrad", "Adam", "AdamW",
    "AvgPool1d", "AvgPool2d", "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "Bilinear",
    "Buffer", "CSVLogger", "Checkpoint", "Conv1d", "Conv2d", "CosineAnnealingLR", "CrossEntropyLoss", "Dropout",
    "EarlyStopping", "Embedding", "Ensemble", "ExponentialLR", "Flatten", "GRUCell", "GroupNorm", "HingeLoss",
    "History", "HuberLoss", "Identity", "KLDivLoss", "L1Loss", "LSTMCell", "LambdaLR", "LayerNorm", "LeakyReLU",
    "Linear", "LinearLR", "LogSoftmax", "Loss", "MSELoss", "MaxPool1d", "MaxPool2d", "Minimizer", "Minimum",
    "Module", "MultiStepLR", "MultiheadAttention", "NLLLoss", "OneCycleLR", "Optimizer", "Parameter",
    "Penalized", "RMSprop", "RNNCell", "RateSearch", "ReLU", "ReduceLROnPlateau", "Residual", "Schedule",
    "Scipy", "Sequential", "SiLU", "Sigmoid", "SmoothL1Loss", "Softmax", "Softplus", "StepLR", "Tanh",
    "TrainingState", "TransformerEncoderLayer", "batches", "clip_grad_norm_", "clip_grad_value_", "fit",
    "functional", "init", "load", "load_circles", "load_digits", "load_moons", "load_spirals", "load_xor",
    "plot", "read_idx", "save", "search_lr", "train_test_split",
]


def __getattr__(name: str) -> Any:
    """`plot`, loaded when it is first used; torch's names that are written in another way here; what does not exist."""
    if name == "plot":
        return importlib.import_module("nn.plot")
    if name.startswith("__"):
        raise AttributeError(name)
    raise _not_here(f"nn has no {name!r}.", name, _MODULES, __all__)
