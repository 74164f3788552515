"""nan and inf on the way forward."""
import numpy as np

import nn
from autograd import Tensor
from nn.functional import sigmoid, softmax
from tests.visualize.faults.programs import ONE_HOT, T, X, fault, numbers, random, weights


@fault
def logarithm_of_a_probability_of_zero():
    w = Tensor(numbers(8, scale=30.0), name="w")
    p = sigmoid(-np.abs(X @ w) * 50.0)
    return -np.mean(np.log(p))  # fault: inf


@fault
def cross_entropy_of_a_certain_prediction():
    w = weights(8, 4)
    p = softmax(X @ w * 2000.0)
    return -np.mean(np.sum(ONE_HOT * np.log(p), axis=1))  # fault: inf


@fault
def softmax_without_the_maximum():
    w = weights(8, 4)
    e = np.exp(X @ w * 2000.0)  # fault: inf
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(np.sum(ONE_HOT * np.log(p), axis=1))


@fault
def standardised_constant_column():
    data = X.copy()
    data[:, 3] = 5.0
    x = Tensor(data, name="x")
    z = (x - x.mean(axis=0)) / x.std(axis=0)  # fault: nan
    return np.mean(z * z * z)


@fault
def batch_normalisation_of_one_example():
    w, gamma = weights(8, 5), Tensor(np.ones(5), name="gamma")
    h = X[:1] @ w
    centred = h - h.mean(axis=0)
    h = gamma * centred / np.sqrt((centred * centred).mean(axis=0))  # fault: nan
    return np.sum(h * h)


@fault
def root_of_a_negative_number():
    w = weights(8)
    return np.sum(np.sqrt(X @ w))  # fault: nan


@fault
def variance_by_difference():
    x = Tensor(np.full(1000, 1e8) + numbers(1000, scale=1e-3), name="x")
    variance = np.mean(x * x) - np.mean(x) ** 2.0 - 1e3
    return np.sqrt(variance)  # fault: nan


@fault
def logarithm_of_a_negative_number():
    w = weights(8)
    return np.mean(np.log(X @ w))  # fault: nan


@fault
def power_of_a_negative_base():
    w = weights(8)
    return np.mean((X @ w) ** 1.5)  # fault: nan


@fault
def negative_power_of_zero():
    x = Tensor([0.0, 1.0, 2.0])
    return np.sum(x ** -1.0)  # fault: inf


@fault
def mean_of_an_empty_class():
    w, chosen = weights(8), np.zeros(32)
    total = np.sum(chosen * (X @ w))
    return total / Tensor(np.sum(chosen), name="count")  # fault: nan


@fault
def poisson_rate_overflows():
    w = Tensor(numbers(8, scale=400.0), name="w")
    rate = np.exp(X @ w)  # fault: inf
    return np.mean(rate - T * np.log(rate))


@fault
def single_precision_overflows():
    w = Tensor(np.full(8, 1e30, np.float32), name="w")
    h = X.astype(np.float32) @ w
    return np.mean(h * h)  # fault: inf


@fault
def missing_value_in_the_data():
    data = X.copy()
    data[3, 2] = np.nan
    w = weights(8)
    error = data @ w - T  # fault: nan
    return np.mean(error * error)


@fault
def missing_value_in_the_target():
    target = T.copy()
    target[5] = np.nan
    error = X @ weights(8) - target  # fault: nan
    return np.mean(error * error)


@fault
def weights_that_are_nan():
    start = numbers(8)
    start[0] = np.nan
    w = Tensor(start, name="w")  # fault: nan
    return np.mean(X @ w)


@fault
def learning_diverged_to_nan():
    w = numbers(8)
    with np.errstate(all="ignore"):
        for _ in range(400):
            w = w - 30.0 * 2.0 * X.T @ (X @ w - T) / 32.0
    w = Tensor(w, name="w")  # fault: nan
    return np.mean((X @ w - T) ** 2.0)


@fault
def learning_diverged_to_an_overflow():
    w = Tensor(numbers(8) * 1e200, name="w")
    error = X @ w - T
    return np.mean(error * error)  # fault: inf


@fault
def arccos_beyond_one():
    u, v = Tensor([1.0, 1e-4], name="u"), np.array([1.0, 0.0])
    cosine = np.sum(u * v) / 0.999
    return np.arccos(cosine)  # fault: nan


@fault
def fisher_transform_of_a_perfect_correlation():
    r = Tensor([0.3, 1.0], name="r")
    return np.sum(np.arctanh(r))  # fault: inf


@fault
def entropy_with_an_empty_bin():
    counts = Tensor([4.0, 0.0, 6.0], name="counts")
    p = counts / np.sum(counts)
    return -np.sum(p * np.log(p))  # fault: inf


