"""Pictures show what is there: every mark is compared with the numbers it stands for."""
import subprocess
import sys
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex

import nn
from autograd.errors import DataError, ShapeError
from autograd.gates.elementwise import sigmoid
from nn import plot
from nn.regions import COLOURS

MOONS = nn.load_moons(60)
DIGITS = nn.load_digits()


@pytest.fixture(autouse=True)
def _no_figure_stays():
    yield
    pyplot.close("all")


class Slanted(nn.Module):
    """Three classes: the left half, and the right one above and below a line; or one number for each point."""

    def __init__(self, kind="scores"):
        self.kind = kind

    def forward(self, x):
        scores = np.stack([0 * x[:, 0], x[:, 0], x[:, 0] + x[:, 1]], axis=1)
        return {"scores": scores, "column": x[:, :1], "flat": x[:, 0], "nan": scores * np.nan,
                "cube": scores[:, None, None]}[self.kind]


class Named:
    """A classifier of scikit-learn's kind."""

    classes_ = np.array(["down", "up"])

    def predict(self, X):
        return np.where(X[:, 1] > 0, "up", "down")


def ground(axes):
    """The colour of the ground in each square, and the squares' middles."""
    image = axes.images[0]
    left, right, low, high = image.get_extent()
    rows, columns = image.get_array().shape[:2]
    xs = left + (np.arange(columns) + 0.5) * (right - left) / columns
    ys = low + (np.arange(rows) + 0.5) * (high - low) / rows
    return image.get_array(), xs, ys


def colour(name):
    return [int(name[i:i + 2], 16) for i in (1, 3, 5)]


# ---------------------------------------------------------------- points and decisions
def test_points_have_the_place_the_colour_and_the_marker_of_their_class():
    X, y = nn.load_xor()
    axes = plot.points(X, y, size=1000)
    for i, marks in enumerate(axes.collections):
        np.testing.assert_array_equal(marks.get_offsets(), X[y == i])
        assert to_hex(marks.get_facecolor()[0]) == COLOURS[i]
        assert marks.get_sizes() == [1000]
    circle, cross = (marks.get_paths()[0].vertices.shape for marks in axes.collections)
    assert circle != cross


def test_the_ground_is_the_class_of_the_middle_of_each_square():
    X, y = np.array([[-1.0, -2.0], [1.0, 2.0], [1.0, -2.0]]), [0, 1, 2]
    found, xs, ys = ground(plot.decision_boundary(Slanted(), X, y, step=0.25))
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    expected = Slanted().predict(grid.reshape(-1, 2)).argmax(1).reshape(grid.shape[:2])
    np.testing.assert_array_equal(found, np.array([colour(name) for name in COLOURS])[expected])
    assert set(expected.ravel()) == {0, 1, 2}
    np.testing.assert_allclose(np.diff(xs), 0.25)
    np.testing.assert_allclose([xs[0], ys[0]], [-1.5, -2.5])
    assert xs[-1] >= 1.5
    assert ys[-1] >= 2.5


@pytest.mark.parametrize("kind", ["column", "flat"])
@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_one_number_for_each_point_is_held_against_the_threshold(kind, threshold):
    found, xs, _ = ground(plot.decision_boundary(Slanted(kind), *MOONS, threshold=threshold))
    np.testing.assert_array_equal(found[0], np.where(xs[:, None] > threshold, colour(COLOURS[1]), colour(COLOURS[0])))


def test_a_classifier_says_its_classes_itself():
    names = np.array(["down", "up"])[MOONS[1]]
    axes = plot.decision_boundary(Named(), MOONS[0], names)
    found, _, ys = ground(axes)
    np.testing.assert_array_equal(found[:, 0], np.where(ys[:, None] > 0, colour(COLOURS[1]), colour(COLOURS[0])))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["down", "up"]


def test_a_function_of_points_is_a_model_too():
    model = nn.MLP([2, 3, 2], seed=0)
    by_model, by_function = (ground(plot.decision_boundary(it, *MOONS))[0] for it in (model, lambda X: model(X).data))
    np.testing.assert_array_equal(by_model, by_function)


