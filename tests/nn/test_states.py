"""What optimizers and schedules save: training that goes on is the same to the bit, and misfits are refused."""
import copy

import numpy as np
import pytest

import nn

X, Y = nn.load_moons(40, noise=0.1)

OPTIMIZERS = {
    "SGD": lambda params: nn.SGD(params, lr=0.1),
    "momentum": lambda params: nn.SGD(params, lr=0.1, momentum=0.9, dampening=0.1),
    "nesterov": lambda params: nn.SGD(params, lr=0.1, momentum=0.9, nesterov=True),
    "Adagrad": nn.Adagrad,
    "Adadelta": nn.Adadelta,
    "RMSprop": lambda params: nn.RMSprop(params, momentum=0.9, centered=True),
    "Adam": lambda params: nn.Adam(params, betas=(0.8, 0.9)),
    "AdamW": lambda params: nn.AdamW(params, amsgrad=True),
    "LBFGS": lambda params: nn.LBFGS(params, max_iter=3, line_search_fn="strong_wolfe"),
    "BFGS": lambda params: nn.BFGS(params, maxiter=3),
}
SCHEDULES = {
    "StepLR": lambda optimizer: nn.StepLR(optimizer, 2),
    "MultiStepLR": lambda optimizer: nn.MultiStepLR(optimizer, [2, 5]),
    "LinearLR": nn.LinearLR,
    "CosineAnnealingLR": lambda optimizer: nn.CosineAnnealingLR(optimizer, 4),
    "LambdaLR": lambda optimizer: nn.LambdaLR(optimizer, lambda epoch: 0.9**epoch),
    "OneCycleLR": lambda optimizer: nn.OneCycleLR(optimizer, 0.1, total_steps=12),
    "ReduceLROnPlateau": lambda optimizer: nn.ReduceLROnPlateau(optimizer, factor=0.9, patience=0, threshold=0.1),
}


def flat(state):
    """A nested dict of numbers and arrays as one dict; anything else in it fails."""
    found = {}
    for name, value in state.items():
        if isinstance(value, dict):
            found |= {f"{name}/{key}": part for key, part in flat(value).items()}
        else:
            assert isinstance(value, bool | int | float) or (type(value) is np.ndarray and value.dtype.kind in "fi")
            found[name] = value
    return found


def through_arrays(state):
    """What a file of arrays gives back: numbers are arrays without axes."""
    return {name: through_arrays(value) if isinstance(value, dict) else np.array(value)
            for name, value in state.items()}


def begin(make, dtype=np.float64):
    model = nn.MLP([2, 4, 2], activation=nn.Tanh, seed=0).to(dtype)
    return model, make(model.parameters())


def train(model, optimizer, epochs, callbacks=()):
    nn.fit(model, (X.astype(model.parameters()[0].dtype), Y), loss=nn.CrossEntropyLoss(), optimizer=optimizer,
           epochs=epochs, callbacks=callbacks)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_goes_on_is_the_same_to_the_bit(name, dtype):
    model, optimizer = begin(OPTIMIZERS[name], dtype)
    train(model, optimizer, 4)
    saved, weights = through_arrays(optimizer.state_dict()), model.state_dict()
    train(model, optimizer, 4)
    again, other = begin(OPTIMIZERS[name], dtype)
    again.load_state_dict(weights)
    other.load_state_dict(saved)
    train(again, other, 4)
    assert all(np.array_equal(p.data, q.data) for p, q in zip(model.parameters(), again.parameters(), strict=True))
    ours, theirs = flat(optimizer.state_dict()), flat(other.state_dict())
    assert ours.keys() == theirs.keys()
    for key in ours:
        np.testing.assert_array_equal(ours[key], theirs[key])
        assert type(ours[key]) is type(theirs[key])
        assert np.asarray(ours[key]).dtype == np.asarray(theirs[key]).dtype


