"""Optimizers, schedules and clipping against torch's: the same numbers over 100 steps, with every keyword."""
import inspect
import math

import numpy as np
import pytest

import nn
from nn.wolfe import Point, search

torch = pytest.importorskip("torch", reason="torch is no dependency: .ci/peers installs it")
torch.set_num_threads(1)

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((20, 3)), RNG.standard_normal((20, 2))
SIZES = [3, 5, 2]
DTYPES = {np.float64: 1e-12, np.float32: 1e-5}
STEPS = 100

#: the optimizer and its keywords; steps are short enough that torch's own path does not fork at the last bit
OPTIMIZERS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.01, "maximize": True, "momentum": 0.5}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.02, "weight_decay": 0.01, "initial_accumulator_value": 0.1, "eps": 1e-6}),
    ("Adagrad", {"maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.01}),
    ("Adadelta", {"lr": 0.1, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.003, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.01, "momentum": 0.5}),
    ("RMSprop", {"lr": 0.003, "centered": True, "eps": 1e-2}),
    ("RMSprop", {"lr": 0.003, "centered": True, "momentum": 0.9, "eps": 1e-2, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.002, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.01}),
    ("Adam", {"lr": 0.02, "amsgrad": True}),
    ("Adam", {"maximize": True, "amsgrad": True, "weight_decay": 0.1}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.002, "betas": (0.5, 0.9), "eps": 1e-4, "weight_decay": 0.2, "amsgrad": True}),
    ("AdamW", {"maximize": True}),
]
#: keywords of torch that say how, and not what, is computed; or that another name stands for here
NOT_HERE = {"foreach", "fused", "capturable", "differentiable", "decoupled_weight_decay"}


def pair(dtype=np.float64):
    """The same network here and there."""
    ours = nn.MLP(SIZES, activation=nn.Tanh, seed=0).to(dtype)
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))
    for parameter, array in zip(theirs.parameters(), ours.parameters(), strict=True):
        parameter.data = torch.tensor(array.data)
    return ours, theirs


def closures(ours, theirs, one, other, dtype):
    """What takes the loss and its gradients, here and there."""
    data, loss = (X.astype(dtype), Y.astype(dtype)), nn.MSELoss()

    def here():
        one.zero_grad()
        value = loss(ours(data[0]), data[1])
        value.backward()
        return value

    def there():
        other.zero_grad()
        value = torch.nn.functional.mse_loss(theirs(torch.tensor(data[0])), torch.tensor(data[1]))
        value.backward()
        return value
    return here, there


def distance(ours, theirs):
    """How far the parameters are apart, beside the largest of each."""
    pairs = [(p.data, q.detach().numpy()) for p, q in zip(ours.parameters(), theirs.parameters(), strict=True)]
    assert all(p.dtype == q.dtype for p, q in pairs)
    return max(np.abs(p - q).max() / np.abs(q).max() for p, q in pairs)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "settings"), OPTIMIZERS, ids=[f"{n}-{'-'.join(s)}" for n, s in OPTIMIZERS])
def test_the_path_of_torch(name, settings, dtype):
    ours, theirs = pair(dtype)
    one = getattr(nn, name)(ours.parameters(), **settings)
    other = getattr(torch.optim, name)(theirs.parameters(), **settings)
    here, there = closures(ours, theirs, one, other, dtype)
    start = distance(ours, theirs)
    for _ in range(STEPS):
        one.step(here)
        other.step(there)
        assert distance(ours, theirs) <= DTYPES[dtype]
    assert start == 0.0
    assert distance(ours, pair(dtype)[1]) > 1e-3


@pytest.mark.parametrize("name", sorted({name for name, _ in OPTIMIZERS} | {"LBFGS"}))
def test_every_keyword_of_torch_is_here_in_its_order(name):
    ours = inspect.signature(getattr(nn, name)).parameters
    theirs = {k: v for k, v in inspect.signature(getattr(torch.optim, name)).parameters.items() if k not in NOT_HERE}
    assert [*ours] == [*theirs]
    assert {k: v.default for k, v in ours.items()} == {k: v.default for k, v in theirs.items()}
    if name != "LBFGS":
        assert {k for n, settings in OPTIMIZERS for k in settings if n == name} == {*theirs} - {"params"}


