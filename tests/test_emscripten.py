"""Python in a browser starts no processes and no threads: the engine there, with the NumPy that is here."""
import os
import subprocess
import sys

import pytest

BROWSER = """
import sys, threading
def refused(self):
    raise RuntimeError("can't start new thread")
threading.Thread.start, sys.platform = refused, "emscripten"
import numpy as np
import nn
from autograd import Tensor, compile, diagnose, draw, explain, grad, scan
"""


def run(code, **environment):
    """What code prints there; warnings are errors."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", BROWSER + code], capture_output=True, text=True,
                          env=os.environ | environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_process_starts_here():
    with pytest.raises(AssertionError, match="emscripten does not support processes"):
        run("import subprocess; subprocess.run([sys.executable])")


@pytest.mark.parametrize("compiler", ["gcc", "no-such-compiler"])
def test_compiled_functions_run_in_numpy_and_one_notice_says_so(compiler):
    code = """
import warnings
f = compile(grad(lambda x: np.sum(x * x)))
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    print(f(np.ones(2)), f(np.ones(3)), scan(lambda c, x: (c + x, c * x))(0.0, np.arange(3.0)))
print(*(str(warning.message).splitlines()[0] for warning in said), sep="\\n")
"""
    notice = "a browser has no C compiler, so compiled functions run in NumPy."
    assert run(code, CC=compiler) == "[2. 2.] [2. 2. 2.] (3.0, array([0., 0., 2.]))\n" + f"{notice}\n"


def test_drawings_and_explanations():
    code = """
x = Tensor([1.0, 2.0], name="x")
z = np.sum(np.tanh(x @ x))
print(draw(z, engine="own").svg().count("<path"), "srcdoc" in draw(z)._repr_html_(), len(draw(z).html()) > 10_000)
print(str(explain(z)).splitlines()[0], diagnose(z), sep="\\n")
"""
    assert run(code).splitlines()[1:] == ["y = 0.9999", "healthy"]
    assert "True True" in run(code)


@pytest.mark.parametrize("progress", [None, True])
def test_a_training_with_its_progress_bar(progress):
    code = f"""
import warnings
warnings.filterwarnings("ignore", "a browser has no C compiler")
X, y = nn.load_digits()
model = nn.Sequential(nn.Linear(64, 10, seed=0))
history = nn.fit(model, (X[:200], y[:200]), loss=nn.CrossEntropyLoss(), optimizer=nn.SGD(model.parameters(), lr=0.1),
                 epochs=3, batch_size=10, seed=0, progress={progress})
print(history.loss[0] > history.loss[-1])
"""
    assert run(code) == "True\n"


def test_the_installation_is_sound():
    assert "WRONG" not in run("from autograd.doctor import examine; raise SystemExit(examine())")
