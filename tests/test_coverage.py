"""Every expression of expressions.py through plain `numpy` and through `autograd.numpy`: right, or refused in words."""
import copy
import functools
import warnings
from collections import Counter

import numpy as np
import pytest

import autograd.numpy
from autograd import make_jvp, make_vjp
from autograd.errors import AutogradError
from autograd.functions.refused import REFUSED
from tests.agreement import difference, inner
from tests.expressions import INPUTS, REFUSED_BY_BOTH, REFUSED_BY_NUMPY, families, function_of, inputs_of

SPACES = {"numpy": np, "autograd.numpy": autograd.numpy}
FAMILIES = families()
GOAL = 252 / 259                                       # of the expressions that others were measured on


def by_numpy(text):
    """The expression through NumPy, as a function of a list of arrays that stay as they are."""
    f = function_of(text)
    return lambda xs: numbers(f(*copy.deepcopy(xs)))


def numbers(ans):
    """NumPy's result; an array of Python objects, which no tensor is, as an array of the numbers that they are."""
    return np.array(ans.tolist()) if isinstance(ans, np.ndarray) and ans.dtype == object else ans


def slopes(f, xs, vs):
    """The derivative along each v alone by differences: in extended precision, if NumPy has the function in that."""
    def doubled(ys):
        return f([y.astype(complex if np.iscomplexobj(y) else float)[()] for y in ys])

    alone = [[v * (i == k) for i, v in enumerate(vs)] for k in range(len(vs))]
    try:
        return [difference(f, xs, ws) for ws in alone]
    except TypeError:
        return [difference(doubled, xs, ws) for ws in alone]


def directions(rng, x):
    """Random numbers of the shape and kind of x."""
    imaginary = 1j * rng.standard_normal(np.shape(x)) if np.iscomplexobj(x) else 0.0
    return (rng.standard_normal(np.shape(x)) + imaginary)[()]


def apart(found, expected, tolerance):
    """How the numbers differ by more than rounding, or nothing."""
    agree = np.shape(found) == np.shape(expected) and np.iscomplexobj(found) == np.iscomplexobj(expected) \
        and np.allclose(found, expected, tolerance, tolerance)
    return "" if agree else f"{found} in place of {expected}"


def wrong(text, numpy):
    """What is wrong with value, tangent or gradients of the expression, or nothing."""
    names, rng = inputs_of(text), np.random.default_rng(1)
    xs, f, reference = [INPUTS[name] for name in names], function_of(text, numpy), by_numpy(text)
    expected, vs = reference(xs), [directions(rng, x) for x in xs]
    along, g = slopes(reference, xs, vs), directions(rng, expected)
    if not all(np.all(np.isfinite(slope)) for slope in along):
        return "no derivative to compare with"
    value, tangent = make_jvp(lambda xs: f(*xs))(xs)(vs)
    pull, again = make_vjp(lambda xs: f(*xs))(xs)
    checks = [("value", value, expected, 1e-14), ("value in reverse mode", again, expected, 1e-14),
              ("tangent", tangent, sum(along), 1e-9)]
    checks += [(f"gradient by {name}", inner(part, v), inner(g, slope), 1e-9)
               for name, part, v, slope in zip(names, pull(g), vs, along, strict=True)]
    kinds = [str(np.asarray(x).dtype) for x in (expected, value, tangent)]
    checks += [("dtype", kinds[k] == kinds[0], True, 0.0) for k in (1, 2)]
    return next((f"{what} is {how}" for what, *numbers in checks if (how := apart(*numbers))), "")


def refusal(text, error):
    """What an error tells the user to write, or nothing. NumPy raises its own after some of ours, or in their place."""
    for cause in (error, error.__cause__):
        if isinstance(cause, AutogradError):
            return str(cause).splitlines()[-1].strip()
    return next((instead for f, instead in REFUSED.items() if f"np.{f.__name__}(" in text), "")


@functools.cache
def verdict(text, space):
    """`right`, `refused: ` and what to write instead, or what is wrong."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return wrong(text, SPACES[space]) or "right"
        except Exception as error:
            instead = refusal(text, error)
            return f"refused: {instead}" if instead else repr(error)


def counted(texts, space):
    return Counter(verdict(text, space).partition(":")[0] for text in texts)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("family", FAMILIES)
def test_right_or_refused(family, space, record_property):
    answers = {text: verdict(text, space) for text in FAMILIES[family]}
    assert {text: answer for text, answer in answers.items() if not answer.startswith(("right", "refused: "))} == {}
    record_property(f"expressions through {space}", dict(counted(FAMILIES[family], space)))


@pytest.mark.parametrize("space", SPACES)
def test_the_goal_is_met(space):
    texts = [text for family in FAMILIES.values() for text in family]
    assert len(texts) == len(set(texts)) >= 300
    assert counted(texts, space)["right"] >= GOAL * len(texts)


@pytest.mark.parametrize("space", SPACES)
def test_only_these_are_refused(space):
    texts = [text for family in FAMILIES.values() for text in family]
    allowed = REFUSED_BY_BOTH + (REFUSED_BY_NUMPY if space == "numpy" else [])
    assert {text for text in texts if verdict(text, space).startswith("refused")} == set(allowed) & set(texts)


@pytest.mark.parametrize(("text", "answer"), [
    ("x * 2.0 if isinstance(x, np.ndarray) else x", "value is"), ("x * np.asarray(x.data)", "tangent is"),
    ("x if isinstance(x, np.ndarray) else x.astype(np.longdouble)", "dtype is"),
    ("x if isinstance(x, np.ndarray) else [][0]", "IndexError"),
    ("x if isinstance(x, np.ndarray) else x.nothing", "refused: "), ("np.log(x - x)", "no derivative")])
def test_the_verdict_sees_what_is_wrong(text, answer):
    assert verdict(text, "numpy").startswith(answer)
