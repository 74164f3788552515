"""`Ensemble`: several models as one."""

from collections.abc import Callable, Iterable
from typing import Any

from autograd.errors import ShapeError, message
from nn.module import Module

__all__ = ["Ensemble"]


class Ensemble(Module):
    """The mean of what its models predict, each after `output`, a class or function that makes a module.

    `output=nn.Softmax` averages the probabilities of classifiers that give scores; without it the predictions
    themselves are averaged. The models are trained one by one, from different seeds. Raises `ValueError` for no models
    or one listed twice, `ShapeError` where their predictions differ in shape. L. K. Hansen and P. Salamon, "Neural
    network ensembles", 1990.

    >>> import nn
    >>> X, y = nn.load_moons(100)
    >>> def trained(seed):
    ...     model = nn.MLP([2, 8, 2], seed=seed)
    ...     optimizer = nn.SGD(model.parameters(), lr=0.5)
    ...     nn.fit(model, (X, y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=20, seed=seed)
    ...     return model
    >>> ensemble = nn.Ensemble([trained(seed) for seed in range(3)], output=nn.Softmax)
    >>> ensemble.predict(X[:2]).sum(axis=1).round(12)
    array([1., 1.])
    """

    def __init__(self, models: Iterable[Module], output: Callable[[], Module] | None = None) -> None:
        self.models = list(models)
        for model in self.models:
            if not isinstance(model, Module):
                raise TypeError(message(f"Ensemble got {model!r}, which is not a module.",
                                        "write nn.Ensemble([first, second, …])"))
        if not self.models or len({id(model) for model in self.models}) < len(self.models):
            raise ValueError(message("Ensemble needs models, each once.",
                                     "write nn.Ensemble([trained(seed) for seed in range(5)])"))
        self.output = output() if output is not None else None

    def forward(self, x: Any) -> Any:
        each = [model(x) if self.output is None else self.output(model(x)) for model in self.models]
        shapes = {prediction.shape for prediction in each}
        if len(shapes) > 1:
            raise ShapeError(message(f"the models of an Ensemble predict shapes {sorted(shapes)}.",
                                     "give it models with outputs of one shape"))
        return sum(each[1:], each[0]) / float(len(each))
