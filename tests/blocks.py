"""The blocks of code on a page of Markdown, as sybil reads them: Python runs, what follows it is what it prints, and
commands are looked up."""
import contextlib
import importlib.util
import io
import linecache
import re
from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import CodeBlockParser

ROOT = Path(__file__).parents[1]
#: What a command may begin with beside those of this project.
TOOLS = {"pip", "npm", "jupyter", "git", "cd"}


def run(example):
    """Run a block of Python as a file of its own, in the names of the page, and keep what it prints."""
    name, space = "example.py", example.document.namespace
    text = str(example.parsed)
    linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(text, name, "exec", dont_inherit=True), space)
    space["printed"] = example.region.end, printed.getvalue()


def compare(example):
    """What stands directly below a block of Python is what it prints."""
    end, printed = example.document.namespace.get("printed", (0, ""))
    between = example.document.text[end:example.region.start]
    if end and re.fullmatch(r"[`\s]*", between):
        shown = str(example.parsed)
        assert lines(printed) == lines(shown), f"line {example.line} shows {shown.strip()} for {printed.strip()}"


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]


def look_up(example):
    """Every command is one that there is."""
    for line in str(example.parsed).splitlines():
        command = line.partition("#")[0].strip()
        assert not command or known(command), f"there is no command {command!r}"


def known(command):
    """Whether a command is one of `dev`, a module that Python finds, a file of the project, or a tool."""
    first, *words = re.sub(r"^(\w+=\S+ )+", "", command).split()
    if (first, *words[:1]) == ("sh", "dev"):
        return f"\n    {words[1]})" in (ROOT / "dev").read_text()
    if first == "python":
        return module(*words[1:]) if words[0] == "-m" else (ROOT / words[0]).exists()
    return first in TOOLS or (ROOT / first).exists()


def module(name, *words):
    """Whether `python -m name words` can run."""
    if importlib.util.find_spec(name) is None:
        return False
    files = [*(ROOT / name.replace(".", "/")).glob("*.py")]
    return not words or not files or any(f'"{words[0]}"' in file.read_text() for file in files)


BLOCKS = Sybil(parsers=[CodeBlockParser("python", run), CodeBlockParser("text", compare),
                        CodeBlockParser("sh", look_up)])
