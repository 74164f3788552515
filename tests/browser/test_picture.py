"""The picture of the page in README.md is made here, and compared; a new one lies in screenshots/, to be copied."""
from pathlib import Path

import numpy as np
from matplotlib.image import imread

from autograd import draw
from autograd.demo import neuron
from tests.browser.browsing import press
from tests.browser.test_access import SCREENSHOTS, look

COMMITTED = Path(__file__).parents[2] / "docs/images/stepper.png"


def coarse(path, square=10):
    """The mean colour of every square of a picture, in which the shapes of letters do not matter."""
    picture = imread(path)
    height, width, channels = picture.shape
    return picture.reshape(height // square, square, width // square, square, channels).mean(axis=(1, 3))


def distance():
    shown, committed = coarse(SCREENSHOTS / "stepper.png"), coarse(COMMITTED)
    assert shown.shape == committed.shape
    return np.abs(shown - committed).mean()


def test_the_picture_of_the_page_is_what_a_browser_shows(visit):
    opened = visit(draw(neuron(), engine="own").html(), 900, 640, reduced_motion="reduce")
    press(opened, "First")
    look(opened, "stepper")
    assert distance() > 0.01, "the comparison does not see that no value is there yet"
    press(opened, "Last")
    press(opened, "Back", 2)
    look(opened, "stepper")
    assert distance() < 0.01
