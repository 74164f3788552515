"""The browser of the drawings, for pages about training."""
from tests.visualize.conftest import browser, visit

__all__ = ["browser", "visit"]
