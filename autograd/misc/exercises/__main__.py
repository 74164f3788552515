"""`python -m autograd.misc.exercises --seed 7` prints the exercises of the course as Markdown, `--answers` the keys."""
import argparse

from autograd.misc.exercises import LESSONS, handout


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m autograd.misc.exercises", description="Exercises to hand out.")
    parser.add_argument("lessons", nargs="*", choices=[[], *LESSONS], metavar="lesson",
                        help=f"which lessons, all where none is named: {', '.join(LESSONS)}")
    parser.add_argument("--seed", type=int, default=0, help="every seed gives other numbers")
    parser.add_argument("--answers", action="store_true", help="the answers in place of the questions")
    chosen = parser.parse_args()
    print(handout(chosen.lessons, seed=chosen.seed, answers=chosen.answers), end="")


if __name__ == "__main__":
    main()
