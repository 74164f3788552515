"""Programs with one planted fault each: a comment on the faulty line says which kind `diagnose` must find there."""
import numpy as np

import nn
from autograd import Tensor
from autograd.visualize.diagnosis import diagnose
from nn.functional import relu, sigmoid, softmax

FAULTS = []


def fault(function):
    FAULTS.append(function)
    return function


def numbers(*shape, seed=0, scale=1.0):
    return np.random.default_rng([seed, *shape]).normal(size=shape) * scale


def weights(*shape, seed=1, name=None):
    return Tensor(numbers(*shape, seed=seed) / np.sqrt(shape[0]), name=name)


def positive(*shape, seed=2):
    return np.abs(numbers(*shape, seed=seed)) + 0.1


X, T, LABELS = numbers(32, 8), numbers(32), (numbers(32) > 0.0).astype(float)
ONE_HOT = np.eye(4)[np.arange(32) % 4]


# ---------------------------------------------------------------- nan and inf on the way forward
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


# ---------------------------------------------------------------- nan and inf on the way back
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
def hand_written_sigmoid_overflows():
    w = Tensor(np.array([-2000.0, 1.0]), name="w")
    z = np.array([[1.0, 0.0], [0.0, 1.0]]) @ w
    e = np.exp(-z)  # fault: inf
    p = e / (1.0 + e) * 0.0 + 1.0 / (1.0 + e)
    return np.sum(p)


@fault
def learned_exponent_of_a_negative_base():
    p = Tensor(2.0, name="p")
    return np.mean(np.array([-1.0, 2.0, 3.0]) ** p)  # fault: nan gradient


@fault
def powers_of_signed_data():
    exponents, data = Tensor(np.array([1.0, 2.0, 3.0]), name="exponents"), numbers(10, 1)
    features = data ** exponents  # fault: nan gradient
    return np.mean(features)


# ---------------------------------------------------------------- vanishing
@fault
def twenty_layers_of_sigmoids():
    h = X
    for k in range(20):
        h = sigmoid(h @ weights(8, 8, seed=k))  # fault: vanishing gradient
    return np.mean(h)


@fault
def thirty_layers_of_tanh_with_small_weights():
    h = X
    for k in range(30):
        h = np.tanh(h @ (0.4 * weights(8, 8, seed=k)))  # fault: vanishing gradient
    return np.mean(h * h)


@fault
def initial_weights_far_too_small():
    w = [Tensor(numbers(16, 16, seed=k, scale=1e-4), name=f"w{k}") for k in range(4)]
    h = numbers(32, 16)
    for k in range(4):
        h = relu(h @ w[k])  # fault: vanishing gradient
    return np.mean(h)


@fault
def recurrent_network_over_eighty_steps():
    w, u, h = Tensor(0.5 * np.eye(4), name="w"), weights(3, 4, name="u"), np.zeros((2, 4))
    for x in numbers(80, 2, 3):
        h = np.tanh(x @ u + h @ w)  # fault: vanishing gradient
    return np.mean(h * h)


@fault
def linear_recurrence_that_forgets():
    w, h = Tensor(0.3, name="w"), Tensor(1.0, name="start")
    for _ in range(30):
        h = w * h  # fault: vanishing gradient
    return h + w


@fault
def handwritten_sigmoids_in_a_row():
    h = X
    for k in range(16):
        h = 1.0 / (1.0 + np.exp(-(h @ weights(8, 8, seed=k))))  # fault: vanishing gradient
    return np.mean(h)


@fault
def damping_in_every_layer():
    h, w = numbers(16, 8), [weights(8, 8, seed=k) for k in range(10)]
    for k in range(10):
        h = np.tanh(h @ w[k])
        h = 0.01 * h  # fault: vanishing gradient
    return np.mean(h)


@fault
def sequential_of_many_sigmoids():
    layers = []
    for _ in range(14):
        layers += [nn.Linear(8, 8, seed=1), nn.Sigmoid()]
    model = nn.Sequential(*layers)
    return np.mean(model(X))  # fault: vanishing gradient


