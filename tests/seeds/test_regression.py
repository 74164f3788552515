"""Document 002: the slips of its class and of its cells, beside what is correct."""
import numpy as np
from numpy.testing import assert_allclose

from autograd import grad
from nn.documents.regression import Problem, draw, layers, mean_square, residual, train
from nn.functional import sigmoid, softplus
from tests.seeds.reference import REFERENCE


def test_the_recorded_loss_is_a_signed_mean_and_falls_below_zero():
    expected = REFERENCE["002-class-as-written"]
    assert expected["signed_loss_at"]["9999"] < -2.8
    assert expected["mse_at"]["9999"] > 200


# ---------------------------------------------------------------- one shift for all biases, or a gradient for each
def test_sharing_a_shift_gives_the_sum_of_the_gradients_of_the_biases():
    problem = draw(50)
    W1, b1, W2, b2 = problem.start
    each = grad(lambda b: 0.5 * mean_square([W1, b, W2, b2], problem))(b1)
    shared = grad(lambda shift: 0.5 * mean_square([W1, b1 + shift, W2, b2], problem))(0.0)
    assert_allclose(shared, each.sum(), rtol=1e-13)
    assert each.shape == (10, 1)


def test_as_written_all_biases_move_alike_and_correctly_they_do_not():
    problem = draw(50)
    moved = {shared: train(problem, (5,), shared)[5][1] - problem.start[1] for shared in (True, False)}
    assert_allclose(moved[True], moved[True][0, 0], rtol=1e-12)
    assert np.ptp(moved[False]) > 0.1 * np.abs(moved[False]).max()


def test_the_class_descends_on_half_the_mean_square():
    problem = draw(50)
    _, _, W2, _ = problem.start
    _, A1, _ = layers(problem.start, problem.X)
    dZ2 = residual(problem.start, problem)
    dZ1 = W2.T @ dZ2 * (A1 * (1 - A1))
    by_hand = [dZ1 @ problem.X.T, dZ1.sum(axis=1, keepdims=True), dZ2 @ A1.T, dZ2.sum(keepdims=True)]
    obtained = grad(lambda weights: 0.5 * mean_square(weights, problem))(problem.start)
    for g, expected in zip(obtained, by_hand, strict=True):
        assert_allclose(g, expected / 50, rtol=1e-12)


# ---------------------------------------------------------------- the cells, with a sigmoid on the output
def cells_loss(weights, problem):
    """The loss whose derivative by Z2 is σ(Z2) − y, as the cells have it: cross-entropy, not squares."""
    Z2 = layers(weights, problem.X)[-1]
    return (softplus(Z2) - problem.y * Z2).mean()


def test_gradients_of_the_cells():
    problem, expected = draw(), REFERENCE["002-tour"]
    dW1, db1, dW2, db2 = grad(cells_loss)(problem.cells, problem)
    assert_allclose(dW1, expected["dW1"], rtol=1e-9)
    assert_allclose(db1[:, 0], expected["per_unit_db1"], rtol=1e-9)
    assert_allclose(db1.sum(), expected["sum_dZ1_over_m"], rtol=1e-9)
    assert_allclose(dW2, expected["dW2_correct"], rtol=1e-9)
    assert_allclose(db2, [[expected["db2"]]], rtol=1e-9)


def test_the_cells_bias_gradient_is_the_mean_of_Z1_not_of_its_gradient():
    problem, expected = draw(), REFERENCE["002-tour"]
    Z1, _, Z2 = layers(problem.cells, problem.X)
    assert_allclose(Z1.sum() / 10000, expected["sum_Z1_over_m_as_db"], rtol=1e-12)
    assert abs(expected["sum_Z1_over_m_as_db"] - expected["sum_dZ1_over_m"]) > 50
    assert_allclose([sigmoid(Z2).min(), sigmoid(Z2).max()], expected["A2_min_max"], rtol=1e-12)


def test_the_cells_weight_gradient_has_the_shape_of_the_points_squared():
    problem = draw(7)
    A2 = sigmoid(layers(problem.cells, problem.X)[-1])
    assert ((1 / 7) * (A2 - problem.y) * A2.T).shape == (7, 7)
    assert grad(cells_loss)(problem.cells, problem)[2].shape == (1, 10)


def test_the_cells_gradient_is_not_that_of_the_squared_error_of_a_sigmoid():
    problem = draw(50)

    def half_squares(weights, problem):
        error = sigmoid(layers(weights, problem.X)[-1]) - problem.y
        return 0.5 * (error * error).mean()

    cells, squares = (grad(loss)(problem.cells, problem)[3].item() for loss in (cells_loss, half_squares))
    assert abs(squares - cells) > 0.9 * abs(cells)


def test_targets_are_far_outside_of_what_a_sigmoid_reaches():
    problem = draw()
    assert isinstance(problem, Problem)
    assert problem.y.min() < -178
    assert problem.y.max() > 169
