"""Is this installation sound? The import name `autograd` is shared with another package, and the two cannot mix."""
import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import autograd

_EXTRAS = {"matplotlib": "plot", "scipy": "scipy", "sklearn": "sklearn"}


def findings() -> Iterator[tuple[bool, str]]:
    """What was looked at: whether it is as it should be, and what to say of it."""
    home = Path(autograd.__file__).parent
    yield True, f"Python {platform.python_version()}, NumPy {np.__version__}, gategrad {autograd.__version__} in {home}"
    yield _not_shadowed()
    yield _same_place("nn", home)
    slope = autograd.grad(np.sin)(0.5)
    yield slope == np.cos(0.5), f"the derivative of sin at 0.5 is {slope}"
    yield True, f"graphviz' dot: {shutil.which('dot') or 'not found; drawings use the built-in layout'}"
    there = [f"{name} ({'there' if importlib.util.find_spec(name) else f'pip install gategrad[{extra}]'})"
             for name, extra in _EXTRAS.items()]
    yield True, f"extras: {', '.join(there)}"


def _not_shadowed() -> tuple[bool, str]:
    try:
        other = version("autograd")
    except PackageNotFoundError:
        return True, "no other package called autograd is installed"
    return False, (f"the package autograd {other} is installed too, and overwrites files of this one.\n"
                   "    mend: pip uninstall autograd gategrad, then pip install gategrad")


def _same_place(name: str, home: Path) -> tuple[bool, str]:
    spec = importlib.util.find_spec(name)
    place = Path(spec.origin).parent if spec is not None and spec.origin else None
    if place == home.parent / name:
        return True, f"{name} is beside it"
    return False, (f"import {name} finds {place}, which is not part of this installation.\n"
                   f"    mend: rename that folder, or start Python elsewhere than in {sys.path[0]!r}")


def examine() -> int:
    """Print every finding; the exit status is 1 where something is wrong."""
    sound = True
    for good, text in findings():
        print(f"{'ok   ' if good else 'WRONG'} {text}")
        sound = sound and good
    return 0 if sound else 1