@pytest.mark.parametrize(("before", "after"), [(0.9, 0.0), (0.0, 0.9), (0.9, 0.5)])
def test_momentum_that_has_just_changed(before, after):
    model, optimizer = begin(lambda params: nn.SGD(params, lr=0.1, momentum=before))
    train(model, optimizer, 3)
    optimizer.momentum = after
    again, other = begin(nn.SGD)
    other.load_state_dict(through_arrays(optimizer.state_dict()))
    again.load_state_dict(model.state_dict())
    train(model, optimizer, 3)
    train(again, other, 3)
    assert other.momentum == after
    assert all(np.array_equal(p.data, q.data) for p, q in zip(model.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_go_on_too(name):
    model, optimizer = begin(OPTIMIZERS["momentum"])
    schedule = SCHEDULES[name](optimizer)
    train(model, optimizer, 5, [schedule])
    saved = [through_arrays(part.state_dict()) for part in (optimizer, schedule)], model.state_dict()
    flat(schedule.state_dict())
    train(model, optimizer, 5, [schedule])
    again, other = begin(OPTIMIZERS["momentum"])
    twin = SCHEDULES[name](other)
    again.load_state_dict(saved[1])
    other.load_state_dict(saved[0][0])
    twin.load_state_dict(saved[0][1])
    train(again, other, 5, [twin])
    assert other.lr == optimizer.lr
    assert other.momentum == optimizer.momentum
    assert all(np.array_equal(p.data, q.data) for p, q in zip(model.parameters(), again.parameters(), strict=True))


def test_numbers_on_their_own_stay_floats():
    w = nn.Parameter(3.0)
    optimizer = nn.Adam([w])
    (w * w).backward()
    optimizer.step()
    saved = through_arrays(optimizer.state_dict())
    optimizer.load_state_dict(saved)
    assert {type(value) for value in optimizer.state[0].values()} == {float}


def test_a_saved_state_is_not_touched_later():
    model, optimizer = begin(OPTIMIZERS["Adam"])
    train(model, optimizer, 2)
    saved = optimizer.state_dict()
    before = copy.deepcopy(saved)
    optimizer.load_state_dict(saved)
    saved["state"]["0"]["exp_avg"][:] = 7.0
    assert not np.any(optimizer.state[0]["exp_avg"] == 7.0)
    np.testing.assert_array_equal(optimizer.state_dict()["state"]["0"]["exp_avg"], before["state"]["0"]["exp_avg"])


def spoil(path, value):
    """A change of a state: what lies under this path becomes `value`, or goes where that is None."""
    def change(state):
        *inner, last = path
        for name in inner:
            state = state[name]
        if value is None:
            del state[last]
        else:
            state[last] = value
    return change


@pytest.mark.parametrize(("path", "value", "text"), [
    (["state"], None, "state is missing"),
    (["more"], 1.0, "more is unknown"),
    (["settings"], 3.0, "float where a dict is needed"),
    (["settings", "lr"], None, "setting lr is missing"),
    (["settings", "gamma"], 0.1, "setting gamma is unknown"),
    (["settings", "lr"], -1.0, "Adam cannot have lr=-1.0"),
    (["settings", "lr"], np.nan, "Adam cannot have lr=nan"),
    (["settings", "lr"], "fast", "setting lr is <U4 where numbers are needed"),
    (["settings", "betas"], np.array([0.9]), r"setting betas has shape \(1,\) where \(2,\) is needed"),
    (["state", "9"], {}, "the state of parameter 9 is unknown"),
    (["state", "2"], None, "the state of parameter 2 is missing"),
    (["state", "1", "exp_avg"], None, "parameter 1: exp_avg is missing"),
    (["state", "1", "velocity"], 1.0, "parameter 1: velocity is unknown"),
    (["state", "1", "exp_avg"], np.ones(3), r"parameter 1: exp_avg has shape \(3,\) where \(4,\) is needed"),
    (["state", "1", "exp_avg"], np.array(["a"] * 4), "parameter 1: exp_avg is <U1 where numbers are needed"),
    (["state", "1"], [1.0], "list where a dict is needed"),
])
def test_what_does_not_fit_an_optimizer(path, value, text):
    model, optimizer = begin(OPTIMIZERS["Adam"])
    train(model, optimizer, 2)
    saved, before = optimizer.state_dict(), flat(optimizer.state_dict())
    spoil(path, value)(saved)
    with pytest.raises(ValueError, match=text):
        optimizer.load_state_dict(saved)
    after = flat(optimizer.state_dict())
    assert after.keys() == before.keys()
    assert all(np.array_equal(after[key], before[key]) for key in before)


@pytest.mark.parametrize(("path", "value", "text"), [
    (["state", "last"], None, "last is missing"),
    (["state", "steps"], np.ones((2, 3)), "changes has shape|steps has shape"),
    (["settings", "lr"], -1.0, "LBFGS cannot have lr=-1.0"),
    (["state", "other"], 1.0, "other is unknown"),
])
def test_what_does_not_fit_lbfgs(path, value, text):
    model, optimizer = begin(OPTIMIZERS["LBFGS"])
    train(model, optimizer, 2)
    saved, kept = optimizer.state_dict(), (optimizer.lr, optimizer.last, optimizer.pairs)
    spoil(path, value)(saved)
    with pytest.raises(ValueError, match=text):
        optimizer.load_state_dict(saved)
    assert (optimizer.lr, optimizer.last, optimizer.pairs) == kept


@pytest.mark.parametrize(("change", "text"), [
    ({"epoch": None}, "epoch is missing"), ({"best": 1.0}, "best is unknown"),
    ({"gamma": 0.5}, "gamma is 0.5 where 0.1 is set"), ({"epoch": np.ones(2)}, "epoch has shape"),
])
def test_what_does_not_fit_a_schedule(change, text):
    schedule = nn.StepLR(nn.SGD([nn.Parameter(1.0)], lr=0.1), 3)
    saved = {name: value for name, value in (schedule.state_dict() | change).items() if value is not None}
    with pytest.raises(ValueError, match=text):
        schedule.load_state_dict(saved)
    assert schedule.epoch == 0


def test_a_state_of_another_kind_of_optimizer():
    model, optimizer = begin(OPTIMIZERS["Adam"])
    with pytest.raises(ValueError, match="the state does not fit Adam: .*betas is missing.*momentum is unknown"):
        optimizer.load_state_dict(begin(OPTIMIZERS["momentum"])[1].state_dict())
    with pytest.raises(ValueError, match="the state does not fit BFGS: settings is unknown"):
        nn.BFGS(model.parameters()).load_state_dict(optimizer.state_dict())
