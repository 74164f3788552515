"""nan and inf on the way back."""
import numpy as np

from autograd import Tensor
from tests.visualize.faults.programs import fault, numbers


@fault
def root_at_zero():
    x = Tensor([0.0, 1.0, 4.0], name="x")
    return np.sum(np.sqrt(x))  # fault: inf gradient


@fault
def hellinger_distance_to_an_empty_bin():
    q, p = Tensor([0.0, 0.4, 0.6], name="q"), np.array([0.2, 0.3, 0.5])
    difference = np.sqrt(q) - np.sqrt(p)  # fault: inf gradient
    return np.sum(difference * difference)


@fault
def fractional_power_at_zero():
    x = Tensor([0.0, 2.0], name="x")
    return np.sum(x ** 0.5)  # fault: inf gradient


@fault
def learned_variance_of_zero():
    variance = Tensor(np.array([0.5, 0.0, 1.0]), name="variance")
    scale = np.sqrt(variance)  # fault: inf gradient
    return np.mean(numbers(20, 3) * scale + 1.0)


@fault
def angle_between_equal_vectors():
    cosine = Tensor(1.0, name="cosine")
    return np.arccos(cosine) + 1.0  # fault: inf gradient


@fault
def cube_root_at_zero():
    x = Tensor([0.0, 8.0], name="x")
    return np.sum(np.cbrt(x))  # fault: inf gradient


@fault
def learned_exponent_of_a_negative_base():
    p = Tensor(2.0, name="p")
    return np.mean(np.array([-1.0, 2.0, 3.0]) ** p)  # fault: nan gradient


@fault
def powers_of_signed_data():
    exponents, data = Tensor(np.array([1.0, 2.0, 3.0]), name="exponents"), numbers(10, 1)
    features = data ** exponents  # fault: nan gradient
    return np.mean(features)


# ---------------------------------------------------------------- by a second author
@fault
def root_of_distance():
    a = Tensor([1.0, 2.0, 3.0], name="a")
    d = a - np.array([1.0, 0.0, 0.0])
    return np.sum(np.sqrt(d))  # fault: inf gradient


@fault
def angle_between():
    u, v = Tensor([1.0, 0.0], name="u"), np.array([1.0, 0.0])
    cosine = np.sum(u * v)
    return np.arccos(cosine)  # fault: inf gradient


@fault
def power_of_probabilities():
    logits = Tensor([0.0, 2.0, -1.0], name="logits")
    p = logits + np.array([0.0, 0.0, 1.5])
    return np.sum(p ** 0.3)  # fault: inf gradient


@fault
def single_precision_log():
    x = Tensor(np.array([1e-40, 1.0], np.float32), name="x")
    return np.sum(np.log(x))  # fault: inf gradient


@fault
def cube_root_features():
    w = Tensor([0.0, 1.0, 8.0], name="w")
    return np.mean(np.cbrt(w * 3.0))  # fault: inf gradient
