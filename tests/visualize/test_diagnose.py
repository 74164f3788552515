"""Planted faults are found with kind and line; healthy programs have no findings."""
import inspect
from pathlib import Path

import numpy as np
import pytest

import nn.documents
from autograd import Tensor
from autograd.visualize.checks import waste
from autograd.visualize.checks.remedies import BACK, CUT, FORWARD
from autograd.visualize.diagnosis import Diagnosis, diagnose
from nn.documents import digits, layers, neuron, nnet, regression, row
from tests.visualize.faults import FAULTS
from tests.visualize.harmless import HARMLESS
from tests.visualize.healthy import Maker

HEALTHY = 200


def expected(fault):
    """The kind and the line that the comment in a program marks."""
    lines, start = inspect.getsourcelines(fault)
    (found,) = [(text.split("# fault: ")[1].strip(), start + k) for k, text in enumerate(lines) if "# fault: " in text]
    return found


def diagnosed(program):
    with np.errstate(all="ignore"):
        y = program()
    return y if isinstance(y, Diagnosis) else diagnose(y)


# ---------------------------------------------------------------- planted faults
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_is_found(fault, record_property):
    kind, line = expected(fault)
    findings = diagnosed(fault).findings
    record_property("diagnosis", {"planted faults": 1, "found with kind and line": (kind, line) in [
        (found.kind, found.line) for found in findings]})
    assert [(found.kind, found.line) for found in findings] == [(kind, line)]
    assert findings[0].file == inspect.getsourcefile(fault)
    assert findings[0].remedy
    assert f"{kind}: " in str(findings[0])
    assert f"{Path(inspect.getsourcefile(fault)).name}:{line}" in str(findings[0])


def test_there_are_enough_faults_of_every_kind():
    kinds = [expected(fault)[0] for fault in FAULTS]
    assert len(FAULTS) >= 60
    assert len(HARMLESS) >= 60
    assert set(kinds) == {"nan", "inf", "nan gradient", "inf gradient", "vanishing gradient", "exploding gradient",
                          "dead relu", "saturated", "unconnected", "broadcast", "duplicate", "memory"}


# ---------------------------------------------------------------- healthy programs
@pytest.mark.parametrize("seed", range(HEALTHY))
def test_a_healthy_program_has_no_findings(seed):
    assert diagnose(Maker(seed).program()).findings == []


@pytest.mark.parametrize("program", HARMLESS, ids=lambda program: program.__name__)
def test_what_is_meant_or_does_no_harm_has_no_findings(program):
    assert diagnosed(program).findings == []


class Seen(Exception):
    """What was found in the first loss of a document's system."""


def spied(f):
    """In place of `grad(f)`."""
    def step(weights, *args):
        raise Seen(diagnose(f(type(weights)([Tensor(w) for w in weights]), *args)))
    return step


class Spy:
    """In place of BFGS."""

    def __init__(self, *args, **params):
        pass

    def minimize(self, closure):
        raise Seen(diagnose(closure()))


def predicted():
    """The two systems that are not trained: their predictions against their data."""
    w1, w2, b = (Tensor(x) for x in neuron.start(np.random.RandomState(42)))
    problem = regression.draw()
    return {"001-predict": neuron.total_error((w1, w2, b)),
            "002-tour": regression.mean_square([Tensor(w) for w in problem.cells], problem)}


@pytest.mark.parametrize("system", nn.documents.ROWS, ids=lambda system: system.id)
def test_the_documents_systems_have_no_findings(system, monkeypatch):
    monkeypatch.setattr(row, "grad", spied)
    monkeypatch.setattr(neuron, "grad", spied)
    monkeypatch.setattr(digits, "value_and_grad", spied)
    monkeypatch.setattr(nnet, "BFGS", Spy)
    layers.sweep.cache_clear()                              # another test may have trained it
    if system.id in ("001-predict", "002-tour"):
        found = diagnose(predicted()[system.id])
    else:
        with pytest.raises(Seen) as seen:
            system.run()
        found = seen.value.args[0]
    assert found.findings == []


# ---------------------------------------------------------------- what a finding says
def test_a_finding_in_words():
    with np.errstate(divide="ignore"):
        y = np.log(Tensor([0.0, 1.0], name="p")).sum()
    found = diagnose(y).findings[0]
    assert (found.kind, found.gate, found.line) == ("inf", "log", inspect.currentframe().f_lineno - 2)
    assert str(found).splitlines()[0] == "inf: log makes 1 of 2 numbers inf of [0, 1]"
    assert "y = np.log(Tensor" in str(found).splitlines()[1]
    assert found.remedy == FORWARD["log"]


def test_the_path_is_shown():
    h = np.ones((2, 3))
    for _ in range(30):
        h = np.tanh(0.1 * h @ Tensor(np.eye(3)))
    found, = diagnose(h.sum()).findings
    assert "gates to a leaf without name: test_diagnose.py:" in found.what


def test_healthy():
    x = Tensor(2.0)
    assert repr(diagnose(x * x)) == "healthy"
    assert not diagnose(x * x)


