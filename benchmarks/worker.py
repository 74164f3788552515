"""One engine in a process of its own: `python -m benchmarks.worker ENGINE`, asked over standard input, line by line.

Engines are kept apart because two of them share the import name `autograd`, and because what one leaves in memory
would slow the garbage collector for another.
"""
import json
import sys
import time

import numpy as np


def main(name: str) -> None:
    """Answer `[row, steps]` with the seconds that so many steps took and the weights after them."""
    from benchmarks.engines import ENGINES
    rows = ENGINES[name]()
    prepared = {}
    for line in sys.stdin:
        row, steps = json.loads(line)
        run = prepared[row] = prepared.get(row) or (rows[row]() if row in rows else None)
        answer = None
        if run is not None:
            start = time.perf_counter()
            weights = run(steps)
            answer = [time.perf_counter() - start, [np.asarray(w, float).tolist() for w in weights]]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
