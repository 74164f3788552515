"""The commands of `python -m autograd`."""
import subprocess
import sys

import autograd
from autograd.__main__ import main
from autograd.demo import network, neuron


def test_version(capsys):
    result = subprocess.run([sys.executable, "-m", "autograd", "--version"], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == f"gategrad {autograd.__version__}"


def test_doctor_finds_this_installation_sound(capsys):
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "WRONG" not in text
    assert autograd.__version__ in text


def test_doctor_sees_another_autograd(monkeypatch, capsys):
    monkeypatch.setattr("autograd.doctor.version", lambda name: "1.9.1")
    assert main(["doctor"]) == 1
    assert "pip uninstall autograd" in capsys.readouterr().out


def test_doctor_sees_a_shadowed_nn(monkeypatch, capsys):
    monkeypatch.setattr("autograd.doctor.importlib.util.find_spec", lambda name: None)
    assert main(["doctor"]) == 1
    assert "import nn finds None" in capsys.readouterr().out


def test_mnist_without_files_says_what_is_missing(tmp_path, capsys):
    assert main(["demo", "--mnist", str(tmp_path)]) == 2
    assert "train-images-idx3-ubyte" in capsys.readouterr().out


def test_the_graphs_of_the_demo_go_backward():
    for y in (neuron(), network()):
        y.backward()
        assert y.grad == 1.0
