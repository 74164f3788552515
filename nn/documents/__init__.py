"""The networks of the five source documents, each a short program whose derivatives are the engine's.

`ROWS` has one row per system: `run` trains it, `figures` are the numbers it is compared with.

    layers.py       000   layers of sigmoids on a truth table, in Python and R
    nnet.py         000   the same, by R's BFGS
    neuron.py       001   one neuron
    regression.py   002   2-10-1 on 10 000 points
    moons.py        003   two half moons
    xor.py          004   exclusive or with three activations
    digits.py       004   handwritten digits

>>> row = ROWS[9]
>>> row.title, row.run(), row.figures[0].printed
('one neuron, untrained', {'p': 0.7784302101100966}, '0.7784302101100966')
"""
from nn.documents import digits, layers, moons, neuron, nnet, regression, xor
from nn.documents.digits import mnist
from nn.documents.row import Figure, Row

ROWS = (*layers.ROWS, *nnet.ROWS, *neuron.ROWS, *regression.ROWS, *moons.ROWS, *xor.ROWS, *digits.ROWS)

__all__ = ["ROWS", "Figure", "Row", "mnist"]
