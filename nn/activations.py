"""Activations as modules; the functions are in `nn.functional`."""

from typing import Any

from nn import functional
from nn.module import Module

__all__ = ["ELU", "GELU", "LeakyReLU", "LogSoftmax", "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh"]


class Sigmoid(Module):
    """σ(x) = 1 / (1 + e⁻ˣ), between 0 and 1.

    >>> import numpy as np
    >>> Sigmoid()(np.array([0.0]))
    array([0.5])
    """

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(x)


class Tanh(Module):
    """tanh x, between −1 and 1.

    >>> import numpy as np
    >>> Tanh()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        return functional.tanh(x)


class ReLU(Module):
    """max(x, 0); its derivative at 0 is taken as 0.

    >>> import numpy as np
    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        return functional.relu(x)


class GELU(Module):
    """x·Φ(x), Φ the normal distribution function.

    >>> import numpy as np
    >>> GELU()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        return functional.gelu(x)


class SiLU(Module):
    """x·σ(x).

    >>> import numpy as np
    >>> SiLU()(np.array([0.0]))
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        return functional.silu(x)


class Softplus(Module):
    """ln(1 + eˣ).

    >>> import numpy as np
    >>> Softplus()(np.array([0.0])).round(4)
    array([0.6931])
    """

    def forward(self, x: Any) -> Any:
        return functional.softplus(x)


class LeakyReLU(Module):
    """x where x > 0, else negative_slope·x.

    >>> import numpy as np
    >>> LeakyReLU(0.5)(np.array([-1.0, 2.0]))
    array([-0.5,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Any) -> Any:
        return functional.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"{self.negative_slope}"


class ELU(Module):
    """x where x > 0, else alpha·(eˣ − 1).

    >>> import numpy as np
    >>> ELU()(np.array([0.0, 2.0]))
    array([0., 2.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Any) -> Any:
        return functional.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"{self.alpha}"


class Softmax(Module):
    """eˣ / Σ eˣ along axis `dim`: positive numbers that sum to 1.

    >>> import numpy as np
    >>> Softmax()(np.array([1.0, 1.0]))
    array([0.5, 0.5])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return functional.softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """x − ln Σ eˣ along axis `dim`: the logarithm of `Softmax`, without its loss of digits.

    >>> import numpy as np
    >>> LogSoftmax()(np.array([0.0, 0.0])).round(4)
    array([-0.6931, -0.6931])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        return functional.log_softmax(x, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
