"""Timings against peers: `python -m benchmarks`. Timings are never tests."""
