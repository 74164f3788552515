"""What the build draws: pages that step through a graph, and the way from the folder of the site to its first page."""

from pathlib import Path
from typing import Any

import nn
from autograd import draw
from autograd.demo import neuron
from autograd.visualize.drawing import Drawing

FIRST = '<!doctype html>\n<html lang="en"><title>{title}</title><meta http-equiv="refresh" content="0; url={page}">\n'


def network() -> Drawing:
    """The loss of a small network, by modules."""
    X, y = nn.load_moons(4, noise=0.2, seed=0)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2), seed=0)
    return draw(nn.CrossEntropyLoss()(model(X), y), depth=0, engine="own")


def write(app: Any, error: Exception | None) -> None:
    """The pages go beside the page of docs/ that shows them."""
    if error is None:
        out = Path(app.outdir)
        draw(neuron(), engine="own").save(out / "docs/neuron.html")
        network().save(out / "docs/network.html")
        first = FIRST.format(title=app.config.html_title, page=f"{app.config.root_doc}.html")
        (out / "index.html").write_text(first, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
