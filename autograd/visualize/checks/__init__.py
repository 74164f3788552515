"""What `diagnose` looks for; every check is a function from a `Flow` to findings.

    finding.py     what a finding is
    nonfinite.py   nan and inf where they begin, forward and back
    slopes.py      gradients that vanish or explode; sigmoids and ReLUs that pass none on; leaves that are cut off
    waste.py       broadcasts that nobody meant, work done twice, memory
    remedies.py    what to write instead
"""