def test_a_gate_is_called_by_its_name():
    assert plot.activation(sigmoid).lines[0].get_label() == "sigmoid"


def test_the_documents_step_and_padding():
    found, xs, ys = ground(plot.decision_boundary(nn.MLP([2, 3, 2], seed=0), *nn.load_moons(200, 0.2), step=0.01))
    X = nn.load_moons(200, 0.2)[0]
    np.testing.assert_allclose([xs[0], ys[0]], X.min(0) - 0.5)
    assert found.shape[:2] == tuple(np.ceil((np.ptp(X, axis=0) + 1) / 0.01).astype(int) + 1)[::-1]


def test_drawing_leaves_the_model_alone():
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2), seed=0)
    before = [np.array(part.data) for part in (*model.parameters(), *model.buffers())]
    plot.decision_boundary(model, *MOONS)
    assert all(part.training for part in model.modules())
    for part, value in zip((*model.parameters(), *model.buffers()), before, strict=True):
        np.testing.assert_array_equal(part.data, value)


def test_predictions_stand_over_their_targets():
    y, predicted = np.arange(3.0), np.array([[1.0], [0.0], [2.5]])
    axes = plot.predictions(y, predicted)
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), np.column_stack([y, predicted]))
    assert axes.lines[0].get_xydata().tolist() == [[0, 0], [2, 2]]


# ---------------------------------------------------------------- curves
def test_the_loss_of_every_epoch():
    axes = plot.loss(nn.History(loss=[3.0, 2.0, 1.5], validation_loss=[4.0, 3.0, 3.5]))
    assert [line.get_ydata().tolist() for line in axes.lines] == [[3.0, 2.0, 1.5], [4.0, 3.0, 3.5]]
    assert axes.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert len(plot.loss(range(100)).lines) == 1


@pytest.mark.parametrize(("f", "slope"), [
    (nn.Tanh(), lambda x: 1 - np.tanh(x) ** 2), (nn.ReLU(), lambda x: x > 0), (np.sin, np.cos),
    (nn.functional.sigmoid, lambda x: 1 / (2 + 2 * np.cosh(x)))], ids=["module", "ReLU", "NumPy", "function"])
def test_an_activation_and_its_derivative(f, slope):
    axes = plot.activation(f, span=(-3, 2), tangents=[1.0])
    xs, values = axes.lines[0].get_data()
    assert (xs[0], xs[-1]) == (-3, 2)
    np.testing.assert_allclose(values, f(xs))
    np.testing.assert_allclose(axes.lines[1].get_ydata(), slope(xs), atol=1e-12)
    (x0, x1), (y0, y1) = axes.lines[2].get_data()
    np.testing.assert_allclose([(x0 + x1) / 2, (y0 + y1) / 2, (y1 - y0) / (x1 - x0)], [1, f(1.0), slope(1.0)])


# ---------------------------------------------------------------- images
def test_images_stand_in_rows_with_their_labels_above():
    axes = plot.images(DIGITS[0][:12], DIGITS[1][:12], columns=5)
    for image, pixels in zip(axes.images, DIGITS[0][:12], strict=True):
        np.testing.assert_array_equal(image.get_array().data.ravel(), pixels)
    places = np.array([image.get_extent() for image in axes.images])
    assert len(set(places[:, 0])) == 5
    assert len(set(places[:, 2])) == 3
    for i, text in enumerate(axes.texts):
        assert text.get_text() == str(DIGITS[1][i])
        assert places[i, 0] < text.get_position()[0] < places[i, 1]
        assert text.get_position()[1] < places[i, 3]


def test_signed_images_have_white_at_zero():
    axes = plot.images([[[-1.0, 0.0], [0.5, 0.0]], [[2.0, 0.0], [0.0, 0.0]]])
    assert {image.get_clim() for image in axes.images} == {(-2.0, 2.0)}
    assert to_hex(axes.images[0].to_rgba(np.array([0.0]))[0]) == "#f7f6f6"


