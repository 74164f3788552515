"""The networks of the five source documents, each a short program whose derivatives are the engine's.

`ROWS` has one row per system: `run` trains it, `figures` are the numbers it is compared with.

    layers.py       000   layers of sigmoids on a truth table, in Python and R
    nnet.py         000   the same, by R's BFGS
    neuron.py       001   one neuron
    regression.py   002   2-10-1 on 10 000 points
    moons.py        003   two half moons
    xor.py          004   exclusive or with three activations
    digits.py       004   handwritten digits

`SECTIONS` has one short program for every drawing, exercise and suggestion of the documents, and what it shows;
`python -m nn.documents` lists them and runs them.

    drawings.py     what the documents draw
    exercises.py    the exercises of 003, on its moons
    steps.py        000 to 002: step sizes, hidden layers, starts, where descent goes wrong, hyperparameters
    concepts.py     what 001, 003 and 004 explain
    generalising.py data that is new: over-fitting, penalties, validation
    networks.py     001's types of networks

>>> row = ROWS[9]
>>> row.title, row.run(), row.figures[0].printed
('one neuron, untrained', {'p': 0.7784302101100966}, '0.7784302101100966')
"""
from nn.documents import (
    concepts,
    digits,
    drawings,
    exercises,
    generalising,
    layers,
    moons,
    networks,
    neuron,
    nnet,
    regression,
    steps,
    xor,
)
from nn.documents.digits import mnist
from nn.documents.row import Figure, Row
from nn.documents.section import Section

ROWS = (*layers.ROWS, *nnet.ROWS, *neuron.ROWS, *regression.ROWS, *moons.ROWS, *xor.ROWS, *digits.ROWS)
SECTIONS = tuple(sorted((*drawings.SECTIONS, *exercises.SECTIONS, *steps.SECTIONS, *concepts.SECTIONS,
                         *generalising.SECTIONS, *networks.SECTIONS), key=lambda section: section.id[:3]))

__all__ = ["ROWS", "SECTIONS", "Figure", "Row", "Section", "mnist"]
