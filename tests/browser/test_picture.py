"""The picture of the page in README.md is made here, and compared; a new one lies in screenshots/, to be copied."""
from pathlib import Path

import numpy as np
from matplotlib.image import imread

from autograd import draw
from autograd.demo import neuron
from tests.browser.browsing import press
from tests.browser.test_access import SCREENSHOTS, look

ROOT = Path(__file__).parents[2]


def test_the_picture_of_the_page_is_what_a_browser_shows(visit):
    opened = visit(draw(neuron(), engine="own").html(), 900, 640, reduced_motion="reduce")
    press(opened, "Back", 2)
    look(opened, "stepper")
    shown, committed = imread(SCREENSHOTS / "stepper.png"), imread(ROOT / "docs/images/stepper.png")
    assert shown.shape == committed.shape
    assert np.abs(shown - committed).mean() < 0.02              # fonts differ from machine to machine
