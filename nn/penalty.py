"""`Penalized`: a loss that also keeps weights small."""

from collections.abc import Callable
from typing import Any

from autograd.gates.elementwise import absolute, square
from autograd.gates.reduce import sum
from nn.losses import Loss
from nn.module import Module
from nn.optim import at_least_0

__all__ = ["Penalized"]


class Penalized(Loss):
    """loss + ½·l2·ΣW² + l1·Σ|W| over the weights W of `model`, which are its parameters of two axes or more.

    Biases, and the scales of normalisation, have one axis and are left alone. The slope of ½·l2·ΣW² is l2·W, as
    `weight_decay` adds for all parameters of an optimizer. The derivative of |W| at 0 is taken as 0. What `fit` writes
    into its history is this sum. Raises `ValueError` for a rate below 0.

    >>> import nn
    >>> model = nn.Linear(1, 1, seed=0)
    >>> model.weight.data = [[3.0]]
    >>> nn.Penalized(nn.MSELoss(), model, l2=0.5)(model([[1.0]]), model.predict([[1.0]])).item()
    2.25
    """

    def __init__(self, loss: Callable[[Any, Any], Any], model: Module, l2: float = 0.0, l1: float = 0.0) -> None:
        super().__init__()
        self.loss, self.l2, self.l1 = loss, at_least_0("Penalized", "l2", l2), at_least_0("Penalized", "l1", l1)
        self.weights = [parameter for parameter in model.parameters() if len(parameter.shape) > 1]

    def check(self, prediction: Any, target: Any) -> Any:
        return self.loss.check(prediction, target) if isinstance(self.loss, Loss) else target

    def forward(self, prediction: Any, target: Any) -> Any:
        ans = self.loss(prediction, target)
        for weight in self.weights:
            if self.l2:
                ans = ans + 0.5 * self.l2 * sum(square(weight))
            if self.l1:
                ans = ans + self.l1 * sum(absolute(weight))
        return ans

    def extra_repr(self) -> str:
        return f"{self.loss!r}, l2={self.l2}, l1={self.l1}"
