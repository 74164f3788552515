"""Programs with one planted fault each, by kind."""
from tests.visualize.faults import apart, back, flat, forward, large, small, waste
from tests.visualize.faults.programs import FAULTS

__all__ = ["FAULTS", "apart", "back", "flat", "forward", "large", "small", "waste"]