def test_weights_are_those_of_each_unit_or_filter():
    linear, conv = nn.Linear(6, 3, seed=0), nn.Conv2d(2, 3, (2, 4), seed=0)
    for layer, keywords in ((linear, {"shape": (2, 3)}), (conv, {})):
        shown = [image.get_array().data for image in plot.weights(layer, **keywords).images]
        np.testing.assert_array_equal(np.ravel(shown), layer.weight.data.ravel())
    assert shown[0].shape == (2, 4)


# ---------------------------------------------------------------- networks
def test_lines_are_the_weights():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Dropout(0.1), nn.Sequential(nn.Linear(3, 1)), seed=0)
    lines = plot.network(model).collections[0]
    values = np.concatenate([model[0].weight.data.ravel(), model[3][0].weight.data.ravel()])
    largest = np.repeat([np.abs(values[:6]).max(), np.abs(values[6:]).max()], [6, 3])
    np.testing.assert_allclose(lines.get_linewidths(), 0.2 + 2.8 * np.abs(values) / largest)
    assert [to_hex(c) == "#0072b2" for c in lines.get_colors()] == (values > 0).tolist()
    assert lines.get_segments()[0].tolist() == [[0, 0.5], [1, 1]]


@pytest.mark.parametrize(("sizes", "most", "units"), [
    ([2, 10, 1], 10, [2, 10, 1]), ([784, 100, 10], 10, [10, 10, 10]), ([1], 10, [1]), ([7, 7], 5, [5, 5])])
def test_both_drawings_have_the_units_and_lines_of_any_sizes(sizes, most, units):
    axes = plot.network(sizes, most=most)
    connections = sum(a * b for a, b in pairwise(units))
    assert len(axes.collections[1].get_offsets()) == sum(units)
    assert len(axes.collections[0].get_segments()) == connections
    root = ElementTree.fromstring(plot.network_svg(sizes, most=most))
    tags = [element.tag.rpartition("}")[2] for element in root]
    assert (tags.count("circle"), tags.count("line")) == (sum(units), connections)
    assert [e.text for e in root if e.tag.endswith("text")][-len(sizes):] == [str(n) for n in sizes]
    gaps = sum(size > most for size in sizes)
    assert sum(e.text == "⋮" for e in root) == sum(t.get_text() == "⋮" for t in axes.texts) == gaps


def test_units_never_touch_a_gap_and_stay_in_the_picture():
    root = ElementTree.fromstring(plot.network_svg([40, 3, 41], most=7))
    width, height = (float(value) for value in root.get("viewBox").split()[2:])
    places = [(float(e.get("cx")), float(e.get("cy"))) for e in root if e.tag.endswith("circle")]
    places += [(float(e.get("x")), float(e.get("y"))) for e in root if e.text == "⋮"]
    assert all(11 < x < width - 11 and 11 < y < height - 11 for x, y in places)
    for x in {x for x, _ in places}:
        assert np.diff(sorted(y for other, y in places if other == x)).min() >= 34


