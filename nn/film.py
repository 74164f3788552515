"""A film of training: what the model says about the plane after each epoch, as one HTML file without dependencies."""

import base64
import hashlib
import json
import struct
import zlib
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd.errors import message
from nn.data import whole
from nn.files import replacing
from nn.regions import COLOURS, decided, grid, labelled

STEPS, SIDE = 120, 320  # squares along the wider side of the ground; the size of both pictures

STYLE = """:root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #767676 }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --paper: #1b1b1b; --line: #9a9a9a } }
body { margin: 0; padding: .8rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.1rem; margin: 0 0 .5rem }
svg { display: block; width: 100%; max-width: 720px; height: auto }
svg .frame { fill: none; stroke: var(--line) }
svg .curve { fill: none; stroke: #0072b2; stroke-width: 2 }
svg #now { fill: #d55e00; stroke: var(--paper) }
svg text { fill: var(--ink); font-size: 13px }
#controls { display: flex; gap: .6rem; align-items: center; max-width: 720px }
#controls[hidden] { display: none }
input { flex: 1; min-height: 32px }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 5px;
  min-height: 32px; min-width: 4.5rem; cursor: pointer }
:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px }
p { margin: .3rem 0 }
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Training</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>Training</h1>
<svg viewBox="0 0 720 360" role="img" aria-label="Classes in the plane, and the loss of each epoch">
<image id="ground" x="10" y="10" width="{side}" height="{side}" preserveAspectRatio="none" opacity="0.45"
href="data:image/png;base64,{picture}"/>
{points}
<rect class="frame" x="10" y="10" width="{side}" height="{side}"/>
<rect class="frame" x="390" y="10" width="{side}" height="{side}"/>
<polyline class="curve" points="{curve}"/>
<circle id="now" cx="{x}" cy="{y}" r="5"/>
<text x="380" y="20" text-anchor="end">{high}</text>
<text x="380" y="328" text-anchor="end">{low}</text>
<text x="390" y="348">loss, epoch 1 to {epochs}</text>
<text x="10" y="348">{classes}</text>
</svg>
<div id="controls" hidden>
<button id="play" type="button">Play</button>
<input id="frame" type="range" min="0" value="0" aria-label="Epoch">
</div>
<p id="said">epoch {epochs_shown} · loss {loss}</p>
</main>
<script type="application/json" id="film">{frames}</script>
<script>{script}</script>
</body>
</html>
"""


