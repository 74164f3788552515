"""Schedules: how an optimizer's `lr` changes from epoch to epoch."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import numpy as np

from autograd.errors import message
from nn.data import whole
from nn.optim import at_least_0, misfits, refuse, unfit

__all__ = [
    "CosineAnnealingLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "OneCycleLR", "ReduceLROnPlateau",
    "Schedule", "StepLR",
]


class Schedule:
    """The lr of an optimizer as a function of the epoch; subclasses define `rate`.

    Call `step()` after each epoch, or let `nn.fit` do it: `callbacks=[nn.StepLR(optimizer, 10)]`. Schedules work on
    the lr that they find, so several can move one optimizer.

    >>> import nn
    >>> class Halving(Schedule):
    ...     def rate(self, epoch):
    ...         return self.optimizer.lr / 2
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = Halving(optimizer)
    >>> schedule.step()
    >>> optimizer.lr
    0.25
    >>> schedule.load_state_dict(schedule.state_dict())
    """

    def __init__(self, optimizer: Any) -> None:
        if not hasattr(optimizer, "lr"):
            raise TypeError(message(f"{type(self).__name__} got a {type(optimizer).__name__}, which has no lr.",
                                    f"write nn.{type(self).__name__}(nn.SGD(model.parameters(), lr=0.1), …)"))
        self.optimizer, self.epoch = optimizer, 0
        # The first of several schedules may move lr at once; they all start from what it was before.
        self.base_lr: float = vars(optimizer).setdefault("_initial_lr", optimizer.lr)

    def rate(self, epoch: int) -> float:
        """The lr of this epoch, the first of which is 0, from that of the epoch before."""
        raise NotImplementedError(message(f"{type(self).__name__} has no rate.", "write def rate(self, epoch) in it"))

    def step(self) -> None:
        """Go on to the next epoch."""
        self.optimizer.lr = self.rate(self.epoch + 1)
        self.epoch += 1

    def __call__(self, state: Any) -> None:
        """`step`, as a callback of `nn.fit`."""
        self.step()

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, and its settings, as numbers and arrays; the lr itself is in the optimizer's.

        >>> import nn
        >>> ExponentialLR(nn.SGD([nn.Parameter(1.0)], lr=0.5), gamma=0.9).state_dict()
        {'epoch': 0, 'base_lr': 0.5, 'gamma': 0.9}
        """
        return {name: np.array(value) if isinstance(value, list) else value for name, value in vars(self).items()
                if isinstance(value, int | float | list)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict()` of a schedule with the same settings, together with the optimizer's.

        Raises `ValueError` that lists every name that is missing, unknown or of another value; then nothing changes.
        """
        own = self.state_dict()
        refuse(self, misfits("", own, state))
        refuse(self, unfit("", own, state))
        moving = {"base_lr", "epoch", *self.moving}
        refuse(self, [f"{name} is {state[name]} where {value} is set" for name, value in own.items()
                      if name not in moving and not np.array_equal(value, state[name])])
        for name in moving:
            setattr(self, name, type(own[name])(state[name]))

    moving: tuple[str, ...] = ()  # what `step` changes beside the epoch


class StepLR(Schedule):
    """lr ← gamma·lr after every `step_size` epochs. As torch's.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = StepLR(optimizer, step_size=2)
    >>> schedule.step(), schedule.step(), optimizer.lr
    (None, None, 0.05)
    """

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.step_size = whole("step_size", step_size, least=1)
        self.gamma = at_least_0("StepLR", "gamma", gamma)

    def rate(self, epoch: int) -> float:
        return self.optimizer.lr * (self.gamma if epoch % self.step_size == 0 else 1.0)  # type: ignore[no-any-return]


class MultiStepLR(Schedule):
    """lr ← gamma·lr at each of the epochs in `milestones`. As torch's.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = MultiStepLR(optimizer, milestones=[1, 10])
    >>> schedule.step(), optimizer.lr
    (None, 0.05)
    """

    def __init__(self, optimizer: Any, milestones: Iterable[int], gamma: float = 0.1) -> None:
        super().__init__(optimizer)
        self.milestones = [whole("milestones", epoch, least=0) for epoch in milestones]
        self.gamma = at_least_0("MultiStepLR", "gamma", gamma)

    def rate(self, epoch: int) -> float:
        return self.optimizer.lr * self.gamma ** self.milestones.count(epoch)  # type: ignore[no-any-return]


class ExponentialLR(Schedule):
    """lr ← gamma·lr after every epoch. As torch's.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> ExponentialLR(optimizer, gamma=0.5).step()
    >>> optimizer.lr
    0.25
    """

    def __init__(self, optimizer: Any, gamma: float) -> None:
        super().__init__(optimizer)
        self.gamma = at_least_0("ExponentialLR", "gamma", gamma)

    def rate(self, epoch: int) -> float:
        return self.optimizer.lr * self.gamma  # type: ignore[no-any-return]


class LinearLR(Schedule):
    """From start_factor·lr to end_factor·lr in `total_iters` equal steps. As torch's.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = LinearLR(optimizer, start_factor=0.5, total_iters=4)
    >>> optimizer.lr, schedule.step(), optimizer.lr
    (0.25, None, 0.3125)
    """

    def __init__(
        self, optimizer: Any, start_factor: float = 1.0 / 3.0, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        super().__init__(optimizer)
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            raise ValueError(message(f"LinearLR cannot go from {start_factor!r} to {end_factor!r}.",
                                     "write factors up to 1; the first is above 0"))
        self.start_factor, self.end_factor = float(start_factor), float(end_factor)
        self.total_iters = whole("total_iters", total_iters, least=1)
        optimizer.lr *= self.start_factor

    def rate(self, epoch: int) -> float:
        rise = (self.end_factor - self.start_factor) / self.total_iters
        before = self.start_factor + (epoch - 1) * rise
        factor = 1.0 + rise / before if epoch <= self.total_iters else 1.0
        return self.optimizer.lr * factor  # type: ignore[no-any-return]


class CosineAnnealingLR(Schedule):
    """Down to eta_min in `T_max` epochs, and up again: eta_min + (lr₀ − eta_min)·(1 + cos(π·epoch / T_max)) / 2.

    As torch's. I. Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with warm restarts", 2017, eq. 5.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = CosineAnnealingLR(optimizer, T_max=2)
    >>> schedule.step(), round(optimizer.lr, 12)
    (None, 0.25)
    """

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer)
        self.T_max, self.eta_min = whole("T_max", T_max, least=1), at_least_0("CosineAnnealingLR", "eta_min", eta_min)

    def rate(self, epoch: int) -> float:
        # What the lr is above eta_min changes by a factor, except where it is 0, and no factor leads on.
        if (epoch - 1) % (2 * self.T_max) == self.T_max:
            return self.optimizer.lr + (self.base_lr - self.eta_min) * self._part(1 - self.T_max)  # type: ignore[no-any-return]
        factor = self._part(epoch) / self._part(epoch - 1)
        return self.eta_min + factor * (self.optimizer.lr - self.eta_min)  # type: ignore[no-any-return]

    def _part(self, epoch: int) -> float:
        return (1.0 + math.cos(math.pi * epoch / self.T_max)) / 2.0


class LambdaLR(Schedule):
    """lr = lr₀·lr_lambda(epoch), where lr₀ is the lr the optimizer was made with. As torch's.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = LambdaLR(optimizer, lambda epoch: 1.0 / (1.0 + epoch))
    >>> schedule.step(), optimizer.lr
    (None, 0.25)
    """

    def __init__(self, optimizer: Any, lr_lambda: Callable[[int], float]) -> None:
        super().__init__(optimizer)
        if not callable(lr_lambda):
            raise TypeError(message(f"LambdaLR needs a function of the epoch, got {type(lr_lambda).__name__}.",
                                    "write nn.LambdaLR(optimizer, lambda epoch: 0.95 ** epoch)"))
        self.lr_lambda = lr_lambda
        optimizer.lr = self.rate(0)

    def rate(self, epoch: int) -> float:
        return self.base_lr * self.lr_lambda(epoch)


class ReduceLROnPlateau(Schedule):
    """lr ← factor·lr, down to `min_lr`, once the loss was no better than its best for more than `patience` epochs.

    Better is below best·(1 − threshold), or with threshold_mode="abs" below best − threshold; with mode="max" above
    best·(1 + threshold), or best + threshold. For `cooldown` epochs after, nothing counts as bad. A change of no more
    than `eps` is not made. As torch's; `step(value)` by hand, and as a callback of `nn.fit` it takes the validation
    loss where there is one, else the loss.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = ReduceLROnPlateau(optimizer, patience=0)
    >>> schedule.step(1.0), schedule.step(1.0), optimizer.lr
    (None, None, 0.05)
    """

    moving = ("best", "num_bad_epochs", "cooldown_counter")

    def __init__(
        self, optimizer: Any, mode: Literal["min", "max"] = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: Literal["rel", "abs"] = "rel", cooldown: int = 0, min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(optimizer)
        name = type(self).__name__
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(message(f"{name} knows no mode={mode!r} with threshold_mode={threshold_mode!r}.",
                                     'write "min" or "max", and "rel" or "abs"'))
        if not 0 <= factor < 1:
            raise ValueError(message(f"{name} cannot have factor={factor!r}.", "write a number from 0 to below 1"))
        self.mode, self.threshold_mode, self.factor = mode, threshold_mode, float(factor)
        self.patience, self.cooldown = whole("patience", patience, least=0), whole("cooldown", cooldown, least=0)
        self.threshold, self.min_lr, self.eps = (at_least_0(name, key, value) for key, value in (
            ("threshold", threshold), ("min_lr", min_lr), ("eps", eps)))
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = 0

    def step(self, metrics: float) -> None:  # type: ignore[override]
        """Go on to the next epoch, after one that came to this value."""
        value = float(metrics)
        if math.isnan(value):
            raise ValueError(message(f"{type(self).__name__} got nan.", "take a smaller lr, or scale the data"))
        bad = 0 if self._better(value) else self.num_bad_epochs + 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            bad = 0
        self.best = value if self._better(value) else self.best
        if bad > self.patience:
            lr = max(self.optimizer.lr * self.factor, self.min_lr)
            self.optimizer.lr = lr if self.optimizer.lr - lr > self.eps else self.optimizer.lr
            self.cooldown_counter, bad = self.cooldown, 0
        self.num_bad_epochs = bad
        self.epoch += 1

    def __call__(self, state: Any) -> None:
        self.step(state.history.validation_loss[-1] if state.history.validation_loss else state.loss)

    def _better(self, value: float) -> bool:
        sign = 1.0 if self.mode == "max" else -1.0
        if self.threshold_mode == "abs":
            return sign * value > sign * self.best + self.threshold
        return sign * value > sign * (self.best * (1.0 + sign * self.threshold))


class OneCycleLR(Schedule):
    """Up from max_lr / div_factor to `max_lr`, and down to 1 / final_div_factor of the start, in `total_steps`.

    The rise takes the share `pct_start` of the steps; with `three_phase` the way back to the start takes as many, and
    the rest the last fall. Both ways are half a cosine or, with anneal_strategy="linear", straight. With
    `cycle_momentum`, the momentum, or betas[0], goes the other way, from `max_momentum` to `base_momentum` and back.

    As torch's; by hand, `step()` after every batch. As a callback of `nn.fit` it moves once per epoch, and lr stays
    what it is inside one: with epochs= and steps_per_epoch= it moves by as many steps as an epoch has, else by one, so
    write total_steps=epochs. L. N. Smith and N. Topin, "Super-convergence: Very fast training of neural networks using
    large learning rates", 2019.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter(1.0)], lr=0.1, momentum=0.9)
    >>> schedule = OneCycleLR(optimizer, max_lr=0.5, total_steps=10)
    >>> round(optimizer.lr, 6), schedule.step(), schedule.step(), round(optimizer.lr, 6), round(optimizer.momentum, 6)
    (0.02, None, None, 0.5, 0.85)
    """

    def __init__(
        self, optimizer: Any, max_lr: float, total_steps: int | None = None, epochs: int | None = None,
        steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True, base_momentum: float = 0.85, max_momentum: float = 0.95,
        div_factor: float = 25.0, final_div_factor: float = 1e4, three_phase: bool = False,
    ) -> None:
        super().__init__(optimizer)
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError(message("OneCycleLR does not know how many steps there will be.",
                                     "write total_steps=, or both epochs= and steps_per_epoch="))
        self.steps_in_epoch = 1 if total_steps is not None else whole("steps_per_epoch", steps_per_epoch, least=1)
        self.total_steps = (whole("total_steps", total_steps, least=1) if total_steps is not None
                            else whole("epochs", epochs, least=1) * self.steps_in_epoch)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(message(f"OneCycleLR knows no anneal_strategy={anneal_strategy!r}.",
                                     'write "cos" or "linear"'))
        if not 0 <= pct_start <= 1:
            raise ValueError(message(f"OneCycleLR cannot have pct_start={pct_start!r}.", "write a number from 0 to 1"))
        if cycle_momentum and not hasattr(optimizer, "momentum") and not hasattr(optimizer, "betas"):
            raise ValueError(message(f"{type(optimizer).__name__} has no momentum that OneCycleLR could move.",
                                     "write cycle_momentum=False"))
        self.anneal_strategy, self.cycle_momentum = anneal_strategy, cycle_momentum
        top = at_least_0("OneCycleLR", "max_lr", max_lr)
        start = top / div_factor
        rise, last = float(pct_start * self.total_steps) - 1.0, self.total_steps - 1.0
        back = [float(2 * pct_start * self.total_steps) - 2.0] if three_phase else []
        self.ends = [rise, *back, last]
        self.lrs = [start, top, *[start for _ in back], start / final_div_factor]
        self.momenta = [max_momentum, base_momentum, *[max_momentum for _ in back], max_momentum]
        self._move(0)

    def rate(self, epoch: int) -> float:
        return self._between(self.lrs, epoch)

    def step(self) -> None:
        """Go on to the next step."""
        if self.epoch >= self.total_steps:
            raise ValueError(message(f"OneCycleLR was made for {self.total_steps} steps, and this is one more.",
                                     "write a larger total_steps"))
        self._move(self.epoch + 1)
        self.epoch += 1

    def __call__(self, state: Any) -> None:
        for _ in range(self.steps_in_epoch):
            self.step()

    def _move(self, epoch: int) -> None:
        self.optimizer.lr = self.rate(epoch)
        momentum = self._between(self.momenta, epoch)
        if self.cycle_momentum and hasattr(self.optimizer, "betas"):
            self.optimizer.betas = (momentum, self.optimizer.betas[1])
        elif self.cycle_momentum:
            self.optimizer.momentum = momentum

    def _between(self, stops: list[float], epoch: int) -> float:
        """The value between two stops, in the phase that this epoch is in."""
        phase = next((i for i, end in enumerate(self.ends) if epoch <= end), len(self.ends) - 1)
        begin, end = (0.0, *self.ends)[phase:phase + 2]
        way = min((epoch - begin) / (end - begin), 1.0) if end > begin else 1.0
        if self.anneal_strategy == "linear":
            return (stops[phase + 1] - stops[phase]) * way + stops[phase]
        return stops[phase + 1] + (stops[phase] - stops[phase + 1]) / 2.0 * (math.cos(math.pi * way) + 1.0)