# ---------------------------------------------------------------- exploding
@fault
def weights_of_scale_ten():
    h = X
    for k in range(6):
        h = relu(h @ Tensor(numbers(8, 8, seed=k, scale=10.0)))  # fault: exploding gradient
    return np.mean(h)


@fault
def recurrence_that_grows():
    w, h = Tensor(1.8 * np.eye(4), name="w"), np.ones(4)
    for _ in range(40):
        h = h @ w  # fault: exploding gradient
    return np.sum(h)


@fault
def linear_layers_without_scale():
    h = numbers(16, 64)
    for k in range(7):
        h = h @ Tensor(numbers(64, 64, seed=k))  # fault: exploding gradient
    return np.mean(h)


@fault
def learning_is_diverging():
    w = numbers(8)
    for _ in range(60):
        w = w - 2.0 * 2.0 * X.T @ (X @ w - T) / 32.0
    w = Tensor(w, name="w")
    return np.mean((X @ w - T) ** 2.0)  # fault: exploding gradient


@fault
def targets_in_the_billions():
    w = weights(8)
    error = X @ w - 1e12 * T
    return np.mean(error * error)  # fault: exploding gradient


@fault
def scalar_growth():
    rate, x = Tensor(3.0, name="rate"), 1.0
    for _ in range(25):
        x = x * rate  # fault: exploding gradient
    return x


@fault
def logistic_map():
    r, x = Tensor(3.99, name="r"), Tensor(0.3, name="x")
    for _ in range(60):
        x = r * x * (1.0 - x)  # fault: exploding gradient
    return x


# ---------------------------------------------------------------- dead and saturated
@fault
def bias_that_kills_all_units():
    w, b, v = weights(8, 16), Tensor(np.full(16, -100.0), name="b"), weights(16)
    h = relu(X @ w + b)  # fault: dead relu
    return np.mean((h @ v - T) ** 2.0)


@fault
def dead_by_numpy_maximum():
    w, b, v = weights(8, 16), Tensor(np.full(16, -50.0), name="b"), weights(16)
    h = np.maximum(X @ w + b, 0.0)  # fault: dead relu
    return np.mean((h @ v + 1.0) ** 2.0)


@fault
def dead_after_one_large_step():
    w, b = Tensor(-np.abs(numbers(8, 16))), Tensor(np.zeros(16), name="b")
    h = relu(np.abs(X) @ w + b)  # fault: dead relu
    return np.mean(h @ weights(16) - T) ** 2.0


@fault
def dead_second_layer():
    w, v = weights(8, 16), Tensor(-np.abs(numbers(16, 12)))
    h = relu(X @ w)
    h = relu(h @ v)  # fault: dead relu
    return np.mean((h @ weights(12) - T) ** 2.0)


@fault
def nearly_all_units_dead():
    b = np.full(20, -80.0)
    b[7] = 0.0
    h = relu(X @ weights(8, 20) + Tensor(b, name="b"))  # fault: dead relu
    return np.mean(h @ weights(20))


@fault
def dead_in_a_module():
    model = nn.Sequential(nn.Linear(8, 16, seed=0), nn.ReLU(), nn.Linear(16, 1, seed=1))
    model.parameters()[1].data = np.full(16, -70.0)
    return np.mean(model(X) ** 2.0)  # fault: dead relu


@fault
def pixels_up_to_255():
    pixels = np.random.default_rng(0).integers(0, 256, (32, 20)).astype(float)
    h = sigmoid(pixels @ Tensor(numbers(20, 10), name="w"))  # fault: saturated
    return np.mean(h @ weights(10))


@fault
def tanh_of_large_weights():
    h = np.tanh(X @ Tensor(numbers(8, 12, scale=200.0)))  # fault: saturated
    return np.mean((h @ weights(12) - T) ** 2.0)


@fault
def neuron_with_unscaled_inputs():
    w, b = Tensor(0.5, name="w"), Tensor(1.0, name="b")
    p = sigmoid(w * 1000.0 + b)  # fault: saturated
    return (p - 0.0) * (p - 0.0)


