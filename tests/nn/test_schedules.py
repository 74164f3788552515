"""Schedules in nn.fit, and what they refuse; test_torch_optim.py compares their numbers."""
import math

import pytest

import nn

X, Y = nn.load_moons(40, noise=0.1)


def optimizer(**settings):
    return nn.SGD([nn.Parameter(1.0)], **{"lr": 0.8} | settings)


def rates(make, epochs=4, validation=None, lr=0.8, **settings):
    """The lr of every epoch of a training with this schedule."""
    model, seen = nn.MLP([2, 3, 2], activation=nn.Tanh, seed=0), []
    stepped = nn.SGD(model.parameters(), lr=lr, momentum=0.5)
    note = lambda state: seen.append(stepped.lr)                                      # noqa: E731
    nn.fit(model, (X, Y), loss=nn.CrossEntropyLoss(), optimizer=stepped, epochs=epochs, validation=validation,
           callbacks=[note, make(stepped)], **settings)
    return [*seen, stepped.lr]


@pytest.mark.parametrize("batch_size", [None, 8])
def test_fit_moves_them_once_per_epoch(batch_size):
    assert rates(lambda o: nn.StepLR(o, 2, gamma=0.5), batch_size=batch_size) == [0.8, 0.8, 0.4, 0.4, 0.2]


def test_a_plateau_is_one_of_the_loss_or_the_validation_loss():
    # With lr=0 nothing changes: the first epoch is the best one.
    assert rates(lambda o: nn.ReduceLROnPlateau(o, patience=0, factor=0.5), lr=0.0) == [0.0] * 5
    falls = rates(lambda o: nn.ReduceLROnPlateau(o, patience=0, factor=0.5, threshold=0.9))
    assert falls == [0.8, 0.8, 0.4, 0.2, 0.1]
    seen = []

    class Watch(nn.ReduceLROnPlateau):
        def step(self, metrics):
            seen.append(metrics)
            super().step(metrics)
    rates(Watch, epochs=2)
    rates(Watch, epochs=2, validation=(X[:10], Y[:10]))
    assert len(set(seen)) == 4
    assert seen[0] == pytest.approx(seen[1], rel=0.5)


@pytest.mark.parametrize(("settings", "each"), [({"epochs": 4, "steps_per_epoch": 5}, 5), ({"total_steps": 4}, 1)])
def test_one_cycle_in_fit_takes_an_epochs_steps_at_once(settings, each):
    by_hand, schedule = [], nn.OneCycleLR(one := optimizer(momentum=0.5), 0.5, total_steps=4 * each)
    for step in range(4 * each):
        if step % each == 0:
            by_hand.append(one.lr)
        schedule.step()
    assert rates(lambda o: nn.OneCycleLR(o, 0.5, **settings), batch_size=8) == [*by_hand, one.lr]
    assert len(set(by_hand)) == 4


def test_after_its_last_step_one_cycle_stays_and_then_says_no():
    schedule = nn.OneCycleLR(one := optimizer(), 0.5, total_steps=3, anneal_strategy="linear")
    for _ in range(3):
        schedule.step()
    assert one.lr == pytest.approx(0.5 / 25 / 1e4)
    before = one.lr, one.momentum, schedule.epoch
    with pytest.raises(ValueError, match=r"made for 3 steps(?s:.*)write a larger total_steps"):
        schedule.step()
    assert (one.lr, one.momentum, schedule.epoch) == before


@pytest.mark.parametrize("total", [1, 2, 10])
def test_a_rise_of_no_steps(total):
    schedule = nn.OneCycleLR(one := optimizer(), 0.5, total_steps=total, pct_start=1.0 / total)
    assert one.lr == 0.5
    for _ in range(total):
        schedule.step()
    assert 0.0 < one.lr <= 0.5


def test_a_minimizer_with_an_lr_has_a_schedule():
    lbfgs = nn.LBFGS([nn.Parameter(1.0)], lr=0.5)
    nn.StepLR(lbfgs, 1).step()
    assert lbfgs.lr == 0.05


def test_a_function_that_fails_leaves_all_as_it_was():
    one = optimizer()
    schedule = nn.LambdaLR(one, lambda epoch: 1.0 - epoch)
    schedule.step()
    with pytest.raises(ValueError, match="SGD cannot have lr=-0.8"):
        schedule.step()
    assert (one.lr, schedule.epoch) == (0.0, 1)


@pytest.mark.parametrize(("make", "error", "text"), [
    (lambda: nn.StepLR(nn.BFGS([nn.Parameter(1.0)]), 3), TypeError, "StepLR got a BFGS, which has no lr"),
    (lambda: nn.StepLR(0.1, 3), TypeError, r"StepLR got a float(?s:.*)nn.SGD"),
    (lambda: nn.StepLR(optimizer(), 0), ValueError, "step_size must be at least 1"),
    (lambda: nn.StepLR(optimizer(), 1.5), TypeError, "step_size must be a whole number"),
    (lambda: nn.StepLR(optimizer(), 2, gamma=-1.0), ValueError, "StepLR cannot have gamma=-1.0"),
    (lambda: nn.MultiStepLR(optimizer(), [1, 2.5]), TypeError, "milestones must be a whole number"),
    (lambda: nn.ExponentialLR(optimizer(), math.nan), ValueError, "ExponentialLR cannot have gamma=nan"),
    (lambda: nn.LinearLR(optimizer(), start_factor=0.0), ValueError, "LinearLR cannot go from 0.0"),
    (lambda: nn.CosineAnnealingLR(optimizer(), 0), ValueError, "T_max must be at least 1"),
    (lambda: nn.LambdaLR(optimizer(), 0.5), TypeError, "LambdaLR needs a function of the epoch, got float"),
    (lambda: nn.LambdaLR(optimizer(), lambda epoch: math.nan), ValueError, "SGD cannot have lr=nan"),
    (lambda: nn.ReduceLROnPlateau(optimizer(), mode="least"), ValueError, "knows no mode='least'"),
    (lambda: nn.ReduceLROnPlateau(optimizer(), factor=1.0), ValueError, "cannot have factor=1.0"),
    (lambda: nn.ReduceLROnPlateau(optimizer()).step(math.nan), ValueError, "got nan"),
    (lambda: nn.OneCycleLR(optimizer(), 0.1), ValueError, "does not know how many steps"),
    (lambda: nn.OneCycleLR(optimizer(), 0.1, total_steps=9, pct_start=2.0), ValueError, "pct_start=2.0"),
    (lambda: nn.OneCycleLR(optimizer(), 0.1, total_steps=9, anneal_strategy="sin"), ValueError, "'sin'"),
    (lambda: nn.OneCycleLR(nn.Adagrad([nn.Parameter(1.0)]), 0.1, total_steps=9), ValueError,
     r"Adagrad has no momentum(?s:.*)cycle_momentum=False"),
    (lambda: nn.Schedule(optimizer()).step(), NotImplementedError, "Schedule has no rate"),
])
def test_what_is_refused(make, error, text):
    with pytest.raises(error, match=text):
        make()