def test_settings_that_change_on_the_way():
    ours, theirs = pair()
    one = nn.SGD(ours.parameters(), lr=0.1)
    other = torch.optim.SGD(theirs.parameters(), lr=0.1)
    here, there = closures(ours, theirs, one, other, np.float64)
    for step in range(60):
        momentum, lr = 0.9 if 20 <= step < 40 else 0.0, 0.1 / (1 + step)
        one.lr, one.momentum = lr, momentum
        other.param_groups[0].update(lr=lr, momentum=momentum)
        one.step(here)
        other.step(there)
        assert distance(ours, theirs) <= 1e-12


# ---------------------------------------------------------------- LBFGS
SEARCHES = [
    {"lr": 0.3, "max_iter": 1},
    {"lr": 0.3, "max_iter": 4, "history_size": 3},
    {"lr": 1.0, "line_search_fn": "strong_wolfe", "max_iter": 3},
    {"lr": 0.5, "line_search_fn": "strong_wolfe", "max_iter": 2, "history_size": 2},
    {"lr": 5.0, "line_search_fn": "strong_wolfe", "max_iter": 5, "max_eval": 9},
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("settings", SEARCHES, ids=["-".join(map(str, s.values())) for s in SEARCHES])
def test_lbfgs_goes_the_way_of_torch(settings, dtype):
    ours, theirs = pair(dtype)
    one, other = nn.LBFGS(ours.parameters(), **settings), torch.optim.LBFGS(theirs.parameters(), **settings)
    here, there = closures(ours, theirs, one, other, dtype)
    for _ in range((30 if dtype is np.float64 else 8) // settings["max_iter"]):
        value, expected = one.step(here), other.step(there)
        np.testing.assert_allclose(value, expected.item(), rtol=DTYPES[dtype])
        assert distance(ours, theirs) <= DTYPES[dtype]
    assert distance(ours, pair(dtype)[1]) > 1e-2


def rosenbrock(x, of=np):
    return 100.0 * (x[1] - x[0] * x[0]) ** 2.0 + (1.0 - x[0]) ** 2.0


def wavy(x, of=np):
    return (x[0] * x[0] + 2.0 * x[1] * x[1]) * 0.1 + of.sin(x[0] * 3.0 + x[1]) + of.cos(x[1] * 5.0 - x[0])


def kinked(x, of=np):
    return of.abs(x[0] - 0.3) + of.abs(x[1] + 0.7) * 2.0 + x[0] * x[0] * 0.1


def steep(x, of=np):
    return of.exp(x[0] * 4.0) + of.exp(x[1] - x[0]) - x[0] - x[1] * 0.1


#: the loss, where the search begins, and lr: searches that grow, shrink, turn back and get stuck
LINES = [(loss, start, lr) for loss, start in [(rosenbrock, [-1.2, 1.0]), (wavy, [2.0, 1.0]), (kinked, [2.0, 1.5]),
                                               (steep, [1.0, -1.0])] for lr in (0.01, 1.0, 30.0)]


@pytest.mark.parametrize(("loss", "start", "lr"), LINES, ids=[f"{loss.__name__}-{lr}" for loss, _, lr in LINES])
def test_every_line_search_takes_the_points_of_torch(loss, start, lr):
    w, v = nn.Parameter(start), torch.tensor(start, dtype=torch.float64, requires_grad=True)
    settings = {"lr": lr, "max_iter": 5, "line_search_fn": "strong_wolfe"}
    one, other = nn.LBFGS([w], **settings), torch.optim.LBFGS([v], **settings)
    ours, theirs = [], []

    def here():
        ours.append(w.data)
        return loss(w)

    def there():
        other.zero_grad()
        theirs.append(v.detach().numpy().copy())
        value = loss(v, torch)
        value.backward()
        return value
    for _ in range(3):
        one.step(here)
        other.step(there)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("seed", range(5))
def test_lines_of_many_bends_are_searched_as_in_torch(seed):
    """Two hundred lines: a slope, waves and a kink; the same points are tried in the same order."""
    from torch.optim.lbfgs import _strong_wolfe
    rng = np.random.default_rng(seed)
    for _ in range(200):
        heights, widths, kink = rng.normal(size=4), rng.exponential(3.0, size=4), rng.exponential(2.0)
        place, first, most = rng.exponential(1.0), 10.0 ** rng.uniform(-3.0, 2.0), int(rng.integers(3, 26))

        def line(t, a=heights, b=widths, c=kink, at=place):
            value = float(np.sum(a * np.sin(b * t)) + 0.05 * t * t + c * abs(t - at))
            return value, float(np.sum(a * b * np.cos(b * t)) + 0.1 * t + c * np.sign(t - at))
        if line(0.0)[1] >= -1e-3:
            continue
        tried, expected = [], []

        def at(t, line=line, tried=tried):
            tried.append(t)
            return Point(t, line(t)[0], np.array([line(t)[1]]), line(t)[1])

        def there(x, t, d, line=line, expected=expected):
            expected.append(float(t))
            return line(float(t))[0], torch.tensor([line(float(t))[1]], dtype=torch.float64)
        value, slope = line(0.0)
        g = torch.tensor([slope], dtype=torch.float64)
        found = search(at, first, Point(0.0, value, g.numpy(), slope), 1.0, 1e-9, most)
        _, _, t, _ = _strong_wolfe(there, None, first, torch.ones(1, dtype=torch.float64), value, g, g[0], max_ls=most)
        np.testing.assert_allclose(tried, expected, rtol=1e-9)
        np.testing.assert_allclose(found.t, float(t), rtol=1e-9)


def test_lbfgs_without_a_search_on_rosenbrock():
    settings = {"lr": 0.002, "max_iter": 10}
    w, v = nn.Parameter([-1.2, 1.0]), torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    one, other = nn.LBFGS([w], **settings), torch.optim.LBFGS([v], **settings)

    def there():
        other.zero_grad()
        value = rosenbrock(v)
        value.backward()
        return value
    for _ in range(10):
        one.step(lambda: rosenbrock(w))
        other.step(there)
        np.testing.assert_allclose(w.data, v.detach().numpy(), rtol=1e-10)


# ---------------------------------------------------------------- schedules
SCHEDULES = [
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 10, "gamma": 0.7}),
    ("MultiStepLR", {"milestones": [3, 20, 20, 60]}),
    ("MultiStepLR", {"milestones": [1, 50], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.95}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.9, "end_factor": 0.1, "total_iters": 40}),
    ("CosineAnnealingLR", {"T_max": 30}),
    ("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.02}),
    ("CosineAnnealingLR", {"T_max": 1}),
    ("LambdaLR", {"lr_lambda": lambda epoch: 1.0 / (2.0 + epoch)}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": STEPS}),
    ("OneCycleLR", {"max_lr": 0.5, "epochs": 10, "steps_per_epoch": 10, "anneal_strategy": "linear", "pct_start": 0.4}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": STEPS, "three_phase": True, "base_momentum": 0.5,
                    "max_momentum": 0.9, "div_factor": 10.0, "final_div_factor": 100.0}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": STEPS, "cycle_momentum": False}),
]
KINDS = {"SGD": {"momentum": 0.9}, "Adam": {}}


def pulse(optimizer):
    """What a schedule may move."""
    group = optimizer.param_groups[0] if isinstance(optimizer, torch.optim.Optimizer) else vars(optimizer)
    return [group["lr"], group.get("momentum", 0.0), *group.get("betas", ())]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "settings"), SCHEDULES, ids=[f"{n}-{'-'.join(s)}" for n, s in SCHEDULES])
