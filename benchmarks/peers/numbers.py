"""Networks and chains of single numbers, for engines whose numbers have `backward`."""
from benchmarks import losses


def network(number, relu, value, nothing, work):
    """Training steps; the weights are made once and changed in place, as micrograd's demonstration does.

    `value` reads a number, and `nothing` is a gradient before the walk back.
    """
    def run(n):
        layers = [([[number(w) for w in row] for row in W], [number(b) for b in bs]) for W, bs in work.weights]
        weights = losses.flat(layers)
        for _ in range(n):
            loss = losses.network(relu, layers, work.data)
            for w in weights:
                w.grad = nothing
            loss.backward()
            for w in weights:
                w.data = value(w) - work.rate * w.grad
        return [[float(value(w)) for w in weights]]
    return run
