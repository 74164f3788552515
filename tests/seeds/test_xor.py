"""Document 004, exclusive or: NumPy's run to full precision, and the conventions it rests on."""
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from autograd import elementwise_grad, grad
from nn.documents.xor import ACTIVATIONS, X, Y, half_squares, predict, starts, train
from nn.functional import relu, sigmoid
from tests.seeds.reference import REFERENCE


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_ten_thousand_epochs_to_the_last_digits(name):
    kept, expected = train(name, (0, 10000)), REFERENCE[f"004-xor-{name}"]["losses"]
    losses = [half_squares(kept[i], ACTIVATIONS[name][0]) for i in (0, 10000)]
    assert_allclose(losses, [expected["0"], expected["10000"]], rtol=1e-11, atol=1e-26)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_their_derivatives(name):
    expected = REFERENCE["004-activations"]
    x = np.array(expected["x"])
    assert_allclose(ACTIVATIONS[name][0](x), expected[name]["f"], rtol=1e-15)
    assert_allclose(elementwise_grad(ACTIVATIONS[name][0])(x), expected[name]["df"], rtol=1e-13)


def test_the_derivative_of_relu_at_0_is_0():
    assert grad(relu)(0.0) == 0.0


def test_relu_leaves_its_argument_alone():
    x = np.array([-1.0, 2.0])
    assert_array_equal(relu(x), [0.0, 2.0])
    assert_array_equal(x, [-1.0, 2.0])
    np.maximum(x, 0, out=x)                                            # as the document writes it
    assert_array_equal(x, [0.0, 2.0])


def test_the_step_is_a_quarter_of_the_gradient_of_the_printed_loss():
    wh, bh, wo, bo = weights = starts()["sigmoid"]
    hidden, output = sigmoid(wh @ X + bh), predict(weights, sigmoid)
    delta = (output - Y) * output * (1 - output)
    below = (wo.T @ delta) * hidden * (1 - hidden)
    steps = [below @ X.T, below.sum(axis=1, keepdims=True), delta @ hidden.T, delta.sum(axis=1, keepdims=True)]
    for g, step in zip(grad(half_squares)(weights, sigmoid), steps, strict=True):
        assert_allclose(g / 4, step / 4, rtol=1e-13)
    moved = train("sigmoid", (1,))[1]
    for before, after, step in zip(weights, moved, steps, strict=True):
        assert_allclose(after, before - 5.0 * step / 4, rtol=1e-14)
    assert bo.shape == (1, 1)


def test_signs_of_the_output_derivatives():
    z, y = 0.3, 1.0
    a = sigmoid(z)
    assert grad(lambda z: 0.5 * (y - sigmoid(z)) ** 2)(z) == pytest.approx((a - y) * a * (1 - a), rel=1e-14)

    def cross_entropy(z):
        return -(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z)))

    assert grad(cross_entropy)(z) == pytest.approx(a - y, rel=1e-14)
