"""Floor 4: ways to run a program. Each is a class that is made from a program and called with the values of its inputs.

`run(values)` gives the outputs of one run, `run.loop(turns, values)` those of a program that is a loop; None where a
witness has a nan. All give the numbers of `Plain`.

    plain.py    the reference: gate after gate
    numpy.py    `Replay`: straight Python over NumPy, out of
                source.py     the generated function: order, memory, lines
                recipes.py    gates as NumPy calls with `out`       scalars.py   Python floats as expressions
                blocks.py     long elementwise chains in pieces     products.py  updates as one call of BLAS
    buffers.py  where results lie in memory

`Replay` agrees with `Plain` to the bit, but for the last digits of three kinds of sums: of arrays that are done in
pieces, of matrices with short rows, and of products that BLAS adds to a carried matrix.
"""
from autograd.executors.numpy import Replay
from autograd.executors.plain import Plain

__all__ = ["Plain", "Replay"]
