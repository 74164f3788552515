"""`python -m autograd`: the demonstration, and a check of the installation."""
import argparse
import sys
from pathlib import Path

import autograd


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m autograd", description=autograd.__doc__.splitlines()[0])
    parser.add_argument("--version", action="version", version=f"gategrad {autograd.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="draw a graph, train the documents' networks, compare with their figures")
    demo.add_argument("--out", type=Path, default=Path("gategrad-demo"), help="folder for the drawings")
    demo.add_argument("--mnist", type=Path, metavar="FOLDER", help="train on MNIST's four IDX files in FOLDER instead")
    commands.add_parser("doctor", help="say whether this installation is sound, and how to mend it")
    options = parser.parse_args(argv)
    if options.command == "doctor":
        from autograd.doctor import examine
        return examine()
    from autograd.demo import mnist, show
    return mnist(options.mnist) if options.mnist else show(options.out)


if __name__ == "__main__":
    sys.exit(main())
