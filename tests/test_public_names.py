"""What a user may write: `__all__` lists it, it is there, and its documentation has an example that runs."""
import doctest
import inspect
import types

import pytest

import autograd
import nn

AUTOGRAD = """
    Tensor no_grad check_grads checkpoint compile deriv diagnose draw elementwise_grad explain grad grad_and_aux
    grad_named hessian hessian_tensor_product hessian_vector_product holomorphic_grad is_traced jacobian make_ggnvp
    make_hvp make_jvp make_jvp_reversemode make_vjp multigrad_dict conventions scan strict tensor_jacobian_product trace
    value_and_grad vector_jacobian_product vmap"""
NN = """
    Module Parameter Buffer Linear Sequential MLP Flatten BatchNorm1d BatchNorm2d Dropout
    Conv1d Conv2d MaxPool1d MaxPool2d AvgPool1d AvgPool2d
    Sigmoid Tanh ReLU LeakyReLU ELU GELU SiLU Softplus Softmax LogSoftmax functional init
    Bilinear Embedding Identity Residual LayerNorm GroupNorm RNN LSTM GRU RNNCell LSTMCell GRUCell
    MultiheadAttention TransformerEncoderLayer SmoothL1Loss KLDivLoss
    MSELoss L1Loss HuberLoss BCELoss BCEWithLogitsLoss CrossEntropyLoss NLLLoss HingeLoss
    SGD Adagrad Adadelta RMSprop Adam AdamW BFGS LBFGS Scipy clip_grad_norm_ clip_grad_value_
    StepLR MultiStepLR ExponentialLR LinearLR CosineAnnealingLR LambdaLR ReduceLROnPlateau OneCycleLR
    fit History Checkpoint EarlyStopping CSVLogger save load Ensemble Penalized search_lr
    load_digits load_moons load_xor load_circles load_spirals read_idx batches train_test_split plot"""
TENSOR = """
    data grad name shape dtype ndim size T item detach backward zero_grad
    sum mean max min prod var std cumsum cumprod reshape transpose dot squeeze swapaxes ravel flatten repeat take clip
    trace diagonal argmax argmin argsort any all round astype copy tolist"""
INTERFACES = {"Loss", "Optimizer", "Minimizer", "Schedule", "Minimum", "RateSearch",
              "TrainingState"}                                                # what the names above take or return

FROM_TYPING = {"Any", "TYPE_CHECKING"}


def missing(package, wanted):
    """Names that are promised but absent, listed but absent, or there but not listed."""
    listed = set(package.__all__)
    there = {name for name, value in vars(package).items()
             if not name.startswith("_") and not isinstance(value, types.ModuleType)} - FROM_TYPING
    return {"absent": {name for name in listed | wanted if not hasattr(package, name)},
            "not listed": (wanted | there) - listed, "not promised": listed - wanted}


NOTHING = {"absent": set(), "not listed": set(), "not promised": set()}


def test_autograd_has_the_promised_names():
    assert missing(autograd, set(AUTOGRAD.split())) == NOTHING


def test_nn_has_the_promised_names():
    assert missing(nn, set(NN.split()) | INTERFACES) == NOTHING


def test_lists_have_no_duplicates():
    for package in (autograd, nn):
        assert len(set(package.__all__)) == len(package.__all__)


def test_tensors_have_the_promised_names():
    assert [name for name in TENSOR.split() if not hasattr(autograd.Tensor, name)] == []
    assert [name for name in dir(autograd.Tensor(1.0)) if not name.startswith("_")
            and name not in TENSOR.split() and not hasattr(__import__("numpy").ndarray, name)] == ["level", "node",
                                                                                                   "value"]


@pytest.mark.parametrize("there", [{"__all__": ["f"]}, {"__all__": ["f"], "f": 1, "g": 2},
                                   {"__all__": ["f", "g"], "f": 1, "g": 2},
                                   {"__all__": [], "f": 1}])
def test_the_comparison_sees_a_difference(there):
    package = types.SimpleNamespace(**there)
    assert missing(package, {"f"}) != NOTHING
    assert missing(types.SimpleNamespace(__all__=["f"], f=1, _g=2), {"f"}) == NOTHING


def examples(thing):
    return doctest.DocTestParser().get_examples(inspect.getdoc(thing) or "")


PUBLIC = [(package, name) for package in (autograd, nn) for name in package.__all__]


@pytest.mark.parametrize(("package", "name"), PUBLIC, ids=[f"{package.__name__}.{name}" for package, name in PUBLIC])
def test_every_public_name_shows_an_example(package, name):
    thing = getattr(package, name)
    assert thing.__doc__, f"{name} has no documentation"
    assert examples(thing), f"the documentation of {name} has no example"


def test_a_missing_example_is_noticed():
    def f():
        """Nothing to see."""
    assert examples(f) == []
    assert examples(autograd.grad) != []