@fault
def gate_with_a_huge_bias():
    b = Tensor(np.full(6, -40.0), name="b")
    open_part = sigmoid(X @ weights(8, 6) + b)  # fault: saturated
    return np.mean(open_part * np.tanh(X @ weights(8, 6, seed=5)))


@fault
def recurrent_tanh_saturates():
    w, h = Tensor(60.0 * numbers(6, 6), name="w"), numbers(4, 6)
    for _ in range(5):
        h = np.tanh(h @ w)  # fault: saturated
    return np.mean(h)


@fault
def saturated_output_layer():
    h = np.tanh(X @ weights(8, 8))
    p = sigmoid(h @ Tensor(numbers(8, scale=5000.0)))  # fault: saturated
    return np.mean((p - LABELS) ** 2.0)


# ---------------------------------------------------------------- cut off
@fault
def branch_that_is_never_taken():
    w, v = weights(8, name="w"), weights(8, seed=4, name="v")
    z = np.where(np.abs(T) > 100.0, X @ w, X @ v)  # fault: unconnected
    return np.mean(z * z)


@fault
def parameter_outside_its_limits():
    rate = Tensor(3.0, name="rate")
    x = np.clip(rate, 0.0, 1.0)  # fault: unconnected
    return x * x + 1.0


@fault
def mask_of_zeros():
    w = weights(8, 4, name="w")
    h = np.tanh(X @ w) * np.zeros(4)  # fault: unconnected
    return np.mean((h + Tensor(np.ones(4), name="b")) ** 2.0)


@fault
def maximum_that_never_counts():
    w, floor = weights(8, name="w"), Tensor(-100.0, name="floor")
    z = np.maximum(X @ w, floor)  # fault: unconnected
    return np.mean(z * z)


@fault
def written_over():
    h = np.tanh(X @ weights(8, 4, name="w"))
    h[:] = Tensor(np.ones(4), name="b")  # fault: unconnected
    return np.mean(h * h)


@fault
def accuracy_as_a_loss():
    w = weights(8, 4)
    hits = np.argmax(X @ w, axis=1) == np.argmax(ONE_HOT, axis=1)
    return diagnose(np.mean(hits))  # fault: unconnected


@fault
def rounded_prediction():
    w = weights(8)
    p = np.round(sigmoid(X @ w))
    return diagnose(np.mean((p - LABELS) ** 2.0))  # fault: unconnected


# ---------------------------------------------------------------- broadcasts, waste
@fault
def column_against_row():
    prediction = X @ weights(8, 1)
    error = prediction - T  # fault: broadcast
    return np.mean(error * error)


@fault
def logistic_loss_of_a_column():
    p = sigmoid(X @ weights(8, 1))
    loss = LABELS * np.log(p) + (1.0 - LABELS) * np.log(1.0 - p)  # fault: broadcast
    return -np.mean(loss)


@fault
def network_with_one_output():
    h = np.tanh(X @ weights(8, 6))
    residual = T - h @ weights(6, 1)  # fault: broadcast
    return np.sum(np.abs(residual))


@fault
def weighted_column():
    prediction = nn.Linear(8, 1, seed=0)(X)
    loss = positive(32) * prediction ** 2.0  # fault: broadcast
    return np.mean(loss)


@fault
def layer_computed_twice():
    w, x = weights(100, 100, name="w"), numbers(200, 100)
    first = np.tanh(x @ w)
    second = x @ w  # fault: duplicate
    return np.mean(first) + np.mean(second * second)


@fault
def exponential_computed_twice():
    x = Tensor(numbers(500, 500), name="x")
    top = np.exp(x)
    return np.mean(top / (1.0 + np.exp(x)))  # fault: duplicate


@fault
def all_pairs_at_once():
    points = Tensor(numbers(3500, 1), name="points")
    difference = points - points.T
    kernel = np.exp(-difference * difference)  # fault: memory
    return np.mean(np.tanh(kernel))
