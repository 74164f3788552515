"""Floor 4: ways to run a program. Each is a class that is made from a program and called with the values of its inputs.

`run(values)` gives the outputs of one run, `run.loop(turns, values)` those of a program that is a loop. All give the
numbers of `Plain`.
"""
