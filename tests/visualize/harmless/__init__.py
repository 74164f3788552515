"""Programs with nothing wrong, written one by one: what looks like a fault here is meant, or does no harm."""
from tests.visualize.harmless import formulas, networks
from tests.visualize.harmless.programs import HARMLESS

__all__ = ["HARMLESS", "formulas", "networks"]
