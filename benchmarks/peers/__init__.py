"""The engines. Each module has `prepare(work, form)`: `run(n)`, or None where the engine does not do this work.

`run(n)` does n steps from the start and returns arrays: the weights after them, or loss and gradients. Packages are
imported inside, since no environment holds all of them.
"""
from importlib import import_module
from typing import Any, NamedTuple


class Engine(NamedTuple):
    """A column of the table: its module here, the form of it that is meant, and the package it needs."""

    module: str
    form: str
    package: str


ENGINES = {
    "eager": Engine("gategrad", "eager", "numpy"),
    "numpy": Engine("gategrad", "numpy", "numpy"),
    "native": Engine("gategrad", "native", "numpy"),
    "by hand": Engine("by_hand", "", "numpy"),
    "limit": Engine("limit", "", "numpy"),
    "torch": Engine("pytorch", "", "torch"),
    "jax.jit": Engine("xla", "jit", "jax"),
    "jax loop": Engine("xla", "loop", "jax"),
    "hips": Engine("hips", "", "autograd"),
    "mygrad": Engine("mygrads", "", "mygrad"),
    "micrograd": Engine("micrograds", "", "micrograd"),
}
OURS = ("eager", "numpy", "native")


def prepare(name: str, work: Any) -> Any:
    """`run` of an engine for this work, or None."""
    engine = ENGINES[name]
    return import_module(f"benchmarks.peers.{engine.module}").prepare(work, engine.form)
