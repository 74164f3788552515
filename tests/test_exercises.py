"""Every exercise of every lesson: its key is verified, right answers pass, wrong ones do not, seeds repeat."""
import subprocess
import sys

import numpy as np
import pytest

from autograd.check import GradientError
from autograd.errors import KeywordError, OutOfBounds
from autograd.gates import elementwise
from autograd.misc.exercises import LESSONS, Exercise, Sheet, exercises, handout
from autograd.misc.exercises.exercise import differences

SEEDS = range(6)
EVERY = [(lesson, k) for lesson, module in LESSONS.items() for k in range(len(module.EXERCISES))]


def wrong(key):
    """Answers that nobody should get away with."""
    if callable(key):
        return [1.0, lambda *args: 0.5 + key(*args)]
    if isinstance(key, str):
        return ["", key + "x", None]
    return [key + 0.05 * (np.abs(key) + 1.0), np.asarray(key)[None], np.nan * np.asarray(key), "none", None]


@pytest.mark.parametrize(("lesson", "k"), EVERY)
def test_the_key_is_verified_and_no_other_answer_is_right(lesson, k):
    for seed in SEEDS:
        exercise = exercises(lesson, seed)[k]
        exercise.verify()
        assert exercise.check(exercise.key), exercise.question
        for answer in [*wrong(exercise.key), *(trap for trap, _ in exercise.traps)]:
            assert not exercise.check(answer), f"{answer} for {exercise.question}"
        for trap, says in exercise.traps:
            assert says[-1] in ".?", says
            assert exercise.check(trap).says.startswith("Not yet. ")


@pytest.mark.parametrize(("lesson", "k"), EVERY)
def test_each_has_a_hint_and_a_question_in_one_piece(lesson, k):
    exercise = exercises(lesson, 0)[k]
    assert exercise.hint.endswith((".", "`"))
    assert exercise.question.rstrip()[-1] in ".?`"
    assert exercise.at


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_seed_gives_the_same_sheet_again_and_another_seed_another(lesson):
    assert exercises(lesson, 1).questions() == exercises(lesson, 1).questions()
    assert len({exercises(lesson, seed).questions() for seed in SEEDS}) > len(SEEDS) // 2
    assert len(exercises(lesson)) >= 4


def square(**settings):
    return Exercise("x²?", lambda x: x * x, (3.0,), **settings)


class TestPlantedFaults:
    """The machine above is as good as `verify`: it must notice a wrong key and a wrong gate."""

    def test_a_key_that_differences_do_not_give(self):
        faulty = square(answer=lambda d: d(lambda x: x * x)(3.0) if d is differences else 7.0)
        with pytest.raises(GradientError, match=r"differences give 5.9.*the key is 7\.0"):
            faulty.verify()

    def test_a_gate_with_a_wrong_rule(self, monkeypatch):
        monkeypatch.setattr(elementwise.sin, "pulls", elementwise.cos.pulls)
        with pytest.raises(GradientError, match="the gate sin"):
            Exercise("sin?", lambda x: elementwise.sin(x), (0.5,), lambda d: 1.0).verify()

    def test_a_function_that_is_differentiated_wrongly(self):
        with pytest.raises(GradientError):
            square(answer=lambda d: lambda x: x * elementwise.floor(x), tries=((2.0,),)).verify()

    def test_a_trap_that_is_the_answer_is_not_fair(self):
        assert not square(answer=lambda d: 6.0, traps=((6.01, "No."),)).fair


class TestAnswers:
    def test_three_digits_are_enough(self):
        exercise = square(answer=lambda d: np.array([1.2345, 0.0]))
        assert exercise.check([1.23, 0.0])
        assert not exercise.check([1.2, 0.0])
        assert not exercise.check([1.23, 0.01])

    def test_words_in_any_case(self):
        exercise = square(answer=lambda d: "sqrt", traps=(("mul", "That one is fine."),))
        assert exercise.check(" Sqrt ")
        assert exercise.check("MUL").says == "Not yet. That one is fine."

    def test_a_tensor_counts_by_its_value(self):
        from autograd import Tensor
        assert square(answer=lambda d: 6.0).check(Tensor(6.0))

    def test_a_function_is_called_and_its_derivative_checked(self):
        exercise = square(answer=lambda d: lambda x: x * x, tries=((2.0,), (3.0,)))
        assert exercise.check(lambda x: x**2.0)
        assert "At 2.0 it gives 8.0, and 4.0 is right." in exercise.check(lambda x: x**3.0).says
        assert "ZeroDivisionError" in exercise.check(lambda x: x / 0).says
        assert "GradientError" in exercise.check(lambda x: elementwise.floor(x) * elementwise.floor(x)).says

    def test_no_answer_yet(self):
        assert exercises("gates").check(1, ...).says == "1. Waits for an answer."

    def test_other_numbers_and_lessons_are_refused(self):
        with pytest.raises(OutOfBounds, match="exercises 1 to 5, not 0"):
            exercises("gates").check(0, 1.0)
        with pytest.raises(KeywordError, match="there is no lesson 'gate', write one of: gates"):
            exercises("gate")


def test_hand_outs():
    questions, answers = handout(seed=4), handout(seed=4, answers=True)
    for lesson in LESSONS:
        sheet = exercises(lesson, 4)
        assert f"## {sheet.title}\n\n{sheet.questions()}" in questions
        assert f"## {sheet.title}\n\n{sheet.answers()}" in answers
    run = subprocess.run([sys.executable, "-m", "autograd.misc.exercises", "gates", "--seed", "4", "--answers"],
                         capture_output=True, text=True, check=True)
    assert run.stdout == handout(["gates"], seed=4, answers=True)


def test_a_teacher_reads_what_a_function_gives():
    sheet = Sheet("t", [square(answer=lambda d: lambda x: x * x, tries=((2.0,), (3.0,)))])
    assert sheet.answers() == "1. `2.` gives `4.`, `3.` gives `9.`\n"
