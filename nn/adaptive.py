"""Optimizers that give every number a step of its own: Adagrad, Adadelta, RMSprop, Adam, AdamW."""

from collections.abc import Iterable
from typing import Any

from autograd import Tensor
from autograd.gates.elementwise import maximum, sqrt
from nn.optim import Optimizer, State, used

__all__ = ["Adadelta", "Adagrad", "Adam", "AdamW", "RMSprop"]


class Adagrad(Optimizer):
    """Steps that shrink with all gradients so far: s ← s + g² and x ← x − lrₜ·g / (√s + eps).

    lrₜ = lr / (1 + (t − 1)·lr_decay) in step t; s starts at `initial_accumulator_value`; g includes weight_decay·x.
    Equal to torch's. J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", 2011, section 1.1.

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> Adagrad([w], lr=0.5).step()
    >>> round(w.data, 6)
    2.5
    """

    lr_decay: float
    initial_accumulator_value: float
    eps: float

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0, eps: float = 1e-10, *, maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, lr_decay=lr_decay, weight_decay=weight_decay,
                         initial_accumulator_value=initial_accumulator_value, eps=eps, maximize=maximize)

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        g = self.downhill(x, g)
        before = state["step"] if state else 0.0
        total = (state["sum"] if state else self.initial_accumulator_value) + g * g
        lr = self.lr / (1.0 + before * self.lr_decay)
        return x - lr * g / (sqrt(total) + self.eps), {"step": before + 1.0, "sum": total}


class Adadelta(Optimizer):
    """Steps as long as the last ones were: d = g·√(u + eps) / √(s + eps) and x ← x − lr·d, where s and u are means.

    s ← rho·s + (1 − rho)·g², and afterwards u ← rho·u + (1 − rho)·d²; g includes weight_decay·x. Equal to torch's.
    M. D. Zeiler, "ADADELTA: An adaptive learning rate method", 2012, algorithm 1.

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> Adadelta([w]).step()
    >>> round(w.data, 6)
    2.996838
    """

    rho: float
    eps: float

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6,
        weight_decay: float = 0.0, *, maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize)

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        g = self.downhill(x, g)
        square = moved(state.get("square_avg"), g * g, self.rho)
        before = state.get("acc_delta", g * 0.0)
        d = sqrt(before + self.eps) / sqrt(square + self.eps) * g
        return x - self.lr * d, {"square_avg": square, "acc_delta": moved(before, d * d, self.rho)}


class RMSprop(Optimizer):
    """Steps divided by the size of the last gradients: s ← alpha·s + (1 − alpha)·g² and x ← x − lr·g / (√s + eps).

    With `centered`, s − m² stands for s, where m is the mean of g as s is of g². With `momentum`, v ← momentum·v + the
    quotient, and x ← x − lr·v. g includes weight_decay·x. Equal to torch's. G. Hinton, "Neural networks for machine
    learning", 2012, lecture 6e; A. Graves, "Generating sequences with recurrent neural networks", 2013, eq. 38 to 45.

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> RMSprop([w], lr=0.05).step()
    >>> round(w.data, 6)
    2.5
    """

    alpha: float
    eps: float
    momentum: float
    centered: bool

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
        weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False, *, maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum,
                         centered=centered, maximize=maximize)

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        g = self.downhill(x, g)
        new = {"square_avg": moved(state.get("square_avg"), g * g, self.alpha)}
        spread = new["square_avg"]
        if self.centered:
            mean = new["grad_avg"] = moved(state.get("grad_avg"), g, self.alpha)
            spread = maximum(spread - mean * mean, 0.0)  # rounding can lead below 0
        quotient = g / (sqrt(spread) + self.eps)
        if used(self.momentum):
            quotient = new["velocity"] = self.momentum * state.get("velocity", 0.0) + quotient
        return x - self.lr * quotient, new


class Adam(Optimizer):
    """Momentum, divided by the size of the last gradients: x ← x − lr·m̂ / (√ŝ + eps).

    m ← β₁·m + (1 − β₁)·g, s ← β₂·s + (1 − β₂)·g², and in step t, m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ), which undoes
    their start at 0. With `amsgrad`, the largest s so far stands for s. g includes weight_decay·x. Equal to torch's.
    D. P. Kingma and J. Ba, "Adam: A method for stochastic optimization", 2015, algorithm 1; S. J. Reddi, S. Kale and
    S. Kumar, "On the convergence of Adam and beyond", 2018, algorithm 2.

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> Adam([w], lr=0.5).step()
    >>> round(w.data, 6)
    2.5
    """

    betas: tuple[float, float]
    eps: float
    amsgrad: bool

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, *, maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
                         maximize=maximize)

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        return self.follow(x, self.downhill(x, g), state)

    def follow(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        """The update, from a gradient that has its sign and its weight decay.

        >>> import nn
        >>> x, state = Adam([nn.Parameter(3.0)], lr=0.5).follow(3.0, 6.0, {})
        >>> round(x, 6), state["step"]
        (2.5, 1.0)
        """
        beta1, beta2 = self.betas
        step = state.get("step", 0.0) + 1.0
        mean, square = moved(state.get("exp_avg"), g, beta1), moved(state.get("exp_avg_sq"), g * g, beta2)
        new, size = {"step": step, "exp_avg": mean, "exp_avg_sq": square}, square
        if self.amsgrad:
            size = new["max_exp_avg_sq"] = maximum(state.get("max_exp_avg_sq", 0.0), square)
        lr, scale = self.lr / (1.0 - beta1**step), sqrt(1.0 - beta2**step)
        return x - lr * mean / (sqrt(size) / scale + self.eps), new


class AdamW(Adam):
    """`Adam` whose weight decay is no part of the gradient: x ← x·(1 − lr·weight_decay) before each update.

    Equal to torch's. I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.

    >>> import nn
    >>> w = nn.Parameter(3.0)
    >>> (w * w).backward()
    >>> AdamW([w], lr=0.5, weight_decay=0.1).step()
    >>> round(w.data, 6)
    2.35
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, *, maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

    def update(self, x: Any, g: Any, state: State) -> tuple[Any, State]:
        return self.follow(x * (1.0 - self.lr * self.weight_decay), -g if self.maximize else g, state)


def moved(mean: Any, new: Any, weight: Any) -> Any:
    """A moving mean, which starts at 0."""
    return (1.0 - weight) * new if mean is None else weight * mean + (1.0 - weight) * new
