"""What to write instead, in plain words."""

FORWARD = {
    "log": "keep its input above zero: np.log(np.maximum(p, 1e-12)), or compute the logarithm in one step: "
           "nn.functional.log_softmax, np.logaddexp, np.log1p",
    "log2": "keep its input above zero: np.log2(np.maximum(p, 1e-12))",
    "log10": "keep its input above zero: np.log10(np.maximum(p, 1e-12))",
    "log1p": "keep its input above -1: np.log1p(np.maximum(x, -1 + 1e-12))",
    "div": "keep the divisor away from zero: x / (y + 1e-8), or np.where(y == 0, 1.0, y) below the line",
    "reciprocal": "keep its input away from zero: 1 / (x + 1e-8)",
    "exp": "take the largest out first: np.exp(x - x.max(axis=-1, keepdims=True)), or use nn.functional.softmax, "
           "sigmoid, np.logaddexp",
    "expm1": "keep its input small: np.minimum(x, 700)",
    "exp2": "keep its input small: np.minimum(x, 1000)",
    "sqrt": "keep its input from being negative: np.sqrt(np.maximum(x, 0.0)); a variance computed as "
            "E[x²] − E[x]² may be: use np.var",
    "power": "a negative base has no real power, and 0 no negative one: np.maximum(x, 1e-12) ** p",
    "arccos": "keep its input between -1 and 1: np.clip(x, -1.0, 1.0)",
    "arcsin": "keep its input between -1 and 1: np.clip(x, -1.0, 1.0)",
    "arctanh": "keep its input between -1 and 1: np.clip(x, -1 + 1e-7, 1 - 1e-7)",
    "arccosh": "keep its input at 1 or above: np.maximum(x, 1.0)",
    "cosh": "keep its input small: large ones overflow", "sinh": "keep its input small: large ones overflow",
    "leaf": "look at the data, or at the step that computed these weights: a learning rate that is too large makes "
            "weights grow until they overflow; make it ten times smaller",
}
OVERFLOW = ("the numbers are too large: scale the inputs to about 1, start from smaller weights, or make the learning "
            "rate smaller")
MASK = ("a whole row is masked, and -inf minus -inf is nan: leave at least one number in every row, or mask with -1e9")
BACK = {
    "sqrt": "its slope at 0 is infinite: np.sqrt(x + 1e-12)",
    "power": "the slope of a power below 1 at 0 is infinite: (x + 1e-12) ** p; and where the exponent is learned, the "
             "base must be positive: np.maximum(x, 1e-12) ** p",
    "log": "its slope at 0 is infinite: np.log(x + 1e-12)",
    "norm": "add a small number under the root: np.sqrt(np.sum(x * x) + 1e-12)",
    "arccos": "its slope at ±1 is infinite: np.clip(x, -1 + 1e-7, 1 - 1e-7)",
    "arcsin": "its slope at ±1 is infinite: np.clip(x, -1 + 1e-7, 1 - 1e-7)",
    "cbrt": "its slope at 0 is infinite: np.cbrt(x + 1e-12)",
    "std": "a constant column has no slope here: np.sqrt(np.var(x) + 1e-12)",
    "div": "keep the divisor away from zero: x / (y + 1e-8)",
    "reciprocal": "keep its input away from zero: 1 / (x + 1e-8)",
}
VANISHING = ("use weights of a larger scale (nn.init), ReLU in place of sigmoid and tanh, fewer layers or steps, or "
             "connections around the layers: h = h + f(h)")
EXPLODING = ("use weights of a smaller scale (nn.init), divide the inputs by their standard deviation, or clip the "
             "gradient before the step; where this came up while training, make the learning rate ten times smaller")
DEAD = ("no example gets through, so the weights before it will never change: start the bias at 0, the weights at the "
        "scale of nn.init.kaiming_normal_, make the learning rate smaller, or use LeakyReLU")
SATURATED = ("its slope is next to zero here: divide the inputs by their standard deviation, start from smaller "
             "weights, and let the loss take logits, without a last sigmoid")
SHARP = ("the other numbers get no gradient: divide the scores by the root of their length, or by a temperature, or "
         "start from smaller weights")
CUT = {
    "where": "the other branch was taken everywhere: look at the condition",
    "clip": "every number is outside the limits, where the slope is 0: widen them, or penalise the excess",
    "maximum": "the other side is larger everywhere: look at its scale",
    "minimum": "the other side is smaller everywhere: look at its scale",
    "mul": "it is multiplied by zeros: look at the mask or factor",
    "assign": "all of its numbers are written over before anybody reads them",
}
STEP = ("put a smooth gate there, such as sigmoid for a comparison and softmax for argmax, or let the gradient pass "
        "by: x + (np.round(x.data) - x.data)")
PLAIN = ("a graph begins at a Tensor, and ends where .item(), float(), .detach(), no_grad or a gate without slope "
         "(floor, round, sign, argmax, a comparison) takes the value: make the inputs Tensors, and put a smooth gate "
         "there, such as sigmoid for a comparison and softmax for argmax")
BROADCAST = "write y.reshape(-1), or y[:, 0], so that both have one axis; where every pair was meant, write x[:, None]"
TWICE = "compute it once, give it a name, and use that twice"
MEMORY = ("batches with fewer examples keep less; autograd.checkpoint computes again what it would keep; sums over "
          "pairs can go block by block")
