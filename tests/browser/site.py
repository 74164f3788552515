"""Every page that `sh dev docs` built, in light and in dark: nothing is missing or from elsewhere; all can read it."""
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.browsing import NEEDS_AXE, findings, press, said

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build/docs"
FIRST = "index.html"                                    # leads on to docs/index.html
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
#: In the dark nothing but colours is new.
COLOURS = ["color-contrast", "link-in-text-block"]


def test_the_site_is_built():
    assert {FIRST, "docs/index.html", "docs/tour.html", "docs/neuron.html", "notebooks/01_gates.html"} <= {*PAGES}, \
        "sh dev docs builds it"


@NEEDS_AXE
@pytest.mark.parametrize("page", [page for page in PAGES if page != FIRST])
def test_a_page_is_readable_for_all(visit, page):
    opened = visit(SITE / page, bypass_csp=True, reduced_motion="reduce")
    assert findings(opened) == []
    opened.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert findings(opened, COLOURS) == []
    for width in 1400, 360:
        opened.set_viewport_size({"width": width, "height": 900})
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in map(urlsplit, references(page)):
        target = (SITE / page).parent / unquote(link.path) if link.path else SITE / page
        assert link.scheme or target.exists(), f"{page} links to {link.geturl()}"
        if link.fragment and target.suffix == ".html" and not link.scheme:
            assert f'id="{unquote(link.fragment)}"' in target.read_text(encoding="utf-8"), f"{page}: {link.geturl()}"


def references(page):
    return map(unescape, re.findall(r'\b(?:href|src)="([^"]*)"', (SITE / page).read_text(encoding="utf-8")))


def test_the_first_page_leads_on(visit):
    opened = visit(SITE / FIRST)
    opened.wait_for_url("**/docs/index.html")
    opened.get_by_role("heading", name="gategrad").wait_for()


def test_the_tour_steps(visit):
    opened = visit(SITE / "docs/tour.html")
    frame = opened.frame_locator("iframe").first
    press(frame, "First")
    press(frame, "Next")
    assert said(frame)