def test_grad_is_left_alone():
    x = Tensor(2.0)
    diagnose(x * x)
    assert x.grad is None


def test_of_an_array():
    x = Tensor([0.0, 1.0])
    assert [found.kind for found in diagnose(np.sqrt(x)).findings] == ["inf gradient"]


def test_points_where_zero_times_infinity_is_zero_are_healthy():
    x = Tensor([0.0, 4.0])
    assert not diagnose(np.where(x > 0.0, np.sqrt(x), 0.0).sum())
    assert not diagnose(np.sqrt(x * x).sum())


def test_a_minus_infinity_that_is_meant_is_healthy():
    scores = Tensor(np.ones((3, 3))) + np.where(np.tri(3) > 0.0, 0.0, -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    assert not diagnose((e / e.sum(axis=1, keepdims=True))[:, 0].sum())


def test_every_pair_on_purpose_is_healthy():
    x, y = Tensor(np.arange(5.0)), np.arange(5.0)
    assert not diagnose(((x[:, None] - y) ** 2.0).sum())
    assert not diagnose(((x.reshape(-1, 1) - y) ** 2.0).mean())


def test_a_fit_that_has_converged_is_healthy():
    w, x = Tensor([1.0 + 1e-12, 2.0]), np.random.default_rng(0).normal(size=(20, 2))
    assert not diagnose(np.mean((x @ w - x @ [1.0, 2.0]) ** 2.0))


def test_small_work_may_be_done_twice():
    x = Tensor(np.ones(10))
    assert not diagnose((np.exp(x) * np.exp(x)).sum())


def test_a_hostile_name_stays_on_its_line():
    with np.errstate(divide="ignore"):
        y = np.sum(Tensor([np.nan], name="a\nb\u2028\ud800"))
    assert len(str(diagnose(y).findings[0]).encode().decode().splitlines()) == 3


def test_a_long_chain():
    x = Tensor(1.0)
    for _ in range(20_000):
        x = x * 1.0
    assert not diagnose(x)


# ---------------------------------------------------------------- memory
def small_network():
    x, w = np.ones((8, 4)), Tensor(np.ones((4, 3)), name="w")
    h = np.tanh(x @ w)
    return np.sum(np.exp(h) + np.exp(h.T).T * h)


def test_memory_counts_every_array_once():
    memory, line = diagnose(small_network()).memory, inspect.getsourcelines(small_network)[1]
    assert [tuple(row) for row in memory.rows] == [
        ("exp", 2, "ans", 384, f"test_diagnose.py:{line + 3}"), ("matmul", 1, "x", 256, f"test_diagnose.py:{line + 2}"),
        ("tanh", 1, "ans", 192, f"test_diagnose.py:{line + 2}")]
    assert memory.total == 832


def test_memory_as_text_markdown_and_html():
    found = diagnose(small_network())
    *_, tanh, total = repr(found.memory).splitlines()
    assert tanh.split()[:4] == ["tanh", "1", "ans", "192"]
    assert total.split() == ["total", "832"]
    assert "| exp | 2 | ans | 384 |" in found.markdown()
    assert "<code>832</code></td>" in found._repr_html_()
    assert found.markdown().startswith("healthy")


def test_where_nothing_is_kept_there_is_no_table():
    found = diagnose(Tensor(2.0) * 3.0)
    assert (found.memory.total, found.markdown(), found._repr_html_()) == (0, "healthy\n", "<p>healthy</p>")


def test_a_finding_of_memory_comes_with_the_table(monkeypatch):
    monkeypatch.setattr(waste, "LARGE", 500)
    found = diagnose(small_network())
    assert [one.kind for one in found.findings] == ["memory"]
    assert repr(found).endswith(repr(found.memory))


def test_findings_in_markdown_and_html_are_data():
    found = diagnose(Tensor([np.nan], name="<b>*x*").sum())
    assert r"&lt;b&gt;\*x\*" in found.markdown()
    assert "&lt;b&gt;*x*" in found._repr_html_()
    assert "<b>*x*" not in found._repr_html_()


def test_every_remedy_says_what_to_write():
    assert all(len(text) > 25 for table in (FORWARD, BACK, CUT) for text in table.values())


def test_a_leaf_far_behind_a_cut():
    x = w = Tensor(np.ones(3), name="w")
    for _ in range(3_000):
        x = x * 1.0
    found, = diagnose(np.where(np.zeros(3) > 1.0, x, Tensor(np.ones(3))).sum()).findings
    assert (found.kind, found.gate) == ("unconnected", "where")
    assert "gradient of w is zero" in found.what
    assert w.grad is None


def test_an_input_without_slope():
    x = Tensor([1.0, -2.0], name="sign")
    found, = diagnose(np.copysign(Tensor([1.0, 1.0]), x).sum()).findings
    assert (found.kind, found.gate, found.remedy) == ("unconnected", "copysign", "this gate has no slope in this input")


def test_a_minimum_is_no_cut():
    x = Tensor([0.0, 0.0])
    assert not diagnose((x * x).sum())
    assert not diagnose(np.abs(x).sum())
