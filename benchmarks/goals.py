"""What each form is meant to reach: at most so many times the time of a peer."""
from statistics import median
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """`of` is a peer's column, `what` is time or memory."""

    most: float
    of: str
    what: str = "time"


def small(*native: Goal) -> dict[str, list[Goal]]:
    """One layer or two."""
    return {"eager": [Goal(1 / 3.5, "torch")], "numpy": [Goal(0.75, "by hand")], "native": list(native)}


def against(eager: Goal, numpy: Goal | None, *native: Goal) -> dict[str, list[Goal]]:
    """Goals of the three forms."""
    return {"eager": [eager], "numpy": [numpy] if numpy else [], "native": list(native)}


_SMALL = small(Goal(1.3, "limit"), Goal(1.0, "jax loop"))
_BATCH_10 = against(Goal(1.0, "by hand"), Goal(0.5, "by hand"), Goal(1.2, "limit"))
_ADAM = against(Goal(1.0, "by hand"), Goal(0.75, "by hand"), Goal(1.1, "limit"))
_CHAIN = against(Goal(1.0, "torch"), Goal(0.3, "by hand"), Goal(1.3, "limit"))
_MATRIX = against(Goal(1 / 5, "hips"), None, Goal(1.0, "jax.jit"))
GOALS = {
    "logistic": _SMALL,
    "xor 4": _SMALL,
    "xor 32": _SMALL,
    "moons": against(Goal(1 / 2, "torch"), Goal(0.55, "by hand"), Goal(1.5, "limit")),
    "mlp 10 f64": _BATCH_10,
    "mlp 10 f32": _BATCH_10,
    "mlp 128 adam f64": _ADAM,
    "mlp 128 adam f32": _ADAM,
    "mlp large f32": against(Goal(1.05, "torch"), Goal(0.9, "by hand"), Goal(1.0, "limit"),
                             Goal(1.0, "torch", "memory")),
    "cnn f32": against(Goal(1.1, "torch"), Goal(1.0, "torch"), Goal(1 / 2, "torch")),
    "rnn f32": against(Goal(1 / 2, "torch"), Goal(0.9, "by hand"), Goal(1 / 2, "jax.jit")),
    "100 small gates": against(Goal(1 / 2.5, "torch"), Goal(0.8, "by hand"), Goal(1 / 10, "jax.jit")),
    "chain 10⁷": _CHAIN,
    "tanh/exp chain 10⁷": _CHAIN,
    "scalar 2-16-16-1": against(Goal(1 / 5, "micrograd"), Goal(1 / 40, "micrograd"), Goal(1 / 1000, "micrograd")),
    "scalar chain 10⁶": against(Goal(1 / 5, "torch"), None),
    "hessian rosenbrock 100": _MATRIX,
    "jacobian 100→100": _MATRIX,
}
COMPILE, LOAD = 0.5, 0.02                # seconds of the first call of `native`, and of that in the next process
DOCUMENTS = ("logistic", "xor 4", "xor 32", "moons")
WIDE = ("mlp large f32", "cnn f32", "chain 10⁷", "tanh/exp chain 10⁷")       # two threads are to be 1.6 × faster


def judged(row: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every goal of a row with what was measured; the ratio is None where one of the two is not there."""
    goals = [(form, goal) for form, several in GOALS[row].items() for goal in several] + threaded(row, found)
    ans = [verdict(row, form, goal, ratio(found.get(form), found.get(goal.of), goal.what)) for form, goal in goals]
    if row in DOCUMENTS and "compile" in found.get("native", {}):
        for name, most in (("compile", COMPILE), ("load", LOAD)):
            ans.append(verdict(row, "native", Goal(most, "1 s", name), found["native"][name]))
    return ans


def threaded(row: str, found: dict[str, Any]) -> list[tuple[str, Goal]]:
    """With two threads: never slower than with one."""
    one = ((form, f"{form}, one thread") for form in found)
    return [(form, Goal(1 / 1.6 if row in WIDE and form == "native" else 1.0, of)) for form, of in one if of in found]


def verdict(row: str, form: str, goal: Goal, measured: float | None) -> dict[str, Any]:
    """A goal as it is saved and printed."""
    met = None if measured is None else measured <= goal.most
    return {"row": row, "form": form, **goal._asdict(), "measured": measured, "met": met}


def ratio(ours: Any, theirs: Any, what: str = "time") -> float | None:
    """The median over rounds: both had the same machine in the same moment."""
    if not ours or not theirs or "seconds" not in ours or "seconds" not in theirs:
        return None
    if what == "memory":
        return ours["memory"] / max(1, theirs["memory"])
    return median(a / b for a, b in zip(ours["seconds"], theirs["seconds"], strict=True))


def text(goal: dict[str, Any]) -> str:
    """A goal in a cell."""
    what = "" if goal["what"] == "time" else f" {goal['what']}"
    asked = f"≤ {goal['most']:.3g} of {goal['of']}{what}"
    if goal["met"] is None:
        return f"{asked}: not measured"
    return f"{asked}: {goal['measured']:.3g} {'met' if goal['met'] else '**missed**'}"