class Film:
    """A callback of `nn.fit` that keeps a picture of the classes after the first epoch and after every so many.

    `X` (N, 2) and `y` (N,) are the points that are shown, `threshold` is that of `nn.plot.decision_boundary`. The page
    steps through the pictures with the loss beside them. Raises what `decision_boundary` raises.

    >>> import nn
    >>> X, y = nn.load_moons()
    >>> model, film = nn.MLP([2, 3, 2], seed=0), Film(X, y, every=5)
    >>> optimizer = nn.SGD(model.parameters(), lr=0.1)
    >>> history = nn.fit(model, (X, y), loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=10, callbacks=[film])
    >>> [epoch for epoch, _ in film.pictures]
    [1, 5, 10]
    >>> film.html()[:15]
    '<!doctype html>'
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     film.save(f"{folder}/training.html")
    """

    def __init__(self, X: ArrayLike, y: ArrayLike, *, every: int = 1, threshold: float | None = None) -> None:
        self.X, self.y = labelled(X, y)
        self.every, self.threshold = whole("every", every, least=1), threshold
        self.axes = grid(self.X, 0.05 * float(np.ptp(self.X, axis=0).max()) or 0.5, None, STEPS)
        self.pictures: list[tuple[int, tuple[NDArray[Any], NDArray[Any]]]] = []
        self.loss: list[float] = []

    def __call__(self, state: Any) -> None:
        """Keep a picture, if it is time for one; training that begins anew begins a new film."""
        self.loss = list(state.history.loss)
        self.pictures = [(epoch, picture) for epoch, picture in self.pictures if epoch < state.epoch]
        if state.epoch == 1 or state.epoch % self.every == 0:
            self.pictures.append((state.epoch, decided(state.model, self.X, self.y, self.axes, self.threshold)))

    def html(self) -> str:
        """The page: self-contained, offline, nothing runs but its own script. Raises `ValueError` before any epoch."""
        if not self.pictures:
            raise ValueError(message("the film has no picture.", "write nn.fit(…, callbacks=[film]) first"))
        names = np.unique(np.concatenate([self.y, *(seen for _, (seen, _) in self.pictures)]))
        curve = self._curve()
        frames = [(epoch, f"{self.loss[epoch - 1]:.4g}", _png(np.searchsorted(names, seen)[places]), *curve[epoch - 1])
                  for epoch, (seen, places) in self.pictures]
        epoch, loss, picture, x, y = frames[-1]
        script = files("nn").joinpath("film.js").read_text("utf-8")
        return PAGE.format(
            policy=_policy(script), style=STYLE, script=script, side=SIDE, points=self._points(names), picture=picture,
            curve=" ".join(f"{x},{y}" for x, y in curve), x=x, y=y, low=f"{np.nanmin(self.loss):.3g}",
            high=f"{np.nanmax(self.loss):.3g}", epochs=len(self.loss), epochs_shown=epoch, loss=loss,
            classes=_legend(names), frames=json.dumps(frames, separators=(",", ":")))

    def save(self, path: str | Path) -> None:
        """Write the page to a file whose name ends in .html."""
        if Path(path).suffix != ".html":
            raise ValueError(message(f"a film is an HTML page, not a {Path(path).suffix or 'file without suffix'}.",
                                     'write film.save("training.html")'))
        page = self.html().encode()
        with replacing(path) as file:
            file.write(page)

    def _repr_html_(self) -> str:
        """The page as a part of a notebook."""
        page = escape(self.html(), quote=True)
        return (f'<iframe title="Training" sandbox="allow-scripts" width="100%" height="480" frameborder="0" '
                f'srcdoc="{page}"></iframe>')

    def _curve(self) -> list[tuple[float, float]]:
        """The loss of each epoch as points of the right picture."""
        values = np.array(self.loss)
        low, spread = np.nanmin(values), np.ptp(values[np.isfinite(values)]) or 1.0
        xs = 390 + SIDE * np.arange(len(values)) / max(len(values) - 1, 1)
        ys = 10 + SIDE * (0.98 - 0.96 * (values - low) / spread)
        return list(zip(xs.round(1).tolist(), ys.round(1).tolist(), strict=True))

    def _points(self, names: NDArray[Any]) -> str:
        low, high = (np.array([axis[end] for axis in self.axes]) for end in (0, -1))
        places = 10 + SIDE * (self.X - low) / (high - low)
        colours = np.searchsorted(names, self.y)
        return "\n".join(f'<circle cx="{x:.1f}" cy="{20 + SIDE - y:.1f}" r="3.5" fill="{COLOURS[i % len(COLOURS)]}" '
                         'stroke="#ffffff"/>' for (x, y), i in zip(places, colours, strict=True))


def _legend(names: NDArray[Any]) -> str:
    """The classes, each after a dot of its colour."""
    return " ".join(f'<tspan fill="{COLOURS[i % len(COLOURS)]}">●</tspan> {escape(str(name))}'
                    for i, name in enumerate(names))


def _png(places: NDArray[Any]) -> str:
    """A picture of palette colours, first row at the bottom: the format's shortest form, in base64."""
    palette = bytes.fromhex("".join(COLOURS).replace("#", ""))
    rows = (places[::-1] % len(COLOURS)).astype(np.uint8)
    lines = zlib.compress(np.hstack([np.zeros((len(rows), 1), np.uint8), rows]).tobytes(), 9)
    size = struct.pack(">IIBBBBB", rows.shape[1], rows.shape[0], 8, 3, 0, 0, 0)
    parts = [(b"IHDR", size), (b"PLTE", palette), (b"IDAT", lines), (b"IEND", b"")]
    data = b"".join(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
                    for kind, body in parts)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


def _policy(script: str) -> str:
    """Only this script and this style; pictures from the page itself."""
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
    return f"default-src 'none'; img-src data:; script-src {digest(script)}; style-src {digest(STYLE)}"
