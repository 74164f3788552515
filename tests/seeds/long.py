"""The documents' longest runs to their ends: the digits of 004 and the regression of 002. Part of a slow stage."""
import pytest
from numpy.random import RandomState
from numpy.testing import assert_allclose

from nn.documents import regression
from nn.documents.digits import accuracies, shipped, train
from nn.documents.regression import mean_square, residual
from tests.seeds.reference import REFERENCE, by_pass

# Weight decay, and the seed of the order of the images where they are shuffled.
RUNS = {"seed-decay": (0.002, None), "formula-decay": (0.002 / 1300, None), "no-decay": (0.0, None),
        "shuffled": (0.002, 1)}


@pytest.mark.parametrize("run", RUNS)
def test_two_hundred_epochs(run):
    data, expected = shipped(), REFERENCE[f"004-digits-{run}"]
    accuracy, loss = by_pass(expected["accuracy"]), by_pass(expected["epoch_loss"])
    decay, seed = RUNS[run]
    shuffle = None if seed is None else RandomState(seed)
    for epoch, (value, weights) in enumerate(train(*data.train, decay=decay, shuffle=shuffle)):
        if epoch in loss:
            assert value == pytest.approx(loss[epoch], rel=1e-9), epoch
        if epoch + 1 in accuracy:
            assert accuracies(weights, data) == accuracy[epoch + 1], epoch + 1
    assert epoch == 199
    assert sum((w * w).sum() for w in weights[::2]) == pytest.approx(expected["squared weights"], rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_five_splits(seed):
    data = shipped(seed)
    *_, (_, weights) = train(*data.train, epochs=50)
    assert accuracies(weights, data) == REFERENCE["004-digits-splits"][seed]


@pytest.mark.parametrize(("name", "shared"), [("002-class-as-written", True), ("002-class-correct", False)])
def test_ten_thousand_passes(name, shared):
    problem, expected = regression.draw(), REFERENCE[name]
    squares = by_pass(expected["mse_at"] | {"10000": expected["final_mse"]})
    signed = by_pass(expected["signed_loss_at"])
    kept = regression.train(problem, tuple({*squares, *(i + 1 for i in squares)}), shared)
    early = [i for i in squares if i <= 2000]
    assert_allclose([mean_square(kept[i], problem) for i in early], [squares[i] for i in early], rtol=1e-13)
    assert_allclose([residual(kept[i], problem).mean() for i in early], [signed[i] for i in early], rtol=1e-12)
    # Before pass 4000 the descent begins to swing between two states, and the last bits decide which of them comes
    # on even passes (a start moved by 1e-15 may swap them). So a late number is looked for in two passes.
    for i in squares.keys() - early:
        assert min(abs(mean_square(kept[k], problem) / squares[i] - 1) for k in (i, i + 1)) < 3e-4, i
    r2 = max(1 - mean_square(kept[i], problem) / problem.y.var() for i in (10000, 10001))
    assert_allclose(r2, expected["r2"], rtol=1e-4)