def test_the_lr_of_torch(name, settings, kind):
    one = getattr(nn, kind)([nn.Parameter(1.0)], lr=0.3, **KINDS[kind])
    other = getattr(torch.optim, kind)([torch.ones(1)], lr=0.3, **KINDS[kind])
    ours, theirs = getattr(nn, name)(one, **settings), getattr(torch.optim.lr_scheduler, name)(other, **settings)
    for _ in range(STEPS):
        np.testing.assert_allclose(pulse(one), pulse(other), rtol=1e-11, atol=1e-15)
        other.step()
        ours.step()
        theirs.step()


def test_schedules_that_move_one_optimizer():
    one, other = nn.SGD([nn.Parameter(1.0)], lr=0.3), torch.optim.SGD([torch.ones(1)], lr=0.3)
    ours, theirs = ([kind.LinearLR(optimizer, total_iters=10), kind.ExponentialLR(optimizer, 0.97),
                     kind.CosineAnnealingLR(optimizer, 25)]
                    for kind, optimizer in ((nn, one), (torch.optim.lr_scheduler, other)))
    for _ in range(STEPS):
        other.step()
        for schedule in (*ours, *theirs):
            schedule.step()
        np.testing.assert_allclose(one.lr, other.param_groups[0]["lr"], rtol=1e-9)