@fault
def geometric_mean_with_a_zero():
    x = Tensor([1.0, 0.0, 3.0])
    logs = np.log(x)  # fault: inf
    return np.mean(logs * 0.5)


@fault
def reciprocal_distance_to_itself():
    points = Tensor(numbers(6, 2), name="points")
    difference = points[:, None, :] - points[None, :, :]
    squares = np.sum(difference * difference, axis=2)
    return np.sum(1.0 / squares)  # fault: inf


@fault
def recurrence_overflows():
    h, w = np.ones(3), Tensor(50.0 * np.eye(3), name="w")
    for _ in range(300):
        h = h @ w  # fault: inf
    return np.sum(h)


@fault
def difference_of_infinities():
    x = Tensor([800.0, 2.0], name="x")
    big = np.exp(x)  # fault: inf
    return np.sum(big - big * 1.0)


@fault
def hand_written_sigmoid_overflows():
    w = Tensor(np.array([-2000.0, 1.0]), name="w")
    z = np.array([[1.0, 0.0], [0.0, 1.0]]) @ w
    e = np.exp(-z)  # fault: inf
    p = e / (1.0 + e) * 0.0 + 1.0 / (1.0 + e)
    return np.sum(p)


# ---------------------------------------------------------------- by a second author
@fault
def cross_entropy_by_hand():
    X, y = random(0).normal(size=(20, 5)), random(1).integers(0, 3, 20)
    W = Tensor(random(2).normal(size=(5, 3)) * 300, name="W")
    z = X @ W
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    p = p / np.sum(p, axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(20), y]))  # fault: inf


@fault
def softmax_without_shift():
    X = random(0).normal(size=(8, 4)) * 100
    W = Tensor(random(2).normal(size=(4, 3)) * 5, name="W")
    e = np.exp(X @ W)  # fault: inf
    return np.sum(e / np.sum(e, axis=1, keepdims=True))


@fault
def negative_variance():
    x = Tensor(np.full(6, 1e8) + np.linspace(0, 1e-3, 6), name="x")
    var = np.mean(x) - np.mean(x) * 1.0000001
    return np.sum(x / np.sqrt(var))  # fault: nan


@fault
def batchnorm_without_eps():
    X = np.concatenate([random(0).normal(size=(16, 3)), np.ones((16, 1))], axis=1)
    gamma, beta = Tensor(np.ones(4), name="gamma"), Tensor(np.zeros(4), name="beta")
    W = Tensor(np.diag([1.0, 1.0, 1.0, 0.0]), name="W")
    h = X @ W
    mean = np.mean(h, axis=0)
    centred = h - mean
    std = np.sqrt(np.mean(centred * centred, axis=0))
    normed = centred / std  # fault: nan
    return np.sum((normed * gamma + beta) ** 2)


@fault
def loaded_csv_with_holes():
    X = random(0).normal(size=(30, 4))
    X[7, 2] = np.nan
    model = nn.Sequential(nn.Linear(4, 8, seed=0), nn.Tanh(), nn.Linear(8, 1, seed=1))
    h = model(X)  # fault: nan
    return np.mean(h ** 2)


@fault
def fractional_power_of_negative():
    x = Tensor(random(0).normal(size=10), name="x")
    scale = Tensor(2.0, name="scale")
    y = x * scale
    return np.sum(y ** 1.5)  # fault: nan


@fault
def kl_of_gaussians():
    mu, logvar = Tensor(random(0).normal(size=(4, 3)), name="mu"), Tensor(np.full((4, 3), 800.0), name="logvar")
    var = np.exp(logvar)  # fault: inf
    return 0.5 * np.sum(var + mu ** 2 - 1 - logvar)


@fault
def attention_with_full_mask():
    q, k, v = (Tensor(random(i).normal(size=(4, 6)), name=n) for i, n in enumerate("qkv"))
    mask = np.zeros((4, 4))
    mask[2] = -np.inf
    scores = q @ k.T / np.sqrt(6.0) + mask
    shifted = scores - np.max(scores, axis=-1, keepdims=True)  # fault: nan
    w = np.exp(shifted)
    return np.sum((w / np.sum(w, axis=-1, keepdims=True)) @ v)


@fault
def divided_by_count():
    x = Tensor(random(0).normal(size=(3, 5)), name="x")
    mask = np.array([[1, 1, 0, 0, 1], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1.0]])
    means = (np.sum(x * mask, axis=1) + 1.0) / np.sum(mask, axis=1)  # fault: inf
    return np.sum(means)


@fault
def momentum_of_logits():
    w = Tensor(3.0, name="w")
    x = w
    for _ in range(12):
        x = x * x  # fault: inf
    return x * 2.0
