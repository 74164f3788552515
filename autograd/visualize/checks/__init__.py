"""What `diagnose` looks for; every check is a function from a `Flow` to findings.

    finding.py     what a finding is
    nonfinite.py   nan and inf where they begin, forward and back
    activations.py sigmoids, softmaxes and ReLUs that pass no gradient on, also those written by hand
    slopes.py      gradients that vanish or explode
    connections.py leaves that are cut off
    waste.py       broadcasts that nobody meant, work done twice, memory
    remedies.py    what to write instead
"""
