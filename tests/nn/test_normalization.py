"""Batch normalisation against torch, over batches and in both modes; dropout by its counts; what they refuse."""

import numpy as np
import pytest

import nn
from autograd.errors import ShapeError

CASES = [("BatchNorm1d", (6, 3)), ("BatchNorm1d", (4, 3, 5)), ("BatchNorm2d", (4, 3, 5, 2))]
SETTINGS = [{}, {"momentum": None}, {"affine": False}, {"track_running_stats": False}, {"eps": 0.1, "momentum": 0.5}]


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch, which is compared with, is not installed")


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize(("name", "shape"), CASES)
def test_batch_normalisation_is_torchs(torch, name, shape, settings):
    rng = np.random.default_rng(0)
    ours, theirs = getattr(nn, name)(3, **settings), getattr(torch.nn, name)(3, **settings).double()
    if ours.weight is not None:
        ours.weight.data = w = rng.normal(size=3)
        theirs.weight.data = torch.tensor(w)
    for mode in (True, True, False):
        ours.train(mode), theirs.train(mode)
        x, g = rng.normal(2.0, 3.0, (2, *shape))
        a, b = nn.Parameter(x), torch.tensor(x, requires_grad=True)
        y, expected = ours(a), theirs(b)
        (y * g).sum().backward()
        expected.backward(torch.tensor(g))
        np.testing.assert_allclose(y.data, expected.detach(), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-10, atol=1e-10)
    state = {key: np.asarray(value) for key, value in theirs.state_dict().items()}
    assert ours.state_dict().keys() == state.keys()
    for key, value in ours.state_dict().items():
        np.testing.assert_allclose(value, state[key], rtol=1e-12)
    if ours.weight is not None:
        np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad, rtol=1e-10)
        np.testing.assert_allclose(ours.bias.grad, theirs.bias.grad, rtol=1e-10)
    ours.reset_parameters()
    ours.load_state_dict(state)
    np.testing.assert_allclose(ours.predict(x), theirs.eval()(b).detach(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("layer", "shape", "words"), [
    (nn.BatchNorm1d(3), (4, 2), r"\(N, 3\) or \(N, 3, L\)"), (nn.BatchNorm2d(3), (4, 3), r"\(N, 3, H, W\)"),
    (nn.BatchNorm1d(3), (1, 3), "larger batches")])
def test_batch_normalisation_refuses(layer, shape, words):
    before = layer.state_dict()
    with pytest.raises(ShapeError, match=words):
        layer(np.zeros(shape))
    assert all(np.array_equal(value, before[key]) for key, value in layer.state_dict().items())


class TestDropout:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("p", [0.0, 0.25, 0.9, 1.0])
    def test_a_share_p_is_dropped_and_the_mean_stays(self, p, dtype):
        y = nn.Dropout(p, seed=0)(np.ones(100_000, dtype))
        assert y.dtype == dtype
        assert np.mean(y == 0.0) == pytest.approx(p, abs=0.006)
        assert set(np.unique(y)) <= {dtype(0.0), dtype(dtype(1.0) / dtype(1.0 - p)) if p < 1.0 else dtype(0.0)}

    def test_the_gradient_goes_through_what_was_kept(self):
        x = nn.Parameter(np.full(50, 3.0))
        y = nn.Dropout(0.5, seed=1)(x)
        y.sum().backward()
        assert np.array_equal(x.grad, y.data / 3.0)

    def test_masks_differ_and_come_again_with_the_seed(self):
        layer, again = nn.Dropout(seed=3), nn.Dropout(seed=3)
        masks = [layer(np.ones(64)) for _ in range(3)]
        assert len({mask.tobytes() for mask in masks}) == 3
        assert all(np.array_equal(again(np.ones(64)), mask) for mask in masks)
        layer.reset_parameters(3)
        assert np.array_equal(layer(np.ones(64)), masks[0])

    def test_evaluation_draws_nothing(self):
        layer = nn.Dropout(seed=0).eval()
        x = np.ones(3)
        assert layer(x) is x
        assert layer.key.data[1] == 0.0

    @pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
    def test_p_is_a_probability(self, p):
        with pytest.raises(ValueError, match="probability"):
            nn.Dropout(p)

    def test_torch_knows_no_seed(self):
        assert nn.Sequential(nn.Dropout()).state_dict() == {}
