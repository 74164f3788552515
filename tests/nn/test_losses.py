"""Losses against formulas written out in NumPy and SciPy, their gradients, and what they refuse."""

import numpy as np
import pytest
import scipy.special

import nn
from autograd import Tensor, check_grads
from autograd.errors import DataError, ShapeError

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 4)) * 2, RNG.normal(size=(6, 4)) * 2
P, SOFT = RNG.uniform(0.2, 0.8, (6, 4)), RNG.uniform(size=(6, 4))
HARD, SIGNS = (SOFT > 0.5) * 1.0, np.where(SOFT > 0.5, 1.0, -1.0)
LABELS, SHARES = RNG.integers(0, 4, 6), RNG.dirichlet(np.ones(4), 6)
LOGITS = scipy.special.logit(P)


def cross_entropy(p, t):
    return -scipy.special.xlogy(t, p) - scipy.special.xlog1py(1 - t, -p)


def huber(x, y):
    e = np.abs(x - y)
    return np.where(e <= 1.5, e**2 / 2, 1.5 * (e - 0.75))


CASES = {
    "mse": (nn.MSELoss, {}, X, Y, (X - Y) ** 2),
    "l1": (nn.L1Loss, {}, X, Y, np.abs(X - Y)),
    "huber": (nn.HuberLoss, {"delta": 1.5}, X, Y, huber(X, Y)),
    "bce": (nn.BCELoss, {}, P, SOFT, cross_entropy(P, SOFT)),
    "bce, labels": (nn.BCELoss, {}, P, HARD, cross_entropy(P, HARD)),
    "bce with logits": (nn.BCEWithLogitsLoss, {}, LOGITS, SOFT, cross_entropy(P, SOFT)),
    "bce with logits, labels": (nn.BCEWithLogitsLoss, {}, LOGITS, HARD, cross_entropy(P, HARD)),
    "cross entropy": (nn.CrossEntropyLoss, {}, X, LABELS, -np.log(scipy.special.softmax(X, 1)[range(6), LABELS])),
    "cross entropy, shares": (
        nn.CrossEntropyLoss, {}, X, SHARES, -(SHARES * np.log(scipy.special.softmax(X, 1))).sum(1),
    ),
    "nll": (nn.NLLLoss, {}, X, LABELS, -X[range(6), LABELS]),
    "hinge": (nn.HingeLoss, {}, X, SIGNS, np.maximum(0, 1 - SIGNS * X)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
class TestFormulas:
    @pytest.mark.parametrize(("reduction", "reduce"), [("mean", np.mean), ("sum", np.sum), ("none", np.asarray)])
    def test_value(self, case, reduction, reduce):
        kind, keywords, x, y, each = CASES[case]
        loss = kind(reduction=reduction, **keywords)
        np.testing.assert_allclose(loss(x, y), reduce(each), rtol=1e-13)
        np.testing.assert_allclose(loss(Tensor(x), y).data, reduce(each), rtol=1e-13)

    def test_gradient(self, case):
        kind, keywords, x, y, _ = CASES[case]
        for reduction in ("mean", "sum", "none"):
            check_grads(lambda x: kind(reduction=reduction, **keywords)(x, y))(x)  # noqa: B023

    def test_float32_stays_whatever_the_target_is(self, case):
        kind, keywords, x, y, _ = CASES[case]
        x = Tensor(x.astype(np.float32))
        loss = kind(**keywords)(x, y)
        loss.backward()
        assert loss.dtype == x.grad.dtype == np.float32

    def test_reduction_must_be_known(self, case):
        kind = CASES[case][0]
        with pytest.raises(ValueError, match=rf"(?s){kind.__name__} does not know reduction='avg'.*mean.*sum.*none"):
            kind(reduction="avg")

    def test_repr(self, case):
        kind = CASES[case][0]
        assert repr(kind()) == f"{kind.__name__}()"
        assert repr(kind(reduction="sum")) == f"{kind.__name__}(reduction='sum')"

    @pytest.mark.parametrize("dropped", [1, 2])
    def test_shapes_that_do_not_match(self, case, dropped):
        kind, _, x, y, _ = CASES[case]
        with pytest.raises(ShapeError, match=rf"{kind.__name__}: the prediction has shape \(6, 4\), the \w+ \("):
            kind()(Tensor(x), y[:-dropped])

    def test_no_column_is_broadcast_against_a_row(self, case):
        kind, _, _, y, _ = CASES[case]
        column = np.abs(y.ravel()[:6]).clip(0, 1)
        with pytest.raises(ShapeError, match=rf"(?s){kind.__name__}: .*\(6,\), the \w+ \(6, 1\).*test_losses.py"):
            kind()(Tensor(P[:, 0]), column[:, None])


class TestTargets:
    @pytest.mark.parametrize("kind", [nn.MSELoss, nn.L1Loss, nn.HuberLoss, nn.BCELoss, nn.BCEWithLogitsLoss])
    def test_a_row_against_a_column_says_how_to_mend_it(self, kind):
        with pytest.raises(ShapeError, match=r"(?s)prediction has shape \(6, 1\), the target \(6,\).*y\[:, None\]"):
            kind()(Tensor(P[:, :1]), HARD[:, 0])
        with pytest.raises(ShapeError, match=r"(?s)prediction has shape \(6,\), the target \(6, 1\).*y\[..., 0\]"):
            kind()(Tensor(P[:, 0]), HARD[:, :1])

    def test_may_be_tensors_and_get_gradients(self):
        x, y = Tensor(X), Tensor(Y)
        nn.MSELoss(reduction="sum")(x, y).backward()
        np.testing.assert_allclose(y.grad, 2 * (Y - X))

    def test_whole_predictions_do_not_cut_off_the_target(self):
        assert nn.L1Loss()(np.array([1, 2]), [0.5, 1.5]) == 0.5

    def test_single_numbers(self):
        x = Tensor(3.0)
        loss = nn.MSELoss()(x, 1.0)
        loss.backward()
        assert (loss.data, x.grad) == (4.0, 4.0)

    @pytest.mark.parametrize("bad", [-0.5, 1.5, np.nan])
    def test_probabilities_outside_0_and_1(self, bad):
        target = HARD.copy()
        target[2, 1] = bad
        for kind in (nn.BCELoss, nn.BCEWithLogitsLoss):
            with pytest.raises(DataError, match=rf"{kind.__name__}: the target has {bad}, which is not between"):
                kind()(Tensor(P), target)
        with pytest.raises(DataError, match=rf"(?s)BCELoss: the prediction has {bad}, .*BCEWithLogitsLoss"):
            nn.BCELoss()(Tensor(target), HARD)

    def test_hinge_wants_signs(self):
        with pytest.raises(DataError, match=r"(?s)HingeLoss: the target has 0.0, which is not −1 or 1.*2 \* y - 1"):
            nn.HingeLoss()(Tensor(X), HARD)


@pytest.mark.parametrize("kind", [nn.CrossEntropyLoss, nn.NLLLoss])
class TestLabels:
    @pytest.mark.parametrize("label", [4, -1])
    def test_out_of_range(self, kind, label):
        labels = LABELS.copy()
        labels[3] = label
        text = rf"(?s){kind.__name__}: label {label} is out of range, as there are 4 classes.*from 0 to 3"
        with pytest.raises(DataError, match=text):
            kind()(Tensor(X), labels)

    @pytest.mark.parametrize("dtype", [float, bool])
    def test_not_whole(self, kind, dtype):
        with pytest.raises(DataError, match=rf"(?s){kind.__name__} needs whole labels, got {np.dtype(dtype)}.*astype"):
            kind()(Tensor(X), LABELS.astype(dtype))

    @pytest.mark.parametrize("labels", [LABELS[:, None], LABELS[:5], LABELS[0]])
    def test_of_another_shape(self, kind, labels):
        with pytest.raises(ShapeError, match=rf"(?s){kind.__name__}: .*\(6, 4\), the labels .*y.ravel"):
            kind()(Tensor(X), labels)

    @pytest.mark.parametrize("dtype", [np.uint8, np.int32])
    def test_any_whole_dtype(self, kind, dtype):
        assert kind()(X, LABELS.astype(dtype)) == kind()(X, LABELS) == kind()(X, LABELS.tolist())

    def test_predictions_must_be_rows(self, kind):
        with pytest.raises(ShapeError, match=r"\(4,\), the labels \(\)"):
            kind()(Tensor(X[0]), 2)


class TestEnds:
    def test_cross_entropy_of_huge_scores(self):
        x = Tensor([[1e4, 0.0], [-1e4, 1e4]])
        loss = nn.CrossEntropyLoss(reduction="none")(x, [1, 1])
        loss.sum().backward()
        assert loss.data.tolist() == [1e4, 0.0]
        assert x.grad.tolist() == [[1.0, -1.0], [0.0, 0.0]]

    def test_bce_with_huge_logits(self):
        x = Tensor([1e4, -1e4, 1e4, -1e4, 40.0])
        loss = nn.BCEWithLogitsLoss(reduction="none")(x, [0, 0, 1, 1, 1])
        loss.sum().backward()
        assert loss.data[:4].tolist() == [1e4, 0.0, 0.0, 1e4]
        np.testing.assert_allclose(loss.data[4], np.exp(-40.0))
        np.testing.assert_allclose(x.grad, [1, 0, 0, -1, 0], atol=1e-15)

    def test_bce_of_certain_predictions(self):
        x = Tensor([0.0, 1.0, 0.0, 1.0])
        loss = nn.BCELoss(reduction="none")(x, [0, 1, 1, 0])
        loss.sum().backward()
        np.testing.assert_allclose(loss.data, [0, 0, 100, 100], rtol=1e-14)
        assert x.grad.tolist() == [1.0, -1.0, 0.0, 0.0]

    def test_huber_where_its_two_parts_meet(self):
        x = Tensor([1.5, -1.5, 0.0])
        nn.HuberLoss("sum", delta=1.5)(x, [0, 0, 0]).backward()
        assert x.grad.tolist() == [1.5, -1.5, 0.0]

    @pytest.mark.parametrize("delta", [0.0, -1.0, np.nan])
    def test_huber_needs_a_positive_delta(self, delta):
        with pytest.raises(ValueError, match=f"delta={delta}"):
            nn.HuberLoss(delta=delta)


def test_a_loss_without_a_formula():
    class Mine(nn.Loss):
        pass

    with pytest.raises(NotImplementedError, match=r"(?s)Mine does not say its formula.*def each"):
        Mine()(X, Y)