@pytest.mark.parametrize("settings", [
    {}, {"patience": 2, "factor": 0.5}, {"mode": "max", "patience": 1}, {"threshold_mode": "abs", "threshold": 0.1},
    {"mode": "max", "threshold_mode": "abs", "threshold": 0.05, "patience": 3, "factor": 0.6},
    {"patience": 0, "cooldown": 4, "factor": 0.7, "min_lr": 0.01}, {"patience": 0, "eps": 0.05, "factor": 0.5}])
def test_reduce_on_plateau_is_that_of_torch(settings):
    one, other = nn.SGD([nn.Parameter(1.0)], lr=0.3), torch.optim.SGD([torch.ones(1)], lr=0.3)
    ours, theirs = nn.ReduceLROnPlateau(one, **settings), torch.optim.lr_scheduler.ReduceLROnPlateau(other, **settings)
    seen, values = set(), np.random.default_rng(1).normal(size=STEPS) + 3.0 / np.arange(1, STEPS + 1)
    for value in values:
        ours.step(value)
        theirs.step(value)
        assert one.lr == other.param_groups[0]["lr"]
        seen.add(one.lr)
    assert len(seen) > 1


@pytest.mark.parametrize("name", sorted({name for name, _ in SCHEDULES} | {"ReduceLROnPlateau"}))
def test_every_keyword_of_a_schedule_of_torch_is_here(name):
    ours = inspect.signature(getattr(nn, name)).parameters
    theirs = inspect.signature(getattr(torch.optim.lr_scheduler, name)).parameters
    assert {k: v.default for k, v in ours.items()} == {k: v.default for k, v in theirs.items() if k != "last_epoch"}
    assert [*ours] == [k for k in theirs if k != "last_epoch"]


# ---------------------------------------------------------------- clipping
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("norm_type", [2.0, 1.0, 3.5, math.inf])
@pytest.mark.parametrize("max_norm", [0.0, 0.1, 1e3])
def test_clip_grad_norm_is_that_of_torch(max_norm, norm_type, dtype):
    ours, theirs = pair(dtype)
    here, there = closures(ours, theirs, nn.SGD(ours.parameters()), theirs, dtype)
    here()
    there()
    norm = nn.clip_grad_norm_(ours.parameters(), max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs.parameters(), max_norm, norm_type)
    np.testing.assert_allclose(norm, expected, rtol=DTYPES[dtype])
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert p.grad.dtype == dtype
        np.testing.assert_allclose(p.grad, q.grad, rtol=10 * DTYPES[dtype])


@pytest.mark.parametrize("value", [0.0, 0.05, 10.0])
def test_clip_grad_value_is_that_of_torch(value):
    ours, theirs = pair()
    for closure in closures(ours, theirs, nn.SGD(ours.parameters()), theirs, np.float64):
        closure()
    nn.clip_grad_value_(ours.parameters(), value)
    torch.nn.utils.clip_grad_value_(theirs.parameters(), value)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad, q.grad, rtol=1e-12)
