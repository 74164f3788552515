"""Each expression of NumPy through the engine, with plain `numpy` and with `autograd.numpy`: right, or loud."""
import copy
import warnings
from collections import Counter

import numpy as np
import pytest

import autograd.numpy
from autograd import make_jvp, make_vjp
from autograd.errors import AutogradError
from tests.agreement import difference, inner
from tests.expressions import INPUTS, families, function_of, inputs_of

SPACES = {"numpy": np, "autograd.numpy": autograd.numpy}


def reference(text):
    """The expression as a function of a list of arrays that it may write into, through NumPy."""
    f = function_of(text)
    return lambda xs: f(*copy.deepcopy(xs))


def derivatives(f, xs, vs):
    """The derivative along each v alone, by differences in extended precision, or in float64 where NumPy has no other."""
    def doubled(ys):
        return f([y.astype(complex if np.iscomplexobj(y) else float)[()] for y in ys])

    alone = [[v * (i == k) for i, v in enumerate(vs)] for k in range(len(vs))]
    try:
        return [difference(f, xs, ws) for ws in alone]
    except TypeError:
        return [difference(doubled, xs, ws) for ws in alone]


def apart(a, b, tolerance):
    """What a and b differ in, if more than rounding, or nothing."""
    if np.shape(a) != np.shape(b) or np.iscomplexobj(a) > np.iscomplexobj(b):
        return f"{np.asarray(a).dtype} {np.shape(a)}, not {np.asarray(b).dtype} {np.shape(b)}"
    return "" if np.allclose(a, b, tolerance, tolerance, equal_nan=True) else f"{a}, not {b}"


def wrong(text, numpy):
    """What is wrong with value, tangent or gradient of the expression; nothing where they are right."""
    names = inputs_of(text)
    xs, f, by_numpy = [INPUTS[name] for name in names], function_of(text, numpy), reference(text)
    rng = np.random.default_rng(1)
    draw = lambda x: rng.standard_normal(np.shape(x))[()] + (1j * rng.standard_normal(np.shape(x)) if np.iscomplexobj(x) else 0.0)
    vs, expected = [draw(x) for x in xs], by_numpy(xs)
    slopes, g = derivatives(by_numpy, xs, vs), draw(expected)
    value, tangent = make_jvp(lambda xs: f(*xs))(xs)(vs)
    pull, again = make_vjp(lambda xs: f(*xs))(xs)
    found = {"value": (value, expected, 1e-14), "value in reverse mode": (again, expected, 1e-14),
             "tangent": (tangent, sum(slopes), 1e-9)}
    for name, part, v, slope in zip(names, pull(g), vs, slopes, strict=True):
        found[f"gradient by {name}"] = inner(part, v), inner(g, slope), 1e-9
    return next((f"{what} is {difference}" for what, pair in found.items() if (difference := apart(*pair))), "")


def verdict(text, space):
    """`right`, `refused: ` with the error's last line, or what is wrong."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return wrong(text, SPACES[space]) or "right"
        except AutogradError as error:
            return f"refused: {error}"
        except Exception as error:
            return f"{type(error).__name__}: {error}"

if __name__ == "__main__":
    import time, sys
    t=time.time()
    for space in SPACES:
        answers = {text: verdict(text, space) for texts in families().values() for text in texts}
        for text, answer in answers.items():
            if answer != "right": print(space, "|", text, "|", answer[:600].replace("\n"," // "))
        print(space, Counter(a.split(":")[0] if a.startswith(("right","refused")) else "wrong" for a in answers.values()), time.time()-t)