def test_left_out_units_keep_their_own_weights():
    layer = nn.Linear(6, 1)
    layer.weight.data = np.array([[1.0, 2.0, 100.0, 100.0, 3.0, 4.0]])
    widths = np.array(plot.network(layer, most=4).collections[0].get_linewidths())
    np.testing.assert_allclose((widths - 0.2) / 2.8, np.array([1, 2, 3, 4]) / 4)


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(("call", "error", "text"), [
    (lambda: plot.points(np.zeros((4, 3)), [0, 1, 0, 1]), ShapeError, "choose two columns"),
    (lambda: plot.points(np.zeros((4, 2)), np.zeros((4, 2))), ShapeError, "one label for each row"),
    (lambda: plot.points([[0.0, np.nan]], [0]), DataError, "leave such rows out"),
    (lambda: plot.points([["a", "b"]], [0]), DataError, "finite numbers"),
    (lambda: plot.points([], []), ValueError, "empty"),
    (lambda: plot.decision_boundary(Slanted("flat"), *MOONS), ValueError, "threshold=0.5"),
    (lambda: plot.decision_boundary("moons", *MOONS), TypeError, "a method predict, or a function of points"),
    (lambda: plot.decision_boundary(Slanted("cube"), *MOONS), ShapeError, "scores (N, C)"),
    (lambda: plot.decision_boundary(Slanted("nan"), *MOONS), DataError, "not finite"),
    (lambda: plot.decision_boundary(Slanted(), MOONS[0], MOONS[1].astype(str)), DataError, "return_inverse=True"),
    (lambda: plot.decision_boundary(Slanted(), *MOONS, step=0), ValueError, "a step above 0"),
    (lambda: plot.decision_boundary(Slanted(), *MOONS, padding=-9), ValueError, "padding of at least 0"),
    (lambda: plot.decision_boundary(Slanted(), *MOONS, step=1e-6), ValueError, "larger step"),
    (lambda: plot.decision_boundary(Slanted(), [[1.0, 1.0]], [0], padding=0), ValueError, "padding"),
    (lambda: plot.predictions([1.0, 2.0], [1.0]), ShapeError, "as many of both"),
    (lambda: plot.predictions(np.zeros((2, 3)), np.zeros((3, 2))), ShapeError, "as many of both"),
    (lambda: plot.loss(nn.History()), ValueError, "what nn.fit returned"),
    (lambda: plot.activation(nn.Softmax()), TypeError, "number by number"),
    (lambda: plot.activation(np.sum), TypeError, "number by number"),
    (lambda: plot.images(np.zeros((3, 7))), ShapeError, "shape=(H, W)"),
    (lambda: plot.images(np.zeros((3, 6)), shape=(2, 2)), ShapeError, "shape=(H, W)"),
    (lambda: plot.images(np.zeros((0, 4))), ShapeError, "row of images"),
    (lambda: plot.images(np.zeros((2, 4)), [1]), ShapeError, "one label for each"),
    (lambda: plot.images(np.zeros((2, 4)), columns=0), ValueError, "columns"),
    (lambda: plot.weights(nn.ReLU()), TypeError, "model[0]"),
    (lambda: plot.weights(nn.Linear(7, 2)), ShapeError, "shape=(H, W)"),
    (lambda: plot.network([]), ValueError, "without layers"),
    (lambda: plot.network([2, 0]), ValueError, "at least 1"),
    (lambda: plot.network([2, 2], most=1), ValueError, "most"),
    (lambda: plot.network(nn.ReLU()), TypeError, "sizes of the layers"),
    (lambda: plot.network(nn.Sequential(nn.Linear(2, 3), nn.Linear(2, 3))), TypeError, "not a chain"),
    (lambda: plot.network(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(2, 3))), TypeError, "Conv2d is not drawn"),
])
def test_what_cannot_be_drawn_is_refused_and_opens_no_figure(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)
    assert pyplot.get_fignums() == []


def test_drawings_go_into_the_axes_that_are_given():
    axes = pyplot.figure().subplots()
    for draw in (lambda: plot.points(*MOONS, ax=axes), lambda: plot.decision_boundary(Slanted(), *MOONS, ax=axes),
                 lambda: plot.predictions([1.0], [2.0], ax=axes), lambda: plot.loss([1.0], ax=axes),
                 lambda: plot.activation(np.tanh, ax=axes), lambda: plot.images(np.ones((1, 4)), ax=axes),
                 lambda: plot.weights(nn.Linear(4, 2), ax=axes), lambda: plot.network([1, 2], ax=axes)):
        assert draw() is axes
    assert len(pyplot.get_fignums()) == 1


def test_without_matplotlib_an_error_says_what_to_install():
    code = ("import sys; sys.modules['matplotlib'] = None\nimport nn\n"
            "print(nn.plot.network_svg([1, 1]).count('<circle'))\n"
            "try: nn.plot.loss([1.0])\nexcept ImportError as error: print('gategrad[plot]' in str(error))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "True"]
